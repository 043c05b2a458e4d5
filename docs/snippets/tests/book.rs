//! The guide as a whole: nothing in it leads nowhere, and no code in it is only text.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// How many columns of code a page shows; `page.css` has its width.
const PAGE: usize = 100;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| format!("{}: {error}", path.display()))
}

/// Every chapter by its file name, the table of contents among them.
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

/// The fenced blocks of a chapter: language and content. Those in lists are indented.
fn blocks(chapter: &str) -> Vec<(String, String)> {
    let fenced = Regex::new(r"(?m)^ *```(\S*)\n([\s\S]*?)^ *```$").unwrap();
    let blocks = fenced.captures_iter(chapter);
    blocks
        .map(|block| (block[1].to_owned(), block[2].to_owned()))
        .collect()
}

/// File and part of an include, if a block is one and nothing else.
fn include(code: &str) -> Option<(PathBuf, String)> {
    let whole = Regex::new(r"^\{\{#include \.\./([^:}]+):([^}]+)\}\}\n$").unwrap();
    let found = whole.captures(code)?;
    Some((docs().join(&found[1]), found[2].to_owned()))
}

/// What a comment begins with in a file.
fn comment(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => "//",
        _ => "#",
    }
}

/// The fragment of a heading, as mdBook makes it.
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

#[test]
fn all_code_that_ci_can_run_is_included_and_every_block_names_its_language() {
    let mut count = 0;
    for (name, chapter) in chapters() {
        for (language, code) in blocks(&chapter) {
            match language.as_str() {
                "rust" | "bash" | "python" => assert!(include(&code).is_some(), "{name}: {code}"),
                // Go has a program with the official SDK, which is a module that CI cannot have.
                "text" | "sh" | "toml" | "go" => {
                    assert!(!code.contains("{{#include"), "{name}: {code}")
                }
                _ => unreachable!("{name}: a block of `{language}`"),
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
fn every_include_finds_its_code_and_every_anchor_is_shown() {
    let mut shown = BTreeSet::new();
    for (name, chapter) in chapters() {
        for (file, part) in blocks(&chapter)
            .iter()
            .filter_map(|(_, code)| include(code))
        {
            let code = read(&file);
            if part.starts_with(|sign: char| sign.is_ascii_digit()) {
                assert!(code.lines().count() > 2, "{name}: {}", file.display());
                continue;
            }
            let sign = comment(&file);
            for line in [
                format!("{sign} ANCHOR: {part}\n"),
                format!("{sign} ANCHOR_END: {part}\n"),
            ] {
                assert!(
                    code.contains(&line),
                    "{name}: no `{}` in {}",
                    line.trim(),
                    file.display()
                );
            }
            shown.insert((file.file_name().unwrap().to_owned(), part));
        }
    }
    let anchor = Regex::new(r"// ANCHOR: (\w+)").unwrap();
    for file in fs::read_dir(docs().join("snippets/tests/chapters")).unwrap() {
        let file = file.unwrap();
        for found in anchor.captures_iter(&read(&file.path())) {
            let named = (file.file_name(), found[1].to_owned());
            assert!(shown.contains(&named), "{named:?} is in no chapter");
        }
    }
}

#[test]
fn every_path_of_the_repository_that_is_named_is_there() {
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
    let mut wide = Vec::new();
    for (name, chapter) in chapters() {
        for (file, part) in blocks(&chapter)
            .iter()
            .filter_map(|(_, code)| include(code))
        {
            let code = read(&file);
            let sign = comment(&file);
            let (begin, end) = (
                format!("{sign} ANCHOR: {part}"),
                format!("{sign} ANCHOR_END: {part}"),
            );
            let mut inside = part.starts_with(|sign: char| sign.is_ascii_digit());
            for line in code.lines() {
                match line.trim() {
                    line if line == begin => inside = true,
                    line if line == end => inside = false,
                    _ if inside && line.len() > PAGE => wide.push(format!("{name}: {line}")),
                    _ => {}
                }
            }
        }
    }
    assert_eq!(wide, Vec::<String>::new());
}

#[test]
fn every_link_within_the_guide_leads_somewhere() {
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
