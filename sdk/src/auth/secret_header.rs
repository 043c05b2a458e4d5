//! Header values that are secret.
//!
//! Must never name the secret in an error.
use bytes::Bytes;
use http::{HeaderValue, header};

use crate::error::Error;

/// A header value that debug output hides and HPACK does not index.
pub(super) fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The header for an access token; `None` if the token is empty, or no header can carry it.
pub(super) fn bearer(token: &str) -> Option<HeaderValue> {
    let usable = !token.trim().is_empty();
    usable.then(|| sensitive(&format!("Bearer {token}")))?
}

pub(super) fn unusable(what: &str) -> Error {
    Error::credentials(format!(
        "the {what} is empty or holds characters that no header may carry"
    ))
}

/// The request with this value of `Authorization`.
pub(super) fn authorised(
    mut request: http::Request<Bytes>,
    value: HeaderValue,
) -> http::Request<Bytes> {
    request.headers_mut().insert(header::AUTHORIZATION, value);
    request
}
