//! A request and its response as they were sent, including secrets.
//!
//! Must never be written or shown; so it has no `Debug`.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

/// A request and its response.
pub struct Exchange {
    /// The request's number in the run, from 1.
    pub number: u64,
    /// The method of the request.
    pub method: Method,
    /// Path and query of the request.
    pub target: String,
    /// The headers of the request.
    pub request_headers: HeaderMap,
    /// The body of the request.
    pub request_body: Bytes,
    /// The response.
    pub response: ExchangeResponse,
}

/// The service's response.
pub struct ExchangeResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Exchange {
    /// Returns true if the response only asks for credentials or for a newer nonce.
    ///
    /// Such an exchange is part of the authentication, which the next request completes.
    pub(crate) fn is_challenge(&self) -> bool {
        let challenges = self
            .response
            .headers
            .get_all(http::header::WWW_AUTHENTICATE);
        let stale = challenges.iter().any(|challenge| {
            let text = String::from_utf8_lossy(challenge.as_bytes()).to_ascii_lowercase();
            text.contains("stale=true") || text.contains("stale=\"true\"")
        });
        let unasked = !self
            .request_headers
            .contains_key(http::header::AUTHORIZATION);
        self.response.status == StatusCode::UNAUTHORIZED
            && (stale
                || (unasked
                    && self
                        .response
                        .headers
                        .contains_key(http::header::WWW_AUTHENTICATE)))
    }
}
