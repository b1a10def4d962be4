//! Adaptive sampling of curves: where they bend, where they jump, where they are undefined, where they
//! have poles, and which window shows them well.
//!
//! Everything is measured in pixels of a nominal drawing, so that effort goes where an eye can see it.
//! The number of evaluations is bounded whatever the function is.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Scale;
use super::window::{extent, robust};

mod singular;

/// Nominal drawing in which errors are measured.
const PIXELS: (f64, f64) = (640.0, 400.0);
/// Points before refinement.
const COARSE: usize = 300;
/// Evaluations in all, per curve.
const BUDGET: usize = 5_000;
/// Part of the budget for finding jumps, poles and edges.
const SEARCH_BUDGET: usize = 2_400;
/// Deviation from a straight line, in pixels, below which a curve is smooth enough.
const SMOOTH: f64 = 0.08;

/// What is known about the axes before sampling.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Scale of the horizontal axis.
    pub x_scale: Scale,
    /// Scale of the vertical axis.
    pub y_scale: Scale,
    /// Horizontal range, if the person chose one.
    pub x_range: Option<(f64, f64)>,
    /// Vertical range, if the person chose one.
    pub y_range: Option<(f64, f64)>,
}

impl View {
    /// Linear axes whose ranges follow from the curves.
    pub const LINEAR: View = View {
        x_scale: Scale::Linear,
        y_scale: Scale::Linear,
        x_range: None,
        y_range: None,
    };
}

/// A sampled curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Points in order, piece by piece; the pen is lifted between pieces.
    pub pieces: Vec<Vec<(f64, f64)>>,
    /// Where it runs to infinity at a finite x.
    pub poles: Vec<f64>,
}

/// Sampled curves and the window that shows them.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// The curves, in the order given.
    pub curves: Vec<Curve>,
    /// Horizontal range that shows them; `None` when nothing is defined.
    pub x: Option<(f64, f64)>,
    /// Vertical range that shows them; `None` when nothing is defined.
    pub y: Option<(f64, f64)>,
}

/// Samples the graphs of functions over a range of x; `None` when interrupted.
pub fn sample_graphs(
    functions: &[&dyn Fn(f64) -> f64],
    range: (f64, f64),
    view: &View,
    interrupted: &dyn Fn() -> bool,
) -> Option<Sampled> {
    let forward_y = forward(view.y_scale);
    let backward_x = backward(view.x_scale);
    let paths: Vec<_> = functions
        .iter()
        .map(|f| move |t: f64| (t, finite(forward_y(f(backward_x(t))))))
        .collect();
    let paths: Vec<Path<'_>> = paths.iter().map(|path| path as Path<'_>).collect();
    let forward_x = forward(view.x_scale);
    sample(&paths, (forward_x(range.0), forward_x(range.1)), view, true, interrupted)
}

/// Samples curves `t ↦ (x(t), y(t))`; `None` when interrupted.
pub fn sample_paths(
    functions: &[&dyn Fn(f64) -> (f64, f64)],
    range: (f64, f64),
    view: &View,
    interrupted: &dyn Fn() -> bool,
) -> Option<Sampled> {
    let (forward_x, forward_y) = (forward(view.x_scale), forward(view.y_scale));
    let paths: Vec<_> = functions
        .iter()
        .map(|f| {
            move |t: f64| {
                let (x, y) = f(t);
                let (x, y) = (finite(forward_x(x)), finite(forward_y(y)));
                if x.is_nan() || y.is_nan() { (f64::NAN, f64::NAN) } else { (x, y) }
            }
        })
        .collect();
    let paths: Vec<Path<'_>> = paths.iter().map(|path| path as Path<'_>).collect();
    sample(&paths, range, view, false, interrupted)
}

/// A curve in view coordinates (logarithms already taken); NaN where undefined.
type Path<'a> = &'a dyn Fn(f64) -> (f64, f64);

fn forward(scale: Scale) -> fn(f64) -> f64 {
    match scale {
        Scale::Linear => |value| value,
        Scale::Log => |value| if value > 0.0 { value.log10() } else { f64::NAN },
    }
}

fn backward(scale: Scale) -> fn(f64) -> f64 {
    match scale {
        Scale::Linear => |value| value,
        Scale::Log => |value| 10f64.powf(value),
    }
}

/// The value, or NaN where it is too large to be told from a pole.
fn finite(value: f64) -> f64 {
    if value.abs() < 1e300 { value } else { f64::NAN }
}

fn sample(
    paths: &[Path<'_>],
    range: (f64, f64),
    view: &View,
    graph: bool,
    interrupted: &dyn Fn() -> bool,
) -> Option<Sampled> {
    let fix = |range: Option<(f64, f64)>, scale| {
        range.map(|(low, high)| (forward(scale)(low), forward(scale)(high)))
    };
    let fixed = (fix(view.x_range, view.x_scale), fix(view.y_range, view.y_scale));
    let mut samplers: Vec<Sampler<'_>> =
        paths.iter().map(|path| Sampler::new(*path, range, graph, interrupted)).collect();
    for sampler in &mut samplers {
        sampler.sweep()?;
    }
    // A first window, in which to judge what is steep; then singularities; then the window to show.
    let coarse = |pick: fn(&Point) -> f64| -> Vec<f64> {
        samplers.iter().flat_map(|sampler| sampler.points.iter().map(pick)).collect()
    };
    let (xs, ys) = (coarse(|point| point.x), coarse(|point| point.y));
    let first = Window { x: fixed.0.or(robust(&xs)), y: fixed.1.or(robust(&ys)) };
    for sampler in &mut samplers {
        sampler.window = first;
        sampler.find_singularities()?;
    }
    let singular = samplers.iter().any(|sampler| sampler.diverges);
    let choose = |values: &[f64]| {
        let (all, core) = (extent(values)?, robust(values)?);
        let wild = singular && all.1 - all.0 > 2.0 * (core.1 - core.0);
        Some(if wild { core } else { all })
    };
    let mut window = Window { x: fixed.0.or(choose(&xs)), y: fixed.1.or(choose(&ys)) };
    if graph {
        window.x = fixed.0.or(Some(range));
    }
    for sampler in &mut samplers {
        sampler.window = window;
        sampler.refine()?;
    }
    if !singular {
        // Refinement may have found a higher peak.
        let all = |pick: fn(&Point) -> f64| {
            let values: Vec<f64> =
                samplers.iter().flat_map(|s| s.points.iter().map(pick)).collect();
            extent(&values)
        };
        window.y = fixed.1.or(all(|point| point.y));
        if !graph {
            window.x = fixed.0.or(all(|point| point.x));
        }
    }
    let back = |range: Option<(f64, f64)>, scale| {
        range.map(|(low, high)| (backward(scale)(low), backward(scale)(high)))
    };
    let curves =
        samplers.into_iter().map(|sampler| sampler.finish(window, view)).collect();
    Some(Sampled {
        curves,
        x: back(window.x, view.x_scale),
        y: back(window.y, view.y_scale),
    })
}

#[derive(Clone, Copy, Debug)]
struct Point {
    t: f64,
    x: f64,
    y: f64,
}

impl Point {
    fn is_defined(self) -> bool {
        !self.x.is_nan() && !self.y.is_nan()
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    x: Option<(f64, f64)>,
    y: Option<(f64, f64)>,
}

impl Window {
    /// Lengths of its sides, never 0.
    fn size(self) -> (f64, f64) {
        let length = |range: Option<(f64, f64)>| {
            range.map_or(1.0, |(low, high)| high - low).abs().max(f64::MIN_POSITIVE)
        };
        (length(self.x), length(self.y))
    }

    /// Position in pixels, held within one window length of the window.
    fn pixel(self, point: Point) -> (f64, f64) {
        let place = |value: f64, range: Option<(f64, f64)>, pixels: f64| {
            let (low, high) = range.unwrap_or((0.0, 1.0));
            let length = (high - low).max(f64::MIN_POSITIVE);
            ((value - low) / length).clamp(-1.0, 2.0) * pixels
        };
        (place(point.x, self.x, PIXELS.0), place(point.y, self.y, PIXELS.1))
    }
}

struct Sampler<'a> {
    path: Path<'a>,
    range: (f64, f64),
    graph: bool,
    interrupted: &'a dyn Fn() -> bool,
    evaluations: usize,
    searches: usize,
    window: Window,
    points: Vec<Point>,
    cuts: Vec<f64>,
    poles: Vec<f64>,
    diverges: bool,
}

impl<'a> Sampler<'a> {
    fn new(
        path: Path<'a>,
        range: (f64, f64),
        graph: bool,
        interrupted: &'a dyn Fn() -> bool,
    ) -> Self {
        Self {
            path,
            range,
            graph,
            interrupted,
            evaluations: 0,
            searches: 0,
            window: Window::default(),
            points: Vec::new(),
            cuts: Vec::new(),
            poles: Vec::new(),
            diverges: false,
        }
    }

    fn span(&self) -> f64 {
        (self.range.1 - self.range.0).abs()
    }

    /// The point at `t`; `None` when interrupted.
    fn at(&mut self, t: f64) -> Option<Point> {
        self.evaluations += 1;
        if self.evaluations.is_multiple_of(16) && (self.interrupted)() {
            return None;
        }
        let (x, y) = (self.path)(t);
        Some(Point { t, x, y })
    }

    /// The same, on the budget for searches.
    fn probe(&mut self, t: f64) -> Option<Point> {
        self.searches += 1;
        self.at(t)
    }

    /// Evenly spread points, shifted a little so that a periodic function cannot hide between them.
    /// A single undefined point (0 in `sin(x)/x`) is replaced by its neighbours.
    fn sweep(&mut self) -> Option<()> {
        let (start, end) = self.range;
        let nudge = self.span() * 1e-9;
        for index in 0..=COARSE {
            let shift = if index == 0 || index == COARSE {
                0.0
            } else {
                (index as f64 * 0.618_033_988_749_895).fract() * 0.4 - 0.2
            };
            let t = start + (end - start) * ((index as f64 + shift) / COARSE as f64);
            let t = if index == COARSE { end } else { t };
            let point = self.at(t)?;
            if point.is_defined() {
                self.points.push(point);
                continue;
            }
            let before = if index > 0 { Some(self.at(t - nudge)?) } else { None };
            let after = if index < COARSE { Some(self.at(t + nudge)?) } else { None };
            let near: Vec<Point> = [before, after].into_iter().flatten().collect();
            if near.iter().all(|point| point.is_defined()) {
                self.points.extend(near);
            } else {
                self.points.push(point);
            }
        }
        Some(())
    }

    /// Distance in window lengths, without bound.
    fn distance(&self, a: Point, b: Point) -> f64 {
        let (width, height) = self.window.size();
        let vertical = (a.y - b.y).abs() / height;
        if self.graph { vertical } else { vertical.max((a.x - b.x).abs() / width) }
    }

    /// Splits the intervals in which the curve bends most until all are smooth or the budget is spent.
    fn refine(&mut self) -> Option<()> {
        self.points.sort_by(|a, b| a.t.total_cmp(&b.t));
        self.cuts.sort_by(f64::total_cmp);
        let points = self.points.clone();
        let mut heap = BinaryHeap::new();
        for pair in points.windows(2) {
            let &[a, b] = pair else { continue };
            self.consider(a, b, &mut heap)?;
        }
        while let Some(Candidate { a, middle, b, .. }) = heap.pop() {
            if self.evaluations >= BUDGET {
                break;
            }
            self.points.push(middle);
            self.consider(a, middle, &mut heap)?;
            self.consider(middle, b, &mut heap)?;
        }
        self.points.sort_by(|a, b| a.t.total_cmp(&b.t));
        Some(())
    }

    fn consider(
        &mut self,
        a: Point,
        b: Point,
        heap: &mut BinaryHeap<Candidate>,
    ) -> Option<()> {
        if !a.is_defined() || !b.is_defined() || self.is_cut(a.t, b.t) || a.t == b.t {
            return Some(());
        }
        let width = (b.t - a.t).abs() / self.span() * PIXELS.0;
        let (pa, pb) = (self.window.pixel(a), self.window.pixel(b));
        let jump = (pa.0 - pb.0).hypot(pa.1 - pb.1);
        if width < 1e-3 {
            return if jump > 2.0 { self.break_apart(a, b) } else { Some(()) };
        }
        let beyond = |p: (f64, f64), q: (f64, f64)| {
            let outside = |u: f64, v: f64, length: f64| {
                (u < -0.5 * length && v < -0.5 * length)
                    || (u > 1.5 * length && v > 1.5 * length)
            };
            outside(p.0, q.0, PIXELS.0) || outside(p.1, q.1, PIXELS.1)
        };
        if beyond(pa, pb) || self.evaluations >= BUDGET {
            return Some(());
        }
        let mut middle = self.at(a.t + (b.t - a.t) * 0.5)?;
        if !middle.is_defined() {
            middle = self.at(a.t + (b.t - a.t) * 0.4871)?;
            if !middle.is_defined() {
                if self.evaluations < BUDGET - 200 && width > 0.02 {
                    let edges = [self.edge(a, middle)?, self.edge(b, middle)?];
                    self.cuts.sort_by(f64::total_cmp);
                    self.points.extend(edges);
                }
                return Some(());
            }
        }
        let pm = self.window.pixel(middle);
        let deviation = deviation(pa, pm, pb);
        let share = |p: (f64, f64)| (p.0 - pm.0).hypot(p.1 - pm.1) < 0.1 * jump;
        if deviation > SMOOTH && (width > 0.05 || jump > 2.0) {
            let weight = deviation.min(40.0) * width.sqrt();
            heap.push(Candidate { weight, a, middle, b });
        } else if jump > 2.0 && (share(pa) || share(pb)) {
            // All of the change lies in one half: steep, or broken.
            self.break_apart(a, b)?;
        } else {
            self.points.push(middle);
        }
        Some(())
    }

    fn break_apart(&mut self, a: Point, b: Point) -> Option<()> {
        let mut found = Vec::new();
        self.cut_between(a, b, &mut found)?;
        self.cuts.sort_by(f64::total_cmp);
        self.points.extend(found);
        Some(())
    }

    fn is_cut(&self, from: f64, to: f64) -> bool {
        let (low, high) = (from.min(to), from.max(to));
        let index = self.cuts.partition_point(|cut| *cut < low);
        self.cuts.get(index).is_some_and(|cut| *cut <= high)
    }

    /// Joins the points to pieces, cut at singularities and well outside the window.
    fn finish(mut self, window: Window, view: &View) -> Curve {
        self.points.sort_by(|a, b| a.t.total_cmp(&b.t));
        self.points.dedup_by(|a, b| a.t == b.t);
        self.cuts.sort_by(f64::total_cmp);
        let (width, height) = window.size();
        let limit = |range: Option<(f64, f64)>, length: f64| {
            range.map_or((f64::NEG_INFINITY, f64::INFINITY), |(low, high)| {
                (low - 2.0 * length, high + 2.0 * length)
            })
        };
        let bounds = (limit(window.x, width), limit(window.y, height));
        let mut pieces = Vec::new();
        let mut piece: Vec<(f64, f64)> = Vec::new();
        let mut previous: Option<Point> = None;
        for &point in &self.points {
            let joined = previous.filter(|before| {
                before.is_defined()
                    && point.is_defined()
                    && !self.is_cut(before.t, point.t)
            });
            if joined.is_none() {
                pieces.push(std::mem::take(&mut piece));
            }
            match joined {
                Some(before) => {
                    let segment = clip((before.x, before.y), (point.x, point.y), bounds);
                    if let Some((from, to)) = segment {
                        if piece.last() != Some(&from) {
                            pieces.push(std::mem::take(&mut piece));
                            piece.push(from);
                        }
                        piece.push(to);
                    }
                }
                None if point.is_defined() => {
                    let inside = clip((point.x, point.y), (point.x, point.y), bounds);
                    piece.extend(inside.map(|(from, _)| from));
                }
                None => {}
            }
            previous = Some(point);
        }
        pieces.push(piece);
        let (back_x, back_y) = (backward(view.x_scale), backward(view.y_scale));
        let pieces = pieces
            .into_iter()
            .filter(|piece| !piece.is_empty())
            .map(|piece| piece.into_iter().map(|(x, y)| (back_x(x), back_y(y))).collect())
            .collect();
        self.poles.sort_by(f64::total_cmp);
        let closest = self.span() * 1e-6;
        self.poles.dedup_by(|a, b| (*a - *b).abs() < closest);
        let poles = self.poles.into_iter().map(back_x).collect();
        Curve { pieces, poles }
    }
}

/// An interval with its middle, ordered by how much is gained by splitting it.
struct Candidate {
    weight: f64,
    a: Point,
    middle: Point,
    b: Point,
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.weight.total_cmp(&other.weight).then(other.a.t.total_cmp(&self.a.t))
    }
}

/// Distance of the middle from the chord, in pixels.
fn deviation(a: (f64, f64), middle: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mx, my) = (middle.0 - a.0, middle.1 - a.1);
    let squared = dx * dx + dy * dy;
    let along =
        if squared > 0.0 { ((mx * dx + my * dy) / squared).clamp(0.0, 1.0) } else { 0.0 };
    (mx - along * dx).hypot(my - along * dy)
}

/// A range on each axis.
type Bounds = ((f64, f64), (f64, f64));

/// The part of a segment within bounds (Liang and Barsky 1984).
pub(super) fn clip(
    from: (f64, f64),
    to: (f64, f64),
    ((left, right), (bottom, top)): Bounds,
) -> Option<((f64, f64), (f64, f64))> {
    // Exact rejection first: near a pole the divisions below cancel.
    if from.0.max(to.0) < left
        || from.0.min(to.0) > right
        || from.1.max(to.1) < bottom
        || from.1.min(to.1) > top
    {
        return None;
    }
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let sides = [
        (-dx, from.0 - left),
        (dx, right - from.0),
        (-dy, from.1 - bottom),
        (dy, top - from.1),
    ];
    for (step, room) in sides {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    if enter > leave {
        return None;
    }
    let at = |part: f64| {
        ((from.0 + part * dx).clamp(left, right), (from.1 + part * dy).clamp(bottom, top))
    };
    let start = if enter > 0.0 { at(enter) } else { from };
    let end = if leave < 1.0 { at(leave) } else { to };
    Some((start, end))
}
