//! Words as arguments, `device = cuda`: what is said of one that is none.

use super::{Call, nearest};
use crate::ast::{Ast, AstKind};
use crate::builtin::{Builtin, Parameter};
use crate::syntax::children;
use crate::world::World;
use crate::{Diagnostic, Span, codes};

/// What a side of a box can do.
const SIDES: &[&str] = &[
    "periodic",
    "antiperiodic",
    "dirichlet",
    "neumann",
    "robin",
    "absorbing",
    "clamped",
    "free",
    "outflow",
    "centre",
];

/// What words are called elsewhere.
static ELSEWHERE: &[(&str, &str)] = &[
    ("absorb", "absorbing"),
    ("bits32", "single"),
    ("bits64", "double"),
    ("card", "cuda"),
    ("closed", "neumann"),
    ("cyclic", "periodic"),
    ("every", "all"),
    ("f32", "single"),
    ("f64", "double"),
    ("fd", "differences"),
    ("fft", "spectral"),
    ("final", "last"),
    ("finite_difference", "differences"),
    ("finite_differences", "differences"),
    ("fixed", "dirichlet"),
    ("float", "single"),
    ("float32", "single"),
    ("float64", "double"),
    ("fourier", "spectral"),
    ("gpu", "cuda"),
    ("hinged", "dirichlet"),
    ("host", "cpu"),
    ("insulated", "neumann"),
    ("mixed", "robin"),
    ("no_flux", "neumann"),
    ("noflux", "neumann"),
    ("nvidia", "cuda"),
    ("open", "outflow"),
    ("pinned", "dirichlet"),
    ("processor", "cpu"),
    ("pseudospectral", "spectral"),
    ("radiation", "absorbing"),
    ("reflect", "neumann"),
    ("reflecting", "neumann"),
    ("reflective", "neumann"),
    ("sommerfeld", "absorbing"),
    ("symmetric", "neumann"),
    ("wall", "neumann"),
    ("wrap", "periodic"),
    ("zero_flux", "neumann"),
];

/// The words that a parameter takes; none where it takes any value.
fn words_of(builtin: &Builtin, parameter: &Parameter) -> &'static [&'static str] {
    match parameter.words {
        [] if builtin.topic == "fields" && parameter.name == "boundary" => SIDES,
        words => words,
    }
}

/// The error for a word that a parameter does not take, in the place of one that says that there is nothing of this name; `error` itself
/// where it is about something else.
pub(super) fn no_word(
    world: &dyn World,
    builtin: &Builtin,
    parameter: Option<&Parameter>,
    ast: &Ast,
    error: Box<Diagnostic>,
) -> Box<Diagnostic> {
    let Some(parameter) = parameter else { return error };
    // A name where a text is wanted, without its quotes.
    if let (AstKind::Name(name), "a string") = (&ast.kind, parameter.kind)
        && parameter.named
        && Some(name.span) == error.span
        && error.code.name == codes::E0101_UNKNOWN_NAME.name
    {
        let hint = format!("{} = \"{}\"", parameter.name, name.text);
        return Box::new(Diagnostic { hints: vec![hint], ..*error });
    }
    let words = words_of(builtin, parameter);
    let unknown = [codes::E0101_UNKNOWN_NAME.name, codes::E0102_UNKNOWN_FUNCTION.name];
    if words.is_empty() || !unknown.contains(&error.code.name) {
        return error;
    }
    // The word itself, or one in a list of words.
    let mut trees = vec![ast];
    while let Some(ast) = trees.pop() {
        match &ast.kind {
            AstKind::Name(name) if Some(name.span) == error.span => {
                let mut said = said_of(world, parameter, words, &name.text);
                said.code = error.code;
                said.span = error.span;
                return Box::new(said);
            }
            AstKind::Name(_) | AstKind::List(_) | AstKind::Call { .. } => {}
            _ => return error,
        }
        children(ast, &mut trees);
    }
    error
}

/// What is said of a word that a parameter does not take, with the nearest that it takes.
fn said_of(
    world: &dyn World,
    parameter: &Parameter,
    words: &[&'static str],
    given: &str,
) -> Diagnostic {
    let lower = given.to_lowercase();
    let same = words.iter().find(|word| word.to_lowercase() == lower);
    let elsewhere = || {
        let known = ELSEWHERE.iter().find(|(other, _)| *other == lower);
        known.map(|(_, own)| own).filter(|own| words.contains(own))
    };
    let near = same.or_else(elsewhere).copied();
    let near = near.or_else(|| nearest(given, words.iter().copied()));
    let all = match parameter.kind.contains(words.first().copied().unwrap_or_default()) {
        true => parameter.kind.to_owned(),
        false => words.join(", "),
    };
    // A word that it takes stands in a list.
    let message = match words.contains(&given) {
        true => format!("`{}` takes one word and no list: {all}", parameter.name),
        false => {
            format!("there is no `{given}` for `{}`: it takes {all}", parameter.name)
        }
    };
    let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message);
    if parameter.name == "device" && near == Some("cuda") && has_no_card(world) {
        let message = format!("{}; there is no graphics card here", error.message);
        return Diagnostic { message, ..error }.hint("device = cpu");
    }
    match near {
        Some(near) => error.hint(format!("{} = {near}", parameter.name)),
        None => error,
    }
}

/// Whether a world knows its devices, and no card is among them.
fn has_no_card(world: &dyn World) -> bool {
    let there = world.devices().unwrap_or_default();
    let is = |start: &str| there.iter().any(|device| device.word.starts_with(start));
    is("cpu") && !is("cuda")
}

impl Call<'_> {
    /// The error for a text that is none of the words that a parameter takes; `None` where it takes any.
    pub(crate) fn no_word(
        &self,
        parameter: &str,
        text: &str,
        span: Span,
    ) -> Option<Box<Diagnostic>> {
        let builtin = self.record();
        let parameter = builtin.parameters.iter().find(|own| own.name == parameter)?;
        let words = words_of(builtin, parameter);
        let world = self.world();
        let said = (!words.is_empty()).then(|| said_of(world, parameter, words, text))?;
        Some(Box::new(said.at(span)))
    }
}

#[cfg(test)]
mod tests {
    use crate::Session;
    use crate::world::NoWorld;

    #[test]
    fn a_word_that_is_none_is_told_the_others() {
        let session = Session::new();
        let error = |cell: &str| {
            let outcome = session.run(cell, "cell", 1, &NoWorld);
            let error = outcome.errors.into_iter().next().expect("an error");
            (error.message, error.hints.join(" | "))
        };
        session.run(
            "B = box(x = 0..1; points = 8, boundary = periodic); u = field(B, sin(x)); eq = diff(u, t) == diff(u, x, 2);",
            "cell",
            1,
            &NoWorld,
        );
        for (option, hint) in [
            ("device = gpu", "device = cuda"),
            ("device = \"gpu\"", "device = cuda"),
            ("device = cida", "device = cuda"),
            ("device = \"cuda:al\"", "device = \"cuda:all\""),
            ("precision = float32", "precision = single"),
            ("precision = \"dubble\"", "precision = double"),
            ("space = spektral", "space = spectral"),
            ("frames = lsat", "frames = last"),
            ("noise = Ito", "noise = ito"),
            ("method = rk5", "method = rk4"),
        ] {
            let (message, hints) = error(&format!("evolve(eq, t = 0..1, {option})"));
            assert!(hints.starts_with(hint), "{option}: {message} | {hints}");
        }
        let (message, _) = error("evolve(eq, t = 0..1, precision = quadruple)");
        assert!(message.contains("it takes single or double"), "{message}");
        for (side, hint) in
            [("reflecting", "neumann"), ("[dirchlet, neumann]", "dirichlet")]
        {
            let (message, hints) =
                error(&format!("box(x = 0..1; points = 8, boundary = {side})"));
            assert!(message.contains("absorbing"), "{message}");
            assert_eq!(hints, format!("boundary = {hint}"));
        }
        let (message, _) = error("evolve(eq, t = 0..1, device = [cuda, cpu])");
        assert!(message.contains("takes one word and no list"), "{message}");
        let (message, hints) = error("evolve(eq, t = 0..1, device = cuda:1)");
        assert!(message.contains("`cuda:1` stands in quotes"), "{message}");
        assert_eq!(hints, "\"cuda:1\"");
        let (message, hints) = error("field(B, complx, 0)");
        assert_eq!(hints, "field(B, complex, …)", "{message}");
        let (_, hints) = error("evolve(eq, t = 0..1, checkpoint = run1)");
        assert_eq!(hints, "checkpoint = \"run1\"");
        // A name inside of a formula is a name.
        let (message, _) = error("evolve(eq, t = 0..1, precision = 2*foo)");
        assert!(message.contains("there is nothing called `foo`"), "{message}");
    }
}
