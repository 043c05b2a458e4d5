//! Serialisation of parameters and form fields by OpenAPI 3.0 styles ("Style Values" and "Encoding Object").
//!
//! Invariant: in paths, queries and forms, everything except unreserved characters and the separators of a style is
//! percent-encoded. Headers are not encoded, because RFC 9110 has no such encoding.

mod tree;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::borrow::Cow;

pub(crate) use tree::Tree;

/// All characters except the unreserved ones of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The style of a parameter or form field that may be a list or an object.
///
/// With `explode`, each item of a list and each entry of an object is a separate value. Where OpenAPI defines no
/// serialisation, `null`, empty lists and empty objects are omitted, and nested lists and objects are JSON text. A style
/// that a location does not support is that location's default without `explode`: `Simple` in paths and headers, `Form` in
/// queries and forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterStyle {
    /// `a,b` and `k,v` or, exploded, `k=v`: in paths and headers.
    Simple {
        /// True if entries of an object are written as `k=v`.
        explode: bool,
    },
    /// `.a,b` or, exploded, `.a.b`: in paths.
    Label {
        /// True if items and entries are separate values.
        explode: bool,
    },
    /// `;name=a,b` or, exploded, `;name=a;name=b`: in paths.
    Matrix {
        /// True if items and entries are separate values.
        explode: bool,
    },
    /// `name=a,b` or, exploded, `name=a&name=b`, and `k=v` for the entries of an object: in queries and forms.
    Form {
        /// True if items and entries are separate values.
        explode: bool,
    },
    /// `name=a%20b`: in queries and forms.
    SpaceDelimited,
    /// `name=a%7Cb`: in queries and forms.
    PipeDelimited,
    /// `name[k]=v`, `name[k][l]=v` for objects within objects, `name[]=v` for lists of scalars and `name[0][k]=v` for lists
    /// of objects: in queries and forms.
    DeepObject,
    /// `name={"k":"v"}`: for parameters with a media type and form fields of content type JSON.
    Json,
}

/// Percent-encodes a name or a value.
pub(crate) fn encode(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, RESERVED).into()
}

/// Percent-encodes an owned name or value.
pub(crate) fn encoded(text: String) -> String {
    match encode(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(encoded) => encoded,
    }
}

/// The encoding of names and values: [`encode`] or none.
type Write = fn(&str) -> Cow<'_, str>;

/// Serialises the path parameter `name`.
pub(crate) fn segment(style: ParameterStyle, name: &str, value: &Tree) -> String {
    let name = encode(name);
    match style {
        ParameterStyle::Label { explode } => {
            let joint = if explode { "." } else { "," };
            format!(".{}", joined(value, explode, joint, encode))
        }
        ParameterStyle::Matrix { explode: true } if !value.is_scalar() => {
            let parts = parts(value, encode).into_iter();
            parts
                .map(|(key, value)| format!(";{}={value}", key.as_deref().unwrap_or(&name)))
                .collect()
        }
        ParameterStyle::Matrix { .. } => match joined(value, false, ",", encode) {
            empty if empty.is_empty() => format!(";{name}"),
            value => format!(";{name}={value}"),
        },
        ParameterStyle::Json => encode(&value.to_string()).into_owned(),
        ParameterStyle::Simple { explode } => joined(value, explode, ",", encode),
        _ => joined(value, false, ",", encode),
    }
}

/// Serialises a header value; `None` if it is omitted.
pub(crate) fn header(style: ParameterStyle, value: &Tree) -> Option<String> {
    let explode = style == ParameterStyle::Simple { explode: true };
    match (style, value) {
        (_, Tree::Null) => None,
        (ParameterStyle::Json, value) => Some(value.to_string()),
        (_, value) => Some(joined(value, explode, ",", |text| text.into()))
            .filter(|text| value.is_scalar() || !text.is_empty()),
    }
}

/// Serialises the query parameter or form field `name` as encoded `name=value` pairs.
pub(crate) fn pairs(style: ParameterStyle, name: &str, value: &Tree) -> Vec<String> {
    let name = encode(name);
    let delimited = |joint: &str| match joined(value, false, joint, encode) {
        empty if empty.is_empty() && !value.is_scalar() => Vec::new(),
        value => vec![format!("{name}={value}")],
    };
    match (style, value) {
        (_, Tree::Null) => Vec::new(),
        (ParameterStyle::Json, value) => vec![format!("{name}={}", encode(&value.to_string()))],
        (ParameterStyle::DeepObject, value) => {
            let mut pairs = Vec::new();
            deep(&name, value, &mut pairs);
            pairs
        }
        (ParameterStyle::SpaceDelimited, _) => delimited("%20"),
        (ParameterStyle::PipeDelimited, _) => delimited("%7C"),
        (ParameterStyle::Form { explode: true }, value) => parts(value, encode)
            .into_iter()
            .map(|(key, value)| format!("{}={value}", key.as_deref().unwrap_or(&name)))
            .collect(),
        _ => delimited(","),
    }
}

/// Adds the pairs of the value of `name`, which is already encoded.
fn deep(name: &str, value: &Tree, pairs: &mut Vec<String>) {
    match value {
        Tree::Object(entries) => {
            for (key, value) in entries {
                deep(&format!("{name}%5B{}%5D", encode(key)), value, pairs);
            }
        }
        Tree::List(items) if items.iter().all(Tree::is_scalar) => {
            for item in items {
                deep(&format!("{name}%5B%5D"), item, pairs);
            }
        }
        Tree::List(items) => {
            for (index, item) in items.iter().enumerate() {
                deep(&format!("{name}%5B{index}%5D"), item, pairs);
            }
        }
        value => pairs.extend(value.text().map(|text| format!("{name}={}", encode(&text)))),
    }
}

/// Serialises a form. Fields that `styles` does not list have the exploded style `form`.
pub(crate) fn form(fields: &[(String, Tree)], styles: &[(&str, ParameterStyle)]) -> String {
    let pairs = fields.iter().flat_map(|(name, value)| {
        let style = styles.iter().find(|(field, _)| *field == name.as_str());
        let style = style.map_or(ParameterStyle::Form { explode: true }, |(_, style)| *style);
        pairs(style, name, value)
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Joins items, entries or the scalar. Entries are `k=v` if exploded, else `k` and `v` as two items.
fn joined(value: &Tree, explode: bool, joint: &str, write: Write) -> String {
    let entry = if explode { "=" } else { joint };
    let parts = parts(value, write).into_iter();
    let texts = parts.map(|(key, value)| match key {
        Some(key) => format!("{key}{entry}{value}"),
        None => value,
    });
    texts.collect::<Vec<_>>().join(joint)
}

/// Returns the items, the entries with their names, or the scalar.
fn parts(value: &Tree, write: Write) -> Vec<(Option<String>, String)> {
    let text = |value: &Tree| value.text().map(|text| write(&text).into_owned());
    match value {
        Tree::List(items) => items
            .iter()
            .filter_map(|item| Some((None, text(item)?)))
            .collect(),
        Tree::Object(entries) => entries
            .iter()
            .filter_map(|(key, value)| Some((Some(write(key).into_owned()), text(value)?)))
            .collect(),
        scalar => text(scalar).map(|text| (None, text)).into_iter().collect(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::ParameterStyle::{
        DeepObject, Form, Json, Label, Matrix, PipeDelimited, Simple, SpaceDelimited,
    };
    use super::{ParameterStyle, Tree, form, header, pairs, segment};

    fn tree(json: &str) -> Tree {
        serde_json::from_str(json).unwrap()
    }

    /// The values of the specification's table, and one that needs encoding.
    fn values() -> [Tree; 5] {
        [
            r#""""#,
            r#""blue""#,
            r#"["blue","black","brown"]"#,
            r#"{"R":100,"G":200,"B":150}"#,
            r#"{"a b":"c,d&e=f"}"#,
        ]
        .map(tree)
    }

    #[test]
    fn paths_match_the_table_of_the_specification() {
        let rows: [(ParameterStyle, [&str; 5]); 6] = [
            (
                Simple { explode: false },
                [
                    "",
                    "blue",
                    "blue,black,brown",
                    "R,100,G,200,B,150",
                    "a%20b,c%2Cd%26e%3Df",
                ],
            ),
            (
                Simple { explode: true },
                [
                    "",
                    "blue",
                    "blue,black,brown",
                    "R=100,G=200,B=150",
                    "a%20b=c%2Cd%26e%3Df",
                ],
            ),
            (
                Label { explode: false },
                [
                    ".",
                    ".blue",
                    ".blue,black,brown",
                    ".R,100,G,200,B,150",
                    ".a%20b,c%2Cd%26e%3Df",
                ],
            ),
            (
                Label { explode: true },
                [
                    ".",
                    ".blue",
                    ".blue.black.brown",
                    ".R=100.G=200.B=150",
                    ".a%20b=c%2Cd%26e%3Df",
                ],
            ),
            (
                Matrix { explode: false },
                [
                    ";color",
                    ";color=blue",
                    ";color=blue,black,brown",
                    ";color=R,100,G,200,B,150",
                    ";color=a%20b,c%2Cd%26e%3Df",
                ],
            ),
            (
                Matrix { explode: true },
                [
                    ";color",
                    ";color=blue",
                    ";color=blue;color=black;color=brown",
                    ";R=100;G=200;B=150",
                    ";a%20b=c%2Cd%26e%3Df",
                ],
            ),
        ];
        for (style, expected) in rows {
            let segments = values().map(|value| segment(style, "color", &value));
            assert_eq!(segments, expected, "{style:?}");
        }
    }

    #[test]
    fn queries_match_the_table_of_the_specification() {
        let rows: [(ParameterStyle, [&str; 5]); 6] = [
            (
                Form { explode: false },
                [
                    "color=",
                    "color=blue",
                    "color=blue,black,brown",
                    "color=R,100,G,200,B,150",
                    "color=a%20b,c%2Cd%26e%3Df",
                ],
            ),
            (
                Form { explode: true },
                [
                    "color=",
                    "color=blue",
                    "color=blue&color=black&color=brown",
                    "R=100&G=200&B=150",
                    "a%20b=c%2Cd%26e%3Df",
                ],
            ),
            (
                SpaceDelimited,
                [
                    "color=",
                    "color=blue",
                    "color=blue%20black%20brown",
                    "color=R%20100%20G%20200%20B%20150",
                    "color=a%20b%20c%2Cd%26e%3Df",
                ],
            ),
            (
                PipeDelimited,
                [
                    "color=",
                    "color=blue",
                    "color=blue%7Cblack%7Cbrown",
                    "color=R%7C100%7CG%7C200%7CB%7C150",
                    "color=a%20b%7Cc%2Cd%26e%3Df",
                ],
            ),
            (
                DeepObject,
                [
                    "color=",
                    "color=blue",
                    "color%5B%5D=blue&color%5B%5D=black&color%5B%5D=brown",
                    "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
                    "color%5Ba%20b%5D=c%2Cd%26e%3Df",
                ],
            ),
            (
                Json,
                [
                    "color=%22%22",
                    "color=%22blue%22",
                    "color=%5B%22blue%22%2C%22black%22%2C%22brown%22%5D",
                    "color=%7B%22R%22%3A100%2C%22G%22%3A200%2C%22B%22%3A150%7D",
                    "color=%7B%22a%20b%22%3A%22c%2Cd%26e%3Df%22%7D",
                ],
            ),
        ];
        for (style, expected) in rows {
            let queries = values().map(|value| pairs(style, "color", &value).join("&"));
            assert_eq!(queries, expected, "{style:?}");
        }
    }

    #[test]
    fn headers_match_the_table_of_the_specification_without_encoding() {
        for (explode, object) in [(false, "R,100,G,200,B,150"), (true, "R=100,G=200,B=150")] {
            let style = Simple { explode };
            let headers = values().map(|value| header(style, &value));
            let joint = if explode { "=" } else { "," };
            let other = format!("a b{joint}c,d&e=f");
            let expected = ["", "blue", "blue,black,brown", object, &other];
            assert_eq!(headers, expected.map(|text| Some(text.to_owned())));
        }
        assert_eq!(
            header(Json, &tree(r#"{"a":[1]}"#)),
            Some(r#"{"a":[1]}"#.to_owned())
        );
    }

    #[test]
    fn scalars_are_unchanged_and_null_and_empty_values_are_omitted() {
        for (value, query) in [
            (tree(r#"true"#), "p=true"),
            (tree(r#"-1.5"#), "p=-1.5"),
            (tree(r#""true""#), "p=true"),
            (tree(r#"null"#), ""),
            (tree(r#"[]"#), ""),
            (tree(r#"{}"#), ""),
            (tree(r#"[null, 1]"#), "p=1"),
            (tree(r#"{"a": null, "b": ""}"#), "b="),
            (tree(r#"["", ""]"#), "p=&p="),
            (
                tree(r#"{"a": [1, {"b": 2}]}"#),
                "a=%5B1%2C%7B%22b%22%3A2%7D%5D",
            ),
        ] {
            let found = pairs(Form { explode: true }, "p", &value).join("&");
            assert_eq!(found, query, "{value}");
        }
        for empty in [
            tree(r#"null"#),
            tree(r#"[]"#),
            tree(r#"{}"#),
            tree(r#"[null]"#),
        ] {
            assert_eq!(header(Simple { explode: false }, &empty), None, "{empty}");
            for style in [
                Form { explode: false },
                SpaceDelimited,
                PipeDelimited,
                DeepObject,
            ] {
                assert_eq!(
                    pairs(style, "p", &empty),
                    [] as [&str; 0],
                    "{empty} {style:?}"
                );
            }
        }
    }

    #[test]
    fn nested_objects_have_nested_brackets() {
        let value = tree(
            r#"{"a":{"b":{"c":1}},"list":[1,"x y"],"rows":[{"k":"v"},[2]],"none":null,"[":"]"}"#,
        );
        let expected = [
            "f%5Ba%5D%5Bb%5D%5Bc%5D=1",
            "f%5Blist%5D%5B%5D=1",
            "f%5Blist%5D%5B%5D=x%20y",
            "f%5Brows%5D%5B0%5D%5Bk%5D=v",
            "f%5Brows%5D%5B1%5D%5B%5D=2",
            "f%5B%5B%5D=%5D",
        ];
        assert_eq!(pairs(DeepObject, "f", &value), expected);
    }

    #[test]
    fn each_form_field_has_its_own_style() {
        let body = r#"{"amount":5,"card":{"number":"4 2"},"expand":["a","b"],"list":["c","d"],"rows":[{"x":1}],"shipping":{"name":"n"},"none":null}"#;
        let Tree::Object(fields) = tree(body) else {
            return;
        };
        let styles = [
            ("card", DeepObject),
            ("expand", DeepObject),
            ("list", Form { explode: false }),
            ("rows", Json),
        ];
        assert_eq!(
            form(&fields, &styles),
            "amount=5&card%5Bnumber%5D=4%202&expand%5B%5D=a&expand%5B%5D=b&list=c,d&rows=%5B%7B%22x%22%3A1%7D%5D&name=n"
        );
    }
}
