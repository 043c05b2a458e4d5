//! One request for all who need its outcome at the same time.
//!
//! Invariant: everyone who waits brings the request on. So one who rests or goes away holds up nobody, and nobody waits
//! longer than the request takes.
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
    /// The outcome of the request under way, or else what is `known`, or else the outcome of the request that `start`
    /// makes. It ends when nobody waits for it any more. What it brings has to be `known` before it is over.
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
