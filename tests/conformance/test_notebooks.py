"""The gallery runs in the tools that run notebooks, and gives what is committed."""

import copy
import os
import re
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

GALLERY = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(GALLERY.glob("*.ipynb"))
COMPARED = ("text/plain", "text/latex")


def compared(cell):
    """What a reader sees of a cell's output, less what differs from run to run."""
    seen = []
    for output in cell.get("outputs", []):
        if output["output_type"] == "stream":
            seen.append((output["name"], "".join(output["text"])))
        elif output["output_type"] == "error":
            seen.append(("error", output["ename"], output["evalue"]))
        else:
            data = output["data"]
            seen.append(tuple("".join(data[kind]) for kind in COMPARED if kind in data))
    return seen


def merged(seen):
    """Neighbouring pieces of one stream count as one: where a stream is cut is a matter of time."""
    result = []
    for item in seen:
        if result and item[0] in ("stdout", "stderr") and result[-1][0] == item[0]:
            result[-1] = (item[0], result[-1][1] + item[1])
        else:
            result.append(item)
    return result


def may_fail(cell):
    return "raises-exception" in cell.metadata.get("tags", [])


def is_measured(cell):
    """Whether it shows times or rates, which are others in every run."""
    return "measured" in cell.metadata.get("tags", [])


def same(before, after):
    """Whether two runs of a cell show the same, or as many results where they are measured."""
    before_seen, after_seen = merged(compared(before)), merged(compared(after))
    if is_measured(before):
        return len(before_seen) == len(after_seen) > 0
    return before_seen == after_seen


def test_there_is_a_tour():
    assert (GALLERY / "01-tour.ipynb") in NOTEBOOKS


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def run(request):
    """A notebook as committed and as a fresh kernel gives it."""
    committed = nbformat.read(request.param, as_version=4)
    # As front ends do, in the notebook's own folder.
    own_folder = {"metadata": {"path": str(GALLERY)}}
    client = nbclient.NotebookClient(copy.deepcopy(committed), timeout=300, kernel_name="holor", resources=own_folder)
    executed = client.execute()
    return request.param, committed, executed


def test_the_outputs_are_those_committed(run):
    _, committed, executed = run
    for before, after in zip(committed.cells, executed.cells, strict=True):
        assert same(before, after), before.source


def test_no_cell_fails_unannounced(run):
    _, _, executed = run
    for cell in executed.cells:
        failed = any(output["output_type"] == "error" for output in cell.get("outputs", []))
        assert failed == may_fail(cell) or not failed, cell.source


def test_the_notebook_is_valid_and_names_holor(run):
    path, committed, _ = run
    nbformat.validate(committed)
    assert committed.metadata.kernelspec.name == "holor"
    assert all(cell.get("execution_count") for cell in committed.cells if cell.cell_type == "code" and cell.source)
    assert path.stat().st_size < 4_000_000


def test_papermill_runs_it(run, tmp_path):
    path, committed, _ = run
    if any(may_fail(cell) for cell in committed.cells):
        # papermill stops at the first error whatever its tag says.
        nbformat.write(without_failures(committed), path := tmp_path / "without-failures.ipynb")
    command = [sys.executable, "-m", "papermill", "--kernel", "holor", "--no-progress-bar", "--cwd", GALLERY]
    command += [path, tmp_path / "out.ipynb"]
    subprocess.run(command, check=True, timeout=600)
    executed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert all(cell.get("execution_count") for cell in executed.cells if cell.cell_type == "code" and cell.source)


def without_failures(notebook):
    notebook = copy.deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if not may_fail(cell)]
    return notebook


def test_nbconvert_runs_and_prints_it(run, tmp_path):
    path, _, _ = run
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", "--output-dir", tmp_path, path]
    subprocess.run(command, check=True, timeout=600)
    page = (tmp_path / f"{path.stem}.html").read_text()
    assert "<html" in page and len(page) > 10_000


def test_holor_runs_it_without_jupyter(run, holor, tmp_path):
    path, committed, _ = run
    out = tmp_path / "out.ipynb"
    done = subprocess.run([holor, "run", path, "-o", out], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    executed = nbformat.read(out, as_version=4)
    for before, after in zip(committed.cells, executed.cells, strict=True):
        assert same(before, after), before.source


def test_holor_prints_a_page_that_needs_no_network(run, holor, tmp_path):
    path, _, _ = run
    page = tmp_path / "out.html"
    subprocess.run([holor, "run", path, "-o", page], check=True, capture_output=True, timeout=600)
    text = page.read_text()
    assert "<math" in text and "<svg" in text
    loads = re.findall(r"""(?:<(?:script|img|iframe)[^>]*\ssrc|<link[^>]*\shref)=["'](?!data:)([^"']+)""", text)
    assert loads == []


def test_an_error_ends_a_run(holor, tmp_path):
    script = tmp_path / "wrong.holor"
    script.write_text("1 + 1\n# %%\n1/0\n# %%\nprint(7)\n")
    done = subprocess.run([holor, "run", script], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "7" not in done.stdout


def test_jupyter_lists_the_kernel(holor):
    listed = subprocess.run(
        [sys.executable, "-m", "jupyter", "kernelspec", "list", "--json"],
        check=True, capture_output=True, text=True, env=os.environ, timeout=60,
    )
    assert '"holor"' in listed.stdout
