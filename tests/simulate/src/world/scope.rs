//! The owner of a call: it may drop the call after any poll, or not poll it for a while.
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::World;
use super::state::Scope;
use crate::executor::{Handle, Sleep, lock};
use crate::invariants::Invariant;
use crate::schedule::Neglect;

/// The kind of an owned future.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A call that may be repeated.
    Repeatable,
    /// A creation with an idempotency key.
    Keyed,
    /// A creation without a key.
    Once,
    /// A wait with this limit.
    Wait(Duration),
    /// A walk through a list, whose pages are separate calls.
    Walk,
    /// The next item of a walk.
    Item,
    Download,
}

pub(super) struct Scoped<F> {
    world: World,
    number: usize,
    kind: Kind,
    /// `None` once it is complete.
    future: Option<Pin<Box<F>>>,
    began: Duration,
    neglect: Option<(u64, Neglect)>,
    resting: Option<(Pin<Box<Sleep>>, Duration)>,
    wakes: Arc<Wakes>,
}

/// Records when a future was first woken since its last poll.
struct Wakes {
    handle: Handle,
    first: Mutex<Option<Duration>>,
    owner: Mutex<Waker>,
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        let now = self.handle.now();
        lock(&self.first).get_or_insert(now);
        let owner = lock(&self.owner).clone();
        owner.wake();
    }
}

impl World {
    /// Awaits a call with the scheduled behaviour of its owner: `None` if it was dropped.
    pub(crate) async fn owned<F: Future>(
        &self,
        name: &'static str,
        kind: Kind,
        future: F,
    ) -> Option<(F::Output, usize)> {
        let number = {
            let now = self.now();
            let mut state = self.state();
            state.scopes.push(Scope::new(name, kind, now));
            state.scopes.len() - 1
        };
        self.tell(format_args!("call {number}: {name}"));
        let neglect = self.neglect(number);
        let output = Scoped {
            world: self.clone(),
            number,
            kind,
            future: Some(Box::pin(future)),
            began: self.now(),
            neglect,
            resting: None,
            wakes: Arc::new(Wakes {
                handle: self.handle().clone(),
                first: Mutex::default(),
                owner: Mutex::new(Waker::noop().clone()),
            }),
        }
        .await;
        output.map(|output| (output, number))
    }

    /// Runs a process, which may be killed after this many polls, or by an operation of its disk; then returns `None`,
    /// after `kill`.
    pub(crate) async fn process<F: Future>(
        &self,
        future: F,
        polls: Option<u64>,
        is_killed: impl Fn() -> bool,
        kill: impl FnOnce(),
    ) -> Option<F::Output> {
        let mut future = Box::pin(future);
        let mut pending = 0;
        let output = std::future::poll_fn(|context| {
            // An operation on the thread for blocking ones may have killed it since the last poll.
            if is_killed() {
                return Poll::Ready(None);
            }
            let poll = future.as_mut().poll(context);
            pending += u64::from(poll.is_pending());
            match poll {
                _ if is_killed() => Poll::Ready(None),
                Poll::Pending if polls == Some(pending) => Poll::Ready(None),
                poll => poll.map(Some),
            }
        })
        .await;
        if output.is_none() {
            self.inject("process", &format_args!("killed"));
            self.tell(format_args!("the process is killed"));
            kill();
        }
        drop(future);
        output
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some((sleep, since)) = &mut this.resting {
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            let now = this.world.now();
            let rested = now.saturating_sub(*since);
            let woken = lock(&this.wakes.first).unwrap_or(now);
            this.resting = None;
            let mut state = this.world.state();
            if let Some(scope) = state.scopes.get_mut(this.number) {
                scope.rested += rested;
                scope.idle += now.saturating_sub(woken);
            }
        }
        let Some(future) = &mut this.future else {
            return Poll::Pending;
        };
        this.world.state().polled.push(this.number);
        *lock(&this.wakes.first) = None;
        lock(&this.wakes.owner).clone_from(context.waker());
        let waker = Waker::from(this.wakes.clone());
        let poll = future.as_mut().poll(&mut Context::from_waker(&waker));
        this.world.state().polled.pop();
        match poll {
            Poll::Ready(output) => {
                this.future = None;
                this.finish();
                Poll::Ready(Some(output))
            }
            Poll::Pending => {
                // A future that wakes itself while it is polled may not be able to make progress.
                *lock(&this.wakes.first) = None;
                let (name, pending) = this.another_poll();
                match this.neglect {
                    Some((polls, neglect @ Neglect::Drop)) if polls == pending => {
                        this.world.inject("caller", &neglect);
                        this.world.tell(format_args!("{name} is dropped"));
                        this.future = None;
                        Poll::Ready(None)
                    }
                    Some((polls, neglect @ Neglect::Rest(seconds))) if polls == pending => {
                        this.world.inject("caller", &neglect);
                        this.world
                            .tell(format_args!("{name} is not polled for {seconds} s"));
                        let time = Duration::from_secs(seconds);
                        let now = this.world.now();
                        let mut sleep = Box::pin(this.world.handle().sleep(time));
                        let _ = sleep.as_mut().poll(context);
                        this.resting = Some((sleep, now));
                        Poll::Pending
                    }
                    _ => Poll::Pending,
                }
            }
        }
    }
}

impl<F> Scoped<F> {
    /// Counts a poll that did not complete the future. Returns its name and the number of these polls.
    fn another_poll(&self) -> (&'static str, u64) {
        let mut state = self.world.state();
        let Some(scope) = state.scopes.get_mut(self.number) else {
            return ("", 0);
        };
        scope.pending += 1;
        (scope.name, scope.pending)
    }

    /// Checks the duration.
    fn finish(&self) {
        let now = self.world.now();
        let (name, rested, requests, retries, delayed) = {
            let mut state = self.world.state();
            let (retries, delayed) = (state.retries(self.number), state.delayed(self.number));
            let Some(scope) = state.scopes.get_mut(self.number) else {
                return;
            };
            scope.over = true;
            (scope.name, scope.rested, scope.requests, retries, delayed)
        };
        self.world.tell(format_args!("{name} is over"));
        if retries >= ATTEMPTS && matches!(self.kind, Kind::Repeatable | Kind::Once) {
            let detail = format!("{name} was retried {retries} times");
            self.world.broken(Invariant::Attempts, detail);
        }
        let waited = (now - self.began).saturating_sub(rested);
        let attempt = Duration::from_secs(self.world.schedule().settings.attempt_timeout);
        let operation = self.world.operation_timeout();
        let (most, invariant) = match (self.kind, operation) {
            (Kind::Repeatable | Kind::Keyed | Kind::Once | Kind::Item, Some(limit)) => {
                (Some(limit), Invariant::InTime)
            }
            // Each attempt has a challenge or token, of this call or of another one, and three requests.
            (Kind::Repeatable | Kind::Once, None) => {
                let attempts = attempt * 5 * u32::try_from(ATTEMPTS).unwrap_or(u32::MAX);
                (Some(attempts + BACKOFFS + delayed), Invariant::InTime)
            }
            (Kind::Wait(limit), _) => (Some(limit + attempt), Invariant::MaxWait),
            // A timeout each for the head and the body of every response, and a delay before every request.
            (Kind::Keyed | Kind::Item, None) | (Kind::Walk | Kind::Download, _) => {
                let requests = u32::try_from(requests).unwrap_or(u32::MAX);
                let exchange = attempt * 2 + LONGEST_BACKOFF;
                let requests = exchange.saturating_mul(requests.saturating_add(1));
                (Some(requests.saturating_add(delayed)), Invariant::InTime)
            }
        };
        if most.is_some_and(|most| waited > most) {
            let detail = format!("{name} took {waited:?}, and at most {most:?} are allowed");
            self.world.broken(invariant, detail);
        }
    }
}

/// Maximum number of attempts of a call.
pub(crate) const ATTEMPTS: u64 = 5;

/// The sum of the longest backoffs of a call: 1, 2, 4 and 8 seconds.
const BACKOFFS: Duration = Duration::from_secs(15);

/// The longest delay before a request, besides `Retry-After`: the longest backoff, or the time between two look-ups.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

impl<F> Drop for Scoped<F> {
    fn drop(&mut self) {
        self.future = None;
        if let Some(scope) = self.world.state().scopes.get_mut(self.number) {
            scope.over = true;
        }
    }
}
