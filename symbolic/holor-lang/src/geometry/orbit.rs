//! Integrated geodesics as values: samples by name, a picture of the path.

use std::sync::Arc;

use holor_algebra::{Decimal, Expr, Symbol, latex_symbol};
use holor_geometry::Chart;
use holor_geometry::orbit::{End, Orbit};

use crate::Value;
use crate::plot::{Axis, Layer, Plot, Scale};

/// A geodesic in numbers, on its chart.
#[derive(Clone, Debug, PartialEq)]
pub struct OrbitValue {
    /// The coordinates.
    pub coordinates: Arc<[Symbol]>,
    /// The affine parameter.
    pub parameter: Symbol,
    /// The samples.
    pub orbit: Orbit,
}

impl OrbitValue {
    /// An orbit on a chart.
    pub fn new(chart: &Chart, parameter: Symbol, orbit: Orbit) -> Self {
        Self { coordinates: chart.coordinates().into(), parameter, orbit }
    }

    /// What it is: how many samples, over which parameter, why it ended.
    pub fn describe(&self) -> String {
        let orbit = &self.orbit;
        let (from, to) = (orbit.parameter.first(), orbit.parameter.last());
        let (from, to) = (from.copied().unwrap_or(0.0), to.copied().unwrap_or(0.0));
        let end = match orbit.end {
            End::Reached => "",
            End::Stopped => ", stopped by its condition",
            End::LeftChart => ", ended where the chart ends",
            End::Inaccurate => ", ended where its norm or a momentum is no longer kept",
            End::NotFinite => ", ended where the equation has no finite value",
            End::StepTooSmall => ", ended at a singularity",
            End::TooManySteps => ", ended after the most steps allowed",
        };
        format!(
            "a geodesic in {} samples for {} = {from}..{to}{end}",
            orbit.parameter.len(),
            self.parameter
        )
    }

    /// The names that [`OrbitValue::member`] knows.
    pub fn members(&self) -> Vec<String> {
        let mut names = vec![self.parameter.to_string()];
        names.extend(self.coordinates.iter().map(Symbol::to_string));
        names.extend(self.coordinates.iter().map(|coordinate| format!("d{coordinate}")));
        for quantity in &self.orbit.conserved {
            names.push(self.quantity(quantity.momentum));
        }
        if !self.orbit.conserved.is_empty() {
            names.push("drift".into());
        }
        names
    }

    /// The samples of the parameter, a coordinate `r`, its derivative `dr`, `norm` or a conserved momentum `p_φ`; or
    /// `drift`, the largest change of any conserved quantity, where one is known.
    pub fn member(&self, name: &str) -> Option<Value> {
        let orbit = &self.orbit;
        if name == "drift" && !orbit.conserved.is_empty() {
            let drifts = orbit.conserved.iter().map(|quantity| quantity.drift);
            return Some(number(drifts.fold(0.0, f64::max)));
        }
        let quantity = orbit
            .conserved
            .iter()
            .find(|quantity| self.quantity(quantity.momentum) == name);
        let values = if name == self.parameter.name() {
            &orbit.parameter
        } else if let Some(place) = self.place(name) {
            orbit.positions.get(place)?
        } else if let Some(place) =
            name.strip_prefix('d').and_then(|name| self.place(name))
        {
            orbit.velocities.get(place)?
        } else {
            &quantity?.values
        };
        Some(Value::List(values.iter().copied().map(number).collect()))
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.coordinates.iter().position(|coordinate| coordinate.name() == name)
    }

    fn quantity(&self, momentum: Option<usize>) -> String {
        match momentum.and_then(|place| self.coordinates.get(place)) {
            Some(coordinate) => format!("p_{coordinate}"),
            None => "norm".into(),
        }
    }

    /// A picture of the path: `r cos φ` against `r sin φ` where there are such coordinates (with θ, its projection on the
    /// equatorial plane), else the last two coordinates but for a time, else the coordinate against the parameter.
    pub fn plot(&self) -> Plot {
        let positions = &self.orbit.positions;
        let of = |names: &[&str]| {
            names.iter().find_map(|name| positions.get(self.place(name)?))
        };
        let (points, x, y, equal) = if let (Some(r), Some(azimuth)) =
            (of(&["r", "ρ"]), of(&["φ", "ϕ", "ϑ"]).or_else(|| self.planar_angle()))
        {
            let polar = of(&["φ", "ϕ"]).and(of(&["θ"]));
            let points = (0..r.len()).filter_map(|k| {
                let length = r.get(k)?
                    * polar.map_or(Some(1.0), |it| it.get(k).map(|it| it.sin()))?;
                let angle = azimuth.get(k)?;
                Some((length * angle.cos(), length * angle.sin()))
            });
            let axes = (axis("x", "x"), axis("y", "y"));
            (points.collect::<Vec<_>>(), axes.0, axes.1, true)
        } else {
            let chosen: Vec<usize> = (0..positions.len())
                .filter(|&place| {
                    positions.len() <= 2
                        || !matches!(
                            self.coordinates.get(place).map(Symbol::name),
                            Some("t" | "τ")
                        )
                })
                .take(2)
                .collect();
            let named = |place: usize| {
                self.coordinates.get(place).map_or_else(
                    || axis("", ""),
                    |own| axis(&latex_symbol(own.name()), own.name()),
                )
            };
            let pairs =
                |a: &[f64], b: &[f64]| a.iter().copied().zip(b.iter().copied()).collect();
            match chosen.as_slice() {
                [a, b] => {
                    (pairs(&positions[*a], &positions[*b]), named(*a), named(*b), false)
                }
                _ => {
                    let parameter = self.parameter.name();
                    let points = positions
                        .first()
                        .map_or_else(Vec::new, |own| pairs(&self.orbit.parameter, own));
                    (points, axis(&latex_symbol(parameter), parameter), named(0), false)
                }
            }
        };
        Plot {
            title: String::new(),
            x,
            y,
            layers: vec![Layer::Curve {
                label: String::new(),
                label_text: String::new(),
                pieces: vec![points],
                poles: Vec::new(),
            }],
            equal_aspect: equal,
            size: (480, 480),
        }
    }

    /// `θ` where it is the angle of plane polar coordinates.
    fn planar_angle(&self) -> Option<&Vec<f64>> {
        self.orbit.positions.get(self.place("θ")?)
    }
}

fn axis(label: &str, text: &str) -> Axis {
    Axis {
        label: label.into(),
        label_text: text.into(),
        range: None,
        scale: Scale::Linear,
    }
}

fn number(value: f64) -> Value {
    Value::Expr(Decimal::from_f64(value).map_or_else(Expr::undefined, Expr::decimal))
}
