//! Parses documents, and writes them as YAML.

use super::spelling;
use super::text::{Text, read};
use super::values::string;
use crate::diagnostic::Diagnostics;
use serde_json::Value;

/// Maximum length of a text in bytes, many times that of the complete Atlas document.
const LARGEST: usize = 64 * 1024 * 1024;

/// Parses a document into a JSON value.
pub(crate) fn load(source: Text<'_>) -> Result<Value, Diagnostics> {
    let mut diagnostics = Diagnostics::about(source.name);
    if source.text.len() > LARGEST {
        diagnostics.report(
            "too-large",
            "",
            format!(
                "the text has {} bytes, more than the maximum of {LARGEST}",
                source.text.len()
            ),
            "reduce the document to the operations that you need",
        );
        return Err(diagnostics);
    }
    let mut value: Value = match read(source.text) {
        Ok(value) => value,
        Err(error) => {
            diagnostics.report(
                "unreadable-document",
                "",
                format!("not readable as YAML or JSON: {}", error.to_string().trim()),
                "fix the syntax at the position above",
            );
            return Err(diagnostics);
        }
    };
    if !value.is_object() {
        diagnostics.report(
            "unreadable-document",
            "",
            "the document is not a mapping",
            "an OpenAPI or overlay document starts with `openapi:` or `overlay:`",
        );
    }
    diagnostics.check()?;
    if value.get("openapi").is_some() {
        spelling::restore(&mut value, source.text);
    }
    Ok(value)
}

/// Rejects documents that are not OpenAPI 3.0.
pub(crate) fn check_version(document: &Value, name: &str) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::about(name);
    let version = string(document, "openapi");
    if !version.is_some_and(|version| version.starts_with("3.0.")) {
        let found = version.map_or_else(
            || "no `openapi` member".to_owned(),
            |version| format!("version {version}"),
        );
        diagnostics.report(
            "unsupported-version",
            "/openapi",
            format!("expected OpenAPI 3.0, found {found}"),
            "convert the document to OpenAPI 3.0 first",
        );
    }
    diagnostics.check()
}

/// Serializes a value as YAML, preceded by `comment`.
pub(crate) fn to_yaml(value: &Value, comment: &str) -> Result<String, Diagnostics> {
    match serde_saphyr::to_string(value) {
        Ok(yaml) => Ok(format!("{comment}{yaml}")),
        Err(error) => {
            let mut diagnostics = Diagnostics::about("output");
            diagnostics.report(
                "unwritable-document",
                "",
                error.to_string(),
                "report this as a defect",
            );
            Err(diagnostics)
        }
    }
}
