"""Measures holor, Maxima's ctensor and SymPy on the same metrics in the same run, and holds holor to its marks.

Everything of a metric is calculated: Christoffel symbols, Riemann, Ricci, curvature scalar, Einstein, Kretschmann,
geodesics. A time is the processor seconds of a fresh process, user and system, less those of an empty start of the
same program (for the peers with their tensor package loaded). `crate` is holor's library alone, the mean of
calculations on fresh charts for a third of a second; `cell` the whole way through `holor eval`: reading, evaluating, rendering. Each answer's Kretschmann scalar is evaluated at one point and
compared. Linux only.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sympy

import draw
import metrics
import peers

# What holor is held to: seconds in the library, and least ratios to a peer's time, by metric.
MOST_SECONDS = {"kerr": 0.010, "myers_perry_2": 0.100}
LEAST_RATIOS = {"kerr": [("maxima", "kerr", 1000), ("maxima", "kerr_x", 20)]}
MOST_FOR_ANY = 0.5
MOST_MEMORY = 200.0
GROWTH = range(2, 9)


class Program:
    """How a program is started on a script, what an empty script is, and what that costs."""

    def __init__(self, argv, scripts, empty, suffix):
        self.argv, self.scripts, self.empty, self.suffix = argv, scripts, empty, suffix
        self.start = None

    def measure(self, text, limit):
        """Processor seconds, peak MiB, output; `None` as seconds when the limit was reached."""
        with tempfile.NamedTemporaryFile("w", suffix=self.suffix, delete=False) as file:
            file.write(text)
        try:
            return run([*self.argv, file.name], limit)
        finally:
            os.unlink(file.name)

    def answer(self, metric, limit, rounds):
        if self.start is None:
            starts = [self.measure(self.empty, limit)[0] for _ in range(5)]
            self.start = statistics.median(starts)
        answers = [self.of_script(script(metric), limit, rounds) for script in self.scripts]
        finished = [answer for answer in answers if answer["seconds"] is not None]
        return min(finished or answers, key=lambda answer: answer["seconds"] or 0.0)

    def of_script(self, text, limit, rounds):
        found = [self.measure(text, limit) for _ in range(rounds)]
        if any(seconds is None for seconds, _, _ in found):
            return {"seconds": None, "memory": found[0][1], "invariant": None}
        _, memory, output = found[0]
        # Maxima leaves a failed batch with success.
        if not re.search(r"^K ", output, re.M):
            return {"seconds": None, "memory": memory, "invariant": None}
        printed = re.search(r"^K (.*)", output, re.M)
        # The library counts its own time, because starting a process takes longer than most metrics.
        counted = [re.search(r"^processor (\d+) ns", output, re.M) for _, _, output in found]
        own = [int(count[1]) / 1e9 for count in counted if count]
        seconds = statistics.median(own or [seconds - self.start for seconds, _, _ in found])
        return {
            "seconds": max(0.0, seconds),
            "memory": memory,
            "invariant": printed[1],
            "output": output,
        }


# A process counts the memory of the one it was forked from; so the program is forked from this small one.
LAUNCHER = """
import json, os, resource, sys
report, limit, argv = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
child = os.fork()
if child == 0:
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    os.execvp(argv[0], argv)
_, status, usage = os.wait4(child, 0)
code = os.waitstatus_to_exitcode(status)
with open(report, "w") as file:
    json.dump([code, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024], file)
"""


def run(argv, limit):
    """Runs a program to its end under a limit of processor seconds; seconds, peak MiB, output."""
    with tempfile.TemporaryDirectory() as folder:
        report, printed = Path(folder) / "report", Path(folder) / "printed"
        with printed.open("wb") as out:
            subprocess.run(
                [sys.executable, "-I", "-S", "-c", LAUNCHER, report, str(max(1, round(limit))), *argv],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=True,
            )
        code, seconds, memory = json.loads(report.read_text())
        output = printed.read_text(errors="replace")
    if code != 0:
        # A run that reached its limit is no failure.
        if code not in (-signal.SIGXCPU, -signal.SIGKILL):
            print(f"{' '.join(argv)} failed ({code}):\n{output[-2000:]}", file=sys.stderr)
        return None, memory, output
    return seconds, memory, output


def programs(options):
    found = {
        "crate": Program([options.example], [as_text], "", ".txt"),
        "cell": Program([options.holor, "eval"], [peers.holor], "print(1)\n", ".holor"),
    }
    if options.maxima:
        scripts = [lambda metric, setting=setting: peers.maxima(metric, setting) for setting in peers.MAXIMA_SETTINGS]
        found["maxima"] = Program([options.maxima, "--very-quiet", "--batch"], scripts, peers.MAXIMA_START, ".mac")
    found["sympy"] = Program([sys.executable], [peers.sympy], peers.SYMPY_START, ".py")
    return found


def as_text(metric):
    """A metric as the library's example reads it."""
    lines = [metric.coordinates, sorted(metric.functions), *metric.rows]
    return "\n".join(" ".join(words) for words in lines) + "\n"


def value_at(metric, text):
    """A printed formula at the metric's point, as a number."""
    if text is None:
        return None
    text = text.replace("'", "").replace("%e", "E").replace("%pi", "pi").replace("θ", "theta").replace("φ", "phi")
    text = text.replace("ψ", "psi").replace("^", "**")
    letters = {name: sympy.Symbol(name) for name in {*metric.coordinates, *metric.point}}
    names = dict(letters)
    for name, formula in metric.functions.items():
        formula = sympy.sympify(formula.replace("^", "**"), letters)
        at = [letters[c] for c in argument_names(metric, name)]
        names[name] = lambda *values, formula=formula, at=at: formula.subs(dict(zip(at, values)), simultaneous=True)
    names.update({"diff": sympy.diff, "E": sympy.E, "sqrt": sympy.sqrt, "e": sympy.E})
    for name in ("sin", "cos", "exp", "tan", "cot", "sinh", "cosh", "pi"):
        names[name] = getattr(sympy, name)
    # Integers become exact numbers before Python divides them.
    text = re.sub(r"(?<![\w.])(\d+)(?![\w.])", r"Integer(\1)", text)
    names["Integer"] = sympy.Integer
    value = eval(text, {"__builtins__": {}}, names)  # noqa: S307 (our own programs' output)
    point = {letters[name]: sympy.Rational(number) for name, number in metric.point.items()}
    return float(sympy.sympify(value).subs(point).evalf(30))


def argument_names(metric, function):
    for row in metric.rows:
        for entry in row:
            if found := re.search(rf"\b{function}\(([^()]*)\)", entry):
                return found[1].split(",")
    return metric.coordinates


def agree(a, b):
    return a is not None and b is not None and abs(a - b) <= 1e-9 * (1 + abs(b))


def seconds_text(value):
    if value is None:
        return "did not finish"
    return f"{1e3 * value:.1f} ms" if value < 1 else f"{value:.2f} s"


def ratio_text(theirs, ours, limit):
    if not ours:
        return ""
    if theirs is None:
        return f"> {limit / ours:,.0f}×"
    return f"{theirs / ours:,.1f}×" if theirs < 100 * ours else f"{theirs / ours:,.0f}×"


def measure(options):
    tools = programs(options)
    rows = []
    for name in options.metrics or metrics.names():
        metric = metrics.named(name)
        print(f"measuring {metric.title} …", flush=True)
        row = {"name": name, "title": metric.title}
        for key, program in tools.items():
            ours = key in ("crate", "cell")
            row[key] = program.answer(metric, options.limit, options.rounds if ours else 1)
            try:
                row[key]["value"] = value_at(metric, row[key]["invariant"])
            except Exception as error:  # an answer that cannot be read is shown as not comparable
                print(f"   {key}: {type(error).__name__}: {error}", file=sys.stderr)
                row[key]["value"] = None
        rows.append(row)
    return rows


def report(rows, options):
    """The table as lines of text, and the marks that are missed."""
    lines = [f"{'':28}{'crate':>10}{'cell':>10}{'maxima':>16}{'':>10}{'sympy':>16}{'':>10}{'MiB':>7}  Kretschmann"]
    for row in rows:
        ours = row["crate"]["seconds"]
        text = f"{row['title']:28}{seconds_text(ours):>10}{seconds_text(row['cell']['seconds']):>10}"
        verdicts = []
        for peer in ("maxima", "sympy"):
            theirs = row.get(peer)
            if theirs is None:
                text += f"{'-':>16}{'':>10}"
                continue
            text += f"{seconds_text(theirs['seconds']):>16}{ratio_text(theirs['seconds'], ours, options.limit):>10}"
            if theirs["value"] is not None:
                verdicts.append(agree(theirs["value"], row["crate"]["value"]))
        memory = max(row[key]["memory"] for key in ("crate", "cell"))
        verdicts.append(agree(row["cell"]["value"], row["crate"]["value"]))
        lines.append(f"{text}{memory:7.0f}  {'agree' if all(verdicts) else 'DIFFER'}")
    return lines


def marks(rows, limit):
    """Each mark with whether it holds."""
    by_name = {row["name"]: row for row in rows}
    found = []
    for name, most in MOST_SECONDS.items():
        if name in by_name:
            ours = by_name[name]["crate"]["seconds"]
            found.append((f"{by_name[name]['title']} ≤ {1e3 * most:g} ms: {seconds_text(ours)}", ours is not None and ours <= most))
    for name, list_ in LEAST_RATIOS.items():
        for peer, other, least in list_:
            if name in by_name and other in by_name and peer in by_name[other]:
                ours, theirs = by_name[name]["crate"]["seconds"], by_name[other][peer]["seconds"]
                # What did not finish took at least the limit.
                holds = bool(ours) and (limit if theirs is None else theirs) / ours >= least
                shown = "did not finish" if theirs is None else f"{theirs / ours:,.0f}×" if ours else "-"
                found.append((f"{by_name[name]['title']} ≥ {least:,}× {peer} on {by_name[other]['title']}: {shown}", holds))
    for key, words in (("crate", "no calculation"), ("cell", "no cell")):
        slow = [row["title"] for row in rows if row[key]["seconds"] is None or row[key]["seconds"] > MOST_FOR_ANY]
        found.append((f"{words} over {MOST_FOR_ANY:g} s" + (f" but {', '.join(slow)}" if slow else ""), not slow))
    memory = max(max(row[key]["memory"] for key in ("crate", "cell")) for row in rows)
    found.append((f"memory < {MOST_MEMORY:g} MiB: {memory:.0f} MiB", memory < MOST_MEMORY))
    wrong = [row["title"] for row in rows if not agree(row["cell"]["value"], row["crate"]["value"])]
    for peer in ("maxima", "sympy"):
        wrong += [
            f"{row['title']} ({peer})" for row in rows
            if peer in row and row[peer]["value"] is not None and not agree(row[peer]["value"], row["crate"]["value"])
        ]
    found.append(("all Kretschmann scalars agree" + (f" but {', '.join(wrong)}" if wrong else ""), not wrong))
    return found


def growth(options):
    """Time, memory and terms of general diagonal metrics by dimension."""
    crate = programs(options)["crate"]
    rows = []
    for n in GROWTH:
        print(f"growth: dimension {n} …", flush=True)
        found = crate.answer(metrics.general_diagonal(n), options.limit, 1)
        terms = re.search(r"^terms (\d+) (\d+)", found.get("output", ""), re.M)
        counts = [int(terms[1]), int(terms[2])] if terms else [None, None]
        rows.append({"dimension": n, "seconds": found["seconds"], "memory": found["memory"], "terms": counts[0], "invariant": counts[1]})
    return rows


def growth_lines(rows):
    lines = [f"{'dimension':>9}{'time':>16}{'MiB':>8}{'terms in Riemann':>18}{'terms in Kretschmann':>22}"]
    for row in rows:
        terms, invariant = (f"{row[key]:,}" if row[key] is not None else "-" for key in ("terms", "invariant"))
        lines.append(f"{row['dimension']:>9}{seconds_text(row['seconds']):>16}{row['memory']:8.0f}{terms:>18}{invariant:>22}")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--holor", required=True, help="the holor program, release build")
    parser.add_argument("--example", required=True, help="the example measure_metric of holor-geometry, release build")
    parser.add_argument("--maxima", default=shutil.which("maxima"), help="the Maxima program")
    parser.add_argument("--limit", type=float, default=120.0, help="processor seconds that a run may take")
    parser.add_argument("--rounds", type=int, default=3, help="runs of holor per metric; the median counts")
    parser.add_argument("--write", metavar="FOLDER", help="write geometry.md and its pictures into this folder")
    parser.add_argument("--json", help="a file for the numbers")
    parser.add_argument("metrics", nargs="*", help=f"only these: {', '.join(metrics.names())}")
    options = parser.parse_args()
    began = time.time()
    rows = measure(options)
    table = report(rows, options)
    print("\n".join(["", *table]))
    grown = [] if options.metrics else growth(options)
    if grown:
        print("\n".join(["", *growth_lines(grown)]))
    print()
    judged = marks(rows, options.limit)
    for text, holds in judged:
        print(f"{'holds ' if holds else 'MISSED'}  {text}")
    if options.json:
        for row in rows:
            for found in row.values():
                if isinstance(found, dict):
                    found.pop("output", None)
        Path(options.json).write_text(json.dumps({"rows": rows, "growth": grown}, indent=1))
    if options.write:
        draw.write(Path(options.write), rows, grown, judged, options.limit)
    missed = sum(not holds for _, holds in judged)
    print(f"\n{missed} marks missed" if missed else "\nall marks hold", f"({time.time() - began:.0f} s)")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
