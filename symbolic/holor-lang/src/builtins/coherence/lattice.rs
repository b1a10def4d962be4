//! Coherence along loops of a lattice: gauge links, plaquettes, Wilson and Polyakov loops, topological charge.

use holor_coherence::lattice::{self, GaugeField, GaugeGroup, Step, Su2, U1, Unitary};
use holor_coherence::quantum::DMatrix;
use holor_macros::builtin;

use super::data::{integer, real_if_possible};
use super::pictures;
use super::refusal::OrRefuse as _;
use crate::array::{ArrayAxis, Complex64, NumericArray};
use crate::builtin::{ArrayArgument, Expected, FromValue, Given};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Record, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &WILSON_LOOP,
    &AVERAGE_PLAQUETTE,
    &PLAQUETTES,
    &POLYAKOV_LOOP,
    &CREUTZ_RATIO,
    &TOPOLOGICAL_CHARGE,
];

/// The links of a lattice that closes.
#[derive(Clone, Debug)]
pub(super) struct Links {
    field: Field,
    span: Span,
}

#[derive(Clone, Debug)]
enum Field {
    Angles(GaugeField<U1>),
    Quaternions(GaugeField<Su2>),
    Matrices(GaugeField<Unitary>),
}

/// The same expression for each group.
macro_rules! with_field {
    ($links:expr, $field:ident => $body:expr) => {
        match &$links.field {
            Field::Angles($field) => $body,
            Field::Quaternions($field) => $body,
            Field::Matrices($field) => $body,
        }
    };
}

impl FromValue for Links {
    const KIND: &'static str =
        "links of a lattice: an array over its axes and the directions";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let ArrayArgument { array, span } = ArrayArgument::from_value(given, call)?;
        let shape = array.shape();
        let lattice = |extra: usize| -> Option<&[usize]> {
            // Axes of the lattice, the directions, and what a link is made of.
            let dimensions = shape.len().checked_sub(1 + extra).filter(|&d| d > 0)?;
            (shape.get(dimensions) == Some(&dimensions))
                .then(|| shape.get(..dimensions))?
        };
        let field = match (array.as_real(), shape.last()) {
            (Some(values), Some(4)) if lattice(1).is_some() && are_units(values) => {
                let links = values
                    .chunks_exact(4)
                    .filter_map(|it| <[f64; 4]>::try_from(it).ok().map(Su2))
                    .collect();
                let shape = lattice(1).unwrap_or_default();
                Field::Quaternions(GaugeField::new(shape, links).or_refuse(span)?)
            }
            (Some(values), _) if lattice(0).is_some() => {
                let links = values.iter().map(|&angle| U1(angle)).collect();
                let shape = lattice(0).unwrap_or_default();
                Field::Angles(GaugeField::new(shape, links).or_refuse(span)?)
            }
            (None, _) if lattice(0).is_some() => {
                let values = array.to_complex();
                if let Some(z) = values.iter().find(|z| (z.norm() - 1.0).abs() > 1e-9) {
                    let message =
                        format!("a link is {z}; an element of U(1) has absolute value 1");
                    let error = Diagnostic::error(&codes::E0307_INVALID, message);
                    return Err(error.at(span).into());
                }
                let links = values.iter().map(|z| U1(z.arg())).collect();
                let shape = lattice(0).unwrap_or_default();
                Field::Angles(GaugeField::new(shape, links).or_refuse(span)?)
            }
            (_, Some(&n))
                if lattice(2).is_some()
                    && shape.get(shape.len().wrapping_sub(2)) == Some(&n) =>
            {
                let values = array.to_complex();
                let links = values
                    .chunks_exact((n * n).max(1))
                    .map(|it| Unitary(DMatrix::from_row_slice(n, n, it)))
                    .collect();
                let shape = lattice(2).unwrap_or_default();
                Field::Matrices(GaugeField::new(shape, links).or_refuse(span)?)
            }
            _ => {
                let message = format!(
                    "links are angles over d axes and the d directions, quaternions with 4 or matrices with N by N numbers more, found {}",
                    array.describe()
                );
                let error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, message);
                return Err(error.at(span).hint("zeros(8, 8, 2)").into());
            }
        };
        Ok(Self { field, span })
    }
}

fn are_units(values: &[f64]) -> bool {
    values
        .chunks_exact(4)
        .all(|it| (it.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-9)
}

impl Links {
    fn shape(&self) -> &[usize] {
        with_field!(self, field => field.shape())
    }

    fn dimensions(&self) -> usize {
        self.shape().len()
    }

    /// A direction counted from 1 as one counted from 0.
    fn axis(&self, call: &Call<'_>, axis: usize) -> Result<usize> {
        let known = self.dimensions();
        axis.checked_sub(1).filter(|&it| it < known).ok_or_else(|| {
            let message = format!("there is no axis {axis}; they are 1 to {known}");
            call.error(&codes::E0204_OUT_OF_RANGE, message)
        })
    }

    /// Two directions counted from 1; the first two where none are given.
    fn plane(&self, call: &Call<'_>, plane: Option<&[usize]>) -> Result<(usize, usize)> {
        match plane {
            None if self.dimensions() >= 2 => Ok((0, 1)),
            None => {
                let message = "a lattice of one dimension has no planes";
                Err(call.error(&codes::E0301_UNDEFINED, message))
            }
            Some(&[a, b]) if a != b => Ok((self.axis(call, a)?, self.axis(call, b)?)),
            Some(other) => {
                let message =
                    format!("a plane is two different axes [1, 2], found {other:?}");
                Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message))
            }
        }
    }

    /// An array over the sites of the lattice.
    fn over_sites(&self, values: Vec<Complex64>, name: &str) -> Value {
        let axes: Vec<ArrayAxis> =
            self.shape().iter().map(|&length| ArrayAxis::index(length)).collect();
        NumericArray::new(real_if_possible(values), axes)
            .map_or(Value::Nothing, |array| array.named(name).into_value())
    }
}

/// The Wilson loop Tr W/N of gauge links: of rectangles `[r, t]`, averaged over the lattice, or of one closed path.
///
/// Links are an array over the d axes of a lattice that closes, and its d directions: angles θ of U(1), or numbers e^{iθ};
/// unit quaternions (4 numbers) of SU(2); or unitary matrices (N by N). The link from x along μ is U[x, …, μ], and a path
/// multiplies its links from left to right. A path is a list of at least three steps, ±axis, from the site `start`. Of
/// rectangles all planes count, or `plane = [1, 2]`. Wilson, Phys. Rev. D 10 (1974) 2445.
///
/// ```holor
/// wilson_loop(zeros(4, 4, 2), [2, 3])          # => 1.0
/// U = zeros(3, 3, 2); U[1, 1, 1] = 0.5; abs(wilson_loop(U, [1, 2, -1, -2]) - exp(0.5 i)) < 1e-12    # => true
/// wilson_loop(zeros(4, 4, 2), [1, 2, -1])      # error: [E0307]
/// wilson_loop(zeros(4, 4, 3), [1, 1])          # error: [E0203]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.3",
    returns = "number",
    see("average_plaquette", "polyakov_loop", "creutz_ratio", "cycle_holonomy", "holonomy")
)]
fn wilson_loop(
    call: &Call<'_>,
    /// The links U.
    links: Links,
    /// The sides `[r, t]` of a rectangle, or the steps of a path such as `[1, 2, -1, -2]`.
    path: Vec<i64>,
    /// The site where a path starts, counted from 1 along each axis; the first if left out.
    #[named]
    start: Option<Vec<usize>>,
    /// The plane of the rectangles.
    #[named]
    plane: Option<Vec<usize>>,
) -> Result<Complex64> {
    if let (&[r, t], None) = (path.as_slice(), &start) {
        let side = |n: i64| {
            usize::try_from(n).ok().filter(|&n| n > 0).ok_or_else(|| {
                let message = format!("a side of a loop has 1, 2, … links, not {n}");
                call.error(&codes::E0204_OUT_OF_RANGE, message)
            })
        };
        let (r, t) = (side(r)?, side(t)?);
        let found = match &plane {
            None => with_field!(links, field => {
                field.average_wilson_loop(r, t).map(|it| it.value)
            }),
            Some(plane) => {
                let (a, b) = links.plane(call, Some(plane))?;
                with_field!(links, field => field.wilson_loops(a, b, r, t).map(|it| {
                    it.iter().sum::<Complex64>() / it.len() as f64
                }))
            }
        };
        return found.or_refuse(links.span);
    }
    let mut steps = Vec::with_capacity(path.len());
    for &step in &path {
        let axis = usize::try_from(step.unsigned_abs()).unwrap_or(0);
        steps.push(Step { axis: links.axis(call, axis)?, forward: step > 0 });
    }
    let shape = links.shape();
    let site = match start {
        None => 0,
        Some(place) => {
            let inside = place.len() == shape.len()
                && place.iter().zip(shape).all(|(&x, &n)| x >= 1 && x <= n);
            if !inside {
                let message = format!(
                    "the site {place:?} is not there; sites are [1, …] to {shape:?}"
                );
                return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
            }
            place.iter().zip(shape).fold(0, |site, (&x, &n)| site * n + x - 1)
        }
    };
    let mut end: Vec<i64> = vec![0; shape.len()];
    for step in &steps {
        if let Some(place) = end.get_mut(step.axis) {
            *place += if step.forward { 1 } else { -1 };
        }
    }
    let closed =
        end.iter().zip(shape).all(|(&moved, &n)| moved.rem_euclid(n as i64) == 0);
    if !closed || steps.is_empty() {
        let message = "the path does not come back to where it starts; a loop is closed";
        return Err(call.error(&codes::E0307_INVALID, message));
    }
    with_field!(links, field => {
        field.holonomy(site, &steps).map(|it| it.normalized_trace())
    })
    .or_refuse(links.span)
}

/// The mean plaquette Re Tr P/N of gauge links over all sites and planes: 1 where there is no field.
///
/// Links as for `wilson_loop`.
///
/// ```holor
/// average_plaquette(zeros(4, 4, 2))            # => 1.0
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.3",
    see("plaquettes", "wilson_loop")
)]
fn average_plaquette(
    /// The links U.
    links: Links,
) -> Result<f64> {
    with_field!(links, field => field.average_plaquette()).or_refuse(links.span)
}

/// The plaquettes Tr P/N of one plane at each site of a lattice; of U(1) with `angle = true` their angles.
///
/// ```holor
/// U = zeros(3, 3, 2); U[1, 1, 1] = 0.5; plaquettes(U, angle = true)    # => array([[0.5, 0.0, -0.5], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", returns = "array", see("average_plaquette", "topological_charge"))]
fn plaquettes(
    call: &Call<'_>,
    /// The links U.
    links: Links,
    /// The plane, two axes counted from 1; the first two if left out.
    #[named]
    plane: Option<Vec<usize>>,
    /// Whether angles are meant.
    #[named]
    #[default(false)]
    angle: bool,
) -> Result<Value> {
    let (a, b) = links.plane(call, plane.as_deref())?;
    let values = with_field!(links, field => field.wilson_loops(a, b, 1, 1))
        .or_refuse(links.span)?;
    if !angle {
        return Ok(links.over_sites(values, "P"));
    }
    let Field::Angles(_) = links.field else {
        let message = "a plaquette has an angle in U(1) alone";
        return Err(call.error(&codes::E0307_INVALID, message));
    };
    let angles = values.iter().map(|z| Complex64::from(z.arg())).collect();
    Ok(match links.over_sites(angles, "arg(P)") {
        Value::Array(array) => (*array).clone().with_angle(true).into_value(),
        other => other,
    })
}

/// The Polyakov loops of gauge links: Tr/N of the product of all links along an axis, at each site across, and their mean.
///
/// |mean| is the order parameter of confinement.
///
/// ```holor
/// polyakov_loop(zeros(4, 4, 2), 2).mean        # => 1.0
/// polyakov_loop(zeros(4, 4, 2), 3)             # error: [E0204]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.3",
    returns = "Polyakov loops",
    aliases("polyakov_loops"),
    see("wilson_loop")
)]
fn polyakov_loop(
    call: &Call<'_>,
    /// The links U.
    links: Links,
    /// The axis along which the loops close, counted from 1; the last if left out.
    axis: Option<usize>,
) -> Result<Record> {
    let axis = links.axis(call, axis.unwrap_or(links.dimensions()))?;
    let found =
        with_field!(links, field => field.polyakov_loops(axis)).or_refuse(links.span)?;
    let mut axes: Vec<ArrayAxis> = links
        .shape()
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != axis)
        .map(|(_, &length)| ArrayAxis::index(length))
        .collect();
    if axes.is_empty() {
        axes.push(ArrayAxis::index(1));
    }
    let loops = NumericArray::new(real_if_possible(found.loops), axes);
    Ok(Record::new("Polyakov loops")
        .described("Tr/N of the product of all links along an axis")
        .with("mean", crate::array::number(found.mean))
        .with("loops", loops.map_or(Value::Nothing, NumericArray::into_value))
        .drawn(|record| {
            let loops = pictures::part(record, "loops")?.to_complex();
            let points = loops.iter().map(|z| (z.re, z.im)).collect();
            let (x, y) =
                ((r"\operatorname{Re} P", "Re P"), (r"\operatorname{Im} P", "Im P"));
            Ok(pictures::scatter(points, x, y, "Polyakov loops"))
        }))
}

/// The Creutz ratio χ(r, t) = -ln [W(r,t) W(r-1,t-1)/(W(r,t-1) W(r-1,t))]: the string tension where the area law holds.
///
/// Creutz, Phys. Rev. Lett. 45 (1980) 313. The means are over one configuration of links, or over several in a list.
///
/// ```holor
/// creutz_ratio(zeros(4, 4, 2), 2, 2)           # => 0.0
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", see("wilson_loop"))]
fn creutz_ratio(
    call: &Call<'_>,
    /// The links U.
    links: crate::builtin::Either<Links, Vec<Links>>,
    /// The side r.
    r: usize,
    /// The side t.
    t: usize,
) -> Result<f64> {
    let several = match links {
        crate::builtin::Either::First(one) => vec![one],
        crate::builtin::Either::Second(several) => several,
    };
    let mut sums = [0.0; 4];
    for links in &several {
        for (sum, (r, t)) in sums.iter_mut().zip([
            (r, t),
            (r.wrapping_sub(1), t.wrapping_sub(1)),
            (r, t.wrapping_sub(1)),
            (r.wrapping_sub(1), t),
        ]) {
            if r == usize::MAX || t == usize::MAX {
                let message = "a side of a loop has 1, 2, … links";
                return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
            }
            *sum += match (r, t) {
                // W(r, 0) = W(0, t) = 1.
                (0, _) | (_, 0) => 1.0,
                _ => {
                    with_field!(links, field => field.average_wilson_loop(r, t))
                        .or_refuse(links.span)?
                        .value
                        .re
                }
            };
        }
    }
    let [a, b, c, d] = sums.map(|sum| sum / several.len().max(1) as f64);
    lattice::creutz_ratio(a, b, c, d).or_refuse(call.span())
}

/// The topological charge of gauge links: the exact integer of U(1) in two dimensions, the clover sum of SU(2) in four.
///
/// In two dimensions (1/2π) Σ arg P (Lüscher 1982), positive for a flux that turns from axis 1 to axis 2; the clover sum is
/// near an integer on smooth fields only (Di Vecchia et al. 1981).
///
/// ```holor
/// topological_charge(zeros(4, 4, 2))           # => 0
/// topological_charge(zeros(4, 4, 4, 3))        # error: [E0307]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.3", returns = "number", see("plaquettes", "chern_number"))]
fn topological_charge(
    call: &Call<'_>,
    /// The links U.
    links: Links,
) -> Result<Value> {
    Ok(match &links.field {
        Field::Angles(field) => {
            integer(lattice::topological_charge_2d(field).or_refuse(links.span)?.charge)
        }
        Field::Quaternions(field) => {
            lattice::clover_charge(field).or_refuse(links.span)?.charge.into()
        }
        Field::Matrices(_) => {
            let message =
                "a charge is known for angles in two dimensions and quaternions in four";
            return Err(call.error(&codes::E0307_INVALID, message));
        }
    })
}
