//! Which comms are open, on either side's wish.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

/// Open comms with their targets.
#[derive(Debug, Default)]
pub(crate) struct Comms(Mutex<BTreeMap<String, String>>);

impl Comms {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn open(&self, id: &str, target: &str) {
        self.lock().insert(id.to_owned(), target.to_owned());
    }

    /// Forgets a comm and returns its target.
    pub(crate) fn close(&self, id: &str) -> Option<String> {
        self.lock().remove(id)
    }

    pub(crate) fn target(&self, id: &str) -> Option<String> {
        self.lock().get(id).cloned()
    }

    /// The content of `comm_info_reply`, of one target or of all.
    pub(crate) fn info(&self, target: Option<&str>) -> Value {
        let comms: Map<String, Value> = self
            .lock()
            .iter()
            .filter(|(_, name)| target.is_none_or(|wanted| wanted == *name))
            .map(|(id, name)| (id.clone(), json!({ "target_name": name })))
            .collect();
        json!({ "status": "ok", "comms": comms })
    }
}
