//! JSON pointers (RFC 6901), and the JSON paths (RFC 9535) of overlays.

/// Escapes one token of a pointer.
#[must_use]
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// Replaces each array index of a pointer by `*`.
///
/// A numeric name in an object is taken for an index too; no schema of this API has one.
#[must_use]
pub fn class(pointer: &str) -> String {
    let is_index =
        |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    let tokens = pointer
        .split('/')
        .map(|token| if is_index(token) { "*" } else { token });
    tokens.collect::<Vec<_>>().join("/")
}

/// Converts a pointer to the JSON path of an overlay action.
#[must_use]
pub fn json_path(pointer: &str) -> String {
    let mut path = "$".to_owned();
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        let is_plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_plain && !name.starts_with(|first: char| first.is_ascii_digit()) {
            path.push('.');
            path.push_str(&name);
        } else if let Ok(index) = name.parse::<usize>() {
            path.push_str(&format!("[{index}]"));
        } else {
            path.push_str(&format!(
                "['{}']",
                name.replace('\\', "\\\\").replace('\'', "\\'")
            ));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::{class, escape, json_path};

    #[test]
    fn pointers_that_differ_only_in_an_index_have_one_class() {
        let cases = [
            ("", ""),
            ("/results/3/id", "/results/*/id"),
            ("/results/12", "/results/*"),
            ("/a/b1/2x", "/a/b1/2x"),
            ("//1", "//*"),
        ];
        for (pointer, expected) in cases {
            assert_eq!(class(pointer), expected, "{pointer}");
        }
    }

    #[test]
    fn a_pointer_is_converted_to_a_json_path() {
        let path = format!("/paths/{}/get", escape("/api/it's"));
        let cases = [
            ("", "$"),
            ("/components/schemas/Job", "$.components.schemas.Job"),
            (path.as_str(), "$.paths['/api/it\\'s'].get"),
            ("/allOf/1/properties/_id", "$.allOf[1].properties._id"),
            ("/a~0b", "$['a~b']"),
        ];
        for (pointer, expected) in cases {
            assert_eq!(json_path(pointer), expected, "{pointer}");
        }
    }
}
