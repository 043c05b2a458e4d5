//! The control endpoints of a sandbox at a socket: its clock, faults and seen requests.
//!
//! They are at `/sandbox/…`, which the service does not have, and need no credentials. Their requests are not
//! counted, affected by faults or listed.
use std::time::Duration;

use bytes::Bytes;
use http::{Method, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::operation_call::response;
use super::world::Sandbox;
use super::{clock, faults};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_seconds: u64,
}

impl Sandbox {
    /// Returns the response if the request is for a control endpoint.
    pub(super) fn control(&self, request: &http::Request<Bytes>) -> Option<http::Response<Bytes>> {
        let what = request.uri().path().strip_prefix("/sandbox/")?;
        let (method, body) = (request.method(), request.body());
        let result = match (what, method.as_str()) {
            ("clock", "GET") => Ok(self.clock_state()),
            ("clock", "POST") => serde_json::from_slice(body)
                .map_err(|error| format!("send {{\"advanceSeconds\": 3600}}: {error}"))
                .map(|Advance { advance_seconds }| {
                    self.clock().advance(Duration::from_secs(advance_seconds));
                    self.clock_state()
                }),
            ("faults", "GET") => Ok(json!(self.world().faults)),
            ("faults", "POST") => faults::script(&String::from_utf8_lossy(body))
                .map_err(|error| error.to_string())
                .map(|more| {
                    let mut world = self.world();
                    world.faults.extend(more);
                    json!(world.faults)
                }),
            ("faults", "DELETE") => {
                self.world().faults.clear();
                Ok(json!([]))
            }
            ("seen", "GET") => Ok(self
                .seen()
                .iter()
                .map(|seen| {
                    json!({
                        "operation": seen.operation,
                        "method": seen.method.as_str(),
                        "target": seen.target,
                        "status": seen.status,
                    })
                })
                .collect()),
            (known, _) => return Some(self.misused(known)),
        };
        if *method != Method::GET {
            self.world().requests += 1;
        }
        Some(match result {
            Ok(json) => self.say(200, &json),
            Err(error) => self.say(400, &json!({ "error": error })),
        })
    }

    fn misused(&self, what: &str) -> http::Response<Bytes> {
        let allowed = match what {
            "clock" => "GET, POST",
            "faults" => "GET, POST, DELETE",
            "seen" => "GET",
            _ => {
                let error = "there are /sandbox/clock, /sandbox/faults and /sandbox/seen";
                return self.say(404, &json!({ "error": error }));
            }
        };
        let mut answer = self.say(405, &json!({ "error": format!("use {allowed}") }));
        let allowed = http::HeaderValue::from_static(allowed);
        answer.headers_mut().insert(header::ALLOW, allowed);
        answer
    }

    fn clock_state(&self) -> Value {
        let now = self.0.clock.date();
        json!({ "now": now, "passedSeconds": clock::since_beginning(now).as_secs() })
    }

    fn say(&self, status: u16, json: &Value) -> http::Response<Bytes> {
        response(
            status,
            "application/json",
            Some(json),
            self.0.clock.date(),
            false,
        )
    }
}
