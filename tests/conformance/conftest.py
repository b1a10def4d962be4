"""Where the tests run: a kernelspec of the holor under test in a folder of its own, and no trace in anyone's home.

The program under test is named by the variable HOLOR; `cargo dev ci conformance` sets it.
"""

import os
import subprocess
from pathlib import Path

import pytest

from frontend import FrontEnd

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def holor(tmp_path_factory):
    """Installs the kernelspec where the Jupyter of this session, and no other, finds it."""
    folder = tmp_path_factory.mktemp("jupyter")
    os.environ.update(
        HOME=str(folder),
        HOLOR_DATA_DIR=str(folder / "holor"),
        IPYTHONDIR=str(folder / "ipython"),
        JUPYTER_CONFIG_DIR=str(folder / "config"),
        JUPYTER_DATA_DIR=str(folder / "data"),
        JUPYTER_RUNTIME_DIR=str(folder / "runtime"),
        JUPYTER_PATH=str(folder / "prefix" / "share" / "jupyter"),
    )
    program = os.environ["HOLOR"]
    subprocess.run([program, "install", "--prefix", folder / "prefix"], check=True, timeout=60)
    return program


@pytest.fixture(scope="session")
def shared(holor):
    """The kernel that most tests share, one after the other."""
    kept = []
    yield kept
    for front_end in kept:
        front_end.stop()


@pytest.fixture
def kernel(shared, request):
    """A kernel that other tests have used before. A test that fails does not hand it on."""
    if not shared:
        shared.append(FrontEnd())
    yield shared[0]
    if not getattr(request.node, "passed", False):
        shared.pop().stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.passed = report.passed
    return report


@pytest.fixture
def fresh(holor):
    """A kernel of the test's own, for tests that end, stall or overload it."""
    with FrontEnd() as front_end:
        yield front_end
