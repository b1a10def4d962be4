//! Oscillators with an amplitude, and networks of any cells: right-hand sides for [`crate::ode::Equations`].
//!
//! The coupling of the ready systems is diffusive, K Σⱼ Aᵢⱼ (xⱼ − xᵢ), all-to-all with Aᵢⱼ = 1/N in O(N).

use super::graph::Graph;
use super::kuramoto::Coupling;
use crate::error::{Result, refuse};
use crate::ode::Equations;

/// Adds K Σⱼ Aᵢⱼ (xⱼ − xᵢ) for one component of cells with `size` of them.
fn diffuse(
    coupling: &Coupling,
    strength: f64,
    (size, component): (usize, usize),
    y: &[f64],
    out: &mut [f64],
) {
    let count = y.len() / size;
    match coupling {
        Coupling::AllToAll => {
            let sum: f64 = (0..count).map(|i| y[i * size + component]).sum();
            let mean = sum / count.max(1) as f64;
            for i in 0..count {
                out[i * size + component] += strength * (mean - y[i * size + component]);
            }
        }
        Coupling::Graph(graph) => {
            for i in 0..count {
                let own = y[i * size + component];
                let (sources, weights) = graph.row(i);
                let mut sum = 0.0;
                for (source, weight) in sources.iter().zip(weights) {
                    sum += weight * (y[*source as usize * size + component] - own);
                }
                out[i * size + component] += strength * sum;
            }
        }
    }
}

fn check(count: usize, coupling: &Coupling, numbers: &[f64]) -> Result<()> {
    if let Coupling::Graph(graph) = coupling
        && graph.nodes() != count
    {
        refuse!("{count} oscillators for a graph with {} nodes", graph.nodes());
    }
    if numbers.iter().any(|number| !number.is_finite()) {
        refuse!("the constants of the oscillators must be finite numbers");
    }
    Ok(())
}

/// Stuart–Landau oscillators z' = (λ + iωⱼ) z − (1 + ic) |z|² z + K Σₖ Aⱼₖ (zₖ − zⱼ), unknowns Re z₀, Im z₀, Re z₁, ….
///
/// # Errors
/// Where the graph has another number of nodes, or a number is not finite.
pub fn stuart_landau(
    growth: f64,
    frequencies: Vec<f64>,
    shear: f64,
    strength: f64,
    coupling: Coupling,
) -> Result<Equations<'static>> {
    check(frequencies.len(), &coupling, &[growth, shear, strength])?;
    check(frequencies.len(), &coupling, &frequencies)?;
    let count = 2 * frequencies.len();
    let equations = Equations::new(move |_, y: &[f64], out: &mut [f64]| {
        for (j, omega) in frequencies.iter().enumerate() {
            let (a, b) = (y[2 * j], y[2 * j + 1]);
            let square = a * a + b * b;
            out[2 * j] = growth * a - omega * b - square * (a - shear * b);
            out[2 * j + 1] = growth * b + omega * a - square * (b + shear * a);
        }
        diffuse(&coupling, strength, (2, 0), y, out);
        diffuse(&coupling, strength, (2, 1), y, out);
    });
    Ok(equations.with_size(count))
}

/// Van der Pol oscillators x' = v, v' = µ (1 − x²) v − ωⱼ² x + K Σₖ Aⱼₖ (xₖ − xⱼ), unknowns x₀, v₀, x₁, ….
///
/// # Errors
/// As [`stuart_landau`].
pub fn van_der_pol(
    mu: f64,
    frequencies: Vec<f64>,
    strength: f64,
    coupling: Coupling,
) -> Result<Equations<'static>> {
    check(frequencies.len(), &coupling, &[mu, strength])?;
    check(frequencies.len(), &coupling, &frequencies)?;
    let mut forces = Vec::new();
    let count = 2 * frequencies.len();
    let equations = Equations::new(move |_, y: &[f64], out: &mut [f64]| {
        forces.clear();
        forces.resize(y.len(), 0.0);
        diffuse(&coupling, strength, (2, 0), y, &mut forces);
        for (j, omega) in frequencies.iter().enumerate() {
            let (x, v) = (y[2 * j], y[2 * j + 1]);
            out[2 * j] = v;
            out[2 * j + 1] = mu * (1.0 - x * x) * v - omega * omega * x + forces[2 * j];
        }
    });
    Ok(equations.with_size(count))
}

/// FitzHugh–Nagumo cells v' = v − v³/3 − w + Iⱼ + K Σₖ Aⱼₖ (vₖ − vⱼ), w' = ε (v + a − b w), unknowns v₀, w₀, v₁, ….
///
/// # Errors
/// As [`stuart_landau`].
pub fn fitzhugh_nagumo(
    (a, b, epsilon): (f64, f64, f64),
    currents: Vec<f64>,
    strength: f64,
    coupling: Coupling,
) -> Result<Equations<'static>> {
    check(currents.len(), &coupling, &[a, b, epsilon, strength])?;
    check(currents.len(), &coupling, &currents)?;
    let count = 2 * currents.len();
    let equations = Equations::new(move |_, y: &[f64], out: &mut [f64]| {
        for (j, current) in currents.iter().enumerate() {
            let (v, w) = (y[2 * j], y[2 * j + 1]);
            out[2 * j] = v - v * v * v / 3.0 - w + current;
            out[2 * j + 1] = epsilon * (v + a - b * w);
        }
        diffuse(&coupling, strength, (2, 0), y, out);
    });
    Ok(equations.with_size(count))
}

/// Winfree's model θᵢ' = ωᵢ − K sin θᵢ Σⱼ Aᵢⱼ (1 + cos θⱼ) (J. T. Ariaratnam and S. H. Strogatz, 2001).
///
/// # Errors
/// As [`stuart_landau`].
pub fn winfree(
    frequencies: Vec<f64>,
    strength: f64,
    coupling: Coupling,
) -> Result<Equations<'static>> {
    check(frequencies.len(), &coupling, &[strength])?;
    check(frequencies.len(), &coupling, &frequencies)?;
    let mut pulses = Vec::new();
    let count = frequencies.len();
    let equations = Equations::new(move |_, y: &[f64], out: &mut [f64]| {
        pulses.clear();
        pulses.extend(y.iter().map(|theta| 1.0 + theta.cos()));
        let mean = pulses.iter().sum::<f64>() / pulses.len().max(1) as f64;
        for (i, omega) in frequencies.iter().enumerate() {
            let pulse = match &coupling {
                Coupling::AllToAll => mean,
                Coupling::Graph(graph) => {
                    let (sources, weights) = graph.row(i);
                    sources
                        .iter()
                        .zip(weights)
                        .map(|(j, w)| w * pulses[*j as usize])
                        .sum()
                }
            };
            out[i] = omega - strength * y[i].sin() * pulse;
        }
    });
    Ok(equations.with_size(count))
}

/// Cells xᵢ' = f(t, i, xᵢ) + K Σⱼ Aᵢⱼ h(xⱼ, xᵢ) with `size` components each: `cell(t, i, x, out)` fills f, and
/// `pair(x_j, x_i, out)` fills h.
///
/// # Errors
/// Where cells have no component, or the strength is not finite.
pub fn network<'a>(
    graph: Graph,
    size: usize,
    strength: f64,
    mut cell: impl FnMut(f64, usize, &[f64], &mut [f64]) + 'a,
    mut pair: impl FnMut(&[f64], &[f64], &mut [f64]) + 'a,
) -> Result<Equations<'a>> {
    if size == 0 || !strength.is_finite() {
        refuse!("cells with {size} components and coupling {strength} are not possible");
    }
    let mut term = vec![0.0; size];
    let count = size * graph.nodes();
    let equations = Equations::new(move |t, y: &[f64], out: &mut [f64]| {
        for i in 0..graph.nodes() {
            let own = &y[i * size..(i + 1) * size];
            let rates = &mut out[i * size..(i + 1) * size];
            cell(t, i, own, rates);
            let (sources, weights) = graph.row(i);
            for (source, weight) in sources.iter().zip(weights) {
                let other = *source as usize * size;
                pair(&y[other..other + size], own, &mut term);
                for (rate, value) in rates.iter_mut().zip(&term) {
                    *rate += strength * weight * value;
                }
            }
        }
    });
    Ok(equations.with_size(count))
}
