"""Messages that no honest front end sends. The kernel drops or refuses them and goes on."""

import json
import os
import socket as sockets
import struct
import time

import pytest
import zmq
from jupyter_client.session import Session

from frontend import cell

CHANNELS = ["shell", "control", "stdin"]


class Peer:
    """A raw socket to one channel of the kernel, and a session that can sign for it."""

    def __init__(self, kernel, channel="shell"):
        info = kernel.manager.get_connection_info()
        self.session = Session(key=info["key"], signature_scheme=info["signature_scheme"])
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 1000
        self.socket.connect(f"tcp://{info['ip']}:{info[f'{channel}_port']}")

    def frames(self, kind="execute_request", content=None, parts=None):
        """The frames of a message; `parts` replaces the four signed ones."""
        message = self.session.msg(kind, cell("6*7") if content is None else content)
        if parts is None:
            names = ("header", "parent_header", "metadata", "content")
            parts = [self.session.pack(message[name]) for name in names]
        return [b"<IDS|MSG>", self.session.sign(parts), *parts]

    def send(self, frames):
        self.socket.send_multipart(frames)

    def reply(self, seconds):
        """The content of the next reply, or `None`."""
        if not self.socket.poll(seconds * 1000):
            return None
        _, frames = self.session.feed_identities(self.socket.recv_multipart())
        return self.session.deserialize(frames)["content"]

    def close(self):
        self.socket.close()


@pytest.fixture
def peer(kernel):
    peer = Peer(kernel)
    yield peer
    peer.close()


def test_a_good_message_is_answered(kernel, peer):
    peer.send(peer.frames())
    assert peer.reply(10)["status"] == "ok"


@pytest.mark.parametrize("signature", [b"", b"0" * 64, b"\xff" * 64, b"short", "wrong case"])
def test_a_wrong_signature_is_dropped(kernel, peer, signature):
    frames = peer.frames(content=cell("h1 = 666"))
    frames[1] = frames[1][:-1] + b"!" if signature == "wrong case" else signature
    peer.send(frames)
    assert peer.reply(0.5) is None
    assert kernel.run("h1").text != "666"


def test_a_replayed_message_is_dropped(kernel, peer):
    kernel.run("h2 = 0")
    frames = peer.frames(content=cell("h2 = h2 + 1"))
    peer.send(frames)
    assert peer.reply(10)["status"] == "ok"
    peer.send(frames)
    assert peer.reply(0.5) is None
    assert kernel.run("h2").text == "1"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("count", range(6))
def test_a_truncated_message_is_dropped(kernel, channel, count):
    peer = Peer(kernel, channel)
    peer.send(peer.frames()[:count] or [b""])
    peer.close()
    assert kernel.alive()


@pytest.mark.parametrize(
    "parts",
    [
        [b"\xff\xfe", b"{}", b"{}", b"{}"],
        [b"[]", b"[]", b"[]", b"[]"],
        [b"null", b"null", b"null", b"null"],
        [b"{}", b"{}", b"{}", b"{}"],
        [b"{", b"}", b"", b"\x00"],
        [b'{"msg_id": 7, "msg_type": ["execute_request"]}', b"{}", b"{}", b"{}"],
        [b"[" * 200_000, b"{}", b"{}", b"{}"],
        [b'{"a":' * 200_000, b"{}", b"{}", b"{}"],
    ],
    ids=["not-utf8", "arrays", "nulls", "empty", "broken", "wrong-types", "deep-array", "deep-object"],
)
@pytest.mark.parametrize("channel", CHANNELS)
def test_signed_nonsense_is_no_disaster(kernel, channel, parts):
    peer = Peer(kernel, channel)
    peer.send(peer.frames(parts=parts))
    peer.reply(0.2)
    peer.close()
    assert kernel.alive()


@pytest.mark.parametrize("place", range(4))
def test_text_that_is_not_utf8_is_no_disaster(kernel, peer, place):
    parts = peer.frames()[2:]
    parts[place] = parts[place][:-1] + b', "z": "\xc3\x28"}'
    peer.send(peer.frames(parts=parts))
    answer = peer.reply(1)
    assert answer is None or answer["status"] in ("ok", "error")
    assert kernel.alive()


def test_deeply_nested_content_is_answered(kernel, peer):
    deep = b'{"code": "1", "z": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    parts = peer.frames()[2:5] + [deep]
    peer.send(peer.frames(parts=parts))
    answer = peer.reply(5)
    assert answer is None or answer["status"] in ("ok", "error")
    assert kernel.alive()


def test_many_frames_are_no_disaster(kernel, peer):
    peer.send([b""] * 5_000 + peer.frames())
    peer.send(peer.frames() + [b""] * 5_000)
    peer.reply(2)
    assert kernel.alive()


def test_a_large_honest_message_is_answered(kernel, peer):
    peer.send(peer.frames(content=cell("# " + "x" * 20_000_000 + "\n1")))
    assert peer.reply(30)["status"] == "ok"


def greeting(kernel, channel):
    """A TCP connection that has gone through the handshake of ZMTP 3."""
    info = kernel.manager.get_connection_info()
    connection = sockets.create_connection((info["ip"], info[f"{channel}_port"]), timeout=5)
    connection.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32))
    ready = b"\x05READY" + b"\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
    connection.sendall(b"\x04" + bytes([len(ready)]) + ready)
    return connection


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub"])
@pytest.mark.parametrize("size", [2**31, 2**40, 2**62, 2**64 - 1])
def test_a_frame_that_announces_too_much_is_refused(kernel, channel, size):
    connection = greeting(kernel, channel)
    connection.sendall(b"\x02" + struct.pack(">Q", size) + b"x" * 1000)
    time.sleep(0.1)
    connection.close()
    assert kernel.alive()


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub", "hb"])
def test_bytes_that_are_no_messages_are_no_disaster(kernel, channel):
    info = kernel.manager.get_connection_info()
    for nonsense in (b"GET / HTTP/1.1\r\n\r\n", bytes(1000), b"\xff" * 1000, os.urandom(4096)):
        with sockets.create_connection((info["ip"], info[f"{channel}_port"]), timeout=5) as connection:
            connection.sendall(nonsense)
    assert kernel.alive()


def test_connections_that_say_nothing_are_no_disaster(kernel):
    info = kernel.manager.get_connection_info()
    silent = [
        sockets.create_connection((info["ip"], info[f"{channel}_port"]), timeout=5)
        for channel in ("shell", "control", "stdin", "iopub", "hb")
        for _ in range(50)
    ]
    assert kernel.alive()
    for connection in silent:
        connection.close()
    assert kernel.alive()


def test_a_subscriber_that_stops_reading_stalls_nobody(fresh):
    info = fresh.manager.get_connection_info()
    stalled = zmq.Context.instance().socket(zmq.SUB)
    stalled.linger = 0
    stalled.rcvhwm = 1
    stalled.setsockopt(zmq.RCVBUF, 4096)
    stalled.subscribe(b"")
    stalled.connect(f"tcp://{info['ip']}:{info['iopub_port']}")
    time.sleep(0.3)
    line = "y" * 1000
    answer = fresh.run(f's = "{line}"\nfor k in 1..20000 {{ display(s) }}', timeout=180)
    assert len(answer.of("display_data")) == 20_000
    assert fresh.alive()
    stalled.close()
    assert fresh.alive()


def test_a_front_end_that_vanishes_leaves_no_trace(fresh):
    for _ in range(100):
        peer = Peer(fresh)
        peer.socket.linger = 0
        peer.send(peer.frames())
        peer.close()
    assert fresh.alive()


def test_the_json_that_comes_back_is_strict(kernel, peer):
    peer.send(peer.frames(content=cell("1/0")))
    _, frames = peer.session.feed_identities(peer.socket.recv_multipart())
    for frame in frames[1:5]:
        assert isinstance(json.loads(frame), dict)
