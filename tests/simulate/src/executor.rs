//! Runs futures one poll at a time, in an order drawn from a seed, on a time that passes only when nothing else can happen.
//!
//! Invariant: what runs depends on the seed alone. Work for `spawn_blocking` is held back while a future is polled and
//! done before the next poll, on one thread, so that the machine's own scheduler decides nothing.
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

/// More polls than any story takes: beyond, something goes round in circles.
const MOST_POLLS: u64 = 500_000;

/// More time than any story takes.
const LONGEST: Duration = Duration::from_secs(90 * 24 * 3600);

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The story is over.
    Done,
    /// Somebody asked to stop.
    Stopped,
    /// Everybody waits, and nothing will ever happen.
    Stuck,
    /// It goes round in circles.
    Endless,
}

/// What futures ask of the executor: the time, waits, and further tasks. Clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Handle(Arc<Shared>);

#[derive(Default)]
struct Shared {
    ready: Mutex<Vec<usize>>,
    new: Mutex<Vec<Task>>,
    time: Mutex<Time>,
    /// Whether futures that are polled may have given work to `spawn_blocking`.
    blocking: AtomicBool,
    stop: AtomicBool,
}

#[derive(Default)]
struct Time {
    now: Duration,
    /// Tells timers of one moment apart.
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

    /// Waits, from now on and not from the first poll on.
    pub(crate) fn sleep(&self, duration: Duration) -> Sleep {
        let mut time = lock(&self.0.time);
        time.made += 1;
        let until = time.now.saturating_add(duration);
        Sleep {
            key: (until, time.made),
            handle: self.clone(),
        }
    }

    /// From now on polls may give work to `spawn_blocking`.
    pub(crate) fn blocks(&self) {
        self.0.blocking.store(true, Ordering::Relaxed);
    }

    /// Ends the run after this poll.
    pub(crate) fn stop(&self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

/// A wait; dropped, it is over.
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

/// Runs `story` and whatever it spawns until it is over. What is left then is dropped.
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
    // Dropping may give further work to `spawn_blocking`, and further tasks.
    let entered = runtime.enter();
    tasks.clear();
    lock(&shared.new).clear();
    drop(entered);
    threads.let_go();
    ended
}

/// Moves on to the next timer and wakes all whose time it is; `None` without one.
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

/// The thread for `spawn_blocking`. While it is held it does nothing.
pub(crate) struct Blocking {
    runtime: Arc<Runtime>,
    /// Dropped, it lets the thread go on.
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

    /// Lets the thread do all it was given, and holds it again.
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

    /// Lets the thread do all it was given.
    fn let_go(&mut self) {
        if self.hold.is_some() {
            self.catch_up();
        }
        self.hold = None;
    }

    /// Gives tasks that were spawned on tokio their turn: whatever is sent by one was not sent by its caller.
    fn run_spawned(&self) {
        if self.runtime.metrics().num_alive_tasks() > 0 {
            self.runtime.block_on(tokio::task::yield_now());
        }
    }
}
