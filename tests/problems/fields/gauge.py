"""Numbers of gauge.txt: SU(2) gauge fields with matter by 2×2 matrices, their flows by numeric gradients of the energy.

`python3 gauge.py` prints them; it needs numpy and knows nothing of holor. Only the energy of the lattice is written down here; the
rates of the flow are its derivatives by differences, in the measure of φ and A_k^a with U_k = exp(−i g h_k A_k^a σ_a/2).
"""

import numpy as np

SIGMA = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


class Model:
    """Matter on a lattice: `matter` is (…, 2) complex or (…, 3) real, `links` are matrices (direction, …, 2, 2)."""

    def __init__(self, spacings, closed, g, lam, v):
        self.h, self.closed, self.g, self.lam, self.v = spacings, closed, g, lam, v
        self.volume = np.prod(spacings)

    def ahead(self, field, k):
        return np.roll(field, -1, axis=k)

    def inside(self, shape, k):
        weight = np.ones(shape)
        if not self.closed[k]:
            weight[(slice(None),) * k + (-1,)] = 0
        return weight

    def carried(self, link, matter):
        if np.iscomplexobj(matter):
            return np.einsum("...ij,...j->...i", link, matter)
        whole = np.einsum("...a,aij->...ij", matter, SIGMA)
        whole = link @ whole @ np.conj(np.swapaxes(link, -1, -2))
        return np.einsum("aij,...ji->...a", SIGMA, whole).real / 2

    def density(self, matter, links):
        shape = matter.shape[:-1]
        square = np.sum(abs(matter) ** 2, axis=-1)
        energy = self.lam * (self.v**2 - square) ** 2 / 8
        for k in range(len(self.h)):
            difference = self.carried(links[k], self.ahead(matter, k)) - matter
            part = np.sum(abs(difference) ** 2, axis=-1) / (2 * self.h[k] ** 2)
            energy = energy + self.inside(shape, k) * part
            for l in range(k):
                back = lambda u: np.conj(np.swapaxes(u, -1, -2))
                way = links[k] @ self.ahead(links[l], k)
                way = way @ back(self.ahead(links[k], l)) @ back(links[l])
                part = 1 - np.trace(way, axis1=-2, axis2=-1).real / 2
                part = 4 * part / (self.g * self.h[k] * self.h[l]) ** 2
                energy = energy + self.inside(shape, k) * self.inside(shape, l) * part
        return energy

    def energy(self, matter, links):
        return self.volume * np.sum(self.density(matter, links))

    def slope(self, change, step=2e-3):
        """The derivative of the energy along a change of matter and links, to the sixth order."""
        e = lambda n: self.energy(*change(n * step))
        return (45 * (e(1) - e(-1)) - 9 * (e(2) - e(-2)) + (e(3) - e(-3))) / (60 * step)

    def rates(self, matter, links):
        moved = np.zeros_like(matter)
        units = [1, 1j] if np.iscomplexobj(matter) else [1]
        for place in np.ndindex(matter.shape):
            for unit in units:

                def change(s):
                    other = matter.copy()
                    other[place] += s * unit
                    return other, links

                moved[place] -= unit * self.slope(change) / self.volume
        turned = np.zeros_like(links)
        for place in np.ndindex(links.shape[:-2]):
            rate = np.zeros((2, 2), complex)
            for sigma in SIGMA:
                factor = self.g * self.h[place[0]] / 2

                def change(s):
                    other = links.copy()
                    turn = np.cos(factor * s) * np.eye(2) - 1j * np.sin(factor * s) * sigma
                    other[place] = turn @ other[place]
                    return matter, other

                rate += 1j * factor * sigma * self.slope(change) / self.volume
            turned[place] = rate @ links[place]
        return moved, turned

    def evolve(self, matter, links, time, steps):
        """Runge and Kutta's method."""
        dt = time / steps
        for _ in range(steps):
            a = self.rates(matter, links)
            b = self.rates(matter + dt / 2 * a[0], links + dt / 2 * a[1])
            c = self.rates(matter + dt / 2 * b[0], links + dt / 2 * b[1])
            d = self.rates(matter + dt * c[0], links + dt * c[1])
            matter = matter + dt / 6 * (a[0] + 2 * b[0] + 2 * c[0] + d[0])
            links = links + dt / 6 * (a[1] + 2 * b[1] + 2 * c[1] + d[1])
        return matter, links


def link(parts):
    """The matrix of a quaternion, made to have norm 1."""
    parts = np.array(np.broadcast_arrays(*parts)) / np.sqrt(sum(part**2 for part in parts))
    return np.einsum("...,ij->...ij", parts[0], np.eye(2)) + 1j * np.einsum(
        "a...,aij->...ij", parts[1:], SIGMA
    )


def quaternion(matrix):
    """u₀, u₁, u₂, u₃."""
    parts = [np.trace(matrix) / 2] + [np.trace(sigma @ matrix) / 2j for sigma in SIGMA]
    return [float(part.real) for part in parts]


def report(name, model, matter, links, place, time, steps):
    shown = lambda values: "  ".join(f"{complex(value):.12g}" for value in np.atleast_1d(values))
    print(f"{name}\n  energy          {model.energy(matter, links):.15g}")
    matter_rate, link_rates = model.rates(matter, links)
    print(f"  φ̇ there         {shown(matter_rate[place])}")
    for k, rate in enumerate(link_rates):
        print(f"  U̇_{k} there       {shown(quaternion(rate[place]))}")
    matter, links = model.evolve(matter, links, time, steps)
    print(f"  energy at {time:<6}{model.energy(matter, links):.12g}")
    print(f"  φ there then    {shown(matter[place])}")


def main():
    h = (0.5, 0.25)
    x, y = np.meshgrid((np.arange(3) + 0.5) * h[0], np.arange(4) * h[1], indexing="ij")
    links = np.array(
        [
            link([np.cos(k + x), np.sin(2 * k + y) / 2, np.cos(3 * k - x * y), 0.5 + x / 3])
            for k in (1, 2)
        ]
    )
    doublet = np.stack(
        [(1 + x / 2) * np.cos(y) + 1j * np.sin(x + 2 * y), np.cos(x * y) / 2 - 1j * (x - y) / 3],
        axis=-1,
    )
    triplet = np.stack([(1 + x / 2) * np.cos(y), np.sin(x + 2 * y), (x - y) / 3], axis=-1)
    model = Model(h, (False, True), 1.5, 2.0, 1.25)
    report("doublet, plane", model, doublet, links, (1, 3), 0.02, 8)
    report("triplet, plane", model, triplet, links, (1, 3), 0.02, 8)

    h = (0.5, 0.25, 0.75)
    axes = (np.arange(2) * h[0], (np.arange(3) + 0.5) * h[1], np.arange(2) * h[2])
    x, y, z = np.meshgrid(*axes, indexing="ij")
    links = np.array(
        [
            link([np.cos(k + x), np.sin(2 * k + y) / 2, np.cos(3 * k - x * z), 0.5 + z / 3])
            for k in (1, 2, 3)
        ]
    )
    doublet = np.stack([np.cos(y + z) + 1j * np.sin(x + 2 * y), z / 2 - 1j * (x - y) / 3], axis=-1)
    triplet = np.stack([np.cos(y + z), np.sin(x + 2 * y), (x - y) / 3], axis=-1)
    model = Model(h, (True, False, True), 0.75, 3.0, 0.5)
    report("doublet, space", model, doublet, links, (1, 1, 0), 0.004, 4)
    report("triplet, space", model, triplet, links, (1, 1, 0), 0.004, 4)


if __name__ == "__main__":
    main()
