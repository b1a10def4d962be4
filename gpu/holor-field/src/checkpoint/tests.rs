//! Saved runs: round trips, torn writes, continuation.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::{Archive, Description, DirectoryStore, MemoryStore, Store, Watched};
use crate::backend::Precision;
use crate::error::{FieldError, FieldResult};
use crate::interpreter::Interpreter;
use crate::run::tests::{cases, start};
use crate::run::{Row, Run, Snapshot, Values};
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

#[test]
fn what_is_watched_is_kept_whole() {
    let long = format!("mean({})", "u + ".repeat(200));
    let description = Description {
        attributes: vec![("until".into(), "t > 1".into())],
        axes: vec![("x".into(), vec![0.0, 0.5])],
        planes: vec!["u".into()],
        velocities: vec![false],
        columns: vec!["S".into(), "g".into(), long.clone()],
        precision: Precision::Double,
    };
    let watched = |place: usize| {
        let wide = Watched {
            kind: "array".into(),
            axes: vec![("k".into(), vec![0.1, 1.0 / 3.0, f64::MIN_POSITIVE])],
            complex: false,
            values: vec![place as f64, 0.1 + 0.2, f64::NAN],
        };
        let complex = Watched {
            kind: "number".into(),
            axes: Vec::new(),
            complex: true,
            values: vec![-0.0, 1e-300],
        };
        // A value of another shape is not kept, and one that is none has no chunk.
        let other = Watched { axes: Vec::new(), values: vec![1.0], ..wide.clone() };
        match place {
            1 => [None, Some(complex), None],
            3 => [Some(other), Some(complex), None],
            _ => [Some(wide), Some(complex), None],
        }
    };
    let row = |index: usize| Row {
        index: index as u64,
        time: index as f64,
        values: vec![f64::NAN, f64::NAN, index as f64],
    };
    let snapshot = |index: usize| Snapshot {
        index: index as u64,
        time: index as f64,
        count: 0,
        planes: vec![Values::Double(vec![index as f64; 2])],
        velocities: vec![None],
    };
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let mut archive = Archive::create(Arc::clone(&store), &description).unwrap();
    for index in 0..4 {
        archive.append_with(&snapshot(index), &row(index), &watched(index)).unwrap();
    }
    archive.set_attribute("until", "t > 2").unwrap();
    archive.replace_column(&long, &[4.0, 3.0, 2.0, 1.0]).unwrap();
    let mut archive = Archive::open(store).unwrap();
    assert_eq!(archive.description().attributes, [("until".into(), "t > 2".into())]);
    assert_eq!(archive.column(&long).unwrap(), [4.0, 3.0, 2.0, 1.0]);
    let same = |a: &Watched, b: &Watched| {
        let bits =
            |own: &Watched| own.values.iter().map(|it| it.to_bits()).collect::<Vec<_>>();
        a.axes == b.axes
            && a.kind == b.kind
            && a.complex == b.complex
            && bits(a) == bits(b)
    };
    for place in [0, 2] {
        let wide = archive.watched(0, place).unwrap().unwrap();
        assert!(same(&wide, watched(place)[0].as_ref().unwrap()));
    }
    assert_eq!(archive.watched(0, 1).unwrap(), None);
    assert_eq!(archive.watched(0, 3).unwrap(), None);
    assert!(same(
        &archive.watched(1, 3).unwrap().unwrap(),
        watched(3)[1].as_ref().unwrap()
    ));
    assert_eq!(archive.watched(2, 0).unwrap(), None);
    // What is cut off and written again is what was written last.
    archive.truncate(2).unwrap();
    archive.append_with(&snapshot(2), &row(2), &watched(1)).unwrap();
    assert_eq!(archive.watched(0, 2).unwrap(), None);
}

/// A run with two states that was kept in a store.
fn kept(store: &Arc<dyn Store>) -> (Scheme, Options) {
    let (scheme, options) = cases().remove(0);
    let mut run = start(&scheme, &options);
    let archive = Archive::create(Arc::clone(store), &description(&scheme)).unwrap();
    run.keep_in(archive, 0.0).unwrap();
    advance(&mut run, 1.5);
    assert!(!store.list("state/1/").unwrap().is_empty());
    (scheme, options)
}

#[test]
fn what_lost_its_metadata_is_damaged_and_not_empty() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (scheme, _) = kept(&store);
    let root = store.get("zarr.json").unwrap().unwrap();
    store.remove("zarr.json").unwrap();
    let refused = Archive::create(Arc::clone(&store), &description(&scheme));
    let text = refused.unwrap_err().to_string();
    assert!(text.contains("damaged at \"zarr.json\": it is missing"), "{text}");
    store.set("zarr.json", &root[..root.len() / 2]).unwrap();
    let text = Archive::open(Arc::clone(&store)).unwrap_err().to_string();
    assert!(text.contains("damaged at \"zarr.json\": EOF"), "{text}");
    store.set("zarr.json", &root).unwrap();
    store.remove("state/zarr.json").unwrap();
    let mut archive = Archive::open(Arc::clone(&store)).unwrap();
    let text = archive.recover_state().unwrap_err().to_string();
    assert!(text.contains("damaged at \"state/zarr.json\": it is missing"), "{text}");
    // Even where all of the states are gone.
    for key in store.list("state/").unwrap() {
        store.remove(&key).unwrap();
    }
    assert!(archive.read_state().is_err());
}

#[test]
fn a_store_with_anything_else_in_it_is_left_alone() {
    let (scheme, _) = cases().remove(0);
    for (key, bytes, expected) in [
        ("notes.txt", &b"mine"[..], "has other files, such as notes.txt"),
        ("zarr.json", br#"{"zarr_format": 3, "node_type": "group"}"#, "no run of holor"),
    ] {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        store.set(key, bytes).unwrap();
        let text = match Archive::create(Arc::clone(&store), &description(&scheme)) {
            Err(FieldError::Invalid { .. }) => Archive::open(Arc::clone(&store)),
            other => other,
        }
        .unwrap_err()
        .to_string();
        assert!(text.contains(expected), "{text}");
        assert_eq!(store.list("").unwrap(), [key]);
    }
}

#[test]
fn what_only_began_when_the_machine_ended_begins_again() {
    let (scheme, _) = cases().remove(0);
    let mut writes = 0;
    loop {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        store.set(".system", b"").unwrap();
        let left = AtomicI64::new(writes);
        let failing = Failing { inner: Arc::clone(&store), left };
        let whole = Archive::create(Arc::new(failing), &description(&scheme)).is_ok();
        if !whole {
            Archive::create(store, &description(&scheme)).unwrap();
        } else {
            break;
        }
        writes += 1;
    }
    assert!(writes > 5);
}

#[test]
fn the_state_before_takes_the_place_of_a_damaged_one() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (scheme, options) = kept(&store);
    let mut archive = Archive::open(Arc::clone(&store)).unwrap();
    let last = archive.read_state().unwrap().unwrap();
    let whole = archive.recover_state().unwrap().unwrap();
    assert_eq!((whole.damage, &whole.state), (None, &last));
    let metadata = store.get("state/zarr.json").unwrap().unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata).unwrap();
    let slot = metadata["attributes"]["current"].as_u64().unwrap();
    let key = format!("state/{slot}/0/c/0");
    let bytes = store.get(&key).unwrap().unwrap();
    store.set(&key, &bytes[..bytes.len() / 2]).unwrap();
    let recovered = archive.recover_state().unwrap().unwrap();
    assert!(recovered.damage.unwrap().to_string().contains(&key));
    assert!(recovered.state.timeline.count < last.timeline.count);
    // The damaged one is replaced by the next, and the run goes on with the same bits.
    let mut run = Run::resume(
        build(&scheme, &options).unwrap(),
        Some(Arc::new(scheme.clone())),
        &[],
        &options,
        Arc::new(Interpreter::new()),
        &recovered.state,
    )
    .unwrap();
    advance(&mut run, 1.5);
    let again = run.state().unwrap();
    assert_eq!(again, last);
    archive.write_state(&again).unwrap();
    assert_eq!(
        Archive::open(Arc::clone(&store)).unwrap().read_state().unwrap(),
        Some(last)
    );
    // A state that was being written when the machine ended has no attributes, and takes no place.
    let other = format!("state/{}/zarr.json", 1 - slot);
    store.set(&other, br#"{"attributes": {}}"#).unwrap();
    store.remove(&key).unwrap();
    assert!(Archive::open(store).unwrap().recover_state().is_err());
}

#[test]
fn one_writes_into_a_folder_at_a_time() {
    let name = format!("holor-field-lock-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let open = || DirectoryStore::at(&folder).unwrap();
    let first = open().lock().unwrap();
    let text = open().lock().unwrap_err().to_string();
    let own = format!("another session, process {},", std::process::id());
    assert!(text.contains(&own), "{text}");
    drop(first);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let second = open().lock().unwrap();
    drop(second);
    // What a process that is gone left behind locks no one out.
    std::fs::write(folder.join(".lock"), "1 0").unwrap();
    let third = open().lock().unwrap();
    assert!(open().lock().is_err());
    drop(third);
    let file = folder.join("file");
    std::fs::write(&file, "x").unwrap();
    let text = DirectoryStore::at(&file).unwrap_err().to_string();
    assert!(text.contains("is a file"), "{text}");
    std::fs::remove_dir_all(folder).unwrap();
}
