//! The formats of the report.

use super::{FailOn, Format, Outcome, Report};
use crate::verify::Baseline;
use crate::verify::corrections::{Action, Corrected};
use crate::verify::finding::{Finding, Rule};
use crate::verify::older::Older;
use crate::verify::route::Document;
use crate::verify::severity::Severities;
use crate::verify::verdict::{Class, Judged, Verdict};
use std::path::Path;

const DOCUMENT: &str = r"
paths:
  /api/atlas/v2/jobs: {get: {operationId: list, responses: {'200': {}, '401': {}}}}
  /api/atlas/v2/job: {get: {operationId: one, responses: {'200': {}}}}
";

fn judged(verdict: Verdict, findings: &[(&str, Rule, usize)]) -> Judged {
    let class = |&(at, rule, count): &(&str, Rule, usize)| Class {
        finding: Finding {
            at: at.to_owned(),
            rule,
            schema: "/components/schemas/Job".to_owned(),
            expected: "a".to_owned(),
            actual: "string".to_owned(),
        },
        count,
        accepted: false,
    };
    Judged {
        recording: "jobs/list.http".to_owned(),
        file: "recordings/jobs/list.http".to_owned(),
        older: None,
        operation: Some("v2 list".to_owned()),
        status: Some(200),
        verdict,
        findings: findings.iter().map(class).collect(),
        corrected: Vec::new(),
    }
}

/// A recording that only the first correction makes valid, at two indexes of one place.
fn corrected(recording: &str) -> Judged {
    let mut judged = judged(Verdict::Ok, &[("/results/*/prefix", Rule::Pattern, 2)]);
    let class = judged.findings.remove(0);
    judged.verdict = Verdict::Corrected;
    judged.recording = recording.to_owned();
    judged.corrected = vec![Corrected { action: 1, class }];
    judged
}

fn action(number: usize, title: &str) -> Action {
    Action {
        number,
        target: format!("$.components.schemas.Job{number}"),
        title: title.to_owned(),
    }
}

fn report(recordings: Vec<Judged>, strict: bool) -> Report {
    let actions = [
        action(1, "The pattern matches nothing."),
        action(2, "Both are seconds."),
    ];
    let mut report = Report::new(
        &[Document::parse(DOCUMENT).unwrap()],
        &actions,
        recordings,
        Severities::read(None, strict).unwrap(),
    );
    report.maintainer = strict;
    report
}

#[test]
fn maintainer_text_lists_problems_then_the_summary_then_the_coverage() {
    let broken = [
        ("/results/*/state", Rule::Enum, 3),
        ("/results/*/shard", Rule::Undocumented, 1),
    ];
    let text = report(
        vec![
            judged(Verdict::Ok, &[]),
            corrected("jobs/get.http"),
            corrected("jobs/other.http"),
            judged(Verdict::Violates, &broken),
        ],
        true,
    )
    .text();
    let expected = "\
violates: recordings/jobs/list.http
  v2 list 200
  error: /results/*/state: enum ×3
    expected a, got string
    by #/components/schemas/Job
  error: /results/*/shard: undocumented field
    expected a, got string
    by #/components/schemas/Job

to document these fields, add these actions to the corrections, each with a reason:
- target: $.components.schemas.Job.properties
  description: the document lacks a field
  x-evidence: [jobs/list.http]
  update:
    shard:
      readOnly: true
      type: string

corrections
  correction 1: The pattern matches nothing.
    pattern by #/components/schemas/Job, recordings: 2
  warning: stale correction 2: Both are seconds.
    no recording needs it at $.components.schemas.Job2

4 recordings: 1 ok, 2 corrected by the overlay, 0 older version, 0 not in this SDK, 0 no operation, 0 undocumented field, 1 violates, 0 unreadable; 0 skipped
2 errors, 1 warning, 2 notes

coverage
  v2 list: 200×4; never 401
  v2 one: never seen
violated: 1 of 4 recordings, 2 errors, 1 warning
";
    assert_eq!(text, expected);
}

#[test]
fn undocumented_fields_are_errors_for_maintainers() {
    for (verdict, rule, strict, expected) in [
        (Verdict::Ok, None, true, false),
        (Verdict::Corrected, None, true, false),
        (Verdict::NotInSdk, None, true, false),
        (Verdict::Undocumented, Some(Rule::Undocumented), true, true),
        (
            Verdict::Undocumented,
            Some(Rule::Undocumented),
            false,
            false,
        ),
        (Verdict::Violates, Some(Rule::Type), false, true),
        (Verdict::Unreadable, None, false, true),
    ] {
        let findings = rule.map(|rule| ("/id", rule, 1));
        assert_eq!(
            report(vec![judged(verdict, findings.as_slice())], strict).holds(),
            !expected,
            "{verdict} {strict}"
        );
    }
}

#[test]
fn the_extension_chooses_the_format_of_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let report = report(
        vec![judged(Verdict::Violates, &[("/id", Rule::Type, 1)])],
        true,
    );
    for (name, start) in [
        ("a.md", "# Contract: violated\n"),
        ("a.json", "{\n"),
        ("a.xml", "<?xml"),
        ("a.html", "<!doctype html>\n"),
    ] {
        let path = folder.path().join(name);
        report.write(&path, Format::of(&path).unwrap()).unwrap();
        let content = std::fs::read_to_string(&path).unwrap();
        assert!(
            content.starts_with(start) && content.contains("violates"),
            "{content}"
        );
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        4,
        "no temporary file is left"
    );
    assert_eq!(Format::of(Path::new("a.pdf")), None);
}

/// Text that would break out of every format if it were not escaped.
const HOSTILE: &str = "</td><script>document.title='owned'</script>\"'&]]>\u{1}";

fn hostile() -> Report {
    let mut bad = judged(Verdict::Violates, &[("/id", Rule::Type, 1)]);
    bad.recording = HOSTILE.to_owned();
    bad.operation = Some(HOSTILE.to_owned());
    for class in &mut bad.findings {
        class.finding.at = HOSTILE.to_owned();
        class.finding.actual = HOSTILE.to_owned();
    }
    report(
        vec![judged(Verdict::Ok, &[]), corrected("jobs/get.http"), bad],
        true,
    )
}

#[test]
fn junit_has_a_case_per_recording_and_per_correction() {
    let xml = hostile().junit();
    for expected in [
        "<testsuite name=\"recordings\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"0\">",
        "<testcase classname=\"v2 list\" name=\"jobs/list.http\"><system-out>ok</system-out></testcase>",
        "<testsuite name=\"corrections\" tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"0\">",
        "<failure message=\"violates\">violates\nerror: &lt;/td&gt;&lt;script&gt;",
    ] {
        assert!(xml.contains(expected), "{expected} in {xml}");
    }
    assert!(!xml.contains("<script>") && !xml.contains('\u{1}'), "{xml}");
    let unreadable = report(
        vec![judged(Verdict::Unreadable, &[("", Rule::Body, 1)])],
        true,
    )
    .junit();
    assert!(
        unreadable.contains("failures=\"0\" errors=\"1\""),
        "{unreadable}"
    );
}

#[test]
fn the_page_lists_every_recording_and_runs_only_its_own_script() {
    let html = hostile().html();
    assert_eq!(html.matches("<script>").count(), 1);
    assert_eq!(html.matches("<tr><td data-head=\"severity\"").count(), 3);
    for expected in [
        "&lt;/td&gt;&lt;script&gt;document.title=&#39;owned&#39;",
        "stale: no recording needs it",
        "<summary>recordings/jobs/list.http</summary>",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
}

#[test]
fn text_markdown_and_html_include_external_validators_and_field_coverage() {
    let mut report = report(Vec::new(), true);
    report.referees = vec!["Judge <1>: 7 & more".to_owned()];
    report.places.fields.all = 3;
    report.places.never = vec!["#/components/schemas/A/properties/b".to_owned()];
    for text in [report.text(), report.markdown()] {
        assert!(text.contains("  Judge <1>: 7 & more\n"), "{text}");
        assert!(text.contains("response fields: 0 of 3 seen"), "{text}");
        assert!(
            text.contains("    #/components/schemas/A/properties/b\n"),
            "{text}"
        );
    }
    let page = report.html();
    assert!(page.contains("Judge &lt;1&gt;: 7 &amp; more"), "{page}");
}

#[test]
fn the_text_for_users_is_short_and_about_their_recordings_only() {
    let mut older = judged(Verdict::OlderVersion, &[]);
    older.older = Some(Older {
        version: "2023-01-01".to_owned(),
        current: "2024-08-05".to_owned(),
        sunset: Some("2027-07-01".to_owned()),
    });
    let report = Report::new(
        &[Document::parse(DOCUMENT).unwrap()],
        &[],
        vec![judged(Verdict::Ok, &[]), older],
        Severities::read(None, false).unwrap(),
    );
    let text = report.text();
    let lines: Vec<_> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "2 recordings: 1 ok, 1 older version",
            "1 of 2 operations are recorded",
            "older dated versions: 2023-01-01; the first of them ends on 2027-07-01",
            "holds: 2 recordings, 0 errors, 0 warnings",
        ]
    );
    assert!(text.starts_with("judged by "), "{text}");
    for form in [Format::Text, Format::Markdown, Format::Github] {
        let text = report.formatted(form);
        assert!(
            text.lines().last().unwrap().contains("holds: 2 rec"),
            "{text}"
        );
        assert!(
            form.ends_with_verdict() && !text.contains("correction"),
            "{text}"
        );
    }
}

#[test]
fn fail_on_chooses_the_findings_that_fail_a_run() {
    use FailOn::{Error, Undocumented, Warning};
    use Outcome::{Holds, Unjudged, Violated};
    // For users, who cannot correct the document, both are warnings.
    let unknown = (Verdict::Undocumented, Rule::Undocumented);
    let read_only = (Verdict::Violates, Rule::ReadOnly);
    let wrong = (Verdict::Violates, Rule::Type);
    let unreadable = (Verdict::Unreadable, Rule::Body);
    for (found, fail_on, expected) in [
        (unknown, Error, Holds),
        (unknown, Undocumented, Violated),
        (unknown, Warning, Violated),
        (read_only, Error, Holds),
        (read_only, Undocumented, Holds),
        (read_only, Warning, Violated),
        (wrong, Error, Violated),
        (unreadable, Error, Unjudged),
    ] {
        let recording = judged(found.0, &[("/id", found.1, 1)]);
        let mut report = report(vec![recording], false);
        report.corrections.clear();
        report.fail_on = fail_on;
        assert_eq!(report.outcome(), expected, "{found:?} {fail_on:?}");
    }
    let both = vec![
        judged(Verdict::Unreadable, &[("", Rule::Body, 1)]),
        judged(Verdict::Violates, &[("/id", Rule::Type, 1)]),
    ];
    assert_eq!(report(both, false).outcome(), Violated);
}

#[test]
fn a_baseline_accepts_its_findings_and_reports_stale_entries() {
    let wrong = |at| judged(Verdict::Violates, &[(at, Rule::Type, 1)]);
    let baseline = Baseline::of(&report(vec![wrong("/id")], false));
    let mut known = report(vec![wrong("/id")], false);
    known.accept(&baseline);
    assert!(known.holds() && known.stale_baseline.is_empty());
    assert!(
        known
            .text()
            .contains("1 finding accepted by the baseline\nholds")
    );
    assert!(!known.text().contains("/id"), "{}", known.text());
    let mut other = report(vec![wrong("/name")], false);
    other.accept(&baseline);
    assert_eq!(other.outcome(), Outcome::Violated);
    let text = other.text();
    assert!(
        text.contains(
            "warning: the baseline has jobs/list.http: /id: type, which is no longer found"
        ),
        "{text}"
    );
    let unreadable = || {
        report(
            vec![judged(Verdict::Unreadable, &[("", Rule::Body, 1)])],
            false,
        )
    };
    let mut unread = unreadable();
    unread.accept(&Baseline::of(&unreadable()));
    assert_eq!(unread.outcome(), Outcome::Unjudged);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("baseline.json");
    baseline.write(&path).unwrap();
    assert_eq!(Baseline::read(&path).unwrap(), baseline);
    std::fs::write(&path, "[]").unwrap();
    assert!(Baseline::read(&path).is_err());
}

#[test]
fn annotations_are_at_the_file_of_the_recording() {
    let text = report(
        vec![judged(Verdict::Violates, &[("/id", Rule::Type, 1)])],
        false,
    )
    .github();
    let first = "::error file=recordings/jobs/list.http,title=v2 list%3A violates::error: /id: type%0Aexpected a, got string";
    assert!(text.starts_with(first), "{text}");
}
