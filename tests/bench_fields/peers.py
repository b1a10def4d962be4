"""The problems of the field engine in NumPy and SciPy, and in py-pde with Numba where it can do them.

    python peers.py numpy PROBLEM double|single     million cells a second and a checksum (see `checksum`)
    python peers.py pypde PROBLEM                   million cells a second and the seconds until the first result

NumPy is used as people write it, with `numpy.roll` and `scipy.fft`, on one thread. py-pde compiles anew in every `solve` of a system of
several fields, for seconds that differ from call to call, so its rate is taken within one, the best of many short stretches.
"""

import sys
import time

import numpy as np
import scipy.fft

# Problem: steps after which the checksum is taken, as the example bench_fields.
STEPS = {
    "diffusion": 100, "gray_scott": 100, "ginzburg_landau": 50, "wave": 20, "kuramoto": 100, "kuramoto_all": 100,
    "abelian_higgs": 10, "ginzburg_landau_etd": 20, "gross_pitaevskii": 50,
}


def checksum(fields):
    """The sum of (1 + c mod 7) |x|² over all cells c in row-major order."""
    weights = 1 + np.arange(fields[0].size) % 7
    return float(sum((weights * np.abs(f.ravel().astype(complex)) ** 2).sum() for f in fields))


def laplacian(u):
    total = -2 * u.ndim * u
    for axis in range(u.ndim):
        total += np.roll(u, 1, axis) + np.roll(u, -1, axis)
    return total


def places(n, rank):
    return np.meshgrid(*[np.arange(n, dtype=float)] * rank, indexing="ij")


def runge_kutta(f, dt):
    def step(u):
        k1 = f(u)
        k2 = f(u + dt / 2 * k1)
        k3 = f(u + dt / 2 * k2)
        k4 = f(u + dt * k3)
        return u + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return lambda fields: [step(fields[0])]


def diffusion(real, _):
    j, k = places(1024, 2)
    start = [(np.sin(0.1 * j) + np.cos(0.07 * k)).astype(real)]
    return start, lambda f: [f[0] + real(0.1) * laplacian(f[0])], 1


def gray_start():
    j, k = places(512, 2)
    inside = ((abs(j - 256) < 20) & (abs(k - 256) < 20)).astype(float)
    return 1 - 0.5 * inside, 0.25 * inside + 0.01


def gray_scott(real, _):
    def step(fields):
        u, v = fields
        r = u * v * v
        return [
            u + (real(0.16) * laplacian(u) - r + real(0.035) * (1 - u)),
            v + (real(0.08) * laplacian(v) + r - real(0.1) * v),
        ]
    return [x.astype(real) for x in gray_start()], step, 2


def ginzburg_start():
    j, k = places(512, 2)
    return 0.5 * np.sin(0.1 * j) + 0.5j * np.cos(0.07 * k)


def ginzburg_landau(real, complex_):
    def rate(a):
        return a + complex_(1 + 0.5j) * laplacian(a) - complex_(1 - 1.5j) * (abs(a) ** 2) * a
    return [ginzburg_start().astype(complex_)], runge_kutta(rate, real(0.01)), 1


def wave(real, _):
    n = 192
    i, j, k = places(n, 3)
    u = np.sin(2 * np.pi * (i + j + k) / n)
    # At rest: the place before the present one.
    start = [u.astype(real), (u + 0.1 * laplacian(u)).astype(real)]
    return start, lambda f: [2 * f[0] - f[1] + real(0.2) * laplacian(f[0]), f[0]], 1


def kuramoto(real, _):
    j, k = places(512, 2)
    omega = (0.3 * np.cos(0.3 * j * k)).astype(real)

    def step(fields):
        u = fields[0]
        pull = sum(np.sin(np.roll(u, by, axis) - u) for axis in (0, 1) for by in (1, -1))
        return [u + real(0.05) * (omega + real(0.5) * pull)]
    return [(3 * np.sin(0.1 * j) + np.cos(0.07 * k * j)).astype(real)], step, 1


def kuramoto_all(real, _):
    k = np.arange(20000.0)
    omega = (0.5 * np.cos(0.11 * k)).astype(real)

    def rate(u):
        s, c = np.sin(u), np.cos(u)
        return omega + real(1.5) * (s.mean() * c - c.mean() * s)
    return [(3 * np.sin(0.37 * k)).astype(real)], runge_kutta(rate, real(0.05)), 1


def abelian_higgs(real, complex_):
    n = 128
    x, y, z = (2 * np.pi / n * place for place in places(n, 3))
    phi = 0.5 * np.sin(x) + 0.3 * np.cos(2 * y + z) + 1j * (0.4 * np.cos(x - y) + 0.2 * np.sin(3 * z))
    angles = [np.sin(y) * np.cos(z), 0.7 * np.sin(z + x), 0.6 * np.cos(x) - 0.5 * np.sin(2 * y)]

    def step(fields):
        phi, *angles = fields
        links = [np.exp(-1j * a).astype(complex_) for a in angles]
        ahead = [links[k] * np.roll(phi, -1, k) for k in range(3)]
        rate = real(0.5) * (1 - abs(phi) ** 2) * phi - 6 * phi
        for k in range(3):
            rate = rate + ahead[k] + np.roll(links[k].conj() * phi, 1, k)
        new = [phi + real(0.05) * rate]
        turn = {
            (k, l): np.sin(angles[k] + np.roll(angles[l], -1, k) - np.roll(angles[k], -1, l) - angles[l])
            for k in range(3) for l in range(k + 1, 3)
        }
        for k in range(3):
            rate = (phi.conj() * ahead[k]).imag
            for l in range(3):
                if l != k:
                    sine = turn[min(k, l), max(k, l)]
                    rate = rate + (-1 if k < l else 1) * (sine - np.roll(sine, 1, l))
            new.append(angles[k] + real(0.05) * rate)
        return new
    return [phi.astype(complex_), *(a.astype(real) for a in angles)], step, 4


def wave_numbers(n, length):
    k = 2 * np.pi * np.fft.fftfreq(n, length / n)
    return k[:, None] ** 2 + k[None, :] ** 2


def ginzburg_landau_etd(real, complex_):
    n, dt, points = 512, 0.05, 32
    linear = dt * (1 - (1 + 0.5j) * wave_numbers(n, n))
    sums = [0, 0, 0, 0]
    for m in range(points):
        z = linear + np.exp(2j * np.pi * (m + 0.5) / points)
        e = np.exp(z)
        terms = [
            (np.exp(z / 2) - 1) / z, (-4 - z + e * (4 - 3 * z + z * z)) / z**3,
            (2 + z + e * (z - 2)) / z**3, (-4 - 3 * z - z * z + e * (4 - z)) / z**3,
        ]
        sums = [a + dt * b / points for a, b in zip(sums, terms)]
    e, e2 = np.exp(linear).astype(complex_), np.exp(linear / 2).astype(complex_)
    q, f1, f2, f3 = (a.astype(complex_) for a in sums)

    def rest(v):
        a = scipy.fft.ifft2(v)
        return scipy.fft.fft2(-complex_(1 - 1.5j) * abs(a) ** 2 * a)

    def step(fields):
        v = fields[0]
        nv = rest(v)
        a = e2 * v + q * nv
        na = rest(a)
        nb = rest(e2 * v + q * na)
        nc = rest(e2 * a + q * (2 * nb - nv))
        return [e * v + f1 * nv + 2 * f2 * (na + nb) + f3 * nc]
    start = [scipy.fft.fft2(ginzburg_start().astype(complex_))]
    return start, step, lambda fields: [scipy.fft.ifft2(fields[0])]


def gross_pitaevskii(real, complex_):
    dt = 0.001
    j, k = places(512, 2)
    psi = np.exp(-0.001 * ((j - 256) ** 2 + (k - 256) ** 2)).astype(complex_)
    flow = np.exp(-0.5j * dt * wave_numbers(512, 20 * np.pi)).astype(complex_)

    def rotate(psi, t):
        return psi * np.exp(-1j * real(t) * abs(psi) ** 2).astype(complex_)

    def step(fields):
        return [rotate(scipy.fft.ifft2(flow * scipy.fft.fft2(fields[0])), dt)]
    return [rotate(psi, dt / 2)], step, lambda fields: [rotate(fields[0], -dt / 2)]


def with_numpy(problem, precision):
    real, complex_ = (np.float64, np.complex128) if precision == "double" else (np.float32, np.complex64)
    fields, step, observe = globals()[problem](real, complex_)
    rates = []
    for _ in range(STEPS[problem]):
        before = time.perf_counter()
        fields = step(fields)
        rates.append(time.perf_counter() - before)
    best = fields[0].size / min(rates) / 1e6
    shown = observe(fields) if callable(observe) else fields[:observe]
    print(f"{best:.3f} {checksum(shown):.15e}")


def with_pypde(problem):
    import pde

    n = {"diffusion": 1024}.get(problem, 512)
    grid = pde.CartesianGrid([[0, n], [0, n]], [n, n], periodic=True)
    if problem == "diffusion":
        equation, dt, solver = pde.PDE({"u": "0.1 * laplace(u)"}), 1.0, "euler"
        j, k = places(n, 2)
        state = pde.ScalarField(grid, np.sin(0.1 * j) + np.cos(0.07 * k))
    elif problem == "gray_scott":
        rates = {
            "u": "0.16 * laplace(u) - u * v**2 + 0.035 * (1 - u)",
            "v": "0.08 * laplace(v) + u * v**2 - 0.1 * v",
        }
        equation, dt, solver = pde.PDE(rates), 1.0, "euler"
        state = pde.FieldCollection([pde.ScalarField(grid, x) for x in gray_start()])
    elif problem == "ginzburg_landau":
        rate = "a + (1 + 0.5j) * laplace(a) - (1 - 1.5j) * a * abs(a)**2"
        equation, dt, solver = pde.PDE({"a": rate}), 0.01, "runge-kutta"
        state = pde.ScalarField(grid, ginzburg_start(), dtype=complex)
    else:
        raise SystemExit(f"py-pde is not asked for {problem}")

    # In one call of `solve`, which compiles first: the time between looks that are some steps apart.
    looks = []
    steps = {"diffusion": 10, "gray_scott": 25, "ginzburg_landau": 5}[problem]
    look = pde.CallbackTracker(lambda *_: looks.append(time.perf_counter()), interrupts=steps * dt)
    began = time.perf_counter()
    equation.solve(state, dt, dt=dt, tracker=None, solver=solver, backend="numba")
    first = time.perf_counter() - began
    equation.solve(state, 24 * steps * dt, dt=dt, tracker=look, solver=solver, backend="numba")
    best = min(after - before for before, after in zip(looks, looks[1:]))
    print(f"{n * n * steps / best / 1e6:.3f} {first:.2f}")


if __name__ == "__main__":
    if sys.argv[1] == "numpy":
        with_numpy(sys.argv[2], sys.argv[3])
    else:
        with_pypde(sys.argv[2])
