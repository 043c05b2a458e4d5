//! One request, shared by all concurrent calls that need its outcome.
//!
//! Invariant: every waiting call polls the request. A call that is not polled or is dropped does not delay the others.
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{Shared, WeakShared};

use crate::box_future::BoxFuture;

pub(crate) struct Flight<T: Clone>(Mutex<Option<WeakShared<BoxFuture<'static, T>>>>);

impl<T: Clone> Default for Flight<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Flight<T> {
    /// Returns the outcome of the running request, otherwise the `known` outcome, otherwise that of the request that
    /// `start` creates.
    ///
    /// The request is dropped when no call waits for it. It must make its outcome `known` before it completes.
    pub(crate) async fn join(
        &self,
        known: impl FnOnce() -> Option<T>,
        start: impl FnOnce() -> BoxFuture<'static, T>,
    ) -> T {
        let request = {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let under_way = held.as_ref().and_then(WeakShared::upgrade);
            match under_way.filter(|request| request.peek().is_none()) {
                Some(request) => request,
                None => match known() {
                    Some(known) => return known,
                    None => {
                        let request: Shared<_> = start().shared();
                        *held = request.downgrade();
                        request
                    }
                },
            }
        };
        request.await
    }
}
