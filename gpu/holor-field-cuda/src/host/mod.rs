//! What needs CUDA's libraries: they are opened at run time, and asked for before any is called.

mod cache;
mod cards;
mod compile;
mod device;
mod fourier;
mod trust;

use std::path::PathBuf;
use std::sync::OnceLock;

use cudarc::driver::{DriverError, result, sys};
use holor_field::{FieldError, FieldResult};

pub use cards::{Cards, Cuda, Options};
pub use compile::Compiler;

/// CUDA's libraries that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// The driver, which comes with the graphics card.
    Driver,
    /// NVRTC, which compiles kernels.
    Compiler,
    /// cuFFT, for equations in Fourier space.
    Fourier,
}

impl Library {
    /// All of them.
    pub const ALL: [Library; 3] = [Library::Driver, Library::Compiler, Library::Fourier];

    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Library::Driver => "NVIDIA driver",
            Library::Compiler => "NVRTC",
            Library::Fourier => "cuFFT",
        }
    }

    /// Whether it can be opened. It stays open: to look whether it is there opens it and closes it again, which takes long with a large
    /// one, and libraries that have started threads should not be closed.
    pub fn is_there(self) -> bool {
        static OPEN: [OnceLock<()>; 3] = [const { OnceLock::new() }; 3];
        let open = &OPEN[self as usize];
        if open.get().is_some() {
            return true;
        }
        // SAFETY: opening NVIDIA's own libraries, whose initialisers rely on nothing of ours; kept open only where that went well before.
        let there = unsafe {
            match self {
                Library::Driver => sys::is_culib_present() && kept(sys::culib()),
                Library::Compiler => {
                    use cudarc::nvrtc::sys;
                    sys::is_culib_present() && kept(sys::culib())
                }
                Library::Fourier => {
                    use cudarc::cufft::sys;
                    sys::is_culib_present() && kept(sys::culib())
                }
            }
        };
        if there {
            let _ = open.set(());
        }
        there
    }

    /// What to do where it is missing. Packages are those for the driver's version of CUDA: newer ones need not work with it.
    pub fn remedy(self) -> &'static str {
        let driver = Library::Driver.is_there().then(driver_version);
        let older = matches!(driver, Some(Ok((..=12, _))));
        match (self, older) {
            (Library::Driver, _) => "install NVIDIA's driver for the graphics card",
            (Library::Compiler, false) => {
                "pip install nvidia-cuda-nvrtc, or install the CUDA toolkit, and put the folder with libnvrtc on the loader's path"
            }
            (Library::Compiler, true) => {
                "pip install nvidia-cuda-nvrtc-cu12, or install the CUDA toolkit, and put the folder with libnvrtc on the loader's path"
            }
            (Library::Fourier, false) => {
                "pip install nvidia-cufft, or install the CUDA toolkit, and put the folder with libcufft on the loader's path"
            }
            (Library::Fourier, true) => {
                "pip install nvidia-cufft-cu12, or install the CUDA toolkit, and put the folder with libcufft on the loader's path"
            }
        }
    }

    /// An error where it is missing.
    pub(crate) fn required(self) -> FieldResult<()> {
        if self.is_there() {
            return Ok(());
        }
        let (name, remedy) = (self.name(), self.remedy());
        Err(FieldError::Device(format!("{name} was not found: {remedy}")))
    }
}

/// A library is open for good once it was asked for.
fn kept(_library: &'static libloading::Library) -> bool {
    true
}

/// Opens libraries by their files, so that they are found afterwards whatever the loader's path; gives those that could not be
/// opened with the reason.
pub fn open_libraries(files: &[PathBuf]) -> Vec<(PathBuf, String)> {
    let mut failed = Vec::new();
    for file in files {
        // SAFETY: the caller names libraries of CUDA, whose initialisers rely on nothing of ours.
        match unsafe { libloading::Library::new(file) } {
            // Open for good: the loader knows it by its name from now on.
            Ok(library) => std::mem::forget(library),
            Err(error) => failed.push((file.clone(), error.to_string())),
        }
    }
    failed
}

/// A graphics card.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceInfo {
    /// Counts them, from 0.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Bytes of memory.
    pub memory: u64,
    /// The compute capability: major, minor.
    pub capability: (i32, i32),
    /// Bytes of memory that the threads of a block can share.
    pub shared: u64,
    /// The version of CUDA that the driver knows: major, minor.
    pub driver: (i32, i32),
}

/// The version of CUDA that the driver knows.
fn driver_version() -> FieldResult<(i32, i32)> {
    let mut version = 0;
    // SAFETY: the driver was opened; it writes one number.
    unsafe { sys::cuDriverGetVersion(&raw mut version) }.result().map_err(failed)?;
    Ok((version / 1000, version % 1000 / 10))
}

fn started() -> FieldResult<()> {
    Library::Driver.required()?;
    let (major, minor) = driver_version()?;
    // Older ones lack functions that are called.
    if (major, minor) < (11, 4) {
        return Err(FieldError::Device(format!(
            "the NVIDIA driver knows CUDA {major}.{minor} only: update it to one for CUDA 12 or 13"
        )));
    }
    result::init().map_err(failed)
}

/// All graphics cards; none where there is a driver but no card.
///
/// # Errors
/// Where there is no driver, or it fails.
pub fn devices() -> FieldResult<Vec<DeviceInfo>> {
    match started() {
        Ok(()) => {}
        Err(FieldError::Device(reason)) if reason.contains("NO_DEVICE") => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    }
    let count = result::device::get_count().map_err(failed)?;
    (0..count).map(described).collect()
}

fn described(number: i32) -> FieldResult<DeviceInfo> {
    use sys::CUdevice_attribute_enum::{
        CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR as MAJOR,
        CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR as MINOR,
        CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN as SHARED,
    };
    let device = result::device::get(number).map_err(failed)?;
    // SAFETY: the device was just given by the driver.
    let (memory, major, minor, shared) = unsafe {
        (
            result::device::total_mem(device).map_err(failed)?,
            result::device::get_attribute(device, MAJOR).map_err(failed)?,
            result::device::get_attribute(device, MINOR).map_err(failed)?,
            result::device::get_attribute(device, SHARED).map_err(failed)?,
        )
    };
    Ok(DeviceInfo {
        number: number as usize,
        name: result::device::get_name(device).map_err(failed)?,
        memory: memory as u64,
        capability: (major, minor),
        shared: u64::try_from(shared).unwrap_or(0),
        driver: driver_version()?,
    })
}

/// What is there and what is missing, line by line, for `holor doctor`.
pub fn report() -> Vec<String> {
    let mut lines = Vec::new();
    for library in Library::ALL {
        let name = library.name();
        lines.push(if library.is_there() {
            format!("{name}: found")
        } else {
            format!("{name}: not found; {}", library.remedy())
        });
    }
    match devices() {
        Ok(devices) if devices.is_empty() => lines.push("graphics cards: none".to_owned()),
        Ok(devices) => lines.extend(devices.iter().map(|device| {
            let (major, minor) = device.capability;
            format!(
                "{}: {}, {:.1} GiB, compute capability {major}.{minor}, driver for CUDA {}.{}",
                device.number,
                device.name,
                device.memory as f64 / f64::from(1 << 30),
                device.driver.0,
                device.driver.1
            )
        })),
        // The first line says what is missing.
        Err(_) if !Library::Driver.is_there() => {}
        Err(error) => lines.push(format!("graphics cards: {error}")),
    }
    lines
}

/// An error of the driver in our words.
fn failed(error: DriverError) -> FieldError {
    use sys::CUresult;
    let name = error.error_name().map_or_else(
        |_| "an unknown error".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let hint = match error.0 {
        CUresult::CUDA_ERROR_NO_DEVICE => "there is no graphics card; use device = cpu",
        CUresult::CUDA_ERROR_OUT_OF_MEMORY => {
            "choose a smaller box or precision = single, or end what else uses the card"
        }
        CUresult::CUDA_ERROR_NO_BINARY_FOR_GPU
        | CUresult::CUDA_ERROR_INVALID_IMAGE
        | CUresult::CUDA_ERROR_INVALID_PTX
        | CUresult::CUDA_ERROR_UNSUPPORTED_PTX_VERSION => {
            "NVRTC is newer than the driver knows: update the driver, or install an older NVRTC"
        }
        CUresult::CUDA_ERROR_JIT_COMPILER_NOT_FOUND => {
            "install the driver's libnvidia-ptxjitcompiler, or an NVRTC that knows this card"
        }
        CUresult::CUDA_ERROR_SYSTEM_DRIVER_MISMATCH => {
            "restart after the driver's update"
        }
        CUresult::CUDA_ERROR_STUB_LIBRARY => {
            "the toolkit's empty libcuda was found: take its folder `stubs` off the loader's path"
        }
        CUresult::CUDA_ERROR_SYSTEM_NOT_READY => {
            "start the service nvidia-fabricmanager, which this machine needs, or use device = cpu"
        }
        CUresult::CUDA_ERROR_DEVICE_UNAVAILABLE => {
            "another program has the card for itself; end it, or use device = cpu"
        }
        // After most errors the driver does nothing more for this process.
        _ => "restart, and continue from the last saved state, or use device = cpu",
    };
    FieldError::Device(format!("the graphics card reports {name}; {hint}"))
}
