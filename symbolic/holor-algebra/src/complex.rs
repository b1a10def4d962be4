//! Functions of complex numbers in double precision, without cancellation and without overflow on the way.
//!
//! A zero has no sign: on a cut the value is the limit counter-clockwise round the branch point, as [`crate::Engine`] has it. Parts that
//! are infinite stand for values beyond all numbers.

use std::f64::consts::{FRAC_PI_2, LN_2, LN_10, PI};

pub use symplex::num_complex::Complex64;

#[cfg(test)]
mod tests;

/// Squares of what lies between this and its reciprocal are numbers.
const LARGE: f64 = 3.273_390_607_896_142e150;
/// What brings others there: a power of 2.
const SCALE: f64 = 4.149_515_568_880_993e180;

/// A power of 2 by which a number is brought between the square roots of the smallest and the largest.
fn scale_of(size: f64) -> f64 {
    match size {
        size if size > LARGE => 1.0 / SCALE,
        size if size < 1.0 / LARGE => SCALE,
        _ => 1.0,
    }
}

fn largest_part(z: Complex64) -> f64 {
    z.re.abs().max(z.im.abs())
}

/// 1/z.
pub fn reciprocal(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return Complex64::new(z.re.recip(), 0.0);
    }
    if z.re.is_infinite() || z.im.is_infinite() {
        return Complex64::new(0.0, 0.0);
    }
    let scale = scale_of(largest_part(z));
    let z = z * scale;
    let square = z.norm_sqr();
    Complex64::new(z.re / square * scale, -z.im / square * scale)
}

/// a/b.
pub fn quotient(a: Complex64, b: Complex64) -> Complex64 {
    if b.im == 0.0 {
        return a / b.re;
    }
    let scales = [a, b].map(|z| scale_of(largest_part(z)));
    let [above, below] = scales;
    if above == 1.0 && below == 1.0 {
        let (small, square) = (1.0 / LARGE, b.norm_sqr());
        return match square > small && square < LARGE {
            true => a / b,
            false => a * reciprocal(b),
        };
    }
    let value = (a * above) * reciprocal(b * below);
    // The two undo each other, or the value is that large or small.
    if above == below { value } else { value * below / above }
}

/// A whole power.
pub fn whole_power(z: Complex64, exponent: i32) -> Complex64 {
    let power = z.powu(exponent.unsigned_abs());
    if exponent >= 0 {
        return power;
    }
    let size = largest_part(power);
    match power.is_finite() && size > 1.0 / LARGE {
        true => reciprocal(power),
        false => reciprocal(z).powu(exponent.unsigned_abs()),
    }
}

/// √z.
pub fn sqrt(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return match z.re < 0.0 {
            true => Complex64::new(0.0, (-z.re).sqrt()),
            false => Complex64::new(z.re.sqrt(), 0.0),
        };
    }
    // The root of the scale is a power of 2 as well.
    let scale = scale_of(largest_part(z));
    let (x, y, back) = (z.re * scale, z.im * scale, scale.sqrt().recip());
    let t = f64::midpoint(x.hypot(y), x.abs()).sqrt();
    let (t, other) = (t * back, y.abs() / (2.0 * t) * back);
    match z.re < 0.0 {
        true => Complex64::new(other, t.copysign(z.im)),
        false => Complex64::new(t, other.copysign(z.im)),
    }
}

/// log z.
pub fn log(z: Complex64) -> Complex64 {
    // One zero: the angle of a negative number is π.
    Complex64::new(log_of_size(z.re, z.im), (z.im + 0.0).atan2(z.re + 0.0))
}

/// The logarithm to base 10.
pub fn log10(z: Complex64) -> Complex64 {
    log(z) / LN_10
}

/// The logarithm to base 2.
pub fn log2(z: Complex64) -> Complex64 {
    log(z) / LN_2
}

/// log |x + i y|, precise near 0 too: from |z|² − 1 in twice the digits.
fn log_of_size(x: f64, y: f64) -> f64 {
    let size = x.hypot(y);
    if !(0.5..=2.0).contains(&size) {
        return match size {
            size if size.is_finite() && size > f64::MIN_POSITIVE => size.ln(),
            size if size.is_infinite() => (x / 2.0).hypot(y / 2.0).ln() + LN_2,
            _ => (x * SCALE).hypot(y * SCALE).ln() - SCALE.ln(),
        };
    }
    let square = |x: f64| (x * x, x.mul_add(x, -(x * x)));
    let ((a, a_rest), (b, b_rest)) = (square(x), square(y));
    let (large, small) = if a > b { (a, b) } else { (b, a) };
    let (first, first_rest) = two_sum(large, -1.0);
    let (sum, rest) = two_sum(first, small);
    (sum + (rest + first_rest + a_rest + b_rest)).ln_1p() / 2.0
}

/// a + b and what rounding lost.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// The exponential of what is larger is taken in two steps.
const GROWN: f64 = 700.0;

/// eᶻ.
pub fn exp(z: Complex64) -> Complex64 {
    grown(z.re, z.im.cos(), z.im.sin(), 1.0)
}

/// eˣ (a + i b) times a factor; also where eˣ alone is too large.
fn grown(x: f64, a: f64, b: f64, factor: f64) -> Complex64 {
    let half = (x / 2.0).exp();
    let part = |value: f64| {
        if value == 0.0 {
            0.0
        } else if x > GROWN {
            half * value * factor * half
        } else {
            x.exp() * value * factor
        }
    };
    Complex64::new(part(a), part(b))
}

/// sinh z.
pub fn sinh(z: Complex64) -> Complex64 {
    let (sine, cosine) = z.im.sin_cos();
    if z.re.abs() > GROWN {
        let value = grown(z.re.abs(), cosine, sine, 0.5);
        return Complex64::new(signed(value.re, z.re < 0.0), value.im);
    }
    Complex64::new(z.re.sinh() * cosine, z.re.cosh() * sine)
}

/// cosh z.
pub fn cosh(z: Complex64) -> Complex64 {
    let (sine, cosine) = z.im.sin_cos();
    if z.re.abs() > GROWN {
        let value = grown(z.re.abs(), cosine, sine, 0.5);
        return Complex64::new(value.re, signed(value.im, z.re < 0.0));
    }
    Complex64::new(z.re.cosh() * cosine, z.re.sinh() * sine)
}

/// tanh z, with t = tanh x and s = 1/cosh² x: (t + i s sin y cos y)/(t² + s cos² y).
pub fn tanh(z: Complex64) -> Complex64 {
    if z.im == 0.0 {
        return Complex64::new(z.re.tanh(), 0.0);
    }
    if z.re == 0.0 {
        return Complex64::new(0.0, z.im.tan());
    }
    let (t, s) = (z.re.tanh(), z.re.cosh().recip().powi(2));
    let (sine, cosine) = z.im.sin_cos();
    let below = t * t + s * cosine * cosine;
    Complex64::new(t / below, s * sine * cosine / below)
}

/// i z.
fn turned(z: Complex64) -> Complex64 {
    Complex64::new(-z.im, z.re)
}

/// −i z.
fn turned_back(z: Complex64) -> Complex64 {
    Complex64::new(z.im, -z.re)
}

/// sin z.
pub fn sin(z: Complex64) -> Complex64 {
    turned_back(sinh(turned(z)))
}

/// cos z.
pub fn cos(z: Complex64) -> Complex64 {
    cosh(turned(z))
}

/// tan z.
pub fn tan(z: Complex64) -> Complex64 {
    turned_back(tanh(turned(z)))
}

/// The inverse sine and cosine of a point of the first quadrant: their real parts, and the size of their imaginary part
/// (T. E. Hull, T. F. Fairgrieve, P. T. P. Tang, ACM Transactions on Mathematical Software 23 (1997) 299).
fn inverse_parts(x: f64, y: f64) -> (f64, f64, f64) {
    // Where the quotient b = x/a is not the better argument, and where a − 1 is computed by itself.
    const CLOSE: f64 = 0.6417;
    const NEAR: f64 = 1.5;
    let range = 6.0e-154..1.6e153;
    if !range.contains(&x) || !range.contains(&y) {
        return extreme_inverse_parts(x, y);
    }
    let (more, less) = (x + 1.0, x - 1.0);
    let (far, near) = (more.hypot(y), less.hypot(y));
    let a = f64::midpoint(far, near);
    let b = x / a;
    let square = y * y;
    let (sine, cosine) = if b <= CLOSE {
        (b.asin(), b.acos())
    } else {
        let sum = a + x;
        // √(a² − x²)
        let root = match x <= 1.0 {
            true => (0.5 * sum * (square / (far + more) + (near - less))).sqrt(),
            false => y * (0.5 * (sum / (far + more) + sum / (near + less))).sqrt(),
        };
        (x.atan2(root), root.atan2(x))
    };
    let size = if a <= NEAR {
        let beyond = match x < 1.0 {
            true => square / (far + more) + square / (near - less),
            false => square / (far + more) + (near + less),
        } / 2.0;
        (beyond + (beyond * (a + 1.0)).sqrt()).ln_1p()
    } else {
        (a + (a * a - 1.0).sqrt()).ln()
    };
    (sine, cosine, size)
}

/// The same where squares are too small or too large.
fn extreme_inverse_parts(x: f64, y: f64) -> (f64, f64, f64) {
    let less = x - 1.0;
    if y <= f64::EPSILON * less.abs() {
        if x < 1.0 {
            return (x.asin(), x.acos(), y / ((1.0 - x) * (1.0 + x)).sqrt());
        }
        // √(x² − 1); the branch point itself has y = 0.
        let root = less.sqrt() * (x + 1.0).sqrt();
        let cosine = if y == 0.0 { 0.0 } else { y / root };
        let size = match x < 1e8 {
            true => (less + root).ln_1p(),
            false => x.ln() + LN_2,
        };
        return (FRAC_PI_2, cosine, size);
    }
    if x > 0.5 && y < 1.0 {
        // x = 1: the branch point.
        return (FRAC_PI_2 - y.sqrt(), y.sqrt(), y.sqrt());
    }
    if y * f64::EPSILON > 1.0 {
        let (large, small) = (x.max(y), x.min(y));
        let size = LN_2 + large.ln() + (small / large).powi(2).ln_1p() / 2.0;
        return (x.atan2(y), y.atan2(x), size);
    }
    // x is tiny: linear in it.
    let root = 1.0_f64.hypot(y);
    (x / root, FRAC_PI_2 - x / root, y.asinh())
}

/// The inverse hyperbolic tangent of a point of the first quadrant, as W. Kahan, *Branch Cuts for Complex Elementary Functions*
/// (1987): log1p(4x/((1 − x)² + y²))/4 and half the angle of (1 − x)(1 + x) − y² + 2 i y.
fn inverse_tangent_parts(x: f64, y: f64) -> (f64, f64) {
    if x.max(y) > LARGE {
        let size = (x / 2.0).hypot(y / 2.0);
        return (x / 2.0 / size / size / 2.0, FRAC_PI_2);
    }
    let less = 1.0 - x;
    let square = less * less + y * y;
    let re = match square < 1e-290 {
        true => (LN_2 - y.ln()) / 2.0,
        false => (4.0 * x / square).ln_1p() / 4.0,
    };
    (re, (2.0 * y).atan2(less * (1.0 + x) - y * y) / 2.0)
}

/// A size with a sign.
fn signed(size: f64, negative: bool) -> f64 {
    if negative { -size } else { size }
}

/// Whether a part is negative; on a cut, where it is 0, by the other.
fn is_below(part: f64, on_cut: bool) -> bool {
    if part == 0.0 { on_cut } else { part < 0.0 }
}

/// arcsin z.
pub fn asin(z: Complex64) -> Complex64 {
    let (sine, _, size) = inverse_parts(z.re.abs(), z.im.abs());
    Complex64::new(signed(sine, z.re < 0.0), signed(size, is_below(z.im, z.re > 0.0)))
}

/// arccos z.
pub fn acos(z: Complex64) -> Complex64 {
    let (_, cosine, size) = inverse_parts(z.re.abs(), z.im.abs());
    let re = if z.re < 0.0 { PI - cosine } else { cosine };
    Complex64::new(re, signed(size, !is_below(z.im, z.re > 0.0)))
}

/// arctan z.
pub fn atan(z: Complex64) -> Complex64 {
    let (re, im) = inverse_tangent_parts(z.im.abs(), z.re.abs());
    Complex64::new(signed(im, is_below(z.re, z.im < 0.0)), signed(re, z.im < 0.0))
}

/// arsinh z.
pub fn asinh(z: Complex64) -> Complex64 {
    let (sine, _, size) = inverse_parts(z.im.abs(), z.re.abs());
    Complex64::new(signed(size, is_below(z.re, z.im < 0.0)), signed(sine, z.im < 0.0))
}

/// arcosh z.
pub fn acosh(z: Complex64) -> Complex64 {
    let value = acos(z);
    Complex64::new(value.im.abs(), signed(value.re, z.im < 0.0))
}

/// artanh z.
pub fn atanh(z: Complex64) -> Complex64 {
    let (re, im) = inverse_tangent_parts(z.re.abs(), z.im.abs());
    Complex64::new(signed(re, z.re < 0.0), signed(im, is_below(z.im, z.re > 0.0)))
}
