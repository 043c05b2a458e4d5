//! Ends a wait when its time is over.
//!
//! Must never decide what a missed deadline means.
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::ambient::Clock;

/// What the future comes to, or `None` if `limit`, should there be one, passes first; the future is then dropped.
pub(crate) async fn within<F: Future>(
    clock: &dyn Clock,
    limit: Option<Duration>,
    future: F,
) -> Option<F::Output> {
    let mut future = pin!(future);
    // Only what does not answer at once needs a timer.
    let mut timer = None;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => match limit {
            Some(limit) => timer
                .get_or_insert_with(|| clock.sleep(limit))
                .as_mut()
                .poll(context)
                .map(|()| None),
            None => Poll::Pending,
        },
    })
    .await
}
