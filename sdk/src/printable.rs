//! What the service says, as one short line that can be printed anywhere.
//!
//! Invariant: nothing printed moves a cursor, turns the direction of text, breaks a line, or shows more of an address than
//! its host: download addresses are secrets.
use std::fmt::{self, Display, Write};

/// No text is printed longer than this, in characters.
const LONGEST: usize = 400;

/// No more of a text is looked at, in bytes: what is beyond would hardly be printed.
const MOST_READ: usize = 16 * 1024;

/// Text of the service. Displays with runs of white space as one space, with control characters and those that change the
/// direction of text or cannot be seen escaped, with addresses reduced to their host, and cut after 400 characters.
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line { f, left: LONGEST };
        let mut ends = (0..=self.0.len().min(MOST_READ)).rev();
        let end = ends.find(|end| self.0.is_char_boundary(*end));
        let read = &self.0[..end.unwrap_or_default()];
        for (index, word) in read.split_whitespace().enumerate() {
            if index > 0 {
                line.write_char(' ')?;
            }
            write(&mut line, word)?;
        }
        if read.len() < self.0.len() {
            line.write_char('…')?;
        }
        Ok(())
    }
}

/// Writes a word, with every address in it reduced to its host.
fn write(line: &mut Line<'_, '_>, word: &str) -> fmt::Result {
    let mut rest = word;
    while let Some((start, host)) = address(rest) {
        line.write_str(&rest[..start])?;
        let ends = |c: char| matches!(c, '"' | '`' | '<' | '>');
        let address = &rest[host..];
        let (address, after) = address.split_at(address.find(ends).unwrap_or(address.len()));
        // Rather too much is cut than too little: brackets and commas may be part of an address.
        let authority = address.find(['/', '\\', '?', '#', '%']);
        let (authority, path) = address.split_at(authority.unwrap_or(address.len()));
        line.write_str("//")?;
        line.write_str(authority.rsplit('@').next().unwrap_or_default())?;
        if !path.is_empty() {
            line.write_str("/…")?;
        }
        rest = after;
    }
    line.write_str(rest)
}

/// Where the slashes before an address begin and end: two or more, forward or backward, or encoded.
fn address(word: &str) -> Option<(usize, usize)> {
    let bytes = word.as_bytes();
    let is_slash = |at: usize| matches!(bytes.get(at), Some(b'/' | b'\\'));
    (0..bytes.len()).find_map(|start| {
        let encoded = bytes.get(start..start + 6);
        if encoded.is_some_and(|six| six.eq_ignore_ascii_case(b"%2F%2F")) {
            return Some((start, start + 6));
        }
        let end = (start..).find(|at| !is_slash(*at))?;
        (end - start >= 2).then_some((start, end))
    })
}

/// A line that is being written.
struct Line<'f, 'b> {
    f: &'f mut fmt::Formatter<'b>,
    /// How many characters it may still have.
    left: usize,
}

impl Write for Line<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars()
            .try_for_each(|character| self.write_char(character))
    }

    fn write_char(&mut self, character: char) -> fmt::Result {
        if !is_printable(character) {
            let mut escape = character.escape_unicode();
            return escape.try_for_each(|character| self.write_char(character));
        }
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(());
        };
        self.left = left;
        self.f.write_char(if left == 0 { '…' } else { character })
    }
}

/// Neither a control character nor one that is not seen but changes what is: marks of direction (Unicode's Bidi_Control),
/// characters of no width, separators, tags.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Printable};

    #[test]
    fn text_becomes_one_line_without_controls_and_without_addresses() {
        for (text, printed) in [
            ("INVALID_GROUP_ID", "INVALID_GROUP_ID"),
            (" two\r\n lines\tand\u{2028}more ", "two lines and more"),
            ("red \u{1b}[31m bell\u{7}", r"red \u{1b}[31m bell\u{7}"),
            (
                "a\u{202e}b\u{2066}c\u{200b}",
                r"a\u{202e}b\u{2066}c\u{200b}",
            ),
            ("Grüße, 世界", "Grüße, 世界"),
            (
                "get https://restore.example.net:27017/s3cret/a.tar.gz?t=1 now",
                "get https://restore.example.net:27017/… now",
            ),
            (
                "at \"https://h.example/s3cret\" or",
                "at \"https://h.example/…\" or",
            ),
            ("https://user:s3cret@h.example", "https://h.example"),
            ("https://h.example#s3cret", "https://h.example/…"),
            (r"https:\/\/h.example\/s3cret", "https://h.example/…"),
            (r"https:\\h.example\s3cret", "https://h.example/…"),
            ("https%3A%2F%2fh.example%2Fs3cret", "https%3A//h.example/…"),
            ("//h.example/s3cret", "//h.example/…"),
            (
                "x,https://a.example/s3cret,https://b.example/s3cret",
                "x,https://a.example/…",
            ),
            ("and/or 1/2", "and/or 1/2"),
            ("", ""),
        ] {
            assert_eq!(Printable(text).to_string(), printed, "{text:?}");
        }
    }

    #[test]
    fn long_text_is_cut() {
        for text in [
            "x".repeat(20_000_000),
            "\u{1b}".repeat(20_000_000),
            "x ".repeat(10_000_000),
        ] {
            let printed = Printable(&text).to_string();
            assert!(printed.ends_with('…'), "{}", printed.len());
            assert_eq!(printed.chars().count(), LONGEST);
        }
        let address = format!("https://h.example/{} now", "s3cret/".repeat(100_000));
        assert_eq!(Printable(&address).to_string(), "https://h.example/……");
    }
}
