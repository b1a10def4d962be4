//! Whether a plan can be carried out: no place out of bounds, no store that a load of another cell could see.

use crate::error::{FieldError, FieldResult};
use crate::graph::{Graph, NodeId, Op};
use crate::layout::{DIMENSIONS, Layout, Region};
use crate::plan::{Action, ArrayId, Plan, Program, Transform};

/// A plan that contradicts itself: a mistake of the program that made it.
fn malformed<T>(message: impl std::fmt::Display) -> FieldResult<T> {
    Err(FieldError::invalid(format!("the plan is malformed: {message}"), ""))
}

impl Plan {
    /// Checks everything that a backend relies on for memory safety.
    ///
    /// # Errors
    /// Where a number of an array, table, scalar, program, slot, transform, matrix or procedure does not exist; where bound arrays differ in
    /// layout; where a region with its loads leaves an array; where a program stores to an array that it loads elsewhere;
    /// where procedures repeat one another in a circle.
    pub fn check(&self) -> FieldResult<()> {
        for array in &self.arrays {
            if let Err(reason) = check_layout(&array.layout) {
                return malformed(format_args!("array {}: {reason}", array.name));
            }
            if let Some(values) = &array.values
                && values.len() != array.layout.cells()
                && values.len() != array.layout.length
            {
                return malformed(format_args!(
                    "array {} has {} cells and {} values",
                    array.name,
                    array.layout.cells(),
                    values.len()
                ));
            }
        }
        if let Some(place) = self.temporary.iter().find(|a| **a >= self.arrays.len()) {
            return malformed(format_args!("there is no temporary array {place}"));
        }
        for table in &self.tables {
            if table.dimension >= DIMENSIONS || table.values.len() > i32::MAX as usize {
                return malformed(format_args!("table {} has no dimension", table.name));
            }
        }
        for program in &self.programs {
            self.check_program(program)?;
        }
        for transform in &self.transforms {
            self.check_transform(transform)?;
        }
        for matrix in &self.matrices {
            let rising = matrix.starts.windows(2).all(|pair| pair[0] <= pair[1]);
            let entries = matrix.columns.len();
            if matrix.starts.first() != Some(&0)
                || matrix.starts.last() != Some(&entries)
                || matrix.values.len() != entries
                || !rising
            {
                return malformed("the rows of a sparse matrix do not add up");
            }
        }
        for grouping in &self.groupings {
            let rising = grouping.starts.windows(2).all(|pair| pair[0] <= pair[1]);
            if grouping.starts.first() != Some(&0)
                || grouping.starts.last() != Some(&grouping.places.len())
                || !rising
            {
                return malformed("the groups of cells do not add up");
            }
        }
        for procedure in &self.procedures {
            for action in &procedure.actions {
                self.check_action(action)?;
            }
        }
        self.check_repetitions()
    }

    fn check_graph(
        &self,
        graph: &Graph,
        slots: usize,
        tables: bool,
        name: &str,
    ) -> FieldResult<()> {
        for (place, op) in graph.ops().iter().enumerate() {
            if op.operands().iter().any(|operand| operand.0 as usize >= place) {
                return malformed(format_args!("{name}: an operand comes after its use"));
            }
            let known = match *op {
                Op::Scalar(scalar) => (scalar as usize) < self.scalars.len(),
                Op::Load { array, .. } => (array as usize) < slots,
                Op::Table { table, .. } => tables && (table as usize) < self.tables.len(),
                _ => true,
            };
            if !known {
                return malformed(format_args!("{name}: {op:?} is not there"));
            }
        }
        Ok(())
    }

    fn check_program(&self, program: &Program) -> FieldResult<()> {
        let name = &program.name;
        let graph = &program.graph;
        self.check_graph(graph, program.slots, true, name)?;
        let there = |node: NodeId| (node.0 as usize) < graph.ops().len();
        let mut stored = vec![false; program.slots];
        for store in &program.stores {
            let slot = store.slot as usize;
            if slot >= program.slots || !there(store.value) {
                return malformed(format_args!("{name}: a store goes nowhere"));
            }
            if std::mem::replace(&mut stored[slot], true) {
                return malformed(format_args!("{name}: a slot is stored twice"));
            }
        }
        for reduction in &program.reductions {
            if reduction.scalar >= self.scalars.len() || !there(reduction.value) {
                return malformed(format_args!("{name}: a sum goes nowhere"));
            }
        }
        Ok(())
    }

    fn check_transform(&self, transform: &Transform) -> FieldResult<()> {
        let real = self.layout_of(transform.real)?;
        let mut expected = real.points;
        if let Some(imaginary) = transform.imaginary {
            if self.layout_of(imaginary)? != real || imaginary == transform.real {
                return malformed("real and imaginary part of a transform differ");
            }
        } else {
            expected[2] = expected[2] / 2 + 1;
        }
        let [first, second] = transform.spectrum;
        let cells = [Some(transform.real), transform.imaginary];
        for part in transform.spectrum {
            if self.layout_of(part)?.points != expected || cells.contains(&Some(part)) {
                return malformed("a spectrum has not the points of its transform");
            }
        }
        if first == second || self.layout_of(first)? != self.layout_of(second)? {
            return malformed("the parts of a spectrum are one array, or unlike");
        }
        Ok(())
    }

    /// The layout of an array.
    ///
    /// # Errors
    /// Where there is no such array.
    pub fn layout_of(&self, array: ArrayId) -> FieldResult<&Layout> {
        match self.arrays.get(array) {
            Some(array) => Ok(&array.layout),
            None => malformed(format_args!("there is no array {array}")),
        }
    }

    fn check_action(&self, action: &Action) -> FieldResult<()> {
        let scalar = |place: usize| match self.scalars.get(place) {
            Some(_) => Ok(()),
            None => malformed(format_args!("there is no scalar {place}")),
        };
        let transform = |place: usize| match self.transforms.get(place) {
            Some(transform) => Ok(transform),
            None => malformed(format_args!("there is no transform {place}")),
        };
        match action {
            Action::Run { program, arrays, region } => {
                let Some(program) = self.programs.get(*program) else {
                    return malformed(format_args!("there is no program {program}"));
                };
                self.check_run(program, arrays, region)
            }
            Action::Wrap { array, dimension, sign } => {
                let layout = self.layout_of(*array)?;
                if sign.abs() != 1.0 {
                    return malformed("the sign of a wrapped array is not 1 or -1");
                }
                if *dimension >= DIMENSIONS || layout.points[*dimension] == 0 {
                    return malformed(format_args!("nothing wraps around {dimension}"));
                }
                Ok(())
            }
            Action::Exchange(from, to) | Action::Copy { from, to } => {
                if self.layout_of(*from)? != self.layout_of(*to)? {
                    return malformed(
                        "arrays of different layout are exchanged or copied",
                    );
                }
                Ok(())
            }
            Action::Forward(place) | Action::Inverse(place) => {
                transform(*place).map(|_| ())
            }
            Action::Filter { transform: place, multiplier } => {
                let transform = transform(*place)?;
                let points = self.layout_of(transform.spectrum[0])?.points;
                let taken = [
                    Some(transform.real),
                    transform.imaginary,
                    Some(transform.spectrum[0]),
                    Some(transform.spectrum[1]),
                ];
                if let Some(imaginary) = multiplier.1
                    && self.layout_of(imaginary)? != self.layout_of(multiplier.0)?
                {
                    return malformed("the parts of a multiplier differ in layout");
                }
                for part in std::iter::once(multiplier.0).chain(multiplier.1) {
                    if self.layout_of(part)?.points != points
                        || taken.contains(&Some(part))
                    {
                        return malformed("a multiplier does not fit its transform");
                    }
                }
                Ok(())
            }
            Action::Sparse { matrix, from, to } => {
                let Some(matrix) = self.matrices.get(*matrix) else {
                    return malformed(format_args!("there is no matrix {matrix}"));
                };
                let columns = self.layout_of(*from)?.cells();
                let rows = self.layout_of(*to)?.cells();
                let inside = matrix.columns.iter().all(|c| (*c as usize) < columns);
                if matrix.starts.len() != rows + 1 || !inside || from == to {
                    return malformed("a sparse matrix does not fit its arrays");
                }
                for array in [*from, *to] {
                    let points = self.layout_of(array)?.points;
                    if points.iter().filter(|n| **n > 1).count() > 1 {
                        return malformed("a sparse matrix acts on more than one axis");
                    }
                }
                Ok(())
            }
            Action::Lines { matrix, dimension, from, to } => {
                let Some(matrix) = self.matrices.get(*matrix) else {
                    return malformed(format_args!("there is no matrix {matrix}"));
                };
                let layout = self.layout_of(*from)?;
                let Some(count) = layout.points.get(*dimension).copied() else {
                    return malformed("lines run along a dimension that there is not");
                };
                let inside = matrix.columns.iter().all(|c| (*c as usize) < count);
                let entries = matrix.columns.len().min(matrix.values.len());
                let rising = matrix.starts.windows(2).all(|row| row[0] <= row[1]);
                let whole = matrix.starts.len() == count + 1
                    && rising
                    && matrix.starts.last().is_some_and(|end| *end <= entries);
                if !whole || !inside || from == to || layout != self.layout_of(*to)? {
                    return malformed("a matrix does not fit the lines of its arrays");
                }
                Ok(())
            }
            Action::Group { grouping, from, to } => {
                let Some(grouping) = self.groupings.get(*grouping) else {
                    return malformed(format_args!("there are no groups {grouping}"));
                };
                let cells = self.layout_of(*from)?.cells();
                let target = self.layout_of(*to)?;
                let inside = grouping.places.iter().all(|c| (*c as usize) < cells);
                let line = target.points.iter().filter(|n| **n > 1).count() <= 1;
                if grouping.groups() != target.cells() || !inside || from == to || !line {
                    return malformed("groups of cells do not fit their arrays");
                }
                Ok(())
            }
            Action::Noise { array, step, .. } => {
                self.layout_of(*array)?;
                scalar(*step)
            }
            Action::Scalars { graph, stores } => {
                self.check_graph(graph, 0, false, "scalars")?;
                for (place, node) in stores {
                    scalar(*place)?;
                    if node.0 as usize >= graph.ops().len() {
                        return malformed("a scalar is computed from nothing");
                    }
                }
                Ok(())
            }
            Action::Repeat { procedure, until, .. } => {
                scalar(*until)?;
                match self.procedures.get(*procedure) {
                    Some(_) => Ok(()),
                    None => malformed(format_args!("there is no procedure {procedure}")),
                }
            }
        }
    }

    fn check_run(
        &self,
        program: &Program,
        arrays: &[ArrayId],
        region: &Region,
    ) -> FieldResult<()> {
        let name = &program.name;
        if arrays.len() != program.slots {
            return malformed(format_args!(
                "{name} has {} slots, not {}",
                program.slots,
                arrays.len()
            ));
        }
        let mut layout = None;
        for array in arrays {
            let own = self.layout_of(*array)?;
            if *layout.get_or_insert(own) != own {
                return malformed(format_args!("the arrays of {name} differ in layout"));
            }
        }
        let d = 0..DIMENSIONS;
        if d.clone().any(|d| region.start[d] > region.end[d]) {
            return malformed(format_args!("the region of {name} ends before its start"));
        }
        if region.cells() == 0 {
            return Ok(());
        }
        let inside = |offset: [i16; 3]| {
            layout.is_some_and(|layout| {
                d.clone().all(|d| {
                    let ghosts = layout.ghosts[d] as isize;
                    let end = layout.points[d] as isize + ghosts;
                    let offset = isize::from(offset[d]);
                    region.start[d] + offset >= -ghosts && region.end[d] + offset <= end
                })
            })
        };
        if !program.stores.is_empty() && !inside([0; 3]) {
            return malformed(format_args!("{name} stores beyond the ghosts"));
        }
        let roots: Vec<NodeId> = program.roots();
        let needed = program.graph.needed(&roots);
        let ops = program.graph.ops().iter().zip(&needed);
        for op in ops.filter_map(|(op, needed)| needed.then_some(op)) {
            match *op {
                Op::Load { array, offset } => {
                    if !inside(offset) {
                        return malformed(format_args!("{name} loads beyond the ghosts"));
                    }
                    let stored = program.stores.iter().any(|store| {
                        arrays[store.slot as usize] == arrays[array as usize]
                    });
                    // A store must not reach a cell that the program loads elsewhere in the region.
                    let overlaps = d.clone().all(|d| {
                        let extent = region.end[d] - region.start[d];
                        isize::from(offset[d]).abs() < extent
                    });
                    if stored && offset != [0; 3] && overlaps {
                        return malformed(format_args!(
                            "{name} stores to an array of which it loads other cells"
                        ));
                    }
                }
                Op::Table { table, offset } => {
                    let table = &self.tables[table as usize];
                    let shift = table.first as isize + isize::from(offset);
                    let d = table.dimension;
                    if region.start[d] + shift < 0
                        || region.end[d] + shift > table.values.len() as isize
                    {
                        return malformed(format_args!(
                            "{name} needs entries that table {} has not",
                            table.name
                        ));
                    }
                }
                _ => {}
            }
        }
        for (place, store) in program.stores.iter().enumerate() {
            let array = arrays[store.slot as usize];
            if program.stores[..place].iter().any(|s| arrays[s.slot as usize] == array) {
                return malformed(format_args!("{name} stores twice to one array"));
            }
        }
        Ok(())
    }

    /// That no procedure repeats itself, however indirectly.
    fn check_repetitions(&self) -> FieldResult<()> {
        let callees: Vec<Vec<usize>> = self
            .procedures
            .iter()
            .map(|procedure| {
                let called = |action: &Action| match action {
                    Action::Repeat { procedure, .. } => Some(*procedure),
                    _ => None,
                };
                procedure.actions.iter().filter_map(called).collect()
            })
            .collect();
        // Procedures all of whose callees are settled are settled; a circle never is.
        let mut settled = vec![false; callees.len()];
        for _ in 0..callees.len() {
            for place in 0..callees.len() {
                settled[place] = callees[place].iter().all(|callee| settled[*callee]);
            }
        }
        if settled.iter().all(|settled| *settled) {
            Ok(())
        } else {
            malformed("a procedure repeats itself")
        }
    }
}

/// That all cells, ghosts included, lie in the array and apart from each other.
fn check_layout(layout: &Layout) -> Result<(), &'static str> {
    const LIMIT: usize = i32::MAX as usize;
    let extent = |d: usize| layout.points[d].saturating_add(2 * layout.ghosts[d]);
    if (0..DIMENSIONS).any(|d| extent(d) > LIMIT || layout.strides[d] > LIMIT) {
        return Err("it is too large");
    }
    if layout.strides[2] != 1
        || layout.strides[1] < extent(2)
        || layout.strides[0] < layout.strides[1].saturating_mul(extent(1))
    {
        return Err("its rows overlap");
    }
    if (0..DIMENSIONS).any(|d| extent(d) == 0) {
        return Ok(());
    }
    let before: usize =
        (0..DIMENSIONS).map(|d| layout.ghosts[d] * layout.strides[d]).sum();
    let behind = (0..DIMENSIONS).try_fold(layout.origin, |place, d| {
        let last = (layout.points[d] + layout.ghosts[d]).saturating_sub(1);
        place.checked_add(last.checked_mul(layout.strides[d])?)
    });
    if before > layout.origin || behind.is_none_or(|last| last >= layout.length) {
        return Err("its cells lie outside");
    }
    Ok(())
}
