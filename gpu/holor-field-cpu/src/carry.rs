//! Neighbours along a row from vectors that are in registers already.
//!
//! A row is read at its own cell and at some to the left and right of it. In memory the vectors of the neighbours lie across two lines of the
//! cache, and each costs two reads; here each vector is read once, a turn of the loop ahead, kept for the turns in which it
//! is the middle and the left, and the neighbours are cut out of two of those three. Cuts take turns with arithmetic, so a few neighbours
//! are read all the same where reading has less to do.

use std::collections::BTreeMap;

use crate::body::{Body, Definition, Place, Step, Value};

/// A value in a register that lives from one vector of cells to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Carry {
    /// A [`Definition::Carried`].
    pub(crate) value: Value,
    /// Where it is read at the start of a row.
    pub(crate) start: Place,
}

/// A body whose neighbours come from registers.
#[derive(Debug)]
pub(crate) struct Carried {
    pub(crate) body: Body,
    pub(crate) carries: Vec<Carry>,
}

/// The rows that are read at more than the cell itself, with the reads by their distance along the row in bytes; those with most
/// neighbours first.
fn rows(body: &Body, vector: i32) -> Vec<(Place, BTreeMap<i32, Value>)> {
    let mut rows: BTreeMap<(usize, i32), BTreeMap<i32, Value>> = BTreeMap::new();
    for (value, definition) in body.definitions.iter().enumerate() {
        if let Definition::Load(place) = definition
            && place.along.abs() < vector
        {
            let row = (place.pointer, place.distance - place.along);
            rows.entry(row).or_default().insert(place.along, value);
        }
    }
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|((pointer, distance), reads)| {
            (Place { pointer, distance, along: 0 }, reads)
        })
        .filter(|(_, reads)| reads.keys().any(|along| *along != 0))
        .collect();
    let neighbours =
        |reads: &BTreeMap<i32, Value>| reads.len() - usize::from(reads.contains_key(&0));
    rows.sort_by_key(|(_, reads)| std::cmp::Reverse(neighbours(reads)));
    rows
}

/// How many rows are read at neighbours along them.
pub(crate) fn candidates(body: &Body, vector: usize) -> usize {
    rows(body, vector as i32).len()
}

/// In how many of these rows the neighbour to the left is better read than cut: units for arithmetic do two vectors at a time or one cut,
/// and a read takes a turn for each line of the cache that it lies across.
fn better_read(
    body: &Body,
    rows: &[(Place, BTreeMap<i32, Value>)],
    vector: i32,
) -> usize {
    let count = |of: &dyn Fn(&Definition) -> usize| -> usize {
        body.definitions.iter().map(of).sum()
    };
    let turns = |along: i32| if along % vector == 0 { 1 } else { 2 };
    let arithmetic = count(&|definition| usize::from(!definition.in_memory()));
    let reads = count(&|definition| match definition {
        Definition::Load(place) => turns(place.along),
        _ => 0,
    });
    let in_rows = rows.iter().flat_map(|(_, reads)| reads.keys());
    let reads = reads - in_rows.map(|along| turns(*along)).sum::<usize>() + rows.len();
    let all = rows.iter().flat_map(|(_, reads)| reads.keys());
    let cuts = all.filter(|along| **along != 0).count();
    let eligible = rows.iter().filter(|(_, reads)| lefts(reads) == 1).count();
    let time = |read: &usize| (arithmetic + cuts - read).max(2 * (reads + 2 * read));
    (0..=eligible).min_by_key(time).unwrap_or(0)
}

/// Neighbours to the left.
fn lefts(reads: &BTreeMap<i32, Value>) -> usize {
    reads.keys().filter(|along| **along < 0).count()
}

/// The body with the neighbours of at most `count` rows cut out of vectors of so many bytes.
pub(crate) fn carried(body: &Body, vector: usize, count: usize) -> Carried {
    let vector = vector as i32;
    let size = body.precision.bytes() as i32;
    let mut result = Carried { body: body.clone(), carries: Vec::new() };
    let mut cut = vec![false; body.definitions.len()];
    let mut ends = Vec::new();
    let mut rows = rows(body, vector);
    rows.truncate(count);
    let mut read = better_read(body, &rows, vector);
    for (row, mut reads) in rows {
        if read > 0 && lefts(&reads) == 1 {
            read -= 1;
            reads.retain(|along, _| *along >= 0);
        }
        let at = |bytes: i32| Place {
            distance: row.distance + bytes,
            along: bytes,
            pointer: row.pointer,
        };
        let left = reads.keys().any(|along| *along < 0);
        let right = reads.keys().any(|along| *along > 0);
        let definitions = &mut result.body.definitions;
        let mut new = |definition: Definition| {
            definitions.push(definition);
            definitions.len() - 1
        };
        let middle = match reads.get(&0) {
            Some(value) => *value,
            None => new(Definition::Load(row)),
        };
        let before = left.then(|| new(Definition::Carried));
        let ahead = right.then(|| new(Definition::Load(at(vector))));
        if let Some(before) = before {
            result.carries.push(Carry { value: before, start: at(-vector) });
            ends.push(Step::Carry(before, middle));
        }
        if let Some(ahead) = ahead {
            result.body.definitions[middle] = Definition::Carried;
            result.carries.push(Carry { value: middle, start: row });
            ends.push(Step::Carry(middle, ahead));
        }
        for (along, value) in reads {
            // From the vector before lanes count from its end.
            let lanes = (along.rem_euclid(vector) / size) as u8;
            let pair =
                if along < 0 { (before, Some(middle)) } else { (Some(middle), ahead) };
            let (Some(low), Some(high)) = pair else { continue };
            if along == 0 {
                continue;
            }
            result.body.definitions[value] = Definition::Cut { low, high, lanes };
            cut[value] = true;
        }
    }
    let mut steps = Vec::with_capacity(body.steps.len() + ends.len());
    for step in &body.steps {
        let operands = match step {
            Step::Compute(value) => {
                let (operands, count) = body.definitions[*value].operands();
                operands[..count].to_vec()
            }
            Step::Store(_, value) | Step::Keep(_, value) | Step::Carry(_, value) => {
                vec![*value]
            }
        };
        for operand in operands {
            // Before its first use.
            if std::mem::take(&mut cut[operand]) {
                steps.push(Step::Compute(operand));
            }
        }
        steps.push(*step);
    }
    steps.extend(ends);
    result.body.steps = steps;
    result
}
