//! Repairs valid JSON that the parser rejects: numbers beyond the range of floats, and lone surrogates.
//!
//! It runs only after the parser has rejected a text. Invariant: nothing else is changed.

/// Returns the text with such numbers as strings and U+FFFD instead of lone surrogates; `None` if there are none.
pub(super) fn repaired(text: &str) -> Option<String> {
    let mut fixed = String::new();
    let mut copied = 0;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string(text, at, &mut copied, &mut fixed),
            b'-' | b'0'..=b'9' => {
                let length = bytes[at..]
                    .iter()
                    .take_while(|byte| {
                        matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9' | b'e' | b'E')
                    })
                    .count();
                let number = &text[at..at + length];
                if number.parse().is_ok_and(f64::is_infinite) {
                    fixed.push_str(&text[copied..at]);
                    fixed.extend(["\"", number, "\""]);
                    copied = at + length;
                }
                at += length;
            }
            _ => at += 1,
        }
    }
    (copied > 0).then(|| fixed + &text[copied..])
}

/// Repairs the string that begins at `at`, and returns the position after it.
fn string(text: &str, mut at: usize, copied: &mut usize, fixed: &mut String) -> usize {
    let bytes = text.as_bytes();
    at += 1;
    loop {
        match bytes.get(at) {
            None => return at,
            Some(b'"') => return at + 1,
            Some(b'\\') => match surrogate(text, at) {
                Some(0xDC00..=0xDFFF) => {
                    replace(text, at, copied, fixed);
                    at += 6;
                }
                Some(_) if matches!(surrogate(text, at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
                Some(_) => {
                    replace(text, at, copied, fixed);
                    at += 6;
                }
                None => at += 2,
            },
            Some(_) => at += 1,
        }
    }
}

fn replace(text: &str, at: usize, copied: &mut usize, fixed: &mut String) {
    fixed.push_str(&text[*copied..at]);
    fixed.push('\u{fffd}');
    *copied = at + 6;
}

/// Returns the surrogate that is escaped at `at`, if there is one.
fn surrogate(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    let half = u16::from_str_radix(digits, 16).ok()?;
    (0xD800..=0xDFFF).contains(&half).then_some(half)
}

#[cfg(test)]
mod tests {
    use super::repaired;

    #[test]
    fn only_numbers_beyond_floats_and_lone_surrogates_are_replaced() {
        let huge = "9".repeat(400);
        for (text, fixed) in [
            (
                r#"{"a":1e400,"b":[-1E+999]}"#.to_owned(),
                Some(r#"{"a":"1e400","b":["-1E+999"]}"#.to_owned()),
            ),
            (format!("[{huge},1]"), Some(format!(r#"["{huge}",1]"#))),
            (
                r#"["\ud800","x\uDC00y"]"#.to_owned(),
                Some("[\"\u{fffd}\",\"x\u{fffd}y\"]".to_owned()),
            ),
            (
                r#"["\ud800\ud800\udc00"]"#.to_owned(),
                Some("[\"\u{fffd}\\ud800\\udc00\"]".to_owned()),
            ),
            (
                r#"["\ud83d\ude00","1e400","\\ud800",1e308,"é\"1e999"]"#.to_owned(),
                None,
            ),
            (
                r#"["ab\n\ud800c","ab\ud83d\ude00\ud800c"]"#.to_owned(),
                Some("[\"ab\\n\u{fffd}c\",\"ab\\ud83d\\ude00\u{fffd}c\"]".to_owned()),
            ),
            (r#"["\ud8"#.to_owned(), None),
            (r#"["\"#.to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(repaired(&text), fixed, "{text}");
        }
    }
}
