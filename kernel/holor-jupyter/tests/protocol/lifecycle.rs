//! Start and end: transports, keys, heartbeat, shutdown, loss of the parent.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::front::{CONNECTION, Front, KEY, assert_kinds, kernel_process, sign};

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

/// JEP 66: the kernel picks its ports and tells them to whoever started it.
#[test]
fn ports_are_announced() {
    let context = zmq::Context::new();
    let registry = context.socket(zmq::ROUTER).unwrap();
    registry.bind("tcp://127.0.0.1:*").unwrap();
    let address = registry.get_last_endpoint().unwrap().unwrap();
    let port: u16 = address.rsplit(':').next().unwrap().parse().unwrap();
    let folder =
        std::env::temp_dir().join(format!("holor-registry-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("registration.json");
    let content = json!({"transport": "tcp", "ip": "127.0.0.1", "key": KEY,
                         "signature_scheme": "hmac-sha256", "registration_port": port});
    std::fs::write(&file, content.to_string()).unwrap();
    let mut kernel = kernel_process(&file).spawn().unwrap();
    let frames = registry.recv_multipart(0).unwrap();
    assert_eq!(frames[2], sign(KEY, &frames[3..7]));
    let header: Value = serde_json::from_slice(&frames[3]).unwrap();
    assert_eq!(header["msg_type"], "handshake_request");
    let ports: Value = serde_json::from_slice(&frames[6]).unwrap();
    assert_eq!(ports.as_object().unwrap().len(), 5);
    assert!(ports.as_object().unwrap().values().all(|port| port.as_u64() > Some(0)));
    let reply = json!({"msg_id": "r", "msg_type": "handshake_reply"});
    let parts: Vec<Vec<u8>> = [reply, json!({}), json!({}), json!({"status": "ok"})]
        .iter()
        .map(|part| part.to_string().into_bytes())
        .collect();
    let mut answer = vec![frames[0].clone(), frames[1].clone(), sign(KEY, &parts)];
    answer.extend(parts);
    registry.send_multipart(answer, 0).unwrap();
    let heartbeat = context.socket(zmq::REQ).unwrap();
    heartbeat.connect(&format!("tcp://127.0.0.1:{}", ports["hb_port"])).unwrap();
    heartbeat.send("beat", 0).unwrap();
    assert_eq!(heartbeat.recv_bytes(0).unwrap(), b"beat");
    kernel.kill().unwrap();
    kernel.wait().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A kernel whose front end was killed does not stay behind.
#[test]
#[cfg(target_os = "linux")]
fn the_end_of_the_parent_is_the_end() {
    let folder =
        std::env::temp_dir().join(format!("holor-orphan-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("connection.json");
    std::fs::write(&file, r#"{"ip": "127.0.0.1", "key": ""}"#).unwrap();
    let kernel = kernel_process(&file);
    let mut parent = std::process::Command::new("sh");
    parent
        .args(["-c", "\"$@\" > /dev/null & echo $!; wait", "sh"])
        .arg(kernel.get_program());
    parent.args(kernel.get_args()).env(CONNECTION, &file);
    parent.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut parent = parent.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let process = std::path::PathBuf::from(format!("/proc/{}", line.trim()));
    let ports = || std::fs::read_to_string(&file).unwrap().contains("hb_port");
    let start = Instant::now();
    while !ports() && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(process.exists());
    parent.kill().unwrap();
    parent.wait().unwrap();
    let start = Instant::now();
    // An orphan that has ended may stay as a zombie where nobody collects it.
    let ended = || match std::fs::read_to_string(process.join("stat")) {
        Ok(stat) => stat.contains(") Z "),
        Err(_) => true,
    };
    while !ended() {
        assert!(start.elapsed() < Duration::from_secs(5), "the kernel lives on");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::fs::remove_dir_all(&folder).unwrap();
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
