//! From formulas to the graph: derivatives become differences, known functions tables and static arrays.

use std::collections::HashMap;

use super::complex::Equations;
use super::formula::{Formula, Formulas, Id, Source};
use super::linear_form::{LinearForm, scaled};
use super::placement::Parity;
use super::weights::central;
use crate::equation::Edge;
use crate::graph::{Graph, NodeId, Op, Unary};
use crate::layout::dimension;
use crate::scheme::scalar;

/// A place relative to the cell, in half steps along each axis: odd ones lie between cells.
pub(super) type Place = [i32; 3];

/// A table to be: a known formula of one coordinate, at the points or half a step beyond each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TableOf {
    /// The formula.
    pub(super) formula: Id,
    /// The axis.
    pub(super) axis: usize,
    /// Half a step beyond.
    pub(super) half: bool,
}

/// A static array to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum CoefficientOf {
    /// A real array of the given functions.
    Given(u32),
    /// A result of a convolution.
    Convolved(u32),
    /// 1 inside the domain, 0 outside.
    Domain,
    /// A known formula of several coordinates, half a step beyond the points along some.
    Known(Id, [bool; 3]),
}

/// The graph under construction.
#[derive(Debug)]
pub(super) struct Lowering<'a> {
    /// The equations.
    pub(super) equations: Equations<'a>,
    /// The accuracy order of differences.
    pub(super) order: usize,
    /// Axes.
    pub(super) rank: usize,
    /// The distance between points, along each axis.
    pub(super) spacing: [f64; 3],
    /// The graph.
    pub(super) graph: Graph,
    /// Tables in their order.
    pub(super) tables: Vec<TableOf>,
    /// Static arrays in their order.
    pub(super) coefficients: Vec<CoefficientOf>,
    /// The array of the first plane's time derivative of each plane.
    pub(super) velocity_arrays: Vec<Option<u32>>,
    /// The array of the first static array.
    pub(super) first_coefficient: u32,
    /// The signs of the fields in the mirror image beyond each side of each axis, where that solves the equations.
    pub(super) reflections: Vec<[Option<Vec<f64>>; 2]>,
    /// Which derivatives of which arrays occur in each rate.
    pub(super) orders: super::spectrum::Orders,
    /// Whether values are looked at and carried nowhere.
    pub(super) observes: bool,
    /// Whether neighbours are taken relative to the cell.
    pub(super) relative: bool,
    /// Where each plane stands, in half steps from the points; empty where all stand at the points.
    pub(super) homes: Vec<Place>,
    /// What is known of where formulas stand along axes.
    pub(super) parities: HashMap<(Id, usize), super::placement::Parity>,
    known: HashMap<(Id, Place), (f64, NodeId)>,
}

impl<'a> Lowering<'a> {
    /// Begins a graph.
    pub(super) fn new(
        equations: Equations<'a>,
        options: &super::SpaceOptions,
        orders: super::spectrum::Orders,
    ) -> Self {
        let system = equations.system;
        let mut spacing = [1.0; 3];
        for (space, axis) in spacing.iter_mut().zip(&system.grid.axes) {
            *space = axis.spacing();
        }
        let planes = equations.planes.len() as u32;
        let mut next = planes;
        let velocity_arrays = equations
            .planes
            .iter()
            .map(|plane| {
                let second =
                    system.fields.get(plane.field).is_some_and(|field| field.order == 2);
                second.then(|| {
                    next += 1;
                    next - 1
                })
            })
            .collect();
        Self {
            order: options.order,
            rank: system.grid.axes.len(),
            spacing,
            graph: Graph::new(),
            tables: Vec::new(),
            coefficients: Vec::new(),
            velocity_arrays,
            first_coefficient: next,
            reflections: match system.is_staggered() {
                true => vec![[None, None]; system.grid.axes.len()],
                false => super::reflections::reflections(system),
            },
            orders,
            observes: options.observes,
            relative: options.relative,
            homes: super::placement::homes(&equations),
            parities: HashMap::new(),
            known: HashMap::new(),
            equations,
        }
    }

    pub(super) fn formulas(&self) -> &Formulas {
        &self.equations.formulas
    }

    /// The value of a formula in the cell.
    pub(super) fn here(&mut self, id: Id) -> NodeId {
        self.node(id, [0; 3])
    }

    /// The value of a formula at a place.
    pub(super) fn node(&mut self, id: Id, place: Place) -> NodeId {
        let (factor, node) = self.value(id, place);
        scaled(&mut self.graph, factor, node)
    }

    /// The value of a formula at a place as a number times a node.
    pub(super) fn value(&mut self, id: Id, place: Place) -> (f64, NodeId) {
        // What is the same along an axis has one value there.
        let place = self.effective(id, place);
        if let Some(value) = self.known.get(&(id, place)) {
            return *value;
        }
        let value = self.compute(id, place);
        self.known.insert((id, place), value);
        value
    }

    fn effective(&self, id: Id, place: Place) -> Place {
        let facts = self.formulas().facts(id);
        if facts.arrays {
            return place;
        }
        let mut place = place;
        for (axis, along) in place.iter_mut().enumerate() {
            if facts.axes & (1 << axis) == 0 {
                *along = 0;
            }
        }
        place
    }

    fn compute(&mut self, id: Id, place: Place) -> (f64, NodeId) {
        let facts = self.formulas().facts(id);
        if facts.known()
            && let Some(value) = self.known_value(id, place)
        {
            return value;
        }
        match self.formulas().get(id).clone() {
            Formula::Number(bits) => (1.0, self.graph.constant(bits.value())),
            Formula::Coordinate(axis) => (1.0, self.table(id, axis, place)),
            Formula::Time => (1.0, self.graph.scalar(scalar::TIME)),
            Formula::Uniform(place) => (1.0, self.graph.scalar(place)),
            Formula::Array(source) if self.is_at_home(source, place) => {
                let at = self.seen_from_home(source, place);
                (1.0, self.load(source, at))
            }
            Formula::Array(_) | Formula::Sum(..) | Formula::Derivative(..) => {
                let mut form = LinearForm::default();
                self.linear(id, place, 1.0, &mut form);
                let form = self.about_cell(form, place);
                form.join(&mut self.graph)
            }
            Formula::Shifted(by, body) => self.value(body, beyond(place, by)),
            Formula::Product(factors) => self.product(&factors, place),
            Formula::Power(base, exponent) => {
                let (factor, node) = self.value(base, place);
                (factor.powi(exponent), self.graph.power(node, exponent))
            }
            Formula::Unary(function @ (Unary::Sine | Unary::Cosine), a)
                if self.moving(function, a).is_some() =>
            {
                let turned = self.moving(function, a).unwrap_or(a);
                self.value(turned, place)
            }
            Formula::Unary(function, a) => {
                let a = self.node(a, place);
                (1.0, self.graph.unary(function, a))
            }
            Formula::Binary(function, a, b) => {
                let a = self.node(a, place);
                let b = self.node(b, place);
                (1.0, self.graph.binary(function, a, b))
            }
            Formula::Modulus(x, y) => {
                let (x, y) = (self.node(x, place), self.node(y, place));
                (1.0, self.graph.modulus(x, y))
            }
            Formula::Inverse(x, y) => {
                let (x, y) = (self.node(x, place), self.node(y, place));
                (1.0, self.graph.over_square(x, y).0)
            }
            Formula::Select(condition, then, otherwise) => {
                let condition = self.node(condition, place);
                let then = self.node(then, place);
                let otherwise = self.node(otherwise, place);
                (1.0, self.graph.select(condition, then, otherwise))
            }
        }
    }

    /// sin(a + b) or cos(a + b), a known function of the coordinates and b the same in all cells, by the addition theorem: a
    /// wave that moves needs no function in each cell.
    fn moving(&mut self, function: Unary, argument: Id) -> Option<Id> {
        let Formula::Sum(constant, terms) = self.formulas().get(argument).clone() else {
            return None;
        };
        let formulas = &mut self.equations.formulas;
        let (mut still, mut steady) = (Vec::new(), Vec::new());
        for (id, factor) in terms {
            let facts = formulas.facts(id);
            match (facts.known(), facts.same_everywhere()) {
                (true, false) => still.push((id, factor.value())),
                (_, true) => steady.push((id, factor.value())),
                (false, false) => return None,
            }
        }
        if still.is_empty() || steady.is_empty() {
            return None;
        }
        let constant = formulas.number(constant.value());
        still.push((constant, 1.0));
        // sin and cos of −b by those of b.
        let sign =
            if steady.iter().all(|(_, factor)| *factor < 0.0) { -1.0 } else { 1.0 };
        for (_, factor) in &mut steady {
            *factor *= sign;
        }
        let (a, b) = (formulas.sum(&still), formulas.sum(&steady));
        let mut of = |function: Unary, id: Id| formulas.unary(function, id);
        let (sine_a, cosine_a) = (of(Unary::Sine, a), of(Unary::Cosine, a));
        let (sine_b, cosine_b) = (of(Unary::Sine, b), of(Unary::Cosine, b));
        let (first, second, between) = if function == Unary::Sine {
            (sine_a, cosine_a, sign)
        } else {
            (cosine_a, sine_a, -sign)
        };
        let first = formulas.multiply(first, cosine_b);
        let second = formulas.multiply(second, sine_b);
        Some(formulas.sum(&[(first, 1.0), (second, between)]))
    }

    /// Adds factor times a formula at a place to a linear form.
    pub(super) fn linear(
        &mut self,
        id: Id,
        place: Place,
        factor: f64,
        form: &mut LinearForm,
    ) {
        let facts = self.formulas().facts(id);
        if facts.known() && !(facts.axes.count_ones() > 1 && self.cheap(id)) {
            let (inner, node) = self.value(id, place);
            form.add(&self.graph, node, factor * inner);
            return;
        }
        match self.formulas().get(id).clone() {
            Formula::Sum(constant, terms) => {
                form.constant += factor * constant.value();
                for (id, inner) in self.grouped(&terms) {
                    self.linear(id, place, factor * inner, form);
                }
            }
            Formula::Derivative(orders, body) => {
                for (at, weight) in self.difference(orders, body, place) {
                    match self.face(orders, body, at) {
                        None => self.linear(body, at, factor * weight, form),
                        // Nothing flows through a face between inside and outside.
                        Some(open) => {
                            let value = self.node(body, at);
                            let zero = self.graph.constant(0.0);
                            let flux = self.graph.select(open, value, zero);
                            form.add(&self.graph, flux, factor * weight);
                        }
                    }
                }
            }
            Formula::Shifted(by, body) => {
                self.linear(body, beyond(place, by), factor, form);
            }
            Formula::Array(source) if !self.is_at_home(source, place) => {
                for (at, weight) in self.between(source, place) {
                    self.linear(id, at, factor * weight, form);
                }
            }
            _ => {
                let (inner, node) = self.value(id, place);
                let origin = Some((id, place));
                form.add_from(&self.graph, node, factor * inner, origin);
            }
        }
    }

    /// The terms of a sum, known ones of the same coordinates joined.
    fn grouped(&mut self, terms: &[(Id, crate::graph::Bits)]) -> Vec<(Id, f64)> {
        let mut groups: Vec<(u8, Vec<(Id, f64)>)> = Vec::new();
        let mut result = Vec::new();
        for (id, factor) in terms {
            let facts = self.formulas().facts(*id);
            if !facts.known() {
                result.push((*id, factor.value()));
                continue;
            }
            match groups.iter_mut().find(|group| group.0 == facts.axes) {
                Some(group) => group.1.push((*id, factor.value())),
                None => groups.push((facts.axes, vec![(*id, factor.value())])),
            }
        }
        for (_, group) in groups {
            match group.as_slice() {
                [one] => result.push(*one),
                _ => result.push((self.equations.formulas.sum(&group), 1.0)),
            }
        }
        result
    }

    /// The places and weights of a derivative of a body at a place.
    ///
    /// Along each differentiated axis the body is taken at cells or between them: between, where something differentiated along the
    /// axis an odd number of times in all (∂(a ∂u): fluxes through faces, so that sums telescope), otherwise at cells.
    ///
    /// On a staggered grid it is taken where the body stands: between such places, where the derivative is asked for half a step from them.
    fn difference(
        &mut self,
        orders: [u8; 3],
        body: Id,
        place: Place,
    ) -> Vec<(Place, f64)> {
        let inner = self.formulas().facts(body).inner;
        let mut points = vec![(place, 1.0)];
        for axis in 0..self.rank {
            let derivative = usize::from(orders[axis]);
            if derivative == 0 {
                continue;
            }
            let between = place[axis] % 2 != 0;
            let nested = inner & (1 << axis) != 0;
            let staggered = match self.parity(body, axis) {
                _ if self.homes.is_empty() && nested => derivative % 2 == 1,
                _ if self.homes.is_empty() => between,
                Parity::At(odd) => between != odd,
                // Fluxes between the cells.
                Parity::Anywhere | Parity::Mixed => derivative % 2 == 1,
            };
            let step = self.spacing[axis].powi(-(derivative as i32));
            let stencil = central(derivative, self.order, staggered);
            points = points
                .into_iter()
                .flat_map(|(at, factor)| {
                    stencil.iter().map(move |(along, weight)| {
                        let mut at = at;
                        at[axis] += along;
                        (at, factor * weight * step)
                    })
                })
                .collect();
        }
        points
    }

    /// Where a body at a place is a flux through a face, and the domain may end there: 1 where both sides are inside.
    fn face(&mut self, orders: [u8; 3], body: Id, at: Place) -> Option<NodeId> {
        let system = self.equations.system;
        system.grid.mask.as_ref()?;
        if !self.edge_is_closed(body) {
            return None;
        }
        let axis = (0..self.rank).find(|axis| orders[*axis] > 0 && at[*axis] % 2 != 0)?;
        let domain = self.coefficient(CoefficientOf::Domain);
        let mut sides = [at, at];
        sides[0][axis] -= 1;
        sides[1][axis] += 1;
        let sides = sides.map(|side| self.offset(side));
        let sides = sides.map(|side| self.graph.load(domain, side));
        Some(self.graph.multiply(sides[0], sides[1]))
    }

    /// Whether some field in a formula lets nothing through the edge of the domain.
    fn edge_is_closed(&self, id: Id) -> bool {
        super::parts::any(self.formulas(), id, &|formula| match formula {
            Formula::Array(Source::Plane(plane) | Source::Velocity(plane)) => self
                .equations
                .planes
                .get(*plane as usize)
                .and_then(|plane| self.equations.system.fields.get(plane.field))
                .is_some_and(|field| field.edge == Edge::Closed),
            _ => false,
        })
    }

    /// The cells around a place between cells, with the weights of the interpolation.
    fn between(&self, source: Source, place: Place) -> Vec<(Place, f64)> {
        let mut points = vec![(place, 1.0)];
        for (axis, along) in self.seen_from_home(source, place).iter().enumerate() {
            if along % 2 != 0 {
                let stencil = central(0, self.order, true);
                points = points
                    .into_iter()
                    .flat_map(|(at, factor)| {
                        stencil.iter().map(move |(along, weight)| {
                            let mut at = at;
                            at[axis] += along;
                            (at, factor * weight)
                        })
                    })
                    .collect();
            }
        }
        points
    }

    /// A product: what is the same everywhere first, then known functions, then the rest; divisors are gathered.
    fn product(&mut self, factors: &[Id], place: Place) -> (f64, NodeId) {
        let mut uniform = Vec::new();
        let mut known: Vec<(u8, Vec<Id>)> = Vec::new();
        let mut above = Vec::new();
        let mut below = Vec::new();
        for id in factors {
            let facts = self.formulas().facts(*id);
            if facts.known() {
                match known.iter_mut().find(|group| group.0 == facts.axes) {
                    Some(group) => group.1.push(*id),
                    None => known.push((facts.axes, vec![*id])),
                }
                continue;
            }
            match self.formulas().get(*id) {
                Formula::Power(base, exponent) if *exponent < 0 => {
                    let (base, exponent) = (*base, -*exponent);
                    below.push(self.equations.formulas.power(base, exponent));
                }
                _ if facts.same_everywhere() => uniform.push(*id),
                _ => above.push(*id),
            }
        }
        let whole = self.equations.formulas.product(factors);
        let known: Vec<Id> = known
            .into_iter()
            .flat_map(|(_, group)| {
                let joined = self.equations.formulas.product(&group);
                // A product of its own factors is not computed from itself.
                if joined == whole { group } else { vec![joined] }
            })
            .collect();
        let mut all = |ids: &[Id]| {
            let mut factor = 1.0;
            let mut product: Option<NodeId> = None;
            for id in ids {
                let (inner, node) = self.value(*id, place);
                factor *= inner;
                product = Some(match product {
                    None => node,
                    Some(product) => self.graph.multiply(product, node),
                });
            }
            (factor, product)
        };
        let parts = [all(&uniform), all(&known), all(&above)];
        let divisor = all(&below);
        let mut factor = 1.0;
        let mut product: Option<NodeId> = None;
        for (inner, node) in parts {
            factor *= inner;
            product = match (product, node) {
                (Some(a), Some(b)) => Some(self.graph.multiply(a, b)),
                (a, b) => a.or(b),
            };
        }
        let one = self.graph.constant(1.0);
        let product = product.unwrap_or(one);
        match divisor.1 {
            None => (factor, product),
            Some(divisor_node) => {
                (factor / divisor.0, self.graph.divide(product, divisor_node))
            }
        }
    }

    /// A known formula: a constant, a table, or a static array where it is worth one.
    fn known_value(&mut self, id: Id, place: Place) -> Option<(f64, NodeId)> {
        let facts = self.formulas().facts(id);
        match facts.axes.count_ones() {
            0 => {
                let value = self.formulas().at(id, [0.0; 3]);
                Some((1.0, self.graph.constant(value)))
            }
            1 => {
                let axis = facts.axes.trailing_zeros() as usize;
                Some((1.0, self.table(id, axis, place)))
            }
            _ if self.cheap(id) => None,
            _ => {
                let half = place.map(|along| along % 2 != 0);
                let array = self.coefficient(CoefficientOf::Known(id, half));
                let offset = self.offset(place);
                Some((1.0, self.graph.load(array, offset)))
            }
        }
    }

    /// Whether a known formula of several coordinates is a few sums and products of functions of one.
    fn cheap(&self, id: Id) -> bool {
        let mut operations = 0;
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            if self.formulas().facts(id).axes.count_ones() < 2 {
                continue;
            }
            match self.formulas().get(id) {
                Formula::Sum(_, terms) => {
                    operations += terms.len();
                    pending.extend(terms.iter().map(|(id, _)| *id));
                }
                Formula::Product(factors) => {
                    operations += factors.len() - 1;
                    pending.extend(factors);
                }
                _ => return false,
            }
        }
        operations <= 3
    }

    fn table(&mut self, formula: Id, axis: usize, place: Place) -> NodeId {
        let along = place[axis];
        let wanted = TableOf { formula, axis, half: along % 2 != 0 };
        let table = match self.tables.iter().position(|known| *known == wanted) {
            Some(table) => table,
            None => {
                self.tables.push(wanted);
                self.tables.len() - 1
            }
        };
        self.graph.table(table as u32, along.div_euclid(2) as i16)
    }

    /// The array of a static array.
    pub(super) fn coefficient(&mut self, wanted: CoefficientOf) -> u32 {
        let place = match self.coefficients.iter().position(|known| *known == wanted) {
            Some(place) => place,
            None => {
                self.coefficients.push(wanted);
                self.coefficients.len() - 1
            }
        };
        self.first_coefficient + place as u32
    }

    /// A place in dimensions of the layout, in cells (half steps rounded down).
    pub(super) fn offset(&self, place: Place) -> [i16; 3] {
        let mut offset = [0; 3];
        for axis in 0..self.rank {
            offset[dimension(axis, self.rank)] = place[axis].div_euclid(2) as i16;
        }
        offset
    }

    /// The array of what has values in cells.
    pub(super) fn array(&mut self, source: Source) -> u32 {
        match source {
            Source::Plane(plane) => plane,
            Source::Velocity(plane) => self
                .velocity_arrays
                .get(plane as usize)
                .copied()
                .flatten()
                .unwrap_or(u32::MAX),
            Source::Given(part) => self.coefficient(CoefficientOf::Given(part)),
            Source::Convolved(part) => self.coefficient(CoefficientOf::Convolved(part)),
            // Renamed when all static arrays are known.
            Source::Noise(part) => super::FIRST_NOISE + part,
        }
    }

    /// Changes loads everywhere; nodes keep their numbers.
    pub(super) fn rename_loads(&mut self, change: &dyn Fn(Op) -> Op) {
        let mut renamed = Graph::new();
        for op in self.graph.ops() {
            renamed.push(change(*op));
        }
        self.graph = renamed;
    }

    fn load(&mut self, source: Source, place: Place) -> NodeId {
        let array = self.array(source);
        let offset = self.offset(place);
        let value = self.graph.load(array, offset);
        let system = self.equations.system;
        let plane = match source {
            Source::Plane(plane) | Source::Velocity(plane) => plane,
            Source::Given(_) | Source::Convolved(_) | Source::Noise(_) => return value,
        };
        let closed = self
            .equations
            .planes
            .get(plane as usize)
            .and_then(|plane| system.fields.get(plane.field))
            .is_some_and(|field| field.edge == Edge::Closed);
        if system.grid.mask.is_none() || !closed || offset == [0; 3] {
            return value;
        }
        // The mirror image beyond the face is the cell itself.
        let domain = self.coefficient(CoefficientOf::Domain);
        let inside = self.graph.load(domain, offset);
        let own = self.graph.load(array, [0; 3]);
        self.graph.select(inside, value, own)
    }
}

fn beyond(place: Place, by: [i32; 3]) -> Place {
    [place[0] + by[0], place[1] + by[1], place[2] + by[2]]
}

/// Whether an operation loads an array, and how far.
pub(super) fn loaded(op: Op) -> Option<(u32, [i16; 3])> {
    match op {
        Op::Load { array, offset } => Some((array, offset)),
        Op::Constant(_)
        | Op::Scalar(_)
        | Op::Table { .. }
        | Op::Unary(..)
        | Op::Binary(..)
        | Op::MultiplyAdd(..)
        | Op::Select(..) => None,
    }
}
