//! Stencil programs as machine code on all cores.
