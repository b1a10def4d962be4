//! A plot as data: what to draw, not how. The render crate draws it.
//!
//! [`sample_graphs`] and [`sample_paths`] turn functions into curves, [`Grid`] into maps and contours;
//! they know no language type.

mod contour;
mod describe;
mod sample;
#[cfg(test)]
mod tests;
mod window;

pub use sample::{Curve, Sampled, View, sample_graphs, sample_paths};
pub use window::{extent, robust, round_step, round_values};

/// A finished plot: axes and layers of sampled data.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Title, as LaTeX; empty for none.
    pub title: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// What is drawn, back to front.
    pub layers: Vec<Layer>,
    /// One unit of x as long as one unit of y (parametric, polar, complex plots).
    pub equal_aspect: bool,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Label as LaTeX, such as `\theta`.
    pub label: String,
    /// Label as Unicode text, such as `θ`.
    pub label_text: String,
    /// Range shown; the drawing layer picks a robust one where it is `None`.
    pub range: Option<(f64, f64)>,
    /// Linear or logarithmic.
    pub scale: Scale,
}

/// How an axis is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps.
    Linear,
    /// Equal ratios.
    Log,
}

/// One thing drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// A curve in pieces: the pen is lifted between pieces (discontinuities, poles).
    Curve {
        /// Legend as LaTeX.
        label: String,
        /// Legend as Unicode text.
        label_text: String,
        /// Points in order, piece by piece.
        pieces: Vec<Vec<(f64, f64)>>,
        /// x positions of poles, drawn as thin dashed asymptotes.
        poles: Vec<f64>,
    },
    /// Lines beside the data: a level, limits, the edge of a region. They are thin and grey; over a map black, dashed ones
    /// white.
    Guide {
        /// Legend as LaTeX.
        label: String,
        /// Legend as Unicode text.
        label_text: String,
        /// Points in order, piece by piece.
        pieces: Vec<Vec<(f64, f64)>>,
        /// Whether the lines are dashed.
        dashed: bool,
    },
    /// Everything above a line, paler: where values mean little.
    Shade {
        /// What it says, as Unicode text.
        label_text: String,
        /// The line from left to right.
        edge: Vec<(f64, f64)>,
    },
    /// Separate points.
    Points {
        /// Legend as LaTeX.
        label: String,
        /// Legend as Unicode text.
        label_text: String,
        /// The points.
        points: Vec<(f64, f64)>,
    },
    /// Values on a grid as colours.
    Heat {
        /// The values.
        grid: Grid,
        /// Label of the colour bar as LaTeX.
        label: String,
        /// Label of the colour bar as Unicode text.
        label_text: String,
        /// What the colours stand for.
        colours: Colours,
    },
    /// Lines of equal value of a grid.
    Contour {
        /// The values.
        grid: Grid,
        /// The levels drawn.
        levels: Vec<f64>,
        /// For each level, the lines.
        lines: Vec<Vec<Vec<(f64, f64)>>>,
        /// Legend as LaTeX.
        label: String,
        /// Legend as Unicode text.
        label_text: String,
    },
}

/// A scale of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// From low to high values.
    #[default]
    Sequential,
    /// Angles: -π and π have the same colour.
    Cyclic,
    /// From negative over 0, which is white, to positive values.
    Diverging,
}

/// A plot that moves: the same axes, other layers in each frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Animation {
    /// Title, axes with the ranges of all frames, and size; its layers are those of the first frame.
    pub plot: Plot,
    /// What is shown one after the other.
    pub frames: Vec<Frame>,
    /// Frames per second.
    pub rate: f64,
    /// How many frames of the data are not shown.
    pub left_out: usize,
}

/// One picture of an animation.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Its moment as LaTeX: `t = 2.5`.
    pub label: String,
    /// The same as Unicode text.
    pub label_text: String,
    /// What it shows.
    pub layers: Vec<Layer>,
}

impl Animation {
    /// One line that says what it shows.
    pub fn describe(&self) -> String {
        let mut text = format!("animation of {} frames", self.frames.len());
        if let (Some(first), Some(last)) = (self.frames.first(), self.frames.last()) {
            text.push_str(&format!(" from {} to {}", first.label_text, last.label_text));
        }
        if self.left_out > 0 {
            text.push_str(&format!(
                "; {} frames between them are left out",
                self.left_out
            ));
        }
        text
    }

    /// The plot of one frame, with its moment in the title.
    pub fn frame(&self, index: usize) -> Option<Plot> {
        let frame = self.frames.get(index)?;
        let title = match self.plot.title.as_str() {
            "" => frame.label.clone(),
            title => format!(r"{title},\quad {}", frame.label),
        };
        Some(Plot { layers: frame.layers.clone(), title, ..self.plot.clone() })
    }
}

/// Values on a regular grid, row by row from the lowest y; NaN where there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Range of x.
    pub x: (f64, f64),
    /// Range of y.
    pub y: (f64, f64),
    /// Number of columns.
    pub columns: usize,
    /// Number of rows.
    pub rows: usize,
    /// The values.
    pub values: Vec<f64>,
    /// The range of values that colours stand for, where it is not that of the grid's own values.
    pub shown: Option<(f64, f64)>,
    /// Whether each value fills a cell of its own, rather than being known at a node with others between. On a logarithmic
    /// axis the edges of cells have equal ratios.
    pub cells: bool,
}

impl Plot {
    /// Both plots in one drawing: the title and scales of this one, ranges wide enough for both, and
    /// the axis labels on which they agree.
    #[must_use]
    pub fn overlay(mut self, other: &Plot) -> Plot {
        self.name_curve();
        let mut other = other.clone();
        other.name_curve();
        for (axis, next) in [(&mut self.x, &other.x), (&mut self.y, &other.y)] {
            axis.range = match (axis.range, next.range) {
                (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
                (a, b) => a.or(b),
            };
            if axis.label.is_empty() && axis.label_text.is_empty() {
                axis.label.clone_from(&next.label);
                axis.label_text.clone_from(&next.label_text);
            } else if !next.label.is_empty() && axis.label != next.label {
                axis.label.clear();
                axis.label_text.clear();
            }
        }
        self.equal_aspect |= other.equal_aspect;
        self.layers.append(&mut other.layers);
        self.widen_to_points();
        self
    }

    /// Moves the name of a single curve from the axis to the legend.
    fn name_curve(&mut self) {
        let [Layer::Curve { label, .. }] = self.layers.as_slice() else { return };
        if !label.is_empty() && *label == self.y.label {
            self.y.label.clear();
            self.y.label_text.clear();
        }
    }

    /// Points are never cut off by a range that was chosen for something else.
    fn widen_to_points(&mut self) {
        for layer in &self.layers {
            let Layer::Points { points, .. } = layer else { continue };
            let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
            for (axis, values) in [(&mut self.x, xs), (&mut self.y, ys)] {
                if let (Some(range), Some((low, high))) =
                    (axis.range.as_mut(), extent(&values))
                {
                    let margin = match axis.scale {
                        Scale::Linear => 0.03 * (range.1 - range.0),
                        Scale::Log => 0.0,
                    };
                    if low < range.0 {
                        range.0 = low - margin;
                    }
                    if high > range.1 {
                        range.1 = high + margin;
                    }
                }
            }
        }
    }
}
