//! Compares the alternative ways to authenticate.

use super::ChangeKind;
use crate::api::Requirement;

/// Compares the alternatives of an operation.
pub(super) fn compare(
    old: Option<&[Requirement]>,
    new: Option<&[Requirement]>,
) -> Option<ChangeKind> {
    let ways = || new.unwrap_or_default().iter().map(written).collect();
    let (Some(old), Some(new)) = (old, new) else {
        return (old != new).then(|| ChangeKind::SecurityDocumented { ways: ways() });
    };
    // An empty list requires nothing, like an empty alternative.
    let nothing = [Requirement::new()];
    let [was, is] = [old, new].map(|all| if all.is_empty() { &nothing } else { all });
    if was.iter().any(|way| !is_enough(way, is)) {
        return Some(ChangeKind::SecurityTightened { ways: ways() });
    }
    let is_looser = is.iter().any(|way| !is_enough(way, was));
    is_looser.then(|| ChangeKind::SecurityLoosened { ways: ways() })
}

/// Returns true if credentials that satisfy `has` also satisfy one of the alternatives.
fn is_enough(has: &Requirement, alternatives: &[Requirement]) -> bool {
    let is_met = |asked: &Requirement| {
        let mut asked = asked.iter();
        asked.all(|(scheme, scopes)| has.get(scheme).is_some_and(|has| has.is_superset(scopes)))
    };
    alternatives.iter().any(is_met)
}

/// Formats one alternative: `http digest`, `oauth2 (read, write) and apiKey header X-Key`, `nothing`.
fn written(way: &Requirement) -> String {
    let parts = way.iter().map(|(scheme, scopes)| {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        match scopes.as_slice() {
            [] => scheme.clone(),
            scopes => format!("{scheme} ({})", scopes.join(", ")),
        }
    });
    let parts: Vec<String> = parts.collect();
    match parts.is_empty() {
        true => "nothing".to_owned(),
        false => parts.join(" and "),
    }
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::api::Requirement;

    /// Parses alternatives: `a|b+c` is a, or both b and c; `b:x` is b with the scope x; an empty text is the empty
    /// list.
    fn ways(text: &str) -> Vec<Requirement> {
        let ways = text.split('|').filter(|way| !way.is_empty());
        let ways = ways.map(|way| {
            let schemes = way.split('+').filter(|scheme| *scheme != "0");
            let schemes = schemes.map(|scheme| {
                let mut parts = scheme.split(':').map(str::to_owned);
                let name = parts.next().unwrap_or_default();
                (name, parts.collect())
            });
            schemes.collect()
        });
        ways.collect()
    }

    #[test]
    fn removed_alternative_is_tightened_and_added_alternative_is_loosened() {
        for (old, new, rule) in [
            ("a|b", "b|a", None),
            ("a|b", "a", Some("security-tightened")),
            ("a", "a|b", Some("security-loosened")),
            ("a", "b", Some("security-tightened")),
            ("a", "a:x", Some("security-tightened")),
            ("a:x", "a", Some("security-loosened")),
            ("a", "a+b", Some("security-tightened")),
            ("a+b", "a", Some("security-loosened")),
            ("a", "0|a", Some("security-loosened")),
            ("a", "", Some("security-loosened")),
            ("", "a", Some("security-tightened")),
            ("", "0", None),
            ("0", "", None),
        ] {
            let what = compare(Some(&ways(old)), Some(&ways(new)));
            let found = what.as_ref().map(|what| what.rule().id);
            assert_eq!(found, rule, "{old} to {new}");
        }
        assert_eq!(compare(None, None), None);
        let first = compare(None, Some(&ways("a")));
        assert_eq!(
            first.map(|what| what.rule().id),
            Some("security-documented")
        );
    }
}
