//! Simultaneous substitution that captures no variable.

use std::collections::{BTreeSet, HashMap};

use crate::tree::{binds_at, bound_variable};
use crate::{Expr, Function, Node, Symbol};

impl Expr {
    /// Puts each right side for each left side (a symbol or any subexpression), all at once.
    ///
    /// Only free occurrences are replaced, and a bound variable is renamed when a replacement would fall
    /// into its scope. Subexpressions are found as whole subtrees: `x^2` in `x^4` is not.
    ///
    /// ```
    /// use holor_algebra::Expr;
    /// let (x, y) = (Expr::symbol("x"), Expr::symbol("y"));
    /// let f = &x + 2 * &y;
    /// assert_eq!(f.substitute(&[(x.clone(), y.clone()), (y, x)]).to_string(), "2*x + y");
    /// ```
    pub fn substitute(&self, replacements: &[(Expr, Expr)]) -> Expr {
        let rules: Vec<(Expr, Expr)> =
            replacements.iter().filter(|(from, to)| from != to).cloned().collect();
        Substituter::new(rules).run(self)
    }

    /// Puts a value for a symbol.
    pub fn substitute_symbol(&self, symbol: &Symbol, value: &Expr) -> Expr {
        if !self.may_hold(symbol) {
            return self.clone();
        }
        let symbol = Expr::from_node(Node::Symbol(symbol.clone()));
        self.substitute(&[(symbol, value.clone())])
    }
}

/// What is replaced in one scope.
struct Scope {
    rules: HashMap<Expr, Expr>,
    /// Free symbols of the left and of the right sides.
    from: BTreeSet<Symbol>,
    to: BTreeSet<Symbol>,
    /// Whether every left side is a symbol.
    symbols_only: bool,
}

impl Scope {
    fn new(rules: Vec<(Expr, Expr)>) -> Self {
        let from = rules.iter().flat_map(|(from, _)| from.free_symbols()).collect();
        let to = rules.iter().flat_map(|(_, to)| to.free_symbols()).collect();
        let symbols_only = rules.iter().all(|(from, _)| from.as_symbol().is_some());
        let mut map = HashMap::new();
        for (from, to) in rules {
            // The first rule for a left side wins.
            map.entry(from).or_insert(to);
        }
        Self { rules: map, from, to, symbols_only }
    }

    /// Whether the expression certainly stays as it is.
    fn leaves(&self, expr: &Expr) -> bool {
        self.rules.is_empty()
            || self.symbols_only && !self.from.iter().any(|symbol| expr.may_hold(symbol))
    }
}

enum Step {
    Enter(Expr, usize),
    Leave(Expr, usize),
}

struct Substituter {
    scopes: Vec<Scope>,
    memory: HashMap<(usize, usize), Expr>,
    /// Renamed binders live as long as their addresses are used as keys.
    kept: Vec<Expr>,
}

impl Substituter {
    fn new(rules: Vec<(Expr, Expr)>) -> Self {
        Self { scopes: vec![Scope::new(rules)], memory: HashMap::new(), kept: Vec::new() }
    }

    fn run(mut self, expr: &Expr) -> Expr {
        let mut pending = vec![Step::Enter(expr.clone(), 0)];
        let mut results: Vec<Expr> = Vec::new();
        while let Some(step) = pending.pop() {
            match step {
                Step::Enter(expr, scope) => {
                    if let Some(known) = self.known(&expr, scope) {
                        results.push(known);
                        continue;
                    }
                    self.enter(expr, scope, &mut pending);
                }
                Step::Leave(expr, scope) => {
                    let count = expr.children().len();
                    let children = results.split_off(results.len().saturating_sub(count));
                    let same = expr.children().into_iter().eq(&children);
                    let result =
                        if same { expr.clone() } else { expr.with_children(children) };
                    self.memory.insert((expr.address(), scope), result.clone());
                    self.kept.push(expr);
                    results.push(result);
                }
            }
        }
        results.pop().unwrap_or_else(|| expr.clone())
    }

    fn known(&self, expr: &Expr, scope: usize) -> Option<Expr> {
        let rules = self.scopes.get(scope)?;
        if rules.leaves(expr) {
            return Some(expr.clone());
        }
        if let Some(replacement) = rules.rules.get(expr) {
            return Some(replacement.clone());
        }
        self.memory.get(&(expr.address(), scope)).cloned()
    }

    fn enter(&mut self, expr: Expr, scope: usize, pending: &mut Vec<Step>) {
        let expr = self.opened_derivative(&expr, scope).unwrap_or(expr);
        let mut inside = scope;
        let mut entered = expr.clone();
        let mut binder = None;
        if let Node::Call(function, arguments) = expr.node()
            && let Some(variable) = bound_variable(*function, arguments)
        {
            let mut variable = variable.clone();
            if self.would_capture(&variable, &expr, scope) {
                let fresh = self.fresh(&variable, &expr, scope);
                entered = rename_bound(&expr, &variable, &fresh);
                variable = fresh;
            }
            inside = self.narrowed(scope, &variable);
            binder = Some(*function);
        }
        pending.push(Step::Leave(entered.clone(), scope));
        for (index, child) in entered.children().into_iter().enumerate().rev() {
            let at = match binder {
                Some(function) if binds_at(function, index) => inside,
                _ => scope,
            };
            pending.push(Step::Enter(child.clone(), at));
        }
    }

    /// Whether a rule that applies below this binder brings its variable in.
    fn would_capture(&self, variable: &Symbol, expr: &Expr, scope: usize) -> bool {
        let Some(scope) = self.scopes.get(scope) else { return false };
        if !scope.to.contains(variable) {
            return false;
        }
        let free = expr.free_symbols();
        scope.rules.iter().any(|(from, to)| {
            !from.contains_symbol(variable)
                && to.contains_symbol(variable)
                && from.free_symbols().is_subset(&free)
        })
    }

    /// A derivative by a variable that gets a value becomes the derivative at that value:
    /// `diff(f(x), x)` at x = 2 is `subs(diff(f(x), x), x = 2)`, not `diff(f(2), 2)`.
    fn opened_derivative(&self, expr: &Expr, scope: usize) -> Option<Expr> {
        let Node::Call(Function::Derivative, arguments) = expr.node() else {
            return None;
        };
        let rules = self.scopes.get(scope)?;
        for variable in arguments.iter().skip(1).step_by(2) {
            let symbol = variable.as_symbol()?;
            let renamed = match rules.rules.get(variable) {
                Some(to) => to.as_symbol().is_some_and(|to| !expr.contains_symbol(to)),
                None => true,
            };
            if renamed && !self.would_capture(symbol, expr, scope) {
                continue;
            }
            let fresh = self.fresh(symbol, expr, scope);
            let fresh = Expr::from_node(Node::Symbol(fresh));
            let inner = expr.substitute_symbol(symbol, &fresh);
            return Some(Expr::call(
                Function::Substitution,
                [inner, fresh, variable.clone()],
            ));
        }
        None
    }

    /// The scope in which nothing that holds the bound variable is replaced.
    fn narrowed(&mut self, scope: usize, variable: &Symbol) -> usize {
        let Some(outer) = self.scopes.get(scope) else { return scope };
        if !outer.from.contains(variable) {
            return scope;
        }
        let kept = outer.rules.iter().filter(|(from, _)| !from.contains_symbol(variable));
        let rules = kept.map(|(from, to)| (from.clone(), to.clone())).collect();
        self.scopes.push(Scope::new(rules));
        self.scopes.len() - 1
    }

    /// A symbol that occurs nowhere here: `x_1`, `x_2`, ….
    fn fresh(&self, variable: &Symbol, expr: &Expr, scope: usize) -> Symbol {
        let taken = |candidate: &Symbol| {
            let in_rules = self
                .scopes
                .get(scope)
                .is_some_and(|s| s.from.contains(candidate) || s.to.contains(candidate));
            let symbol = Expr::from_node(Node::Symbol(candidate.clone()));
            in_rules || expr.may_hold(candidate) && expr.contains(&symbol)
        };
        let stem = variable.name();
        let mut number = 1_u64;
        loop {
            let candidate = Symbol::new(&format!("{stem}_{number}"));
            if !taken(&candidate) {
                return candidate;
            }
            number += 1;
        }
    }
}

/// The same integral, sum, … over another variable, one that occurs nowhere in it.
fn rename_bound(expr: &Expr, variable: &Symbol, fresh: &Symbol) -> Expr {
    let Node::Call(function, arguments) = expr.node() else { return expr.clone() };
    let fresh = Expr::from_node(Node::Symbol(fresh.clone()));
    let arguments: Vec<Expr> = arguments
        .iter()
        .enumerate()
        .map(|(index, argument)| {
            if index == 1 {
                fresh.clone()
            } else if binds_at(*function, index) {
                argument.substitute_symbol(variable, &fresh)
            } else {
                argument.clone()
            }
        })
        .collect();
    Expr::call(*function, arguments)
}
