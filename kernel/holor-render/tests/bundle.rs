//! What a front end gets for a value.

use holor_lang::{NoWorld, Session, Value};
use holor_render::{Bundle, RenderOptions, plot_png, plot_svg, plot_vega_lite, render};

fn value(cell: &str) -> Value {
    let outcome = Session::new().run(cell, "test", 1, &NoWorld);
    assert!(outcome.errors.is_empty(), "{cell}: {:?}", outcome.errors);
    outcome.value.expect("a value")
}

fn bundle(cell: &str) -> Bundle {
    render(&value(cell), &RenderOptions::default())
}

#[test]
fn formulas_have_plain_text_and_latex() {
    let bundle = bundle("x^2/2");
    assert_eq!(bundle.plain(), "x^2/2");
    assert_eq!(bundle.latex(), Some(r"$\displaystyle \frac{x^{2}}{2}$"));
    assert!(!bundle.elided);
    for cell in ["[[1, 2], [3, 4]]", "[x, 2]", "1..3", "x == 2"] {
        let bundle = self::bundle(cell);
        assert_eq!(bundle.plain(), cell);
        assert!(bundle.latex().is_some());
    }
    let text = self::bundle("\"a string\"");
    assert_eq!((text.plain(), text.latex()), ("\"a string\"", None));
}

#[test]
fn long_results_are_shortened_and_say_how_to_see_the_rest() {
    let long = bundle("expand((a + b + c + d + f)^14)");
    assert!(long.elided);
    assert!(
        long.plain().contains("more characters⟩") && long.plain().contains("print(_)")
    );
    let latex = long.latex().unwrap();
    assert!(latex.contains("more terms") && latex.len() < 9_000);
    assert!(latex.contains(r"\begin{aligned}"));
    let number = bundle("2^1000");
    assert!(!number.elided);
    assert_eq!(number.plain().len(), 302);
}

#[test]
fn plots_come_as_vega_lite_and_png() {
    let plot = value("plot([sin(x), 1/x], x = -3..3)");
    let bundle = render(&plot, &RenderOptions { svg: true, ..RenderOptions::default() });
    assert_eq!(bundle.plain(), "plot of sin(x), 1/x for x = -3..3");
    assert!(bundle.png().unwrap().starts_with("iVBORw0KGgo"));
    assert!(bundle.svg().unwrap().starts_with("<svg"));
    let spec = bundle.vega_lite().unwrap();
    assert_eq!(spec["layer"][0]["params"][0]["bind"], "scales");
    assert_eq!(bundle.metadata["image/png"]["width"], 600);
    let Value::Plot(plot) = plot else { panic!("not a plot") };
    // The second curve is in two pieces and has its pole.
    let text = plot_vega_lite(&plot).to_string();
    assert!(
        text.contains("\"p\":1") && text.contains("\"type\":\"rule\""),
        "{}",
        &text[..400]
    );
    assert!(text.len() < 200_000, "{}", text.len());
}

#[test]
fn heat_maps_stay_small() {
    let Value::Plot(plot) = value("plot(sin(x) cos(y), x = -3..3, y = -3..3)") else {
        panic!()
    };
    let spec = plot_vega_lite(&plot);
    let cells = spec["layer"][0]["data"]["values"].as_array().unwrap().len();
    assert!(cells <= 15_000 && cells > 10_000, "{cells}");
    assert!(spec.to_string().len() < 900_000, "{}", spec.to_string().len());
    assert!(plot_png(&plot, 1.0).unwrap().len() < 400_000);
}

#[test]
fn pictures_joined_in_one_page_share_no_ids() {
    let ids = |cell: &str| -> Vec<String> {
        let Value::Plot(plot) = value(cell) else { panic!() };
        let svg = plot_svg(&plot);
        assert!(!svg.contains("id=\"@") && !svg.contains("#@"));
        svg.split("id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().into())
            .collect()
    };
    let (a, b) = (ids("plot(sin(x), x = 0..1)"), ids("plot(cos(x), x = 0..1)"));
    assert!(!a.is_empty() && a.iter().all(|id| !b.contains(id)));
}

#[test]
fn clear_errors_for_what_cannot_be_drawn() {
    let message = |cell: &str| {
        let outcome = Session::new().run(cell, "test", 1, &NoWorld);
        let error = outcome.errors.first().unwrap().clone();
        (error.code.name, error.message, error.hints.join(" "))
    };
    let (code, text, hint) = message("plot(a sin(x), x = 0..1)");
    assert_eq!(code, "E0401");
    assert!(text.contains("`a`") && hint.contains("subs("), "{text} {hint}");
    let (code, text, hint) = message("plot(sqrt(-1 - x^2), x = 0..1)");
    assert_eq!(code, "E0401");
    assert!(text.contains("not real") && hint.contains("abs("), "{text} {hint}");
    assert_eq!(message("plot(x, x = 0..oo)").0, "E0204");
    assert_eq!(message("plot(x y)").0, "E0202");
}

#[test]
fn functions_of_every_kind_can_be_drawn() {
    for cell in [
        "plot(sin, 0..3)",
        "plot(u -> u^2, x = 0..1)",
        "plot(y == x^2, x = 0..1)",
        "h(u) = if u < 1 then u else 2 - u; plot(h, x = 0..2)",
        "polar(1, θ = 0..2pi)",
        "parametric([[cos(t), sin(t)], [t, t]], t = 0..1)",
        "contour(x y, x = -1..1, y = -1..1, levels = [0, 1/2])",
        "points([1, 4, 9])",
        "plot(exp(x), x = 0..10, yscale = \"log\")",
    ] {
        assert!(matches!(value(cell), Value::Plot(_)), "{cell}");
    }
}

#[test]
fn nearly_equal_values_are_written_as_what_they_differ_by() {
    let cell = "plot(array([124.0251067, 124.02510675, 124.02510679], t = [0, 1, 2]))";
    let spec = bundle(cell).vega_lite().unwrap().to_string();
    assert!(spec.contains("format(datum.value - (124.0251067"), "{spec}");
    assert!(spec.contains("value − 124.0251067"), "{spec}");
}

#[test]
fn dense_maps_are_one_small_picture() {
    let Value::Plot(plot) = value(
        "u = linspace(0, 6, 300); v = zeros(300, 300) + u; \
         A = array(sin(v) cos(v'), x = u, y = u); plot(A)",
    ) else {
        panic!()
    };
    let svg = plot_svg(&plot);
    assert_eq!(svg.matches("<image").count(), 1);
    assert!(svg.len() < 300_000, "{}", svg.len());
    let bundle = render(&Value::Plot(plot), &RenderOptions::default());
    assert!(bundle.vega_lite().is_none() && bundle.png().is_some());
    let small = bundle_of_small_map();
    assert!(small.vega_lite().is_some());
}

fn bundle_of_small_map() -> Bundle {
    bundle("plot(array([[1, 2], [3, 4]], x = [0, 1], y = [0, 1]))")
}

#[test]
fn animations_play_without_a_script() {
    let cell = "x0 = linspace(0, 6, 40); \
                A = array([sin(x0), sin(x0 + 1), sin(x0 + 2)], t = [0, 1, 2]); animate(A)";
    let bundle = bundle(cell);
    assert_eq!(bundle.plain(), "animation of 3 frames from t = 0 to t = 2");
    let Value::Animation(animation) = value(cell) else { panic!("no animation") };
    assert_eq!(animation.frame(1).expect("a frame").title, "t = 1");
    // The chunk acTL of an APNG, with the number of frames.
    let file = bundle.png().unwrap();
    let bytes: Vec<u8> = decode(file);
    let chunk = bytes.windows(4).position(|it| it == b"acTL").expect("animated");
    assert_eq!(bytes[chunk + 4..chunk + 8], [0, 0, 0, 3]);
    assert_eq!(bytes.windows(4).filter(|it| *it == b"fcTL").count(), 3);
    assert!(bytes.len() < 60_000, "{}", bytes.len());
}

fn decode(base64: &str) -> Vec<u8> {
    const ALPHABET: &str =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for place in base64.chars().filter_map(|letter| ALPHABET.find(letter)) {
        bits = bits << 6 | place as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 255) as u8);
        }
    }
    bytes
}
