//! The trait of interceptors, and the types of its arguments.
//!
//! Invariant: an interceptor never sees credentials, and no header that it adds can replace them.
use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::error::Error;
use crate::operation::Operation;

/// Observes calls and adds headers to their requests.
///
/// By default, each method does nothing. Methods are called on the thread that polls the call, and must not block. A
/// dropped call ends without [`Interceptor::after_call`]. Each page of a list and each poll of a waiter is a call.
/// Token requests and downloads are not intercepted.
///
/// ```
/// use atlas_backup::{Attempt, Client, Credentials, Interceptor, Outcome, RequestHeaders};
/// use http::{HeaderName, HeaderValue};
///
/// struct TeamHeader;
///
/// impl Interceptor for TeamHeader {
///     fn before_attempt(&self, _: &Attempt, headers: &mut RequestHeaders<'_>) {
///         let name = HeaderName::from_static("x-team");
///         // Fails only if the call has set the header itself.
///         headers.add(name, HeaderValue::from_static("backup")).ok();
///     }
///
///     fn after_call(&self, operation: &atlas_backup::Operation, outcome: &Outcome<'_>) {
///         println!("{} took {:?}", operation.id, outcome.duration);
///     }
/// }
///
/// # fn main() -> Result<(), atlas_backup::Error> {
/// let client = Client::builder()
///     .credentials(Credentials::bearer("token"))
///     .interceptor(TeamHeader)
///     .build()?;
/// # Ok(()) }
/// ```
pub trait Interceptor: Send + Sync + 'static {
    /// Called before each attempt is authorised and sent.
    fn before_attempt(&self, attempt: &Attempt, headers: &mut RequestHeaders<'_>) {
        let _ = (attempt, headers);
    }

    /// Called after each attempt, whether it succeeded or failed.
    fn after_attempt(&self, attempt: &Attempt, outcome: &Outcome<'_>) {
        let _ = (attempt, outcome);
    }

    /// Called after a failed attempt that is retried after `wait`.
    fn before_retry(&self, attempt: &Attempt, wait: Duration) {
        let _ = (attempt, wait);
    }

    /// Called once at the end of a call.
    ///
    /// The outcome is that of the last attempt, with the totals of all attempts. A successful response has not been
    /// decoded yet.
    fn after_call(&self, operation: &Operation, outcome: &Outcome<'_>) {
        let _ = (operation, outcome);
    }
}

/// One attempt of a call.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation that is called.
    pub operation: &'static Operation,
    /// The number of the attempt, from 1.
    pub number: u32,
}

/// The outcome of an attempt, or of a whole call.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// The status of the response; `None` if there was none.
    pub status: Option<StatusCode>,
    /// The headers of the response; `None` if there was none.
    pub headers: Option<&'a HeaderMap>,
    /// The failure; `None` for a success.
    pub error: Option<&'a Error>,
    /// The number of attempts so far.
    pub attempts: u32,
    /// The duration; that of a call includes all attempts and waits.
    pub duration: Duration,
    /// The size of the request bodies in bytes, without bodies that are streams.
    pub sent_bytes: u64,
    /// The size of the response bodies in bytes, without bodies that are streams.
    pub received_bytes: u64,
}

/// The headers of a request, before it is authorised.
pub struct RequestHeaders<'a>(pub(crate) &'a mut HeaderMap);

/// Headers of credentials and of the connection, which an interceptor cannot add.
const RESERVED: [HeaderName; 6] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::COOKIE,
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
];

impl RequestHeaders<'_> {
    /// Returns the value of a header. The headers contain no credentials.
    #[must_use]
    pub fn get(&self, name: &HeaderName) -> Option<&HeaderValue> {
        self.0.get(name)
    }

    /// Adds a header.
    ///
    /// # Errors
    /// If the request already has the header, or if the header is reserved for credentials or the connection. The
    /// request is then unchanged.
    pub fn add(&mut self, name: HeaderName, value: HeaderValue) -> Result<(), ReservedHeader> {
        if RESERVED.contains(&name) || self.0.contains_key(&name) {
            return Err(ReservedHeader(name));
        }
        self.0.insert(name, value);
        Ok(())
    }
}

impl fmt::Debug for RequestHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// A header that an interceptor may not add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservedHeader(HeaderName);

impl fmt::Display for ReservedHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the header `{}` is already set, or is reserved for credentials or the connection: choose another name",
            self.0
        )
    }
}

impl std::error::Error for ReservedHeader {}
