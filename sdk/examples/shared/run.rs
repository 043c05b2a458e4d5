//! Running an example: interruption, exit codes, and the command that resumes it.
//!
//! Invariant: an example revokes its access token when it ends, because a service account has at most 100 tokens.
use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use atlas_backup::{Client, ClientBuilder, Clock as _, ObjectId, SystemClock};

use super::Outcome;

/// The state of a running example.
#[derive(Clone, Default)]
pub(crate) struct Run(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    /// The project at Atlas. `None` for a sandbox, which ends with this process.
    project: Option<ObjectId>,
    client: Option<Client>,
    /// The message about unfinished work at the service, and the arguments that resume it.
    resume: Option<(String, Option<String>)>,
    at_end: Option<Box<dyn FnOnce() -> Outcome>>,
}

impl Run {
    pub(super) fn of(&self, project: ObjectId) {
        self.0.borrow_mut().project = Some(project);
    }

    /// Builds a client whose access token is revoked when the example ends.
    pub(crate) fn client(&self, builder: ClientBuilder) -> Outcome<Client> {
        let client = builder.build()?;
        self.0.borrow_mut().client = Some(client.clone());
        Ok(client)
    }

    /// Sets the message for an end at this point, and the arguments that resume the work.
    pub(crate) fn goes_on(&self, what: &str, arguments: impl Into<String>) {
        self.0.borrow_mut().resume = Some((what.to_owned(), Some(arguments.into())));
    }

    /// Sets the message for an end at this point.
    pub(crate) fn says(&self, what: &str) {
        self.0.borrow_mut().resume = Some((what.to_owned(), None));
    }

    /// Sets an action for the end, which also runs after an interruption.
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
            () = SystemClock.sleep(Duration::from_secs(5)) => Some("no response came".to_owned()),
        };
        if let Some(why) = failed {
            eprintln!("the access token was not revoked and stays valid until it expires: {why}");
        }
    }
}

/// Quotes a word for a shell.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:,@%+".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Runs an example until it ends or is interrupted. If it did not succeed, prints the command that resumes it.
pub(crate) async fn run<F: Future<Output = Outcome>>(example: impl FnOnce(Run) -> F) -> ExitCode {
    let run = Run::default();
    let outcome = tokio::select! {
        // Polled first, so that an interruption is never missed.
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

/// Returns the exit code: 0 for success, 2 for invalid arguments, 3 if a retry cannot succeed, else 1.
pub(crate) fn ended(outcome: Outcome) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    eprintln!("error: {}", told(&*error));
    ExitCode::from(error.downcast_ref().map_or(1, |Exit(code, _)| *code))
}

/// Returns the text of an error with all its causes.
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

/// Waits for Ctrl-C, or for SIGTERM, which Kubernetes sends.
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

/// An error with an exit code.
#[derive(Debug)]
pub(crate) struct Exit(u8, String);

/// Creates the error for invalid arguments.
pub(crate) fn usage(what: impl fmt::Display) -> Box<dyn Error + Send + Sync> {
    Box::new(Exit(2, format!("{what}; see --help")))
}

/// Creates the error for a failure that another run cannot fix.
pub(crate) fn for_good(what: String) -> Box<dyn Error + Send + Sync> {
    Box::new(Exit(3, what))
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}

impl Error for Exit {}
