//! Bodies carried out operation by operation over strips of a row: for machines without generated code, and to test it.

use holor_field::graph::{Binary, Unary};

use crate::body::{BitFunction, Body, Comparison, Definition, Place, Step, Value};

/// Cells of a strip: the operands of an operation stay in the first cache.
const STRIP: usize = 128;

/// The numbers of a precision.
pub(crate) trait Real: Copy + Default + 'static {
    fn from_bits(bits: u64) -> Self;
    fn bits(self) -> u64;
    fn is_zero(self) -> bool;
    fn truth(holds: bool) -> Self;
    fn unary(function: Unary, x: Self) -> Self;
    fn add(self, other: Self) -> Self;
    fn subtract(self, other: Self) -> Self;
    fn multiply(self, other: Self) -> Self;
    fn divide(self, other: Self) -> Self;
    fn less(self, other: Self) -> bool;
    fn less_equal(self, other: Self) -> bool;
    fn equal(self, other: Self) -> bool;
    fn multiply_add(self, b: Self, c: Self) -> Self;
    fn negate(self) -> Self;
    fn shifted(self, places: i8) -> Self;
}

macro_rules! real {
    ($type:ty, $bits:ty, $apply:ident) => {
        impl Real for $type {
            fn from_bits(bits: u64) -> Self {
                <$type>::from_bits(bits as $bits)
            }
            fn bits(self) -> u64 {
                u64::from(self.to_bits())
            }
            fn is_zero(self) -> bool {
                self == 0.0
            }
            fn truth(holds: bool) -> Self {
                if holds { 1.0 } else { 0.0 }
            }
            fn unary(function: Unary, x: Self) -> Self {
                function.$apply(x)
            }
            fn add(self, other: Self) -> Self {
                self + other
            }
            fn subtract(self, other: Self) -> Self {
                self - other
            }
            fn multiply(self, other: Self) -> Self {
                self * other
            }
            fn divide(self, other: Self) -> Self {
                self / other
            }
            fn less(self, other: Self) -> bool {
                self < other
            }
            fn less_equal(self, other: Self) -> bool {
                self <= other
            }
            fn equal(self, other: Self) -> bool {
                self == other
            }
            fn multiply_add(self, b: Self, c: Self) -> Self {
                self.mul_add(b, c)
            }
            fn negate(self) -> Self {
                -self
            }
            fn shifted(self, places: i8) -> Self {
                let bits = self.to_bits();
                <$type>::from_bits(if places > 0 {
                    bits << places
                } else {
                    bits >> places.unsigned_abs()
                })
            }
        }
    };
}

real!(f64, u64, apply);
real!(f32, u32, apply_single);

/// Memory for the values of a strip and of the pool.
#[derive(Debug, Default)]
pub(crate) struct Tape<T> {
    values: Vec<T>,
    pool: Vec<T>,
}

/// What a call does.
pub(crate) struct Call<'a> {
    pub(crate) body: &'a Body,
    /// The pointers at the first cell.
    pub(crate) pointers: &'a [*mut u8],
    pub(crate) rows: usize,
    pub(crate) cells: usize,
}

impl<T: Real> Tape<T> {
    /// Puts bits into the pool.
    pub(crate) fn put(&mut self, entry: usize, bits: u64) {
        let end = (entry + 1) * STRIP;
        if self.pool.len() < end {
            self.pool.resize(end, T::default());
        }
        self.pool[entry * STRIP..end].fill(T::from_bits(bits));
    }

    /// Carries out rows of cells.
    ///
    /// # Safety
    /// All places that the body reads and writes for these rows must be valid, and written by no other thread meanwhile.
    pub(crate) unsafe fn run(&mut self, call: &Call<'_>) {
        self.values.resize(call.body.definitions.len() * STRIP, T::default());
        let mut pointers = call.pointers.to_vec();
        for _ in 0..call.rows {
            // SAFETY: as promised by the caller; the prelude reads only tables.
            unsafe { self.steps(call.body, &call.body.prelude, &pointers, 0, STRIP) };
            let mut first = 0;
            while first < call.cells {
                let count = STRIP.min(call.cells - first);
                // SAFETY: as promised by the caller.
                unsafe {
                    self.steps(call.body, &call.body.steps, &pointers, first, count);
                }
                first += count;
            }
            for (pointer, stride) in pointers.iter_mut().zip(&call.body.row_strides) {
                *pointer = pointer.wrapping_offset(*stride as isize);
            }
        }
    }

    /// # Safety
    /// See [`Self::run`].
    unsafe fn steps(
        &mut self,
        body: &Body,
        steps: &[Step],
        pointers: &[*mut u8],
        first: usize,
        count: usize,
    ) {
        for step in steps {
            match *step {
                Step::Compute(value) => {
                    // SAFETY: as promised by the caller.
                    unsafe { self.compute(body, value, pointers, first, count) };
                }
                Step::Store(place, value) => {
                    // SAFETY: as promised by the caller.
                    unsafe {
                        let from = self.operand(body, value, pointers, first, count);
                        let to = pointers[place.pointer].cast::<T>().add(first);
                        std::ptr::copy(from, to, count);
                    }
                }
                Step::Keep(entry, value) => {
                    let from = &self.values[value * STRIP..(value + 1) * STRIP];
                    let first = match body.definitions[value] {
                        // SAFETY: tables have an entry for each row, as promised by the caller.
                        Definition::Broadcast(place) => unsafe {
                            broadcast(place, pointers)
                        },
                        _ => from[0],
                    };
                    self.pool[entry * STRIP..(entry + 1) * STRIP].fill(first);
                }
                // Only emitted code has these.
                Step::Carry(..) => {}
            }
        }
    }

    /// Where the strip of a value lies.
    ///
    /// # Safety
    /// See [`Self::run`].
    unsafe fn operand(
        &mut self,
        body: &Body,
        value: Value,
        pointers: &[*mut u8],
        first: usize,
        count: usize,
    ) -> *const T {
        match body.definitions[value] {
            Definition::Load(Place { pointer, distance, .. }) => pointers[pointer]
                .wrapping_offset(distance as isize)
                .cast::<T>()
                .wrapping_add(first),
            Definition::Pool(entry) => self.pool[entry * STRIP..].as_ptr(),
            Definition::Broadcast(place) => {
                // SAFETY: as promised by the caller.
                let number = unsafe { broadcast(place, pointers) };
                let strip = &mut self.values[value * STRIP..value * STRIP + count];
                strip.fill(number);
                strip.as_ptr()
            }
            _ => self.values[value * STRIP..].as_ptr(),
        }
    }

    /// # Safety
    /// See [`Self::run`].
    unsafe fn compute(
        &mut self,
        body: &Body,
        value: Value,
        pointers: &[*mut u8],
        first: usize,
        count: usize,
    ) {
        let (operands, arity) = body.definitions[value].operands();
        let mut sources = [std::ptr::null::<T>(); 3];
        for (source, operand) in sources.iter_mut().zip(&operands[..arity]) {
            // SAFETY: as promised by the caller.
            *source = unsafe { self.operand(body, *operand, pointers, first, count) };
        }
        let strip = |place: usize| {
            // SAFETY: each operand has `count` numbers: in an array by the caller's promise, or in a strip. No operand is the strip of
            // the result, since a value is computed from others.
            unsafe { std::slice::from_raw_parts(sources[place], count) }
        };
        let to: *mut T = self.values[value * STRIP..].as_mut_ptr();
        // SAFETY: the strip of the result has room for STRIP numbers and is no operand's.
        let to = unsafe { std::slice::from_raw_parts_mut(to, count) };
        macro_rules! one {
            ($function:expr) => {
                for (to, a) in to.iter_mut().zip(strip(0)) {
                    *to = $function(*a);
                }
            };
        }
        macro_rules! two {
            ($function:expr) => {
                for ((to, a), b) in to.iter_mut().zip(strip(0)).zip(strip(1)) {
                    *to = $function(*a, *b);
                }
            };
        }
        match body.definitions[value] {
            Definition::Load(_)
            | Definition::Broadcast(_)
            | Definition::Pool(_)
            // Only emitted code carries values from vector to vector.
            | Definition::Carried
            | Definition::Cut { .. } => {}
            Definition::Unary(function, _) => one!(|a| T::unary(function, a)),
            Definition::Shift(places, _) => one!(|a: T| a.shifted(places)),
            Definition::Number(_) => one!(|a| a),
            Definition::Binary(function, ..) => match function {
                Binary::Add => two!(T::add),
                Binary::Subtract => two!(T::subtract),
                Binary::Multiply => two!(T::multiply),
                Binary::Divide => two!(T::divide),
                Binary::Minimum => two!(|a: T, b: T| if a.less(b) { a } else { b }),
                // Everything else has been expanded.
                _ => two!(|a: T, b: T| if b.less(a) { a } else { b }),
            },
            Definition::Bits(function, ..) => match function {
                BitFunction::And => two!(|a: T, b: T| T::from_bits(a.bits() & b.bits())),
                BitFunction::Or => two!(|a: T, b: T| T::from_bits(a.bits() | b.bits())),
                BitFunction::ExclusiveOr => {
                    two!(|a: T, b: T| T::from_bits(a.bits() ^ b.bits()));
                }
            },
            Definition::Compare(comparison, ..) => match comparison {
                Comparison::Less => two!(|a: T, b: T| T::truth(a.less(b))),
                Comparison::LessEqual => two!(|a: T, b: T| T::truth(a.less_equal(b))),
                Comparison::Equal => two!(|a: T, b: T| T::truth(a.equal(b))),
                Comparison::NotEqual => two!(|a: T, b: T| T::truth(!a.equal(b))),
            },
            Definition::MultiplyAdd { minus_product, minus_term, .. } => {
                let strips = strip(0).iter().zip(strip(1)).zip(strip(2));
                for (to, ((a, b), c)) in to.iter_mut().zip(strips) {
                    let a = if minus_product { a.negate() } else { *a };
                    let c = if minus_term { c.negate() } else { *c };
                    *to = a.multiply_add(*b, c);
                }
            }
            Definition::Select(..) => {
                let strips = strip(0).iter().zip(strip(1)).zip(strip(2));
                for (to, ((a, b), c)) in to.iter_mut().zip(strips) {
                    *to = if a.is_zero() { *c } else { *b };
                }
            }
        }
    }
}

/// # Safety
/// The table must have an entry there.
unsafe fn broadcast<T: Real>(place: Place, pointers: &[*mut u8]) -> T {
    let from = pointers[place.pointer].wrapping_offset(place.distance as isize);
    // SAFETY: as promised by the caller; tables are aligned.
    unsafe { from.cast::<T>().read() }
}
