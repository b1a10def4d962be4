"""The built-ins of geometry, for reference.py, each by its definition."""

import unicodedata
from fractions import Fraction
from itertools import product

from mpmath import mpf

import holors
from holors import Chart, Connection, Holor, axes, holor, is_there, slope, times, total
from taylor import Series, elementary


GREEK = {
    unicodedata.name(chr(c)).split()[-1].lower(): chr(c)
    for c in range(0x3B1, 0x3CA) if c != 0x3C2
} | {"Lambda": "Λ", "Omega": "Ω", "Gamma": "Γ", "lambda": "λ"}


def canonical(name):
    """`theta` is `θ`, `dtheta` is `dθ`, `omega0` is `ω0`."""
    for latin, greek in sorted(GREEK.items(), key=lambda pair: -len(pair[0])):
        for prefix in ("", "d"):
            head = prefix + latin
            if name.startswith(head) and not name[len(head) :][:1].isalpha():
                return prefix + greek + name[len(head) :]
    return name


def scalar(value):
    return isinstance(value, (int, Fraction, Series))


def chart(block, names):
    values = [block.numbers[n] for n in names]
    if names == block.coordinates:
        found = Chart(names, values)
    elif len(names) != block.space.variables:
        found = Chart(names, values)
    else:
        rows = [[v.derivative(k) for k in range(block.space.variables)] for v in values]
        inverse, _ = holors.inverse_matrix(rows)
        terms = lambda s, k: total(times(inverse[j][k], s.derivative(j)) for j in range(len(rows)))
        found = Chart(names, values, terms)
    block.chart = found
    block.charts = [*getattr(block, "charts", []), found]
    return found


def metric(block, value):
    if isinstance(value, list):
        rows = [[block.as_series(x) for x in row] for row in value]
        value = holor(block.chart, "__", lambda a, b: rows[a][b])
    block.metric, block.connection = value, Connection(holors.levi_civita(value), value)
    return value


def connection(block, g=None, torsion=None, nonmetricity=None, coefficients=None):
    if coefficients is not None:
        found = from_lists(block, coefficients, "^__") if isinstance(coefficients, list) else coefficients
        block.connection = Connection(found, block.metric)
    else:
        block.connection = Connection(holors.levi_civita(g, torsion, nonmetricity), g)
    return block.connection


def from_lists(block, lists, positions):
    def component(*index):
        value = lists
        for i in index:
            value = value[i]
        return block.as_series(value)

    return holor(block.chart, positions, component)


def of_lists(block, value, places):
    """`tensor([[0, x], [-x, 0]], [down, down])`; the places are words."""
    if scalar(value):
        return Holor(block.chart, places, {}) if places else value
    return from_lists(block, value, places)


def gamma(x):
    """The coefficients of a connection, or of a metric's own."""
    return x.holor if isinstance(x, Connection) else holors.levi_civita(x)


def metric_of(block, x):
    return (x.metric or block.metric) if isinstance(x, Connection) else x


def derivative(block, value, *variables):
    value = block.as_series(value)
    variables = list(variables)
    while variables:
        variable = variables.pop(0)
        times_ = int(variables.pop(0)) if variables and isinstance(variables[0], Fraction) else 1
        for _ in range(times_):
            for which in getattr(block, "charts", []):
                k = next((k for k, v in enumerate(which.values) if v is variable), None)
                if k is not None:
                    value = which.derivative(value, k)
                    break
    return value


def exterior(block, form):
    if isinstance(form, GaugeForm):
        return form.map(holors.exterior)
    if scalar(form):
        series = block.as_series(form)
        found = {(k,): slope(block.chart, series, k) for k in axes(block.chart)}
        return Holor(block.chart, "_", {k: v for k, v in found.items() if is_there(v)})
    return holors.exterior(form)


def contorsion(block, G):
    up = holors.levi_civita(metric_of(block, G))
    return holors.add(holors.levi_civita(metric_of(block, G), holors.torsion(G.holor)), up, -1)


def hodge(block, form, g=None):
    g = g or block.metric
    if isinstance(form, GaugeForm):
        return form.map(lambda part: holors.hodge(part, g))
    if scalar(form):
        form = Holor(g.chart, "", {(): block.as_series(form)})
    found = holors.hodge(form, g)
    return found.components.get((), 0) if found.positions == "" else found


def interior(block, X, form):
    found = holors.interior(X, form)
    return found.components.get((), 0) if found.positions == "" else found


def lie(block, X, T):
    if scalar(T):
        T = Holor(X.chart, "", {(): block.as_series(T)})
    found = holors.lie(X, T)
    return found.components.get((), 0) if found.positions == "" else found


def nabla(block, G, T):
    return holors.nabla(gamma(G), T)


def transform(block, value, to, map):
    """Each holor by its own law; the derivatives come from both charts' coordinates as series."""
    tensor = value.holor if hasattr(value, "holor") else value
    old = tensor.chart
    back = [[to.derivative(v, k) for k in axes(to)] for v in old.values]
    forth = [[old.derivative(v, k) for k in axes(old)] for v in to.values]
    def component(*index):
        terms = []
        for other, entry in tensor.components.items():
            factors = [
                forth[i][j] if place == "^" else back[j][i]
                for i, j, place in zip(index, other, tensor.positions)
            ]
            terms.append(times(entry, *factors))
        if isinstance(value, Connection):
            a, b, c = index
            terms += [times(forth[a][d], to.derivative(back[d][b], c)) for d in axes(old)]
        return total(terms)
    found = holor(to, tensor.positions, component)
    return Connection(found) if isinstance(value, Connection) else found


def laplacian(block, value, g=None):
    g = g or block.metric
    G = holors.levi_civita(g)
    return holors.trace(holors.nabla(G, exterior(block, value)), g)


def pullback(block, tensor, map, **source):
    """T_{ab…} ∂x^a/∂u^i ∂x^b/∂u^j …; the map's coordinates are series in those of the source."""
    source = source["from"]
    slopes = [[v.derivative(k) for k in axes(source)] for v in tensor.chart.values]
    return holor(source, tensor.positions, lambda *index: total(
        times(entry, *[slopes[j][i] for i, j in zip(index, other)])
        for other, entry in tensor.components.items()
    ))


TORSION_SCALARS = ["quadratic", "square", "trace_square", "trace_divergence", "axial_square", "chiral"]


def torsion_scalar(block, G, g=None, scalar="quadratic"):
    g = g or metric_of(block, G)
    T = holors.torsion(G.holor)
    low, up = holors.placed(T, "___", g), holors.placed(T, "^^^", g)
    n = g.chart.dimension
    trace = holor(g.chart, "_", lambda b: total(T[a, b, a] for a in range(n)))
    if scalar == "quadratic":
        crossed = total(times(v, up[c, b, a]) for (a, b, c), v in low.components.items())
        return total([times(holors.square(T, g), part_of(1, 4)), times(crossed, part_of(1, 2)), times(-1, holors.square(trace, g))])
    if scalar == "square":
        return holors.square(T, g)
    if scalar == "trace_square":
        return holors.square(trace, g)
    if scalar == "trace_divergence":
        return holors.trace(holors.nabla(holors.levi_civita(g), trace), g)
    signs = [((0, 1, 2), 1), ((1, 2, 0), 1), ((2, 0, 1), 1), ((1, 0, 2), -1), ((0, 2, 1), -1), ((2, 1, 0), -1)]
    part = lambda *i: total(times(low[tuple(i[k] for k in p)], s) for p, s in signs)
    if scalar == "axial_square":
        return holors.square(holor(g.chart, "___", lambda *i: times(part(*i), part_of(1, 6))), g)
    volume = holors.hodge(Holor(g.chart, "", {(): block.space.constant(1)}), g)
    return times(total(times(v, low[i]) for i, v in holors.placed(volume, "^^^", g).components.items()), part_of(1, 2))


def part_of(a, b):
    return mpf(a) / b


def signature(block, field, G, g=None, scalar="quadratic"):
    """∇_μ Φ^μ, T_χ, R_e and what is left of ∇_μ Φ^μ + T_χ − R_e."""
    g = g or metric_of(block, G)
    D = holors.nabla(G.holor, field)
    divergence = total(D[a, a] for a in axes(field.chart))
    twist, curvature = torsion_scalar(block, G, g, scalar), holors.scalar(G.holor, g)
    return [divergence, twist, curvature, total([divergence, twist, times(-1, curvature)])]


class Framed:
    """Components with frame indices, counted from 1, before coordinate indices."""

    def __init__(self, chart, frame, components):
        self.chart, self.frame, self.components = chart, frame, components

    def component(self, labels):
        names = self.chart.names
        index = tuple(int(n) - 1 if k < self.frame else names.index(n) for k, (_, n) in enumerate(labels))
        return self.components.get(index, 0)


class Tetrad:
    """One-forms e^A, the vectors e_A, and their squares."""

    def __init__(self, forms, signs):
        self.forms, self.signs, self.chart = forms, signs, forms[0].chart
        n = axes(self.chart)
        self.coframe = [[form[(m,)] for m in n] for form in forms]
        inverse, _ = holors.inverse_matrix(self.coframe)
        self.frame = [[inverse[m][A] for m in n] for A in n]

    @property
    def metric(self):
        e = self.coframe
        return holor(self.chart, "__", lambda a, b: total(times(s, e[A][a], e[A][b]) for A, s in enumerate(self.signs)))


def tetrad(block, source, signs=None):
    if isinstance(source, Holor):
        n = axes(source.chart)
        root = lambda x: elementary("sqrt", elementary("abs", x))
        forms = [Holor(source.chart, "_", {(k,): root(source[k, k])}) for k in n]
        return Tetrad(forms, [1 if source[k, k].value > 0 else -1 for k in n])
    return Tetrad(source, [int(s) for s in signs] if signs else [1] * len(source))


def spin(E, G):
    """ω^A_{Bμ} = e^A_ν (∂_μ e_B^ν + Γ^ν_{μλ} e_B^λ)"""
    chart, n = E.chart, axes(E.chart)
    def component(A, B, m):
        return total(
            times(E.coframe[A][v], total([slope(chart, E.frame[B][v], m)] + [times(G[v, m, k], E.frame[B][k]) for k in n]))
            for v in n
        )
    return {i: component(*i) for i in product(n, repeat=3)}


def coefficients(E, G):
    return G.holor if G else holors.levi_civita(E.metric)


def as_tetrad(block, source):
    return source if isinstance(source, Tetrad) else tetrad(block, source)


def curvature_form(block, source, G=None):
    E = as_tetrad(block, source)
    w, chart, n = spin(E, coefficients(E, G)), E.chart, axes(E.chart)
    def component(A, B, m, v):
        terms = [slope(chart, w[A, B, v], m), times(-1, slope(chart, w[A, B, m], v))]
        terms += [times(w[A, C, m], w[C, B, v]) for C in n] + [times(-1, w[A, C, v], w[C, B, m]) for C in n]
        return total(terms)
    return Framed(chart, 2, {i: component(*i) for i in product(n, repeat=4)})


def torsion_form(block, source, G=None):
    E = as_tetrad(block, source)
    w, chart, n = spin(E, coefficients(E, G)), E.chart, axes(E.chart)
    def component(A, m, v):
        terms = [slope(chart, E.coframe[A][v], m), times(-1, slope(chart, E.coframe[A][m], v))]
        terms += [times(w[A, B, m], E.coframe[B][v]) for B in n] + [times(-1, w[A, B, v], E.coframe[B][m]) for B in n]
        return total(terms)
    return Framed(chart, 1, {i: component(*i) for i in product(n, repeat=3)})


def anholonomy(block, E):
    chart, n = E.chart, axes(E.chart)
    vector = lambda A: Holor(chart, "^", {(m,): E.frame[A][m] for m in n})
    def component(C, A, B):
        commutator = holors.lie(vector(A), vector(B))
        return total(times(E.coframe[C][m], commutator[(m,)]) for m in n)
    return Framed(chart, 3, {i: component(*i) for i in product(n, repeat=3)})


def weitzenboeck(block, E):
    """Γ^a_{bc} = e_A^a ∂_b e^A_c"""
    chart, n = E.chart, axes(E.chart)
    found = holor(chart, "^__", lambda a, b, c: total(times(E.frame[A][a], slope(chart, E.coframe[A][c], b)) for A in n))
    block.connection = Connection(found, E.metric)
    return block.connection


class GaugeForm:
    """Forms, one for each generator of U(1) or SU(2); [T_a, T_b] = ε_abc T_c."""

    def __init__(self, group, forms):
        self.group, self.forms = group, forms

    def map(self, function):
        return GaugeForm(self.group, [function(form) for form in self.forms])


def gauge_wedge(a, b):
    """A ∧ A, and the commutator of A with a form: ε_abc A^b ∧ β^c (half of it for A with itself)."""
    if a.group == 1:
        empty = holors.wedge(a.forms[0], b.forms[0])
        return GaugeForm(1, [empty.map(lambda x: x * 0)])
    if a is not b:
        raise TypeError("only A ∧ A")
    return bracket(a, b).map(lambda form: form.map(lambda x: x / 2))


def bracket(a, b):
    if a.group == 1:
        return GaugeForm(1, [holors.wedge(a.forms[0], b.forms[0]).map(lambda x: x * 0)])
    part = lambda j, k: holors.wedge(a.forms[j], b.forms[k])
    return GaugeForm(2, [holors.add(part(j, k), part(k, j), -1) for j, k in ((1, 2), (2, 0), (0, 1))])


def field_strength(block, A):
    sums = zip(A.map(holors.exterior).forms, gauge_wedge(A, A).forms)
    return GaugeForm(A.group, [holors.add(a, b) for a, b in sums])


def covariant_d(block, A, form):
    sums = zip(form.map(holors.exterior).forms, bracket(A, form).forms)
    return GaugeForm(A.group, [holors.add(a, b) for a, b in sums])


def yang_mills(block, A, g=None):
    F = field_strength(block, A)
    return covariant_d(block, A, F.map(lambda form: holors.hodge(form, g or block.metric)))


def divergence(block, X, g=None):
    D = holors.nabla(holors.levi_civita(g or block.metric), X)
    return total(D[a, a] for a in axes(X.chart))


def codifferential(block, form, g=None):
    """(δω)_{b…} = −∇^a ω_{ab…}"""
    g = g or block.metric
    D = holors.nabla(holors.levi_civita(g), form)
    up = holors.inverse_metric(g)
    n = axes(g.chart)
    found = holor(g.chart, form.positions[1:], lambda *i: times(-1, total(times(up[a, b], D[(a, b) + i]) for a in n for b in n)))
    return found.components.get((), 0) if not found.positions else found


def laplace_de_rham(block, form, g=None):
    if scalar(form):
        return codifferential(block, exterior(block, form), g)
    first = exterior(block, codifferential(block, form, g))
    return holors.add(first, codifferential(block, holors.exterior(form), g))


def gauss_bonnet(block, g):
    G = holors.levi_civita(g)
    R = holors.scalar(G, g)
    return total([times(R, R), times(-4, holors.square(holors.ricci(G), g)), BUILTINS["kretschmann"](block, g)])


BUILTINS = {
    "metric": metric,
    "connection": connection,
    "riemann": lambda b, x: holors.riemann(gamma(x)),
    "curvature": lambda b, x: holors.riemann(gamma(x)),
    "ricci": lambda b, x: holors.ricci(gamma(x)),
    "ricci_scalar": lambda b, x, g=None: holors.scalar(gamma(x), g or metric_of(b, x)),
    "einstein": lambda b, x: holors.einstein(gamma(x), metric_of(b, x)),
    "weyl": lambda b, g: holors.weyl(metric_of(b, g)),
    "schouten": lambda b, g: holors.schouten(metric_of(b, g)),
    "cotton": lambda b, g: holors.cotton(metric_of(b, g)),
    "kretschmann": lambda b, x: holors.square(holors.placed(holors.riemann(gamma(x)), "____", metric_of(b, x)), metric_of(b, x)),
    "torsion": lambda b, G: holors.torsion(G.holor),
    "contorsion": contorsion,
    "nonmetricity": lambda b, G, g=None: holors.nabla(G.holor, g or metric_of(b, G)),
    "nabla": nabla,
    "d": exterior,
    "hodge": hodge,
    "interior": interior,
    "lie": lie,
    "transform": transform,
    "laplacian": laplacian,
    "diff": derivative,
    "tensor": lambda b, value, places, *chart: of_lists(b, value, places),
    "pseudo": lambda b, value: value,
    "vector": lambda b, *v: from_lists(b, v[0] if isinstance(v[0], list) else list(v), "^"),
    "inverse_metric": lambda b, g: holors.inverse_metric(g),
    "determinant": lambda b, g: holors.determinant(g),
    "volume_form": lambda b, g: hodge(b, Fraction(1), g),
    "oriented": lambda b, form: form,
    "pullback": pullback,
    "commutator": lie,
    "divergence": divergence,
    "codifferential": codifferential,
    "laplace_de_rham": laplace_de_rham,
    "gauss_bonnet": gauss_bonnet,
    "ricci_squared": lambda b, g: holors.square(holors.ricci(holors.levi_civita(g)), g),
    "weyl_squared": lambda b, g: holors.square(holors.weyl(g), g),
    "raise": lambda b, T, *k: holors.placed(T, "^" * len(T.positions), b.metric),
    "lower": lambda b, T, *k: holors.placed(T, "_" * len(T.positions), b.metric),
    "torsion_scalar": torsion_scalar,
    "signature": signature,
    "tetrad": tetrad,
    "coframe": lambda b, E: E.forms,
    "frame": lambda b, E: [Holor(E.chart, "^", {(m,): v for m, v in enumerate(row)}) for row in E.frame],
    "spin_connection": lambda b, E, G=None: Framed(E.chart, 2, spin(as_tetrad(b, E), coefficients(as_tetrad(b, E), G))),
    "curvature_form": curvature_form,
    "torsion_form": torsion_form,
    "anholonomy": anholonomy,
    "weitzenboeck": weitzenboeck,
    "teleparallel_scalar": lambda b, E: torsion_scalar(b, weitzenboeck(b, E), E.metric),
    "U": lambda b, n: 1,
    "SU": lambda b, n: 2,
    "gauge": lambda b, group, forms: GaugeForm(group, forms),
    "gauge_form": lambda b, group, forms: GaugeForm(group, forms),
    "gauge_components": lambda b, A: A.forms,
    "field_strength": field_strength,
    "covariant_d": covariant_d,
    "bianchi": lambda b, A: covariant_d(b, A, field_strength(b, A)),
    "yang_mills": yang_mills,
}
