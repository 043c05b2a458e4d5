//! The future type of object-safe asynchronous traits.
use std::pin::Pin;

/// A boxed future, for object-safe asynchronous traits.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
