//! What must be done before rates are evaluated: ghosts filled, means gathered, convolutions carried out, planes given by formulas.

use super::builder::{At, Builder, Kernel};
use super::linear::linear_part;
use crate::error::{FieldError, FieldResult};
use crate::graph::{NodeId, Op};
use crate::layout::Region;
use crate::plan::Action;
use crate::scheme::{Fill, Gather};

/// One thing to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Fill(usize),
    Gather(usize),
    Convolution(usize),
    Plane(usize),
}

/// The order in which things are done, found by depth first search.
struct Order<'b, 's> {
    builder: &'b Builder<'s>,
    under_way: Vec<Item>,
    done: Vec<Item>,
}

impl Order<'_, '_> {
    fn visit(&mut self, item: Item) -> FieldResult<()> {
        if self.done.contains(&item) {
            return Ok(());
        }
        let scheme = self.builder.scheme;
        if self.under_way.contains(&item) {
            let names: Vec<&str> = self
                .under_way
                .iter()
                .filter_map(|item| match item {
                    Item::Plane(plane) => Some(scheme.planes[*plane].name.as_str()),
                    _ => None,
                })
                .collect();
            return Err(FieldError::invalid(
                format!(
                    "{} at a time depends on itself at the same time",
                    names.join(", ")
                ),
                "give it an equation in time",
            ));
        }
        self.under_way.push(item);
        match item {
            Item::Fill(fill) if computes(self.builder, &scheme.fills[fill]) => {
                if let Fill::Formula { values, .. } = &scheme.fills[fill] {
                    for (_, value) in values {
                        self.need(*value)?;
                    }
                }
            }
            Item::Fill(fill) => {
                let touched = touched(self.builder, &scheme.fills[fill]);
                for earlier in 0..fill {
                    let written = written(&scheme.fills[earlier]);
                    if written.iter().any(|array| touched.contains(array)) {
                        self.visit(Item::Fill(earlier))?;
                    }
                }
                for array in touched {
                    self.produce(array as usize)?;
                }
                if let Fill::Formula { values, .. } = &scheme.fills[fill] {
                    for (_, value) in values {
                        self.scalars(*value)?;
                    }
                }
            }
            Item::Gather(gather) => self.need(scheme.gathers[gather].value)?,
            Item::Convolution(convolution) => {
                let (real, imaginary) = scheme.convolutions[convolution].body;
                for node in std::iter::once(real).chain(imaginary) {
                    self.need(node)?;
                }
            }
            Item::Plane(plane) => self.need(scheme.rates[plane])?,
        }
        self.under_way.pop();
        self.done.push(item);
        Ok(())
    }

    /// What makes the interior of an array.
    fn produce(&mut self, array: usize) -> FieldResult<()> {
        let scheme = self.builder.scheme;
        if scheme.planes.get(array).is_some_and(|plane| plane.order == 0) {
            // A fill of the interior, where there is one, else the rate.
            let fill = scheme.fills.iter().position(|fill| {
                computes(self.builder, fill) && written(fill).contains(&(array as u32))
            });
            return self.visit(fill.map_or(Item::Plane(array), Item::Fill));
        }
        for (place, convolution) in scheme.convolutions.iter().enumerate() {
            let (real, imaginary) = convolution.into;
            if real as usize == array || imaginary.is_some_and(|i| i as usize == array) {
                return self.visit(Item::Convolution(place));
            }
        }
        Ok(())
    }

    fn scalars(&mut self, node: NodeId) -> FieldResult<()> {
        let builder = self.builder;
        for op in needed(builder, node) {
            if let Op::Scalar(scalar) = op {
                let gather =
                    builder.scheme.gathers.iter().position(|g| g.scalar == scalar);
                if let Some(gather) = gather {
                    self.visit(Item::Gather(gather))?;
                }
            }
        }
        Ok(())
    }

    /// All that a value in the interior needs.
    fn need(&mut self, node: NodeId) -> FieldResult<()> {
        let builder = self.builder;
        self.scalars(node)?;
        for op in needed(builder, node) {
            let Op::Load { array, offset } = op else { continue };
            self.produce(array as usize)?;
            if offset != [0; 3] {
                for (place, fill) in builder.scheme.fills.iter().enumerate() {
                    if written(fill).contains(&array) {
                        self.visit(Item::Fill(place))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The operations that a node needs.
fn needed(builder: &Builder<'_>, node: NodeId) -> Vec<Op> {
    let needed = builder.graph.needed(&[node]);
    let ops = builder.graph.ops().iter().zip(needed);
    ops.filter(|(_, needed)| *needed).map(|(op, _)| *op).collect()
}

/// Whether a fill computes planes in the interior instead of their ghosts.
fn computes(builder: &Builder<'_>, fill: &Fill) -> bool {
    match fill {
        Fill::Formula { region, .. } => {
            *region == Region::interior(&builder.scheme.layout)
        }
        Fill::Wrap { .. } => false,
    }
}

/// The arrays whose ghosts a fill writes.
fn written(fill: &Fill) -> Vec<u32> {
    match fill {
        Fill::Wrap { array, .. } => vec![*array],
        Fill::Formula { values, .. } => values.iter().map(|(array, _)| *array).collect(),
    }
}

/// The arrays that a fill reads or writes.
fn touched(builder: &Builder<'_>, fill: &Fill) -> Vec<u32> {
    let mut arrays = written(fill);
    if let Fill::Formula { values, .. } = fill {
        for (_, value) in values {
            for op in needed(builder, *value) {
                if let Op::Load { array, .. } = op
                    && !arrays.contains(&array)
                {
                    arrays.push(array);
                }
            }
        }
    }
    arrays
}

impl Builder<'_> {
    /// All that must be done before `roots` are evaluated in the interior and `arrays` are read there.
    pub(crate) fn prepare(
        &mut self,
        roots: &[NodeId],
        arrays: &[usize],
        at: &At,
    ) -> FieldResult<Vec<Action>> {
        let mut order = Order { builder: self, under_way: Vec::new(), done: Vec::new() };
        for root in roots {
            order.need(*root)?;
        }
        for array in arrays {
            order.produce(*array)?;
        }
        let items = order.done;
        let mut actions = Vec::new();
        let mut gathers = Vec::new();
        for item in items {
            // Gathers in a row that do not need each other's results are one pass.
            if let Item::Gather(gather) = item {
                if self.depends(gather, &gathers) {
                    self.gather(&std::mem::take(&mut gathers), at, &mut actions)?;
                }
                gathers.push(gather);
                continue;
            }
            self.gather(&std::mem::take(&mut gathers), at, &mut actions)?;
            self.carry_out(item, at, &mut actions)?;
        }
        self.gather(&gathers, at, &mut actions)?;
        Ok(actions)
    }

    /// A value, or its part proportional to the planes.
    pub(crate) fn evaluated(&mut self, node: NodeId, at: &At) -> FieldResult<NodeId> {
        if !at.homogeneous {
            return Ok(node);
        }
        let constants = self.first_noise() - self.scheme.coefficients.len();
        let filtered: Vec<u32> = self
            .scheme
            .convolutions
            .iter()
            .flat_map(|c| std::iter::once(c.into.0).chain(c.into.1))
            .collect();
        let gathered: Vec<u32> = self.scheme.gathers.iter().map(|g| g.scalar).collect();
        linear_part(&mut self.graph, node, |op| match op {
            Op::Load { array, .. } => {
                (array as usize) < constants || filtered.contains(&array)
            }
            Op::Scalar(scalar) => gathered.contains(&scalar),
            _ => false,
        })
        .ok_or_else(|| {
            FieldError::invalid(
                "the part to be solved for is not linear in the fields, with its boundary conditions",
                "choose method = rk4 or another explicit method",
            )
        })
    }

    fn carry_out(
        &mut self,
        item: Item,
        at: &At,
        actions: &mut Vec<Action>,
    ) -> FieldResult<()> {
        let scheme = self.scheme;
        match item {
            Item::Fill(fill) => match &scheme.fills[fill] {
                Fill::Wrap { array, dimension, sign } => actions.push(Action::Wrap {
                    array: at.binding[*array as usize],
                    dimension: *dimension,
                    sign: *sign,
                }),
                Fill::Formula { region, values } => {
                    let nodes = self.evaluated_all(values.iter().map(|v| v.1), at)?;
                    let mut kernel = Kernel::new("ghosts");
                    let nodes = kernel.import(self, &nodes, at);
                    for ((array, _), node) in values.iter().zip(nodes) {
                        kernel.store(at.binding[*array as usize], node);
                    }
                    actions.push(kernel.finish_in(self, *region));
                    if *region == Region::interior(&scheme.layout) {
                        for (plane, _) in values {
                            self.solve(*plane, at, actions)?;
                        }
                    }
                }
            },
            Item::Gather(gather) => self.gather(&[gather], at, actions)?,
            Item::Convolution(place) => {
                let filter = self.filter(place)?;
                let convolution = &scheme.convolutions[place];
                let (real, imaginary) = convolution.body;
                let nodes =
                    self.evaluated_all(std::iter::once(real).chain(imaginary), at)?;
                let mut kernel = Kernel::new("convolved");
                let nodes = kernel.import(self, &nodes, at);
                kernel.store(convolution.into.0 as usize, nodes[0]);
                if let Some(into) = convolution.into.1 {
                    let zero = kernel.graph.constant(0.0);
                    let node = nodes.get(1).copied().unwrap_or(zero);
                    kernel.store(into as usize, node);
                }
                actions.push(kernel.finish(self));
                actions.push(Action::Filter {
                    transform: filter.transform,
                    multiplier: filter.multiplier,
                });
            }
            Item::Plane(plane) => {
                let value = self.evaluated(scheme.rates[plane], at)?;
                let mut kernel = Kernel::new(scheme.planes[plane].name.clone());
                let node = kernel.import(self, &[value], at)[0];
                kernel.store(at.binding[plane], node);
                actions.push(kernel.finish_in(self, Region::interior(&scheme.layout)));
                self.solve(plane as u32, at, actions)?;
            }
        }
        Ok(())
    }

    /// Whether a gather needs the result of one of others.
    fn depends(&self, gather: usize, others: &[usize]) -> bool {
        let gathers = &self.scheme.gathers;
        needed(self, gathers[gather].value).into_iter().any(|op| match op {
            Op::Scalar(scalar) => others.iter().any(|o| gathers[*o].scalar == scalar),
            _ => false,
        })
    }

    /// Gathers numbers in one pass.
    fn gather(
        &mut self,
        gathers: &[usize],
        at: &At,
        actions: &mut Vec<Action>,
    ) -> FieldResult<()> {
        let gathers: Vec<Gather> =
            gathers.iter().map(|gather| self.scheme.gathers[*gather]).collect();
        let Some(first) = gathers.first() else { return Ok(()) };
        let values = self.evaluated_all(gathers.iter().map(|g| g.value), at)?;
        let mut kernel = Kernel::new(self.scheme.scalars[first.scalar as usize].clone());
        let nodes = kernel.import(self, &values, at);
        for (gather, node) in gathers.iter().zip(nodes) {
            kernel.reduce(gather.kind, node, gather.scalar as usize);
        }
        actions.push(kernel.finish(self));
        if gathers.iter().any(|gather| gather.scale != 1.0) {
            actions.push(self.scalars(|g| {
                let scaled = gathers.iter().filter(|gather| gather.scale != 1.0);
                let scaled = scaled.map(|gather| {
                    let (value, scale) =
                        (g.scalar(gather.scalar), g.constant(gather.scale));
                    (gather.scalar as usize, g.multiply(value, scale))
                });
                scaled.collect()
            }));
        }
        Ok(())
    }

    fn evaluated_all(
        &mut self,
        nodes: impl Iterator<Item = NodeId>,
        at: &At,
    ) -> FieldResult<Vec<NodeId>> {
        nodes.map(|node| self.evaluated(node, at)).collect()
    }

    /// The values of nodes of the builder's graph in a kernel of their own, with what must be done before.
    pub(crate) fn values(
        &mut self,
        name: &str,
        nodes: &[NodeId],
        at: &At,
    ) -> FieldResult<(Vec<Action>, Kernel, Vec<NodeId>)> {
        let nodes = self.evaluated_all(nodes.iter().copied(), at)?;
        let actions = self.prepare(&nodes, &[], at)?;
        let mut kernel = Kernel::new(name);
        let nodes = kernel.import(self, &nodes, at);
        Ok((actions, kernel, nodes))
    }

    /// The rates of all variables in a kernel of their own, with what must be done before.
    pub(crate) fn rates(
        &mut self,
        name: &str,
        at: &At,
    ) -> FieldResult<(Vec<Action>, Kernel, Vec<NodeId>)> {
        let rates: Vec<NodeId> = self.variables.iter().map(|v| v.rate).collect();
        self.values(name, &rates, at)
    }
}
