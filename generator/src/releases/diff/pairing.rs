//! Pairs removed items with added items that replace them.
//!
//! Invariant: similar names alone never pair two items of different types, because the advice to rename one to the
//! other would be wrong.

/// Removes the pairs of equal items from both lists: each old item is paired with the first equal new item.
pub(super) fn take<T>(
    removed: &mut Vec<T>,
    added: &mut Vec<T>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Vec<(T, T)> {
    let mut pairs = Vec::new();
    for old in std::mem::take(removed) {
        match added.iter().position(|new| is_same(&old, new)) {
            Some(index) => pairs.push((old, added.remove(index))),
            None => removed.push(old),
        }
    }
    pairs
}

/// Returns true if two names in `snake_case` are similar: one contains all words of the other, they share most words,
/// or they are spellings of one word.
pub(super) fn are_similar(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let words = name.split('_').filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let (one_words, other_words) = (words(one), words(other));
    let shared = one_words.iter().filter(|word| other_words.contains(word));
    let (shared, fewest) = (shared.count(), one_words.len().min(other_words.len()));
    let most = one_words.len().max(other_words.len());
    let begin = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(one, other)| one == other);
    let begin = begin.count();
    (shared > 0 && (shared == fewest || 2 * shared > most))
        || (most == 1 && 3 * begin >= 2 * one.len().max(other.len()))
}

#[cfg(test)]
mod tests {
    use super::are_similar;

    #[test]
    fn names_are_similar_if_they_share_words_or_a_long_prefix() {
        for (one, other, similar) in [
            ("region", "region_name", true),
            ("export_bucket_id", "bucket_id", true),
            ("cancelled", "canceled", true),
            ("state", "status", true),
            ("snapshot_id", "export_id", false),
            ("name", "note", false),
            ("daily", "weekly", false),
            ("", "", false),
        ] {
            assert_eq!(are_similar(one, other), similar, "{one} {other}");
            assert_eq!(are_similar(other, one), similar, "{other} {one}");
        }
    }
}
