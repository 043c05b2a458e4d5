//! A transport that replays recorded responses, for tests of applications.
//!
//! Invariant: nothing is sent, and a request without a recording is an error.
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::box_future::BoxFuture;
use crate::transport::Transport;
use crate::transport_error::TransportError;

mod recording;

pub use recording::{InvalidRecording, Recording};

/// A transport that replays recorded responses. Clones share their state, so a test can inspect it afterwards.
///
/// A request matches a recording by method and path, including the identifiers in the path. By default, each recording is
/// used once and in order; [`Replay::loose`] allows any order, for concurrent calls.
///
/// Recordings have no credentials and no challenges: use [`Credentials::bearer`](crate::Credentials::bearer). Waiters sleep
/// on the client's clock, and a recorded 429 or 5xx is retried. Set a test clock
/// ([`ClientBuilder::clock`](crate::ClientBuilder::clock)); otherwise the test takes as long as the recorded run.
///
/// ```
/// use atlas_backup::{Client, ClusterName, Credentials, ObjectId, Recording, Replay};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let recording = "\
/// > GET /api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/clusters/Cluster0/backup/exports
/// HTTP/1.1 200 OK
/// Content-Type: application/vnd.atlas.2023-01-01+json
///
/// {\"results\":[],\"totalCount\":0}
/// ";
/// let replay = Replay::from_recordings([Recording::parse(recording)?]);
/// let client = Client::builder()
///     .credentials(Credentials::bearer("any"))
///     .transport(replay.clone())
///     .build()?;
///
/// let (project, cluster): (ObjectId, ClusterName) = ("5f0c1e2d3a4b5c6d7e8f9a0b".parse()?, "Cluster0".parse()?);
/// assert_eq!(client.list_backup_exports(&project, &cluster).await?.results.len(), 0);
/// replay.finish()?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Replay(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    recordings: Vec<Entry>,
    loose: bool,
    unexpected: Vec<UnexpectedRequest>,
}

#[derive(Debug)]
struct Entry {
    recording: Recording,
    used: bool,
}

impl Replay {
    /// Reads the recordings below a directory, in the order of their paths. Numbers at the end of file names are ordered
    /// numerically. See [`Recording::read`] for the formats.
    ///
    /// # Errors
    /// If a file is not a recording or cannot be read, or the directory has no files.
    pub fn from_dir(folder: impl AsRef<Path>) -> Result<Self, InvalidRecording> {
        Ok(Self::from_recordings(recording::read_folder(
            folder.as_ref(),
        )?))
    }

    /// Replays these recordings, in this order.
    #[must_use]
    pub fn from_recordings(recordings: impl IntoIterator<Item = Recording>) -> Self {
        let unused = |recording| Entry {
            recording,
            used: false,
        };
        Self(Arc::new(Mutex::new(State {
            recordings: recordings.into_iter().map(unused).collect(),
            loose: false,
            unexpected: Vec::new(),
        })))
    }

    /// Allows requests in any order. A request gets the first unused recording of its method and path, preferably with the
    /// same query. If all of them were used, it gets the last one again.
    #[must_use]
    pub fn loose(self) -> Self {
        self.state().loose = true;
        self
    }

    /// Returns the names of the unused recordings, in order.
    #[must_use]
    pub fn unused(&self) -> Vec<String> {
        self.state().unused()
    }

    /// Checks that every recording was used and every request was recorded. Call it at the end of a test.
    ///
    /// # Errors
    /// If recordings were not used, or requests were not recorded.
    pub fn finish(&self) -> Result<(), Unfinished> {
        let state = self.state();
        let unfinished = Unfinished {
            unused: state.unused(),
            unexpected: state.unexpected.clone(),
        };
        if unfinished == Unfinished::default() {
            return Ok(());
        }
        Err(unfinished)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Replay {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let answer = self.state().answer(&request);
        Box::pin(async { answer.map_err(|error| TransportError::Unacceptable(error.into())) })
    }
}

impl State {
    fn answer(
        &mut self,
        request: &http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, UnexpectedRequest> {
        let found = if self.loose {
            self.any_for(request)
        } else {
            let next = self.recordings.iter().position(|entry| !entry.used);
            next.filter(|next| self.recordings[*next].recording.is_of(request))
        };
        if let Some(entry) = found.and_then(|found| self.recordings.get_mut(found)) {
            entry.used = true;
            return Ok(entry.recording.answer().clone());
        }
        let next = self.recordings.iter().find(|entry| !entry.used);
        let unexpected = UnexpectedRequest {
            asked: format!("{} {}", request.method(), request.uri().path()),
            next: next.map(|entry| entry.recording.asked()),
        };
        self.unexpected.push(unexpected.clone());
        Err(unexpected)
    }

    fn any_for(&self, request: &http::Request<Bytes>) -> Option<usize> {
        let of = |entry: &&(usize, &Entry)| entry.1.recording.is_of(request);
        let entries: Vec<_> = self.recordings.iter().enumerate().collect();
        let of_path: Vec<_> = entries.iter().filter(of).collect();
        let mut of_query = of_path.clone();
        of_query.retain(|(_, entry)| entry.recording.has_query_of(request));
        let best = if of_query.is_empty() {
            of_path
        } else {
            of_query
        };
        let unused = best.iter().find(|(_, entry)| !entry.used);
        unused.or(best.last()).map(|(index, _)| *index)
    }

    fn unused(&self) -> Vec<String> {
        let unused = self.recordings.iter().filter(|entry| !entry.used);
        unused
            .map(|entry| entry.recording.name().to_owned())
            .collect()
    }
}

/// The error for a request that does not match the next recording. It is a source of the call's [`Error`](crate::Error).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnexpectedRequest {
    asked: String,
    next: Option<String>,
}

impl UnexpectedRequest {
    /// Returns method and path of the request.
    #[must_use]
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// Returns method and path of the next recording, or `None` if all were used.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl fmt::Display for UnexpectedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = self.next.as_deref().unwrap_or("none");
        write!(
            f,
            "no recording matches {}; the next recording is {next}",
            self.asked
        )
    }
}

impl std::error::Error for UnexpectedRequest {}

/// The differences between a test run and its recordings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unfinished {
    /// The names of the recordings that were not used, in order.
    pub unused: Vec<String>,
    /// The requests without a recording, in order.
    pub unexpected: Vec<UnexpectedRequest>,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unused, unexpected) = (self.unused.len(), self.unexpected.len());
        write!(
            f,
            "{unused} recordings were not used, {unexpected} requests were not recorded"
        )?;
        for name in &self.unused {
            write!(f, "\n  not used: {name}")?;
        }
        for request in &self.unexpected {
            write!(f, "\n  {request}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Unfinished {}
