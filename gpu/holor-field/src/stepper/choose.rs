//! Which method fits an equation.

use super::options::{Interpretation, Method, Options};
use super::stability::largest_step;
use crate::error::FieldResult;
use crate::scheme::Scheme;

/// Explicit steps between two saves above which a stiff equation is stepped implicitly.
const MANY: f64 = 2000.0;
/// Explicit steps between two saves above which any equation is: of a hundred saves they are more than 2·10⁷ in all.
const ENDLESS: f64 = 2e5;
/// An equation is stiff where decay is faster than oscillation by this factor.
const STIFF: f64 = 2.0;

/// Whether Yoshida's method does better than leapfrog for equations of second order in time: it cannot where rates depend on velocities, nor with a given
/// step above its bound, and where the waves of the grid are far faster than others, as with fourth derivatives in space, leapfrog's steps follow
/// those as well, with a third of the work.
fn prefers_yoshida(scheme: &Scheme, options: &Options) -> bool {
    let bound = || largest_step(Method::Yoshida4, &scheme.stiffness);
    scheme.structure.separable
        && scheme.structure.derivatives < 3
        && options.step.is_none_or(|step| step <= bound())
}

/// The method for an equation where none is named, and why.
///
/// Noise: `euler_maruyama` for Itô, `heun` for Stratonovich and for noise that does not depend on the fields. Second order in time:
/// `yoshida4`, or `leapfrog` where rates depend on velocities or hold third derivatives in space or higher ones. Stiff decay with a linear part, where
/// explicit methods would need more than 2000 steps between saves, or anything where they would need more than 2·10⁵: `ars232`, unless what is not linear
/// holds second derivatives in space or higher ones. With compensated sums the method is `rk4` there too: what solves linear systems has none.
/// Without any bound on the step: `dopri5`, whose error estimate finds the step. Otherwise `rk4`, or `ssprk3` where fluxes are reconstructed.
///
/// # Errors
/// Where noise multiplies a function of the fields and no interpretation is stated.
pub fn choose(scheme: &Scheme, options: &Options) -> FieldResult<(Method, String)> {
    let structure = &scheme.structure;
    if structure.stochastic {
        super::stochastic::check_interpretation(scheme, Method::Auto, options)?;
        return Ok(match (structure.multiplicative, options.interpretation) {
            (true, Some(Interpretation::Ito)) => (
                Method::EulerMaruyama,
                "multiplicative noise of Itô takes the amplitude at the beginning of a step"
                    .to_owned(),
            ),
            (true, _) => (
                Method::StochasticHeun,
                "multiplicative noise of Stratonovich is the mean of both ends of a step"
                    .to_owned(),
            ),
            (false, _) => (
                Method::StochasticHeun,
                "the noise does not depend on the fields, so that Itô and Stratonovich agree; heun has a drift of second order"
                    .to_owned(),
            ),
        });
    }
    let second = scheme.planes.iter().any(|plane| plane.order == 2);
    let first = scheme.planes.iter().any(|plane| plane.order == 1);
    if second && !first && prefers_yoshida(scheme, options) {
        return Ok((
            Method::Yoshida4,
            "all fields are of second order in time and no rate depends on velocities; yoshida4 is reversible, keeps energy, and is of fourth order"
                .to_owned(),
        ));
    }
    if second && !first {
        return Ok((
            Method::Leapfrog,
            "all fields are of second order in time; leapfrog is reversible and keeps energy, with one rate a step"
                .to_owned(),
        ));
    }
    let bound = largest_step(Method::RungeKutta4, &scheme.stiffness);
    if bound == f64::INFINITY || bound == 0.0 {
        return Ok((
            Method::DormandPrince,
            "nothing bounds the step beforehand, so that an error estimate finds it"
                .to_owned(),
        ));
    }
    let save = options.save.or(options.horizon.map(|way| way / 100.0));
    let stiff = scheme.stiffness.decay > STIFF * scheme.stiffness.oscillation;
    let many = save.is_some_and(|save| save > if stiff { MANY } else { ENDLESS } * bound);
    if let Some(save) = save
        && let Some(split) = scheme.split.as_ref().filter(|split| split.couples)
        && many
        && !options.compensated
    {
        // What is not solved for would need short steps all the same, and nothing would say how short.
        if split.rest_order >= 2 {
            return Ok((
                Method::RungeKutta4,
                "the part that is not linear has second derivatives or higher ones, which is as stiff as the rest: rk4 with steps short enough for both"
                    .to_owned(),
            ));
        }
        return Ok((
            Method::Ascher232,
            format!(
                "the equation is stiff: explicit steps of {bound:.3e} would be {:.0} between two saves, so that the linear part is solved for",
                save / bound
            ),
        ));
    }
    if options.compensated && many {
        return Ok((
            Method::RungeKutta4,
            "the equation is stiff, but the methods of precision = mixed are explicit: rk4 with short steps"
                .to_owned(),
        ));
    }
    if structure.limited {
        return Ok((
            Method::StrongStabilityPreserving,
            "fluxes are reconstructed between cells; steps of ssprk3 are means of those of Euler's method, which make no new extremes"
                .to_owned(),
        ));
    }
    Ok((
        Method::RungeKutta4,
        "first order in time and not stiff; rk4 is of fourth order and stable far along both axes"
            .to_owned(),
    ))
}
