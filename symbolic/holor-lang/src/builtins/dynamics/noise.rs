//! Equations with noise: amplitudes, what the noise means, and the scheme that fits.

use holor_algebra::{Expr, Symbol};
use holor_dynamics::ode::{Calculus, Scheme};

use super::odesolve::MethodWord;
use super::problem::{Settings, refuse};
use super::run::{Noisy, OdeProblem};
use crate::Result;
use crate::dynamics::{Compiled, Places, coefficient};

/// Noise terms: their amplitudes, and the scheme that fits.
pub(super) fn noise(
    places: &Places<'_>,
    problem: &mut OdeProblem,
    settings: &Settings,
) -> Result<()> {
    let call = places.call;
    let engine = call.engine();
    let system = &problem.system;
    if problem.complex {
        return refuse(places, "noise in equations with complex unknowns is not solved")
            .hint("write real and imaginary part as two unknowns")
            .into();
    }
    let size = system.states.len();
    let symbols: Vec<Symbol> =
        (0..system.noises.len()).map(|it| system.noise(it)).collect();
    let silent: Vec<(Expr, Expr)> =
        symbols.iter().map(|it| (Expr::symbol(it.name()), Expr::zero())).collect();
    let mut amplitudes = Vec::with_capacity(size * symbols.len());
    let mut drift = Vec::with_capacity(size);
    for rate in &system.rates {
        for symbol in &symbols {
            let amplitude = if rate.contains_symbol(symbol) {
                coefficient(&engine, rate, symbol, &symbols)?
            } else {
                Expr::zero()
            };
            if symbols.iter().any(|it| amplitude.contains_symbol(it)) {
                return refuse(places, "the equations are not linear in the noise")
                    .into();
            }
            amplitudes.push(amplitude);
        }
        drift.push(rate.substitute(&silent));
    }
    let variables = system.variables();
    let past = variables.get(size + 1..).unwrap_or_default();
    if amplitudes.iter().any(|it| past.iter().any(|symbol| it.contains_symbol(symbol))) {
        return refuse(places, "the amplitude of a noise cannot depend on the past")
            .into();
    }
    let constant = amplitudes.iter().all(|it| it.free_symbols().is_empty());
    let states = variables.get(1..=size).unwrap_or_default();
    let multiplicative = amplitudes
        .iter()
        .any(|it| states.iter().any(|symbol| it.contains_symbol(symbol)));
    let now = variables.get(..=size).unwrap_or(&variables);
    let rows: Vec<&[Expr]> = amplitudes.chunks(symbols.len().max(1)).collect();
    let filled = |row: &&[Expr]| row.iter().filter(|it| !it.is_zero()).count();
    // Diagonal: each unknown has a noise of its own at most.
    let shared = (0..symbols.len()).any(|column| {
        rows.iter().filter(|row| row.get(column).is_some_and(|it| !it.is_zero())).count()
            > 1
    });
    let diagonal = !shared && rows.iter().all(|row| filled(row) <= 1);
    let single: Vec<Expr> = rows
        .iter()
        .map(|row| {
            row.iter().find(|it| !it.is_zero()).cloned().unwrap_or_else(Expr::zero)
        })
        .collect();
    let own = diagonal
        && single.iter().enumerate().all(|(place, amplitude)| {
            states.iter().zip(&single).enumerate().all(|(other, (symbol, noise))| {
                other == place || noise.is_zero() || !amplitude.contains_symbol(symbol)
            })
        });
    let calculus = match settings.calculus {
        Some(calculus) => calculus,
        None if !multiplicative => Calculus::Ito,
        None => {
            return refuse(
                places,
                "noise whose amplitude depends on unknowns can be meant in two ways",
            )
            .hint("noise = ito")
            .hint("noise = stratonovich")
            .into();
        }
    };
    let scheme = match settings.method.scheme() {
        Some(Scheme::Milstein) if !own => {
            return refuse(
                places,
                "Milstein's scheme needs for each unknown a noise of its own, whose amplitude depends on no other unknown with noise",
            )
            .hint("method = euler_maruyama")
            .into();
        }
        Some(scheme) => scheme,
        None if settings.method != MethodWord::Auto => {
            return refuse(places, "this method knows no noise")
                .hint("method = euler_maruyama")
                .hint("method = heun")
                .hint("method = milstein")
                .into();
        }
        None if calculus == Calculus::Stratonovich && multiplicative => Scheme::Heun,
        None if multiplicative && own => Scheme::Milstein,
        None => Scheme::EulerMaruyama,
    };
    let formulas = if diagonal { single } else { amplitudes.clone() };
    problem.noisy = Some(Noisy {
        amplitudes: Compiled::new(call, &formulas, now, false)?,
        columns: if diagonal { None } else { Some(symbols.len()) },
        constant: constant && diagonal,
        calculus,
        scheme,
    });
    problem.rates = Compiled::new(call, &drift, &variables, false)?;
    Ok(())
}
