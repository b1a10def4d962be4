//! Rays of light around a rotating black hole, written by hand: an ensemble for tests of backends.

use holor_field::elementary::lower;
use holor_field::ensemble::{Ends, Equations, Options, integrate};
use holor_field::gradient::gradient;
use holor_field::interpreter::Interpreter;
use holor_field::run::Control;
use holor_field::sharing::share;
use holor_field::{Backend, FieldResult, Graph, Machine, NodeId, Plan, Precision, Unary};

/// The interpreter on lowered plans, which has the bits of compiled backends.
#[derive(Debug)]
pub(crate) struct Lowered(pub(crate) u64);

impl Backend for Lowered {
    fn name(&self) -> String {
        "lowered interpreter".to_owned()
    }

    fn prepare(
        &self,
        plan: &Plan,
        precision: Precision,
    ) -> FieldResult<Box<dyn Machine>> {
        let plan = lower(&share(plan, precision, self.0), precision);
        Interpreter::new().prepare(&plan, precision)
    }
}

/// Null geodesics of Kerr's metric with mass 1 and spin a in Boyer and Lindquist's coordinates, by Hamilton's function
/// H = (Δ p_r² + p_θ² − ((r² + a²)E − a L)²/Δ + (L − a E sin²θ)²/sin²θ)/(2Σ), E = −p_t, L = p_φ (Carter 1968).
/// Unknowns: t, r, θ, φ, p_r, p_θ; constants: p_t, p_φ. They stop inside `near` and outside `far`.
pub(crate) fn kerr(a: f64, near: f64, far: f64) -> Equations {
    let mut graph = Graph::new();
    let v: Vec<NodeId> = (0..8).map(|k| graph.load(k, [0; 3])).collect();
    let (r, angle, radial, polar, time, axial) = (v[1], v[2], v[4], v[5], v[6], v[7]);
    let g = &mut graph;
    let spin = g.constant(a);
    let spin2 = g.constant(a * a);
    let two = g.constant(2.0);
    let r2 = g.multiply(r, r);
    let (sine, cosine) = (g.unary(Unary::Sine, angle), g.unary(Unary::Cosine, angle));
    let (s2, c2) = (g.multiply(sine, sine), g.multiply(cosine, cosine));
    let part = g.multiply(spin2, c2);
    let sigma = g.add(r2, part);
    let sum = g.add(r2, spin2);
    let twice = g.multiply(two, r);
    let delta = g.subtract(sum, twice);
    let energy = g.negate(time);
    let (x, y) = (g.multiply(sum, energy), g.multiply(spin, axial));
    let p = g.subtract(x, y);
    let p2 = g.multiply(p, p);
    let outer = g.divide(p2, delta);
    let x = g.multiply(spin, energy);
    let x = g.multiply(x, s2);
    let q = g.subtract(axial, x);
    let q2 = g.multiply(q, q);
    let inner = g.divide(q2, s2);
    let x = g.multiply(radial, radial);
    let x = g.multiply(delta, x);
    let y = g.multiply(polar, polar);
    let all = g.add(x, y);
    let all = g.subtract(all, outer);
    let all = g.add(all, inner);
    let twice_energy = g.divide(all, sigma);
    let half = g.constant(0.5);
    let energy = g.multiply(half, twice_energy);
    let slopes = gradient(g, energy, &v);
    // ẋᵃ = ∂H/∂p_a for t, r, θ, φ; ṗ_a = −∂H/∂xᵃ for r and θ.
    let rates = vec![
        slopes[6],
        slopes[4],
        slopes[5],
        slopes[7],
        g.negate(slopes[1]),
        g.negate(slopes[2]),
    ];
    let (near, far) = (g.constant(near), g.constant(far));
    let (inside, outside) = (g.subtract(near, r), g.subtract(r, far));
    let stop = g.binary(holor_field::Binary::Maximum, inside, outside);
    Equations {
        constants: 2,
        rates,
        stop: Some(stop),
        domain: None,
        conserved: vec![twice_energy],
        outputs: vec![slopes[4]],
        graph,
    }
}

/// Rays that come in from a distance in the equator's plane or above it: the starts of unknowns, and the constants.
pub(crate) fn incoming(
    a: f64,
    distance: f64,
    rays: &[(f64, f64)],
) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let angle = 1.2_f64;
    let (r2, delta) = (distance * distance, distance * distance + a * a - 2.0 * distance);
    let radial = |(axial, polar): &(f64, f64)| {
        let outer = (r2 + a * a - a * axial).powi(2) / delta;
        let inner = (axial - a * angle.sin().powi(2)).powi(2) / angle.sin().powi(2);
        -((outer - inner - polar * polar) / delta).sqrt()
    };
    let same = |value: f64| vec![value; rays.len()];
    let start = vec![
        same(0.0),
        same(distance),
        same(angle),
        same(0.0),
        rays.iter().map(radial).collect(),
        rays.iter().map(|ray| ray.1).collect(),
    ];
    (start, vec![same(-1.0), rays.iter().map(|ray| ray.0).collect()])
}

/// A fan of rays, some of which fall in and some escape.
pub(crate) fn fan(count: usize) -> Vec<(f64, f64)> {
    (0..count)
        .map(|k| {
            let x = k as f64 / count as f64;
            (9.0 * (2.0 * x - 1.0), 4.0 * (37.0 * x).sin())
        })
        .collect()
}

/// Integrates on a backend.
pub(crate) fn ends(
    equations: &Equations,
    (start, constants): &(Vec<Vec<f64>>, Vec<Vec<f64>>),
    options: &Options,
    backend: &dyn Backend,
) -> FieldResult<Ends> {
    let mut go_on = |_: &holor_field::ensemble::Advance| Control::Continue;
    integrate(equations, start, constants, options, backend, &mut go_on, &|| false)
}

/// Everything that a backend computed, as bits.
pub(crate) fn bits(ends: &Ends) -> Vec<u64> {
    let lists = ends.unknowns.iter().chain(&ends.outputs).chain(&ends.conserved);
    lists
        .chain([&ends.parameter, &ends.drift])
        .flatten()
        .map(|value| value.to_bits())
        .chain([ends.attempts])
        .collect()
}
