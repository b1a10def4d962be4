//! Loops for the vectors of the machine at hand.

/// A loop compiled once for any machine and once for AVX2, chosen at run time.
macro_rules! wide {
    ($name:ident ($($argument:ident: $type:ty),*) $body:block) => {
        fn $name($($argument: $type),*) {
            #[inline(always)]
            fn plain($($argument: $type),*) $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn wide($($argument: $type),*) {
                    plain($($argument),*);
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the machine has the instructions.
                    return unsafe { wide($($argument),*) };
                }
            }
            plain($($argument),*);
        }
    };
}

pub(crate) use wide;
