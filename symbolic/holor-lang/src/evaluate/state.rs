//! The session as a snapshot: shared until it changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use holor_algebra::{Assumptions, Expr, Property, Symbol};
use holor_geometry::{Connection, Metric};

use super::charts::{ChartRecord, update_record};
use crate::Value;
use crate::geometry::ChartValue;

/// Values by canonical name.
pub(crate) type Variables = BTreeMap<Arc<str>, Value>;

/// Everything a session remembers. Cloning is a handful of reference counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// Variables and functions by canonical name.
    pub(crate) variables: Arc<Variables>,
    /// Names declared as symbols.
    pub(crate) symbols: Arc<BTreeSet<Arc<str>>>,
    /// Names declared as unknown functions.
    pub(crate) functions: Arc<BTreeSet<Arc<str>>>,
    /// What is assumed.
    pub(crate) assumptions: Arc<Assumptions>,
    /// Charts, the one used last at the end.
    pub(crate) charts: Arc<Vec<ChartRecord>>,
    /// Results by cell number.
    pub(crate) results: Arc<BTreeMap<u32, Value>>,
    /// The last result.
    pub(crate) last: Option<Value>,
    /// State of the random numbers; `None` until seeded.
    pub(crate) random: Option<u64>,
    /// How many noises were made: each has a label of its own.
    pub(crate) labels: u64,
    /// What the last cell that failed had changed before; nothing once another one has changed something.
    pub(crate) undone: Arc<[Change]>,
}

/// One change of the session, replayed when the cell commits.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Assign(Arc<str>, Value),
    DeclareSymbol(Arc<str>),
    DeclareFunction(Arc<str>),
    Assume(Symbol, Property),
    AssumeCondition(Expr),
    Forget(Arc<str>),
    ForgetAll,
    /// A chart was made.
    Chart(ChartValue),
    /// A metric was made: from now on it is its chart's.
    Metric(Metric),
    /// A connection was made: from now on it is its chart's.
    Connection(Connection),
    Result(u32, Value),
    Random(u64),
    /// A noise was made.
    Label,
}

impl Change {
    /// The variable that is assigned.
    pub(crate) fn assigned(&self) -> Option<&Arc<str>> {
        match self {
            Change::Assign(name, _) => Some(name),
            _ => None,
        }
    }

    /// Whether the engine must be told.
    pub(crate) fn concerns_assumptions(&self) -> bool {
        matches!(
            self,
            Change::Assume(..)
                | Change::AssumeCondition(_)
                | Change::Forget(_)
                | Change::ForgetAll
        )
    }
}

impl State {
    /// Makes a change.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::Assign(name, value) => {
                Arc::make_mut(&mut self.variables).insert(name.clone(), value.clone());
            }
            Change::DeclareSymbol(name) => {
                Arc::make_mut(&mut self.variables).remove(name);
                Arc::make_mut(&mut self.functions).remove(name);
                Arc::make_mut(&mut self.symbols).insert(name.clone());
            }
            Change::DeclareFunction(name) => {
                Arc::make_mut(&mut self.variables).remove(name);
                Arc::make_mut(&mut self.functions).insert(name.clone());
            }
            Change::Assume(symbol, property) => {
                Arc::make_mut(&mut self.assumptions).assume(symbol.clone(), *property);
            }
            Change::AssumeCondition(condition) => {
                Arc::make_mut(&mut self.assumptions).assume_condition(condition.clone());
            }
            Change::Forget(name) => {
                Arc::make_mut(&mut self.variables).remove(name);
                Arc::make_mut(&mut self.symbols).remove(name);
                Arc::make_mut(&mut self.functions).remove(name);
                Arc::make_mut(&mut self.assumptions).forget(&Symbol::new(name));
            }
            Change::ForgetAll => {
                let (results, last) = (self.results.clone(), self.last.clone());
                *self = State { results, last, random: self.random, ..State::default() };
            }
            Change::Chart(value) => {
                update_record(&mut self.charts, &value.chart, |record| {
                    *record = ChartRecord::new(value.clone());
                });
            }
            Change::Metric(metric) => {
                update_record(&mut self.charts, metric.chart(), |record| {
                    record.metric = Some(metric.clone());
                    record.connection = None;
                });
            }
            Change::Connection(connection) => {
                update_record(&mut self.charts, connection.chart(), |record| {
                    record.connection = Some(connection.clone());
                });
            }
            Change::Result(number, value) => {
                Arc::make_mut(&mut self.results).insert(*number, value.clone());
                self.last = Some(value.clone());
            }
            Change::Random(state) => self.random = Some(*state),
            Change::Label => self.labels += 1,
        }
    }
}

/// The changes of a cell in order. A variable that a loop assigns again and again is logged once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    log: Vec<Change>,
    /// Where each variable was assigned, since anything was declared or forgotten.
    assigned: BTreeMap<Arc<str>, usize>,
    /// Where the state of the random numbers was logged.
    random: Option<usize>,
}

impl Changes {
    /// Adds a change.
    pub(crate) fn push(&mut self, change: Change) {
        let next = self.log.len();
        let place = match &change {
            Change::Assign(name, _) => *self.assigned.entry(name.clone()).or_insert(next),
            Change::Random(_) => *self.random.get_or_insert(next),
            Change::Assume(..)
            | Change::AssumeCondition(_)
            | Change::Chart(_)
            | Change::Metric(_)
            | Change::Connection(_)
            | Change::Result(..)
            | Change::Label => next,
            Change::DeclareSymbol(_)
            | Change::DeclareFunction(_)
            | Change::Forget(_)
            | Change::ForgetAll => {
                self.assigned.clear();
                next
            }
        };
        match self.log.get_mut(place) {
            Some(earlier) => *earlier = change,
            None => self.log.push(change),
        }
    }

    /// The changes, to be replayed in this order.
    pub(crate) fn into_vec(self) -> Vec<Change> {
        self.log
    }
}
