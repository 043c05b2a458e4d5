//! A request and its answer as they were, secrets and all.
//!
//! Must never be written or shown; so it has no `Debug`.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

/// What went over the wire.
pub struct Exchange {
    /// When the request came: its place among all of a run, from 1.
    pub number: u64,
    /// The method of the request.
    pub method: Method,
    /// Path and query of the request.
    pub target: String,
    /// The headers of the request.
    pub request_headers: HeaderMap,
    /// The body of the request.
    pub request_body: Bytes,
    /// The answer.
    pub answer: Answer,
}

/// What the service answered.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Exchange {
    /// Whether the service only asked for credentials, or for an answer to a newer nonce: part of the authentication,
    /// which the next request completes.
    pub(crate) fn is_challenge(&self) -> bool {
        let challenges = self.answer.headers.get_all(http::header::WWW_AUTHENTICATE);
        let stale = challenges.iter().any(|challenge| {
            let text = String::from_utf8_lossy(challenge.as_bytes()).to_ascii_lowercase();
            text.contains("stale=true") || text.contains("stale=\"true\"")
        });
        let unasked = !self
            .request_headers
            .contains_key(http::header::AUTHORIZATION);
        self.answer.status == StatusCode::UNAUTHORIZED
            && (stale
                || (unasked
                    && self
                        .answer
                        .headers
                        .contains_key(http::header::WWW_AUTHENTICATE)))
    }
}
