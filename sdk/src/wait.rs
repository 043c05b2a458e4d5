//! Waits until what an operation shows has come to an end, by asking again and again.
//!
//! Must never end because of a state it does not know, nor decide what an end is: that is data.
use std::fmt;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::box_future::BoxFuture;
use crate::call::Call;
use crate::client::{Client, overdue};
use crate::deadline::Stopwatch;
use crate::draft::Draft;
use crate::error::Error;
use crate::operation::Endpoint;
use crate::response::retry_after;
use crate::retry::Payment;
use crate::success::Success;

/// How a wait ends unless said otherwise: no backup or restore is known to take a day.
const MAX_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How the pauses between two polls grow unless said otherwise: jobs take from one minute to hours.
const PAUSES: RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_secs(60);

/// What a field of an answer means for a wait. Of several, the first that applies decides; while none does, the wait
/// goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acceptor {
    /// It came to the end that was hoped for.
    Success(&'static str, Matcher),
    /// It came to another end.
    Failure(&'static str, Matcher),
    /// It has not ended, whatever later acceptors say.
    Pending(&'static str, Matcher),
}

/// When an [`Acceptor`] applies to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Matcher {
    /// It is one of these values, in upper or lower case; a flag is `true` or `false`.
    Is(&'static [&'static str]),
    /// It has a value: it is not missing, `null`, an empty text or an empty list.
    Present,
}

impl Matcher {
    fn applies(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Is(values), Value::String(text)) => {
                values.iter().any(|value| value.eq_ignore_ascii_case(text))
            }
            (Self::Is(values), other) => {
                let text = other.to_string();
                values.iter().any(|value| *value == text)
            }
            (Self::Present, Value::Null) => false,
            (Self::Present, Value::String(text)) => !text.is_empty(),
            (Self::Present, Value::Array(items)) => !items.is_empty(),
            (Self::Present, _) => true,
        }
    }
}

/// Why a wait did not come to the end that was hoped for. `T` is the state that was waited on.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum WaitError<T> {
    /// It ended otherwise: it failed, was cancelled or has expired. This is its last state.
    Failed(T),
    /// It has not ended within [`Wait::max_wait`]. It goes on all the same, and can be waited for again.
    TimedOut {
        /// The last state that was seen, if any was.
        last: Option<T>,
        /// How often was asked.
        polls: u32,
        /// The time since the first poll.
        elapsed: Duration,
    },
    /// Asking failed, and not in passing. What is waited for may go on.
    Poll(Error),
}

impl<T> fmt::Display for WaitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(_) => f.write_str("what was waited for ended, but not in success"),
            Self::TimedOut { polls, elapsed, .. } => {
                let times = if *polls == 1 { "poll" } else { "polls" };
                write!(
                    f,
                    "not ended after {elapsed:.0?} and {polls} {times}; it goes on, and can be waited for again"
                )
            }
            Self::Poll(_) => f.write_str("the state that is waited on cannot be read"),
        }
    }
}

impl<T: fmt::Debug> std::error::Error for WaitError<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Poll(error) => Some(error),
            Self::Failed(_) | Self::TimedOut { .. } => None,
        }
    }
}

impl<T> From<Error> for WaitError<T> {
    fn from(error: Error) -> Self {
        Self::Poll(error)
    }
}

/// A wait for the end of what the operation `E` shows; awaiting it gives `D`, as a rule the last state.
///
/// The first poll is made at once. The pauses between polls grow from 5 seconds to a minute, half of each by chance,
/// so that many waits do not ask at the same moments. A poll that fails in passing, after the retries that any call
/// has, does not end the wait as long as the client's retry budget pays for it. An unknown state is waited on.
///
/// A wait can be dropped at any time: nothing is lost but its count of polls.
///
/// ```
/// # use atlas_backup::{*, v2::*};
/// # use std::time::Duration;
/// # async fn example(client: &Client, project: &ObjectId, cluster: &ClusterName, export: &ObjectId) -> Result<(), Error> {
/// let wait = client.wait_for_backup_export(project, cluster, export).max_wait(Duration::from_secs(4 * 60 * 60));
/// match wait.await {
///     Ok(job) => println!("{:?} objects exported", job.export_status),
///     Err(WaitError::Failed(job)) => println!("{:?}: {:?}", job.state, job.state_reason),
///     Err(WaitError::TimedOut { last, .. }) => println!("still {:?}", last.map(|job| job.state)),
///     Err(WaitError::Poll(error)) => return Err(error),
///     Err(other) => println!("{other}"),
/// }
/// # Ok(()) }
/// ```
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<E: Endpoint, D = <E as Endpoint>::Output> {
    watch: Watch<E>,
    ended: fn(Option<E::Output>) -> Option<D>,
}

impl<E: Endpoint<Output: Clone>> Wait<E> {
    /// Waits until one of `acceptors` says that it has ended, asking by `call`.
    pub fn until(call: Call<E>, acceptors: &'static [Acceptor]) -> Self {
        Self {
            watch: Watch::new(call, Some(acceptors)),
            ended: |state| state,
        }
    }
}

impl<E: Endpoint<Output: Clone>> Wait<E, ()> {
    /// Waits until there is nothing at `call` any more (404).
    pub fn until_gone(call: Call<E>) -> Self {
        Self {
            watch: Watch::new(call, None),
            ended: |_| Some(()),
        }
    }
}

impl<E: Endpoint<Output: Clone>, D> Wait<E, D> {
    /// How long to wait at most; a day by default. The last poll begins no later, and is the state that a
    /// [`WaitError::TimedOut`] shows. With zero there is one poll.
    pub fn max_wait(mut self, limit: Duration) -> Self {
        self.watch.max_wait = limit;
        self
    }

    /// How long to pause after the first poll, and what the pauses grow up to.
    pub fn pauses(mut self, first_to_longest: RangeInclusive<Duration>) -> Self {
        self.watch.pauses = first_to_longest;
        self
    }

    /// The state of each poll, to show progress. The last one is that of success; any other end is an error.
    pub fn states(self) -> States<E> {
        States(Some(self.watch.turn()))
    }
}

impl<E: Endpoint<Output: Clone>, D: Send + 'static> IntoFuture for Wait<E, D> {
    type Output = Result<D, WaitError<E::Output>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { mut watch, ended } = self;
        Box::pin(async move {
            loop {
                if let Seen::Ended(state) = watch.poll().await?
                    && let Some(done) = ended(state)
                {
                    return Ok(done);
                }
            }
        })
    }
}

impl<E: Endpoint, D> fmt::Debug for Wait<E, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("operation", &E::OPERATION.id)
            .field("max_wait", &self.watch.max_wait)
            .finish_non_exhaustive()
    }
}

/// The states of a [`Wait`], as a [`Stream`]; after its end or an error there is nothing more.
///
/// ```
/// # use atlas_backup::{*, v2::*};
/// # async fn example(client: &Client, project: &ObjectId, cluster: &ClusterName, job: &ObjectId) -> Result<(), WaitError<DiskBackupSnapshotRestoreJob>> {
/// let mut states = client.wait_for_backup_restore_job(project, cluster, job).states();
/// while let Some(job) = states.try_next().await? {
///     println!("since {:?}, finished {:?}", job.timestamp, job.finished_at);
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is asked until a state is asked for"]
pub struct States<E: Endpoint>(Option<Turn<E>>);

/// The next poll, and with it the watch that makes the one after it.
type Turn<E> = BoxFuture<'static, (Watch<E>, Polled<<E as Endpoint>::Output>)>;

type Polled<T> = Result<Seen<T>, WaitError<T>>;

impl<E: Endpoint<Output: Clone>> States<E> {
    /// The next state; `None` after the last. Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`WaitError`]: it ended otherwise, in time it did not, or asking failed.
    pub async fn try_next(&mut self) -> Result<Option<E::Output>, WaitError<E::Output>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }
}

impl<E: Endpoint<Output: Clone>> Stream for States<E> {
    type Item = Result<E::Output, WaitError<E::Output>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let turn = &mut self.get_mut().0;
        let Some(running) = turn else {
            return Poll::Ready(None);
        };
        let (watch, polled) = ready!(running.as_mut().poll(context));
        *turn = None;
        Poll::Ready(match polled {
            Ok(Seen::Going(state)) => {
                *turn = Some(watch.turn());
                Some(Ok(state))
            }
            Ok(Seen::Ended(state)) => state.map(Ok),
            Err(error) => Some(Err(error)),
        })
    }
}

impl<E: Endpoint> fmt::Debug for States<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("States")
            .field("operation", &E::OPERATION.id)
            .finish_non_exhaustive()
    }
}

/// What a poll has shown.
enum Seen<T> {
    Going(T),
    /// Without a state it is gone.
    Ended(Option<T>),
}

/// A wait under way.
struct Watch<E: Endpoint> {
    client: Client,
    draft: Draft,
    /// Without them, the end is that it is gone.
    acceptors: Option<&'static [Acceptor]>,
    max_wait: Duration,
    pauses: RangeInclusive<Duration>,
    polls: u32,
    /// The time in which somebody waited, from the first poll on.
    time: Option<Stopwatch>,
    /// How long the service asked to wait, when it was asked last.
    asked: Duration,
    /// For asking again after a failure.
    payment: Option<Payment>,
    last: Option<E::Output>,
}

impl<E: Endpoint<Output: Clone>> Watch<E> {
    fn new(call: Call<E>, acceptors: Option<&'static [Acceptor]>) -> Self {
        let Call {
            client, mut draft, ..
        } = call;
        draft.timeout = draft.timeout.or(client.operation_timeout());
        Self {
            client,
            draft,
            acceptors,
            max_wait: MAX_WAIT,
            pauses: PAUSES,
            polls: 0,
            time: None,
            asked: Duration::ZERO,
            payment: None,
            last: None,
        }
    }

    fn turn(mut self) -> Turn<E> {
        Box::pin(async move {
            let polled = self.poll().await;
            (self, polled)
        })
    }

    /// Pauses, unless this is the first time, and asks until an answer is there.
    async fn poll(&mut self) -> Polled<E::Output> {
        let wire = self.client.wire().clone();
        let max_wait = self.max_wait;
        let left = |time: &Stopwatch| max_wait.saturating_sub(time.elapsed());
        let started = self.time.take();
        let mut time = started.unwrap_or_else(|| Stopwatch::start(&wire.clock, None));
        time.resume();
        loop {
            if self.polls > 0 {
                let left = left(&time);
                if left.is_zero() {
                    return Err(WaitError::TimedOut {
                        last: self.last.take(),
                        polls: self.polls,
                        elapsed: time.elapsed(),
                    });
                }
                let pause = self.pause().max(self.asked).min(left);
                time.sleep(pause).await;
                if let Some(payment) = self.payment.take() {
                    payment.spend();
                }
            }
            // A last poll has its chance even if it begins at the last moment.
            let limit = left(&time).max(wire.timeout);
            let draft = self.draft.clone().within(limit);
            self.polls = self.polls.saturating_add(1);
            let outcome = time.within(Some(limit), self.client.execute(draft)).await;
            let outcome = outcome.unwrap_or_else(|| Err(overdue(E::OPERATION, Some(limit))));
            let error = match outcome {
                Ok(success) => {
                    self.asked = self.asked_by(success.answer.headers());
                    let seen = self.judge(success);
                    // To read a large state takes time, which is no rest.
                    time.pause();
                    self.time = Some(time);
                    return seen;
                }
                Err(error) => error,
            };
            if self.acceptors.is_none() && error.status() == Some(StatusCode::NOT_FOUND) {
                return Ok(Seen::Ended(None));
            }
            self.asked = error
                .headers()
                .map_or(Duration::ZERO, |headers| self.asked_by(headers));
            // Who asks to be left alone for longer than this wait lasts is not asked again.
            self.payment = match self.asked <= left(&time) {
                true => self.client.may_ask_again(&error),
                false => None,
            };
            if self.payment.is_none() {
                return Err(WaitError::Poll(error));
            }
        }
    }

    fn asked_by(&self, headers: &HeaderMap) -> Duration {
        let date = self.client.wire().clock.date();
        retry_after(headers, Some(date)).unwrap_or_default()
    }

    fn judge(&mut self, success: Success) -> Polled<E::Output> {
        // Of a large state there are no more copies at a time than are needed.
        self.last = None;
        let json = success.json(E::OPERATION)?;
        let applies = |field: &str, matcher: Matcher| {
            matcher.applies(json.get(field).unwrap_or(&Value::Null))
        };
        let verdict = self.acceptors.into_iter().flatten().find(|acceptor| {
            let (Acceptor::Success(field, matcher)
            | Acceptor::Failure(field, matcher)
            | Acceptor::Pending(field, matcher)) = acceptor;
            applies(field, *matcher)
        });
        drop(json);
        let state = success.decode::<E>()?.into_body();
        match verdict {
            Some(Acceptor::Success(..)) => Ok(Seen::Ended(Some(state))),
            Some(Acceptor::Failure(..)) => Err(WaitError::Failed(state)),
            Some(Acceptor::Pending(..)) | None => {
                self.last = Some(state.clone());
                Ok(Seen::Going(state))
            }
        }
    }

    /// Half as long again as the pause before, and of that between a half and all.
    fn pause(&self) -> Duration {
        let (first, longest) = (self.pauses.start(), self.pauses.end());
        let growth = 1.5_f64.powi(self.polls.saturating_sub(1).min(100).cast_signed());
        let whole = (first.as_secs_f64() * growth).min(longest.as_secs_f64());
        let part = whole * (0.5 + self.client.random() / 2.0);
        Duration::try_from_secs_f64(part).unwrap_or(*longest)
    }
}
