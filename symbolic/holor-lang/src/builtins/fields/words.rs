//! The words that options of `evolve` take.

use crate::builtin::word;
use crate::field::EvolutionSystem;

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

impl GridWord {
    /// Whether the grid is to be staggered: where that was asked for, or nothing was and a fluid sticks to walls.
    pub(crate) fn is_staggered(
        given: Option<Self>,
        limited: bool,
        evolution: &EvolutionSystem,
    ) -> bool {
        match given {
            Some(word) => word == Self::Staggered,
            None => {
                !limited && holor_field::discretise::needs_staggered(&evolution.system)
            }
        }
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
