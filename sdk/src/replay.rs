//! A transport that answers from recordings, so that an application's test runs against recorded traffic.
//!
//! Must never send anything, and never give an answer to a request that no recording is of.
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::box_future::BoxFuture;
use crate::transport::Transport;
use crate::transport_error::TransportError;

mod recording;

pub use recording::{InvalidRecording, Recording};

/// Answers from recordings instead of the service. Clones share them, so that a test can ask afterwards what was used.
///
/// A request is told by its method and path; identifiers in it have to be those of the recording. Strictly, as by
/// default, the recordings are used once each and in order; [`Replay::loose`] is for calls that overlap.
///
/// Recordings hold no credentials and no challenges: use [`Credentials::bearer`](crate::Credentials::bearer). The pauses
/// of a wait are those of the client's clock, and a recorded 429 or 5xx is retried like any other: give the client a
/// clock of your own ([`ClientBuilder::clock`](crate::ClientBuilder::clock)), or the test takes as long as the service did.
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
    /// The recordings below a folder, in the order of their paths; numbers at the end of a file's name count as numbers.
    /// [`Recording::read`] says what a file looks like.
    ///
    /// # Errors
    /// When a file is no recording, something cannot be read, or there is nothing.
    pub fn from_dir(folder: impl AsRef<Path>) -> Result<Self, InvalidRecording> {
        Ok(Self::from_recordings(recording::read_folder(
            folder.as_ref(),
        )?))
    }

    /// These recordings, in this order.
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

    /// Answers in any order: a request by the first unused recording of its method and path, one with its query if
    /// there is any; and when all of them are used, by the last once more.
    #[must_use]
    pub fn loose(self) -> Self {
        self.state().loose = true;
        self
    }

    /// Which recordings were not used: their names, in order.
    #[must_use]
    pub fn unused(&self) -> Vec<String> {
        self.state().unused()
    }

    /// Whether all went as recorded, to end a test with.
    ///
    /// # Errors
    /// When recordings were not used, or requests came that were not recorded.
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

/// A request that was not recorded, or not as the next one. It is among the sources of the [`Error`](crate::Error) that
/// the call ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnexpectedRequest {
    asked: String,
    next: Option<String>,
}

impl UnexpectedRequest {
    /// Method and path of the request.
    #[must_use]
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// Method and path of the recording that was next; `None` when all were used.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl fmt::Display for UnexpectedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = self.next.as_deref().unwrap_or("none any more");
        write!(
            f,
            "{} has no recording here; the next one is {next}",
            self.asked
        )
    }
}

impl std::error::Error for UnexpectedRequest {}

/// How a test differs from what was recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unfinished {
    /// The names of the recordings that were not used, in order.
    pub unused: Vec<String>,
    /// The requests that had no recording, in the order they came.
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
