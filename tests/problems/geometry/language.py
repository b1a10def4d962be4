"""How the language puts values together, for reference.py: products, sums, indices, derivatives. Its words are in words.py."""

from fractions import Fraction
from itertools import product
from random import Random

from mpmath import mp, mpf

import holors
import words
from holors import Connection, Holor, holor, times, total
from taylor import elementary
from words import canonical, scalar

ELEMENTARY = "sin cos tan cot sinh cosh tanh coth exp log ln sqrt abs asin acos atan".split()


class Labelled:
    """Components with named indices; a name that stands up and down is summed over when it is made."""

    def __init__(self, chart, labels, components):
        names = [name for _, name in labels]
        chosen = [name for name in names if canonical(name) in chart.names]
        while repeated := next((n for n in names if names.count(n) == 2 and n not in chosen), None):
            first = names.index(repeated)
            second = names.index(repeated, first + 1)
            if labels[first][0] == labels[second][0]:
                raise ValueError(f"the index {repeated} stands twice at the same height")
            sums = {}
            for index, value in components.items():
                if index[first] == index[second]:
                    rest = tuple(i for k, i in enumerate(index) if k not in (first, second))
                    sums[rest] = total([sums.get(rest, 0), value])
            components = sums
            labels = [pair for k, pair in enumerate(labels) if k not in (first, second)]
            names = [name for _, name in labels]
        self.chart, self.labels, self.components = chart, labels, components

    def arranged(self, labels):
        if sorted(labels) != sorted(self.labels):
            raise ValueError(f"indices {self.labels} do not fit {labels}")
        order = [self.labels.index(pair) for pair in labels]
        moved = {tuple(index[k] for k in order): value for index, value in self.components.items()}
        return Labelled(self.chart, labels, moved)

    @property
    def holor(self):
        return Holor(self.chart, "".join(place for place, _ in self.labels), self.components)

    def open(self):
        return self.components.get((), 0) if not self.labels else self


class Nabla:
    """∇[_a], waiting for what it differentiates."""

    def __init__(self, labels, factor=1):
        self.labels, self.factor = labels, factor


def arranged(value, labels):
    return value.arranged([tuple(pair) for pair in labels]).holor


def evaluate(block, tree):
    kind = tree[0]
    if kind in ("number", "places"):
        return tree[1]
    if kind == "group":
        return evaluate(block, tree[1])
    if kind == "name":
        return named(block, tree[1])
    if kind == "list":
        return [evaluate(block, item) for _, item in tree[1]]
    if kind == "negative":
        return multiply(block, Fraction(-1), evaluate(block, tree[1]))
    if kind == "compare":
        return ("compare", tree[1], evaluate(block, tree[2]), evaluate(block, tree[3]))
    if kind == "call":
        return call(block, *tree[1:])
    if kind == "index":
        return indexed(block, tree)
    if kind == "item":
        value = evaluate(block, tree[1])
        for _, item in tree[2]:
            value = value[int(evaluate(block, item)) - 1]
        return value
    left = evaluate(block, tree[1])
    if isinstance(left, Nabla) and kind == "*":
        return differential(block, left, tree[2])
    right = evaluate(block, tree[2])
    if kind == "^":
        return power(block, tree[1], left, right)
    if kind == "*":
        return multiply(block, left, right)
    if kind == "/":
        if isinstance(left, Fraction) and isinstance(right, Fraction):
            return left / right
        return multiply(block, left, block.as_series(right).power(-1))
    if kind == "∧":
        return wedge(block, left, right)
    if kind == "⊗":
        return outer(block, left, right)
    return sum_of(block, left, right, 1 if kind == "+" else -1)


def named(block, name):
    if name == "∇":
        return Nabla([])
    if name.startswith("∂_"):
        coordinate = canonical(name[2:])
        chart = next(c for c in block.charts if coordinate in c.names)
        return Holor(chart, "^", {(chart.names.index(coordinate),): block.space.constant(1)})
    known = canonical(name)
    if known in block.names or known in block.numbers:
        return block.symbol(name)
    if known.startswith("d") and known[1:] in block.numbers and getattr(block, "chart", None):
        chart = next((c for c in block.charts if known[1:] in c.names), None)
        if chart:
            return Holor(chart, "_", {(chart.names.index(known[1:]),): block.space.constant(1)})
    return block.symbol(name)


def scaled(block, factor, value):
    factor = block.as_series(factor)
    if isinstance(value, words.GaugeForm):
        return value.map(lambda form: scaled(block, factor, form))
    if isinstance(value, Holor):
        return value.map(lambda x: x * factor)
    if isinstance(value, Labelled):
        found = {k: v * factor for k, v in value.components.items()}
        return Labelled(value.chart, value.labels, found)
    if isinstance(value, list):
        return [multiply(block, factor, item) for item in value]
    if isinstance(value, Nabla):
        return Nabla(value.labels, times(value.factor, factor))
    if isinstance(value, Connection):
        return scaled(block, factor, value.holor)
    return factor * block.as_series(value)


def multiply(block, a, b):
    if isinstance(a, (int, Fraction)) and isinstance(b, (int, Fraction)):
        return Fraction(a) * b
    if isinstance(b, Nabla):
        return Nabla(b.labels, multiply(block, a, b.factor))
    if scalar(a):
        return scaled(block, a, b)
    if scalar(b):
        return scaled(block, b, a)
    if isinstance(a, Labelled) and isinstance(b, Labelled):
        found = {i + j: times(v, w) for i, v in a.components.items() for j, w in b.components.items()}
        return Labelled(a.chart, a.labels + b.labels, found).open()
    if isinstance(a, Holor) and a.positions == b.positions == "_":
        half = lambda i, j: total([times(a[(i,)], b[(j,)]), times(a[(j,)], b[(i,)])])
        return holor(a.chart, "__", half).map(lambda x: x / 2)
    raise TypeError("a product that has no meaning here")


def differential(block, nabla, tree):
    """What ∇[_a] … makes of the operand: a coordinate as an index picks a component after the derivative."""
    block.whole = True
    value = evaluate(block, tree)
    block.whole = False
    if isinstance(value, Nabla):
        return Nabla(nabla.labels + value.labels, multiply(block, nabla.factor, value.factor))
    for place, label in reversed(nabla.labels):
        if scalar(value):
            value = Labelled(block.chart, [], {(): block.as_series(value)})
        result = holors.nabla(block.connection.holor, value.holor)
        result = holors.placed(result, place + result.positions[1:], block.metric)
        value = Labelled(value.chart, [(place, label)] + value.labels, result.components)
    return multiply(block, nabla.factor, picked(value.chart, value.labels, value.components))


def picked(chart, labels, components):
    """The components whose coordinate indices are given; the other indices keep their names."""
    names = chart.names
    fixed = {k: names.index(canonical(n)) for k, (_, n) in enumerate(labels) if canonical(n) in names}
    left = [pair for k, pair in enumerate(labels) if k not in fixed]
    found = {}
    for index, component in components.items():
        if all(index[k] == i for k, i in fixed.items()):
            found[tuple(i for k, i in enumerate(index) if k not in fixed)] = component
    return Labelled(chart, left, found).open()


def sum_of(block, a, b, sign):
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + sign * b
    if isinstance(a, Connection):
        a = a.holor
    if isinstance(b, Connection):
        b = b.holor
    if isinstance(a, words.GaugeForm):
        return words.GaugeForm(a.group, [sum_of(block, x, y, sign) for x, y in zip(a.forms, b.forms)])
    if isinstance(a, list):
        return [sum_of(block, x, y, sign) for x, y in zip(a, b, strict=True)]
    if isinstance(a, Labelled):
        b = b.arranged(a.labels)
        merged = holors.add(a.holor, b.holor, sign)
        return Labelled(a.chart, a.labels, merged.components)
    if isinstance(a, Holor):
        if a.positions != b.positions:
            raise TypeError("different index positions")
        return holors.add(a, b, sign)
    return block.as_series(a) + block.as_series(b) * sign


def power(block, base_tree, base, exponent):
    if base_tree == ("name", "e"):
        return elementary("exp", block.as_series(exponent))
    if isinstance(base, Holor):
        return multiply(block, base, base) if exponent == 2 else None
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return base ** int(exponent) if isinstance(base, Fraction) else base.power(int(exponent))
    exponent = block.as_series(exponent)
    if exponent.is_constant():
        return block.as_series(base).power(exponent.value)
    return elementary("exp", exponent * elementary("log", block.as_series(base)))


def outer(block, a, b):
    if scalar(a) or scalar(b):
        return multiply(block, a, b)
    found = {i + j: times(v, w) for i, v in a.components.items() for j, w in b.components.items()}
    return Holor(a.chart, a.positions + b.positions, found)


def wedge(block, a, b):
    if isinstance(a, words.GaugeForm):
        return words.gauge_wedge(a, b)
    if scalar(a) or scalar(b):
        return multiply(block, a, b)
    return holors.wedge(a, b)


def indexed(block, tree):
    value = evaluate(block, tree[1])
    labels = [tuple(pair) for pair in tree[2]]
    if isinstance(value, Nabla):
        return Nabla(labels)
    tensor = value.holor if hasattr(value, "holor") else value
    if isinstance(tensor, words.Framed):
        return tensor.component([(place, canonical(name)) for place, name in labels])
    places = "".join(place for place, _ in labels)
    if isinstance(value, Connection):
        if places != tensor.positions:
            raise ValueError("a connection's indices stay where they are")
    else:
        tensor = holors.placed(tensor, places, block.metric)
    if getattr(block, "whole", False):
        return Labelled(tensor.chart, labels, tensor.components)
    return picked(tensor.chart, labels, tensor.components)


def call(block, name, arguments):
    function = canonical(name)
    if function in block.functions:
        return unknown(block, function, [evaluate(block, a) for _, a in arguments])
    if name == "subs":
        return derivative_at(block, arguments)
    if name in ELEMENTARY:
        return elementary(name, block.as_series(evaluate(block, arguments[0][1])))
    if name in words.BUILTINS:
        if name == "tensor":
            places = "".join("^" if place[1] == "up" else "_" for _, place in arguments[1][1][1])
            arguments = [arguments[0], (None, ("places", places))]
        values = [evaluate(block, a) for key, a in arguments if key is None]
        named_values = {key: given(block, key, a) for key, a in arguments if key is not None}
        return words.BUILTINS[name](block, *values, **named_values)
    if name == "chart":
        return words.chart(block, [canonical(a[1]) for _, a in arguments])
    raise NameError(f"there is no function {name}")


def given(block, key, tree):
    """A named argument; the scalar of the torsion is chosen by a word."""
    if key == "scalar" and tree[0] == "name" and tree[1] in words.TORSION_SCALARS:
        return tree[1]
    return evaluate(block, tree)


def derivative_at(block, arguments):
    """`subs(diff(K(ξ), ξ, 2), ξ = u)`, as holor prints the second derivative of an unknown function at u."""
    (_, (_, _, inner)), (_, at) = arguments
    order = int(inner[2][1][1]) if len(inner) > 2 else 1
    name = canonical(inner[0][1][1])
    u = block.as_series(evaluate(block, at))
    coefficients = [coefficient(block, name, (k + order,)) * mp.ff(k + order, order) for k in range(u.order + 1)]
    return u.compose(coefficients)


def coefficient(block, name, exponents):
    """A random Taylor coefficient of an unknown function, positive, the same wherever it is asked for."""
    return mpf(Random(f"{name} {exponents} {block.seed}").randint(600, 1900)) / 1013


def unknown(block, name, arguments):
    """An unknown function: random derivatives at the point, all of them positive."""
    arguments = [block.as_series(a) for a in arguments]
    steps = [a - a.value for a in arguments]
    order = block.space.order
    result = block.space.constant(0)
    for exponents in product(range(order + 1), repeat=len(steps)):
        if sum(exponents) <= order:
            term = block.space.constant(coefficient(block, name, exponents))
            for step, exponent in zip(steps, exponents):
                term = term * step.power(exponent)
            result = result + term
    return result
