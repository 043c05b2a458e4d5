//! Reports on hostile recordings: no content of a recording becomes markup, and equal runs give equal
//! reports.
//!
//! The first line of an input is the file's name; the rest is the recording.

use crate::{markup, recordings, sources};
use atlas_backup_testkit::report::{Format, Report};
use atlas_backup_testkit::verify::recording::read_folder;
use atlas_backup_testkit::verify::run::Run;
use atlas_backup_testkit::verify::sdk::round_trip;
use atlas_backup_testkit::verify::sequence::Sequences;
use atlas_backup_testkit::verify::severity::Severities;

pub(crate) fn run(input: &[u8]) -> bool {
    let place = tempfile::tempdir().expect("there is room");
    if recordings::write(place.path(), input).is_none() {
        return false;
    }
    let Some(report) = report(place.path()) else {
        return false;
    };
    let page = report.formatted(Format::Html);
    assert_eq!(page, report.formatted(Format::Html));
    for script in ["<script", "</script"] {
        let count = page.to_ascii_lowercase().matches(script).count();
        assert_eq!(count, 1, "the page has only its own script");
    }
    for element in markup::elements(&page) {
        assert!(
            ELEMENTS.contains(&element.name.as_str()),
            "<{}> is markup of nobody",
            element.name
        );
        for attribute in element.attributes {
            assert!(
                ATTRIBUTES.contains(&attribute.as_str()),
                "{attribute} of <{}> is an attribute of nobody",
                element.name
            );
        }
    }
    let xml = report.formatted(Format::Junit);
    assert_eq!(markup::xml_error(&xml), None, "{xml}");
    let json = report.formatted(Format::Json);
    let parsed: Result<serde_json::Value, _> = serde_json::from_str(&json);
    assert!(parsed.is_ok(), "{json}");
    for format in [Format::Text, Format::Github, Format::Markdown] {
        let text = report.formatted(format);
        let ends = text.trim_end().lines().next_back().unwrap_or_default();
        assert!(
            !format.ends_with_verdict() || ends.contains(&report.verdict()),
            "{format:?} ends otherwise: {ends:?}"
        );
        assert!(
            !text.contains('\u{1b}'),
            "{format:?} holds an escape sequence"
        );
    }
    true
}

/// The elements of the page itself.
const ELEMENTS: [&str; 31] = [
    "body", "br", "button", "dd", "details", "dl", "dt", "h1", "h2", "head", "html", "input",
    "label", "li", "meta", "option", "output", "p", "pre", "script", "select", "style", "summary",
    "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
];

/// The attributes of the page itself.
const ATTRIBUTES: [&str; 14] = [
    "charset",
    "class",
    "content",
    "data-head",
    "data-key",
    "data-outcome",
    "http-equiv",
    "id",
    "lang",
    "name",
    "open",
    "scope",
    "type",
    "value",
];

fn report(folder: &std::path::Path) -> Option<Report> {
    let documents = &sources::documents().all;
    let sequences = Sequences::new().expect("sequences are inside");
    let mut run = Run::new(documents, &round_trip, None, sequences);
    for (name, read) in read_folder(folder).expect("the folder is read") {
        run.judge(&name, &read);
    }
    run.report(Severities::read(None, false).expect("severities are inside"))
}
