//! Where fields are computed: the processor, or a graphics card where there is one and it is asked for.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use holor_field::checkpoint::{DirectoryStore, Store};
use holor_field::contraction::{Contraction, Plain};
use holor_field::interpreter::Interpreter;
use holor_field::{Backend, Faster, FieldError, FieldResult};
use holor_field_cpu::Cpu;
use holor_field_cuda::{Cards, Cuda, Library, Options};
use holor_lang::DeviceDescription;

use crate::paths;

/// Seconds that a run computes on the processor before a card is tried: about what it takes to open one and to compile for it.
const PATIENCE: f64 = 0.5;

/// What a device's word stands for.
///
/// # Errors
/// What is missing, and what would add it.
pub fn backend(word: &str) -> Result<Arc<dyn Backend>, String> {
    match word {
        "auto" => Ok(auto()),
        "cpu" => Ok(Arc::new(Cpu::new(None))),
        "interpreter" => Ok(Arc::new(Interpreter)),
        cards => Ok(Arc::new(cuda(cards)?)),
    }
}

/// What multiplies matrices on a device.
///
/// # Errors
/// What is missing, and what would add it.
pub fn contraction(word: &str) -> Result<Arc<dyn Contraction>, String> {
    match word {
        "auto" | "cpu" => Ok(Arc::new(Cpu::new(None))),
        "interpreter" => Ok(Arc::new(Plain)),
        cards => Ok(Arc::new(cuda(cards)?)),
    }
}

/// The processor and all graphics cards.
pub fn list() -> Vec<DeviceDescription> {
    let mut all = vec![DeviceDescription {
        word: "cpu".into(),
        name: Backend::name(&Cpu::new(None)),
        memory: None,
    }];
    open_wheels();
    // Without a driver there is no card to be listed; `holor doctor` says what is missing.
    for card in holor_field_cuda::devices().unwrap_or_default() {
        let (major, minor) = card.capability;
        all.push(DeviceDescription {
            word: match card.number {
                0 => "cuda".to_owned(),
                number => format!("cuda:{number}"),
            },
            name: format!("{}, compute capability {major}.{minor}", card.name),
            memory: Some(card.memory),
        });
    }
    all
}

/// The cards of a word, with their compiled kernels kept in holor's own folder.
fn cuda(word: &str) -> Result<Cuda, String> {
    let cards: Cards = word.parse().map_err(|error: FieldError| error.to_string())?;
    open_wheels();
    let cache = paths::data().and_then(|folder| {
        let store = DirectoryStore::new(folder.join("kernels")).ok()?;
        Some(Arc::new(store) as Arc<dyn Store>)
    });
    Cuda::open(Options { device: Some(cards), cache, ..Options::default() })
        .map_err(|error| error.to_string())
}

/// What is missing for fields on a card beside its driver, with the line that would add it.
pub fn missing() -> Vec<&'static str> {
    open_wheels();
    let wanted = [Library::Compiler, Library::Fourier];
    wanted
        .into_iter()
        .filter(|library| !library.is_there())
        .map(Library::remedy)
        .collect()
}

/// Opens the libraries that NVIDIA's Python packages bring, once: they lie where the loader does not look.
fn open_wheels() {
    static OPENED: OnceLock<()> = OnceLock::new();
    OPENED.get_or_init(|| {
        let own = paths::data().map(|folder| folder.join("lab-venv"));
        let environments = paths::active_environment().into_iter().chain(own);
        // What cannot be opened is missing, and named as missing where it is wanted.
        drop(holor_field_cuda::open_libraries(&wheels(environments)));
    });
}

/// The files of NVIDIA's packages in Python environments; what others need first.
fn wheels(environments: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
    let below = |folder: PathBuf| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut all: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        all.sort();
        all
    };
    let files: Vec<PathBuf> = environments
        .flat_map(|environment| below(environment.join("lib")))
        .flat_map(|python| below(python.join("site-packages/nvidia")))
        .flat_map(|package| below(package.join("lib")))
        .collect();
    let named = |start: &str| -> Vec<PathBuf> {
        let begins = |file: &&PathBuf| {
            let name = file.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(start) && !name.contains(".alt."))
        };
        files.iter().filter(begins).cloned().collect()
    };
    ["libnvJitLink.so", "libnvrtc.so", "libcufft.so"]
        .into_iter()
        .flat_map(named)
        .collect()
}

/// The processor, or a card that turns out to be faster at the work at hand, where there is one.
fn auto() -> Arc<dyn Backend> {
    let cpu = Arc::new(Cpu::new(None));
    open_wheels();
    // The driver is asked for cards only by runs that last.
    if !Library::Driver.is_there() {
        return cpu;
    }
    let began = Instant::now();
    let open = || -> FieldResult<Option<Arc<dyn Backend>>> {
        if holor_field_cuda::devices()?.is_empty() {
            return Ok(None);
        }
        let cuda = cuda("cuda").map_err(FieldError::Device)?;
        Ok(Some(Arc::new(cuda)))
    };
    let clock = move || began.elapsed().as_secs_f64();
    Arc::new(Faster::new(cpu, Arc::new(open), Arc::new(clock), PATIENCE))
}

#[cfg(test)]
mod tests {
    use super::{backend, contraction, list, wheels};
    use holor_field::contraction::Shape;

    #[test]
    fn work_begins_on_the_processor_and_unknown_words_are_refused() {
        let auto = backend("auto").unwrap();
        assert!(auto.name().starts_with("cpu, "), "{}", auto.name());
        assert_eq!(list()[0].name, auto.name());
        assert!(backend("tpu").unwrap_err().contains("`tpu`"));
        assert!(contraction("tpu").unwrap_err().contains("`tpu`"));
        let shape = Shape { batch: 1, rows: 1, inner: 2, columns: 1 };
        let product =
            contraction("auto").unwrap().multiply(shape, &[1.0, 2.0], &[3.0, 4.0]);
        assert_eq!(product.unwrap(), [11.0]);
    }

    #[test]
    fn libraries_of_python_packages_are_found_in_the_order_they_need_each_other() {
        let name = format!("holor-wheels-{}", std::process::id());
        let root = std::env::temp_dir().join(name);
        let folder = root.join("lib/python3.12/site-packages/nvidia/cu13/lib");
        std::fs::create_dir_all(&folder).unwrap();
        let files = [
            "libcufft.so.12",
            "libnvJitLink.so.13",
            "libnvrtc-builtins.so.13.0",
            "libnvrtc.so.13",
            "libnvrtc.alt.so.13",
        ];
        for file in files {
            std::fs::write(folder.join(file), "").unwrap();
        }
        let found = wheels([root.clone(), root.join("none")].into_iter());
        std::fs::remove_dir_all(&root).unwrap();
        let wanted = ["libnvJitLink.so.13", "libnvrtc.so.13", "libcufft.so.12"];
        assert_eq!(found, wanted.map(|file| folder.join(file)));
    }

    #[test]
    fn without_a_card_the_reason_says_what_to_do() {
        if list().len() > 1 {
            println!("1 test skipped: there is a graphics card");
            return;
        }
        assert_eq!(backend("cuda").unwrap_err(), contraction("cuda").unwrap_err());
        let reason = backend("cuda").unwrap_err();
        assert!(
            reason.contains("install") || reason.contains("device = \"cpu\""),
            "{reason}"
        );
    }
}
