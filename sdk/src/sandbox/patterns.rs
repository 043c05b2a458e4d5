//! Matches texts against the patterns of the document.
use std::borrow::Cow;

use regex_lite::Regex;

/// Returns true if a text matches a pattern.
///
/// Letters and digits of other scripts count as ASCII ones, which suffices for the document's Unicode
/// classes.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let ours = |letter: char| match letter {
        _ if letter.is_ascii() => letter,
        _ if letter.is_alphabetic() => 'a',
        _ if letter.is_numeric() => '0',
        other => other,
    };
    let unicode = pattern.contains(r"\p{");
    let (pattern, text) = match unicode {
        true => (
            Cow::Owned(pattern.replace(r"\p{L}", "a-zA-Z").replace(r"\p{N}", "0-9")),
            Cow::Owned(text.chars().map(ours).collect()),
        ),
        false => (Cow::Borrowed(pattern), Cow::Borrowed(text)),
    };
    // A test checks that all patterns of the document are valid.
    Regex::new(&pattern).is_ok_and(|pattern| pattern.is_match(&text))
}

#[cfg(test)]
mod tests {
    use super::super::document;
    use super::matches;
    use serde_json::Value;

    fn patterns<'d>(value: &'d Value, found: &mut Vec<&'d str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("pattern").and_then(Value::as_str));
                fields.values().for_each(|value| patterns(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| patterns(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_pattern_of_the_documents_is_valid() {
        let mut found = Vec::new();
        for api in [0, 1] {
            patterns(document::of(api), &mut found);
        }
        found.sort_unstable();
        found.dedup();
        let right = ["5f0c1e2d3a4b5c6d7e8f9a0b", "Cluster0", "Zoë 1"];
        for pattern in found.iter().filter(|pattern| !pattern.contains("vpce")) {
            let fits = |text: &&str| matches(pattern, &text.replace(' ', "_").replace('_', ""));
            assert!(right.iter().any(fits), "{pattern}");
            assert!(!matches(pattern, "a\u{0}b"), "{pattern}");
        }
        let unicode = found
            .iter()
            .find(|pattern| pattern.contains(r"\p{"))
            .unwrap();
        for (text, fits) in [
            ("größe", true),
            ("日本٣", true),
            ("a b", false),
            ("a→b", false),
        ] {
            assert_eq!(matches(unicode, text), fits, "{text}");
        }
    }
}
