//! Walking and rebuilding expressions.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::expr::RECURSION_LIMIT;
use crate::{Expr, Function, Node, Symbol};

/// The children in which a call binds its variable, the variable, and the children outside.
///
/// `integrate(f, x, a, b)` binds x in f, not in a and b; `rootsum(p, x, f)` binds it in p and f.
pub(crate) fn bound_variable(function: Function, arguments: &[Expr]) -> Option<&Symbol> {
    if !function.is_binder() {
        return None;
    }
    arguments.get(1).and_then(Expr::as_symbol)
}

/// Whether the variable of this binder is bound in the argument at `index`.
pub(crate) fn binds_at(function: Function, index: usize) -> bool {
    match function {
        Function::RootSum => index <= 2,
        _ => index <= 1,
    }
}

impl Expr {
    /// The symbols it depends on: the variable of an integral, sum, product, limit or substitution is
    /// not one inside. The name of an undefined function is none.
    pub fn free_symbols(&self) -> BTreeSet<Symbol> {
        let mut found = BTreeSet::new();
        // Which symbols are bound where: index 0 is none, each other entry adds one to another.
        let mut scopes: Vec<(usize, Symbol)> = Vec::new();
        let mut done = HashSet::new();
        let mut pending = vec![(self, 0_usize)];
        while let Some((expr, scope)) = pending.pop() {
            if expr.count_nodes() > 8 && !done.insert((expr.address(), scope)) {
                continue;
            }
            match expr.node() {
                Node::Symbol(symbol) => {
                    if !is_bound(&scopes, scope, symbol) {
                        found.insert(symbol.clone());
                    }
                }
                Node::Call(function, arguments) => {
                    let inside = match bound_variable(*function, arguments) {
                        Some(variable) => {
                            scopes.push((scope, variable.clone()));
                            scopes.len()
                        }
                        None => scope,
                    };
                    for (index, argument) in arguments.iter().enumerate() {
                        let at = if binds_at(*function, index) { inside } else { scope };
                        pending.push((argument, at));
                    }
                }
                node => node.for_each_child(|child| pending.push((child, scope))),
            }
        }
        found
    }

    /// Whether it depends on the symbol, as [`Expr::free_symbols`] counts.
    pub fn contains_symbol(&self, symbol: &Symbol) -> bool {
        let mut done = HashSet::new();
        let mut pending = vec![self];
        while let Some(expr) = pending.pop() {
            if !expr.may_hold(symbol)
                || expr.count_nodes() > 8 && !done.insert(expr.address())
            {
                continue;
            }
            match expr.node() {
                Node::Symbol(found) if found == symbol => return true,
                Node::Call(function, arguments) => {
                    let hidden = bound_variable(*function, arguments) == Some(symbol);
                    pending.extend(
                        arguments
                            .iter()
                            .enumerate()
                            .filter(|(index, _)| !hidden || !binds_at(*function, *index))
                            .map(|(_, argument)| argument),
                    );
                }
                node => node.for_each_child(|child| pending.push(child)),
            }
        }
        false
    }

    /// Whether `part` occurs as a subtree, bound variables or not.
    pub fn contains(&self, part: &Expr) -> bool {
        self.any(&mut |expr| expr == part)
    }

    /// Whether any subtree satisfies the predicate; each shared subtree is asked once.
    pub fn any(&self, predicate: &mut dyn FnMut(&Expr) -> bool) -> bool {
        let mut done = HashSet::new();
        let mut pending = vec![self];
        while let Some(expr) = pending.pop() {
            if expr.count_nodes() > 8 && !done.insert(expr.address()) {
                continue;
            }
            if predicate(expr) {
                return true;
            }
            expr.node().for_each_child(|child| pending.push(child));
        }
        false
    }

    /// The same node over replaced children, rebuilt with the constructors. The variable of an integral
    /// or sum is a child like any other.
    ///
    /// ```
    /// use holor_algebra::Expr;
    /// let f = Expr::symbol("x") + Expr::symbol("y");
    /// assert_eq!(f.map_children(&mut |_| Expr::one()), Expr::integer(2));
    /// ```
    pub fn map_children(&self, f: &mut dyn FnMut(&Expr) -> Expr) -> Expr {
        let mut changed = false;
        let mut mapped = Vec::new();
        self.node().for_each_child(|child| {
            let new = f(child);
            changed |= new != *child;
            mapped.push(new);
        });
        if changed { self.with_children(mapped) } else { self.clone() }
    }

    /// Rebuilds from the leaves up: `f` sees each subtree after its children were replaced.
    ///
    /// A shared subtree is visited once; trees of any depth are fine.
    pub fn transform(&self, f: &mut dyn FnMut(Expr) -> Expr) -> Expr {
        enum Step<'a> {
            Enter(&'a Expr),
            Leave(&'a Expr),
        }
        let mut memory: HashMap<usize, Expr> = HashMap::new();
        let mut pending = vec![Step::Enter(self)];
        let mut results: Vec<Expr> = Vec::new();
        while let Some(step) = pending.pop() {
            match step {
                Step::Enter(expr) => {
                    if let Some(known) = memory.get(&expr.address()) {
                        results.push(known.clone());
                        continue;
                    }
                    pending.push(Step::Leave(expr));
                    let mut children = expr.children();
                    children.reverse();
                    pending.extend(children.into_iter().map(Step::Enter));
                }
                Step::Leave(expr) => {
                    let count = expr.children().len();
                    let children = results.split_off(results.len().saturating_sub(count));
                    let same = expr.children().into_iter().eq(&children);
                    let rebuilt =
                        if same { expr.clone() } else { expr.with_children(children) };
                    let result = f(rebuilt);
                    if expr.count_nodes() > 1 {
                        memory.insert(expr.address(), result.clone());
                    }
                    results.push(result);
                }
            }
        }
        results.pop().unwrap_or_else(|| self.clone())
    }

    /// Whether walking it by recursion is safe.
    pub fn is_shallow(&self) -> bool {
        self.depth() <= RECURSION_LIMIT
    }

    /// This node with other children, as many as it has, through the constructors.
    pub(crate) fn with_children(&self, children: Vec<Expr>) -> Expr {
        let mut children = children.into_iter();
        let mut next = || children.next().unwrap_or_else(Expr::undefined);
        match self.node() {
            Node::Number(_)
            | Node::Decimal(_)
            | Node::Symbol(_)
            | Node::Constant(_)
            | Node::Truth(_) => self.clone(),
            Node::Power(..) => {
                let (base, exponent) = (next(), next());
                Expr::power(base, exponent)
            }
            Node::Relation(relation, ..) => {
                let (left, right) = (next(), next());
                Expr::relation(*relation, left, right)
            }
            Node::Not(_) => Expr::not(next()),
            Node::Piecewise(branches) => {
                let branches: Vec<_> =
                    branches.iter().map(|_| (next(), next())).collect();
                Expr::piecewise(branches)
            }
            Node::Add(_) => Expr::add(children),
            Node::Mul(_) => Expr::mul(children),
            Node::Call(function, _) => {
                Expr::call(*function, children.collect::<Vec<_>>())
            }
            Node::Apply(name, _) => {
                Expr::apply(name.clone(), children.collect::<Vec<_>>())
            }
            Node::And(_) => Expr::and(children),
            Node::Or(_) => Expr::or(children),
        }
    }
}

fn is_bound(scopes: &[(usize, Symbol)], scope: usize, symbol: &Symbol) -> bool {
    let mut at = scope;
    while let Some((outer, bound)) = at.checked_sub(1).and_then(|index| scopes.get(index))
    {
        if bound == symbol {
            return true;
        }
        at = *outer;
    }
    false
}
