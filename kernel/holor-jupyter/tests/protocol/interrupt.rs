//! Interrupts: the prompt comes back, the state stays.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::front::{Front, assert_kinds};

fn signal(front: &Front) {
    let id = front.kernel.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

#[test]
fn by_message_at_once() {
    let mut front = Front::start();
    let id = front.execute("loop");
    for kind in ["status", "execute_input", "stream"] {
        front.published(kind);
    }
    let start = Instant::now();
    front.command("interrupt_request", json!({}));
    let reply = front.reply(&id, "execute_reply");
    // Not stuck; how fast it is, `cargo dev bench kernel` measures.
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!(reply["ename"], "Interrupted");
    assert_kinds(&front.rest(&id), &["error"]);
    assert_eq!(front.run("number").1[0]["data"]["text/plain"], "2");
    front.finish();
}

#[test]
fn by_signal_and_ignored_when_idle() {
    let mut front = Front::start();
    // The control thread hears signals before it reads requests: all have been heard when it answers.
    let heard = |front: &mut Front| {
        front.command("kernel_info_request", json!({}));
        front.command("kernel_info_request", json!({}));
    };
    signal(&front);
    heard(&mut front);
    front.alive();
    let id = front.execute("loop");
    for kind in ["status", "execute_input", "stream"] {
        front.published(kind);
    }
    signal(&front);
    assert_eq!(front.reply(&id, "execute_reply")["ename"], "Interrupted");
    assert_kinds(&front.rest(&id), &["error"]);
    signal(&front);
    signal(&front);
    heard(&mut front);
    front.alive();
    front.finish();
}

#[test]
fn an_idle_kernel_stays_as_it_is() {
    let mut front = Front::start();
    let reply = front.command("interrupt_request", json!({}));
    assert_eq!(reply.content, json!({"status": "ok"}));
    front.alive();
    front.finish();
}

#[test]
fn cells_that_wait_are_aborted() {
    let mut front = Front::start();
    let id = front.execute("sleep 5000");
    for kind in ["status", "execute_input"] {
        front.published(kind);
    }
    let waiting: Vec<String> = (0..5).map(|_| front.execute("later")).collect();
    // Has been answered only when all before it have been read.
    front.ask("kernel_info_request", json!({}));
    front.command("interrupt_request", json!({}));
    assert_eq!(front.reply(&id, "execute_reply")["ename"], "Interrupted");
    assert_kinds(&front.rest(&id), &["error"]);
    for id in &waiting {
        assert_eq!(front.reply(id, "execute_reply")["ename"], "ExecutionAborted");
        assert_kinds(&front.outputs(id), &[]);
    }
    front.alive();
    front.finish();
}

#[test]
fn a_question_is_given_up() {
    let mut front = Front::start();
    let content = json!({"code": "input name?", "allow_stdin": true});
    let id = front.shell("execute_request", content.clone());
    let asked = front.receive(&front.client.stdin);
    assert_eq!(asked.kind(), "input_request");
    front.command("interrupt_request", json!({}));
    assert_eq!(front.reply(&id, "execute_reply")["ename"], "Interrupted");
    assert_kinds(&front.outputs(&id), &["execute_input", "error"]);
    // A late answer is nobody's.
    let late = json!({"parent": asked.header});
    let (_, frames) = front.frames("input_reply", &json!({"value": "late"}), &late);
    front.client.stdin.send_multipart(frames, 0).unwrap();
    let id = front.shell("execute_request", content);
    front.receive(&front.client.stdin);
    front.send(&front.client.stdin, "input_reply", json!({"value": "Ada"}));
    front.reply(&id, "execute_reply");
    let outputs = front.outputs(&id);
    assert_eq!(outputs[1]["data"]["text/plain"], "you said Ada");
    front.finish();
}

#[test]
fn a_question_and_its_answer() {
    let mut front = Front::start();
    let content = json!({"code": "password secret?", "allow_stdin": true});
    let id = front.shell("execute_request", content);
    let asked = front.receive(&front.client.stdin);
    assert_eq!(asked.content, json!({"prompt": "secret?", "password": true}));
    assert_eq!(asked.answers(), id);
    // Neither another client nor an answer to another question counts.
    let other = front.connect("other");
    front.send(&other.stdin, "input_reply", json!({"value": "theirs"}));
    let wrong = json!({"parent": {"msg_id": "wrong"}});
    let (_, frames) = front.frames("input_reply", &json!({"value": "wrong"}), &wrong);
    front.client.stdin.send_multipart(frames, 0).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    let right = json!({"parent": asked.header});
    let (_, frames) = front.frames("input_reply", &json!({"value": "mine"}), &right);
    front.client.stdin.send_multipart(frames, 0).unwrap();
    front.reply(&id, "execute_reply");
    let outputs = front.outputs_after_welcome(&id, 1);
    assert_eq!(outputs[1]["data"]["text/plain"], "you said mine");
    front.finish();
}

#[test]
fn a_front_end_that_cannot_ask() {
    let mut front = Front::start();
    let (reply, _) = front.run("input name?");
    assert_eq!(reply["ename"], "InputError");
    assert_eq!(reply["evalue"], "this front end does not support asking for input");
    front.finish();
}
