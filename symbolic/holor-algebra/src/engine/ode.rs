//! Ordinary differential equations.

use num_traits::ToPrimitive;
use symplex::prelude::{Ex, InitialCondition};

use super::convert::Session;
use super::failure::{failure, invalid, not_found};
use super::solve::zero_forms;
use super::{Engine, guard, ode_forced, ode_linear, tidy};
use crate::{AlgebraError, AlgebraResult, Expr, Function, Node, Relation, Symbol};

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
        if let ([_, _], [first, second]) = (equations.as_slice(), functions) {
            let unknowns = [Unknown::read(first)?, Unknown::read(second)?];
            let conditions = conditions.to_vec();
            return self.compute(move |session| {
                let [first, second] = &unknowns;
                match equations.as_slice() {
                    [one, other] => ode_linear::pair(
                        session,
                        [one, other],
                        [first, second],
                        &conditions,
                    ),
                    _ => Ok(Vec::new()),
                }
            });
        }
        let ([equation], [function]) = (equations.as_slice(), functions) else {
            return Err(not_found(
                "dsolve",
                "of systems, two linear equations of first order are solved in closed form",
            ));
        };
        let unknown = Unknown::read(function)?;
        let (equation, conditions) = (equation.clone(), conditions.to_vec());
        self.compute(move |session| unknown.solve(session, &equation, &conditions))
    }
}

/// The unknown function `y(x)`.
#[derive(Clone)]
pub(super) struct Unknown {
    pub(super) applied: Expr,
    pub(super) name: Symbol,
    pub(super) variable: Symbol,
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

    /// The solutions of an equation with its jumps one by one, as it is, or of a form of it without quotients.
    pub(super) fn solve(
        &self,
        session: &Session,
        equation: &Expr,
        conditions: &[Expr],
    ) -> AlgebraResult<Vec<Expr>> {
        if let Some(constant) = self.equilibrium(session, equation, conditions)? {
            return Ok(vec![Expr::equation(self.applied.clone(), constant)]);
        }
        let forced = ode_forced::solve(session, self, equation, conditions);
        if let Ok(Some(solution)) = forced {
            return Ok(vec![solution]);
        }
        let error = match self.solve_as_it_is(session, equation, conditions) {
            Err(error @ AlgebraError::NotFound { .. }) => forced.err().unwrap_or(error),
            other => return other,
        };
        let normal = ode_linear::without_quotients(session, self, equation);
        match normal.filter(|normal| normal != equation) {
            Some(normal) => {
                self.solve_as_it_is(session, &normal, conditions).map_err(|_| error)
            }
            None => Err(error),
        }
    }

    fn solve_as_it_is(
        &self,
        session: &Session,
        equation: &Expr,
        conditions: &[Expr],
    ) -> AlgebraResult<Vec<Expr>> {
        let x = session.symbol(&self.variable)?;
        let y = session.fresh(self.name.name());
        let body = session.value(&self.as_symbol(equation, &y, session)?)?;
        let families = if conditions.is_empty() {
            match body.solve_ode_all(&y, &x) {
                Ok(families) => families,
                Err(error) => {
                    return match ode_linear::special(session, self, equation) {
                        Some(solution) => Ok(vec![solution]),
                        None => Err(failure("dsolve", &error)),
                    };
                }
            }
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
                let solution = self.generic(session, equation, solution)?;
                guard::ode(session, equation, &self.applied, &self.variable, &solution)?;
                Ok(Expr::equation(self.applied.clone(), solution))
            })
            .collect()
    }

    /// The solution without the special cases of its parameters that show in it as a division by 0.
    fn generic(
        &self,
        session: &Session,
        equation: &Expr,
        solution: Expr,
    ) -> AlgebraResult<Expr> {
        let solution = tidy::shortest(session, &solution)?;
        let Some((generic, excluded)) = tidy::generic(session, &solution) else {
            return Ok(solution);
        };
        let holds = |equation: &Expr, solution: &Expr| {
            guard::ode(session, equation, &self.applied, &self.variable, solution).is_ok()
        };
        let everywhere = holds(equation, &generic)
            && excluded.into_iter().all(|value| {
                let rule = [value];
                let there = generic.substitute(&rule);
                !tidy::is_finite(session, &there)
                    || holds(&equation.substitute(&rule), &there)
            });
        Ok(if everywhere { generic } else { solution })
    }

    /// The constant through a condition of an equation y' = f(x, y), where f is 0 along it and has a finite slope by y
    /// there, so that no other solution passes through. A condition where the slope is infinite is refused: the solution
    /// through it need not be the only one.
    fn equilibrium(
        &self,
        session: &Session,
        equation: &Expr,
        conditions: &[Expr],
    ) -> AlgebraResult<Option<Expr>> {
        let [condition] = conditions else { return Ok(None) };
        let Some((0, point, value)) = self.start(condition) else { return Ok(None) };
        let (x, y) = (session.symbol(&self.variable)?, session.fresh("y"));
        let slope = session.fresh("slope");
        let rate = ode_linear::derivative(&self.applied, &self.variable, 1);
        let plain = equation.substitute(&[(rate, session.export(&slope)?)]);
        if super::contains_call(&plain, Function::Derivative) {
            return Ok(None);
        }
        let body = session.value(&self.as_symbol(&plain, &y, session)?)?;
        let by_slope = body.diff(&slope).eval();
        if by_slope.contains(&slope) || by_slope.is_zero() == Some(true) {
            return Ok(None);
        }
        let rest = body.subs(&slope, &session.context.int(0));
        let right = (-(rest / by_slope)).eval();
        let (start, constant) = (session.value(&point)?, session.value(&value)?);
        let along = |body: &Ex| body.subs(&y, &constant).eval();
        let at = |body: &Ex| along(&body.subs(&x, &start).eval());
        let steepness = at(&right.diff(&y).eval().simplify());
        if at(&right).is_finite() == Some(true) && steepness.is_finite() == Some(false) {
            return Err(not_found(
                "dsolve",
                format!(
                    "it is not unique: several solutions may pass through {condition}, where y' has an infinite derivative by {}",
                    self.applied
                ),
            ));
        }
        let still = along(&right).simplify().is_zero() == Some(true)
            && !value.contains_symbol(&self.variable);
        // By the theorem of Picard and Lindelöf.
        let steepness = session.export(&steepness)?;
        let unique = !steepness.has_infinity() && !steepness.is_undefined();
        Ok((still && unique).then_some(value))
    }

    /// `y'(a)` as it is written.
    pub(super) fn slope_at(&self, point: &Expr) -> Expr {
        let rate = ode_linear::derivative(&self.applied, &self.variable, 1);
        let variable = Expr::symbol(self.variable.name());
        Expr::call(Function::Substitution, vec![rate, variable, point.clone()])
    }

    /// The order, the point and the value of a condition `y(a) == b` or `y'(a) == b`.
    pub(super) fn start(&self, condition: &Expr) -> Option<(usize, Expr, Expr)> {
        let Node::Relation(Relation::Equal, left, right) = condition.node() else {
            return None;
        };
        let (order, point, value) = match self.place(left) {
            Some((order, point)) => (order, point, right),
            None => {
                let (order, point) = self.place(right)?;
                (order, point, left)
            }
        };
        let own = value.any(
            &mut |part| matches!(part.node(), Node::Apply(name, _) if *name == self.name),
        );
        (!own).then(|| (order, point, value.clone()))
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
        let (order, point, value) = self.start(condition).ok_or_else(unreadable)?;
        Ok(InitialCondition {
            order,
            x: session.value(&point)?,
            value: session.value(&value)?,
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
