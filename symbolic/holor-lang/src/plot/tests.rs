//! What sampling promises, on functions that break naive plots.

use super::*;

const NEVER: &dyn Fn() -> bool = &|| false;

fn graph(f: &dyn Fn(f64) -> f64, range: (f64, f64)) -> (Curve, (f64, f64), usize) {
    let count = std::cell::Cell::new(0);
    let counted = |x: f64| {
        count.set(count.get() + 1);
        f(x)
    };
    let mut sampled = sample_graphs(&[&counted], range, &View::LINEAR, NEVER).unwrap();
    assert!(count.get() <= 6_000, "{} evaluations", count.get());
    (sampled.curves.remove(0), sampled.y.unwrap_or((0.0, 0.0)), count.get())
}

fn ends(curve: &Curve) -> Vec<(f64, f64)> {
    curve.pieces.iter().flat_map(|p| [*p.first().unwrap(), *p.last().unwrap()]).collect()
}

#[test]
fn sine_is_one_smooth_piece_with_few_points() {
    let (curve, y, evaluations) = graph(&f64::sin, (0.0, 12.0));
    assert_eq!(curve.pieces.len(), 1);
    assert!(curve.poles.is_empty());
    assert!(evaluations < 1_000, "{evaluations}");
    assert!((y.0 + 1.0).abs() < 1e-3 && (y.1 - 1.0).abs() < 1e-3, "{y:?}");
    let piece = &curve.pieces[0];
    assert!(piece.windows(2).all(|pair| pair[0].0 < pair[1].0));
}

#[test]
fn tangent_has_its_poles_and_a_readable_window() {
    let (curve, y, _) = graph(&f64::tan, (-6.0, 6.0));
    let half = std::f64::consts::FRAC_PI_2;
    let expected = [-3.0 * half, -half, half, 3.0 * half];
    assert_eq!(curve.poles.len(), 4, "{:?}", curve.poles);
    for (found, expected) in curve.poles.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{found}");
    }
    assert_eq!(curve.pieces.len(), 5);
    assert!(y.0 < -3.0 && y.0 > -15.0 && y.1 > 3.0 && y.1 < 15.0, "{y:?}");
}

#[test]
fn reciprocal_and_its_square_have_a_pole_at_zero() {
    for f in [(|x| 1.0 / x) as fn(f64) -> f64, |x| 1.0 / (x * x), |x| x.powi(-3)] {
        for range in [(-5.0, 5.0), (-5.0, 4.0), (-1.0, 7.3)] {
            let (curve, y, _) = graph(&f, range);
            assert_eq!(curve.poles.len(), 1, "{:?}", curve.poles);
            assert!(curve.poles[0].abs() < 1e-6);
            assert_eq!(curve.pieces.len(), 2, "{range:?} {:?}", ends(&curve));
            assert!(y.1 < 100.0, "{y:?}");
        }
    }
}

#[test]
fn poles_at_the_ends_of_the_range() {
    let half = std::f64::consts::FRAC_PI_2;
    let (_, y, _) = graph(&f64::tan, (-half, half));
    assert!(y.1 < 50.0, "{y:?}");
    let (curve, y, _) = graph(&|x| 1.0 / x, (0.0, 5.0));
    assert_eq!(curve.poles, [0.0]);
    assert!(y.1 < 50.0, "{y:?}");
}

#[test]
fn floor_lifts_the_pen_at_each_step() {
    let (curve, y, _) = graph(&f64::floor, (-3.0, 3.0));
    let steps = curve.pieces.iter().filter(|piece| piece.len() > 1).count();
    assert_eq!(steps, 6, "{:?}", ends(&curve));
    assert!(curve.poles.is_empty(), "{:?}", curve.poles);
    assert_eq!(y, (-3.0, 3.0));
    for (x, _) in ends(&curve) {
        assert!((x - x.round()).abs() < 1e-6, "{x}");
    }
    let (curve, ..) = graph(&f64::signum, (-1.0, 2.0));
    assert_eq!(curve.pieces.len(), 2);
    assert!(curve.poles.is_empty());
}

#[test]
fn domain_edges_are_found() {
    for range in [(-1.0, 4.0), (-2.37, 3.1), (-0.001, 1000.0)] {
        let (curve, ..) = graph(&f64::sqrt, range);
        assert_eq!(curve.pieces.len(), 1);
        assert_eq!(curve.pieces[0][0], (0.0, 0.0));
        assert!(curve.poles.is_empty());
    }
    let (curve, ..) = graph(&|x: f64| (1.0 - x * x).sqrt(), (-3.0, 3.0));
    let ends = ends(&curve);
    assert!((ends[0].0 + 1.0).abs() < 1e-9 && (ends[1].0 - 1.0).abs() < 1e-9, "{ends:?}");
}

#[test]
fn logarithm_dives_at_zero_without_spoiling_the_window() {
    let (curve, y, _) = graph(&f64::ln, (-1.0, 10.0));
    assert_eq!(curve.poles.len(), 1);
    assert!(curve.poles[0].abs() < 1e-6);
    assert!(y.0 > -8.0, "{y:?}");
    let (curve, y, _) = graph(&|x: f64| x.abs().ln(), (-3.0, 4.0));
    assert_eq!(curve.poles.len(), 1, "{:?}", curve.poles);
    assert!(y.0 > -10.0, "{y:?}");
}

#[test]
fn removable_singularities_do_not_show() {
    for range in [(-10.0, 10.0), (0.0, 10.0), (-7.0, 0.0)] {
        let (curve, y, _) = graph(&|x| x.sin() / x, range);
        assert_eq!(curve.pieces.len(), 1);
        assert!(curve.poles.is_empty());
        assert!((y.1 - 1.0).abs() < 1e-3);
    }
}

#[test]
fn peaks_are_not_poles() {
    for width in [1e-1, 1e-2, 1e-3] {
        let (curve, y, _) =
            graph(&|x| 1.0 / ((x - 0.3) * (x - 0.3) + width * width), (-5.0, 5.0));
        assert!(curve.poles.is_empty(), "{width}: {:?}", curve.poles);
        assert_eq!(curve.pieces.len(), 1);
        assert!((y.1 * width * width - 1.0).abs() < 0.02, "{width}: {y:?}");
    }
}

#[test]
fn wild_functions_stay_bounded() {
    let (curve, y, _) = graph(&|x| (1.0 / x).sin(), (-1.0, 1.0));
    assert!(curve.poles.is_empty());
    assert!(y.0 >= -1.0 && y.1 <= 1.0);
    graph(&|x| (1000.0 * x).sin(), (0.0, 10.0));
    let (curve, y, _) = graph(&f64::exp, (-5.0, 5.0));
    assert!(curve.poles.is_empty() && y.1 > 148.0);
    let (_, y, _) = graph(&|x| (1.0 / x).exp(), (-1.0, 1.0));
    assert!(y.1 < 1e6, "{y:?}");
    let (curve, y, _) = graph(&|_| 3.0, (0.0, 1.0));
    assert_eq!((curve.pieces.len(), y), (1, (3.0, 3.0)));
    let (curve, ..) = graph(&|_| f64::NAN, (0.0, 1.0));
    assert!(curve.pieces.is_empty());
    let (curve, ..) = graph(&|x| x * x, (1e-12, 2e-12));
    assert_eq!(curve.pieces.len(), 1);
    let (curve, ..) = graph(&|x| x * x, (-1e120, 1e120));
    assert!(!curve.pieces.is_empty());
    graph(&|x: f64| (50.0 * x).sin().sqrt(), (0.0, 10.0));
    let (curve, ..) = graph(&|x| (50.0 * x).tan(), (0.0, 1.0));
    assert_eq!(curve.poles.len(), 16, "{:?}", curve.poles);
}

#[test]
fn a_log_axis_is_sampled_evenly_in_the_logarithm() {
    let view = View { x_scale: Scale::Log, y_scale: Scale::Log, ..View::LINEAR };
    let sampled = sample_graphs(&[&|x| x.powi(3)], (1e-3, 1e3), &view, NEVER).unwrap();
    let piece = &sampled.curves[0].pieces[0];
    let below_one = piece.iter().filter(|(x, _)| *x < 1.0).count() as f64;
    assert!((below_one / piece.len() as f64 - 0.5).abs() < 0.02);
    let (low, high) = sampled.y.unwrap();
    assert!((low.log10() + 9.0).abs() < 1e-6 && (high.log10() - 9.0).abs() < 1e-6);
}

#[test]
fn a_circle_closes_and_an_interrupt_stops() {
    let circle: &dyn Fn(f64) -> (f64, f64) = &|t| (t.cos(), t.sin());
    let sampled =
        sample_paths(&[circle], (0.0, std::f64::consts::TAU), &View::LINEAR, NEVER)
            .unwrap();
    assert_eq!(sampled.curves[0].pieces.len(), 1);
    let piece = &sampled.curves[0].pieces[0];
    assert!(piece.iter().all(|(x, y)| (x.hypot(*y) - 1.0).abs() < 1e-12));
    assert!(sample_graphs(&[&f64::sin], (0.0, 1.0), &View::LINEAR, &|| true).is_none());
}

#[test]
fn the_unit_circle_is_one_closed_contour() {
    let f = |x: f64, y: f64| x * x + y * y;
    let grid = Grid::sample(&f, (-2.0, 2.0), (-2.0, 2.0), (81, 81), NEVER).unwrap();
    let lines = grid.contour(1.0);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].first(), lines[0].last());
    assert!(lines[0].iter().all(|(x, y)| (x.hypot(*y) - 1.0).abs() < 1e-3));
    let levels = grid.round_levels();
    assert!(levels.len() >= 6 && levels.len() <= 16, "{levels:?}");
}

#[test]
fn narrow_pulses_of_data_are_shown_to_their_height_and_poles_of_formulas_are_not() {
    let f = |x: f64, _: f64| 2.0 / (40.0 * x).cosh();
    let formula = Grid::sample(&f, (-2.0, 2.0), (0.0, 1.0), (81, 5), NEVER).unwrap();
    assert!(formula.value_range().unwrap().1 < 0.5);
    let data = Grid { cells: true, ..formula };
    assert_eq!(data.value_range().unwrap().1, 2.0);
}

#[test]
fn saddles_and_holes_keep_contours_apart() {
    let grid = Grid {
        x: (0.0, 1.0),
        y: (0.0, 1.0),
        columns: 2,
        rows: 2,
        values: vec![1.0, 0.0, 0.0, 1.0],
        shown: None,
        cells: false,
    };
    assert_eq!(grid.contour(0.4).len(), 2);
    assert_eq!(grid.contour(0.6).len(), 2);
    let hole = Grid { values: vec![1.0, f64::NAN, 0.0, 1.0], ..grid };
    assert!(hole.contour(0.5).is_empty());
}

#[test]
fn round_values_are_round() {
    assert_eq!(round_values((0.0, 10.0), 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
    assert_eq!(round_step(1.0, 4), 0.25);
    assert!(round_values((1.0, 1.0), 5).len() <= 1);
}
