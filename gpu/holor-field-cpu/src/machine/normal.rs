//! Normal numbers in the cells of an array.

use holor_field::Precision;
use holor_field::layout::Region;
use holor_field::noise;
use holor_field::plan::ArrayId;

use super::{NORMALS, Worker};
use crate::prepare::{own, split_of};

impl Worker<'_> {
    /// Fills this thread's cells; each number depends on its cell, the stream, the seed and the step alone.
    pub(super) fn noise(&mut self, array: ArrayId, stream: u32, seed: u64, step: u64) {
        let layout = self.common.layouts[array];
        let start = self.start(array).0;
        let Some(kernel) = &self.common.normal else { return };
        let scratch = self.local.normals.start().0.cast::<f64>();
        let Some(workspace) = &mut self.local.normal else { return };
        kernel.set(workspace, &[]);
        let key = noise::key(seed);
        let split = split_of(&layout);
        let mut region = Region::interior(&layout);
        let own = own(&layout, self.number, self.common.threads);
        (region.start[split], region.end[split]) = (own.start, own.end);
        for i in region.start[0]..region.end[0] {
            for j in region.start[1]..region.end[1] {
                let mut k = region.start[2];
                while k < region.end[2] {
                    let count = NORMALS.min((region.end[2] - k) as usize);
                    let [_, n1, n2] = layout.points.map(|n| n as u64);
                    let cell = (i as u64 * n1 + j as u64) * n2 + k as u64;
                    // SAFETY: the scratch has three times NORMALS numbers, u, v and the results; the cells are this thread's.
                    unsafe {
                        for place in 0..count {
                            let counter =
                                noise::counter(cell + place as u64, stream, step);
                            let [u, v] = noise::uniforms(noise::philox(counter, key));
                            *scratch.add(place) = u;
                            *scratch.add(NORMALS + place) = v;
                        }
                        let mut pointers = [0, NORMALS, 2 * NORMALS]
                            .map(|place| scratch.add(place).cast::<u8>());
                        let code = kernel.codes.len().saturating_sub(1);
                        kernel.call(code, workspace, &mut pointers, 1, count);
                        let to = layout.place([i, j, k]);
                        for place in 0..count {
                            let normal = *scratch.add(2 * NORMALS + place);
                            match self.common.precision {
                                Precision::Double => {
                                    *start.cast::<f64>().add(to + place) = normal;
                                }
                                Precision::Single => {
                                    *start.cast::<f32>().add(to + place) = normal as f32;
                                }
                            }
                        }
                    }
                    k += count as isize;
                }
            }
        }
    }
}
