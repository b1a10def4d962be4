"""Writes the measurements as a page with pictures: docs/performance/geometry.md, geometry.svg and growth.svg."""

import math
import platform
import subprocess

COLOURS = {"crate": "#1f6f8b", "cell": "#79b4c9", "maxima": "#c77d2e", "sympy": "#8c6bb1"}
LABELS = {"crate": "holor, library", "cell": "holor, cell", "maxima": "Maxima ctensor", "sympy": "SymPy, simplify"}
STYLE = "font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#444\""


def seconds_text(value):
    if value is None:
        return "–"
    return f"{1e3 * value:.1f} ms" if value < 1 else f"{value:.2f} s"


def text(x, y, words, anchor="start", colour="#444", size=12):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}">{words}</text>'


def bars(rows, limit):
    """One group of bars per metric on a logarithmic scale of seconds."""
    keys = [key for key in COLOURS if any(key in row for row in rows)]
    low, high = -4, math.ceil(math.log10(limit))
    left, right, top, height = 190, 820, 46, 13
    group = height * len(keys) + 12
    bottom = top + group * len(rows)
    place = lambda seconds: left + (right - left) * (math.log10(max(seconds, 10.0**low)) - low) / (high - low)
    out = []
    for power in range(low, high + 1):
        x = place(10.0**power)
        words = f"{10 ** (power + 3):g} ms" if power < 0 else f"{10**power:g} s"
        out.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}" stroke="#8884" />')
        out.append(text(x, bottom + 16, words, "middle", size=11))
    for k, key in enumerate(keys):
        out.append(f'<rect x="{left + 150 * k}" y="14" width="12" height="12" fill="{COLOURS[key]}" />')
        out.append(text(left + 17 + 150 * k, 24, LABELS[key]))
    for n, row in enumerate(rows):
        y = top + group * n + 6
        out.append(text(left - 8, y + group / 2 - 2, row["title"], "end"))
        for k, key in enumerate(keys):
            if key not in row:
                continue
            seconds = row[key]["seconds"]
            end = place(limit if seconds is None else seconds)
            dash = ' fill-opacity="0.35"' if seconds is None else ""
            out.append(
                f'<rect x="{left}" y="{y + height * k:.1f}" width="{max(end - left, 1):.1f}" height="{height - 2}"'
                f' fill="{COLOURS[key]}"{dash} />'
            )
            words = f"not in {limit:g} s" if seconds is None else seconds_text(seconds)
            out.append(text(end + 4, y + height * k + 10, words, size=10))
    return svg(920, bottom + 30, out, "Processor time of the whole calculation, by metric and program")


def curve(rows):
    """Time and terms by dimension on a logarithmic scale."""
    rows = [row for row in rows if row["seconds"] is not None]
    left, right, top, bottom = 70, 640, 40, 330
    dimensions = [row["dimension"] for row in rows]
    x = lambda n: left + (right - left) * (n - dimensions[0]) / max(1, dimensions[-1] - dimensions[0])
    series = [
        ("seconds", "time, ms", "#1f6f8b", [1e3 * row["seconds"] for row in rows]),
        ("terms", "terms in Riemann", "#c77d2e", [row["terms"] for row in rows]),
        ("invariant", "terms in Kretschmann", "#8c6bb1", [row["invariant"] for row in rows]),
    ]
    values = [v for _, _, _, vs in series for v in vs if v]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    y = lambda v: bottom - (bottom - top) * (math.log10(v) - low) / (high - low)
    out = []
    for power in range(low, high + 1):
        out.append(f'<line x1="{left}" y1="{y(10.0**power):.1f}" x2="{right}" y2="{y(10.0**power):.1f}" stroke="#8884" />')
        out.append(text(left - 6, y(10.0**power) + 4, f"{10.0**power:g}", "end", size=11))
    for n in dimensions:
        out.append(text(x(n), bottom + 18, str(n), "middle"))
    out.append(text((left + right) / 2, bottom + 36, "dimension", "middle"))
    for k, (_, label, colour, found) in enumerate(series):
        points = [(x(n), y(v)) for n, v in zip(dimensions, found) if v]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" />')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}" />' for a, b in points]
        out.append(f'<rect x="{left + 170 * k}" y="12" width="12" height="12" fill="{colour}" />')
        out.append(text(left + 17 + 170 * k, 22, label))
    return svg(700, bottom + 48, out, "General diagonal metric: time and size by dimension")


def svg(width, height, parts, title):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" {STYLE}>\n'
        f"<title>{title}</title>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def machine():
    try:
        model = next(line for line in open("/proc/cpuinfo") if line.startswith("model name")).split(":")[1].strip()
    except (OSError, StopIteration):
        model = platform.machine()
    return model


def version(argv):
    try:
        return subprocess.run(argv, capture_output=True, text=True).stdout.split("\n")[0]
    except OSError:
        return ""


def write(folder, rows, grown, judged, limit):
    import sympy

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "geometry.svg").write_text(bars(rows, limit))
    if grown:
        (folder / "growth.svg").write_text(curve(grown))
    page = [
        "# Speed of tensor calculus",
        "",
        "Written by `cargo dev bench geometry --write`. Everything of each metric is calculated from its matrix:",
        "Christoffel symbols, Riemann, Ricci and Einstein tensors, curvature scalar, Kretschmann scalar, geodesic",
        "equations. Times are processor seconds, user and system, of a fresh process less an empty start of the same",
        f"program; a run is given {limit:g} s. The library's time is the mean of calculations on fresh charts. The Kretschmann",
        "scalars of all programs are compared at a point.",
        "",
        f"Measured on {machine()} beside {version(['maxima', '--version'])} and SymPy {sympy.__version__}.",
        "",
        "![Processor time by metric and program, logarithmic](geometry.svg)",
        "",
        "| metric | holor, library | holor, cell | Maxima | ratio | SymPy | ratio | peak MiB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        ours = row["crate"]["seconds"]
        cells = [row["title"], seconds_text(ours), seconds_text(row["cell"]["seconds"])]
        for peer in ("maxima", "sympy"):
            theirs = row.get(peer, {}).get("seconds")
            if peer not in row:
                cells += ["", ""]
            elif theirs is None:
                cells += [f"not in {limit:g} s", f"> {limit / ours:,.0f}" if ours else ""]
            else:
                cells += [seconds_text(theirs), f"{theirs / ours:,.0f}" if ours else ""]
        cells.append(f"{max(row[key]['memory'] for key in ('crate', 'cell')):.0f}")
        page.append("| " + " | ".join(cells) + " |")
    page += ["", "Ratios are to the library's time. Maxima runs with its defaults and with `ratfac: true`, and the"]
    page += ["better run counts; `x = cos θ` is the form that an expert gives it. SymPy calculates the definitions and", "simplifies each component.", ""]
    page += ["| mark | |", "|---|---|"]
    page += [f"| {words} | {'holds' if holds else 'missed'} |" for words, holds in judged]
    if grown:
        page += [
            "", "## Growth", "",
            "A diagonal metric of n unknown functions of all n coordinates; terms are those of the numerators and",
            "denominators of all independent components.", "",
            "![Time and terms by dimension, logarithmic](growth.svg)", "",
            "| dimension | time | peak MiB | terms in Riemann | terms in Kretschmann |", "|--:|--:|--:|--:|--:|",
        ]
        for row in grown:
            terms, invariant = (f"{row[key]:,}" if row[key] is not None else "–" for key in ("terms", "invariant"))
            page.append(f"| {row['dimension']} | {seconds_text(row['seconds'])} | {row['memory']:.0f} | {terms} | {invariant} |")
    (folder / "geometry.md").write_text("\n".join(page) + "\n")
