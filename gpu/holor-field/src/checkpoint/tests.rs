//! Saved runs: round trips, torn writes, continuation.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::{Archive, Description, DirectoryStore, MemoryStore, Store};
use crate::backend::Precision;
use crate::error::{FieldError, FieldResult};
use crate::interpreter::Interpreter;
use crate::run::Run;
use crate::run::tests::{cases, start};
use crate::scheme::Scheme;
use crate::stepper::tests::advance;
use crate::stepper::{Options, build};

fn description(scheme: &Scheme) -> Description {
    let points = scheme.layout.cells();
    Description {
        attributes: vec![("equation".into(), "∂u/∂t = …".into())],
        axes: vec![("x".into(), (0..points).map(|i| i as f64 / points as f64).collect())],
        planes: scheme.planes.iter().map(|plane| plane.name.clone()).collect(),
        velocities: scheme.planes.iter().map(|plane| plane.velocity.is_some()).collect(),
        columns: Vec::new(),
        precision: Precision::Double,
    }
}

fn resume(scheme: &Scheme, options: &Options, store: &Arc<dyn Store>) -> Run {
    let archive = Archive::open(Arc::clone(store)).unwrap();
    let state = archive.read_state().unwrap().unwrap();
    let mut run = Run::resume(
        build(scheme, options).unwrap(),
        Some(Arc::new(scheme.clone())),
        &[],
        options,
        Arc::new(Interpreter::new()),
        &state,
    )
    .unwrap();
    run.keep_in(archive, 0.0).unwrap();
    run
}

/// A store that fails after so many writes, in the middle of the last one: what a crash leaves behind.
#[derive(Debug)]
struct Failing {
    inner: Arc<dyn Store>,
    left: AtomicI64,
}

impl Store for Failing {
    fn get(&self, key: &str) -> FieldResult<Option<Vec<u8>>> {
        self.inner.get(key)
    }
    fn set(&self, key: &str, bytes: &[u8]) -> FieldResult<()> {
        if self.left.fetch_sub(1, Ordering::Relaxed) <= 0 {
            return Err(FieldError::Device("killed".into()));
        }
        self.inner.set(key, bytes)
    }
    fn list(&self, prefix: &str) -> FieldResult<Vec<String>> {
        self.inner.list(prefix)
    }
    fn rename(&self, from: &str, to: &str) -> FieldResult<()> {
        self.inner.rename(from, to)
    }
    fn remove(&self, key: &str) -> FieldResult<()> {
        self.inner.remove(key)
    }
}

#[test]
fn a_run_killed_at_any_write_goes_on_with_the_same_bits() {
    for (scheme, options) in cases() {
        let mut whole = start(&scheme, &options);
        advance(&mut whole, 1.5);
        for writes in (20..60).step_by(7) {
            let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
            let failing =
                Failing { inner: Arc::clone(&store), left: AtomicI64::new(writes) };
            let mut run = start(&scheme, &options);
            let archive = Archive::create(Arc::new(failing), &description(&scheme));
            run.keep_in(archive.unwrap(), 0.0).unwrap();
            let mut hooks = crate::run::Hooks {
                control: &mut |_| crate::run::Control::Continue,
                save: &mut |_, _| Ok(crate::run::Control::Continue),
                planes: false,
                interrupted: &|| false,
            };
            assert!(run.advance(1.5, &mut hooks).is_err());
            drop(run);
            if Archive::open(Arc::clone(&store)).unwrap().read_state().unwrap().is_none()
            {
                continue;
            }
            let mut run = resume(&scheme, &options, &store);
            advance(&mut run, 1.5);
            assert_eq!(run.state().unwrap(), whole.state().unwrap(), "{writes}");
            let archive = Archive::open(store).unwrap();
            let times: Vec<f64> = whole.snapshots().iter().map(|s| s.time).collect();
            assert_eq!(archive.column("time").unwrap(), times);
            for (index, snapshot) in whole.snapshots().iter().enumerate() {
                assert_eq!(archive.plane(0, index).unwrap(), snapshot.planes[0]);
            }
        }
    }
}

#[test]
fn a_folder_keeps_what_memory_keeps() {
    let folder = std::env::temp_dir().join(format!("holor-field-{}", std::process::id()));
    let (scheme, options) = cases().remove(2);
    let store: Arc<dyn Store> = Arc::new(DirectoryStore::new(&folder).unwrap());
    let mut run = start(&scheme, &options);
    run.keep_in(Archive::create(Arc::clone(&store), &description(&scheme)).unwrap(), 0.0)
        .unwrap();
    advance(&mut run, 1.0);
    let archive = Archive::open(Arc::clone(&store)).unwrap();
    assert_eq!(archive.len(), 5);
    let last = run.snapshots().last().unwrap();
    assert_eq!(archive.velocity(0, 4).unwrap(), last.velocities[0].clone().unwrap());
    assert_eq!(archive.description(), &description(&scheme));
    assert_eq!(archive.read_state().unwrap().unwrap(), run.state().unwrap());
    assert!(Archive::create(Arc::clone(&store), &description(&scheme)).is_err());
    assert!(store.set("../outside", b"").is_err());
    let keys = store.list("fields/").unwrap();
    assert!(keys.contains(&"fields/u/c/4/0".to_owned()), "{keys:?}");
    // A chunk cut short is noticed.
    let bytes = store.get("fields/u/c/4/0").unwrap().unwrap();
    store.set("fields/u/c/4/0", &bytes[..bytes.len() - 3]).unwrap();
    assert!(archive.plane(0, 4).unwrap_err().to_string().contains("damaged"));
    if std::env::var_os("KEEP_SAVED_RUN").is_none() {
        std::fs::remove_dir_all(folder).unwrap();
    }
}
