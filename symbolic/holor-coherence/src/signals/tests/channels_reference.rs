//! Numbers of SciPy 1.17.1, NumPy 2.4.6 and statsmodels 0.15.0 for several channels: `a`, `b`, and `c` of `tests/channels.rs`.

/// Partial coherence of `a` and `b` given `c`, by regression on `csd(nperseg=64)`, at bins 0, 3, 10, 31.
pub(super) const PARTIAL: [f64; 4] =
    [0.0018371618808942537, 0.6620014721589829, 0.07743252866520675, 0.2204796350997406];

/// Its phase.
pub(super) const PARTIAL_PHASE: [f64; 4] =
    [0.0, -1.0776301314594183, -1.7783929600092145, -2.9964858826211067];

/// Multiple coherence of `c` with `a` and `b`, by regression.
pub(super) const MULTIPLE: [f64; 4] =
    [0.010792475260851348, 0.9571370199004208, 0.7567674970873859, 0.7028513886918707];

/// `grangercausalitytests(column_stack([c, a]), [3])`, `ssr_ftest`: F, p, denominator and numerator degrees.
pub(super) const GRANGER: [f64; 4] =
    [58.03078392650884, 1.46417065879365e-34, 990.0, 3.0];

/// `VAR(column_stack([a, b, c])).fit(2)`: coefficients of lag 1, then of lag 2, row after row.
pub(super) const VAR: [f64; 18] = [
    0.9067562539342701,
    0.06801818707931981,
    -0.10627553070081786,
    0.04186206254528235,
    0.25029121381454816,
    0.29220973493691144,
    0.40398212684418144,
    0.01167316277165907,
    0.04088459245742091,
    -0.06427015321498354,
    -0.07368569871085427,
    -0.20380285504432444,
    0.14811309780530613,
    0.21637760527907313,
    0.0453199035057501,
    -0.047025093838298025,
    0.2602178542554673,
    -0.07111446559432,
];

/// Its `sigma_u`.
pub(super) const VAR_NOISE: [f64; 9] = [
    0.2994047556490277,
    0.021571117719387797,
    0.15395886502427195,
    0.021571117719387797,
    0.1944204624955861,
    0.008510022505662854,
    0.15395886502427195,
    0.008510022505662854,
    0.15150020578583515,
];

/// Its `aic` and `bic`.
pub(super) const VAR_CRITERIA: [f64; 2] = [-5.457715359042339, -5.3544880856931005];
