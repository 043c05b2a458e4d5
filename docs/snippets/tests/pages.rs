//! Tests of the guide and the reference in a browser, in a wide and in a narrow window. Build them before:
//! `target/book` with mdBook, `target/doc` with `cargo doc`.
#![allow(clippy::unwrap_used)]

use atlas_backup_support::repository;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Widths of windows, in pixels: that of a desktop, and the minimum of the browser.
const WIDTHS: [u32; 2] = [1280, 500];

/// A script that measures a page after its own scripts, and writes the result into the page.
const MEASURE: &str = "<script>addEventListener('load', () => setTimeout(() => {
    const wide = document.documentElement.scrollWidth - innerWidth;
    document.documentElement.dataset.measured = `wide ${Math.max(wide, 0)}`;
}, 100))</script>";

/// Returns a page after its scripts ran, in a window of this width. The files that the page loads must be in its
/// folder.
fn rendered(page: &Path, width: u32) -> String {
    let measured = page.with_extension(format!("measured-{width}.html"));
    fs::write(&measured, fs::read_to_string(page).unwrap() + MEASURE).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let mut browser = Command::new("chromium");
    browser.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
    ]);
    browser.args([
        "--disable-background-networking",
        "--allow-file-access-from-files",
    ]);
    browser.args(["--virtual-time-budget=3000", "--dump-dom"]);
    browser.arg(format!("--window-size={width},900"));
    browser.arg(format!("--user-data-dir={}", profile.path().display()));
    browser.arg(format!("file://{}", measured.display()));
    let output = browser.output().unwrap();
    fs::remove_file(&measured).unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the visible defects of a page.
fn complaints(page: &Path, width: u32, wanted: &[&str]) -> Vec<String> {
    let dom = rendered(page, width);
    let mut complaints: Vec<String> = wanted
        .iter()
        .filter(|part| !dom.contains(**part))
        .map(|part| format!("lacks `{part}`"))
        .collect();
    if !dom.contains("data-measured=\"wide 0\"") {
        complaints.push("is wider than its window".to_owned());
    }
    if dom.contains("{{#") {
        complaints.push("shows an include".to_owned());
    }
    complaints
        .into_iter()
        .map(|what| format!("{} at {width}: {what}", page.display()))
        .collect()
}

/// Returns the pages of the chapters in the table of contents.
fn chapters(book: &Path) -> Vec<PathBuf> {
    let contents = fs::read_to_string(repository::root().join("docs/src/SUMMARY.md")).unwrap();
    let links = contents.split("](").skip(1);
    let names = links.filter_map(|link| link.split_once(".md)"));
    names
        .map(|(name, _)| book.join(format!("{name}.html")))
        .collect()
}

#[test]
fn every_page_of_the_guide_fits_its_window_and_has_contents_and_coloured_code() {
    let chapters = chapters(&repository::root().join("target/book"));
    assert!(chapters.len() > 10, "{chapters:?}");
    let mut wrong = Vec::new();
    for page in &chapters {
        let text = fs::read_to_string(page).unwrap();
        let mut wanted = vec!["<h1 id=", "getting_started.html\""];
        if text.contains("class=\"language-rust") {
            wanted.push("hljs-keyword");
        }
        for width in WIDTHS {
            wrong.extend(complaints(page, width, &wanted));
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
}

#[test]
fn reference_page_of_an_operation_is_complete() {
    let page = repository::root().join("target/doc/atlas_backup/struct.Client.html");
    let wanted = [
        "id=\"method.create_backup_export\"",
        "Required role: Project Backup Export Operator",
        "API version: 2023-01-01",
        "atlas-admin-api-v2/operation/operation-creategroupclusterbackupexport\"",
    ];
    let wrong: Vec<String> = WIDTHS
        .iter()
        .flat_map(|width| complaints(&page, *width, &wanted))
        .collect();
    assert_eq!(wrong, [] as [String; 0]);
}
