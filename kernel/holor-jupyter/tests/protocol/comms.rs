//! Comms: opened by either side, with buffers, closed when nobody knows the target.

use serde_json::json;

use crate::front::{Front, assert_kinds};

#[test]
fn opened_by_the_front_end() {
    let mut front = Front::start();
    let open = json!({"comm_id": "c", "target_name": "echo", "data": {"v": 1}});
    let id = front.shell("comm_open", open);
    let outputs = front.outputs(&id);
    assert_kinds(&outputs, &["comm_msg"]);
    assert_eq!(outputs[0].content, json!({"comm_id": "c", "data": {"v": 1}}));

    let content = json!({"comm_id": "c", "data": {"v": 2}});
    let (id, mut frames) = front.frames("comm_msg", &content, &json!({}));
    let big = vec![7; 3 << 20];
    frames.extend([big.clone(), Vec::new(), b"\xff\0".to_vec()]);
    front.client.shell.send_multipart(frames, 0).unwrap();
    let outputs = front.outputs(&id);
    assert_kinds(&outputs, &["comm_msg"]);
    assert_eq!(outputs[0].buffers, [big, Vec::new(), b"\xff\0".to_vec()]);

    let info = front.ask("comm_info_request", json!({"target_name": "echo"}));
    assert_eq!(info["comms"], json!({"c": {"target_name": "echo"}}));
    let info = front.ask("comm_info_request", json!({"target_name": "other"}));
    assert_eq!(info["comms"], json!({}));

    let id = front.shell("comm_msg", json!({"comm_id": "c", "data": "panic"}));
    assert_kinds(&front.outputs(&id), &["stream"]);
    let id = front.shell("comm_close", json!({"comm_id": "c"}));
    assert_kinds(&front.outputs(&id), &[]);
    assert_eq!(front.ask("comm_info_request", json!({}))["comms"], json!({}));
    let id = front.shell("comm_msg", json!({"comm_id": "c", "data": {}}));
    assert_kinds(&front.outputs(&id), &[]);
    front.finish();
}

#[test]
fn unknown_targets_are_closed() {
    let mut front = Front::start();
    let open = json!({"comm_id": "c", "target_name": "nobody", "data": {}});
    let id = front.shell("comm_open", open);
    let outputs = front.outputs(&id);
    assert_kinds(&outputs, &["comm_close"]);
    assert_eq!(outputs[0].content, json!({"comm_id": "c", "data": {}}));
    front.finish();
}

#[test]
fn opened_by_the_kernel() {
    let mut front = Front::start();
    let (_, outputs) = front.run("open target");
    assert_kinds(&outputs, &["comm_open", "execute_result"]);
    let comm = outputs[0]["comm_id"].as_str().unwrap();
    assert_eq!(outputs[0]["target_name"], "target");
    let info = front.ask("comm_info_request", json!({}));
    assert_eq!(info["comms"], json!({comm: {"target_name": "target"}}));
    front.finish();
}
