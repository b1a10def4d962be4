//! Local variables.

use std::sync::Arc;

use crate::Value;

/// The local variables of one function call, or of the cell's top level.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    locals: Vec<(Arc<str>, Value)>,
    /// Inside a function: an assignment makes a local variable.
    function: bool,
    /// Unknown names applied to arguments are unknown functions, as in `dsolve(…, y(x))`.
    pub(crate) functions: bool,
}

impl Scope {
    /// The top level: assignments are global.
    pub(crate) fn top() -> Self {
        Self::default()
    }

    /// A function call's scope with what the function captured.
    pub(crate) fn function(captured: &[(Arc<str>, Value)]) -> Self {
        Self { locals: captured.to_vec(), function: true, functions: false }
    }

    /// The variable's value.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.locals
            .iter()
            .rev()
            .find(|(local, _)| &**local == name)
            .map(|(_, value)| value)
    }

    /// Adds a variable in front of those of the same name.
    pub(crate) fn push(&mut self, name: Arc<str>, value: Value) {
        self.locals.push((name, value));
    }

    /// How many variables there are, for [`Scope::truncate`].
    pub(crate) fn mark(&self) -> usize {
        self.locals.len()
    }

    /// Forgets the variables added since the mark.
    pub(crate) fn truncate(&mut self, mark: usize) {
        self.locals.truncate(mark);
    }

    /// Forgets the variable at the mark, keeping those added after it.
    pub(crate) fn remove(&mut self, mark: usize) {
        if mark < self.locals.len() {
            self.locals.remove(mark);
        }
    }

    /// Assigns a local variable; gives the value back where it belongs to the session instead.
    pub(crate) fn assign(&mut self, name: &Arc<str>, value: Value) -> Option<Value> {
        let local = self.locals.iter_mut().rev().find(|(local, _)| local == name);
        match local {
            Some((_, place)) => *place = value,
            None if self.function => self.push(name.clone(), value),
            None => return Some(value),
        }
        None
    }

    /// Every variable as a new closure captures it.
    pub(crate) fn capture(&self) -> Vec<(Arc<str>, Value)> {
        self.locals.clone()
    }

    /// The names of the variables.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.locals.iter().map(|(name, _)| &**name)
    }
}
