//! The holor language: text to tree to values.
//!
//! [`parse`] never fails: it gives a tree and diagnostics with spans. [`Session`] runs cells and keeps what they
//! define; a failed cell changes nothing. [`Builtin`] is the one record per built-in function that dispatch,
//! completion, help, reference pages and tests read. Everything outside the process is reached through
//! the one [`World`].

mod array;
pub mod ast;
mod builtin;
mod builtins;
mod codes;
mod diagnostic;
mod dynamics;
mod evaluate;
mod field;
mod geometry;
mod numeric;
pub mod plot;
mod record;
mod session;
mod syntax;
mod value;
mod world;

pub use array::{ArrayAxis, ArrayValues, AxisKind, Complex64, NumericArray};
pub use builtin::{Builtin, Example, Form, Parameter};
pub use builtins::{all as builtins, find as find_builtin};
pub use codes::{CODES, Code};
pub use diagnostic::{
    Diagnostic, Frame, Label, Result, Severity, Source, SourceId, Span,
};
pub use field::{BoxValue, FieldShape, FieldValue, RunValue, Simulation};
pub use geometry::{
    ChartValue, ComponentTable, Derivative, DerivativeIndex, Geometry, HolorValue,
    Indexed, Operator, OrbitValue,
};
pub use plot::{
    Animation, Axis, Colours, Frame as AnimationFrame, Grid, Layer, Plot, Scale,
};
pub use record::Record;
pub use session::{Completion, CompletionItem, Help, Outcome, Session};
pub use syntax::{
    Completeness, Parsed, Token, TokenKind, completeness, parse, symbol_name, tokens,
};
pub use value::{Closure, Range, Value};
pub use world::{DeviceDescription, NoWorld, Progress, World};
