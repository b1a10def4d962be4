"""The problems that are measured on a graphics card, and a few steps of them in NumPy.

They are those of the example `speed` of holor-field-cuda (examples/speed/problems.rs): the same equations, cells, places to start from and
steps in time. A state is a list of arrays. Stencils are calculated in a strip of rows around the first one, where the box closes, which
gives the same numbers there as the whole box would.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Problem:
    """What all programs calculate."""

    # With a place for the size.
    name: str
    points: tuple
    step: float
    # Cells on either side that a step reaches; none where it reaches all.
    reach: int | None
    # Steps after which programs are compared.
    compared: int = 4
    spacing: float = 1.0

    def title(self, points):
        return self.name.format(f"{points[0]}{'³' if len(points) == 3 else '²'}")

    def shape(self, smaller):
        return tuple(max(n // smaller, 4) for n in self.points)


PROBLEMS = {
    "diffusion": Problem("Diffusion {}, Euler", (8192, 8192), 1.0, 1),
    "gray_scott": Problem("Gray–Scott {}, Euler", (4096, 4096), 1.0, 1),
    "ginzburg_landau": Problem("Complex Ginzburg–Landau {}, RK4", (4096, 4096), 0.01, 4),
    "gross_pitaevskii": Problem("Gross–Pitaevskii {}, split step", (4096, 4096), 0.01, None, compared=1, spacing=0.5),
    "wave": Problem("Wave {}, leapfrog", (512, 512, 512), 1.0, 1),
}


def laplacian(u):
    total = -2 * u.ndim * u
    for axis in range(u.ndim):
        total = total + np.roll(u, 1, axis) + np.roll(u, -1, axis)
    return total


def start(name, shape, rows=None):
    """The state at t = 0, in double precision, of all rows or of those named."""
    rows = np.arange(shape[0]) if rows is None else rows
    wide = lambda values, axis: values.reshape([-1 if axis == other else 1 for other in range(len(shape))])
    a = wide(np.sin(0.1 * rows), 0)
    b = wide(np.cos(0.07 * np.arange(shape[1])), 1)
    if name == "diffusion":
        return [a + b]
    if name == "gray_scott":
        spots = a * a * b * b
        return [1 - 0.5 * spots, 0.25 * spots + 0.01]
    if name == "wave":
        c = wide(np.sin(0.05 * np.arange(shape[2])), 2)
        u = a + b + 0.5 * c
        # At rest: the place before the present one. Differences are those of the whole box: each table closes on itself.
        n = shape[0]
        second = wide(np.sin(0.1 * ((rows + 1) % n)) + np.sin(0.1 * ((rows - 1) % n)), 0) - 2 * a
        for table, axis in ((b, 1), (0.5 * c, 2)):
            second = second + np.roll(table, 1, axis) + np.roll(table, -1, axis) - 2 * table
        return [u, u + 0.05 * second]
    if name == "ginzburg_landau":
        return [0.5 * a + 0.5j * b]
    return [rotated(1 + 0.2 * a + 0.5j * b, 0.5 * PROBLEMS[name].step)]


def rotated(psi, time):
    """ψ after so long in its own potential |ψ|²."""
    return psi * np.exp(-1j * time * (psi.real**2 + psi.imag**2))


def flow(shape):
    """What a step does to each Fourier mode of ψ."""
    problem = PROBLEMS["gross_pitaevskii"]
    k = [2 * np.pi * np.fft.fftfreq(n, problem.spacing) for n in shape]
    return np.exp(-0.5j * problem.step * (k[0][:, None] ** 2 + k[1][None, :] ** 2))


def diffusion(u):
    return [u + 0.1 * laplacian(u)]


def gray_scott(u, v):
    r = u * v * v
    return [u + (0.16 * laplacian(u) - r + 0.035 * (1 - u)), v + (0.08 * laplacian(v) + r - 0.1 * v)]


def wave(u, before):
    return [2 * u - before + 0.1 * laplacian(u), u]


def ginzburg_landau(a):
    def rate(a):
        return a + (1 + 0.5j) * laplacian(a) - (1 - 1.5j) * (a.real**2 + a.imag**2) * a
    dt = PROBLEMS["ginzburg_landau"].step
    k1 = rate(a)
    k2 = rate(a + dt / 2 * k1)
    k3 = rate(a + dt / 2 * k2)
    k4 = rate(a + dt * k3)
    return [a + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)]


def gross_pitaevskii(psi):
    """From the middle of a rotation to the middle of the next, so that two halves are one."""
    return [rotated(np.fft.ifft2(flow(psi.shape) * np.fft.fft2(psi)), PROBLEMS["gross_pitaevskii"].step)]


def expected(name, shape):
    """Some rows, and the state there after the steps that are compared."""
    problem, step = PROBLEMS[name], globals()[name]
    margin = None if problem.reach is None else problem.reach * problem.compared
    if margin is None or 2 * (margin + 4) >= shape[0]:
        rows, state, kept = np.arange(shape[0]), start(name, shape), slice(None)
    else:
        rows = np.arange(-4, 4) % shape[0]
        state = start(name, shape, np.arange(-4 - margin, 4 + margin) % shape[0])
        kept = slice(margin, margin + 8)
    for _ in range(problem.compared):
        state = step(*state)
    return rows, [u[kept] for u in state]


def apart(found, expected):
    """The largest difference, relative to the largest number."""
    size = max(float(np.abs(u).max()) for u in expected)
    return max(float(np.abs(u - v).max()) for u, v in zip(found, expected)) / size


def checksum(name, shape, steps):
    """The sum of (1 + c mod 7) |x|² over all cells c of each field in row-major order after so many steps from the start."""
    state = start(name, shape)
    for _ in range(steps):
        state = globals()[name](*state)
    # The place before the present one is no field, and half a rotation is taken back.
    state = state[:1] if name == "wave" else state
    if name == "gross_pitaevskii":
        state = [rotated(state[0], -0.5 * PROBLEMS[name].step)]
    weights = 1 + np.arange(state[0].size) % 7
    return float(sum((weights * np.abs(u.ravel()) ** 2).sum() for u in state))
