//! Questions about terms: constant, static, uniform, real, of which degree; derivatives of static ones; values on the host.

use std::sync::Arc;

use super::complex::{Leaves, Value, value};
use crate::equation::{Complex64, Function, Grid, System, Term};
use crate::graph::{Graph, NodeId, Op};
use crate::layout::dimension;
use crate::{FieldError, FieldResult};

/// What kind of term it is, in words.
pub(super) fn describe(term: &Term) -> &'static str {
    match term {
        Term::Number(_) => "a number",
        Term::Coordinate(_) => "a coordinate",
        Term::Time => "the time",
        Term::Field(_) => "a field",
        Term::Velocity(_) => "a velocity",
        Term::Given(_) => "a given function",
        Term::Noise(_) => "a noise",
        Term::Derivative { .. } => "a derivative",
        Term::Sum(_) => "a sum",
        Term::Product(_) => "a product",
        Term::Power(..) => "a power",
        Term::Function(..) => "a function",
        Term::Piecewise(..) => "a piecewise function",
        Term::Mean(_) => "a mean",
        Term::Integral(_) => "an integral",
        Term::Convolution { .. } => "a convolution",
        Term::InverseLaplacian(_) => "an inverse laplacian",
        Term::Potential(_) => "a potential",
        Term::Inverse { .. } => "an inverse operator",
        Term::Shifted { .. } => "a displaced value",
    }
}

/// Whether a term or a part of it satisfies something; order-0 fields are looked into.
pub(super) fn contains(
    system: &System,
    term: &Term,
    test: &dyn Fn(&Term) -> bool,
) -> bool {
    if test(term) {
        return true;
    }
    if let Term::Field(place) = term {
        let field = &system.fields[*place];
        return field.order == 0 && contains(system, &field.rate, test);
    }
    term.children().into_iter().any(|part| contains(system, part, test))
}

/// Whether it depends on what evolves.
pub(super) fn evolves(system: &System, term: &Term) -> bool {
    contains(system, term, &|part| match part {
        Term::Field(place) => system.fields[*place].order > 0,
        Term::Velocity(_) | Term::Noise(_) => true,
        _ => false,
    })
}

/// Whether it depends on the time explicitly.
pub(super) fn depends_on_time(system: &System, term: &Term) -> bool {
    contains(system, term, &|part| matches!(part, Term::Time))
}

/// Whether it has a noise.
pub(super) fn has_noise(system: &System, term: &Term) -> bool {
    contains(system, term, &|part| matches!(part, Term::Noise(_)))
}

/// Whether it is the same at all cells.
pub(super) fn is_uniform(system: &System, term: &Term) -> bool {
    match term {
        Term::Mean(_) | Term::Integral(_) => true,
        Term::Coordinate(_) | Term::Given(_) | Term::Velocity(_) => false,
        Term::Noise(place) => {
            system.noises.get(*place).is_some_and(|noise| noise.uniform)
        }
        Term::Field(place) => {
            let field = &system.fields[*place];
            field.order == 0 && is_uniform(system, &field.rate)
        }
        other => other.children().into_iter().all(|part| is_uniform(system, part)),
    }
}

/// Whether its values are real for certain.
pub(crate) fn is_real(system: &System, term: &Term) -> bool {
    match term {
        Term::Number(number) => number.im == 0.0,
        Term::Coordinate(_) | Term::Time => true,
        Term::Field(place) | Term::Velocity(place) => !system.fields[*place].complex,
        Term::Given(place) => {
            system.given.get(*place).is_some_and(|given| !given.complex)
        }
        Term::Noise(place) => {
            system.noises.get(*place).is_some_and(|noise| !noise.complex)
        }
        Term::Function(
            Function::Absolute
            | Function::RealPart
            | Function::ImaginaryPart
            | Function::Argument,
            _,
        ) => true,
        Term::Convolution { kernel, body } => {
            is_real(system, kernel) && is_real(system, body)
        }
        // A factor and its conjugate are real together.
        Term::Product(factors) => {
            let conjugates = |a: &Term, b: &Term| match b {
                Term::Function(Function::Conjugate, inner) => inner.first() == Some(a),
                _ => false,
            };
            let mut left: Vec<&Term> =
                factors.iter().filter(|factor| !is_real(system, factor)).collect();
            while let Some(factor) = left.pop() {
                let partner = left.iter().position(|other| {
                    conjugates(factor, other) || conjugates(other, factor)
                });
                match partner {
                    Some(place) => left.remove(place),
                    None => return false,
                };
            }
            true
        }
        other => other.children().into_iter().all(|part| is_real(system, part)),
    }
}

/// The degree as a polynomial in what evolves; none where it is no polynomial.
pub(super) fn degree(system: &System, term: &Term) -> Option<u32> {
    if !evolves(system, term) {
        return Some(0);
    }
    match term {
        Term::Field(place) if system.fields[*place].order == 0 => {
            degree(system, &system.fields[*place].rate)
        }
        Term::Field(_) | Term::Velocity(_) => Some(1),
        Term::Noise(_) | Term::Mean(_) | Term::Integral(_) => Some(0),
        Term::Sum(parts) => parts
            .iter()
            .map(|part| degree(system, part))
            .try_fold(0, |most, part| part.map(|part| most.max(part))),
        Term::Product(parts) => parts
            .iter()
            .map(|part| degree(system, part))
            .try_fold(0, |sum, part| part.map(|part| sum + part)),
        Term::Power(base, exponent) => {
            let p = number(exponent)?;
            let whole =
                p.im == 0.0 && p.re.fract() == 0.0 && (0.0..=64.0).contains(&p.re);
            let base = match base.as_ref() {
                Term::Function(Function::Absolute, arguments) if p.re % 2.0 == 0.0 => {
                    arguments.first()?
                }
                other => other,
            };
            whole.then_some(())?;
            degree(system, base).map(|base| base * p.re as u32)
        }
        Term::Function(
            Function::Conjugate | Function::RealPart | Function::ImaginaryPart,
            arguments,
        ) => degree(system, arguments.first()?),
        Term::Derivative { body, .. }
        | Term::Shifted { body, .. }
        | Term::InverseLaplacian(body)
        | Term::Inverse { body, .. }
        | Term::Convolution { body, .. } => degree(system, body),
        _ => None,
    }
}

/// The number that a term without coordinates, time and fields is.
pub(super) fn number(term: &Term) -> Option<Complex64> {
    match term {
        Term::Number(number) => Some(*number),
        Term::Sum(_) | Term::Product(_) | Term::Power(..) | Term::Function(..) => {
            let mut leaves = Constants { graph: Graph::new() };
            let result = value(&mut leaves, term).ok()?;
            let re = leaves.graph.constant_value(result.re)?;
            let im = match result.im {
                None => 0.0,
                Some(im) => leaves.graph.constant_value(im)?,
            };
            Some(Complex64::new(re, im))
        }
        _ => None,
    }
}

struct Constants {
    graph: Graph,
}

impl Leaves for Constants {
    fn graph(&mut self) -> &mut Graph {
        &mut self.graph
    }

    fn leaf(&mut self, _: &Term) -> FieldResult<Option<Value>> {
        Ok(None)
    }
}

/// The number in front and the other factors, nested products opened.
pub(super) fn flatten_product(factors: &[Term]) -> (Complex64, Vec<Term>) {
    fn walk(factors: &[Term], constant: &mut Complex64, rest: &mut Vec<Term>) {
        for factor in factors {
            match (number(factor), factor) {
                (Some(value), _) => *constant *= value,
                (None, Term::Product(inner)) => walk(inner, constant, rest),
                (None, other) => rest.push(other.clone()),
            }
        }
    }
    let (mut constant, mut rest) = (Complex64::ONE, Vec::new());
    walk(factors, &mut constant, &mut rest);
    (constant, rest)
}

/// A product of terms, numbers joined.
pub(super) fn product(factors: Vec<Term>) -> Term {
    let mut number = Complex64::ONE;
    let mut rest = Vec::new();
    for factor in factors {
        match factor {
            Term::Number(value) => number *= value,
            other => rest.push(other),
        }
    }
    if number == Complex64::ZERO {
        return Term::Number(number);
    }
    if number != Complex64::ONE || rest.is_empty() {
        rest.insert(0, Term::Number(number));
    }
    match rest.len() {
        1 => rest.remove(0),
        _ => Term::Product(rest.into()),
    }
}

/// A sum of terms without zeros.
pub(super) fn sum(parts: Vec<Term>) -> Term {
    let mut parts: Vec<Term> =
        parts.into_iter().filter(|part| *part != Term::Number(Complex64::ZERO)).collect();
    match parts.len() {
        0 => Term::Number(Complex64::ZERO),
        1 => parts.remove(0),
        _ => Term::Sum(parts.into()),
    }
}

/// ∂/∂(axis) of a term in coordinates and time, by the rules; none where a rule is missing.
pub(super) fn derivative(term: &Term, axis: usize) -> Option<Term> {
    let real = |value: f64| Term::Number(Complex64::new(value, 0.0));
    match term {
        Term::Number(_) | Term::Time | Term::Mean(_) | Term::Integral(_) => {
            Some(real(0.0))
        }
        Term::Coordinate(place) => Some(real(f64::from(u8::from(*place == axis)))),
        Term::Sum(parts) => {
            let parts: Option<Vec<_>> =
                parts.iter().map(|part| derivative(part, axis)).collect();
            parts.map(sum)
        }
        Term::Product(parts) => {
            let mut result = Vec::new();
            for place in 0..parts.len() {
                let mut factors = parts.to_vec();
                factors[place] = derivative(&parts[place], axis)?;
                result.push(product(factors));
            }
            Some(sum(result))
        }
        Term::Power(base, exponent) => {
            let p = number(exponent)?;
            let inner = derivative(base, axis)?;
            let lower = Term::Power(base.clone(), Arc::new(Term::Number(p - 1.0)));
            Some(product(vec![Term::Number(p), lower, inner]))
        }
        Term::Function(function, arguments) => {
            let [argument] = arguments.as_ref() else {
                return None;
            };
            let of = |function: Function| Term::Function(function, arguments.clone());
            let power =
                |base: Term, p: f64| Term::Power(Arc::new(base), Arc::new(real(p)));
            let outer = match function {
                Function::Sine => of(Function::Cosine),
                Function::Cosine => product(vec![real(-1.0), of(Function::Sine)]),
                Function::Tangent => {
                    sum(vec![real(1.0), power(of(Function::Tangent), 2.0)])
                }
                Function::Exponential => term.clone(),
                Function::Logarithm => power(argument.clone(), -1.0),
                Function::SquareRoot => {
                    product(vec![real(0.5), power(argument.clone(), -0.5)])
                }
                Function::HyperbolicSine => of(Function::HyperbolicCosine),
                Function::HyperbolicCosine => of(Function::HyperbolicSine),
                Function::HyperbolicTangent => sum(vec![
                    real(1.0),
                    product(vec![
                        real(-1.0),
                        power(of(Function::HyperbolicTangent), 2.0),
                    ]),
                ]),
                _ => return None,
            };
            Some(product(vec![outer, derivative(argument, axis)?]))
        }
        _ => None,
    }
}

/// Values of the operations of a graph for given loads, in double precision.
pub(super) fn run(graph: &Graph, loads: &[f64], values: &mut Vec<f64>) {
    values.clear();
    for op in graph.ops() {
        let at = |node: NodeId| values[node.0 as usize];
        let result = match *op {
            Op::Constant(bits) => bits.value(),
            Op::Load { array, .. } => loads[array as usize],
            Op::Unary(function, a) => function.apply(at(a)),
            Op::Binary(function, a, b) => function.apply(at(a), at(b)),
            Op::MultiplyAdd(a, b, c) => at(a).mul_add(at(b), at(c)),
            Op::Select(condition, a, b) => {
                if at(condition) == 0.0 {
                    at(b)
                } else {
                    at(a)
                }
            }
            _ => f64::NAN,
        };
        values.push(result);
    }
}

/// Loads 0..3 are coordinates, 3 the time, then givens by real and imaginary part.
struct HostLeaves<'s> {
    system: &'s System,
    graph: Graph,
}

impl Leaves for HostLeaves<'_> {
    fn graph(&mut self) -> &mut Graph {
        &mut self.graph
    }

    fn leaf(&mut self, term: &Term) -> FieldResult<Option<Value>> {
        Ok(match term {
            Term::Coordinate(axis) => {
                Some(Value::real(self.graph.load(*axis as u32, [0; 3])))
            }
            Term::Time => Some(Value::real(self.graph.load(3, [0; 3]))),
            Term::Field(place) if self.system.fields[*place].order == 0 => {
                let system = self.system;
                Some(value(self, &system.fields[*place].rate)?)
            }
            Term::Given(place) => {
                let Some(given) = self.system.given.get(*place) else {
                    return Err(FieldError::invalid("a given function is missing", ""));
                };
                let slot = 4 + 2 * *place as u32;
                let re = self.graph.load(slot, [0; 3]);
                let im = given.complex.then(|| self.graph.load(slot + 1, [0; 3]));
                Some(Value { re, im })
            }
            _ => None,
        })
    }
}

/// A static term's values at the cells of the grid, row-major.
pub(super) fn at_cells(system: &System, term: &Term) -> FieldResult<Vec<Complex64>> {
    let axes = &system.grid.axes;
    at_points(system, term, &|cell, axis| axes[axis].at(cell[axis] as f64), 0.0)
}

/// A static term's values with coordinates by the cell's place along each axis.
pub(super) fn at_points(
    system: &System,
    term: &Term,
    coordinate: &dyn Fn(&[usize; 3], usize) -> f64,
    time: f64,
) -> FieldResult<Vec<Complex64>> {
    let mut leaves = HostLeaves { system, graph: Graph::new() };
    let result = value(&mut leaves, term)?;
    let rank = system.grid.axes.len();
    let counts = counts(&system.grid);
    let mut loads = vec![0.0; 4 + 2 * system.given.len()];
    loads[3] = time;
    let mut values = Vec::new();
    let mut all = Vec::with_capacity(counts.iter().product());
    for place in 0..counts.iter().product::<usize>() {
        let index = [
            place / (counts[1] * counts[2]),
            place / counts[2] % counts[1],
            place % counts[2],
        ];
        let mut cell = [0; 3];
        for axis in 0..rank {
            cell[axis] = index[dimension(axis, rank)];
        }
        for (axis, load) in loads.iter_mut().enumerate().take(rank) {
            *load = coordinate(&cell, axis);
        }
        for (given, data) in system.given.iter().enumerate() {
            let number = data.values.get(place).copied().unwrap_or_default();
            loads[4 + 2 * given] = number.re;
            loads[5 + 2 * given] = number.im;
        }
        run(&leaves.graph, &loads, &mut values);
        let im = result.im.map_or(0.0, |im| values[im.0 as usize]);
        all.push(Complex64::new(values[result.re.0 as usize], im));
    }
    Ok(all)
}

/// Points in the dimensions of the layout.
pub(super) fn counts(grid: &Grid) -> [usize; 3] {
    let mut counts = [1; 3];
    for (axis, data) in grid.axes.iter().enumerate() {
        counts[dimension(axis, grid.axes.len())] = data.points;
    }
    counts
}

/// Whether computing it anew in every cell costs more than loading it.
pub(super) fn is_expensive(term: &Term) -> bool {
    match term {
        Term::Function(function, arguments) => {
            !matches!(
                function,
                Function::RealPart
                    | Function::ImaginaryPart
                    | Function::Conjugate
                    | Function::Absolute
            ) || arguments.iter().any(is_expensive)
        }
        Term::Piecewise(..) => true,
        Term::Power(base, exponent) => {
            number(exponent)
                .is_none_or(|p| p.im != 0.0 || p.re.fract() != 0.0 || p.re < 0.0)
                || is_expensive(base)
        }
        other => other.children().into_iter().any(is_expensive),
    }
}
