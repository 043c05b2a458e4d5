//! The report as GitHub workflow annotations at the recordings' files.
//!
//! Invariant: no content of a recording can end its annotation or start another.

use super::Report;
use crate::verify::severity::{Kind, Severity, Whole};
use crate::verify::verdict::Verdict;

impl Report {
    /// Formats the report as workflow commands, followed by the text.
    #[must_use]
    pub fn github(&self) -> String {
        let mut text = String::new();
        for judged in &self.recordings {
            let unreadable = judged.verdict == Verdict::Unreadable;
            for class in judged.findings.iter().filter(|class| !class.accepted) {
                let severity = match unreadable {
                    true => self.severity.of(Kind::Whole(Whole::Unreadable)),
                    false => self.severity.of_rule(class.finding.rule),
                };
                let kind = match severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Note => "notice",
                };
                let lines = self.described(class);
                let about = judged.operation.as_deref().unwrap_or("no operation");
                text += &format!(
                    "::{kind} file={},title={}::{}\n",
                    property(&judged.file),
                    property(&format!("{about}: {}", judged.verdict)),
                    message(&lines.join("\n"))
                );
            }
        }
        text + &self.text()
    }
}

/// Escapes the message of a workflow command.
fn message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{message, property};

    #[test]
    fn text_is_escaped_in_annotations() {
        assert_eq!(message("100%\n::error::x\r"), "100%25%0A::error::x%0D");
        assert_eq!(property("a,b:c%"), "a%2Cb%3Ac%25");
    }
}
