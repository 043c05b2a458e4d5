//! The commands of the program.

mod progress;
pub(crate) mod record;
pub(crate) mod sandbox;
mod termination;
pub(crate) mod verify;
