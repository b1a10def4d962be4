//! Charts: named coordinates, what is assumed of them, and the field their component functions live in.

use std::sync::Arc;

use holor_algebra::exact::{Element, Field};
use holor_algebra::{
    Assumptions, BigRational, Expr, Function, Property, Relation, Symbol,
};

use crate::{GeometryError, GeometryResult};

/// The largest dimension of a chart.
pub const LARGEST_DIMENSION: usize = 11;

/// Coordinates on an open set. Cloning shares the chart and its field of component functions.
#[derive(Clone, Debug)]
pub struct Chart(Arc<Data>);

#[derive(Debug)]
struct Data {
    coordinates: Box<[Symbol]>,
    field: Field,
}

impl Chart {
    /// A chart with these coordinates, in order. They are taken to be real; `assumptions` says what else is known
    /// about them and about parameters.
    ///
    /// # Errors
    /// No coordinate, more than [`LARGEST_DIMENSION`], or one named twice.
    pub fn new(
        coordinates: Vec<Symbol>,
        mut assumptions: Assumptions,
    ) -> GeometryResult<Self> {
        let invalid =
            |reason: String| GeometryError::Invalid { operation: "chart", reason };
        if coordinates.is_empty() || coordinates.len() > LARGEST_DIMENSION {
            return Err(invalid(format!(
                "a chart has 1 to {LARGEST_DIMENSION} coordinates, not {}",
                coordinates.len()
            )));
        }
        for (place, coordinate) in coordinates.iter().enumerate() {
            if coordinates.iter().take(place).any(|other| other == coordinate) {
                return Err(invalid(format!("`{coordinate}` is named twice")));
            }
            assumptions.assume(coordinate.clone(), Property::Real);
        }
        let field = Field::new(assumptions);
        Ok(Self(Arc::new(Data { coordinates: coordinates.into(), field })))
    }

    /// The number of coordinates.
    pub fn dimension(&self) -> usize {
        self.0.coordinates.len()
    }

    /// The coordinates, in order.
    pub fn coordinates(&self) -> &[Symbol] {
        &self.0.coordinates
    }

    /// The place of a coordinate, counted from 0.
    pub fn place(&self, coordinate: &Symbol) -> Option<usize> {
        self.0.coordinates.iter().position(|own| own == coordinate)
    }

    /// The field of component functions.
    pub fn field(&self) -> &Field {
        &self.0.field
    }

    /// What is assumed of the coordinates, besides that they are real: `r > 0`, `θ < π`; conditions that hold parameters too are among them.
    pub fn conditions(&self) -> Vec<Expr> {
        conditions_of(self.field().assumptions(), self.coordinates())
    }

    /// Whether both have the same coordinates in the same order.
    pub fn is_same(&self, other: &Chart) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.coordinates == other.0.coordinates
    }

    /// Reads an expression as a component function.
    ///
    /// # Errors
    /// What the field cannot read.
    pub fn read(&self, expr: &Expr) -> GeometryResult<Element> {
        Ok(self.field().read(expr)?)
    }

    /// ∂/∂xᵃ of a component function, the coordinate counted from 0; 0 where there is no such coordinate.
    pub fn derivative(&self, element: &Element, coordinate: usize) -> Element {
        match self.0.coordinates.get(coordinate) {
            Some(symbol) => self.field().derivative(element, symbol),
            None => self.field().zero(),
        }
    }

    /// An element of another chart's field as one of this chart's.
    ///
    /// # Errors
    /// What the field cannot read.
    pub fn adopt(&self, element: &Element, from: &Chart) -> GeometryResult<Element> {
        if self.field().is_same(from.field()) {
            return Ok(element.clone());
        }
        self.read(&from.field().write_plainly(element))
    }
}

/// What is assumed of symbols, besides that they are real, as conditions on numbers: `a > 0`, `floor(n) = n`, `a < b`.
pub fn conditions_of(assumptions: &Assumptions, symbols: &[Symbol]) -> Vec<Expr> {
    let mut all = Vec::new();
    for symbol in symbols {
        let own = || Expr::symbol(symbol.name());
        let whole = |value: Expr| {
            let floor = Expr::call(Function::Floor, vec![value.clone()]);
            Expr::relation(Relation::Equal, floor, value)
        };
        for property in assumptions.of(symbol) {
            let with = |relation: Relation| Expr::relation(relation, own(), Expr::zero());
            let half = Expr::rational(BigRational::new(1.into(), 2.into()));
            all.extend(match property {
                Property::Positive => Some(with(Relation::Greater)),
                Property::Negative => Some(with(Relation::Less)),
                Property::NonNegative => Some(with(Relation::GreaterEqual)),
                Property::NonPositive => Some(with(Relation::LessEqual)),
                Property::NonZero => Some(with(Relation::NotEqual)),
                Property::Integer | Property::Prime => Some(whole(own())),
                Property::Even => Some(whole(own() * &half)),
                Property::Odd => Some(whole((own() - &Expr::one()) * &half)),
                Property::Real | Property::Rational | Property::Complex => None,
            });
        }
    }
    let about = |condition: &&Expr| {
        condition.free_symbols().iter().any(|symbol| symbols.contains(symbol))
    };
    all.extend(assumptions.conditions().iter().filter(about).cloned());
    all
}

impl std::fmt::Display for Chart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.0.coordinates.iter().map(Symbol::name).collect();
        write!(f, "chart({})", names.join(", "))
    }
}
