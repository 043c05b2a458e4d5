//! Secret header values.
//!
//! Invariant: errors do not contain the secret.
use bytes::Bytes;
use http::{HeaderValue, header};

use crate::error::Error;

/// Creates a header value that `Debug` does not show and HPACK does not index.
pub(super) fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Creates the header value of an access token; `None` if the token is empty or has characters that are not allowed.
pub(super) fn bearer(token: &str) -> Option<HeaderValue> {
    let usable = !token.trim().is_empty();
    usable.then(|| sensitive(&format!("Bearer {token}")))?
}

pub(super) fn unusable(what: &str) -> Error {
    Error::credentials(format!(
        "the {what} is empty or has characters that are not allowed in a header"
    ))
}

/// Sets the `Authorization` header of the request.
pub(super) fn authorised(
    mut request: http::Request<Bytes>,
    value: HeaderValue,
) -> http::Request<Bytes> {
    request.headers_mut().insert(header::AUTHORIZATION, value);
    request
}
