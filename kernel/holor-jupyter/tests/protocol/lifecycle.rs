//! Start and end: transports, keys, heartbeat, shutdown, loss of the parent.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::front::{Front, assert_kinds};

#[test]
fn the_heartbeat_echoes() {
    let front = Front::start();
    for beat in [&b"ping"[..], b"", &[0xff; 3000]] {
        front.client.heartbeat.send(beat, 0).unwrap();
        assert_eq!(front.client.heartbeat.recv_bytes(0).unwrap(), beat);
    }
    front.finish();
}

#[test]
fn without_a_key() {
    let mut front = Front::start_with(json!({"key": "", "signature_scheme": ""}));
    front.alive();
    front.finish();
}

#[test]
fn over_ipc() {
    let folder = std::env::temp_dir().join(format!("holor-ipc-{}", std::process::id()));
    let mut front =
        Front::start_with(json!({"transport": "ipc", "ip": folder.to_str().unwrap()}));
    front.alive();
    front.finish();
}

#[test]
fn every_subscriber_is_welcomed() {
    let mut front = Front::start();
    let other = front.connect("other");
    let welcome = front.receive(&other.iopub);
    assert_eq!(welcome.kind(), "iopub_welcome");
    front.published("iopub_welcome");
    front.alive();
    front.finish();
}

#[test]
fn shutdown_ends_a_busy_kernel() {
    let mut front = Front::start();
    let running = front.execute("loop");
    for kind in ["status", "execute_input", "stream"] {
        front.published(kind);
    }
    let start = Instant::now();
    let content = json!({"restart": true});
    let id = front.send(&front.client.control, "shutdown_request", content);
    let reply = front.reply_on(&front.client.control, &id, "shutdown_reply");
    assert_eq!(reply["restart"], true);
    assert_eq!(front.wait(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert_kinds(&front.outputs(&id), &["shutdown_reply"]);
    drop(running);
}

#[test]
fn a_reply_to_shutdown_always_arrives() {
    for _ in 0..10 {
        Front::start().finish();
    }
}

#[test]
fn output_just_before_the_end_arrives() {
    let mut front = Front::start();
    let id = front.execute("displays 3000");
    front.reply(&id, "execute_reply");
    let end = front.send(&front.client.control, "shutdown_request", json!({}));
    assert_eq!(front.wait(), Some(0));
    front.reply_on(&front.client.control, &end, "shutdown_reply");
    assert_eq!(front.outputs(&id).len(), 3_001);
}

#[test]
fn a_wrong_connection_file_is_an_error() {
    let folder = std::env::temp_dir();
    let file = folder.join(format!("holor-wrong-{}.json", std::process::id()));
    let serve = || holor_jupyter::serve(&file, crate::echo::Echo, Default::default());
    assert!(serve().unwrap_err().to_string().contains("connection file"));
    std::fs::write(&file, "{}").unwrap();
    assert!(serve().is_err());
    let text = json!({"ip": "127.0.0.1", "key": "k", "signature_scheme": "hmac-md5"});
    std::fs::write(&file, text.to_string()).unwrap();
    assert!(serve().unwrap_err().to_string().contains("hmac-md5"));
    let text = json!({"ip": "127.0.0.1", "transport": "carrier pigeon"});
    std::fs::write(&file, text.to_string()).unwrap();
    assert!(serve().unwrap_err().to_string().contains("carrier pigeon"));
    std::fs::remove_file(&file).unwrap();
}
