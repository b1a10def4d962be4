//! A plan's kernels as CUDA C.
//!
//! The text is for NVRTC with `--fmad=false`: a product and a sum are joined only where the graph has [`holor_field::Op::MultiplyAdd`],
//! so that every number has the bits that the interpreter gives; transforms of lines say themselves what they join. Only these wait for
//! other threads of their block: all others can be carried out one thread after another, which is how the tests run them on a processor.

mod fixed;
pub(crate) mod fourier;
mod ghosts;
pub(crate) mod lines;
pub(crate) mod matrices;
mod program;
mod text;
pub(crate) mod wide;

use std::fmt::Write;

use holor_field::layout::{Layout, Region};
use holor_field::plan::Plan;
use holor_field::{FieldResult, Precision};

pub(crate) use fixed::Fixed;
pub(crate) use ghosts::{Signs, count as count_ghosts};
use lines::Lines;
pub(crate) use program::{Binding, Complex, Form, marching};

/// The type of a kernel's parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Numbers in the plan's precision that are only read, by this kernel and meanwhile.
    Constants,
    /// Numbers in the plan's precision.
    Reals,
    /// Numbers in the plan's precision that are only read here, but may be written by this kernel through another pointer.
    Sources,
    /// Complex numbers in the plan's precision that are only read, by this kernel and meanwhile.
    ConstantPairs,
    /// Complex numbers in the plan's precision.
    Pairs,
    /// Numbers in double precision that are only read, by this kernel and meanwhile.
    ConstantDoubles,
    /// Numbers in double precision.
    Doubles,
    /// Whole numbers of 32 bits.
    Integers,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A number in double precision.
    Double,
}

impl Type {
    /// As it is written in C.
    pub fn text(self) -> &'static str {
        match self {
            Type::Constants => "const real *__restrict__",
            Type::Reals => "real *",
            Type::Sources => "const real *",
            Type::ConstantPairs => "const pair *__restrict__",
            Type::Pairs => "pair *",
            Type::ConstantDoubles => "const double *__restrict__",
            Type::Doubles => "double *",
            Type::Integers => "const int *__restrict__",
            Type::Integer => "int",
            Type::Long => "long long",
            Type::Double => "double",
        }
    }
}

/// A kernel.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Its name in the text.
    pub name: String,
    /// The parameters in order, with their names.
    pub parameters: Vec<(Type, String)>,
    /// The plan's program that it carries out, if it is one's.
    pub program: Option<usize>,
    /// Its text.
    pub text: String,
    /// Bytes of shared memory of a block.
    pub shared: u64,
}

impl Kernel {
    fn new(
        name: String,
        note: &str,
        parameters: Vec<(Type, String)>,
        program: Option<usize>,
        body: &str,
    ) -> Self {
        let list: Vec<String> = parameters
            .iter()
            .map(|(kind, name)| {
                let kind = kind.text();
                let space = if kind.ends_with('*') { "" } else { " " };
                format!("{kind}{space}{name}")
            })
            .collect();
        let mut text = String::new();
        for line in note.lines() {
            let _ = writeln!(text, "// {line}");
        }
        let _ = write!(
            text,
            "extern \"C\" __global__ void __launch_bounds__({THREADS})\n{name}(\n    {})\n{{\n{body}}}\n",
            list.join(",\n    ")
        );
        Self { name, parameters, program, text, shared: 0 }
    }

    /// Another number of threads of a block, which share so many bytes of memory.
    fn threads(&mut self, threads: u32, shared: u64) {
        let bounds = |threads: u32| format!("__launch_bounds__({threads})");
        self.text = self.text.replacen(&bounds(THREADS), &bounds(threads), 1);
        self.shared = shared;
    }
}

/// The most threads of a block but for those of lines.
pub(crate) const THREADS: u32 = 256;

/// All kernels of a plan.
#[derive(Clone, Debug)]
pub struct Source {
    /// The whole text.
    pub text: String,
    /// The kernels in its order.
    pub kernels: Vec<Kernel>,
    /// The precision that `real` stands for.
    pub precision: Precision,
}

/// Gathers kernels, each once.
pub(crate) struct Writer<'a> {
    plan: &'a Plan,
    precision: Precision,
    kernels: Vec<Kernel>,
    known: Vec<(Key, usize)>,
    /// Operations that kernels of several cells a thread may still have.
    wide_left: usize,
}

/// What makes a kernel different from another.
#[derive(Clone, Debug, PartialEq)]
enum Key {
    Program {
        program: usize,
        strides: [usize; 3],
        march: usize,
        binding: Binding,
        form: Form,
    },
    /// The cells of the row that are computed say whether it is possible.
    Wide {
        program: usize,
        layout: Layout,
        march: usize,
        binding: Binding,
        row: [isize; 2],
    },
    Ghosts(Layout, Vec<Signs>),
    Lines(Box<Lines>),
    Fixed(Fixed),
}

impl<'a> Writer<'a> {
    pub(crate) fn new(plan: &'a Plan, precision: Precision) -> Self {
        Self {
            plan,
            precision,
            kernels: Vec::new(),
            known: Vec::new(),
            wide_left: wide::BUDGET,
        }
    }

    fn once(
        &mut self,
        key: Key,
        make: impl FnOnce(&Self) -> FieldResult<Kernel>,
    ) -> FieldResult<usize> {
        if let Some((_, place)) = self.known.iter().find(|(known, _)| *known == key) {
            return Ok(*place);
        }
        let kernel = make(self)?;
        self.kernels.push(kernel);
        self.known.push((key, self.kernels.len() - 1));
        Ok(self.kernels.len() - 1)
    }

    /// The kernel of a program for arrays of this layout.
    pub(crate) fn program(
        &mut self,
        program: usize,
        layout: &Layout,
        march: usize,
        binding: Binding,
        form: Form,
    ) -> FieldResult<usize> {
        let key = Key::Program {
            program,
            strides: layout.strides,
            march,
            binding: binding.clone(),
            form,
        };
        self.once(key, |writer| {
            let number = writer.kernels.len();
            program::write(
                writer.plan,
                writer.precision,
                program,
                &program::Shape { layout, march, binding: &binding, form, number },
            )
        })
    }

    /// The kernel of a program with several cells for each thread, where that is possible.
    pub(crate) fn wide(
        &mut self,
        program: usize,
        layout: &Layout,
        march: usize,
        binding: Binding,
        region: &Region,
    ) -> FieldResult<Option<usize>> {
        let row = [region.start[2], region.end[2]];
        let of = binding.clone();
        let key = Key::Wide { program, layout: *layout, march, binding: of, row };
        if let Some((_, place)) = self.known.iter().find(|(known, _)| *known == key) {
            return Ok(Some(*place));
        }
        let (form, number) = (Form::Cells, self.kernels.len());
        let shape = program::Shape { layout, march, binding: &binding, form, number };
        let (plan, precision, left) = (self.plan, self.precision, self.wide_left);
        let kernel = wide::write(plan, precision, program, &shape, region, left)?;
        Ok(kernel.map(|(kernel, operations)| {
            self.wide_left -= operations;
            self.kernels.push(kernel);
            self.known.push((key, number));
            number
        }))
    }

    /// The kernel that fills ghosts of arrays that wrap in the same dimensions.
    pub(crate) fn ghosts(
        &mut self,
        layout: &Layout,
        arrays: &[Signs],
    ) -> FieldResult<usize> {
        self.once(Key::Ghosts(*layout, arrays.to_vec()), |writer| {
            Ok(ghosts::write(layout, arrays, writer.kernels.len()))
        })
    }

    /// The kernel that takes lines through transforms and programs.
    pub(crate) fn lines(&mut self, lines: Lines) -> FieldResult<usize> {
        self.once(Key::Lines(Box::new(lines.clone())), |writer| {
            lines::write(writer.plan, writer.precision, &lines, writer.kernels.len())
        })
    }

    /// One of the kernels that are the same for all plans.
    pub(crate) fn fixed(&mut self, fixed: Fixed) -> FieldResult<usize> {
        self.once(Key::Fixed(fixed.clone()), |writer| {
            let number = writer.kernels.len();
            fixed::write(&fixed, number, writer.plan, writer.precision)
        })
    }

    pub(crate) fn kernel(&self, place: usize) -> &Kernel {
        &self.kernels[place]
    }

    pub(crate) fn finish(self) -> Source {
        let mut text = fixed::prologue(self.precision);
        let mut types = self.kernels.iter().flat_map(|kernel| &kernel.parameters);
        if types.any(|(kind, _)| matches!(kind, Type::Pairs | Type::ConstantPairs)) {
            text.push_str(fixed::PAIR);
        }
        if self.known.iter().any(|(key, _)| matches!(key, Key::Wide { .. })) {
            text.push_str(fixed::wide(self.precision));
        }
        let radices = self.known.iter().flat_map(|(key, _)| match key {
            Key::Lines(lines) => lines.shape.radices.radices.as_slice(),
            _ => &[],
        });
        let mut radices: Vec<usize> = radices.copied().collect();
        radices.sort_unstable();
        radices.dedup();
        if !radices.is_empty() {
            text.push_str(&fourier::functions(&radices, self.precision));
        }
        for kernel in &self.kernels {
            text.push('\n');
            text.push_str(&kernel.text);
        }
        Source { text, kernels: self.kernels, precision: self.precision }
    }
}
