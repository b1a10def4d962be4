//! The unknown functions in a formula: `x(t)`, their derivatives, their values at earlier times and at points.

use holor_algebra::{Expr, Function, Node, Symbol};

use crate::array::real_number;
use crate::evaluate::Call;
use crate::field::names::NOISE;
use crate::{Diagnostic, Result, Span, codes};

/// What an unknown function stands for in a formula.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Atom {
    /// A derivative of this order in time, now; order 0 is the function itself.
    Now(Symbol, usize),
    /// The same, so much time earlier.
    Earlier(Symbol, usize, f64),
    /// The same at a fixed time.
    Point(Symbol, usize, f64),
    /// White noise, with its call.
    Noise(Expr),
}

/// The unknown functions of a formula as they are written, in the order in which they come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Atoms {
    /// Each with what it stands for.
    pub(crate) found: Vec<(Expr, Atom)>,
}

/// Where atoms are looked for.
pub(crate) struct Places<'a> {
    /// The call.
    pub(crate) call: &'a Call<'a>,
    /// The symbol of time.
    pub(crate) time: &'a Symbol,
    /// Where the formulas stand.
    pub(crate) span: Span,
}

impl Places<'_> {
    /// The unknown functions in a formula.
    pub(crate) fn atoms(&self, expr: &Expr) -> Result<Atoms> {
        let mut atoms = Atoms::default();
        let mut pending = vec![expr.clone()];
        while let Some(part) = pending.pop() {
            match self.atom(&part)? {
                Some(atom) => {
                    if !atoms.found.iter().any(|(own, _)| *own == part) {
                        atoms.found.push((part, atom));
                    }
                }
                None => {
                    pending.extend(part.children().into_iter().rev().cloned());
                }
            }
        }
        Ok(atoms)
    }

    fn refuse(&self, message: String) -> Diagnostic {
        Diagnostic::error(&codes::E0310_EVOLUTION, message).at(self.span)
    }

    fn atom(&self, expr: &Expr) -> Result<Option<Atom>> {
        match expr.node() {
            Node::Apply(name, arguments) if name.name() == NOISE => {
                match arguments.len() {
                    1 => Ok(Some(Atom::Noise(expr.clone()))),
                    _ => self
                        .refuse("the noise of a run takes its seed from the run".into())
                        .hint("seed = 1")
                        .into(),
                }
            }
            Node::Apply(name, arguments) => match &**arguments {
                [argument] => self.at(name, 0, argument).map(Some),
                _ => self
                    .refuse(format!(
                        "`{expr}` is no function of the time `{}` alone",
                        self.time
                    ))
                    .into(),
            },
            Node::Call(Function::Derivative, arguments) => {
                let [body, variable, order] = &**arguments else {
                    return self.foreign(expr);
                };
                let (Node::Apply(name, inner), Some(order)) = (
                    body.node(),
                    order.as_integer().and_then(|it| usize::try_from(it).ok()),
                ) else {
                    return self.foreign(expr);
                };
                match &**inner {
                    [argument]
                        if variable.as_symbol() == Some(self.time)
                            && argument.as_symbol() == Some(self.time) =>
                    {
                        Ok(Some(Atom::Now(name.clone(), order)))
                    }
                    _ => self.foreign(expr),
                }
            }
            Node::Call(Function::Substitution, items) => {
                let [body, bound, point] = &**items else { return self.foreign(expr) };
                let Node::Call(Function::Derivative, arguments) = body.node() else {
                    return self.foreign(expr);
                };
                let [inner, variable, order] = &**arguments else {
                    return self.foreign(expr);
                };
                let (Node::Apply(name, own), Some(order)) = (
                    inner.node(),
                    order.as_integer().and_then(|it| usize::try_from(it).ok()),
                ) else {
                    return self.foreign(expr);
                };
                if variable != bound || own.first() != Some(bound) || own.len() != 1 {
                    return self.foreign(expr);
                }
                self.at(name, order, point).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn foreign(&self, expr: &Expr) -> Result<Option<Atom>> {
        self.refuse(format!("`{expr}` is no derivative of an unknown in `{}`", self.time))
            .hint(format!("diff(x({0}), {0})", self.time))
            .into()
    }

    /// A function or its derivative at an argument.
    fn at(&self, name: &Symbol, order: usize, argument: &Expr) -> Result<Atom> {
        if argument.as_symbol() == Some(self.time) {
            return Ok(Atom::Now(name.clone(), order));
        }
        let engine = self.call.engine();
        if !argument.contains_symbol(self.time) {
            let Some(point) = real_number(&engine, argument) else {
                return self
                    .refuse(format!(
                        "`{argument}` in `{name}({argument})` is not a number"
                    ))
                    .hint(format!("{name}({})", self.time))
                    .into();
            };
            return Ok(Atom::Point(name.clone(), order, point));
        }
        let shift = Expr::symbol(self.time.name()) - argument;
        match real_number(&engine, &shift) {
            Some(delay) if delay > 0.0 => Ok(Atom::Earlier(name.clone(), order, delay)),
            Some(_) => self
                .refuse(format!("`{name}({argument})` lies in the future"))
                .hint(format!("{name}({} - 1)", self.time))
                .into(),
            None => {
                let error = self.refuse(format!(
                    "the delay in `{name}({argument})` is not a constant number"
                ));
                // `x(1 - x)` is meant as a product.
                let of_unknowns =
                    argument.any(&mut |part| matches!(part.node(), Node::Apply(..)));
                let error = match of_unknowns {
                    true => error.hint(format!("{name}*({argument})")),
                    false => error,
                };
                error.hint(format!("{name}({} - 1)", self.time)).into()
            }
        }
    }
}

impl Atoms {
    /// Whether there is an unknown function of the running time.
    pub(crate) fn moves(&self) -> bool {
        self.found.iter().any(|(_, atom)| {
            matches!(atom, Atom::Now(..) | Atom::Earlier(..) | Atom::Noise(_))
        })
    }
}
