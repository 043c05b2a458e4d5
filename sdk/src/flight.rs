//! One request, shared by all concurrent calls that need its outcome.
//!
//! Invariant: every waiting call polls the request. A call that is not polled, is dropped or panics does not delay the
//! others.
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use crate::box_future::BoxFuture;
use crate::deadline::within;
use crate::wire::Wire;

/// The time for which a call waits for a request beyond the timeout of an exchange. A request that shares a token store
/// with other processes waits up to 50 seconds for it.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Flight<T>(Mutex<Weak<Request<T>>>);

impl<T> Default for Flight<T> {
    fn default() -> Self {
        Self(Mutex::new(Weak::new()))
    }
}

impl<T: Clone> Flight<T> {
    /// Returns the outcome of the running request, otherwise the `known` outcome, otherwise that of a request that `start`
    /// creates.
    ///
    /// The request is dropped when no call waits for it. It must make its outcome `known` before it completes.
    ///
    /// A request has timeouts. If it exceeds them, it waits for the timers of a runtime that another call used and that does
    /// not run now. With `wire`, a new request then replaces it.
    pub(crate) async fn join(
        &self,
        wire: Option<&Wire>,
        known: impl Fn() -> Option<T>,
        mut start: impl FnMut() -> BoxFuture<'static, T>,
    ) -> T {
        loop {
            let request = {
                let mut held = self.held();
                match held.upgrade().filter(|request| !request.is_over()) {
                    Some(request) => request,
                    None => match known() {
                        Some(known) => return known,
                        None => {
                            let request = Arc::new(Request::new(start()));
                            *held = Arc::downgrade(&request);
                            request
                        }
                    },
                }
            };
            let joined = Joined::to(&request);
            let outcome = match wire {
                Some(wire) => {
                    within(&wire.clock, wire.timeout.saturating_add(PATIENCE), joined).await
                }
                None => Some(joined.await),
            };
            match outcome {
                Some(Some(outcome)) => return outcome,
                // The request panicked.
                Some(None) => {}
                None => {
                    let mut held = self.held();
                    if held.as_ptr() == Arc::as_ptr(&request) {
                        *held = Weak::new();
                    }
                }
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Weak<Request<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request, polled by any of its calls.
struct Request<T> {
    /// `None` after the end.
    future: Mutex<Option<BoxFuture<'static, T>>>,
    /// The outcome; `None` if the request panicked.
    end: OnceLock<Option<T>>,
    calls: Arc<Calls>,
}

impl<T: Clone> Request<T> {
    fn new(future: BoxFuture<'static, T>) -> Self {
        Self {
            future: Mutex::new(Some(future)),
            end: OnceLock::new(),
            calls: Arc::default(),
        }
    }

    fn is_over(&self) -> bool {
        self.end.get().is_some()
    }

    fn poll(&self) -> Poll<Option<T>> {
        let Some(mut turn) = self.turn() else {
            return Poll::Pending;
        };
        let Some(future) = turn.future.as_mut().and_then(|future| future.as_mut()) else {
            return Poll::Ready(self.end.get_or_init(|| None).clone());
        };
        let waker = Waker::from(self.calls.clone());
        let outcome = match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => return Poll::Pending,
        };
        if let Some(future) = turn.future.as_mut() {
            **future = None;
        }
        let end = self.end.get_or_init(|| Some(outcome)).clone();
        // The other calls take the outcome.
        self.calls.missed.store(true, Ordering::SeqCst);
        Poll::Ready(end)
    }

    /// Returns the turn to poll. `None` if another call polls; it then wakes this one.
    fn turn(&self) -> Option<Turn<'_, T>> {
        let lock = || match self.future.try_lock() {
            Ok(future) => Some(future),
            Err(TryLockError::Poisoned(panicked)) => {
                let mut future = panicked.into_inner();
                *future = None;
                Some(future)
            }
            Err(TryLockError::WouldBlock) => None,
        };
        let future = lock().or_else(|| {
            self.calls.missed.store(true, Ordering::SeqCst);
            // The other poll may have ended before it could see the mark.
            lock()
        })?;
        Some(Turn {
            future: Some(future),
            calls: &self.calls,
        })
    }
}

/// The turn to poll a request. Its end, or a panic, wakes the calls that missed it.
struct Turn<'r, T> {
    future: Option<MutexGuard<'r, Option<BoxFuture<'static, T>>>>,
    calls: &'r Calls,
}

impl<T> Drop for Turn<'_, T> {
    fn drop(&mut self) {
        drop(self.future.take());
        if self.calls.missed.swap(false, Ordering::SeqCst) || std::thread::panicking() {
            self.calls.wake_all();
        }
    }
}

/// The calls that wait for a request.
#[derive(Default)]
struct Calls {
    wakers: Mutex<Vec<Option<Waker>>>,
    /// True if a call could not poll because another one did.
    missed: AtomicBool,
}

impl Calls {
    fn wakers(&self) -> MutexGuard<'_, Vec<Option<Waker>>> {
        self.wakers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_all(&self) {
        let wakers: Vec<_> = self.wakers().iter().flatten().cloned().collect();
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Calls {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_all();
    }
}

/// A call that waits for a request; completes with `None` if the request panicked.
struct Joined<T> {
    request: Arc<Request<T>>,
    /// The index of this call's waker.
    place: usize,
}

impl<T> Joined<T> {
    fn to(request: &Arc<Request<T>>) -> Self {
        let mut wakers = request.calls.wakers();
        let noop = Some(Waker::noop().clone());
        let free = wakers.iter().position(Option::is_none);
        let place = free.unwrap_or(wakers.len());
        match wakers.get_mut(place) {
            Some(free) => *free = noop,
            None => wakers.push(noop),
        }
        drop(wakers);
        Self {
            request: request.clone(),
            place,
        }
    }
}

impl<T: Clone> Future for Joined<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut waker = Some(context.waker().clone());
        if let Some(held) = self.request.calls.wakers().get_mut(self.place) {
            std::mem::swap(held, &mut waker);
        }
        // The former waker is dropped without the lock: it may own a task that waits for this request.
        drop(waker);
        self.request.poll()
    }
}

impl<T> Drop for Joined<T> {
    fn drop(&mut self) {
        let mut wakers = self.request.calls.wakers();
        let waker = wakers.get_mut(self.place).and_then(Option::take);
        drop(wakers);
        drop(waker);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::future::poll_fn;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::pin::pin;
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn poll_once<F: Future>(future: Pin<&mut F>, woken: &Arc<Woken>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(&woken.clone().into()))
    }

    fn join(
        flight: &Flight<u8>,
        start: impl FnMut() -> BoxFuture<'static, u8>,
    ) -> impl Future<Output = u8> {
        flight.join(None, || None, start)
    }

    fn never() -> BoxFuture<'static, u8> {
        unreachable!("the request is in progress")
    }

    #[test]
    fn a_call_that_could_not_poll_is_woken_though_the_other_call_is_dropped() {
        let flight = Flight::default();
        let (is_polled, polled) = mpsc::channel();
        let (go_on, wait) = mpsc::channel();
        let wait = Mutex::new(wait);
        let mut polls = 0;
        // Completes at the second poll. During the first one, another call polls.
        let mut request = Some(poll_fn(move |context| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready(7);
            }
            context.waker().wake_by_ref();
            is_polled.send(()).unwrap();
            wait.lock().unwrap().recv().unwrap();
            Poll::Pending
        }));
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                let mut first = pin!(join(&flight, || Box::pin(request.take().unwrap())));
                assert!(poll_once(first.as_mut(), &Arc::default()).is_pending());
            });
            polled.recv().unwrap();
            let (mut second, woken) = (pin!(join(&flight, never)), Arc::<Woken>::default());
            assert!(poll_once(second.as_mut(), &woken).is_pending());
            let before = woken.0.load(Ordering::SeqCst);
            go_on.send(()).unwrap();
            first.join().unwrap();
            assert!(woken.0.load(Ordering::SeqCst) > before);
            assert_eq!(poll_once(second.as_mut(), &woken), Poll::Ready(7));
        });
    }

    #[test]
    fn after_a_panic_the_other_calls_start_another_request() {
        let flight = Flight::default();
        let panicking = || {
            let mut polls = 0;
            let future = poll_fn(move |_| {
                polls += 1;
                assert!(polls < 3, "at the third poll");
                Poll::Pending
            });
            Box::pin(future) as BoxFuture<'static, u8>
        };
        let mut first = Box::pin(join(&flight, panicking));
        assert!(poll_once(first.as_mut(), &Arc::default()).is_pending());
        let replacement = || Box::pin(std::future::ready(7_u8)) as BoxFuture<'static, u8>;
        let (mut second, woken) = (pin!(join(&flight, replacement)), Arc::<Woken>::default());
        assert!(poll_once(second.as_mut(), &woken).is_pending());
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _ = poll_once(first.as_mut(), &Arc::default());
        }));
        assert!(panicked.is_err());
        assert_eq!(woken.0.load(Ordering::SeqCst), 1);
        assert_eq!(poll_once(second.as_mut(), &woken), Poll::Ready(7));
        // Later calls do not join it either.
        let later = pin!(join(&flight, replacement));
        assert!(poll_once(later, &woken).is_ready());
    }

    #[test]
    fn the_outcome_wakes_every_call_and_a_call_that_ended_keeps_no_waker() {
        let flight = Flight::default();
        let mut is_second = false;
        let mut request = Some(poll_fn(move |_| {
            match std::mem::replace(&mut is_second, true) {
                true => Poll::Ready(7_u8),
                false => Poll::Pending,
            }
        }));
        let woken: [Arc<Woken>; 2] = Default::default();
        let mut first = pin!(join(&flight, || Box::pin(request.take().unwrap())));
        assert!(poll_once(first.as_mut(), &woken[0]).is_pending());
        let calls = flight.held().upgrade().unwrap().calls.clone();
        let mut second = Box::pin(join(&flight, never));
        assert!(poll_once(second.as_mut(), &woken[1]).is_ready());
        drop(second);
        assert_eq!(calls.wakers().iter().flatten().count(), 1);
        assert_eq!(woken[0].0.load(Ordering::SeqCst), 1);
        // The first call, which was not polled since, still holds the request. A later call starts another one.
        let another = || Box::pin(std::future::ready(8_u8)) as BoxFuture<'static, u8>;
        let later = pin!(join(&flight, another));
        assert_eq!(poll_once(later, &woken[1]), Poll::Ready(8));
        assert_eq!(poll_once(first.as_mut(), &woken[0]), Poll::Ready(7));
    }
}
