//! The program's commands.

mod progress;
pub(crate) mod record;
pub(crate) mod sandbox;
mod termination;
pub(crate) mod verify;
