//! The words that options of `evolve` take.

use crate::builtin::word;

word! {
    /// How space is treated.
    pub(crate) SpaceWord {
        /// As fits.
        Auto = "auto",
        /// Differences.
        Differences = "differences",
        /// Fourier transforms.
        Spectral = "spectral",
        /// The same.
        Fourier = "fourier",
    }
}

word! {
    /// Where the arrays of a run stand.
    pub(crate) GridWord {
        /// All at the points.
        Collocated = "collocated",
        /// Where the equations want them: at the points or between them.
        Staggered = "staggered",
    }
}

word! {
    /// How fluxes are reconstructed between cells.
    pub(crate) LimiterWord {
        /// Lines with the smaller slope.
        Minmod = "minmod",
        /// Lines with van Leer's mean of slopes.
        VanLeer = "van_leer",
        /// Five cells, weighted by their smoothness.
        Weno = "weno",
    }
}

word! {
    /// The numbers of a run.
    pub(crate) PrecisionWord {
        /// 32 bits.
        Single = "single",
        /// 64 bits.
        Double = "double",
        /// 32 bits, and what steps add to fields in two numbers.
        Mixed = "mixed",
    }
}

word! {
    /// What multiplicative noise means.
    pub(crate) NoiseWord {
        /// The amplitude at the beginning of a step.
        Ito = "ito",
        /// The amplitude half way.
        Stratonovich = "stratonovich",
    }
}

word! {
    /// Which frames of a run are kept.
    pub(crate) FramesWord {
        /// All.
        All = "all",
        /// The last.
        Last = "last",
    }
}
