//! Index notation: `T[^a, _b]`, sums over repeated letters, `∇[_a]`, `S[^a, _b] = …`.
//!
//! A letter may stand once (it is free) or twice, once up and once down (it is summed over). Letters of the terms of a
//! sum must agree. A coordinate's name or an integer selects a component. An index on the other level than its slot
//! is raised or lowered by the holor's metric, else by the chart's.

use std::sync::Arc;

use holor_algebra::{BigInt, Expr, Symbol};
use holor_geometry::{
    Chart, Connection, Holor, Law, Metric, Slot, Space, Symmetry, Variance,
};

use super::failure::At;
use super::geometry::{as_holor, bare_operator, sum, together};
use super::index_entries::{
    Entry, all_places, counts_from_one, fixed_letter, fixed_place, matched, not_an_index,
    repeated, same_level, select, too_often, unmarked, with_component, zero_text,
};
use super::vectors::cartesian;
use super::{Evaluator, Scope};
use crate::ast::{Ast, AstKind, Index, IndexPosition, Name};
use crate::geometry::{
    Derivative, DerivativeIndex, Geometry, HolorValue, Indexed, Operator,
};
use crate::{Diagnostic, Result, Span, Value, codes};

impl Evaluator<'_> {
    /// `∇[_a]`, `∂[^a]`: the derivative it stands for.
    pub(super) fn derivative_operator(
        &self,
        target: &Ast,
        indices: &[Index],
        scope: &mut Scope,
    ) -> Result<Option<Value>> {
        let AstKind::Name(name) = &target.kind else { return Ok(None) };
        let covariant = match &*name.text {
            "∇" => true,
            "∂" => false,
            _ => return Ok(None),
        };
        if self.variable(name, scope).is_some() {
            return Ok(None);
        }
        let mut derivatives = Vec::with_capacity(indices.len());
        for index in indices {
            let up = match index.position {
                IndexPosition::Up => true,
                IndexPosition::Down => false,
                IndexPosition::Plain => return Err(unmarked(index.value.span)),
            };
            let name = match &index.value.kind {
                AstKind::Name(name) => self.integer_variable(name, scope).map_or_else(
                    || Ok(DerivativeIndex::Name(name.symbol.clone())),
                    |place| self.counted(&place, index.value.span),
                )?,
                _ => {
                    let value = self.formula(&index.value, scope)?;
                    let Some(place) = value.as_integer() else {
                        return Err(not_an_index(index.value.span));
                    };
                    self.counted(place, index.value.span)?
                }
            };
            derivatives.push(Derivative { covariant, up, index: name });
        }
        Ok(Some(Operator { prefactor: None, derivatives }.into()))
    }

    fn counted(&self, place: &BigInt, span: Span) -> Result<DerivativeIndex> {
        match usize::try_from(place).ok().and_then(|place| place.checked_sub(1)) {
            Some(place) => Ok(DerivativeIndex::Place(place)),
            None => Err(counts_from_one(span)),
        }
    }

    /// The value of a loop variable or parameter that is an integer; other names are index letters.
    fn integer_variable(&self, name: &Name, scope: &Scope) -> Option<BigInt> {
        scope.get(&name.symbol)?.as_expr()?.as_integer().cloned()
    }

    /// `T[^a, _b]`
    pub(super) fn index_geometry(
        &self,
        geometry: &Geometry,
        target_span: Span,
        indices: &[Index],
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        if let Geometry::AbstractTensor(tensor) = geometry {
            return self.index_abstract(tensor, indices, span, scope);
        }
        let target = Value::Geometry(geometry.clone());
        let Some(mut value) = as_holor(&target) else {
            return Diagnostic::error(
                &codes::E0205_INDICES,
                format!("{} has no indices", geometry.describe()),
            )
            .at(target_span)
            .into();
        };
        if indices.len() != value.holor.rank() {
            return Diagnostic::error(
                &codes::E0205_INDICES,
                format!(
                    "{} has {} indices, found {}",
                    value.describe(),
                    value.holor.rank(),
                    indices.len()
                ),
            )
            .at(span)
            .into();
        }
        let chart = value.holor.chart().clone();
        let mut entries = Vec::with_capacity(indices.len());
        let mut moved = Vec::new();
        for (place, index) in indices.iter().enumerate() {
            let slot = value.holor.slots().get(place).copied().unwrap_or(Slot::DOWN);
            let entry = self.entry(index, slot, &chart, scope)?;
            let wanted = match index.position {
                IndexPosition::Up => Variance::Up,
                IndexPosition::Down => Variance::Down,
                IndexPosition::Plain if matches!(entry, Entry::Place(_)) => slot.variance,
                IndexPosition::Plain => return Err(unmarked(index.value.span)),
            };
            if wanted != slot.variance {
                moved.push((place, wanted, index.value.span));
            }
            entries.push(entry);
        }
        if moved.is_empty()
            && value.is_written()
            && !self.under_derivative.get()
            && let Some(places) = all_places(&entries)
        {
            let size = chart.dimension();
            let place =
                places.iter().fold(0, |place, index| place * size + usize::from(*index));
            let component = value.formulas().into_iter().nth(place);
            return Ok(Value::Expr(component.unwrap_or_else(Expr::zero)));
        }
        for (place, wanted, at) in moved {
            value.holor = self.moved(&value, place, wanted, at)?;
        }
        if self.under_derivative.get() {
            return self.postponed(value, entries, indices, span);
        }
        if let Some(places) = all_places(&entries) {
            let component = value.holor.component(&places);
            return Ok(Value::Expr(chart.field().write(&component)));
        }
        self.labelled(value, entries, indices, span)
    }

    /// Evaluates what a derivative acts on: `∇[_a] u[^r]` is a component of `∇u`, not the derivative of a component.
    pub(super) fn behind_derivative(
        &self,
        ast: &Ast,
        scope: &mut Scope,
    ) -> Result<Value> {
        let outer = self.under_derivative.replace(true);
        let value = self.evaluate(ast, scope);
        self.under_derivative.set(outer);
        value
    }

    /// Reads one index.
    fn entry(
        &self,
        index: &Index,
        slot: Slot,
        chart: &Chart,
        scope: &mut Scope,
    ) -> Result<Entry> {
        let span = index.value.span;
        let number = match &index.value.kind {
            AstKind::Name(name) => match self.integer_variable(name, scope) {
                Some(number) => number,
                None => {
                    let place = chart.place(&Symbol::new(&name.symbol));
                    return match place.and_then(|place| u8::try_from(place).ok()) {
                        Some(place) if slot.space == Space::Coordinate => {
                            Ok(Entry::Place(place))
                        }
                        _ => Ok(Entry::Letter(name.symbol.clone())),
                    };
                }
            },
            _ => {
                let value = self.evaluate(&index.value, scope)?;
                let value = self.settle(value, span)?;
                match value.as_expr().and_then(Expr::as_integer) {
                    Some(number) => number.clone(),
                    None => return Err(not_an_index(span)),
                }
            }
        };
        let dimension = chart.dimension();
        match u8::try_from(&number) {
            Ok(place) if place >= 1 && usize::from(place) <= dimension => {
                Ok(Entry::Place(place - 1))
            }
            _ if number == BigInt::from(0) => Err(counts_from_one(span)),
            _ => Diagnostic::error(
                &codes::E0204_OUT_OF_RANGE,
                format!("there is no component {number}: they go from 1 to {dimension}"),
            )
            .at(span)
            .into(),
        }
    }

    /// The holor with one index raised or lowered.
    pub(crate) fn moved(
        &self,
        value: &HolorValue,
        slot: usize,
        wanted: Variance,
        span: Span,
    ) -> Result<Holor> {
        let holor = &value.holor;
        if holor.slots().get(slot).is_some_and(|slot| slot.space == Space::Frame) {
            return Diagnostic::error(
                &codes::E0205_INDICES,
                "a frame index is raised and lowered by the frame's own metric, not by that of the chart",
            )
            .at(span)
            .into();
        }
        let metric = match &value.metric {
            Some(metric) => metric.clone(),
            None => match self.metric_on(holor.chart(), span) {
                Err(_) if self.is_cartesian_box(holor.chart()) => {
                    cartesian(holor.chart(), span)?
                }
                known => known?,
            },
        };
        let holor = holor.on_chart(metric.chart()).at(span)?;
        match wanted {
            Variance::Up => metric.raise(&holor, slot).at(span),
            Variance::Down => metric.lower_index(&holor, slot).at(span),
        }
    }

    /// Gives letters to slots: selects components, sums over repeated letters.
    fn labelled(
        &self,
        value: HolorValue,
        entries: Vec<Entry>,
        indices: &[Index],
        span: Span,
    ) -> Result<Value> {
        let mut holor = select(&value.holor, &entries).at(span)?;
        let mut letters: Vec<Arc<str>> = entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Letter(letter) => Some(letter.clone()),
                Entry::Place(_) => None,
            })
            .collect();
        let mut spent = Vec::new();
        while let Some((first, second)) = repeated(&letters) {
            let letter = letters.get(first).cloned().unwrap_or_else(|| "".into());
            let variance =
                |place: usize| holor.slots().get(place).map(|slot| slot.variance);
            if letters.iter().filter(|other| **other == letter).count() > 2 {
                return Err(too_often(&letter, span));
            }
            if variance(first) == variance(second) {
                let at = indices.get(second).map_or(span, |index| index.value.span);
                return Err(same_level(&letter, variance(first), at));
            }
            holor = holor.contract(first, second).at(span)?;
            letters.remove(second);
            letters.remove(first);
            spent.push(letter);
        }
        let whole = entries.iter().all(|entry| matches!(entry, Entry::Letter(_)))
            && spent.is_empty();
        let name = value.name.filter(|_| whole);
        let value = HolorValue { metric: value.metric, name, ..HolorValue::new(holor) };
        Ok(Indexed { value, letters, spent }.into())
    }

    /// Gives letters to slots; those that select components are kept as letters of a kind until a derivative has acted.
    fn postponed(
        &self,
        value: HolorValue,
        entries: Vec<Entry>,
        indices: &[Index],
        span: Span,
    ) -> Result<Value> {
        let entries = entries
            .into_iter()
            .map(|entry| match entry {
                Entry::Place(place) => Entry::Letter(fixed_letter(place)),
                letter => letter,
            })
            .collect();
        self.labelled(value, entries, indices, span)
    }

    /// Takes the components that were put off.
    pub(super) fn resolved(&self, indexed: Indexed, span: Span) -> Result<Indexed> {
        let entries: Vec<Entry> = indexed
            .letters
            .iter()
            .map(|letter| match fixed_place(letter) {
                Some(place) => Entry::Place(place),
                None => Entry::Letter(letter.clone()),
            })
            .collect();
        if entries.iter().all(|entry| matches!(entry, Entry::Letter(_))) {
            return Ok(indexed);
        }
        let holor = select(&indexed.value.holor, &entries).at(span)?;
        let letters = indexed
            .letters
            .iter()
            .filter(|letter| fixed_place(letter).is_none())
            .cloned()
            .collect();
        let value = HolorValue { metric: indexed.value.metric, ..HolorValue::new(holor) };
        Ok(Indexed { value, letters, spent: indexed.spent })
    }

    /// The sum or difference of two terms; the letters of the second are put in the order of the first.
    pub(super) fn add_indexed(
        &self,
        left: Indexed,
        right: Indexed,
        subtract: bool,
        span: Span,
    ) -> Result<Value> {
        let right = matched(&left, &right, span)?;
        let holor = sum(&left.value.holor, &right, subtract, span)?;
        Ok(Indexed { spent: Vec::new(), ..left.with_holor(holor) }.into())
    }

    /// The product, summed over the letters that both have.
    pub(super) fn multiply_indexed(
        &self,
        left: Indexed,
        right: Indexed,
        span: Span,
    ) -> Result<Value> {
        let clash = |letters: &[Arc<str>], spent: &[Arc<str>]| {
            letters.iter().find(|letter| spent.contains(letter)).cloned()
        };
        let spent_again = clash(&left.letters, &right.spent)
            .or_else(|| clash(&right.letters, &left.spent))
            .or_else(|| clash(&left.spent, &right.spent));
        if let Some(letter) = spent_again {
            return Err(too_often(&letter, span));
        }
        let (a, b) = together(&left.value.holor, &right.value.holor, span)?;
        let mut pairs = Vec::new();
        for (first, letter) in left.letters.iter().enumerate() {
            if fixed_place(letter).is_some() {
                continue;
            }
            let Some(second) = right.letters.iter().position(|other| other == letter)
            else {
                continue;
            };
            let (own, other) = (a.slots().get(first), b.slots().get(second));
            if let (Some(own), Some(other)) = (own, other)
                && own.variance == other.variance
            {
                return Err(same_level(letter, Some(own.variance), span));
            }
            pairs.push((first, second));
        }
        let product = a.multiply_and_contract(&b, &pairs).at(span)?;
        let summed = |letter: &&Arc<str>| {
            fixed_place(letter).is_none()
                && left.letters.contains(letter)
                && right.letters.contains(letter)
        };
        let mut spent: Vec<Arc<str>> =
            left.spent.iter().chain(&right.spent).cloned().collect();
        spent.extend(left.letters.iter().filter(summed).cloned());
        let letters = left
            .letters
            .iter()
            .chain(&right.letters)
            .filter(|letter| !spent.contains(letter))
            .cloned()
            .collect();
        let metric = left.value.metric.or(right.value.metric);
        let value = HolorValue { metric, ..HolorValue::new(product) };
        Ok(Indexed { value, letters, spent }.into())
    }

    /// Applies derivatives to a term, the last one first.
    pub(super) fn apply_derivatives(
        &self,
        operator: &Operator,
        operand: Indexed,
        span: Span,
    ) -> Result<Value> {
        let mut current = operand;
        for derivative in operator.derivatives.iter().rev() {
            current = self.differentiate(derivative, current, span)?;
        }
        if !self.under_derivative.get() {
            current = self.resolved(current, span)?;
        }
        let value: Value = current.into();
        match &operator.prefactor {
            Some(prefactor) => self.multiply(
                prefactor.clone(),
                value,
                crate::ast::BinaryOperator::Multiply,
                span,
            ),
            None => Ok(value),
        }
    }

    fn differentiate(
        &self,
        derivative: &Derivative,
        operand: Indexed,
        span: Span,
    ) -> Result<Indexed> {
        let holor = &operand.value.holor;
        let chart = holor.chart().clone();
        let result = if derivative.covariant {
            let connection = match self.connection_on(&chart, span) {
                Err(_) if self.is_cartesian_box(&chart) => {
                    Connection::flat(&chart).at(span)?
                }
                known => known?,
            };
            let holor = holor.on_chart(connection.coefficients().chart()).at(span)?;
            connection.covariant_derivative(&holor).at(span)?
        } else {
            holor.partial_derivative().at(span)?
        };
        let mut value =
            HolorValue { metric: operand.value.metric, ..HolorValue::new(result) };
        let chart = value.holor.chart().clone();
        if derivative.up {
            value.holor = self.moved(&value, 0, Variance::Up, span)?;
        }
        let entry = match &derivative.index {
            DerivativeIndex::Place(place) => {
                Entry::Place(u8::try_from(*place).unwrap_or(u8::MAX))
            }
            DerivativeIndex::Name(name) => {
                let place = chart.place(&Symbol::new(name));
                match place.and_then(|place| u8::try_from(place).ok()) {
                    Some(place) => Entry::Place(place),
                    None => Entry::Letter(name.clone()),
                }
            }
        };
        if let Entry::Place(place) = entry
            && usize::from(place) >= chart.dimension()
        {
            return Diagnostic::error(
                &codes::E0204_OUT_OF_RANGE,
                format!("there are {} coordinates", chart.dimension()),
            )
            .at(span)
            .into();
        }
        if let Entry::Letter(letter) = &entry
            && operand.spent.contains(letter)
        {
            return Err(too_often(letter, span));
        }
        let mut entries = match entry {
            Entry::Place(place) => vec![Entry::Letter(fixed_letter(place))],
            letter => vec![letter],
        };
        entries.extend(operand.letters.iter().cloned().map(Entry::Letter));
        let mut spent = operand.spent;
        match self.labelled(value, entries, &[], span)? {
            Value::Geometry(Geometry::Indexed(mut indexed)) => {
                spent.append(&mut indexed.spent);
                Ok(Indexed { spent, ..indexed })
            }
            _ => Err(bare_operator(span)),
        }
    }

    /// `S[^a, _b] = …` makes a holor; `A[_t] = …` sets a component of one.
    pub(super) fn assign_geometry(
        &self,
        name: &Name,
        indices: &[Index],
        value: &Ast,
        scope: &mut Scope,
    ) -> Result<Value> {
        self.check_assignable(name)?;
        let result = self.evaluate(value, scope)?;
        let old = self.variable(name, scope);
        let chart = match (&result, &old) {
            (Value::Geometry(Geometry::Indexed(indexed)), _) => {
                indexed.value.holor.chart().clone()
            }
            (_, Some(old)) if as_holor(old).is_some() => as_holor(old)
                .map(|old| old.holor.chart().clone())
                .unwrap_or(self.chart_for(None, name.span)?),
            (Value::Expr(scalar), _) => self.chart_for(Some(scalar), name.span)?,
            _ => self.chart_for(None, name.span)?,
        };
        let mut slots = Vec::with_capacity(indices.len());
        let mut entries = Vec::with_capacity(indices.len());
        for index in indices {
            let slot = match index.position {
                IndexPosition::Up => Slot::UP,
                IndexPosition::Down => Slot::DOWN,
                IndexPosition::Plain => return Err(unmarked(index.value.span)),
            };
            entries.push(self.entry(index, slot, &chart, scope)?);
            slots.push(slot);
        }
        let span = value.span;
        let holor = if let Some(places) = all_places(&entries) {
            let scalar = match &result {
                Value::Expr(scalar) => scalar.clone(),
                Value::Geometry(Geometry::Indexed(indexed)) => {
                    self.scalar_of(indexed, span)?
                }
                other => {
                    return Diagnostic::error(
                        &codes::E0201_WRONG_TYPE,
                        format!("a component is a formula, found {}", other.describe()),
                    )
                    .at(span)
                    .into();
                }
            };
            let Some(old) = old.as_ref().and_then(as_holor) else {
                return Diagnostic::error(
                    &codes::E0205_INDICES,
                    format!("`{}` is not a tensor yet", name.text),
                )
                .at(name.span)
                .hint(format!("{} = {}", name.text, zero_text(&slots)))
                .into();
            };
            let component = self.read(&scalar, old.holor.chart(), span)?;
            let holor =
                with_component(&old.holor, &slots, &places, component, name.span)?;
            HolorValue { holor, ..old }
        } else {
            self.ordered(&result, &slots, &entries, &chart, span)?
        };
        let holor = HolorValue { name: Some(name.symbol.clone()), ..holor };
        let result = Value::Geometry(Geometry::Holor(holor));
        self.assign(name, result.clone(), scope);
        Ok(result)
    }

    /// The right side of `S[^a, _b] = …` with its slots in the order of the left side.
    fn ordered(
        &self,
        result: &Value,
        slots: &[Slot],
        entries: &[Entry],
        chart: &Chart,
        span: Span,
    ) -> Result<HolorValue> {
        let mut letters = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry {
                Entry::Letter(letter) if !letters.contains(letter) => {
                    letters.push(letter.clone());
                }
                _ => {
                    return Diagnostic::error(
                        &codes::E0205_INDICES,
                        "on the left side stand either different letters or the names of coordinates",
                    )
                    .at(span)
                    .into();
                }
            }
        }
        match result {
            Value::Geometry(Geometry::Indexed(right)) => {
                let holor = Holor::build(
                    right.value.holor.chart(),
                    Law::None,
                    slots,
                    Symmetry::none(slots.len()),
                    |_| Ok(chart.field().zero()),
                )
                .at(span)?;
                let left =
                    Indexed { value: HolorValue::new(holor), letters, spent: Vec::new() };
                let holor =
                    matched(&left, right, span)?.with_symmetry_detected().at(span)?;
                let metric = right.value.metric.clone();
                Ok(HolorValue { metric, ..HolorValue::new(holor) })
            }
            Value::Expr(zero) if zero.is_zero() => {
                let holor = Holor::build(
                    chart,
                    Law::TENSOR,
                    slots,
                    Symmetry::none(slots.len()),
                    |_| Ok(chart.field().zero()),
                )
                .at(span)?;
                Ok(HolorValue::new(holor))
            }
            other => Diagnostic::error(
                &codes::E0205_INDICES,
                format!(
                    "the left side has free indices and the right side, {}, has none",
                    other.describe()
                ),
            )
            .at(span)
            .into(),
        }
    }

    /// The metric of a value, else the chart's.
    pub(crate) fn metric_of(&self, value: &HolorValue, span: Span) -> Result<Metric> {
        match &value.metric {
            Some(metric) => Ok(metric.clone()),
            None => self.metric_on(value.holor.chart(), span),
        }
    }
}

impl Indexed {
    /// The same letters on another holor of the same slots.
    pub(super) fn with_holor(mut self, holor: Holor) -> Self {
        self.value = HolorValue { metric: self.value.metric, ..HolorValue::new(holor) };
        self
    }
}

impl From<Indexed> for Value {
    fn from(indexed: Indexed) -> Self {
        Value::Geometry(Geometry::Indexed(indexed))
    }
}

impl From<Operator> for Value {
    fn from(operator: Operator) -> Self {
        Value::Geometry(Geometry::Operator(Arc::new(operator)))
    }
}

impl Operator {
    /// `self` after `inner`.
    pub(super) fn followed_by(mut self, inner: Operator, span: Span) -> Result<Value> {
        if inner.prefactor.is_some() {
            return Err(bare_operator(span));
        }
        self.derivatives.extend(inner.derivatives);
        Ok(self.into())
    }
}
