//! A 401 whose credentials could not be replaced.
//!
//! Invariant: the failure of the replacement hides no 401 that the service explains, such as one about a missing role.
use bytes::Bytes;
use http::header;

use crate::error::Error;
use crate::error_code::AtlasErrorCode;
use crate::operation::Operation;

/// The extension of a 401 with the reason why its credentials were not replaced.
#[derive(Clone)]
pub(crate) struct NotReplaced(pub(crate) String);

/// The code for a token that is expired, revoked or malformed (RFC 6750 section 3.1), in a body or in `WWW-Authenticate`.
const INVALID_TOKEN: &str = "invalid_token";

/// Returns true if the service gives a reason other than the credentials, as it does to a caller that it knows. The code
/// for credentials that it does not know is `UNEXPECTED_ERROR`.
pub(super) fn is_explained(operation: &'static Operation, answer: &http::Response<Bytes>) -> bool {
    let mut challenges = answer.headers().get_all(header::WWW_AUTHENTICATE).iter();
    if challenges.any(|challenge| contains(challenge.as_bytes(), INVALID_TOKEN.as_bytes())) {
        return false;
    }
    let error = Error::api(operation, answer.clone());
    let code = error.error_code();
    code.is_some_and(|code| *code != AtlasErrorCode::UNEXPECTED_ERROR && *code != INVALID_TOKEN)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Adds the reason why the credentials were not replaced.
pub(super) fn not_replaced(
    mut answer: http::Response<Bytes>,
    reason: String,
) -> http::Response<Bytes> {
    answer.extensions_mut().insert(NotReplaced(reason));
    answer
}
