//! Gauge links: Wilson loops, Berry phases, Chern numbers, superfluid stiffness.
