//! `%name` and `%%name`.

use super::names::nearest;
use super::{Change, Evaluator, Scope};
use crate::ast::Name;
use crate::{Diagnostic, Result, Span, Value, codes, syntax};

/// A magic: its name, whether it takes the rest of the cell, one line about it.
#[derive(Debug)]
pub(crate) struct Magic {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    run: Run,
}

#[derive(Clone, Copy, Debug)]
enum Run {
    Time,
    Who,
    Reset,
    Magics,
    Missing,
}

/// The magics.
pub(crate) static MAGICS: &[Magic] = &[
    Magic {
        name: "time",
        summary: "runs the rest of the line (or cell) and prints how long it took",
        run: Run::Time,
    },
    Magic { name: "who", summary: "lists the variables", run: Run::Who },
    Magic {
        name: "reset",
        summary: "forgets every definition, declaration and assumption",
        run: Run::Reset,
    },
    Magic { name: "magics", summary: "lists the magics", run: Run::Magics },
    Magic {
        name: "wolfram",
        summary: "runs the cell in a Wolfram kernel",
        run: Run::Missing,
    },
    Magic {
        name: "rust",
        summary: "compiles and runs the cell as Rust",
        run: Run::Missing,
    },
    Magic { name: "latex", summary: "reads the cell as LaTeX", run: Run::Missing },
];

impl Evaluator<'_> {
    /// Runs a magic.
    pub(super) fn magic(
        &self,
        name: &Name,
        arguments: &str,
        body: Option<&(String, Span)>,
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        let Some(magic) = MAGICS.iter().find(|magic| magic.name == &*name.text) else {
            return Err(unknown(name));
        };
        match magic.run {
            Run::Time => {
                let text = body.map_or(arguments, |(text, _)| text);
                let start = self.world().seconds();
                let value = self.run_text(text, span, scope);
                let elapsed = self.world().seconds() - start;
                self.world().print(&format!("{}\n", duration(elapsed)));
                value
            }
            Run::Who => {
                let lines: Vec<String> = self
                    .state()
                    .variables
                    .iter()
                    .filter(|(_, value)| !value.is_basis_element())
                    .map(|(name, value)| {
                        format!("{name}  {}  {}\n", value.kind(), value.brief())
                    })
                    .collect();
                let text = if lines.is_empty() {
                    "no variables\n".into()
                } else {
                    lines.concat()
                };
                self.world().print(&text);
                Ok(Value::Nothing)
            }
            Run::Reset => {
                self.change(Change::ForgetAll);
                Ok(Value::Nothing)
            }
            Run::Magics => {
                let lines: Vec<String> = MAGICS
                    .iter()
                    .map(|magic| format!("%{}  {}\n", magic.name, magic.summary))
                    .collect();
                self.world().print(&lines.concat());
                Ok(Value::Nothing)
            }
            Run::Missing => Diagnostic::error(
                &codes::E0603_NOT_AVAILABLE,
                format!("`%%{}` is not part of this build", magic.name),
            )
            .at(name.span)
            .into(),
        }
    }

    /// Runs a piece of the cell's text as statements.
    fn run_text(&self, text: &str, span: Span, scope: &mut Scope) -> Result<Value> {
        let source = self.sources.add_part(span.source, text);
        let parsed = syntax::parse(&source);
        let mut errors = Vec::new();
        for diagnostic in parsed.diagnostics {
            match diagnostic.severity {
                crate::Severity::Error => errors.push(diagnostic),
                crate::Severity::Warning => self.warn(diagnostic),
            }
        }
        if let Some(first) = errors.into_iter().next() {
            return first.into();
        }
        self.block(&parsed.cell.statements, scope)
    }
}

fn unknown(name: &Name) -> Box<Diagnostic> {
    let mut error = Diagnostic::error(
        &codes::E0106_UNKNOWN_MAGIC,
        format!("there is no magic `%{}`", name.text),
    )
    .at(name.span);
    let names = || MAGICS.iter().map(|magic| magic.name);
    if let Some(near) = nearest(&name.text, names()) {
        error = error.hint(format!("did you mean `%{near}`?"));
    }
    let all: Vec<String> = names().map(|name| format!("%{name}")).collect();
    Box::new(error.hint(format!("one of {}", all.join(", "))))
}

/// Seconds as a person says them.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.0} µs", s * 1e6),
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s if s < 120.0 => format!("{s:.2} s"),
        s => format!("{:.0} min {:.0} s", (s / 60.0).floor(), s % 60.0),
    }
}
