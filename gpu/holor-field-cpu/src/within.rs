//! Arrays that hold something only while some rows are worked on: they need no memory but for those rows, which stay in the nearest caches.

use holor_field::plan::{ArrayId, Plan};

use crate::prepare::{Act, Columns, access};

/// Finds those arrays: nobody outside reads them ([`Plan::temporary`]), and all acts that use them work row by row and put their numbers there
/// before they read them.
pub(crate) fn within_rows(plan: &Plan, procedures: &[Vec<Act>]) -> Vec<bool> {
    let mut within = vec![false; plan.arrays.len()];
    for place in &plan.temporary {
        let array = &plan.arrays[*place];
        within[*place] = array.values.is_none() && array.layout.ghosts == [0; 3];
    }
    for act in procedures.iter().flatten() {
        for array in from_outside(plan, act) {
            within[array] = false;
        }
    }
    within
}

/// The arrays that an act uses, but for those which it fills row by row before it reads them.
fn from_outside(plan: &Plan, act: &Act) -> Vec<ArrayId> {
    match act {
        Act::Run(run) => run.arrays.clone(),
        Act::Wrap { array, .. } | Act::Noise { array, .. } => vec![*array],
        Act::Exchange(from, to)
        | Act::Copy { from, to }
        | Act::Sparse { from, to, .. }
        | Act::Lines { from, to, .. }
        | Act::Group { from, to, .. } => vec![*from, *to],
        Act::Columns { transform, columns } => {
            let mut arrays = plan.transforms[*transform].spectrum.to_vec();
            match columns {
                Columns::Forward => {}
                Columns::Inverse(from) => arrays.extend(from.iter().flatten()),
                Columns::Filter(real, imaginary) => {
                    arrays.push(*real);
                    arrays.extend(imaginary);
                }
            }
            arrays
        }
        Act::Scalars { .. } | Act::Repeat { .. } => Vec::new(),
        Act::Rows { inverse, runs, forward, .. } => {
            let cells = |transform: usize| {
                let transform = &plan.transforms[transform];
                [Some(transform.real), transform.imaginary].into_iter().flatten()
            };
            let mut filled: Vec<ArrayId> =
                inverse.iter().copied().flat_map(cells).collect();
            let mut read = Vec::new();
            for run in runs {
                let uses = || run.arrays.iter().copied().zip(&run.access);
                let does = |access: &u8, what: u8| access & what != 0;
                let reads = access::READ_OWN | access::READ_FAR | access::READ_FIRST;
                let loaded = uses().filter(|(_, access)| does(access, reads));
                read.extend(
                    loaded.map(|(array, _)| array).filter(|a| !filled.contains(a)),
                );
                let stored = uses().filter(|(_, access)| does(access, access::WRITE_OWN));
                filled.extend(stored.map(|(array, _)| array));
            }
            let sent = forward.iter().copied().flat_map(cells);
            read.extend(sent.filter(|array| !filled.contains(array)));
            read
        }
    }
}
