"""Measures holor beside ipykernel in the same run and prints both, their ratio and the marks.

Both kernels are driven by the same bare client: two sockets, signed messages, no event loop. Processor time is
read per thread from the scheduler's own counters, in nanoseconds; it is steadier than wall time on a machine
that does other things. Linux only.
"""

import argparse
import atexit
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.session import Session

from frontend import cell

DIALECTS = {
    "holor": {
        "argv": None,
        "execute": "1",
        "complete": "nullsp",
        "busy": "while true { }",
        "displays": "for k in 1..10000 { display(k) }",
        "lines": "for k in 1..10000 { print(k) }",
        "stream": 's = "%s"\nfor k in 1..128 { print(s) }',
        "interrupt": "message",
    },
    "ipykernel": {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f"],
        "execute": "1",
        "complete": "impor",
        "busy": "while True: pass",
        "displays": "for k in range(10000): display(k)",
        "lines": "for k in range(10000): print(k)",
        "stream": 's = "%s"\nfor k in range(128): print(s)',
        "interrupt": "signal",
    },
}

# What is measured, its unit, and the mark that holor is held to.
ROWS = [
    ("cold start, wall", "ms", None),
    ("cold start, processor", "ms", 10.0),
    ("warm execute, least", "ms", 0.6),
    ("warm execute, median", "ms", None),
    ("processor per execute", "ms", None),
    ("completion, least", "ms", 1.0),
    ("completion, median", "ms", None),
    ("completion while a cell runs, least", "ms", 1.0),
    ("completion while a cell runs, median", "ms", None),
    ("resident after start", "MiB", 15.0),
    ("10,000 displays", "s", None),
    ("10,000 displays, processor", "s", None),
    ("10,000 displays, lost", "", 0.0),
    ("10,000 lines", "s", None),
    ("10,000 lines, processor", "s", None),
    ("10,000 lines, lost", "", 0.0),
    ("8 MiB of output", "s", None),
    ("resident after all this", "MiB", None),
    ("interrupt to idle, worst", "ms", 50.0),
    ("shutdown to gone", "ms", None),
]
COLD_START_RATIO = 1 / 20


class Kernel:
    """A kernel process and the bare client of it."""

    def __init__(self, argv, folder):
        # Ports are given away when the file is written, so a fresh file for each start.
        self.file, info = write_connection_file(str(Path(tempfile.mkdtemp(dir=folder)) / "kernel.json"))
        self.session = Session(key=info["key"].encode() if isinstance(info["key"], str) else info["key"])
        self.sockets = {}
        began = time.perf_counter()
        # /dev/null and not a pipe: nobody would empty it.
        self.process = subprocess.Popen(
            [*argv, self.file], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # However the measurement ends, a kernel that runs an endless loop does not outlive it.
        atexit.register(self.process.kill)
        context = zmq.Context.instance()
        for name, kind in (("iopub", zmq.SUB), ("shell", zmq.DEALER), ("control", zmq.DEALER)):
            socket = self.sockets[name] = context.socket(kind)
            socket.linger = 0
            socket.rcvhwm = 0
            socket.reconnect_ivl = 1
            socket.reconnect_ivl_max = 2
            if kind == zmq.SUB:
                socket.subscribe(b"")
            socket.connect(f"tcp://{info['ip']}:{info[f'{name}_port']}")
        self.poller = zmq.Poller()
        self.poller.register(self.sockets["shell"], zmq.POLLIN)
        self.poller.register(self.sockets["iopub"], zmq.POLLIN)
        self.ask("kernel_info_request", {})
        self.started = time.perf_counter() - began
        self.start_cpu = self.cpu()
        # Until something is published the subscription may not have arrived.
        while not self.sockets["iopub"].poll(50):
            self.ask("kernel_info_request", {})
        self.drain()

    def cpu(self):
        """Processor seconds of all threads."""
        total = 0
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except OSError:
                continue
        return total / 1e9

    def resident(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def drain(self):
        while self.sockets["iopub"].poll(100):
            self.sockets["iopub"].recv_multipart()

    def send(self, kind, content, channel="shell"):
        message = self.session.msg(kind, content)
        self.session.send(self.sockets[channel], message)
        return message["header"]["msg_id"]

    def ask(self, kind, content, channel="shell", timeout=30.0):
        """Seconds until the reply, or `None` when none comes."""
        began = time.perf_counter()
        request = self.send(kind, content, channel).encode()
        socket = self.sockets[channel]
        while socket.poll(max(0, timeout - (time.perf_counter() - began)) * 1000):
            frames = socket.recv_multipart()
            if any(request in frame for frame in frames):
                return time.perf_counter() - began
        return None

    def execute(self, code, count=None):
        """Seconds until idle and reply; how many displays or stream characters arrived."""
        began = time.perf_counter()
        request = self.send("execute_request", cell(code))
        replied = idle = False
        arrived = []
        while not (replied and idle):
            for socket, _ in self.poller.poll(60_000) or [(None, None)]:
                if socket is None:
                    raise SystemExit(f"no answer within a minute: {code[:60]}")
                frames = socket.recv_multipart()
                start = frames.index(b"<IDS|MSG>")
                if request.encode() not in frames[start + 3]:
                    continue
                if socket is self.sockets["shell"]:
                    replied = True
                elif b'"status"' in frames[start + 2] and b'"idle"' in frames[start + 5]:
                    idle = True
                elif count and count.encode() in frames[start + 2]:
                    arrived.append(frames[start + 5])
        return time.perf_counter() - began, arrived

    def begin(self, code):
        """Starts a cell that does not end by itself, and waits until it runs."""
        # Without stop_on_error: ipykernel would refuse the cells that follow the interrupted one for a while.
        request = self.send("execute_request", cell(code, stop_on_error=False))
        while True:
            if not self.sockets["iopub"].poll(10_000):
                raise SystemExit(f"did not start within ten seconds: {code}")
            frames = self.sockets["iopub"].recv_multipart()
            start = frames.index(b"<IDS|MSG>")
            if request.encode() in frames[start + 3] and b"execute_input" in frames[start + 2]:
                time.sleep(0.1)
                return request

    def stop(self):
        """Seconds from the shutdown request until the process is gone."""
        began = time.perf_counter()
        self.send("shutdown_request", {"restart": False}, "control")
        self.process.wait(timeout=30)
        seconds = time.perf_counter() - began
        for socket in self.sockets.values():
            socket.close()
        return seconds


def measure(dialect, argv, folder, rounds):
    starts = []
    for _ in range(max(3, rounds // 40)):
        kernel = Kernel(argv, folder)
        starts.append((kernel.started, kernel.start_cpu, kernel.resident(), kernel.stop()))
    kernel = Kernel(argv, folder)
    found = {
        "cold start, wall": 1e3 * statistics.median(start[0] for start in starts),
        "cold start, processor": 1e3 * statistics.median(start[1] for start in starts),
        "resident after start": statistics.median(start[2] for start in starts),
        "shutdown to gone": 1e3 * statistics.median(start[3] for start in starts),
    }
    for _ in range(20):
        kernel.execute(dialect["execute"])
    cpu = kernel.cpu()
    times = [kernel.execute(dialect["execute"])[0] for _ in range(rounds)]
    found["warm execute, least"] = 1e3 * min(times)
    found["warm execute, median"] = 1e3 * statistics.median(times)
    found["processor per execute"] = 1e3 * (kernel.cpu() - cpu) / rounds

    complete(kernel, dialect, found, "completion", rounds, patience=10.0)
    running = kernel.begin(dialect["busy"])
    complete(kernel, dialect, found, "completion while a cell runs", rounds, patience=1.0)
    waits = [interrupt(kernel, dialect, running)]
    for _ in range(4):
        waits.append(interrupt(kernel, dialect, kernel.begin(dialect["busy"])))
    found["interrupt to idle, worst"] = max(waits)

    cpu = kernel.cpu()
    found["10,000 displays"], shown = kernel.execute(dialect["displays"], "display_data")
    found["10,000 displays, processor"] = kernel.cpu() - cpu
    found["10,000 displays, lost"] = 10_000 - len(shown)
    cpu = kernel.cpu()
    found["10,000 lines"], parts = kernel.execute(dialect["lines"], "stream")
    found["10,000 lines, processor"] = kernel.cpu() - cpu
    text = "".join(json.loads(part)["text"] for part in parts)
    found["10,000 lines, lost"] = 10_000 - text.count("\n")
    seconds, parts = kernel.execute(dialect["stream"] % ("z" * 65_535), "stream")
    found["8 MiB of output"] = seconds
    found["resident after all this"] = kernel.resident()
    kernel.stop()
    return found


def complete(kernel, dialect, found, name, rounds, patience):
    """Adds the times of a completion; nothing when no answer comes in time."""
    content = {"code": dialect["complete"], "cursor_pos": len(dialect["complete"])}
    times = []
    for _ in range(rounds):
        seconds = kernel.ask("complete_request", content, timeout=patience)
        if seconds is None:
            return
        times.append(seconds)
    found[f"{name}, least"] = 1e3 * min(times)
    found[f"{name}, median"] = 1e3 * statistics.median(times)


def interrupt(kernel, dialect, running):
    """Milliseconds from an interrupt to the idle of the cell that was running."""
    while kernel.sockets["iopub"].poll(0):
        kernel.sockets["iopub"].recv_multipart()
    began = time.perf_counter()
    if dialect["interrupt"] == "message":
        kernel.send("interrupt_request", {}, "control")
    else:
        os.kill(kernel.process.pid, signal.SIGINT)
    while True:
        if not kernel.sockets["iopub"].poll(10_000):
            raise SystemExit("an interrupt did not end the cell within ten seconds")
        frames = kernel.sockets["iopub"].recv_multipart()
        start = frames.index(b"<IDS|MSG>")
        if running.encode() in frames[start + 3] and b'"idle"' in frames[start + 5]:
            return 1e3 * (time.perf_counter() - began)


def shown(value):
    return "-" if value is None else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def report(holor, ipykernel):
    """Prints the table; how many marks are missed."""
    missed = 0
    print(f"{'':38}{'holor':>10}{'ipykernel':>11}{'ratio':>9}   mark")
    for name, unit, mark in ROWS:
        ours, theirs = holor.get(name), ipykernel.get(name)
        ratio = f"{ours / theirs:.3f}" if ours is not None and theirs else ""
        verdict = ""
        if mark is not None:
            holds = ours is not None and ours <= mark
            if name == "cold start, processor" and theirs:
                holds = holds and ours / theirs <= COLD_START_RATIO
                verdict = f"≤ {mark:g} {unit} and ≤ 1/20: "
            else:
                verdict = f"≤ {mark:g} {unit}: ".replace(" :", ":")
            verdict += "holds" if holds else "MISSED"
            missed += not holds
        label = f"{name}{', ' if unit else ''}{unit}"
        print(f"{label:38}{shown(ours):>10}{shown(theirs):>11}{ratio:>9}   {verdict}")
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--holor", required=True, help="the holor program")
    parser.add_argument("--rounds", type=int, default=400, help="executions and completions per measurement")
    parser.add_argument("--json", help="a file for the numbers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("HOME", "IPYTHONDIR", "HOLOR_DATA_DIR"):
            os.environ[name] = folder
        found = {}
        for name, dialect in DIALECTS.items():
            argv = dialect["argv"] or [options.holor, "kernel", "-f"]
            rounds = options.rounds if name == "holor" else max(20, options.rounds // 4)
            print(f"measuring {name} …", flush=True)
            found[name] = measure(dialect, argv, folder, rounds)
    missed = report(found["holor"], found["ipykernel"])
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=1))
    print(f"\n{missed} marks missed" if missed else "\nall marks hold")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
