//! What is to go wrong, and when.
//!
//! Must never be left to chance: faults come in the order they were written down.
use http::StatusCode;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::{media, names, routes};
use crate::error::Error;

/// Something that goes wrong with the next requests of an operation, or of all operations of the API. Requests that only wait
/// to be challenged are passed over.
///
/// Downloads, and requests for and about access tokens, are met by faults that name them: `download`, `token`, `revoke`.
///
/// As JSON, for files: `{"operation": "createBackupExport", "fault": "status", "status": 503, "times": 2}`. A `status` may
/// have the `body` that comes with it, and its `mediaType`.
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
    /// How many requests go well first.
    after: u32,
    /// How many requests it meets.
    times: u32,
    #[serde(flatten)]
    kind: FaultKind,
    #[serde(flatten)]
    body: Option<Body>,
}

/// What an answer says instead of an error of the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    pub(super) body: String,
    pub(super) media_type: String,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "fault",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum FaultKind {
    /// The answer takes this long.
    Latency {
        /// How long.
        milliseconds: u64,
    },
    /// The connection breaks before the service sees the request.
    ResetBefore,
    /// The connection breaks after the service acted on the request: its answer is lost.
    ResetAfter,
    /// The connection breaks after so many bytes of the body.
    Truncate {
        /// How many bytes arrive.
        bytes: usize,
    },
    /// The answer comes with another media type.
    ContentType {
        /// The media type.
        media_type: String,
    },
    /// The service does not act, and answers with this status.
    Status {
        /// The status, of 400 to 599.
        status: u16,
        /// What `Retry-After` says, in seconds.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// The service's date is wrong by so many seconds.
    ClockSkew {
        /// How far the date is ahead.
        seconds: i64,
    },
    /// Every nonce and every access token stops being good.
    Forget,
    /// The job that the request makes will fail. It waits for a request that makes one.
    FailJob {
        /// Why, as the service says it.
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
    /// A fault that meets one request, of any operation.
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

    /// Only requests of this operation, by its name in the API, for example `createBackupExport`; the document's own
    /// `operationId` does as well.
    #[must_use]
    pub fn of(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// So many requests go well first.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// How many requests it meets.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// What comes with a [`FaultKind::Status`] instead of an error of the API: the page of a gateway, for example.
    #[must_use]
    pub fn with_body(mut self, media_type: &str, body: &str) -> Self {
        self.body = Some(Body {
            body: body.to_owned(),
            media_type: media_type.to_owned(),
        });
        self
    }

    /// The fault, if it can happen.
    pub(super) fn checked(mut self) -> Result<Self, Error> {
        let wrong = |what: String| Err(Error::configuration(what));
        if let Some(name) = &self.operation {
            self.operation = Some(names::read(name)?.to_owned());
        }
        if self.times == 0 {
            return wrong(
                "a fault that comes 0 times never comes: `times` is at least 1".to_owned(),
            );
        }
        let makes_one = |name: &String| routes::that_make_jobs().any(|one| one == name);
        match &self.kind {
            FaultKind::Status { status, .. }
                if !(400..=599).contains(status) || StatusCode::from_u16(*status).is_err() =>
            {
                return wrong(format!(
                    "{status} is no status of a failure: give one of 400 to 599"
                ));
            }
            FaultKind::FailJob { .. }
                if self.operation.as_ref().is_some_and(|name| !makes_one(name)) =>
            {
                let name = self.operation.as_deref().unwrap_or_default();
                let mut jobs: Vec<_> = routes::that_make_jobs().collect();
                jobs.sort_unstable();
                return wrong(format!(
                    "`{name}` makes no job that could fail: name one of {}",
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
            return wrong(format!("`{bad}` is no media type: write it as `text/html`"));
        }
        if self.body.is_some() && !matches!(self.kind, FaultKind::Status { .. }) {
            return wrong("only a `status` has a body".to_owned());
        }
        Ok(self)
    }

    fn written(mut fields: Map<String, Value>) -> Result<Self, Error> {
        let mut field = |name: &str| fields.remove(name).filter(|value| !value.is_null());
        let (operation, after, times) = (field("operation"), field("after"), field("times"));
        let mut said = (None, None);
        if fields.get("fault").is_some_and(|kind| kind == "status") && fields.contains_key("body") {
            said = (fields.remove("body"), fields.remove("mediaType"));
        }
        // A kind without settings would pass over whatever is written beside it.
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
        if let (Some(body), media_type) = said {
            let media_type = media_type.map(|name| read("mediaType", name)).transpose()?;
            let media_type: String = media_type.unwrap_or_else(|| "text/plain".to_owned());
            fault = fault.with_body(&media_type, &read::<String>("body", body)?);
        }
        fault.checked()
    }
}

fn read<T: for<'de> Deserialize<'de>>(name: &str, value: Value) -> Result<T, Error> {
    let said = |error| Error::configuration(format!("`{name}`: {error}"));
    T::deserialize(value).map_err(said)
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::written(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Reads a list of faults; what is wrong is told with the entry it is in.
pub(super) fn script(json: &str) -> Result<Vec<Fault>, Error> {
    let wrong = |what: String| Error::configuration(format!("the faults cannot be read: {what}"));
    let entries: Vec<Value> =
        serde_json::from_str(json).map_err(|error| wrong(format!("they are no list: {error}")))?;
    let numbered = entries.into_iter().enumerate();
    let read = numbered.map(|(index, entry)| {
        Fault::deserialize(entry).map_err(|error| wrong(format!("entry {}: {error}", index + 1)))
    });
    read.collect()
}

/// What meets a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) kind: FaultKind,
    pub(super) body: Option<Body>,
}

/// What meets a request for `subject`; each fault that waits for such a request comes one nearer. Of faults that
/// decide what becomes of the answer, one meets each request.
pub(super) fn due(faults: &mut Vec<Fault>, subject: &str) -> Vec<Due> {
    let mut due: Vec<Due> = Vec::new();
    for fault in faults.iter_mut() {
        let meant = match &fault.operation {
            Some(own) => own == subject,
            None => !names::OTHERS.contains(&subject),
        };
        let waits = matches!(fault.kind, FaultKind::FailJob { .. });
        if !meant || (waits && routes::that_make_jobs().all(|one| one != subject)) {
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
