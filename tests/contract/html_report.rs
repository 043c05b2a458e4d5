//! The HTML report in a browser: its script runs, its rows are present, and no content of a recording is
//! executed.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_testkit::verify::recording::{Recording, Target};
use atlas_backup_testkit::verify::route::Document;
use atlas_backup_testkit::verify::run::Run;
use atlas_backup_testkit::verify::sequence::Sequences;
use atlas_backup_testkit::verify::severity::Severities;
use serde_json::Value;
use std::process::Command;

const DOCUMENT: &str = r"
paths:
  /jobs/{id}:
    get:
      operationId: getJob
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}
";

const HOSTILE: &str =
    "</td><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

fn keeps_everything(_: &str, _: &str, body: &[u8]) -> Option<Result<Value, serde_json::Error>> {
    Some(serde_json::from_slice(body))
}

/// Returns the report on three recordings, the last of which is invalid and full of markup.
fn page() -> String {
    let documents = [Document::parse(DOCUMENT).unwrap()];
    let mut run = Run::new(&documents, &keeps_everything, None, Sequences::default());
    let hostile = serde_json::json!({ "id": [HOSTILE], HOSTILE: 1 }).to_string();
    for (name, body) in [
        ("b.http", r#"{"id":"1"}"#),
        ("a.http", "{}"),
        (HOSTILE, &hostile),
    ] {
        let target = Target::Path("/jobs/1".to_owned());
        run.judge(
            name,
            &Ok(Recording::of_answer(
                "GET",
                target,
                200,
                "application/json",
                body,
            )),
        );
    }
    run.report(Severities::read(None, true).unwrap())
        .unwrap()
        .html()
}

/// Returns the page as the browser has it after its scripts ran.
fn rendered(page: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    std::fs::write(&path, page).unwrap();
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        ))
        .arg(format!("file://{}", path.display()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_most_severe_recordings_come_first_and_their_markup_is_text() {
    let page = page();
    let first = |html: &str| html.find("<td data-head=\"severity\" data-key=\"3\">");
    let last = |html: &str| html.rfind("<td data-head=\"severity\" data-key=\"0\">");
    assert!(
        first(&page).is_some() && first(&page) < last(&page),
        "without a script, too"
    );
    assert!(page.contains("<details open>"), "failures are unfolded");

    let dom = rendered(&page);
    assert!(first(&dom).is_some() && first(&dom) < last(&dom), "{dom}");
    assert!(dom.contains("aria-sort=\"descending\""), "{dom}");
    assert!(
        dom.contains("<output id=\"shown\">3 shown</output>"),
        "{dom}"
    );
    assert!(dom.contains("<title>Contract: violated</title>"), "{dom}");
    assert_eq!(dom.matches("<script>").count(), 1);
    assert_eq!(dom.matches("<img").count(), 0);
}
