//! Fourier transforms where their numbers lie, and with kernels around them where those are planar.

use holor_field::FieldResult;
use holor_field::layout::Layout;
use holor_field::plan::ArrayId;

use super::{Act, Argument, Builder, Fourier, cells};
use crate::pairs::is_wide;
use crate::source::Fixed;

impl Builder<'_> {
    /// The transforms, each geometry once.
    pub(super) fn fourier(&mut self) {
        for transform in &self.plan.transforms {
            let layout = self.plan.arrays[transform.real].layout;
            // A single number along the last dimension is its own spectrum: as good as complex.
            let real = transform.imaginary.is_none() && layout.points[2] > 1;
            let wide: Vec<usize> = (0..3).filter(|d| layout.points[*d] > 1).collect();
            let points = wide.iter().map(|d| layout.points[*d]).collect();
            // Rows, and planes, of real cells lie apart by padding and ghosts.
            let apart = |place: usize| match place {
                0 => layout.points[wide[0]],
                _ => layout.strides[wide[place - 1]] / layout.strides[wide[place]],
            };
            let embedding =
                if real { (0..wide.len()).map(apart).collect() } else { Vec::new() };
            let own = Fourier { points, real, embedding };
            let known = self.transforms.iter().position(|known| *known == own);
            self.geometries.push(known.unwrap_or(self.transforms.len()));
            if known.is_none() {
                self.transforms.push(own);
            }
        }
    }

    /// The geometry of a transform, where its cells and where its spectrum are when it works on them.
    fn ends(&mut self, place: usize) -> (usize, Argument, Argument) {
        let transform = &self.plan.transforms[place];
        let geometry = self.geometries[place];
        let spectrum = transform.spectrum[0];
        let layout = self.layout(transform.real);
        let cells = match transform.imaginary {
            _ if self.transforms[geometry].real => self.interior(transform.real),
            Some(_) if self.parts[transform.real].is_some() => {
                self.interior(transform.real)
            }
            _ => Argument::Buffer(self.spectrum, 0),
        };
        let numbers = match self.parts[spectrum] {
            Some(_) => self.interior(spectrum),
            None => Argument::Buffer(self.spectrum, 0),
        };
        if [cells, numbers].contains(&Argument::Buffer(self.spectrum, 0)) {
            let most = layout.cells().max(self.layout(spectrum).cells());
            self.at_least(self.spectrum, 2 * most as u64 * self.precision.bytes());
        }
        (geometry, cells, numbers)
    }

    /// Cells to the spectrum, and that to its arrays where wanted.
    pub(super) fn forward(
        &mut self,
        place: usize,
        acts: &mut Vec<Act>,
        store: bool,
    ) -> FieldResult<()> {
        let transform = &self.plan.transforms[place];
        let (geometry, from, to) = self.ends(place);
        let layout = self.layout(transform.real);
        if from == Argument::Buffer(self.spectrum, 0) {
            acts.push(self.pack(Some(transform.real), transform.imaginary, 1.0)?);
        }
        if is_wide(&layout) {
            acts.push(Act::Transform { geometry, inverse: false, from, to });
        }
        let [re, im] = transform.spectrum;
        if store && self.parts[re].is_none() {
            acts.push(self.unpack(re, Some(im))?);
        }
        Ok(())
    }

    /// The spectrum, from its arrays where wanted, to cells. Whether it was scaled already is said by who wrote it.
    pub(super) fn inverse(
        &mut self,
        place: usize,
        acts: &mut Vec<Act>,
        load: bool,
        scaled: bool,
    ) -> FieldResult<()> {
        let transform = &self.plan.transforms[place];
        let (geometry, to, from) = self.ends(place);
        let layout = self.layout(transform.real);
        let scale = if scaled { 1.0 } else { 1.0 / layout.cells() as f64 };
        let [re, im] = transform.spectrum;
        if self.parts[re].is_none() && load {
            acts.push(self.pack(Some(re), Some(im), scale)?);
        } else if !scaled {
            let count = 2 * self.layout(re).cells();
            let arguments =
                vec![from, Argument::Long(count as i64), Argument::Double(scale)];
            acts.push(self.fixed(Fixed::Scale, count, 1, arguments)?);
        }
        if is_wide(&layout) {
            acts.push(Act::Transform { geometry, inverse: true, from, to });
        }
        if to == Argument::Buffer(self.spectrum, 0) {
            acts.push(self.unpack(transform.real, transform.imaginary)?);
        }
        Ok(())
    }

    /// Planar parts to complex numbers, scaled.
    fn pack(
        &mut self,
        re: Option<ArrayId>,
        im: Option<ArrayId>,
        scale: f64,
    ) -> FieldResult<Act> {
        let part = |array: Option<ArrayId>| {
            array.map_or(Argument::Nothing, |array| self.interior(array))
        };
        let mut arguments = vec![part(re), part(im), Argument::Buffer(self.spectrum, 0)];
        let layout =
            re.or(im).map_or(Layout::new([0; 3], [0; 3]), |array| self.layout(array));
        arguments.extend(cells(&layout));
        arguments.push(Argument::Double(scale));
        self.fixed(Fixed::Pack, layout.cells(), 1, arguments)
    }

    /// Complex numbers to planar parts.
    fn unpack(&mut self, re: ArrayId, im: Option<ArrayId>) -> FieldResult<Act> {
        let layout = self.layout(re);
        let mut arguments = vec![
            Argument::Buffer(self.spectrum, 0),
            self.interior(re),
            im.map_or(Argument::Nothing, |im| self.interior(im)),
        ];
        arguments.extend(cells(&layout));
        self.fixed(Fixed::Unpack, layout.cells(), 1, arguments)
    }
}
