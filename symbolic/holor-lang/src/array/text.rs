//! Arrays as text.

use std::fmt::Write as _;

use super::{ArrayAxis, ArrayValues, NumericArray, number, rounded, short};

/// Arrays of so many values are written out and read back as they were; longer ones are summed up in a line.
const WRITTEN_OUT: usize = 40;
/// So many values at each end of a long array.
const ENDS: usize = 3;

impl NumericArray {
    /// `array([1.0, 2.0])`, with the axes that have names; of a long array its shape, axes and first and last values.
    pub fn plain(&self) -> String {
        if self.count() > WRITTEN_OUT
            || self.axes.iter().any(|axis| axis.len() > WRITTEN_OUT)
        {
            return self.summary();
        }
        let mut out = String::from("array(");
        if self.count() == 0 && self.rank() > 1 {
            // Nested lists cannot say how long an empty array's axes are.
            return self.summary();
        }
        self.write_nested(&mut out, 0, 0);
        for axis in self.axes() {
            let numbers: Vec<String> =
                axis.coordinates().iter().map(|&it| short(it)).collect();
            if !axis.name().is_empty() {
                let _ = write!(out, ", {} = [{}]", axis.name(), numbers.join(", "));
            }
        }
        out.push(')');
        out
    }

    /// What it is, for error messages: `an array of 3 numbers`, `a 201×512 array of complex numbers over t, x`.
    pub fn describe(&self) -> String {
        let complex = if self.is_complex() { "complex " } else { "" };
        let over = self.over();
        match self.axes.as_ref() {
            [axis] => format!("an array of {} {complex}numbers{over}", axis.len()),
            axes => format!("a {} array of {complex}numbers{over}", shape(axes)),
        }
    }

    /// ` over t, x`; empty where no axis has a name.
    fn over(&self) -> String {
        let names: Vec<&str> =
            self.axes.iter().map(ArrayAxis::name).filter(|it| !it.is_empty()).collect();
        if names.is_empty() {
            String::new()
        } else {
            format!(" over {}", names.join(", "))
        }
    }

    /// One line: shape, axes with their ends, first and last values.
    fn summary(&self) -> String {
        let mut out = format!("array {}", shape(&self.axes));
        if self.is_complex() {
            out.push_str(" complex");
        }
        let axes: Vec<String> = self
            .axes
            .iter()
            .filter(|axis| !axis.name().is_empty())
            .map(|axis| {
                let last = axis.len().checked_sub(1);
                match (axis.coordinate(0), last.and_then(|last| axis.coordinate(last))) {
                    (Some(first), Some(last)) if axis.len() > 1 => {
                        format!("{} = {}..{}", axis.name(), brief(first), brief(last))
                    }
                    _ => axis.name().to_string(),
                }
            })
            .collect();
        if !axes.is_empty() {
            let _ = write!(out, " over {}", axes.join(", "));
        }
        if self.count() == 0 {
            return out;
        }
        let texts = |range: std::ops::Range<usize>| -> Vec<String> {
            range
                .filter_map(|place| self.at(place))
                .map(|it| number(it).plain())
                .collect()
        };
        let last = self.count().saturating_sub(ENDS).max(ENDS);
        let (first, last) = (texts(0..ENDS.min(self.count())), texts(last..self.count()));
        let gap = if self.count() > 2 * ENDS { ", …, " } else { ", " };
        let _ = write!(out, ": [{}", first.join(", "));
        if !last.is_empty() {
            let _ = write!(out, "{gap}{}", last.join(", "));
        }
        out.push(']');
        out
    }

    fn write_nested(&self, out: &mut String, depth: usize, start: usize) {
        let Some(axis) = self.axes.get(depth) else {
            match &self.values {
                ArrayValues::Real(values) => {
                    out.push_str(
                        &values.get(start).map_or_else(String::new, |&it| short(it)),
                    );
                }
                ArrayValues::Complex(values) => {
                    let text = values.get(start).map(|&it| number(it).plain());
                    out.push_str(&text.unwrap_or_default());
                }
            }
            return;
        };
        let size: usize = self.axes.iter().skip(depth + 1).map(ArrayAxis::len).product();
        out.push('[');
        for place in 0..axis.len() {
            if place > 0 {
                out.push_str(", ");
            }
            self.write_nested(out, depth + 1, start + place * size);
        }
        out.push(']');
    }
}

/// The end of an axis: as written where that is short, else with six digits.
fn brief(value: f64) -> String {
    let text = short(value);
    if text.len() > 10 { rounded(value) } else { text }
}

/// `201×512`.
fn shape(axes: &[ArrayAxis]) -> String {
    let lengths: Vec<String> = axes.iter().map(|axis| axis.len().to_string()).collect();
    lengths.join("×")
}
