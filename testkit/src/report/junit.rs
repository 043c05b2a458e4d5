//! The report as JUnit XML for CI systems: a test case per recording and per correction.
//!
//! Invariant: whatever a recording holds, the file is well-formed XML 1.0.

use super::Report;
use crate::verify::severity::{Kind, Severity, Whole};
use crate::verify::verdict::{Judged, Verdict};

impl Report {
    /// Formats the report as JUnit XML.
    #[must_use]
    pub fn junit(&self) -> String {
        let recordings = self
            .recordings
            .iter()
            .map(|judged| self.recording_case(judged));
        let recordings = suite("recordings", &recordings.collect::<Vec<_>>());
        let stale = self.severity.of(Kind::Whole(Whole::StaleCorrection));
        let corrections = self.corrections.iter().map(|correction| Case {
            class: "corrections".to_owned(),
            name: format!("{} {}", correction.action.number, correction.action.target),
            lines: vec![correction.action.title.clone()],
            outcome: match (correction.sites.is_empty(), stale) {
                (true, Severity::Error) => Some(("failure", "no recording needs it".to_owned())),
                _ => None,
            },
        });
        let corrections = corrections.collect::<Vec<_>>();
        let corrections = match corrections.is_empty() {
            true => String::new(),
            false => suite("corrections", &corrections),
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"contract\">\n{recordings}{corrections}</testsuites>\n"
        )
    }

    fn recording_case(&self, judged: &Judged) -> Case {
        let described = judged
            .findings
            .iter()
            .map(|class| self.described(class).join("\n"));
        let outcome = match judged.verdict {
            Verdict::Unreadable => Some("error"),
            _ if self.breaks(judged) => Some("failure"),
            _ => None,
        };
        Case {
            class: judged
                .operation
                .clone()
                .unwrap_or_else(|| "no operation".to_owned()),
            name: judged.recording.clone(),
            lines: std::iter::once(judged.verdict.to_string())
                .chain(described)
                .collect(),
            outcome: outcome.map(|kind| (kind, judged.verdict.to_string())),
        }
    }
}

struct Case {
    class: String,
    name: String,
    lines: Vec<String>,
    /// The element of a test case that did not pass, and its message.
    outcome: Option<(&'static str, String)>,
}

fn suite(name: &str, cases: &[Case]) -> String {
    let count = |kind: &str| {
        let is = |case: &&Case| case.outcome.as_ref().is_some_and(|(one, _)| *one == kind);
        cases.iter().filter(is).count()
    };
    let mut xml = format!(
        "<testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\">\n",
        cases.len(),
        count("failure"),
        count("error")
    );
    for Case {
        class,
        name,
        lines,
        outcome,
    } in cases
    {
        let (class, name, lines) = (escaped(class), escaped(name), escaped(&lines.join("\n")));
        let inner = match outcome {
            Some((kind, message)) => {
                format!("<{kind} message=\"{}\">{lines}</{kind}>", escaped(message))
            }
            None => format!("<system-out>{lines}</system-out>"),
        };
        xml += &format!("<testcase classname=\"{class}\" name=\"{name}\">{inner}</testcase>\n");
    }
    xml + "</testsuite>\n"
}

/// Escapes text for use between tags and in quotes; characters that XML excludes become U+FFFD.
fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\n' | '\t' => xml.push(letter),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => xml.push('\u{fffd}'),
            _ => xml.push(letter),
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_is_escaped_in_xml() {
        for (text, expected) in [
            ("a b", "a b"),
            ("]]></failure>", "]]&gt;&lt;/failure&gt;"),
            ("\" onload=\"x", "&quot; onload=&quot;x"),
            ("&amp;", "&amp;amp;"),
            (
                "a\u{0}\u{1b}\u{ffff}\tb\n",
                "a\u{fffd}\u{fffd}\u{fffd}\tb\n",
            ),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
