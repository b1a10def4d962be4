//! Senders that are wrong, malicious or slow: dropped or answered, never followed by a crash.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::front::{Front, assert_kinds, sign};

fn signed(front: &Front, parts: [&[u8]; 4]) -> Vec<Vec<u8>> {
    let parts: Vec<Vec<u8>> = parts.iter().map(|part| part.to_vec()).collect();
    let mut frames = vec![b"<IDS|MSG>".to_vec(), sign(&front.key, &parts)];
    frames.extend(parts);
    frames
}

#[test]
fn untrustworthy_messages_are_dropped() {
    let mut front = Front::start();
    let content = json!({"code": "6*7"});
    let (_, good) = front.frames("execute_request", &content, &json!({}));
    let sockets = [&front.client.shell, &front.client.control, &front.client.stdin];
    for socket in sockets {
        let send = |frames: &[Vec<u8>]| socket.send_multipart(frames, 0).unwrap();
        let mut forged = good.clone();
        forged[5] = b"{\"code\":\"evil\"}".to_vec();
        send(&forged);
        forged[1] = b"00".repeat(32);
        send(&forged);
        forged[1] = Vec::new();
        send(&forged);
        for length in 1..good.len() {
            send(&good[..length]);
        }
        send(&[b"no delimiter at all".to_vec()]);
        send(&vec![vec![0; 10]; 10_000]);
        send(&signed(&front, [b"\xff\xfe", b"{}", b"{}", b"{}"]));
        send(&signed(&front, [b"[1]", b"{}", b"{}", b"{}"]));
        send(&signed(&front, [b"{\"msg_id\":\"x\"}", b"{}", b"{}", b"{}"]));
        let deep = "[".repeat(100_000);
        send(&signed(&front, [deep.as_bytes(), b"{}", b"{}", b"{}"]));
    }
    front.alive();
    front.finish();
}

#[test]
fn a_replay_is_dropped() {
    let mut front = Front::start();
    let content = json!({"code": "6*7"});
    let (id, frames) = front.frames("execute_request", &content, &json!({}));
    for _ in 0..3 {
        front.client.shell.send_multipart(&frames, 0).unwrap();
    }
    front.reply(&id, "execute_reply");
    front.client.control.send_multipart(&frames, 0).unwrap();
    assert_kinds(&front.outputs(&id), &["execute_input", "execute_result"]);
    front.finish();
}

#[test]
fn malformed_requests_are_answered() {
    let mut front = Front::start();
    let wrong: [(&str, Value); 9] = [
        ("execute_request", json!({})),
        ("execute_request", json!({"code": 1})),
        ("complete_request", json!({"code": null})),
        ("inspect_request", json!({"code": "a", "cursor_pos": -1})),
        ("is_complete_request", json!({})),
        ("history_request", json!({"n": "many"})),
        ("comm_info_request", json!({"target_name": 1})),
        ("unheard_of_request", json!({})),
        ("execute_request", json!(["code"])),
    ];
    for (kind, content) in wrong {
        let reply = front.ask(kind, content.clone());
        assert_eq!(reply["status"], "error", "{kind} {content}");
        assert!(reply["traceback"].is_array() && reply["evalue"].is_string());
    }
    for kind in
        ["shutdown_request", "delete_subshell_request", "debug_request", "odd_request"]
    {
        let reply = front.command(kind, json!({"restart": "perhaps"}));
        assert_eq!(reply["status"], "error", "{kind}");
    }
    for kind in ["comm_open", "comm_msg", "comm_close", "whatever"] {
        let id = front.shell(kind, json!({}));
        assert_kinds(&front.outputs(&id), &[]);
    }
    let content: [&[u8]; 4] = [b"\xff", b"", b"{\"code\":\"a\"", b"{\"code\":\"a\"}}"];
    for content in content {
        let (id, mut frames) = front.frames("execute_request", &json!({}), &json!({}));
        frames[5] = content.to_vec();
        frames[1] = sign(&front.key, &frames[2..6]);
        front.client.shell.send_multipart(frames, 0).unwrap();
        assert_eq!(front.reply(&id, "execute_reply")["status"], "error");
        assert_kinds(&front.outputs(&id), &[]);
    }
    front.alive();
    front.finish();
}

/// Bytes as any local process could send them, without key and without libzmq.
#[test]
fn raw_bytes_on_every_port() {
    let mut front = Front::start();
    let mut greeting = vec![0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0];
    greeting.extend(b"NULL");
    greeting.resize(64, 0);
    let ready = b"\x04\x19\x05READY\x0bSocket-Type\0\0\0\x06DEALER";
    let mut open = Vec::new();
    for port in ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] {
        let port = u16::try_from(front.connection[port].as_u64().unwrap()).unwrap();
        for size in [1_u64 << 31, 1 << 40, 1 << 62, u64::MAX] {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream.write_all(&greeting).unwrap();
            std::thread::sleep(Duration::from_millis(5));
            let mut frame = ready.to_vec();
            frame.push(2);
            frame.extend(size.to_be_bytes());
            frame.extend([7; 1000]);
            // The kernel may hang up at any moment.
            let _ = stream.write_all(&frame);
            open.push(stream);
        }
        let mut garbage = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let _ = garbage.write_all(&[0x5a; 4096]);
        let mut http = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let _ = http.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        open.extend([garbage, http]);
    }
    std::thread::sleep(Duration::from_millis(50));
    front.alive();
    // libzmq takes whoever sends no greeting for a subscriber of 2010, who wants everything.
    front.forget_welcomes();
    front.finish();
}

#[test]
fn a_reconnecting_client_takes_over_its_identity() {
    let mut front = Front::start();
    for _ in 0..20 {
        let first = front.connect("same");
        front.published("iopub_welcome");
        let running =
            front.send(&first.shell, "execute_request", json!({"code": "sleep 20"}));
        for kind in ["status", "execute_input"] {
            front.published(kind);
        }
        let second = front.connect("same");
        let id = front.send(&second.shell, "kernel_info_request", json!({}));
        // The first client still lives; both answers must come to the second.
        front.reply_on(&second.shell, &id, "kernel_info_reply");
        front.reply_on(&second.shell, &running, "execute_reply");
        front.outputs_after_welcome(&id, 1);
        front.rest(&running);
    }
    front.finish();
}

#[test]
fn a_subscriber_that_does_not_read_holds_nobody_up() {
    let mut front = Front::start();
    let sleeper = front.connect("sleeper");
    sleeper.iopub.set_rcvhwm(1).unwrap();
    let id = front.execute("displays 20000");
    assert_eq!(front.reply(&id, "execute_reply")["status"], "ok");
    let outputs = front.outputs_after_welcome(&id, 1);
    assert_eq!(outputs.len(), 20_001);
    drop(sleeper);
    front.alive();
    front.finish();
}
