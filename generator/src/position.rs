//! The lines of a text that JSON pointers lead to. Only asked for when there is something to complain about.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use std::fmt;

/// A document, as far as finding one's way in it needs.
enum Tree {
    Mapping(Vec<(String, Spanned<Tree>)>),
    Sequence(Vec<Spanned<Tree>>),
    Scalar,
}

/// Where things are in one text.
pub(crate) struct Positions(Option<Spanned<Tree>>);

impl Positions {
    pub(crate) fn of(text: &str) -> Self {
        Self(crate::document::read(text).ok())
    }

    /// The 1-based line of what `pointer` leads to, and its JSONPath (RFC 9535); where it is not in the text, the line of
    /// the nearest thing around it.
    pub(crate) fn find(&self, pointer: &str) -> Option<(u64, Option<String>)> {
        let mut node = self.0.as_ref()?;
        let (mut line, mut path) = (None, Some("$".to_owned()));
        for token in pointer.split('/').skip(1) {
            let token = crate::walk::unescaped(token);
            let inner = match &node.value {
                Tree::Mapping(entries) => entries
                    .iter()
                    .find(|(key, _)| *key == token)
                    .map(|(_, value)| value),
                Tree::Sequence(items) => token
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index)),
                Tree::Scalar => None,
            };
            let Some(inner) = inner else {
                path = None;
                break;
            };
            if let Some(path) = &mut path {
                path.push_str(&match &node.value {
                    Tree::Sequence(_) => format!("[{token}]"),
                    _ => segment(&token),
                });
            }
            line = Some(inner.referenced.line());
            node = inner;
        }
        line.map(|line| (line, path))
    }
}

/// A member name as a segment of a JSONPath.
fn segment(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    match plain {
        true => format!(".{name}"),
        false => format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")),
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
    fn a_pointer_leads_to_its_line_or_to_the_nearest_one_around_it() {
        let text =
            "openapi: 3.0.3\npaths:\n  /a/{b}:\n    get:\n      tags:\n      - one\n      - two\n";
        let positions = Positions::of(text);
        for (pointer, line, path) in [
            ("/openapi", 1, Some("$.openapi")),
            (
                "/paths/~1a~1{b}/get/tags/1",
                7,
                Some("$.paths['/a/{b}'].get.tags[1]"),
            ),
            ("/paths/~1a~1{b}/get/summary", 5, None),
        ] {
            let expected = Some((line, path.map(str::to_owned)));
            assert_eq!(positions.find(pointer), expected, "{pointer}");
        }
        for nowhere in ["/gone", ""] {
            assert_eq!(positions.find(nowhere), None, "{nowhere}");
        }
    }
}
