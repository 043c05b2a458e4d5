//! The thread that runs the blocking calls of a client.
//!
//! Invariant: asynchronous code does not wait for it.
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop::poll_proceed;

use crate::error::Error;

/// The runtime of a client, created on first use. It has a thread of its own so that connections are polled between calls:
/// a connection that the service closed must not be mistaken for a lost call.
#[derive(Default)]
pub(crate) struct Worker(Mutex<Option<Arc<Runtime>>>);

impl Worker {
    pub(crate) fn runtime(&self) -> Result<Arc<Runtime>, Error> {
        if is_task() {
            let why = "a blocking call was made from asynchronous code, which it would hold up; await the call instead";
            return Err(Error::configuration(why));
        }
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = &*held {
            return Ok(runtime.clone());
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("atlas-backup")
            .enable_all()
            .build()
            .map_err(|error| Error::configuration(format!("no thread can be started: {error}")))?;
        Ok(held.insert(Arc::new(runtime)).clone())
    }
}

/// Returns true if this thread is polling a tokio task, so that it must not block. Tokio has no such function, but it
/// limits the work of a task between two yields, and does not limit `spawn_blocking`.
fn is_task() -> bool {
    /// More than tokio's limit.
    const MUCH: usize = 1_024;
    if Handle::try_current().is_err() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    (0..MUCH).any(|_| match poll_proceed(&mut context) {
        Poll::Ready(unit) => {
            unit.made_progress();
            false
        }
        Poll::Pending => true,
    })
}

impl Drop for Worker {
    fn drop(&mut self) {
        let held = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        // A client may be dropped in asynchronous code, which must not wait for the runtime.
        if let Some(runtime) = held.take().and_then(Arc::into_inner) {
            runtime.shutdown_background();
        }
    }
}
