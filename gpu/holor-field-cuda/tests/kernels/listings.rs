//! The CUDA C of golden equations: kept for reading under `tests/snapshots`, and compiled by NVRTC where it is there.
//!
//! `UPDATE=1 cargo test -p holor-field-cuda listings` writes the snapshots anew: read the difference before it is committed.

use std::path::{Path, PathBuf};

use crate::emulation::SHARED;
use crate::golden::{Golden, PRECISIONS};
use holor_field::Precision;
use holor_field::layout::Layout;
use holor_field::plan::{Action, Array, Grouping, Plan, Procedure};
use holor_field_cuda::machine::Lowered;
use holor_field_cuda::sequence::Sequence;
use holor_field_cuda::{Compiler, Library, open_libraries};

fn listing(golden: &Golden, precision: Precision) -> String {
    let plan = &golden.stepping.plan;
    plan.check().unwrap();
    let lowered = Lowered::new(plan, precision);
    let lowered = lowered.fused().unwrap_or(lowered);
    Sequence::new(&lowered.plan, precision).unwrap().source.text
}

/// With transforms along lines, several steps in one go; none where that is not possible.
fn along_lines(golden: &Golden, precision: Precision) -> Option<String> {
    let lowered = Lowered::new(&golden.stepping.plan, precision).in_one_go();
    let sequence = Sequence::along_lines(&lowered.plan, precision, SHARED).unwrap();
    sequence.map(|sequence| sequence.source.text)
}

#[test]
fn listings_are_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let update = std::env::var_os("UPDATE").is_some();
    let mut different = Vec::new();
    let mut all: Vec<(String, String)> = crate::golden::kept()
        .iter()
        .map(|golden| {
            let single = !golden.stepping.rests.is_empty();
            let precision = if single { Precision::Single } else { Precision::Double };
            (format!("{}.cu", golden.name), listing(golden, precision))
        })
        .collect();
    for golden in crate::golden::kept().iter().take(1) {
        let text = listing(golden, Precision::Single);
        all.push((format!("{}_single.cu", golden.name), text));
    }
    // Its transforms joined with its programs.
    let golden = crate::golden::kept_on(&[16, 36], &[4, 4, 4], &[16]);
    let golden = golden.iter().find(|golden| golden.name == "gross_pitaevskii").unwrap();
    let text = along_lines(golden, Precision::Double).unwrap();
    all.push(("gross_pitaevskii_lines.cu".to_owned(), text));
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

/// `HOLOR_NVRTC` names the library where the loader does not find it.
#[test]
fn nvrtc_compiles_all_kernels() {
    if let Some(file) = std::env::var_os("HOLOR_NVRTC") {
        let failed = open_libraries(&[PathBuf::from(file)]);
        assert!(failed.is_empty(), "{failed:?}");
    }
    let mut goldens = crate::golden::kept();
    goldens.extend(
        crate::golden::kept_on(&[512, 1024], &[4, 4, 4], &[16])
            .into_iter()
            .filter(|golden| golden.fourier),
    );
    let kept = goldens.len();
    goldens.extend(crate::golden::more());
    if !Library::Compiler.is_there() {
        let count = kept + goldens.len();
        eprintln!(
            "{count} kernel texts not compiled: no NVRTC; set HOLOR_NVRTC to libnvrtc.so"
        );
        return;
    }
    let compiler = Compiler::open().unwrap();
    assert_eq!(compiler.architecture((9, 0)).unwrap(), "sm_90");
    for (place, golden) in goldens.iter().enumerate() {
        for (name, precision) in PRECISIONS {
            // The others in one precision, the one or the other.
            if place >= kept && (precision == Precision::Single) == (place % 2 == 0) {
                continue;
            }
            // Each of the architectures in turn.
            let capability = [(8, 0), (9, 0), (10, 0), (12, 0)][place % 4];
            let architecture = &compiler.architecture(capability).unwrap();
            let lines = along_lines(golden, precision).map(|text| (text, "_lines"));
            for (text, way) in [(listing(golden, precision), "")].into_iter().chain(lines)
            {
                let code = compiler.compile(&text, architecture);
                let code = code
                    .unwrap_or_else(|error| panic!("{}, {name}: {error}", golden.name));
                // Of cards that this compiler does not know there is intermediate code.
                let machine = code.starts_with(b"\x7fELF");
                assert_eq!(machine, architecture.starts_with("sm"), "{}", golden.name);
                if let Some(folder) = std::env::var_os("HOLOR_CUBINS") {
                    let file =
                        format!("{}{way}_{name}_{architecture}.cubin", golden.name);
                    std::fs::write(Path::new(&folder).join(file), code).unwrap();
                }
            }
        }
    }
}

/// Both parts of a complex number in one access of memory.
#[test]
fn nvrtc_reads_complex_numbers_at_once() {
    if let Some(file) = std::env::var_os("HOLOR_NVRTC") {
        open_libraries(&[PathBuf::from(file)]);
    }
    if !Library::Compiler.is_there() {
        eprintln!("2 texts not compiled: no NVRTC; set HOLOR_NVRTC to libnvrtc.so");
        return;
    }
    let goldens = crate::golden::kept();
    let golden = goldens.iter().find(|golden| golden.name == "gross_pitaevskii").unwrap();
    for ((_, precision), real) in PRECISIONS.into_iter().zip(["f64", "f32"]) {
        let text = listing(golden, precision);
        let code = Compiler::open().unwrap().compile(&text, "compute_80").unwrap();
        let code = String::from_utf8(code).unwrap();
        // Before the steps, twice within one, when its length changes, and for what is observed.
        for (start, count) in [("ld.global", 5), ("st.global", 4)] {
            let at_once = |line: &&str| {
                line.contains(start) && line.contains(&format!(".v2.{real}"))
            };
            let found = code.lines().filter(at_once).count();
            assert!(found >= count, "{found} of {start} in\n{code}");
        }
    }
}

/// Neighbouring cells in one access of memory.
#[test]
fn nvrtc_reads_neighbouring_cells_at_once() {
    if let Some(file) = std::env::var_os("HOLOR_NVRTC") {
        open_libraries(&[PathBuf::from(file)]);
    }
    if !Library::Compiler.is_there() {
        eprintln!("2 texts not compiled: no NVRTC; set HOLOR_NVRTC to libnvrtc.so");
        return;
    }
    let goldens = crate::golden::kept();
    let golden = goldens.iter().find(|golden| golden.name == "diffusion").unwrap();
    for ((_, precision), kind) in PRECISIONS.into_iter().zip(["v2.f64", "v4.f32"]) {
        let text = listing(golden, precision);
        let code = Compiler::open().unwrap().compile(&text, "compute_80").unwrap();
        let code = String::from_utf8(code).unwrap();
        for start in ["ld.global", "st.global"] {
            let at_once = |line: &&str| line.contains(start) && line.contains(kind);
            assert!(code.lines().any(|line| at_once(&line)), "no {start}.{kind}\n{code}");
        }
    }
}

/// Sums over groups of cells, and products of matrices.
#[test]
fn nvrtc_compiles_groups_and_matrices() {
    if let Some(file) = std::env::var_os("HOLOR_NVRTC") {
        open_libraries(&[PathBuf::from(file)]);
    }
    if !Library::Compiler.is_there() {
        eprintln!("3 texts not compiled: no NVRTC; set HOLOR_NVRTC to libnvrtc.so");
        return;
    }
    let mut plan = Plan::default();
    for (name, points) in [("from", vec![7, 9]), ("to", vec![2])] {
        let layout = Layout::of_box(&points, 0);
        plan.arrays.push(Array { name: name.to_owned(), layout, values: None });
    }
    plan.groupings.push(Grouping::new(&[vec![1, 5], vec![62]]));
    let actions = vec![Action::Group { grouping: 0, from: 0, to: 1 }];
    plan.procedures.push(Procedure { name: "groups".to_owned(), actions });
    let compiler = Compiler::open().unwrap();
    let mut texts = vec![holor_field_cuda::contraction::source().text];
    for (_, precision) in PRECISIONS {
        texts.push(Sequence::new(&plan, precision).unwrap().source.text);
    }
    for (text, joined) in texts.iter().zip([true, false, false]) {
        let code = compiler.compile(text, "compute_80").unwrap();
        let code = String::from_utf8(code).unwrap();
        assert_eq!(code.contains("fma.rn.f64"), joined, "{code}");
    }
}

/// A product and a sum that look as if they wanted to be one operation: they stay two.
#[test]
fn nvrtc_joins_nothing_by_itself() {
    if let Some(file) = std::env::var_os("HOLOR_NVRTC") {
        open_libraries(&[PathBuf::from(file)]);
    }
    if !Library::Compiler.is_there() {
        eprintln!("1 text not compiled: no NVRTC; set HOLOR_NVRTC to libnvrtc.so");
        return;
    }
    let text = "extern \"C\" __global__ void join(const double *a, const float *b, double *c, float *d)
{
    c[0] = a[0] * a[1] + a[2];
    d[0] = b[0] * b[1] + b[2];
    c[1] = a[0] / a[1];
    d[1] = b[0] / b[1];
    d[2] = sqrtf(b[0]);
    c[2] = fma(a[0], a[1], a[2]);
}
";
    let code = Compiler::open().unwrap().compile(text, "compute_80").unwrap();
    let code = String::from_utf8(code).unwrap();
    for (operation, count) in [
        ("mul.rn.f64", 1),
        ("mul.rn.f32", 1),
        ("add.rn.f64", 1),
        ("add.rn.f32", 1),
        ("div.rn.f64", 1),
        ("div.rn.f32", 1),
        ("sqrt.rn.f32", 1),
        ("fma.rn.f64", 1),
        ("fma.rn.f32", 0),
        (".ftz", 0),
    ] {
        let found = code.matches(operation).count();
        assert_eq!(found, count, "{operation} in\n{code}");
    }
}
