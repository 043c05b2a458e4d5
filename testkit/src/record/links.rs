//! Rewrites links in responses to lead back to the proxy.
//!
//! So clients that follow them continue to use the proxy.
//!
//! Must never hold back more of a body than could be the beginning of such a link.

use bytes::Bytes;

/// Replaces the service's origin by the proxy's in `"href"` values only, chunk by chunk.
#[derive(Debug)]
pub(crate) struct Links {
    needle: Vec<u8>,
    own: Vec<u8>,
    /// The last bytes that were emitted, unchanged, followed by those held back.
    seen: Vec<u8>,
    given: usize,
}

/// How many bytes before an origin are searched for `"href"`; real documents have less white space.
const CONTEXT: usize = 64;

impl Links {
    pub(crate) fn new(upstream: &str, own: &str) -> Self {
        Self {
            needle: format!("{upstream}/").into_bytes(),
            own: format!("{own}/").into_bytes(),
            seen: Vec::new(),
            given: 0,
        }
    }

    /// Takes a chunk and returns the bytes that can be emitted now.
    pub(crate) fn pass(&mut self, piece: &[u8]) -> Bytes {
        self.seen.extend_from_slice(piece);
        let mut out = Vec::with_capacity(piece.len());
        while let Some(found) = position(&self.seen[self.given..], &self.needle) {
            let at = self.given + found;
            out.extend_from_slice(&self.seen[self.given..at]);
            self.given = at + self.needle.len();
            let place = if follows_href(&self.seen[..at]) {
                &self.own
            } else {
                &self.needle
            };
            out.extend_from_slice(place);
        }
        let held = self.beginning();
        let end = self.seen.len() - held;
        out.extend_from_slice(&self.seen[self.given..end]);
        let forgotten = end.saturating_sub(CONTEXT);
        self.seen.drain(..forgotten);
        self.given = end - forgotten;
        out.into()
    }

    /// Returns the bytes held back, at the end of the body.
    pub(crate) fn rest(&mut self) -> Bytes {
        let rest = self.seen.split_off(self.given);
        rest.into()
    }

    /// Returns the length of the longest suffix that could be the beginning of the origin.
    fn beginning(&self) -> usize {
        let waiting = &self.seen[self.given..];
        let longest = waiting.len().min(self.needle.len() - 1);
        (1..=longest)
            .rev()
            .find(|length| self.needle.starts_with(&waiting[waiting.len() - length..]))
            .unwrap_or(0)
    }
}

fn position(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len())
        .position(|window| window == needle)
}

/// Returns true if a text ends with `"href": "`.
fn follows_href(before: &[u8]) -> bool {
    let colon = before.strip_suffix(b"\"").map(<[u8]>::trim_ascii_end);
    let name = colon
        .and_then(|text| text.strip_suffix(b":"))
        .map(<[u8]>::trim_ascii_end);
    name.is_some_and(|text| text.ends_with(b"\"href\""))
}

#[cfg(test)]
mod tests {
    use super::Links;

    #[test]
    fn only_links_are_rewritten_for_every_split_into_chunks() {
        let body = r#"{"links":[{"href":"https://up.example/a","rel":"https://up.example/group"},
            {"href" : "https://up.example/b"},{"href":"https://up.example.evil/c"},{"href":"https://up.example"}]}https://up"#;
        let expected = r#"{"links":[{"href":"http://127.0.0.1:9/a","rel":"https://up.example/group"},
            {"href" : "http://127.0.0.1:9/b"},{"href":"https://up.example.evil/c"},{"href":"https://up.example"}]}https://up"#;
        for size in [1, 2, 3, 7, 19, 20, 64, 1000] {
            let mut links = Links::new("https://up.example", "http://127.0.0.1:9");
            let mut passed = Vec::new();
            for piece in body.as_bytes().chunks(size) {
                passed.extend_from_slice(&links.pass(piece));
            }
            passed.extend_from_slice(&links.rest());
            assert_eq!(
                String::from_utf8(passed).unwrap(),
                expected,
                "in pieces of {size}"
            );
        }
    }
}
