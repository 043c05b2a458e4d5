//! The report as a self-contained HTML page: it loads nothing from elsewhere.
//!
//! Invariant: every text is escaped, and the content security policy allows only the page's own script, by
//! its digest.

use super::{Correction, Report};
use crate::verify::severity::Severity;
use crate::verify::verdict::{Class, Judged, Verdict};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

impl Report {
    /// Formats the report as an HTML page.
    #[must_use]
    pub fn html(&self) -> String {
        let digest = STANDARD.encode(Sha256::digest(SCRIPT));
        let verdicts = self.counts.iter().map(|(verdict, count)| {
            format!("<option value=\"{verdict}\">{verdict} ({count})</option>")
        });
        // Put the most severe recordings first, even if scripts are disabled.
        let mut sorted: Vec<&Judged> = self.recordings.iter().collect();
        sorted.sort_by_key(|judged| std::cmp::Reverse(self.gravity(judged)));
        let rows = sorted.into_iter().map(|judged| self.row(judged));
        let corrections = self.corrections.iter().map(correction);
        let coverage = self.coverage.iter().map(|coverage| {
            let seen = coverage
                .seen
                .iter()
                .map(|(status, count)| format!("{status}×{count}"));
            let seen = seen.collect::<Vec<_>>().join(" ");
            row(&[
                ("operation", "", escaped(&coverage.operation)),
                ("seen", "", escaped(&seen)),
                ("never seen", "", escaped(&coverage.never.join(" "))),
            ])
        });
        let [verdicts, rows, corrections, coverage] = [
            verdicts.collect::<String>(),
            rows.collect(),
            corrections.collect(),
            coverage.collect(),
        ];
        let mut rest = String::new();
        for (heading, lines) in [
            ("Fields and values", self.place_lines()),
            ("Baseline", self.baseline_lines()),
            ("External validators", self.external_validator_lines()),
        ] {
            if !lines.is_empty() {
                rest += &format!("<h2>{heading}</h2>\n<pre>{}</pre>\n", escaped(&lines));
            }
        }
        let facts = [
            ("verdict", self.verdict()),
            ("recordings", self.counted_verdicts()),
            ("judged by", self.judged_by.join("\n")),
            ("versions", self.older().unwrap_or_default()),
        ];
        let facts = facts.iter().filter(|(_, text)| !text.is_empty());
        let facts = facts.map(|(name, text)| {
            let text = escaped(text).replace('\n', "<br>");
            format!("<dt>{name}</dt><dd>{text}</dd>")
        });
        let facts = facts.collect::<String>();
        let (outcome, state) = (self.outcome(), self.outcome().exit_status());
        let recordings = table(
            "recordings",
            &["severity", "verdict", "recording", "operation", "status"],
            &rows,
        );
        let corrections = match corrections.is_empty() {
            true => String::new(),
            false => {
                let heads = ["number", "correction", "recordings"];
                let table = table("corrections", &heads, &corrections);
                format!("<h2>Corrections</h2>\n{table}")
            }
        };
        let coverage = table("coverage", &["operation", "seen", "never seen"], &coverage);
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Contract: {outcome}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <h1 data-outcome=\"{state}\">Contract: {outcome}</h1>\n<dl>{facts}</dl>\n<h2>Recordings</h2>\n\
             <p class=\"choose\"><label>Search <input id=\"search\" type=\"search\"></label>\n\
             <label>Verdict <select id=\"verdict\"><option value=\"\">all</option>{verdicts}</select></label> <output id=\"shown\"></output></p>\n\
             {recordings}{corrections}<h2>Coverage</h2>\n{coverage}{rest}<script>{SCRIPT}</script>\n</body>\n</html>\n"
        )
    }

    /// Returns the sort key of a recording: its most severe finding.
    fn gravity(&self, judged: &Judged) -> u8 {
        match self.severity.of_recording(judged).max() {
            Some(Severity::Error) => 3,
            Some(Severity::Warning) => 2,
            Some(Severity::Note) => 1,
            None => 0,
        }
    }

    fn row(&self, judged: &Judged) -> String {
        let worst = self.severity.of_recording(judged).max();
        let order = self.gravity(judged).to_string();
        let severity = worst.map(|severity| severity.to_string());
        let findings = judged.findings.iter().map(|class| self.finding(class));
        let corrected = judged.corrected.iter().map(|one| {
            let inner = self.finding(&one.class);
            format!(
                "<li>correction {}, without which:<ul>{inner}</ul></li>",
                one.action
            )
        });
        let details = findings.chain(corrected).collect::<String>();
        let name = escaped(&judged.place());
        let recording = if details.is_empty() {
            name
        } else {
            let open = match self.breaks(judged) || judged.verdict == Verdict::Unreadable {
                true => " open",
                false => "",
            };
            format!("<details{open}><summary>{name}</summary><ul>{details}</ul></details>")
        };
        let status = judged.status.map(|status| status.to_string());
        row(&[
            ("severity", &order, severity.unwrap_or_default()),
            ("verdict", "", judged.verdict.to_string()),
            ("recording", &judged.recording, recording),
            (
                "operation",
                "",
                escaped(judged.operation.as_deref().unwrap_or_default()),
            ),
            ("status", "", status.unwrap_or_default()),
        ])
    }

    fn finding(&self, class: &Class) -> String {
        let lines = self.described(class);
        let lines = lines.iter().map(|line| escaped(line)).collect::<Vec<_>>();
        let accepted = if class.accepted {
            " (accepted by the baseline)"
        } else {
            ""
        };
        format!("<li>{}{accepted}</li>", lines.join("<br>"))
    }
}

fn correction(correction: &Correction) -> String {
    let sites = correction.sites.iter().map(|site| {
        let names = site
            .recordings
            .iter()
            .map(|name| escaped(name))
            .collect::<Vec<_>>();
        let (rule, schema) = (site.rule, escaped(&site.schema));
        format!("<li>{rule} by #{schema}<br>{}</li>", names.join("<br>"))
    });
    let sites = sites.collect::<String>();
    let title = escaped(&correction.action.title);
    let details = if sites.is_empty() {
        format!("{title}<br>stale: no recording needs it")
    } else {
        format!("<details><summary>{title}</summary><ul>{sites}</ul></details>")
    };
    let count: usize = correction
        .sites
        .iter()
        .map(|site| site.recordings.len())
        .sum();
    row(&[
        ("number", "", correction.action.number.to_string()),
        ("correction", &correction.action.title, details),
        ("recordings", "", count.to_string()),
    ])
}

fn table(id: &str, heads: &[&str], rows: &str) -> String {
    let heads = heads
        .iter()
        .map(|head| format!("<th scope=\"col\"><button>{head}</button></th>"));
    let heads = heads.collect::<String>();
    format!("<table id=\"{id}\"><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table>\n")
}

/// Formats a table row.
///
/// Each cell has its column's heading, a sort key where that differs from its text, and its content.
fn row(cells: &[(&str, &str, String)]) -> String {
    let cells = cells.iter().map(|(head, key, content)| {
        let key = if key.is_empty() {
            String::new()
        } else {
            format!(" data-key=\"{}\"", escaped(key))
        };
        format!("<td data-head=\"{head}\"{key}>{content}</td>")
    });
    format!("<tr>{}</tr>\n", cells.collect::<String>())
}

/// Escapes text for use between tags and in quotes.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\0' => html.push('\u{fffd}'),
            _ => html.push(letter),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::{SCRIPT, STYLE, escaped};

    #[test]
    fn text_is_escaped_in_html() {
        for (text, expected) in [
            ("a b", "a b"),
            ("</td><script>x", "&lt;/td&gt;&lt;script&gt;x"),
            ("\" onload=\"x", "&quot; onload=&quot;x"),
            ("' &lt;\0", "&#39; &amp;lt;\u{fffd}"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn the_page_loads_nothing_external() {
        for text in [SCRIPT, STYLE] {
            for outside in ["http:", "https:", "//", "import", "url(", "fetch", "</"] {
                assert!(!text.contains(outside), "{outside}");
            }
        }
    }
}
