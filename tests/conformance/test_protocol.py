"""What the protocol says of every message, checked against the running kernel."""

import json
import threading
import time

import pytest
import zmq
from jupyter_client.session import Session

from frontend import FrontEnd, belongs_to, cell

REQUESTS = {
    "kernel_info_request": {},
    "complete_request": {"code": "si", "cursor_pos": 2},
    "inspect_request": {"code": "sin", "cursor_pos": 3, "detail_level": 0},
    "is_complete_request": {"code": "1 +"},
    "history_request": {"hist_access_type": "tail", "n": 3},
    "comm_info_request": {},
    "execute_request": {"code": "1"},
}


@pytest.mark.parametrize("kind", REQUESTS)
def test_every_request_is_busy_then_idle_and_answered(kernel, kind):
    answer = kernel.ask(kind, REQUESTS[kind])
    assert answer.states == ["busy", "idle"]
    assert answer.reply["msg_type"] == kind.replace("_request", "_reply")
    assert answer.status == ("incomplete" if kind == "is_complete_request" else "ok")


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_kernel_info_is_answered_on_both_channels(kernel, channel):
    info = kernel.ask("kernel_info_request", channel=channel).content
    assert tuple(map(int, info["protocol_version"].split("."))) >= (5, 5)
    assert "kernel subshells" in info["supported_features"]
    assert info["language_info"]["name"] == "holor"
    assert info["language_info"]["file_extension"] == ".holor"


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_an_unknown_request_is_answered(kernel, channel):
    answer = kernel.ask("frobnicate_request", {"a": 1}, channel=channel)
    assert answer.states == ["busy", "idle"]
    assert answer.status == "error"


@pytest.mark.parametrize(
    "kind, content",
    [
        ("execute_request", {}),
        ("execute_request", {"code": 7}),
        ("execute_request", {"code": None, "silent": "yes"}),
        ("complete_request", {"code": "sin", "cursor_pos": "x"}),
        ("inspect_request", {"cursor_pos": 3}),
        ("history_request", {"hist_access_type": 7}),
        ("is_complete_request", {"code": ["1"]}),
    ],
)
def test_malformed_content_is_answered_with_an_error(kernel, kind, content):
    answer = kernel.ask(kind, content)
    assert answer.states == ["busy", "idle"]
    assert answer.status == "error"
    assert answer.content["ename"] and answer.content["evalue"]
    assert kernel.alive()


@pytest.mark.parametrize("position", [-1, 4, 10**12])
def test_a_cursor_outside_the_text_is_no_disaster(kernel, position):
    for kind in ("complete_request", "inspect_request"):
        answer = kernel.ask(kind, {"code": "sin", "cursor_pos": position, "detail_level": 0})
        assert answer.status in ("ok", "error")
    assert kernel.alive()


def test_the_counter_counts_what_is_stored(fresh):
    assert fresh.run("1").content["execution_count"] == 1
    assert fresh.run("2").content["execution_count"] == 2
    fresh.run("3", store_history=False)
    silent = fresh.run("4", silent=True)
    assert "execute_result" not in silent.kinds and "execute_input" not in silent.kinds
    assert fresh.run("5").content["execution_count"] == 3


def test_user_expressions_fail_one_by_one(kernel):
    content = kernel.run("", user_expressions={"good": "2 + 3", "bad": "1 + )"}).content
    assert content["user_expressions"]["good"]["status"] == "ok"
    assert content["user_expressions"]["good"]["data"]["text/plain"] == "5"
    assert content["user_expressions"]["bad"]["status"] == "error"
    assert content["user_expressions"]["bad"]["ename"]


def test_an_error_says_code_message_and_place(kernel):
    answer = kernel.run("2 + unknwon_name")
    assert answer.status == "error"
    assert answer.kinds == ["execute_input", "error"]
    assert "E0101" in answer.error["ename"]
    assert "unknwon_name" in answer.error["evalue"]
    assert any("^" in line or "─" in line for line in "\n".join(answer.error["traceback"]).split("\n"))


def test_a_failed_cell_changes_nothing(kernel):
    kernel.run("c1 = 5")
    assert kernel.run("c1 = 6\n1/0").status == "error"
    assert kernel.run("c1").text == "5"


def test_an_error_aborts_the_queued_cells(kernel):
    requests = [kernel.send("execute_request", cell(code)) for code in ("sleep(0.3)\n1/0", "c2 = 8", "c2")]
    answers = [kernel.wait(request) for request in requests]
    assert [answer.status for answer in answers][0] == "error"
    assert all(answer.status in ("error", "aborted") for answer in answers[1:])
    assert all("execute_result" not in answer.kinds for answer in answers)
    assert kernel.alive()


def test_queued_cells_run_on_when_asked(kernel):
    requests = [
        kernel.send("execute_request", cell(code, stop_on_error=False)) for code in ("sleep(0.2)\n1/0", "3 + 4")
    ]
    assert kernel.wait(requests[0]).status == "error"
    assert kernel.wait(requests[1]).text == "7"


def test_output_comes_in_order(kernel):
    answer = kernel.run('print("a")\ndisplay(x)\nprint("b")\neprint("c")\nprint("d")\n7')
    written = [
        message["content"].get("text", message["msg_type"]).strip()
        for message in answer.messages
        if message["msg_type"] != "execute_input"
    ]
    assert written == ["a", "display_data", "b", "c", "d", "execute_result"]


def test_streams_are_merged(kernel):
    answer = kernel.run("for k in 1..2000 { print(k) }")
    assert answer.stream().split() == [str(k) for k in range(1, 2001)]
    assert len(answer.of("stream")) < 100


def test_clear_output_is_published(kernel):
    assert "clear_output" in kernel.run("print(1)\nclear_output()\nprint(2)").kinds


def test_the_starting_state_is_published_once(holor):
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="holor")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.kernel_info()
        client.get_shell_msg(timeout=10)
        states = []
        while states[-1:] != ["idle"]:
            message = client.get_iopub_msg(timeout=5)
            if message["msg_type"] == "status":
                states.append(message["content"]["execution_state"])
        assert states.count("starting") <= 1
        assert states[-2:] == ["busy", "idle"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def complete(kernel, code, cursor=None, **options):
    cursor = len(code) if cursor is None else cursor
    return kernel.ask("complete_request", {"code": code, "cursor_pos": cursor}, **options)


def test_completion_counts_code_points(kernel):
    content = complete(kernel, 'f1 = "𝐚𝐚∇"; nullsp').content
    assert content["matches"] == ["nullspace"]
    assert (content["cursor_start"], content["cursor_end"]) == (12, 18)


def test_a_backslash_completes_to_a_letter(kernel):
    content = complete(kernel, "1 + \\alpha").content
    assert content["matches"] == ["α"]
    assert (content["cursor_start"], content["cursor_end"]) == (4, 10)


def test_completion_knows_kinds_and_signatures(kernel):
    items = complete(kernel, "integ").content["metadata"]["_jupyter_types_experimental"]
    [item] = [item for item in items if item["text"] == "integrate"]
    assert item["type"] and item["signature"]


def test_completion_knows_what_cells_define(kernel):
    kernel.run("my_own_thing(x) = x")
    assert "my_own_thing" in complete(kernel, "my_ow").content["matches"]


@pytest.mark.parametrize("kind", ["complete_request", "inspect_request", "is_complete_request"])
def test_questions_are_answered_while_a_cell_runs(kernel, kind):
    running = kernel.start("sleep(20)")
    answer = kernel.ask(kind, {"code": "integrate", "cursor_pos": 9, "detail_level": 0}, timeout=5)
    assert answer.status == ("complete" if kind == "is_complete_request" else "ok")
    assert answer.seconds < 0.5
    kernel.interrupt()
    assert kernel.wait(running).status == "error"


def test_inspection_shows_documentation(kernel):
    content = kernel.ask("inspect_request", {"code": "1 + integrate(x", "cursor_pos": 8, "detail_level": 1}).content
    assert content["found"]
    assert "integrate" in content["data"]["text/plain"]
    assert "text/markdown" in content["data"] or "text/html" in content["data"]
    nothing = kernel.ask("inspect_request", {"code": "  ", "cursor_pos": 1, "detail_level": 0}).content
    assert nothing["status"] == "ok" and not nothing["found"]


def test_a_question_mark_opens_the_help(kernel):
    answer = kernel.run("?sin")
    assert answer.status == "ok"
    [page] = answer.content["payload"]
    assert page["source"] == "page" and "sin" in page["data"]["text/plain"]


def test_history_needs_no_optional_fields(fresh):
    for code in ("10", "20", "20"):
        fresh.run(code)
    history = lambda **content: fresh.ask("history_request", content).content["history"]
    assert [entry[2] for entry in history(hist_access_type="tail", n=2)] == ["20", "20"]
    assert [entry[2] for entry in history(hist_access_type="search", pattern="*0", n=10)][-2:] == ["20", "20"]
    assert [entry[2] for entry in history(hist_access_type="search", pattern="20*", unique=True)] == ["20"]
    assert [entry[2] for entry in history(hist_access_type="range", session=0, start=1)][:2] == ["10", "20"]
    assert history(hist_access_type="tail", n=1, output=True)[0][2][0] == "20"


def test_history_outlives_the_kernel(holor):
    with FrontEnd() as first:
        first.run("112233")
        first.ask("shutdown_request", {"restart": False}, channel="control", timeout=10)
    with FrontEnd() as second:
        content = {"hist_access_type": "search", "pattern": "112233", "n": 5, "output": False, "raw": True}
        found = second.ask("history_request", content).content["history"]
        assert [entry[2] for entry in found][:1] == ["112233"]


def test_input_asks_the_front_end(kernel):
    request = kernel.start('input("name? ")', allow_stdin=True)
    question = kernel.client.get_stdin_msg(timeout=10)
    assert question["content"]["prompt"] == "name? "
    kernel.client.input("Noether")
    assert "Noether" in kernel.wait(request).text


def test_input_without_a_front_end_is_an_error(kernel):
    answer = kernel.run('input("name? ")')
    assert answer.status == "error" and "E0602" in answer.error["ename"]


def test_an_interrupt_ends_the_wait_for_input(kernel):
    request = kernel.start('input("name? ")', allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=10)
    kernel.interrupt()
    assert kernel.wait(request, timeout=5).status == "error"
    assert kernel.alive()


def closed(kernel, request):
    """The closing of a comm, in answer to a request."""
    return kernel.published(
        lambda message: message["msg_type"] == "comm_close" and belongs_to(request)(message)
    )["content"]


def test_a_comm_of_an_unknown_target_is_closed(kernel):
    request = kernel.send("comm_open", {"comm_id": "c", "target_name": "nobody", "data": {}})
    assert closed(kernel, request)["comm_id"] == "c"
    assert kernel.ask("comm_info_request").content["comms"] == {}


def test_buffers_travel_outside_the_signature(kernel):
    content = {"comm_id": "b", "target_name": "nobody", "data": {}}
    request = kernel.send("comm_open", content, buffers=[b"\x00\xff" * 50_000, b""])
    assert closed(kernel, request)["comm_id"] == "b"
    request = kernel.send("execute_request", cell("1 + 1"), buffers=[bytes(8)])
    assert kernel.wait(request).text == "2"


def test_subshells_run_while_the_main_shell_is_busy(kernel):
    subshell = kernel.ask("create_subshell_request", channel="control").content["subshell_id"]
    assert kernel.ask("list_subshell_request", channel="control").content["subshell_id"] == [subshell]
    kernel.run("c3 = 11")
    main = kernel.start("sleep(20)")
    request = kernel.send("execute_request", cell("c3 + 1"), header={"subshell_id": subshell})
    answer = kernel.wait(request, timeout=5)
    assert answer.text == "12"
    assert all(message["parent_header"].get("subshell_id") == subshell for message in answer.messages)
    kernel.interrupt()
    assert kernel.wait(main).status == "error"
    gone = kernel.ask("delete_subshell_request", {"subshell_id": subshell}, channel="control")
    assert gone.status == "ok"
    assert kernel.ask("list_subshell_request", channel="control").content["subshell_id"] == []
    late = kernel.send("execute_request", cell("1"), header={"subshell_id": subshell})
    assert kernel.reply(late, timeout=10)["content"]["status"] == "error"


def test_control_answers_while_a_cell_runs(kernel):
    running = kernel.start("sleep(20)")
    answer = kernel.ask("kernel_info_request", channel="control", timeout=5)
    assert answer.seconds < 0.5
    kernel.interrupt()
    kernel.wait(running)


def test_the_variable_panel_is_served(kernel):
    kernel.run("c4 = 3/4")
    request = {"type": "request", "seq": 1, "command": "inspectVariables", "arguments": {}}
    content = kernel.ask("debug_request", request, channel="control").content
    variables = {variable["name"]: variable["value"] for variable in content["body"]["variables"]}
    assert variables["c4"] == "3/4"


def test_the_heartbeat_echoes(kernel):
    context = zmq.Context.instance()
    socket = context.socket(zmq.REQ)
    socket.linger = 0
    info = kernel.manager.get_connection_info()
    socket.connect(f"tcp://{info['ip']}:{info['hb_port']}")
    for beat in (b"ping", b"", b"\xff" * 1000):
        socket.send(beat)
        assert socket.poll(2000), "no echo"
        assert socket.recv() == beat
    socket.close()


def test_two_front_ends_share_one_kernel(kernel):
    other = kernel.connect()
    seen = []

    def listen():
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and "execute_result" not in seen:
            seen.append(other.get_iopub_msg(timeout=5)["msg_type"])

    listener = threading.Thread(target=listen)
    listener.start()
    kernel.run("123")
    listener.join()
    assert "execute_result" in seen
    other.stop_channels()


def test_a_front_end_may_come_back_under_its_name(kernel):
    info = kernel.manager.get_connection_info()
    session = Session(key=info["key"], signature_scheme=info["signature_scheme"])
    for round_ in range(10):
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.linger = 0
        socket.identity = b"the-same-front-end"
        monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
        socket.connect(f"tcp://{info['ip']}:{info['shell_port']}")
        # A connection still being made when its front end goes could take the name from the next one afterwards.
        assert monitor.poll(5000), "no connection"
        session.send(socket, session.msg("execute_request", cell(f"{round_} + 1")))
        if round_ % 2:
            assert socket.poll(5000), "no answer after coming back"
            _, frames = session.feed_identities(socket.recv_multipart())
            assert session.deserialize(frames)["content"]["status"] == "ok"
        socket.disable_monitor()
        monitor.close()
        socket.close()
    assert kernel.alive()


def test_results_carry_latex_and_plain_text(kernel):
    [result] = kernel.run("integrate(x^2, x)").of("execute_result")
    assert {"text/plain", "text/latex"} <= set(result["data"])
    assert json.dumps(result["data"])
