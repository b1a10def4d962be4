"""The same calculation typed for holor, Maxima and SymPy: connection, Riemann, Ricci, curvature scalar, Einstein,
Kretschmann, geodesics. Each script prints `K` and the Kretschmann scalar on one line, and nothing else.
"""

STAGES = ["metric", "connection", "riemann", "ricci", "ricci_scalar", "einstein", "kretschmann", "geodesics"]


def matrix(metric):
    return "[" + ", ".join("[" + ", ".join(row) + "]" for row in metric.rows) + "]"


def holor(metric):
    functions = f"function {', '.join(metric.functions)}\n" if metric.functions else ""
    return (
        f"{functions}M = chart({', '.join(metric.coordinates)});\n"
        f"g = metric({matrix(metric)});\n"
        "Γ = connection(g);\nR = riemann(g);\nS = ricci(g);\ns = ricci_scalar(g);\nE = einstein(g);\n"
        "K = kretschmann(g);\nG = geodesics(g);\nprint(\"K\", K)\n"
    )


def maxima(metric, setting=""):
    rows = ", ".join("[" + ", ".join(row) + "]" for row in metric.rows)
    return (
        f"{MAXIMA_START}{setting}dim: {len(metric.coordinates)}$\nct_coords: [{', '.join(metric.coordinates)}]$\n"
        f"lg: matrix({rows})$\ncmetric(false)$\nchristof(false)$\nriemann(false)$\nlriemann(false)$\nuriemann(false)$\n"
        "ricci(false)$\nRS: scurvature()$\neinstein(false)$\nK: ratsimp(rinvariant())$\ncgeodesic(false)$\n"
        'printf(true, "K ~a~%", string(K))$\n'
    )


# Neither setting is the faster for all metrics, and each fails on some: the better run counts.
MAXIMA_SETTINGS = ["", "ratfac: true$\n"]
MAXIMA_START = "load(ctensor)$\nderivabbrev: false$\n"

SYMPY_START = """import sympy
from sympy import Function, Matrix, Rational, cos, diff, exp, simplify, sin, symbols
"""


def sympy(metric):
    """Nested loops over the definitions, each component simplified: what SymPy's users write."""
    letters = sorted({*metric.coordinates, *metric.point})
    functions = "".join(f"{name} = Function({name!r})\n" for name in metric.functions)
    declared = "".join(f"{name} = symbols({name!r}, real=True)\n" for name in letters if name not in metric.functions)
    rows = matrix(metric).replace("^", "**")
    return f"""{SYMPY_START}{declared}{functions}
coordinates = [{', '.join(metric.coordinates)}]
size = len(coordinates)
span = range(size)
g_ = Matrix({rows})
h_ = g_.inv().applyfunc(simplify)
C_ = [[[simplify(sum(h_[a, k]*(diff(g_[k, b], coordinates[c]) + diff(g_[k, c], coordinates[b]) - diff(g_[b, c], coordinates[k])) for k in span)/2)
       for c in span] for b in span] for a in span]
def riemann(a, b, c, d):
    return simplify(diff(C_[a][d][b], coordinates[c]) - diff(C_[a][c][b], coordinates[d])
                    + sum(C_[a][c][k]*C_[k][d][b] - C_[a][d][k]*C_[k][c][b] for k in span))
R_ = [[[[0]*size for _ in span] for _ in span] for _ in span]
for a in span:
    for b in span:
        for c in span:
            for d in range(c):
                R_[a][b][c][d] = riemann(a, b, c, d)
                R_[a][b][d][c] = -R_[a][b][c][d]
S_ = Matrix(size, size, lambda b, d: simplify(sum(R_[a][b][a][d] for a in span)))
s_ = simplify(sum(h_[a, b]*S_[a, b] for a in span for b in span))
E_ = (S_ - g_*s_/2).applyfunc(simplify)
U_ = [[[[sum(R_[a][b][k][d]*h_[k, c] for k in span) for d in span] for c in span] for b in span] for a in span]
V_ = [[[[simplify(sum(U_[a][b][c][k]*h_[k, d] for k in span)) for d in span] for c in span] for b in span] for a in span]
W_ = [[[[sum(V_[k][b][c][d]*g_[k, a] for k in span) for d in span] for c in span] for b in span] for a in span]
W_ = [[[[sum(W_[a][k][c][d]*h_[k, b] for k in span) for d in span] for c in span] for b in span] for a in span]
K_ = simplify(sum(R_[a][b][c][d]*W_[a][b][c][d] for a in span for b in span for c in span for d in span))
u_ = symbols('u0:%d' % size)
G_ = [sum(C_[a][b][c]*u_[b]*u_[c] for b in span for c in span) for a in span]
print("K", str(K_).replace("Derivative", "diff"))
"""
