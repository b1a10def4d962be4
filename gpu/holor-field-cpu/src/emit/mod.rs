//! Machine code for a body: rows of cells, registers given out by next use.

mod operations;

use iced_x86::{Code, Instruction, MemoryOperand, Register};

use crate::body::{Body, Definition, Step, Value};
use crate::carry::{self, Carry};
use crate::code::{Operation, Width, encode, instruction};
use crate::pairs;

/// Places in the block of memory that a call is given.
pub(crate) mod block {
    /// Rows to do.
    pub(crate) const ROWS: i64 = 0;
    /// Cells of a row that fill whole vectors.
    pub(crate) const FULL: i64 = 8;
    /// Whether cells are left after those.
    pub(crate) const TAIL: i64 = 16;
    /// A bit for each of them.
    pub(crate) const BITS: i64 = 24;
    /// The same as a vector.
    pub(crate) const MASK: i64 = 64;
    /// The pointers.
    pub(crate) const POINTERS: i64 = 128;
}

/// Machine code with what a caller must know.
#[derive(Debug)]
pub(crate) struct Emitted {
    pub(crate) code: Vec<u8>,
    /// Where the pool begins in the block; entries are one vector each.
    pub(crate) pool: usize,
    /// Bytes of the block.
    pub(crate) bytes: usize,
    /// Rows that are done at a time.
    pub(crate) rows: usize,
}

/// Registers for pointers: all that are not used otherwise.
const POINTERS: [Register; 10] = [
    Register::RBX,
    Register::RBP,
    Register::R8,
    Register::R9,
    Register::R10,
    Register::R11,
    Register::R12,
    Register::R13,
    Register::R14,
    Register::R15,
];
/// What the caller expects back.
const SAVED: [Register; 6] = [
    Register::RBX,
    Register::RBP,
    Register::R12,
    Register::R13,
    Register::R14,
    Register::R15,
];
const NEVER: u32 = u32::MAX;
/// Rows whose vectors are kept for neighbours, at most: each takes up to two registers.
const MOST_ROWS: usize = 6;

/// Emits functions of one argument, the block: one that reads all from memory, and where there is something to gain and there are registers for it
/// one that keeps what neighbours along a row share, and one that does so for two rows at a time.
pub(crate) fn emit(body: &Body, width: Width) -> Result<Vec<Emitted>, String> {
    let mut all = vec![emit_one(body, &[], width)?];
    if width == Width::Avx512 {
        all.extend(emit_carried(body, width)?);
        if let Some(paired) = pairs::paired(body)
            && let Some(emitted) = emit_carried(&paired, width)?
        {
            all.push(Emitted { rows: 2, ..emitted });
        }
    }
    Ok(all)
}

/// With neighbours from registers in as many rows as there are registers for.
fn emit_carried(body: &Body, width: Width) -> Result<Option<Emitted>, String> {
    let mut rows = carry::candidates(body, width.bytes()).min(MOST_ROWS);
    while rows > 0 {
        let carried = carry::carried(body, width.bytes(), rows);
        let values: Vec<Value> =
            carried.carries.iter().map(|carry| carry.value).collect();
        let mut trial = Emitter::new(&carried.body, &carried.carries, width, &values);
        trial.cells(false)?;
        if trial.spills == 0 {
            return emit_one(&carried.body, &carried.carries, width).map(Some);
        }
        rows /= 2;
    }
    Ok(None)
}

fn emit_one(body: &Body, carries: &[Carry], width: Width) -> Result<Emitted, String> {
    let mut pins: Vec<Value> = carries.iter().map(|carry| carry.value).collect();
    // Without further pins first, to see how many registers the cells leave.
    let mut trial = Emitter::new(body, carries, width, &pins);
    trial.cells(false)?;
    let free = width.registers().saturating_sub(trial.peak + 2);
    let mut counts: Vec<(usize, Value)> = body
        .definitions
        .iter()
        .enumerate()
        .filter(|(_, definition)| matches!(definition, Definition::Pool(_)))
        .map(|(value, _)| (trial.uses[value].len(), value))
        .filter(|(count, _)| *count > 0)
        .collect();
    counts.sort_by_key(|(count, value)| (std::cmp::Reverse(*count), *value));
    pins.extend(counts.into_iter().take(free).map(|(_, value)| value));
    let mut emitter = Emitter::new(body, carries, width, &pins);
    let labels = emitter.function()?;
    let code = encode(&emitter.out, &labels)?;
    let bytes = emitter.spill_start() + emitter.spills * width.bytes();
    Ok(Emitted { code, pool: emitter.pool_start(), bytes, rows: 1 })
}

struct Emitter<'a> {
    body: &'a Body,
    /// The first of the pins, in this order.
    carries: &'a [Carry],
    width: Width,
    double: bool,
    out: Vec<Instruction>,
    pins: &'a [Value],
    /// Which value each vector register holds.
    held: Vec<Option<Value>>,
    /// The same for mask registers 2 to 7 (AVX-512).
    held_masks: [Option<Value>; 8],
    register: Vec<Option<u8>>,
    spill: Vec<Option<usize>>,
    free_spills: Vec<usize>,
    /// Places whose last use is in this step.
    released: Vec<usize>,
    spills: usize,
    /// The steps that use each value, and how many of them are past.
    uses: Vec<Vec<u32>>,
    past: Vec<usize>,
    locked: Vec<u8>,
    /// The most registers ever holding what is nowhere else.
    peak: usize,
    temporary: Option<usize>,
}

#[derive(Clone, Copy)]
enum Source {
    Register(u8),
    Memory(MemoryOperand),
}

impl<'a> Emitter<'a> {
    fn new(
        body: &'a Body,
        carries: &'a [Carry],
        width: Width,
        pins: &'a [Value],
    ) -> Self {
        let count = body.definitions.len();
        Self {
            body,
            carries,
            width,
            double: body.precision == holor_field::Precision::Double,
            out: Vec::new(),
            pins,
            held: vec![None; width.registers()],
            held_masks: [None; 8],
            register: vec![None; count],
            spill: vec![None; count],
            free_spills: Vec::new(),
            released: Vec::new(),
            spills: 0,
            uses: vec![Vec::new(); count],
            past: vec![0; count],
            locked: Vec::new(),
            peak: 0,
            temporary: None,
        }
    }

    fn pool_start(&self) -> usize {
        (block::POINTERS as usize + 8 * self.body.pointers.len()).next_multiple_of(64)
    }

    fn spill_start(&self) -> usize {
        self.pool_start() + self.body.pool.len() * self.width.bytes()
    }

    fn size(&self) -> u32 {
        if self.double { 8 } else { 4 }
    }

    fn lanes(&self) -> usize {
        self.width.bytes() / self.size() as usize
    }

    fn vector(&self, number: u8) -> Register {
        self.width.register(number)
    }

    fn code(&self, operation: Operation) -> Code {
        instruction(operation, self.width, self.double)
    }

    fn push(
        &mut self,
        made: Result<Instruction, iced_x86::IcedError>,
    ) -> Result<(), String> {
        self.out.push(made.map_err(|error| error.to_string())?);
        Ok(())
    }

    fn in_block(distance: i64) -> MemoryOperand {
        MemoryOperand::with_base_displ(Register::RDI, distance)
    }

    // The function around the cells.

    fn function(&mut self) -> Result<Vec<usize>, String> {
        for register in SAVED {
            self.push(Instruction::with1(Code::Push_r64, register))?;
        }
        for (pointer, register) in
            POINTERS.iter().enumerate().take(self.body.pointers.len())
        {
            let place = Self::in_block(block::POINTERS + 8 * pointer as i64);
            self.push(Instruction::with2(Code::Mov_r64_rm64, *register, place))?;
        }
        let rows = Self::in_block(block::ROWS);
        self.push(Instruction::with2(Code::Mov_r64_rm64, Register::RSI, rows))?;
        if self.width == Width::Avx512 {
            let bits = Self::in_block(block::BITS);
            self.push(Instruction::with2(Code::VEX_Kmovw_kr_km16, Register::K1, bits))?;
        }
        let each_row = !self.body.prelude.is_empty();
        if !each_row {
            self.load_pins()?;
        }
        let row = self.out.len();
        if each_row {
            self.prelude()?;
            self.load_pins()?;
        }
        let index = Register::ECX;
        self.push(Instruction::with2(Code::Xor_r32_rm32, index, index))?;
        self.load_carries()?;
        let full = Self::in_block(block::FULL);
        self.push(Instruction::with2(Code::Mov_r64_rm64, Register::RDX, full))?;
        let (rdx, rcx) = (Register::RDX, Register::RCX);
        self.push(Instruction::with2(Code::Test_rm64_r64, rdx, rdx))?;
        self.push(Instruction::with_branch(Code::Je_rel32_64, 1))?;
        let cells = self.out.len();
        self.cells(false)?;
        let lanes = self.lanes() as i32;
        self.push(Instruction::with2(Code::Add_rm64_imm8, rcx, lanes))?;
        self.push(Instruction::with2(Code::Cmp_r64_rm64, rcx, rdx))?;
        self.push(Instruction::with_branch(Code::Jb_rel32_64, 0))?;
        let tail = self.out.len();
        let flag = Self::in_block(block::TAIL);
        self.push(Instruction::with2(Code::Cmp_rm64_imm8, flag, 0))?;
        self.push(Instruction::with_branch(Code::Je_rel32_64, 2))?;
        self.cells(true)?;
        let next = self.out.len();
        for (pointer, stride) in self.body.row_strides.iter().enumerate() {
            if *stride == 0 {
                continue;
            }
            let moved = match POINTERS.get(pointer) {
                Some(register) => {
                    Instruction::with2(Code::Add_rm64_imm32, *register, *stride)
                }
                None => {
                    let place = Self::in_block(block::POINTERS + 8 * pointer as i64);
                    Instruction::with2(Code::Add_rm64_imm32, place, *stride)
                }
            };
            self.push(moved)?;
        }
        self.push(Instruction::with1(Code::Dec_rm64, Register::RSI))?;
        self.push(Instruction::with_branch(Code::Jne_rel32_64, 3))?;
        for register in SAVED.iter().rev() {
            self.push(Instruction::with1(Code::Pop_r64, *register))?;
        }
        self.out.push(Instruction::with(Code::VEX_Vzeroupper));
        self.out.push(Instruction::with(Code::Retnq));
        Ok(vec![cells, tail, next, row])
    }

    fn load_pins(&mut self) -> Result<(), String> {
        self.clear();
        for (number, value) in self.pins.iter().enumerate() {
            if let Some(place) = self.home(*value)? {
                let code = self.code(Operation::Load);
                let register = self.vector(number as u8);
                self.push(Instruction::with2(code, register, place))?;
            }
        }
        Ok(())
    }

    /// At the start of a row.
    fn load_carries(&mut self) -> Result<(), String> {
        self.temporary = None;
        for (number, carry) in self.carries.iter().enumerate() {
            let place = self.address(carry.start.pointer, carry.start.distance, true)?;
            let code = self.code(Operation::Load);
            let register = self.vector(number as u8);
            self.push(Instruction::with2(code, register, place))?;
        }
        Ok(())
    }

    /// Forgets all registers but the pinned ones.
    fn clear(&mut self) {
        self.held.fill(None);
        self.held_masks.fill(None);
        self.register.fill(None);
        self.spill.fill(None);
        self.released.clear();
        self.free_spills = (0..self.spills).rev().collect();
        self.temporary = None;
        self.past.fill(0);
        for (number, value) in self.pins.iter().enumerate() {
            self.held[number] = Some(*value);
            self.register[*value] = Some(number as u8);
        }
    }

    fn prelude(&mut self) -> Result<(), String> {
        let pins = std::mem::take(&mut self.pins);
        self.clear();
        let body = self.body;
        self.steps(&body.prelude, false)?;
        self.pins = pins;
        Ok(())
    }

    fn cells(&mut self, masked: bool) -> Result<(), String> {
        self.clear();
        let body = self.body;
        self.steps(&body.steps, masked)
    }

    fn steps(&mut self, steps: &[Step], masked: bool) -> Result<(), String> {
        for uses in &mut self.uses {
            uses.clear();
        }
        for (place, step) in steps.iter().enumerate() {
            match step {
                Step::Compute(value) => {
                    let (operands, count) = self.body.definitions[*value].operands();
                    for operand in &operands[..count] {
                        self.uses[*operand].push(place as u32);
                    }
                }
                Step::Store(_, value) | Step::Keep(_, value) | Step::Carry(_, value) => {
                    self.uses[*value].push(place as u32);
                }
            }
        }
        for step in steps {
            self.locked.clear();
            self.free_spills.append(&mut self.released);
            match *step {
                Step::Compute(value) => self.compute(value)?,
                Step::Store(place, value) => self.store(place, value, masked)?,
                Step::Keep(entry, value) => {
                    let register = self.in_register(value)?;
                    let place = self.pool_start() + entry * self.width.bytes();
                    let code = self.code(Operation::Store);
                    let register = self.vector(register);
                    let place = Self::in_block(place as i64);
                    self.push(Instruction::with2(code, place, register))?;
                    self.consume(value);
                }
                // The cells left at the end of a row are its last.
                Step::Carry(..) if masked => {}
                Step::Carry(to, value) => {
                    let from = self.in_register(value)?;
                    let to = self.register[to].ok_or("what is carried is nowhere")?;
                    let code = self.code(Operation::Load);
                    let (to, from) = (self.vector(to), self.vector(from));
                    self.push(Instruction::with2(code, to, from))?;
                    self.consume(value);
                }
            }
            let only = |value: &Option<Value>| {
                value.is_some_and(|v| !self.body.definitions[v].in_memory())
            };
            let count = self.held.iter().filter(|value| only(value)).count();
            self.peak = self.peak.max(count);
        }
        Ok(())
    }

    // Where values are.

    fn next_use(&self, value: Value) -> u32 {
        self.uses[value].get(self.past[value]).copied().unwrap_or(NEVER)
    }

    fn uses_left(&self, value: Value) -> usize {
        self.uses[value].len() - self.past[value]
    }

    /// Counts a use and frees the register after the last.
    fn consume(&mut self, value: Value) {
        self.past[value] += 1;
        if self.uses_left(value) > 0 || self.pins.contains(&value) {
            return;
        }
        if let Some(register) = self.register[value].take() {
            if self.is_mask(value) {
                self.held_masks[register as usize] = None;
            } else {
                self.held[register as usize] = None;
            }
        }
        if let Some(place) = self.spill[value].take() {
            self.released.push(place);
        }
    }

    /// Whether a value lives in a mask register.
    fn is_mask(&self, value: Value) -> bool {
        self.width == Width::Avx512 && self.body.definitions[value].is_truth()
    }

    /// The address of a pointer's cell at the index.
    fn address(
        &mut self,
        pointer: usize,
        distance: i32,
        indexed: bool,
    ) -> Result<MemoryOperand, String> {
        let base = match POINTERS.get(pointer) {
            Some(register) => *register,
            None => {
                if self.temporary != Some(pointer) {
                    let place = Self::in_block(block::POINTERS + 8 * pointer as i64);
                    let code = Code::Mov_r64_rm64;
                    self.push(Instruction::with2(code, Register::RAX, place))?;
                    self.temporary = Some(pointer);
                }
                Register::RAX
            }
        };
        let distance = i64::from(distance);
        Ok(if indexed {
            let size = self.size();
            MemoryOperand::new(
                base,
                Register::RCX,
                size,
                distance,
                1,
                false,
                Register::None,
            )
        } else {
            MemoryOperand::with_base_displ(base, distance)
        })
    }

    /// Where a value can be read as an operand in memory.
    fn home(&mut self, value: Value) -> Result<Option<MemoryOperand>, String> {
        if let Some(place) = self.spill[value] {
            let place = self.spill_start() + place * self.width.bytes();
            return Ok(Some(Self::in_block(place as i64)));
        }
        match self.body.definitions[value] {
            Definition::Load(place) => {
                self.address(place.pointer, place.distance, true).map(Some)
            }
            Definition::Pool(entry) => {
                let place = self.pool_start() + entry * self.width.bytes();
                Ok(Some(Self::in_block(place as i64)))
            }
            _ => Ok(None),
        }
    }

    fn has_home(&self, value: Value) -> bool {
        self.spill[value].is_some() || self.body.definitions[value].in_memory()
    }

    /// Whether it is better read from memory than loaded.
    fn folds(&self, value: Value) -> bool {
        if self.register[value].is_some() {
            return false;
        }
        let readable = self.spill[value].is_some()
            || matches!(
                self.body.definitions[value],
                Definition::Load(_) | Definition::Pool(_)
            );
        let free = self.held.iter().any(Option::is_none);
        readable && (self.uses_left(value) == 1 || !free)
    }

    fn take_spill(&mut self) -> usize {
        self.free_spills.pop().unwrap_or_else(|| {
            self.spills += 1;
            self.spills - 1
        })
    }

    /// A free vector register; the value needed latest makes room.
    fn free_register(&mut self) -> Result<u8, String> {
        if let Some(free) = self.held.iter().position(Option::is_none) {
            return Ok(free as u8);
        }
        let mut best: Option<(u8, (u32, bool))> = None;
        for (number, value) in self.held.iter().enumerate() {
            let number = number as u8;
            let Some(value) = *value else { continue };
            if (number as usize) < self.pins.len() || self.locked.contains(&number) {
                continue;
            }
            let key = (self.next_use(value), self.has_home(value));
            if best.is_none_or(|(_, known)| key > known) {
                best = Some((number, key));
            }
        }
        let Some((number, _)) = best else {
            return Err("no register is left".to_owned());
        };
        if let Some(value) = self.held[number as usize] {
            if !self.has_home(value) && self.next_use(value) != NEVER {
                let place = self.take_spill();
                self.spill[value] = Some(place);
                let place = self.spill_start() + place * self.width.bytes();
                let code = self.code(Operation::Store);
                let place = Self::in_block(place as i64);
                let register = self.vector(number);
                self.push(Instruction::with2(code, place, register))?;
            }
            self.register[value] = None;
        }
        self.held[number as usize] = None;
        Ok(number)
    }

    fn hold(&mut self, number: u8, value: Value) {
        self.held[number as usize] = Some(value);
        self.register[value] = Some(number);
    }

    /// Loads a value from its home into a register.
    fn load_into(&mut self, number: u8, value: Value) -> Result<(), String> {
        let register = self.vector(number);
        if let Definition::Broadcast(place) = self.body.definitions[value]
            && self.spill[value].is_none()
        {
            let address = self.address(place.pointer, place.distance, false)?;
            let code = self.code(Operation::Broadcast);
            return self.push(Instruction::with2(code, register, address));
        }
        match self.home(value)? {
            Some(home) => {
                let code = self.code(Operation::Load);
                self.push(Instruction::with2(code, register, home))
            }
            None => Err(format!("value {value} is nowhere")),
        }
    }

    /// The register of a value, locked until the step ends.
    fn in_register(&mut self, value: Value) -> Result<u8, String> {
        let number = match self.register[value] {
            Some(number) => number,
            None => {
                let number = self.free_register()?;
                self.load_into(number, value)?;
                self.hold(number, value);
                number
            }
        };
        self.locked.push(number);
        Ok(number)
    }

    fn source(&mut self, value: Value) -> Result<Source, String> {
        if self.folds(value)
            && let Some(home) = self.home(value)?
        {
            return Ok(Source::Memory(home));
        }
        self.in_register(value).map(Source::Register)
    }

    /// The register of a truth (AVX-512).
    fn in_mask(&mut self, value: Value) -> Result<Register, String> {
        if let Some(number) = self.register[value] {
            return Ok(Register::K0 + u32::from(number));
        }
        let number = self.free_mask(None)?;
        let register = Register::K0 + u32::from(number);
        let Some(home) = self.home(value)? else {
            return Err(format!("truth {value} is nowhere"));
        };
        self.push(Instruction::with2(Code::VEX_Kmovw_kr_km16, register, home))?;
        self.held_masks[number as usize] = Some(value);
        self.register[value] = Some(number);
        Ok(register)
    }

    fn free_mask(&mut self, keep: Option<Value>) -> Result<u8, String> {
        let mut best: Option<(usize, u32)> = None;
        for number in 2..8 {
            let Some(value) = self.held_masks[number] else { return Ok(number as u8) };
            let next = self.next_use(value);
            if Some(value) != keep && best.is_none_or(|(_, known)| next > known) {
                best = Some((number, next));
            }
        }
        let Some((number, _)) = best else {
            return Err("no mask register is left".to_owned());
        };
        if let Some(value) = self.held_masks[number].take() {
            if self.spill[value].is_none() && self.next_use(value) != NEVER {
                let place = self.take_spill();
                self.spill[value] = Some(place);
                let place = self.spill_start() + place * self.width.bytes();
                let place = Self::in_block(place as i64);
                let register = Register::K0 + number as u32;
                self.push(Instruction::with2(Code::VEX_Kmovw_m16_kr, place, register))?;
            }
            self.register[value] = None;
        }
        Ok(number as u8)
    }
}
