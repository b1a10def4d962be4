//! Real numbers known to so many decimal digits.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// A decimal number: an integer times a power of ten, with the number of digits it is good for.
///
/// Arithmetic rounds half to even to the smaller precision of its operands. A literal works with 16
/// digits, or with as many as were written when those are more. Precision is no part of equality:
/// `0.25` to 16 digits equals `0.25` to 30 digits. Infinities and NaN do not exist; an operation that
/// leaves the range (exponents beyond ±1 000 000) or divides by zero answers `None`.
///
/// ```
/// use holor_algebra::Decimal;
/// let sum = Decimal::parse("0.1").unwrap().checked_add(&Decimal::parse("0.2").unwrap());
/// assert_eq!(sum.unwrap().to_string(), "0.3");
/// ```
#[derive(Clone, Debug)]
pub struct Decimal {
    /// Without trailing zeros; 0 has exponent 0.
    mantissa: BigInt,
    exponent: i64,
    digits: u32,
}

/// The digits a short literal works with.
const WORKING_DIGITS: u32 = 16;
/// Numbers with more digits than any `f64` needs were asked for with a precision: it is shown in full.
const SHOWN_IN_FULL: u32 = 18;
/// The largest power of ten of a leading or last digit.
const EXPONENT_LIMIT: i64 = 1_000_000;
/// The most digits ever kept.
const DIGITS_LIMIT: u32 = 1_000_000;

impl Decimal {
    /// The number written by a literal such as `1.50e-3`, `2.`, `.5` or `12`.
    pub fn parse(text: &str) -> Option<Self> {
        let (body, exponent) = match text.split_once(['e', 'E']) {
            Some((body, exponent)) => (body, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (negative, body) = match body.strip_prefix(['-', '+']) {
            Some(rest) => (body.starts_with('-'), rest),
            None => (false, body),
        };
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        let written: String = [whole, fraction].concat();
        if written.is_empty() || !written.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let significant = written.trim_start_matches('0').len();
        let digits = u32::try_from(significant).ok()?.max(WORKING_DIGITS);
        let mantissa = BigInt::parse_bytes(written.as_bytes(), 10)?;
        let mantissa = if negative { -mantissa } else { mantissa };
        let fraction = i64::try_from(fraction.len()).ok()?;
        Self::rounded(mantissa, exponent.checked_sub(fraction)?, digits)
    }

    /// The shortest decimal that reads back as this `f64`; `None` for NaN and infinities.
    pub fn from_f64(value: f64) -> Option<Self> {
        let text = value.is_finite().then(|| format!("{value:e}"))?;
        Self::parse(&text)
    }

    /// An exact number rounded to so many digits.
    pub fn from_rational(value: &BigRational, digits: u32) -> Option<Self> {
        let digits = digits.clamp(1, DIGITS_LIMIT);
        divide(value.numer(), value.denom(), 0, digits)
    }

    /// An integer times a power of ten, rounded to so many digits.
    pub fn from_parts(mantissa: BigInt, exponent: i64, digits: u32) -> Option<Self> {
        Self::rounded(mantissa, exponent, digits)
    }

    /// The nearest `f64`.
    pub fn to_f64(&self) -> f64 {
        // The standard library rounds decimal text correctly; NaN cannot come from digits.
        format!("{}e{}", self.mantissa, self.exponent).parse().unwrap_or(f64::NAN)
    }

    /// Its exact value.
    pub fn to_rational(&self) -> BigRational {
        let scale = power_of_ten(self.exponent.unsigned_abs());
        if self.exponent < 0 {
            BigRational::new(self.mantissa.clone(), scale)
        } else {
            BigRational::from_integer(&self.mantissa * scale)
        }
    }

    /// The integer and the power of ten whose product it is; the integer has no trailing zeros.
    pub fn parts(&self) -> (&BigInt, i64) {
        (&self.mantissa, self.exponent)
    }

    /// How many significant digits it is good for.
    pub fn digits(&self) -> u32 {
        self.digits
    }

    /// The same number rounded to at most so many digits, which it claims from now on.
    pub fn with_digits(&self, digits: u32) -> Self {
        let digits = digits.clamp(1, DIGITS_LIMIT);
        Self::rounded(self.mantissa.clone(), self.exponent, digits)
            .unwrap_or_else(|| self.clone())
    }

    /// Whether it is below 0.
    pub fn is_negative(&self) -> bool {
        self.mantissa.is_negative()
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }

    /// The number with the opposite sign.
    pub fn negate(&self) -> Self {
        Self { mantissa: -&self.mantissa, ..self.clone() }
    }

    /// The number without its sign.
    pub fn abs(&self) -> Self {
        Self { mantissa: self.mantissa.abs(), ..self.clone() }
    }

    /// The sum.
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        let digits = self.digits.min(other.digits);
        if self.is_zero() {
            return Some(other.with_digits(digits));
        }
        if other.is_zero() {
            return Some(self.with_digits(digits));
        }
        let (high, low) =
            if self.leading() >= other.leading() { (self, other) } else { (other, self) };
        // What lies this far below the last kept digit can only break a tie: a sticky unit does.
        let last = (high.leading() - i64::from(digits) - 2).min(high.exponent);
        let (low_mantissa, low_exponent) = if low.leading() < last - 1 {
            (low.mantissa.signum(), last - 1)
        } else {
            (low.mantissa.clone(), low.exponent)
        };
        let exponent = high.exponent.min(low_exponent);
        let sum = scaled(&high.mantissa, high.exponent - exponent)
            + scaled(&low_mantissa, low_exponent - exponent);
        Self::rounded(sum, exponent, digits)
    }

    /// The difference.
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        self.checked_add(&other.negate())
    }

    /// The product.
    pub fn checked_mul(&self, other: &Self) -> Option<Self> {
        let digits = self.digits.min(other.digits);
        let exponent = self.exponent.checked_add(other.exponent)?;
        Self::rounded(&self.mantissa * &other.mantissa, exponent, digits)
    }

    /// The quotient; `None` when the divisor is 0.
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        let digits = self.digits.min(other.digits);
        let exponent = self.exponent.checked_sub(other.exponent)?;
        divide(&self.mantissa, &other.mantissa, exponent, digits)
    }

    /// An integer power, rounded once; `None` for `0^0` and `0^-n`.
    pub fn checked_powi(&self, exponent: i64) -> Option<Self> {
        if self.is_zero() {
            return (exponent > 0).then(|| self.clone());
        }
        // Each squaring at this working precision loses less than two units of its last digit.
        let guard = 2 * (64 - exponent.unsigned_abs().leading_zeros()) + 4;
        let mut base = Self { digits: self.digits.checked_add(guard)?, ..self.clone() };
        let mut result =
            Self { mantissa: BigInt::one(), exponent: 0, digits: base.digits };
        let mut left = exponent.unsigned_abs();
        while left > 0 {
            if left & 1 == 1 {
                result = result.checked_mul(&base)?;
            }
            left >>= 1;
            if left > 0 {
                base = base.checked_mul(&base)?;
            }
        }
        if exponent < 0 {
            result = Self { mantissa: BigInt::one(), exponent: 0, digits: result.digits }
                .checked_div(&result)?;
        }
        Some(result.with_digits(self.digits))
    }

    /// The real n-th root of a number that is not negative, rounded once.
    pub fn checked_root(&self, degree: u32) -> Option<Self> {
        if degree == 0 || self.is_negative() {
            return None;
        }
        if self.is_zero() || degree == 1 {
            return Some(self.clone());
        }
        let degree_wide = i64::from(degree);
        let wanted = i64::from(self.digits) + 3;
        let have = i64::try_from(decimal_length(self.mantissa.magnitude())).ok()?;
        let mut shift = (wanted * degree_wide - have).max(0);
        shift += (self.exponent - shift).rem_euclid(degree_wide);
        if shift > 10 * i64::from(DIGITS_LIMIT) {
            return None;
        }
        let radicand = scaled(&self.mantissa, shift);
        let root = radicand.nth_root(degree);
        let exact = root.pow(degree) == radicand;
        let exponent = (self.exponent - shift) / degree_wide;
        // A sticky digit keeps an inexact root from looking like a tie.
        let (root, exponent) =
            if exact { (root, exponent) } else { (root * 10 + 1, exponent - 1) };
        Self::rounded(root, exponent, self.digits)
    }

    /// `value × 10^exponent`, rounded once.
    pub(crate) fn from_rational_scaled(
        value: &BigRational,
        exponent: i64,
        digits: u32,
    ) -> Option<Self> {
        divide(value.numer(), value.denom(), exponent, digits)
    }

    /// The exact sum with a rational number, rounded once to this number's digits.
    pub(crate) fn checked_add_rational(&self, other: &BigRational) -> Option<Self> {
        if other.is_zero() {
            return Some(self.clone());
        }
        let size = Self::from_rational(other, 1)?;
        if (size.leading() - self.leading()).abs() > i64::from(self.digits) + 4 {
            // Too far apart to matter: a stand-in of the right size and sign rounds the same way.
            let other = Self::from_rational(other, self.digits.saturating_add(4))?;
            return self.checked_add(&other);
        }
        let sum = self.to_rational() + other;
        Self::from_rational(&sum, self.digits)
    }

    /// The power of ten of the leading digit (0 for numbers in 1..10).
    fn leading(&self) -> i64 {
        let length = decimal_length(self.mantissa.magnitude());
        self.exponent.saturating_add(i64::try_from(length).unwrap_or(i64::MAX)) - 1
    }

    /// `mantissa × 10^exponent`, rounded half to even and without trailing zeros.
    fn rounded(mantissa: BigInt, exponent: i64, digits: u32) -> Option<Self> {
        let digits = digits.clamp(1, DIGITS_LIMIT);
        let (mut mantissa, mut exponent) = (mantissa, exponent);
        if mantissa.is_zero() {
            return Some(Self { mantissa, exponent: 0, digits });
        }
        let length = decimal_length(mantissa.magnitude());
        if let Some(extra) =
            length.checked_sub(u64::from(digits)).filter(|extra| *extra > 0)
        {
            mantissa = divide_half_even(&mantissa, &power_of_ten(extra));
            exponent = exponent.checked_add(i64::try_from(extra).ok()?)?;
        }
        let zeros = trailing_zeros(&mantissa);
        if zeros > 0 {
            mantissa /= power_of_ten(zeros);
            exponent = exponent.checked_add(i64::try_from(zeros).ok()?)?;
        }
        let result = Self { mantissa, exponent, digits };
        (exponent >= -EXPONENT_LIMIT && result.leading() <= EXPONENT_LIMIT)
            .then_some(result)
    }

    /// Its significant digits as text, padded with zeros to `length`.
    fn digit_text(&self, length: usize) -> String {
        let mut text = self.mantissa.magnitude().to_string();
        while text.len() < length {
            text.push('0');
        }
        text
    }
}

/// `numerator / denominator × 10^exponent`, rounded; `None` when the denominator is 0.
fn divide(
    numerator: &BigInt,
    denominator: &BigInt,
    exponent: i64,
    digits: u32,
) -> Option<Decimal> {
    if denominator.is_zero() {
        return None;
    }
    let above = i64::try_from(decimal_length(numerator.magnitude())).ok()?;
    let below = i64::try_from(decimal_length(denominator.magnitude())).ok()?;
    let shift = (below - above + i64::from(digits) + 2).max(0);
    let (quotient, remainder) = scaled(numerator, shift).div_rem(denominator);
    if remainder.is_zero() {
        return Decimal::rounded(quotient, exponent.checked_sub(shift)?, digits);
    }
    let sticky = BigInt::from(if numerator.is_negative() == denominator.is_negative() {
        1
    } else {
        -1
    });
    Decimal::rounded(quotient * 10 + sticky, exponent.checked_sub(shift + 1)?, digits)
}

fn divide_half_even(value: &BigInt, divisor: &BigInt) -> BigInt {
    let (quotient, remainder) = value.div_rem(divisor);
    let twice: BigInt = remainder.abs() * 2;
    let up = match twice.cmp(divisor) {
        Ordering::Greater => true,
        Ordering::Equal => quotient.is_odd(),
        Ordering::Less => false,
    };
    if up { quotient + value.signum() } else { quotient }
}

fn power_of_ten(exponent: u64) -> BigInt {
    // Every caller stays below ten times the limits above, which fits.
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or(u32::MAX))
}

fn scaled(value: &BigInt, exponent: i64) -> BigInt {
    value * power_of_ten(exponent.max(0).unsigned_abs())
}

fn trailing_zeros(value: &BigInt) -> u64 {
    let twos = value.trailing_zeros().unwrap_or(0);
    if twos == 0 {
        return 0;
    }
    let text = value.magnitude().to_string();
    let zeros = text.len() - text.trim_end_matches('0').len();
    u64::try_from(zeros).unwrap_or(0)
}

/// The number of decimal digits; 1 for 0.
fn decimal_length(value: &BigUint) -> u64 {
    if let Some(small) = value.to_u64() {
        return u64::from(small.checked_ilog10().unwrap_or(0)) + 1;
    }
    // bits·log10(2), from below, is short by at most one.
    let estimate = (value.bits() - 1) * 30_102 / 100_000;
    let mut length = estimate.max(1);
    let mut bound = power_of_ten(length);
    while bound.magnitude() <= value {
        bound *= 10;
        length += 1;
    }
    length
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.mantissa == other.mantissa && self.exponent == other.exponent
    }
}

impl Eq for Decimal {}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.mantissa.hash(state);
        self.exponent.hash(state);
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_sign = self.mantissa.sign().cmp(&other.mantissa.sign());
        if by_sign.is_ne() || self.is_zero() {
            return by_sign;
        }
        let by_size = self.leading().cmp(&other.leading()).then_with(|| {
            let exponent = self.exponent.min(other.exponent);
            let left = scaled(&self.mantissa.abs(), self.exponent - exponent);
            let right = scaled(&other.mantissa.abs(), other.exponent - exponent);
            left.cmp(&right)
        });
        if self.is_negative() { by_size.reverse() } else { by_size }
    }
}

impl fmt::Display for Decimal {
    /// As a literal of the language: always with a point or an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negative() {
            f.write_str("-")?;
        }
        let full =
            if self.digits >= SHOWN_IN_FULL && !self.is_zero() { self.digits } else { 0 };
        let text = self.digit_text(usize::try_from(full).unwrap_or(0));
        let leading = self.leading();
        if self.is_zero() {
            return f.write_str("0.0");
        }
        if !(-5..=20).contains(&leading) {
            let (first, rest) = text.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            return write!(f, "{first}{point}{rest}e{leading}");
        }
        if leading < 0 {
            let zeros = "0".repeat(usize::try_from(-leading - 1).unwrap_or(0));
            return write!(f, "0.{zeros}{text}");
        }
        let whole = usize::try_from(leading + 1).unwrap_or(0);
        if text.len() > whole {
            let (whole, fraction) = text.split_at(whole);
            write!(f, "{whole}.{fraction}")
        } else {
            write!(f, "{text}{}.0", "0".repeat(whole - text.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn prints_what_it_reads() {
        for text in [
            "0.1",
            "1.5",
            "2.0",
            "0.0",
            "-0.25",
            "1.5e-12",
            "1e-6",
            "100.0",
            "6.02214076e23",
            "3.14159265358979323846264338328",
            "-1e1000",
            "0.00001",
            "1e21",
            "0.250000000000000000000000000000",
        ] {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_eq!(decimal("1.50e-3").to_string(), "0.0015");
        assert_eq!(decimal("2.").to_string(), "2.0");
        assert_eq!(decimal(".5").to_string(), "0.5");
        assert_eq!(decimal("12").to_string(), "12.0");
        for text in ["", ".", "e5", "1e", "0x1", "1.2.3", "--1", "1e99999999", "∞", "nan"]
        {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn tenths_add_up() {
        assert_eq!(
            decimal("0.1").checked_add(&decimal("0.2")).unwrap().to_string(),
            "0.3"
        );
        assert_eq!(
            decimal("1.0").checked_sub(&decimal("0.9")).unwrap().to_string(),
            "0.1"
        );
        assert!(decimal("1.5").checked_sub(&decimal("1.5")).unwrap().is_zero());
    }

    #[test]
    fn rounds_half_to_even() {
        let round = |text: &str| decimal(text).with_digits(2).to_string();
        assert_eq!(round("1.25"), "1.2");
        assert_eq!(round("1.35"), "1.4");
        assert_eq!(round("1.2500000001"), "1.3");
        assert_eq!(round("-1.25"), "-1.2");
        assert_eq!(round("9.96"), "10.0");
        let tie = decimal("1.000000000000005").checked_add(&decimal("1e-300")).unwrap();
        assert_eq!(tie.with_digits(15).to_string(), "1.0");
        let big = decimal("1e16").checked_add(&decimal("-1e-40")).unwrap();
        assert_eq!(big.to_string(), "10000000000000000.0");
    }

    #[test]
    fn far_operands_stay_small() {
        let sum = decimal("1e900000").checked_add(&decimal("1e-900000")).unwrap();
        assert_eq!(sum, decimal("1e900000"));
        assert!(decimal("1e900000").checked_mul(&decimal("1e900000")).is_none());
        assert!(decimal("1.0").checked_div(&decimal("0.0")).is_none());
        assert!(decimal("1e900000") > decimal("-1e900000"));
        assert!(decimal("1e-900000") < decimal("1e900000"));
    }

    #[test]
    fn powers_and_roots() {
        assert_eq!(decimal("1.1").checked_powi(2).unwrap().to_string(), "1.21");
        assert_eq!(decimal("2.0").checked_powi(-2).unwrap().to_string(), "0.25");
        assert_eq!(decimal("0.25").checked_root(2).unwrap().to_string(), "0.5");
        assert_eq!(
            decimal("2.0").checked_root(2).unwrap().to_string(),
            "1.414213562373095"
        );
        assert_eq!(
            decimal("1e-7").checked_root(3).unwrap().to_string(),
            "0.004641588833612779"
        );
        assert!(decimal("0.0").checked_powi(0).is_none());
        assert!(decimal("-1.0").checked_root(2).is_none());
    }

    #[test]
    fn converts_both_ways() {
        for value in [0.1, 1.0 / 3.0, 1e300, -2.5e-300, 0.0, 123_456.789, 0.1 + 0.2] {
            assert_eq!(Decimal::from_f64(value).unwrap().to_f64(), value);
        }
        assert!(Decimal::from_f64(f64::NAN).is_none());
        let third = BigRational::new(1.into(), 3.into());
        assert_eq!(Decimal::from_rational(&third, 5).unwrap().to_string(), "0.33333");
        assert_eq!(decimal("0.125").to_rational(), BigRational::new(1.into(), 8.into()));
    }
}
