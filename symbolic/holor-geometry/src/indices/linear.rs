//! Linear relations with integer coefficients between numbered unknowns.

/// A combination of unknowns: `(unknown, coefficient)`, the largest unknown first, no coefficient 0.
pub(super) type Row = Vec<(u32, i128)>;

/// Relations in echelon form: each has a largest unknown of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Relations {
    /// The relation with each largest unknown.
    rows: Vec<Option<Row>>,
}

impl Relations {
    /// No relations between so many unknowns.
    pub(super) fn new(unknowns: usize) -> Self {
        Self { rows: vec![None; unknowns] }
    }

    /// Adds the relation that this combination is 0. `None` when numbers grow too large.
    pub(super) fn add(&mut self, mut row: Row) -> Option<()> {
        while let Some(&(largest, _)) = row.first() {
            match &self.rows[largest as usize] {
                Some(known) => row = eliminate(&row, known)?.0,
                None => {
                    divide_out(&mut row, 0);
                    self.rows[largest as usize] = Some(row);
                    return Some(());
                }
            }
        }
        Some(())
    }

    /// The same combination in unknowns that are the largest of no relation, and the denominator of all coefficients.
    /// `None` when numbers grow too large.
    pub(super) fn reduce(&self, mut row: Row) -> Option<(Row, i128)> {
        let mut denominator = 1_i128;
        let mut place = 0;
        while let Some(&(unknown, _)) = row.get(place) {
            let Some(known) = &self.rows[unknown as usize] else {
                place += 1;
                continue;
            };
            let (head, tail) = row.split_at(place);
            let (rest, factor) = eliminate(tail, known)?;
            let mut next = Vec::with_capacity(head.len() + rest.len());
            for &(unknown, value) in head {
                next.push((unknown, value.checked_mul(factor)?));
            }
            next.extend(rest);
            denominator = denominator.checked_mul(factor)?;
            let common = divide_out(&mut next, denominator);
            denominator /= common;
            row = next;
        }
        Some((row, denominator))
    }
}

/// `factor·row − c·known`, where the largest unknown, which both have, drops out; and the factor, which is positive.
fn eliminate(row: &[(u32, i128)], known: &Row) -> Option<(Row, i128)> {
    let (value, pivot) = (row.first()?.1, known.first()?.1);
    let common = gcd(value, pivot);
    let (mut factor, mut times) = (pivot / common, value / common);
    if factor < 0 {
        factor = -factor;
        times = -times;
    }
    let mut result = Vec::with_capacity(row.len() + known.len());
    let (mut left, mut right) =
        (row[1..].iter().peekable(), known[1..].iter().peekable());
    loop {
        let unknown = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some((one, _)), None) => *one,
            (None, Some((other, _))) => *other,
            (Some((one, _)), Some((other, _))) => *one.max(other),
        };
        let mut sum = 0_i128;
        if let Some((_, value)) = left.next_if(|entry| entry.0 == unknown) {
            sum = value.checked_mul(factor)?;
        }
        if let Some((_, value)) = right.next_if(|entry| entry.0 == unknown) {
            sum = sum.checked_sub(value.checked_mul(times)?)?;
        }
        if sum != 0 {
            result.push((unknown, sum));
        }
    }
    Some((result, factor))
}

/// Divides all coefficients by their common divisor with a number; returns the divisor, at least 1.
fn divide_out(row: &mut Row, with: i128) -> i128 {
    let common = row.iter().fold(with, |common, (_, value)| gcd(common, *value));
    if common <= 1 {
        return 1;
    }
    for (_, value) in row.iter_mut() {
        *value /= common;
    }
    common
}

/// The greatest common divisor, not negative.
fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i128::try_from(a).unwrap_or(1)
}
