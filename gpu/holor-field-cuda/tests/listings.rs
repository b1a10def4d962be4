//! The CUDA C of golden equations: kept for reading under `tests/snapshots`, and compiled by NVRTC where it is there.
//!
//! `UPDATE=1 cargo test -p holor-field-cuda --test listings` writes the snapshots anew: read the difference before it is committed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stderr, reason = "skipped tests are counted")]

mod golden;

use std::path::Path;

use golden::Golden;
use holor_field::Precision;
use holor_field::elementary::lower;
use holor_field::sharing::share;
use holor_field_cuda::machine::CACHE;
use holor_field_cuda::sequence::Sequence;

fn listing(golden: &Golden, precision: Precision) -> String {
    let plan = &golden.stepping.plan;
    plan.check().unwrap();
    let lowered = lower(&share(plan, precision, CACHE), precision);
    Sequence::new(&lowered, precision).unwrap().source.text
}

#[test]
fn listings_are_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let update = std::env::var_os("UPDATE").is_some();
    let mut different = Vec::new();
    let mut all: Vec<(String, String)> = golden::kept()
        .iter()
        .map(|golden| (format!("{}.cu", golden.name), listing(golden, Precision::Double)))
        .collect();
    for golden in golden::kept().iter().take(1) {
        let text = listing(golden, Precision::Single);
        all.push((format!("{}_single.cu", golden.name), text));
    }
    for (name, text) in all {
        let path = folder.join(&name);
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        } else if std::fs::read_to_string(&path).ok().as_deref() != Some(&text) {
            different.push(name);
        }
    }
    assert!(
        different.is_empty(),
        "other kernels than in tests/snapshots: {}; UPDATE=1 writes them anew",
        different.join(", ")
    );
}
