//! Paginated lists, as streams of pages and of items.

mod continuation;
mod items;
mod pages;
mod walk;

pub use continuation::{Continuation, InvalidContinuation};
pub use items::Items;
pub use pages::Pages;
