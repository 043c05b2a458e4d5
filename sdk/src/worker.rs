//! The thread that drives the blocking calls of a client.
//!
//! Must never be waited for in asynchronous code.
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop::poll_proceed;

use crate::error::Error;

/// A client's runtime, made when it is first needed. It has a thread of its own, so that connections are looked after
/// between calls too: one that the service has closed meanwhile must not be taken for a call that was lost.
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

/// Whether this thread is polling a task of tokio's, rather than being one where blocking is allowed. Tokio says neither,
/// but a task may only do so much before it has to yield, and `spawn_blocking` has no such limit.
fn is_task() -> bool {
    /// More than any task may do at once.
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
        // A client may be dropped in asynchronous code, where no runtime may be waited for.
        if let Some(runtime) = held.take().and_then(Arc::into_inner) {
            runtime.shutdown_background();
        }
    }
}
