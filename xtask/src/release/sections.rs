//! Splits Markdown at its second-level headings, except within fenced code.
//!
//! Invariant: the parts are the whole text, split at the beginnings of lines.

/// Returns the offset and title of each section.
pub(super) fn headings(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        match (fence, opened(content)) {
            // A closing fence has at least as many of the same characters, and nothing else (CommonMark 4.5).
            (Some(open), Some(run)) if run.starts_with(open) && content.trim_start() == run => {
                fence = None;
            }
            (None, Some(run)) => fence = Some(run),
            (None, None) => {
                if let Some(title) = content.strip_prefix("## ") {
                    found.push((at, title.trim()));
                }
            }
            _ => {}
        }
        at += line.len();
    }
    found
}

/// Returns the fence characters of a line that opens or closes fenced code.
fn opened(line: &str) -> Option<&str> {
    let indented = line.trim_start_matches(' ');
    if line.len() - indented.len() > 3 {
        return None;
    }
    let sign = indented
        .chars()
        .next()
        .filter(|sign| ['`', '~'].contains(sign))?;
    let rest = indented.trim_start_matches(sign);
    let run = &indented[..indented.len() - rest.len()];
    // Backticks followed by text with a backtick are inline code.
    (run.len() >= 3 && !(sign == '`' && rest.contains('`'))).then_some(run)
}

/// Edits a text with `\n` line ends and restores its original line ends.
pub(super) fn with_its_line_ends(
    text: &str,
    work: impl FnOnce(&str) -> Result<String, String>,
) -> Result<String, String> {
    match text.contains("\r\n") {
        true => work(&text.replace("\r\n", "\n")).map(|text| text.replace('\n', "\r\n")),
        false => work(text),
    }
}

#[cfg(test)]
mod tests {
    use super::headings;

    #[test]
    fn line_in_fenced_code_is_not_a_heading() {
        let text = "# Top\n## One\n```sh\n## a comment\n~~~\n```\n~~~~ md\n## no\n~~~\n## no\n~~~~\n`` ` ``\n    ```\n## Two\r\n```a`\n## Three\n````\n## left open";
        let titles: Vec<_> = headings(text).into_iter().map(|(_, title)| title).collect();
        assert_eq!(titles, ["One", "Two", "Three"]);
        for (at, title) in headings(text) {
            assert!(text[at..].starts_with(&format!("## {title}")));
        }
    }
}
