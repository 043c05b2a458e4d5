//! The commands of the program.

pub(crate) mod record;
pub(crate) mod sandbox;
mod termination;
pub(crate) mod verify;
