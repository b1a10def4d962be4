//! Lists and ranges.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use holor_algebra::{Expr, Node, Relation};
use holor_macros::builtin;

use super::geometry::components::each_component;
use crate::builtin::{Callable, Deferred, RangeBinding, Spanned};
use crate::evaluate::{Call, LONGEST_LIST, too_long};
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// The records of this topic.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &MAP, &FILTER, &REDUCE, &TABLE, &LIST, &LENGTH, &APPEND, &JOIN, &REVERSE, &SORT,
    &UNIQUE, &FLATTEN, &ZIP, &TAKE, &TOTAL, &ANY, &ALL,
];

/// The items of an argument, one by one.
fn items<'a>(
    call: &Call<'a>,
    given: &Spanned<Value>,
) -> Result<Box<dyn Iterator<Item = Value> + 'a>> {
    call.iterate(&given.value, given.span)?.ok_or_else(|| not_a_list(call, given))
}

fn not_a_list(call: &Call<'_>, given: &Spanned<Value>) -> Box<Diagnostic> {
    let found = given.value.describe();
    Box::new(
        Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!("`{}` expected a list or a range, found {found}", call.name()),
        )
        .at(given.span)
        .hint(call.signature()),
    )
}

/// Adds an item to a growing list, within the bound and until interrupted.
fn push(call: &Call<'_>, list: &mut Vec<Value>, item: Value) -> Result<()> {
    if list.len() >= LONGEST_LIST {
        return Err(too_long("more", call.span()));
    }
    list.push(item);
    call.poll()
}

/// The list of a function's values at the items of a list.
///
/// Of a tensor, the holor of the values at its components; components that are 0 stay 0, and there is no law.
///
/// ```holor
/// map(u -> u^2, 1..5)              # => [1, 4, 9, 16, 25]
/// map(sin, [0, pi/6, pi/2])        # => [0, 1/2, 1]
/// map((u, v) -> u v, [1, 2], [3, 4])   # => [3, 8]
/// M = chart(x, y); map(u -> u^2, 2 dx + dy)   # => holor(4*dx + dy, law = none)
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", returns = "list", see("filter", "table", "reduce"))]
pub(crate) fn map(
    call: &Call<'_>,
    /// The function.
    function: Callable,
    /// A list or a range; for a function of several arguments, one for each.
    #[variadic]
    lists: Vec<Spanned<Value>>,
) -> Result<Value> {
    if let [single] = lists.as_slice()
        && let Some(tensor) =
            each_component(call, &single.value, false, &mut |component| match call
                .apply(&function, vec![Value::Expr(component.clone())])?
            {
                Value::Expr(component) => Ok(component),
                other => {
                    let message =
                        format!("a component is a formula, found {}", other.describe());
                    Err(call.error(&codes::E0201_WRONG_TYPE, message))
                }
            })?
    {
        return Ok(tensor);
    }
    let mut iterators = Vec::with_capacity(lists.len());
    for list in &lists {
        if call
            .length(&list.value, list.span)?
            .is_some_and(|length| length > LONGEST_LIST.into())
        {
            return Err(too_long("more", list.span));
        }
        iterators.push(items(call, list)?);
    }
    let mut results = Vec::new();
    while !iterators.is_empty() {
        let arguments: Vec<Value> =
            iterators.iter_mut().filter_map(Iterator::next).collect();
        if arguments.len() < iterators.len() {
            if !arguments.is_empty() {
                let message = "`map` needs lists of equal length";
                return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
            }
            break;
        }
        push(call, &mut results, call.apply(&function, arguments)?)?;
    }
    if let Some(Value::Array(array)) = lists.first().map(|list| &list.value) {
        return Ok(call.gathered(array, results));
    }
    Ok(Value::list(results))
}

/// The items for which a condition holds.
///
/// ```holor
/// filter(n -> n > 2, 1..5)         # => [3, 4, 5]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", aliases("select"), see("map"))]
pub(crate) fn filter(
    call: &Call<'_>,
    /// A function that gives a condition.
    condition: Callable,
    /// A list or a range.
    list: Spanned<Value>,
) -> Result<Vec<Value>> {
    let mut results = Vec::new();
    for item in items(call, &list)? {
        call.poll()?;
        let holds = call.apply(&condition, vec![item.clone()])?;
        if call.truth(&holds)? {
            push(call, &mut results, item)?;
        }
    }
    Ok(results)
}

/// One value from a list, by a function of two arguments applied from the left.
///
/// ```holor
/// reduce((u, v) -> u + v, 1..100)  # => 5050
/// reduce((u, v) -> u v, [], 1)     # => 1
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", aliases("fold"), see("map", "total"))]
pub(crate) fn reduce(
    call: &Call<'_>,
    /// A function of the value so far and the next item.
    function: Callable,
    /// A list or a range.
    list: Spanned<Value>,
    /// The value to start from, if not the first item.
    initial: Option<Value>,
) -> Result<Value> {
    let mut items = items(call, &list)?;
    let first = initial.or_else(|| items.next());
    let Some(mut value) = first else {
        let message = "`reduce` of an empty list needs a value to start from";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    };
    for item in items {
        value = call.apply(&function, vec![value, item])?;
    }
    Ok(value)
}

/// The list of an expression's values for the values of variables; with several variables, nested lists.
///
/// ```holor
/// table(k^2, k = 1..4)             # => [1, 4, 9, 16]
/// table(a + b, a = 1..2, b = 1..3) # => [[2, 3, 4], [3, 4, 5]]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("map", "list"))]
pub(crate) fn table(
    call: &Call<'_>,
    /// The expression.
    f: Deferred,
    /// Variables with their ranges, the outermost first.
    #[variadic]
    variables: Vec<RangeBinding>,
) -> Result<Value> {
    let mut values = Vec::with_capacity(variables.len());
    let mut count = 0;
    let mut rows = Rows { call, f: &f, variables: &variables, count: &mut count };
    rows.fill(&mut values)
}

/// The state of a running `table`.
struct Rows<'c, 'a> {
    call: &'c Call<'a>,
    f: &'c Deferred,
    variables: &'c [RangeBinding],
    count: &'c mut usize,
}

impl Rows<'_, '_> {
    fn fill(&mut self, values: &mut Vec<Value>) -> Result<Value> {
        let Some(variable) = self.variables.get(values.len()) else {
            *self.count += 1;
            if *self.count > LONGEST_LIST {
                return Err(too_long("more", self.call.span()));
            }
            return self.call.evaluate_at(self.f, values);
        };
        let range =
            Spanned { value: Value::Range(variable.range.clone()), span: variable.span };
        let mut row = Vec::new();
        for item in items(self.call, &range)? {
            values.push(item);
            let entry = self.fill(values);
            values.pop();
            push(self.call, &mut row, entry?)?;
        }
        Ok(Value::list(row))
    }
}

/// A range written out as a list.
///
/// ```holor
/// list(1..5)                       # => [1, 2, 3, 4, 5]
/// list(0..1 step 1/4)              # => [0, 1/4, 1/2, 3/4, 1]
/// list(1..10^12)                   # error: [E0403]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("table"))]
pub(crate) fn list(
    call: &Call<'_>,
    /// A range, list or matrix.
    range: Spanned<Value>,
) -> Result<Vec<Value>> {
    call.items(&range.value, range.span)?.ok_or_else(|| not_a_list(call, &range))
}

/// How many items there are: of a list or range, rows of a matrix, characters of a string.
///
/// ```holor
/// length([a, b, c])                # => 3
/// length(1..10^12)                 # => 1000000000000
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", returns = "integer", aliases("len"), see("list"))]
pub(crate) fn length(
    call: &Call<'_>,
    /// A list, range, matrix or string.
    list: Spanned<Value>,
) -> Result<Expr> {
    if let Value::Text(text) = &list.value {
        return Ok(Expr::integer(text.chars().count()));
    }
    let length = call.length(&list.value, list.span)?;
    length.map(Expr::integer).ok_or_else(|| not_a_list(call, &list))
}

/// A list with further items at its end.
///
/// ```holor
/// append([1, 2], 3)                # => [1, 2, 3]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("join"))]
pub(crate) fn append(
    call: &Call<'_>,
    /// The list.
    list: Vec<Value>,
    /// What is added.
    #[variadic]
    items: Vec<Value>,
) -> Result<Vec<Value>> {
    let mut list = list;
    for item in items {
        push(call, &mut list, item)?;
    }
    Ok(list)
}

/// Lists one after the other.
///
/// ```holor
/// join([1, 2], [3], 4..5)          # => [1, 2, 3, 4, 5]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", aliases("concat"), see("append", "flatten"))]
pub(crate) fn join(
    call: &Call<'_>,
    /// The lists.
    #[variadic]
    lists: Vec<Vec<Value>>,
) -> Result<Vec<Value>> {
    let mut result = Vec::new();
    for item in lists.into_iter().flatten() {
        push(call, &mut result, item)?;
    }
    Ok(result)
}

/// The items in the opposite order.
///
/// ```holor
/// reverse([1, 2, 3])               # => [3, 2, 1]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("sort"))]
pub(crate) fn reverse(
    /// The list.
    list: Vec<Value>,
) -> Vec<Value> {
    list.into_iter().rev().collect()
}

/// The items in order: numbers by size, strings by alphabet.
///
/// ```holor
/// sort([3, sqrt(2), 1])            # => [1, sqrt(2), 3]
/// sort(["b", "a"])                 # => ["a", "b"]
/// sort([x, 1])                     # error: [E0305]
/// sort([-3, 2, 1], by = u -> u^2)  # => [1, 2, -3]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("reverse", "unique"))]
pub(crate) fn sort(
    call: &Call<'_>,
    /// The list.
    list: Vec<Value>,
    /// A function whose values are compared instead of the items.
    #[named]
    by: Option<Callable>,
) -> Result<Vec<Value>> {
    let mut keyed = Vec::with_capacity(list.len());
    for item in list {
        let key = match &by {
            Some(function) => call.apply(function, vec![item.clone()])?,
            None => item.clone(),
        };
        keyed.push((key, item));
    }
    let mut failure = None;
    keyed.sort_by(|(a, _), (b, _)| {
        if failure.is_some() {
            return Ordering::Equal;
        }
        order(call, a, b).unwrap_or_else(|error| {
            failure = Some(error);
            Ordering::Equal
        })
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(keyed.into_iter().map(|(_, item)| item).collect()),
    }
}

/// How two values compare, where that is known.
fn order(call: &Call<'_>, a: &Value, b: &Value) -> Result<Ordering> {
    call.poll()?;
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Ok(a.cmp(b)),
        (Value::Expr(a), Value::Expr(b)) => {
            if let (Node::Number(a), Node::Number(b)) = (a.node(), b.node()) {
                return Ok(a.cmp(b));
            }
            if a == b {
                return Ok(Ordering::Equal);
            }
            let less = Expr::relation(Relation::Less, a.clone(), b.clone());
            if call.truth(&Value::Expr(less))? {
                return Ok(Ordering::Less);
            }
            let more = Expr::relation(Relation::Greater, a.clone(), b.clone());
            Ok(if call.truth(&Value::Expr(more))? {
                Ordering::Greater
            } else {
                Ordering::Equal
            })
        }
        _ => {
            let message = format!("{} and {} have no order", a.describe(), b.describe());
            Err(call.error(&codes::E0201_WRONG_TYPE, message))
        }
    }
}

/// The items without repetitions, in the order of their first occurrence.
///
/// ```holor
/// unique([2, 1, 2, 1])             # => [2, 1]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("sort"))]
pub(crate) fn unique(
    call: &Call<'_>,
    /// The list.
    list: Vec<Value>,
) -> Result<Vec<Value>> {
    let mut seen: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut result = Vec::new();
    for item in list {
        call.poll()?;
        let same = seen.entry(item.plain()).or_default();
        if !same.iter().any(|known| known.same(&item)) {
            same.push(item.clone());
            result.push(item);
        }
    }
    Ok(result)
}

/// The items of lists inside lists, in one list.
///
/// ```holor
/// flatten([[1, 2], [3, [4]]])      # => [1, 2, 3, 4]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("join"))]
pub(crate) fn flatten(
    call: &Call<'_>,
    /// The list.
    list: Vec<Value>,
) -> Result<Vec<Value>> {
    let mut open: Vec<Value> = list.into_iter().rev().collect();
    let mut result = Vec::new();
    while let Some(item) = open.pop() {
        match call.items(&item, call.span())? {
            Some(inner) => open.extend(inner.into_iter().rev()),
            None => push(call, &mut result, item)?,
        }
    }
    Ok(result)
}

/// Lists of the first items, the second items, … of several lists.
///
/// ```holor
/// zip([1, 2], [a, b])              # => [[1, a], [2, b]]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("map"))]
pub(crate) fn zip(
    call: &Call<'_>,
    /// The lists, equally long.
    #[variadic]
    lists: Vec<Vec<Value>>,
) -> Result<Value> {
    let length = lists.first().map_or(0, Vec::len);
    if lists.iter().any(|list| list.len() != length) {
        let message = "`zip` needs lists of equal length";
        return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
    }
    let rows = (0..length).map(|index| {
        Value::list(lists.iter().filter_map(|list| list.get(index).cloned()).collect())
    });
    Ok(Value::list(rows.collect()))
}

/// The first items of a list.
///
/// ```holor
/// take(1..10^12, 3)                # => [1, 2, 3]
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("length"))]
pub(crate) fn take(
    call: &Call<'_>,
    /// A list or range.
    list: Spanned<Value>,
    /// How many.
    count: usize,
) -> Result<Vec<Value>> {
    let mut result = Vec::new();
    for item in items(call, &list)?.take(count) {
        push(call, &mut result, item)?;
    }
    Ok(result)
}

/// The sum of the items of a list.
///
/// ```holor
/// total([1, x, 2 x])               # => 3*x + 1
/// ```
#[builtin(
    topic = "lists",
    latex = r"\sum {0}",
    since = "0.1",
    returns = "expression",
    see("sum", "reduce")
)]
pub(crate) fn total(
    /// The list, of formulas.
    list: Vec<Expr>,
) -> Expr {
    Expr::add(list)
}

/// Whether a condition holds for at least one item.
///
/// ```holor
/// any(n -> n > 2, [1, 2, 3])       # => true
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("all", "filter"))]
pub(crate) fn any(
    call: &Call<'_>,
    /// A function that gives a condition.
    condition: Callable,
    /// A list or a range.
    list: Spanned<Value>,
) -> Result<bool> {
    for item in items(call, &list)? {
        let holds = call.apply(&condition, vec![item])?;
        if call.truth(&holds)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a condition holds for every item.
///
/// ```holor
/// all(n -> n > 2, [1, 2, 3])       # => false
/// ```
#[builtin(topic = "lists", latex = none, since = "0.1", see("any", "filter"))]
pub(crate) fn all(
    call: &Call<'_>,
    /// A function that gives a condition.
    condition: Callable,
    /// A list or a range.
    list: Spanned<Value>,
) -> Result<bool> {
    for item in items(call, &list)? {
        let holds = call.apply(&condition, vec![item])?;
        if !call.truth(&holds)? {
            return Ok(false);
        }
    }
    Ok(true)
}
