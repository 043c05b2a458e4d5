//! What serves releases: how two documents differ, what the public API is and how code uses it, and what a release keeps of
//! the one before.

pub(crate) mod carry_over;
pub(crate) mod diff;
pub(crate) mod public_api;
pub(crate) mod unselected;
