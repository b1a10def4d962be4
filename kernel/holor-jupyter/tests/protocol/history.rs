//! History: the three ways to ask, with and without the fields that may be left out.

use serde_json::{Value, json};

use crate::front::Front;

fn ask(front: &mut Front, request: Value) -> Value {
    let reply = front.ask("history_request", request);
    assert_eq!(reply["status"], "ok");
    reply["history"].clone()
}

#[test]
fn tail_range_and_search() {
    let mut front = Front::start();
    for code in ["one", "two", "print x", "two"] {
        front.run(code);
    }
    let f = &mut front;
    let tail = json!({"hist_access_type": "tail", "n": 2, "output": true, "raw": true});
    assert_eq!(ask(f, tail), json!([[1, 3, ["print x", null]], [1, 4, ["two", "two"]]]));
    let range = json!({"hist_access_type": "range", "session": 1, "start": 1, "stop": 3});
    assert_eq!(ask(f, range), json!([[1, 1, "one"], [1, 2, "two"]]));
    let open = json!({"hist_access_type": "range", "session": 0, "start": 4});
    assert_eq!(ask(f, open), json!([[1, 4, "two"]]));
    let search = json!({"hist_access_type": "search", "pattern": "t*"});
    assert_eq!(ask(f, search), json!([[1, 2, "two"], [1, 4, "two"]]));
    let unique = json!({"hist_access_type": "search", "pattern": "t*", "unique": true});
    assert_eq!(ask(f, unique), json!([[1, 4, "two"]]));
    assert_eq!(ask(f, json!({})).as_array().unwrap().len(), 4);
    front.finish();
}

#[test]
fn two_kernels_share_a_file() {
    let mut one = Front::start();
    one.run("first");
    let mut two = Front::start_in(one.folder(), json!({}));
    two.run("second");
    one.run("third");
    let all = json!([[1, 1, "first"], [1, 2, "third"], [2, 1, "second"]]);
    // The other kernel saves a moment after its cell has ended.
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(ask(&mut one, json!({})), all);
    assert_eq!(ask(&mut two, json!({})), all);
    one.finish();
    two.finish();
}
