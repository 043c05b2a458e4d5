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

use crate::box_future::BoxFuture;
use crate::call::Call;
use crate::client::{Client, overdue};
use crate::deadline::Stopwatch;
use crate::draft::Draft;
use crate::error::Error;
use crate::operation::Endpoint;
use crate::printable::Printable;
use crate::response::retry_after;
use crate::retry::Payment;
use crate::success::Success;

mod acceptor;
mod error;

pub use acceptor::{Acceptor, Matcher};
pub use error::{FailedJob, FailureReason, JobEnding, WaitError};

/// How a wait ends unless said otherwise: no backup or restore is known to take a day.
const MAX_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How the pauses between two polls grow unless said otherwise: jobs take from one minute to hours.
const PAUSES: RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_secs(60);

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
///     Err(WaitError::Failed(job)) => println!("{job}; its snapshot is {:?}", job.snapshot_id),
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
    /// Names the kind of the job in errors: `export`. Unless it is named, errors have the operation's identifier.
    pub fn named(mut self, kind: &'static str) -> Self {
        self.watch.kind = kind;
        self
    }

    /// Names the field of a response that holds the reason for a failure: a text, or an object with `errorCode` and
    /// `message`.
    pub fn reason_in(mut self, field: &'static str) -> Self {
        self.watch.reason = Some(field);
        self
    }

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
    /// The kind of the job, for errors.
    kind: &'static str,
    /// The field with the reason for a failure.
    reason: Option<&'static str>,
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
    /// The last state as the service spells it.
    state: Option<String>,
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
            kind: E::OPERATION.id,
            reason: None,
            acceptors,
            max_wait: MAX_WAIT,
            pauses: PAUSES,
            polls: 0,
            time: None,
            asked: Duration::ZERO,
            payment: None,
            last: None,
            state: None,
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
                        job: self.name(),
                        state: self.state.take(),
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
                return Err(WaitError::Poll(error.during(self.name())));
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
        let unreadable = |error: Error| WaitError::Poll(error.during(self.name()));
        let json = success.json(E::OPERATION).map_err(unreadable)?;
        let mut acceptors = self.acceptors.into_iter().flatten();
        let state = acceptors.clone().find_map(|acceptor| acceptor.state(&json));
        let state = state.map(str::to_owned);
        let verdict = acceptors.find(|acceptor| acceptor.applies(&json));
        let ending = match verdict {
            Some(Acceptor::Failure(..)) => Some(JobEnding::Failed),
            Some(Acceptor::Cancelled(..)) => Some(JobEnding::Cancelled),
            Some(Acceptor::Expired(..)) => Some(JobEnding::Expired),
            Some(Acceptor::Success(..) | Acceptor::Pending(..)) | None => None,
        };
        let reason = ending.and_then(|_| FailureReason::read(json.get(self.reason?)?));
        drop(json);
        let output = success.decode::<E>().map_err(unreadable)?.into_body();
        match (verdict, ending) {
            (_, Some(ending)) => Err(WaitError::Failed(FailedJob {
                state: output,
                name: self.name(),
                ending,
                reason,
            })),
            (Some(Acceptor::Success(..)), None) => Ok(Seen::Ended(Some(output))),
            _ => {
                self.state = state;
                self.last = Some(output.clone());
                Ok(Seen::Going(output))
            }
        }
    }

    /// The kind of the job, its identifier, and what it belongs to: the last two parameters of the path.
    fn name(&self) -> String {
        let mut name = self.kind.to_owned();
        let mut values = self.draft.path_values();
        if let Some(id) = values.pop() {
            name += &format!(" {}", Printable(id));
        }
        if let Some(parent) = values.pop() {
            name += &format!(" of {}", Printable(parent));
        }
        name
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
