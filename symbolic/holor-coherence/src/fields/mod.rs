//! Fields and light: order parameters, correlations, degrees of coherence, defects.
