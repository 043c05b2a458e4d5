//! Runs futures one poll at a time, in a seeded order and in virtual time.
//!
//! Time passes only when no future can make progress. Invariant: the order depends on the seed alone. Work
//! for `spawn_blocking` is held back while a future is polled and done before the next poll, on one thread,
//! so that the operating system's scheduler has no influence.
//!
//! The executor is our own. The SDK takes its clock, randomness, transport and files from traits, so 200 lines are enough.
//! turmoil simulates sockets, which are below the SDK's `Transport`; madsim replaces tokio by a fork; shuttle has no time;
//! proptest-state-machine draws sequences of synchronous calls.
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::chance::Chance;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Maximum number of polls of a run; beyond it, the run is in a loop.
const MOST_POLLS: u64 = 500_000;

/// Maximum virtual time of a run.
const LONGEST: Duration = Duration::from_secs(90 * 24 * 3600);

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The story completed.
    Done,
    /// A stop was requested.
    Stopped,
    /// All futures wait, and no timer is pending.
    Stuck,
    /// The run exceeded a limit.
    Endless,
}

/// Gives futures access to the executor: the time, sleeps, and further tasks. Clones share their state.
#[derive(Clone, Default)]
pub(crate) struct Handle(Arc<Shared>);

#[derive(Default)]
struct Shared {
    ready: Mutex<Vec<usize>>,
    new: Mutex<Vec<Task>>,
    time: Mutex<Time>,
    /// True if polled futures may use `spawn_blocking`.
    blocking: AtomicBool,
    stop: AtomicBool,
}

#[derive(Default)]
struct Time {
    now: Duration,
    /// Distinguishes timers with the same deadline.
    made: u64,
    timers: BTreeMap<(Duration, u64), Waker>,
}

impl Handle {
    pub(crate) fn now(&self) -> Duration {
        lock(&self.0.time).now
    }

    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        lock(&self.0.new).push(Box::pin(task));
    }

    /// Creates a sleep that starts now and not at its first poll.
    pub(crate) fn sleep(&self, duration: Duration) -> Sleep {
        let mut time = lock(&self.0.time);
        time.made += 1;
        let until = time.now.saturating_add(duration);
        Sleep {
            key: (until, time.made),
            handle: self.clone(),
        }
    }

    /// Allows futures to use `spawn_blocking` from now on.
    pub(crate) fn blocks(&self) {
        self.0.blocking.store(true, Ordering::Relaxed);
    }

    /// Ends the run after this poll.
    pub(crate) fn stop(&self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

/// A sleep; dropping it cancels it.
pub(crate) struct Sleep {
    key: (Duration, u64),
    handle: Handle,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut time = lock(&self.handle.0.time);
        if time.now >= self.key.0 {
            return Poll::Ready(());
        }
        time.timers.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        lock(&self.handle.0.time).timers.remove(&self.key);
    }
}

struct TaskWaker {
    number: usize,
    queued: AtomicBool,
    shared: Arc<Shared>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            lock(&self.shared.ready).push(self.number);
        }
    }
}

/// Runs `story` and its spawned tasks until it completes, and drops the rest.
pub(crate) fn run(
    handle: &Handle,
    threads: &mut Blocking,
    mut order: Chance,
    story: impl Future<Output = ()> + Send + 'static,
) -> Ended {
    let shared = handle.0.clone();
    let mut tasks: Vec<Option<(Task, Arc<TaskWaker>)>> = Vec::new();
    lock(&shared.new).insert(0, Box::pin(story));
    let runtime = threads.runtime.clone();
    let mut polls = 0;
    let ended = loop {
        for task in std::mem::take(&mut *lock(&shared.new)) {
            let waker = Arc::new(TaskWaker {
                number: tasks.len(),
                queued: AtomicBool::new(false),
                shared: shared.clone(),
            });
            waker.wake_by_ref();
            tasks.push(Some((task, waker)));
        }
        let next = {
            let mut ready = lock(&shared.ready);
            match usize::try_from(order.below(ready.len() as u64)) {
                Ok(index) if index < ready.len() => Some(ready.swap_remove(index)),
                _ => None,
            }
        };
        let Some(number) = next else {
            match advance(&shared) {
                Some(now) if now > LONGEST => break Ended::Endless,
                Some(_) => continue,
                None => break Ended::Stuck,
            }
        };
        let Some(Some((task, waker))) = tasks.get_mut(number) else {
            continue;
        };
        waker.queued.store(false, Ordering::Release);
        let over = {
            let waker = Waker::from(waker.clone());
            let mut context = Context::from_waker(&waker);
            let _entered = runtime.enter();
            task.as_mut().poll(&mut context).is_ready()
        };
        polls += 1;
        if over && let Some(slot) = tasks.get_mut(number) {
            *slot = None;
        }
        if shared.blocking.load(Ordering::Relaxed) {
            threads.catch_up();
        }
        threads.run_spawned();
        if shared.stop.load(Ordering::Relaxed) {
            break Ended::Stopped;
        }
        if over && number == 0 {
            break Ended::Done;
        }
        if polls > MOST_POLLS {
            break Ended::Endless;
        }
    };
    // Dropping a task may spawn further work and tasks.
    let entered = runtime.enter();
    tasks.clear();
    lock(&shared.new).clear();
    drop(entered);
    threads.let_go();
    ended
}

/// Advances to the next timer and wakes all that are due; `None` without one.
fn advance(shared: &Shared) -> Option<Duration> {
    let due: Vec<Waker> = {
        let mut time = lock(&shared.time);
        let (next, _) = *time.timers.keys().next()?;
        time.now = time.now.max(next);
        let later = time.timers.split_off(&(next, u64::MAX));
        let due = std::mem::replace(&mut time.timers, later);
        due.into_values().collect()
    };
    due.into_iter().for_each(Waker::wake);
    Some(lock(&shared.time).now)
}

/// The thread for `spawn_blocking`, which is idle while it is held.
pub(crate) struct Blocking {
    runtime: Arc<Runtime>,
    /// Dropping it releases the thread.
    hold: Option<Sender<()>>,
}

impl Blocking {
    pub(crate) fn new() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(1)
            .build()?;
        Ok(Self {
            runtime: Arc::new(runtime),
            hold: None,
        })
    }

    /// Lets the thread do all pending work, and holds it again.
    fn catch_up(&mut self) {
        self.hold = None;
        let (hold, held): (Sender<()>, Receiver<()>) = channel();
        let (tell, told) = channel();
        self.runtime.spawn_blocking(move || {
            let _ = tell.send(());
            let _ = held.recv();
        });
        let _ = told.recv();
        self.hold = Some(hold);
    }

    /// Lets the thread do all pending work.
    fn let_go(&mut self) {
        if self.hold.is_some() {
            self.catch_up();
        }
        self.hold = None;
    }

    /// Runs tasks spawned on tokio; requests that they send are not their caller's.
    fn run_spawned(&self) {
        if self.runtime.metrics().num_alive_tasks() > 0 {
            self.runtime.block_on(tokio::task::yield_now());
        }
    }
}
