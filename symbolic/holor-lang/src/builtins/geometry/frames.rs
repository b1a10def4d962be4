//! Orthonormal frames and their connections.

use holor_geometry::{Connection, Metric, Tetrad};
use holor_macros::builtin;

use super::at;
use crate::builtin::Either;
use crate::evaluate::{At, Call, Change};
use crate::geometry::{HolorValue, one_forms, vectors};
use crate::{Builtin, Result, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &TETRAD,
    &COFRAME,
    &FRAME,
    &SPIN_CONNECTION,
    &ANHOLONOMY,
    &TO_FRAME,
    &FROM_FRAME,
    &CURVATURE_FORM,
    &TORSION_FORM,
    &WEITZENBOECK,
    &TELEPARALLEL_SCALAR,
];

/// An orthonormal co-frame `e^A` of a metric, `g = η_AB e^A e^B`; or the one made of given one-forms.
///
/// For a diagonal metric `e^A = sqrt(|g_AA|) dx^A`; otherwise squares are completed. Signs that the assumptions do not decide
/// are an error that names them.
///
/// ```holor
/// M = chart(r, θ) where r > 0; g = metric(dr^2 + r^2 dθ^2); tetrad(g)      # => tetrad([dr, r*dθ], signs = [1, 1])
/// M = chart(t, x); tetrad([dt, dx], signs = [-1, 1])                       # => tetrad([dt, dx], signs = [-1, 1])
/// ```
#[builtin(
    topic = "geometry",
    latex = r"e^{A}",
    since = "0.1",
    see("coframe", "frame", "spin_connection", "to_frame")
)]
fn tetrad(
    call: &Call<'_>,
    /// A metric, or a list of one-forms.
    source: Either<Metric, Vec<HolorValue>>,
    /// The squares of the frame's vectors, 1 or -1 each; for one-forms, all 1 if left out.
    #[named]
    signs: Option<Vec<i64>>,
) -> Result<Tetrad> {
    match source {
        Either::First(metric) => {
            Tetrad::new(&metric).at(call.span()).map_err(|mut error| {
                if error.code == &codes::E0307_INVALID {
                    error.hints.push("assume(… > 0); g = metric(g)".into());
                }
                error
            })
        }
        Either::Second(forms) => {
            let signs = signs.unwrap_or_else(|| vec![1; forms.len()]);
            let signs: Option<Vec<i8>> =
                signs.into_iter().map(|sign| i8::try_from(sign).ok()).collect();
            let Some(signs) = signs else {
                return Err(call.error(&codes::E0307_INVALID, "each sign is 1 or -1"));
            };
            let forms: Vec<_> = forms.into_iter().map(|form| form.holor).collect();
            at(call, Tetrad::from_coframe(&forms, &signs, None))
        }
    }
}

fn values(holors: Vec<holor_geometry::Holor>, metric: &Metric) -> Vec<HolorValue> {
    holors.into_iter().map(|holor| HolorValue::new(holor).with_metric(metric)).collect()
}

/// The one-forms `e^A` of a tetrad.
///
/// ```holor
/// M = chart(r, θ) where r > 0; coframe(tetrad(metric(dr^2 + r^2 dθ^2)))      # => [dr, r*dθ]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("tetrad", "frame"))]
fn coframe(
    /// The tetrad.
    tetrad: Tetrad,
) -> Vec<HolorValue> {
    values(one_forms(&tetrad), tetrad.metric())
}

/// The vectors `e_A` of a tetrad.
///
/// ```holor
/// M = chart(r, θ) where r > 0; frame(tetrad(metric(dr^2 + r^2 dθ^2)))      # => [∂_r, ∂_θ/r]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("tetrad", "coframe"))]
fn frame(
    /// The tetrad.
    tetrad: Tetrad,
) -> Vec<HolorValue> {
    values(vectors(&tetrad), tetrad.metric())
}

/// The spin connection `ω^A_Bμ` of a tetrad: of the Levi-Civita connection, or of the connection given.
///
/// Its first two indices count the vectors of the frame, from 1; the last is a coordinate.
///
/// ```holor
/// M = chart(r, θ) where r > 0; ω = spin_connection(tetrad(metric(dr^2 + r^2 dθ^2))); ω[^1, _2, _θ]      # => -1
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\omega^{A}{}_{B \mu}",
    since = "0.1",
    see("tetrad", "curvature_form")
)]
fn spin_connection(
    call: &Call<'_>,
    /// A tetrad, or a metric for the tetrad found for it.
    tetrad: Either<Tetrad, Metric>,
    /// The connection; that of Levi and Civita if left out.
    connection: Option<Connection>,
) -> Result<HolorValue> {
    let tetrad = match tetrad {
        Either::First(tetrad) => tetrad,
        Either::Second(metric) => at(call, Tetrad::new(&metric))?,
    };
    let spin = spin_of(call, &tetrad, connection)?;
    Ok(HolorValue::named(spin, "ω").with_metric(tetrad.metric()))
}

fn spin_of(
    call: &Call<'_>,
    tetrad: &Tetrad,
    connection: Option<Connection>,
) -> Result<holor_geometry::Holor> {
    match connection {
        Some(connection) => at(call, tetrad.spin_connection_of(&connection)),
        None => at(call, tetrad.spin_connection()),
    }
}

/// The coefficients of anholonomy, `[e_A, e_B] = C^C_AB e_C`.
///
/// ```holor
/// M = chart(r, θ) where r > 0; C = anholonomy(tetrad(metric(dr^2 + r^2 dθ^2))); C[^2, _1, _2]      # => -1/r
/// ```
#[builtin(
    topic = "geometry",
    latex = r"C^{C}{}_{A B}",
    since = "0.1",
    see("tetrad", "spin_connection")
)]
fn anholonomy(
    call: &Call<'_>,
    /// The tetrad.
    tetrad: Tetrad,
) -> Result<HolorValue> {
    Ok(HolorValue::named(at(call, tetrad.anholonomy())?, "C"))
}

/// A tensor with its coordinate indices turned into indices of a frame.
///
/// ```holor
/// M = chart(r, θ) where r > 0; E = tetrad(metric(dr^2 + r^2 dθ^2)); T = to_frame(E, dθ); T[_2]      # => 1/r
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("from_frame", "tetrad"))]
fn to_frame(
    call: &Call<'_>,
    /// The tetrad.
    tetrad: Tetrad,
    /// The tensor.
    tensor: HolorValue,
) -> Result<HolorValue> {
    Ok(HolorValue { holor: at(call, tetrad.to_frame(&tensor.holor))?, ..tensor })
}

/// A tensor with its frame indices turned into coordinate indices.
///
/// ```holor
/// M = chart(r, θ) where r > 0; E = tetrad(metric(dr^2 + r^2 dθ^2)); from_frame(E, to_frame(E, r dθ))      # => r*dθ
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("to_frame", "tetrad"))]
fn from_frame(
    call: &Call<'_>,
    /// The tetrad.
    tetrad: Tetrad,
    /// The tensor.
    tensor: HolorValue,
) -> Result<HolorValue> {
    let metric = Some(tetrad.metric().clone());
    Ok(HolorValue {
        holor: at(call, tetrad.from_frame(&tensor.holor))?,
        metric,
        ..tensor
    })
}

/// The curvature two-forms `Ω^A_B = dω^A_B + ω^A_C ∧ ω^C_B` of a spin connection.
///
/// ```holor
/// M = chart(θ, φ) where 0 < θ < π; E = tetrad(metric(dθ^2 + sin(θ)^2 dφ^2)); Ω = curvature_form(E); Ω[^1, _2, _θ, _φ]      # => sin(θ)
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\Omega^{A}{}_{B}",
    since = "0.1",
    see("spin_connection", "torsion_form", "curvature")
)]
fn curvature_form(
    call: &Call<'_>,
    /// The tetrad.
    tetrad: Tetrad,
    /// The connection; that of Levi and Civita if left out.
    connection: Option<Connection>,
) -> Result<HolorValue> {
    let spin = spin_of(call, &tetrad, connection)?;
    Ok(HolorValue::named(at(call, tetrad.curvature_form(&spin))?, "Ω"))
}

/// The torsion two-forms `Θ^A = de^A + ω^A_B ∧ e^B` of a connection in a tetrad.
///
/// ```holor
/// M = chart(r, θ) where r > 0; torsion_form(tetrad(metric(dr^2 + r^2 dθ^2))) == 0      # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\Theta^{A}",
    since = "0.1",
    see("spin_connection", "curvature_form", "torsion")
)]
fn torsion_form(
    call: &Call<'_>,
    /// The tetrad.
    tetrad: Tetrad,
    /// The connection; that of Levi and Civita if left out.
    connection: Option<Connection>,
) -> Result<HolorValue> {
    let spin = spin_of(call, &tetrad, connection)?;
    Ok(HolorValue::named(at(call, tetrad.torsion_form(&spin))?, "Θ"))
}

/// The connection in which a tetrad is parallel: without curvature, with torsion (teleparallel gravity).
///
/// ```holor
/// M = chart(r, θ) where r > 0; curvature(weitzenboeck(tetrad(metric(dr^2 + r^2 dθ^2)))) == 0      # => true
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("teleparallel_scalar", "torsion"))]
fn weitzenboeck(
    call: &Call<'_>,
    /// The tetrad.
    tetrad: Tetrad,
) -> Result<Connection> {
    let connection = at(call, tetrad.weitzenboeck_connection())?;
    call.change(Change::Connection(connection.clone()));
    Ok(connection)
}

/// The torsion scalar of teleparallel gravity, `T_abc T^abc/4 + T_abc T^cba/2 - T_a T^a`, in the connection of a tetrad.
///
/// ```holor
/// function a; M = chart(t, x, y, z); g = metric(-dt^2 + a(t)^2 (dx^2 + dy^2 + dz^2)); teleparallel_scalar(tetrad([dt, a(t) dx, a(t) dy, a(t) dz], signs = [-1, 1, 1, 1]))   # => 6*diff(a(t), t)^2/a(t)^2
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("weitzenboeck", "torsion"))]
fn teleparallel_scalar(
    call: &Call<'_>,
    /// The tetrad.
    tetrad: Tetrad,
) -> Result<HolorValue> {
    Ok(HolorValue::new(at(call, tetrad.teleparallel_scalar())?))
}
