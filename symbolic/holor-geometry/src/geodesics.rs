//! Geodesics and autoparallels as equations, and the momenta they conserve.
//!
//! `ẍᵃ + Γᵃ_bc ẋᵇ ẋᶜ = 0` in an affine parameter. Only the symmetric part of Γ enters, so that torsion of a
//! connection changes its autoparallels by the part `K_(bc)` of the contorsion; for the Levi-Civita connection they are the
//! extremals of `L = ½ g_ab ẋᵃ ẋᵇ`.

use holor_algebra::exact::Element;
use holor_algebra::{Expr, Function, Symbol};

use crate::tensor::{dimension_of, sign};
use crate::{Chart, Connection, GeometryError, GeometryResult, Holor, Metric};

/// The autoparallels of a connection.
#[derive(Clone, Debug)]
pub struct Geodesics {
    connection: Connection,
    velocities: Vec<Symbol>,
}

impl Geodesics {
    /// The curves with `ẍᵃ + Γᵃ_bc ẋᵇ ẋᶜ = 0`. The velocities are called by the coordinates with a dot, `ẋ`.
    pub fn new(connection: &Connection) -> Self {
        let velocities = connection
            .chart()
            .coordinates()
            .iter()
            .map(|coordinate| Symbol::new(&format!("{coordinate}\u{307}")))
            .collect();
        Self { connection: connection.clone(), velocities }
    }

    /// The same with other names for the velocities.
    ///
    /// # Errors
    /// Another number of names than of coordinates, or a name used twice or by a coordinate.
    pub fn with_velocities(
        connection: &Connection,
        velocities: Vec<Symbol>,
    ) -> GeometryResult<Self> {
        let coordinates = connection.chart().coordinates();
        let clash = velocities.iter().enumerate().any(|(place, name)| {
            coordinates.contains(name)
                || velocities.iter().take(place).any(|other| other == name)
        });
        if velocities.len() != coordinates.len() || clash {
            return Err(GeometryError::Invalid {
                operation: "geodesics",
                reason: "each coordinate has one velocity with a name of its own".into(),
            });
        }
        Ok(Self { connection: connection.clone(), velocities })
    }

    /// The names of the velocities.
    pub fn velocities(&self) -> &[Symbol] {
        &self.velocities
    }

    /// `ẍᵃ = −Γᵃ_bc ẋᵇ ẋᶜ` as functions of coordinates and velocities, for instance to integrate them.
    ///
    /// # Errors
    /// An interrupt.
    pub fn accelerations(&self) -> GeometryResult<Vec<Element>> {
        let chart = self.connection.chart();
        let field = chart.field();
        let gamma = self.connection.coefficients();
        let velocities: Vec<Element> =
            self.velocities.iter().map(|velocity| field.symbol(velocity)).collect();
        let squares: Vec<Vec<Element>> = velocities
            .iter()
            .map(|v| velocities.iter().map(|w| field.multiply(v, w)).collect())
            .collect();
        let mut all = Vec::with_capacity(chart.dimension());
        for a in 0..dimension_of(chart) {
            field.poll()?;
            let mut terms = Vec::new();
            for (b, row) in (0..).zip(&squares) {
                for (c, square) in (0..).zip(row) {
                    if let Some((value, negative)) = gamma.stored(&[a, b, c]) {
                        terms.push((-sign(negative), value, square));
                    }
                }
            }
            all.push(field.sum_of_products(&terms));
        }
        field.poll()?;
        Ok(all)
    }

    /// The equations `d²xᵃ/dλ² + Γᵃ_bc dxᵇ/dλ dxᶜ/dλ = 0` for the functions `xᵃ(λ)`, each Γ written by itself.
    ///
    /// # Errors
    /// A parameter that is a coordinate; an interrupt.
    pub fn equations(&self, parameter: &Symbol) -> GeometryResult<Vec<Expr>> {
        let curve = Curve::new(self.connection.chart(), parameter)?;
        let gamma = self.connection.coefficients();
        let field = self.connection.chart().field();
        let dimension = dimension_of(self.connection.chart());
        let mut equations = Vec::new();
        for a in 0..dimension {
            let mut terms = vec![curve.derivative(a, 2)];
            for b in 0..dimension {
                for c in b..dimension {
                    field.poll()?;
                    let mut coefficient = gamma.component(&[a, b, c]);
                    if b != c {
                        coefficient =
                            field.add(&coefficient, &gamma.component(&[a, c, b]));
                    }
                    terms.extend(curve.term(&coefficient, &[b, c]));
                }
            }
            equations.push(Expr::equation(Expr::add(terms), Expr::zero()));
        }
        Ok(equations)
    }
}

impl Metric {
    /// The geodesics of the Levi-Civita connection.
    ///
    /// # Errors
    /// An interrupt.
    pub fn geodesics(&self) -> GeometryResult<Geodesics> {
        Ok(Geodesics::new(&self.christoffel()?))
    }

    /// `L = ½ g_ab dxᵃ/dλ dxᵇ/dλ` along a curve `xᵃ(λ)`.
    ///
    /// # Errors
    /// A parameter that is a coordinate.
    pub fn geodesic_lagrangian(&self, parameter: &Symbol) -> GeometryResult<Expr> {
        let curve = Curve::new(self.chart(), parameter)?;
        let field = self.field();
        let terms = self.lower().components().filter_map(|(indices, value)| {
            let coefficient = match indices {
                [a, b] if a == b => field.scale(value, 1, 2),
                _ => value.clone(),
            };
            curve.term(&coefficient, indices)
        });
        Ok(Expr::add(terms))
    }

    /// The equations of Euler and Lagrange, `d/dλ (g_ab dxᵇ/dλ) = ½ ∂_a g_bc dxᵇ/dλ dxᶜ/dλ`, equivalent to the geodesic
    /// equations; where the right side is 0 the left one says what is conserved.
    ///
    /// # Errors
    /// A parameter that is a coordinate.
    pub fn euler_lagrange_equations(
        &self,
        parameter: &Symbol,
    ) -> GeometryResult<Vec<Expr>> {
        let curve = Curve::new(self.chart(), parameter)?;
        let field = self.field();
        let derivative = self.lower().partial_derivative()?;
        let mut equations = Vec::new();
        for a in 0..dimension_of(self.chart()) {
            field.poll()?;
            let momentum = curve.momentum(self.lower(), a);
            let left = Expr::call(
                Function::Derivative,
                vec![momentum, curve.parameter.clone(), Expr::one()],
            );
            let right = derivative.components().filter_map(|(indices, value)| {
                let &[direction, b, c] = indices else { return None };
                if direction != a {
                    return None;
                }
                let coefficient =
                    if b == c { field.scale(value, 1, 2) } else { value.clone() };
                curve.term(&coefficient, &[b, c])
            });
            equations.push(Expr::equation(left, Expr::add(right)));
        }
        Ok(equations)
    }

    /// The coordinates on which no component of the metric depends, counted from 0: along each, ∂/∂x is a Killing vector.
    pub fn cyclic_coordinates(&self) -> Vec<usize> {
        let chart = self.chart();
        (0..self.dimension())
            .filter(|&k| {
                self.lower()
                    .components()
                    .all(|(_, value)| chart.derivative(value, k).is_zero())
            })
            .collect()
    }

    /// The momenta `p_k = g_kb dxᵇ/dλ` of the cyclic coordinates, each constant along every affinely parametrised
    /// geodesic.
    ///
    /// # Errors
    /// A parameter that is a coordinate.
    pub fn conserved_momenta(
        &self,
        parameter: &Symbol,
    ) -> GeometryResult<Vec<(Symbol, Expr)>> {
        let curve = Curve::new(self.chart(), parameter)?;
        let cyclic = self.cyclic_coordinates();
        let momenta = (0u8..)
            .zip(self.chart().coordinates())
            .filter(|(k, _)| cyclic.contains(&usize::from(*k)))
            .map(|(k, coordinate)| (coordinate.clone(), curve.momentum(self.lower(), k)));
        Ok(momenta.collect())
    }
}

/// A curve `xᵃ(λ)`, to write equations with.
struct Curve<'a> {
    chart: &'a Chart,
    parameter: Expr,
    /// x and x(λ)
    points: Vec<(Expr, Expr)>,
}

impl<'a> Curve<'a> {
    fn new(chart: &'a Chart, parameter: &Symbol) -> GeometryResult<Self> {
        if chart.place(parameter).is_some() {
            return Err(GeometryError::Invalid {
                operation: "geodesics",
                reason: format!(
                    "`{parameter}` is a coordinate: take another name for the parameter of the curve"
                ),
            });
        }
        let parameter = Expr::symbol(parameter.name());
        let points = chart
            .coordinates()
            .iter()
            .map(|coordinate| {
                let point = Expr::apply(coordinate.clone(), vec![parameter.clone()]);
                (Expr::symbol(coordinate.name()), point)
            })
            .collect();
        Ok(Self { chart, parameter, points })
    }

    /// dᵏxᵃ/dλᵏ
    fn derivative(&self, a: u8, order: i64) -> Expr {
        let point = match self.points.get(usize::from(a)) {
            Some((_, point)) => point.clone(),
            None => Expr::zero(),
        };
        Expr::call(
            Function::Derivative,
            vec![point, self.parameter.clone(), Expr::integer(order)],
        )
    }

    /// A coefficient on the curve times velocities; nothing where it is 0.
    fn term(&self, coefficient: &Element, velocities: &[u8]) -> Option<Expr> {
        if coefficient.is_zero() {
            return None;
        }
        let coefficient = self.chart.field().write(coefficient).substitute(&self.points);
        let velocities = velocities.iter().map(|&b| self.derivative(b, 1));
        Some(Expr::mul(std::iter::once(coefficient).chain(velocities)))
    }

    /// `g_ab dxᵇ/dλ`
    fn momentum(&self, metric: &Holor, a: u8) -> Expr {
        let terms = (0..dimension_of(self.chart)).filter_map(|b| {
            let (value, _) = metric.stored(&[a, b])?;
            self.term(value, &[b])
        });
        Expr::add(terms)
    }
}
