//! Rays of light around a black hole on kernels: the bits of the interpreter.

use holor_field::ensemble::Options;
use holor_field_cuda::machine::CACHE;

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
