//! The instructions of each step.

use holor_field::graph::{Binary, Unary};
use iced_x86::{Code, Instruction, MemoryOperand, Register};

use super::{Emitter, Source, block};
use crate::body::{BitFunction, Comparison, Definition, Entry, Place, Value};
use crate::code::{Form, Operation, Width, multiply_add};

impl Emitter<'_> {
    pub(super) fn store(
        &mut self,
        place: Place,
        value: Value,
        masked: bool,
    ) -> Result<(), String> {
        let register = self.in_register(value)?;
        let vector = self.vector(register);
        if !masked {
            let address = self.address(place.pointer, place.distance, true)?;
            let code = self.code(Operation::Store);
            self.push(Instruction::with2(code, address, vector))?;
        } else if self.width == Width::Avx512 {
            let address = self.address(place.pointer, place.distance, true)?;
            let code = self.code(Operation::MaskedStore);
            self.push(Instruction::with2(code, address, vector))?;
            if let Some(last) = self.out.last_mut() {
                last.set_op_mask(Register::K1);
            }
        } else {
            let number = self.free_register()?;
            let mask = self.vector(number);
            let bits = Self::in_block(block::MASK);
            let code = self.code(Operation::Load);
            self.push(Instruction::with2(code, mask, bits))?;
            let address = self.address(place.pointer, place.distance, true)?;
            let code = self.code(Operation::MaskedStore);
            self.push(Instruction::with3(code, address, mask, vector))?;
        }
        self.consume(value);
        Ok(())
    }

    fn consume_all(&mut self, value: Value) {
        let (operands, count) = self.body.definitions[value].operands();
        for operand in &operands[..count] {
            self.consume(*operand);
        }
    }

    /// A register for a result, after its operands' last uses.
    fn result(&mut self, value: Value) -> Result<Register, String> {
        let number = self.free_register()?;
        self.hold(number, value);
        Ok(self.vector(number))
    }

    fn two(&mut self, code: Code, to: Register, a: u8, b: Source) -> Result<(), String> {
        let a = self.vector(a);
        match b {
            Source::Register(b) => {
                let b = self.vector(b);
                self.push(Instruction::with3(code, to, a, b))
            }
            Source::Memory(b) => self.push(Instruction::with3(code, to, a, b)),
        }
    }

    pub(super) fn compute(&mut self, value: Value) -> Result<(), String> {
        match self.body.definitions[value] {
            Definition::Load(_)
            | Definition::Broadcast(_)
            | Definition::Pool(_)
            | Definition::Carried => Ok(()),
            Definition::Cut { low, high, lanes } => {
                let (first, second) = (self.in_register(high)?, self.in_register(low)?);
                self.consume_all(value);
                let to = self.result(value)?;
                let code = self.code(Operation::Cut);
                let (first, second) = (self.vector(first), self.vector(second));
                let lanes = u32::from(lanes);
                self.push(Instruction::with4(code, to, first, second, lanes))
            }
            Definition::Unary(function, a) => {
                let source = self.source(a)?;
                self.consume(a);
                let to = self.result(value)?;
                let (operation, how) = match function {
                    Unary::SquareRoot => (Operation::SquareRoot, None),
                    Unary::Floor => (Operation::Round, Some(9_u32)),
                    Unary::Round => (Operation::Round, Some(8)),
                    other => return Err(format!("{other:?} is not expanded")),
                };
                let code = self.code(operation);
                let made = match (source, how) {
                    (Source::Register(a), None) => {
                        Instruction::with2(code, to, self.vector(a))
                    }
                    (Source::Memory(a), None) => Instruction::with2(code, to, a),
                    (Source::Register(a), Some(how)) => {
                        Instruction::with3(code, to, self.vector(a), how)
                    }
                    (Source::Memory(a), Some(how)) => {
                        Instruction::with3(code, to, a, how)
                    }
                };
                self.push(made)
            }
            Definition::Shift(places, a) => {
                let source = self.in_register(a)?;
                self.consume(a);
                let to = self.result(value)?;
                let operation =
                    if places > 0 { Operation::ShiftLeft } else { Operation::ShiftRight };
                let code = self.code(operation);
                let from = self.vector(source);
                let places = u32::from(places.unsigned_abs());
                self.push(Instruction::with3(code, to, from, places))
            }
            Definition::Binary(function, a, b) => {
                let (operation, commutes) = match function {
                    Binary::Add => (Operation::Add, true),
                    Binary::Subtract => (Operation::Subtract, false),
                    Binary::Multiply => (Operation::Multiply, true),
                    Binary::Divide => (Operation::Divide, false),
                    Binary::Minimum => (Operation::Minimum, false),
                    Binary::Maximum => (Operation::Maximum, false),
                    other => return Err(format!("{other:?} is not expanded")),
                };
                self.binary(value, operation, commutes, a, b)
            }
            Definition::Bits(function, a, b) => {
                let operation = match function {
                    BitFunction::And => Operation::And,
                    BitFunction::Or => Operation::Or,
                    BitFunction::ExclusiveOr => Operation::ExclusiveOr,
                };
                self.binary(value, operation, true, a, b)
            }
            Definition::MultiplyAdd { a, b, c, minus_product, minus_term } => {
                self.fused(value, [a, b, c], minus_product, minus_term)
            }
            Definition::Compare(comparison, a, b) => {
                self.compare(value, comparison, a, b)
            }
            Definition::Select(condition, then, otherwise) => {
                self.choose(value, condition, then, otherwise)
            }
            Definition::Number(condition) => self.number(value, condition),
        }
    }

    fn binary(
        &mut self,
        value: Value,
        operation: Operation,
        commutes: bool,
        a: Value,
        b: Value,
    ) -> Result<(), String> {
        let (a, b) =
            if commutes && self.folds(a) && !self.folds(b) { (b, a) } else { (a, b) };
        let first = self.in_register(a)?;
        let second = self.source(b)?;
        self.consume_all(value);
        let to = self.result(value)?;
        let code = self.code(operation);
        self.two(code, to, first, second)
    }

    /// ±a b ± c into one of its operands.
    fn fused(
        &mut self,
        value: Value,
        [a, b, c]: [Value; 3],
        minus_product: bool,
        minus_term: bool,
    ) -> Result<(), String> {
        // At most one operand stays in memory; a value used twice in the step does not.
        let memory = [c, b, a].into_iter().find(|v| {
            [a, b, c].iter().filter(|other| *other == v).count() == 1 && self.folds(*v)
        });
        for operand in [a, b, c] {
            if Some(operand) != memory {
                self.in_register(operand)?;
            }
        }
        let dies = |emitter: &Self, v: Value| {
            let times = [a, b, c].iter().filter(|other| **other == v).count();
            emitter.uses_left(v) == times && !emitter.pins.contains(&v)
        };
        // The term first: then the sum's chain stays in one register.
        let dying = [c, a, b].into_iter().find(|v| Some(*v) != memory && dies(self, *v));
        let (target, number, memory) = match (dying, memory) {
            (Some(target), memory) => {
                let number = self.register[target].ok_or("an operand is nowhere")?;
                (target, number, memory)
            }
            (None, Some(loaded)) => {
                let number = self.free_register()?;
                self.locked.push(number);
                self.load_into(number, loaded)?;
                (loaded, number, None)
            }
            (None, None) => {
                let number = self.free_register()?;
                self.locked.push(number);
                let from = self.register[c].ok_or("an operand is nowhere")?;
                let (to, from) = (self.vector(number), self.vector(from));
                let code = self.code(Operation::Load);
                self.push(Instruction::with2(code, to, from))?;
                (c, number, None)
            }
        };
        let (form, second, third) = if target == c {
            if memory == Some(a) { (Form::F231, b, a) } else { (Form::F231, a, b) }
        } else {
            let other = if target == a { b } else { a };
            if memory == Some(other) {
                (Form::F132, c, other)
            } else {
                (Form::F213, other, c)
            }
        };
        let code = multiply_add(form, minus_product, minus_term, self.width, self.double);
        // An operand equal to the target is read before it is overwritten: its register or the copy's are alike.
        let second = self.register[second].ok_or("an operand is nowhere")?;
        let third = if Some(third) == memory {
            let home = self.home(third)?.ok_or("an operand is nowhere")?;
            Source::Memory(home)
        } else {
            Source::Register(self.register[third].ok_or("an operand is nowhere")?)
        };
        let to = self.vector(number);
        self.two(code, to, second, third)?;
        self.consume_all(value);
        self.hold(number, value);
        Ok(())
    }

    fn compare(
        &mut self,
        value: Value,
        comparison: Comparison,
        a: Value,
        b: Value,
    ) -> Result<(), String> {
        let first = self.in_register(a)?;
        let second = self.source(b)?;
        self.consume_all(value);
        // Ordered and quiet; "not equal" is true of NaN.
        let how = match comparison {
            Comparison::Less => 0x11_u32,
            Comparison::LessEqual => 0x12,
            Comparison::Equal => 0x00,
            Comparison::NotEqual => 0x04,
        };
        let to = if self.width == Width::Avx512 {
            let number = self.free_mask(None)?;
            self.held_masks[number as usize] = Some(value);
            self.register[value] = Some(number);
            Register::K0 + u32::from(number)
        } else {
            self.result(value)?
        };
        let code = self.code(Operation::Compare);
        let first = self.vector(first);
        let made = match second {
            Source::Register(b) => {
                Instruction::with4(code, to, first, self.vector(b), how)
            }
            Source::Memory(b) => Instruction::with4(code, to, first, b, how),
        };
        self.push(made)
    }

    fn choose(
        &mut self,
        value: Value,
        condition: Value,
        then: Value,
        otherwise: Value,
    ) -> Result<(), String> {
        let code = self.code(Operation::Blend);
        if self.width == Width::Avx512 {
            let mask = self.in_mask(condition)?;
            let second = self.in_register(otherwise)?;
            let first = self.source(then)?;
            self.consume_all(value);
            let to = self.result(value)?;
            self.two(code, to, second, first)?;
            if let Some(last) = self.out.last_mut() {
                last.set_op_mask(mask);
            }
            return Ok(());
        }
        let mask = self.in_register(condition)?;
        let second = self.in_register(otherwise)?;
        let first = self.source(then)?;
        self.consume_all(value);
        let to = self.result(value)?;
        let (mask, second) = (self.vector(mask), self.vector(second));
        let made = match first {
            Source::Register(first) => {
                Instruction::with4(code, to, second, self.vector(first), mask)
            }
            Source::Memory(first) => Instruction::with4(code, to, second, first, mask),
        };
        self.push(made)
    }

    fn number(&mut self, value: Value, condition: Value) -> Result<(), String> {
        let one = self.one()?;
        if self.width == Width::Avx512 {
            let mask = self.in_mask(condition)?;
            self.consume(condition);
            let to = self.result(value)?;
            let code = self.code(Operation::Load);
            self.push(Instruction::with2(code, to, one))?;
            if let Some(last) = self.out.last_mut() {
                last.set_op_mask(mask);
                last.set_zeroing_masking(true);
            }
            return Ok(());
        }
        let mask = self.in_register(condition)?;
        self.consume(condition);
        let to = self.result(value)?;
        let code = self.code(Operation::And);
        self.two(code, to, mask, Source::Memory(one))
    }

    /// The pool's 1, which is there wherever a comparison is a number.
    fn one(&self) -> Result<MemoryOperand, String> {
        let bits =
            if self.double { 1.0_f64.to_bits() } else { u64::from(1.0_f32.to_bits()) };
        let entry = self
            .body
            .pool
            .iter()
            .position(|entry| *entry == Entry::Bits(bits))
            .ok_or("the pool has no 1")?;
        let place = self.pool_start() + entry * self.width.bytes();
        Ok(Self::in_block(place as i64))
    }
}
