//! The pretended card, opened once; what only it can be asked.

use std::ffi::{CStr, c_char};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use holor_field::checkpoint::MemoryStore;
use holor_field::elementary::lower;
use holor_field::interpreter::Interpreter;
use holor_field::layout::{Layout, Region};
use holor_field::plan::{Action, Array, Plan, Procedure, Program, Store, Transform};
use holor_field::sharing::share;
use holor_field::{Backend, FieldError, FieldResult, Graph, Precision};
use holor_field_cuda::machine::{CACHE, Transforms};
use holor_field_cuda::{Cards, Compiler, Cuda, Options, devices, open_libraries};
use libloading::Library;

use crate::equations::results;
use crate::translation::{compiled, compiler, library};

/// The emulation has tests of its own.
pub(crate) const EMULATED: bool = false;
/// Of long lists every third plan will do.
pub(crate) const EVERY: usize = 3;

/// The pretended libraries.
struct Pretended {
    driver: Library,
    compiler: Library,
    fourier: Library,
}

/// Compiles kernels for the pretended driver.
extern "C" fn compile(text: *const c_char, path: *mut c_char, length: i32) -> i32 {
    // SAFETY: the text ends with 0.
    let text = unsafe { CStr::from_ptr(text) };
    match compiled(&text.to_string_lossy()) {
        Ok(file) => {
            let bytes = file.to_str().unwrap().as_bytes();
            assert!(bytes.len() < length as usize);
            // SAFETY: there is room for so many bytes and a 0.
            unsafe {
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), path.cast(), bytes.len());
                *path.add(bytes.len()) = 0;
            }
            0
        }
        Err(reason) => {
            eprintln!("{reason}");
            1
        }
    }
}

/// The libraries, unless the machine has real ones or no compiler.
fn pretended() -> Option<&'static Pretended> {
    static ONCE: OnceLock<Option<Pretended>> = OnceLock::new();
    ONCE.get_or_init(|| {
        if !compiler() || holor_field_cuda::Library::Driver.is_there() {
            return None;
        }
        let open = |text: &str, name: &str| {
            let file = library(text, &["-O1", &format!("-Wl,-soname,{name}")]).unwrap();
            let failed = open_libraries(std::slice::from_ref(&file));
            assert!(failed.is_empty(), "{failed:?}");
            // SAFETY: one of our libraries, which is open already.
            let opened = unsafe { Library::new(&file) }.unwrap();
            let _ = std::fs::remove_file(file);
            opened
        };
        let pretended = Pretended {
            driver: open(include_str!("driver.cpp"), "libcuda.so"),
            compiler: open(include_str!("compiler.cpp"), "libnvrtc.so"),
            fourier: open(include_str!("fourier.cpp"), "libcufft.so"),
        };
        type Callback = extern "C" fn(*const c_char, *mut c_char, i32) -> i32;
        // SAFETY: the function has this type.
        unsafe {
            let give = pretended
                .driver
                .get::<unsafe extern "C" fn(Callback)>(b"pretend_compiler\0")
                .unwrap();
            give(compile);
        }
        Some(pretended)
    })
    .as_ref()
}

/// The pretended driver knows one stream: one test at a time.
pub(crate) type Alone = MutexGuard<'static, ()>;

fn alone() -> Alone {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How to open the card.
pub(crate) fn options() -> FieldResult<(Options, Alone)> {
    match pretended() {
        Some(_) => Ok((Options::default(), alone())),
        None => Err(FieldError::Device(
            "there is a real driver, or no g++ to pretend one".to_owned(),
        )),
    }
}

impl Pretended {
    fn call<T>(&self, library: &Library, name: &str, call: impl FnOnce(&T)) {
        let name = format!("{name}\0");
        // SAFETY: `T` is the function's type.
        let function = unsafe { library.get::<T>(name.as_bytes()) }.unwrap();
        call(&function);
    }

    /// Memory, and launches until one fails; −1 for none.
    fn limits(&self, bytes: usize, launches: i64) {
        type Limits = unsafe extern "C" fn(usize, i64);
        self.call(&self.driver, "pretend_limits", |function: &Limits| {
            // SAFETY: it takes any numbers.
            unsafe { function(bytes, launches) };
        });
    }

    /// What was taken and not given back.
    fn taken(&self) -> [i64; 6] {
        type Taken = unsafe extern "C" fn(*mut i64);
        let mut counts = [0; 6];
        self.call(&self.driver, "pretend_taken", |function: &Taken| {
            // SAFETY: it writes six numbers.
            unsafe { function(counts.as_mut_ptr()) };
        });
        counts
    }

    /// How many cards there are.
    fn cards(&self, count: i32) {
        type Cards = unsafe extern "C" fn(i32);
        self.call(&self.driver, "pretend_cards", |function: &Cards| {
            // SAFETY: it takes any number up to 2.
            unsafe { function(count) };
        });
    }

    /// Bytes that cards fetched from one another.
    fn fetched(&self) -> i64 {
        type Fetched = unsafe extern "C" fn() -> i64;
        let mut bytes = 0;
        self.call(&self.driver, "pretend_fetched", |function: &Fetched| {
            // SAFETY: it takes nothing.
            bytes = unsafe { function() };
        });
        bytes
    }

    fn number(&self, library: &Library, name: &str) -> i32 {
        type Number = unsafe extern "C" fn() -> i32;
        let mut number = 0;
        // SAFETY: it takes nothing.
        self.call(library, name, |function: &Number| number = unsafe { function() });
        number
    }
}

/// u ← u/2 and there and back by a transform.
fn halving(points: usize, text: &str) -> Plan {
    let layout = Layout::of_box(&[points], 0);
    let spectrum = Layout::of_box(&[points / 2 + 1], 0);
    let mut plan = Plan::default();
    let values: Arc<[f64]> = (0..points).map(|k| k as f64).collect();
    for (layout, values) in [(layout, Some(values)), (spectrum, None), (spectrum, None)] {
        plan.arrays.push(Array { name: "a".to_owned(), layout, values });
    }
    plan.transforms.push(Transform { real: 0, imaginary: None, spectrum: [1, 2] });
    let mut graph = Graph::new();
    let (load, half) = (graph.load(0, [0; 3]), graph.constant(0.5));
    let value = graph.multiply(load, half);
    let stores = vec![Store { slot: 0, value }];
    let (name, reductions) = (text.to_owned(), Vec::new());
    plan.programs.push(Program { name, graph, slots: 1, stores, reductions });
    let region = Region::interior(&layout);
    let run = Action::Run { program: 0, arrays: vec![0], region };
    let actions = vec![run, Action::Forward(0), Action::Inverse(0)];
    plan.procedures.push(Procedure { name: "step".to_owned(), actions });
    plan
}

#[test]
fn everything_taken_is_given_back_and_failures_are_errors() {
    let Some(pretended) = pretended() else {
        eprintln!("1 test skipped: there is a real driver, or no g++ to pretend one");
        return;
    };
    let _alone = alone();
    assert_eq!(pretended.taken(), [0; 6]);
    let found = devices().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].capability, found[0].driver), ((9, 0), (13, 0)));
    assert_eq!(found[0].memory, 1 << 30);
    let cache = Arc::new(MemoryStore::new());
    let options = || {
        let cache = Some(Arc::clone(&cache) as _);
        Options { cache, transforms: Transforms::Library, ..Options::default() }
    };
    let cuda = Cuda::open(options()).unwrap();
    assert_eq!(cuda.name(), "cuda, Pretended card, compute capability 9.0");
    let other = Cuda::open(Options { device: Some(Cards::One(2)), ..Options::default() })
        .unwrap_err();
    assert!(other.to_string().contains("only number 0"), "{other}");

    // The card shows what it can.
    drop(cuda.prepare(&halving(60, "first"), Precision::Double).unwrap());
    // Compiled once, found again by another machine.
    let plan = halving(100, "half");
    let before = pretended.number(&pretended.compiler, "pretend_compilations");
    for _ in 0..2 {
        let mut machine = cuda.prepare(&plan, Precision::Double).unwrap();
        assert_eq!(machine.execute(0, 40, &|| false).unwrap(), 40);
        let mut values = vec![0.0; 100];
        machine.read(0, &mut values);
        for (k, value) in values.iter().enumerate() {
            let exact = k as f64 * 0.5_f64.powi(40);
            assert!(
                (value - exact).abs() < 1e-12 * 100.0 * 0.5_f64.powi(40),
                "{k}: {value}"
            );
        }
        let taken = pretended.taken();
        // Forty steps are replayed from recordings, each a graph and its executable: one for each shape of blocks that was tried meanwhile.
        assert_eq!((taken[2], taken[4] % 2), (1, 0), "{taken:?}");
        assert!((2..=10).contains(&taken[4]), "{taken:?}");
        assert!(pretended.number(&pretended.fourier, "pretend_plans") == 2);
        drop(machine);
        assert_eq!(pretended.taken(), [0; 6]);
        assert_eq!(pretended.number(&pretended.fourier, "pretend_plans"), 0);
    }
    let after = pretended.number(&pretended.compiler, "pretend_compilations");
    assert_eq!(after - before, 1);

    // The compiler's words.
    let refused = cuda.prepare(&halving(100, "REFUSE"), Precision::Double).err().unwrap();
    assert!(refused.to_string().contains("error: refused"), "{refused}");
    assert!(refused.to_string().contains("(NVRTC_ERROR_COMPILATION)"), "{refused}");
    assert_eq!(pretended.taken(), [0; 6]);
    let old = Compiler::open().unwrap().architecture((7, 0)).unwrap_err();
    assert!(old.to_string().contains("nvidia-cuda-nvrtc-cu12"), "{old}");

    // Too little memory: beforehand by numbers, and where it is taken by somebody else meanwhile.
    pretended.limits((64 << 20) + 10_000, -1);
    let refused =
        cuda.prepare(&halving(10_000, "half"), Precision::Double).err().unwrap();
    assert!(
        matches!(refused, FieldError::Memory { available: Some(10_000), .. }),
        "{refused}"
    );
    let words = "10000 are there; it is not computed in parts: its transforms need";
    assert!(refused.to_string().contains(words), "{refused}");
    assert_eq!(pretended.taken(), [0; 6]);

    // The card fails in the middle.
    pretended.limits(1 << 30, 20);
    let mut machine = cuda.prepare(&plan, Precision::Double).unwrap();
    let lost = machine.execute(0, 15, &|| false).unwrap_err();
    assert!(lost.to_string().contains("CUDA_ERROR_LAUNCH_FAILED"), "{lost}");
    assert!(machine.scalar(0).is_nan() && machine.execute(0, 1, &|| false).is_err());
    drop(machine);
    // So does a recording that cannot be finished.
    pretended.limits(1 << 30, 3);
    let mut machine = cuda.prepare(&plan, Precision::Double).unwrap();
    assert!(machine.execute(0, 100, &|| false).is_err());
    drop(machine);
    pretended.limits(1 << 30, -1);
    assert_eq!(pretended.taken(), [0; 6]);

    // With its context given back, the card is as good as new: for a transform that needs no place to work in, on other threads.
    let plan = halving(40, "half");
    let mut machine = cuda.prepare(&plan, Precision::Double).unwrap();
    std::thread::spawn(move || {
        assert_eq!(machine.execute(0, 20, &|| false).unwrap(), 20);
        let mut values = vec![0.0; 40];
        std::thread::spawn(move || {
            machine.read(0, &mut values);
            assert!((values[32] * 0.5_f64.powi(-15) - 1.0).abs() < 1e-12, "{values:?}");
        })
        .join()
        .unwrap();
    })
    .join()
    .unwrap();
    assert_eq!(pretended.taken(), [0; 6]);
}

/// The streams of the two cards work only as far as somebody waits for them, so that each missing wait gives other numbers.
#[test]
fn two_cards_give_the_bits_of_the_interpreter() {
    let Some(pretended) = pretended() else {
        eprintln!("1 test skipped: there is a real driver, or no g++ to pretend one");
        return;
    };
    let _alone = alone();
    pretended.cards(2);
    assert_eq!(devices().unwrap().len(), 2);
    let cache = Arc::new(MemoryStore::new());
    let open = |cards: Cards| {
        let cache = Some(Arc::clone(&cache) as _);
        Cuda::open(Options { device: Some(cards), cache, ..Options::default() }).unwrap()
    };
    let second = open(Cards::One(1));
    assert_eq!(second.cards()[0].number, 1);
    let both = open(Cards::All);
    assert_eq!(both.name(), "cuda, 2 × Pretended card, compute capability 9.0");
    // One card may have both slabs.
    let twice = open(Cards::These(vec![0, 0]));
    let names = ["gray_scott", "stochastic_heat", "crank and nicolson", "sides in space"];
    let goldens = crate::golden::kept().into_iter().chain(crate::golden::more());
    let goldens: Vec<_> = goldens.filter(|golden| names.contains(&golden.name)).collect();
    assert_eq!(goldens.len(), names.len());
    for golden in &goldens {
        let plan = &golden.stepping.plan;
        let precision = Precision::Double;
        let lowered = lower(&share(plan, precision, CACHE), precision);
        let mut machine = Interpreter::new().prepare(&lowered, precision).unwrap();
        let expected = results(golden, &mut *machine, 20);
        for (cuda, others) in [(&both, true), (&twice, false), (&second, false)] {
            let mut machine = cuda.prepare(plan, precision).unwrap();
            let before = pretended.fetched();
            let found = results(golden, &mut *machine, 20);
            assert_eq!(pretended.fetched() > before, others, "{}", golden.name);
            let differs = |(f, e): (&f64, &f64)| f.to_bits() != e.to_bits();
            let place = found.iter().zip(&expected).position(differs);
            assert_eq!(place, None, "{}: {}", golden.name, cuda.name());
            drop(machine);
            assert_eq!(pretended.taken(), [0; 6]);
        }
    }

    // A transform is the work of one card.
    let machine = both.prepare(&halving(100, "half"), Precision::Double).unwrap();
    assert!(both.name().contains("(one of 2 cards: its transforms"), "{}", both.name());
    drop(machine);

    // A card fails in the middle; one has too little memory.
    let plan = &goldens[0].stepping.plan;
    pretended.limits(1 << 30, 90);
    let mut machine = both.prepare(plan, Precision::Double).unwrap();
    let lost = machine.execute(goldens[0].stepping.step, 100, &|| false).unwrap_err();
    assert!(lost.to_string().contains("CUDA_ERROR_LAUNCH_FAILED"), "{lost}");
    assert!(machine.scalar(0).is_nan());
    drop(machine);
    pretended.limits((64 << 20) + 1000, -1);
    let refused = both.prepare(plan, Precision::Double).err().unwrap();
    assert!(matches!(refused, FieldError::Memory { .. }), "{refused}");
    pretended.limits(1 << 30, -1);
    assert_eq!(pretended.taken(), [0; 6]);
    pretended.cards(1);
}

/// Windows of a box pass through two streams of a card that works only as far as somebody waits for it.
#[test]
fn a_box_that_does_not_fit_passes_through() {
    let Some(pretended) = pretended() else {
        eprintln!("1 test skipped: there is a real driver, or no g++ to pretend one");
        return;
    };
    let _alone = alone();
    let cuda = Cuda::open(Options::default()).unwrap();
    let names = ["gray_scott", "stochastic_heat", "ginzburg_landau_rk4"];
    for golden in crate::golden::kept_on(&[150, 37], &[6, 5, 19], &[50]) {
        if !names.contains(&golden.name) {
            continue;
        }
        let (plan, precision) = (&golden.stepping.plan, Precision::Double);
        let lowered = lower(&share(plan, precision, CACHE), precision);
        let mut machine = Interpreter::new().prepare(&lowered, precision).unwrap();
        let expected = results(&golden, &mut *machine, 20);
        // The card shows what it can before there is too little.
        drop(cuda.prepare(plan, precision).unwrap());
        let whole = lowered.bytes(precision);
        pretended.limits((64 << 20) + whole as usize * 7 / 10, -1);
        let mut machine = cuda.prepare(plan, precision).unwrap();
        let remarks = machine.remarks().join("; ");
        assert!(remarks.contains("passes through in"), "{}: {remarks}", golden.name);
        // The whole box is in pinned memory.
        assert!(pretended.taken()[1] >= plan.arrays.len() as i64);
        let found = results(&golden, &mut *machine, 20);
        let differs = |(f, e): (&f64, &f64)| f.to_bits() != e.to_bits();
        let place = found.iter().zip(&expected).position(differs);
        assert_eq!(place, None, "{}: {remarks}", golden.name);
        drop(machine);
        assert_eq!(pretended.taken(), [0; 6]);
        pretended.limits(1 << 30, -1);
    }
}

/// Lines of 4096 points take more shared memory than a block has without asking; the library of transforms is not needed.
#[test]
fn transforms_along_lines_ask_for_shared_memory() {
    let Some(pretended) = pretended() else {
        eprintln!("1 test skipped: there is a real driver, or no g++ to pretend one");
        return;
    };
    let _alone = alone();
    let cuda = Cuda::open(Options::default()).unwrap();
    for golden in crate::golden::kept_on(&[4096, 6], &[4, 4, 4], &[16]) {
        if !golden.fourier {
            continue;
        }
        let (plan, precision) = (&golden.stepping.plan, Precision::Double);
        let lowered = lower(&share(plan, precision, CACHE), precision);
        let mut machine = Interpreter::new().prepare(&lowered, precision).unwrap();
        let expected = results(&golden, &mut *machine, 3);
        let mut machine = cuda.prepare(plan, precision).unwrap();
        let remarks = machine.remarks().join("; ");
        assert!(remarks.contains("transforms are joined"), "{}: {remarks}", golden.name);
        let found = results(&golden, &mut *machine, 3);
        let size = expected.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
        let apart = |(f, e): (&f64, &f64)| (f - e).abs() > 1e-11 * size;
        let place = found.iter().zip(&expected).position(apart);
        assert_eq!(place, None, "{}", golden.name);
        drop(machine);
        assert_eq!(pretended.taken(), [0; 6]);
    }
}
