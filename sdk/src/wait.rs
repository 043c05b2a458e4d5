//! Waiters: they poll an operation until the job or resource reaches a final state.
//!
//! Invariant: an unknown state does not end a wait. Acceptors, which are data, decide which states are final.
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
use crate::error_code::AtlasErrorCode;
use crate::operation::Endpoint;
use crate::printable::Printable;
use crate::response::retry_after;
use crate::success::Success;

mod acceptor;
mod error;

pub use acceptor::{Acceptor, Matcher};
pub use error::{FailedJob, FailureReason, JobEnding, WaitError};

/// The default maximum time of a wait. No backup or restore is known to take a day.
const MAX_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The default first and longest pause between two polls. Jobs take from one minute to hours.
const PAUSES: RangeInclusive<Duration> = Duration::from_secs(5)..=Duration::from_secs(60);

/// A wait that polls the operation `E` until a final state. Awaiting it returns `D`, normally the last state.
///
/// The first poll is immediate. The pauses between polls grow from 5 seconds to a minute. Half of each pause is random,
/// so that concurrent waits do not poll at the same moment. A transient failure that remains after the retries of a
/// call does not end the wait, also while the retry budget of the client is exhausted. An unknown state does not end
/// the wait.
///
/// A wait can be dropped at any time. The job continues.
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
    /// Polls `call` until one of `acceptors` accepts a state as final.
    pub fn until(call: Call<E>, acceptors: &'static [Acceptor]) -> Self {
        Self {
            watch: Watch::new(call, Some(acceptors)),
            ended: |state| state,
        }
    }
}

impl<E: Endpoint<Output: Clone>> Wait<E, ()> {
    /// Polls `call` until the resource no longer exists: a 404 with an error code that is about the resource.
    ///
    /// A 404 ends the wait with [`WaitError::Poll`] if it has no error code, as that of a proxy, or if it says that the
    /// project or the cluster does not exist.
    pub fn until_gone(call: Call<E>) -> Self {
        Self {
            watch: Watch::new(call, None),
            ended: |_| Some(()),
        }
    }
}

impl<E: Endpoint<Output: Clone>, D> Wait<E, D> {
    /// Sets the name of the kind of job for errors, such as `export`. The default is the identifier of the operation.
    pub fn named(mut self, kind: &'static str) -> Self {
        self.watch.kind = kind;
        self
    }

    /// Sets the field of a response with the reason for a failure. It is a text, or an object with `errorCode` and
    /// `message`.
    pub fn reason_in(mut self, field: &'static str) -> Self {
        self.watch.reason = Some(field);
        self
    }

    /// Sets the maximum time of the wait. The default is a day.
    ///
    /// The last poll begins within this time; [`WaitError::TimedOut`] has its state. With zero, there is one poll.
    pub fn max_wait(mut self, limit: Duration) -> Self {
        self.watch.max_wait = limit;
        self
    }

    /// Sets the pause after the first poll, and the maximum pause. The default is 5 seconds to a minute.
    pub fn pauses(mut self, first_to_longest: RangeInclusive<Duration>) -> Self {
        self.watch.pauses = first_to_longest;
        self
    }

    /// Returns a stream of the state of each poll, to show progress.
    ///
    /// The last state is that of success. Any other final state is an error.
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

/// The states of a [`Wait`], as a [`Stream`]. The stream ends after a final state or an error.
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
#[must_use = "a stream of states does nothing until it is polled"]
pub struct States<E: Endpoint>(Option<Turn<E>>);

/// The next poll. It returns the watch, which makes the following poll.
type Turn<E> = BoxFuture<'static, (Watch<E>, Polled<<E as Endpoint>::Output>)>;

type Polled<T> = Result<Seen<T>, WaitError<T>>;

impl<E: Endpoint<Output: Clone>> States<E> {
    /// Returns the next state; `None` after the last one. The future is safe to drop.
    ///
    /// # Errors
    /// [`WaitError`] if the job did not succeed, the maximum time passed, or a poll failed.
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

/// The result of a poll.
enum Seen<T> {
    Going(T),
    /// `None` if the resource no longer exists.
    Ended(Option<T>),
}

/// The state of a wait between polls.
struct Watch<E: Endpoint> {
    client: Client,
    draft: Draft,
    /// The kind of the job, for errors.
    kind: &'static str,
    /// The field with the reason for a failure.
    reason: Option<&'static str>,
    /// `None` if the wait ends when the resource no longer exists.
    acceptors: Option<&'static [Acceptor]>,
    max_wait: Duration,
    pauses: RangeInclusive<Duration>,
    polls: u32,
    /// The time since the first poll in which a caller awaited.
    time: Option<Stopwatch>,
    /// The delay of `Retry-After` in the last response.
    asked: Duration,
    last: Option<E::Output>,
    /// The name of the last state in the response.
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

    /// Pauses, except before the first poll, and polls until there is a response.
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
            }
            // A poll that begins at the last moment has the timeout of an attempt.
            let limit = left(&time).max(wire.timeout);
            let draft = self.draft.clone().within(limit);
            self.polls = self.polls.saturating_add(1);
            let outcome = time.within(Some(limit), self.client.execute(draft)).await;
            let outcome = outcome.unwrap_or_else(|| Err(overdue(E::OPERATION, Some(limit))));
            let error = match outcome {
                Ok(success) => {
                    self.asked = self.asked_by(success.answer.headers());
                    let seen = self.judge(success);
                    // The caller's time with the state does not count as waiting.
                    time.pause();
                    self.time = Some(time);
                    return seen;
                }
                Err(error) => error,
            };
            if self.acceptors.is_none() && is_gone(&error) {
                return Ok(Seen::Ended(None));
            }
            self.asked = error
                .headers()
                .map_or(Duration::ZERO, |headers| self.asked_by(headers));
            // There is no other poll if `Retry-After` exceeds the rest of the wait. Polls come at their own pace in an
            // outage, too, so they do not use the retry budget.
            let failure = error.failure(None);
            let is_transient = failure.is_some_and(|failure| failure.may_be_repeated(true));
            if !is_transient || self.asked > left(&time) {
                return Err(WaitError::Poll(error.during(self.name())));
            }
        }
    }

    fn asked_by(&self, headers: &HeaderMap) -> Duration {
        let date = self.client.wire().clock.date();
        retry_after(headers, Some(date)).unwrap_or_default()
    }

    fn judge(&mut self, success: Success) -> Polled<E::Output> {
        // Drop the last state before decoding the next one: states can be large.
        self.last = None;
        let unreadable = |error: Error| WaitError::Poll(error.during(self.name()));
        let mut acceptors = self.acceptors.into_iter().flatten();
        let is_wanted = |name: &str| {
            let mut acceptors = acceptors.clone();
            acceptors.any(|acceptor| acceptor.field() == name) || self.reason == Some(name)
        };
        let json = success
            .fields(E::OPERATION, &is_wanted)
            .map_err(unreadable)?;
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

    /// Returns the kind of job, its identifier and its parent: the last two parameters of the path.
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

    /// Returns the next pause: 1.5 times the previous one, of which half is random.
    fn pause(&self) -> Duration {
        let (first, longest) = (self.pauses.start(), self.pauses.end());
        let growth = 1.5_f64.powi(self.polls.saturating_sub(1).min(100).cast_signed());
        let whole = (first.as_secs_f64() * growth).min(longest.as_secs_f64());
        let part = whole * (0.5 + self.client.random() / 2.0);
        Duration::try_from_secs_f64(part).unwrap_or(*longest)
    }
}

/// Returns true if a resource that is waited for no longer exists.
fn is_gone(error: &Error) -> bool {
    const OF_PARENTS: [AtlasErrorCode; 2] = [
        AtlasErrorCode::GROUP_NOT_FOUND,
        AtlasErrorCode::CLUSTER_NOT_FOUND,
    ];
    let code = error.error_code();
    error.status() == Some(StatusCode::NOT_FOUND)
        && code.is_some_and(|code| !OF_PARENTS.contains(code))
}
