//! Arrays in memory, and copies between their cells.

use std::ops::Range;

use holor_field::layout::Layout;
use holor_field::{FieldError, FieldResult};
use memmap2::MmapMut;

/// Bytes before and behind each array that whole vectors may reach.
const MARGIN: usize = 256;

/// Bytes of a large page of memory.
const LARGE_PAGE: usize = 1 << 21;

/// The start of an array, shared between threads that keep to their own cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Start(pub(crate) *mut u8);

// SAFETY: a pointer by itself does nothing; every use of it is unsafe and says who writes what.
unsafe impl Send for Start {}
// SAFETY: as above.
unsafe impl Sync for Start {}

/// Memory of an array, zero at first.
#[derive(Debug)]
pub(crate) struct Memory {
    map: MmapMut,
    shift: usize,
    bytes: usize,
}

impl Memory {
    /// So many bytes. `number` shifts the start, lest the same cell of many arrays fall into the same set of a cache.
    pub(crate) fn new(bytes: usize, number: usize) -> FieldResult<Self> {
        let mut shift = MARGIN + number % 32 * 17 * 64;
        // Large pages begin at multiples of their size: without room for that an array of their size would have none.
        let room = if bytes + shift >= LARGE_PAGE { LARGE_PAGE } else { 0 };
        let all = bytes + shift + MARGIN + room;
        let map = MmapMut::map_anon(all).map_err(|_| FieldError::Memory {
            needed: all as u64,
            available: None,
            in_parts: None,
        })?;
        #[cfg(target_os = "linux")]
        if room > 0 {
            // Only a wish: without large pages it is slower.
            let _ = map.advise(memmap2::Advice::HugePage);
            let before = map.as_ptr().align_offset(LARGE_PAGE);
            shift += if before <= room { before } else { 0 };
        }
        Ok(Self { map, shift, bytes })
    }

    pub(crate) fn start(&mut self) -> Start {
        Start(self.map[self.shift..].as_mut_ptr())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// A box of cells that is copied elsewhere in its array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patch {
    /// First cell.
    pub(crate) start: [isize; 3],
    /// One past the last cell.
    pub(crate) end: [isize; 3],
    /// Cells from a cell to the one that it is copied from.
    pub(crate) shift: [isize; 3],
    /// Whether signs change.
    pub(crate) flip: bool,
}

/// Copies cells within an array of numbers of `size` bytes.
///
/// # Safety
/// The array must have this layout; all cells of the patch and those that they are copied from must exist, and no other thread may use them.
pub(crate) unsafe fn copy_patch(
    array: Start,
    layout: &Layout,
    size: usize,
    patch: &Patch,
) {
    let distance: isize = patch
        .shift
        .iter()
        .zip(layout.strides)
        .map(|(s, stride)| s * stride as isize)
        .sum();
    let count = (patch.end[2] - patch.start[2]).max(0) as usize;
    for i in patch.start[0]..patch.end[0] {
        let place = layout.place([i, patch.start[1], patch.start[2]]);
        let rows = (patch.end[1] - patch.start[1]).max(0) as usize;
        let shape = (rows, layout.strides[1], count);
        // SAFETY: as promised by the caller.
        unsafe {
            if size == 8 {
                let sign = if patch.flip { 1 << 63 } else { 0 };
                copy_rows(array.0.cast::<u64>().add(place), distance, shape, sign);
            } else {
                let sign = if patch.flip { 1 << 31 } else { 0 };
                copy_rows(array.0.cast::<u32>().add(place), distance, shape, sign);
            }
        }
    }
}

/// Copies rows of so many cells, a stride apart, with a change of bits.
///
/// # Safety
/// See [`copy_patch`].
unsafe fn copy_rows<T: Copy + std::ops::BitXor<Output = T>>(
    to: *mut T,
    distance: isize,
    (rows, stride, count): (usize, usize, usize),
    sign: T,
) {
    let mut to = to;
    for _ in 0..rows {
        for cell in 0..count {
            // SAFETY: as promised by the caller.
            unsafe {
                let to = to.add(cell);
                to.write(to.offset(distance).read() ^ sign);
            }
        }
        to = to.wrapping_add(stride);
    }
}

/// The patches that fill the ghosts of a dimension, as [`holor_field::plan::Action::Wrap`] says, restricted to those that belong to the
/// units `own` of the dimension `split`: a ghost unit belongs to the one it is an image of.
pub(crate) fn wrap(
    layout: &Layout,
    dimension: usize,
    flip: bool,
    split: usize,
    own: Range<isize>,
    mut each: impl FnMut(Patch),
) {
    let (n, g) = (layout.points[split] as isize, layout.ghosts[split] as isize);
    let images = (-g..0).chain(n..n + g);
    let mut images = images.filter(|ghost| own.contains(&ghost.rem_euclid(n)));
    if dimension == split {
        for ghost in images {
            each(image(layout, dimension, ghost, flip));
        }
        return;
    }
    wrap_units(layout, dimension, flip, split, own.clone(), &mut each);
    for ghost in &mut images {
        wrap_units(layout, dimension, flip, split, ghost..ghost + 1, &mut each);
    }
}

/// The patches that fill the ghosts of a dimension in some units of another, which may be ghosts.
pub(crate) fn wrap_units(
    layout: &Layout,
    dimension: usize,
    flip: bool,
    split: usize,
    units: Range<isize>,
    mut each: impl FnMut(Patch),
) {
    let (n, g) = (layout.points[dimension] as isize, layout.ghosts[dimension] as isize);
    if g == 0 || units.is_empty() {
        return;
    }
    let mut fill = |mut patch: Patch| {
        (patch.start[split], patch.end[split]) = (units.start, units.end);
        each(patch);
    };
    if n < g {
        // A whole number of times around.
        for ghost in (-g..0).chain(n..n + g) {
            fill(image(layout, dimension, ghost, flip));
        }
        return;
    }
    for (start, shift) in [(-g, n), (n, -n)] {
        let mut patch = image(layout, dimension, start, flip);
        patch.end[dimension] = start + g;
        patch.shift[dimension] = shift;
        fill(patch);
    }
}

/// The patches that fill the ghosts at both ends of some rows of a plane.
pub(crate) fn close_rows(
    layout: &Layout,
    flip: bool,
    plane: isize,
    rows: &Range<isize>,
    mut each: impl FnMut(Patch),
) {
    wrap_units(layout, 2, flip, 0, plane..plane + 1, |mut patch| {
        (patch.start[1], patch.end[1]) = (rows.start, rows.end);
        each(patch);
    });
}

/// The patch that fills a ghost of a dimension, everywhere in the others.
fn image(layout: &Layout, dimension: usize, ghost: isize, flip: bool) -> Patch {
    let points = layout.points.map(|n| n as isize);
    let ghosts = layout.ghosts.map(|n| n as isize);
    let n = points[dimension];
    let mut patch = Patch {
        start: ghosts.map(|g| -g),
        end: std::array::from_fn(|d| points[d] + ghosts[d]),
        shift: [0; 3],
        flip: flip && ghost.div_euclid(n) % 2 != 0,
    };
    (patch.start[dimension], patch.end[dimension]) = (ghost, ghost + 1);
    patch.shift[dimension] = ghost.rem_euclid(n) - ghost;
    patch
}
