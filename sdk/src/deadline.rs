//! Deadlines of futures.
//!
//! The caller decides what a missed deadline means.
//!
//! Invariant: time does not count while a future is ready but is not polled, so a consumer that pauses between two polls
//! does not time out.
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::{Duration, Instant};

use crate::ambient::Clock;
use crate::box_future::BoxFuture;

/// Runs a future for at most `limit`. Drops it and returns `None` after that.
pub(crate) async fn within<F: Future>(
    clock: &Arc<dyn Clock>,
    limit: Duration,
    future: F,
) -> Option<F::Output> {
    let mut time = Stopwatch::start(clock, None);
    time.within(Some(limit), future).await
}

/// The deadline of a future that is polled through [`Deadline::poll`].
pub(crate) struct Deadline {
    limit: Duration,
    /// `None` until the future is first pending, and for a limit beyond the clock's range.
    ends: Option<Instant>,
    timer: Option<BoxFuture<'static, ()>>,
    wakes: Arc<Wakes>,
    rested: Duration,
}

impl Deadline {
    pub(crate) fn new(clock: &Arc<dyn Clock>, limit: Duration) -> Self {
        Self {
            limit,
            ends: None,
            timer: None,
            wakes: Arc::new(Wakes {
                clock: clock.clone(),
                seen: Mutex::default(),
            }),
            rested: Duration::ZERO,
        }
    }

    /// Returns the time that did not count because the future was not polled.
    pub(crate) fn rested(&self) -> Duration {
        self.rested
    }

    /// Polls; ready with `None` after the deadline.
    pub(crate) fn poll<T>(
        &mut self,
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Option<T>> {
        let clock = &*self.wakes.clock;
        let woken = self.wakes.listen(context.waker());
        if let (Some(ends), Some(woken)) = (self.ends, woken)
            && woken < ends
        {
            let now = clock.now();
            // The future was woken in time but not polled, so the time that was left then is left now. If the clock jumps,
            // only time beyond the deadline was moved by hand.
            if ends < now || !clock.jumps() {
                self.rested += now - woken;
                self.ends = ends.checked_add(now - woken);
            }
        }
        let waker = Waker::from(self.wakes.clone());
        if let Poll::Ready(output) = poll(&mut Context::from_waker(&waker)) {
            return Poll::Ready(Some(output));
        }
        // A future that is ready at once needs no timer.
        let timer = self.timer.get_or_insert_with(|| {
            let now = clock.now();
            self.ends = self.ends.or_else(|| now.checked_add(self.limit));
            let left = self.ends.map_or(self.limit, |ends| ends - now);
            clock.sleep(left)
        });
        ready!(timer.as_mut().poll(context));
        self.timer = None;
        if self.ends.is_none_or(|ends| ends <= clock.now()) {
            return Poll::Ready(None);
        }
        // The deadline has moved since the timer was set, or the clock ended the wait too early. The next poll sets a timer.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Records the first wake since the last poll.
struct Wakes {
    clock: Arc<dyn Clock>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    first: Option<Instant>,
    waker: Option<Waker>,
}

impl Wakes {
    /// Forwards wakes to `waker` from now on; returns the time of the first wake before.
    fn listen(&self, waker: &Waker) -> Option<Instant> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut seen.waker {
            Some(held) => held.clone_from(waker),
            None => seen.waker = Some(waker.clone()),
        }
        seen.first.take()
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let now = self.clock.now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.first.get_or_insert(now);
        let waker = seen.waker.clone();
        drop(seen);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Measures time, except while it is paused.
pub(crate) struct Stopwatch {
    clock: Arc<dyn Clock>,
    /// The maximum, if any.
    limit: Option<Duration>,
    began: Instant,
    rested: Duration,
    /// The start of the current pause.
    paused: Option<Instant>,
}

impl Stopwatch {
    pub(crate) fn start(clock: &Arc<dyn Clock>, limit: Option<Duration>) -> Self {
        Self {
            clock: clock.clone(),
            limit,
            began: clock.now(),
            rested: Duration::ZERO,
            paused: None,
        }
    }

    /// Pauses until [`Stopwatch::resume`].
    pub(crate) fn pause(&mut self) {
        self.paused = Some(self.clock.now());
    }

    pub(crate) fn resume(&mut self) {
        if let Some(since) = self.paused.take() {
            self.rested += self.clock.now().saturating_duration_since(since);
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        let passed = self.clock.now().saturating_duration_since(self.began);
        passed.saturating_sub(self.rested)
    }

    /// Returns the rest of the limit, if there is a limit.
    pub(crate) fn left(&self) -> Option<Duration> {
        let limit = self.limit?;
        Some(limit.saturating_sub(self.elapsed()))
    }

    /// Runs a future for at most `limit`. Drops it and returns `None` after that.
    pub(crate) async fn within<F: Future>(
        &mut self,
        limit: Option<Duration>,
        future: F,
    ) -> Option<F::Output> {
        let Some(limit) = limit else {
            return Some(future.await);
        };
        let mut future = pin!(future);
        let mut deadline = Deadline::new(&self.clock, limit);
        let output =
            poll_fn(|context| deadline.poll(context, |context| future.as_mut().poll(context)))
                .await;
        self.rested += deadline.rested();
        output
    }

    pub(crate) async fn sleep(&mut self, wait: Duration) {
        let began = self.clock.now();
        self.clock.sleep(wait).await;
        let slept = self.clock.now().saturating_duration_since(began);
        self.rested += slept.saturating_sub(wait);
    }
}
