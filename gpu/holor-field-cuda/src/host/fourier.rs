//! cuFFT's plans.

use cudarc::cufft::{result, sys};
use cudarc::driver::sys::{CUdeviceptr, CUstream};
use holor_field::{FieldError, FieldResult, Precision};

use super::Library;
use crate::sequence::Fourier;

/// Bytes for plans to work in, at least.
const LEAST: u64 = 256;

fn failed(error: result::CufftError) -> FieldError {
    let hint = match error.0 {
        sys::cufftResult::CUFFT_ALLOC_FAILED => {
            "choose a smaller box or precision = single".to_owned()
        }
        _ => newer_than_driver().unwrap_or_else(|| "use device = cpu".to_owned()),
    };
    FieldError::Device(format!("cuFFT reports {}; {hint}", name(error.0 as u32)))
}

/// The name of a result, those of all versions: an older or newer library gives some that the bindings do not know.
fn name(code: u32) -> String {
    const NAMES: [&str; 21] = [
        "SUCCESS",
        "INVALID_PLAN",
        "ALLOC_FAILED",
        "INVALID_TYPE",
        "INVALID_VALUE",
        "INTERNAL_ERROR",
        "EXEC_FAILED",
        "SETUP_FAILED",
        "INVALID_SIZE",
        "UNALIGNED_DATA",
        "INCOMPLETE_PARAMETER_LIST",
        "INVALID_DEVICE",
        "PARSE_ERROR",
        "NO_WORKSPACE",
        "NOT_IMPLEMENTED",
        "LICENSE_ERROR",
        "NOT_SUPPORTED",
        "MISSING_DEPENDENCY",
        "NVRTC_FAILURE",
        "NVJITLINK_FAILURE",
        "NVSHMEM_FAILURE",
    ];
    match NAMES.get(code as usize) {
        Some(name) => format!("CUFFT_{name}"),
        None => format!("error {code}"),
    }
}

/// The library's version.
///
/// # Errors
/// Where it is missing: what to install.
pub(super) fn version() -> FieldResult<i32> {
    Library::Fourier.required()?;
    result::get_version().map_err(failed)
}

/// What to do where this cuFFT belongs to a later CUDA than the driver's. cuFFT 11 came with CUDA 12, cuFFT 12 with CUDA 13.
fn newer_than_driver() -> Option<String> {
    let own = result::get_version().ok()? / 1000 + 1;
    let (driver, _) = super::driver_version().ok()?;
    (own > driver).then(|| {
        format!(
            "it is the one of CUDA {own}, but the driver is one for CUDA {driver}: pip install nvidia-cufft-cu{driver}, or update the driver"
        )
    })
}

/// A plan of cuFFT, given back in the end.
struct Handle(sys::cufftHandle);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the plan was made and not given back before.
        let _ = unsafe { result::destroy(self.0) };
    }
}

/// The plans of a transform: complex numbers both ways, or real ones forward and back.
pub(super) struct Plans {
    fourier: Fourier,
    precision: Precision,
    forward: Option<Handle>,
    /// For real cells.
    backward: Option<Handle>,
}

impl Plans {
    /// The plans, and how many bytes they need to work in.
    pub(super) fn new(
        fourier: &Fourier,
        precision: Precision,
        stream: CUstream,
    ) -> FieldResult<(Self, u64)> {
        use sys::cufftType_t::{
            CUFFT_C2C, CUFFT_C2R, CUFFT_D2Z, CUFFT_R2C, CUFFT_Z2D, CUFFT_Z2Z,
        };
        let mut points: Vec<i64> = fourier.points.iter().map(|n| *n as i64).collect();
        let mut plans =
            Self { fourier: fourier.clone(), precision, forward: None, backward: None };
        let mut work = 0;
        if points.is_empty() {
            return Ok((plans, work));
        }
        let single = precision == Precision::Single;
        // Of real cells: where they lie, and the half of the spectrum, whose numbers lie one after another.
        let mut cells: Vec<i64> = fourier.embedding.iter().map(|n| *n as i64).collect();
        let mut half = points.clone();
        if let Some(last) = half.last_mut() {
            *last = *last / 2 + 1;
        }
        let [all, some] = [&cells, &half].map(|own| own.iter().product::<i64>());
        let mut make = |kind, back: bool| -> FieldResult<Option<Handle>> {
            let handle = Handle(result::create().map_err(failed)?);
            let nothing = std::ptr::null_mut();
            let (from, to) = match (fourier.real, back) {
                (false, _) => ((nothing, 0), (nothing, 0)),
                (true, false) => ((cells.as_mut_ptr(), all), (half.as_mut_ptr(), some)),
                (true, true) => ((half.as_mut_ptr(), some), (cells.as_mut_ptr(), all)),
            };
            // SAFETY: the plan was just made; points and embeddings are alive; without embedding numbers lie one after another. In 64 bits,
            // because boxes of more than 2^31 cells fit cards; cuFFT takes its kernels of 32 bits for the others all the same.
            let size = unsafe {
                result::set_auto_allocation(handle.0, false).map_err(failed)?;
                let size = result::make_plan_many64(
                    handle.0,
                    points.len() as i32,
                    points.as_mut_ptr(),
                    from.0,
                    1,
                    from.1,
                    to.0,
                    1,
                    to.1,
                    kind,
                    1,
                )
                .map_err(failed)?;
                result::set_stream(handle.0, stream.cast()).map_err(failed)?;
                size
            };
            // A plan that allocates nothing wants to be told where to work even if it needs no place.
            work = work.max(size as u64).max(LEAST);
            Ok(Some(handle))
        };
        match (fourier.real, single) {
            (false, false) => plans.forward = make(CUFFT_Z2Z, false)?,
            (false, true) => plans.forward = make(CUFFT_C2C, false)?,
            (true, false) => {
                plans.forward = make(CUFFT_D2Z, false)?;
                plans.backward = make(CUFFT_Z2D, true)?;
            }
            (true, true) => {
                plans.forward = make(CUFFT_R2C, false)?;
                plans.backward = make(CUFFT_C2R, true)?;
            }
        }
        Ok((plans, work))
    }

    /// Where the plans may work.
    pub(super) fn workspace(&self, memory: CUdeviceptr) -> FieldResult<()> {
        for handle in [&self.forward, &self.backward].into_iter().flatten() {
            // SAFETY: the memory has as many bytes as the plans asked for.
            unsafe { result::set_work_area(handle.0, memory as *mut _) }
                .map_err(failed)?;
        }
        Ok(())
    }

    /// Starts a transform.
    ///
    /// # Safety
    /// The memory must have the numbers of the transform's cells and of its spectrum.
    pub(super) unsafe fn start(
        &self,
        inverse: bool,
        from: CUdeviceptr,
        to: CUdeviceptr,
    ) -> FieldResult<()> {
        /// cuFFT's names of directions.
        const DIRECTIONS: [i32; 2] = [-1, 1];
        let handle =
            if self.fourier.real && inverse { &self.backward } else { &self.forward };
        let Some(Handle(plan)) = handle else { return Ok(()) };
        let (plan, direction) = (*plan, DIRECTIONS[usize::from(inverse)]);
        // SAFETY: as promised by the caller; real transforms are not in place.
        unsafe {
            match (self.fourier.real, self.precision, inverse) {
                (false, Precision::Double, _) => {
                    result::exec_z2z(plan, from as *mut _, to as *mut _, direction)
                }
                (false, Precision::Single, _) => {
                    result::exec_c2c(plan, from as *mut _, to as *mut _, direction)
                }
                (true, Precision::Double, false) => {
                    result::exec_d2z(plan, from as *mut _, to as *mut _)
                }
                (true, Precision::Single, false) => {
                    result::exec_r2c(plan, from as *mut _, to as *mut _)
                }
                (true, Precision::Double, true) => {
                    result::exec_z2d(plan, from as *mut _, to as *mut _)
                }
                (true, Precision::Single, true) => {
                    result::exec_c2r(plan, from as *mut _, to as *mut _)
                }
            }
        }
        .map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::{name, sys};

    #[test]
    fn results_have_their_names() {
        use sys::cufftResult::{
            CUFFT_ALLOC_FAILED, CUFFT_NO_WORKSPACE, CUFFT_NVSHMEM_FAILURE,
        };
        for known in [CUFFT_ALLOC_FAILED, CUFFT_NO_WORKSPACE, CUFFT_NVSHMEM_FAILURE] {
            assert_eq!(name(known as u32), format!("{known:?}"));
        }
        assert_eq!(name(15), "CUFFT_LICENSE_ERROR");
        assert_eq!(name(99), "error 99");
    }
}
