//! Explanations of a 401, for its error.
//!
//! Invariant: an explanation contains no parameter of a challenge except the algorithm.
use http::{HeaderMap, header};
use http_auth::parser::ChallengeParser;

use super::authentication::Authentication;
use super::digest::{Challenge, parameter};
use crate::error::Error;
use crate::error_code::AtlasErrorCode;
use crate::printable::Printable;

impl Authentication {
    /// Explains a 401: the offered challenges are not supported, or the credentials were refused. Returns `None` if the
    /// service reports a missing role.
    pub(crate) fn refusal(&self, error: &Error) -> Option<String> {
        let headers = error.headers().filter(|_| error.is_unauthorized())?;
        let is_digest = matches!(self, Self::Digest(_));
        let is_answerable = Challenge::strongest(headers).is_some();
        let offered = offered(headers).join(", ");
        if is_digest && !is_answerable && !offered.is_empty() {
            return Some(format!(
                "none of the offered challenges can be answered with an API key, which takes Digest with MD5 or SHA-256: {}",
                Printable(&offered)
            ));
        }
        if error.error_code() == Some(&AtlasErrorCode::USER_UNAUTHORIZED) {
            return None;
        }
        let why = match (is_digest, is_answerable) {
            (true, true) => "the API key was refused",
            (true, false) => "no challenge was offered that an API key could answer",
            (false, _) => "the access token was refused",
        };
        Some(why.to_owned())
    }
}

/// Lists the schemes of all challenges, with their algorithms.
fn offered(headers: &HeaderMap) -> Vec<String> {
    let texts = headers.get_all(header::WWW_AUTHENTICATE).iter();
    let texts = texts.filter_map(|text| text.to_str().ok());
    let offered = texts.flat_map(|text| {
        let challenges = ChallengeParser::new(text).map_while(Result::ok);
        let mut offered: Vec<_> = challenges
            .map(|challenge| match parameter(&challenge, "algorithm") {
                Some(algorithm) => format!("{} with {algorithm}", challenge.scheme),
                None => challenge.scheme.to_owned(),
            })
            .collect();
        if offered.is_empty() {
            offered.extend(text.split_whitespace().next().map(str::to_owned));
        }
        offered
    });
    offered.collect()
}
