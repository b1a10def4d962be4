//! Two rows at a time.
//!
//! Of what a cell reads from the rows about its own, the cell in the next row reads most again. A body that does both has it in
//! registers for both.

use std::collections::HashMap;

use crate::body::{Body, Definition, Place, Step, Target, Value};

/// Values of a body at most: the two rows of larger ones have no room in registers.
const LARGEST: usize = 120;

/// The body of two rows, if it can be one and reads less than two bodies do.
pub(crate) fn paired(body: &Body) -> Option<Body> {
    let reduces = body.pointers.iter().any(|to| matches!(to, Target::Reduction(_)));
    let kept = body.steps.iter().any(|step| matches!(step, Step::Keep(..)));
    // A row may read what the row before it wrote.
    let alone = body.in_place || reduces || kept || !body.prelude.is_empty();
    if alone || body.definitions.len() > LARGEST {
        return None;
    }
    let mut pair = Pair::new(body);
    for value in 0..body.definitions.len() {
        pair.second.push(None);
        pair.next(value)?;
    }
    if pair.again == 0 {
        return None;
    }
    for step in &body.steps {
        let step = match *step {
            Step::Compute(value) if pair.second[value] == Some(value) => continue,
            Step::Compute(value) => Step::Compute(pair.second[value]?),
            Step::Store(place, value) => {
                Step::Store(moved(body, place)?, pair.second[value]?)
            }
            Step::Keep(..) | Step::Carry(..) => return None,
        };
        pair.body.steps.push(step);
    }
    for stride in &mut pair.body.row_strides {
        *stride = stride.checked_mul(2)?;
    }
    Some(pair.body)
}

/// The place in the next row.
fn moved(body: &Body, place: Place) -> Option<Place> {
    let distance = place.distance.checked_add(body.row_strides[place.pointer])?;
    Some(Place { distance, ..place })
}

struct Pair<'a> {
    of: &'a Body,
    body: Body,
    known: HashMap<Definition, Value>,
    /// What a value of a row is in the next.
    second: Vec<Option<Value>>,
    /// Reads that both rows share.
    again: usize,
}

impl<'a> Pair<'a> {
    fn new(of: &'a Body) -> Self {
        let known = of.definitions.iter().enumerate();
        let known = known.map(|(value, definition)| (*definition, value)).collect();
        Self { of, body: of.clone(), known, second: Vec::new(), again: 0 }
    }

    /// Finds or makes what a value is in the next row; operands come before what is made of them.
    fn next(&mut self, value: Value) -> Option<()> {
        let mut definition = self.of.definitions[value];
        let mut missing = false;
        definition.each_operand(|operand| match self.second.get(*operand) {
            Some(Some(next)) => *operand = *next,
            _ => missing = true,
        });
        match &mut definition {
            Definition::Load(place) | Definition::Broadcast(place) => {
                *place = moved(self.of, *place)?;
            }
            _ => {}
        }
        if missing {
            return None;
        }
        let known = self.known.get(&definition).copied();
        if let (Some(known), Definition::Load(_)) = (known, definition) {
            self.again += usize::from(known != value);
        }
        let next = known.unwrap_or_else(|| {
            self.body.definitions.push(definition);
            self.body.definitions.len() - 1
        });
        self.second[value] = Some(next);
        Some(())
    }
}
