//! Computes the lengths of texts that match a pattern.
//!
//! Invariant: the result includes the length of every matching text. A pattern that cannot be analysed has no bounds.

use regex_syntax::hir::{Hir, HirKind, Look};

/// Returns the minimum and maximum number of characters of a matching text. The pattern is given as JSON.
pub(super) fn lengths(pattern: &str) -> (i64, Option<i64>) {
    let pattern: Option<String> = serde_json::from_str(pattern).ok();
    let parsed = pattern.and_then(|pattern| regex_syntax::parse(&pattern).ok());
    let Some(parsed) = parsed else {
        return (0, None);
    };
    let (least, most) = matched(&parsed);
    // A pattern that is not anchored at both ends matches a part of the text, which may be longer.
    let looks = parsed.properties();
    let is_whole = looks.look_set_prefix().contains(Look::Start)
        && looks.look_set_suffix().contains(Look::End);
    (least, most.filter(|_| is_whole))
}

/// Returns the number of characters that a part of a pattern matches.
fn matched(part: &Hir) -> (i64, Option<i64>) {
    let sum = |parts: &[Hir]| {
        parts.iter().map(matched).fold((0, Some(0)), |sum, part| {
            let most = sum.1.zip(part.1);
            (
                sum.0 + part.0,
                most.map(|(one, other): (i64, i64)| one.saturating_add(other)),
            )
        })
    };
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, Some(0)),
        HirKind::Literal(text) => {
            let characters = String::from_utf8_lossy(&text.0).chars().count();
            let characters = i64::try_from(characters).unwrap_or(i64::MAX);
            (characters, Some(characters))
        }
        HirKind::Class(_) => (1, Some(1)),
        HirKind::Capture(capture) => matched(&capture.sub),
        HirKind::Repetition(repetition) => {
            let (least, most) = matched(&repetition.sub);
            let times = |number: i64, times: u32| number.saturating_mul(i64::from(times));
            let most = most.zip(repetition.max).map(|(most, max)| times(most, max));
            (times(least, repetition.min), most)
        }
        HirKind::Concat(parts) => sum(parts),
        HirKind::Alternation(parts) => {
            let all = parts.iter().map(matched);
            let least = all.clone().map(|(least, _)| least).min();
            let most: Option<Vec<i64>> = all.map(|(_, most)| most).collect();
            (
                least.unwrap_or_default(),
                most.and_then(|most| most.into_iter().max()),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lengths;

    #[test]
    fn lengths_bound_all_texts_that_match_the_pattern() {
        for (pattern, least, most) in [
            ("^([a-f0-9]{24})$", 24, Some(24)),
            ("^[a-zA-Z0-9][a-zA-Z0-9-]*$", 1, None),
            ("^[\\p{L}\\p{N}é]{1,64}$", 1, Some(64)),
            ("^(|ab|c)$", 0, Some(2)),
            ("^(ab){2,3}c?$", 4, Some(7)),
            ("[0-9]{3}", 3, None),
            ("^a|b$", 1, None),
            ("^(?=a).*$", 0, None),
            ("^(?<name>a)$", 1, Some(1)),
        ] {
            let json = serde_json::to_string(pattern).unwrap_or_default();
            assert_eq!(lengths(&json), (least, most), "{pattern}");
        }
        assert_eq!(lengths("7"), (0, None));
    }
}
