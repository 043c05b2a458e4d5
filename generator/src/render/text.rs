//! Formats doc comments and items.

use proc_macro2::TokenStream;
use quote::quote;
use std::fmt::Write as _;

/// Maximum line length of prose.
const WIDTH: usize = 110;

/// Returns the attribute of a field or setter that the service calls deprecated.
pub(super) fn deprecated(is_deprecated: bool) -> Option<TokenStream> {
    let note = "deprecated by the service";
    is_deprecated.then(|| quote!(#[deprecated(note = #note)]))
}

/// Formats `text` as line comments that start with `lead`, indented by `indent`. Empty text yields no lines.
pub(super) fn docs(text: &str, lead: &str, indent: &str) -> String {
    let escaped: Vec<_> = text.trim().lines().map(escape).collect();
    wrap(&escaped.join("\n"), lead, indent)
}

/// Wraps text that already is markup.
pub(super) fn wrapped(markup: &str) -> String {
    let block = wrap(markup, "", "");
    block
        .lines()
        .map(|line| format!("{}\n", line.trim_start()))
        .collect()
}

fn wrap(text: &str, lead: &str, indent: &str) -> String {
    let mut block = String::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.len() + word.len() >= WIDTH {
                let _ = writeln!(block, "{indent}{lead} {line}");
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        let _ = writeln!(block, "{indent}{}", format!("{lead} {line}").trim_end());
    }
    block
}

/// Returns attributes that `prettyplease` prints as `///` lines.
pub(super) fn doc_attributes(text: &str) -> TokenStream {
    let block = docs(text, "", "");
    let lines = block.lines();
    quote!(#(#[doc = #lines])*)
}

/// Returns the text without characters that have no glyph of their own: control characters, and those that change the
/// direction of the text, which rustc rejects in comments.
pub(super) fn visible(text: &str) -> String {
    let is_direction =
        |character: &char| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let visible = text.chars().filter(|character| !character.is_control());
    visible
        .filter(|character| !is_direction(character))
        .collect()
}

/// Escapes markup in prose for rustdoc: brackets outside of backticks are escaped, URLs become links, and invisible
/// characters are removed.
fn escape(text: &str) -> String {
    let clean = visible(text);
    if clean.matches('`').count() % 2 == 1 {
        return escape_markup(&clean.replace('`', "'"));
    }
    let parts = clean.split('`').enumerate();
    let parts = parts.map(|(index, part)| {
        if index % 2 == 0 {
            escape_markup(part)
        } else {
            format!("`{part}`")
        }
    });
    parts.collect()
}

fn escape_markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            escaped.push(' ');
        }
        if word.starts_with("https://") && !word.contains(['<', '>', '"']) {
            let end = word.trim_end_matches(['.', ',', ')']);
            let _ = write!(escaped, "<{end}>{}", &word[end.len()..]);
            continue;
        }
        for character in word.chars() {
            if matches!(character, '[' | ']' | '<' | '>') {
                escaped.push('\\');
            }
            escaped.push(character);
        }
    }
    escaped
}

/// Formats one or more items.
pub(super) fn item(tokens: TokenStream) -> String {
    match syn::parse2(tokens.clone()) {
        Ok(file) => spaced(&prettyplease::unparse(&file)),
        // The model always yields valid code. If it does not, the compiler reports the location.
        Err(_) => tokens.to_string(),
    }
}

/// Adds a blank line between items and between methods.
fn spaced(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let ends = line == "    }" || line == "}";
        let more = lines
            .peek()
            .is_some_and(|next| !next.trim_start().starts_with('}') && !next.trim().is_empty());
        if ends && more {
            out.push('\n');
        }
    }
    out
}

/// Prints a macro call with a list of entries in filled lines, because prettyplease does not format macro input.
pub(super) fn table(name: &str, head: &str, entries: impl IntoIterator<Item = String>) -> String {
    let head = if head.is_empty() {
        String::new()
    } else {
        format!("{head} ")
    };
    let entries: Vec<String> = entries.into_iter().collect();
    let short = format!("{name}!({head}{{ {} }});\n", entries.join(", "));
    if short.len() <= WIDTH {
        return short;
    }
    let mut text = format!("{name}!({head}{{\n");
    let mut line = String::from("   ");
    for entry in entries {
        if line.len() + entry.len() + 2 > WIDTH && !line.trim().is_empty() {
            text.push_str(&line);
            text.push('\n');
            line = String::from("   ");
        }
        line.push(' ');
        line.push_str(&entry);
        line.push(',');
    }
    if line.len() > 3 {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("});\n");
    text
}

/// Prints entries with commas in filled lines.
pub(super) fn filled(indent: &str, entries: impl Iterator<Item = String>) -> String {
    let (mut text, mut line) = (String::new(), String::new());
    for entry in entries {
        if !line.is_empty() && indent.len() + line.len() + entry.len() + 2 > WIDTH {
            text.push_str(&format!("{indent}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&entry);
        line.push(',');
    }
    if !line.is_empty() {
        text.push_str(&format!("{indent}{line}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::docs;

    #[test]
    fn prose_is_escaped_in_doc_comments() {
        for (text, expected) in [
            ("One line.", "/// One line.\n"),
            ("Two\nlines", "/// Two\n/// lines\n"),
            (
                "ends */ the comment \" here",
                "/// ends */ the comment \" here\n",
            ),
            ("a\r\u{7}b", "/// ab\n"),
            ("a\u{202e}b\u{2066}`c\u{202a}`\u{2069}", "/// ab`c`\n"),
            ("a [link] and <tag>", "/// a \\[link\\] and \\<tag\\>\n"),
            ("code `[kept]` here", "/// code `[kept]` here\n"),
            ("odd ` tick [x]", "/// odd ' tick \\[x\\]\n"),
            (
                "see https://example.net/a.",
                "/// see <https://example.net/a>.\n",
            ),
            ("", ""),
        ] {
            assert_eq!(docs(text, "///", ""), expected, "{text:?}");
        }
    }
}
