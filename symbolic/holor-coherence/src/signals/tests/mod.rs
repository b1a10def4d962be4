//! Measures of signals beside numbers from SciPy, NumPy, nitime and pycwt.
