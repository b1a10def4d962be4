//! What fields do at the sides of a box, as it is written.

use holor_algebra::{Expr, Node};

use super::FieldShape;
use crate::{Diagnostic, Result, Span, Value, codes};

/// The name of conditions that differ by component.
pub(crate) const BY_COMPONENT: &str = "by_component";
/// The name of conditions that differ by direction.
pub(crate) const BY_DIRECTION: &str = "by_direction";
/// The name of the walls along which a fluid slides.
pub(crate) const FREE_SLIP: &str = "free_slip";

/// What a field does at one side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum BoundaryKind {
    /// It continues with the values of the other side.
    Periodic,
    /// With minus the values of the other side.
    Antiperiodic,
    /// It has this value.
    Dirichlet(Expr),
    /// It has this outward derivative.
    Neumann(Expr),
    /// a u + b ∂u/∂n = c.
    Robin(Expr, Expr, Expr),
    /// It has this value and this outward derivative.
    Clamped(Expr, Expr),
    /// Its second and third derivatives are 0.
    Free,
    /// It continues smoothly.
    Outflow,
    /// Waves of this speed leave.
    Absorbing(Expr),
    /// It is regular at the centre of polar coordinates.
    Centre,
    /// Each component has its own.
    ByComponent(Vec<BoundaryKind>),
    /// The component along the coordinate whose side it is has the first, all others the second.
    ByDirection(Box<[BoundaryKind; 2]>),
}

/// What a field does at both ends of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sides {
    /// At the lower end.
    pub(crate) low: BoundaryKind,
    /// At the upper end.
    pub(crate) high: BoundaryKind,
}

impl BoundaryKind {
    /// As it is written.
    pub(crate) fn plain(&self) -> String {
        match self {
            BoundaryKind::Periodic => "periodic".into(),
            BoundaryKind::Antiperiodic => "antiperiodic".into(),
            BoundaryKind::Dirichlet(value) => format!("dirichlet({value})"),
            BoundaryKind::Neumann(value) => format!("neumann({value})"),
            BoundaryKind::Robin(a, b, value) => format!("robin({a}, {b}, {value})"),
            BoundaryKind::Clamped(value, slope) => format!("clamped({value}, {slope})"),
            BoundaryKind::Free => "free".into(),
            BoundaryKind::Outflow => "outflow".into(),
            BoundaryKind::Absorbing(speed) => format!("absorbing({speed})"),
            BoundaryKind::Centre => "centre".into(),
            BoundaryKind::ByComponent(all) => {
                let all: Vec<String> = all.iter().map(Self::plain).collect();
                format!("by_component({})", all.join(", "))
            }
            BoundaryKind::ByDirection(both) => {
                let [normal, tangential] = &**both;
                format!("by_direction({}, {})", normal.plain(), tangential.plain())
            }
        }
    }

    /// What it is for a component of a vector, counted from 0, at a side of the coordinate `axis`.
    pub(crate) fn of(&self, component: usize, axis: usize) -> &Self {
        match self {
            BoundaryKind::ByComponent(all) => all.get(component).unwrap_or(self),
            BoundaryKind::ByDirection(both) => {
                let [normal, tangential] = &**both;
                if component == axis { normal } else { tangential }
            }
            own => own,
        }
    }

    /// Why a field of this shape cannot have it, and what to type.
    pub(crate) fn unfit(
        &self,
        shape: FieldShape,
        components: usize,
    ) -> Option<(String, String)> {
        match self {
            BoundaryKind::ByComponent(all) if all.len() != components => Some((
                format!(
                    "`{}` has {} conditions, and the field {}",
                    self.plain(),
                    all.len(),
                    match components {
                        1 => "is a scalar".to_owned(),
                        more => format!("has {more} components"),
                    }
                ),
                match (components, all.first()) {
                    (1, Some(first)) => {
                        format!("field(B, …, boundary = {})", first.plain())
                    }
                    (more, Some(first)) => {
                        let all = vec![first.plain(); more];
                        format!("by_component({})", all.join(", "))
                    }
                    (_, None) => "neumann".to_owned(),
                },
            )),
            BoundaryKind::ByDirection(both)
                if !matches!(shape, FieldShape::Vector | FieldShape::Covector) =>
            {
                Some((
                    format!("`{}` is for vectors and one-forms", self.plain()),
                    format!("field(B, …, boundary = {})", both[1].plain()),
                ))
            }
            _ => None,
        }
    }

    /// The formulas in it.
    pub(crate) fn values(&self) -> Vec<&Expr> {
        match self {
            BoundaryKind::Dirichlet(value)
            | BoundaryKind::Neumann(value)
            | BoundaryKind::Absorbing(value) => vec![value],
            BoundaryKind::Robin(a, b, value) => vec![a, b, value],
            BoundaryKind::Clamped(value, slope) => vec![value, slope],
            BoundaryKind::Periodic
            | BoundaryKind::Antiperiodic
            | BoundaryKind::Free
            | BoundaryKind::Outflow
            | BoundaryKind::Centre => Vec::new(),
            BoundaryKind::ByComponent(all) => all.iter().flat_map(Self::values).collect(),
            BoundaryKind::ByDirection(both) => {
                both.iter().flat_map(Self::values).collect()
            }
        }
    }

    /// Whether the grid closes on itself there.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, BoundaryKind::Periodic | BoundaryKind::Antiperiodic)
    }

    /// No flow through the wall, and none along it that it holds back: the velocity along the normal is 0, and so are the normal
    /// derivatives of the others.
    pub(crate) fn free_slip() -> Self {
        let zero = Expr::zero;
        let both = [BoundaryKind::Dirichlet(zero()), BoundaryKind::Neumann(zero())];
        BoundaryKind::ByDirection(Box::new(both))
    }

    /// Reads what may hold of one component: no sides that close, and none that are themselves of components.
    fn read_one(value: &Expr) -> Option<Self> {
        let kind = Self::read(&Value::Expr(value.clone()))?;
        let single = !matches!(
            kind,
            BoundaryKind::Periodic
                | BoundaryKind::Antiperiodic
                | BoundaryKind::Centre
                | BoundaryKind::ByComponent(_)
                | BoundaryKind::ByDirection(_)
        );
        single.then_some(kind)
    }

    /// Reads `periodic`, `dirichlet(0)`, ….
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let (name, arguments): (&str, &[Expr]) = match value {
            Value::Builtin(builtin) if builtin.name == FREE_SLIP => {
                return Some(Self::free_slip());
            }
            Value::Builtin(builtin) => (builtin.name, &[]),
            Value::Expr(expr) => match expr.node() {
                Node::Apply(name, arguments) => (name.name(), arguments),
                _ => return None,
            },
            _ => return None,
        };
        Some(match (name, arguments) {
            (BY_COMPONENT, all) if !all.is_empty() => {
                let all: Option<Vec<Self>> = all.iter().map(Self::read_one).collect();
                BoundaryKind::ByComponent(all?)
            }
            (BY_DIRECTION, [normal, tangential]) => {
                let both = [Self::read_one(normal)?, Self::read_one(tangential)?];
                BoundaryKind::ByDirection(Box::new(both))
            }
            ("periodic", []) => BoundaryKind::Periodic,
            ("antiperiodic", []) => BoundaryKind::Antiperiodic,
            ("dirichlet", []) => BoundaryKind::Dirichlet(Expr::zero()),
            ("dirichlet", [value]) => BoundaryKind::Dirichlet(value.clone()),
            ("neumann", []) => BoundaryKind::Neumann(Expr::zero()),
            ("neumann", [value]) => BoundaryKind::Neumann(value.clone()),
            ("robin", [a, b, value]) => {
                BoundaryKind::Robin(a.clone(), b.clone(), value.clone())
            }
            ("clamped", []) => BoundaryKind::Clamped(Expr::zero(), Expr::zero()),
            ("clamped", [value]) => BoundaryKind::Clamped(value.clone(), Expr::zero()),
            ("clamped", [value, slope]) => {
                BoundaryKind::Clamped(value.clone(), slope.clone())
            }
            ("free", []) => BoundaryKind::Free,
            ("outflow", []) => BoundaryKind::Outflow,
            ("absorbing", []) => BoundaryKind::Absorbing(Expr::one()),
            ("absorbing", [speed]) => BoundaryKind::Absorbing(speed.clone()),
            ("centre", []) => BoundaryKind::Centre,
            _ => return None,
        })
    }
}

impl Sides {
    /// The same at both ends.
    pub(crate) fn both(kind: BoundaryKind) -> Self {
        Self { low: kind.clone(), high: kind }
    }

    /// As it is written.
    pub(crate) fn plain(&self) -> String {
        if self.low == self.high {
            self.low.plain()
        } else {
            format!("[{}, {}]", self.low.plain(), self.high.plain())
        }
    }
}

/// Reads what stands after `boundary =`: one kind for all sides, a list with an entry for each axis, an entry being a kind or a
/// list of the lower and the upper end.
pub(crate) fn read_boundaries(
    value: &Value,
    axes: usize,
    span: Span,
) -> Result<Vec<Sides>> {
    let one_axis = |value: &Value| -> Option<Sides> {
        if let Some(kind) = BoundaryKind::read(value) {
            return Some(Sides::both(kind));
        }
        let [low, high] = entries(value)?.try_into().ok()?;
        Some(Sides { low: BoundaryKind::read(&low)?, high: BoundaryKind::read(&high)? })
    };
    let read = || -> Option<Vec<Sides>> {
        if let Some(kind) = BoundaryKind::read(value) {
            return Some(vec![Sides::both(kind); axes]);
        }
        let entries = entries(value)?;
        if axes == 1 && entries.len() == 2 {
            return one_axis(value).map(|sides| vec![sides]);
        }
        if entries.len() != axes {
            return None;
        }
        entries.iter().map(one_axis).collect()
    };
    let sides = match read() {
        Some(sides) => sides,
        None => {
            let message = format!(
                "`boundary` is a condition, or a list of one for each axis, found {}",
                value.describe()
            );
            let first = ["periodic", "dirichlet(0)"];
            let example: Vec<&str> =
                (0..axes).map(|axis| *first.get(axis % 2).unwrap_or(&"")).collect();
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(span)
                .hint(format!("boundary = [{}]", example.join(", ")))
                .hint("periodic, antiperiodic, dirichlet(v), neumann(v), robin(a, b, v), absorbing(c), outflow, centre; clamped(v, s), free for equations of fourth order")
                .hint("by_component(dirichlet(0), neumann) for the components of a vector, free_slip")
                .into();
        }
    };
    for side in &sides {
        if side.low.is_closed() != side.high.is_closed()
            || (side.low.is_closed() && side.low != side.high)
        {
            let message = "both ends of a periodic axis are periodic";
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(span)
                .hint("boundary = periodic")
                .into();
        }
    }
    Ok(sides)
}

/// The entries of a list, or the single row or rows of a matrix of formulas.
fn entries(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(items) => Some(items.to_vec()),
        Value::Matrix(matrix) => {
            Some((0..matrix.rows()).map(|row| Value::row(matrix, row)).collect())
        }
        _ => None,
    }
}
