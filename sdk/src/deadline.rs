//! Ends a wait when its time is over.
//!
//! Must never decide what a missed deadline means. Invariant: time in which a future could have gone on, but its owner
//! did not poll it, does not count: a consumer that rests between two polls loses nothing.
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::{Duration, Instant};

use crate::ambient::Clock;
use crate::box_future::BoxFuture;

/// Runs a future for `limit` at most. Gives `None`, and drops the future, if the time is over first.
pub(crate) async fn within<F: Future>(
    clock: &Arc<dyn Clock>,
    limit: Duration,
    future: F,
) -> Option<F::Output> {
    let mut time = Stopwatch::start(clock, None);
    time.within(Some(limit), future).await
}

/// The end of a wait for one future, which is polled through [`Deadline::poll`].
pub(crate) struct Deadline {
    limit: Duration,
    /// `None` before the future was pending for the first time, and for a limit that no clock reaches.
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

    /// The time in which nobody polled.
    pub(crate) fn rested(&self) -> Duration {
        self.rested
    }

    /// What `poll` comes to, or `None` once the time is over.
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
            // It could have gone on in time, but nobody polled it: what was left then is left now. Where time jumps, only
            // what is beyond the end was moved by hand.
            if ends < now || !clock.jumps() {
                self.rested += now - woken;
                self.ends = ends.checked_add(now - woken);
            }
        }
        let waker = Waker::from(self.wakes.clone());
        if let Poll::Ready(output) = poll(&mut Context::from_waker(&waker)) {
            return Poll::Ready(Some(output));
        }
        loop {
            // Only what does not answer at once needs a timer.
            let timer = self.timer.get_or_insert_with(|| {
                let now = clock.now();
                self.ends = self.ends.or_else(|| now.checked_add(self.limit));
                let left = self.ends.map_or(self.limit, |ends| ends - now);
                clock.sleep(left)
            });
            ready!(timer.as_mut().poll(context));
            self.timer = None;
            // The end may have moved on since the timer was set.
            if self.ends.is_none_or(|ends| ends <= clock.now()) {
                return Poll::Ready(None);
            }
        }
    }
}

/// Notes when a future was first woken since it was polled last.
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
    /// Passes wakes on to `waker` from now on, and says when the first one came before.
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

/// The time that something takes, without the time in which nobody polled it.
pub(crate) struct Stopwatch {
    clock: Arc<dyn Clock>,
    /// How long it may take.
    limit: Option<Duration>,
    began: Instant,
    rested: Duration,
    /// Since when it is paused.
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

    /// From now on nobody waits, until [`Stopwatch::resume`].
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

    /// How much of the limit is left, if there is one.
    pub(crate) fn left(&self) -> Option<Duration> {
        let limit = self.limit?;
        Some(limit.saturating_sub(self.elapsed()))
    }

    /// Runs a future for `limit` at most. Gives `None`, and drops the future, if the time is over first.
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
