//! Fourier transforms of lines: the numbers of a line stay with the threads of a block, some with each, and pass from one to another through
//! shared memory.
//!
//! A line of n points is transformed in stages, one for each of its radices, as Stockham did (Van Loan, Computational Frameworks for the Fast Fourier
//! Transform, section 1.7): a thread combines as many numbers as the radix says, and what it finds is handed on in the order of the next stage. Before
//! the first and behind the last stage thread t of T has the numbers t, t + T, t + 2T, and so on, so that neighbours read and write neighbours.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};
use std::fmt::Write;

use holor_field::Precision;

use super::text::number;

/// The most numbers of a thread.
pub(crate) const MOST: usize = 16;

/// How a line of so many points is transformed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Radices {
    /// Points of the line.
    pub(crate) points: usize,
    /// Numbers of a thread; all radices divide it.
    pub(crate) each: usize,
    /// The radices of the stages in turn; their product is the number of points.
    pub(crate) radices: Vec<usize>,
}

impl Radices {
    /// With the fewest stages, and then the fewest numbers a thread; none where a prime factor is too large, or there are too many of them.
    pub(crate) fn of(points: usize) -> Option<Self> {
        let most = MOST.min(points);
        let each = (2..=most).filter(|each| {
            points.is_multiple_of(*each)
                && [11, 13].iter().all(|p| !each.is_multiple_of(*p))
        });
        let of = |each: usize| Some((each, fewest(points, each)?));
        let all =
            each.filter_map(of).min_by_key(|(each, radices)| (radices.len(), *each));
        all.map(|(each, radices)| Self { points, each, radices })
    }

    /// Threads of a line.
    pub(crate) fn threads(&self) -> usize {
        self.points / self.each
    }
}

/// The fewest radices that divide `each` and have the product `points`, the largest first.
fn fewest(points: usize, each: usize) -> Option<Vec<usize>> {
    if points == 1 {
        return Some(Vec::new());
    }
    let radices =
        (2..=each).filter(|r| each.is_multiple_of(*r) && points.is_multiple_of(*r));
    let all = radices.filter_map(|radix| {
        let mut radices = fewest(points / radix, each)?;
        radices.push(radix);
        Some(radices)
    });
    let mut radices = all.min_by_key(Vec::len)?;
    radices.sort_unstable_by(|a, b| b.cmp(a));
    Some(radices)
}

/// The n-th roots of unity by which a transform forward, or back, turns its numbers: exp(∓2πi j/n), each part to half a unit in its last place or
/// little more, because by symmetry only angles up to an eighth of a turn are evaluated.
pub(crate) fn roots(points: usize, inverse: bool) -> Vec<f64> {
    let sign = if inverse { 1.0 } else { -1.0 };
    (0..points)
        .map(|place| root(place, points))
        .flat_map(|[cos, sin]| [cos, sign * sin])
        .collect()
}

/// Cosine and sine of a part of a turn.
fn root(place: usize, points: usize) -> [f64; 2] {
    // In eighths of a turn: which, and how much of it.
    let (eighth, rest) = (8 * place / points, 8 * place % points);
    let rest = if eighth % 2 == 1 { points - rest } else { rest };
    let angle = TAU / 8.0 * rest as f64 / points as f64;
    let (sin, cos) =
        if rest == points { (FRAC_1_SQRT_2, FRAC_1_SQRT_2) } else { angle.sin_cos() };
    match eighth % 8 {
        0 => [cos, sin],
        1 => [sin, cos],
        2 => [-sin, cos],
        3 => [-cos, sin],
        4 => [-cos, -sin],
        5 => [-sin, -cos],
        6 => [sin, -cos],
        _ => [cos, -sin],
    }
}

/// The functions that kernels of lines use, with the butterflies of these radices.
pub(crate) fn functions(radices: &[usize], precision: Precision) -> String {
    let fma = match precision {
        Precision::Double => "fma",
        Precision::Single => "fmaf",
    };
    let mut all = TURNS.replace("FMA", fma);
    let mut written = Vec::new();
    for radix in radices {
        butterfly(*radix, precision, &mut written, &mut all);
    }
    let known = |radix: &usize| {
        format!("    if (radix == {radix}) butterfly_{radix}<inverse>(v);\n")
    };
    let known: String = written.iter().map(known).collect();
    all + &STAGES.replace("    BUTTERFLIES\n", &known)
}

const TURNS: &str = "
// Transforms of lines. Forward: exp(-2 pi i j k / n), not scaled; inverse: with + in the exponent.
// A number turned by an angle, or back, whose cosine and sine are given.
template <bool inverse> __device__ __forceinline__ pair turned(pair z, pair by)
{
    if (inverse) return pair{FMA(z.re, by.re, -(z.im * by.im)), FMA(z.re, by.im, z.im * by.re)};
    return pair{FMA(z.re, by.re, z.im * by.im), FMA(z.im, by.re, -(z.re * by.im))};
}
__device__ __forceinline__ pair product(pair a, pair b)
{
    return pair{FMA(a.re, b.re, -(a.im * b.im)), FMA(a.re, b.im, a.im * b.re)};
}
__device__ __forceinline__ pair plus(pair a, pair b) { return pair{a.re + b.re, a.im + b.im}; }
__device__ __forceinline__ pair minus(pair a, pair b) { return pair{a.re - b.re, a.im - b.im}; }
// A quarter turn.
template <bool inverse> __device__ __forceinline__ pair quarter(pair z)
{
    return inverse ? pair{-z.im, z.re} : pair{z.im, -z.re};
}
";

const STAGES: &str = "
template <int radix, bool inverse> __device__ __forceinline__ void butterfly(pair *v)
{
    BUTTERFLIES
}

// A stage: `before` is the product of the radices before. The roots are those forward or back, each from a place of its own: whoever reads the
// same place twice keeps what it has read, and has no registers left. Their powers are made of those of powers of two.
template <int n, int each, int radix, int before, bool inverse>
__device__ __forceinline__ void stage(pair *x, const pair *__restrict__ roots, int lane)
{
    const int apart = each / radix;
    #pragma unroll
    for (int m = 0; m < apart; m++) {
        pair v[radix];
        #pragma unroll
        for (int k = 0; k < radix; k++) v[k] = x[m + k * apart];
        if (before > 1) {
            const int angle = (lane + n / each * m) % before * (n / (before * radix));
            pair power[radix];
            #pragma unroll
            for (int k = 1; k < radix; k++) {
                const int high = k & 8 ? 8 : k & 4 ? 4 : k & 2 ? 2 : 1;
                power[k] = k == high ? roots[angle * k] : product(power[high], power[k - high]);
                v[k] = product(v[k], power[k]);
            }
        }
        butterfly<radix, inverse>(v);
        #pragma unroll
        for (int k = 0; k < radix; k++) x[m + k * apart] = v[k];
    }
}

// Where a number of a line, the sum of two, lies in shared memory: every seventeenth place is left out, so that neighbours meet different
// banks. Nothing is carried from the sixteenths of the one to those of the other where n is a power of two, so that one of them can be known before.
template <int n, int apart, int gap> __device__ __forceinline__ int spot(int number, int known, int own)
{
    if ((n & (n - 1)) == 0) return (number + number / 16) * apart + own * gap + (known + known / 16) * apart;
    return (number + known + (number + known) / 16) * apart + own * gap;
}

// Hands the numbers on to the next stage, real parts first.
template <int n, int each, int radix, int before, int apart, int gap>
__device__ __forceinline__ void hand_on(pair *x, real *exchange, int lane, int own)
{
    const int threads = n / each, per = each / radix;
    #pragma unroll
    for (int part = 0; part < 2; part++) {
        __syncthreads();
        #pragma unroll
        for (int m = 0; m < per; m++) {
            const int j = lane + threads * m, first = j / before * (before * radix) + j % before;
            #pragma unroll
            for (int k = 0; k < radix; k++) {
                const pair z = x[m + k * per];
                exchange[spot<n, apart, gap>(first, k * before, own)] = part ? z.im : z.re;
            }
        }
        __syncthreads();
        #pragma unroll
        for (int e = 0; e < each; e++) {
            const real value = exchange[spot<n, apart, gap>(lane, threads * e, own)];
            if (part) x[e].im = value;
            else x[e].re = value;
        }
    }
}
";

/// Writes the butterfly of a radix after those that it is made of.
fn butterfly(
    radix: usize,
    precision: Precision,
    written: &mut Vec<usize>,
    all: &mut String,
) {
    if written.contains(&radix) {
        return;
    }
    let parts = match radix {
        2..=5 | 7 => None,
        8 => Some((2, 4)),
        _ => (2..radix)
            .rev()
            .find(|a| radix.is_multiple_of(*a) && *a * *a <= radix)
            .map(|a| (a, radix / a)),
    };
    if let Some((a, b)) = parts {
        butterfly(a, precision, written, all);
        butterfly(b, precision, written, all);
    }
    written.push(radix);
    let _ = writeln!(
        all,
        "template <bool inverse> __device__ __forceinline__ void butterfly_{radix}(pair *v)\n{{"
    );
    let lines = match (radix, parts) {
        (_, Some((a, b))) => compound(a, b, precision),
        (2, None) => BUTTERFLY_2.to_owned(),
        (4, None) => BUTTERFLY_4.to_owned(),
        _ => odd(radix, precision),
    };
    all.push_str(&lines);
    all.push_str("}\n");
}

const BUTTERFLY_2: &str = "    const pair a = v[0], b = v[1];
    v[0] = plus(a, b);
    v[1] = minus(a, b);
";

const BUTTERFLY_4: &str = "    const pair a = plus(v[0], v[2]), b = minus(v[0], v[2]);
    const pair c = plus(v[1], v[3]), d = quarter<inverse>(minus(v[1], v[3]));
    v[0] = plus(a, c);
    v[1] = plus(b, d);
    v[2] = minus(a, c);
    v[3] = minus(b, d);
";

/// Of an odd prime: sums and differences of numbers at equal distances from both ends.
fn odd(radix: usize, precision: Precision) -> String {
    let mut all = String::new();
    let half = radix / 2;
    for m in 1..=half {
        let _ = writeln!(
            all,
            "    const pair s{m} = plus(v[{m}], v[{0}]), d{m} = minus(v[{m}], v[{0}]);",
            radix - m
        );
    }
    let _ = writeln!(all, "    const pair first = v[0];");
    let sum = (1..=half).fold("first".to_owned(), |sum, m| format!("plus({sum}, s{m})"));
    let _ = writeln!(all, "    v[0] = {sum};");
    let fma = if precision == Precision::Double { "fma" } else { "fmaf" };
    for k in 1..=half {
        let (mut even, mut uneven) =
            (["first.re", "first.im"].map(str::to_owned), ["", ""].map(str::to_owned));
        for m in 1..=half {
            let [cos, sin] = root(k * m % radix, radix).map(|x| number(x, precision));
            for (place, part) in ["re", "im"].into_iter().enumerate() {
                even[place] = format!("{fma}(s{m}.{part}, {cos}, {})", even[place]);
                uneven[place] = match m {
                    1 => format!("d{m}.{part} * {sin}"),
                    _ => format!("{fma}(d{m}.{part}, {sin}, {})", uneven[place]),
                };
            }
        }
        let _ = writeln!(all, "    const pair e{k} = pair{{{}, {}}};", even[0], even[1]);
        let _ = writeln!(
            all,
            "    const pair o{k} = quarter<inverse>(pair{{{}, {}}});",
            uneven[0], uneven[1]
        );
    }
    for k in 1..=half {
        let _ = writeln!(
            all,
            "    v[{k}] = plus(e{k}, o{k});\n    v[{}] = minus(e{k}, o{k});",
            radix - k
        );
    }
    all
}

/// Of a product: `b` butterflies of `a`, turned, and `a` of `b`.
fn compound(a: usize, b: usize, precision: Precision) -> String {
    let radix = a * b;
    let mut all = String::new();
    for q in 0..b {
        let from: Vec<String> = (0..a).map(|p| format!("v[{}]", b * p + q)).collect();
        let _ = writeln!(all, "    pair u{q}[{a}] = {{{}}};", from.join(", "));
        let _ = writeln!(all, "    butterfly_{a}<inverse>(u{q});");
        for s in 1..a {
            let place = q * s % radix;
            if place == 0 {
                continue;
            }
            let value = if 4 * place == radix {
                format!("quarter<inverse>(u{q}[{s}])")
            } else {
                let [cos, sin] = root(place, radix).map(|x| number(x, precision));
                format!("turned<inverse>(u{q}[{s}], pair{{{cos}, {sin}}})")
            };
            let _ = writeln!(all, "    u{q}[{s}] = {value};");
        }
    }
    for s in 0..a {
        let from: Vec<String> = (0..b).map(|q| format!("u{q}[{s}]")).collect();
        let _ = writeln!(all, "    pair y{s}[{b}] = {{{}}};", from.join(", "));
        let _ = writeln!(all, "    butterfly_{b}<inverse>(y{s});");
        for r in 0..b {
            let _ = writeln!(all, "    v[{}] = y{s}[{r}];", s + a * r);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Radices, roots};

    #[test]
    fn lines_have_few_stages() {
        let of = |points| Radices::of(points).map(|own| (own.each, own.radices));
        assert_eq!(of(64), Some((8, vec![8, 8])));
        assert_eq!(of(256), Some((16, vec![16, 16])));
        assert_eq!(of(512), Some((8, vec![8, 8, 8])));
        assert_eq!(of(4096), Some((16, vec![16, 16, 16])));
        assert_eq!(of(1000), Some((10, vec![10, 10, 10])));
        assert_eq!(of(96), Some((12, vec![12, 4, 2])));
        assert_eq!(of(13), None);
        assert_eq!(of(22), None);
        assert_eq!(of(30), None);
        assert_eq!(of(1), None);
    }

    #[test]
    fn roots_are_symmetric_and_exact_where_they_can_be() {
        for n in [1, 2, 3, 8, 12, 4096] {
            let all = roots(n, true);
            for (place, root) in all.chunks(2).enumerate() {
                let angle = std::f64::consts::TAU * place as f64 / n as f64;
                assert!((root[0] - angle.cos()).abs() < 1e-15, "{n}: {place}");
                assert!((root[1] - angle.sin()).abs() < 1e-15, "{n}: {place}");
                if place > 0 {
                    let other = &all[2 * (n - place)..];
                    assert_eq!([root[0], -root[1]], [other[0], other[1]]);
                }
            }
        }
        assert_eq!(roots(4, true)[2..4], [0.0, 1.0]);
        assert_eq!(roots(4, false)[2..4], [0.0, -1.0]);
    }
}
