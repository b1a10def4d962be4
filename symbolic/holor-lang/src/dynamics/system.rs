//! From equations in unknown functions of time to rates of states.

use holor_algebra::{Engine, Expr, Matrix, Node, Relation, Symbol};

use super::eliminate::eliminate;
use super::reduce::{Invariant, reduce};
use super::{Atom, Atoms, Places, counted};
use crate::evaluate::{Call, Unknown};
use crate::{Diagnostic, Result, Span, codes};

/// Most unknowns, derivatives included; formulas for more take minutes.
const MOST_STATES: usize = 2000;

/// Equations as rates of states. A state is an unknown function or one of its derivatives below the highest.
#[derive(Clone, Debug)]
pub(crate) struct System {
    /// The symbol of time.
    pub(crate) time: Symbol,
    /// The states: the unknown function and which derivative.
    pub(crate) states: Vec<(Symbol, usize)>,
    /// The rates, in time, states, delayed states and noises; of states without a rate what shall be 0.
    pub(crate) rates: Vec<Expr>,
    /// Whether each state has a rate, or is given by an equation without derivatives.
    pub(crate) differential: Vec<bool>,
    /// The delays.
    pub(crate) delays: Vec<f64>,
    /// Whether earlier values of highest derivatives occur.
    pub(crate) neutral: bool,
    /// The noises.
    pub(crate) noises: Vec<Expr>,
    /// The conditions between values at points that stood among the equations.
    pub(crate) conditions: Vec<Expr>,
    /// Whether each unknown is of second order and there are no others.
    pub(crate) second_order: bool,
    /// The unknowns that an equation without derivatives gives by the others: formulas in time, states and delayed states.
    pub(crate) given: Vec<(Symbol, Expr)>,
    /// The equations as written that give the states without a rate, each in the place of its state; of the others empty.
    pub(crate) texts: Vec<String>,
    /// What equations without derivatives keep at 0 that had to be differentiated.
    pub(crate) invariants: Vec<Invariant>,
    /// The vectors and matrices among the unknowns.
    pub(crate) vectors: Vec<Unknown>,
}

/// The symbol that stands for a state.
pub(crate) fn state_symbol(name: &Symbol, order: usize) -> Symbol {
    Symbol::new(&format!("{name} now {order}"))
}

pub(super) fn earlier_symbol(name: &Symbol, order: usize, delay: usize) -> Symbol {
    Symbol::new(&format!("{name} earlier {order} {delay}"))
}

pub(super) fn noise_symbol(place: usize) -> Symbol {
    Symbol::new(&format!("noise {place}"))
}

impl System {
    /// The name of a state: `x`, of its derivative `x_t`, of a component `x_t[1]`; after the states those of unknowns that others give.
    pub(crate) fn state_name(&self, place: usize) -> String {
        let given =
            place.checked_sub(self.states.len()).and_then(|it| self.given.get(it));
        match (self.states.get(place), given) {
            (Some((name, 0)), _) | (None, Some((name, _))) => name.to_string(),
            (Some((name, order)), _) => {
                let (name, index) = name
                    .name()
                    .split_at(name.name().find('[').unwrap_or(name.name().len()));
                format!("{name}_{}{index}", self.time.name().repeat(*order))
            }
            (None, None) => String::new(),
        }
    }

    /// The state as it is written: `x(0)`, `x'(0)`.
    pub(crate) fn written(&self, place: usize, at: &str) -> String {
        let Some((name, order)) = self.states.get(place) else { return String::new() };
        format!("{name}{}({at})", "'".repeat(*order))
    }

    /// A formula of the states with their names.
    pub(crate) fn as_written(&self, formula: &Expr) -> String {
        let names: Vec<(Expr, Expr)> = self
            .states
            .iter()
            .enumerate()
            .map(|(place, (name, order))| {
                let symbol = state_symbol(name, *order);
                (Expr::symbol(symbol.name()), Expr::symbol(&self.state_name(place)))
            })
            .collect();
        formula.substitute(&names).to_string()
    }

    /// The place of a state.
    pub(crate) fn place(&self, name: &Symbol, order: usize) -> Option<usize> {
        self.states.iter().position(|(own, level)| own == name && *level == order)
    }

    /// The formula of an unknown that the others give.
    pub(crate) fn given(&self, name: &Symbol) -> Option<&Expr> {
        self.given.iter().find(|(own, _)| own == name).map(|(_, formula)| formula)
    }

    /// The symbols that rates are functions of: time, states, and the states at each delay.
    pub(crate) fn variables(&self) -> Vec<Symbol> {
        let mut symbols = vec![self.time.clone()];
        symbols
            .extend(self.states.iter().map(|(name, order)| state_symbol(name, *order)));
        for delay in 0..self.delays.len() {
            symbols.extend(
                self.states
                    .iter()
                    .map(|(name, order)| earlier_symbol(name, *order, delay)),
            );
        }
        if self.neutral {
            for delay in 0..self.delays.len() {
                symbols.extend(self.states.iter().map(|(name, order)| {
                    // Derivatives below the highest are states, and known by the name of those.
                    match self.place(name, order + 1) {
                        Some(_) => Symbol::new(&format!("{name} slope {order} {delay}")),
                        None => earlier_symbol(name, order + 1, delay),
                    }
                }));
            }
        }
        symbols
    }

    /// The symbol of a noise.
    pub(crate) fn noise(&self, place: usize) -> Symbol {
        noise_symbol(place)
    }

    /// A formula of the unknown functions now as one of the states.
    pub(crate) fn formula(&self, places: &Places<'_>, expr: &Expr) -> Result<Expr> {
        let atoms = places.atoms(expr)?;
        let mut rules = Vec::new();
        for (written, atom) in &atoms.found {
            match atom {
                Atom::Now(name, order) if self.place(name, *order).is_some() => {
                    let symbol = state_symbol(name, *order);
                    rules.push((written.clone(), Expr::symbol(symbol.name())));
                }
                Atom::Now(name, 0) if self.given(name).is_some() => {
                    let formula = self.given(name).cloned().unwrap_or_else(Expr::zero);
                    rules.push((written.clone(), formula));
                }
                _ => {
                    let message =
                        format!("`{written}` is no unknown of the equations here");
                    return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                        .at(places.span)
                        .into();
                }
            }
        }
        self.check_free(places, &expr.substitute(&rules), &[])
    }

    /// The formula, where all its symbols have values.
    pub(crate) fn check_free(
        &self,
        places: &Places<'_>,
        expr: &Expr,
        more: &[Symbol],
    ) -> Result<Expr> {
        let known = self.variables();
        let unknown = expr
            .free_symbols()
            .into_iter()
            .find(|symbol| !known.contains(symbol) && !more.contains(symbol));
        let Some(symbol) = unknown else { return Ok(expr.clone()) };
        let function = self.states.iter().any(|(name, _)| *name == symbol);
        let message = if function {
            format!("`{symbol}` stands alone: it is a function of `{}`", self.time)
        } else {
            format!("`{symbol}` has no value here")
        };
        Diagnostic::error(&codes::E0401_NOT_A_NUMBER, message)
            .at(places.span)
            .hint(if function {
                format!("{symbol}({})", self.time)
            } else {
                format!("{symbol} = 1")
            })
            .into()
    }
}

/// Reads equations and the conditions among them.
pub(crate) fn read_system(
    call: &Call<'_>,
    equations: &[Expr],
    time: &Symbol,
    span: Span,
) -> Result<System> {
    let places = Places { call, time, span };
    let refuse =
        |message: String| Diagnostic::error(&codes::E0310_EVOLUTION, message).at(span);
    let mut conditions = Vec::new();
    let mut read: Vec<(Expr, Expr, Atoms)> = Vec::new();
    for equation in equations {
        let atoms = places.atoms(equation)?;
        if !atoms.moves() {
            if atoms.found.is_empty() {
                return refuse(format!(
                    "`{equation}` holds no unknown function of `{time}`"
                ))
                .hint(format!("diff(x({time}), {time}) == -x({time})"))
                .into();
            }
            conditions.push(equation.clone());
            continue;
        }
        let residual = match equation.node() {
            Node::Relation(Relation::Equal, left, right) => left.clone() - right,
            Node::Relation(..) => {
                return refuse(format!("`{equation}` is not an equation")).into();
            }
            _ => equation.clone(),
        };
        if let Some((point, _)) =
            atoms.found.iter().find(|(_, atom)| matches!(atom, Atom::Point(..)))
        {
            return refuse(format!("`{point}` stands in an equation of motion")).into();
        }
        read.push((equation.clone(), residual, atoms));
    }
    let mut unknowns: Vec<(Symbol, usize)> = Vec::new();
    let (mut delays, mut noises): (Vec<f64>, Vec<Expr>) = (Vec::new(), Vec::new());
    for (_, _, atoms) in &read {
        for (_, atom) in &atoms.found {
            match atom {
                Atom::Now(name, order) => {
                    match unknowns.iter_mut().find(|(own, _)| own == name) {
                        Some((_, known)) => *known = (*order).max(*known),
                        None => unknowns.push((name.clone(), *order)),
                    }
                }
                Atom::Earlier(name, _, delay) => {
                    if !unknowns.iter().any(|(own, _)| own == name) {
                        unknowns.push((name.clone(), 0));
                    }
                    if !delays.contains(delay) {
                        delays.push(*delay);
                    }
                }
                Atom::Noise(call) => {
                    if !noises.contains(call) {
                        noises.push(call.clone());
                    }
                }
                Atom::Point(..) => {}
            }
        }
    }
    delays.sort_by(f64::total_cmp);
    if unknowns.is_empty() {
        return refuse("there is no unknown function in the equations".into())
            .hint(format!("diff(x({time}), {time}) == -x({time})"))
            .into();
    }
    if read.len() != unknowns.len() {
        let names: Vec<String> =
            unknowns.iter().map(|(name, _)| format!("{name}({time})")).collect();
        let error = refuse(format!(
            "{} for {}: {}",
            counted(read.len(), "equation"),
            counted(names.len(), "unknown"),
            names.join(", ")
        ));
        // A symbol that stands alone may be the unknown that is missing.
        let alone =
            read.iter().flat_map(|(_, residual, _)| residual.free_symbols()).find(
                |symbol| symbol != time && !unknowns.iter().any(|(own, _)| own == symbol),
            );
        return match alone {
            Some(symbol) if read.len() > unknowns.len() => error
                .hint(format!("{symbol}({time}), if `{symbol}` is an unknown"))
                .hint(format!("{symbol} = 1, if it is a parameter")),
            _ => error.hint(
                "a parameter needs a value; a condition stands at a point, such as x(0) == 1",
            ),
        }
        .into();
    }
    let highest = unknowns.iter().map(|(_, order)| *order).max().unwrap_or(0);
    let mut states: Vec<(Symbol, usize)> = Vec::new();
    for level in 0..highest {
        for (name, order) in &unknowns {
            if level < *order {
                states.push((name.clone(), level));
            }
        }
    }
    for (name, order) in &unknowns {
        if *order == 0 {
            states.push((name.clone(), 0));
        }
    }
    if states.len() > MOST_STATES {
        let message = format!("{} unknowns are too many for formulas", states.len());
        return Diagnostic::error(&codes::E0403_TOO_LARGE, message).at(span).into();
    }
    let order_of = |name: &Symbol| {
        unknowns.iter().find(|(own, _)| own == name).map_or(0, |(_, order)| *order)
    };
    let mut system = System {
        neutral: read.iter().any(|(_, _, atoms)| {
            atoms.found.iter().any(|(_, atom)| {
                matches!(atom, Atom::Earlier(name, order, _) if *order > 0 && *order == order_of(name))
            })
        }),
        time: time.clone(),
        second_order: unknowns.iter().all(|(_, order)| *order == 2),
        rates: Vec::new(),
        differential: Vec::new(),
        states,
        delays,
        noises,
        conditions,
        given: Vec::new(),
        texts: Vec::new(),
        invariants: Vec::new(),
        vectors: call.unknowns(),
    };
    solve(&places, &mut system, &unknowns, &read)?;
    eliminate(call, &mut system)?;
    if system.differential.contains(&true) {
        reduce(call, &mut system, span)?;
    }
    Ok(system)
}

/// Solves the equations for the highest derivatives.
fn solve(
    places: &Places<'_>,
    system: &mut System,
    unknowns: &[(Symbol, usize)],
    read: &[(Expr, Expr, Atoms)],
) -> Result<()> {
    let refuse = |message: String| {
        Diagnostic::error(&codes::E0310_EVOLUTION, message).at(places.span)
    };
    let engine = places.call.engine();
    let time = &system.time;
    let wanted: Vec<(usize, Symbol)> = unknowns
        .iter()
        .enumerate()
        .filter(|(_, (_, order))| *order > 0)
        .map(|(place, (name, order))| (place, state_symbol(name, *order)))
        .collect();
    let highest: Vec<Symbol> = wanted.iter().map(|(_, symbol)| symbol.clone()).collect();
    let noise_symbols: Vec<Symbol> = (0..system.noises.len()).map(noise_symbol).collect();
    let mut solved: Vec<Option<Expr>> = vec![None; unknowns.len()];
    let mut constraints: Vec<(Expr, String)> = Vec::new();
    let mut rows: Vec<(Expr, Vec<Expr>)> = Vec::new();
    for (equation, residual, atoms) in read {
        let mut rules = Vec::new();
        for (written, atom) in &atoms.found {
            let symbol = match atom {
                Atom::Now(name, order) => state_symbol(name, *order),
                Atom::Earlier(name, order, delay) => {
                    // An algebraic unknown has no rate.
                    let known = system.place(name, *order).is_some()
                        || unknowns.iter().any(|(own, own_order)| {
                            own == name && *own_order > 0 && own_order == order
                        });
                    if !known {
                        let late =
                            format!("{name}{}({time} - {delay})", "'".repeat(*order));
                        return refuse(format!(
                            "`{late}` is an earlier derivative of higher order than the equations give now; such equations, of advanced type, are not solved"
                        ))
                        .into();
                    }
                    let place = system.delays.iter().position(|own| own == delay);
                    earlier_symbol(name, *order, place.unwrap_or(0))
                }
                Atom::Noise(call) => noise_symbol(
                    system.noises.iter().position(|own| own == call).unwrap_or(0),
                ),
                Atom::Point(..) => continue,
            };
            rules.push((written.clone(), Expr::symbol(symbol.name())));
        }
        let residual = residual.substitute(&rules);
        let mut more = highest.clone();
        more.extend(noise_symbols.iter().cloned());
        system.check_free(places, &residual, &more)?;
        let mut coefficients = Vec::with_capacity(wanted.len());
        let present = residual.free_symbols();
        for (_, symbol) in &wanted {
            if !present.contains(symbol) {
                coefficients.push(Expr::zero());
                continue;
            }
            let coefficient = coefficient(&engine, &residual, symbol, &highest)?;
            let held = coefficient.free_symbols();
            if held.iter().any(|it| highest.contains(it)) {
                return refuse(format!(
                    "`{equation}` is not linear in the highest derivatives"
                ))
                .hint(format!("solve it for diff(x({time}), {time})"))
                .into();
            }
            coefficients.push(coefficient);
        }
        if coefficients.iter().all(Expr::is_zero) {
            constraints.push((residual, equation.to_string()));
            continue;
        }
        let zero: Vec<(Expr, Expr)> = highest
            .iter()
            .filter(|symbol| present.contains(*symbol))
            .map(|symbol| (Expr::symbol(symbol.name()), Expr::zero()))
            .collect();
        rows.push((residual.substitute(&zero), coefficients));
    }
    if rows.len() != wanted.len() {
        let missing = wanted
            .iter()
            .find(|(place, _)| {
                !rows.iter().any(|(_, row)| {
                    wanted
                        .iter()
                        .position(|(own, _)| own == place)
                        .and_then(|it| row.get(it))
                        .is_some_and(|it| !it.is_zero())
                })
            })
            .or(wanted.first())
            .and_then(|(place, _)| unknowns.get(*place))
            .map_or("x", |(name, _)| name.name());
        return refuse(format!(
            "{} with highest derivatives for {}",
            counted(rows.len(), "equation"),
            counted(wanted.len(), "unknown")
        ))
        .hint(format!("diff({missing}({time}), {time}) == …"))
        .into();
    }
    let single = |row: &(Expr, Vec<Expr>)| {
        let mut found = row.1.iter().enumerate().filter(|(_, it)| !it.is_zero());
        match (found.next(), found.next()) {
            (Some((place, _)), None) => Some(place),
            _ => None,
        }
    };
    let alone: Option<Vec<usize>> = rows.iter().map(single).collect();
    if let Some(alone) = alone {
        for (column, (rest, coefficients)) in alone.iter().zip(&rows) {
            let (Some((place, _)), Some(coefficient)) =
                (wanted.get(*column), coefficients.get(*column))
            else {
                continue;
            };
            if let Some(slot) = solved.get_mut(*place) {
                if slot.is_some() {
                    let name = unknowns.get(*place).map_or("x", |(name, _)| name.name());
                    return refuse(format!(
                        "there are two equations for `{name}({time})`"
                    ))
                    .into();
                }
                *slot = Some(over(&rest.negate(), coefficient));
            }
        }
    } else {
        let entries: Vec<Expr> =
            rows.iter().flat_map(|(_, row)| row.iter().cloned()).collect();
        let right: Vec<Expr> = rows.iter().map(|(rest, _)| rest.negate()).collect();
        let (Some(matrix), Some(right)) = (
            Matrix::new(rows.len(), wanted.len(), entries),
            Matrix::new(rows.len(), 1, right),
        ) else {
            return refuse("the equations do not give the highest derivatives".into())
                .into();
        };
        let solution = engine.solve_linear(&matrix, &right)?;
        for ((place, _), rate) in wanted.iter().zip(solution.entries()) {
            if let Some(slot) = solved.get_mut(*place) {
                *slot = Some(rate.clone());
            }
        }
    }
    let mut constraints = constraints.into_iter();
    for (name, level) in system.states.clone() {
        let place = unknowns.iter().position(|(own, _)| *own == name).unwrap_or(0);
        let order = unknowns.get(place).map_or(0, |(_, order)| *order);
        let mut text = String::new();
        let (rate, differential) = if order == 0 {
            let constraint = constraints.next();
            let rate = constraint.map(|(rate, own)| {
                text = own;
                rate
            });
            (rate, false)
        } else if level + 1 < order {
            (Some(Expr::symbol(state_symbol(&name, level + 1).name())), true)
        } else {
            (solved.get(place).cloned().flatten(), true)
        };
        let Some(rate) = rate else {
            return refuse(format!("there is no equation for `{name}({time})`")).into();
        };
        system.rates.push(rate);
        system.texts.push(text);
        system.differential.push(differential);
    }
    Ok(())
}

/// The derivative of a formula by a symbol in which it is linear, as in the others. Functions of none of them are left
/// alone: some, such as `max`, have no derivative as a formula.
pub(crate) fn coefficient(
    engine: &Engine,
    formula: &Expr,
    symbol: &Symbol,
    symbols: &[Symbol],
) -> Result<Expr> {
    let mut kept: Vec<(Expr, Expr)> = Vec::new();
    let mut pending = vec![formula.clone()];
    let constant = |part: &Expr| {
        let held = part.free_symbols();
        !held.iter().any(|it| symbols.contains(it))
    };
    while let Some(part) = pending.pop() {
        match part.node() {
            Node::Call(..) | Node::Piecewise(_) if constant(&part) => {
                if !kept.iter().any(|(own, _)| *own == part) {
                    let stand_in = Symbol::new(&format!("constant {}", kept.len()));
                    kept.push((part, Expr::symbol(stand_in.name())));
                }
            }
            _ => pending.extend(part.children().into_iter().cloned()),
        }
    }
    let by = Expr::symbol(symbol.name());
    let derivative = engine.differentiate(&formula.substitute(&kept), &by, 1)?;
    let back: Vec<(Expr, Expr)> = kept.into_iter().map(|(own, it)| (it, own)).collect();
    Ok(derivative.substitute(&back))
}

fn over(rate: &Expr, coefficient: &Expr) -> Expr {
    if coefficient.is_one() {
        return rate.clone();
    }
    match rate.node() {
        Node::Add(terms) => Expr::add(
            terms.iter().map(|term| Expr::mul([term.clone(), coefficient.reciprocal()])),
        ),
        _ => Expr::mul([rate.clone(), coefficient.reciprocal()]),
    }
}
