//! Which arrays of a plan lie in memory as complex numbers, real and imaginary part side by side, as transforms read and write them.
//!
//! Programs around a transform then work on its numbers where they are, and nothing is packed or unpacked. An array is paired where a
//! transform reads or writes it, it has no ghosts, and whatever else the plan does with it is done to its partner as well: exchanges and
//! copies come for both at once. All others stay planar, and transforms of them are packed and unpacked by kernels of their own.

use holor_field::Plan;
use holor_field::graph::{Binary, Graph, Op};
use holor_field::layout::{Layout, Region};
use holor_field::plan::{Action, ArrayId, Program, Store, Transform};

/// The place of an array in complex numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The array of the other part.
    pub(crate) partner: ArrayId,
    /// Whether it has the imaginary parts; the real part's buffer is that of both.
    pub(crate) imaginary: bool,
}

/// Distances in complex numbers from one plane, and one row, to the next; rows follow one another without padding.
pub(crate) fn strides(layout: &Layout) -> [usize; 2] {
    let [_, rows, cells] = layout.points;
    [rows * cells, cells]
}

/// For each array its place in complex numbers; none for planar ones.
pub(crate) fn parts(plan: &Plan) -> Vec<Option<Part>> {
    let count = plan.arrays.len();
    let mut search = Search { plan, parts: vec![None; count], never: vec![false; count] };
    loop {
        let before = (search.parts.clone(), search.never.clone());
        search.look();
        if before == (search.parts.clone(), search.never.clone()) {
            return search.parts;
        }
    }
}

/// Whether a transform's cells and spectrum are the numbers that it works on. Those of a single cell are not worth it.
pub(crate) fn is_wide(layout: &Layout) -> bool {
    layout.points.iter().any(|n| *n > 1)
}

struct Search<'a> {
    plan: &'a Plan,
    parts: Vec<Option<Part>>,
    /// Arrays that stay planar. Only ever grows, so that the search ends.
    never: Vec<bool>,
}

impl Search<'_> {
    fn look(&mut self) {
        for Transform { real, imaginary, spectrum } in &self.plan.transforms {
            if is_wide(&self.plan.arrays[*real].layout) {
                self.join(spectrum[0], spectrum[1]);
                match *imaginary {
                    Some(imaginary) => self.join(*real, imaginary),
                    None => self.forbid(*real),
                }
            }
        }
        for procedure in &self.plan.procedures {
            let actions = &procedure.actions;
            let mut place = 0;
            while place < actions.len() {
                let moves = moves(&actions[place..]);
                for number in 0..moves.len() {
                    self.moved(&moves, number);
                }
                match &actions[place] {
                    Action::Sparse { from, to, .. } | Action::Lines { from, to, .. } => {
                        self.forbid(*from);
                        self.forbid(*to);
                    }
                    Action::Noise { array, .. } => self.forbid(*array),
                    Action::Group { to, .. } => self.forbid(*to),
                    _ => {}
                }
                place += moves.len().max(1);
            }
        }
    }

    /// Two arrays as the parts of complex numbers, or neither.
    fn join(&mut self, real: ArrayId, imaginary: ArrayId) {
        let layouts = [real, imaginary].map(|array| self.plan.arrays[array].layout);
        let possible = real != imaginary
            && layouts[0] == layouts[1]
            && layouts[0].ghosts == [0; 3]
            && !self.never[real]
            && !self.never[imaginary];
        let known = [real, imaginary].map(|array| self.parts[array]);
        let wanted = [(imaginary, false), (real, true)]
            .map(|(partner, imaginary)| Some(Part { partner, imaginary }));
        if possible && (known == [None; 2] || known == wanted) {
            self.parts[real] = wanted[0];
            self.parts[imaginary] = wanted[1];
        } else {
            self.forbid(real);
            self.forbid(imaginary);
        }
    }

    fn forbid(&mut self, array: ArrayId) {
        self.never[array] = true;
        if let Some(part) = self.parts[array].take() {
            self.parts[part.partner] = None;
            self.never[part.partner] = true;
        }
    }

    /// One of several moves that come together: the other parts must move the same way among them.
    fn moved(&mut self, moves: &[Move], number: usize) {
        let Move { a, b, exchange } = moves[number];
        if self.parts[a].is_none() && self.parts[b].is_none() {
            return;
        }
        let of =
            |array: ArrayId| moves.iter().filter(move |m| m.a == array || m.b == array);
        let partner = |array: ArrayId| self.parts[array].map(|part| part.partner);
        // Where the part that is known goes, or comes from.
        let (known, other, first) =
            if self.parts[a].is_some() { (a, b, true) } else { (b, a, false) };
        let second = partner(known).and_then(|partner| {
            let own = of(partner).next()?;
            match (own.a == partner, exchange) {
                (true, true) => Some(own.b),
                (false, true) => Some(own.a),
                (true, false) if first => Some(own.b),
                (false, false) if !first => Some(own.a),
                _ => None,
            }
        });
        let once = [Some(a), Some(b), partner(known), second];
        let once = once.into_iter().flatten().all(|array| of(array).count() == 1);
        match (self.parts[known], second) {
            (Some(part), Some(second)) if once => {
                let (real, imaginary) =
                    if part.imaginary { (second, other) } else { (other, second) };
                self.join(real, imaginary);
            }
            _ => self.forbid(known),
        }
        if self.parts[a].is_none() || self.parts[b].is_none() {
            self.forbid(a);
            self.forbid(b);
        }
    }
}

/// An exchange, or a copy of `a` to `b`.
#[derive(Clone, Copy)]
struct Move {
    a: ArrayId,
    b: ArrayId,
    exchange: bool,
}

/// The exchanges, or the copies, that these actions begin with.
fn moves(actions: &[Action]) -> Vec<Move> {
    let of = |action: &Action| match action {
        Action::Exchange(a, b) => Some(Move { a: *a, b: *b, exchange: true }),
        Action::Copy { from, to } => Some(Move { a: *from, b: *to, exchange: false }),
        _ => None,
    };
    let all: Vec<Move> = actions.iter().map_while(of).collect();
    let first = all.first().map(|first| first.exchange);
    all.into_iter().take_while(|own| Some(own.exchange) == first).collect()
}

/// The plan with a program in place of the multiplication in each filter whose spectrum is paired.
pub(crate) fn expanded(plan: &Plan, parts: &[Option<Part>]) -> Plan {
    let mut all = plan.clone();
    let mut programs = [None; 2];
    for procedure in &mut all.procedures {
        let mut actions = Vec::with_capacity(procedure.actions.len());
        for action in procedure.actions.drain(..) {
            let Action::Filter { transform, multiplier } = &action else {
                actions.push(action);
                continue;
            };
            let spectrum = plan.transforms[*transform].spectrum;
            if parts[spectrum[0]].is_none() {
                actions.push(action);
                continue;
            }
            let complex = multiplier.1.is_some();
            let program = *programs[usize::from(complex)].get_or_insert_with(|| {
                all.programs.push(multiplication(complex));
                all.programs.len() - 1
            });
            let region = Region::interior(&plan.arrays[spectrum[0]].layout);
            let arrays = spectrum.into_iter().chain([multiplier.0]).chain(multiplier.1);
            actions.push(Action::Forward(*transform));
            actions.push(Action::Run { program, arrays: arrays.collect(), region });
            actions.push(Action::Inverse(*transform));
        }
        procedure.actions = actions;
    }
    all
}

/// Complex numbers times a multiplier, as the interpreter does it.
fn multiplication(complex: bool) -> Program {
    let mut graph = Graph::new();
    let [a, b, x] = [0, 1, 2].map(|slot| graph.load(slot, [0; 3]));
    let y = if complex { graph.load(3, [0; 3]) } else { graph.constant(0.0) };
    let product =
        |graph: &mut Graph, a, b| graph.push(Op::Binary(Binary::Multiply, a, b));
    let parts = [(a, x), (b, y), (a, y), (b, x)];
    let [ax, by, ay, bx] = parts.map(|(a, b)| product(&mut graph, a, b));
    let re = graph.push(Op::Binary(Binary::Subtract, ax, by));
    let im = graph.push(Op::Binary(Binary::Add, ay, bx));
    let stores = vec![Store { slot: 0, value: re }, Store { slot: 1, value: im }];
    let (name, slots) = ("multiplier".to_owned(), 3 + usize::from(complex));
    Program { name, graph, slots, stores, reductions: Vec::new() }
}

/// For an inverse transform of a paired spectrum, the action before it whose program writes that: it can scale what it stores, and nobody
/// reads the spectrum meanwhile. None where there is no such action.
pub(crate) fn writer(plan: &Plan, actions: &[Action], inverse: usize) -> Option<usize> {
    let Action::Inverse(transform) = &actions[inverse] else { return None };
    let spectrum = plan.transforms[*transform].spectrum;
    let own = |array: &ArrayId| spectrum.contains(array);
    for (place, action) in actions[..inverse].iter().enumerate().rev() {
        match action {
            Action::Run { program, arrays, region } => {
                if !arrays.iter().any(own) {
                    continue;
                }
                let stores = &plan.programs[*program].stores;
                let of = |part: ArrayId| {
                    stores.iter().filter(|s| arrays[s.slot as usize] == part).count()
                };
                let whole = *region == Region::interior(&plan.arrays[spectrum[0]].layout);
                let both = spectrum.iter().all(|part| of(*part) == 1);
                return (whole && both).then_some(place);
            }
            Action::Forward(other) | Action::Inverse(other) => {
                let Transform { real, imaginary, spectrum } = &plan.transforms[*other];
                if [*real, spectrum[0], spectrum[1]].iter().chain(imaginary).any(own) {
                    return None;
                }
            }
            Action::Scalars { .. } => {}
            Action::Wrap { array, .. } | Action::Noise { array, .. } if !own(array) => {}
            Action::Exchange(a, b) | Action::Copy { from: a, to: b }
                if !own(a) && !own(b) => {}
            _ => return None,
        }
    }
    None
}
