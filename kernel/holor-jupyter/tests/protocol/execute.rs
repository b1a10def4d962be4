//! Cells: counting, results, errors, queues, expressions, payloads.

use serde_json::json;

use crate::front::{Front, assert_kinds};

#[test]
fn a_cell_publishes_in_order() {
    let mut front = Front::start();
    let id = front.execute("6*7");
    let reply = front.reply(&id, "execute_reply");
    assert_eq!(
        reply.content,
        json!({"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}})
    );
    let outputs = front.outputs(&id);
    assert_kinds(&outputs, &["execute_input", "execute_result"]);
    assert_eq!(outputs[0].content, json!({"code": "6*7", "execution_count": 1}));
    assert_eq!(
        outputs[1].content,
        json!({"execution_count": 1, "data": {"text/plain": "6*7"}, "metadata": {}})
    );
    front.finish();
}

#[test]
fn only_remembered_cells_count() {
    let mut front = Front::start();
    assert_eq!(front.run("a").0["execution_count"], 1);
    let (reply, _) = front.run_with(json!({"code": "b", "store_history": false}));
    assert_eq!(reply["execution_count"], 1);
    let id = front.shell("execute_request", json!({"code": "print c", "silent": true}));
    assert_eq!(front.reply(&id, "execute_reply")["execution_count"], 1);
    assert_kinds(&front.outputs(&id), &[]);
    assert_eq!(front.run("d").0["execution_count"], 2);
    let history = front.ask("history_request", json!({"hist_access_type": "tail"}));
    assert_eq!(history["history"], json!([[1, 1, "a"], [1, 2, "d"]]));
    front.finish();
}

#[test]
fn errors_are_one_output() {
    let mut front = Front::start();
    let (reply, outputs) = front.run("error boom");
    assert_eq!(
        reply.content,
        json!({"status": "error", "execution_count": 1, "ename": "EchoError",
               "evalue": "boom", "traceback": ["EchoError: boom"]})
    );
    assert_kinds(&outputs, &["error"]);
    assert_eq!(outputs[0]["ename"], "EchoError");
    assert_eq!(outputs[0]["traceback"], json!(["EchoError: boom"]));
    front.alive();
    front.finish();
}

#[test]
fn a_panic_is_an_error_and_the_kernel_lives() {
    let mut front = Front::start();
    let (reply, outputs) = front.run("panic ouch");
    assert_eq!(
        (&reply["ename"], &reply["evalue"]),
        (&json!("InternalError"), &json!("ouch"))
    );
    assert_kinds(&outputs, &["error"]);
    front.alive();
    front.finish();
}

#[test]
fn an_error_aborts_the_cells_already_sent() {
    let mut front = Front::start();
    let bad = front.execute("error first");
    let waiting: Vec<String> = (0..20).map(|_| front.execute("later")).collect();
    assert_eq!(front.reply(&bad, "execute_reply")["status"], "error");
    assert_kinds(&front.outputs(&bad), &["execute_input", "error"]);
    // A cell sent in knowledge of the error runs, however soon it comes.
    let next = front.execute("next");
    let mut ran = 0;
    for id in &waiting {
        let reply = front.reply(id, "execute_reply");
        let outputs = front.outputs(id);
        if reply["status"] == "ok" {
            // It was still on its way when the error was answered.
            ran += 1;
            continue;
        }
        assert_eq!(ran, 0, "no cell is aborted after one that ran");
        assert_eq!(reply["status"], "error");
        assert_eq!(reply["ename"], "ExecutionAborted");
        assert_eq!(reply.metadata["status"], "aborted");
        assert_kinds(&outputs, &[]);
    }
    assert_eq!(front.reply(&next, "execute_reply")["status"], "ok");
    front.outputs(&next);
    front.finish();
}

#[test]
fn cells_queued_behind_a_failing_one_are_aborted() {
    let mut front = Front::start();
    // The failing cell takes time, so all others have arrived before it fails.
    let slow = front.shell("execute_request", json!({"code": "sleep 100"}));
    let bad = front.execute("error");
    let later = front.execute("later");
    let info = front.shell("kernel_info_request", json!({}));
    assert_eq!(front.reply(&info, "kernel_info_reply")["status"], "ok");
    for (id, status) in [(&slow, "ok"), (&bad, "error"), (&later, "error")] {
        assert_eq!(front.reply(id, "execute_reply")["status"], status);
    }
    for id in [&info, &slow, &bad] {
        front.outputs(id);
    }
    assert_kinds(&front.outputs(&later), &[]);
    front.finish();
}

#[test]
fn stop_on_error_can_be_switched_off() {
    let mut front = Front::start();
    let bad = json!({"code": "error", "stop_on_error": false});
    let slow = front.execute("sleep 50");
    let bad = front.shell("execute_request", bad);
    let later = front.execute("later");
    for (id, status) in [(slow, "ok"), (bad, "error"), (later, "ok")] {
        assert_eq!(front.reply(&id, "execute_reply")["status"], status);
        front.outputs(&id);
    }
    front.finish();
}

#[test]
fn expressions_fail_each_for_itself() {
    let mut front = Front::start();
    let expressions = json!({"a": "1", "b": "bad", "c": "panic", "d": 4});
    let (reply, _) =
        front.run_with(json!({"code": "quiet", "user_expressions": expressions}));
    let values = &reply["user_expressions"];
    assert_eq!(
        values["a"],
        json!({"status": "ok", "data": {"text/plain": "1"}, "metadata": {}})
    );
    assert_eq!(values["b"]["ename"], "EchoError");
    assert_eq!(values["c"]["ename"], "InternalError");
    assert_eq!(values["d"]["status"], "error");
    front.finish();
}

#[test]
fn payloads() {
    let mut front = Front::start();
    let page = json!([{"source": "page", "data": {"text/plain": "hi"}, "start": 0}]);
    assert_eq!(front.run("page hi").0["payload"], page);
    let next = json!([{"source": "set_next_input", "text": "hi", "replace": false}]);
    assert_eq!(front.run("next hi").0["payload"], next);
    front.finish();
}

#[test]
fn a_thousand_cells_at_once() {
    let mut front = Front::start();
    let ids: Vec<String> = (0..1000).map(|_| front.execute("number")).collect();
    for (count, id) in (1..).zip(&ids) {
        let reply = front.reply(id, "execute_reply");
        assert_eq!(reply["execution_count"], count);
    }
    for (count, id) in (1..).zip(&ids) {
        let outputs = front.outputs(id);
        assert_kinds(&outputs, &["execute_input", "execute_result"]);
        assert_eq!(outputs[1]["execution_count"], count);
    }
    front.finish();
}
