//! Copies code from compiled files into the chapters of the guide.
//!
//! A comment before a fenced block names the file and the part of it that the block shows:
//! `<!-- code: docs/snippets/tests/chapters/jobs.rs:wait -->`. The part is an anchor (`ANCHOR: wait` to `ANCHOR_END: wait`
//! in the file) or the number of the first line (`2:`). Chapters contain the code itself, so that they can be read without
//! mdBook. `cargo run -p atlas-backup-docs --bin embed` refreshes all chapters.

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// A marked block of a chapter.
#[derive(Debug, PartialEq, Eq)]
pub struct Marker<'a> {
    /// Path of the source file, relative to the root of the repository.
    pub file: &'a str,
    /// Name of an anchor, or the number of the first line and a colon.
    pub part: &'a str,
}

impl<'a> Marker<'a> {
    /// Reads a marker from a line of a chapter.
    #[must_use]
    pub fn of(line: &'a str) -> Option<Self> {
        let marked = line.strip_prefix("<!-- code: ")?.strip_suffix(" -->")?;
        let (file, part) = marked.split_once(':')?;
        Some(Self { file, part })
    }
}

/// Returns the chapter with the current code in each marked block.
///
/// `read` returns the content of a file by its path, relative to the root of the repository.
///
/// # Errors
/// Names the marker whose file or anchor does not exist, or that has no fenced block on the next line.
pub fn embed(
    chapter: &str,
    read: impl Fn(&str) -> std::io::Result<String>,
) -> Result<String, String> {
    let mut embedded = String::with_capacity(chapter.len());
    let mut lines = chapter.lines();
    while let Some(line) = lines.next() {
        embedded.push_str(line);
        embedded.push('\n');
        let Some(marker) = Marker::of(line) else {
            continue;
        };
        let failed = |reason: String| format!("{line}: {reason}");
        let fence = lines
            .next()
            .filter(|fence| fence.starts_with("```"))
            .ok_or_else(|| failed("the next line does not begin a fenced block".to_owned()))?;
        if !lines.any(|line| line == "```") {
            return Err(failed("the fenced block has no end".to_owned()));
        }
        let source = read(marker.file).map_err(|error| failed(error.to_string()))?;
        let code = part(&source, marker.part)
            .ok_or_else(|| failed("the file does not have this part".to_owned()))?;
        embedded.push_str(&format!("{fence}\n{code}```\n"));
    }
    Ok(embedded)
}

/// Returns a part of a file without its common indentation and without the lines of anchors.
fn part(source: &str, part: &str) -> Option<String> {
    let lines: Vec<&str> = match part.strip_suffix(':') {
        Some(first) => {
            let before = first.parse::<usize>().ok()?.checked_sub(1)?;
            source.lines().skip(before).collect()
        }
        None => anchored(source, part),
    };
    let is_shown = |line: &&str| !line.contains("ANCHOR: ") && !line.contains("ANCHOR_END: ");
    let shown: Vec<&str> = lines.into_iter().filter(is_shown).collect();
    let filled = shown.iter().filter(|line| !line.trim().is_empty());
    let indentation = filled.map(|line| line.len() - line.trim_start_matches(' ').len());
    let indentation = indentation.min()?;
    let code = shown
        .iter()
        .map(|line| format!("{}\n", line.get(indentation..).unwrap_or_default()));
    Some(code.collect())
}

/// Returns the lines of all regions with an anchor: a snippet can omit lines in its middle.
fn anchored<'a>(source: &'a str, anchor: &str) -> Vec<&'a str> {
    let (begin, end) = (format!("ANCHOR: {anchor}"), format!("ANCHOR_END: {anchor}"));
    let mut is_inside = false;
    let mut inside = Vec::new();
    for line in source.lines() {
        let comment = line.trim_start_matches([' ', '/', '#']);
        is_inside = (is_inside || comment == begin) && comment != end;
        if is_inside {
            inside.push(line);
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::embed;

    const CHAPTER: &str =
        "Text.\n\n<!-- code: it.rs:one -->\n```rust\nold\n```\n\n```sh\nls\n```\n";
    const SOURCE: &str = "fn it() {\n    // ANCHOR: one\n    if a {\n\n        b\n    }\n    // ANCHOR_END: one\n}\n";

    #[test]
    fn marked_block_gets_the_code_of_its_anchor_without_indentation() {
        let expected = CHAPTER.replace("old\n", "if a {\n\n    b\n}\n");
        let embedded = embed(CHAPTER, |_| Ok(SOURCE.to_owned()));
        assert_eq!(embedded, Ok(expected));
    }

    #[test]
    fn regions_with_the_same_anchor_are_joined() {
        let source = format!("{SOURCE}// ANCHOR: one\n    c\n// ANCHOR_END: one\n");
        let expected = CHAPTER.replace("old\n", "if a {\n\n    b\n}\nc\n");
        assert_eq!(embed(CHAPTER, |_| Ok(source.clone())), Ok(expected));
    }

    #[test]
    fn line_number_selects_the_rest_of_the_file() {
        let chapter = CHAPTER.replace("it.rs:one", "it.rs:7:");
        let expected = chapter.replace("old\n", "}\n");
        let embedded = embed(&chapter, |_| Ok(SOURCE.to_owned()));
        assert_eq!(embedded, Ok(expected));
    }

    #[test]
    fn missing_anchor_file_or_block_is_an_error_with_the_marker() {
        let missing_anchor = embed(&CHAPTER.replace(":one", ":two"), |_| Ok(SOURCE.to_owned()));
        let missing_file = embed(CHAPTER, |_| Err(std::io::ErrorKind::NotFound.into()));
        let missing_block = embed("<!-- code: it.rs:one -->\n", |_| Ok(SOURCE.to_owned()));
        for failed in [missing_anchor, missing_file, missing_block] {
            let message = failed.unwrap_err();
            assert!(message.starts_with("<!-- code: it.rs:"), "{message}");
        }
    }
}
