//! Subshells (JEP 91): cells beside the running cell.

use serde_json::json;

use crate::front::{Front, assert_kinds};

#[test]
fn a_subshell_works_while_the_main_shell_is_busy() {
    let mut front = Front::start();
    let created = front.command("create_subshell_request", json!({}));
    let subshell = created["subshell_id"].clone();
    let list = front.command("list_subshell_request", json!({}));
    assert_eq!(list["subshell_id"], json!([subshell]));

    let running = front.execute("sleep 300");
    let extra = json!({"subshell_id": subshell});
    let id =
        front.shell_with("execute_request", json!({"code": "beside"}), extra.clone());
    let reply = front.reply(&id, "execute_reply");
    assert_eq!(reply["status"], "ok");
    let beside = reply["execution_count"].clone();
    let outputs = front.outputs(&id);
    assert_kinds(&outputs, &["execute_input", "execute_result"]);
    let open = json!({"comm_id": "c", "target_name": "echo", "data": {}});
    let id = front.shell_with("comm_open", open, extra.clone());
    assert_kinds(&front.outputs(&id), &["comm_msg"]);
    let reply = front.reply(&running, "execute_reply");
    assert_eq!(reply["status"], "ok");
    // Which of the two began first is up to the scheduler; each has a number of its own.
    let mut counts = [beside.as_u64(), reply["execution_count"].as_u64()];
    counts.sort_unstable();
    assert_eq!(counts, [Some(1), Some(2)]);
    front.outputs(&running);

    // An error there aborts nothing here.
    let slow = front.execute("sleep 50");
    let bad =
        front.shell_with("execute_request", json!({"code": "error"}), extra.clone());
    assert_eq!(front.reply(&bad, "execute_reply")["status"], "error");
    let here = front.execute("here");
    for id in [&slow, &here] {
        assert_eq!(front.reply(id, "execute_reply")["status"], "ok");
    }
    for id in [&slow, &bad, &here] {
        front.outputs(id);
    }

    let gone = json!({"subshell_id": subshell});
    assert_eq!(front.command("delete_subshell_request", gone.clone())["status"], "ok");
    assert_eq!(front.command("delete_subshell_request", gone)["status"], "error");
    let lost = front.shell_with("execute_request", json!({"code": "lost"}), extra);
    let reply = front.reply(&lost, "execute_reply");
    assert_eq!(reply["ename"], "SubshellNotFound");
    assert_kinds(&front.outputs(&lost), &[]);
    front.finish();
}

#[test]
fn an_interrupt_reaches_all_shells() {
    let mut front = Front::start();
    let created = front.command("create_subshell_request", json!({}));
    let extra = json!({"subshell_id": created["subshell_id"]});
    let content = json!({"code": "sleep 10000"});
    let here = front.shell("execute_request", content.clone());
    let there = front.shell_with("execute_request", content, extra);
    std::thread::sleep(std::time::Duration::from_millis(50));
    front.command("interrupt_request", json!({}));
    for _ in 0..2 {
        let reply = front.receive(&front.client.shell);
        assert_eq!(reply["ename"], "Interrupted");
    }
    front.outputs(&there);
    front.outputs(&here);
    front.finish();
}
