//! Rays of light around a black hole on kernels: the bits of the interpreter.

use holor_field::Precision;
use holor_field::elementary::lower;
use holor_field::ensemble::{Options, plan_of};
use holor_field::sharing::share;
use holor_field_cuda::machine::CACHE;
use holor_field_cuda::sequence::Sequence;
use holor_field_cuda::{Compiler, Library};

use crate::emulation::{Tested, backends};
use crate::rays::{Lowered, bits, ends, fan, incoming, kerr};

#[test]
fn rays_have_the_bits_of_the_interpreter() {
    let a = 0.9;
    let equations = kerr(a, 1.5, 40.0);
    let rays = incoming(a, 30.0, &fan(75));
    // Fewer cells than rays, so that members move.
    let options = Options { relative: 1e-7, batch: 50, ..Options::over(0.0, 80.0) };
    let expected = bits(&ends(&equations, &rays, &options, &Lowered(CACHE)).unwrap());
    for Tested { name, backend, .. } in backends(1) {
        let found = ends(&equations, &rays, &options, backend.as_ref()).unwrap();
        assert!(bits(&found) == expected, "{name}");
    }
}

fn text(members: usize) -> String {
    let plan =
        plan_of(&kerr(0.9, 1.5, 40.0), &Options::over(0.0, 80.0), members).unwrap();
    plan.check().unwrap();
    let lowered = lower(&share(&plan, Precision::Double, CACHE), Precision::Double);
    Sequence::new(&lowered, Precision::Double).unwrap().source.text
}

/// Members that end make an ensemble smaller again and again: that must not be a reason to compile.
#[test]
fn ensembles_of_different_size_have_the_same_kernels() {
    let large = text(1 << 18);
    for rows in [4, 64, 100] {
        assert!(text(rows * 1024) == large, "{rows}");
    }
}

/// As `listings::nvrtc_compiles_all_kernels`, which opens the library that `HOLOR_NVRTC` names.
#[test]
fn nvrtc_compiles_the_attempt() {
    if let Some(file) = std::env::var_os("HOLOR_NVRTC") {
        let failed = holor_field_cuda::open_libraries(&[file.into()]);
        assert!(failed.is_empty(), "{failed:?}");
    }
    if !Library::Compiler.is_there() {
        eprintln!("1 kernel text not compiled: no NVRTC");
        return;
    }
    let compiler = Compiler::open().unwrap();
    let architecture = compiler.architecture((9, 0)).unwrap();
    let code = compiler.compile(&text(100_000), &architecture).unwrap();
    if let Some(folder) = std::env::var_os("HOLOR_CUBINS") {
        std::fs::write(std::path::Path::new(&folder).join("ensemble.cubin"), &code)
            .unwrap();
    }
    assert!(code.len() > 1000);
}
