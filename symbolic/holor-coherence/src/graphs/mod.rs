//! Graphs and cellular sheaves.
