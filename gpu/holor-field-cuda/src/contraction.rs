//! Products of many matrices on a device, every sum in the order of [`holor_field::contraction`].

use holor_field::contraction::{Shape, check};
use holor_field::{FieldError, FieldResult};

use crate::machine::{Device, Value};
use crate::sequence::{Argument, Launch};
use crate::source::{Source, matrices};

/// The kernel that multiplies.
pub fn source() -> Source {
    matrices::source()
}

/// The results, as [`holor_field::contraction::Contraction::multiply`] gives them.
///
/// # Errors
/// Where lengths do not fit the shape, the numbers do not fit the device, or it fails.
pub fn multiply<D: Device>(
    mut device: D,
    shape: Shape,
    a: &[f64],
    b: &[f64],
) -> FieldResult<Vec<f64>> {
    check(shape, a, b)?;
    let [first, second, count] = shape.lengths();
    if count == 0 || shape.inner == 0 {
        return Ok(vec![0.0; count]);
    }
    let bytes = [first, second, count].map(|n| 8 * n as u64);
    let needed: u64 = bytes.iter().sum();
    if let Some(available) = device.available()?
        && needed > available
    {
        return Err(FieldError::Memory {
            needed,
            available: Some(available),
            in_parts: None,
        });
    }
    let too_large = || {
        FieldError::invalid(
            "the matrices are too large for the kernel",
            "use device = cpu, or smaller arrays",
        )
    };
    let whole = |n: usize| {
        // Indices go beyond the end by a block at most.
        let n = i32::try_from(n).ok().filter(|n| *n < i32::MAX - 64);
        n.ok_or_else(too_large)
    };
    let (rows, inner, columns) =
        (whole(shape.rows)?, whole(shape.inner)?, whole(shape.columns)?);
    let tile = matrices::TILE;
    let blocks = shape.rows.div_ceil(tile).checked_mul(shape.columns.div_ceil(tile));
    let blocks = blocks.and_then(|blocks| blocks.checked_mul(shape.batch));
    let blocks = blocks.and_then(|blocks| i32::try_from(blocks).ok());
    let blocks = blocks.ok_or_else(too_large)?;
    device.compile(&source())?;
    for (buffer, (bytes, values)) in
        bytes.into_iter().zip([Some(a), Some(b), None]).enumerate()
    {
        device.allocate(bytes.max(16), false)?;
        if let Some(values) = values {
            let bytes: Vec<u8> = values.iter().flat_map(|x| x.to_ne_bytes()).collect();
            device.write(buffer, 0, &bytes)?;
        }
    }
    let launch = Launch {
        kernel: 0,
        grid: [blocks as u32, 1, 1],
        block: [256, 1, 1],
        shared: 0,
        arguments: vec![
            Argument::Buffer(0, 0),
            Argument::Buffer(1, 0),
            Argument::Buffer(2, 0),
            Argument::Integer(rows),
            Argument::Integer(inner),
            Argument::Integer(columns),
        ],
        cells: None,
        moves: 0,
    };
    let values = [
        Value::Memory(0, 0),
        Value::Memory(1, 0),
        Value::Memory(2, 0),
        Value::Integer(rows),
        Value::Integer(inner),
        Value::Integer(columns),
    ];
    device.launch(&launch, &values)?;
    device.wait()?;
    let mut result = vec![0; 8 * count];
    device.read(2, 0, &mut result)?;
    let (numbers, _) = result.as_chunks::<8>();
    Ok(numbers.iter().map(|bytes| f64::from_ne_bytes(*bytes)).collect())
}
