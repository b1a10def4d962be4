//! Numbers of NumPy 2.4.6, SciPy 1.17.1 and nitime 0.12.1, mne-connectivity 0.9.0 for phases, phase lag and multitaper estimates.
//!
//! Phases: qa = 0.3 i + 0.4 sin(0.05 i), qb = 0.3 i - 0.9 + 0.8 cos(0.031 i), i from 0 to 499.

/// PLV, mean phase, Rayleigh probability for n = 40.
pub(super) const PLV: [f64; 2] = [0.8521198919536704, 0.8876762426215257];

/// 2:3 PLV and mean phase.
pub(super) const PLV_23: [f64; 2] = [0.005931160752246618, 0.11855923843646551];

/// Resultant length and Rayleigh probability of 1.7 qa[:40] (formula of CircStat's circ_rtest).
pub(super) const RAYLEIGH: [f64; 2] = [0.08678317915500953, 0.7422403904913042];

/// Signed phase lag index.
pub(super) const PLI: [f64; 1] = [0.86];

/// Number of bins and synchronisation index.
pub(super) const SYNC: [f64; 2] = [22.0, 0.3595416284070541];

/// Mutual information of 8 by 8 bins.
pub(super) const MUTUAL: [f64; 1] = [0.8686276031746863];

/// Across 10 Hann segments of 100 samples of `a` and `b` at bins 1, 4, 5, 20, 33, 49: phase locking.
pub(super) const SEGMENT_PLV: [f64; 6] = [
    0.3810109141771584,
    0.9950219090630862,
    0.9949417435355085,
    0.06427592665300075,
    0.19371809728834144,
    0.84801269231006,
];

/// Phase lag index.
pub(super) const SEGMENT_PLI: [f64; 6] = [0.4, 1.0, 1.0, 0.2, 0.2, 0.0];

/// Weighted phase lag index.
pub(super) const SEGMENT_WPLI: [f64; 6] = [
    0.7143626100415785,
    1.0,
    1.0,
    0.07133936734856995,
    0.16415982848146538,
    0.4564822462141005,
];

/// Debiased square.
pub(super) const SEGMENT_DEBIASED: [f64; 6] = [
    0.41619001788845944,
    1.0,
    1.0,
    -0.1535872799521235,
    -0.12914128453964077,
    0.06223812067899391,
];

/// Of `a[:500]` and `b[:500]`.
pub(super) const MEAN_PHASE_COHERENCE: [f64; 2] =
    [0.7027392371318741, 0.9042478064429652];

/// Mean over `dpss(501, 4, 7)` of |rfft|², one-sided, of `a[:501]` less its mean, at bins 0, 1, 10, 24, 40, 88, 200, 250.
pub(super) const MT_UNIFORM: [f64; 8] = [
    0.003659130585794875,
    0.03876774753213509,
    0.57321473181801,
    34.71220365075736,
    0.006605763377143024,
    8.699877584237122,
    0.06300903667015349,
    0.07204582121646157,
];

/// `nitime.algorithms.multi_taper_psd(a[:501], Fs=1, NW=4)` (7 tapers concentrated by more than 0.9, weighted by concentration).
pub(super) const MT_NITIME: [f64; 8] = [
    0.0035306989019485485,
    0.03725011537071514,
    0.5736585114275433,
    34.84912579177086,
    0.006543900441004742,
    8.741828782109293,
    0.06227540087140938,
    0.07226000319601293,
];

/// Jackknife variance of ln S for uniform weights, by numpy.
pub(super) const MT_JACKKNIFE: [f64; 8] = [
    0.9101361684913146,
    1.324801744457847,
    0.26780975987305816,
    0.30951615302774377,
    0.1272678373575416,
    0.22370816636059224,
    0.24869912115667414,
    0.12576311081322394,
];

/// Thomson's adaptive weights after 5000 rounds.
pub(super) const MT_ADAPTIVE: [f64; 8] = [
    0.00017930743093960336,
    0.00037009575471310725,
    0.5750746688679633,
    34.583268176075364,
    0.003935773174173872,
    8.67124439470354,
    0.044974704037030744,
    0.07264698968652024,
];

/// F for a line.
pub(super) const MT_F: [f64; 8] = [
    0.10552275024218843,
    0.42261636341371456,
    271.7874251115178,
    271.67332216151806,
    3.7219181157524805,
    22.691408066627194,
    0.14643433686558877,
    0.0021506514568188735,
];

/// `scipy.stats.f.sf(F, 2, 12)`.
pub(super) const MT_F_PROBABILITY: [f64; 8] = [
    0.90067970991416,
    0.6647152056878332,
    1.015387959323069e-10,
    1.0178940232635052e-10,
    0.05525807470672805,
    8.36365920827929e-05,
    0.8653026308636167,
    0.9978520440589527,
];

/// Amplitude of the line.
pub(super) const MT_AMPLITUDE: [f64; 8] = [
    0.0009527655337231854,
    0.008557618182621218,
    0.12688711349386214,
    0.9874110177158775,
    0.008520584579494018,
    0.44443865064472265,
    0.006564652125254229,
    0.0008608677254238867,
];

/// Coherency of `a[:501]` and `b[:501]` with uniform weights.
pub(super) const MT_COHERENCY: [(f64, f64); 8] = [
    (-0.3424453479089365, 0.0),
    (-0.26878039352110883, 0.2696172543523292),
    (0.7415585417255672, 0.3195496330708061),
    (0.6100276942316643, -0.7779979098222484),
    (-0.20517426822056983, 0.11028954887071139),
    (-0.8195035808634555, -0.5519259235252902),
    (-0.011133373168309516, 0.08598813188485348),
    (-0.8021314178118446, -0.019870980529085428),
];

/// Lower jackknife limits of its square.
pub(super) const MT_LOWER: [f64; 8] = [
    0.0,
    0.0,
    0.02619834690396231,
    0.9209028981738442,
    0.0,
    0.8512946968688913,
    0.0,
    0.5407548221494668,
];

/// Upper ones.
pub(super) const MT_UPPER: [f64; 8] = [
    0.8260833741551991,
    0.6093225160505038,
    0.939024419434937,
    0.9936859613578843,
    0.643187076130856,
    0.9964032509010725,
    0.7577593664524056,
    0.7290642339447332,
];

/// Jackknife deviation of the phase.
pub(super) const MT_PHASE_DEVIATION: [f64; 8] = [
    0.0,
    0.5652813616549892,
    0.10898398253761774,
    0.08737275581466383,
    0.9433785305527786,
    0.015021460164282218,
    1.8137993642342178,
    0.2368322971910388,
];
/// `spectral_connectivity_epochs(…, mode='fourier')` of mne-connectivity 0.9.0 for 10 epochs of 100 samples of `a` and `b` at
/// bins 5, 20, 33, 49: phase locking.
pub(super) const MNE_PLV: [f64; 4] =
    [0.9948339129119348, 0.06272367957180862, 0.1974556156364885, 0.8495889722129742];
/// Phase lag index of it.
pub(super) const MNE_PLI: [f64; 4] = [1.0, 0.0, 0.4, 0.2];
/// Weighted phase lag index of it.
pub(super) const MNE_WPLI: [f64; 4] =
    [1.0, 0.07141859025078251, 0.15867305968795936, 0.5084950668352236];
/// Debiased square of it.
pub(super) const MNE_WPLI2_DEBIASED: [f64; 4] =
    [1.0, -0.15333545573119622, -0.12817452189384745, 0.11938203635804664];
/// Imaginary coherency of it, from X conj(Y).
pub(super) const MNE_IMCOH: [f64; 4] =
    [0.7767234179578738, -0.04070730932556766, -0.09598074058701343, -0.2197995199291758];
/// Coherence of it, not squared.
pub(super) const MNE_COH: [f64; 4] =
    [0.9889666276690527, 0.10751328844231701, 0.19239596794764233, 0.8053566676426475];
