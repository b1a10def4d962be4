//! Tests of solvers that know the structure of their equations, against the full matrix.

use crate::ode::Structured;

/// The entries of the derivatives by phases, or by phases and then speeds where there is inertia: those of the coupling are given.
pub(super) fn entry<'a>(
    coupling: &'a [f64],
    count: usize,
    inertia: &'a [f64],
) -> impl Fn(usize, usize) -> f64 + use<'a> {
    move |row, column| match row.checked_sub(count) {
        _ if inertia.is_empty() => coupling[row * count + column],
        None => f64::from(u8::from(column == row + count)),
        Some(own) if column < count => coupling[own * count + column] / inertia[own],
        Some(own) => -f64::from(u8::from(column == row)) / inertia[own],
    }
}

/// Puts solutions, real and complex, into the equations with the full matrix, whose largest row sum the solver's bound must not be below.
pub(super) fn assert_solves(
    solver: &mut dyn Structured,
    y: &[f64],
    entry: &dyn Fn(usize, usize) -> f64,
    tolerance: f64,
) {
    let size = y.len();
    let (real, complex) = (2.1, (1.4, -1.9));
    assert!(solver.prepare(0.0, y, real, complex));
    let side: Vec<f64> = (0..size).map(|i| (i as f64).cos()).collect();
    let mut x = side.clone();
    solver.solve(&mut x);
    let complex_side: Vec<(f64, f64)> =
        side.iter().map(|value| (*value, 0.5 - value)).collect();
    let mut z = complex_side.clone();
    solver.solve_complex(&mut z);
    for row in 0..size {
        let mut sum = real * x[row];
        let (a, b) = z[row];
        let mut complex_sum =
            (complex.0 * a - complex.1 * b, complex.0 * b + complex.1 * a);
        for column in 0..size {
            let entry = entry(row, column);
            sum -= entry * x[column];
            complex_sum.0 -= entry * z[column].0;
            complex_sum.1 -= entry * z[column].1;
        }
        assert!((sum - side[row]).abs() < tolerance);
        assert!((complex_sum.0 - complex_side[row].0).abs() < tolerance);
        assert!((complex_sum.1 - complex_side[row].1).abs() < tolerance);
    }
    let largest = (0..size)
        .map(|row| (0..size).map(|column| entry(row, column).abs()).sum::<f64>())
        .fold(0.0, f64::max);
    assert!(solver.bound(0.0, y) >= largest * (1.0 - 1e-12));
}
