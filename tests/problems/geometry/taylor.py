"""Taylor series in several variables about one point, cut off at an order: numbers that know their derivatives.

Coefficients are mpmath numbers of 40 digits. A derivative loses one order; asking for more than there is raises.
"""

from functools import lru_cache
from itertools import product

from mpmath import mp, mpf

mp.dps = 40


class Space:
    """All monomials in `variables` variables up to `order`, by degree, with their products and derivatives."""

    def __init__(self, variables, order):
        self.variables, self.order = variables, order
        every = [e for e in product(range(order + 1), repeat=variables) if sum(e) <= order]
        self.exponents = sorted(every, key=lambda e: (sum(e), e))
        index = {e: k for k, e in enumerate(self.exponents)}
        self.count = [sum(1 for e in self.exponents if sum(e) <= d) for d in range(order + 1)]
        self.rows = []
        for e in self.exponents:
            row = [(j, tuple(map(sum, zip(e, f)))) for j, f in enumerate(self.exponents)]
            row = [(j, index[s]) for j, s in row if sum(s) <= order]
            self.rows.append(sorted(row, key=lambda pair: pair[1]))
        self.slopes = []
        for v in range(variables):
            one = tuple(int(k == v) for k in range(variables))
            lift = [(index.get(tuple(map(sum, zip(e, one)))), e[v] + 1) for e in self.exponents]
            self.slopes.append([pair for pair in lift if pair[0] is not None])

    def constant(self, value):
        return Series(self, self.order, [mpf(value)] + [0] * (self.count[-1] - 1))

    def variable(self, v, value):
        series = self.constant(value)
        series.c[[k for k, e in enumerate(self.exponents) if sum(e) == 1 and e[v] == 1][0]] = mpf(1)
        return series


@lru_cache(maxsize=None)
def space(variables, order):
    return Space(variables, order)


class Series:
    """A value and its partial derivatives up to `order`."""

    __slots__ = ("space", "order", "c")

    def __init__(self, space, order, coefficients):
        self.space, self.order, self.c = space, order, coefficients

    @property
    def value(self):
        return self.c[0]

    def lift(self, other):
        return other if isinstance(other, Series) else self.space.constant(other)

    def __add__(self, other):
        other = self.lift(other)
        order = min(self.order, other.order)
        return Series(self.space, order, [a + b for a, b in zip(self.c, other.c)][: self.space.count[order]])

    def __neg__(self):
        return Series(self.space, self.order, [-a for a in self.c])

    def __sub__(self, other):
        return self + -self.lift(other)

    def __rsub__(self, other):
        return self.lift(other) - self

    def __mul__(self, other):
        if not isinstance(other, Series):
            return Series(self.space, self.order, [a * other for a in self.c])
        order = min(self.order, other.order)
        size = self.space.count[order]
        out, right = [0] * size, other.c
        for i in range(size):
            a = self.c[i]
            if a:
                for j, k in self.space.rows[i]:
                    if k >= size:
                        break
                    b = right[j]
                    if b:
                        out[k] += a * b
        return Series(self.space, order, out)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other):
        return self * self.lift(other).power(-1)

    def __rtruediv__(self, other):
        return self.lift(other) * self.power(-1)

    def compose(self, coefficients):
        """f(self), where `coefficients` are f's own Taylor coefficients at the value of self."""
        step = Series(self.space, self.order, [0] + self.c[1:])
        total = self.space.constant(coefficients[self.order])
        for k in reversed(range(self.order)):
            total = total * step + coefficients[k]
        return Series(self.space, self.order, total.c[: self.space.count[self.order]])

    def power(self, exponent):
        if isinstance(exponent, int) and exponent >= 0:
            result = self.space.constant(1)
            for _ in range(exponent):
                result = result * self
            return result
        base, found, factor = self.value, [], mpf(1)
        if base == 0:
            raise ZeroDivisionError("a pole at the chosen point")
        for k in range(self.order + 1):
            found.append(factor * mp.power(base, exponent - k))
            factor = factor * (exponent - k) / (k + 1)
        return self.compose(found)

    def derivative(self, v):
        if self.order == 0:
            raise ArithmeticError("the series is too short for this derivative: raise the order")
        size = self.space.count[self.order - 1]
        pairs = self.space.slopes[v][:size]
        return Series(self.space, self.order - 1, [self.c[k] * factor for k, factor in pairs])

    def is_constant(self):
        return not any(self.c[1:])


def elementary(name, u):
    """An elementary function of a series."""
    x, orders = u.value, range(u.order + 1)
    if name in ("sin", "cos", "sinh", "cosh"):
        s, c = (mp.sin(x), mp.cos(x)) if name in ("sin", "cos") else (mp.sinh(x), mp.cosh(x))
        sign = -1 if name in ("sin", "cos") else 1
        cycle = [s, c, sign * s, sign * c] if name.startswith("sin") else [c, sign * s, sign * c, s]
        return u.compose([cycle[k % 4] / mp.factorial(k) for k in orders])
    if name == "exp":
        return u.compose([mp.exp(x) / mp.factorial(k) for k in orders])
    if name in ("log", "ln"):
        return u.compose([mp.log(x)] + [mpf(-1) ** (k + 1) / (k * x**k) for k in orders if k])
    if name == "sqrt":
        return u.power(mpf(1) / 2)
    if name in ("tan", "cot", "tanh", "coth"):
        s, c = ("sin", "cos") if name in ("tan", "cot") else ("sinh", "cosh")
        s, c = elementary(s, u), elementary(c, u)
        return s / c if name.startswith("tan") else c / s
    if name == "abs":
        return u if x > 0 else -u
    inverse = {
        "atan": lambda t: 1 / (1 + t * t),
        "asin": lambda t: (1 - t * t).power(mpf(-1) / 2),
        "acos": lambda t: -((1 - t * t).power(mpf(-1) / 2)),
    }
    slope = inverse[name](space(1, max(u.order, 1)).variable(0, x))
    return u.compose([getattr(mp, name)(x)] + [slope.c[k - 1] / k for k in orders if k])
