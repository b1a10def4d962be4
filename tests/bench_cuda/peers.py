"""The problems of `reference.py` by JAX, CuPy or PyTorch, on a graphics card where the library finds one, else on the processor.

    python peers.py jax|cupy|torch [PROBLEM…] [--precision double|single] [--smaller N] [--seconds S] [--json FILE]

Each library is used as its documentation teaches: JAX's `jit` around a `fori_loop` of all steps, `torch.compile` of a step, CuPy's
`ElementwiseKernel` for stencils and its FFT with a plan. All do the same arithmetic in the same precision on as many cells, but for the
order of roundings. What is compiled is compared with NumPy after a few steps; a result that is far away is said to be, and its speed is
not for comparison. Times are medians of several bursts, after warming up, from an idle device to an idle device.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

import reference
from reference import PROBLEMS

# Largest relative differences from NumPy.
NEAR = {"double": 1e-11, "single": 1e-4}
REAL = {"double": np.float64, "single": np.float32}
COMPLEX = {"double": np.complex128, "single": np.complex64}
BURSTS = 7
# Steps of JAX in one call.
STEPS = 32


def typed(state, precision):
    """Arrays of the precision."""
    return [u.astype(COMPLEX[precision] if np.iscomplexobj(u) else REAL[precision]) for u in state]


class Jax:
    """JAX, with XLA's fusion."""

    def __init__(self):
        # Else most of the memory is taken at once, and not given back.
        os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
        import jax

        jax.config.update("jax_enable_x64", True)
        self.jax, self.version = jax, jax.__version__
        device = jax.devices()[0]
        self.device, self.on_card = f"{device.device_kind}", device.platform != "cpu"

    def prepare(self, name, state, precision):
        jnp, lax, roll = self.jax.numpy, self.jax.lax, self.jax.numpy.roll
        dt = PROBLEMS[name].step

        def laplacian(u):
            return sum(roll(u, 1, axis) + roll(u, -1, axis) for axis in range(u.ndim)) - 2 * u.ndim * u

        def diffusion(u):
            return (u + 0.1 * laplacian(u),)

        def gray_scott(u, v):
            r = u * v * v
            return u + (0.16 * laplacian(u) - r + 0.035 * (1 - u)), v + (0.08 * laplacian(v) + r - 0.1 * v)

        def wave(u, before):
            return 2 * u - before + 0.1 * laplacian(u), u

        def ginzburg_landau(a):
            def rate(a):
                return a + (1 + 0.5j) * laplacian(a) - (1 - 1.5j) * (a.real**2 + a.imag**2) * a
            k1 = rate(a)
            k2 = rate(a + dt / 2 * k1)
            k3 = rate(a + dt / 2 * k2)
            k4 = rate(a + dt * k3)
            return (a + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4),)

        def gross_pitaevskii(psi, flow):
            psi = jnp.fft.ifft2(flow * jnp.fft.fft2(psi))
            angle = -dt * (psi.real**2 + psi.imag**2)
            return psi * lax.complex(jnp.cos(angle), jnp.sin(angle)), flow

        step = locals()[name]
        if name == "gross_pitaevskii":
            state = [*state, reference.flow(state[0].shape)]
        self.fields = len(state) - (name == "gross_pitaevskii")
        # A number of steps that is known is no question to the card after each.
        many = lambda count: self.jax.jit(lambda state: lax.fori_loop(0, count, lambda _, now: step(*now), state), donate_argnums=0)
        one, most = many(1), many(STEPS)

        def steps(state, count):
            for _ in range(count // STEPS):
                state = most(state)
            for _ in range(count % STEPS):
                state = one(state)
            return state
        return tuple(jnp.asarray(u) for u in typed(state, precision)), steps

    def wait(self, state):
        self.jax.block_until_ready(state)

    def rows(self, state, rows):
        return [np.asarray(u[rows]) for u in state[:self.fields]]


class Torch:
    """PyTorch, with the kernels that `torch.compile` writes. They know no complex numbers: parts are arrays of their own, or a last axis."""

    def __init__(self):
        import torch

        self.torch, self.version = torch, torch.__version__
        self.on_card = torch.cuda.is_available()
        self.device = torch.cuda.get_device_name() if self.on_card else "cpu"

    def prepare(self, name, state, precision):
        torch, roll = self.torch, self.torch.roll
        dt = PROBLEMS[name].step

        def laplacian(u):
            return sum(roll(u, 1, axis) + roll(u, -1, axis) for axis in range(u.dim())) - 2 * u.dim() * u

        def diffusion(u):
            return (u + 0.1 * laplacian(u),)

        def gray_scott(u, v):
            r = u * v * v
            return u + (0.16 * laplacian(u) - r + 0.035 * (1 - u)), v + (0.08 * laplacian(v) + r - 0.1 * v)

        def wave(u, before):
            return 2 * u - before + 0.1 * laplacian(u), u

        def ginzburg_landau(a, b):
            def rate(a, b):
                p, q, square = laplacian(a), laplacian(b), a * a + b * b
                return a + p - 0.5 * q - square * (a + 1.5 * b), b + q + 0.5 * p - square * (b - 1.5 * a)
            a1, b1 = rate(a, b)
            a2, b2 = rate(a + dt / 2 * a1, b + dt / 2 * b1)
            a3, b3 = rate(a + dt / 2 * a2, b + dt / 2 * b2)
            a4, b4 = rate(a + dt * a3, b + dt * b3)
            return a + dt / 6 * (a1 + 2 * a2 + 2 * a3 + a4), b + dt / 6 * (b1 + 2 * b2 + 2 * b3 + b4)

        def gross_pitaevskii(psi, flow):
            psi = torch.view_as_real(torch.fft.ifft2(flow * torch.fft.fft2(psi)))
            a, b = psi[..., 0], psi[..., 1]
            angle = -dt * (a * a + b * b)
            c, s = torch.cos(angle), torch.sin(angle)
            return torch.view_as_complex(torch.stack((a * c - b * s, a * s + b * c), -1)), flow

        if name == "ginzburg_landau":
            state = [state[0].real, state[0].imag]
        elif name == "gross_pitaevskii":
            state = [state[0], reference.flow(state[0].shape)]
        self.name = name
        step = torch.compile(locals()[name], dynamic=False)
        place = "cuda" if self.on_card else "cpu"

        def steps(state, count):
            with torch.no_grad():
                for _ in range(count):
                    state = step(*state)
            return state
        return tuple(torch.from_numpy(np.ascontiguousarray(u)).to(place) for u in typed(state, precision)), steps

    def wait(self, _):
        if self.on_card:
            self.torch.cuda.synchronize()

    def rows(self, state, rows):
        found = [u[self.torch.from_numpy(rows).to(u.device)].cpu().numpy() for u in state]
        if self.name == "ginzburg_landau":
            return [found[0] + 1j * found[1]]
        return found[:1] if self.name == "gross_pitaevskii" else found


# The neighbours of a cell i of a box that closes, for kernels of CuPy: `n` and `i` are names of its own.
ALONG_ROWS = """
    const long long row = i / columns, column = i - row * columns, over = columns * (rows - 1);
    const long long west = column ? i - 1 : i + columns - 1, east = column < columns - 1 ? i + 1 : i - columns + 1;
"""
PLANE = ALONG_ROWS + """
    const long long north = row ? i - columns : i + over, south = row < rows - 1 ? i + columns : i - over;
"""
SPACE = ALONG_ROWS + """
    const long long size = columns * rows, plane = i / size, own = row - plane * rows, far = size * (planes - 1);
    const long long north = own ? i - columns : i + over, south = own < rows - 1 ? i + columns : i - over;
    const long long below = plane ? i - size : i + far, above = plane < planes - 1 ? i + size : i - far;
"""


class CuPy:
    """CuPy: one `ElementwiseKernel` for each pass over memory."""

    def __init__(self):
        import cupy
        import cupyx.scipy.fft
        from cupyx.scipy.fftpack import get_fft_plan

        self.cupy, self.fft, self.version = cupy, cupyx.scipy.fft, cupy.__version__
        self.plan_of = get_fft_plan
        self.on_card = True
        self.device = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()

    def kernel(self, name, inputs, outputs, text, precision):
        """`R` and `C` are the real and complex numbers of the precision."""
        words = {"R": np.dtype(REAL[precision]).name, "C": np.dtype(COMPLEX[precision]).name}
        spelled = lambda parameters: ", ".join(" ".join(words.get(word, word) for word in one.split()) for one in parameters.split(","))
        kinds = {"double": ("double", "sincos"), "single": ("float", "sincosf")}[precision]
        text = text.replace("REAL", kinds[0]).replace("SINCOS", kinds[1])
        return self.cupy.ElementwiseKernel(spelled(inputs), spelled(outputs), text, name)

    def diffusion(self, shape, precision):
        rows, columns = shape
        kernel = self.kernel(
            "diffusion", "raw R u, int64 rows, int64 columns", "R to",
            PLANE + "to = u[i] + (REAL)0.1 * (u[west] + u[east] + u[north] + u[south] - 4 * u[i]);", precision,
        )

        def step(state):
            u, other = state
            kernel(u, rows, columns, other)
            return [other, u]
        return step

    def gray_scott(self, shape, precision):
        rows, columns = shape
        kernel = self.kernel(
            "gray_scott", "raw R u, raw R v, int64 rows, int64 columns", "R p, R q",
            PLANE + """
            const REAL a = u[i], b = v[i], r = a * b * b;
            const REAL du = u[west] + u[east] + u[north] + u[south] - 4 * a;
            const REAL dv = v[west] + v[east] + v[north] + v[south] - 4 * b;
            p = a + ((REAL)0.16 * du - r + (REAL)0.035 * (1 - a));
            q = b + ((REAL)0.08 * dv + r - (REAL)0.1 * b);
            """, precision,
        )

        def step(state):
            u, v, p, q = state
            kernel(u, v, rows, columns, p, q)
            return [p, q, u, v]
        return step

    def wave(self, shape, precision):
        planes, rows, columns = shape
        # The new place goes where the one before the present was.
        kernel = self.kernel(
            "wave", "raw R u, R before, int64 planes, int64 rows, int64 columns", "R to",
            SPACE + """
            to = 2 * u[i] - before
                + (REAL)0.1 * (u[west] + u[east] + u[north] + u[south] + u[below] + u[above] - 6 * u[i]);
            """, precision,
        )

        def step(state):
            u, before = state
            kernel(u, before, planes, rows, columns, before)
            return [before, u]
        return step

    def ginzburg_landau(self, shape, precision):
        rows, columns = shape
        dt = PROBLEMS["ginzburg_landau"].step
        # The rate k at y; then u + a k, where the next rate is taken, and what is gathered for the end of the step.
        rate = PLANE + """
            const REAL a = y[i].real(), b = y[i].imag(), square = a * a + b * b;
            const REAL da = y[west].real() + y[east].real() + y[north].real() + y[south].real() - 4 * a;
            const REAL db = y[west].imag() + y[east].imag() + y[north].imag() + y[south].imag() - 4 * b;
            const REAL re = a + da - (REAL)0.5 * db - square * (a + (REAL)1.5 * b);
            const REAL im = b + db + (REAL)0.5 * da - square * (b - (REAL)1.5 * a);
        """
        move = "place = complex<REAL>(u.real() + reach * re, u.imag() + reach * im);"
        gather = "sum = complex<REAL>(before.real() + part * re, before.imag() + part * im);"
        inner = self.kernel(
            "stage", "raw C y, C u, C before, R reach, R part, int64 rows, int64 columns", "C place, C sum", rate + move + gather, precision,
        )
        last = self.kernel("last_stage", "raw C y, C before, R part, int64 rows, int64 columns", "C sum", rate + gather, precision)

        def step(state):
            u, y, z, gathered = state
            inner(u, u, u, dt / 2, dt / 6, rows, columns, y, gathered)
            inner(y, u, gathered, dt / 2, dt / 3, rows, columns, z, gathered)
            inner(z, u, gathered, dt, dt / 3, rows, columns, y, gathered)
            last(y, gathered, dt / 6, rows, columns, u)
            return [u, y, z, gathered]
        return step

    def gross_pitaevskii(self, shape, precision):
        cells, dt = shape[0] * shape[1], PROBLEMS["gross_pitaevskii"].step
        rotate = self.kernel(
            "rotate", "C psi, R dt", "C to",
            """
            const REAL a = psi.real(), b = psi.imag();
            REAL c, s;
            SINCOS(-dt * (a * a + b * b), &s, &c);
            to = complex<REAL>(a * c - b * s, a * s + b * c);
            """, precision,
        )
        # The inverse transform's scale is in the factors of the modes.
        flow = self.cupy.asarray((reference.flow(shape) / cells).astype(COMPLEX[precision]))
        self.plan = self.plan_of(self.cupy.zeros(shape, COMPLEX[precision]), axes=(0, 1))

        def step(state):
            psi = self.fft.fft2(state[0], overwrite_x=True, plan=self.plan)
            psi *= flow
            psi = self.fft.ifft2(psi, norm="forward", overwrite_x=True, plan=self.plan)
            rotate(psi, dt, psi)
            return [psi]
        return step

    def prepare(self, name, state, precision):
        shape = state[0].shape
        state = [self.cupy.asarray(u) for u in typed(state, precision)]
        self.fields = len(state)
        spare = {"diffusion": 1, "gray_scott": 2, "ginzburg_landau": 3}.get(name, 0)
        state += [self.cupy.zeros_like(state[0]) for _ in range(spare)]
        step = getattr(self, name)(shape, precision)

        def steps(state, count):
            for _ in range(count):
                state = step(state)
            return state
        return state, steps

    def transforms(self, state):
        """Seconds of the transforms of a step alone. Both are forward ones of the same numbers, so that these do not grow."""
        def steps(state, count):
            for _ in range(2 * count):
                self.fft.fft2(state[0], plan=self.plan)
            return state
        return timed(self, state, steps, 0.3)[0]

    def wait(self, _):
        self.cupy.cuda.Device().synchronize()

    def rows(self, state, rows):
        return [self.cupy.asnumpy(u[self.cupy.asarray(rows)]) for u in state[:self.fields]]


PEERS = {"jax": ("JAX", Jax), "cupy": ("CuPy", CuPy), "torch": ("PyTorch", Torch)}


def timed(peer, state, steps, seconds):
    """Median seconds of a step, and the state after all of them."""
    def burst(state, count):
        began = time.perf_counter()
        state = steps(state, count)
        peer.wait(state)
        return state, time.perf_counter() - began
    peer.wait(state)
    count = 1
    while True:
        state, took = burst(state, count)
        # The first call of its kind may compile.
        if count > STEPS and took > 0.05 * seconds or took > seconds:
            break
        count *= 2
    state, took = burst(state, count)
    count = max(1, int(count * seconds / BURSTS / took))
    # Whole calls, so that none of them is the first of its kind.
    count = count - count % STEPS if count > STEPS else count
    times = []
    for _ in range(BURSTS):
        state, took = burst(state, count)
        times.append(took / count)
    return sorted(times)[BURSTS // 2], state


def measure(peer, name, shape, state, expected, precision, seconds):
    """One row."""
    now, steps = peer.prepare(name, state, precision)
    peer.wait(now)
    began = time.perf_counter()
    now = steps(now, PROBLEMS[name].compared)
    peer.wait(now)
    first = time.perf_counter() - began
    rows, values = expected
    apart = reference.apart(peer.rows(now, rows), values)
    step, now = timed(peer, now, steps, seconds)
    cells = int(np.prod(shape))
    row = {
        "name": name, "precision": precision, "points": list(shape), "step_s": step, "mcells_per_s": cells / step / 1e6,
        "first_s": first, "apart": apart, "near": bool(apart <= NEAR[precision]), "device": peer.device, "on_card": peer.on_card,
        "version": peer.version,
    }
    if name == "gross_pitaevskii" and isinstance(peer, CuPy):
        row["bare_transforms_s"] = peer.transforms(now)
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=list(PEERS))
    parser.add_argument("problems", nargs="*", help=f"only these: {', '.join(PROBLEMS)}")
    parser.add_argument("--precision", nargs="*", default=list(REAL), choices=list(REAL))
    parser.add_argument("--smaller", type=int, default=1, help="so many times fewer points along each axis")
    parser.add_argument("--seconds", type=float, default=1.0, help="seconds that steps of each problem are timed")
    parser.add_argument("--json", help="a file for the numbers, written anew after each problem")
    options = parser.parse_args()
    if unknown := [name for name in options.problems if name not in PROBLEMS]:
        parser.error(f"no problem {', '.join(unknown)}")
    title, make = PEERS[options.peer]
    try:
        peer = make()
    except Exception as error:  # A library may fail in ways of its own where there is no card.
        print(f"{title} is left out: {type(error).__name__}: {error}")
        return 0
    print(f"{title} {peer.version} on {peer.device}", flush=True)
    found, failed = [], 0
    for name in options.problems or PROBLEMS:
        shape = PROBLEMS[name].shape(options.smaller)
        state, expected = reference.start(name, shape), reference.expected(name, shape)
        for precision in options.precision:
            try:
                row = measure(peer, name, shape, state, expected, precision, options.seconds)
            except Exception as error:
                print(f"{name:18} {precision}: {type(error).__name__}: {str(error)[:1500]}", flush=True)
                failed += 1
                continue
            verdict = "" if row["near"] else "  NOT THE SAME: not for comparison"
            print(
                f"{name:18} {precision} {row['mcells_per_s']:12.1f} Mcells/s {row['step_s'] * 1e6:12.2f} us/step "
                f"{row['apart']:8.1e} from NumPy, first steps {row['first_s']:.1f} s{verdict}", flush=True,
            )
            found.append({"peer": title, **row})
            if options.json:
                Path(options.json).write_text(json.dumps(found, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
