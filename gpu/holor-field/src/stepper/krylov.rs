//! Linear systems (1 − c L) x = r solved without a matrix: conjugate gradients where L is symmetric, BiCGStab otherwise.
//!
//! Hestenes and Stiefel 1952; van der Vorst 1992. Both are procedures of a plan that repeat until the residual is small
//! compared with the right-hand side. Along one axis BiCGStab takes the inverse of a system that is nearly the same beforehand, where that pays.

use super::builder::{At, Builder, FAILURES, ITERATIONS, Kernel};
use super::inverse::inverse;
use super::options::Options;
use crate::error::FieldResult;
use crate::graph::{Binary, Graph, NodeId};
use crate::plan::{Action, ArrayId, ScalarId};

/// What is needed to solve systems in a plan.
pub(super) struct Solver {
    /// L x for each variable, in the builder's graph.
    linear: Vec<NodeId>,
    symmetric: bool,
    tolerance: f64,
    iterations: u32,
    /// r, p, q and, for BiCGStab, the first residual, s and t.
    residual: Vec<ArrayId>,
    direction: Vec<ArrayId>,
    image: Vec<ArrayId>,
    shadow: Vec<ArrayId>,
    second_image: Vec<ArrayId>,
    /// The inverse of a system that is nearly the same, where there is one: row, column and number of each matrix.
    inverse: Vec<(usize, usize, usize)>,
    /// What it makes of directions and residuals, and parts of that; the directions and residuals themselves without it.
    ahead: [Vec<ArrayId>; 2],
    parts: Vec<ArrayId>,
    solved: usize,
}

impl Solver {
    /// For systems 1 − factor Δt L.
    pub(super) fn new(
        builder: &mut Builder<'_>,
        linear: Vec<NodeId>,
        symmetric: bool,
        options: &Options,
        factor: f64,
    ) -> Self {
        let known = inverse(builder.scheme, symmetric, options, factor);
        let symmetric = symmetric && known.is_none();
        let none = Vec::new();
        let residual = builder.arrays("residual");
        let direction = builder.arrays("direction");
        let image = builder.arrays("image");
        let others = |builder: &mut Builder<'_>, wanted: bool, name: &str| {
            if wanted { builder.arrays(name) } else { none.clone() }
        };
        let shadow = others(builder, !symmetric, "first residual");
        let second_image = others(builder, !symmetric, "second image");
        let (mut ahead, mut parts) = ([direction.clone(), residual.clone()], Vec::new());
        let mut inverse = Vec::new();
        if let Some(blocks) = known {
            ahead =
                ["direction ahead", "residual ahead"].map(|name| builder.arrays(name));
            for (row, column, matrix) in blocks {
                builder.plan.matrices.push(matrix);
                inverse.push((row, column, builder.plan.matrices.len() - 1));
                parts.push(builder.array(format!("part {row} of {column}")));
            }
        }
        Self {
            linear,
            symmetric,
            tolerance: options.residual(),
            iterations: options.solver_iterations,
            residual,
            direction,
            image,
            shadow,
            second_image,
            inverse,
            ahead,
            parts,
            solved: 0,
        }
    }

    /// Actions that solve x − c (L x + b) = right for x at a time, where x already holds a guess; sources b are those of
    /// boundaries and of the linear part. `step` is the scalar with c.
    pub(super) fn solve(
        &mut self,
        builder: &mut Builder<'_>,
        unknown: &[ArrayId],
        right: &[ArrayId],
        step: ScalarId,
        time: ScalarId,
    ) -> FieldResult<Vec<Action>> {
        self.solved += 1;
        let number = self.solved;
        let named = |builder: &mut Builder<'_>, name: &str| {
            builder.scalar(&format!("{name} of system {number}"), 0.0)
        };
        let norm = named(builder, "residual");
        let bound = named(builder, "bound");
        let done = named(builder, "end");
        let failures = builder.scalar(FAILURES, 0.0);

        // r = right − x + c (L x + b), p = r.
        let at = builder.at(unknown, time);
        let (mut actions, mut kernel, values) =
            builder.values("residual", &self.linear, &at)?;
        for (place, value) in values.into_iter().enumerate() {
            let (x, b) = (kernel.load(unknown[place]), kernel.load(right[place]));
            let difference = kernel.graph.subtract(b, x);
            let r = kernel.scaled(step, value, difference);
            kernel.store(self.residual[place], r);
            kernel.store(self.direction[place], r);
            if !self.symmetric {
                kernel.store(self.shadow[place], r);
            }
            self.gather(&mut kernel, place, r, r, norm);
            self.gather(&mut kernel, place, b, b, bound);
        }
        actions.push(kernel.finish(builder));
        let tolerance = self.tolerance * self.tolerance;
        actions.push(builder.scalars(|g| {
            let bound_value = g.scalar(bound as u32);
            let factor = g.constant(tolerance);
            let limit = g.multiply(bound_value, factor);
            let tiny = g.constant(f64::MIN_POSITIVE);
            vec![(bound, g.add(limit, tiny))]
        }));
        let body = if self.symmetric {
            self.conjugate_gradients(builder, unknown, step, time, norm, bound, done)?
        } else {
            self.stabilised(builder, unknown, step, time, norm, bound, done)?
        };
        let procedure = builder.procedure(&format!("iteration of system {number}"), body);
        actions.push(Action::Repeat { procedure, until: done, at_most: self.iterations });
        actions.push(builder.scalars(|g| {
            let one = g.constant(1.0);
            let (done, failures_now) = (g.scalar(done as u32), g.scalar(failures as u32));
            let failed = g.subtract(one, done);
            vec![(failures, g.add(failures_now, failed))]
        }));
        Ok(actions)
    }

    /// Adds Σ a b over one more variable; sums of all variables go to one scalar, in one value of the last.
    fn gather(
        &self,
        kernel: &mut Kernel,
        place: usize,
        a: NodeId,
        b: NodeId,
        into: ScalarId,
    ) {
        let product = kernel.graph.multiply(a, b);
        kernel.gather(product, into, place == 0);
    }

    /// Counts an iteration and says whether the residual is small; `bad` values end it as well.
    fn ending(
        g: &mut Graph,
        norm: NodeId,
        bound: ScalarId,
        done: ScalarId,
        iterations: ScalarId,
    ) -> Vec<(ScalarId, NodeId)> {
        let limit = g.scalar(bound as u32);
        let small = g.binary(Binary::LessEqual, norm, limit);
        let one = g.constant(1.0);
        let count = g.scalar(iterations as u32);
        vec![(done, small), (iterations, g.add(count, one))]
    }

    #[expect(clippy::too_many_arguments, reason = "the scalars of one system")]
    fn conjugate_gradients(
        &self,
        builder: &mut Builder<'_>,
        unknown: &[ArrayId],
        step: ScalarId,
        time: ScalarId,
        norm: ScalarId,
        bound: ScalarId,
        done: ScalarId,
    ) -> FieldResult<Vec<Action>> {
        let curvature = builder.scalar("p A p", 0.0);
        let (alpha, beta) = (builder.scalar("alpha", 0.0), builder.scalar("beta", 0.0));
        let next = builder.scalar("next residual", 0.0);
        let iterations = builder.scalar(ITERATIONS, 0.0);
        // q = p − c L p
        let mut body = self.apply(
            builder,
            &self.direction,
            &self.image,
            step,
            time,
            |solver, kernel, place, p, q| {
                solver.gather(kernel, place, p, q, curvature);
            },
        )?;
        body.push(builder.scalars(|g| {
            let value = quotient(g, norm, curvature);
            vec![(alpha, value)]
        }));
        let mut kernel = Kernel::new("x + alpha p, r - alpha q");
        for (place, unknown) in unknown.iter().enumerate() {
            let (x, p) = (kernel.load(*unknown), kernel.load(self.direction[place]));
            let (r, q) =
                (kernel.load(self.residual[place]), kernel.load(self.image[place]));
            let x = kernel.scaled(alpha, p, x);
            let q = kernel.graph.negate(q);
            let r = kernel.scaled(alpha, q, r);
            kernel.store(*unknown, x);
            kernel.store(self.residual[place], r);
            self.gather(&mut kernel, place, r, r, next);
        }
        body.push(kernel.finish(builder));
        body.push(builder.scalars(|g| {
            let value = quotient(g, next, norm);
            let now = g.scalar(next as u32);
            let mut stores = vec![(beta, value), (norm, now)];
            stores.extend(Self::ending(g, now, bound, done, iterations));
            stores
        }));
        let mut kernel = Kernel::new("r + beta p");
        for place in 0..unknown.len() {
            let r = kernel.load(self.residual[place]);
            let p = kernel.load(self.direction[place]);
            let p = kernel.scaled(beta, p, r);
            kernel.store(self.direction[place], p);
        }
        body.push(kernel.finish(builder));
        Ok(body)
    }

    #[expect(clippy::too_many_arguments, reason = "the scalars of one system")]
    fn stabilised(
        &self,
        builder: &mut Builder<'_>,
        unknown: &[ArrayId],
        step: ScalarId,
        time: ScalarId,
        norm: ScalarId,
        bound: ScalarId,
        done: ScalarId,
    ) -> FieldResult<Vec<Action>> {
        let number = self.solved;
        let rho = builder.scalar(&format!("rho of system {number}"), 0.0);
        let (alpha, beta) = (builder.scalar("alpha", 0.0), builder.scalar("beta", 0.0));
        let omega = builder.scalar("omega", 0.0);
        let [shadow_image, ts, tt, next] =
            ["r0 v", "t s", "t t", "r0 r"].map(|name| builder.scalar(name, 0.0));
        let iterations = builder.scalar(ITERATIONS, 0.0);
        // ρ = (r₀, r), v = A p, α = ρ/(r₀, v); r is s and then r again.
        let mut kernel = Kernel::new("r0 r");
        for place in 0..unknown.len() {
            let r = kernel.load(self.residual[place]);
            let shadow = kernel.load(self.shadow[place]);
            self.gather(&mut kernel, place, r, shadow, rho);
        }
        let mut body = vec![kernel.finish(builder)];
        let shadows = self.shadow.clone();
        let [direction, residual] = &self.ahead;
        body.extend(self.look_ahead(builder, &self.direction, direction));
        body.extend(self.apply(
            builder,
            direction,
            &self.image,
            step,
            time,
            |solver, kernel, place, _, v| {
                let shadow = kernel.load(shadows[place]);
                solver.gather(kernel, place, shadow, v, shadow_image);
            },
        )?);
        body.push(builder.scalars(|g| {
            let value = quotient(g, rho, shadow_image);
            vec![(alpha, value)]
        }));
        let mut kernel = Kernel::new("s = r - alpha v");
        for place in 0..unknown.len() {
            let (r, v) =
                (kernel.load(self.residual[place]), kernel.load(self.image[place]));
            let v = kernel.graph.negate(v);
            let s = kernel.scaled(alpha, v, r);
            kernel.store(self.residual[place], s);
        }
        body.push(kernel.finish(builder));
        body.extend(self.look_ahead(builder, &self.residual, residual));
        let residuals = self.residual.clone();
        body.extend(self.apply(
            builder,
            residual,
            &self.second_image,
            step,
            time,
            |solver, kernel, place, _, t| {
                let s = kernel.load(residuals[place]);
                solver.gather(kernel, place, t, s, ts);
                solver.gather(kernel, place, t, t, tt);
            },
        )?);
        body.push(builder.scalars(|g| {
            let value = quotient(g, ts, tt);
            vec![(omega, value)]
        }));
        let mut kernel = Kernel::new("x + alpha p + omega s, s - omega t");
        for (place, unknown) in unknown.iter().enumerate() {
            let x = kernel.load(*unknown);
            let p = kernel.load(direction[place]);
            let s = kernel.load(residual[place]);
            let t = kernel.load(self.second_image[place]);
            let shadow = kernel.load(self.shadow[place]);
            let x = kernel.scaled(alpha, p, x);
            let x = kernel.scaled(omega, s, x);
            let s = kernel.load(self.residual[place]);
            let t = kernel.graph.negate(t);
            let r = kernel.scaled(omega, t, s);
            kernel.store(*unknown, x);
            kernel.store(self.residual[place], r);
            self.gather(&mut kernel, place, r, r, norm);
            self.gather(&mut kernel, place, shadow, r, next);
        }
        body.push(kernel.finish(builder));
        body.push(builder.scalars(|g| {
            let first = quotient(g, next, rho);
            let second = quotient(g, alpha, omega);
            let value = g.multiply(first, second);
            let now = g.scalar(norm as u32);
            let mut stores = vec![(beta, value)];
            stores.extend(Self::ending(g, now, bound, done, iterations));
            stores
        }));
        let mut kernel = Kernel::new("r + beta (p - omega v)");
        for place in 0..unknown.len() {
            let r = kernel.load(self.residual[place]);
            let p = kernel.load(self.direction[place]);
            let v = kernel.load(self.image[place]);
            let v = kernel.graph.negate(v);
            let p = kernel.scaled(omega, v, p);
            let p = kernel.scaled(beta, p, r);
            kernel.store(self.direction[place], p);
        }
        body.push(kernel.finish(builder));
        Ok(body)
    }

    /// `to` = the inverse that is known times `from`.
    fn look_ahead(
        &self,
        builder: &mut Builder<'_>,
        from: &[ArrayId],
        to: &[ArrayId],
    ) -> Vec<Action> {
        if self.inverse.is_empty() {
            return Vec::new();
        }
        let known = self.inverse.iter().zip(&self.parts);
        let mut actions: Vec<Action> = known
            .clone()
            .map(|((_, column, matrix), part)| Action::Sparse {
                matrix: *matrix,
                from: from[*column],
                to: *part,
            })
            .collect();
        let mut kernel = Kernel::new("inverse");
        for (row, array) in to.iter().enumerate() {
            let mut sum = kernel.graph.constant(0.0);
            for (_, part) in known.clone().filter(|((own, ..), _)| *own == row) {
                let part = kernel.load(*part);
                sum = kernel.graph.add(sum, part);
            }
            kernel.store(*array, sum);
        }
        actions.push(kernel.finish(builder));
        actions
    }

    /// `to` = `from` − c L `from`, with sums of what `sums` asks for.
    fn apply(
        &self,
        builder: &mut Builder<'_>,
        from: &[ArrayId],
        to: &[ArrayId],
        step: ScalarId,
        time: ScalarId,
        sums: impl Fn(&Self, &mut Kernel, usize, NodeId, NodeId),
    ) -> FieldResult<Vec<Action>> {
        let at = At { homogeneous: true, ..builder.at(from, time) };
        let (mut actions, mut kernel, values) =
            builder.values("x - c L x", &self.linear, &at)?;
        for (place, value) in values.into_iter().enumerate() {
            let x = kernel.load(from[place]);
            let minus = kernel.graph.negate(value);
            let image = kernel.scaled(step, minus, x);
            kernel.store(to[place], image);
            sums(self, &mut kernel, place, x, image);
        }
        actions.push(kernel.finish(builder));
        Ok(actions)
    }
}

/// a/b of two scalars; 0 where b is 0 (the residual is then 0).
fn quotient(g: &mut Graph, a: ScalarId, b: ScalarId) -> NodeId {
    let (a, b) = (g.scalar(a as u32), g.scalar(b as u32));
    let zero = g.constant(0.0);
    let none = g.binary(Binary::Equal, b, zero);
    let value = g.divide(a, b);
    g.select(none, zero, value)
}
