//! From a plot to a drawing: margins, axes, layers, legend, colour bar.

use holor_lang::plot::Grid;
use holor_lang::{Colours, Layer, Plot, Scale};

use super::colour::{CURVES, DASHES, colour, viridis};
use super::font::Fonts;
use super::frame::{Ruler, ranges};
use super::label::Label;
use super::scene::{Area, Item, Paint, Pen, Scene};
use super::ticks::Ticks;

const INK: Paint = Paint::solid([0x22, 0x22, 0x22]);
const FRAME: Paint = Paint::solid([0x55, 0x55, 0x55]);
const GRID: Paint = Paint::solid([0xe6, 0xe6, 0xe6]);
const ZERO: Paint = Paint::solid([0xb8, 0xb8, 0xb8]);
const POLE: Paint = Paint::solid([0x99, 0x99, 0x99]);
const WHITE: Paint = Paint::solid([0xff, 0xff, 0xff]);

const TICK_SIZE: f32 = 13.5;
const LABEL_SIZE: f32 = 16.0;
const TITLE_SIZE: f32 = 17.0;
const LEGEND_SIZE: f32 = 14.5;
const BAR_WIDTH: f32 = 14.0;
/// Colours of a map of cells: few enough for a picture with a palette.
const SHADES: usize = 240;
/// Cells of a map along each axis beyond which several share a pixel.
const MOST_CELLS: usize = 1200;

/// Lays out and draws a plot.
pub(super) fn figure(plot: &Plot, fonts: &Fonts) -> Scene {
    let (width, height) = (plot.size.0.clamp(120, 4000), plot.size.1.clamp(90, 4000));
    let size = (width as f32, height as f32);
    let mut figure = Figure::new(plot, fonts, size, 0.0);
    if let Some(legend) = figure.legend()
        && figure.place_legend(legend.width, legend.height).1 > 3
    {
        // No free corner: beside the drawing.
        figure = Figure::new(plot, fonts, size, legend.width + 12.0);
    }
    figure.draw();
    Scene {
        width,
        height,
        clip: figure.area,
        items: figure.items,
        description: plot.describe(),
    }
}

/// The values that colours stand for.
struct Bar {
    range: (f64, f64),
    colours: Colours,
    ticks: Ticks,
    label: String,
    label_text: String,
}

struct Figure<'a> {
    plot: &'a Plot,
    fonts: &'a Fonts,
    area: Area,
    /// Whether the legend stands beside the drawing.
    outside: bool,
    x: Ruler,
    y: Ruler,
    x_range: (f64, f64),
    y_range: (f64, f64),
    x_ticks: Ticks,
    y_ticks: Ticks,
    bar: Option<Bar>,
    items: Vec<Item>,
}

impl<'a> Figure<'a> {
    fn new(plot: &'a Plot, fonts: &'a Fonts, size: (f32, f32), beside: f32) -> Self {
        let (mut x_range, mut y_range) = ranges(plot);
        let bar = bar(plot);
        let label = |source: &str, size: f32| Label::latex(fonts, source, size);
        let widest = |ticks: &Ticks| {
            let widths =
                ticks.major.iter().map(|tick| label(&tick.label, TICK_SIZE).width);
            widths.fold(0.0_f32, f32::max)
        };
        let y_parts = ((size.1 / 65.0) as usize).clamp(3, 10);
        let x_parts = ((size.0 / 85.0) as usize).clamp(3, 12);
        let title = label(&plot.title, TITLE_SIZE);
        let y_ticks = Ticks::new(y_range, plot.y.scale, y_parts);
        let top = match (title.is_empty(), y_ticks.note().is_some()) {
            (false, _) => 20.0 + title.ascent + title.descent,
            (true, true) => 28.0,
            (true, false) => 14.0,
        };
        let x_label = label(&plot.x.label, LABEL_SIZE);
        let below = if x_label.is_empty() {
            0.0
        } else {
            10.0 + x_label.ascent + x_label.descent
        };
        let bottom = 30.0 + below;
        let y_label = label(&plot.y.label, LABEL_SIZE);
        let before = if y_label.is_empty() {
            0.0
        } else {
            10.0 + y_label.ascent + y_label.descent
        };
        let left = 20.0 + widest(&y_ticks) + before;
        let right = beside
            + bar.as_ref().map_or(18.0, |bar| {
                let bar_label = label(&bar.label, LABEL_SIZE);
                let beside = if bar_label.is_empty() {
                    0.0
                } else {
                    8.0 + bar_label.ascent + bar_label.descent
                };
                18.0 + BAR_WIDTH + 8.0 + widest(&bar.ticks) + beside + 12.0
            });
        let mut area = Area {
            left,
            top,
            width: (size.0 - left - right).max(40.0),
            height: (size.1 - top - bottom).max(40.0),
        };
        if plot.equal_aspect
            && plot.x.scale == Scale::Linear
            && plot.y.scale == Scale::Linear
        {
            // Ranges that were asked for stay; free ones get the room there is.
            let filled = plot.x.range.is_some() && plot.y.range.is_some();
            equalise(&mut x_range, &mut y_range, &mut area, filled);
        }
        let x_ticks = Ticks::new(x_range, plot.x.scale, x_parts);
        let y_ticks = Ticks::new(y_range, plot.y.scale, y_parts);
        Self {
            plot,
            fonts,
            area,
            outside: beside > 0.0,
            x: Ruler::new(x_range, plot.x.scale, area.left, area.right()),
            y: Ruler::new(y_range, plot.y.scale, area.bottom(), area.top),
            x_range,
            y_range,
            x_ticks,
            y_ticks,
            bar,
            items: Vec::new(),
        }
    }

    fn draw(&mut self) {
        self.draw_grid();
        let mut curve = 0;
        for layer in &self.plot.layers {
            self.draw_layer(layer, &mut curve);
        }
        self.draw_frame();
        self.draw_titles();
        self.draw_bar();
        self.draw_legend();
    }

    fn label(&self, source: &str, size: f32) -> Label {
        Label::latex(self.fonts, source, size)
    }

    fn line(&mut self, from: (f32, f32), to: (f32, f32), pen: Pen, clip: bool) {
        self.items.push(Item::Lines { lines: vec![vec![from, to]], pen, clip });
    }

    fn draw_grid(&mut self) {
        let (area, x, y) = (self.area, self.x, self.y);
        let upright = |value: f64| {
            vec![(x.pixel(value), area.top), (x.pixel(value), area.bottom())]
        };
        let level = |value: f64| {
            vec![(area.left, y.pixel(value)), (area.right(), y.pixel(value))]
        };
        let verticals = self.x_ticks.major.iter().map(|tick| upright(tick.value));
        let lines =
            verticals.chain(self.y_ticks.major.iter().map(|tick| level(tick.value)));
        let lines = lines.collect();
        self.items.push(Item::Lines { lines, pen: Pen::new(GRID, 0.8), clip: true });
        let mut axes = Vec::new();
        let crosses = |range: (f64, f64)| range.0 < 0.0 && range.1 > 0.0;
        if self.plot.x.scale == Scale::Linear && crosses(self.x_range) {
            axes.push(upright(0.0));
        }
        if self.plot.y.scale == Scale::Linear && crosses(self.y_range) {
            axes.push(level(0.0));
        }
        self.items.push(Item::Lines {
            lines: axes,
            pen: Pen::new(ZERO, 1.0),
            clip: true,
        });
    }

    fn has_map(&self) -> bool {
        self.plot.layers.iter().any(|layer| matches!(layer, Layer::Heat { .. }))
    }

    fn pixels(&self, line: &[(f64, f64)]) -> Vec<(f32, f32)> {
        line.iter().map(|&(x, y)| (self.x.pixel(x), self.y.pixel(y))).collect()
    }

    fn draw_layer(&mut self, layer: &Layer, curve: &mut usize) {
        match layer {
            Layer::Curve { pieces, poles, .. } => {
                let asymptotes: Vec<_> = poles
                    .iter()
                    .map(|&pole| {
                        let x = self.x.pixel(pole);
                        vec![(x, self.area.top), (x, self.area.bottom())]
                    })
                    .collect();
                if !asymptotes.is_empty() {
                    let pen = Pen::new(POLE, 0.9).dashed(&[4.0, 4.0]);
                    self.items.push(Item::Lines { lines: asymptotes, pen, clip: true });
                }
                let pen = curve_pen(*curve);
                let dots: Vec<_> =
                    pieces.iter().filter(|piece| piece.len() == 1).collect();
                let centers = dots.iter().flat_map(|piece| self.pixels(piece)).collect();
                let lines = pieces.iter().map(|piece| self.pixels(piece)).collect();
                let paint = pen.paint;
                self.items.push(Item::Lines { lines, pen, clip: true });
                if !dots.is_empty() && dots.len() < 50 {
                    self.items.push(Item::Discs {
                        centers,
                        radius: 1.6,
                        paint,
                        clip: true,
                    });
                }
                *curve += 1;
            }
            Layer::Guide { pieces, dashed, .. } => {
                let lines = pieces.iter().map(|piece| self.pixels(piece)).collect();
                let pen = guide_pen(*dashed, self.has_map());
                self.items.push(Item::Lines { lines, pen, clip: true });
            }
            Layer::Shade { edge, .. } => self.draw_shade(edge),
            Layer::Points { points, .. } => {
                let paint = curve_pen(*curve).paint;
                let radius = if points.len() > 300 { 2.0 } else { 3.4 };
                let centers = self.pixels(points);
                self.items.push(Item::Discs { centers, radius, paint, clip: true });
                *curve += 1;
            }
            Layer::Heat { grid, colours, .. } if grid.cells => {
                self.draw_cells(grid, *colours);
            }
            Layer::Heat { grid, colours, .. } => self.draw_heat(grid, *colours),
            Layer::Contour { levels, lines, .. } => {
                let over = self.has_map();
                let range = self.bar.as_ref().map_or((0.0, 1.0), |bar| bar.range);
                for (level, lines) in levels.iter().zip(lines) {
                    let lines = lines.iter().map(|line| self.pixels(line)).collect();
                    let pen = if over {
                        Pen::new(WHITE.with_opacity(0.55), 0.9)
                    } else {
                        let fraction = (level - range.0) / (range.1 - range.0);
                        // The brightest yellow is lost on white.
                        let colour = viridis(0.92 * fraction as f32);
                        let pen = Pen::new(Paint::solid(colour), 1.6);
                        if *level < 0.0 { pen.dashed(&[6.0, 3.0]) } else { pen }
                    };
                    self.items.push(Item::Lines { lines, pen, clip: true });
                }
            }
        }
    }

    /// A veil over everything above a line.
    fn draw_shade(&mut self, edge: &[(f64, f64)]) {
        let line = self.pixels(edge);
        let area = self.area;
        let columns = (area.width.round() as u32).clamp(1, 1200);
        let rows = (area.height.round() as u32).clamp(1, 1200);
        let height_at = |x: f32| -> Option<f32> {
            line.windows(2).find_map(|pair| {
                let &[(left, low), (right, high)] = pair else { return None };
                let inside = (left..=right).contains(&x) && right > left;
                inside.then(|| low + (high - low) * (x - left) / (right - left))
            })
        };
        let edges: Vec<Option<f32>> = (0..columns)
            .map(|column| {
                height_at(area.left + area.width * (column as f32 + 0.5) / columns as f32)
            })
            .collect();
        let mut rgba = Vec::with_capacity((columns * rows * 4) as usize);
        for row in 0..rows {
            let y = area.top + area.height * (row as f32 + 0.5) / rows as f32;
            for edge in &edges {
                // Beyond the ends of the line as well.
                let above = edge.is_none_or(|edge| y < edge);
                rgba.extend([255, 255, 255, if above { 110 } else { 0 }]);
            }
        }
        self.items.push(Item::Picture { area, columns, rows, rgba });
    }

    /// Values, not colours, are interpolated between nodes.
    fn draw_heat(&mut self, grid: &Grid, colours: Colours) {
        let range = self.bar.as_ref().map_or((0.0, 1.0), |bar| bar.range);
        let place = |ruler: &Ruler, value: f64| ruler.pixel(value);
        let (left, right) = (place(&self.x, grid.x.0), place(&self.x, grid.x.1));
        let (bottom, top) = (place(&self.y, grid.y.0), place(&self.y, grid.y.1));
        let (width, height) = ((right - left).abs(), (bottom - top).abs());
        let columns = (width.round() as u32).clamp(1, 1200);
        let rows = (height.round() as u32).clamp(1, 1200);
        let mut rgba = Vec::with_capacity((columns * rows * 4) as usize);
        for row in 0..rows {
            let y = self.y.value(top + height * ((row as f32 + 0.5) / rows as f32));
            for column in 0..columns {
                let x =
                    self.x.value(left + width * ((column as f32 + 0.5) / columns as f32));
                let value = interpolate(grid, x, y);
                if value.is_nan() {
                    rgba.extend([0, 0, 0, 0]);
                } else {
                    let [r, g, b] =
                        colour(colours, ((value - range.0) / (range.1 - range.0)) as f32);
                    rgba.extend([r, g, b, 255]);
                }
            }
        }
        let area = Area { left: left.min(right), top, width, height };
        self.items.push(Item::Picture { area, columns, rows, rgba });
    }

    /// Each value fills a cell. The picture has a pixel or a whole number of pixels for each, or the mean of several
    /// where there are more than any screen shows.
    fn draw_cells(&mut self, grid: &Grid, colours: Colours) {
        let range = self.bar.as_ref().map_or((0.0, 1.0), |bar| bar.range);
        let (left, right) = (self.x.pixel(grid.x.0), self.x.pixel(grid.x.1));
        let (bottom, top) = (self.y.pixel(grid.y.0), self.y.pixel(grid.y.1));
        let (width, height) = ((right - left).abs(), (bottom - top).abs());
        let (across, repeat_x) = fit(grid.columns, width);
        let (up, repeat_y) = fit(grid.rows, height);
        let shades: Vec<[u8; 3]> = (0..SHADES)
            .map(|shade| colour(colours, shade as f32 / (SHADES - 1) as f32))
            .collect();
        let (columns, rows) =
            (grid.columns.div_ceil(across) * repeat_x, grid.rows.div_ceil(up) * repeat_y);
        let mut rgba = Vec::with_capacity(columns * rows * 4);
        let scale = (SHADES - 1) as f64 / (range.1 - range.0);
        for block in (0..grid.rows.div_ceil(up)).rev() {
            let start = rgba.len();
            for column in 0..grid.columns.div_ceil(across) {
                // Angles have no mean that is always one of them: the first stands for its neighbours.
                let value = if (across == 1 && up == 1) || colours == Colours::Cyclic {
                    grid.value(column * across, block * up)
                } else {
                    mean(grid, (column * across, block * up), (across, up))
                };
                let pixel = if value.is_nan() {
                    [0, 0, 0, 0]
                } else {
                    let shade = ((value - range.0) * scale).round().max(0.0) as usize;
                    let [r, g, b] =
                        shades.get(shade.min(SHADES - 1)).copied().unwrap_or_default();
                    [r, g, b, 255]
                };
                for _ in 0..repeat_x {
                    rgba.extend(pixel);
                }
            }
            let line = rgba.get(start..).unwrap_or_default().to_vec();
            for _ in 1..repeat_y {
                rgba.extend_from_slice(&line);
            }
        }
        let area = Area { left: left.min(right), top: top.min(bottom), width, height };
        let (columns, rows) = (columns as u32, rows as u32);
        self.items.push(Item::Picture { area, columns, rows, rgba });
    }

    fn draw_frame(&mut self) {
        let area = self.area;
        let pen = Pen::new(FRAME, 1.0);
        let corners = [
            (area.left, area.top),
            (area.right(), area.top),
            (area.right(), area.bottom()),
            (area.left, area.bottom()),
            (area.left, area.top),
        ];
        let mut lines = vec![corners.to_vec()];
        for tick in &self.x_ticks.major {
            let x = self.x.pixel(tick.value);
            lines.push(vec![(x, area.bottom()), (x, area.bottom() + 5.0)]);
        }
        for value in &self.x_ticks.minor {
            let x = self.x.pixel(*value);
            lines.push(vec![(x, area.bottom()), (x, area.bottom() + 2.5)]);
        }
        for tick in &self.y_ticks.major {
            let y = self.y.pixel(tick.value);
            lines.push(vec![(area.left - 5.0, y), (area.left, y)]);
        }
        for value in &self.y_ticks.minor {
            let y = self.y.pixel(*value);
            lines.push(vec![(area.left - 2.5, y), (area.left, y)]);
        }
        self.items.push(Item::Lines { lines, pen, clip: false });
        for tick in self.x_ticks.major.clone() {
            let label = self.label(&tick.label, TICK_SIZE);
            let x = self.x.pixel(tick.value) - label.width / 2.0;
            let y = area.bottom() + 19.0;
            self.items.push(label.at(x, y, false, INK, &tick.text));
        }
        for tick in self.y_ticks.major.clone() {
            let label = self.label(&tick.label, TICK_SIZE);
            let x = area.left - 9.0 - label.width;
            let y = self.y.pixel(tick.value) + 0.33 * TICK_SIZE;
            self.items.push(label.at(x, y, false, INK, &tick.text));
        }
        if let Some((label, text)) = self.note(&self.y_ticks) {
            self.items.push(label.at(area.left, area.top - 7.0, false, INK, &text));
        }
        if let Some((label, text)) = self.note(&self.x_ticks) {
            let x = area.right() - label.width;
            self.items.push(label.at(x, area.bottom() + 36.0, false, INK, &text));
        }
    }

    /// `× 10ⁿ` beside an axis.
    fn note(&self, ticks: &Ticks) -> Option<(Label, String)> {
        let (latex, text) = ticks.note()?;
        Some((self.label(&latex, TICK_SIZE), text))
    }

    fn draw_titles(&mut self) {
        let (area, plot) = (self.area, self.plot);
        let center = area.left + area.width / 2.0;
        let title = self.label(&plot.title, TITLE_SIZE);
        if !title.is_empty() {
            let x = (center - title.width / 2.0).max(6.0);
            let y = area.top - 11.0 - title.descent;
            self.items.push(title.at(x, y, false, INK, &plot.title));
        }
        let label = self.label(&plot.x.label, LABEL_SIZE);
        if !label.is_empty() {
            let (x, y) =
                (center - label.width / 2.0, area.bottom() + 27.0 + label.ascent);
            self.items.push(label.at(x, y, false, INK, &plot.x.label_text));
        }
        let label = self.label(&plot.y.label, LABEL_SIZE);
        if !label.is_empty() {
            let middle = area.top + area.height / 2.0;
            let (x, y) = (6.0 + label.ascent, middle + label.width / 2.0);
            self.items.push(label.at(x, y, true, INK, &plot.y.label_text));
        }
    }

    fn draw_bar(&mut self) {
        let Some(bar) = self.bar.take() else { return };
        let area = Area {
            left: self.area.right() + 18.0,
            top: self.area.top,
            width: BAR_WIDTH,
            height: self.area.height,
        };
        let steps = 160;
        for step in 0..steps {
            let fraction = step as f32 / steps as f32;
            let height = area.height / steps as f32;
            let top = area.bottom() - (step + 1) as f32 * height;
            // Each strip reaches under the next, so that no seam shows.
            let below = if step == 0 { height } else { height + 0.7 };
            let strip = Area { left: area.left, top, width: area.width, height: below };
            let fill = Paint::solid(colour(bar.colours, fraction + 0.5 / steps as f32));
            self.items.push(Item::Rectangle { area: strip, fill });
        }
        let ruler = Ruler::new(bar.range, Scale::Linear, area.bottom(), area.top);
        let mut widest = 0.0_f32;
        for tick in &bar.ticks.major {
            let y = ruler.pixel(tick.value);
            let (from, to) = ((area.right(), y), (area.right() + 4.0, y));
            self.line(from, to, Pen::new(FRAME, 1.0), false);
            let label = self.label(&tick.label, TICK_SIZE);
            widest = widest.max(label.width);
            let x = area.right() + 8.0;
            self.items.push(label.at(x, y + 0.33 * TICK_SIZE, false, INK, &tick.text));
        }
        if let Some((label, text)) = self.note(&bar.ticks) {
            self.items.push(label.at(area.left, area.top - 7.0, false, INK, &text));
        }
        let label = self.label(&bar.label, LABEL_SIZE);
        if !label.is_empty() {
            let x = area.right() + 14.0 + widest + label.ascent;
            let y = area.top + area.height / 2.0 + label.width / 2.0;
            self.items.push(label.at(x, y, true, INK, &bar.label_text));
        }
    }

    /// What the legend holds; `None` where the axes say it all.
    fn legend(&self) -> Option<Legend> {
        let mut entries = Vec::new();
        let mut index = 0;
        let mut guides = false;
        for layer in &self.plot.layers {
            let (Layer::Curve { label, label_text, .. }
            | Layer::Points { label, label_text, .. }
            | Layer::Guide { label, label_text, .. }) = layer
            else {
                continue;
            };
            let mark = match layer {
                Layer::Points { .. } => Mark::Dot(index),
                Layer::Guide { dashed, .. } => Mark::Guide(*dashed),
                _ => Mark::Line(index),
            };
            if !label.is_empty() {
                guides |= matches!(mark, Mark::Guide(_));
                let label = self.label(label, LEGEND_SIZE);
                entries.push(Entry { mark, label, text: label_text.clone() });
            }
            if !matches!(mark, Mark::Guide(_)) {
                index += 1;
            }
        }
        // One curve is named by its axis.
        if entries.is_empty() || (index == 1 && !guides && !self.plot.y.label.is_empty())
        {
            return None;
        }
        let width =
            48.0 + entries.iter().map(|entry| entry.label.width).fold(0.0, f32::max);
        let height = 8.0 + entries.iter().map(Entry::height).sum::<f32>();
        Some(Legend { entries, width, height })
    }

    fn draw_legend(&mut self) {
        let Some(legend) = self.legend() else { return };
        let area = if self.outside {
            let bar = if self.bar.is_some() { 80.0 } else { 0.0 };
            let left = self.area.right() + 14.0 + bar;
            Area { left, top: self.area.top, width: legend.width, height: legend.height }
        } else {
            self.place_legend(legend.width, legend.height).0
        };
        if !self.outside {
            self.items.push(Item::Rectangle { area, fill: WHITE.with_opacity(0.86) });
            let outline = [
                (area.left, area.top),
                (area.right(), area.top),
                (area.right(), area.bottom()),
                (area.left, area.bottom()),
                (area.left, area.top),
            ];
            let pen = Pen::new(Paint::solid([0xcc, 0xcc, 0xcc]), 0.8);
            self.items.push(Item::Lines {
                lines: vec![outline.to_vec()],
                pen,
                clip: false,
            });
        }
        let mut top = area.top + 4.0;
        for entry in legend.entries {
            let height = entry.height();
            let Entry { mark, label, text } = entry;
            let middle = top + height / 2.0;
            let pen = match mark {
                Mark::Dot(index) | Mark::Line(index) => curve_pen(index),
                Mark::Guide(dashed) => guide_pen(dashed, false),
            };
            if matches!(mark, Mark::Dot(_)) {
                let centers = vec![(area.left + 21.0, middle)];
                let paint = pen.paint;
                self.items.push(Item::Discs { centers, radius: 3.4, paint, clip: false });
            } else {
                self.line(
                    (area.left + 8.0, middle),
                    (area.left + 34.0, middle),
                    pen,
                    false,
                );
            }
            let baseline =
                middle + (label.ascent - label.descent).max(0.55 * LEGEND_SIZE) / 2.0;
            self.items.push(label.at(area.left + 41.0, baseline, false, INK, &text));
            top += height;
        }
    }

    /// The place in which a legend hides the least, and how much it hides there.
    fn place_legend(&self, width: f32, height: f32) -> (Area, usize) {
        let gap = 9.0;
        let (left, right) = (self.area.left + gap, self.area.right() - gap - width);
        let (top, bottom) = (self.area.top + gap, self.area.bottom() - gap - height);
        let points: Vec<(f32, f32)> = self
            .plot
            .layers
            .iter()
            .flat_map(|layer| match layer {
                Layer::Curve { pieces, .. } => pieces
                    .iter()
                    .flat_map(|piece| densify(&self.pixels(piece)))
                    .collect::<Vec<_>>(),
                Layer::Points { points, .. } => self.pixels(points),
                Layer::Guide { pieces, .. } if !self.has_map() => {
                    pieces.iter().flat_map(|piece| densify(&self.pixels(piece))).collect()
                }
                Layer::Guide { .. }
                | Layer::Shade { .. }
                | Layer::Heat { .. }
                | Layer::Contour { .. } => Vec::new(),
            })
            .collect();
        let hidden = |area: &Area| {
            let inside = |(x, y): &&(f32, f32)| {
                *x > area.left - 4.0
                    && *x < area.right() + 4.0
                    && *y > area.top - 4.0
                    && *y < area.bottom() + 4.0
            };
            points.iter().filter(inside).count()
        };
        let (middle, center) = (f32::midpoint(top, bottom), f32::midpoint(left, right));
        let corners = [
            (right, top),
            (left, top),
            (right, bottom),
            (left, bottom),
            (center, top),
            (center, bottom),
            (right, middle),
            (left, middle),
        ];
        let fits = width < 0.6 * self.area.width && height < 0.8 * self.area.height;
        let best = corners
            .map(|(left, top)| Area { left, top, width, height })
            .map(|area| (area, if fits { hidden(&area) } else { usize::MAX }));
        let first = best[0];
        best.into_iter().min_by_key(|(_, count)| *count).unwrap_or(first)
    }
}

/// How many cells share a pixel, and how many pixels a cell has, for so many cells on so many pixels.
fn fit(cells: usize, pixels: f32) -> (usize, usize) {
    let pixels = f64::from(pixels).max(1.0);
    let across = cells.div_ceil(MOST_CELLS).max(1);
    // Few cells keep sharp edges when the picture is scaled.
    let repeat =
        if cells < 200 { (2.0 * pixels / cells.max(1) as f64).ceil() } else { 1.0 };
    (across, (repeat as usize).clamp(1, 1000))
}

/// The mean of a block of values; NaN where one of them is undefined.
fn mean(grid: &Grid, (column, row): (usize, usize), (across, up): (usize, usize)) -> f64 {
    let (right, above) = ((column + across).min(grid.columns), (row + up).min(grid.rows));
    let count = ((right - column) * (above - row)) as f64;
    let values = (row..above).flat_map(|row| (column..right).map(move |it| (it, row)));
    values.map(|(column, row)| grid.value(column, row)).sum::<f64>() / count
}

struct Legend {
    entries: Vec<Entry>,
    width: f32,
    height: f32,
}

/// What stands before a name in the legend.
#[derive(Clone, Copy)]
enum Mark {
    /// A line like the curve of this number.
    Line(usize),
    /// A dot of its colour.
    Dot(usize),
    /// A guide, dashed or not.
    Guide(bool),
}

struct Entry {
    mark: Mark,
    label: Label,
    text: String,
}

impl Entry {
    fn height(&self) -> f32 {
        (self.label.ascent + self.label.descent + 7.0).max(21.0)
    }
}

/// Points at most a few pixels apart, so that a straight line counts as much as a bent one.
fn densify(line: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let mut out = Vec::new();
    for pair in line.windows(2) {
        let &[(ax, ay), (bx, by)] = pair else { continue };
        let length = (bx - ax).hypot(by - ay);
        let steps = (length / 4.0).clamp(1.0, 400.0) as usize;
        for step in 0..steps {
            let part = step as f32 / steps as f32;
            out.push((ax + part * (bx - ax), ay + part * (by - ay)));
        }
    }
    out
}

fn curve_pen(index: usize) -> Pen {
    let colour = CURVES.get(index % CURVES.len()).copied().unwrap_or_default();
    let dashes =
        DASHES.get(index / CURVES.len() % DASHES.len()).copied().unwrap_or_default();
    Pen::new(Paint::solid(colour), 2.0).dashed(dashes)
}

/// Thin, and told from the colours below: black over a map, white where dashed.
fn guide_pen(dashed: bool, over_map: bool) -> Pen {
    match (over_map, dashed) {
        (true, true) => Pen::new(WHITE, 1.5).dashed(&[6.0, 4.0]),
        (true, false) => Pen::new(INK, 1.2),
        (false, true) => Pen::new(FRAME, 1.2).dashed(&[6.0, 4.0]),
        (false, false) => Pen::new(POLE, 0.9),
    }
}

/// The colour scale of the first layer that has one.
fn bar(plot: &Plot) -> Option<Bar> {
    let heat = plot.layers.iter().find(|layer| matches!(layer, Layer::Heat { .. }));
    let contour =
        || plot.layers.iter().find(|layer| matches!(layer, Layer::Contour { .. }));
    let layer = heat.or_else(contour)?;
    let (Layer::Heat { grid, label, label_text, .. }
    | Layer::Contour { grid, label, label_text, .. }) = layer
    else {
        return None;
    };
    let colours = match layer {
        Layer::Heat { colours, .. } => *colours,
        _ => Colours::Sequential,
    };
    let (low, high) = grid.value_range()?;
    let range = if high > low { (low, high) } else { (low - 0.5, low + 0.5) };
    let parts = ((plot.size.1 / 65) as usize).clamp(3, 10);
    let ticks = match colours {
        Colours::Cyclic => Ticks::new(range, Scale::Linear, parts),
        Colours::Sequential | Colours::Diverging => {
            Ticks::plain(range, Scale::Linear, parts)
        }
    };
    Some(Bar {
        range,
        colours,
        ticks,
        label: label.clone(),
        label_text: label_text.clone(),
    })
}

/// Makes one unit as long on both axes: curves get more room, maps a smaller area.
fn equalise(x: &mut (f64, f64), y: &mut (f64, f64), area: &mut Area, filled: bool) {
    let (unit_x, unit_y) =
        ((x.1 - x.0) / f64::from(area.width), (y.1 - y.0) / f64::from(area.height));
    if filled {
        if unit_x > unit_y {
            let height = ((y.1 - y.0) / unit_x) as f32;
            area.top += (area.height - height) / 2.0;
            area.height = height;
        } else {
            let width = ((x.1 - x.0) / unit_y) as f32;
            area.left += (area.width - width) / 2.0;
            area.width = width;
        }
        return;
    }
    let widen = |range: &mut (f64, f64), length: f64| {
        let middle = f64::midpoint(range.0, range.1);
        *range = (middle - length / 2.0, middle + length / 2.0);
    };
    if unit_x > unit_y {
        widen(y, unit_x * f64::from(area.height));
    } else {
        widen(x, unit_y * f64::from(area.width));
    }
}

/// The value between nodes; NaN beside an undefined one.
fn interpolate(grid: &Grid, x: f64, y: f64) -> f64 {
    let place = |value: f64, range: (f64, f64), count: usize| {
        let place =
            (value - range.0) / (range.1 - range.0) * (count.saturating_sub(1)) as f64;
        let below = (place.floor().max(0.0) as usize).min(count.saturating_sub(2));
        (below, (place - below as f64).clamp(0.0, 1.0))
    };
    let (column, right) = place(x, grid.x, grid.columns);
    let (row, up) = place(y, grid.y, grid.rows);
    let at = |column: usize, row: usize| grid.value(column, row);
    let low = at(column, row) * (1.0 - right) + at(column + 1, row) * right;
    let high = at(column, row + 1) * (1.0 - right) + at(column + 1, row + 1) * right;
    low * (1.0 - up) + high * up
}
