"""Measures the field engine, C written by hand, py-pde and NumPy on the same problems in the same run, and holds the engine to its marks.

The engine takes the way of a person's equation: terms, differences or Fourier modes, a method in time, machine code. All programs start from
the same closed form; those with the same scheme must agree on a checksum after a fixed number of steps. A speed is the best of many short
bursts, ours and C's in turn, at high priority where that is allowed: other work on the machine makes single bursts slow. Linux only.
"""

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent

# C programs: source, arguments before those of all, libraries.
STENCIL, FOURIER = "stencil", "Fourier"
FFTW = ["-lfftw3_omp", "-lfftw3"]
PROBLEMS = {
    "diffusion": ("Diffusion 1024², Euler", STENCIL, "stencils", ["diffusion"]),
    "gray_scott": ("Gray–Scott 512², Euler", STENCIL, "stencils", ["gray_scott"]),
    "ginzburg_landau": ("Complex Ginzburg–Landau 512², RK4", STENCIL, "stencils", ["ginzburg_landau"]),
    "wave": ("Wave 192³, leapfrog", STENCIL, "stencils", ["wave"]),
    "kuramoto": ("Kuramoto lattice 512², Euler", STENCIL, "stencils", ["kuramoto"]),
    "kuramoto_all": ("Kuramoto all to all 20 000, RK4", STENCIL, "oscillators", []),
    "abelian_higgs": ("Abelian Higgs 128³, Euler", STENCIL, "abelian_higgs", []),
    "ginzburg_landau_etd": ("Complex Ginzburg–Landau 512², ETD-RK4", FOURIER, "exponential", []),
    "gross_pitaevskii": ("Gross–Pitaevskii 512², split step", FOURIER, "split_step", []),
}
LIBRARIES = {"exponential": FFTW, "split_step": FFTW}
PYPDE = ("diffusion", "gray_scott", "ginzburg_landau")

LEAST_OF_C = 0.9
LEAST_OF_PYPDE = 20
MOST_MILLISECONDS = 50
# Relative differences of checksums.
NEAR = {"double": 1e-10, "single": 1e-3}
WORD = {"double": "double", "single": "float"}


def high_priority():
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    except OSError:
        pass


def words_of(argv, threads=1, limit=600):
    """What a program prints, as words; `None` when it fails."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OMP_PROC_BIND="true")
    try:
        done = subprocess.run(
            [str(word) for word in argv], capture_output=True, text=True, env=environment, timeout=limit, preexec_fn=high_priority,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"   {argv[0]}: {error}", file=sys.stderr)
        return None
    if done.returncode != 0:
        print(f"   {' '.join(map(str, argv))} failed:\n{done.stderr[-1500:]}", file=sys.stderr)
        return None
    return done.stdout.split()


def compile_c(compiler, folder):
    """The C programs in both precisions; those that do not build are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    built = {}
    for source in sorted({problem[2] for problem in PROBLEMS.values()}):
        for precision, word in WORD.items():
            libraries = LIBRARIES.get(source, [])
            options = ["-O3", "-march=native", "-ffast-math", "-fopenmp", f"-DREAL={word}"]
            if precision == "single":
                options.append("-DSINGLE")
                libraries = [library.replace("fftw3", "fftw3f") for library in libraries]
            thing, program = folder / f"{source}_{precision}.o", folder / f"{source}_{precision}"
            # Linked without -ffast-math: it would flush small numbers to 0 for the whole program, which the engine does not.
            steps = [
                [compiler, *options, "-c", HERE / f"{source}.c", "-o", thing],
                [compiler, "-fopenmp", thing, "-o", program, *libraries, "-lmvec", "-lm"],
            ]
            if all(words_of(step) is not None for step in steps):
                built[source, precision] = program
    return built


def check_of(problem, precision, steps, built):
    """The checksum of a C program."""
    _, _, source, before = PROBLEMS[problem]
    program = built.get((source, precision))
    if program is None:
        return None
    size = ["128"] if source == "abelian_higgs" else []
    words = words_of([program, *before, "check", *size, steps])
    return float(words[-1]) if words else None


def measure_case(problem, precision, threads, built, steps, options):
    """One row of the table: our speed and C's in turn."""
    title, kind, source, before = PROBLEMS[problem]
    row = {"problem": problem, "title": title, "kind": kind, "precision": precision, "threads": threads}
    program, best, theirs = built.get((source, precision)), 0.0, 0.0
    milliseconds, whole, allocated = [], [], 0
    for _ in range(options.rounds):
        argv = [options.example, problem, precision, threads, options.bursts, options.seconds]
        words = words_of(argv, threads)
        if not words:
            return None
        best = max(best, float(words[3]))
        milliseconds.append(float(words[4]))
        whole.append(float(words[5]))
        row["checksum"] = float(words[6])
        allocated = max(allocated, int(words[7]))
        if program:
            words = words_of([program, *before, options.bursts + 1], threads)
            theirs = max(theirs, float(words[0]) if words else 0.0)
    row.update(holor=best, c=theirs or None, compile=min(milliseconds), whole=min(whole), allocations=allocated)
    reference = check_of(problem, precision, steps, built)
    row["difference"] = abs(row["checksum"] / reference - 1) if reference else None
    return row


def peers_of(problem, options):
    """Speeds of NumPy and py-pde, in double precision, and how far NumPy's checksum is from ours."""
    found = {}
    script = HERE / "peers.py"
    words = words_of([sys.executable, script, "numpy", problem, "double"])
    if words:
        found["numpy"], found["numpy_checksum"] = float(words[0]), float(words[1])
    if problem in PYPDE and not options.quick:
        words = words_of([sys.executable, script, "pypde", problem], threads=max(options.threads))
        if words:
            found["pypde"], found["pypde_first"] = float(words[-2]), float(words[-1])
    return found


def number(value, digits=3):
    if value is None:
        return "–"
    if value == 0:
        return "0"
    return f"{value:,.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"


def fraction(ours, theirs):
    if not theirs:
        return "–"
    return f"{ours / theirs:.2f}" if ours < 20 * theirs else f"{ours / theirs:,.0f}"


HEAD = ["problem", "precision", "threads", "holor", "C", "of C", "py-pde", "ratio", "NumPy", "ratio", "checksum", "compile, ms"]


def cells_of(row, peers):
    found = peers.get(row["problem"], {}) if row["precision"] == "double" else {}
    pypde, numpy = found.get("pypde"), found.get("numpy") if row["threads"] == 1 else None
    difference = row["difference"]
    return [
        row["title"], row["precision"], str(row["threads"]), number(row["holor"]), number(row["c"]),
        fraction(row["holor"], row["c"]), number(pypde), fraction(row["holor"], pypde), number(numpy),
        fraction(row["holor"], numpy), "–" if difference is None else f"{difference:.0e}", f"{row['compile']:.1f}",
    ]


def table_of(rows, peers):
    table = [HEAD, *(cells_of(row, peers) for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEAD))]
    text = lambda column, cell: f"{cell:{'<' if column < 2 else '>'}{widths[column]}}"
    return ["  ".join(text(column, cell) for column, cell in enumerate(line)) for line in table]


def name_of(row):
    return f"{row['problem']} {row['precision']} {row['threads']}"


def marks_of(rows, peers):
    """Each mark with whether it holds."""
    found = []

    def mark(words, chosen, holds, show):
        bad = [row for row in chosen if not holds(row)]
        detail = "; ".join(f"{name_of(row)}: {show(row)}" for row in bad)
        found.append((words + (f" but {detail}" if bad else ""), not bad))

    for kind, words in ((STENCIL, "C on every stencil problem"), (FOURIER, "C with FFTW on every Fourier problem")):
        chosen = [row for row in rows if row["kind"] == kind and row["c"]]
        if chosen:
            mark(
                f"≥ {LEAST_OF_C} of {words}", chosen, lambda row: row["holor"] >= LEAST_OF_C * row["c"],
                lambda row: fraction(row["holor"], row["c"]),
            )
    # All threads of each: py-pde is given as many as ours has.
    most = max(row["threads"] for row in rows)
    chosen = [row for row in rows if row["precision"] == "double" and row["threads"] == most and peers.get(row["problem"], {}).get("pypde")]
    if chosen:
        least = min(row["holor"] / peers[row["problem"]]["pypde"] for row in chosen)
        mark(
            f"≥ {LEAST_OF_PYPDE}× py-pde (least {least:.0f}×)", chosen,
            lambda row: row["holor"] >= LEAST_OF_PYPDE * peers[row["problem"]]["pypde"],
            lambda row: fraction(row["holor"], peers[row["problem"]]["pypde"]),
        )
    mark(
        f"compiled in ≤ {MOST_MILLISECONDS} ms (most {max(row['compile'] for row in rows):.1f})", rows,
        lambda row: row["compile"] <= MOST_MILLISECONDS, lambda row: f"{row['compile']:.0f} ms",
    )
    mark("no allocation while steps are made", rows, lambda row: row["allocations"] == 0, lambda row: str(row["allocations"]))
    compared = [row for row in rows if row["difference"] is not None]
    if compared:
        mark(
            "checksums agree with C's", compared, lambda row: row["difference"] <= NEAR[row["precision"]],
            lambda row: f"{row['difference']:.1e}",
        )
    compared = [row for row in rows if row["precision"] == "double" and "numpy" in peers.get(row["problem"], {})]
    if compared:
        apart = lambda row: abs(row["checksum"] / peers[row["problem"]]["numpy_checksum"] - 1)
        mark("checksums agree with NumPy's", compared, lambda row: apart(row) <= NEAR["double"], lambda row: f"{apart(row):.1e}")
    return found


def machine():
    try:
        return next(line for line in open("/proc/cpuinfo") if line.startswith("model name")).split(":")[1].strip()
    except (OSError, StopIteration):
        return platform.machine()


def versions(options):
    """What was measured, in words."""
    import importlib.metadata as metadata

    known = []
    for name, package in (("py-pde", "py-pde"), ("Numba", "numba"), ("NumPy", "numpy"), ("SciPy", "scipy")):
        try:
            known.append(f"{name} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            pass
    compiler = words_of([options.cc, "--version"]) or ["no C compiler"]
    older = "" if sys.version_info >= (3, 12) else " (the newest py-pde needs Python 3.12)"
    return f"{' '.join(compiler[:1])} {compiler[-1] if len(compiler) < 4 else compiler[3]}, Python {platform.python_version()}{older}, {', '.join(known)}"


def write(folder, rows, peers, judged, options):
    folder.mkdir(parents=True, exist_ok=True)
    page = [
        "# Speed of fields",
        "",
        "Written by `cargo dev bench fields --write`. Each problem goes the way of a person's equation: terms, differences or Fourier",
        "modes, a method in time, machine code. The C programs in `tests/bench_fields` do the same by hand, with OpenMP, `-O3 -march=native",
        "-ffast-math`, vector sines and FFTW. All start from the same closed form. Speeds are million cells (Kuramoto all to all:",
        "oscillators) times steps a second, the best of many bursts of less than 0.1 s, ours and C's in turn.",
        "",
        f"Measured on {machine()} with {os.cpu_count()} threads, beside {versions(options)}.",
        "",
        f"| {' | '.join(HEAD)} |",
        "|---|---|" + "--:|" * (len(HEAD) - 2),
        *(f"| {' | '.join(cells_of(row, peers))} |" for row in rows),
        "",
        "*checksum*: relative difference of a weighted sum of squares after a fixed number of steps from that of C. *compile*: from terms to",
        "machine code, on a small box. py-pde runs with Numba in double precision and may use all of these threads in each row, NumPy on one thread.",
    ]
    firsts = [(PROBLEMS[problem][0], found["pypde_first"]) for problem, found in peers.items() if "pypde_first" in found]
    if firsts:
        page += ["", "py-pde's first step comes after " + ", ".join(f"{seconds:.0f} s ({title})" for title, seconds in firsts) + "."]
    page += ["", "| mark | |", "|---|---|"]
    page += [f"| {words} | {'holds' if holds else 'missed'} |" for words, holds in judged]
    (folder / "fields.md").write_text("\n".join(page) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--example", required=True, help="the example bench_fields of holor-field-cpu, release build")
    parser.add_argument("--build", required=True, help="a folder for the C programs")
    parser.add_argument("--cc", default=os.environ.get("CC", "gcc"), help="the C compiler")
    parser.add_argument("--rounds", type=int, default=6, help="how often ours and C take turns")
    parser.add_argument("--bursts", type=int, default=8, help="bursts a turn")
    parser.add_argument("--seconds", type=float, default=0.06, help="seconds a burst")
    parser.add_argument("--quick", action="store_true", help="two turns, and no py-pde")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--precision", nargs="*", default=list(WORD), choices=list(WORD))
    parser.add_argument("--no-peers", action="store_true", help="C alone")
    parser.add_argument("--write", metavar="FOLDER", help="write fields.md into this folder")
    parser.add_argument("--json", help="a file for the numbers")
    parser.add_argument("problems", nargs="*", help=f"only these: {', '.join(PROBLEMS)}")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.bursts = min(options.rounds, 2), min(options.bursts, 6)
    if unknown := [name for name in options.problems if name not in PROBLEMS]:
        parser.error(f"no problem {', '.join(unknown)}")
    began = time.time()
    built = compile_c(options.cc, Path(options.build))
    listed = words_of([options.example, "list"]) or []
    steps = dict(zip(listed[::2], listed[1::2]))
    rows, peers = [], {}
    for problem in options.problems or PROBLEMS:
        print(f"measuring {PROBLEMS[problem][0]} …", flush=True)
        for precision in options.precision:
            for threads in options.threads:
                row = measure_case(problem, precision, threads, built, steps[problem], options)
                if row is None:
                    return 1
                rows.append(row)
        if not options.no_peers:
            peers[problem] = peers_of(problem, options)
    print("\n".join(["", "million cells a second", *table_of(rows, peers), ""]))
    print(f"beside {versions(options)}\n")
    judged = marks_of(rows, peers)
    for text, holds in judged:
        print(f"{'holds ' if holds else 'MISSED'}  {text}")
    if options.json:
        Path(options.json).write_text(json.dumps({"rows": rows, "peers": peers}, indent=1))
    if options.write:
        write(Path(options.write), rows, peers, judged, options)
    missed = sum(not holds for _, holds in judged)
    print(f"\n{missed} marks missed" if missed else "\nall marks hold", f"({time.time() - began:.0f} s)")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
