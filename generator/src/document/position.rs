//! Finds the position of a JSON pointer's target in a text.
//!
//! Texts are parsed with positions only if there is a diagnostic to report or a spelling to restore.

use crate::document::walk;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};
use std::fmt;
use std::ops::Range;

/// The structure of a document with positions, without its scalars.
enum Tree {
    Mapping(Vec<(Spanned<String>, Spanned<Tree>)>),
    Sequence(Vec<Spanned<Tree>>),
    Scalar,
}

/// The positions in one text.
pub(crate) struct Positions(Option<Spanned<Tree>>);

impl Positions {
    pub(crate) fn of(text: &str) -> Self {
        Self(crate::document::read(text).ok())
    }

    /// Returns the 1-based line of a pointer's target: that of its key, if it has one.
    ///
    /// If the target is not in the text, returns the line of its nearest ancestor.
    pub(crate) fn line(&self, pointer: &str) -> Option<u64> {
        let (mut node, mut line) = (self.0.as_ref()?, None);
        for token in pointer.split('/').skip(1) {
            let Some((key, inner)) = step(node, token) else {
                break;
            };
            line = Some(key.unwrap_or(inner.referenced).line());
            node = inner;
        }
        line
    }

    /// Returns the byte range of a pointer's target.
    pub(crate) fn span(&self, pointer: &str) -> Option<Range<usize>> {
        let mut node = self.0.as_ref()?;
        for token in pointer.split('/').skip(1) {
            node = step(node, token)?.1;
        }
        let span = node.defined.span();
        let start = usize::try_from(span.byte_offset()?).ok()?;
        let length = usize::try_from(span.byte_len()?).ok()?;
        Some(start..start.checked_add(length)?)
    }
}

/// Descends one level: returns the location of the key, and the node below it.
fn step<'t>(node: &'t Spanned<Tree>, token: &str) -> Option<(Option<Location>, &'t Spanned<Tree>)> {
    match &node.value {
        Tree::Mapping(entries) => {
            let name = walk::unescaped(token);
            let mut entries = entries.iter();
            let (key, inner) = entries.find(|(key, _)| key.value == name)?;
            Some((Some(key.referenced), inner))
        }
        Tree::Sequence(items) => Some((None, items.get(token.parse::<usize>().ok()?)?)),
        Tree::Scalar => None,
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML node")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut mapping = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            mapping.push(entry);
        }
        Ok(Tree::Mapping(mapping))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut sequence = Vec::new();
        while let Some(item) = items.next_element()? {
            sequence.push(item);
        }
        Ok(Tree::Sequence(sequence))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }

    fn visit_str<E>(self, _: &str) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Tree::Scalar)
    }
}

#[cfg(test)]
mod tests {
    use super::Positions;

    #[test]
    fn pointer_resolves_to_the_line_of_its_key_or_of_its_nearest_ancestor() {
        let text =
            "openapi: 3.0.3\npaths:\n  /a/{b}:\n    get:\n      tags:\n      - one\n      - two\n";
        let positions = Positions::of(text);
        for (pointer, line) in [
            ("/openapi", 1),
            ("/paths", 2),
            ("/paths/~1a~1{b}/get", 4),
            ("/paths/~1a~1{b}/get/tags", 5),
            ("/paths/~1a~1{b}/get/tags/1", 7),
            ("/paths/~1a~1{b}/get/summary", 4),
        ] {
            assert_eq!(positions.line(pointer), Some(line), "{pointer}");
        }
        for nowhere in ["/gone", ""] {
            assert_eq!(positions.line(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn pointer_to_a_scalar_resolves_to_its_byte_range() {
        for (text, written) in [
            ("ä: [1, 012 ]", "012"),
            ("ä:\n- 1\n- 1e3 # a number\n", "1e3"),
            ("{\"ä\": [0, 1.50]}", "1.50"),
            ("b: &b 0x1F\nä: [0, *b]", "0x1F"),
        ] {
            let span = Positions::of(text).span("/ä/1").unwrap_or_default();
            assert_eq!(text.get(span), Some(written), "{text}");
        }
    }
}
