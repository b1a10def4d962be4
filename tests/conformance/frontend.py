"""A front end for the tests: starts the kernel, sends requests, gathers what comes back."""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from queue import Empty

from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

PATIENCE = 30


@dataclass
class Answer:
    """The reply to one request and all that was published for it, busy and idle left out."""

    reply: dict
    messages: list = field(default_factory=list)
    states: list = field(default_factory=list)
    seconds: float = 0.0

    @property
    def content(self):
        return self.reply["content"]

    @property
    def status(self):
        return self.content["status"]

    @property
    def kinds(self):
        return [message["msg_type"] for message in self.messages]

    def of(self, kind):
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    def stream(self, name="stdout"):
        return "".join(part["text"] for part in self.of("stream") if part["name"] == name)

    @property
    def text(self):
        """The plain text of the cell's result."""
        [result] = self.of("execute_result")
        return result["data"]["text/plain"]

    @property
    def error(self):
        [error] = self.of("error")
        return error


class FrontEnd:
    """One kernel process and one client of it."""

    def __init__(self, name="holor", **options):
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(**options)
        self.client = self.connect()
        self.kept = defaultdict(list)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.client.stop_channels()
        if self.manager.is_alive():
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    def connect(self):
        """One more client of the same kernel, under a name of its own."""
        client = self.manager.client(session=Session(key=self.manager.session.key))
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        return client

    @property
    def pid(self):
        return self.manager.provisioner.process.pid

    def alive(self):
        """Whether the process lives and calculates."""
        return self.manager.is_alive() and self.run("6*7").text == "42"

    def send(self, kind, content=None, channel="shell", header=None, buffers=None):
        """Sends a request and returns its id."""
        session = self.client.session
        message = session.msg(kind, content or {})
        message["header"].update(header or {})
        socket = getattr(self.client, f"{channel}_channel").socket
        session.send(socket, message, buffers=buffers)
        return message["header"]["msg_id"]

    def ask(self, kind, content=None, channel="shell", timeout=PATIENCE, **options):
        """Sends a request and waits for its reply and its idle."""
        began = time.perf_counter()
        return self.wait(self.send(kind, content, channel, **options), channel, timeout, began)

    def wait(self, request, channel="shell", timeout=PATIENCE, began=None):
        """Gathers everything that belongs to a request: the reply, and what is published until idle."""
        deadline = time.monotonic() + timeout
        answer = Answer(reply=self.reply(request, channel, timeout))
        if began is not None:
            answer.seconds = time.perf_counter() - began
        while answer.states[-1:] != ["idle"]:
            message = self.receive("iopub", belongs_to(request), deadline - time.monotonic())
            if message["msg_type"] == "status":
                answer.states.append(message["content"]["execution_state"])
            else:
                answer.messages.append(message)
        return answer

    def reply(self, request, channel="shell", timeout=PATIENCE):
        """The reply to one request."""
        return self.receive(channel, belongs_to(request), timeout)

    def published(self, test, timeout=PATIENCE):
        """The first published message that passes the test."""
        return self.receive("iopub", test, timeout)

    def receive(self, channel, test, timeout):
        """The first message on a channel that passes the test; the others are kept for those who ask later."""
        kept = self.kept[channel]
        for place, message in enumerate(kept):
            if test(message):
                return kept.pop(place)
        deadline = time.monotonic() + timeout
        get = getattr(self.client, f"get_{channel}_msg")
        while True:
            try:
                message = get(timeout=max(0.01, deadline - time.monotonic()))
            except Empty:
                raise AssertionError(f"nothing that fits came on {channel} within {timeout:.1f} s") from None
            if test(message):
                return message
            kept.append(message)

    def start(self, code, **options):
        """Sends a cell and waits until it runs."""
        request = self.send("execute_request", cell(code, **options))
        self.published(
            lambda message: message["msg_type"] == "execute_input" and belongs_to(request)(message)
        )
        return request

    def run(self, code, timeout=PATIENCE, **options):
        """Runs a cell."""
        return self.ask("execute_request", cell(code, **options), timeout=timeout)

    def interrupt(self):
        return self.ask("interrupt_request", channel="control")


def belongs_to(request):
    return lambda message: message["parent_header"].get("msg_id") == request


def cell(code, **options):
    """The content of an execute request."""
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }
    content.update(options)
    return content
