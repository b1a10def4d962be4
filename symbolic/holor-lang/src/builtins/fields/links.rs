//! Starts of gauge fields, gauge transformations of their numbers, and how far links drift from their group.

use std::sync::Arc;

use holor_field::equation::Complex64;
use holor_field::noise::normals;
use holor_macros::builtin;

use crate::array::{ArrayAxis, ArrayValues, AxisKind};
use crate::builtin::{ArrayArgument, Many, Spanned, word};
use crate::evaluate::Call;
use crate::field::BoxValue;
use crate::{Builtin, Diagnostic, NumericArray, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&RANDOM_LINKS, &UNIFORM_FLUX, &GAUGE_TRANSFORMED, &LINK_DRIFT, &NORMALISE_LINKS];

word! {
    /// The group of links.
    pub(crate) GroupWord {
        /// Quaternions.
        Su2 = "su2",
        /// Angles.
        U1 = "u1",
    }
}

fn on_box(grid: &BoxValue, parts: Vec<Vec<f64>>) -> Value {
    let axes: Arc<[ArrayAxis]> = grid.array_axes().into();
    Value::List(
        parts
            .into_iter()
            .filter_map(|values| NumericArray::new(values, axes.clone()))
            .map(Value::from)
            .collect(),
    )
}

/// Random links on a box, or a random gauge transformation: arrays in the order of directions, for the start of a field.
///
/// Without a spread they are uniform on the group, as at infinite temperature (hot). With it they are near 1: the angle of U(1), the
/// three angles `α_a` of `exp(i α_a σ_a)` of SU(2), are normal numbers times the spread.
///
/// ```holor
/// B = box(x = 0..4, y = 0..4; points = 4); U = field(B, links, random_links(B, seed = 1)); link_drift(U.start) < 1e-15    # => true
/// B = box(x = 0..4, y = 0..4; points = 4); len(random_links(B, 0.1, group = u1, seed = 2))    # => 2
/// B = box(x = 0..4; points = 4); random_links(B, -1)    # error: [E0204]
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "list of arrays", see("wilson_flow", "gauge_transformed", "field"))]
fn random_links(
    call: &Call<'_>,
    /// The box.
    r#box: Arc<BoxValue>,
    /// How far from 1; uniform on the group if left out.
    spread: Option<f64>,
    /// `su2` or `u1`; `su2` if left out.
    #[named]
    group: Option<GroupWord>,
    /// How many links for each point; the number of directions if left out. 1 for a gauge transformation.
    #[named]
    count: Option<usize>,
    /// Fixes the numbers.
    #[named]
    seed: Option<u64>,
) -> Result<Value> {
    let grid = r#box;
    let seed = seed.unwrap_or_else(|| call.seed());
    let count = count.unwrap_or(grid.coordinates.len());
    if count == 0 || count > 16 {
        let message = "there are one to 16 links for each point";
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    if let Some(spread) = spread.filter(|it| !(*it >= 0.0 && it.is_finite())) {
        let message = format!("the spread is {spread}; it is 0 or more");
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    let cells = grid.cells();
    let mut stream = 0;
    let mut draw = || {
        stream += 1;
        normals(seed, stream - 1, 0, cells)
    };
    let mut parts = Vec::new();
    for _ in 0..count {
        match (group.unwrap_or(GroupWord::Su2), spread) {
            (GroupWord::U1, Some(spread)) => {
                parts.push(draw().into_iter().map(|a| spread * a).collect());
            }
            (GroupWord::U1, None) => {
                let (a, b) = (draw(), draw());
                parts.push(a.iter().zip(&b).map(|(a, b)| a.atan2(*b)).collect());
            }
            (GroupWord::Su2, Some(spread)) => {
                let drawn = [draw(), draw(), draw()];
                let mut link: Vec<Vec<_>> =
                    (0..4).map(|_| Vec::with_capacity(cells)).collect();
                for cell in 0..cells {
                    let turn = drawn
                        .each_ref()
                        .map(|all| spread * all.get(cell).copied().unwrap_or_default());
                    let angle = turn.iter().map(|a| a * a).sum::<f64>().sqrt();
                    let rate = if angle == 0.0 { 1.0 } else { angle.sin() / angle };
                    let whole =
                        [angle.cos(), turn[0] * rate, turn[1] * rate, turn[2] * rate];
                    for (part, value) in link.iter_mut().zip(whole) {
                        part.push(value);
                    }
                }
                parts.extend(link);
            }
            (GroupWord::Su2, None) => {
                let mut link = vec![draw(), draw(), draw(), draw()];
                normalise(&mut link);
                parts.extend(link);
            }
        }
    }
    Ok(on_box(&grid, parts))
}

/// Quaternions of norm 1.
fn normalise(link: &mut [Vec<f64>]) {
    let cells = link.first().map_or(0, Vec::len);
    for cell in 0..cells {
        let square: f64 =
            link.iter().filter_map(|part| part.get(cell)).map(|a| a * a).sum();
        let norm = square.sqrt();
        for value in link.iter_mut().filter_map(|part| part.get_mut(cell)) {
            *value /= norm;
        }
    }
}

/// Angles of U(1) links with a uniform flux of so many quanta `2π/e` through the plane of the first two coordinates.
///
/// The plane is periodic. Every plaquette has the angle `2π n/(points of the plane)`, but for one that has `2π n` less: the flux
/// through a torus is a whole number, and links of a compact group know it modulo `2π`.
///
/// ```holor
/// B = box(x = 0..8, y = 0..8; points = 8); a = field(B, covector, uniform_flux(B, 2)); abs(observe(plaquette(a))[3, 3] - 4pi/64) < 1e-15    # => true
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "list of arrays", see("abelian_higgs", "plaquette", "field"))]
fn uniform_flux(
    call: &Call<'_>,
    /// The box.
    r#box: Arc<BoxValue>,
    /// The number of quanta; may be negative.
    quanta: i64,
) -> Result<Value> {
    let axes = &r#box.grid.axes;
    let (Some(first), Some(second)) = (axes.first(), axes.get(1)) else {
        let message = "a flux goes through the plane of two coordinates";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    };
    if !(first.closed && second.closed) {
        let message =
            "a flux that is a whole number of quanta goes through a periodic plane";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    let (columns, rows) = (first.points, second.points);
    let depth: usize = axes.iter().skip(2).map(|axis| axis.points).product();
    let turn = std::f64::consts::TAU * quanta as f64;
    let mut parts = vec![Vec::with_capacity(r#box.cells()); axes.len()];
    for column in 0..columns {
        for row in 0..rows {
            let seam = if column + 1 == columns {
                -turn * row as f64 / rows as f64
            } else {
                0.0
            };
            let along = turn * column as f64 / (columns * rows) as f64;
            for (axis, part) in parts.iter_mut().enumerate() {
                let value = [seam, along].get(axis).copied().unwrap_or(0.0);
                part.extend(std::iter::repeat_n(value, depth));
            }
        }
    }
    Ok(on_box(&r#box, parts))
}

/// Arrays of links: how many directions, and parts for each.
struct Numbers {
    arrays: Vec<Arc<NumericArray>>,
    parts: usize,
}

/// Reads lists of arrays with the same axes: links for each direction of space.
fn numbers(call: &Call<'_>, links: &Spanned<Many<ArrayArgument>>) -> Result<Numbers> {
    let arrays: Vec<Arc<NumericArray>> =
        links.value.items.iter().map(|item| item.array.clone()).collect();
    let wrong = |message: String| {
        Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(links.span)
    };
    let Some(first) = arrays.first() else {
        return wrong("there are no links".into()).into();
    };
    if arrays.iter().any(|array| array.shape() != first.shape()) {
        return wrong("the arrays of links have different shapes".into()).into();
    }
    if arrays.iter().any(|array| array.is_complex()) {
        return wrong("links are real: angles, or four components".into()).into();
    }
    let space = first.axes().iter().filter(|axis| axis.kind() != AxisKind::Time).count();
    let parts = arrays.len() / space.max(1);
    if space == 0 || parts * space != arrays.len() || ![1, 4].contains(&parts) {
        return wrong(format!(
            "{} arrays for {space} directions: `{}` takes one angle or four components for each",
            arrays.len(),
            call.name()
        ))
        .hint("[run.a_x, run.a_y]")
        .hint("run.U")
        .into();
    }
    Ok(Numbers { arrays, parts })
}

/// Links, or matter, after a gauge transformation: `U_k(x) → g(x) U_k(x) g(x + k)⁻¹`, `φ → g φ`, as arrays.
///
/// Angles of links become `θ_k + α(x + k) - α(x)`. Links are arrays in the order of directions; the transformation is an array of angles `α`, `g = e^(i α)`, or a list of the four
/// components of a unit quaternion (`random_links(B, count = 1)`). Matter of U(1) is a complex array, of SU(2) a list of two (a doublet,
/// `φ → g φ`) or of three real ones (a triplet, `φ·σ → g φ·σ g⁻¹`).
///
/// ```holor
/// B = box(x = 0..4, y = 0..4; points = 4); a = field(B, covector, gauge_transformed(uniform_flux(B, 1), random_links(B, group = u1, count = 1, seed = 3)[1])); abs(observe(plaquette(a))[1, 1] - pi/8) < 1e-14    # => true
/// B = box(x = 0..4; points = 4); p = field(B, complex, 1); q = field(B, complex, i); g = random_links(B, count = 1, seed = 3); w = gauge_transformed([p.start, q.start], g); max(abs(abs(w[1])^2 + abs(w[2])^2 - 2)) < 1e-14    # => true
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "array or list of arrays", see("random_links", "covariant_difference", "su2_higgs"))]
fn gauge_transformed(
    call: &Call<'_>,
    /// The links, or matter.
    links: Spanned<Many<ArrayArgument>>,
    /// The transformation: an array of angles, or four arrays.
    by: Spanned<Many<ArrayArgument>>,
) -> Result<Value> {
    if let Some(matter) = transformed_matter(&links, &by)? {
        return Ok(matter);
    }
    let Numbers { arrays, parts } = numbers(call, &links)?;
    let gauge: Vec<Arc<NumericArray>> =
        by.value.items.iter().map(|item| item.array.clone()).collect();
    let first = arrays.first().map(|array| array.shape()).unwrap_or_default();
    if gauge.len() != parts
        || gauge.iter().any(|array| array.shape() != first || array.is_complex())
    {
        let message = format!(
            "the transformation has {parts} real array{} of the shape of the links",
            if parts == 1 { "" } else { "s" }
        );
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(by.span).into();
    }
    let value = |array: &NumericArray, place: usize| {
        array.as_real().and_then(|all| all.get(place).copied()).unwrap_or(f64::NAN)
    };
    let cells: usize = first.iter().product();
    let mut results = Vec::new();
    let axes: Vec<usize> = arrays
        .first()
        .map(|array| array.axes())
        .unwrap_or_default()
        .iter()
        .enumerate()
        .filter(|(_, axis)| axis.kind() != AxisKind::Time)
        .map(|(place, _)| place)
        .collect();
    for (link, axis) in arrays.chunks(parts).zip(axes) {
        let stride: usize = first.iter().skip(axis + 1).product();
        let length = first.get(axis).copied().unwrap_or(1);
        let mut moved = vec![Vec::with_capacity(cells); parts];
        for cell in 0..cells {
            let along = cell / stride % length;
            let next = cell - along * stride + (along + 1) % length * stride;
            if let ([angle], [alpha]) = (link, gauge.as_slice()) {
                let sum = value(angle, cell) + value(alpha, next) - value(alpha, cell);
                moved.iter_mut().for_each(|part| part.push(sum));
                continue;
            }
            let read = |arrays: &[Arc<NumericArray>], place: usize| -> [f64; 4] {
                std::array::from_fn(|part| {
                    arrays.get(part).map_or(f64::NAN, |array| value(array, place))
                })
            };
            let [a, b, c, d] = read(&gauge, next);
            let turned =
                product(product(read(&gauge, cell), read(link, cell)), [a, -b, -c, -d]);
            for (part, value) in moved.iter_mut().zip(turned) {
                part.push(value);
            }
        }
        for (values, own) in moved.into_iter().zip(link) {
            results.extend(own.with_values(values).map(Value::from));
        }
    }
    Ok(Value::List(results.into()))
}

/// Matter after a gauge transformation; `None` where the arrays are links.
fn transformed_matter(
    given: &Spanned<Many<ArrayArgument>>,
    by: &Spanned<Many<ArrayArgument>>,
) -> Result<Option<Value>> {
    let arrays: Vec<&NumericArray> =
        given.value.items.iter().map(|item| &*item.array).collect();
    let gauge: Vec<&NumericArray> =
        by.value.items.iter().map(|item| &*item.array).collect();
    let complex = arrays.iter().any(|array| array.is_complex());
    let wanted = match (arrays.len(), complex) {
        (1, true) => 1,
        (2, true) | (3, false) => 4,
        _ => return Ok(None),
    };
    if !complex && gauge.len() != wanted {
        return Ok(None);
    }
    let first = arrays.first().map(|array| array.shape()).unwrap_or_default();
    let fits = |array: &&NumericArray| array.shape() == first;
    if gauge.len() != wanted || gauge.iter().any(|it| it.is_complex() || !fits(it)) {
        let message = match wanted {
            1 => {
                "one complex array is matter of U(1): it takes one real array of angles of its shape"
            }
            _ => {
                "doublets and triplets take the four real arrays of a quaternion of their shape"
            }
        };
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
            .at(by.span)
            .hint(match wanted {
                1 => "random_links(B, group = u1, count = 1)",
                _ => "random_links(B, count = 1)",
            })
            .into();
    }
    if !arrays.iter().all(fits) {
        let message = "the components of matter have different shapes";
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
            .at(given.span)
            .into();
    }
    let complex_at = |array: &NumericArray, cell: usize| match array.values() {
        ArrayValues::Real(values) => {
            Complex64::new(values.get(cell).copied().unwrap_or(f64::NAN), 0.0)
        }
        ArrayValues::Complex(values) => {
            values.get(cell).copied().unwrap_or(Complex64::new(f64::NAN, f64::NAN))
        }
    };
    let real_at = |array: &NumericArray, cell: usize| complex_at(array, cell).re;
    let i = Complex64::new(0.0, 1.0);
    let cells: usize = first.iter().product();
    let mut moved = vec![Vec::with_capacity(cells); arrays.len()];
    for cell in 0..cells {
        let values: Vec<Complex64> = match (arrays.as_slice(), gauge.as_slice()) {
            ([field], [alpha]) => {
                vec![(i * real_at(alpha, cell)).exp() * complex_at(field, cell)]
            }
            ([one, two], [s, x, y, z]) => {
                let [s, x, y, z] = [s, x, y, z].map(|part| real_at(part, cell));
                let (one, two) = (complex_at(one, cell), complex_at(two, cell));
                vec![
                    (s + i * z) * one + (y + i * x) * two,
                    (i * x - y) * one + (s - i * z) * two,
                ]
            }
            ([one, two, three], [s, x, y, z]) => {
                let [s, x, y, z] = [s, x, y, z].map(|part| real_at(part, cell));
                let own = [one, two, three].map(|part| real_at(part, cell));
                let turned = product(
                    product([s, x, y, z], [0.0, own[0], own[1], own[2]]),
                    [s, -x, -y, -z],
                );
                turned.iter().skip(1).map(|part| Complex64::new(*part, 0.0)).collect()
            }
            _ => return Ok(None),
        };
        for (part, value) in moved.iter_mut().zip(values) {
            part.push(value);
        }
    }
    let results: Vec<Value> = moved
        .into_iter()
        .zip(&arrays)
        .filter_map(|(values, own)| {
            if complex {
                return own.with_values(values);
            }
            own.with_values(values.iter().map(|value| value.re).collect::<Vec<f64>>())
        })
        .map(Value::from)
        .collect();
    Ok(Some(match results.as_slice() {
        [one] if !given.value.list => one.clone(),
        _ => Value::List(results.into()),
    }))
}

/// The product of quaternions a₀ + i a·σ.
fn product(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [
        a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
        a[0] * b[1] + a[1] * b[0] - (a[2] * b[3] - a[3] * b[2]),
        a[0] * b[2] + a[2] * b[0] - (a[3] * b[1] - a[1] * b[3]),
        a[0] * b[3] + a[3] * b[0] - (a[1] * b[2] - a[2] * b[1]),
    ]
}

/// How far links of SU(2) are from their group: the largest `|1 - |U|²|`. Methods in time keep the norm to their order.
///
/// ```holor
/// B = box(x = 0..4, y = 0..4; points = 4); U = field(B, links); link_drift(U.start)    # => 0.0
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", see("normalise_links", "wilson_flow"))]
fn link_drift(
    call: &Call<'_>,
    /// The links: `run.U`, or arrays in the order of directions.
    links: Spanned<Many<ArrayArgument>>,
) -> Result<Value> {
    let arrays = quaternions(call, &links)?;
    let mut largest: f64 = 0.0;
    for link in arrays.chunks(4) {
        let count = link.first().map_or(0, |part| part.count());
        for place in 0..count {
            let square: f64 = link
                .iter()
                .filter_map(|part| part.as_real()?.get(place))
                .map(|a| a * a)
                .sum();
            largest = largest.max((1.0 - square).abs());
        }
    }
    Ok(Value::from(largest))
}

/// Links of SU(2) brought back to norm 1, as arrays in the same order: for another start.
///
/// ```holor
/// B = box(x = 0..4, y = 0..4; points = 4); link_drift(normalise_links(map(u -> 2 u, random_links(B, seed = 1)))) < 1e-15    # => true
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "list of arrays", aliases("normalize_links"), see("link_drift", "wilson_flow"))]
fn normalise_links(
    call: &Call<'_>,
    /// The links: `run.U`, or arrays in the order of directions.
    links: Spanned<Many<ArrayArgument>>,
) -> Result<Value> {
    let arrays = quaternions(call, &links)?;
    let mut results = Vec::new();
    for link in arrays.chunks(4) {
        let mut values: Vec<Vec<f64>> = link
            .iter()
            .map(|part| part.as_real().map(<[f64]>::to_vec).unwrap_or_default())
            .collect();
        normalise(&mut values);
        for (values, own) in values.into_iter().zip(link) {
            if values.iter().any(|value| !value.is_finite()) {
                let message = "a link is 0, which has no direction";
                return Err(call.error(&codes::E0401_NOT_A_NUMBER, message));
            }
            results.extend(own.with_values(values).map(Value::from));
        }
    }
    Ok(Value::List(results.into()))
}

fn quaternions(
    call: &Call<'_>,
    links: &Spanned<Many<ArrayArgument>>,
) -> Result<Vec<Arc<NumericArray>>> {
    let Numbers { arrays, parts } = numbers(call, links)?;
    if parts == 4 {
        return Ok(arrays);
    }
    let message = format!("`{}` takes the four components of SU(2)", call.name());
    Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
        .at(links.span)
        .hint("run.U")
        .into()
}
