//! What names meant when a run began: whatever happens to them in the session, a run that is continued goes on with that.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Call;
use crate::Value;
use crate::ast::{Ast, AstKind};
use crate::syntax::children;
use crate::value::Closure;

/// The values of names; none for those that had no value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remembered(BTreeMap<Arc<str>, Option<Value>>);

impl Remembered {
    /// The values in words, as far as they decide numbers: `c = 3; f(x) = c*x`.
    pub(crate) fn text(&self) -> String {
        let parts = self.0.iter().filter_map(|(name, value)| match value {
            Some(Value::Closure(closure)) => Some(closure.text.to_string()),
            Some(
                value @ (Value::Expr(_)
                | Value::Text(_)
                | Value::List(_)
                | Value::Matrix(_)
                | Value::Range(_)),
            ) => Some(format!("{name} = {}", value.plain())),
            _ => None,
        });
        parts.collect::<Vec<_>>().join("; ")
    }
}

impl Call<'_> {
    /// What the names in these closures mean now, those of the functions they call included, and some other names.
    pub(crate) fn remember<'a>(
        &self,
        closures: impl Iterator<Item = &'a Closure>,
        also: impl Iterator<Item = String>,
    ) -> Remembered {
        let state = self.evaluator().state();
        let mut remembered = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for name in also {
            let name: Arc<str> = name.into();
            remembered.insert(name.clone(), state.variables.get(&name).cloned());
        }
        let mut bodies: Vec<(Arc<Ast>, BTreeSet<Arc<str>>)> = Vec::new();
        let mut open = |closure: &Closure, bodies: &mut Vec<_>| {
            if seen.insert(Arc::as_ptr(&closure.body)) {
                let own = closure.captured.iter().map(|(name, _)| name.clone());
                let own =
                    own.chain(closure.parameters.iter().map(|it| it.symbol.clone()));
                bodies.push((closure.body.clone(), own.collect()));
            }
            let captured = closure.captured.iter();
            captured
                .filter_map(|(_, value)| match value {
                    Value::Closure(inner) => Some(inner.clone()),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        let mut waiting: Vec<Arc<Closure>> = Vec::new();
        for closure in closures {
            waiting.extend(open(closure, &mut bodies));
        }
        loop {
            while let Some(closure) = waiting.pop() {
                waiting.extend(open(&closure, &mut bodies));
            }
            let Some((body, own)) = bodies.pop() else { break };
            let mut trees: Vec<&Ast> = vec![&body];
            while let Some(ast) = trees.pop() {
                if let AstKind::Name(name) = &ast.kind
                    && !own.contains(&name.symbol)
                    && !remembered.contains_key(&name.symbol)
                {
                    let value = state.variables.get(&name.symbol).cloned();
                    if let Some(Value::Closure(inner)) = &value {
                        waiting.push(inner.clone());
                    }
                    remembered.insert(name.symbol.clone(), value);
                }
                children(ast, &mut trees);
            }
        }
        Remembered(remembered)
    }

    /// Does something while names mean what they meant then.
    pub(crate) fn with_remembered<T>(
        &self,
        remembered: &Remembered,
        act: impl FnOnce() -> T,
    ) -> T {
        let now = self.evaluator().exchange_variables(|variables| {
            for (name, value) in &remembered.0 {
                match value {
                    Some(value) => variables.insert(name.clone(), value.clone()),
                    None => variables.remove(name),
                };
            }
        });
        let result = act();
        self.evaluator().restore_variables(now);
        result
    }
}
