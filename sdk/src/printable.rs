//! Texts of the service as one short line that is safe to print.
//!
//! Invariant: the output has no control characters, no changes of text direction and no line breaks.
//! Invariant: only the host of a URL is printed, because delivery URLs are secrets.
use std::fmt::{self, Display, Write};
use std::net::Ipv4Addr;

/// Maximum length of the output, in characters.
const LONGEST: usize = 400;

/// Maximum length of the input that is examined, in bytes.
const MOST_READ: usize = 16 * 1024;

/// A text of the service, for display. White space is collapsed; control, direction and invisible characters are escaped;
/// URLs are reduced to their host; the output ends after 400 characters.
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line { f, left: LONGEST };
        let read = beginning(self.0);
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

/// Maximum length of a quoted value, in characters.
const LONGEST_VALUE: usize = 64;

/// A value of the caller, in quotes. White space is unchanged; otherwise as [`Printable`]. Cut after 64 characters.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        let mut line = Line {
            f,
            left: LONGEST_VALUE,
        };
        for part in beginning(self.0).split_inclusive(char::is_whitespace) {
            let word = part.trim_end_matches(char::is_whitespace);
            write(&mut line, word)?;
            line.write_str(&part[word.len()..])?;
        }
        f.write_char('"')
    }
}

/// Returns the part of a text that is examined.
fn beginning(text: &str) -> &str {
    let mut ends = (0..=text.len().min(MOST_READ)).rev();
    let end = ends.find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

/// Writes a word. Anything that may be a URL is reduced to its host.
fn write(line: &mut Line<'_, '_>, word: &str) -> fmt::Result {
    let mut rest = word;
    if let Some((start, end)) = last_at(word) {
        // A password may have any character, so only the scheme is written of the text before the last `@`.
        let (before, after) = (&word[..start], &word[end..]);
        let (scheme, user) = address(before).map_or(("", before), |(start, host)| {
            (scheme(&before[..start]), &before[host..])
        });
        line.write_str(scheme)?;
        // An `@` after the end of the authority is a part of a path; or the password is not escaped.
        if end_of_authority(user).is_some() {
            return line.write_char('…');
        }
        rest = authority(line, after)?;
    }
    while let Some((start, host)) = address(rest) {
        line.write_str(&rest[..start])?;
        line.write_str("//")?;
        rest = authority(line, &rest[host..])?;
    }
    // A host without a scheme, followed by a path. Two characters are no secret, but the length of a network's prefix.
    if let Some((end, delimiter)) = end_of_authority(rest)
        && end + delimiter + 2 < rest.len()
        && is_host(&rest[..end])
    {
        line.write_str(&rest[..end])?;
        return line.write_str("/…");
    }
    line.write_str(rest)
}

/// Writes the host of a URL's text after its slashes and user name. Returns the text after the URL, which begins with a
/// quote.
fn authority<'a>(line: &mut Line<'_, '_>, text: &'a str) -> Result<&'a str, fmt::Error> {
    let is_quote = |c: char| QUOTES.contains(&c);
    // Brackets and commas may be part of a URL, so they are cut as well.
    let (url, after) = text.split_at(text.find(is_quote).unwrap_or(text.len()));
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let name = url.find(|c| !of_name(c)).unwrap_or(url.len());
    let (name, path) = url.split_at(name);
    line.write_str(name)?;
    let digits = path.strip_prefix(':').map_or(0, |port| {
        let end = port.find(|c: char| !c.is_ascii_digit());
        end.unwrap_or(port.len())
    });
    let (port, path) = path.split_at(if digits > 0 { digits + 1 } else { 0 });
    line.write_str(port)?;
    if !path.is_empty() {
        line.write_str("/…")?;
    }
    Ok(after)
}

/// Characters that end a URL.
const QUOTES: [char; 4] = ['"', '`', '<', '>'];

/// Finds the last `@` of a word, or an escape or a lookalike of it; returns the offsets of its start and end.
fn last_at(word: &str) -> Option<(usize, usize)> {
    const FORMS: [&str; 7] = [
        "@", "\u{ff20}", "%40", "%2540", "\\u0040", "&#64;", "&#x40;",
    ];
    let mut starts = word.char_indices().rev();
    starts.find_map(|(start, _)| Some((start, start + prefix(&word[start..], &FORMS)?)))
}

/// Returns the scheme at the end of a text, if it is HTTP, with the slashes after it.
fn scheme(text: &str) -> &'static str {
    let text = text.to_ascii_lowercase();
    let schemes = [("https:", "https://"), ("http:", "http://")];
    let scheme = schemes.into_iter().find(|(name, _)| text.ends_with(name));
    scheme.map_or("", |(_, slashed)| slashed)
}

/// Finds the end of the host: a slash, `?`, `#`, an escape of them, or a quote. Returns its offset and length.
fn end_of_authority(text: &str) -> Option<(usize, usize)> {
    const FORMS: [&str; 6] = ["?", "#", "%3f", "%23", "%253f", "%2523"];
    text.char_indices().find_map(|(start, first)| {
        let rest = &text[start..];
        let quote = || QUOTES.contains(&first).then_some(1);
        let length = slash(rest).or_else(|| prefix(rest, &FORMS)).or_else(quote);
        Some((start, length?))
    })
}

/// Returns the length of the form that a text begins with, in upper or lower case.
fn prefix(text: &str, forms: &[&str]) -> Option<usize> {
    let mut lengths = forms.iter().filter_map(|form| {
        let begins = text.get(..form.len())?;
        begins.eq_ignore_ascii_case(form).then_some(form.len())
    });
    lengths.next()
}

/// Finds a URL in a word; returns the offsets of the URL and of its host. The host follows two or more slashes of any form,
/// or any number of slashes after `http:` and `https:`.
fn address(word: &str) -> Option<(usize, usize)> {
    word.char_indices().find_map(|(start, _)| {
        let scheme = ["https:", "http:"].into_iter().find(|scheme| {
            let begins = word.get(start..start + scheme.len());
            begins.is_some_and(|begins| begins.eq_ignore_ascii_case(scheme))
        });
        let slashes = start + scheme.map_or(0, str::len);
        let (mut end, mut count) = (slashes, 0);
        loop {
            let rest = &word[end..];
            // Invisible characters may stand between slashes.
            let unseen = rest
                .chars()
                .next()
                .filter(|c| end > slashes && !is_printable(*c));
            match (slash(rest), unseen) {
                (Some(length), _) => (end, count) = (end + length, count + 1),
                (None, Some(unseen)) => end += unseen.len_utf8(),
                (None, None) => break,
            }
        }
        match scheme {
            Some(_) if end < word.len() => Some((slashes, end)),
            None if count >= 2 => Some((start, end)),
            _ => None,
        }
    })
}

/// Returns the length of a leading slash: `/`, `\`, a character that looks like one, or their escapes in URLs, JSON and HTML.
fn slash(text: &str) -> Option<usize> {
    const ESCAPES: [&str; 8] = [
        "%2f", "%5c", "%252f", "%255c", "\\u002f", "\\u005c", "&#x2f;", "&#47;",
    ];
    if let Some(length) = prefix(text, &ESCAPES) {
        return Some(length);
    }
    let first = text.chars().next()?;
    let alike = matches!(
        first,
        '/' | '\\' | '\u{2044}' | '\u{2215}' | '\u{29f8}' | '\u{ff0f}' | '\u{ff3c}'
    );
    alike.then(|| first.len_utf8())
}

/// Returns true if a text ends like a host: with a name with dots whose last part is letters, an IPv4 address, or a port.
fn is_host(text: &str) -> bool {
    let of_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let host = text.rsplit(|c| !of_host(c)).next().unwrap_or_default();
    if host.is_empty() {
        return false;
    }
    let is_port = host.bytes().all(|byte| byte.is_ascii_digit());
    let last = host.rsplit_once('.').map_or("", |(_, last)| last);
    let is_domain = last.len() >= 2 && last.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_after_colon =
        text.len() > host.len() + 1 && text[..text.len() - host.len()].ends_with(':');
    is_domain || host.parse::<Ipv4Addr>().is_ok() || (is_port && is_after_colon)
}

/// An output line of limited length.
struct Line<'f, 'b> {
    f: &'f mut fmt::Formatter<'b>,
    /// Number of characters that still fit.
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

/// Returns false for control characters and invisible ones: direction marks (Unicode's Bidi_Control), zero-width
/// characters, separators and tags.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, LONGEST_VALUE, Printable, Quoted};

    #[test]
    fn quoted_value_keeps_spaces_escapes_controls_and_is_cut() {
        for (value, printed) in [
            ("Cluster0", r#""Cluster0""#),
            ("", r#""""#),
            ("5f0c \n", r#""5f0c \u{a}""#),
            ("a\u{1b}[31m", r#""a\u{1b}[31m""#),
            (
                "https://user:s3cret@h.example/s3cret?t=s3cret",
                r#""https://h.example/…""#,
            ),
        ] {
            assert_eq!(Quoted(value).to_string(), printed, "{value:?}");
        }
        let long = Quoted(&"x".repeat(20_000_000)).to_string();
        assert_eq!(long.chars().count(), LONGEST_VALUE + 2);
        assert!(long.ends_with("…\""), "{long}");
    }

    #[test]
    fn text_becomes_one_line_without_control_characters_and_urls() {
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
            ("https:/h.example/s3cret", "https://h.example/…"),
            ("HTTPS:h.example/s3cret", "HTTPS://h.example/…"),
            ("http:/%2Fh.example/s3cret", "http://h.example/…"),
            ("%5c%5ch.example%5cs3cret", "//h.example/…"),
            (
                r"https:\u002F\u002fh.example\u002Fs3cret",
                "https://h.example/…",
            ),
            (
                "https:&#x2F;&#47;h.example&#x2F;s3cret",
                "https://h.example/…",
            ),
            (
                "https%253A%252F%252Fh.example%252Fs3cret",
                "https%253A//h.example/…",
            ),
            (
                "https:\u{ff0f}\u{200b}\u{ff0f}h.example\u{ff0f}s3cret",
                "https://h.example/…",
            ),
            ("h.example:443/s3cret/a.tar.gz", "h.example:443/…"),
            ("10.0.0.5:27017/s3cret/a.tar.gz", "10.0.0.5:27017/…"),
            ("10.0.0.5/s3cret", "10.0.0.5/…"),
            ("10.0.0.0/16", "10.0.0.0/16"),
            ("restore:27017/s3cret", "restore:27017/…"),
            ("[::1]:27017/s3cret", "[::1]:27017/…"),
            ("url:h.example/s3cret", "url:h.example/…"),
            ("url=h.example%2Fs3cret", "url=h.example/…"),
            ("h.example?t=s3cret", "h.example/…"),
            ("h.xn--p1ai/s3cret", "h.xn--p1ai/…"),
            ("https://h.example/s3cret@s3cret", "https://…"),
            ("https%3A%2F%2Fu:s3cret%40h.example%2Fs3cret", "h.example/…"),
            (
                "{\"a\":\"https://u:s3cret@h.example/s3cret\",\"b\":1}",
                "https://h.example/…\",\"b\":1}",
            ),
            ("mail admin@h.example now", "mail h.example now"),
            ("see https://h.example, or", "see https://h.example/… or"),
            ("is it h.example? Or", "is it h.example? Or"),
            ("at 2024-05-30T12:30:00Z", "at 2024-05-30T12:30:00Z"),
            ("(h.example/s3cret)", "(h.example/…"),
            ("v1.0/groups", "v1.0/groups"),
            (
                "application/vnd.atlas.2024-05-30+json",
                "application/vnd.atlas.2024-05-30+json",
            ),
            ("http: https:", "http: https:"),
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

    /// Each character stands in the user name, in the password, and at their ends.
    #[test]
    fn user_name_and_password_never_appear() {
        for c in (' '..='~').skip(1).map(String::from).chain([
            "%40".to_owned(),
            "%2F".to_owned(),
            "//".to_owned(),
            "://".to_owned(),
            "https://".to_owned(),
            "\u{200b}".to_owned(),
        ]) {
            for user in [
                format!("Zu{c}Zv:Zp{c}Zq"),
                format!("Zu:Zp{c}"),
                format!("Zu:{c}Zp"),
                format!("{c}Zu:Zp"),
                format!("{c}Zu{c}Zv{c}:{c}Zp{c}Zq{c}"),
                format!("Zu{c}Zv"),
            ] {
                for url in [
                    format!("https://{user}@h.example/Zt"),
                    format!("HTTP:{user}@h.example:1/Zt"),
                    format!("other+x://{user}@h.example"),
                    format!("{user}@h.example"),
                    format!("{user}@h.example:27017/Zt"),
                    format!("(url=\"https://{user}@h.example\")"),
                ] {
                    let printed = Printable(&url).to_string();
                    assert!(!printed.contains('Z'), "{url}: {printed}");
                    let quoted = Quoted(&url).to_string();
                    assert!(!quoted.contains('Z'), "{url}: {quoted}");
                }
            }
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
