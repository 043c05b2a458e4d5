//! The text of errors, which is one line.
//!
//! Invariant: the text has no body and no header, and of a URL only the host.
use std::fmt;

use super::{Error, ErrorKind};
use crate::printable::Printable;

/// Maximum number of displayed violations.
const MOST_VIOLATIONS: usize = 10;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = &self.0.said;
        if let Some(context) = &self.0.context {
            write!(f, "{context}: ")?;
        }
        if let Some(operation) = self.0.operation {
            let outcome = if self.0.kind == ErrorKind::InvalidRequest {
                "was not sent"
            } else {
                "failed"
            };
            write!(f, "{} {} {outcome}: ", operation.method, operation.id)?;
        }
        if let Some(status) = self.status() {
            write!(f, "{}", status.as_u16())?;
            if let Some(code) = &said.code {
                write!(f, " {code}")?;
            }
            f.write_str(": ")?;
        }
        let status = self.status().and_then(|status| status.canonical_reason());
        let mut joint = "";
        if let Some(text) = said.detail.as_deref().or(said.reason.as_deref()) {
            write!(f, "{}", Printable(text))?;
            joint = "; ";
        } else if said.violations.is_empty() {
            f.write_str(status.unwrap_or("no reason given"))?;
        }
        for violation in said.violations.iter().take(MOST_VIOLATIONS) {
            write!(f, "{joint}{violation}")?;
            joint = "; ";
        }
        let more = said.violations.len().saturating_sub(MOST_VIOLATIONS);
        if more > 0 {
            write!(f, "; and {more} more")?;
        }
        if let Some((host, elapsed)) = &self.0.unreached {
            let (attempts, host) = (self.0.attempts, Printable(host));
            let times = if attempts == 1 { "attempt" } else { "attempts" };
            write!(f, " ({host}, {attempts} {times} in {elapsed:.1?})")?;
        }
        match &self.0.refusal {
            Some(why) => write!(f, "; {why}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &format_args!("{self}"))
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}
