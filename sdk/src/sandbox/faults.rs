//! Injected faults.
//!
//! Must never be random: faults occur in the order in which they were added.
use http::StatusCode;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::{media, names, routes};
use crate::error::Error;

/// A fault in the next requests of an operation, or of all operations of the API.
///
/// Requests without credentials, which only get a challenge, are not affected. Downloads, and requests for
/// and about access tokens, are affected by faults that name them: `download`, `token`, `revoke`.
///
/// As JSON, for files: `{"operation": "createBackupExport", "fault": "status", "status": 503, "times": 2}`. A
/// `status` may have a `body` and its `mediaType`.
///
/// ```
/// use atlas_backup::sandbox::{Fault, FaultKind};
/// let twice = Fault::new(FaultKind::Status { status: 503, retry_after: None }).of("createBackupExport").times(2);
/// let text = r#"{"operation": "createBackupExport", "fault": "status", "status": 503, "times": 2}"#;
/// assert_eq!(serde_json::from_str::<Fault>(text).unwrap(), twice);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    /// Number of requests that succeed first.
    after: u32,
    /// Number of requests that are affected.
    times: u32,
    #[serde(flatten)]
    kind: FaultKind,
    #[serde(flatten)]
    body: Option<Body>,
}

/// The body of a response, in place of an error of the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    pub(super) body: String,
    pub(super) media_type: String,
}

/// The kind of a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "fault",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum FaultKind {
    /// The response is delayed.
    Latency {
        /// The delay.
        milliseconds: u64,
    },
    /// The connection breaks before the service sees the request.
    ResetBefore,
    /// The connection breaks after the service acted on the request: its response is lost.
    ResetAfter,
    /// The connection breaks within the body.
    Truncate {
        /// Number of bytes that arrive.
        bytes: usize,
    },
    /// The response has another media type.
    ContentType {
        /// The media type.
        media_type: String,
    },
    /// The service does not act, and responds with this status.
    Status {
        /// The status, from 400 to 599.
        status: u16,
        /// `Retry-After`, in seconds.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// The service's `Date` is wrong.
    ClockSkew {
        /// How far the date is ahead, in seconds.
        seconds: i64,
    },
    /// All nonces and access tokens become invalid.
    Forget,
    /// The job that the request creates will fail.
    ///
    /// The fault waits for a request that creates a job.
    FailJob {
        /// The service's reason.
        reason: String,
    },
}

impl FaultKind {
    fn decides(&self) -> bool {
        matches!(
            self,
            Self::ResetBefore
                | Self::ResetAfter
                | Self::Truncate { .. }
                | Self::ContentType { .. }
                | Self::Status { .. }
        )
    }
}

impl Fault {
    /// Creates a fault that affects one request, of any operation.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self {
            operation: None,
            after: 0,
            times: 1,
            kind,
            body: None,
        }
    }

    /// Limits the fault to requests of this operation.
    ///
    /// `operation` is its name in the SDK, for example `createBackupExport`, or the document's `operationId`.
    #[must_use]
    pub fn of(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Sets the number of requests that succeed first.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// Sets the number of requests that are affected.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Sets the body of a [`FaultKind::Status`], for example a gateway's error page.
    ///
    /// Without it, the body is an error of the API.
    #[must_use]
    pub fn with_body(mut self, media_type: &str, body: &str) -> Self {
        self.body = Some(Body {
            body: body.to_owned(),
            media_type: media_type.to_owned(),
        });
        self
    }

    /// Checks that the fault can occur.
    pub(super) fn checked(mut self) -> Result<Self, Error> {
        let wrong = |what: String| Err(Error::configuration(what));
        if let Some(name) = &self.operation {
            self.operation = Some(names::read(name)?.to_owned());
        }
        if self.times == 0 {
            return wrong("`times` must be at least 1".to_owned());
        }
        let makes_one = |name: &String| routes::that_create_jobs().any(|one| one == name);
        match &self.kind {
            FaultKind::Status { status, .. }
                if !(400..=599).contains(status) || StatusCode::from_u16(*status).is_err() =>
            {
                return wrong(format!(
                    "{status} is not an error status: use one of 400 to 599"
                ));
            }
            FaultKind::FailJob { .. }
                if self.operation.as_ref().is_some_and(|name| !makes_one(name)) =>
            {
                let name = self.operation.as_deref().unwrap_or_default();
                let mut jobs: Vec<_> = routes::that_create_jobs().collect();
                jobs.sort_unstable();
                return wrong(format!(
                    "`{name}` creates no job that could fail: name one of {}",
                    jobs.join(", ")
                ));
            }
            _ => {}
        }
        let media_types = [
            match &self.kind {
                FaultKind::ContentType { media_type } => Some(media_type),
                _ => None,
            },
            self.body.as_ref().map(|body| &body.media_type),
        ];
        if let Some(bad) = media_types
            .into_iter()
            .flatten()
            .find(|name| !media::is_one(name))
        {
            return wrong(format!(
                "`{bad}` is not a media type: write it as `text/html`"
            ));
        }
        if self.body.is_some() && !matches!(self.kind, FaultKind::Status { .. }) {
            return wrong("only a `status` fault can have a body".to_owned());
        }
        Ok(self)
    }

    fn written(mut fields: Map<String, Value>) -> Result<Self, Error> {
        let mut field = |name: &str| fields.remove(name).filter(|value| !value.is_null());
        let (operation, after, times) = (field("operation"), field("after"), field("times"));
        let mut body_fields = (None, None);
        if fields.get("fault").is_some_and(|kind| kind == "status") && fields.contains_key("body") {
            body_fields = (fields.remove("body"), fields.remove("mediaType"));
        }
        // For a kind without settings, serde would ignore other fields.
        if let Some("resetBefore" | "resetAfter" | "forget") =
            fields.get("fault").and_then(Value::as_str)
            && let Some(name) = fields.keys().find(|name| *name != "fault")
        {
            return Err(Error::configuration(format!("unknown field `{name}`")));
        }
        let kind = read("fault", Value::Object(fields))?;
        let mut fault = Self::new(kind);
        fault.operation = operation.map(|name| read("operation", name)).transpose()?;
        fault.after = after.map_or(Ok(0), |after| read("after", after))?;
        fault.times = times.map_or(Ok(1), |times| read("times", times))?;
        if let (Some(body), media_type) = body_fields {
            let media_type = media_type.map(|name| read("mediaType", name)).transpose()?;
            let media_type: String = media_type.unwrap_or_else(|| "text/plain".to_owned());
            fault = fault.with_body(&media_type, &read::<String>("body", body)?);
        }
        fault.checked()
    }
}

fn read<T: for<'de> Deserialize<'de>>(name: &str, value: Value) -> Result<T, Error> {
    let in_field = |error| Error::configuration(format!("`{name}`: {error}"));
    T::deserialize(value).map_err(in_field)
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::written(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Parses a list of faults; errors name the invalid entry.
pub(super) fn script(json: &str) -> Result<Vec<Fault>, Error> {
    let wrong = |what: String| Error::configuration(format!("the faults are invalid: {what}"));
    let entries: Vec<Value> = serde_json::from_str(json)
        .map_err(|error| wrong(format!("they are not a list: {error}")))?;
    let numbered = entries.into_iter().enumerate();
    let read = numbered.map(|(index, entry)| {
        Fault::deserialize(entry).map_err(|error| wrong(format!("entry {}: {error}", index + 1)))
    });
    read.collect()
}

/// A fault that affects a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) kind: FaultKind,
    pub(super) body: Option<Body>,
}

/// Returns the faults that affect a request for `subject`.
///
/// Counts the request for all faults that wait for it.
///
/// At most one fault that decides the response affects each request.
pub(super) fn due(faults: &mut Vec<Fault>, subject: &str) -> Vec<Due> {
    let mut due: Vec<Due> = Vec::new();
    for fault in faults.iter_mut() {
        let meant = match &fault.operation {
            Some(own) => own == subject,
            None => !names::OTHERS.contains(&subject),
        };
        let waits = matches!(fault.kind, FaultKind::FailJob { .. });
        if !meant || (waits && routes::that_create_jobs().all(|one| one != subject)) {
            continue;
        }
        if fault.after > 0 {
            fault.after -= 1;
        } else if !(fault.kind.decides() && due.iter().any(|due| due.kind.decides())) {
            fault.times -= 1;
            due.push(Due {
                kind: fault.kind.clone(),
                body: fault.body.clone(),
            });
        }
    }
    faults.retain(|fault| fault.times > 0);
    due
}
