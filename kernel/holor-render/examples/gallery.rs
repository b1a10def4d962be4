//! Runs cells and writes what they give: `plot-01.png`, `.svg`, `.vl.json` for plots, and `formulas.json` with
//! the LaTeX of everything else.
//!
//! `cargo run --example gallery -- FOLDER [FILE]`, where the file has one cell a line; without it a set of
//! cells that puts the printers to the test.

use std::path::PathBuf;

use holor_lang::{NoWorld, Session, SourceId, Value};
use holor_render::{
    RenderOptions, animation_png, latex_to_mathml, plot_png, plot_svg, plot_vega_lite,
    render,
};

const CELLS: &str = include_str!("gallery.holor");

#[allow(clippy::print_stdout, reason = "a command")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    let cells = match arguments.next() {
        Some(file) => std::fs::read_to_string(file)?,
        None => CELLS.to_owned(),
    };
    let session = Session::new();
    let mut formulas = Vec::new();
    let (mut number, mut plots) = (0, 0);
    for cell in
        cells.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
    {
        number += 1;
        let outcome = session.run(cell, "gallery", number, &NoWorld);
        if !outcome.errors.is_empty() {
            let sources = |id: SourceId| session.source(id);
            println!("{}\n", holor_render::render_plain(&outcome.errors, &sources));
        }
        let Some(value) = outcome.value else { continue };
        if let Value::Plot(plot) = &value {
            plots += 1;
            let name = |end: &str| folder.join(format!("plot-{plots:02}.{end}"));
            let started = std::time::Instant::now();
            let png = plot_png(plot, 2.0).unwrap_or_default();
            let milliseconds = started.elapsed().as_millis();
            let svg = plot_svg(plot);
            let spec = plot_vega_lite(plot).to_string();
            let sizes = (png.len() / 1024, svg.len() / 1024, spec.len() / 1024);
            let options = RenderOptions { vega: false, png: false, ..Default::default() };
            let bundle = render(&value, &options);
            println!("plot-{plots:02} {sizes:?} KiB {milliseconds} ms  {cell}");
            println!("        {}", bundle.plain());
            std::fs::write(name("png"), png)?;
            std::fs::write(name("svg"), svg)?;
            std::fs::write(name("vl.json"), spec)?;
            continue;
        }
        if let Value::Animation(animation) = &value {
            plots += 1;
            let started = std::time::Instant::now();
            let file = animation_png(animation).unwrap_or_default();
            let milliseconds = started.elapsed().as_millis();
            println!(
                "plot-{plots:02} {} KiB {milliseconds} ms  {cell}",
                file.len() / 1024
            );
            std::fs::write(folder.join(format!("plot-{plots:02}.png")), file)?;
            continue;
        }
        let bundle = render(&value, &RenderOptions::default());
        if let Some(latex) = bundle.latex() {
            let latex =
                latex.trim_start_matches('$').split('$').next().unwrap_or_default();
            let mathml = latex_to_mathml(latex).is_some();
            formulas.push(
                serde_json::json!({ "cell": cell, "latex": latex, "mathml": mathml }),
            );
        }
    }
    std::fs::write(
        folder.join("formulas.json"),
        serde_json::to_string_pretty(&formulas)?,
    )?;
    println!("{plots} plots, {} formulas", formulas.len());
    Ok(())
}
