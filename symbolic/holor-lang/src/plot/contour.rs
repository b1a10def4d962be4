//! Lines of equal value on a grid: marching squares, joined to polylines.

use std::collections::BTreeMap;

use super::Grid;
use super::window::{extent, robust, round_values};

impl Grid {
    /// A function on a regular grid; `None` when interrupted. Undefined places are NaN; a single
    /// undefined point (a pole, 0 in `sin(x)/x`) takes its value from right beside it.
    pub fn sample(
        f: &dyn Fn(f64, f64) -> f64,
        x: (f64, f64),
        y: (f64, f64),
        (columns, rows): (usize, usize),
        interrupted: &dyn Fn() -> bool,
    ) -> Option<Grid> {
        let mut grid = Grid {
            x,
            y,
            columns,
            rows,
            values: Vec::with_capacity(columns * rows),
            shown: None,
            cells: false,
        };
        for row in 0..rows {
            for column in 0..columns {
                if column % 64 == 0 && interrupted() {
                    return None;
                }
                let (at_x, at_y) = (grid.x_at(column), grid.y_at(row));
                let mut value = f(at_x, at_y);
                if !value.is_finite() {
                    value = f(at_x + 1e-7 * (x.1 - x.0), at_y + 1.3e-7 * (y.1 - y.0));
                }
                grid.values.push(if value.is_finite() { value } else { f64::NAN });
            }
        }
        Some(grid)
    }

    /// The x of a column. Columns are nodes, the first and last lie on the ends of the range; or middles of cells.
    pub fn x_at(&self, column: usize) -> f64 {
        self.place(self.x, column, self.columns)
    }

    /// The y of a row.
    pub fn y_at(&self, row: usize) -> f64 {
        self.place(self.y, row, self.rows)
    }

    fn place(&self, (low, high): (f64, f64), index: usize, count: usize) -> f64 {
        if self.cells {
            return low + (high - low) * ((index as f64 + 0.5) / count.max(1) as f64);
        }
        node((low, high), index, count)
    }

    /// The value at a node; NaN outside.
    pub fn value(&self, column: usize, row: usize) -> f64 {
        if column >= self.columns {
            return f64::NAN;
        }
        self.values.get(row * self.columns + column).copied().unwrap_or(f64::NAN)
    }

    /// The range of values worth telling apart: all of them, or of a formula their bulk where a pole would drown it.
    pub fn value_range(&self) -> Option<(f64, f64)> {
        if self.shown.is_some() {
            return self.shown;
        }
        let all = extent(&self.values)?;
        if self.cells {
            // Data: the height of a pulse counts, however narrow it is.
            return Some(all);
        }
        let bulk = robust(&self.values)?;
        let wild = all.1 - all.0 > 8.0 * (bulk.1 - bulk.0);
        Some(if wild { bulk } else { all })
    }

    /// About ten round levels.
    pub fn round_levels(&self) -> Vec<f64> {
        let Some((low, high)) = self.value_range() else { return Vec::new() };
        let inside = |level: &f64| *level > low && *level < high;
        round_values((low, high), 10).into_iter().filter(inside).collect()
    }

    /// The lines on which the grid, interpolated linearly along its edges, has this value. Closed lines end
    /// where they begin. In a saddle the mean of the four corners decides which corners belong
    /// together, the same for every level.
    pub fn contour(&self, level: f64) -> Vec<Vec<(f64, f64)>> {
        let mut segments = Vec::new();
        for row in 0..self.rows.saturating_sub(1) {
            for column in 0..self.columns.saturating_sub(1) {
                self.cross_cell(column, row, level, &mut segments);
            }
        }
        join(&segments)
            .into_iter()
            .map(|line| line.into_iter().map(|edge| self.crossing(edge, level)).collect())
            .collect()
    }

    fn cross_cell(
        &self,
        column: usize,
        row: usize,
        level: f64,
        out: &mut Vec<(Edge, Edge)>,
    ) {
        let corners = [
            self.value(column, row),
            self.value(column + 1, row),
            self.value(column + 1, row + 1),
            self.value(column, row + 1),
        ];
        if corners.iter().any(|value| value.is_nan()) {
            return;
        }
        let above = corners.map(|value| value >= level);
        let edges = [
            Edge { row, column, upward: false },
            Edge { row, column: column + 1, upward: true },
            Edge { row: row + 1, column, upward: false },
            Edge { row, column, upward: true },
        ];
        let [bottom, right, top, left] = edges;
        let crossed: Vec<Edge> = (0..4)
            .filter(|&side| above.get(side) != above.get((side + 1) % 4))
            .filter_map(|side| edges.get(side).copied())
            .collect();
        match crossed.as_slice() {
            [a, b] => out.push((*a, *b)),
            [_, _, _, _] => {
                let center = corners.iter().sum::<f64>() / 4.0 >= level;
                let [first, ..] = above;
                if center == first {
                    out.extend([(bottom, right), (top, left)]);
                } else {
                    out.extend([(bottom, left), (top, right)]);
                }
            }
            _ => {}
        }
    }

    fn crossing(&self, edge: Edge, level: f64) -> (f64, f64) {
        let (column, row) = (edge.column, edge.row);
        let (next_column, next_row) =
            if edge.upward { (column, row + 1) } else { (column + 1, row) };
        let (a, b) = (self.value(column, row), self.value(next_column, next_row));
        let fraction = if a == b { 0.5 } else { ((level - a) / (b - a)).clamp(0.0, 1.0) };
        let mix = |from: f64, to: f64| from + fraction * (to - from);
        (
            mix(self.x_at(column), self.x_at(next_column)),
            mix(self.y_at(row), self.y_at(next_row)),
        )
    }
}

fn node((low, high): (f64, f64), index: usize, count: usize) -> f64 {
    if count < 2 {
        return f64::midpoint(low, high);
    }
    low + (high - low) * (index as f64 / (count - 1) as f64)
}

/// An edge of the grid: from a node to the right, or upward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    row: usize,
    column: usize,
    upward: bool,
}

/// Joins segments that share an end. Open lines first, from their ends; what remains is closed.
fn join(segments: &[(Edge, Edge)]) -> Vec<Vec<Edge>> {
    let mut at: BTreeMap<Edge, Vec<usize>> = BTreeMap::new();
    for (index, (a, b)) in segments.iter().enumerate() {
        at.entry(*a).or_default().push(index);
        at.entry(*b).or_default().push(index);
    }
    let mut used = vec![false; segments.len()];
    let mut lines = Vec::new();
    let ends: Vec<Edge> =
        at.iter().filter(|(_, ids)| ids.len() == 1).map(|(e, _)| *e).collect();
    let starts = ends.into_iter().chain(segments.iter().map(|(a, _)| *a));
    for start in starts {
        let mut line = vec![start];
        let mut here = start;
        while let Some(index) = at.get(&here).and_then(|ids| {
            ids.iter().copied().find(|index| used.get(*index) == Some(&false))
        }) {
            if let Some(used) = used.get_mut(index) {
                *used = true;
            }
            let Some((a, b)) = segments.get(index) else { break };
            here = if *a == here { *b } else { *a };
            line.push(here);
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}
