//! Jumps, poles and edges of the domain, found by bisection.

use super::{Point, SEARCH_BUDGET, Sampler};

/// What lies between two points.
pub(super) enum Between {
    /// The curve goes on.
    Continuous,
    /// Both limits exist and differ; the closest points found.
    Jump(Point, Point),
    /// It runs to infinity; the closest points found.
    Pole(Point, Point),
}

impl Sampler<'_> {
    pub(super) fn find_singularities(&mut self) -> Option<()> {
        let coarse = std::mem::take(&mut self.points);
        let mut found = Vec::new();
        for pair in coarse.windows(2) {
            let &[a, b] = pair else { continue };
            match (a.is_defined(), b.is_defined()) {
                (true, false) => found.push(self.edge(a, b)?),
                (false, true) => found.push(self.edge(b, a)?),
                (true, true) if self.distance(a, b) > 0.1 => {
                    self.cut_between(a, b, &mut found)?;
                }
                _ => {}
            }
        }
        if self.graph {
            self.find_even_poles(&coarse, &mut found)?;
        }
        self.points = coarse;
        self.points.extend(found);
        Some(())
    }

    /// Records what lies between two points, with the closest points on both sides.
    pub(super) fn cut_between(
        &mut self,
        a: Point,
        b: Point,
        found: &mut Vec<Point>,
    ) -> Option<Between> {
        if self.searches > SEARCH_BUDGET {
            return Some(Between::Continuous);
        }
        let between = self.between(a, b)?;
        match between {
            Between::Continuous => {}
            Between::Jump(left, right) | Between::Pole(left, right) => {
                found.extend([left, right]);
                self.cuts.push(f64::midpoint(left.t, right.t));
                if matches!(between, Between::Pole(..)) {
                    self.diverges = true;
                    if self.graph {
                        let place = self.tidy(f64::midpoint(left.t, right.t));
                        self.poles.push(place);
                    }
                }
            }
        }
        Some(between)
    }

    /// The same place, to the digits that matter (bisection ends a little beside 0 or π/2).
    fn tidy(&self, t: f64) -> f64 {
        let step = self.span() * 1e-8;
        let rounded = (t / step).round() * step;
        if rounded.abs() < step / 2.0 { 0.0 } else { t }
    }

    /// Halves the interval towards the larger change: a change that does not shrink is a jump, one that
    /// grows is a pole.
    fn between(&mut self, mut a: Point, mut b: Point) -> Option<Between> {
        let first = self.distance(a, b);
        let smallest = (self.span() * 1e-9).min((b.t - a.t).abs() * 1e-3);
        while (b.t - a.t).abs() > smallest {
            let mut middle = self.probe(f64::midpoint(a.t, b.t))?;
            if !middle.is_defined() {
                // The singular point itself, or a hole: look a little beside it.
                middle = self.probe(a.t + (b.t - a.t) * 0.487)?;
                if !middle.is_defined() {
                    return Some(Between::Jump(a, b));
                }
            }
            let (left, right) = (self.distance(a, middle), self.distance(middle, b));
            if left >= right {
                b = middle;
            } else {
                a = middle;
            }
            if left.max(right) < 0.02 * first {
                return Some(Between::Continuous);
            }
        }
        let last = self.distance(a, b);
        Some(if last > 4.0 * first.max(0.5) {
            Between::Pole(a, b)
        } else {
            Between::Jump(a, b)
        })
    }

    /// The last defined point on the way from a defined to an undefined one.
    pub(super) fn edge(&mut self, mut defined: Point, undefined: Point) -> Option<Point> {
        let start = defined;
        let mut outside = undefined.t;
        self.cuts.push(f64::midpoint(defined.t, outside));
        let cut = self.cuts.len() - 1;
        if self.searches > SEARCH_BUDGET {
            return Some(defined);
        }
        for _ in 0..60 {
            let t = f64::midpoint(defined.t, outside);
            if t == defined.t || t == outside {
                break;
            }
            let middle = self.probe(t)?;
            if middle.is_defined() {
                defined = middle;
            } else {
                outside = t;
            }
        }
        // The true edge is more likely a round number than what bisection left.
        let step = self.span() * 1e-10;
        let round = self.probe((defined.t / step).round() * step)?;
        let near = (round.t - defined.t).abs() <= step;
        let grows = self.distance(start, defined) > 1.0;
        if round.is_defined() && near && !grows {
            defined = round;
        }
        let beyond = (undefined.t - defined.t).signum() * self.span() * 1e-12;
        if let Some(place) = self.cuts.get_mut(cut) {
            *place = defined.t + beyond;
        }
        if grows {
            self.diverges = true;
            if self.graph {
                let place = self.tidy(outside);
                self.poles.push(place);
            }
        }
        Some(defined)
    }

    /// Poles without a change of sign (1/x²) and divergences as slow as log|x|, between samples: the
    /// largest |y| of three neighbours keeps growing as the interval shrinks. True peaks end there too,
    /// and give their top.
    fn find_even_poles(
        &mut self,
        coarse: &[Point],
        found: &mut Vec<Point>,
    ) -> Option<()> {
        let (low, high) = self.window.y.unwrap_or((0.0, 1.0));
        let (center, height) = (f64::midpoint(low, high), self.window.size().1);
        let away = |point: Point| (point.y - center).abs();
        let last = coarse.len().saturating_sub(1);
        for index in 0..coarse.len() {
            let Some(&peak) = coarse.get(index) else { continue };
            let before =
                index.checked_sub(1).and_then(|index| coarse.get(index)).copied();
            let after = coarse.get(index + 1).copied();
            let higher = |other: Option<Point>| {
                other.is_none_or(|other| other.is_defined() && away(other) <= away(peak))
            };
            if !peak.is_defined()
                || away(peak) < 0.9 * height
                || !higher(before)
                || !higher(after)
                || self.searches > SEARCH_BUDGET
            {
                continue;
            }
            if index == 0 || index == last {
                if away(peak) > 1e3 * height {
                    self.diverges = true;
                    let place = self.tidy(peak.t);
                    self.poles.push(place);
                }
                continue;
            }
            let (Some(before), Some(after)) = (before, after) else { continue };
            if self.cuts.iter().any(|cut| *cut > before.t && *cut < after.t) {
                continue;
            }
            let (mut left, mut top, mut right) = (before, peak, after);
            let mut halfway = None;
            for step in 0..44 {
                let l = self.probe(f64::midpoint(left.t, top.t))?;
                let r = self.probe(f64::midpoint(top.t, right.t))?;
                if !l.is_defined() || !r.is_defined() {
                    break;
                }
                if away(l) > away(top) && away(l) >= away(r) {
                    (right, top) = (top, l);
                } else if away(r) > away(top) {
                    (left, top) = (top, r);
                } else {
                    (left, right) = (l, r);
                }
                if step == 22 {
                    halfway = Some(away(top));
                }
            }
            let grows = halfway.is_none_or(|half| away(top) - half > 0.1 * height);
            if grows && away(top) > away(peak) + 0.5 * height {
                self.diverges = true;
                let place = self.tidy(top.t);
                self.poles.push(place);
                self.cuts.push(top.t);
                found.extend([left, right]);
            } else {
                found.push(top);
            }
        }
        Some(())
    }
}
