//! Convolutions with fixed kernels as multipliers in Fourier space.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex64;

use super::builder::Builder;
use crate::error::FieldResult;
use crate::layout::{DIMENSIONS, Layout};
use crate::plan::{Array, ArrayId, Plan, Transform};
use crate::scheme::{Convolution, Scheme};

/// A convolution's transform and its multiplier, real and imaginary part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    pub(crate) transform: usize,
    pub(crate) multiplier: (ArrayId, Option<ArrayId>),
}

impl Builder<'_> {
    /// The transform and the multiplier of a convolution, made when first asked for.
    pub(crate) fn filter(&mut self, place: usize) -> FieldResult<Filter> {
        if let Some(filter) = self.filters[place] {
            return Ok(filter);
        }
        let scheme = self.scheme;
        let convolution = &scheme.convolutions[place];
        let points = scheme.layout.points;
        let mut symbol: Vec<Complex64> =
            convolution.kernel.iter().map(|(re, im)| Complex64::new(*re, *im)).collect();
        transform(&mut symbol, points);
        let mut spectral = points;
        if convolution.into.1.is_none() {
            spectral[2] = points[2] / 2 + 1;
        }
        let kept: Vec<Complex64> = symbol
            .chunks(points[2])
            .flat_map(|row| row[..spectral[2]].iter().copied())
            .collect();
        let layout = Layout::new(spectral, [0; DIMENSIONS]);
        let spectrum = [
            self.array_of(format!("spectrum {place}, real"), layout),
            self.array_of(format!("spectrum {place}, imaginary"), layout),
        ];
        self.plan.transforms.push(Transform {
            real: convolution.into.0 as usize,
            imaginary: convolution.into.1.map(|array| array as usize),
            spectrum,
        });
        let multiplier = |builder: &mut Self, part: &str, values: Vec<f64>| {
            builder.plan.arrays.push(Array {
                name: format!("multiplier {place}, {part}"),
                layout,
                values: Some(values.into()),
            });
            builder.plan.arrays.len() - 1
        };
        let real = multiplier(self, "real", kept.iter().map(|z| z.re).collect());
        // An even kernel's transform is real up to rounding.
        let largest = kept.iter().map(|z| z.norm()).fold(0.0, f64::max);
        let odd = kept.iter().any(|z| z.im.abs() > 1e-14 * largest);
        let imaginary = odd
            .then(|| multiplier(self, "imaginary", kept.iter().map(|z| z.im).collect()));
        let filter = Filter {
            transform: self.plan.transforms.len() - 1,
            multiplier: (real, imaginary),
        };
        self.filters[place] = Some(filter);
        Ok(filter)
    }
}

/// The filters that a plan already has.
pub(crate) fn known(scheme: &Scheme, plan: &Plan) -> Vec<Option<Filter>> {
    let of = |(place, convolution): (usize, &Convolution)| {
        let transform = plan
            .transforms
            .iter()
            .position(|transform| transform.real == convolution.into.0 as usize)?;
        let real = plan.array(&format!("multiplier {place}, real"))?;
        let imaginary = plan.array(&format!("multiplier {place}, imaginary"));
        Some(Filter { transform, multiplier: (real, imaginary) })
    };
    scheme.convolutions.iter().enumerate().map(of).collect()
}

/// The forward transform over all dimensions, row-major.
fn transform(values: &mut [Complex64], points: [usize; DIMENSIONS]) {
    let mut planner = FftPlanner::new();
    let mut stride = 1;
    for count in points.iter().rev().copied() {
        if count > 1 {
            let fft = planner.plan_fft_forward(count);
            let mut line = vec![Complex64::default(); count];
            for start in 0..values.len() {
                if (start / stride) % count != 0 {
                    continue;
                }
                for (k, entry) in line.iter_mut().enumerate() {
                    *entry = values[start + k * stride];
                }
                fft.process(&mut line);
                for (k, entry) in line.iter().enumerate() {
                    values[start + k * stride] = *entry;
                }
            }
        }
        stride *= count;
    }
}
