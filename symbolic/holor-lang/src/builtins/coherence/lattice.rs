//! Coherence along loops of a lattice: gauge links, plaquettes, Wilson and Polyakov loops, topological charge.

use holor_coherence::lattice::{self, GaugeField, GaugeGroup, Step, Su2, U1, Unitary};
use holor_coherence::quantum::DMatrix;
use holor_macros::builtin;

use super::data::{integer, real_if_possible};
use super::pictures;
use super::refusal::OrRefuse as _;
use crate::array::{ArrayAxis, AxisKind, Complex64, NumericArray};
use crate::builtin::{ArrayArgument, Expected, FromValue, Given};
use crate::evaluate::Call;
use crate::field::Simulation;
use crate::plot::Plot;
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

/// The links of a lattice that closes, at one time or several.
#[derive(Clone, Debug)]
pub(super) struct Links {
    fields: Vec<Field>,
    time: Option<ArrayAxis>,
    axes: Vec<ArrayAxis>,
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
    ($of:expr, $field:ident => $body:expr) => {
        match $of {
            Field::Angles($field) => $body,
            Field::Quaternions($field) => $body,
            Field::Matrices($field) => $body,
        }
    };
}

impl FromValue for Links {
    const KIND: &'static str = "links of a lattice: an array over its axes and the directions, or a list of arrays, one for each direction";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let span = given.span;
        let arrays: Option<Vec<NumericArray>> = match &given.value {
            Value::Simulation(Simulation::Field(field)) => {
                Some((0..field.start.len()).filter_map(|it| field.array(it)).collect())
            }
            Value::List(items) => items
                .iter()
                .map(|item| match item {
                    Value::Array(array) => Some((**array).clone()),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        if let Some(arrays) = arrays.filter(|arrays| !arrays.is_empty()) {
            return Ok(from_directions(&arrays, span)?);
        }
        let ArrayArgument { array, .. } = ArrayArgument::from_value(given, call)?;
        let field = of_array(&array, span)?;
        let dimensions = with_field!(&field, field => field.dimensions());
        let axes = array.axes().iter().take(dimensions).cloned().collect();
        let links = Self { fields: vec![field], time: None, axes, span };
        links.require_closed()?;
        Ok(links)
    }
}

/// Links from arrays in the order of directions: an angle, or the four parts of a quaternion, for each.
fn from_directions(arrays: &[NumericArray], span: Span) -> Result<Links> {
    let wrong = |message: String| {
        Box::new(
            Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                .at(span)
                .hint("[run.a_x, run.a_y]")
                .hint("run.U"),
        )
    };
    let Some(first) = arrays.first() else {
        return Err(wrong("there are no links".into()));
    };
    let time = first.time_axis();
    if arrays.iter().any(|it| it.shape() != first.shape() || it.time_axis() != time) {
        return Err(wrong("the arrays of links have different shapes".into()));
    }
    if time.is_some_and(|place| place > 0) {
        return Err(wrong("time is the first axis of links through time".into()));
    }
    let axes: Vec<ArrayAxis> =
        first.axes().iter().skip(usize::from(time.is_some())).cloned().collect();
    let dimensions = axes.len();
    let parts = arrays.len() / dimensions.max(1);
    if dimensions == 0 || parts * dimensions != arrays.len() || ![1, 4].contains(&parts) {
        return Err(wrong(format!(
            "{} arrays for {dimensions} directions: links are one angle or four parts of a quaternion for each",
            arrays.len()
        )));
    }
    let real = arrays
        .iter()
        .map(|it| {
            it.as_real().ok_or_else(|| {
                wrong("links are real: angles, or parts of quaternions".into())
            })
        })
        .collect::<Result<Vec<&[f64]>>>()?;
    let sites: usize = axes.iter().map(ArrayAxis::len).product();
    let shape: Vec<usize> = axes.iter().map(ArrayAxis::len).collect();
    let time = time.and_then(|place| first.axes().get(place).cloned());
    let frames = time.as_ref().map_or(1, ArrayAxis::len);
    let at = |array: usize, place: usize| {
        real.get(array).and_then(|it| it.get(place)).copied().unwrap_or(f64::NAN)
    };
    let mut fields = Vec::with_capacity(frames);
    for frame in 0..frames {
        let places = (0..sites)
            .flat_map(|site| (0..dimensions).map(move |k| (frame * sites + site, k)));
        fields.push(if parts == 1 {
            let links = places.map(|(place, k)| U1(at(k, place))).collect();
            Field::Angles(GaugeField::new(&shape, links).or_refuse(span)?)
        } else {
            let links = places
                .map(|(place, k)| {
                    Su2(std::array::from_fn(|part| at(4 * k + part, place)))
                })
                // Methods in time keep the norm to their order: the direction is what counts.
                .map(|Su2(link)| {
                    let norm = link.iter().map(|x| x * x).sum::<f64>().sqrt();
                    let near = (norm - 1.0).abs() < 1e-3;
                    Su2(if near { link.map(|x| x / norm) } else { link })
                })
                .collect();
            Field::Quaternions(GaugeField::new(&shape, links).or_refuse(span)?)
        });
    }
    let links = Links { fields, time, axes, span };
    links.require_closed()?;
    Ok(links)
}

/// Links from one array: over the lattice, the directions, and what a link is made of.
fn of_array(array: &NumericArray, span: Span) -> Result<Field> {
    let shape = array.shape();
    let lattice = |extra: usize| -> Option<&[usize]> {
        let dimensions = shape.len().checked_sub(1 + extra).filter(|&d| d > 0)?;
        (shape.get(dimensions) == Some(&dimensions)).then(|| shape.get(..dimensions))?
    };
    Ok(match (array.as_real(), shape.last()) {
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
                return Diagnostic::error(&codes::E0307_INVALID, message).at(span).into();
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
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                .at(span)
                .hint("zeros(8, 8, 2)")
                .into();
        }
    })
}

fn are_units(values: &[f64]) -> bool {
    values
        .chunks_exact(4)
        .all(|it| (it.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-9)
}

impl Links {
    fn shape(&self) -> Vec<usize> {
        self.axes.iter().map(ArrayAxis::len).collect()
    }

    fn dimensions(&self) -> usize {
        self.axes.len()
    }

    /// E0307 for an axis of space that ends: loops close around the lattice.
    fn require_closed(&self) -> Result<()> {
        let open =
            self.axes.iter().find(|it| it.kind() == AxisKind::Space { periodic: false });
        let Some(open) = open else { return Ok(()) };
        let message = format!(
            "the lattice of links closes in all directions, and {} ends",
            open.name()
        );
        Diagnostic::error(&codes::E0307_INVALID, message)
            .at(self.span)
            .hint("boundary = periodic")
            .into()
    }

    /// A number of the links at each time, or the one number.
    fn numbers(
        &self,
        call: &Call<'_>,
        name: &str,
        of: impl Fn(&Field) -> holor_coherence::Result<Complex64>,
    ) -> Result<Value> {
        let mut numbers = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            call.poll()?;
            numbers.push(of(field).or_refuse(self.span)?);
        }
        Ok(match &self.time {
            Some(time) => NumericArray::along(real_if_possible(numbers), time.clone())
                .map_or(Value::Nothing, |it| it.named(name).into_value()),
            None => numbers.first().map_or(Value::Nothing, |&z| crate::array::number(z)),
        })
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

    /// An array over some axes of the lattice, and over time, of a list of numbers for each time.
    fn arrays(
        &self,
        axes: Vec<ArrayAxis>,
        name: &str,
        of: impl Fn(&Field) -> holor_coherence::Result<Vec<Complex64>>,
    ) -> Result<Option<NumericArray>> {
        let mut values = Vec::new();
        for field in &self.fields {
            values.extend(of(field).or_refuse(self.span)?);
        }
        let mut all: Vec<ArrayAxis> = self.time.iter().cloned().collect();
        all.extend(axes);
        Ok(NumericArray::new(real_if_possible(values), all).map(|it| it.named(name)))
    }
}

/// The Wilson loop Tr W/N of gauge links: of rectangles `[r, t]`, averaged over the lattice, or of one closed path.
///
/// Links are an array over the d axes of a lattice that closes, and its d directions: angles θ of U(1), or numbers e^{iθ};
/// unit quaternions (4 numbers) of SU(2); or unitary matrices (N by N). Fields of links, `run.U` and lists of arrays, one angle
/// or four parts for each direction, are taken as well; of links through time there is a number for each time. The link from x along μ is U[x, …, μ], and a path
/// multiplies its links from left to right. A path is a list of at least three steps, ±axis, from the site `start`. Of
/// rectangles all planes count, each from its first axis to its second and with the longer side along either, or `plane = [1, 2]`. Wilson, Phys. Rev. D 10 (1974) 2445.
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
    since = "0.1",
    returns = "number or array",
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
) -> Result<Value> {
    if let (&[r, t], None) = (path.as_slice(), &start) {
        let side = |n: i64| {
            usize::try_from(n).ok().filter(|&n| n > 0).ok_or_else(|| {
                let message = format!("a side of a loop has 1, 2, … links, not {n}");
                call.error(&codes::E0204_OUT_OF_RANGE, message)
            })
        };
        let (r, t) = (side(r)?, side(t)?);
        let plane =
            plane.as_deref().map(|plane| links.plane(call, Some(plane))).transpose()?;
        return links.numbers(call, "W", |field| match plane {
            None => with_field!(field, field => {
                field.average_wilson_loop(r, t).map(|it| it.value)
            }),
            Some((a, b)) => with_field!(field, field => {
                let loops = field.wilson_loops(a, b, r, t)?;
                Ok(loops.iter().sum::<Complex64>() / loops.len() as f64)
            }),
        });
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
                && place.iter().zip(&shape).all(|(&x, &n)| x >= 1 && x <= n);
            if !inside {
                let message = format!(
                    "the site {place:?} is not there; sites are [1, …] to {shape:?}"
                );
                return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
            }
            place.iter().zip(&shape).fold(0, |site, (&x, &n)| site * n + x - 1)
        }
    };
    let mut end: Vec<i64> = vec![0; shape.len()];
    for step in &steps {
        if let Some(place) = end.get_mut(step.axis) {
            *place += if step.forward { 1 } else { -1 };
        }
    }
    let closed =
        end.iter().zip(&shape).all(|(&moved, &n)| moved.rem_euclid(n as i64) == 0);
    if !closed || steps.is_empty() {
        let message = "the path does not come back to where it starts; a loop is closed";
        return Err(call.error(&codes::E0307_INVALID, message));
    }
    links.numbers(call, "W", |field| {
        with_field!(field, field => {
            field.holonomy(site, &steps).map(|it| it.normalized_trace())
        })
    })
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
    since = "0.1",
    see("plaquettes", "wilson_loop")
)]
fn average_plaquette(
    call: &Call<'_>,
    /// The links U.
    links: Links,
) -> Result<Value> {
    links.numbers(call, "P", |field| {
        with_field!(field, field => field.average_plaquette()).map(Complex64::from)
    })
}

/// The plaquettes Tr P/N of one plane at each site of a lattice; of U(1) with `angle = true` their angles.
///
/// ```holor
/// U = zeros(3, 3, 2); U[1, 1, 1] = 0.5; plaquettes(U, angle = true)    # => array([[0.5, 0.0, -0.5], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", returns = "array", see("average_plaquette", "topological_charge"))]
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
    if angle && !matches!(links.fields.first(), Some(Field::Angles(_))) {
        let message = "a plaquette has an angle in U(1) alone";
        return Err(call.error(&codes::E0307_INVALID, message));
    }
    let name = if angle { "arg(P)" } else { "P" };
    let array = links.arrays(links.axes.clone(), name, |field| {
        let values = with_field!(field, field => field.wilson_loops(a, b, 1, 1))?;
        Ok(match angle {
            true => values.iter().map(|z| Complex64::from(z.arg())).collect(),
            false => values,
        })
    })?;
    Ok(array.map_or(Value::Nothing, |array| array.with_angle(angle).into_value()))
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
    since = "0.1",
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
    let mut axes: Vec<ArrayAxis> = links
        .axes
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != axis)
        .map(|(_, axis)| axis.clone())
        .collect();
    if axes.is_empty() {
        axes.push(ArrayAxis::index(1));
    }
    let mean = links.numbers(call, "P", |field| {
        with_field!(field, field => field.polyakov_loops(axis)).map(|it| it.mean)
    })?;
    let loops = links.arrays(axes, "P", |field| {
        with_field!(field, field => field.polyakov_loops(axis)).map(|it| it.loops)
    })?;
    Ok(Record::new("Polyakov loops")
        .described("Tr/N of the product of all links along an axis")
        .with("mean", mean)
        .with("loops", loops.map_or(Value::Nothing, NumericArray::into_value))
        .drawn(|record| {
            let (loops, _) = pictures::last_frame(pictures::part(record, "loops")?);
            let points = loops.to_complex().iter().map(|z| (z.re, z.im)).collect();
            let (x, y) =
                ((r"\operatorname{Re} P", "Re P"), (r"\operatorname{Im} P", "Im P"));
            let plot = pictures::scatter(points, x, y, "Polyakov loops");
            Ok(Plot { equal_aspect: true, size: (480, 480), ..plot })
        }))
}

/// The Creutz ratio χ(r, t) = -ln [W(r,t) W(r-1,t-1)/(W(r,t-1) W(r-1,t))]: the string tension where the area law holds.
///
/// Creutz, Phys. Rev. Lett. 45 (1980) 313. The means are over one configuration of links, or over several in a list.
///
/// ```holor
/// creutz_ratio(zeros(4, 4, 2), 2, 2)           # => 0.0
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("wilson_loop"))]
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
    if several.is_empty() {
        return Err(call.error(&codes::E0301_UNDEFINED, "there are no links"));
    }
    let mut sums = [0.0; 4];
    for (links, field) in
        several.iter().flat_map(|it| it.fields.iter().map(move |field| (it, field)))
    {
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
                    with_field!(field, field => field.average_wilson_loop(r, t))
                        .or_refuse(links.span)?
                        .value
                        .re
                }
            };
        }
    }
    let count = several.iter().map(|it| it.fields.len()).sum::<usize>().max(1) as f64;
    let [a, b, c, d] = sums.map(|sum| sum / count);
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
/// U = zeros(3, 3, 2); U[1, 1, 1] = pi; topological_charge(U)    # error: [E0301]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", returns = "number", see("plaquettes", "chern_number"))]
fn topological_charge(
    call: &Call<'_>,
    /// The links U.
    links: Links,
) -> Result<Value> {
    if matches!(links.fields.first(), Some(Field::Matrices(_))) {
        let message =
            "a charge is known for angles in two dimensions and quaternions in four";
        return Err(call.error(&codes::E0307_INVALID, message));
    }
    if let (None, Some(Field::Angles(field))) = (&links.time, links.fields.first()) {
        let found = lattice::topological_charge_2d(field).or_refuse(links.span)?;
        return Ok(integer(found.charge));
    }
    links.numbers(call, "Q", |field| match field {
        Field::Angles(field) => lattice::topological_charge_2d(field)
            .map(|it| Complex64::from(it.charge as f64)),
        Field::Quaternions(field) => {
            lattice::clover_charge(field).map(|it| Complex64::from(it.charge))
        }
        Field::Matrices(_) => Ok(Complex64::from(0.0)),
    })
}
