//! Streams, displays, floods: everything arrives, in order, in few messages.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::front::{Front, Message, assert_kinds};

fn text(outputs: &[Message], name: &str) -> String {
    let streams = outputs.iter().filter(|m| m.kind() == "stream" && m["name"] == name);
    streams.map(|m| m["text"].as_str().unwrap()).collect()
}

#[test]
fn streams_keep_their_order() {
    let mut front = Front::start();
    let (_, outputs) = front.run("print a");
    assert_kinds(&outputs, &["stream"]);
    assert_eq!(outputs[0].content, json!({"name": "stdout", "text": "a\n"}));
    let (_, outputs) = front.run("stderr ∇");
    assert_eq!(outputs[0].content, json!({"name": "stderr", "text": "∇\n"}));
    front.finish();
}

#[test]
fn displays_and_clearing() {
    let mut front = Front::start();
    let (_, outputs) = front.run("display hi");
    assert_kinds(&outputs, &["display_data"]);
    assert_eq!(
        outputs[0].content,
        json!({"data": {"text/plain": "hi"}, "metadata": {}, "transient": {}})
    );
    let (_, outputs) = front.run("clear wait");
    assert_kinds(&outputs, &["clear_output"]);
    assert_eq!(outputs[0]["wait"], true);
    front.finish();
}

#[test]
fn ten_thousand_lines() {
    let mut front = Front::start();
    let (_, outputs) = front.run("flood 10000");
    let expected: String = (0..10_000).map(|line| format!("line {line}\n")).collect();
    assert_eq!(text(&outputs, "stdout"), expected);
    assert!(outputs.len() < 100, "{} messages", outputs.len());
    front.finish();
}

#[test]
fn ten_thousand_displays() {
    let mut front = Front::start();
    let (_, outputs) = front.run("displays 10000");
    assert_eq!(outputs.len(), 10_000);
    for (number, output) in outputs.iter().enumerate() {
        assert_eq!(output["data"]["text/plain"], number.to_string());
    }
    front.finish();
}

#[test]
fn frames_are_at_most_thirty_a_second() {
    let mut front = Front::start();
    let start = Instant::now();
    let (_, outputs) = front.run("frames 1000");
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(outputs[0].kind(), "display_data");
    let (first, frames) = outputs.split_first().unwrap();
    assert_eq!(first["transient"]["display_id"], "film");
    assert!(frames.iter().all(|frame| frame.kind() == "update_display_data"));
    let most = (seconds * 30.0) as usize + 3;
    assert!((5..most).contains(&frames.len()), "{} in {seconds} s", frames.len());
    assert_eq!(frames.last().unwrap()["data"]["text/plain"], "999");
    front.finish();
}

/// Text appears while the cell runs, soon after it has been written.
#[test]
fn a_running_cell_is_heard() {
    let mut front = Front::start();
    let id = front.execute("loop");
    front.published("status");
    front.published("execute_input");
    let start = Instant::now();
    let line = front.published("stream");
    assert_eq!(line["text"], "looping\n");
    assert!(start.elapsed() < Duration::from_secs(1));
    front.command("interrupt_request", json!({}));
    front.reply(&id, "execute_reply");
    assert_kinds(&front.rest(&id), &["error"]);
    front.finish();
}

/// The kernel's own memory stays small however much is printed.
#[test]
fn a_hundred_megabytes_pass_through() {
    let front = Front::start();
    let id = front.execute("bytes 104857600");
    let mut length = 0;
    let mut kinds = BTreeMap::<String, u32>::new();
    loop {
        let message = front.receive(&front.client.iopub);
        *kinds.entry(message.kind().to_owned()).or_default() += 1;
        length += message["text"].as_str().map_or(0, str::len);
        if message["execution_state"] == "idle" {
            break;
        }
    }
    assert_eq!(length, 104_857_600);
    assert_eq!(front.reply(&id, "execute_reply")["status"], "ok");
    assert!(kinds["stream"] < 2_000, "{kinds:?}");
    #[cfg(target_os = "linux")]
    {
        let status = format!("/proc/{}/status", front.kernel.id());
        let status = std::fs::read_to_string(status).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(peak < 80 << 10, "peak of {peak} KiB");
    }
    front.finish();
}
