"""Much of everything: cells, output, nesting, digits. None of it is lost and none of it ends the session."""

import time

import pytest

from frontend import cell


def test_a_thousand_cells_at_once(kernel):
    kernel.run("n1 = 0")
    requests = [kernel.send("execute_request", cell("n1 = n1 + 1")) for _ in range(1000)]
    assert [kernel.wait(request, timeout=60).status for request in requests] == ["ok"] * 1000
    assert kernel.run("n1").text == "1000"


def test_ten_thousand_displays(kernel):
    answer = kernel.run("for k in 1..10000 { display(k) }", timeout=120)
    shown = [content["data"]["text/plain"] for content in answer.of("display_data")]
    assert shown == [str(k) for k in range(1, 10001)]


def test_ten_thousand_lines(kernel):
    answer = kernel.run("for k in 1..10000 { print(k) }", timeout=120)
    assert answer.stream().split() == [str(k) for k in range(1, 10001)]


def test_a_hundred_megabytes_of_output(kernel):
    line = "x" * 99_999
    answer = kernel.run(f's = "{line}"\nfor k in 1..1000 {{ print(s) }}', timeout=300)
    assert answer.status == "ok"
    assert sum(len(part["text"]) for part in answer.of("stream")) == 100_000_000
    assert kernel.alive()


@pytest.mark.parametrize("name", ["parentheses", "brackets", "braces", "minus", "powers", "calls"])
def test_deep_nesting_is_an_answer(kernel, name):
    depth = 100_000
    code = {
        "parentheses": "(" * depth + "1" + ")" * depth,
        "brackets": "[" * depth,
        "braces": "{" * depth,
        "minus": "-" * depth + "1",
        "powers": "^".join(["2"] * depth),
        "calls": "sin(" * depth + "x" + ")" * depth,
    }[name]
    for kind in ("is_complete_request", "complete_request", "inspect_request"):
        content = {"code": code, "cursor_pos": depth, "detail_level": 0}
        assert kernel.ask(kind, content).content["status"]
    request = kernel.send("execute_request", cell(code))
    time.sleep(5 if name == "powers" else 0)
    if name == "powers":
        kernel.interrupt()
    answer = kernel.wait(request, timeout=60)
    if name in ("parentheses", "brackets", "braces", "calls"):
        assert answer.status == "error" and "E0" in answer.error["ename"]
    assert kernel.alive()


def test_a_million_digits_in(kernel):
    answer = kernel.run("n2 = " + "7" * 1_000_000 + ";", timeout=120)
    assert answer.status in ("ok", "error")
    assert kernel.alive()


def test_a_million_digits_out(kernel):
    answer = kernel.run("10^999999 + 1", timeout=120)
    assert answer.status in ("ok", "error")
    assert kernel.alive()


@pytest.mark.parametrize("code", ["10^10^10", "2^(10^12)", "(10^8)!", "9^9^9^9"])
def test_a_number_too_large_is_answered_at_once(kernel, code):
    answer = kernel.run(code, timeout=20)
    assert answer.status in ("ok", "error")
    assert kernel.alive()


def test_infinite_recursion_is_an_error(kernel):
    answer = kernel.run("f1(n) = f1(n + 1) + 1\nf1(0)")
    assert answer.status == "error" and "E0404" in answer.error["ename"]
    mutual = kernel.run("f2(n) = f3(n); f3(n) = f2(n);\nf2(1)")
    assert mutual.status == "error"
    assert kernel.alive()


def test_a_long_cell(kernel):
    lines = "\n".join(f"n3 = {k};" for k in range(20_000))
    assert kernel.run(lines + "\nn3", timeout=120).text == "19999"


def test_any_text_at_all_is_answered(kernel):
    for code in ("\x00", "\ufffd\u202e\u0301", "🜁🜂 + 1", "\r\n\r\n", "\u2028", "1" + "\u0301" * 10_000, '"' * 999):
        assert kernel.run(code).status in ("ok", "error")
        content = {"code": code, "cursor_pos": 1, "detail_level": 1}
        for kind in ("is_complete_request", "complete_request", "inspect_request"):
            assert kernel.ask(kind, content).content["status"]
    assert kernel.alive()
