//! How an example runs and ends: interrupted or not, with an exit code, and with a way to go on.
//!
//! Must never end and keep an access token: a service account may have a hundred.
use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use atlas_backup::{Client, ClientBuilder, Clock as _, ObjectId, SystemClock};

use super::Outcome;

/// An example under way.
#[derive(Clone, Default)]
pub(crate) struct Run(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    /// Not that of a sandbox in this process, which is gone with it.
    project: Option<ObjectId>,
    client: Option<Client>,
    /// What goes on at the service without this process, and the arguments that come back to it.
    resume: Option<(String, Option<String>)>,
    at_end: Option<Box<dyn FnOnce() -> Outcome>>,
}

impl Run {
    pub(super) fn of(&self, project: ObjectId) {
        self.0.borrow_mut().project = Some(project);
    }

    /// A client whose access token is given back when the example ends.
    pub(crate) fn client(&self, builder: ClientBuilder) -> Outcome<Client> {
        let client = builder.build()?;
        self.0.borrow_mut().client = Some(client.clone());
        Ok(client)
    }

    /// What goes on, should this be where it ends, and the arguments to go on with.
    pub(crate) fn goes_on(&self, what: &str, arguments: impl Into<String>) {
        self.0.borrow_mut().resume = Some((what.to_owned(), Some(arguments.into())));
    }

    /// What there is to know, should this be where it ends.
    pub(crate) fn says(&self, what: &str) {
        self.0.borrow_mut().resume = Some((what.to_owned(), None));
    }

    /// What is done at the end, also when it is interrupted.
    pub(crate) fn at_end(&self, what: impl FnOnce() -> Outcome + 'static) {
        self.0.borrow_mut().at_end = Some(Box::new(what));
    }

    fn tell(&self) {
        let inner = self.0.borrow();
        let (Some(project), Some((what, arguments))) = (inner.project, &inner.resume) else {
            return;
        };
        if std::io::stderr().is_terminal() {
            eprintln!();
        }
        let Some(arguments) = arguments else {
            eprintln!("{what}");
            return;
        };
        let mut command = quoted(&std::env::args().next().unwrap_or_default());
        if !arguments.contains("--project") {
            command += &format!(" --project {project}");
        }
        eprintln!("{what}:\n  {command} {arguments}");
    }

    async fn give_back(&self) {
        let Some(client) = self.0.borrow_mut().client.take() else {
            return;
        };
        let failed = tokio::select! {
            given = client.revoke_token() => given.err().map(|error| told(&error)),
            () = SystemClock.sleep(Duration::from_secs(5)) => Some("no answer came".to_owned()),
        };
        if let Some(why) = failed {
            eprintln!("the access token was not given back, and ends by itself: {why}");
        }
    }
}

/// A word as a shell reads it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:,@%+".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Runs an example until it ends or is interrupted, and says then how to go on.
pub(crate) async fn run<F: Future<Output = Outcome>>(example: impl FnOnce(Run) -> F) -> ExitCode {
    let run = Run::default();
    let outcome = tokio::select! {
        // First, so that no moment is without it.
        biased;
        () = interrupted() => Err("interrupted".into()),
        outcome = example(run.clone()) => outcome,
    };
    if outcome.is_err() {
        run.tell();
    }
    let at_end = run.0.borrow_mut().at_end.take();
    let last = at_end.map_or(Ok(()), |at_end| at_end());
    run.give_back().await;
    ended(outcome.and(last))
}

/// 0 if it is done, 2 if it was called wrongly, 3 if another run would end alike, else 1.
pub(crate) fn ended(outcome: Outcome) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    eprintln!("error: {}", told(&*error));
    ExitCode::from(error.downcast_ref().map_or(1, |Exit(code, _)| *code))
}

/// An error with all its causes.
pub(crate) fn told(mut error: &dyn Error) -> String {
    let mut told = error.to_string();
    while let Some(cause) = error.source() {
        let cause_told = cause.to_string();
        if !told.contains(&cause_told) {
            told = format!("{told}: {cause_told}");
        }
        error = cause;
    }
    told
}

/// Comes back when the process is to end: Ctrl-C, or SIGTERM as Kubernetes sends it.
pub(crate) async fn interrupted() {
    let control_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => terminated.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = control_c => {}
        _ = terminated => {}
    }
}

/// An end with an exit code of its own.
#[derive(Debug)]
pub(crate) struct Exit(u8, String);

/// The example was called wrongly.
pub(crate) fn usage(what: impl fmt::Display) -> Box<dyn Error + Send + Sync> {
    Box::new(Exit(2, format!("{what}; see --help")))
}

/// Another run would end alike.
pub(crate) fn for_good(what: String) -> Box<dyn Error + Send + Sync> {
    Box::new(Exit(3, what))
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}

impl Error for Exit {}
