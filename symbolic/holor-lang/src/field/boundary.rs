//! What fields do at the sides of a box, as it is written.

use holor_algebra::{Expr, Node};

use crate::{Diagnostic, Result, Span, Value, codes};

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
        }
    }

    /// Whether the grid closes on itself there.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, BoundaryKind::Periodic | BoundaryKind::Antiperiodic)
    }

    /// Reads `periodic`, `dirichlet(0)`, ….
    fn read(value: &Value) -> Option<Self> {
        let (name, arguments): (&str, &[Expr]) = match value {
            Value::Builtin(builtin) => (builtin.name, &[]),
            Value::Expr(expr) => match expr.node() {
                Node::Apply(name, arguments) => (name.name(), arguments),
                _ => return None,
            },
            _ => return None,
        };
        Some(match (name, arguments) {
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
