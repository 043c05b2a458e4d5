//! Reads security requirements: the alternative ways to authenticate.

use super::Requirement;
use crate::document::string;
use serde_json::{Map, Value};

/// Reads a list of alternatives. Schemes are identified by their properties, so that renaming one is not a change.
pub(super) fn requirements(named: &Value, schemes: &Map<String, Value>) -> Vec<Requirement> {
    let alternatives = named.as_array().into_iter().flatten();
    let read = alternatives.map(|alternative| {
        let parts = alternative.as_object().into_iter().flatten();
        let parts = parts.map(|(name, scopes)| {
            let kind = schemes.get(name).map_or_else(|| name.clone(), kind);
            let scopes = scopes.as_array().into_iter().flatten();
            let scopes = scopes.filter_map(Value::as_str).map(str::to_owned);
            (kind, scopes.collect())
        });
        parts.collect()
    });
    read.collect()
}

/// Returns the properties of a scheme as text: `http digest`, `apiKey header X-Key`, `oauth2`.
fn kind(scheme: &Value) -> String {
    let properties =
        ["type", "scheme", "in", "name", "openIdConnectUrl"].map(|key| string(scheme, key));
    let properties: Vec<&str> = properties.into_iter().flatten().collect();
    properties.join(" ")
}
