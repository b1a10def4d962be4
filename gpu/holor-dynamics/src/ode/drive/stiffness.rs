//! The automatic choice between explicit and implicit methods.

use super::super::Switch;
use super::super::options::Method;
use super::Run;

/// Beyond this the automatic choice stays with explicit methods.
const MOST_AUTOMATIC: usize = 600;

impl Run {
    /// Lets the automatic choice change the method.
    pub(super) fn judge_stiffness(&mut self, h: f64, stiffness: f64, any_size: bool) {
        if self.options.method != Method::Auto {
            return;
        }
        let size = self.state.y.len();
        let state = &mut self.state;
        match state.method {
            Method::Radau => {
                let bound = state.radau.bound(h, size);
                let calm = bound > 0.0 && bound < 1.0;
                state.calm_votes = if calm { state.calm_votes + 1 } else { 0 };
                if state.calm_votes < 10 || self.switches.len() < 2 {
                    return;
                }
                let method = if self.options.is_strict() {
                    Method::Dop853
                } else {
                    Method::DormandPrince
                };
                let why = format!("no longer stiff: |h λ| is at most {bound:.2}");
                self.switches.push(Switch { t: state.t, method, why });
                state.method = method;
                state.previous_error = 1e-4;
            }
            _ => {
                // HW IV.2: beyond the border of the stability region for 15 steps, without 6 calm ones in a row.
                let border = if state.method == Method::Dop853 { 6.1 } else { 3.25 };
                if stiffness > border {
                    state.stiff_votes += 1;
                    state.calm_votes = 0;
                } else {
                    state.calm_votes += 1;
                    if state.calm_votes >= 6 {
                        state.stiff_votes = 0;
                    }
                }
                if state.stiff_votes < 15 {
                    return;
                }
                if size > MOST_AUTOMATIC && !any_size {
                    if self.switches.len() < 2 {
                        let why = format!(
                            "stiff, but {size} unknowns are more than the {MOST_AUTOMATIC} for which Radau's full matrices are chosen: steps stay short"
                        );
                        self.switches.push(Switch {
                            t: state.t,
                            method: state.method,
                            why,
                        });
                    }
                    return;
                }
                let why = format!(
                    "stiff: |h λ| is about {stiffness:.1}, at the border of stability of {}",
                    state.method.name()
                );
                self.switches.push(Switch { t: state.t, method: Method::Radau, why });
                state.method = Method::Radau;
                state.radau.restart();
            }
        }
        let state = &mut self.state;
        state.stiff_votes = 0;
        state.calm_votes = 0;
    }
}
