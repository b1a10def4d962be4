//! Fourier transforms with what stands around them.

use holor_field::FieldResult;
use holor_field::layout::Layout;
use holor_field::plan::ArrayId;

use super::{Act, Argument, Builder, Fourier, cells, interior};
use crate::source::Fixed;

impl Builder<'_> {
    /// The transforms with their memory.
    pub(super) fn fourier(&mut self) {
        for transform in &self.plan.transforms {
            let layout = self.plan.arrays[transform.real].layout;
            // A single number along the last dimension is its own spectrum: as good as complex.
            let real = transform.imaginary.is_none() && layout.points[2] > 1;
            let points = layout.points.iter().copied().filter(|n| *n > 1).collect();
            let (spectrum, cells) = (self.spectrum, self.cells);
            let count = self.plan.arrays[transform.spectrum[0]].layout.cells() as u64;
            self.at_least(spectrum, 2 * count * self.precision.bytes());
            if real {
                self.at_least(cells, layout.cells() as u64 * self.precision.bytes());
            }
            self.transforms.push(Fourier { points, real, spectrum, cells });
        }
    }

    /// Cells to the spectrum, and that to its arrays where wanted.
    pub(super) fn forward(
        &mut self,
        place: usize,
        acts: &mut Vec<Act>,
        store: bool,
    ) -> FieldResult<()> {
        let transform = &self.plan.transforms[place];
        let layout = self.layout(transform.real);
        if self.transforms[place].real {
            let mut arguments =
                vec![interior(transform.real, &layout), Argument::Buffer(self.cells, 0)];
            arguments.extend(cells(&layout));
            acts.push(self.fixed(Fixed::Gather, layout.cells(), 1, arguments)?);
        } else {
            acts.push(self.pack(Some(transform.real), transform.imaginary, &layout)?);
        }
        acts.push(Act::Transform { transform: place, inverse: false });
        if store {
            let [re, im] = transform.spectrum;
            acts.push(self.unpack(re, Some(im), 1.0)?);
        }
        Ok(())
    }

    /// The spectrum, from its arrays where wanted, to cells.
    pub(super) fn inverse(
        &mut self,
        place: usize,
        acts: &mut Vec<Act>,
        load: bool,
    ) -> FieldResult<()> {
        let transform = &self.plan.transforms[place];
        let layout = self.layout(transform.real);
        if load {
            let [re, im] = transform.spectrum;
            let spectrum = self.layout(re);
            acts.push(self.pack(Some(re), Some(im), &spectrum)?);
        }
        acts.push(Act::Transform { transform: place, inverse: true });
        let scale = 1.0 / layout.cells() as f64;
        if self.transforms[place].real {
            let mut arguments =
                vec![Argument::Buffer(self.cells, 0), interior(transform.real, &layout)];
            arguments.extend(cells(&layout));
            arguments.push(Argument::Double(scale));
            acts.push(self.fixed(Fixed::Scatter, layout.cells(), 1, arguments)?);
        } else {
            acts.push(self.unpack(transform.real, transform.imaginary, scale)?);
        }
        Ok(())
    }

    pub(super) fn pack(
        &mut self,
        re: Option<ArrayId>,
        im: Option<ArrayId>,
        layout: &Layout,
    ) -> FieldResult<Act> {
        let part = |array: Option<ArrayId>| {
            array.map_or(Argument::Nothing, |array| interior(array, layout))
        };
        let mut arguments = vec![part(re), part(im), Argument::Buffer(self.spectrum, 0)];
        arguments.extend(cells(layout));
        self.fixed(Fixed::Pack, layout.cells(), 1, arguments)
    }

    pub(super) fn unpack(
        &mut self,
        re: ArrayId,
        im: Option<ArrayId>,
        scale: f64,
    ) -> FieldResult<Act> {
        let layout = self.layout(re);
        let mut arguments = vec![
            Argument::Buffer(self.spectrum, 0),
            interior(re, &layout),
            im.map_or(Argument::Nothing, |im| interior(im, &layout)),
        ];
        arguments.extend(cells(&layout));
        arguments.push(Argument::Double(scale));
        self.fixed(Fixed::Unpack, layout.cells(), 1, arguments)
    }
}
