//! Lists: page after page, and element after element.

mod continuation;
mod items;
mod pages;
mod walk;

pub use continuation::{Continuation, InvalidContinuation};
pub use items::Items;
pub use pages::Pages;
