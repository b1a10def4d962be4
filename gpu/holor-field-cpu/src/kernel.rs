//! A program compiled for rows of cells in all ways that the machine offers.

use holor_field::Precision;
use holor_field::layout::Layout;
use holor_field::plan::{Program, Table};
use iced_x86::{Decoder, DecoderOptions, Formatter, GasFormatter, Instruction};

use crate::body::{Body, Target};
use crate::code::{Executable, Width};
use crate::emit::{block, emit};
use crate::tape::{Call, Tape};

/// Bytes that stay in the nearest cache.
const NEAREST: usize = 24 << 10;
/// Widths of strips are multiples of so many cells, and at least twice as many.
const SHORTEST: usize = 64;
/// Rows for which strips are not worth it.
const FEW: usize = 4;

/// A compiled program.
#[derive(Debug)]
pub(crate) struct Kernel {
    pub(crate) body: Body,
    pub(crate) codes: Vec<Compiled>,
    /// Bytes that each pointer moves from cell to cell.
    cell_strides: Vec<usize>,
    /// Cells of a row after which the next row is begun, lest a row that is needed again has left the nearest cache.
    strip: usize,
}

/// Machine code of one width.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) width: Width,
    code: Executable,
    length: usize,
    pool: usize,
    bytes: usize,
    /// Rows that are done at a time; one code of its width before it does one.
    rows: usize,
}

/// What a thread needs to call a kernel: the blocks of its codes, or a tape.
#[derive(Debug)]
pub(crate) struct Workspace {
    blocks: Vec<Block>,
    double: Tape<f64>,
    single: Tape<f32>,
    /// The scalars that the pools were filled with.
    scalars: Option<Vec<f64>>,
    scratch: Vec<f64>,
}

/// Bytes at a multiple of 64.
#[derive(Debug)]
struct Block {
    words: Vec<u64>,
    shift: usize,
}

impl Block {
    fn new(bytes: usize) -> Self {
        let words = vec![0_u64; bytes.div_ceil(8) + 8];
        let shift = words.as_ptr().align_offset(64);
        Self { words, shift: shift.min(8) }
    }

    fn word(&mut self, byte: usize) -> &mut u64 {
        &mut self.words[self.shift + byte / 8]
    }

    fn start(&mut self) -> *mut u8 {
        self.words[self.shift..].as_mut_ptr().cast()
    }
}

impl Kernel {
    /// Compiles a program for arrays of this layout. `widths` says for which vectors; for none, and where distances are too
    /// large for instructions, the tape is used.
    pub(crate) fn new(
        program: &Program,
        layout: &Layout,
        tables: &[Table],
        precision: Precision,
        late: &[bool],
        widths: &[Width],
    ) -> Result<Self, String> {
        let body = Body::new(program, layout, tables, precision, late)
            .map_err(|_| "the arrays are too large for one program".to_owned())?;
        let mut codes = Vec::new();
        for width in widths {
            for emitted in emit(&body, *width)? {
                let code = Executable::new(&emitted.code).map_err(|e| e.to_string())?;
                let (pool, bytes, rows) = (emitted.pool, emitted.bytes, emitted.rows);
                let (width, length) = (*width, emitted.code.len());
                codes.push(Compiled { width, code, length, pool, bytes, rows });
            }
        }
        let size = precision.bytes() as usize;
        let along = |target: &Target| match target {
            Target::Slot(_) | Target::Reduction(_) => size,
            Target::Table(table) if tables[*table].dimension == 2 => size,
            Target::Table(_) => 0,
        };
        let cell_strides = body.pointers.iter().map(along).collect();
        // Of more rows none stay near, however short.
        let strip = body.rows().map(|rows| NEAREST / (rows * size));
        let strip = strip.filter(|strip| *strip >= 2 * SHORTEST).unwrap_or(usize::MAX);
        Ok(Self { body, codes, cell_strides, strip })
    }

    /// Memory for a thread.
    pub(crate) fn workspace(&self) -> Workspace {
        Workspace {
            blocks: self.codes.iter().map(|code| Block::new(code.bytes)).collect(),
            double: Tape::default(),
            single: Tape::default(),
            scalars: None,
            scratch: Vec::with_capacity(self.body.uniform.len()),
        }
    }

    /// Puts constants and what follows from the scalars into the pools.
    pub(crate) fn set(&self, workspace: &mut Workspace, scalars: &[f64]) {
        let bits = |x: &[f64], y: &[f64]| {
            x.iter().zip(y).all(|(x, y)| x.to_bits() == y.to_bits())
        };
        if let Some(known) = &workspace.scalars
            && (!self.body.has_uniforms() || bits(known, scalars))
        {
            return;
        }
        let double = self.body.precision == Precision::Double;
        let mut scratch = std::mem::take(&mut workspace.scratch);
        let (blocks, codes) = (&mut workspace.blocks, &self.codes);
        let (f64s, f32s) = (&mut workspace.double, &mut workspace.single);
        self.body.fill_pool(scalars, &mut scratch, |entry, bits| {
            for (block, code) in blocks.iter_mut().zip(codes) {
                let bytes = code.width.bytes();
                let word = if double { bits } else { bits << 32 | bits };
                for place in (0..bytes).step_by(8) {
                    *block.word(code.pool + entry * bytes + place) = word;
                }
            }
            if codes.is_empty() && double {
                f64s.put(entry, bits);
            } else if codes.is_empty() {
                f32s.put(entry, bits);
            }
        });
        workspace.scratch = scratch;
        match &mut workspace.scalars {
            Some(known) => known.copy_from_slice(scalars),
            none => *none = Some(scalars.to_vec()),
        }
    }

    /// The pointers that a call needs, in order.
    pub(crate) fn targets(&self) -> &[Target] {
        &self.body.pointers
    }

    /// Carries out rows of so many cells with the code of this number.
    ///
    /// # Safety
    /// [`Kernel::set`] must have been called; each pointer must be that of its target at the first cell, and for all of the
    /// rows every load and store of the program, rounded up to whole vectors for loads, must stay in its array; no
    /// other thread may write what is read or read or write what is written.
    pub(crate) unsafe fn call(
        &self,
        code: usize,
        workspace: &mut Workspace,
        pointers: &mut [*mut u8],
        rows: usize,
        cells: usize,
    ) {
        if rows == 0 || cells == 0 {
            return;
        }
        let strips = if rows < FEW { 1 } else { cells.div_ceil(self.strip) };
        let width = cells.div_ceil(strips).next_multiple_of(SHORTEST);
        for first in (0..cells).step_by(width) {
            let cells = width.min(cells - first);
            // SAFETY: as promised by the caller.
            unsafe { self.call_strip(code, workspace, pointers, [0, rows], cells) };
            for (pointer, stride) in pointers.iter_mut().zip(&self.cell_strides) {
                *pointer = pointer.wrapping_add(cells * stride);
            }
        }
    }

    /// The rows from the first up to the end, of the rows that begin at the pointers.
    ///
    /// # Safety
    /// See [`Self::call`].
    unsafe fn call_strip(
        &self,
        code: usize,
        workspace: &mut Workspace,
        pointers: &[*mut u8],
        [first, end]: [usize; 2],
        cells: usize,
    ) {
        let Some(compiled) = self.codes.get(code) else {
            let call = Call { body: &self.body, pointers, rows: end - first, cells };
            // SAFETY: as promised by the caller.
            unsafe {
                match self.body.precision {
                    Precision::Double => workspace.double.run(&call),
                    Precision::Single => workspace.single.run(&call),
                }
            }
            return;
        };
        // What is left when rows are done two at a time is done by the code before.
        let times = (end - first) / compiled.rows;
        let left = first + times * compiled.rows;
        if left < end {
            // SAFETY: as promised by the caller.
            unsafe { self.call_strip(code - 1, workspace, pointers, [left, end], cells) };
        }
        if times == 0 {
            return;
        }
        let Some(block) = workspace.blocks.get_mut(code) else { return };
        let size = self.body.precision.bytes() as usize;
        let lanes = compiled.width.bytes() / size;
        let tail = cells % lanes;
        *block.word(block::ROWS as usize) = times as u64;
        *block.word(block::FULL as usize) = (cells - tail) as u64;
        *block.word(block::TAIL as usize) = tail as u64;
        *block.word(block::BITS as usize) = (1 << tail) - 1;
        if compiled.width == Width::Avx2 && tail > 0 {
            for word in 0..4 {
                let at = |lane: usize| if lane < tail { u64::MAX } else { 0 };
                *block.word(block::MASK as usize + 8 * word) = if size == 8 {
                    at(word)
                } else {
                    (at(2 * word) & 0xffff_ffff) | (at(2 * word + 1) << 32)
                };
            }
        }
        let strides = &self.body.row_strides;
        for (place, (pointer, stride)) in pointers.iter().zip(strides).enumerate() {
            let pointer = pointer.wrapping_offset(first as isize * *stride as isize);
            *block.word(block::POINTERS as usize + 8 * place) = pointer as usize as u64;
        }
        run_code(compiled, block);
    }

    /// The instructions, for people.
    pub(crate) fn listing(&self) -> String {
        let mut text = String::new();
        for code in &self.codes {
            text += &format!("{:?}, {} bytes\n", code.width, code.length);
            let bytes = &code.code.bytes()[..code.length];
            let mut decoder = Decoder::with_ip(64, bytes, 0, DecoderOptions::NONE);
            let mut formatter = GasFormatter::new();
            let mut instruction = Instruction::default();
            while decoder.can_decode() {
                decoder.decode_out(&mut instruction);
                text += &format!("{:5x}  ", instruction.ip());
                formatter.format(&instruction, &mut text);
                text.push('\n');
            }
        }
        text
    }
}

#[cfg(target_arch = "x86_64")]
fn run_code(compiled: &Compiled, block: &mut Block) {
    // SAFETY: the memory holds a whole function of this type that `emit` made for instructions which the machine has (`Width::available`); the block
    // has the bytes that it uses. What its pointers reach is the promise of `Kernel::call`.
    unsafe {
        let function: unsafe extern "sysv64" fn(*mut u8) =
            std::mem::transmute(compiled.code.start());
        function(block.start());
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn run_code(_compiled: &Compiled, _block: &mut Block) {}
