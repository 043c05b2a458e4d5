//! Reports on hostile recordings: no content of a recording becomes markup, and equal runs give equal
//! reports.
//!
//! The first line of an input is the file's name; the rest is the recording.

use crate::{recordings, sources};
use atlas_backup_testkit::report::{Format, Report};
use atlas_backup_testkit::verify::recording::read_folder;
use atlas_backup_testkit::verify::run::Run;
use atlas_backup_testkit::verify::sdk::round_trip;
use atlas_backup_testkit::verify::sequence::Sequences;
use atlas_backup_testkit::verify::severity::Severities;
use std::collections::BTreeSet;

pub(crate) fn run(input: &[u8]) {
    let place = tempfile::tempdir().expect("there is room");
    if recordings::write(place.path(), input).is_none() {
        return;
    }
    let Some(report) = report(place.path()) else {
        return;
    };
    let page = report.formatted(Format::Html);
    assert_eq!(page, report.formatted(Format::Html));
    assert_eq!(
        page.matches("<script").count(),
        1,
        "a script more than the page's own"
    );
    for name in elements(&page) {
        assert!(
            ELEMENTS.contains(&name.as_str()),
            "<{name}> is markup of nobody"
        );
    }
    let xml = report.formatted(Format::Junit);
    let is_xml = |sign: char| sign >= ' ' || "\t\n\r".contains(sign);
    assert!(
        xml.chars()
            .all(|sign| is_xml(sign) && sign != '\u{fffe}' && sign != '\u{ffff}'),
        "no XML: {xml:?}"
    );
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
}

/// The elements of the page itself.
const ELEMENTS: [&str; 31] = [
    "body", "br", "button", "dd", "details", "dl", "dt", "h1", "h2", "head", "html", "input",
    "label", "li", "meta", "option", "output", "p", "pre", "script", "select", "style", "summary",
    "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
];

/// Returns the names of all elements that start in a page.
fn elements(page: &str) -> BTreeSet<String> {
    let after = page.split('<').skip(1);
    let names = after.map(|text| {
        text.chars()
            .take_while(|sign| sign.is_ascii_alphanumeric())
            .collect::<String>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

fn report(folder: &std::path::Path) -> Option<Report> {
    let documents = &sources::documents().all;
    let sequences = Sequences::new().expect("sequences are inside");
    let mut run = Run::new(documents, &round_trip, None, sequences);
    for (name, read) in read_folder(folder).expect("the folder is read") {
        run.judge(&name, &read);
    }
    run.report(Severities::read(None, false).expect("severities are inside"))
}
