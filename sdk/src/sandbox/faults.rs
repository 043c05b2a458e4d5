//! What is to go wrong, and when.
//!
//! Must never be left to chance: faults come in the order they were written down.
use serde::{Deserialize, Serialize};

/// Something that goes wrong with the next requests of an operation, or of all. Requests without credentials, which are
/// only sent to be challenged, are passed over.
///
/// As JSON, for files: `{"operation": "createBackupExport", "fault": "status", "status": 503, "times": 2}`.
///
/// ```
/// use atlas_backup::sandbox::{Fault, FaultKind};
/// let twice = Fault::new(FaultKind::Status { status: 503, retry_after: None }).of("createBackupExport").times(2);
/// let text = r#"{"operation": "createBackupExport", "fault": "status", "status": 503, "times": 2}"#;
/// assert_eq!(serde_json::from_str::<Fault>(text).unwrap(), twice);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// The operation's name in the API, for example `createBackupExport`; all of them without it.
    #[serde(default)]
    operation: Option<String>,
    /// How many requests go well first.
    #[serde(default)]
    after: u32,
    /// How many requests it meets.
    #[serde(default = "once")]
    times: u32,
    #[serde(flatten)]
    kind: FaultKind,
}

fn once() -> u32 {
    1
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "fault",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
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
        /// The status.
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
    /// The job that the request makes will fail.
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
        }
    }

    /// Only requests of this operation, by its name in the API.
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
}

/// What meets a request of `operation`; each fault that waits for such a request comes one nearer. Of faults that
/// decide what becomes of the answer, one meets each request.
pub(super) fn due(faults: &mut Vec<Fault>, operation: &str) -> Vec<FaultKind> {
    faults.retain(|fault| fault.times > 0);
    let mut due: Vec<FaultKind> = Vec::new();
    for fault in faults.iter_mut() {
        if fault
            .operation
            .as_deref()
            .is_some_and(|own| own != operation)
        {
            continue;
        }
        if fault.after > 0 {
            fault.after -= 1;
        } else if !(fault.kind.decides() && due.iter().any(FaultKind::decides)) {
            fault.times -= 1;
            due.push(fault.kind.clone());
        }
    }
    due
}
