//! Unwraps responses to `envelope=true`.
//!
//! A single object arrives as `{"status", "content"}`; a list keeps its fields and gains `status`. The service may ignore
//! the flag.
//!
//! Invariant: any other body is returned unchanged.
use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use crate::json;

/// Returns the response without its envelope, with the envelope's status.
pub(crate) fn open(answer: http::Response<Bytes>) -> http::Response<Bytes> {
    let Some((status, content)) = read(answer.body()) else {
        return answer;
    };
    let (mut parts, _) = answer.into_parts();
    parts.status = status;
    http::Response::from_parts(parts, content)
}

fn read(body: &[u8]) -> Option<(StatusCode, Bytes)> {
    let Ok(Value::Object(mut fields)) = json::value(body) else {
        return None;
    };
    // A resource may have a `status` of its own, which is a string.
    let status = fields.get("status")?.as_u64()?;
    let status = StatusCode::from_u16(u16::try_from(status).ok()?).ok()?;
    fields.remove("status");
    let content = fields.remove("content").unwrap_or(Value::Object(fields));
    Some((status, serde_json::to_vec(&content).ok()?.into()))
}
