//! Equations: solving them exactly, numerically, and as differential equations.

use holor_algebra::{
    AlgebraError, Engine, Expr, Function, Node, Property, Relation, Solution, Solutions,
    Symbol,
};
use holor_macros::builtin;

use crate::builtin::{Binding, Equations, Many, Spanned};
use crate::codes;
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Result, Value};

/// The built-ins of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&SOLVE, &NSOLVE, &DSOLVE, &REAL_ROOTS];

/// The exact solutions of equations.
///
/// For one unknown the result is the list of its values; for several, a list of solutions, each a list of
/// equations that `subs` accepts. All complex solutions are given unless the unknown is assumed real,
/// integer or positive. No solution gives the empty list; an equation that holds identically gives `true`.
/// Infinitely many solutions are given with a parameter such as `n`, and a line says what it stands for.
/// With `abs`, `floor` and their like, where not every complex solution can be found, the real ones are
/// given, and a line says so.
///
/// An expression stands for the equation expression `== 0`, a tensor or form for the equations of all its components, and so does an
/// equation of tensors: `solve(T == 0, x)` gives the values of `x` where `T` vanishes. For inequalities in one unknown, which is then
/// real, the result is a condition.
///
/// ```holor
/// solve(x^2 - 5x + 6 == 0, x)                    # => [2, 3]
/// solve([x + y == 3, x - y == 1], [x, y])        # => [[x == 2, y == 1]]
/// solve(x == x + 1, x)                           # => []
/// solve(x + x == 2x, x)                          # => true
/// solve(abs(x) == 3, x)                          # => [-3, 3]
/// solve(x^2 > 4, x)                              # => x < -2 or x > 2
/// M = chart(x, y); solve((x - 1) dx == 0, x)              # => [1]
/// M = chart(x, y); solve(x dx + a dy == 2 dx, [x, a])     # => [[x == 2, a == 0]]
/// ```
#[builtin(topic = "equations", latex = none, since = "0.1", see("nsolve", "dsolve", "subs"), returns = "list")]
fn solve(
    call: &Call<'_>,
    /// An equation, an expression or tensor that shall be 0, or a list of them.
    equations: Equations,
    /// The unknown, or a list of them; may be left out where there is only one symbol.
    unknowns: Option<Many<Symbol>>,
) -> Result<Value> {
    let unknowns = match unknowns {
        Some(unknowns) => unknowns,
        None => only_unknown(call, &equations.items)?,
    };
    if let [unknown] = unknowns.items.as_slice()
        && equations.items.iter().any(is_inequality)
    {
        let answer = call.engine().solve_inequality(&equations.items, unknown)?;
        return Ok(match answer.node() {
            Node::Truth(false) => Value::list(Vec::new()),
            _ => Value::Expr(answer),
        });
    }
    let solutions = match complete_or_real(call, &equations.items, &unknowns.items)? {
        Solutions::None { .. } => Vec::new(),
        Solutions::Everything => {
            for base in denominators(&equations.items, &unknowns.items) {
                call.world().print(&format!("where {base} != 0\n"));
            }
            return Ok(Value::Expr(Expr::truth(true)));
        }
        Solutions::Finite(solutions) => solutions,
        Solutions::Family { solutions, parameters } => {
            let mut named: Vec<&Symbol> = Vec::new();
            for (parameter, _) in &parameters {
                if named.contains(&parameter) {
                    continue;
                }
                named.push(parameter);
                let kinds: Vec<&str> = parameters
                    .iter()
                    .filter(|(other, _)| other == parameter)
                    .map(|(_, property)| property_word(*property))
                    .collect();
                let kinds = match kinds.as_slice() {
                    ["integer", "number that is not negative"] => "integer >= 0".into(),
                    kinds => kinds.join(" and "),
                };
                call.world().print(&format!("where {parameter} is any {kinds}\n"));
            }
            solutions
        }
        Solutions::Conditional(branches) => {
            let same = branches.windows(2).all(|pair| match pair {
                [(_, first), (_, second)] => first == second,
                _ => true,
            });
            let mut solutions = Vec::new();
            for (index, (solution, condition)) in branches.into_iter().enumerate() {
                if same && index == 0 {
                    call.world().print(&format!("where {condition}\n"));
                } else if !same {
                    let number = index + 1;
                    call.world().print(&format!("solution {number} where {condition}\n"));
                }
                solutions.push(solution);
            }
            solutions
        }
    };
    Ok(solution_list(&solutions, &unknowns))
}

/// What stands under a fraction bar and holds an unknown: where it is 0, the equations say nothing.
fn denominators(
    equations: &[Expr],
    unknowns: &[Symbol],
) -> std::collections::BTreeSet<Expr> {
    let mut found = std::collections::BTreeSet::new();
    for equation in equations {
        equation.any(&mut |part| {
            if let Node::Power(base, exponent) = part.node()
                && exponent.has_leading_minus()
                && unknowns.iter().any(|unknown| base.contains_symbol(unknown))
            {
                found.insert(base.clone());
            }
            false
        });
    }
    found
}

/// The solutions; where not all complex ones can be found but the equations hold a function that is meant for
/// real numbers, such as `abs`, the real ones, and a line that says so.
fn complete_or_real(
    call: &Call<'_>,
    equations: &[Expr],
    unknowns: &[Symbol],
) -> Result<Solutions> {
    let engine = call.engine();
    let error = match engine.solve(equations, unknowns) {
        Err(error @ AlgebraError::NotFound { .. }) => error,
        known => return Ok(known?),
    };
    let for_real_numbers = equations.iter().any(|equation| {
        equation.any(&mut |part| match part.node() {
            Node::Call(function, _) => {
                FOR_REAL_NUMBERS.contains(function)
                    && unknowns.iter().any(|unknown| part.contains_symbol(unknown))
            }
            _ => false,
        })
    });
    if !for_real_numbers {
        return Err(error.into());
    }
    let mut assumptions = engine.assumptions().clone();
    for unknown in unknowns {
        assumptions.assume(unknown.clone(), Property::Real);
    }
    let Ok(solutions) =
        Engine::new(assumptions, engine.interrupt().clone()).solve(equations, unknowns)
    else {
        return Err(error.into());
    };
    let names: Vec<&str> = unknowns.iter().map(Symbol::name).collect();
    call.world().print(&format!("for real {}\n", names.join(", ")));
    Ok(solutions)
}

/// Functions that are meant for real numbers: with one of them, real solutions are what is asked for.
const FOR_REAL_NUMBERS: &[Function] = &[
    Function::Abs,
    Function::Sign,
    Function::Floor,
    Function::Ceiling,
    Function::Min,
    Function::Max,
    Function::Heaviside,
];

/// Whether it is a condition other than an equation.
fn is_inequality(condition: &Expr) -> bool {
    match condition.node() {
        Node::Relation(relation, ..) => *relation != Relation::Equal,
        Node::And(_) | Node::Or(_) | Node::Not(_) => true,
        _ => false,
    }
}

fn property_word(property: Property) -> &'static str {
    match property {
        Property::Real => "real number",
        Property::Rational => "rational number",
        Property::Integer => "integer",
        Property::Even => "even integer",
        Property::Odd => "odd integer",
        Property::Prime => "prime number",
        Property::Positive => "positive number",
        Property::Negative => "negative number",
        Property::NonNegative => "number that is not negative",
        Property::NonPositive => "number that is not positive",
        Property::NonZero => "number but 0",
        Property::Complex => "number",
    }
}

/// For one unknown its values, for several a list of equations each.
fn solution_list(solutions: &[Solution], unknowns: &Many<Symbol>) -> Value {
    let single = !unknowns.list && unknowns.items.len() == 1;
    Value::list(
        solutions
            .iter()
            .map(|Solution(values)| match values.as_slice() {
                [(_, value)] if single => Value::Expr(value.clone()),
                _ => Value::list(
                    values
                        .iter()
                        .map(|(unknown, value)| (Expr::symbol(unknown.name()), value))
                        // A free unknown is its own value; a line says that it is free.
                        .filter(|(unknown, value)| unknown != *value)
                        .map(|(unknown, value)| {
                            Value::Expr(Expr::equation(unknown, value.clone()))
                        })
                        .collect(),
                ),
            })
            .collect(),
    )
}

fn only_unknown(call: &Call<'_>, equations: &[Expr]) -> Result<Many<Symbol>> {
    let symbols: std::collections::BTreeSet<Symbol> =
        equations.iter().flat_map(Expr::free_symbols).collect();
    let names: Vec<Symbol> = symbols.into_iter().collect();
    if names.len() == 1 {
        return Ok(Many { items: names, list: false });
    }
    let listed: Vec<&str> = names.iter().map(Symbol::name).collect();
    Diagnostic::error(
        &codes::E0202_WRONG_ARGUMENTS,
        format!(
            "`{}` needs the unknowns: the symbols are {}",
            call.name(),
            listed.join(", ")
        ),
    )
    .at(call.span())
    .hint(format!("solve(…, {})", listed.first().unwrap_or(&"x")))
    .into()
}

/// Solutions of equations as decimal numbers, near a starting point.
///
/// The answer is checked by putting it in; no convergence is an error.
///
/// ```holor
/// nsolve(cos(x) == x, x = 1, 10)                     # => 0.7390851332
/// nsolve([x^2 + y^2 == 2, x == y], x = 2, y = 1, 5)  # => [x == 1.0, y == 1.0]
/// ```
#[builtin(topic = "equations", latex = none, since = "0.1", see("solve", "plot"), returns = "number")]
fn nsolve(
    call: &Call<'_>,
    /// An equation, or a list of as many as there are unknowns.
    equations: Equations,
    /// The unknowns with starting values, `x = 1`, and then, optionally, how many digits are wanted.
    #[variadic]
    start: Vec<crate::builtin::Either<Binding, Spanned<u32>>>,
) -> Result<Value> {
    let mut unknowns = Vec::new();
    let mut digits = 16;
    for item in start {
        match item {
            crate::builtin::Either::First(Binding {
                symbol,
                value: Some(Value::Expr(value)),
                ..
            }) => {
                unknowns.push((symbol, value));
            }
            crate::builtin::Either::First(binding) => {
                let x = &binding.symbol;
                return Diagnostic::error(
                    &codes::E0202_WRONG_ARGUMENTS,
                    format!("`{x}` needs a starting value"),
                )
                .at(binding.span)
                .hint(format!("{x} = 1"))
                .into();
            }
            crate::builtin::Either::Second(number) => digits = number.value,
        }
    }
    if unknowns.is_empty() {
        return Diagnostic::error(
            &codes::E0202_WRONG_ARGUMENTS,
            "`nsolve` needs an unknown with a starting value",
        )
        .at(call.span())
        .hint("nsolve(cos(x) == x, x = 1)")
        .into();
    }
    let values = call.engine().nsolve(&equations.items, &unknowns, digits)?;
    Ok(match values.as_slice() {
        [value] => Value::Expr(value.clone()),
        _ => Value::list(
            unknowns
                .iter()
                .zip(values)
                .map(|((unknown, _), value)| {
                    Value::Expr(Expr::equation(Expr::symbol(unknown.name()), value))
                })
                .collect(),
        ),
    })
}

/// The solutions of ordinary differential equations.
///
/// Initial conditions stand in the list with the equations: `y(0) == 1`, `y'(0) == 0`. Constants of
/// integration are `C1`, `C2`, …. The result is an equation `y(x) == …`, or a list where there are several.
///
/// ```holor
/// dsolve(diff(y(x), x) == y(x), y(x))                        # => y(x) == C1*exp(x)
/// dsolve([diff(y(x), x) == y(x), y(0) == 2], y(x))           # => y(x) == 2*exp(x)
/// ```
#[builtin(
    topic = "equations",
    latex = none,
    since = "0.1",
    see("solve", "diff", "rhs"),
    functions,
    returns = "equation"
)]
fn dsolve(
    call: &Call<'_>,
    /// A differential equation, or a list of equations and initial conditions.
    equations: Equations,
    /// The unknown function, `y(x)`, or a list of them.
    functions: Many<Expr>,
) -> Result<Value> {
    let (conditions, equations): (Vec<Expr>, Vec<Expr>) = equations
        .items
        .into_iter()
        .partition(|equation| is_condition(equation, &functions.items));
    let mut solutions =
        call.engine().dsolve(&equations, &functions.items, &conditions)?;
    if solutions.len() == 1 {
        return Ok(Value::Expr(solutions.remove(0)));
    }
    Ok(Value::list(solutions.into_iter().map(Value::Expr).collect()))
}

/// Whether an equation is about the unknown functions at points only, such as `y(0) == 1`.
fn is_condition(equation: &Expr, functions: &[Expr]) -> bool {
    !functions.iter().any(|function| equation.contains(function))
}

/// The real roots of a polynomial with rational coefficients, in ascending order.
///
/// ```holor
/// real_roots(x^3 - 2x, x)            # => [-sqrt(2), 0, sqrt(2)]
/// ```
#[builtin(topic = "equations", latex = none, since = "0.1", see("solve"))]
fn real_roots(
    call: &Call<'_>,
    /// A polynomial, or an equation of polynomials.
    polynomial: Expr,
    /// Its variable.
    x: Symbol,
) -> Result<Vec<Expr>> {
    let polynomial = match polynomial.node() {
        holor_algebra::Node::Relation(Relation::Equal, left, right) => left - right,
        _ => polynomial,
    };
    let roots = call.engine().real_roots(&polynomial, &x)?;
    roots.into_iter().map(|root| without_root_of(call, root)).collect()
}

/// The root of a quadratic polynomial by radicals, any other root as it is.
fn without_root_of(call: &Call<'_>, root: Expr) -> Result<Expr> {
    let holor_algebra::Node::Call(Function::RootOf, parts) = root.node() else {
        return Ok(root);
    };
    let [polynomial, variable, index] = &**parts else { return Ok(root) };
    let (Some(x), Some(index)) = (variable.as_symbol(), index.as_integer()) else {
        return Ok(root);
    };
    let engine = call.engine();
    if engine.degree(polynomial, x)? != Expr::integer(2) {
        return Ok(root);
    }
    let Solutions::Finite(solutions) =
        engine.solve(std::slice::from_ref(polynomial), std::slice::from_ref(x))?
    else {
        return Ok(root);
    };
    let mut values: Vec<(Expr, Expr)> = Vec::new();
    for Solution(values_of) in solutions {
        for (_, value) in values_of {
            values.push((engine.numeric(&value, 30)?, value));
        }
    }
    values.sort_by(|(a, _), (b, _)| match (a.as_decimal(), b.as_decimal()) {
        (Some(a), Some(b)) => a.to_rational().cmp(&b.to_rational()),
        _ => std::cmp::Ordering::Equal,
    });
    let chosen = usize::try_from(index).ok().and_then(|index| values.get(index));
    Ok(chosen.map_or_else(|| root.clone(), |(_, value)| value.clone()))
}
