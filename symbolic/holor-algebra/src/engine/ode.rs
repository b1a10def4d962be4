//! Ordinary differential equations.

use num_traits::ToPrimitive;
use symplex::prelude::{Ex, InitialCondition};

use super::convert::Session;
use super::failure::{failure, invalid, not_found};
use super::solve::zero_forms;
use super::{Engine, guard};
use crate::{AlgebraResult, Expr, Function, Node, Relation, Symbol};

impl Engine {
    /// Solutions of a differential equation for functions such as `y(x)`, each as an equation
    /// `y(x) == …`; an implicit one is an equation in `x` and `y(x)`. Conditions such as `y(0) == 1` and
    /// `y'(0) == 0` fix the constants `C1`, `C2`, ….
    pub fn dsolve(
        &self,
        equations: &[Expr],
        functions: &[Expr],
        conditions: &[Expr],
    ) -> AlgebraResult<Vec<Expr>> {
        let equations = zero_forms("dsolve", equations)?;
        let ([equation], [function]) = (equations.as_slice(), functions) else {
            return Err(not_found(
                "dsolve",
                "systems of differential equations are not solved in closed form",
            ));
        };
        let unknown = Unknown::read(function)?;
        let (equation, conditions) = (equation.clone(), conditions.to_vec());
        self.compute(move |session| unknown.solve(session, &equation, &conditions))
    }
}

/// The unknown function `y(x)`.
#[derive(Clone)]
struct Unknown {
    applied: Expr,
    name: Symbol,
    variable: Symbol,
}

impl Unknown {
    fn read(function: &Expr) -> AlgebraResult<Self> {
        if let Node::Apply(name, arguments) = function.node()
            && let [argument] = &**arguments
            && let Some(variable) = argument.as_symbol()
        {
            return Ok(Self {
                applied: function.clone(),
                name: name.clone(),
                variable: variable.clone(),
            });
        }
        Err(invalid(
            "dsolve",
            format!("`{function}` is not an unknown function such as y(x)"),
        ))
    }

    fn solve(
        &self,
        session: &Session,
        equation: &Expr,
        conditions: &[Expr],
    ) -> AlgebraResult<Vec<Expr>> {
        let x = session.symbol(&self.variable)?;
        let y = session.fresh(self.name.name());
        let body = session.value(&self.as_symbol(equation, &y, session)?)?;
        let families = if conditions.is_empty() {
            body.solve_ode_all(&y, &x).map_err(|error| failure("dsolve", &error))?
        } else {
            let conditions = conditions
                .iter()
                .map(|condition| self.condition(session, condition))
                .collect::<AlgebraResult<Vec<_>>>()?;
            vec![
                body.solve_ode_ivp(&y, &x, &conditions)
                    .map_err(|error| failure("dsolve", &error))?,
            ]
        };
        families
            .iter()
            .map(|family| {
                let solution = super::calculus::shorter(session, &family.eval())?;
                let name = session.export(&y)?;
                if solution.contains(&name) {
                    let implicit = solution.substitute(&[(name, self.applied.clone())]);
                    return Ok(Expr::equation(implicit, Expr::zero()));
                }
                guard::ode(session, equation, &self.applied, &self.variable, &solution)?;
                Ok(Expr::equation(self.applied.clone(), solution))
            })
            .collect()
    }

    /// The equation with a plain symbol for `y(x)`, which is how the solver wants it.
    fn as_symbol(
        &self,
        equation: &Expr,
        y: &Ex,
        session: &Session,
    ) -> AlgebraResult<Expr> {
        Ok(equation.substitute(&[(self.applied.clone(), session.export(y)?)]))
    }

    /// `y(a) == b`, or a derivative of `y` at `a`.
    fn condition(
        &self,
        session: &Session,
        condition: &Expr,
    ) -> AlgebraResult<InitialCondition> {
        let unreadable = || {
            invalid(
                "dsolve",
                format!("`{condition}` is not a condition such as {}(0) == 1", self.name),
            )
        };
        let Node::Relation(Relation::Equal, left, right) = condition.node() else {
            return Err(unreadable());
        };
        let (order, point, value) = match self.place(left) {
            Some((order, point)) => (order, point, right),
            None => {
                let (order, point) = self.place(right).ok_or_else(unreadable)?;
                (order, point, left)
            }
        };
        Ok(InitialCondition {
            order,
            x: session.value(&point)?,
            value: session.value(value)?,
        })
    }

    /// The order of the derivative of `y` and the point where it is taken.
    fn place(&self, expr: &Expr) -> Option<(usize, Expr)> {
        match expr.node() {
            Node::Apply(name, arguments) if *name == self.name => match &**arguments {
                [point] => Some((0, point.clone())),
                _ => None,
            },
            Node::Call(Function::Substitution, items) => {
                let [body, symbol, point] = &**items else { return None };
                let variable = symbol.as_symbol()?;
                let (order, place) = self.place_in(body, variable)?;
                (place.as_symbol() == Some(variable)).then(|| (order, point.clone()))
            }
            Node::Call(Function::Derivative, _) => self.place_in(expr, &self.variable),
            _ => None,
        }
    }

    fn place_in(&self, expr: &Expr, variable: &Symbol) -> Option<(usize, Expr)> {
        match expr.node() {
            Node::Apply(name, arguments) if *name == self.name => match &**arguments {
                [point] => Some((0, point.clone())),
                _ => None,
            },
            Node::Call(Function::Derivative, items) => {
                let [body, by, order] = &**items else { return None };
                if by.as_symbol() != Some(variable) {
                    return None;
                }
                let (inner, point) = self.place_in(body, variable)?;
                Some((inner + order.as_integer()?.to_usize()?, point))
            }
            _ => None,
        }
    }
}
