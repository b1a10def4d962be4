"""How a kernel is interrupted, ends, and outlives nobody."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import psutil
import pytest

from frontend import FrontEnd

# Generous: the test is that it comes back at all. `cargo dev bench kernel` measures how fast.
SOON = 2.0


def gone(pid, seconds):
    """Whether a process ends within some time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("by", ["message", "signal"])
@pytest.mark.parametrize("code", ["while true { }", "sleep(60)", "for k in 1..10^12 { k }"])
def test_an_interrupt_gives_the_prompt_back_and_keeps_the_state(kernel, by, code):
    kernel.run("d1 = 17")
    running = kernel.start(code)
    time.sleep(0.2)
    began = time.monotonic()
    if by == "message":
        assert kernel.interrupt().status == "ok"
    else:
        os.kill(kernel.pid, signal.SIGINT)
    answer = kernel.wait(running, timeout=10)
    assert time.monotonic() - began < SOON
    assert answer.status == "error" and "E0701" in answer.error["ename"]
    assert kernel.run("d1").text == "17"


def test_an_interrupt_at_rest_changes_nothing(kernel):
    kernel.interrupt()
    os.kill(kernel.pid, signal.SIGINT)
    time.sleep(0.1)
    assert kernel.alive()


def test_an_interrupt_stops_the_queue_behind_the_cell(kernel):
    running = kernel.start("while true { }")
    second = kernel.send("execute_request", {"code": "5"})
    kernel.interrupt()
    assert kernel.wait(running).status == "error"
    assert kernel.wait(second).status in ("ok", "error", "aborted")
    assert kernel.alive()


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("busy", [False, True])
def test_shutdown_is_answered_and_the_process_goes(fresh, restart, busy):
    if busy:
        fresh.start("while true { }")
    pid = fresh.pid
    reply = fresh.reply(fresh.send("shutdown_request", {"restart": restart}, "control"), "control", 10)
    assert reply["content"] == {"status": "ok", "restart": restart}
    assert gone(pid, SOON)
    assert fresh.manager.provisioner.process.wait(timeout=5) == 0


def test_shutdown_on_the_shell_channel_is_answered_too(fresh):
    pid = fresh.pid
    reply = fresh.reply(fresh.send("shutdown_request", {"restart": False}), timeout=10)
    assert reply["content"]["status"] == "ok"
    assert gone(pid, SOON)


def test_the_shutdown_reply_always_arrives(holor):
    for _ in range(10):
        with FrontEnd() as front_end:
            request = front_end.send("shutdown_request", {"restart": False}, "control")
            assert front_end.reply(request, "control", 10)["content"]["status"] == "ok"


def test_a_termination_signal_ends_the_kernel(fresh):
    os.kill(fresh.pid, signal.SIGTERM)
    assert gone(fresh.pid, 5)


def test_the_kernel_goes_when_its_parent_dies(holor):
    parent = textwrap.dedent("""
        import sys, time
        from jupyter_client.manager import start_new_kernel
        manager, client = start_new_kernel(kernel_name="holor")
        print(manager.provisioner.process.pid, flush=True)
        time.sleep(60)
    """)
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    kernel = int(process.stdout.readline())
    assert psutil.pid_exists(kernel)
    process.kill()
    process.wait()
    assert gone(kernel, 5)


def test_a_missing_connection_file_is_said_plainly(holor, tmp_path):
    run = subprocess.run(
        [holor, "kernel", "-f", tmp_path / "none.json"], capture_output=True, text=True, timeout=20
    )
    assert run.returncode != 0
    assert "none.json" in run.stderr and "panicked" not in run.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", '{"transport": "pigeon"}'])
def test_a_broken_connection_file_is_said_plainly(holor, tmp_path, text):
    file = tmp_path / "broken.json"
    file.write_text(text)
    run = subprocess.run([holor, "kernel", "-f", file], capture_output=True, text=True, timeout=20)
    assert run.returncode != 0
    assert run.stderr and "panicked" not in run.stderr
