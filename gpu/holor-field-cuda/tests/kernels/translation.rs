//! CUDA C as C++ for the processor: one thread after another.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What CUDA has and C++ has not.
const SHIM: &str = r#"
struct Three { unsigned x, y, z; };
static Three blockIdx, threadIdx, blockDim, gridDim;
#define __global__ static
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(n)
#define __align__(n) __attribute__((aligned(n)))
static inline double __longlong_as_double(long long x) { double y; __builtin_memcpy(&y, &x, 8); return y; }
static inline long long __double_as_longlong(double x) { long long y; __builtin_memcpy(&y, &x, 8); return y; }
static inline float __int_as_float(int x) { float y; __builtin_memcpy(&y, &x, 4); return y; }
static inline int __float_as_int(float x) { int y; __builtin_memcpy(&y, &x, 4); return y; }
#define fma __builtin_fma
#define fmaf __builtin_fmaf
#define fabs __builtin_fabs
#define fabsf __builtin_fabsf
#define sqrt __builtin_sqrt
#define sqrtf __builtin_sqrtf
#define floor __builtin_floor
#define floorf __builtin_floorf
#define rint __builtin_rint
#define rintf __builtin_rintf
static unsigned long long launches;
"#;

/// How a kernel is entered: blocks, threads of a block, pointers to the arguments.
pub(crate) type Entry = unsafe extern "C" fn(*const u32, *const u32, *const *mut c_void);

/// Whether there is a compiler.
pub(crate) fn compiler() -> bool {
    let version = Command::new("g++").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// The kernels of a text, with the types of their parameters.
fn kernels(text: &str) -> Vec<(&str, Vec<&str>)> {
    let parts =
        text.split("extern \"C\" __global__ void __launch_bounds__(256)\n").skip(1);
    parts
        .map(|part| {
            let (name, rest) = part.split_once("(\n").unwrap();
            let (list, _) = rest.split_once(")\n{").unwrap();
            let kinds = list.split(",\n").map(|parameter| {
                let parameter = parameter.trim();
                &parameter[..=parameter.rfind([' ', '*']).unwrap()]
            });
            (name, kinds.collect())
        })
        .collect()
}

/// The text as C++. For each kernel `enter_NAME` runs it, and `sizes_NAME` has the sizes of its parameters, ended by 0.
fn translated(text: &str) -> String {
    // One linkage for all: entries are what is called.
    let mut all =
        SHIM.to_owned() + &text.replace("extern \"C\" __global__", "__global__");
    for (name, kinds) in kernels(text) {
        let kinds: Vec<String> =
            kinds.iter().map(|kind| kind.replace("__restrict__", "")).collect();
        let arguments: Vec<String> = kinds
            .iter()
            .enumerate()
            .map(|(place, kind)| format!("*({kind} *)a[{place}]"))
            .collect();
        let sizes: Vec<String> =
            kinds.iter().map(|kind| format!("sizeof({kind}), ")).collect();
        all.push_str(&format!(
            r#"
extern "C" const unsigned sizes_{name}[] = {{{sizes}0}};
extern "C" void enter_{name}(const unsigned *grid, const unsigned *block, void *const *a)
{{
    gridDim = {{grid[0], grid[1], grid[2]}};
    blockDim = {{block[0], block[1], block[2]}};
    const unsigned long long threads = (unsigned long long)block[0] * block[1] * block[2];
    const unsigned long long all = threads * grid[0] * grid[1] * grid[2];
    // Every second launch runs backwards: no thread may rely on another.
    const bool backwards = launches++ % 2;
    for (unsigned long long number = 0; number < all; number++) {{
        unsigned long long n = backwards ? all - 1 - number : number;
        threadIdx.x = n % block[0]; n /= block[0];
        threadIdx.y = n % block[1]; n /= block[1];
        threadIdx.z = n % block[2]; n /= block[2];
        blockIdx.x = n % grid[0]; n /= grid[0];
        blockIdx.y = n % grid[1]; blockIdx.z = n / grid[1];
        {name}({arguments});
    }}
}}
"#,
            sizes = sizes.concat(),
            arguments = arguments.join(", ")
        ));
    }
    all
}

/// A name of its own for each file of this process.
pub(crate) fn place() -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("holor-cuda-{}-{number}", std::process::id()))
}

/// Compiles C++ to a shared library and gives its path.
pub(crate) fn library(text: &str, options: &[&str]) -> Result<PathBuf, String> {
    let path = place();
    let (source, library) = (path.with_extension("cpp"), path.with_extension("so"));
    std::fs::write(&source, text).map_err(|error| error.to_string())?;
    let output = Command::new("g++")
        .args(["-std=c++17", "-ffp-contract=off", "-fno-fast-math"])
        .args(["-fPIC", "-shared", "-w"])
        .args(options)
        .arg("-o")
        .args([&library, &source])
        .output()
        .map_err(|error| error.to_string())?;
    let _ = std::fs::remove_file(source);
    if output.status.success() {
        Ok(library)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Texts that were compiled last, with their libraries: several devices have the same.
static LAST: Mutex<VecDeque<(String, Vec<u8>)>> = Mutex::new(VecDeque::new());

/// Compiles kernels for the processor and gives the path of the library: a file of its own each time, because a library has only one place
/// in each of its kernels at a time.
pub(crate) fn compiled(text: &str) -> Result<PathBuf, String> {
    let last = || LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let known = last().iter().find(|(known, _)| known == text).map(|own| own.1.clone());
    if let Some(bytes) = known {
        let path = place().with_extension("so");
        std::fs::write(&path, bytes).map_err(|error| error.to_string())?;
        return Ok(path);
    }
    // Compiled for a few steps: most time goes into compiling. Multiply-adds in one instruction, where the machine is known to have it.
    let options: &[&str] = if cfg!(target_arch = "x86_64") {
        &["-O0", "-mfma", "-msse4.1"]
    } else {
        &["-O0"]
    };
    let path = library(&translated(text), options)?;
    let bytes = std::fs::read(&path).map_err(|error| error.to_string())?;
    let mut last = last();
    last.push_back((text.to_owned(), bytes));
    if last.len() > 12 {
        last.pop_front();
    }
    Ok(path)
}
