//! A side looked at closely: the factors of derivatives at the side itself, where those beside it were only extrapolated from cells.
//!
//! The equations are discretised anew on a few cells beside the side that are far smaller than those of the grid, at two sizes. What differs
//! between both (√x, thin layers) is not known.

use super::algebra::Matrix;
use super::sides::{Coupled, DEEP};
use super::{Spectrum, moments};
use crate::discretise::{SpaceOptions, look_at};
use crate::equation::{Boundary, Complex64, Field, System};

/// Sizes of cells, in those of the grid.
const SIZES: [f64; 2] = [1e-4, 1e-6];
/// By how much factors at both sizes may differ, as a part of the larger.
const AGREED: f64 = 0.1;

/// Times at which a side is looked at where the equations depend on it.
const MOMENTS: usize = 240;

/// Factors of derivatives, at each place and time; `None` where they are not known.
type Factors = Option<Vec<Matrix>>;

impl Coupled<'_> {
    /// The factors of a derivative at a side as they are; of nonlinear equations also those with the values that are prescribed there.
    /// Those below `least` count as none.
    pub(super) fn near(&self, side: usize, order: u8, least: f64) -> Vec<Factors> {
        let times = self.times();
        let [far, near] = SIZES.map(|size| {
            let system = self.closer(side, size);
            self.looked_at(&system, side, order, &times)
        });
        let size = |factors: &Factors| {
            let all = factors.iter().flatten().flatten().flatten();
            all.fold(0.0_f64, |most, entry| most.max(entry.abs()))
        };
        let (from, to) = (size(&far), size(&near));
        let known = (from - to).abs() <= (AGREED * from.max(to)).max(least);
        let mut all = vec![far, near.filter(|_| known)];
        let prescribed = |plane: &usize| {
            matches!(self.condition(*plane, side), Some(Boundary::Dirichlet(_)))
        };
        if !self.linear && self.planes.iter().any(prescribed) {
            for time in &times {
                let system = self.prescribed(side, *time);
                all.push(system.and_then(|system| {
                    self.looked_at(&system, side, order, std::slice::from_ref(time))
                }));
            }
        }
        all
    }

    /// The times at which the side is looked at: more than those for bounds of steps, where there are several.
    fn times(&self) -> Vec<f64> {
        match self.spectrum.times.as_slice() {
            [first, .., last] => moments((*first, *last), true, MOMENTS),
            few => few.to_vec(),
        }
    }

    fn looked_at(
        &self,
        system: &System,
        side: usize,
        order: u8,
        times: &[f64],
    ) -> Factors {
        look_at(system, &self.options(), times, |spectrum: &Spectrum<'_>| {
            Coupled { spectrum, system, ..*self }.at_face(side, order)
        })
        .ok()
        .flatten()
    }

    /// How many small cells: as many as differences and conditions reach.
    fn count(&self) -> usize {
        2 * self.spectrum.order + 4
    }

    fn options(&self) -> SpaceOptions {
        SpaceOptions::of_order(self.spectrum.order)
    }

    /// The system on small cells beside a side, with the fields as they continue there from the cells of the grid.
    fn closer(&self, side: usize, size: f64) -> System {
        let mut system = self.system.clone();
        let count = self.count();
        let shown = |values: &[Complex64]| {
            let places = (0..count).map(|k| {
                let inwards = if side == 0 { k } else { count - 1 - k };
                (inwards as f64 + 0.5) * size
            });
            self.continued(values, side, &places.collect::<Vec<f64>>())
        };
        for given in &mut system.given {
            given.values = shown(&given.values).into();
        }
        for field in &mut system.fields {
            field.start = shown(&field.start);
            field.start_velocity = shown(&field.start_velocity);
            if let Some(sides) = field.boundaries.get_mut(self.axis) {
                *sides = [Boundary::Outflow, Boundary::Outflow];
            }
        }
        if let Some(axis) = system.grid.axes.get_mut(self.axis) {
            let wide = axis.spacing() * size * count as f64;
            match side {
                0 => axis.high = axis.low + wide,
                _ => axis.low = axis.high - wide,
            }
            axis.points = count;
        }
        system
    }

    /// Values at places so many cells inwards from a side, along each line by the polynomial through the outermost cells.
    fn continued(
        &self,
        values: &[Complex64],
        side: usize,
        places: &[f64],
    ) -> Vec<Complex64> {
        let axes = &self.system.grid.axes;
        let points = axes[self.axis].points;
        let inner: usize =
            axes.iter().skip(self.axis + 1).map(|axis| axis.points).product();
        let from: Vec<f64> = (0..points.min(DEEP)).map(|k| k as f64 + 0.5).collect();
        let mut result = Vec::new();
        for line in values.chunks(points * inner) {
            for place in places {
                let weight = |k: usize| -> f64 {
                    let others = from.iter().enumerate().filter(|(j, _)| *j != k);
                    others.map(|(_, at)| (place - at) / (from[k] - at)).product()
                };
                let weights: Vec<f64> = (0..from.len()).map(weight).collect();
                for column in 0..inner {
                    let terms = weights.iter().enumerate().map(|(k, weight)| {
                        let cell = if side == 0 { k } else { points - 1 - k };
                        let value = line.get(cell * inner + column);
                        value.copied().unwrap_or_default() * *weight
                    });
                    result.push(terms.sum());
                }
            }
        }
        result
    }

    /// The system on small cells beside a side where fields have the values that are prescribed at a time.
    fn prescribed(&self, side: usize, time: f64) -> Option<System> {
        let mut system = self.closer(side, SIZES[1]);
        let lines = system.clone();
        for (place, field) in system.fields.iter_mut().enumerate() {
            let sides = self.system.fields.get(place)?.boundaries.get(self.axis)?;
            let Boundary::Dirichlet(value) = sides.get(side)? else { continue };
            let wanted = Field {
                rate: value.clone(),
                order: 1,
                start_velocity: Vec::new(),
                ..field.clone()
            };
            let alone =
                System { fields: vec![wanted], noises: Vec::new(), ..lines.clone() };
            let values =
                look_at(&alone, &self.options(), &[time], |spectrum: &Spectrum<'_>| {
                    let scalars = spectrum.scalars_at(time);
                    let at = |rate: usize, cell: usize| {
                        let node = spectrum.rates.get(rate).copied()?;
                        Some(spectrum.value(node, spectrum.cell(cell), &scalars))
                    };
                    let cells = 0..spectrum.layout.cells();
                    let values = cells.map(|cell| {
                        Some(Complex64::new(at(0, cell)?, at(1, cell).unwrap_or(0.0)))
                    });
                    values.collect::<Option<Vec<Complex64>>>()
                })
                .ok()??;
            let before = &self.system.fields.get(place)?.start;
            let face = self.continued(before, side, &vec![0.0; self.count()]);
            for ((start, value), face) in field.start.iter_mut().zip(values).zip(face) {
                *start += value - face;
            }
        }
        Some(system)
    }
}
