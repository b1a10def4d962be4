"""Puts together what `measure.sh` has found: prints a table of problems, programs and ratios and the marks that holor is held to.

    python bench.py RESULTS [--write FOLDER]

RESULTS/summary.json and summary.txt keep the same. `--write` writes cuda.md into a folder, where a card was measured.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import reference

PEERS = {"jax": "JAX", "cupy": "CuPy", "torch": "PyTorch"}
LEAST_OF_COPY = 0.8
LEAST_OF_TRANSFORMS = 0.9
LEAST_OF_PEERS = 2
MOST_FIRST, MOST_FROM_CACHE = 1.0, 0.05
# The small box of the example `speed`: points along sides of planes and cubes, steps, and how near NumPy's checksum has to be.
PLANE, CUBE, STEPS = 96, 24, 10
NEAR = {"double": 1e-10, "single": 1e-3}


def load(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


def number(value, digits=3):
    if value is None:
        return "–"
    if value == 0:
        return "0"
    return f"{value:,.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"


def percent(value):
    return "–" if value is None else f"{100 * value:.0f} %"


def rows_of(results):
    """holor's rows, each with those of the peers that calculate the same on the same card."""
    speed = load(results / "marks.json") or {}
    peers = {name: load(results / f"{name}.json") or [] for name in PEERS}
    rows = speed.get("marks", [])
    for row in rows:
        dimensions = len(row["points"])
        shape = (CUBE if dimensions == 3 else PLANE,) * dimensions
        row["numpy_apart"] = abs(row["checksum"] / reference.checksum(row["name"], shape, STEPS) - 1)
        row["peers"] = {}
        for name, found in peers.items():
            same = lambda other: all(other[key] == row[key] for key in ("name", "precision", "points"))
            other = next((other for other in found if same(other) and other["on_card"] and other["near"]), None)
            if other:
                row["peers"][name] = other
    return speed, rows


HEAD = [
    "problem", "precision", "Mcells/s", "µs a step", "least bytes, of copy", "all programs', of copy", "cuFFT alone, of step", "processor's numbers",
    "NumPy's", *(text for title in PEERS.values() for text in (title, "ratio")),
]


def cells_of(row, copy):
    cells = [
        reference.PROBLEMS[row["name"]].title(row["points"]), row["precision"], number(row["mcells_per_s"], 4), number(row["step_s"] * 1e6, 4),
        percent(row.get("share_of_copy")), percent(row["programs_bytes_per_s"] / copy), percent(row.get("transforms_of_step")),
        "same bits" if row["same_bits"] else f"{row['apart']:.0e}", f"{row['numpy_apart']:.0e}",
    ]
    for name in PEERS:
        other = row["peers"].get(name)
        cells += [number(other["mcells_per_s"]), f"{row['mcells_per_s'] / other['mcells_per_s']:.2f}"] if other else ["–", "–"]
    return cells


def marks_of(results, rows):
    """Each mark with whether it holds; none where nothing was measured for it."""
    found = []
    label = lambda row: f"{row['name']} {row['precision']}"

    def mark(words, chosen, holds, show):
        if chosen:
            bad = [f"{label(row)}: {show(row)}" for row in chosen if not holds(row)]
            found.append((words + (" but " + "; ".join(bad) if bad else ""), not bad))

    mark(
        f"≥ {percent(LEAST_OF_COPY)} of a copy's speed with the fewest bytes", [row for row in rows if "share_of_copy" in row],
        lambda row: row["share_of_copy"] >= LEAST_OF_COPY, lambda row: percent(row["share_of_copy"]),
    )
    mark(
        f"cuFFT alone takes ≥ {percent(LEAST_OF_TRANSFORMS)} of a step", [row for row in rows if "transforms_of_step" in row],
        lambda row: row["transforms_of_step"] >= LEAST_OF_TRANSFORMS, lambda row: percent(row["transforms_of_step"]),
    )
    for name, title in PEERS.items():
        ratio = lambda row, name=name: row["mcells_per_s"] / row["peers"][name]["mcells_per_s"]
        mark(
            f"≥ {LEAST_OF_PEERS}× {title}", [row for row in rows if name in row["peers"]], lambda row: ratio(row) >= LEAST_OF_PEERS,
            lambda row: f"{ratio(row):.2f}×",
        )
    mark(
        "without transforms the processor's bits", [row for row in rows if "share_of_copy" in row], lambda row: row["same_bits"],
        lambda row: f"{row['apart']:.0e} apart",
    )
    mark(
        "checksums agree with NumPy's", rows, lambda row: row["numpy_apart"] <= NEAR[row["precision"]], lambda row: f"{row['numpy_apart']:.0e}",
    )
    firsts = (load(results / "first.json") or {}).get("first", [])
    ready = lambda row, store: row[store]["open_s"] + row[store]["prepare_s"]
    for store, most, words in (("empty", MOST_FIRST, "with nothing kept"), ("full", MOST_FROM_CACHE, "with compiled kernels kept")):
        bad = [f"{row['name']}: {ready(row, store):.3f} s" for row in firsts if ready(row, store) > most]
        if firsts:
            found.append((f"ready in ≤ {most} s {words}" + (" but " + "; ".join(bad) if bad else ""), not bad))
    return found


def others(results):
    """How the parts without numbers ended, in lines."""
    lines = []
    for part in ("tests", "memcheck", "racecheck"):
        path = results / f"{part}.txt"
        text = path.read_text(errors="replace").splitlines() if path.exists() else []
        words = ("test result", "ERROR SUMMARY", "RACECHECK SUMMARY", "── ", "left out", "Target application")
        lines += [f"{part}: {line.strip('= ')}" for line in text if any(word in line for word in words)]
        lines += [f"{part}: {line}" for line in text if line.startswith("test ") and line.endswith("FAILED")]
    speed = [load(results / f"{part}.json") or {} for part in ("marks", "first", "golden")]
    lines += [f"failed: {failure}" for found in speed for failure in found.get("failures", [])]
    for name, title in PEERS.items():
        far = [row for row in load(results / f"{name}.json") or [] if not row["near"]]
        lines += [f"{title}, {row['name']} {row['precision']}: not compared, {row['apart']:.0e} from NumPy" for row in far]
    alone = [row for row in load(results / "cupy.json") or [] if "bare_transforms_s" in row]
    alone += [{**row, "peer": "holor"} for row in speed[0].get("marks", []) if "bare_transforms_s" in row]
    lines += [f"cuFFT alone by {row['peer']}, {row['precision']}: {number(row['bare_transforms_s'] * 1e6, 4)} µs a step" for row in alone]
    golden = speed[2].get("golden", [])
    if golden:
        same = sum(row["same_bits"] for row in golden)
        apart = [f"{row['name']} {row['precision']} {row['apart']:.0e}" for row in golden if not row["same_bits"]]
        lines.append(f"golden equations: {same} of {len(golden)} have the processor's bits" + (f"; apart: {', '.join(apart)}" if apart else ""))
    return lines


def starts_of(results):
    """A table of seconds until an equation is ready."""
    rows = []
    for row in (load(results / "first.json") or {}).get("first", []):
        for store, words in (("empty", "nothing"), ("full", "compiled kernels")):
            seconds = [row[store][key] for key in ("open_s", "prepare_s", "first_step_s", "again_s")]
            rows.append([row["name"], words, *(f"{1e3 * second:.0f}" for second in seconds)])
    return [["first use, ms", "kept", "open", "prepare", "first step", "prepare again"], *rows] if rows else []


def aligned(table):
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))] if table else []
    text = lambda column, cell: f"{cell:{'<' if column < 2 else '>'}{widths[column]}}"
    return ["  ".join(text(column, cell) for column, cell in enumerate(line)).rstrip() for line in table]


def markdown(table):
    rule = "|---|---|" + "--:|" * (len(table[0]) - 2)
    return [f"| {' | '.join(table[0])} |", rule, *(f"| {' | '.join(line)} |" for line in table[1:])]


def versions(results, speed, rows):
    """What was measured, in words."""
    machine = (results / "machine.txt").read_text(errors="replace").splitlines() if (results / "machine.txt").exists() else []
    card = next((line for line in machine if line.startswith(speed["card"])), speed["card"])
    driver = card.split(", ")[1] if ", " in card else "unknown"
    memory, capability = speed["memory"] / 2**30, ".".join(map(str, speed["capability"]))
    peers = sorted({f"{PEERS[name]} {other['version']}" for row in rows for name, other in row["peers"].items()})
    date = (results / "date.txt").read_text().strip()
    return (
        f"{date} on {speed['card']} ({memory:.0f} GiB, compute capability {capability}), driver {driver} for CUDA {speed['driver_cuda']}, "
        f"NVRTC {speed['nvrtc']}" + (f", beside {', '.join(peers)}" if peers else "")
    )


def page_of(results, speed, rows, table, judged):
    copy = speed["copy_bytes_per_s"]
    page = [
        "# Speed on graphics cards",
        "",
        "Written by `cargo dev bench cuda --write`. Each problem goes the way of a person's equation: terms, differences or Fourier modes, a method",
        "in time, kernels. The peers in `tests/bench_cuda` calculate the same in the same precision, as their documentation teaches. Speeds are",
        "million cells times steps a second, medians of several bursts.",
        "",
        f"Measured {versions(results, speed, rows)}. A copy within its memory reads and writes {copy / 1e9:,.0f} GB/s together.",
        "",
        *markdown(table),
        "",
        "*least bytes*: the fewest that the scheme must read and write where each evaluation of the right-hand side is one pass over memory (2",
        "numbers of a cell for diffusion, 4 for Gray and Scott, 3 for waves, 26 for the complex field with Runge and Kutta's method); several steps or",
        "stages at once move fewer. *all programs'*: what the plan's programs would move one after another, each array once. *cuFFT alone*: its",
        "time for the transforms of a step. *processor's numbers*: the same bits as on the processor, or the largest relative difference;",
        "*NumPy's*: relative difference of a checksum.",
    ]
    starts = starts_of(results)
    if starts:
        page += ["", *markdown(starts), "", "Each in a new process, *prepare again* in the same one."]
    page += ["", *(f"- {line}" for line in others(results))]
    page += ["", "| mark | |", "|---|---|"]
    page += [f"| {words} | {'holds' if holds else 'missed'} |" for words, holds in judged]
    return "\n".join(page) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="the folder that measure.sh has filled")
    parser.add_argument("--write", metavar="FOLDER", type=Path, help="write cuda.md into this folder")
    options = parser.parse_args()
    speed, rows = rows_of(options.results)
    if "card" not in speed:
        print(speed.get("error", "speed has not run"))
        print("nothing was measured on a card" + (": no page is written" if options.write else ""))
        return 1 if options.write else 0
    copy = speed.get("copy_bytes_per_s", math.nan)
    table = [HEAD, *(cells_of(row, copy) for row in rows)]
    judged = marks_of(options.results, rows)
    lines = [versions(options.results, speed, rows), f"a copy within memory: {copy / 1e9:,.0f} GB/s", "", *aligned(table), ""]
    lines += [*aligned(starts_of(options.results)), "", *others(options.results), ""]
    lines += [f"{'holds ' if holds else 'MISSED'}  {text}" for text, holds in judged]
    lines += ["", *(f"{row['name']} {row['precision']}: {'; '.join(row['remarks'])}" for row in rows)]
    print("\n".join(lines))
    (options.results / "summary.txt").write_text("\n".join(lines) + "\n")
    marks = [{"mark": words, "holds": holds} for words, holds in judged]
    (options.results / "summary.json").write_text(json.dumps({"speed": speed, "rows": rows, "marks": marks}, indent=1) + "\n")
    if options.write:
        if speed.get("smaller", 1) != 1 or not rows:
            print("boxes were smaller than those of the marks: no page is written")
            return 1
        options.write.mkdir(parents=True, exist_ok=True)
        (options.write / "cuda.md").write_text(page_of(options.results, speed, rows, table, judged))
    return 0


if __name__ == "__main__":
    sys.exit(main())
