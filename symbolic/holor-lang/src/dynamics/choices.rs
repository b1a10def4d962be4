//! Choices in rates: which functions they hang on, and the rates with each choice left open.

use holor_algebra::{Expr, Function, Node, Relation, Symbol};

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
    /// Opens the choices that hang on these variables in some of the rates; `None` where there are none. Of complex numbers
    /// only comparisons are choices.
    pub(crate) fn open(
        rates: &[Expr],
        opened: &[bool],
        variables: &[Symbol],
        complex: bool,
    ) -> Option<Self> {
        let mut own = Self {
            rates: Vec::new(),
            sides: Vec::new(),
            functions: Vec::new(),
            whole: Vec::new(),
        };
        for (place, rate) in rates.iter().enumerate() {
            let rate = if opened.get(place) == Some(&false) {
                rate.clone()
            } else {
                rate.transform(&mut |part| {
                    own.opened(&part, variables, complex).unwrap_or(part)
                })
            };
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
