//! Polynomials: division, greatest common divisors, resultants, coefficients.

use num_integer::Integer;
use num_rational::BigRational;

use super::Engine;
use super::failure::{invalid, not_found};
use crate::{AlgebraResult, Expr, Symbol};

/// The largest number of which both are integer multiples.
fn gcd_of_fractions(left: &BigRational, right: &BigRational) -> BigRational {
    BigRational::new(left.numer().gcd(right.numer()), left.denom().lcm(right.denom()))
}

/// The smallest number that is an integer multiple of both.
fn lcm_of_fractions(left: &BigRational, right: &BigRational) -> BigRational {
    BigRational::new(left.numer().lcm(right.numer()), left.denom().gcd(right.denom()))
}

const NOT_POLYNOMIAL: &str =
    "the arguments are not polynomials with rational coefficients";

impl Engine {
    /// The greatest common divisor of two polynomials, or of two integers.
    pub fn gcd(&self, left: &Expr, right: &Expr) -> AlgebraResult<Expr> {
        if let (Some(left), Some(right)) = (left.as_integer(), right.as_integer()) {
            return Ok(Expr::integer(num_integer::Integer::gcd(left, right)));
        }
        if let (Some(left), Some(right)) = (left.as_number(), right.as_number()) {
            return Ok(Expr::rational(gcd_of_fractions(left, right)));
        }
        let (left, right) = (left.clone(), right.clone());
        self.compute(move |session| {
            let (left, right) =
                (session.value(&left)?.expand(), session.value(&right)?.expand());
            let divisor = left.gcd_all(&right);
            session.export(&divisor.ok_or_else(|| invalid("gcd", NOT_POLYNOMIAL))?)
        })
    }

    /// The least common multiple of two polynomials, or of two integers.
    pub fn lcm(&self, left: &Expr, right: &Expr) -> AlgebraResult<Expr> {
        if let (Some(left), Some(right)) = (left.as_integer(), right.as_integer()) {
            return Ok(Expr::integer(num_integer::Integer::lcm(left, right)));
        }
        if let (Some(left), Some(right)) = (left.as_number(), right.as_number()) {
            return Ok(Expr::rational(lcm_of_fractions(left, right)));
        }
        let (left, right) = (left.clone(), right.clone());
        self.compute(move |session| {
            let (left, right) =
                (session.value(&left)?.expand(), session.value(&right)?.expand());
            let multiple = left.lcm_all(&right);
            session.export(&multiple.ok_or_else(|| invalid("lcm", NOT_POLYNOMIAL))?)
        })
    }

    /// The quotient of the division of polynomials in a variable.
    pub fn quotient(
        &self,
        left: &Expr,
        right: &Expr,
        variable: &Symbol,
    ) -> AlgebraResult<Expr> {
        self.divide("quotient", left, right, variable).map(|(quotient, _)| quotient)
    }

    /// The remainder of the division of polynomials in a variable.
    pub fn remainder(
        &self,
        left: &Expr,
        right: &Expr,
        variable: &Symbol,
    ) -> AlgebraResult<Expr> {
        self.divide("remainder", left, right, variable).map(|(_, remainder)| remainder)
    }

    fn divide(
        &self,
        operation: &'static str,
        left: &Expr,
        right: &Expr,
        variable: &Symbol,
    ) -> AlgebraResult<(Expr, Expr)> {
        if right.is_zero() {
            return Err(invalid(operation, "the divisor is 0"));
        }
        let (left, right, variable) = (left.clone(), right.clone(), variable.clone());
        self.compute(move |session| {
            let x = session.symbol(&variable)?;
            let (left, right) = (session.value(&left)?, session.value(&right)?);
            let (quotient, remainder) = left
                .poly_div(&right, &x)
                .ok_or_else(|| invalid(operation, NOT_POLYNOMIAL))?;
            Ok((session.export(&quotient)?, session.export(&remainder)?))
        })
    }

    /// The resultant of two polynomials: 0 when they have a root in common.
    pub fn resultant(
        &self,
        left: &Expr,
        right: &Expr,
        variable: &Symbol,
    ) -> AlgebraResult<Expr> {
        let (left, right, variable) = (left.clone(), right.clone(), variable.clone());
        self.compute(move |session| {
            let x = session.symbol(&variable)?;
            let (left, right) = (session.value(&left)?, session.value(&right)?);
            let resultant = left.resultant_symbolic(&right, &x);
            session
                .export(&resultant.ok_or_else(|| invalid("resultant", NOT_POLYNOMIAL))?)
        })
    }

    /// The discriminant of a polynomial: 0 when it has a multiple root.
    pub fn discriminant(&self, expr: &Expr, variable: &Symbol) -> AlgebraResult<Expr> {
        let (expr, variable) = (expr.clone(), variable.clone());
        self.compute(move |session| {
            let x = session.symbol(&variable)?;
            let discriminant = session.value(&expr)?.discriminant_symbolic(&x);
            session.export(
                &discriminant.ok_or_else(|| invalid("discriminant", NOT_POLYNOMIAL))?,
            )
        })
    }

    /// The degree in a variable; −∞ for the zero polynomial.
    pub fn degree(&self, expr: &Expr, variable: &Symbol) -> AlgebraResult<Expr> {
        let coefficients = self.coefficients(expr, variable)?;
        match coefficients.iter().rposition(|coefficient| !coefficient.is_zero()) {
            Some(degree) => Ok(Expr::integer(degree)),
            None => Ok(Expr::negative_infinity()),
        }
    }

    /// The coefficients of a polynomial, from the constant term up.
    pub fn coefficients(
        &self,
        expr: &Expr,
        variable: &Symbol,
    ) -> AlgebraResult<Vec<Expr>> {
        let (target, symbol) = (expr.clone(), variable.clone());
        self.exactly(&[expr], || {
            self.compute(move |session| {
                let x = session.symbol(&symbol)?;
                let coefficients =
                    session.value(&target)?.expand().coeffs(&x).ok_or_else(|| {
                        invalid("coefficients", format!("not a polynomial in {symbol}"))
                    })?;
                session.export_all(&coefficients)
            })
        })
    }

    /// The real roots of a polynomial with rational coefficients, in ascending order.
    pub fn real_roots(&self, expr: &Expr, variable: &Symbol) -> AlgebraResult<Vec<Expr>> {
        let (expr, variable) = (expr.clone(), variable.clone());
        self.compute(move |session| {
            let x = session.symbol(&variable)?;
            let roots = session.value(&expr)?.expand().real_roots(&x);
            session.export_all(&roots.ok_or_else(|| not_found("roots", NOT_POLYNOMIAL))?)
        })
    }
}
