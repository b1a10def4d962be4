//! From terms to Fourier space: rates as sums of symbols times fields and pointwise terms.

use std::sync::Arc;

use super::symbol::{Symbol, at_mode};
use super::term::{
    self, depends_on_time, derivative, evolves, has_noise, is_real, is_uniform, number,
    product,
};
use super::{Atom, Component, Form, SpectralForm};
use crate::equation::{Boundary, Complex64, Function, System, Term};
use crate::layout::dimension;
use crate::{FieldError, FieldResult};

/// Entries of a form with equal atoms joined.
pub(super) fn join(form: &mut Form, atom: Atom, symbol: &Symbol) {
    if symbol.is_zero() {
        return;
    }
    match form.iter_mut().find(|(known, _)| *known == atom) {
        Some((_, known)) => known.add(symbol),
        None => form.push((atom, symbol.clone())),
    }
    form.retain(|(_, symbol)| !symbol.is_zero());
}

/// Reads terms as sums of symbols times atoms.
pub(super) struct Reader<'s> {
    pub(super) system: &'s System,
    pub(super) components: &'s [Component],
    /// Kernels met so far, with their transforms.
    pub(super) kernels: Vec<(Term, Vec<Complex64>)>,
}

impl<'s> Reader<'s> {
    pub(super) fn new(system: &'s System, components: &'s [Component]) -> Self {
        Self { system, components, kernels: Vec::new() }
    }

    fn component(&self, field: usize, velocity: bool) -> FieldResult<usize> {
        self.components
            .iter()
            .position(|component| {
                component.field == field && component.velocity == velocity
            })
            .ok_or_else(|| {
                FieldError::invalid(
                    format!(
                        "the equation of {} has no second time derivative",
                        self.system.fields[field].name
                    ),
                    "",
                )
            })
    }

    /// A term as Σ symbol · atom.
    pub(super) fn form(&mut self, term: &Term) -> FieldResult<Form> {
        let pointwise =
            |term: &Term| vec![(Atom::Pointwise(term.clone()), Symbol::one())];
        Ok(match term {
            Term::Field(place) => {
                let field = self.system.fields.get(*place).ok_or_else(|| {
                    FieldError::invalid("an equation names a field that is not there", "")
                })?;
                if field.order > 0 {
                    let component = self.component(*place, false)?;
                    return Ok(vec![(Atom::Component(component), Symbol::one())]);
                }
                self.form(&field.rate)?
            }
            Term::Velocity(place) => {
                let component = self.component(*place, true)?;
                vec![(Atom::Component(component), Symbol::one())]
            }
            Term::Number(value) if *value == Complex64::ZERO => Vec::new(),
            Term::Sum(parts) => {
                let mut form = Form::new();
                for part in parts.iter() {
                    for (atom, symbol) in self.form(part)? {
                        join(&mut form, atom, &symbol);
                    }
                }
                form
            }
            Term::Product(factors) => self.product(factors)?,
            Term::Power(base, exponent) if number(exponent) == Some(Complex64::ONE) => {
                self.form(base)?
            }
            Term::Function(Function::RealPart, arguments)
                if arguments.len() == 1 && is_real(self.system, &arguments[0]) =>
            {
                self.form(&arguments[0])?
            }
            Term::Function(Function::Conjugate, arguments)
                if arguments.len() == 1 && is_real(self.system, &arguments[0]) =>
            {
                self.form(&arguments[0])?
            }
            Term::Shifted { axis, by, body } => {
                let mut result = Form::new();
                for (atom, symbol) in self.form(body)? {
                    if matches!(&atom, Atom::Pointwise(inner) if is_uniform(self.system, inner))
                    {
                        join(&mut result, atom, &symbol);
                        continue;
                    }
                    let symbol = symbol.map(|term| term.shifts[*axis] += by);
                    join(&mut result, atom, &symbol);
                }
                result
            }
            Term::Derivative { axis, body } => {
                let mut result = Form::new();
                for (atom, symbol) in self.form(body)? {
                    if symbol.constant().is_some()
                        && let Atom::Pointwise(inner) = &atom
                        && !evolves(self.system, inner)
                    {
                        if is_uniform(self.system, inner) {
                            continue;
                        }
                        // Coordinates are not periodic: differentiated by the rules instead.
                        let Some(inner) = derivative(inner, *axis) else {
                            let place = |part: &Term| matches!(part, Term::Coordinate(_));
                            if !term::contains(self.system, inner, &place) {
                                let symbol = symbol.map(|term| term.powers[*axis] += 1);
                                join(&mut result, atom, &symbol);
                                continue;
                            }
                            return Err(FieldError::invalid(
                                "this given function cannot be differentiated in Fourier space",
                                "differentiate it by hand, or use a finite-difference method",
                            ));
                        };
                        join(&mut result, Atom::Pointwise(inner), &symbol);
                        continue;
                    }
                    let symbol = symbol.map(|term| term.powers[*axis] += 1);
                    join(&mut result, atom, &without_means(&symbol));
                }
                result
            }
            Term::Potential(_) => {
                return Err(FieldError::invalid(
                    "what differences make of a potential has no Fourier space",
                    "space = differences",
                ));
            }
            Term::InverseLaplacian(body) => {
                let mut result = Form::new();
                for (atom, symbol) in self.form(body)? {
                    let symbol = symbol.map(|term| term.inverse_laplacians += 1);
                    join(&mut result, atom, &without_means(&symbol));
                }
                result
            }
            Term::Inverse { operator, body } => {
                self.invertible(operator)?;
                let mut result = Form::new();
                for (atom, symbol) in self.form(body)? {
                    let symbol = symbol.map(|term| term.inverses.push(operator.clone()));
                    join(&mut result, atom, &symbol);
                }
                result
            }
            Term::Convolution { kernel, body } => {
                let place = self.kernel(kernel)?;
                let mut result = Form::new();
                for (atom, symbol) in self.form(body)? {
                    let symbol = symbol.map(|term| {
                        term.kernels.push(place);
                        term.kernels.sort_unstable();
                    });
                    join(&mut result, atom, &symbol);
                }
                result
            }
            Term::Mean(body) => self.mean(term, body, 1.0)?,
            Term::Integral(body) => {
                let volume = self
                    .system
                    .grid
                    .axes
                    .iter()
                    .map(|axis| axis.high - axis.low)
                    .product();
                self.mean(term, body, volume)?
            }
            other => pointwise(other),
        })
    }

    /// Means of fields are symbols, others numbers that the run gathers.
    fn mean(&mut self, term: &Term, body: &Term, factor: f64) -> FieldResult<Form> {
        let form = self.form(body)?;
        if !form.iter().all(|(atom, _)| matches!(atom, Atom::Component(_))) {
            return Ok(vec![(Atom::Pointwise(term.clone()), Symbol::one())]);
        }
        let mut result = Form::new();
        for (atom, symbol) in form {
            let symbol = symbol.map(|term| {
                term.mean = true;
                term.coefficient *= factor;
            });
            let symbol = without_means(&symbol);
            join(&mut result, atom, &symbol);
        }
        Ok(result)
    }

    fn product(&mut self, factors: &[Term]) -> FieldResult<Form> {
        let (constant, rest) = term::flatten_product(factors);
        let scaled = |form: Form| -> Form {
            form.into_iter()
                .map(|(atom, symbol)| (atom, symbol.scaled(constant)))
                .filter(|(_, symbol)| !symbol.is_zero())
                .collect()
        };
        if constant == Complex64::ZERO {
            return Ok(Vec::new());
        }
        if rest.len() <= 1 {
            let one = Term::Number(Complex64::ONE);
            let form = match rest.first() {
                Some(only) => self.form(only)?,
                None => vec![(Atom::Pointwise(one), Symbol::one())],
            };
            return Ok(scaled(form));
        }
        // u (c + …) has the linear part c u.
        for place in 0..rest.len() {
            let Term::Sum(parts) = &rest[place] else {
                continue;
            };
            let free: Complex64 = parts.iter().filter_map(number).sum();
            if free == Complex64::ZERO {
                continue;
            }
            let mut others = rest.clone();
            let _ = others.remove(place);
            let linear = self.form(&product(others.clone()))?;
            if linear.iter().any(|(atom, _)| matches!(atom, Atom::Component(_))) {
                let left: Vec<Term> =
                    parts.iter().filter(|part| number(part).is_none()).cloned().collect();
                let mut form: Form = linear
                    .into_iter()
                    .map(|(atom, symbol)| (atom, symbol.scaled(free)))
                    .collect();
                others.insert(place, term::sum(left));
                for (atom, symbol) in self.form(&product(others))? {
                    join(&mut form, atom, &symbol);
                }
                return Ok(scaled(form));
            }
        }
        Ok(scaled(vec![(Atom::Pointwise(Term::Product(rest.into())), Symbol::one())]))
    }

    /// Refuses operators that are 0, or nearly so, for a wave of the grid.
    fn invertible(&self, operator: &[(f64, [u32; 3])]) -> FieldResult<()> {
        if operator.iter().any(|(_, orders)| orders.iter().sum::<u32>() % 2 == 1) {
            return Err(FieldError::invalid(
                "an operator with derivatives of odd order is not inverted",
                "derivatives of even order beside the derivative in time",
            ));
        }
        let modes = super::symbol::modes(&self.system.grid, false);
        let values = modes.iter().map(|mode| (at_mode(operator, mode), mode));
        let most = values.clone().fold(0.0_f64, |most, (value, _)| most.max(value.abs()));
        for (value, mode) in values {
            let parts = operator.iter().map(|(factor, orders)| {
                let powers = (0..3).map(|axis| mode.k[axis].powi(orders[axis] as i32));
                (factor * powers.product::<f64>()).abs()
            });
            // Beside its own parts: where they cancel, or where there are none.
            let size = parts.sum::<f64>().max(1e-12 * most);
            if value.is_nan() || value.abs() <= 1e-9 * size {
                let rank = self.system.grid.axes.len();
                let k: Vec<String> =
                    mode.k[..rank].iter().map(|k| format!("{k:.6}")).collect();
                return Err(FieldError::invalid(
                    format!(
                        "the operator in front of the unknown is 0 for the wave number {} of this box: it has no inverse",
                        k.join(", ")
                    ),
                    "u - diff(u, x, 2), which is 0 for no wave; or a box of another length",
                ));
            }
        }
        Ok(())
    }

    /// The place of a kernel; its transform at all modes of the complex layout, times the volume of a cell.
    fn kernel(&mut self, kernel: &Arc<Term>) -> FieldResult<usize> {
        if let Some(place) = self.kernels.iter().position(|(known, _)| known == &**kernel)
        {
            return Ok(place);
        }
        if evolves(self.system, kernel) || depends_on_time(self.system, kernel) {
            return Err(FieldError::invalid(
                "the kernel of a convolution depends on a field or on the time",
                "write kernels in the coordinates alone",
            ));
        }
        let grid = &self.system.grid;
        let rank = grid.axes.len();
        let counts = term::counts(grid);
        // Half a box away both signs are meant: the mean over them.
        let mut sum = vec![Complex64::ZERO; counts.iter().product()];
        let sides = 1_usize << rank;
        for side in 0..sides {
            let values = term::at_points(
                self.system,
                kernel,
                &|cell, axis| {
                    let (j, n) = (cell[axis], grid.axes[axis].points);
                    let middle = 2 * j == n;
                    let negative = if middle { side >> axis & 1 == 1 } else { 2 * j > n };
                    let signed = j as f64 - if negative { n as f64 } else { 0.0 };
                    signed * grid.axes[axis].spacing()
                },
                0.0,
            )?;
            for (total, value) in sum.iter_mut().zip(values) {
                *total += value / sides as f64;
            }
        }
        let cell: f64 = grid.axes.iter().map(crate::equation::Axis::spacing).product();
        for value in &mut sum {
            *value *= cell;
        }
        if sum.iter().any(|value| !value.re.is_finite() || !value.im.is_finite()) {
            return Err(FieldError::invalid(
                "the kernel of a convolution is not finite at some displacement of the grid",
                "regularise it, for example by a small length in the denominator",
            ));
        }
        let shape: Vec<usize> =
            (0..rank).map(|axis| counts[dimension(axis, rank)]).collect();
        super::operators::transform(&mut sum, &shape, false);
        self.kernels.push(((**kernel).clone(), sum));
        Ok(self.kernels.len() - 1)
    }
}

/// Kernels within pointwise terms.
fn register_kernels(reader: &mut Reader<'_>, inner: &Term) -> FieldResult<()> {
    if let Term::Convolution { kernel, .. } = inner {
        reader.kernel(kernel)?;
    }
    let system = reader.system;
    if let Term::Field(place) = inner
        && system.fields[*place].order == 0
    {
        register_kernels(reader, &system.fields[*place].rate)?;
    }
    for part in inner.children() {
        register_kernels(reader, part)?;
    }
    Ok(())
}

/// Whether fields that are given at every time need one another in a circle.
fn check_circles(system: &System) -> FieldResult<()> {
    fn visit(system: &System, term: &Term, open: &mut Vec<usize>) -> FieldResult<()> {
        if let Term::Field(place) = term {
            let field = system.fields.get(*place).ok_or_else(|| {
                FieldError::invalid("an equation names a field that is not there", "")
            })?;
            if field.order == 0 {
                if open.contains(place) {
                    return Err(FieldError::invalid(
                        format!("{} is defined by itself", field.name),
                        "give it an equation with a time derivative",
                    ));
                }
                open.push(*place);
                visit(system, &field.rate, open)?;
                open.pop();
            }
        }
        for part in term.children() {
            visit(system, part, open)?;
        }
        Ok(())
    }
    for field in &system.fields {
        visit(system, &field.rate, &mut Vec::new())?;
    }
    for (place, field) in
        system.fields.iter().enumerate().filter(|(_, field)| field.order == 0)
    {
        visit(system, &field.rate, &mut vec![place])?;
    }
    Ok(())
}

/// Derivatives and inverse Laplacians of means are 0.
fn without_means(symbol: &Symbol) -> Symbol {
    let mut result = Symbol::default();
    for term in &symbol.terms {
        if !(term.mean && (term.powers != [0; 3] || term.inverse_laplacians > 0)) {
            result.add(&Symbol { terms: vec![term.clone()] });
        }
    }
    result
}

/// Splits a system; see [`super::analyse`].
pub(super) fn analyse(system: &System) -> FieldResult<SpectralForm> {
    let mut form = split(system)?;
    super::stability::bounds(system, &mut form);
    Ok(form)
}

/// The same without bounds on the linear part's spectrum, for which every mode is looked at.
pub(super) fn split(system: &System) -> FieldResult<SpectralForm> {
    check(system)?;
    let mut components = Vec::new();
    for (place, field) in system.fields.iter().enumerate() {
        if field.order >= 1 {
            components.push(Component {
                field: place,
                velocity: false,
                complex: field.complex,
            });
        }
        if field.order == 2 {
            components.push(Component {
                field: place,
                velocity: true,
                complex: field.complex,
            });
        }
    }
    let mut reader = Reader::new(system, &components);
    let count = components.len();
    let mut linear: Vec<Vec<(usize, Symbol)>> = vec![Vec::new(); count];
    let mut rest: Vec<Form> = vec![Vec::new(); count];
    let mut noise: Vec<Form> = vec![Vec::new(); count];
    for (place, component) in components.iter().enumerate() {
        let field = &system.fields[component.field];
        if field.order == 2 && !component.velocity {
            linear[place].push((place + 1, Symbol::one()));
            continue;
        }
        for (atom, symbol) in reader.form(&field.rate)? {
            if !component.complex && !is_real_entry(system, &components, &atom, &symbol) {
                return Err(FieldError::invalid(
                    format!("{} is real, but its rate is complex", field.name),
                    format!(
                        "declare {} complex, or take the real part of its rate",
                        field.name
                    ),
                ));
            }
            match &atom {
                Atom::Component(other)
                    if components[*other].complex == component.complex =>
                {
                    linear[place].push((*other, symbol));
                }
                Atom::Pointwise(inner) if has_noise(system, inner) => {
                    noise[place].push((atom, symbol));
                }
                _ => rest[place].push((atom, symbol)),
            }
        }
    }
    for field in system.fields.iter().filter(|field| field.order == 0) {
        // Only to find errors before a run.
        reader.form(&field.rate)?;
        if has_noise(system, &field.rate) {
            return Err(FieldError::invalid(
                format!("{} would be white noise itself", field.name),
                "noise belongs in equations with a time derivative",
            ));
        }
    }
    let inner_kernels =
        rest.iter().chain(&noise).flatten().filter_map(|(atom, _)| match atom {
            Atom::Pointwise(inner) => Some(inner),
            Atom::Component(_) => None,
        });
    let rates =
        system.fields.iter().filter(|field| field.order == 0).map(|field| &field.rate);
    for inner in inner_kernels.chain(rates) {
        register_kernels(&mut reader, inner)?;
    }
    let kernels = reader.kernels;
    let mut degree = Some(0);
    let mut time_dependent = false;
    for (atom, _) in rest.iter().flatten() {
        if let Atom::Pointwise(inner) = atom {
            degree = match (degree, term::degree(system, inner)) {
                (Some(a), Some(b)) => Some(a.max(b)),
                _ => None,
            };
            time_dependent |= depends_on_time(system, inner);
        }
    }
    let mut form = SpectralForm {
        growing: 0.0,
        components,
        linear,
        rest,
        noise,
        kernels: kernels.iter().map(|(_, values)| values.clone()).collect(),
        kernel_terms: kernels.into_iter().map(|(kernel, _)| kernel).collect(),
        degree,
        time_dependent,
        growth: 0.0,
        decay: 0.0,
        oscillation: 0.0,
        ill_posed: false,
        splitting: None,
    };
    form.splitting = super::phase::detect(system, &form);
    Ok(form)
}

/// Whether an entry of a real field's rate is real: real numbers and kernels times real atoms.
fn is_real_entry(
    system: &System,
    components: &[Component],
    atom: &Atom,
    symbol: &Symbol,
) -> bool {
    let real = symbol.terms.iter().all(|term| term.coefficient.im == 0.0);
    let atom = match atom {
        Atom::Component(place) => !components[*place].complex,
        // Checked again when its arithmetic is known.
        Atom::Pointwise(inner) => {
            is_real(system, inner)
                || super::term::contains(system, inner, &|part| {
                    matches!(
                        part,
                        Term::Function(..) | Term::Product(_) | Term::Power(..)
                    )
                })
        }
    };
    real && atom
}

fn check(system: &System) -> FieldResult<()> {
    if system.grid.axes.is_empty() || system.grid.axes.len() > 3 {
        return Err(FieldError::invalid("a grid has one to three axes", ""));
    }
    for axis in &system.grid.axes {
        if axis.points == 0
            || axis.high <= axis.low
            || !(axis.high - axis.low).is_finite()
        {
            return Err(FieldError::invalid(
                format!("the axis {} has no extent or no points", axis.name),
                "",
            ));
        }
        if !axis.closed {
            return Err(FieldError::invalid(
                format!("Fourier methods need periodic axes, and {} is not", axis.name),
                "make the axis periodic, or use a finite-difference method",
            ));
        }
    }
    if system.grid.mask.is_some() {
        return Err(FieldError::invalid(
            "Fourier methods need a whole box, and the domain leaves cells out",
            "use a finite-difference method",
        ));
    }
    let cells: usize = system.grid.axes.iter().map(|axis| axis.points).product();
    for given in &system.given {
        if given.values.len() != cells {
            return Err(FieldError::invalid(
                format!("{} has not one value for each cell", given.name),
                "",
            ));
        }
    }
    check_circles(system)?;
    for field in &system.fields {
        for side in field.boundaries.iter().flatten() {
            if !matches!(side, Boundary::Periodic) {
                return Err(FieldError::invalid(
                    format!(
                        "Fourier methods need periodic fields, and {} is not on every side",
                        field.name
                    ),
                    "use a finite-difference method",
                ));
            }
        }
        if field.order > 2 {
            return Err(FieldError::invalid(
                format!("{} has a time derivative of order {}", field.name, field.order),
                "introduce its derivatives as fields of their own",
            ));
        }
        if field.order > 0 && field.start.len() != cells {
            return Err(FieldError::invalid(
                format!("{} has no value at the start for each cell", field.name),
                "",
            ));
        }
    }
    if system.fields.iter().filter(|field| field.order > 0).count() > 16 {
        return Err(FieldError::invalid(
            "Fourier methods take at most 16 fields",
            "use a finite-difference method",
        ));
    }
    Ok(())
}
