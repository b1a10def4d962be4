//! The syntax tree of a cell.
//!
//! The parser promises:
//! - No tree is higher than [`MAX_HEIGHT`], so recursion over it is safe on an ordinary stack. Operations that are read
//!   from left to right, and so can be long, are one [`AstKind::Chain`] each: `1 + 1 + …` is flat.
//! - [`AstKind::Error`] stands only in trees that come with a diagnostic of severity error.
//! - Parentheses leave no node; the span of what they enclose includes them.
//! - `√x` is a call of `sqrt`, `x²` a power.

mod dump;

use std::sync::Arc;

pub use dump::dump;

use crate::Span;

/// No tree the parser gives is higher than this.
pub const MAX_HEIGHT: usize = 400;

/// A cell: its statements in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The statements.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it does.
    pub kind: StatementKind,
    /// Where it stands.
    pub span: Span,
    /// Whether a `;` after it hides its result.
    pub silent: bool,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `x^2 + 1`
    Expression(Ast),
    /// `f = x^2`
    Assign {
        /// The name defined.
        name: Name,
        /// Its value.
        value: Ast,
    },
    /// `[a, b] = solve(…)`: one name per item.
    Destructure {
        /// The names.
        names: Vec<Name>,
        /// A list with as many items.
        value: Ast,
    },
    /// `T[^a, _b] = g[^a, ^c] F[_c, _b]` · `A[1, 2] = 3`
    AssignIndexed {
        /// The name whose components are given.
        name: Name,
        /// Which components.
        indices: Vec<Index>,
        /// Their value.
        value: Ast,
    },
    /// `h(x, a) = a*sin(x)`
    Define {
        /// The function's name.
        name: Name,
        /// Its parameters.
        parameters: Vec<Name>,
        /// Its body, shared with the closures made from it.
        body: Arc<Ast>,
    },
    /// `symbols rs, omega0 real` · `symbols a > 0` · `symbols x, y`
    Symbols(Vec<SymbolDeclaration>),
    /// `function f, a`
    Functions(Vec<Name>),
    /// `clear x, f` · `clear` (everything)
    Clear(Vec<Name>),
    /// `?name` or `name?`
    Help(Name),
    /// `%name rest` or `%%name rest` with the cell's remaining text as body.
    Magic {
        /// The magic's name.
        name: Name,
        /// What follows on the line, without white space around it.
        arguments: String,
        /// Where that stands, so that `%time x^2` can be parsed as a source of its own.
        arguments_span: Span,
        /// The rest of the cell, for `%%` magics.
        body: Option<(String, Span)>,
    },
}

/// Symbols declared together, with what is assumed of them.
///
/// `symbols a, b > 0` assumes it of both, like `symbols a, b real`; the parser writes `a > 0` and `b > 0` out.
#[derive(Clone, Debug, PartialEq)]
pub struct SymbolDeclaration {
    /// The symbols.
    pub names: Vec<Name>,
    /// Properties by name: `real`, `integer`, `positive`, …
    pub properties: Vec<Name>,
    /// Conditions such as `a > 0` or `0 < θ < π`.
    pub conditions: Vec<Ast>,
}

/// A name as written and in canonical form (`theta` and `θ` are one symbol).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As written; functions are looked up by this.
    pub text: Arc<str>,
    /// With Greek names as letters (`omega0` → `ω0`); symbols and variables are looked up by this.
    pub symbol: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Ast {
    /// What it is.
    pub kind: AstKind,
    /// Where it stands.
    pub span: Span,
}

impl Ast {
    /// How a call such as `x (y + 1)^2` reads if `x` is no function: the callee, `x`, and the other factor, `(y + 1)^2`.
    ///
    /// Given a spaced call with one argument, or one with powers, factorials, transposes, indices and members after it;
    /// `None` for everything else. An evaluator asks before it evaluates such a form, and where the callee is not a
    /// function gives the product of both.
    pub fn product_reading(&self) -> Option<(&Ast, Ast)> {
        match &self.kind {
            AstKind::Call { callee, arguments, spaced } => match arguments.as_slice() {
                [Argument { name: None, value }]
                    if *spaced || !matches!(callee.kind, AstKind::Name(_)) =>
                {
                    Some((callee, value.clone()))
                }
                _ => None,
            },
            AstKind::Binary(operator, base, exponent) => {
                self.wrap(base, &|b| AstKind::Binary(*operator, b, exponent.clone()))
            }
            AstKind::Factorial(inner) => self.wrap(inner, &AstKind::Factorial),
            AstKind::Transpose(inner) => self.wrap(inner, &AstKind::Transpose),
            AstKind::Member(inner, name) => {
                self.wrap(inner, &|b| AstKind::Member(b, name.clone()))
            }
            AstKind::Index { target, indices } => self.wrap(target, &|b| {
                AstKind::Index { target: b, indices: indices.clone() }
            }),
            AstKind::Number(_)
            | AstKind::Text(_)
            | AstKind::Name(_)
            | AstKind::Truth(_)
            | AstKind::Previous(_)
            | AstKind::Unary(..)
            | AstKind::Chain(..)
            | AstKind::Comparison(..)
            | AstKind::Absolute(_)
            | AstKind::List(_)
            | AstKind::Where { .. }
            | AstKind::Range { .. }
            | AstKind::Lambda { .. }
            | AstKind::Block(_)
            | AstKind::If { .. }
            | AstKind::For { .. }
            | AstKind::While { .. }
            | AstKind::Error => None,
        }
    }

    /// Whether parentheses stand around a form that begins with an operand of its own, such as a call or a power.
    pub fn is_enclosed(&self) -> bool {
        let first = match &self.kind {
            AstKind::Call { callee: first, .. }
            | AstKind::Binary(_, first, _)
            | AstKind::Factorial(first)
            | AstKind::Transpose(first)
            | AstKind::Member(first, _)
            | AstKind::Index { target: first, .. } => first,
            _ => return false,
        };
        self.span.start < first.span.start
    }

    /// The product reading of an operand, with what this node adds around its second factor.
    fn wrap<'a>(
        &self,
        inner: &'a Ast,
        make: &dyn Fn(Box<Ast>) -> AstKind,
    ) -> Option<(&'a Ast, Ast)> {
        // In `(x (y + 1))^2` the power is of the whole product.
        if inner.is_enclosed() {
            return None;
        }
        let (callee, factor) = inner.product_reading()?;
        let span = Span { start: factor.span.start, ..self.span };
        Some((callee, Ast { kind: make(Box::new(factor)), span }))
    }
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum AstKind {
    /// `3`, `1.5e-3`, as written.
    Number(Arc<str>),
    /// A string, its escapes resolved.
    Text(Arc<str>),
    /// A name.
    Name(Name),
    /// `true`, `false`.
    Truth(bool),
    /// `_` (`None`, the last result) or `_3`.
    Previous(Option<u32>),
    /// `-x`, `+x`, `not x`.
    Unary(UnaryOperator, Box<Ast>),
    /// `a^b`, `a .^ b`: the operators that are read from right to left.
    Binary(BinaryOperator, Box<Ast>, Box<Ast>),
    /// `a + b - c`, `a*b/c d`, `a ∧ b ⊗ c`, `a and b`, `a or b`: operands and the operators before all but the first, of one
    /// precedence, to be applied from left to right. There is at least one operator.
    Chain(Box<Ast>, Vec<(BinaryOperator, Ast)>),
    /// `a < b <= c`, `a == b`: operands and the operators between them.
    Comparison(Vec<Ast>, Vec<ComparisonOperator>),
    /// `x'`: transpose (conjugate transpose of complex matrices).
    Transpose(Box<Ast>),
    /// `n!`
    Factorial(Box<Ast>),
    /// `|z|`
    Absolute(Box<Ast>),
    /// `name(…)`, `run.f(…)`, `(u -> u^2)(…)`, and `y'(x)` whose callee is the transpose of a name.
    ///
    /// Where the callee turns out not to be a function, [`Ast::product_reading`] gives the other reading.
    Call {
        /// The function: a name, or any expression in parentheses that gives a function.
        callee: Box<Ast>,
        /// The arguments.
        arguments: Vec<Argument>,
        /// Whether white space stands before the parenthesis.
        spaced: bool,
    },
    /// `A[1, 2]`, and tensor indices `T[^a, _b]`.
    Index {
        /// What is indexed.
        target: Box<Ast>,
        /// The indices.
        indices: Vec<Index>,
    },
    /// `run.A`
    Member(Box<Ast>, Name),
    /// `[a, b]`; a list of lists of equal length is a matrix.
    List(Vec<Ast>),
    /// `chart(r, θ) where r > 0, 0 < θ < π`
    Where {
        /// What the conditions are said of.
        value: Box<Ast>,
        /// The conditions.
        conditions: Vec<Ast>,
    },
    /// `a..b`, `a..b step h`.
    Range {
        /// First value.
        start: Box<Ast>,
        /// Last value.
        end: Box<Ast>,
        /// Step, 1 if absent.
        step: Option<Box<Ast>>,
    },
    /// `u -> u^2`, `(u, v) -> u + v`
    Lambda {
        /// Parameters.
        parameters: Vec<Name>,
        /// Body.
        body: Arc<Ast>,
    },
    /// `{ …; … }`: the value of the last statement.
    Block(Vec<Statement>),
    /// `if c { … } else { … }` or `if c then a else b`.
    If {
        /// The condition.
        condition: Box<Ast>,
        /// When it holds.
        then: Box<Ast>,
        /// When it does not.
        otherwise: Option<Box<Ast>>,
    },
    /// `for k in 1..10 { … }`
    For {
        /// The variable.
        variable: Name,
        /// List or range to go through.
        items: Box<Ast>,
        /// Body.
        body: Box<Ast>,
    },
    /// `while c { … }`
    While {
        /// The condition.
        condition: Box<Ast>,
        /// Body.
        body: Box<Ast>,
    },
    /// Where the parser could not read; a diagnostic says why.
    Error,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// `x = …` binds a variable to a point or a range, or names an option.
    pub name: Option<Name>,
    /// The value.
    pub value: Ast,
}

/// One index in brackets.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// `^` or `_` before it, for tensor indices.
    pub position: IndexPosition,
    /// The index expression.
    pub value: Ast,
}

/// Where a tensor index stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexPosition {
    /// Not marked: a list or matrix index.
    Plain,
    /// `^a`
    Up,
    /// `_a`
    Down,
}

/// A prefix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-x`
    Minus,
    /// `+x`
    Plus,
    /// `not x`
    Not,
}

/// An infix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a*b`
    Multiply,
    /// `a·b`: the scalar product of vectors, a product of all else.
    Dot,
    /// `a × b`: the cross product of vectors, a product of all else.
    Cross,
    /// `a b`: multiplication by writing side by side.
    Juxtapose,
    /// `a/b`
    Divide,
    /// `a^b`
    Power,
    /// `a .* b`
    ElementMultiply,
    /// `a ./ b`
    ElementDivide,
    /// `a .^ b`
    ElementPower,
    /// `a ∧ b` (wedge product).
    Wedge,
    /// `a ⊗ b` (tensor product).
    Tensor,
    /// `a and b`
    And,
    /// `a or b`
    Or,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparisonOperator {
    /// `==`
    Equal,
    /// `!=`, `≠`
    NotEqual,
    /// `<`
    Less,
    /// `<=`, `≤`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`, `≥`
    GreaterEqual,
}
