//! Help on the methods in time of `evolve`, by their names.

/// Name, order of the error in the step, what it is and when it fits.
pub(super) static METHODS: &[(&str, &str, &str)] = &[
    (
        "euler",
        "1",
        "Euler's method, explicit, for equations of first order in time. The step is bounded by stability; `rk4` is better nearly always.",
    ),
    (
        "rk4",
        "4",
        "The classical method of Runge and Kutta, explicit, with four stages. For smooth equations that are not stiff; the step is bounded by stability.",
    ),
    (
        "ssprk3",
        "3",
        "The method of Shu and Osher with three stages, explicit, which keeps what a step of Euler's method keeps. For advection and steep fronts.",
    ),
    (
        "dopri5",
        "5",
        "The pair of Dormand and Prince, explicit, with steps that adapt to `tolerance`.",
    ),
    (
        "leapfrog",
        "2",
        "The method of Störmer and Verlet for equations of second order in time, such as waves. It is symplectic: the energy does not drift.",
    ),
    (
        "yoshida4",
        "4",
        "Three steps of the leapfrog method together (Yoshida 1990), for equations of second order in time. It is symplectic.",
    ),
    (
        "crank_nicolson",
        "2",
        "The trapezoidal rule of Crank and Nicolson, implicit, for linear equations: no bound on the step from stability.",
    ),
    (
        "cnab2",
        "2",
        "Crank and Nicolson for the linear part, Adams and Bashforth for the rest. For a stiff linear part; high modes are hardly damped.",
    ),
    (
        "ars232",
        "2",
        "An implicit–explicit method of Ascher, Ruuth and Spiteri (1997): the linear part implicit, the rest explicit. Damps stiff modes.",
    ),
    (
        "ars443",
        "3",
        "An implicit–explicit method of Ascher, Ruuth and Spiteri (1997) with four implicit stages. Damps stiff modes.",
    ),
    (
        "euler_maruyama",
        "1 weakly, 1/2 strongly, 1 strongly for additive noise",
        "The method of Euler and Maruyama for equations with noise, read as Itô's: `noise = ito`.",
    ),
    (
        "heun",
        "1 weakly, 1/2 strongly, 1 strongly for one noise",
        "Heun's method for equations with noise, read as Stratonovich's: `noise = stratonovich`. Without noise it is a Runge–Kutta method of order 2.",
    ),
    (
        "exact",
        "exact",
        "The exact flow of a linear equation with constant coefficients, in Fourier space, whatever the step.",
    ),
    (
        "etdrk4",
        "4",
        "Exponential time differencing with four stages (Cox and Matthews 2002) in Fourier space: the linear part exact, the rest explicit.",
    ),
    (
        "etdrk2",
        "2",
        "Exponential time differencing with two stages, in Fourier space: the linear part exact, the rest explicit.",
    ),
    (
        "etd1",
        "1",
        "Exponential time differencing with one stage, in Fourier space: for additive noise beside a linear part, which it follows exactly.",
    ),
    (
        "ifrk4",
        "4",
        "Runge and Kutta's method behind an integrating factor, in Fourier space: the linear part exact.",
    ),
    (
        "sbdf2",
        "2",
        "Backward differences for the linear part and extrapolation for the rest (Ascher, Ruuth and Wetton 1995), in Fourier space. Damps stiff modes.",
    ),
    (
        "split_step",
        "2",
        "Half the flow at each point, the linear flow, half the flow at each point (Strang 1968), in Fourier space. For equations like Schrödinger's: the norm is kept to rounding.",
    ),
    (
        "split_step4",
        "4",
        "Three steps of `split_step` together (Yoshida 1990), in Fourier space. The norm is kept to rounding.",
    ),
    (
        "blanes_moan4",
        "4",
        "Six linear flows in a step (Blanes and Moan 2002), in Fourier space: errors hundreds of times smaller than those of `split_step4`. The norm is kept to rounding.",
    ),
];

/// The page of a method; nothing for other names.
pub(super) fn page(name: &str) -> Option<String> {
    let (_, order, text) = METHODS.iter().find(|(own, ..)| *own == name)?;
    Some(format!(
        "**{name}**: a method in time of `evolve`, of order {order}\n\n{text}\n\n```holor\nevolve(eq, t = 0..1, method = {name})\n```\n\nLeft out, the method follows from the equation, and `explain(run)` says which and why.\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::METHODS;

    #[test]
    fn every_method_has_help() {
        for name in crate::field::method_names() {
            let known = METHODS.iter().any(|(own, ..)| *own == name);
            assert!(known || name == "auto", "{name}");
        }
        for (name, ..) in METHODS {
            assert!(crate::field::method_names().contains(name), "{name}");
        }
    }
}
