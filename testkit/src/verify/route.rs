//! Finds the operation of a recorded request.
//!
//! Invariant: the result is one operation or none. If several templates match, the one with most literal
//! segments is chosen, as servers do; among equals, the first in the document.

use crate::verify::Error;
use crate::verify::recording::Target;
use regex::Regex;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::path::Path;

/// The methods of an OpenAPI path item.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An OpenAPI 3.0 document and its operations.
#[derive(Debug)]
pub struct Document {
    /// The document as read.
    pub root: Value,
    /// The same operations with their older dated versions, if they are known.
    pub dated: Option<Value>,
    /// SHA-256 of the text, in lower-case hex; empty if the document was not read from a text.
    pub digest: String,
    /// Its operations, in the order of the document.
    pub operations: Vec<Operation>,
}

/// One method of one path.
#[derive(Debug)]
pub struct Operation {
    /// The API version in the path (`v2`, `v1.0`); empty outside `/api/atlas/`.
    pub api: String,
    /// `x-xgen-operation-id-override`, otherwise `operationId`, otherwise method and path.
    pub id: String,
    /// JSON pointer of the operation in its document.
    pub pointer: String,
    /// Its path, with the names of its parameters in braces.
    pub template: String,
    /// The documented statuses, sorted.
    pub statuses: BTreeSet<String>,
    method: String,
    literals: usize,
    path: Regex,
    joined: Regex,
}

impl Operation {
    /// Returns the name in reports: `v2 listBackupExports`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.api, self.id).trim_start().to_owned()
    }

    /// Returns this operation's path whose segments are joined by `_` in `joined`.
    #[must_use]
    pub fn path_of(&self, joined: &str) -> Option<String> {
        let found = self.joined.captures(joined)?;
        let mut values = found.iter().skip(1).flatten();
        let segments = self.template.split('/').map(|segment| {
            if segment.starts_with('{') {
                values.next().map(|value| value.as_str())
            } else {
                Some(segment)
            }
        });
        Some(segments.collect::<Option<Vec<_>>>()?.join("/"))
    }

    fn fits(&self, method: &str, target: &Target) -> bool {
        self.method == method
            && match target {
                Target::Path(path) => self.path.is_match(path),
                Target::Joined(joined) => self.joined.is_match(joined),
                Target::Elsewhere(_) => false,
            }
    }
}

impl Document {
    /// Reads a document from a file of YAML or JSON.
    ///
    /// # Errors
    /// When the file cannot be read, is not YAML, or has no `paths`.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text).map_err(|message| Error::Document {
            path: path.to_owned(),
            message,
        })
    }

    /// Parses a document from YAML or JSON.
    ///
    /// # Errors
    /// When the text is not YAML or has no `paths`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let digest = Sha256::digest(text);
        let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let root = read(text)?;
        Ok(Self {
            digest,
            ..Self::of(root)?
        })
    }

    /// Takes a parsed document.
    ///
    /// # Errors
    /// When it has no `paths`.
    pub fn of(root: Value) -> Result<Self, String> {
        let paths = root
            .get("paths")
            .and_then(Value::as_object)
            .ok_or("it has no `paths`")?;
        let mut operations = Vec::new();
        for (template, item) in paths {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    operations.push(read_operation(template, method, operation)?);
                }
            }
        }
        Ok(Self {
            root,
            dated: None,
            digest: String::new(),
            operations,
        })
    }

    /// Adds the older versions of the operations, from YAML.
    ///
    /// # Errors
    /// When the text is not YAML.
    pub fn with_versions(self, text: &str) -> Result<Self, String> {
        let dated = read(text)?;
        Ok(Self {
            dated: Some(dated),
            ..self
        })
    }

    /// Returns the document's title, version and the beginning of its digest.
    #[must_use]
    pub fn title(&self) -> String {
        let text = |key: &str| {
            let text = self.root.pointer(key).and_then(Value::as_str);
            text.unwrap_or_default().trim().to_owned()
        };
        let title = format!("{} {}", text("/info/title"), text("/info/version"));
        match self.digest.get(..12) {
            Some(digest) => format!("{} (sha256 {digest})", title.trim()),
            None => title.trim().to_owned(),
        }
    }
}

/// Finds the operation of a request in any of the documents.
#[must_use]
pub fn find<'a>(
    documents: &'a [Document],
    method: &str,
    target: &Target,
) -> Option<(&'a Document, &'a Operation)> {
    documents
        .iter()
        .flat_map(|document| {
            document
                .operations
                .iter()
                .map(move |operation| (document, operation))
        })
        .filter(|(_, operation)| operation.fits(method, target))
        .min_by_key(|(_, operation)| std::cmp::Reverse(operation.literals))
}

/// Parses YAML by its core schema, a superset of JSON: `no` and `y` are texts.
fn read(text: &str) -> Result<Value, String> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        underscored_numbers_as_strings: true,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| error.to_string())
}

fn read_operation(template: &str, method: &str, operation: &Value) -> Result<Operation, String> {
    let segments = template
        .trim_start_matches('/')
        .split('/')
        .collect::<Vec<_>>();
    let literals = segments
        .iter()
        .filter(|segment| !segment.starts_with('{'))
        .count();
    let whole = |any: &str, slash: &str| {
        let part = |segment: &&str| {
            if segment.starts_with('{') {
                any.to_owned()
            } else {
                regex::escape(segment)
            }
        };
        let pattern = segments.iter().map(part).collect::<Vec<_>>().join(slash);
        let lead = if slash == "/" { "/" } else { "" };
        Regex::new(&format!("^{lead}{pattern}$")).map_err(|error| format!("{template}: {error}"))
    };
    let text = |key: &str| {
        operation
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let api = template
        .strip_prefix("/api/atlas/")
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default();
    let statuses = operation.get("responses").and_then(Value::as_object);
    Ok(Operation {
        api: api.to_owned(),
        id: text("x-xgen-operation-id-override")
            .or_else(|| text("operationId"))
            .unwrap_or_else(|| format!("{method} {template}")),
        template: template.to_owned(),
        pointer: format!(
            "/paths/{}/{method}",
            crate::verify::pointer::escape(template)
        ),
        statuses: statuses
            .map(|statuses| statuses.keys().cloned().collect())
            .unwrap_or_default(),
        method: method.to_ascii_uppercase(),
        literals,
        path: whole("[^/]+", "/")?,
        joined: whole("(.+)", "_")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Document, find};
    use crate::verify::recording::Target;

    #[test]
    fn yaml_1_1_booleans_are_read_as_text() {
        let text = "paths: {}\nenum: [NO, y, off, 1_000, true]\n";
        let document = Document::parse(text).unwrap();
        let expected = serde_json::json!(["NO", "y", "off", "1_000", true]);
        assert_eq!(document.root["enum"], expected);
    }

    const DOCUMENT: &str = r"
paths:
  /api/atlas/v2/groups/{groupId}/snapshots/{snapshotId}: {get: {operationId: one}, delete: {operationId: drop}}
  /api/atlas/v2/groups/{groupId}/snapshots/sharded: {get: {operationId: sharded}}
  /api/atlas/v2/groups/{groupId}/snapshots: {get: {operationId: raw, x-xgen-operation-id-override: list}}
  /api/atlas/v1.0/groups/{groupId}/snapshots/: {get: {}}
";

    fn found(method: &str, target: &Target) -> Option<String> {
        let documents = [Document::parse(DOCUMENT).unwrap()];
        find(&documents, method, target).map(|(_, operation)| operation.name())
    }

    #[test]
    fn the_template_with_most_literal_segments_is_chosen() {
        let cases = [
            ("GET", "/api/atlas/v2/groups/a/snapshots", Some("v2 list")),
            ("GET", "/api/atlas/v2/groups/a/snapshots/", None),
            ("GET", "/api/atlas/v2/groups/a/snapshots/b", Some("v2 one")),
            (
                "GET",
                "/api/atlas/v2/groups/a/snapshots/sharded",
                Some("v2 sharded"),
            ),
            (
                "DELETE",
                "/api/atlas/v2/groups/a/snapshots/sharded",
                Some("v2 drop"),
            ),
            ("DELETE", "/api/atlas/v2/groups/a/snapshots", None),
            ("GET", "/api/atlas/v2/groups/a/b/snapshots", None),
            (
                "GET",
                "/api/atlas/v1.0/groups/a/snapshots/",
                Some("v1.0 get /api/atlas/v1.0/groups/{groupId}/snapshots/"),
            ),
            ("GET", "/api/atlas/v1.0/groups/a/snapshots", None),
        ];
        for (method, path, expected) in cases {
            assert_eq!(
                found(method, &Target::Path(path.to_owned())).as_deref(),
                expected,
                "{method} {path}"
            );
        }
    }

    #[test]
    fn segments_of_a_joined_path_may_contain_underscores() {
        let cases = [
            ("api_atlas_v2_groups_a_snapshots", Some("v2 list")),
            ("api_atlas_v2_groups_a_b_snapshots", Some("v2 list")),
            ("api_atlas_v2_groups_a_snapshots_b_c", Some("v2 one")),
            (
                "api_atlas_v2_groups_a_snapshots_sharded",
                Some("v2 sharded"),
            ),
            ("api_atlas_v2_groups_a_flexClusters", None),
        ];
        for (joined, expected) in cases {
            assert_eq!(
                found("GET", &Target::Joined(joined.to_owned())).as_deref(),
                expected,
                "{joined}"
            );
        }
    }
}
