//! Serves archives at download links, in any range of bytes (RFC 9110 section 14).
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;

use super::content::Content;
use super::operation_call::{Refusal, dated, refused};
use super::state::State;
use super::tar_gz::TarGz;
use super::{flex, restores};

/// Responds to a request for the archive of the job `id`, whose link ends in `token`.
pub(super) fn answer(
    state: &State,
    id: &str,
    token: &str,
    size: usize,
    request: &http::Request<Bytes>,
    now: Timestamp,
) -> http::Response<Content> {
    let refused = |refusal: &Refusal| refused(refusal, now, false).map(Content::from);
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let detail = format!("{} is not for an archive.", request.method());
        let refusal = Refusal::new(405, "METHOD_NOT_ALLOWED", detail);
        return refused(&refusal.with(header::ALLOW, "GET, HEAD"));
    }
    if request.headers().contains_key(header::AUTHORIZATION) {
        let detail = "Credentials must not be sent to the address of a download.";
        return refused(&Refusal::new(400, "UNEXPECTED_ERROR", detail));
    }
    let job = state.restore(id).filter(|job| {
        let parts = job.parts.len().max(1);
        !job.text("token").is_empty()
            && (0..parts).any(|part| token == format!("{}-{part}", job.text("token")))
    });
    let Some(job) = job else {
        let detail = "There is no such archive.";
        return refused(&Refusal::new(404, "RESOURCE_NOT_FOUND", detail));
    };
    let expires = restores::expiry(job, now).or_else(|| flex::expiry(job));
    if job.cancelled.is_some() || expires.is_none_or(|expires| now >= expires) {
        let refusal = Refusal::new(403, "CANNOT_DOWNLOAD_EXPIRED_JOB", "The link has expired.");
        return refused(&refusal);
    }
    let whole = TarGz::new(job.text("snapshotId"), size as u64);
    let tag = format!("\"{}-{}\"", job.text("snapshotId"), whole.size());
    let mut answer = ranged(request, &whole, &tag);
    dated(&mut answer, now);
    answer
}

fn ranged(request: &http::Request<Bytes>, whole: &TarGz, tag: &str) -> http::Response<Content> {
    let size = whole.size();
    let mut answer = http::Response::new(Content::Archive(whole.clone(), 0..size));
    let headers = answer.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::ETAG, tag);
    set(header::ACCEPT_RANGES, "bytes");
    set(header::CONTENT_TYPE, "application/gzip");
    let given = |name| text(request.headers(), name);
    let current = given(header::IF_RANGE).is_none_or(|validator| validator == tag);
    let range = given(header::RANGE).filter(|_| current && request.method() == Method::GET);
    let requested = range
        .and_then(|range| range.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'));
    if let Some((first, last)) = requested {
        let bounds = match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => {
                Some((first, last.saturating_add(1).min(size)))
            }
            (Ok(first), Err(_)) if last.is_empty() => Some((first, size)),
            (Err(_), Ok(suffix)) if first.is_empty() => Some((size.saturating_sub(suffix), size)),
            _ => None,
        };
        match bounds {
            Some((from, to)) if from < to => {
                set(
                    header::CONTENT_RANGE,
                    &format!("bytes {from}-{}/{size}", to - 1),
                );
                *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
                *answer.body_mut() = Content::Archive(whole.clone(), from..to);
            }
            Some(_) => {
                set(header::CONTENT_RANGE, &format!("bytes */{size}"));
                *answer.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
                *answer.body_mut() = Content::default();
            }
            // An invalid range is ignored.
            None => {}
        }
    }
    let length = HeaderValue::from(answer.body().len());
    answer.headers_mut().insert(header::CONTENT_LENGTH, length);
    if request.method() == Method::HEAD {
        *answer.body_mut() = Content::default();
    }
    answer
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
