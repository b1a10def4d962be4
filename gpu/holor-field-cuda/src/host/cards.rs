//! Graphics cards as a backend: one, or several with a slab of the box each.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use holor_field::checkpoint::{MemoryStore, Store};
use holor_field::contraction::{Contraction, Shape};
use holor_field::{Backend, FieldError, FieldResult, Machine, Plan, Precision};

use super::device::{CudaDevice, Held};
use super::{DeviceInfo, Library, devices, trust};
use crate::lowered::{Choices, Lowered, Transforms, goes_along_lines};

/// Which graphics cards. As a word: `cuda`, `cuda:1`, `cuda:0,2`, `cuda:all`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cards {
    /// One, counted from 0.
    One(usize),
    /// Several, with a slab of the box each in this order. One that is named twice gets two slabs, which is for tests.
    These(Vec<usize>),
    /// All that there are.
    All,
}

impl FromStr for Cards {
    type Err = FieldError;

    fn from_str(word: &str) -> FieldResult<Self> {
        let wrong = || {
            FieldError::invalid(
                format!("there is no device `{word}`"),
                "type device = \"cuda\", \"cuda:1\", \"cuda:0,2\" or \"cuda:all\"",
            )
        };
        let which = match word.strip_prefix("cuda").ok_or_else(wrong)? {
            "" => return Ok(Cards::One(0)),
            ":all" => return Ok(Cards::All),
            rest => rest.strip_prefix(':').ok_or_else(wrong)?,
        };
        let numbers = which.split(',').map(|number| number.trim().parse::<usize>());
        let numbers: Vec<usize> =
            numbers.collect::<Result<_, _>>().map_err(|_| wrong())?;
        Ok(match numbers.as_slice() {
            [one] => Cards::One(*one),
            _ => Cards::These(numbers),
        })
    }
}

/// What a person or program may choose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which cards; the first where left out.
    pub device: Option<Cards>,
    /// Where compiled kernels are kept; nowhere where left out.
    pub cache: Option<Arc<dyn Store>>,
    /// Who carries out Fourier transforms.
    pub transforms: Transforms,
}

/// Graphics cards by NVIDIA.
#[derive(Clone, Debug)]
pub struct Cuda {
    /// At least one.
    pub(super) cards: Vec<DeviceInfo>,
    pub(super) cache: Option<Arc<dyn Store>>,
    pub(super) transforms: Transforms,
    /// Why the last plan was left to the first of several cards.
    whole: Arc<Mutex<Option<&'static str>>>,
    /// The first card's context while products of matrices follow one another.
    held: Arc<Mutex<Option<Held>>>,
}

impl Cuda {
    /// Cards, with everything there that they need. No memory is taken yet.
    ///
    /// # Errors
    /// Where a library or a card is missing: what to install.
    pub fn open(options: Options) -> FieldResult<Self> {
        let devices = devices()?;
        let numbers = match options.device.unwrap_or(Cards::One(0)) {
            Cards::One(number) => vec![number],
            Cards::These(numbers) => numbers,
            // Where there is none, the first is missed.
            Cards::All => (0..devices.len().max(1)).collect(),
        };
        let card = |number: usize| {
            devices.get(number).cloned().ok_or_else(|| missing(number, devices.len()))
        };
        let cards: Vec<DeviceInfo> =
            numbers.into_iter().map(card).collect::<FieldResult<_>>()?;
        if cards.is_empty() {
            return Err(FieldError::invalid(
                "no graphics card is named",
                "type device = \"cuda\" or \"cuda:all\"",
            ));
        }
        Library::Compiler.required()?;
        let transforms = match options.transforms {
            // Rather with more bytes than not at all.
            Transforms::Fewest if !Library::Fourier.is_there() => Transforms::Lines,
            chosen => chosen,
        };
        Ok(Self {
            cards,
            cache: options.cache,
            transforms,
            whole: Arc::default(),
            held: Arc::default(),
        })
    }

    /// The cards, at least one.
    pub fn cards(&self) -> &[DeviceInfo] {
        &self.cards
    }

    /// One of them alone.
    fn alone(&self, card: &DeviceInfo, transforms: Transforms) -> Self {
        let cards = vec![card.clone()];
        Self {
            cards,
            cache: self.cache.clone(),
            transforms,
            whole: Arc::default(),
            held: Arc::default(),
        }
    }

    /// A product of matrices on the first card.
    pub(super) fn product(
        &self,
        shape: Shape,
        a: &[f64],
        b: &[f64],
    ) -> FieldResult<Vec<f64>> {
        let device = CudaDevice::new(&self.cards[0], self.cache.clone())?;
        crate::contraction::multiply(device, shape, a, b)
    }

    pub(super) fn machine(
        &self,
        plan: &Plan,
        precision: Precision,
        transforms: Transforms,
    ) -> FieldResult<Box<dyn Machine>> {
        let count = self.cards.len();
        let mut cache = self.cache.clone();
        if count > 1 {
            // What is compiled for the first card is found by the others.
            let cache = cache.get_or_insert_with(|| Arc::new(MemoryStore::new()));
            let device =
                |place: usize| CudaDevice::new(&self.cards[place], Some(cache.clone()));
            let outcome = crate::slabs::prepare(count, device, plan, precision)?;
            *self.whole.lock().unwrap_or_else(PoisonError::into_inner) =
                outcome.as_ref().err().copied();
            if let Ok(machine) = outcome {
                return Ok(machine);
            }
        }
        let device = || CudaDevice::new(&self.cards[0], cache.clone());
        let choices = Choices { mode: None, transforms };
        let refusal =
            match crate::machine::prepare_as(device()?, plan, precision, choices) {
                Err(FieldError::Memory { needed, available, .. }) => move |reason| {
                    FieldError::Memory { needed, available, in_parts: Some(reason) }
                },
                outcome => return outcome,
            };
        // What does not fit as a whole may pass through.
        let mut cache = cache.clone();
        let cache = cache.get_or_insert_with(|| Arc::new(MemoryStore::new()));
        let lane = |_| CudaDevice::new(&self.cards[0], Some(cache.clone()));
        match crate::stream::prepare(lane, plan, precision, None) {
            Ok(Ok(machine)) => Ok(machine),
            Ok(Err(reason)) => Err(refusal(reason)),
            Err(error) => Err(error),
        }
    }
}

fn missing(number: usize, count: usize) -> FieldError {
    FieldError::Device(match count {
        0 => "there is no graphics card; use device = cpu".to_owned(),
        1 => format!("there is no graphics card {number}; there is only number 0"),
        _ => {
            format!("there is no graphics card {number}; there are 0 to {}", count - 1)
        }
    })
}

impl Backend for Cuda {
    fn name(&self) -> String {
        let own = |card: &DeviceInfo| {
            let (major, minor) = card.capability;
            format!("{}, compute capability {major}.{minor}", card.name)
        };
        let count = self.cards.len();
        let first = own(&self.cards[0]);
        let whole = *self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        match whole {
            _ if count == 1 => format!("cuda, {first}"),
            Some(reason) => format!("cuda, {first} (one of {count} cards: {reason})"),
            None if self.cards.iter().all(|card| own(card) == first) => {
                format!("cuda, {count} × {first}")
            }
            None => {
                let names: Vec<String> = self.cards.iter().map(own).collect();
                format!("cuda, {count} cards: {}", names.join("; "))
            }
        }
    }

    fn prepare(
        &self,
        plan: &Plan,
        precision: Precision,
    ) -> FieldResult<Box<dyn Machine>> {
        // Made once for all that follows.
        let _held: Vec<Held> =
            self.cards.iter().map(Held::new).collect::<FieldResult<_>>()?;
        for card in &self.cards {
            trust::check(&self.alone(card, Transforms::Library))?;
        }
        let mut way = self.transforms;
        if !plan.transforms.is_empty() {
            // Those of the first card, in the way that the plan takes.
            let card = &self.cards[0];
            let lowered = Lowered::new(plan, precision);
            let lines = goes_along_lines(&lowered, precision, way, card.shared)?;
            way = if lines { Transforms::Lines } else { Transforms::Library };
            trust::check_transforms(&self.alone(card, way))?;
        }
        if self.cards.len() > 1 {
            // That they give one another the right numbers.
            trust::check(self).map_err(|error| {
                FieldError::Device(format!(
                    "{} cards together: {error}; device = \"cuda\" is one card alone",
                    self.cards.len()
                ))
            })?;
        }
        self.machine(plan, precision, way)
    }
}

impl Contraction for Cuda {
    fn multiply(&self, shape: Shape, a: &[f64], b: &[f64]) -> FieldResult<Vec<f64>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            *held = Some(Held::new(&self.cards[0])?);
        }
        trust::check_products(self)?;
        self.product(shape, a, b)
    }
}

#[cfg(test)]
mod tests {
    use super::Cards;

    #[test]
    fn cards_are_named_by_words() {
        let cards = |word: &str| word.parse::<Cards>();
        assert_eq!(cards("cuda").unwrap(), Cards::One(0));
        assert_eq!(cards("cuda:1").unwrap(), Cards::One(1));
        assert_eq!(cards("cuda:0,2").unwrap(), Cards::These(vec![0, 2]));
        assert_eq!(cards("cuda:all").unwrap(), Cards::All);
        for wrong in ["cpu", "cuda:", "cuda1", "cuda:x", "cuda:-1", "cuda:0,"] {
            assert!(cards(wrong).is_err(), "{wrong}");
        }
    }
}
