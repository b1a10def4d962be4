//! What a run needs in order to go on.

/// What is needed to go on.
#[derive(Debug)]
pub struct Continuation {}
