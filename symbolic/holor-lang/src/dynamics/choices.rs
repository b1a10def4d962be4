//! Choices in rates: which functions they hang on, and the rates with each choice left open.

use holor_algebra::{Expr, Function, Node, Relation, Symbol};

use super::System;

/// Rates whose choices are read from sides: the sign of a function, or its whole part.
#[derive(Debug)]
pub(crate) struct Choices {
    /// The rates, smooth while the sides stay.
    pub(crate) rates: Vec<Expr>,
    /// The symbols of the sides.
    pub(crate) sides: Vec<Symbol>,
    /// The function of each side.
    pub(crate) functions: Vec<Expr>,
    /// Whether the side is its whole part.
    pub(crate) whole: Vec<bool>,
}

impl Choices {
    /// Opens the choices of a system's rates, those of equations without derivatives where they hang on the time and on unknowns with rates;
    /// `None` where there are none.
    pub(crate) fn of(system: &System, complex: bool) -> Option<Self> {
        let variables = system.variables();
        let rated: Vec<Symbol> = variables
            .iter()
            .enumerate()
            .filter(|(place, _)| {
                place.checked_sub(1).is_none_or(|state| {
                    system.differential.get(state).is_none_or(|rated| *rated)
                })
            })
            .map(|(_, symbol)| symbol.clone())
            .collect();
        Self::open(
            &system.rates,
            |place| match system.differential.get(place) {
                Some(false) => &rated,
                _ => &variables,
            },
            complex,
        )
    }

    /// Opens the choices that hang on the time alone.
    pub(crate) fn of_time(system: &System, complex: bool) -> Option<Self> {
        let time = std::slice::from_ref(&system.time);
        Self::open(&system.rates, |_| time, complex)
    }

    /// The function of a choice that is still in an equation without derivatives.
    pub(crate) fn left(system: &System, rates: &[Expr], complex: bool) -> Option<Expr> {
        let variables = system.variables();
        let algebraic: Vec<Expr> = rates
            .iter()
            .zip(&system.differential)
            .filter(|(_, rated)| !**rated)
            .map(|(rate, _)| rate.clone())
            .collect();
        Self::open(&algebraic, |_| &variables, complex)?.functions.first().cloned()
    }

    /// Opens the choices that hang on these variables in each of the rates. Of complex numbers only comparisons are choices.
    fn open<'v>(
        rates: &[Expr],
        variables: impl Fn(usize) -> &'v [Symbol],
        complex: bool,
    ) -> Option<Self> {
        let mut own = Self {
            rates: Vec::new(),
            sides: Vec::new(),
            functions: Vec::new(),
            whole: Vec::new(),
        };
        for (place, rate) in rates.iter().enumerate() {
            let rate = rate.transform(&mut |part| {
                own.opened(&part, variables(place), complex).unwrap_or(part)
            });
            own.rates.push(rate);
        }
        (!own.sides.is_empty()).then_some(own)
    }

    /// The side of a function, where it hangs on the variables alone.
    fn side(
        &mut self,
        function: &Expr,
        whole: bool,
        variables: &[Symbol],
    ) -> Option<Expr> {
        let written: Vec<(Expr, Expr)> = self
            .sides
            .iter()
            .zip(&self.functions)
            .zip(&self.whole)
            .map(|((side, function), whole)| {
                let read = if *whole { Function::Floor } else { Function::Sign };
                (Expr::symbol(side.name()), Expr::call(read, vec![function.clone()]))
            })
            .collect();
        let function = function.substitute(&written);
        let free = function.free_symbols();
        if free.is_empty() || free.iter().any(|symbol| !variables.contains(symbol)) {
            return None;
        }
        let known = self
            .functions
            .iter()
            .zip(&self.whole)
            .position(|(own, part)| *own == function && *part == whole);
        let place = known.unwrap_or_else(|| {
            self.sides.push(Symbol::new(&format!("side {}", self.sides.len())));
            self.functions.push(function);
            self.whole.push(whole);
            self.sides.len().saturating_sub(1)
        });
        self.sides.get(place).map(|side| Expr::symbol(side.name()))
    }

    /// A choice read from its side.
    fn opened(
        &mut self,
        part: &Expr,
        variables: &[Symbol],
        complex: bool,
    ) -> Option<Expr> {
        match part.node() {
            Node::Relation(Relation::Equal | Relation::NotEqual, ..) => None,
            Node::Relation(relation, left, right) => {
                let side = self.side(&(left.clone() - right), false, variables)?;
                Some(Expr::relation(*relation, side, Expr::zero()))
            }
            Node::Call(_, _) if complex => None,
            Node::Call(function, arguments) => {
                let (first, rest) = arguments.split_first()?;
                Some(match function {
                    Function::Abs => self.side(first, false, variables)? * first,
                    Function::Sign => self.side(first, false, variables)?,
                    Function::Heaviside if rest.is_empty() => {
                        let side = self.side(first, false, variables)?;
                        (side + Expr::one()) * Expr::fraction(1, 2)
                    }
                    Function::Floor => self.side(first, true, variables)?,
                    Function::Ceiling => {
                        self.side(&first.negate(), true, variables)?.negate()
                    }
                    Function::Max | Function::Min => {
                        let relation = match function {
                            Function::Max => Relation::GreaterEqual,
                            _ => Relation::LessEqual,
                        };
                        let mut best = first.clone();
                        for other in rest {
                            let side =
                                self.side(&(best.clone() - other), false, variables)?;
                            let better = Expr::relation(relation, side, Expr::zero());
                            best = Expr::piecewise([
                                (best, better),
                                (other.clone(), Expr::truth(true)),
                            ]);
                        }
                        best
                    }
                    _ => return None,
                })
            }
            _ => None,
        }
    }
}
