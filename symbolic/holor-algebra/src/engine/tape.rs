//! Expressions as straight-line programs over `f64` and complex numbers.
//!
//! Each distinct subexpression is one instruction and one register, so common parts are computed once.
//! Running takes no lock and, with a scratch buffer, allocates nothing.

use std::collections::HashMap;

use num_traits::ToPrimitive;
use symplex::num_complex::Complex64;
use symplex::prelude::{CompiledFn, Context, Ex};

use super::failure::{invalid, not_found};
use crate::complex;
use crate::{
    AlgebraError, AlgebraResult, Constant, Expr, Function, Node, Relation, Symbol,
};

/// Most instructions of one program.
const LENGTH_LIMIT: usize = 2_000_000;

/// One instruction; numbers are registers, which are positions of earlier instructions.
#[derive(Clone, Debug)]
enum Step {
    Constant(f64),
    Imaginary,
    Variable(usize),
    Add(usize, usize),
    Multiply(usize, usize),
    WholePower(usize, i32),
    Power(usize, usize),
    Root(usize),
    Exponential(usize),
    Elementary(Function, usize),
    Pair(Function, usize, usize),
    Compare(Relation, usize, usize),
    And(usize, usize),
    Or(usize, usize),
    Not(usize),
    Select(usize, usize, usize),
    Special(usize),
}

/// A special function of some registers: quick in `f64` where the algebra crate has a routine for it.
#[derive(Clone)]
struct Special {
    quick: Option<CompiledFn>,
    /// Whether its values at real arguments are real, so that the quick routine gives them among complex ones as well.
    real_on_reals: bool,
    body: Ex,
    variables: Vec<Ex>,
    registers: Vec<usize>,
}

impl std::fmt::Debug for Special {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.body)
    }
}

/// A straight-line program; its last register is the result.
#[derive(Clone, Debug)]
pub(super) struct Tape {
    steps: Vec<Step>,
    specials: Vec<Special>,
    variables: usize,
}

impl Tape {
    /// Compiles an expression of these variables.
    pub(super) fn compile(expr: &Expr, variables: &[Symbol]) -> AlgebraResult<Self> {
        let mut compiler = Compiler {
            tape: Self {
                steps: Vec::new(),
                specials: Vec::new(),
                variables: variables.len(),
            },
            positions: variables.iter().cloned().zip(0..).collect(),
            registers: HashMap::new(),
            context: None,
        };
        let result = compiler.compile(expr)?;
        if result + 1 != compiler.tape.steps.len() {
            let one = compiler.push(Step::Constant(1.0));
            compiler.push(Step::Multiply(result, one));
        }
        Ok(compiler.tape)
    }

    pub(super) fn variables(&self) -> usize {
        self.variables
    }

    /// The real value; NaN where there is none.
    pub(super) fn run_real(&self, arguments: &[f64], registers: &mut Vec<f64>) -> f64 {
        registers.clear();
        for step in &self.steps {
            let at =
                |register: &usize| registers.get(*register).copied().unwrap_or(f64::NAN);
            let value = match step {
                Step::Constant(value) => *value,
                Step::Imaginary => f64::NAN,
                Step::Variable(index) => {
                    arguments.get(*index).copied().unwrap_or(f64::NAN)
                }
                Step::Add(a, b) => at(a) + at(b),
                Step::Multiply(a, b) => at(a) * at(b),
                Step::WholePower(a, n) => at(a).powi(*n),
                Step::Power(a, b) => at(a).powf(at(b)),
                Step::Root(a) => at(a).sqrt(),
                Step::Exponential(a) => at(a).exp(),
                Step::Elementary(function, a) => real_elementary(*function, at(a)),
                Step::Pair(function, a, b) => real_pair(*function, at(a), at(b)),
                Step::Compare(relation, a, b) => compare(*relation, at(a), at(b)),
                Step::And(a, b) => truth(at(a), at(b), |a, b| a && b),
                Step::Or(a, b) => truth(at(a), at(b), |a, b| a || b),
                Step::Not(a) => 1.0 - at(a),
                Step::Select(condition, a, b) => match at(condition) {
                    c if c.is_nan() => f64::NAN,
                    0.0 => at(b),
                    _ => at(a),
                },
                Step::Special(index) => match self.specials.get(*index) {
                    Some(special) => special.real(registers),
                    None => f64::NAN,
                },
            };
            registers.push(value);
        }
        registers.last().copied().unwrap_or(f64::NAN)
    }

    /// The complex value; NaN parts where there is none.
    pub(super) fn run_complex(
        &self,
        arguments: &[Complex64],
        registers: &mut Vec<Complex64>,
    ) -> Complex64 {
        const NONE: Complex64 = Complex64::new(f64::NAN, f64::NAN);
        registers.clear();
        for step in &self.steps {
            let at = |register: &usize| registers.get(*register).copied().unwrap_or(NONE);
            let value = match step {
                Step::Constant(value) => Complex64::new(*value, 0.0),
                Step::Imaginary => Complex64::i(),
                Step::Variable(index) => arguments.get(*index).copied().unwrap_or(NONE),
                Step::Add(a, b) => at(a) + at(b),
                Step::Multiply(a, b) => at(a) * at(b),
                Step::WholePower(a, n) => complex::whole_power(at(a), *n),
                Step::Power(a, b) => complex_power(at(a), at(b)),
                Step::Root(a) => complex::sqrt(at(a)),
                Step::Exponential(a) => complex::exp(at(a)),
                Step::Elementary(function, a) => complex_elementary(*function, at(a)),
                Step::Pair(function, a, b) => {
                    match (real_part(at(a)), real_part(at(b))) {
                        (Some(a), Some(b)) => {
                            Complex64::new(real_pair(*function, a, b), 0.0)
                        }
                        _ => NONE,
                    }
                }
                Step::Compare(relation, a, b) => complex_compare(*relation, at(a), at(b)),
                Step::And(a, b) => truth(at(a).re, at(b).re, |a, b| a && b).into(),
                Step::Or(a, b) => truth(at(a).re, at(b).re, |a, b| a || b).into(),
                Step::Not(a) => (1.0 - at(a).re).into(),
                Step::Select(condition, a, b) => match at(condition).re {
                    c if c.is_nan() => NONE,
                    0.0 => at(b),
                    _ => at(a),
                },
                Step::Special(index) => match self.specials.get(*index) {
                    Some(special) => special.complex(registers),
                    None => NONE,
                },
            };
            // On the real axis there is one zero: the side of a cut does not depend on how a real value was reached.
            registers.push(match value.im == 0.0 {
                true => Complex64::new(value.re, 0.0),
                false => value,
            });
        }
        registers.last().copied().unwrap_or(NONE)
    }

    /// Whether it calls functions whose complex values take arbitrary-precision arithmetic.
    pub(super) fn is_slow(&self) -> bool {
        !self.specials.is_empty()
    }
}

struct Compiler {
    tape: Tape,
    positions: HashMap<Symbol, usize>,
    registers: HashMap<Expr, usize>,
    context: Option<Context>,
}

impl Compiler {
    fn push(&mut self, step: Step) -> usize {
        self.tape.steps.push(step);
        self.tape.steps.len() - 1
    }

    fn compile(&mut self, root: &Expr) -> AlgebraResult<usize> {
        let mut stack = vec![(root.clone(), false)];
        while let Some((expr, ready)) = stack.pop() {
            if self.registers.contains_key(&expr) {
                continue;
            }
            if !ready && !binds(&expr) {
                stack.push((expr.clone(), true));
                stack.extend(
                    expr.children().into_iter().rev().map(|child| (child.clone(), false)),
                );
                continue;
            }
            let register = self.step(&expr)?;
            self.registers.insert(expr, register);
            if self.tape.steps.len() > LENGTH_LIMIT {
                return Err(AlgebraError::TooLarge {
                    operation: "compile",
                    reason: format!("more than {LENGTH_LIMIT} instructions"),
                });
            }
        }
        self.register(root)
    }

    fn register(&self, expr: &Expr) -> AlgebraResult<usize> {
        self.registers.get(expr).copied().ok_or_else(|| AlgebraError::Internal {
            reason: "a part was not compiled before the whole".into(),
        })
    }

    fn fold(
        &mut self,
        items: &[Expr],
        empty: f64,
        combine: impl Fn(usize, usize) -> Step,
    ) -> AlgebraResult<usize> {
        let mut registers = items.iter().map(|item| self.register(item));
        let Some(first) = registers.next() else {
            return Ok(self.push(Step::Constant(empty)));
        };
        let rest = registers.collect::<AlgebraResult<Vec<_>>>()?;
        let mut result = first?;
        for register in rest {
            result = self.push(combine(result, register));
        }
        Ok(result)
    }

    fn step(&mut self, expr: &Expr) -> AlgebraResult<usize> {
        let step = match expr.node() {
            Node::Number(number) => Step::Constant(number.to_f64().unwrap_or(f64::NAN)),
            Node::Decimal(decimal) => Step::Constant(decimal.to_f64()),
            Node::Symbol(symbol) => match self.positions.get(symbol) {
                Some(position) => Step::Variable(*position),
                None => {
                    return Err(invalid("compile", format!("`{symbol}` has no value")));
                }
            },
            Node::Constant(constant) => match constant_value(*constant) {
                Some(value) => Step::Constant(value),
                None if *constant == Constant::I => Step::Imaginary,
                None => Step::Constant(f64::NAN),
            },
            Node::Add(items) => return self.fold(items, 0.0, Step::Add),
            Node::Mul(items) => return self.fold(items, 1.0, Step::Multiply),
            Node::Power(base, exponent) => return self.power(base, exponent),
            Node::Call(function, items) => return self.call(expr, *function, items),
            Node::Apply(function, _) => {
                return Err(invalid(
                    "compile",
                    format!("the function `{function}` is not defined"),
                ));
            }
            Node::Relation(relation, left, right) => {
                Step::Compare(*relation, self.register(left)?, self.register(right)?)
            }
            Node::And(items) => return self.fold(items, 1.0, Step::And),
            Node::Or(items) => return self.fold(items, 0.0, Step::Or),
            Node::Not(inner) => Step::Not(self.register(inner)?),
            Node::Truth(value) => Step::Constant(f64::from(u8::from(*value))),
            Node::Piecewise(branches) => {
                let mut result = self.push(Step::Constant(f64::NAN));
                for (value, condition) in branches.iter().rev() {
                    let (value, condition) =
                        (self.register(value)?, self.register(condition)?);
                    result = self.push(Step::Select(condition, value, result));
                }
                return Ok(result);
            }
        };
        Ok(self.push(step))
    }

    fn power(&mut self, base: &Expr, exponent: &Expr) -> AlgebraResult<usize> {
        if let Node::Constant(Constant::E) = base.node() {
            let exponent = self.register(exponent)?;
            return Ok(self.push(Step::Exponential(exponent)));
        }
        let register = self.register(base)?;
        if let Some(power) = exponent.as_integer().and_then(ToPrimitive::to_i32) {
            return Ok(self.push(Step::WholePower(register, power)));
        }
        if let Some(power) = exponent.as_number()
            && *power.denom() == 2.into()
            && let Some(power) = power.numer().to_i32()
        {
            let root = self.push(Step::Root(register));
            return Ok(match power {
                1 => root,
                _ => self.push(Step::WholePower(root, power)),
            });
        }
        let exponent = self.register(exponent)?;
        Ok(self.push(Step::Power(register, exponent)))
    }

    fn call(
        &mut self,
        expr: &Expr,
        function: Function,
        items: &[Expr],
    ) -> AlgebraResult<usize> {
        match (function, items) {
            (Function::Min | Function::Max, _) => {
                let pair = |a, b| Step::Pair(function, a, b);
                self.fold(items, f64::NAN, pair)
            }
            (Function::Atan2, [y, x]) => {
                let step = Step::Pair(function, self.register(y)?, self.register(x)?);
                Ok(self.push(step))
            }
            (_, [x]) if is_elementary(function) => {
                let step = Step::Elementary(function, self.register(x)?);
                Ok(self.push(step))
            }
            _ => self.special(expr, function, items),
        }
    }

    /// A function without a routine here: constants are built in, everything else is an argument.
    fn special(
        &mut self,
        expr: &Expr,
        function: Function,
        items: &[Expr],
    ) -> AlgebraResult<usize> {
        let session = super::Session::new(std::sync::Arc::default(), super::USUAL_DIGITS);
        let mut registers = Vec::new();
        let mut names = Vec::new();
        let body = if binds(expr) {
            for symbol in expr.free_symbols() {
                let variable = Expr::symbol(symbol.name());
                registers.push(self.compile(&variable)?);
                names.push(symbol);
            }
            expr.clone()
        } else {
            let mut arguments = Vec::new();
            for (index, item) in items.iter().enumerate() {
                if item.free_symbols().is_empty() {
                    arguments.push(item.clone());
                } else {
                    let name = Symbol::new(&format!("argument{index}"));
                    registers.push(self.register(item)?);
                    arguments.push(Expr::symbol(name.name()));
                    names.push(name);
                }
            }
            Expr::call(function, arguments)
        };
        let body = session.value(&body)?;
        let variables = names
            .iter()
            .map(|name| session.symbol(name))
            .collect::<AlgebraResult<Vec<_>>>()?;
        let texts: Vec<&str> = names.iter().map(Symbol::name).collect();
        let quick = body.compile(&texts).ok();
        if quick.is_none() && function == Function::Order {
            return Err(not_found("compile", "a remainder term has no value"));
        }
        self.context.get_or_insert_with(|| session.context.clone());
        let real_on_reals = is_real_on_reals(function, items);
        self.tape.specials.push(Special {
            quick,
            real_on_reals,
            body,
            variables,
            registers,
        });
        let index = self.tape.specials.len() - 1;
        Ok(self.push(Step::Special(index)))
    }
}

/// Whether some of its parts have a variable of their own, so that they are not compiled by themselves.
fn binds(expr: &Expr) -> bool {
    matches!(
        expr.node(),
        Node::Call(
            Function::Derivative
                | Function::Integral
                | Function::Sum
                | Function::Product
                | Function::Limit
                | Function::RootOf
                | Function::RootSum
                | Function::Order
                | Function::Substitution,
            _
        )
    )
}

/// Entire functions, and the gamma function, that are real at all real arguments.
fn is_real_on_reals(function: Function, items: &[Expr]) -> bool {
    let whole = items.first().is_some_and(|order| order.as_integer().is_some());
    match function {
        Function::Gamma
        | Function::Erf
        | Function::Erfc
        | Function::Erfi
        | Function::AiryAi
        | Function::AiryBi
        | Function::AiryAiPrime
        | Function::AiryBiPrime => true,
        Function::BesselJ
        | Function::BesselI
        | Function::Legendre
        | Function::ChebyshevT
        | Function::ChebyshevU
        | Function::Hermite
        | Function::Laguerre => whole,
        _ => false,
    }
}

fn constant_value(constant: Constant) -> Option<f64> {
    match constant {
        Constant::Pi => Some(std::f64::consts::PI),
        Constant::E => Some(std::f64::consts::E),
        Constant::EulerGamma => Some(0.577_215_664_901_532_9),
        Constant::Catalan => Some(0.915_965_594_177_219),
        Constant::GoldenRatio => Some(1.618_033_988_749_895),
        Constant::Infinity => Some(f64::INFINITY),
        Constant::I | Constant::ComplexInfinity | Constant::Undefined => None,
    }
}

fn is_elementary(function: Function) -> bool {
    (function <= Function::Log && function != Function::Atan2)
        || matches!(
            function,
            Function::Abs
                | Function::Sign
                | Function::Floor
                | Function::Ceiling
                | Function::Heaviside
                | Function::Re
                | Function::Im
                | Function::Conjugate
                | Function::Arg
        )
}

fn real_elementary(function: Function, x: f64) -> f64 {
    match function {
        Function::Sin => x.sin(),
        Function::Cos => x.cos(),
        Function::Tan => x.tan(),
        Function::Cot => x.tan().recip(),
        Function::Sec => x.cos().recip(),
        Function::Csc => x.sin().recip(),
        Function::Asin => x.asin(),
        Function::Acos => x.acos(),
        Function::Atan => x.atan(),
        Function::Sinh => x.sinh(),
        Function::Cosh => x.cosh(),
        Function::Tanh => x.tanh(),
        Function::Asinh => x.asinh(),
        Function::Acosh => x.acosh(),
        Function::Atanh => x.atanh(),
        Function::Log => x.ln(),
        Function::Abs => x.abs(),
        Function::Sign if x == 0.0 => 0.0,
        Function::Sign => x.signum(),
        Function::Floor => x.floor(),
        Function::Ceiling => x.ceil(),
        Function::Heaviside if x == 0.0 => 0.5,
        Function::Heaviside if x.is_nan() => x,
        Function::Heaviside => f64::from(u8::from(x > 0.0)),
        Function::Re | Function::Conjugate => x,
        Function::Im => x * 0.0,
        Function::Arg if x < 0.0 => std::f64::consts::PI,
        Function::Arg if x > 0.0 => 0.0,
        _ => f64::NAN,
    }
}

fn complex_elementary(function: Function, z: Complex64) -> Complex64 {
    let on_reals = |z: Complex64| match real_part(z) {
        Some(x) => Complex64::new(real_elementary(function, x), 0.0),
        None => Complex64::new(f64::NAN, f64::NAN),
    };
    match function {
        Function::Sin => complex::sin(z),
        Function::Cos => complex::cos(z),
        Function::Tan => complex::tan(z),
        Function::Cot => complex::reciprocal(complex::tan(z)),
        Function::Sec => complex::reciprocal(complex::cos(z)),
        Function::Csc => complex::reciprocal(complex::sin(z)),
        Function::Asin => complex::asin(z),
        Function::Acos => complex::acos(z),
        Function::Atan => complex::atan(z),
        Function::Sinh => complex::sinh(z),
        Function::Cosh => complex::cosh(z),
        Function::Tanh => complex::tanh(z),
        Function::Asinh => complex::asinh(z),
        Function::Acosh => complex::acosh(z),
        Function::Atanh => complex::atanh(z),
        Function::Log => complex::log(z),
        Function::Abs => z.norm().into(),
        Function::Sign if z.norm() > 0.0 => z / z.norm(),
        Function::Re => z.re.into(),
        Function::Im => z.im.into(),
        Function::Conjugate => z.conj(),
        Function::Arg if z.norm() > 0.0 => z.arg().into(),
        _ => on_reals(z),
    }
}

fn real_pair(function: Function, a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    match function {
        Function::Min => a.min(b),
        Function::Max => a.max(b),
        Function::Atan2 if a == 0.0 && b == 0.0 => f64::NAN,
        Function::Atan2 => a.atan2(b),
        _ => f64::NAN,
    }
}

fn compare(relation: Relation, a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    let holds = match relation {
        Relation::Equal => a == b,
        Relation::NotEqual => a != b,
        Relation::Less => a < b,
        Relation::LessEqual => a <= b,
        Relation::Greater => a > b,
        Relation::GreaterEqual => a >= b,
    };
    f64::from(u8::from(holds))
}

fn complex_compare(relation: Relation, a: Complex64, b: Complex64) -> Complex64 {
    let value = match (relation, real_part(a), real_part(b)) {
        (_, Some(a), Some(b)) => compare(relation, a, b),
        (Relation::Equal, ..) => f64::from(u8::from(a == b)),
        (Relation::NotEqual, ..) => f64::from(u8::from(a != b)),
        _ => f64::NAN,
    };
    value.into()
}

fn truth(a: f64, b: f64, combine: fn(bool, bool) -> bool) -> f64 {
    if a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    f64::from(u8::from(combine(a != 0.0, b != 0.0)))
}

fn complex_power(base: Complex64, exponent: Complex64) -> Complex64 {
    if base.norm() == 0.0 {
        return match exponent.re {
            re if re > 0.0 => Complex64::new(0.0, 0.0),
            _ if exponent == Complex64::new(0.0, 0.0) => Complex64::new(1.0, 0.0),
            _ => Complex64::new(f64::NAN, f64::NAN),
        };
    }
    complex::exp(exponent * complex::log(base))
}

/// The real part of a number whose imaginary part is rounding error.
fn real_part(z: Complex64) -> Option<f64> {
    (z.im.abs() <= 1e-13 * (1.0 + z.re.abs())).then_some(z.re)
}

impl Special {
    fn real(&self, registers: &[f64]) -> f64 {
        let mut arguments = [0.0; 8];
        if self.registers.len() > arguments.len() {
            return f64::NAN;
        }
        for (slot, register) in arguments.iter_mut().zip(&self.registers) {
            *slot = registers.get(*register).copied().unwrap_or(f64::NAN);
        }
        let arguments = arguments.get(..self.registers.len()).unwrap_or_default();
        match &self.quick {
            Some(quick) => quick.try_call(arguments).unwrap_or(f64::NAN),
            None => {
                let values: Vec<Complex64> =
                    arguments.iter().map(|&value| Complex64::new(value, 0.0)).collect();
                let value = self.slow(&values);
                if value.im == 0.0 { value.re } else { f64::NAN }
            }
        }
    }

    fn complex(&self, registers: &[Complex64]) -> Complex64 {
        let arguments: Vec<Complex64> = self
            .registers
            .iter()
            .map(|register| {
                registers.get(*register).copied().unwrap_or(Complex64::new(f64::NAN, 0.0))
            })
            .collect();
        if self.real_on_reals && arguments.iter().all(|value| value.im == 0.0) {
            let places: Vec<f64> = arguments.iter().map(|value| value.re).collect();
            let value = self.quick.as_ref().and_then(|it| it.try_call(&places).ok());
            if let Some(value) = value.filter(|value| value.is_finite()) {
                return Complex64::new(value, 0.0);
            }
        }
        self.slow(&arguments)
    }

    /// By arbitrary-precision arithmetic.
    fn slow(&self, arguments: &[Complex64]) -> Complex64 {
        let none = Complex64::new(f64::NAN, f64::NAN);
        if arguments.iter().any(|value| !value.re.is_finite() || !value.im.is_finite()) {
            return none;
        }
        let Ok((context, roots)) = compacted(&self.body, &self.variables) else {
            return none;
        };
        let Some((body, variables)) = roots.split_first() else { return none };
        let values: Vec<Ex> = arguments
            .iter()
            .map(|value| match (context.from_f64(value.re), context.from_f64(value.im)) {
                (Ok(re), Ok(im)) => context.complex(&re, &im),
                _ => context.nan(),
            })
            .collect();
        let pairs: Vec<(&Ex, &Ex)> = variables.iter().zip(&values).collect();
        body.subs_map(&pairs).eval_complex64().unwrap_or(none)
    }
}

/// A private copy, so that evaluations neither wait for each other nor leave anything behind.
fn compacted(body: &Ex, variables: &[Ex]) -> Result<(Context, Vec<Ex>), ()> {
    let mut roots = vec![body.clone()];
    roots.extend(variables.iter().cloned());
    Ok(body.context().compact(&roots))
}
