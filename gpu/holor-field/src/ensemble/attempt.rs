//! The plan of an ensemble: what a member's cell holds, and the program that attempts a step.

use super::{Equations, Options};
use crate::error::FieldResult;
use crate::graph::{Binary, Graph, NodeId, Unary};
use crate::layout::Region;
use crate::plan::{
    Action, Array, Plan, Procedure, Program, Reduction, ReductionKind, Scalar, Store,
};
use crate::pointwise::{layout_of, place};

/// The weights of the rates in each stage (Dormand and Prince, J. Comput. Appl. Math. 6 (1980) 19, table 2); the last row is the step.
const STAGES: [&[f64]; 6] = [
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
    &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
    &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
];
/// Fifth-order less fourth-order weights.
const ERROR: [f64; 7] = [
    71.0 / 57600.0,
    0.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339_200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];

/// What is known of a member besides its unknowns: an array each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// [`Status`] as a number.
    Status,
    /// The parameter.
    Parameter,
    /// The length of the next step.
    Step,
    /// The logarithm of the error of the last step.
    LogError,
    /// 1 where the last attempt failed.
    Refused,
    /// Attempts so far.
    Attempts,
    /// The largest change of a conserved quantity.
    Drift,
}

/// How many of [`Own`] there are.
const OWN: usize = 7;

/// What a member's cell is doing, as the numbers in the array.
pub(super) mod status {
    /// Written, not begun.
    pub(crate) const NEW: f64 = -1.0;
    /// On its way.
    pub(crate) const RUNS: f64 = 0.0;
    /// At the end of the span.
    pub(crate) const REACHED: f64 = 1.0;
    /// Stopped by the condition.
    pub(crate) const STOPPED: f64 = 2.0;
    /// The step became too small.
    pub(crate) const SINGULAR: f64 = 3.0;
    /// Too many attempts.
    pub(crate) const ATTEMPTS: f64 = 4.0;
    /// At the border of the domain.
    pub(crate) const LEFT: f64 = 5.0;
    /// No member.
    pub(crate) const EMPTY: f64 = 9.0;
}

/// The numbers that are the same for all members: scalars of the plan, so that other numbers need no other program.
#[derive(Clone, Copy)]
enum Common {
    From,
    To,
    /// 1 or −1.
    Direction,
    Length,
    Relative,
    Absolute,
    MostAttempts,
    /// The number of running members, written by `count`.
    Running,
    /// The sum of the parts of their ways that all members have behind them.
    Behind,
}

/// Where the arrays of an ensemble's plan are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    pub(super) unknowns: usize,
    pub(super) constants: usize,
    pub(super) conserved: usize,
}

impl Places {
    pub(super) fn of(equations: &Equations) -> Self {
        Self {
            unknowns: equations.rates.len(),
            constants: equations.constants,
            conserved: equations.conserved.len(),
        }
    }

    /// An unknown, or behind them a constant.
    pub(super) fn variable(self, number: usize) -> usize {
        number
    }

    fn rate(self, number: usize) -> usize {
        self.unknowns + self.constants + number
    }

    /// A conserved quantity's value at the start.
    pub(super) fn first(self, number: usize) -> usize {
        2 * self.unknowns + self.constants + number
    }

    pub(super) fn own(self, own: Own) -> usize {
        2 * self.unknowns + self.constants + self.conserved + own as usize
    }

    /// How many arrays there are.
    pub(super) fn count(self) -> usize {
        2 * self.unknowns + self.constants + self.conserved + OWN
    }
}

/// The procedures of the plan.
pub(super) const BEGIN: usize = 0;
pub(super) const ATTEMPT: usize = 1;
pub(super) const COUNT: usize = 2;
/// The scalars that `count` writes.
pub(super) const RUNNING: usize = Common::Running as usize;
pub(super) const BEHIND: usize = Common::Behind as usize;

/// The plan for so many members: the procedures `begin`, `attempt` and `count`. [`super::integrate`] makes and runs it; by itself it is for
/// looking at what a backend makes of it.
///
/// # Errors
/// Formulas with loads that are neither unknowns nor constants.
pub fn plan_of(
    equations: &Equations,
    options: &Options,
    members: usize,
) -> FieldResult<Plan> {
    let places = Places::of(equations);
    let layout = layout_of(members);
    let (from, to) = options.span;
    let scalar = |name: &str, value: f64| Scalar { name: name.to_owned(), value };
    let mut plan = Plan {
        scalars: vec![
            scalar("from", from),
            scalar("to", to),
            scalar("direction", if to < from { -1.0 } else { 1.0 }),
            scalar("length", (to - from).abs()),
            scalar("relative", options.relative),
            scalar("absolute", options.absolute),
            scalar("most attempts", f64::from(options.most_attempts)),
            scalar("running", 0.0),
            scalar("behind", 0.0),
        ],
        ..Plan::default()
    };
    let mut name = |name: String| plan.arrays.push(Array { name, layout, values: None });
    (0..places.unknowns).for_each(|k| name(format!("y{k}")));
    (0..places.constants).for_each(|k| name(format!("c{k}")));
    (0..places.unknowns).for_each(|k| name(format!("dy{k}")));
    (0..places.conserved).for_each(|k| name(format!("q{k}")));
    for own in ["status", "x", "h", "log error", "refused", "attempts", "drift"] {
        name(own.to_owned());
    }
    let slots = places.count();
    let region = Region::interior(&layout);
    let mut counted = Graph::new();
    let reductions = count(&mut counted, places);
    for (name, (graph, stores), reductions) in [
        ("begin", begin(equations, places)?, Vec::new()),
        ("attempt", attempt(equations, places)?, Vec::new()),
        ("count", (counted, Vec::new()), reductions),
    ] {
        plan.programs.push(Program {
            name: name.to_owned(),
            graph,
            slots,
            stores,
            reductions,
        });
        let run = Action::Run {
            program: plan.programs.len() - 1,
            arrays: (0..slots).collect(),
            region,
        };
        plan.procedures.push(Procedure { name: name.to_owned(), actions: vec![run] });
    }
    Ok(plan)
}

/// Writes programs in terms of the cell's arrays.
struct Cell<'a> {
    graph: Graph,
    stores: Vec<Store>,
    equations: &'a Equations,
    places: Places,
}

impl Cell<'_> {
    fn load(&mut self, array: usize) -> NodeId {
        self.graph.load(array as u32, [0; 3])
    }

    fn own(&mut self, own: Own) -> NodeId {
        self.load(self.places.own(own))
    }

    fn store(&mut self, array: usize, value: NodeId) {
        self.stores.push(Store { slot: array as u32, value });
    }

    fn common(&mut self, common: Common) -> NodeId {
        self.graph.scalar(common as u32)
    }

    /// Formulas of the equations at these unknowns.
    fn at(&mut self, unknowns: &[NodeId], roots: &[NodeId]) -> FieldResult<Vec<NodeId>> {
        let (count, constants) = (self.places.unknowns, self.places.constants);
        place(&self.equations.graph, roots, &mut self.graph, |graph, number| {
            if number < count {
                return unknowns.get(number).copied();
            }
            let constant = number - count;
            (constant < constants).then(|| graph.load(number as u32, [0; 3]))
        })
    }

    fn constant(&mut self, value: f64) -> NodeId {
        self.graph.constant(value)
    }

    /// Both conditions.
    fn both(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.graph.multiply(a, b)
    }

    fn less(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.graph.binary(Binary::Less, a, b)
    }

    fn smaller(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.graph.binary(Binary::Minimum, a, b)
    }

    fn larger(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.graph.binary(Binary::Maximum, a, b)
    }

    fn is(&mut self, value: NodeId, number: f64) -> NodeId {
        let number = self.constant(number);
        self.graph.binary(Binary::Equal, value, number)
    }

    /// absolute + relative · size of each unknown.
    fn allowed(&mut self, size: NodeId) -> NodeId {
        let relative = self.common(Common::Relative);
        let absolute = self.common(Common::Absolute);
        self.graph.multiply_add(relative, size, absolute)
    }

    fn size(&mut self, value: NodeId) -> NodeId {
        self.graph.unary(Unary::Absolute, value)
    }

    /// The root mean square.
    fn norm(&mut self, parts: &[NodeId]) -> NodeId {
        let mut sum = self.constant(0.0);
        for part in parts {
            sum = self.graph.multiply_add(*part, *part, sum);
        }
        let share = self.constant(1.0 / parts.len().max(1) as f64);
        let mean = self.graph.multiply(sum, share);
        self.graph.unary(Unary::SquareRoot, mean)
    }
}

/// Fills what a new member's cell needs: its rates, what it conserves, a first step.
fn begin(equations: &Equations, places: Places) -> FieldResult<(Graph, Vec<Store>)> {
    let mut cell = Cell { graph: Graph::new(), stores: Vec::new(), equations, places };
    let unknowns: Vec<NodeId> =
        (0..places.unknowns).map(|k| cell.load(places.variable(k))).collect();
    let status = cell.own(Own::Status);
    let is_new = cell.is(status, status::NEW);
    let rates = cell.at(&unknowns, &equations.rates)?;
    let conserved = cell.at(&unknowns, &equations.conserved)?;
    // A first step that changes the unknowns by a hundredth of their size (Hairer, Nørsett and Wanner I, section II.4); the attempts mend it.
    let (mut sizes, mut speeds) = (Vec::new(), Vec::new());
    for (y, rate) in unknowns.iter().zip(&rates) {
        let size = cell.size(*y);
        let allowed = cell.allowed(size);
        sizes.push(cell.graph.divide(*y, allowed));
        speeds.push(cell.graph.divide(*rate, allowed));
    }
    let (size, speed) = (cell.norm(&sizes), cell.norm(&speeds));
    let ratio = cell.graph.divide(size, speed);
    let hundredth = cell.constant(0.01);
    let guess = cell.graph.multiply(hundredth, ratio);
    let least = cell.constant(1e-5);
    let (slow, small) = (cell.less(speed, least), cell.less(size, least));
    let length = cell.common(Common::Length);
    let short = cell.constant(1e-6);
    let short = cell.graph.multiply(short, length);
    let guess = cell.graph.select(slow, short, guess);
    let guess = cell.graph.select(small, short, guess);
    let step = cell.smaller(guess, length);
    // NaN is not below anything.
    let enormous = cell.constant(1e300);
    let mut fine = cell.constant(1.0);
    for value in rates.iter().chain(&conserved).chain(&unknowns) {
        let size = cell.size(*value);
        let finite = cell.less(size, enormous);
        fine = cell.both(fine, finite);
    }
    let runs = cell.constant(status::RUNS);
    let singular = cell.constant(status::SINGULAR);
    let stopped = cell.constant(status::STOPPED);
    let mut begun = runs;
    if let Some(stop) = equations.stop {
        let level = cell.at(&unknowns, &[stop])?[0];
        let zero = cell.constant(0.0);
        let beyond = cell.less(zero, level);
        begun = cell.graph.select(beyond, stopped, runs);
    }
    let begun = cell.graph.select(fine, begun, singular);
    let zero = cell.constant(0.0);
    let log_error = cell.constant(1e-4_f64.ln());
    let from = cell.common(Common::From);
    let mut set = vec![
        (places.own(Own::Status), begun),
        (places.own(Own::Parameter), from),
        (places.own(Own::Step), step),
        (places.own(Own::LogError), log_error),
        (places.own(Own::Refused), zero),
        (places.own(Own::Attempts), zero),
        (places.own(Own::Drift), zero),
    ];
    set.extend(rates.iter().enumerate().map(|(k, rate)| (places.rate(k), *rate)));
    set.extend(conserved.iter().enumerate().map(|(k, value)| (places.first(k), *value)));
    for (array, value) in set {
        let old = cell.load(array);
        let value = cell.graph.select(is_new, value, old);
        cell.store(array, value);
    }
    Ok((cell.graph, cell.stores))
}

/// One attempt at a step.
///
/// The error of a step is the root mean square over the unknowns of e/(absolute + relative·max(|y|, |y₊|)); the next step is
/// 0.9·h·e^(−0.17)·e₋^(0.04) within [0.2, 5] times h (Hairer, Nørsett and Wanner I, section II.4).
fn attempt(equations: &Equations, places: Places) -> FieldResult<(Graph, Vec<Store>)> {
    let mut cell = Cell { graph: Graph::new(), stores: Vec::new(), equations, places };
    let count = places.unknowns;
    let y: Vec<NodeId> = (0..count).map(|k| cell.load(places.variable(k))).collect();
    let first: Vec<NodeId> = (0..count).map(|k| cell.load(places.rate(k))).collect();
    let status = cell.own(Own::Status);
    let x = cell.own(Own::Parameter);
    let step = cell.own(Own::Step);
    let runs = cell.is(status, status::RUNS);
    let (zero, one) = (cell.constant(0.0), cell.constant(1.0));

    // The step, which does not lead beyond the end.
    let to = cell.common(Common::To);
    let direction = cell.common(Common::Direction);
    let way = cell.graph.subtract(to, x);
    let left = cell.graph.multiply(way, direction);
    let reach = cell.constant(1.0 + 1e-12);
    let reach = cell.graph.multiply(step, reach);
    let last = cell.graph.binary(Binary::LessEqual, left, reach);
    let step = cell.graph.select(last, left, step);
    let h = cell.graph.multiply(step, direction);

    // Six stages; the seventh rate is the first one of the next step.
    let mut rates = vec![first];
    let mut ahead = y.clone();
    for row in STAGES {
        ahead = (0..count)
            .map(|k| {
                let mut sum = zero;
                for (weight, rate) in row.iter().zip(&rates) {
                    if *weight != 0.0 {
                        let weight = cell.graph.constant(*weight);
                        sum = cell.graph.multiply_add(weight, rate[k], sum);
                    }
                }
                cell.graph.multiply_add(h, sum, y[k])
            })
            .collect();
        rates.push(cell.at(&ahead, &equations.rates)?);
    }

    // The error in units of what is allowed, and how far the step leads in these units.
    let (mut errors, mut ways) = (Vec::new(), Vec::new());
    for k in 0..count {
        let mut sum = zero;
        for (weight, rate) in ERROR.iter().zip(&rates) {
            if *weight != 0.0 {
                let weight = cell.constant(*weight);
                sum = cell.graph.multiply_add(weight, rate[k], sum);
            }
        }
        let (a, b) = (cell.size(y[k]), cell.size(ahead[k]));
        let size = cell.larger(a, b);
        let allowed = cell.allowed(size);
        let unit = cell.graph.divide(one, allowed);
        let error = cell.graph.multiply(h, sum);
        errors.push(cell.graph.multiply(error, unit));
        let change = cell.graph.subtract(ahead[k], y[k]);
        ways.push(cell.graph.multiply(change, unit));
    }
    let error = cell.norm(&errors);
    let enormous = cell.constant(1e300);
    let finite = cell.less(error, enormous);
    let good = cell.graph.binary(Binary::LessEqual, error, one);
    // 0.9 e^(−0.17) e₋^(0.04) by one logarithm and one exponential.
    let least = cell.constant(1e-12);
    let bounded = cell.larger(error, least);
    let log = cell.graph.unary(Unary::Logarithm, bounded);
    let former = cell.own(Own::LogError);
    let (a, b, c) =
        (cell.constant(-0.17), cell.constant(0.04), cell.constant(0.9_f64.ln()));
    let power = cell.graph.multiply_add(b, former, c);
    let power = cell.graph.multiply_add(a, log, power);
    let factor = cell.graph.unary(Unary::Exponential, power);
    let refused = cell.own(Own::Refused);
    let (fifth, tenth, half, five) =
        (cell.constant(0.2), cell.constant(0.1), cell.constant(0.9), cell.constant(5.0));
    let most = cell.graph.select(refused, one, five);
    let growth = cell.larger(factor, fifth);
    let growth = cell.smaller(growth, most);
    let shrink = cell.larger(factor, tenth);
    let shrink = cell.smaller(shrink, half);
    let shrink = cell.graph.select(finite, shrink, fifth);
    let least_step = least_step(&mut cell, x);
    let mut accepted = cell.both(runs, good);
    let mut factor = cell.graph.select(accepted, growth, shrink);
    let (mut stopped, mut left_domain) = (zero, zero);
    if equations.stop.is_some() || equations.domain.is_some() {
        let way = cell.norm(&ways);
        let near = cell.constant(100.0);
        let near = cell.graph.binary(Binary::LessEqual, way, near);
        let sixteen = cell.constant(16.0);
        let tiny = cell.graph.multiply(sixteen, least_step);
        let tiny = cell.less(step, tiny);
        let there = cell.larger(near, tiny);
        let not_there = cell.graph.subtract(one, there);
        // What comes to hold in this step: a shorter one, nine tenths of the way to where a straight line would cross.
        let mut crossed = |cell: &mut Cell<'_>, beyond: NodeId, levels: [NodeId; 2]| {
            let [before, level] = levels;
            let here = cell.both(beyond, there);
            let cut = cell.both(beyond, not_there);
            let rise = cell.graph.subtract(before, level);
            let part = cell.graph.divide(before, rise);
            let part = cell.graph.multiply(half, part);
            let part = cell.larger(part, tenth);
            let part = cell.smaller(part, half);
            factor = cell.graph.select(cut, part, factor);
            accepted = cell.graph.select(cut, zero, accepted);
            here
        };
        // Outside the domain the condition is not asked.
        let mut outside = zero;
        if let Some(domain) = equations.domain {
            let within = cell.at(&ahead, &[domain.inside])?[0];
            let within = cell.is(within, 1.0);
            outside = cell.graph.subtract(one, within);
            let beyond = cell.both(outside, good);
            let beyond = cell.both(beyond, runs);
            let levels =
                [cell.at(&y, &[domain.level])?[0], cell.at(&ahead, &[domain.level])?[0]];
            left_domain = crossed(&mut cell, beyond, levels);
        }
        if let Some(stop) = equations.stop {
            let levels = [cell.at(&y, &[stop])?[0], cell.at(&ahead, &[stop])?[0]];
            let beyond = cell.less(zero, levels[1]);
            let beyond = cell.both(beyond, good);
            let beyond = cell.both(beyond, runs);
            let inside = cell.graph.subtract(one, outside);
            let beyond = cell.both(beyond, inside);
            stopped = crossed(&mut cell, beyond, levels);
        }
        accepted = cell.graph.select(left_domain, zero, accepted);
    }

    // What becomes of the member.
    let next_step = cell.graph.multiply(step, factor);
    let next_x = cell.graph.add(x, h);
    let next_x = cell.graph.select(last, to, next_x);
    let attempts = cell.own(Own::Attempts);
    let attempts = cell.graph.add(attempts, runs);
    let most_attempts = cell.common(Common::MostAttempts);
    let many = cell.graph.binary(Binary::LessEqual, most_attempts, attempts);
    // A step that was taken grows again, however short it was.
    let too_short = cell.less(next_step, least_step);
    let too_short = cell.graph.select(accepted, zero, too_short);
    let word = |cell: &mut Cell<'_>, value: f64| cell.constant(value);
    let on = word(&mut cell, status::RUNS);
    let out = word(&mut cell, status::ATTEMPTS);
    let next = cell.graph.select(many, out, on);
    let singular = word(&mut cell, status::SINGULAR);
    let next = cell.graph.select(too_short, singular, next);
    let reached = word(&mut cell, status::REACHED);
    let arrived = cell.both(accepted, last);
    let next = cell.graph.select(arrived, reached, next);
    let by_condition = word(&mut cell, status::STOPPED);
    let next = cell.graph.select(stopped, by_condition, next);
    let next = match equations.domain {
        Some(_) => {
            let at_border = word(&mut cell, status::LEFT);
            cell.graph.select(left_domain, at_border, next)
        }
        None => next,
    };
    let next = cell.graph.select(runs, next, status);

    // What is conserved.
    let values = cell.at(&ahead, &equations.conserved)?;
    let drift = cell.own(Own::Drift);
    let mut largest = drift;
    for (k, value) in values.into_iter().enumerate() {
        let start = cell.load(places.first(k));
        let change = cell.graph.subtract(value, start);
        let change = cell.size(change);
        largest = cell.larger(largest, change);
    }
    let log_least = cell.constant(1e-4_f64.ln());
    let log_error = cell.larger(log, log_least);
    let not_accepted = cell.graph.subtract(one, accepted);
    for (array, if_accepted) in [
        (places.own(Own::Parameter), next_x),
        (places.own(Own::LogError), log_error),
        (places.own(Own::Drift), largest),
    ] {
        let old = cell.load(array);
        let value = cell.graph.select(accepted, if_accepted, old);
        cell.store(array, value);
    }
    cell.store(places.own(Own::Status), next);
    let old_step = cell.own(Own::Step);
    let next_step = cell.graph.select(runs, next_step, old_step);
    cell.store(places.own(Own::Step), next_step);
    cell.store(places.own(Own::Refused), not_accepted);
    cell.store(places.own(Own::Attempts), attempts);
    for k in 0..count {
        let value = cell.graph.select(accepted, ahead[k], y[k]);
        cell.store(places.variable(k), value);
        let rate = cell.graph.select(accepted, rates[6][k], rates[0][k]);
        cell.store(places.rate(k), rate);
    }
    Ok((cell.graph, cell.stores))
}

/// A shorter step does not change the parameter any more: 10⁻¹⁴ of it, or of a hundredth of the span.
fn least_step(cell: &mut Cell<'_>, x: NodeId) -> NodeId {
    let size = cell.size(x);
    let length = cell.common(Common::Length);
    let hundredth = cell.constant(1e-2);
    let part = cell.graph.multiply(hundredth, length);
    let size = cell.larger(size, part);
    let rounding = cell.constant(1e-14);
    cell.graph.multiply(rounding, size)
}

/// How many members run, and how far all are.
fn count(graph: &mut Graph, places: Places) -> Vec<Reduction> {
    let status = graph.load(places.own(Own::Status) as u32, [0; 3]);
    let runs = graph.constant(status::RUNS);
    let runs = graph.binary(Binary::Equal, status, runs);
    let x = graph.load(places.own(Own::Parameter) as u32, [0; 3]);
    let from = graph.scalar(Common::From as u32);
    let way = graph.subtract(x, from);
    let way = graph.unary(Unary::Absolute, way);
    let length = graph.scalar(Common::Length as u32);
    let part = graph.divide(way, length);
    let zero = graph.constant(0.0);
    let part = graph.select(runs, part, zero);
    let sum = |value: NodeId, scalar: usize| Reduction {
        kind: ReductionKind::Sum,
        value,
        scalar,
    };
    vec![sum(runs, RUNNING), sum(part, BEHIND)]
}
