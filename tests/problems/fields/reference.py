"""Verifies closed forms of the field problems beside it: residuals of their equations by differences, roots by scipy.

`python3 reference.py` prints each residual and fails above 1e-4; it needs numpy and scipy and knows nothing of holor.
"""

from math import atan, cos, cosh, exp, factorial, log, pi, sin, sqrt, tan

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import jn_zeros


def derivative(f, order, at, step):
    """The derivative of the polynomial of degree 10 through 11 points."""
    places = np.arange(-5, 6)
    powers = np.vander(places * step, 11, increasing=True).T
    weights = np.linalg.solve(powers, np.eye(11)[order] * factorial(order))
    return sum(weight * f(at + place * step) for weight, place in zip(weights, places))


def at(u, x, t, step=0.1, time_step=None):
    """The function, its derivatives by x up to the fourth, by t up to the second, there."""
    time_step = time_step or step
    space = [u(x, t)] + [derivative(lambda y: u(y, t), n, x, step) for n in range(1, 5)]
    time = [derivative(lambda s: u(x, s), n, t, time_step) for n in (1, 2)]
    return space, time


def residuals():
    c = 0.5
    b = sqrt(1 - c * c)
    u = lambda x, t: -1.5 * b * b / cosh(b / 2 * (x - c * t)) ** 2
    s, t = at(u, 0.7, 0.3)
    square = derivative(lambda x: u(x, 0.3) ** 2, 2, 0.7, 0.1)
    yield "Boussinesq", t[1] - s[2] + s[4] - square

    u = lambda x, t: 12 * (3 + 4 * cosh(2 * x - 8 * t) + cosh(4 * x - 64 * t)) / (
        3 * cosh(x - 28 * t) + cosh(3 * x - 36 * t)
    ) ** 2
    s, t = at(u, 0.4, 0.03, 0.02, 0.004)
    yield "Korteweg-de Vries, two solitons", t[0] + 6 * s[0] * s[1] + s[3]

    u = lambda x, t: 2 / cosh(2 * (x - 4 * t))
    s, t = at(u, 0.3, 0.02, 0.05, 0.02)
    yield "modified Korteweg-de Vries", t[0] + 6 * s[0] ** 2 * s[1] + s[3]

    u = lambda x, t: (1 + exp((x - 5 * t / sqrt(6)) / sqrt(6))) ** -2
    s, t = at(u, 0.3, 0.2)
    yield "Fisher-KPP", t[0] - s[2] - s[0] * (1 - s[0])

    a = 0.2
    u = lambda x, t: 1 / (1 + exp((x - t * (1 - 2 * a) / sqrt(2)) / sqrt(2)))
    s, t = at(u, 0.3, 0.2)
    yield "Nagumo", t[0] - s[2] - s[0] * (1 - s[0]) * (s[0] - a)

    v = 0.1
    u = lambda x, t: 2 * v * exp(-v * t) * sin(x) / (2 + exp(-v * t) * cos(x))
    s, t = at(u, 0.3, 0.2)
    yield "Cole-Hopf", t[0] + s[0] * s[1] - v * s[2]

    u = lambda x, t: 2 * log(2 + exp(-t) * cos(x))
    s, t = at(u, 0.3, 0.2)
    yield "Hamilton-Jacobi", t[0] - s[2] - s[1] ** 2 / 2

    u = lambda x, t: t ** (-1 / 3) * max(0, 1 - x * x / (12 * t ** (2 / 3)))
    _, t = at(u, 0.3, 2, 0.05)
    yield "Barenblatt", t[0] - derivative(lambda x: u(x, 2) ** 2, 2, 0.3, 0.05)

    w, d = 0.8, 0.6
    u = lambda x, t: 4 * atan(d / w * cos(w * t) / cosh(d * x))
    s, t = at(u, 0.3, 0.2)
    yield "breather", t[1] - s[2] + sin(s[0])

    energies, states = np.linalg.eigh(np.array([[4, 3], [3, -4]]))
    psi = states @ np.diag(np.exp(-1j * energies)) @ states.T @ np.array([2, 1])
    yield "Dirac", abs(psi[0] - (2 * cos(5) - 11j / 5 * sin(5)))

    energy = quad(lambda r: 5 / 2 * 2 * pi * r * (r**2 * exp(-r * r) / pi) ** 2, 0, 10)[0]
    yield "interaction energy of a vortex", energy - 5 / (8 * pi)

    yield "zero of J0", jn_zeros(0, 1)[0] - 2.404825557695773
    yield "zero of J1", jn_zeros(1, 1)[0] - 3.831705970207512
    yield "Robin", brentq(lambda m: m * tan(m) - 1, 0.1, 1.5) - 0.8603335890193797

    matrix = np.array([[0.5, 1], [-1.5, -1]])
    values, vectors = np.linalg.eig(matrix)
    found = (vectors @ np.diag(np.exp(2 * values)) @ np.linalg.solve(vectors, [1, 0]))[0]
    yield "Brusselator", abs(
        found - exp(-1 / 2) * (cos(sqrt(15) / 2) + 3 / sqrt(15) * sin(sqrt(15) / 2))
    )


if __name__ == "__main__":
    for name, value in residuals():
        print(f"{name}: {abs(value):.1e}")
        assert abs(value) < 1e-4, name
