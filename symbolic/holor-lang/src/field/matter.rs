//! Matter in representations of SU(2) on the points of a box: doublets, triplets, and what they do to links.
//!
//! Conventions are those of `lattice`. A link U = u₀ + i u·σ carries a doublet φ of two complex components to U φ, u·σ being the
//! matrix, and a triplet of three real ones to R φ, R_ab = ½ tr(σ_a U σ_b U⁻¹). With U_k = exp(−i g h_k A_k^a σ_a/2) the
//! differences become D = ∂ − i g A^a σ_a/2 and (D φ)^a = ∂φ^a + g ε^abc A^b φ^c.

use holor_algebra::{Expr, Function};

use super::lattice::{Lattice, Quaternion, conjugate, number, product};

/// A matter field by its representation.
#[derive(Clone, Debug)]
pub(crate) enum Matter {
    /// One complex component, charged under U(1).
    Single(Expr),
    /// Two complex components: the fundamental representation of SU(2).
    Doublet([Expr; 2]),
    /// Three real components: the adjoint representation.
    Triplet([Expr; 3]),
}

impl Matter {
    /// Its components.
    pub(crate) fn components(&self) -> &[Expr] {
        match self {
            Matter::Single(field) => std::slice::from_ref(field),
            Matter::Doublet(parts) => parts,
            Matter::Triplet(parts) => parts,
        }
    }

    /// |φ|².
    pub(crate) fn square(&self) -> Expr {
        Expr::add(self.components().iter().map(|part| match self {
            Matter::Triplet(_) => part.powi(2),
            Matter::Single(_) | Matter::Doublet(_) => {
                Expr::call(Function::Abs, vec![part.clone()]).powi(2)
            }
        }))
    }

    fn map(&self, change: impl Fn(&Expr) -> Expr) -> Self {
        match self {
            Matter::Single(field) => Matter::Single(change(field)),
            Matter::Doublet(parts) => Matter::Doublet(parts.each_ref().map(change)),
            Matter::Triplet(parts) => Matter::Triplet(parts.each_ref().map(change)),
        }
    }

    /// The two, component by component; of the same representation.
    fn zip(&self, other: &Self, join: impl Fn(&Expr, &Expr) -> Expr) -> Self {
        match (self, other) {
            (Matter::Single(a), Matter::Single(b)) => Matter::Single(join(a, b)),
            (Matter::Doublet([a, b]), Matter::Doublet([c, d])) => {
                Matter::Doublet([join(a, c), join(b, d)])
            }
            (Matter::Triplet([a, b, c]), Matter::Triplet([d, e, f])) => {
                Matter::Triplet([join(a, d), join(b, e), join(c, f)])
            }
            _ => self.map(|_| Expr::undefined()),
        }
    }

    /// U φ, or R φ. One component alone knows no link of SU(2).
    fn carried(&self, link: &Quaternion) -> Self {
        let [s, x, y, z] = link;
        let term =
            |factor: Expr, a: &Expr, b: &Expr| Expr::mul([factor, a.clone(), b.clone()]);
        let plain = |a: &Expr, b: &Expr| term(Expr::one(), a, b);
        match self {
            Matter::Single(_) => Matter::Single(Expr::undefined()),
            // (u₀ + i u₃) φ₁ + (u₂ + i u₁) φ₂ and (−u₂ + i u₁) φ₁ + (u₀ − i u₃) φ₂.
            Matter::Doublet([one, two]) => {
                let i = Expr::i;
                let complex = |a: &Expr, b: Expr| Expr::add([a.clone(), b]);
                let times = |a: &Expr| Expr::mul([i(), a.clone()]);
                Matter::Doublet([
                    Expr::add([
                        Expr::mul([complex(s, times(z)), one.clone()]),
                        Expr::mul([complex(y, times(x)), two.clone()]),
                    ]),
                    Expr::add([
                        Expr::mul([complex(&y.negate(), times(x)), one.clone()]),
                        Expr::mul([complex(s, times(z).negate()), two.clone()]),
                    ]),
                ])
            }
            // (u₀² − u²) φ + 2 (u·φ) u − 2 u₀ u × φ.
            Matter::Triplet(field) => {
                let axis = [x.clone(), y.clone(), z.clone()];
                let [a, b, c] = field;
                let along = Expr::add([plain(x, a), plain(y, b), plain(z, c)]);
                let length = Expr::add([
                    s.powi(2),
                    x.powi(2).negate(),
                    y.powi(2).negate(),
                    z.powi(2).negate(),
                ]);
                let turned = cross(&axis, field);
                let part = |own: &Expr, axis: &Expr, turned: &Expr| {
                    Expr::add([
                        plain(&length, own),
                        term(Expr::integer(2), &along, axis),
                        term(Expr::integer(-2), s, turned),
                    ])
                };
                let [p, q, r] = &turned;
                Matter::Triplet([part(a, x, p), part(b, y, q), part(c, z, r)])
            }
        }
    }

    /// w/g² in the rate i w·σ U that `self` here and `carried` from the next point give to the link between them.
    ///
    /// Of a doublet w_a = −(g²/4) Im(φ† σ_a U φ(x + k)), of a triplet w = (g²/2) φ × R φ(x + k): with δU = −i (g h_k/2) δA^a σ_a U
    /// the derivatives of |D_k φ|²/2 by A^a are −(g/2h_k) Im(φ† σ_a U φ(x + k)) and −(g/h_k) (R φ(x + k) × φ)_a.
    fn push(&self, carried: &Self) -> [Expr; 3] {
        match (self, carried) {
            (Matter::Doublet([one, two]), Matter::Doublet([next, second])) => {
                let overlap = |a: &Expr, b: &Expr| {
                    let conjugate = Expr::call(Function::Conjugate, vec![a.clone()]);
                    Expr::mul([conjugate, b.clone()])
                };
                let part = |of: Function, formula: Expr| {
                    Expr::mul([Expr::fraction(-1, 4), Expr::call(of, vec![formula])])
                };
                let (up, down) = (overlap(one, second), overlap(two, next));
                let sum = Expr::add([up.clone(), down.clone()]);
                let level = overlap(one, next) - overlap(two, second);
                [
                    part(Function::Im, sum),
                    part(Function::Re, down - up),
                    part(Function::Im, level),
                ]
            }
            (Matter::Triplet(own), Matter::Triplet(next)) => {
                cross(own, next).map(|part| Expr::mul([Expr::fraction(1, 2), part]))
            }
            _ => std::array::from_fn(|_| Expr::undefined()),
        }
    }
}

/// a × b.
fn cross(a: &[Expr; 3], b: &[Expr; 3]) -> [Expr; 3] {
    let [p, q, r] = a;
    let [x, y, z] = b;
    let part = |a: &Expr, b: &Expr, c: &Expr, d: &Expr| {
        Expr::mul([a.clone(), b.clone()]) - Expr::mul([c.clone(), d.clone()])
    };
    [part(q, z, r, y), part(r, x, p, z), part(p, y, q, x)]
}

impl Lattice {
    /// The matter of the next point along a direction, carried here.
    fn brought(&self, matter: &Matter, link: &Quaternion, axis: usize) -> Matter {
        matter.map(|part| self.shift(part, axis, 1)).carried(link)
    }

    /// D_k φ = (U_k(x) φ(x + k) − φ(x))/h_k; 0 where the link leaves the box.
    pub(crate) fn matter_difference(
        &self,
        matter: &Matter,
        link: &Quaternion,
        axis: usize,
    ) -> Matter {
        let over = number(1.0 / self.spacing(axis));
        let inside = self.ahead(axis);
        self.brought(matter, link, axis).zip(matter, |next, here| {
            product([Some(over.clone()), inside.clone(), Some(next - here)])
        })
    }

    /// Σ_k (U_k(x) φ(x + k) + U_k(x − k)⁻¹ φ(x − k) − 2 φ)/h_k², without links that leave the box.
    pub(crate) fn matter_laplacian(
        &self,
        matter: &Matter,
        links: &[Quaternion],
    ) -> Matter {
        let mut sum = matter.map(|_| Expr::zero());
        for (axis, link) in links.iter().enumerate() {
            let over = number(self.spacing(axis).powi(-2));
            let next = self.brought(matter, link, axis);
            let last =
                matter.carried(&conjugate(link)).map(|part| self.shift(part, axis, -1));
            for (moved, inside) in [(next, self.ahead(axis)), (last, self.behind(axis))] {
                let term = moved.zip(matter, |there, here| {
                    product([Some(over.clone()), inside.clone(), Some(there - here)])
                });
                sum = sum.zip(&term, |a, b| a + b);
            }
        }
        sum
    }

    /// g² times what matter gives to the rate of a link along a direction.
    pub(crate) fn matter_push(
        &self,
        matter: &Matter,
        link: &Quaternion,
        axis: usize,
        coupling: &Expr,
    ) -> [Expr; 3] {
        matter
            .push(&self.brought(matter, link, axis))
            .map(|part| Expr::mul([coupling.powi(2), part]))
    }
}
