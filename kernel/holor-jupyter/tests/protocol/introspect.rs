//! Questions about the kernel and about code, also while a cell runs.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::front::{Front, assert_kinds};

#[test]
fn the_kernel_introduces_itself() {
    let mut front = Front::start();
    let reply = front.ask("kernel_info_request", json!({}));
    assert_eq!(reply["protocol_version"], "5.5");
    assert_eq!(reply["language_info"]["file_extension"], ".echo");
    assert_eq!(reply["supported_features"], json!(["kernel subshells", "debugger"]));
    let again = front.command("kernel_info_request", json!({}));
    assert_eq!(again.content, reply.content);
    let ports = front.ask("connect_request", json!({}));
    assert_eq!(ports["shell_port"], front.connection["shell_port"]);
    front.finish();
}

#[test]
fn completion_counts_code_points() {
    let mut front = Front::start();
    let content = json!({"code": "𝐚∇ disp + 1", "cursor_pos": 7});
    let reply = front.ask("complete_request", content);
    assert_eq!(reply["matches"], json!(["display", "displays"]));
    assert_eq!((&reply["cursor_start"], &reply["cursor_end"]), (&json!(3), &json!(7)));
    let types = &reply["metadata"]["_jupyter_types_experimental"];
    assert_eq!(types[0]["type"], "keyword");
    assert_eq!(types[0]["start"], 3);
    front.finish();
}

#[test]
fn inspection_and_completeness() {
    let mut front = Front::start();
    let content = json!({"code": "print", "cursor_pos": 5, "detail_level": 1});
    let reply = front.ask("inspect_request", content);
    assert_eq!(reply["found"], true);
    assert_eq!(reply["data"]["text/plain"], "the command print, detail 1");
    let reply = front.ask("inspect_request", json!({"code": "nothing"}));
    assert_eq!(
        reply.content,
        json!({"status": "ok", "found": false, "data": {}, "metadata": {}})
    );
    for (code, status) in [("a", "complete"), ("a\\", "incomplete"), ("<<<", "invalid")] {
        let reply = front.ask("is_complete_request", json!({"code": code}));
        assert_eq!(reply["status"], status);
    }
    front.finish();
}

#[test]
fn questions_are_answered_while_a_cell_runs() {
    let mut front = Front::start();
    let id = front.execute("loop");
    for kind in ["status", "execute_input", "stream"] {
        front.published(kind);
    }
    let mut times = Vec::new();
    for _ in 0..50 {
        let content = json!({"code": "pri", "cursor_pos": 3});
        let start = Instant::now();
        let asked = front.shell("complete_request", content);
        let reply = front.reply(&asked, "complete_reply");
        times.push(start.elapsed());
        assert_eq!(reply["matches"], json!(["print"]));
        front.outputs(&asked);
        // The running cell is still what the kernel works at.
        let busy = front.published("status");
        assert_eq!((busy.answers(), &busy["execution_state"]), (&*id, &json!("busy")));
    }
    times.sort_unstable();
    assert!(times[25] < Duration::from_millis(20), "median {:?}", times[25]);
    for kind in ["inspect_request", "is_complete_request"] {
        front.ask(kind, json!({"code": "print"}));
    }
    front.ask("history_request", json!({"hist_access_type": "tail", "n": 3}));
    front.ask("comm_info_request", json!({}));
    front.command("kernel_info_request", json!({}));
    front.command("interrupt_request", json!({}));
    front.reply(&id, "execute_reply");
    assert_kinds(&front.rest(&id), &["error"]);
    front.finish();
}

#[test]
fn the_variable_panel() {
    let mut front = Front::start();
    let mut debug = |command: &str, arguments: serde_json::Value| {
        let content = json!({"seq": 5, "type": "request", "command": command,
                             "arguments": arguments});
        front.command("debug_request", content).content
    };
    assert_eq!(debug("debugInfo", json!({}))["body"]["isStarted"], false);
    assert_eq!(debug("initialize", json!({}))["success"], true);
    assert_eq!(debug("attach", json!({}))["success"], true);
    assert_eq!(debug("debugInfo", json!({}))["body"]["isStarted"], true);
    let reply = debug("inspectVariables", json!({}));
    assert_eq!((&reply["request_seq"], &reply["type"]), (&json!(5), &json!("response")));
    assert_eq!(reply["body"]["variables"][0]["name"], "x");
    let rich = debug("richInspectVariables", json!({"variableName": "x"}));
    assert_eq!(rich["body"]["data"]["text/latex"], "$1$");
    let missing = debug("richInspectVariables", json!({"variableName": "y"}));
    assert_eq!(missing["success"], false);
    assert_eq!(debug("stepIn", json!({}))["success"], false);
    front.finish();
}
