//! Tests of the guide: links and paths exist, and its code equals that of compiled files.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use atlas_backup_docs::{Marker, embed};
use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Number of columns of code that fit on a page. `page.css` sets the width.
const PAGE: usize = 100;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| format!("{}: {error}", path.display()))
}

/// Returns every chapter, including the table of contents, by its file name.
fn chapters() -> BTreeMap<String, String> {
    let files = fs::read_dir(docs().join("src")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let pages = paths.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let named = pages.map(|path| {
        (
            path.file_name().unwrap().to_str().unwrap().to_owned(),
            read(&path),
        )
    });
    named.collect()
}

/// Returns the language and content of all fenced blocks of a chapter. Blocks in lists are indented.
fn blocks(chapter: &str) -> Vec<(String, String)> {
    let fenced = Regex::new(r"(?m)^ *```(\S*)\n([\s\S]*?)^ *```$").unwrap();
    let blocks = fenced.captures_iter(chapter);
    blocks
        .map(|block| (block[1].to_owned(), block[2].to_owned()))
        .collect()
}

/// Returns the fragment that mdBook creates for a heading.
fn fragment(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|sign| sign.is_alphanumeric() || " -_".contains(*sign));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn the_table_of_contents_has_every_chapter_and_no_other() {
    let chapters = chapters();
    let link = Regex::new(r"\]\((\w+\.md)\)").unwrap();
    let listed: BTreeSet<_> = link
        .captures_iter(&chapters["SUMMARY.md"])
        .map(|link| link[1].to_owned())
        .collect();
    let mut there: BTreeSet<_> = chapters.keys().cloned().collect();
    there.remove("SUMMARY.md");
    assert_eq!(listed, there);
}

/// Returns the markers of a chapter, each with the language and the code of its block.
fn marked(chapter: &str) -> Vec<(Marker<'_>, String, String)> {
    let lines = chapter.lines().enumerate();
    let markers = lines.filter_map(|(at, line)| Some((at, Marker::of(line)?)));
    let marked = markers.map(|(at, marker)| {
        let rest: Vec<&str> = chapter.lines().skip(at + 1).collect();
        let (language, code) = blocks(&format!("{}\n", rest.join("\n")))[0].clone();
        (marker, language, code)
    });
    marked.collect()
}

#[test]
fn rust_bash_and_python_blocks_have_a_marker_and_every_block_names_its_language() {
    let mut count = 0;
    for (name, chapter) in chapters() {
        let copied: Vec<_> = marked(&chapter)
            .into_iter()
            .map(|(_, language, code)| (language, code))
            .collect();
        for block in blocks(&chapter) {
            match block.0.as_str() {
                "rust" | "bash" | "python" => assert!(copied.contains(&block), "{name}: {block:?}"),
                // CI cannot download Go modules, so it cannot compile a program that uses the official Go SDK.
                "text" | "sh" | "toml" | "go" => {}
                _ => unreachable!("{name}: a block of `{}`", block.0),
            }
            count += 1;
        }
        assert_eq!(
            chapter.matches("```").count(),
            2 * blocks(&chapter).len(),
            "{name}"
        );
    }
    assert!(count > 30, "{count} blocks");
}

#[test]
fn code_of_every_chapter_equals_its_source() {
    for (name, chapter) in chapters() {
        let current = embed(&chapter, |file| {
            fs::read_to_string(docs().join("..").join(file))
        });
        let current = current.unwrap_or_else(|error| unreachable!("{name}: {error}"));
        assert!(
            chapter == current,
            "{name} has outdated code: run `cargo run -p atlas-backup-docs --bin embed`"
        );
    }
}

#[test]
fn every_anchor_of_the_snippets_is_shown_in_a_chapter() {
    let chapters = chapters();
    let shown: BTreeSet<_> = chapters
        .values()
        .flat_map(|chapter| marked(chapter))
        .map(|(marker, ..)| format!("{}:{}", marker.file, marker.part))
        .collect();
    let anchor = Regex::new(r"// ANCHOR: (\w+)").unwrap();
    for file in fs::read_dir(docs().join("snippets/tests/chapters")).unwrap() {
        let file = file.unwrap();
        let path = file.file_name().into_string().unwrap();
        for found in anchor.captures_iter(&read(&file.path())) {
            let named = format!("docs/snippets/tests/chapters/{path}:{}", &found[1]);
            assert!(shown.contains(&named), "{named} is in no chapter");
        }
    }
}

#[test]
fn every_named_path_of_the_repository_exists() {
    let path = Regex::new(r"`((?:\.ci|deploy|docs|sdk|spec|tests|xtask)/[\w./-]*)`").unwrap();
    let mut count = 0;
    for (name, chapter) in chapters() {
        for found in path.captures_iter(&chapter) {
            assert!(
                docs().join("..").join(&found[1]).exists(),
                "{name}: {}",
                &found[1]
            );
            count += 1;
        }
    }
    assert!(count > 8, "{count} paths");
}

#[test]
fn no_code_is_wider_than_the_page() {
    for (name, chapter) in chapters() {
        for (_, _, code) in marked(&chapter) {
            let wide = code.lines().find(|line| line.len() > PAGE);
            assert_eq!(wide, None, "{name}");
        }
    }
}

#[test]
fn every_link_within_the_guide_has_a_target() {
    let chapters = chapters();
    let link = Regex::new(r"\]\(([^)#]*)(?:#([^)]*))?\)").unwrap();
    let heading = Regex::new(r"(?m)^#+ (.*)$").unwrap();
    let mut count = 0;
    for (name, chapter) in &chapters {
        for found in link.captures_iter(chapter) {
            if found[1].starts_with("https://") {
                continue;
            }
            let target = if found[1].is_empty() {
                name.as_str()
            } else {
                &found[1]
            };
            if target.ends_with(".svg") {
                assert!(
                    docs().join("src").join(target).exists(),
                    "{name}: no {target}"
                );
                continue;
            }
            let led = chapters
                .get(target)
                .unwrap_or_else(|| unreachable!("{name}: no {target}"));
            if let Some(wanted) = found.get(2) {
                let mut headings = heading
                    .captures_iter(led)
                    .map(|heading| fragment(&heading[1]));
                assert!(
                    headings.any(|heading| heading == wanted.as_str()),
                    "{name}: {}",
                    &found[0]
                );
            }
            count += 1;
        }
    }
    assert!(count > 30, "{count} links");
}
