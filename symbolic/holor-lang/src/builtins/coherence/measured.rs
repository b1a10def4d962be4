//! Measures that a run computes where its fields are: which calls are such, and what is made of the numbers that come back.
//!
//! A call such as `order_parameter(arg(A))` or `structure_factor(A)` is taken apart into sums that the field engine computes on the
//! run's device, and a function that makes the built-in's value of them. What cannot be taken apart, for its options, the shape of its
//! box or formulas with derivatives, is left to the built-in itself and the frames.

mod neighbours;
mod terms;

use std::collections::BTreeMap;
use std::sync::Arc;

use holor_algebra::{Expr, Node};
use holor_coherence::fields::Shells;
use holor_field::equation::{Function, Given, System, Term};
use holor_field::plan::{Grouping, ReductionKind};
use holor_field::run::{Measure, Observer, Run, is_real};

use super::data::{Layout, starts_taken};
use super::structure::{
    LengthWord, curve_record, fall, mean_wave_number_of, spectrum_record,
};
use terms::{call, number, square, times, unit};

use crate::array::Complex64;
use crate::ast::{Argument, Ast, AstKind};
use crate::builtin::Deferred;
use crate::evaluate::Call;
use crate::field::{Continuation, FieldValue, Reader, Simulation, Unknown, with_rates};
use crate::value::Closure;
use crate::{Diagnostic, Result, Value, codes};

/// Phases beyond this are round-off, as `order_parameter` says of arrays.
const LARGEST_PHASE: f64 = 1e9;

/// Links are divided by norms that are so near to 1.
const NEAR: f64 = 1e-3;

/// What makes a value of the numbers of a row; nothing where only the frame itself tells.
type Finish = Box<dyn Fn(&Call<'_>, &[f64]) -> Result<Option<Value>>>;

/// A value that is made of some of a row's numbers.
struct Reading {
    start: usize,
    width: usize,
    finish: Finish,
}

/// All that is measured.
pub(crate) struct Measured {
    observers: Vec<Observer>,
    readings: Vec<Reading>,
    width: usize,
    /// The run's system without values, with all given functions so far.
    system: System,
    /// Whether the coordinates and the time stand for themselves.
    plain: bool,
}

/// The parts of a call.
struct Parts<'a> {
    positional: Vec<&'a Ast>,
    named: Vec<(&'a str, &'a Ast)>,
}

/// Where a call stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    call: &'a Call<'a>,
    rest: &'a Continuation,
    closure: &'a Arc<Closure>,
}

impl Measured {
    /// Nothing yet.
    pub(crate) fn new(call: &Call<'_>, rest: &Continuation) -> Self {
        let mut system = rest.system.system.clone();
        for field in &mut system.fields {
            (field.start, field.start_velocity) = (Vec::new(), Vec::new());
        }
        let coordinates = rest.system.grid.coordinates.iter();
        let fields = call.fields();
        let plain = coordinates.chain([&rest.time]).all(|symbol| {
            let name = crate::ast::Name {
                text: symbol.name().into(),
                symbol: symbol.name().into(),
                span: call.span(),
            };
            match call.variable(&name) {
                None => !fields.contains_key(symbol.name()),
                Some(value) => value.as_expr().and_then(Expr::as_symbol) == Some(symbol),
            }
        });
        Self { observers: Vec::new(), readings: Vec::new(), width: 0, system, plain }
    }

    /// What the run shall observe.
    pub(crate) fn observers(&self) -> &[Observer] {
        &self.observers
    }

    /// The value of a reading; nothing where only the frame itself tells.
    pub(crate) fn value(
        &self,
        call: &Call<'_>,
        reading: usize,
        row: &[f64],
    ) -> Result<Option<Value>> {
        let Some(reading) = self.readings.get(reading) else { return Ok(None) };
        match row.get(reading.start..reading.start + reading.width) {
            Some(numbers) => (reading.finish)(call, numbers),
            None => Err(call.error(
                &codes::E0501_NO_DEVICE,
                "the run's device has not measured what is watched",
            )),
        }
    }

    /// The reading that stands for a call, where it can be measured.
    pub(crate) fn reading_of(
        &mut self,
        call: &Call<'_>,
        rest: &Continuation,
        closure: &Arc<Closure>,
        ast: &Ast,
    ) -> Option<usize> {
        // Values of a staggered grid stand at different places: their frames know where.
        let staggered = rest.system.system.is_staggered();
        if !self.plain || staggered || rest.system.system.grid.mask.is_some() {
            return None;
        }
        let AstKind::Call { callee, arguments, .. } = &ast.kind else { return None };
        let AstKind::Name(name) = &callee.kind else { return None };
        let own = |value: Option<Value>| matches!(value, None | Some(Value::Builtin(_)));
        if !own(call.variable(name))
            || closure.captured.iter().any(|(own, _)| *own == name.text)
        {
            return None;
        }
        let parts = Parts::of(arguments);
        let place = Place { call, rest, closure };
        match &*name.text {
            "mean" | "average" => self.mean(place, &parts, None),
            "integral" => {
                let axes = rest.system.grid.array_axes();
                let volume: Option<f64> =
                    axes.iter().map(|axis| axis.spacing()).product();
                self.mean(place, &parts, Some(volume?))
            }
            "max" => self.extreme(place, &parts, ReductionKind::Maximum),
            "min" => self.extreme(place, &parts, ReductionKind::Minimum),
            "order_parameter" | "kuramoto_order" | "kuramoto_order_parameter" => {
                self.order(place, &parts, 1, Order::Size)
            }
            "daido_order" | "daido" | "daido_order_parameter" => {
                self.order(place, &parts, 2, Order::Size)
            }
            "complex_order_parameter" => self.order(place, &parts, 1, Order::Whole),
            "mean_phase" | "circular_mean" => self.order(place, &parts, 1, Order::Phase),
            "uniform_fraction" => self.uniform_fraction(place, &parts),
            "g1" => self.overlap(place, &parts),
            "structure_factor" => self.structure_factor(place, &parts, false),
            "mean_wave_number" => self.structure_factor(place, &parts, true),
            "correlation_function" => self.correlation(place, &parts, false),
            "phase_correlation" => self.correlation(place, &parts, true),
            "correlation_length" => self.correlation_length(place, &parts),
            "vortex_count" | "defect_count" => self.vortices(place, &parts, true),
            "topological_charges" | "total_vortex_charge" => {
                self.vortices(place, &parts, false)
            }
            "average_plaquette" => self.plaquettes(place, &parts),
            _ => None,
        }
    }

    fn add(
        &mut self,
        place: Place<'_>,
        measures: Vec<Measure>,
        finish: Finish,
    ) -> Option<usize> {
        let system = Arc::new(self.system.clone());
        let mut observers = Vec::new();
        let mut width = 0;
        for mut measure in measures {
            if let Measure::Gathered { order, .. } = &mut measure {
                *order = place.rest.observed_order();
            }
            let name = format!("{}", self.observers.len() + observers.len());
            let observer = Observer::measure(&name, Arc::clone(&system), measure);
            let made = &place.rest.made;
            Run::observes(&made.stepping, made.scheme.as_deref(), &observer).ok()?;
            width += observer.width();
            observers.push(observer);
        }
        self.observers.extend(observers);
        self.readings.push(Reading { start: self.width, width, finish });
        self.width += width;
        Some(self.readings.len() - 1)
    }

    // Formulas.

    /// The value of an argument with the fields as unknown functions; none where something in it took their start.
    fn evaluate(place: Place<'_>, ast: &Ast) -> Option<Value> {
        let body = Arc::new(Closure {
            name: None,
            parameters: Vec::new(),
            body: Arc::new(ast.clone()),
            captured: place.closure.captured.clone(),
            text: place.closure.text.clone(),
        });
        let before = starts_taken();
        let value = place.call.evaluate_in(&Deferred(body), Vec::new()).ok()?;
        (starts_taken() == before).then_some(value)
    }

    /// A formula of the run's fields.
    fn term(&mut self, place: Place<'_>, ast: &Ast) -> Option<Term> {
        let value = Self::evaluate(place, ast)?;
        self.term_of_value(place, &value)
    }

    fn term_of_value(&mut self, place: Place<'_>, value: &Value) -> Option<Term> {
        match value {
            Value::Expr(formula) => self.term_of(place, formula),
            Value::Simulation(Simulation::Field(field)) => {
                match place.call.formula_of_field(field, place.call.span()).ok()? {
                    Value::Expr(formula) => self.term_of(place, &formula),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn term_of(&mut self, place: Place<'_>, formula: &Expr) -> Option<Term> {
        let rest = place.rest;
        let formula = &with_rates(formula, &rest.system.equations);
        let mut unknowns: BTreeMap<String, Unknown> = BTreeMap::new();
        let known = place.call.fields();
        for (name, (field, component)) in &known {
            if same_box(field, rest) {
                unknowns.insert(name.clone(), Unknown::Fixed(field.clone(), *component));
            }
        }
        for (number, field) in rest.system.system.fields.iter().enumerate() {
            let own = Unknown::Evolving { place: number, order: field.order };
            unknowns.insert(field.name.clone(), own);
        }
        let engine = place.call.engine();
        let mut reader = Reader {
            grid: &rest.system.grid,
            time: &rest.time,
            unknowns: &unknowns,
            engine: &engine,
            span: place.call.span(),
            given: std::mem::take(&mut self.system.given),
            noises: Vec::new(),
        };
        let term = reader.term(formula).ok();
        let quiet = reader.noises.is_empty();
        self.system.given = std::mem::take(&mut reader.given);
        // What holds no field is no measure of them.
        let evolves = |part: &Expr| match part.node() {
            Node::Apply(name, _) => {
                matches!(unknowns.get(name.name()), Some(Unknown::Evolving { .. }))
            }
            _ => false,
        };
        // A root of what may be negative is complex, which only the values tell.
        let system = &self.system;
        let term = term
            .filter(|term| crate::field::is_defined(term, &|term| is_real(system, term)));
        term.filter(|_| quiet && formula.any(&mut |part| evolves(part)))
    }

    /// A formula, or values at the cells such as `A.start`.
    fn term_or_array(&mut self, place: Place<'_>, ast: &Ast) -> Option<Term> {
        let value = Self::evaluate(place, ast)?;
        let Value::Array(array) = &value else {
            return self.term_of_value(place, &value);
        };
        let axes = place.rest.system.grid.array_axes();
        if !crate::array::ArrayAxis::all_same(array.axes(), &axes) {
            return None;
        }
        self.system.given.push(Given {
            name: format!("array {}", self.system.given.len()),
            complex: array.is_complex(),
            values: array.to_complex().into_owned().into(),
        });
        Some(Term::Given(self.system.given.len() - 1))
    }

    fn is_real(&self, term: &Term) -> bool {
        is_real(&self.system, term)
    }

    /// The real and the imaginary part.
    fn halves(&self, term: &Term) -> Vec<Term> {
        match self.is_real(term) {
            true => vec![term.clone()],
            false => vec![
                call(Function::RealPart, term.clone()),
                call(Function::ImaginaryPart, term.clone()),
            ],
        }
    }

    fn cells(place: Place<'_>) -> f64 {
        place.rest.system.grid.cells() as f64
    }

    // Numbers.

    fn mean(
        &mut self,
        place: Place<'_>,
        parts: &Parts<'_>,
        scale: Option<f64>,
    ) -> Option<usize> {
        if let ([part], []) = (parts.positional.as_slice(), parts.named.as_slice())
            && scale.is_none()
            && let AstKind::Call { callee, arguments, .. } = &part.kind
            && let AstKind::Name(name) = &callee.kind
            && matches!(&*name.text, "local_order_parameter" | "local_order")
        {
            return self.local(place, &Parts::of(arguments), ReductionKind::Sum);
        }
        let term = self.term(place, parts.only()?)?;
        self.mean_of(place, term, scale)
    }

    fn mean_of(
        &mut self,
        place: Place<'_>,
        term: Term,
        scale: Option<f64>,
    ) -> Option<usize> {
        let scale = scale.unwrap_or(1.0 / Self::cells(place));
        let terms = self.halves(&term);
        let measure = gathered(ReductionKind::Sum, terms);
        self.add(
            place,
            vec![measure],
            Box::new(move |_, numbers| {
                Ok(match *numbers {
                    [re] => Some((re * scale).into()),
                    [re, im] => {
                        let z = Complex64::new(re * scale, im * scale);
                        Some(crate::array::number(z))
                    }
                    _ => None,
                })
            }),
        )
    }

    fn extreme(
        &mut self,
        place: Place<'_>,
        parts: &Parts<'_>,
        kind: ReductionKind,
    ) -> Option<usize> {
        let term = self.term(place, parts.only()?)?;
        if !self.is_real(&term) {
            return None;
        }
        let finish: Finish = Box::new(|_, numbers| Ok(Some(first(numbers).into())));
        self.add(place, vec![gathered(kind, vec![term])], finish)
    }

    fn order(
        &mut self,
        place: Place<'_>,
        parts: &Parts<'_>,
        m: u32,
        what: Order,
    ) -> Option<usize> {
        let (phases, m) = match (parts.positional.as_slice(), parts.named.as_slice()) {
            ([phases], []) => (*phases, m),
            ([phases, order], []) | ([phases], [("m", order)]) => {
                (*phases, whole_number(place, order).filter(|m| *m > 0)?)
            }
            _ => return None,
        };
        let phases = self.term(place, phases)?;
        if !self.is_real(&phases) {
            return None;
        }
        let m = f64::from(m);
        let cells = Self::cells(place);
        let angle = times(&[number(m), phases.clone()]);
        let measures = vec![
            gathered(
                ReductionKind::Sum,
                vec![call(Function::Cosine, angle.clone()), call(Function::Sine, angle)],
            ),
            gathered(ReductionKind::Maximum, vec![call(Function::Absolute, phases)]),
        ];
        let finish: Finish = Box::new(move |at, numbers| {
            let [re, im, largest] = *numbers else { return Ok(None) };
            check_phases(at, largest)?;
            let z = Complex64::new(re / cells, im / cells);
            Ok(Some(match what {
                Order::Size => z.norm().min(1.0).into(),
                Order::Whole => crate::array::number(z),
                Order::Phase => {
                    if z.norm() <= 4.0 * f64::EPSILON * (m * largest).max(1.0) {
                        let message = "the mean phase is undefined: the order parameter is 0 to round-off";
                        return Err(at.error(&codes::E0301_UNDEFINED, message));
                    }
                    z.arg().into()
                }
            }))
        });
        self.add(place, measures, finish)
    }

    fn uniform_fraction(&mut self, place: Place<'_>, parts: &Parts<'_>) -> Option<usize> {
        let term = self.term(place, parts.only()?)?;
        let mut terms = self.halves(&term);
        terms.push(square(term));
        let cells = Self::cells(place);
        let finish: Finish = Box::new(move |at, numbers| {
            let Some((power, mean)) = numbers.split_last() else { return Ok(None) };
            if *power == 0.0 {
                let message =
                    "the uniform fraction is undefined: the field is 0 everywhere";
                return Err(at.error(&codes::E0301_UNDEFINED, message));
            }
            let square: f64 = mean.iter().map(|sum| (sum / cells).powi(2)).sum();
            Ok(Some((square / (power / cells)).min(1.0).into()))
        });
        self.add(place, vec![gathered(ReductionKind::Sum, terms)], finish)
    }

    /// `g1(A.start, A)`.
    fn overlap(&mut self, place: Place<'_>, parts: &Parts<'_>) -> Option<usize> {
        let ([first, second], []) = (parts.positional.as_slice(), parts.named.as_slice())
        else {
            return None;
        };
        let (a, b) = (self.term_or_array(place, first)?, self.term(place, second)?);
        let product = times(&[call(Function::Conjugate, a.clone()), b.clone()]);
        let mut terms = vec![square(a), square(b)];
        terms.extend(self.halves(&product));
        let finish: Finish = Box::new(move |at, numbers| {
            let (a, b, re) = (numbers.first(), numbers.get(1), numbers.get(2));
            let (Some(a), Some(b), Some(re)) = (a, b, re) else { return Ok(None) };
            let im = numbers.get(3).copied().unwrap_or_default();
            super::light::degree(Complex64::new(*re, im), *a, *b)
                .map(|z| Some(crate::array::number(z)))
                .ok_or_else(|| at.error(&codes::E0301_UNDEFINED, super::light::NO_LIGHT))
        });
        self.add(place, vec![gathered(ReductionKind::Sum, terms)], finish)
    }

    // Shells.

    fn layout(place: Place<'_>) -> Option<Layout> {
        let axes = place.rest.system.grid.array_axes();
        let layout =
            Layout::of_axes(axes, None, &|| "a box".into(), place.call.span()).ok()?;
        let closed = (0..layout.axes.len()).all(|axis| layout.grid.is_periodic(axis));
        closed.then_some(layout)
    }

    fn structure_factor(
        &mut self,
        place: Place<'_>,
        parts: &Parts<'_>,
        mean: bool,
    ) -> Option<usize> {
        // The mean of the field has a mode of its own, which is in no shell.
        let known = |name: &str| name == "connected" && !mean;
        if !parts.named.iter().all(|(name, _)| known(name)) {
            return None;
        }
        let [field] = parts.positional.as_slice() else { return None };
        for (_, flag) in &parts.named {
            truth(place, flag)?;
        }
        let of = self.term(place, field)?;
        let layout = Self::layout(place)?;
        let shells = Shells::of_modes(&layout.grid, &layout.spacing).ok()?;
        let measure = Measure::Power { of, shells: grouping(&shells.places) };
        let counts: Vec<usize> = shells.places.iter().map(Vec::len).collect();
        let k = shells.radius;
        let finish: Finish = Box::new(move |at, numbers| {
            let s: Vec<f64> =
                numbers.iter().zip(&counts).map(|(sum, n)| sum / *n as f64).collect();
            if mean {
                return mean_wave_number_of(&k, &s, &counts)
                    .map(|k| Some(k.into()))
                    .ok_or_else(|| super::structure::no_waves(at));
            }
            Ok(Some(Value::Record(Arc::new(spectrum_record(&k, s, &counts)))))
        });
        self.add(place, vec![measure], finish)
    }

    /// The groups of displacements of a curve, with its distances; the last group is that of no displacement.
    fn curve(
        place: Place<'_>,
        layout: &Layout,
        axis: Option<&Ast>,
    ) -> Option<(Vec<Vec<u32>>, Vec<f64>)> {
        let single = (layout.axes.len() == 1).then_some(0);
        let along = match axis {
            None => single,
            Some(ast) => Some(axis_of(place, layout, ast)?),
        };
        let (mut groups, distances) = match along {
            Some(axis) => {
                let shape = layout.grid.shape();
                let stride: usize = shape.get(axis + 1..)?.iter().product();
                let count = shape.get(axis)? / 2 + 1;
                let spacing = layout.spacing.get(axis)?;
                (
                    (0..count).map(|r| vec![(r * stride) as u32]).collect(),
                    (0..count).map(|r| r as f64 * spacing).collect(),
                )
            }
            None => {
                let shells = Shells::of_distances(&layout.grid, &layout.spacing).ok()?;
                (shells.places, shells.radius)
            }
        };
        groups.push(vec![0]);
        Some((groups, distances))
    }

    fn correlation(
        &mut self,
        place: Place<'_>,
        parts: &Parts<'_>,
        phases: bool,
    ) -> Option<usize> {
        let [field] = parts.positional.as_slice() else { return None };
        let (mut connected, mut normalized, mut axis) = (!phases, false, None);
        for (name, value) in &parts.named {
            match *name {
                "axis" => axis = Some(*value),
                "connected" if !phases => connected = truth(place, value)?,
                "normalized" if !phases => normalized = truth(place, value)?,
                _ => return None,
            }
        }
        let term = self.term(place, field)?;
        let layout = Self::layout(place)?;
        let (groups, distances) = Self::curve(place, &layout, axis)?;
        let of = if phases {
            if !self.is_real(&term) {
                return None;
            }
            unit(&term)
        } else {
            term.clone()
        };
        let mut measures =
            vec![Measure::Correlation { of, connected, shells: grouping(&groups) }];
        if phases {
            let size = call(Function::Absolute, term);
            measures.push(gathered(ReductionKind::Maximum, vec![size]));
        }
        let counts: Vec<usize> = groups.iter().map(Vec::len).collect();
        let finish: Finish = Box::new(move |at, numbers| {
            if phases {
                check_phases(at, numbers.last().copied().unwrap_or(f64::NAN))?;
            }
            let mut values: Vec<f64> =
                numbers.iter().zip(&counts).map(|(sum, n)| sum / *n as f64).collect();
            let start = values.pop().unwrap_or(f64::NAN);
            if normalized {
                if start <= 0.0 {
                    let message = "the normalised correlation is undefined: C(0) is 0: the field does not vary";
                    return Err(at.error(&codes::E0301_UNDEFINED, message));
                }
                values.iter_mut().for_each(|value| *value /= start);
            }
            let kind = if phases { "phase correlation" } else { "correlation function" };
            let record = curve_record(kind, &distances, values);
            Ok(Some(Value::Record(Arc::new(record))))
        });
        self.add(place, measures, finish)
    }

    fn correlation_length(
        &mut self,
        place: Place<'_>,
        parts: &Parts<'_>,
    ) -> Option<usize> {
        let [field] = parts.positional.as_slice() else { return None };
        let (mut method, mut axis) = (LengthWord::Integral, None);
        for (name, value) in &parts.named {
            match (*name, &value.kind) {
                ("axis", _) => axis = Some(*value),
                ("method", AstKind::Name(word)) => {
                    method = match &*word.text {
                        "integral" => LengthWord::Integral,
                        "exponential" => LengthWord::Exponential,
                        _ => return None,
                    };
                }
                _ => return None,
            }
        }
        let of = self.term(place, field)?;
        let layout = Self::layout(place)?;
        let (groups, distances) = Self::curve(place, &layout, axis)?;
        let counts: Vec<usize> = groups.iter().map(Vec::len).collect();
        let measures = vec![
            gathered(ReductionKind::Maximum, vec![square(of.clone())]),
            Measure::Correlation { of, connected: true, shells: grouping(&groups) },
        ];
        let finish: Finish = Box::new(move |at, numbers| {
            let Some((top, sums)) = numbers.split_first() else { return Ok(None) };
            let mut values: Vec<f64> =
                sums.iter().zip(&counts).map(|(sum, n)| sum / *n as f64).collect();
            let start = values.pop().unwrap_or(f64::NAN);
            fall((start, *top), (&distances, &values), method, None, at.span())
                .map(|length| Some(length.into()))
        });
        self.add(place, measures, finish)
    }
}

/// What of an order parameter.
#[derive(Clone, Copy)]
enum Order {
    Size,
    Whole,
    Phase,
}

impl<'a> Parts<'a> {
    fn of(arguments: &'a [Argument]) -> Self {
        let mut parts = Self { positional: Vec::new(), named: Vec::new() };
        for argument in arguments {
            match &argument.name {
                Some(name) => parts.named.push((&name.text, &argument.value)),
                None => parts.positional.push(&argument.value),
            }
        }
        parts
    }

    /// The only argument.
    fn only(&self) -> Option<&'a Ast> {
        match (self.positional.as_slice(), self.named.as_slice()) {
            ([only], []) => Some(only),
            _ => None,
        }
    }
}

fn same_box(field: &FieldValue, rest: &Continuation) -> bool {
    Arc::ptr_eq(&field.grid, &rest.system.grid)
        || field.grid.plain() == rest.system.grid.plain()
}

fn whole_number(place: Place<'_>, ast: &Ast) -> Option<u32> {
    let value = Measured::evaluate(place, ast)?;
    let number = value.as_expr()?.as_integer()?.clone();
    u32::try_from(number).ok()
}

fn truth(place: Place<'_>, ast: &Ast) -> Option<bool> {
    let value = Measured::evaluate(place, ast)?;
    place.call.truth(&value).ok()
}

/// The axis that is meant by a name or number.
fn axis_of(place: Place<'_>, layout: &Layout, ast: &Ast) -> Option<usize> {
    if let AstKind::Name(name) = &ast.kind {
        return layout.axes.iter().position(|axis| axis.name() == &*name.symbol);
    }
    let number = whole_number(place, ast)? as usize;
    number.checked_sub(1).filter(|axis| *axis < layout.axes.len())
}

fn check_phases(call: &Call<'_>, largest: f64) -> Result<()> {
    if largest <= LARGEST_PHASE {
        return Ok(());
    }
    let message = format!(
        "the phases grow to {largest:e}; take them modulo 2π before they grow beyond {LARGEST_PHASE:e}"
    );
    Diagnostic::error(&codes::E0307_INVALID, message).at(call.span()).into()
}

fn first(numbers: &[f64]) -> f64 {
    numbers.first().copied().unwrap_or(f64::NAN)
}

fn grouping(groups: &[Vec<u32>]) -> Arc<Grouping> {
    Arc::new(Grouping::new(groups))
}

fn gathered(kind: ReductionKind, terms: Vec<Term>) -> Measure {
    Measure::Gathered { kind, terms, inside: false, order: 2 }
}
