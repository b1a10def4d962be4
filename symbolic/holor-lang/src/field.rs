//! Boxes, fields on them, and runs as values of the language.
//!
//! A field is a formula and data at once. In a formula the name of a field `A` on a box in x and y stands for the
//! unknown function `A(t, x, y)`: equations are ordinary equations, derivatives ordinary derivatives, and everything
//! that geometry knows of unknown functions applies. Where data is meant (`plot(A)`, `evolve(…)`), it is the values
//! at the start.

mod archive;
mod boundary;
mod driver;
mod equations;
mod evolution;
mod finer;
mod inverses;
mod lattice;
mod matter;
mod observe;
mod principal;
mod projection;
mod read;
mod resolution;
mod run;
mod sample;
mod scheme_text;
mod slips;
mod smooth;
mod solving;
mod spectrum;
mod staggered;
mod starting;

use std::sync::Arc;

use holor_algebra::{Expr, Symbol};
use holor_field::equation::{Axis, Complex64, Grid};

pub(crate) use archive::{
    Keeper, Kept, Kind, is_own_column, stands_beyond, watched_value,
};
pub(crate) use boundary::{
    BY_COMPONENT, BY_DIRECTION, BoundaryKind, Sides, read_boundaries,
};
pub(crate) use driver::{Observation, Seen, Stretch, advance, append, empty_series};
pub(crate) use equations::{EvolutionSystem, system};
pub(crate) use evolution::{
    Choices, Continuation, Made, Space, best_order, make, make_again, method_names,
};
pub(crate) use finer::{
    Again, Change, Done, Written, change_by_points, depends_on_points,
};
pub(crate) use lattice::{Lattice, Links, Quaternion, field_of, number, rate_equation};
pub(crate) use matter::Matter;
pub(crate) use observe::{
    Observer, Place, frame_of, is_whole, observe, observe_last, with_rates,
};
pub(crate) use principal::is_defined;
pub(crate) use read::{Reader, Unknown, as_typed};
pub(crate) use resolution::{
    any, breaks, depth, diffuses, rough_start, torn, unresolved, with_frame,
};
pub use run::RunValue;
pub(crate) use run::{Series, SeriesValues, values_over};
pub(crate) use sample::{Sampler, has_noise};
pub(crate) use scheme_text::scheme_text;
pub(crate) use spectrum::{Missing, missing};
pub(crate) use starting::{imprecise, unshown};

/// The functions that stand in formulas for what is no function of the point.
pub(crate) mod names {
    pub(crate) use super::sample::{
        CONVOLVE, INTEGRAL, INVERSE, INVERSE_LAPLACIAN, MEAN, NOISE, POTENTIAL, SHIFT,
    };
}

use crate::Value;
use crate::array::{ArrayAxis, ArrayValues, AxisKind, NumericArray, Side};

/// A box, a field or a run.
#[derive(Clone, Debug)]
pub enum Simulation {
    /// A box.
    Box(Arc<BoxValue>),
    /// A field at its start.
    Field(Arc<FieldValue>),
    /// A run through time.
    Run(Arc<RunValue>),
}

/// A box in one to three coordinates.
#[derive(Clone, Debug)]
pub struct BoxValue {
    /// The coordinates.
    pub coordinates: Arc<[Symbol]>,
    /// Extents, points, which axes are closed; which cells belong to it.
    pub grid: Grid,
    /// What fields do at its sides, unless they say otherwise.
    pub(crate) sides: Vec<Sides>,
    /// The condition of the mask as written; empty where there is none.
    pub mask: Option<Expr>,
    /// What no-flux or fixed values mean at the edge of the mask.
    pub(crate) mask_fixed: bool,
}

/// What a field has at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldShape {
    /// One number.
    Scalar,
    /// The components of a vector, index up.
    Vector,
    /// The components of a one-form, index down.
    Covector,
    /// The components of a tensor with two lower indices.
    Tensor,
    /// Links of the gauge group SU(2): a unit quaternion for each direction.
    Links,
}

/// A field at its start.
#[derive(Clone, Debug)]
pub struct FieldValue {
    /// Its name, from the variable that it was assigned to first.
    pub name: Option<Arc<str>>,
    /// Where it lives.
    pub grid: Arc<BoxValue>,
    /// What it has at a point.
    pub shape: FieldShape,
    /// Whether its values are complex.
    pub complex: bool,
    /// Whether it was said to be real: otherwise an equation with i makes it complex.
    pub(crate) declared_real: bool,
    /// The symbol of time in its equations.
    pub time: Symbol,
    /// The values of each component at the start, row-major.
    pub start: Arc<[Arc<[Complex64]>]>,
    /// The formula of each component at the start; none where it was given in another way.
    pub(crate) start_formulas: Arc<[Option<Expr>]>,
    /// The time derivatives of each component at the start; empty for 0.
    pub velocity: Arc<[Arc<[Complex64]>]>,
    /// Their formulas; none where they were given in another way.
    pub(crate) velocity_formulas: Arc<[Option<Expr>]>,
    /// What it does at the sides, where it differs from the box.
    pub(crate) sides: Option<Vec<Sides>>,
}

impl Simulation {
    /// Its kind in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Simulation::Box(_) => "box",
            Simulation::Field(_) => "field",
            Simulation::Run(_) => "run",
        }
    }

    /// What it is, for messages.
    pub fn describe(&self) -> String {
        match self {
            Simulation::Box(grid) => format!("a box in {}", grid.names()),
            Simulation::Field(field) => field.describe(),
            Simulation::Run(run) => run.describe(),
        }
    }

    /// Its plain text.
    pub fn plain(&self) -> String {
        match self {
            Simulation::Box(grid) => grid.plain(),
            Simulation::Field(field) => field.describe(),
            Simulation::Run(run) => run.describe(),
        }
    }

    /// The names that [`Simulation::member`] knows.
    pub fn members(&self) -> Vec<String> {
        match self {
            Simulation::Box(grid) => grid.members(),
            Simulation::Field(field) => {
                let mut names = vec!["start".to_owned(), "box".to_owned()];
                names.extend(field.grid.members());
                names
            }
            Simulation::Run(run) => run.members(),
        }
    }

    /// A part by name: coordinates `B.x`, the start of a field `A.start`, the series of a run `run.A`.
    pub fn member(&self, name: &str) -> Option<Value> {
        match self {
            Simulation::Box(grid) => grid.member(name),
            Simulation::Field(field) => match name {
                "box" => Some(Value::Simulation(Simulation::Box(field.grid.clone()))),
                "start" if field.start.len() == 1 => field.array(0).map(Value::from),
                "start" => Some(Value::List(
                    (0..field.start.len())
                        .filter_map(|place| field.array(place).map(Value::from))
                        .collect(),
                )),
                _ => field.grid.member(name),
            },
            Simulation::Run(run) => run.member(name),
        }
    }

    /// Whether it is the same object.
    pub fn same(&self, other: &Simulation) -> bool {
        match (self, other) {
            (Simulation::Box(a), Simulation::Box(b)) => {
                Arc::ptr_eq(a, b) || a.plain() == b.plain()
            }
            (Simulation::Field(a), Simulation::Field(b)) => Arc::ptr_eq(a, b),
            (Simulation::Run(a), Simulation::Run(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl BoxValue {
    /// `x and y`.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.coordinates.iter().map(Symbol::name).collect();
        match names.as_slice() {
            [rest @ .., last] if !rest.is_empty() => {
                format!("{} and {last}", rest.join(", "))
            }
            other => other.join(""),
        }
    }

    /// As it can be typed in again.
    pub fn plain(&self) -> String {
        let axes: Vec<String> = self
            .grid
            .axes
            .iter()
            .map(|axis| format!("{} = {}..{}", axis.name, axis.low, axis.high))
            .collect();
        let points: Vec<String> =
            self.grid.axes.iter().map(|axis| axis.points.to_string()).collect();
        let sides: Vec<String> = self.sides.iter().map(Sides::plain).collect();
        let mask = match &self.mask {
            Some(mask) => format!(", mask = {mask}"),
            None => String::new(),
        };
        format!(
            "box({}; points = [{}], boundary = [{}]{mask})",
            axes.join(", "),
            points.join(", "),
            sides.join(", ")
        )
    }

    /// The names that [`BoxValue::member`] knows.
    pub fn members(&self) -> Vec<String> {
        self.grid.axes.iter().map(|axis| axis.name.clone()).collect()
    }

    /// The coordinates of the points along an axis, by its name.
    pub fn member(&self, name: &str) -> Option<Value> {
        let axis = self.grid.axes.iter().position(|axis| axis.name == name)?;
        let own = self.array_axes().get(axis)?.clone();
        let points = NumericArray::along(self.points(axis), own)?;
        Some(points.named(name).into())
    }

    /// Cells in all.
    pub fn cells(&self) -> usize {
        self.grid.axes.iter().map(|axis| axis.points).product()
    }

    /// The coordinates of the points along an axis.
    pub fn points(&self, axis: usize) -> Vec<f64> {
        self.points_at(axis, 0.0)
    }

    /// The coordinates so many cells beyond the points along an axis.
    pub(crate) fn points_at(&self, axis: usize, beyond: f64) -> Vec<f64> {
        let axis = self.grid.axes.get(axis);
        axis.map_or_else(Vec::new, |axis| coordinates(axis, beyond))
    }

    /// The axes of arrays of values at the points of the box.
    pub fn array_axes(&self) -> Vec<ArrayAxis> {
        self.axes_at([false; 3])
    }

    /// The axes of arrays of values half a cell beyond the points along some axes.
    pub(crate) fn axes_at(&self, shift: [bool; 3]) -> Vec<ArrayAxis> {
        let shape: Vec<usize> = self.grid.axes.iter().map(|axis| axis.points).collect();
        let mask = self.grid.mask.as_ref();
        let mut sides =
            mask.map_or_else(Vec::new, |mask| Side::all(mask, &shape)).into_iter();
        self.grid
            .axes
            .iter()
            .zip(shift)
            .map(|(axis, beyond)| {
                let kind = AxisKind::Space { periodic: axis.closed };
                let beyond = if beyond { 0.5 } else { 0.0 };
                ArrayAxis::new(&axis.name, kind, coordinates(axis, beyond))
                    .with_mask(sides.next())
            })
            .collect()
    }

    /// The place of a coordinate among the axes.
    pub fn axis_of(&self, symbol: &Symbol) -> Option<usize> {
        self.coordinates.iter().position(|own| own == symbol)
    }
}

/// The coordinates so many cells beyond the points.
fn coordinates(axis: &Axis, beyond: f64) -> Vec<f64> {
    (0..axis.points).map(|place| axis.at(place as f64 + beyond)).collect()
}

impl FieldValue {
    /// What it is, for messages.
    pub fn describe(&self) -> String {
        let kind = if self.complex { "complex" } else { "real" };
        let shape = match self.shape {
            FieldShape::Scalar => "field",
            FieldShape::Vector => "vector field",
            FieldShape::Covector => "one-form field",
            FieldShape::Tensor => "tensor field",
            FieldShape::Links => "field of SU(2) links",
        };
        let points: Vec<String> =
            self.grid.grid.axes.iter().map(|axis| axis.points.to_string()).collect();
        let name = self.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
        format!(
            "a {kind} {shape}{name} on {} points over {}",
            points.join("×"),
            self.grid.names()
        )
    }

    /// What a component does at the sides.
    pub(crate) fn sides_of(&self, component: usize) -> Vec<Sides> {
        let sides = self.sides.as_ref().unwrap_or(&self.grid.sides).iter();
        sides
            .enumerate()
            .map(|(axis, sides)| Sides {
                low: sides.low.of(component, axis).clone(),
                high: sides.high.of(component, axis).clone(),
            })
            .collect()
    }

    /// The names of its components: its own, or `u_x`, `u_y`; of links `U_x0` to `U_x3`, `U_y0`, ….
    pub fn component_names(&self) -> Vec<String> {
        let name = self.name.as_deref().unwrap_or("u");
        let coordinates = &self.grid.coordinates;
        match self.shape {
            FieldShape::Scalar => vec![name.to_owned()],
            FieldShape::Vector | FieldShape::Covector => {
                coordinates.iter().map(|x| format!("{name}_{x}")).collect()
            }
            FieldShape::Tensor => coordinates
                .iter()
                .flat_map(|x| coordinates.iter().map(move |y| format!("{name}_{x}{y}")))
                .collect(),
            FieldShape::Links => coordinates
                .iter()
                .flat_map(|x| (0..4).map(move |part| format!("{name}_{x}{part}")))
                .collect(),
        }
    }

    /// The formulas of its components: unknown functions of time and place.
    pub fn formulas(&self) -> Vec<Expr> {
        let mut arguments = vec![Expr::symbol(self.time.name())];
        arguments.extend(self.grid.coordinates.iter().map(|x| Expr::symbol(x.name())));
        self.component_names()
            .iter()
            .map(|name| Expr::apply(Symbol::new(name), arguments.clone()))
            .collect()
    }

    /// The values of a component at the start.
    pub fn array(&self, component: usize) -> Option<NumericArray> {
        let values = self.start.get(component)?;
        let values: ArrayValues = if self.complex {
            values.to_vec().into()
        } else {
            values.iter().map(|value| value.re).collect::<Vec<f64>>().into()
        };
        let name = self.component_names().get(component)?.clone();
        Some(NumericArray::new(values, self.grid.array_axes())?.named(&name))
    }
}
