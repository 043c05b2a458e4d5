//! Markdown by its second-level headings. What stands between fences is no heading, whatever it looks like.
//!
//! Invariant: a text is taken apart at the beginnings of lines, and every byte of it stays.

/// Where each line that begins a section starts, with its title.
pub(super) fn headings(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        match (fence, opened(content)) {
            // A fence ends by a line of at least as many of the same signs, and nothing else (CommonMark 4.5).
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

/// The signs of a fence that a line opens or closes.
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
    // What follows backticks and has one itself is code in a line.
    (run.len() >= 3 && !(sign == '`' && rest.contains('`'))).then_some(run)
}

/// A text that is worked on with `\n` at the ends of lines, and given back with those it had.
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
    fn what_stands_between_fences_is_no_heading() {
        let text = "# Top\n## One\n```sh\n## a comment\n~~~\n```\n~~~~ md\n## no\n~~~\n## no\n~~~~\n`` ` ``\n    ```\n## Two\r\n```a`\n## Three\n````\n## left open";
        let titles: Vec<_> = headings(text).into_iter().map(|(_, title)| title).collect();
        assert_eq!(titles, ["One", "Two", "Three"]);
        for (at, title) in headings(text) {
            assert!(text[at..].starts_with(&format!("## {title}")));
        }
    }
}
