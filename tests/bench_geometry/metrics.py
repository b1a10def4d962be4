"""The metrics that are measured, typed once in the notation that all three programs share: `^`, `*`, `sin(x)`.

Each has its coordinates, its matrix, and a point (numbers for symbols, formulas for unknown functions) at which the
printed Kretschmann scalars are compared.
"""

from dataclasses import dataclass, field


@dataclass
class Metric:
    """A metric: rows of the matrix as text."""

    name: str
    title: str
    coordinates: list
    rows: list
    point: dict
    functions: dict = field(default_factory=dict)


def diagonal(*entries):
    n = len(entries)
    return [[entries[i] if i == j else "0" for j in range(n)] for i in range(n)]


def of_frame(coordinates, squares):
    """The matrix of Σ c·ω² for one-forms given as {coordinate: coefficient}."""
    n = len(coordinates)
    rows = [[[] for _ in range(n)] for _ in range(n)]
    for factor, form in squares:
        for i, a in enumerate(coordinates):
            for j, b in enumerate(coordinates):
                if a in form and b in form:
                    rows[i][j].append(f"{factor}*({form[a]})*({form[b]})")
    return [["+".join(entry) or "0" for entry in row] for row in rows]


SPHERICAL = ["t", "r", "theta", "phi"]
SPHERE = ["r^2", "r^2*sin(theta)^2"]


def static(f):
    return diagonal(f"-({f})", f"1/({f})", *SPHERE)


def kerr(mass, coordinates, s2, rho, polar):
    """Boyer–Lindquist form; `mass` is 2mr, or 2mr − q² with a charge."""
    delta = f"(r^2-({mass})+a^2)"
    cross = f"-a*({mass})*{s2}/{rho}"
    return [
        [f"-(1-({mass})/{rho})", "0", "0", cross],
        ["0", f"{rho}/{delta}", "0", "0"],
        ["0", "0", polar, "0"],
        [cross, "0", "0", f"(r^2+a^2+a^2*({mass})*{s2}/{rho})*{s2}"],
    ]


RHO, RHO_X = "(r^2+a^2*cos(theta)^2)", "(r^2+a^2*x^2)"
BLACK_HOLE = {"t": "1/3", "r": "7/2", "theta": "4/5", "phi": "1/7", "m": "1", "a": "2/3", "q": "1/3", "x": "3/5"}
FIVE = ["t", "r", "theta", "phi", "psi"]
SIGMA = "(r^2+a^2*cos(theta)^2+b^2*sin(theta)^2)"
GENERAL = ["t", "u", "x", "y", "z"]


def myers_perry(a, b):
    sigma = SIGMA if b != "0" else RHO
    delta = f"(((r^2+{a}^2)*(r^2+{b}^2)-m*r^2)/r^2)" if b != "0" else f"(r^2+{a}^2-m)"
    twist = {"t": "1", "phi": f"-{a}*sin(theta)^2"}
    if b != "0":
        twist["psi"] = f"-{b}*cos(theta)^2"
    rest = f"(r^2+{b}^2)" if b != "0" else "r^2"
    return of_frame(FIVE, [
        ("(-1)", {"t": "1"}),
        (f"m/{sigma}", twist),
        (f"{sigma}/{delta}", {"r": "1"}),
        (sigma, {"theta": "1"}),
        (f"(r^2+{a}^2)*sin(theta)^2", {"phi": "1"}),
        (f"{rest}*cos(theta)^2", {"psi": "1"}),
    ])


def general_diagonal(n):
    """A diagonal metric whose entries are unknown functions of all coordinates."""
    coordinates = [f"x{k}" for k in range(1, n + 1)]
    arguments = ",".join(coordinates)
    names = [f"A{k}" for k in range(1, n + 1)]
    entries = [f"{name}({arguments})" for name in names]
    sample = {name: f"{k + 2}+x{k}*x{k % n + 1}/3+x1^2/{k + 4}" for k, name in enumerate(names, 1)}
    point = {c: f"{k + 2}/{2 * k + 5}" for k, c in enumerate(coordinates, 1)}
    return Metric(f"diagonal_{n}", f"General diagonal, n = {n}", coordinates, diagonal(*entries), point, sample)


def everything():
    shape = "(v(t)*f(t,x,y,z))"
    alcubierre = [
        [f"-1+{shape}^2", f"-{shape}", "0", "0"],
        [f"-{shape}", "1", "0", "0"],
        ["0", "0", "1", "0"],
        ["0", "0", "0", "1"],
    ]
    goedel = of_frame(["t", "x", "y", "z"], [
        ("(-1)", {"t": "1", "y": "exp(a*x)"}),
        ("1", {"x": "1"}),
        ("exp(2*a*x)/2", {"y": "1"}),
        ("1", {"z": "1"}),
    ])
    flat = {"t": "1/3", "x": "2/5", "y": "5/7", "z": "-3/4", "a": "3/5", "u": "4/9", "r": "1/2", "theta": "4/5", "phi": "1/7", "k": "1/3"}
    spinning = {"t": "1/3", "r": "7/2", "theta": "4/5", "phi": "1/7", "psi": "1/5", "m": "2", "a": "2/3", "b": "3/4"}
    s2 = "sin(theta)^2"
    return [
        Metric("schwarzschild", "Schwarzschild", SPHERICAL, static("1-2*m/r"), BLACK_HOLE),
        Metric("reissner_nordstrom", "Reissner–Nordström", SPHERICAL, static("1-2*m/r+q^2/r^2"), BLACK_HOLE),
        Metric("kerr", "Kerr, θ", SPHERICAL, kerr("2*m*r", SPHERICAL, s2, RHO, RHO), BLACK_HOLE),
        Metric("kerr_x", "Kerr, x = cos θ", ["t", "r", "x", "phi"], kerr("2*m*r", None, "(1-x^2)", RHO_X, f"{RHO_X}/(1-x^2)"), BLACK_HOLE),
        Metric("kerr_newman", "Kerr–Newman, θ", SPHERICAL, kerr("2*m*r-q^2", SPHERICAL, s2, RHO, RHO), BLACK_HOLE),
        Metric("flrw", "FLRW", SPHERICAL, diagonal("-1", "a(t)^2/(1-k*r^2)", "a(t)^2*r^2", "a(t)^2*r^2*sin(theta)^2"), {k: v for k, v in flat.items() if k != "a"}, {"a": "1+t^2/3+t^3/5"}),
        Metric("goedel", "Gödel", ["t", "x", "y", "z"], goedel, flat),
        Metric("alcubierre", "Alcubierre, any shape", ["t", "x", "y", "z"], alcubierre, flat, {"v": "1+t^2/3", "f": "1/(2+x^2+t*y^2+x*z)"}),
        Metric("myers_perry_1", "Myers–Perry, one spin", FIVE, myers_perry("a", "0"), spinning),
        Metric("myers_perry_2", "Myers–Perry, two spins", FIVE, myers_perry("a", "b"), spinning),
        general_diagonal(5),
    ]


def named(name):
    if name.startswith("diagonal_"):
        return general_diagonal(int(name.removeprefix("diagonal_")))
    return next(metric for metric in everything() if metric.name == name)


def names():
    return [metric.name for metric in everything()]
