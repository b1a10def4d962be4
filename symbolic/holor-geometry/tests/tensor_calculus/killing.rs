//! Symmetries of metrics.

use holor_algebra::{Expr, Symbol};
use holor_geometry::Isometry;

use crate::catalogue::*;

#[test]
fn numbers_of_killing_vectors() {
    assert_eq!(sphere().count_killing_vectors().unwrap(), 3);
    assert_eq!(schwarzschild().count_killing_vectors().unwrap(), 4);
    assert_eq!(flrw().count_killing_vectors().unwrap(), 6);
    assert_eq!(goedel().count_killing_vectors().unwrap(), 5);
    let plane = chart(&["x", "y"], &[]);
    let flat = diagonal(&plane, &[Expr::one(), Expr::one()]).unwrap();
    assert_eq!(flat.count_killing_vectors().unwrap(), 3);
    let bumpy =
        diagonal(&plane, &[Expr::one() + s("x").powi(2) * s("y"), Expr::one()]).unwrap();
    assert_eq!(bumpy.count_killing_vectors().unwrap(), 0);
}

#[test]
fn rotations_of_the_sphere() {
    let metric = sphere();
    let chart = metric.chart();
    let (theta, phi) = (s("θ"), s("φ"));
    let cotangent = cos(&theta) / sin(&theta);
    let zero = Expr::zero();
    let candidates = [
        vector(chart, &[sin(&phi), zero.clone()]),
        vector(chart, &[cos(&phi), zero.clone()]),
        vector(chart, &[zero.clone(), &cotangent * cos(&phi)]),
        vector(chart, &[zero.clone(), &cotangent * sin(&phi)]),
        vector(chart, &[zero.clone(), Expr::one()]),
        vector(chart, &[zero.clone(), Expr::integer(2)]),
        vector(chart, &[sin(&theta), zero]),
    ];
    let found = metric.killing_vectors_among(&candidates).unwrap();
    assert_eq!(found.len(), 3);
    for one in &found {
        assert_eq!(metric.isometry(one).unwrap(), Isometry::Killing);
    }
}

#[test]
fn symmetries_of_rotating_holes() {
    for metric in [kerr(), kerr_newman()] {
        let chart = metric.chart();
        let mut candidates = Vec::new();
        for place in 0..4 {
            for factor in ["1", "t", "r", "θ", "φ"] {
                let factor = if factor == "1" { Expr::one() } else { s(factor) };
                let mut components = vec![Expr::zero(); 4];
                components[place] = factor;
                candidates.push(vector(chart, &components));
            }
        }
        let found = metric.killing_vectors_among(&candidates).unwrap();
        assert_eq!(found.len(), 2);
        for one in &found {
            assert_eq!(metric.isometry(one).unwrap(), Isometry::Killing);
        }
        assert_eq!(metric.cyclic_killing_vectors().unwrap().len(), 2);
    }
}

#[test]
fn kinds_of_isometries() {
    let plane = chart(&["x", "y"], &[]);
    let metric = diagonal(&plane, &[Expr::one(), Expr::one()]).unwrap();
    let (x, y) = (s("x"), s("y"));
    let kind = |a: Expr, b: Expr| metric.isometry(&vector(&plane, &[a, b])).unwrap();
    assert_eq!(kind(-&y, x.clone()), Isometry::Killing);
    assert_eq!(
        kind(x.clone(), y.clone()),
        Isometry::Homothetic(plane.field().integer(2))
    );
    let factor = plane.read(&(4 * &x)).unwrap();
    assert_eq!(kind(x.powi(2) - y.powi(2), 2 * &x * &y), Isometry::Conformal(factor));
    assert_eq!(kind(y, Expr::zero()), Isometry::None);
}

#[test]
fn killing_equations_of_the_plane() {
    let plane = chart(&["x", "y"], &[]);
    let metric = diagonal(&plane, &[Expr::one(), Expr::one()]).unwrap();
    let names = [Symbol::new("u"), Symbol::new("v")];
    let (vector, equations) = metric.killing_equations(&names).unwrap();
    let field = plane.field();
    let mixed = field.add(
        &plane.derivative(&vector.component(&[0]), 1),
        &plane.derivative(&vector.component(&[1]), 0),
    );
    assert_eq!(equations.component(&[0, 1]), mixed);
    assert_eq!(metric.cyclic_killing_vectors().unwrap().len(), 2);
    assert!(metric.killing_equations(&names[..1]).is_err());
}
