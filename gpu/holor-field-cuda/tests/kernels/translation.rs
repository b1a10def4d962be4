//! CUDA C as C++ for the processor: one thread after another. Where threads of a block wait for one another each goes on until it waits, then the
//! next one does.

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

/// What it has besides where threads wait for one another.
const FIBRES: &str = r#"#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>
// Threads that wait for one another, each with a stack of its own.
enum { STACK = 64 << 10 };
static unsigned long long *shared_memory;
static ucontext_t scheduler;
struct Fibre { ucontext_t own; char *stack; bool waits, ended; };
static Fibre fibres[1024];
static size_t present;
static void (*work)();
static void __syncthreads()
{
    fibres[present].waits = true;
    swapcontext(&fibres[present].own, &scheduler);
}
static void begin() { work(); fibres[present].ended = true; }
// Runs the threads of a block: all up to where they wait, by turns forwards and backwards. All of them must wait, or all be done.
template <class Place> static void block_of(size_t threads, bool backwards, Place place)
{
    for (size_t n = 0; n < threads; n++) {
        Fibre &fibre = fibres[n];
        if (!fibre.stack) fibre.stack = (char *)malloc(STACK);
        getcontext(&fibre.own);
        fibre.own.uc_stack.ss_sp = fibre.stack;
        fibre.own.uc_stack.ss_size = STACK;
        fibre.own.uc_link = &scheduler;
        fibre.ended = false;
        makecontext(&fibre.own, begin, 0);
    }
    for (size_t ended = 0; ended < threads; backwards = !backwards) {
        size_t waiting = 0;
        ended = 0;
        for (size_t n = 0; n < threads; n++) {
            present = backwards ? threads - 1 - n : n;
            fibres[present].waits = false;
            place(present);
            swapcontext(&scheduler, &fibres[present].own);
            waiting += fibres[present].waits;
            ended += fibres[present].ended;
        }
        if (ended != threads && waiting != threads) { fprintf(stderr, "%zu threads wait for %zu\n", waiting, threads); abort(); }
    }
}
"#;

/// How a kernel is entered: blocks, threads of a block, bytes that they share, pointers to the arguments.
pub(crate) type Entry =
    unsafe extern "C" fn(*const u32, *const u32, u32, *const *mut c_void);

/// Whether there is a compiler.
pub(crate) fn compiler() -> bool {
    let version = Command::new("g++").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// The kernels of a text, with the most threads of a block and the types of their parameters.
fn kernels(text: &str) -> Vec<(&str, &str, Vec<&str>)> {
    let parts = text.split("extern \"C\" __global__ void __launch_bounds__(").skip(1);
    parts
        .map(|part| {
            let (threads, part) = part.split_once(")\n").unwrap();
            let (name, rest) = part.split_once("(\n").unwrap();
            let (list, _) = rest.split_once(")\n{").unwrap();
            let kinds = list.split(",\n").map(|parameter| {
                let parameter = parameter.trim();
                &parameter[..=parameter.rfind([' ', '*']).unwrap()]
            });
            (name, threads, kinds.collect())
        })
        .collect()
}

/// The text as C++. For each kernel `enter_NAME` runs it, `threads_NAME` is the most threads of a block, and `sizes_NAME` has the sizes of its
/// parameters, ended by 0.
fn translated(text: &str) -> String {
    let waiting: Vec<&str> = text
        .split("__global__")
        .filter(|part| part.contains(WAITING))
        .filter_map(|part| Some(part.split_once(")\n")?.1.split_once('(')?.0))
        .collect();
    // Before what hides the names of C's own functions.
    let fibres = if text.contains("__syncthreads") { FIBRES } else { "" };
    let mut all = fibres.to_owned() + SHIM;
    // One linkage for all: entries are what is called.
    all.push_str(&text.replace("extern \"C\" __global__", "__global__"));
    all = all.replace(WAITING, "real *const exchange = (real *)shared_memory;");
    for (name, threads, kinds) in kernels(text) {
        let kinds: Vec<String> =
            kinds.iter().map(|kind| kind.replace("__restrict__", "")).collect();
        let arguments: Vec<String> = kinds
            .iter()
            .enumerate()
            .map(|(place, kind)| format!("*({kind} *)a[{place}]"))
            .collect();
        let sizes: Vec<String> =
            kinds.iter().map(|kind| format!("sizeof({kind}), ")).collect();
        let arguments = arguments.join(", ");
        if waiting.contains(&name) {
            all.push_str(&format!("static void *const *arguments_{name};\nstatic void work_{name}() {{ void *const *a = arguments_{name}; {name}({arguments}); }}\n"));
        }
        let run = if waiting.contains(&name) {
            format!("arguments_{name} = a; work = work_{name};\n{WAITED}")
        } else {
            EACH.replace("CALL", &format!("{name}({arguments})"))
        };
        all.push_str(&format!(
            r#"
extern "C" const unsigned threads_{name} = {threads}, sizes_{name}[] = {{{sizes}0}};
extern "C" void enter_{name}(const unsigned *grid, const unsigned *block, unsigned shared, void *const *a)
{{
    gridDim = {{grid[0], grid[1], grid[2]}};
    blockDim = {{block[0], block[1], block[2]}};
    const unsigned long long threads = (unsigned long long)block[0] * block[1] * block[2];
    const unsigned long long all = threads * grid[0] * grid[1] * grid[2];
    // Every second launch runs backwards: no thread may rely on another.
    const bool backwards = launches++ % 2;
{run}}}
"#,
            sizes = sizes.concat(),
        ));
    }
    all
}

/// What a kernel begins with whose threads share memory, and may wait for one another.
const WAITING: &str = "extern __shared__ real exchange[];";

/// How threads are run that do not wait for others.
const EACH: &str = "    for (unsigned long long number = 0; number < all; number++) {
        unsigned long long n = backwards ? all - 1 - number : number;
        threadIdx.x = n % block[0]; n /= block[0];
        threadIdx.y = n % block[1]; n /= block[1];
        threadIdx.z = n % block[2]; n /= block[2];
        blockIdx.x = n % grid[0]; n /= grid[0];
        blockIdx.y = n % grid[1]; blockIdx.z = n / grid[1];
        CALL;
    }
";

/// How blocks are run whose threads wait for one another. What they share is anything at first, and has guards behind.
const WAITED: &str = "    const size_t words = shared / 8 + 1;
    const size_t guarded = words + 64;
    shared_memory = (unsigned long long *)malloc(8 * guarded);
    for (unsigned long long number = 0; number < all / threads; number++) {
        unsigned long long n = backwards ? all / threads - 1 - number : number;
        blockIdx.x = n % grid[0]; n /= grid[0];
        blockIdx.y = n % grid[1]; blockIdx.z = n / grid[1];
        for (size_t n = 0; n < guarded; n++) shared_memory[n] = 0xfff8deadbeef7ff9ULL;
        block_of(threads, backwards, [&](size_t n) {
            threadIdx.x = n % block[0]; n /= block[0];
            threadIdx.y = n % block[1]; threadIdx.z = n / block[1];
        });
        for (size_t n = words; n < guarded; n++)
            if (shared_memory[n] != 0xfff8deadbeef7ff9ULL) { fprintf(stderr, \"wrote beyond shared memory\\n\"); abort(); }
    }
    free(shared_memory);
";

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
