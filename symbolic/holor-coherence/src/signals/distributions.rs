//! Quantiles of the distributions that limits and significance levels need.

use std::f64::consts::PI;

/// ln of the gamma function for x > 0 (Lanczos 1964, g = 7, nine terms).
pub(super) fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (PI / (PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    let sum = TERMS
        .iter()
        .enumerate()
        .skip(1)
        .fold(TERMS[0], |sum, (i, term)| sum + term / (x + i as f64));
    0.5 * (2.0 * PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// The lower regularised incomplete gamma function P(a, x): series below a + 1, continued fraction above.
fn lower_gamma(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..10_000 {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        sum * front
    } else {
        // Lentz's method for the continued fraction of the upper function.
        let mut b = x + 1.0 - a;
        let (mut c, mut d) = (1e300, 1.0 / b);
        let mut h = d;
        for i in 1..10_000 {
            let i = f64::from(i);
            let numerator = -i * (i - a);
            b += 2.0;
            d = 1.0 / away_from_zero(numerator * d + b);
            c = away_from_zero(b + numerator / c);
            h *= d * c;
            if (d * c - 1.0).abs() < f64::EPSILON {
                break;
            }
        }
        1.0 - front * h
    }
}

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

/// The regularised incomplete beta function I_x(a, b).
pub(super) fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front =
        (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p())
            .exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    h
}

/// The point where a growing function reaches `target`, by halving from a bracket that is widened first.
fn invert(function: impl Fn(f64) -> f64, target: f64, start: f64) -> f64 {
    let (mut low, mut high) = (0.0, start);
    while function(high) < target && high < 1e300 {
        low = high;
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if function(middle) < target {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The value that a chi-squared variable of `freedom` degrees stays below with probability `p`.
pub(super) fn chi_squared_quantile(p: f64, freedom: f64) -> f64 {
    2.0 * invert(|x| lower_gamma(freedom / 2.0, x), p, freedom.max(1.0))
}

/// The value that a standard normal variable stays below with probability `p`.
pub(super) fn normal_quantile(p: f64) -> f64 {
    // The square of a normal variable is chi-squared of one degree.
    let (tail, sign) = if p < 0.5 { (p, -1.0) } else { (1.0 - p, 1.0) };
    sign * chi_squared_quantile(1.0 - 2.0 * tail, 1.0).sqrt()
}

/// The value that Student's t of `freedom` degrees stays below with probability `p` >= 1/2.
pub(super) fn student_quantile(p: f64, freedom: f64) -> f64 {
    invert(
        |t| 1.0 - 0.5 * incomplete_beta(freedom / 2.0, 0.5, freedom / (freedom + t * t)),
        p,
        1.0,
    )
}

/// The value that a beta variable of (`a`, `b`) stays below with probability `p`.
pub(super) fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    invert(|x| incomplete_beta(a, b, x), p, 1.0)
}

/// The probability that an F variable of (`first`, `second`) degrees exceeds `f`.
pub(super) fn f_survival(f: f64, first: f64, second: f64) -> f64 {
    incomplete_beta(second / 2.0, first / 2.0, second / (second + first * f))
}

/// The value that the root of the product of two independent chi-squared variables of `freedom` degrees, 1 or 2, stays
/// below with probability `p`: density 2^(2 - nu) z^(nu - 1) K_0(z) / Gamma(nu / 2)² (Torrence and Compo 1998, eq. 30).
pub(super) fn product_quantile(p: f64, freedom: f64) -> f64 {
    // Tails: z K_1(z) for two degrees, (2 / pi) times the integral of K_0 from z for one.
    let survival = |z: f64| {
        if freedom > 1.5 {
            z * bessel_integral(z, f64::cosh)
        } else {
            2.0 / PI * bessel_integral(z, |t| 1.0 / t.cosh())
        }
    };
    invert(|z| if z > 0.0 { 1.0 - survival(z) } else { 0.0 }, p, 1.0)
}

/// The integral over t > 0 of exp(-z cosh t) f(t): K_1 for f = cosh. The trapezoidal rule converges exponentially.
fn bessel_integral(z: f64, f: impl Fn(f64) -> f64) -> f64 {
    const STEPS: u32 = 400;
    let reach = (750.0 / z).max(1.0).acosh().max(1.0);
    let step = reach / f64::from(STEPS);
    let value = |i: u32| {
        let t = f64::from(i) * step;
        (-z * t.cosh()).exp() * f(t)
    };
    step * (0.5 * value(0) + (1..=STEPS).map(value).sum::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    // scipy.stats 1.17: chi2.ppf, norm.ppf, t.ppf, beta.ppf, f.sf; scipy.special.gammaln.
    #[test]
    fn quantiles_are_those_of_scipy() {
        let close = |a: f64, b: f64| {
            assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} {b}");
        };
        close(chi_squared_quantile(0.95, 2.0), 5.991464547107979);
        close(chi_squared_quantile(0.95, 1.0), 3.841458820694124);
        close(chi_squared_quantile(0.025, 14.0), 5.628726103039731);
        close(chi_squared_quantile(0.9, 7.5), 12.692400073293852);
        close(normal_quantile(0.975), 1.959963984540054);
        close(normal_quantile(0.1), -1.2815515655446004);
        close(student_quantile(0.975, 6.0), 2.4469118511449692);
        close(student_quantile(0.95, 1.0), 6.313751514675043);
        close(beta_quantile(0.95, 3.0, 8.5), 0.4878277660525423);
        close(f_survival(4.2, 2.0, 12.0), 0.041429192807278956);
        close(f_survival(0.3, 3.0, 50.5), 0.825229560399161);
        // scipy.optimize.brentq on 1 - z kn(1, z) and iti0k0; Torrence and Compo print 3.999 and 2.182.
        close(product_quantile(0.95, 2.0), 3.998522311489358);
        close(product_quantile(0.95, 1.0), 2.1819489839664623);
        close(ln_gamma(0.5), 0.5723649429247001);
        close(ln_gamma(30.25), 72.104204742008);
    }
}
