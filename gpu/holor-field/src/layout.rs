//! Where the cells of a grid lie in memory.

/// The number of dimensions that every layout has; boxes of fewer dimensions have leading dimensions of one point.
pub const DIMENSIONS: usize = 3;

/// Cells of a grid in memory: row-major, the last dimension contiguous, with ghost cells around the interior.
///
/// Dimension 2 is contiguous. The axes `0..rank` of a box are the dimensions `3 - rank..3` (see [`dimension`]). Rows are padded so
/// that the first interior cell of each row lies on a multiple of [`Layout::ALIGNMENT`] elements from the start of the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// Interior points in each dimension.
    pub points: [usize; DIMENSIONS],
    /// Ghost cells on either side in each dimension.
    pub ghosts: [usize; DIMENSIONS],
    /// Distance in elements between neighbours in each dimension; the last is 1.
    pub strides: [usize; DIMENSIONS],
    /// Place of the interior cell (0, 0, 0).
    pub origin: usize,
    /// Elements in all, padding included.
    pub length: usize,
}

/// The dimension of an axis of a box of this rank.
pub fn dimension(axis: usize, rank: usize) -> usize {
    axis + DIMENSIONS - rank
}

impl Layout {
    /// Interior rows begin at multiples of so many elements: 16 single-precision numbers are 64 bytes.
    pub const ALIGNMENT: usize = 16;

    /// A layout for so many interior points and ghost cells.
    pub fn new(points: [usize; DIMENSIONS], ghosts: [usize; DIMENSIONS]) -> Self {
        let up = |n: usize| n.next_multiple_of(Self::ALIGNMENT);
        let lead = up(ghosts[2]);
        // At least one vector of padding behind each row, so that whole vectors may be read past its end.
        let row = up(lead + points[2] + ghosts[2]) + Self::ALIGNMENT;
        let plane = row * (points[1] + 2 * ghosts[1]);
        let strides = [plane, row, 1];
        Self {
            points,
            ghosts,
            strides,
            origin: ghosts[0] * plane + ghosts[1] * row + lead,
            length: plane * (points[0] + 2 * ghosts[0]),
        }
    }

    /// A layout of a box with these points along its axes (1 to 3 of them) and as many ghost cells on each of those.
    pub fn of_box(points: &[usize], ghosts: usize) -> Self {
        let mut all = [1; DIMENSIONS];
        let mut around = [0; DIMENSIONS];
        for (axis, count) in points.iter().enumerate() {
            all[dimension(axis, points.len())] = *count;
            around[dimension(axis, points.len())] = ghosts;
        }
        Self::new(all, around)
    }

    /// Interior cells in all.
    pub fn cells(&self) -> usize {
        self.points.iter().product()
    }

    /// The place of a cell, which may be a ghost.
    #[inline]
    pub fn place(&self, cell: [isize; DIMENSIONS]) -> usize {
        let offset: isize = cell
            .iter()
            .zip(self.strides)
            .map(|(index, stride)| index * stride as isize)
            .sum();
        (self.origin as isize + offset) as usize
    }
}

/// Cells `start..end` in each dimension, counted from the first interior cell; ghosts have negative places or places beyond
/// the last point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    /// First cell.
    pub start: [isize; DIMENSIONS],
    /// One past the last cell.
    pub end: [isize; DIMENSIONS],
}

impl Region {
    /// All interior cells.
    pub fn interior(layout: &Layout) -> Self {
        Self { start: [0; DIMENSIONS], end: layout.points.map(|n| n as isize) }
    }

    /// Cells in it.
    pub fn cells(&self) -> usize {
        (0..DIMENSIONS).map(|d| (self.end[d] - self.start[d]).max(0) as usize).product()
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn rows_are_aligned_and_cells_are_apart() {
        let layout = Layout::of_box(&[5, 7], 2);
        assert_eq!(layout.points, [1, 5, 7]);
        assert_eq!(layout.place([0, 0, 0]) % Layout::ALIGNMENT, 0);
        assert_eq!(layout.place([0, 1, 0]) - layout.place([0, 0, 0]), layout.strides[1]);
        assert!(layout.place([0, -2, -2]) < layout.length);
        assert!(layout.place([0, 6, 8]) + 1 < layout.length);
    }
}
