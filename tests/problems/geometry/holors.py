"""Tensor calculus by its definitions, on components that are Taylor series: slow, and short enough to be checked by eye.

Conventions: ∇_b V^a = ∂_b V^a + Γ^a_{bc} V^c, T^a_{bc} = Γ^a_{bc} − Γ^a_{cb}, Q_{abc} = ∇_a g_{bc},
R^a_{bcd} = ∂_c Γ^a_{db} − ∂_d Γ^a_{cb} + Γ^a_{ce} Γ^e_{db} − Γ^a_{de} Γ^e_{cb}, R_{bd} = R^a_{bad},
ε_{0…n−1} = +√|det g|, (⋆ω)_{b…} = (1/p!) ω^{a…} ε_{a…b…}.
"""

from dataclasses import dataclass
from itertools import permutations, product
from math import factorial
from typing import Any

from taylor import Series, elementary


@dataclass
class Chart:
    """Coordinates, as names and as series, and the numbers they depend on."""

    names: list
    values: list
    slope: Any = None  # how to differentiate by coordinate number k

    @property
    def dimension(self):
        return len(self.names)

    def derivative(self, series, k):
        return self.slope(series, k) if self.slope else series.derivative(k)


@dataclass
class Holor:
    """Components by index tuple (zeros left out), and where each index stands: `^` or `_`."""

    chart: Chart
    positions: str
    components: dict

    def __getitem__(self, index):
        return self.components.get(index, 0)

    def map(self, function):
        return Holor(self.chart, self.positions, {k: function(v) for k, v in self.components.items()})


class Connection:
    """Γ^a_{bc}, the direction being the first lower index, and the metric it was made with."""

    def __init__(self, coefficients, metric=None):
        self.holor, self.metric = coefficients, metric


def holor(chart, positions, component):
    """The holor whose components a function of the indices gives."""
    found = {i: component(*i) for i in product(range(chart.dimension), repeat=len(positions))}
    return Holor(chart, positions, {i: v for i, v in found.items() if is_there(v)})


def is_there(value):
    return any(value.c) if isinstance(value, Series) else bool(value)


def total(terms):
    result = 0
    for term in terms:
        if not (isinstance(term, int) and term == 0):
            result = term if isinstance(result, int) and result == 0 else result + term
    return result


def times(*factors):
    result = 1
    for factor in factors:
        if isinstance(factor, int) and factor == 0:
            return 0
        result = factor if isinstance(result, int) and result == 1 else result * factor
    return result


def slope(chart, value, k):
    return chart.derivative(value, k) if isinstance(value, Series) else 0


def axes(chart):
    return range(chart.dimension)


def add(a, b, factor=1):
    keys = set(a.components) | set(b.components)
    sums = {k: total([a[k], times(b[k], factor) if factor != 1 else b[k]]) for k in keys}
    return Holor(a.chart, a.positions, {k: v for k, v in sums.items() if is_there(v)})


def inverse_matrix(rows):
    """Gauss–Jordan elimination with the largest pivot."""
    n = len(rows)
    rows = [list(row) + [int(i == j) for j in range(n)] for i, row in enumerate(rows)]
    determinant = 1
    size = lambda x: abs(x.value) if isinstance(x, Series) else abs(x)
    for k in range(n):
        p = max(range(k, n), key=lambda r: size(rows[r][k]))
        if size(rows[p][k]) == 0:
            raise ZeroDivisionError("a singular matrix")
        if p != k:
            rows[k], rows[p] = rows[p], rows[k]
            determinant = -determinant
        pivot = rows[k][k]
        determinant = times(determinant, pivot)
        rows[k] = [0 if not is_there(x) else x / pivot for x in rows[k]]
        for r in range(n):
            factor = rows[r][k]
            if r != k and is_there(factor):
                rows[r] = [total([x, times(-1, factor, y)]) for x, y in zip(rows[r], rows[k])]
    return [row[n:] for row in rows], determinant


def inverse_metric(g):
    rows, _ = inverse_matrix([[g[a, b] for b in axes(g.chart)] for a in axes(g.chart)])
    return holor(g.chart, "^^", lambda a, b: rows[a][b])


def determinant(g):
    return inverse_matrix([[g[a, b] for b in axes(g.chart)] for a in axes(g.chart)])[1]


def move(tensor, position, matrix, to):
    """Raises or lowers one index with g^{ab} or g_{ab}."""
    def component(*i):
        return total(
            times(matrix[i[position], k], tensor[i[:position] + (k,) + i[position + 1 :]])
            for k in axes(tensor.chart)
            if is_there(matrix[i[position], k])
        )
    positions = tensor.positions[:position] + to + tensor.positions[position + 1 :]
    return holor(tensor.chart, positions, component)


def placed(tensor, positions, g):
    """The tensor with its indices moved to these positions."""
    if tensor.positions == positions:
        return tensor
    up = inverse_metric(g)
    for k, (now, then) in enumerate(zip(tensor.positions, positions)):
        if now != then:
            tensor = move(tensor, k, up if then == "^" else g, then)
    return tensor


def levi_civita(g, torsion=None, nonmetricity=None):
    """Γ_{cab} = {c,ab} + ½(T_{cab} − T_{bac} − T_{abc}) − ½(Q_{abc} + Q_{bac} − Q_{cab})."""
    chart = g.chart
    t = placed(torsion, "___", g) if torsion else {}
    q = nonmetricity or {}
    get = lambda x, *i: x[i] if isinstance(x, Holor) else 0
    def lower(c, a, b):
        two = total([
            slope(chart, g[b, c], a), slope(chart, g[a, c], b), times(-1, slope(chart, g[a, b], c)),
            get(t, c, a, b), times(-1, get(t, b, a, c)), times(-1, get(t, a, b, c)),
            times(-1, get(q, a, b, c)), times(-1, get(q, b, a, c)), get(q, c, a, b),
        ])
        return two / 2 if is_there(two) else 0
    return move(holor(chart, "___", lower), 0, inverse_metric(g), "^")


def torsion(G):
    return holor(G.chart, "^__", lambda a, b, c: total([G[a, b, c], times(-1, G[a, c, b])]))


def nonmetricity(G, g):
    return nabla(G, g)


def nabla(G, tensor):
    """∇_d T: the direction is the first index."""
    chart, positions = G.chart, tensor.positions
    def component(d, *i):
        terms = [slope(chart, tensor[i], d)]
        for k, place in enumerate(positions):
            for e in axes(chart):
                other = i[:k] + (e,) + i[k + 1 :]
                if place == "^":
                    terms.append(times(G[i[k], d, e], tensor[other]))
                else:
                    terms.append(times(-1, G[e, d, i[k]], tensor[other]))
        return total(terms)
    return holor(chart, "_" + positions, component)


def riemann(G):
    chart = G.chart
    n = axes(chart)
    def component(a, b, c, d):
        if c == d:
            return 0
        return total(
            [slope(chart, G[a, d, b], c), times(-1, slope(chart, G[a, c, b], d))]
            + [times(G[a, c, e], G[e, d, b]) for e in n]
            + [times(-1, G[a, d, e], G[e, c, b]) for e in n]
        )
    return holor(chart, "^___", component)


def ricci(G):
    R = riemann(G)
    return holor(G.chart, "__", lambda b, d: total(R[a, b, a, d] for a in axes(G.chart)))


def trace(tensor, g):
    """g^{ab} T_{ab}"""
    up = inverse_metric(g)
    return total(times(v, up[i]) for i, v in tensor.components.items())


def scalar(G, g):
    return trace(ricci(G), g)


def einstein(G, g):
    return add(ricci(G), g.map(lambda x: x * scalar(G, g)) if is_there(scalar(G, g)) else g.map(lambda x: x * 0), -0.5)


def schouten(g):
    """S_{ab} = (R_{ab} − R g_{ab}/(2(n−1)))/(n−2)"""
    G, n = levi_civita(g), g.chart.dimension
    R = scalar(G, g)
    minus = g.map(lambda x: times(x, R)) if is_there(R) else g.map(lambda x: x * 0)
    return add(ricci(G), minus.map(lambda x: x / (2 * (n - 1))), -1).map(lambda x: x / (n - 2))


def weyl(g):
    """C_{abcd}, all indices down."""
    R, S = placed(riemann(levi_civita(g)), "____", g), schouten(g)
    return holor(g.chart, "____", lambda a, b, c, d: total([
        R[a, b, c, d],
        times(-1, g[a, c], S[b, d]), times(-1, g[b, d], S[a, c]), times(g[a, d], S[b, c]), times(g[b, c], S[a, d]),
    ]))


def cotton(g):
    """C_{abc} = ∇_c S_{ab} − ∇_b S_{ac}"""
    D = nabla(levi_civita(g), schouten(g))
    return holor(g.chart, "___", lambda a, b, c: total([D[c, a, b], times(-1, D[b, a, c])]))


def square(tensor, g):
    """The full contraction of a tensor with itself."""
    up = placed(tensor, "^" * len(tensor.positions), g)
    down = placed(tensor, "_" * len(tensor.positions), g)
    return total(times(v, down[i]) for i, v in up.components.items())


def lie(X, T):
    """L_X T, or the bracket of two vectors."""
    chart, positions = X.chart, T.positions
    def component(*i):
        terms = [times(X[(e,)], slope(chart, T[i], e)) for e in axes(chart)]
        for k, place in enumerate(positions):
            for e in axes(chart):
                other = i[:k] + (e,) + i[k + 1 :]
                if place == "^":
                    terms.append(times(-1, T[other], slope(chart, X[(i[k],)], e)))
                else:
                    terms.append(times(T[other], slope(chart, X[(e,)], i[k])))
        return total(terms)
    return holor(chart, positions, component)


def sign(permutation):
    p, result = list(permutation), 1
    for k in range(len(p)):
        while p[k] != k:
            j = p[k]
            p[k], p[j] = p[j], p[k]
            result = -result
    return result


def antisymmetrized(chart, degree, strict):
    """A form from its components at increasing indices."""
    found = {}
    for index, value in strict.items():
        for p in permutations(range(degree)):
            found[tuple(index[k] for k in p)] = value if sign(p) > 0 else -value
    return Holor(chart, "_" * degree, found)


def increasing(n, degree):
    return [i for i in product(range(n), repeat=degree) if all(a < b for a, b in zip(i, i[1:]))]


def exterior(form):
    """dω for a form or a function."""
    if not isinstance(form, Holor):
        raise TypeError("a form")
    chart, p = form.chart, len(form.positions)
    strict = {}
    for i in increasing(chart.dimension, p + 1):
        value = total(
            times((-1) ** k, slope(chart, form[i[:k] + i[k + 1 :]], i[k])) for k in range(p + 1)
        )
        if is_there(value):
            strict[i] = value
    return antisymmetrized(chart, p + 1, strict)


def wedge(a, b):
    """(α∧β)_{ab…} = Σ over shuffles."""
    chart, p, q = a.chart, len(a.positions), len(b.positions)
    strict = {}
    for i in increasing(chart.dimension, p + q):
        terms = []
        for chosen in increasing(p + q, p):
            rest = tuple(k for k in range(p + q) if k not in chosen)
            s = sign(chosen + rest)
            terms.append(times(s, a[tuple(i[k] for k in chosen)], b[tuple(i[k] for k in rest)]))
        value = total(terms)
        if is_there(value):
            strict[i] = value
    return antisymmetrized(chart, p + q, strict)


def hodge(form, g):
    chart, p = form.chart, len(form.positions)
    n = chart.dimension
    volume = elementary("sqrt", elementary("abs", determinant(g)))
    up = placed(form, "^" * p, g)
    strict = {}
    for b in increasing(n, n - p):
        a = tuple(k for k in range(n) if k not in b)
        value = times(sign(a + b), up[a], volume)
        if is_there(value):
            strict[b] = value
    return antisymmetrized(chart, n - p, strict)


def interior(X, form):
    return holor(
        form.chart, form.positions[1:],
        lambda *i: total(times(X[(e,)], form[(e,) + i]) for e in axes(form.chart)),
    )
