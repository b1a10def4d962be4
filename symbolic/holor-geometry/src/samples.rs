//! Charts, functions, forms and metrics for tests: the same ones every time.

use holor_algebra::exact::Element;
use holor_algebra::{Assumptions, Engine, Expr, Function, Interrupt, Relation, Symbol};

use crate::forms::form;
use crate::tensor::dimension_of;
use crate::{Chart, Holor, Law, Metric, Slot, Symmetry};

/// A symbol as an expression.
pub(crate) fn s(name: &str) -> Expr {
    Expr::symbol(name)
}

pub(crate) fn sin(argument: Expr) -> Expr {
    Expr::call(Function::Sin, [argument])
}

pub(crate) fn cos(argument: Expr) -> Expr {
    Expr::call(Function::Cos, [argument])
}

/// An undefined function of one variable.
pub(crate) fn function(name: &str, argument: Expr) -> Expr {
    Expr::apply(Symbol::new(name), [argument])
}

/// `left < right`
pub(crate) fn less(left: Expr, right: Expr) -> Expr {
    Expr::relation(Relation::Less, left, right)
}

/// A chart with these coordinates and conditions.
pub(crate) fn chart(names: &[&str], conditions: &[Expr]) -> Chart {
    let mut assumptions = Assumptions::new();
    for condition in conditions {
        assumptions.assume_condition(condition.clone());
    }
    Chart::new(names.iter().map(|name| Symbol::new(name)).collect(), assumptions).unwrap()
}

/// (x, y, z) with polynomial functions in mind.
pub(crate) fn euclidean(dimension: usize) -> Chart {
    chart(&["x", "y", "z", "w", "u"][..dimension], &[])
}

/// (t, r, θ, φ) with r > 0 and 0 < θ < π, and whatever else is given.
pub(crate) fn spherical(more: &[Expr]) -> Chart {
    let mut conditions = vec![
        less(Expr::zero(), s("r")),
        less(Expr::zero(), s("θ")),
        less(s("θ"), Expr::pi()),
    ];
    conditions.extend_from_slice(more);
    chart(&["t", "r", "θ", "φ"], &conditions)
}

/// (t, r, θ, φ) outside the horizon r = 2m.
pub(crate) fn outside() -> Chart {
    spherical(&[less(Expr::zero(), s("m")), less(2 * s("m"), s("r"))])
}

/// A diagonal metric.
pub(crate) fn diagonal(chart: &Chart, entries: &[Expr]) -> Metric {
    from_entries(chart, |a, b| if a == b { entries[a].clone() } else { Expr::zero() })
}

/// The metric with these components.
pub(crate) fn from_entries(
    chart: &Chart,
    entry: impl Fn(usize, usize) -> Expr,
) -> Metric {
    let symmetry = Symmetry::symmetric(2, &[0, 1]);
    let slots = [Slot::DOWN, Slot::DOWN];
    let lower = Holor::build(chart, Law::TENSOR, &slots, symmetry, |indices| {
        chart.read(&entry(indices[0].into(), indices[1].into()))
    });
    Metric::new(&lower.unwrap()).unwrap()
}

/// Schwarzschild's metric on (t, r, θ, φ).
pub(crate) fn schwarzschild(chart: &Chart) -> Metric {
    let (r, f) = (s("r"), 1 - 2 * s("m") / s("r"));
    diagonal(chart, &[-&f, f.reciprocal(), r.powi(2), r.powi(2) * sin(s("θ")).powi(2)])
}

/// Kerr's metric in Boyer–Lindquist coordinates, outside the horizon of a slowly rotating hole.
pub(crate) fn kerr() -> (Chart, Metric) {
    let (r, a, m) = (s("r"), s("a"), s("m"));
    let delta = r.powi(2) - 2 * &m * &r + a.powi(2);
    let chart = spherical(&[
        less(Expr::zero(), m.clone()),
        less(2 * &m, r.clone()),
        less(Expr::zero(), delta.clone()),
    ]);
    let square = sin(s("θ")).powi(2);
    let sigma = r.powi(2) + a.powi(2) * cos(s("θ")).powi(2);
    let dragging = 2 * &m * &r / &sigma;
    let metric = from_entries(&chart, |i, j| match (i, j) {
        (0, 0) => &dragging - 1,
        (0, 3) => -(&dragging * &a * &square),
        (1, 1) => &sigma / &delta,
        (2, 2) => sigma.clone(),
        (3, 3) => (r.powi(2) + a.powi(2) + &dragging * a.powi(2) * &square) * &square,
        _ => Expr::zero(),
    });
    (chart, metric)
}

/// A one-form.
pub(crate) fn one_form(chart: &Chart, entries: &[Expr]) -> Holor {
    form(chart, 1, false, |indices| chart.read(&entries[usize::from(indices[0])]))
        .unwrap()
}

/// A form from its components at ascending indices.
pub(crate) fn form_of(chart: &Chart, degree: usize, entries: &[(&[u8], Expr)]) -> Holor {
    form(chart, degree, false, |indices| {
        match entries.iter().find(|(own, _)| *own == indices) {
            Some((_, value)) => chart.read(value),
            None => Ok(chart.field().zero()),
        }
    })
    .unwrap()
}

/// A vector field.
pub(crate) fn vector(chart: &Chart, entries: &[Expr]) -> Holor {
    Holor::build(chart, Law::TENSOR, &[Slot::UP], Symmetry::none(1), |indices| {
        chart.read(&entries[usize::from(indices[0])])
    })
    .unwrap()
}

/// An engine under the chart's assumptions.
pub(crate) fn engine(chart: &Chart) -> Engine {
    Engine::new(chart.field().assumptions().clone(), Interrupt::new())
}

/// That a component is the value of an expression.
#[track_caller]
pub(crate) fn assert_component(holor: &Holor, indices: &[u8], expected: &Expr) {
    let expected = holor.chart().read(expected).unwrap();
    let own = holor.component(indices);
    let field = holor.chart().field();
    assert_eq!(
        own,
        expected,
        "component {indices:?} is {}, not {}",
        field.write(&own),
        field.write(&expected)
    );
}

/// That two holors have the same law, slots and components.
#[track_caller]
pub(crate) fn assert_same(left: &Holor, right: &Holor) {
    assert_eq!(left.law(), right.law(), "laws");
    assert_eq!(left.slots(), right.slots(), "slots");
    let field = left.chart().field();
    let ranges = Symmetry::none(left.rank());
    for indices in ranges.representatives(left.chart().dimension()) {
        let (a, b) = (left.component(&indices), right.component(&indices));
        assert_eq!(
            a,
            b,
            "component {indices:?}: {} and {}",
            field.write(&a),
            field.write(&b)
        );
    }
}

/// That two metrics have the same components.
#[track_caller]
pub(crate) fn assert_same_metric(left: &Metric, right: &Metric) {
    assert_same(left.lower(), right.lower());
}

/// Pseudo-random data, the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        // Knuth's MMIX generator; the high bits are the good ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// From −3 to 3.
    pub(crate) fn small(&mut self) -> i64 {
        self.below(7) as i64 - 3
    }

    /// A polynomial of degree up to 2 in the coordinates.
    pub(crate) fn polynomial(&mut self, chart: &Chart) -> Expr {
        let names = chart.coordinates();
        let mut sum = Expr::integer(self.small());
        for _ in 0..2 {
            let mut term = Expr::integer(self.small());
            for _ in 0..=self.below(2) {
                let place = self.below(names.len() as u64) as usize;
                term = term * s(names[place].name());
            }
            sum = sum + term;
        }
        sum
    }

    /// A polynomial, at times with a sine or cosine of a coordinate in it.
    pub(crate) fn smooth(&mut self, chart: &Chart) -> Expr {
        let polynomial = self.polynomial(chart);
        let place = self.below(chart.dimension() as u64) as usize;
        let argument = s(chart.coordinates()[place].name());
        match self.below(4) {
            0 => polynomial * sin(argument),
            1 => polynomial + cos(argument),
            _ => polynomial,
        }
    }

    pub(crate) fn element(&mut self, chart: &Chart) -> Element {
        let smooth = self.smooth(chart);
        chart.read(&smooth).unwrap()
    }

    pub(crate) fn form(&mut self, chart: &Chart, degree: usize) -> Holor {
        form(chart, degree, false, |_| Ok(self.element(chart))).unwrap()
    }

    pub(crate) fn tensor(&mut self, chart: &Chart, law: Law, slots: &[Slot]) -> Holor {
        Holor::build(chart, law, slots, Symmetry::none(slots.len()), |_| {
            let polynomial = self.polynomial(chart);
            chart.read(&polynomial)
        })
        .unwrap()
    }

    pub(crate) fn vector(&mut self, chart: &Chart) -> Holor {
        self.tensor(chart, Law::TENSOR, &[Slot::UP])
    }

    /// One-forms whose matrix is triangular with 1 or 1 + x² on the diagonal.
    pub(crate) fn coframe(&mut self, chart: &Chart) -> Vec<Holor> {
        (0..dimension_of(chart))
            .map(|row| {
                form(chart, 1, false, |indices| {
                    let column = indices[0];
                    let entry = if column < row {
                        Expr::zero()
                    } else if column > row {
                        Expr::integer(self.small()) * s(chart.coordinates()[0].name())
                            + self.small()
                    } else if self.below(3) == 0 {
                        1 + s(chart.coordinates()[usize::from(row)].name()).powi(2)
                    } else {
                        Expr::one()
                    };
                    chart.read(&entry)
                })
                .unwrap()
            })
            .collect()
    }
}
