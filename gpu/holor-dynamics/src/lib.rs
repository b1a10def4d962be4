//! Ordinary differential equations, oscillators and their graphs.
