//! Judges a recorded request by its operation: path, query, body and accepted media types.
//!
//! A successful request must match the document. A refused one need not; but if the service calls it
//! malformed, the document must reject it too.
//!
//! Must never judge parts that were not recorded.

use crate::verify::finding::{Finding, Rule};
use crate::verify::recording::{Recording, Request, Target};
use crate::verify::response::{documented_response, media_types, schemas};
use crate::verify::route::Operation;
use crate::verify::schema::{Direction, Node, check, resolve};

use percent_encoding::percent_decode_str;
use serde_json::{Number, Value};

/// Error codes for requests with missing or invalid parts.
const MALFORMED: [&str; 2] = ["MISSING_ATTRIBUTE", "INVALID_ENUM_VALUE"];

/// Judges the request of `recording`; `status` and `body` are those of the response.
pub(crate) fn judge(
    root: &Value,
    operation: &Operation,
    recording: &Recording,
    status: u16,
    body: Option<&Value>,
) -> Vec<Finding> {
    let mut walk = Walk {
        root,
        findings: Vec::new(),
    };
    let parameters = walk.parameters(operation);
    walk.path(operation, recording, &parameters);
    if let Some(request) = &recording.request {
        walk.query(request, &parameters);
        walk.body(operation, request);
        if (200..300).contains(&status) {
            walk.accept(operation, request, status);
        }
    }
    match (status, &recording.request) {
        (200..=299, _) => walk.findings,
        (400, Some(_)) if walk.findings.is_empty() && body.is_some_and(is_malformed) => {
            vec![finding(
                Rule::Accepted,
                &operation.pointer,
                "",
                "a malformed request",
                "a request that the document allows",
            )]
        }
        _ => Vec::new(),
    }
}

/// Returns true if an error says that the request is malformed.
fn is_malformed(error: &Value) -> bool {
    let code = error.get("errorCode").and_then(Value::as_str);
    let fields = error.pointer("/badRequestDetail/fields");
    code.is_some_and(|code| MALFORMED.contains(&code))
        || fields
            .and_then(Value::as_array)
            .is_some_and(|fields| !fields.is_empty())
}

fn finding(rule: Rule, schema: &str, of: &str, expected: &str, actual: &str) -> Finding {
    Finding {
        at: format!("request {of}").trim_end().to_owned(),
        rule,
        schema: schema.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
    }
}

struct Walk<'a> {
    root: &'a Value,
    findings: Vec<Finding>,
}

impl<'a> Walk<'a> {
    /// Returns the parameters of an operation and of its path.
    fn parameters(&mut self, operation: &Operation) -> Vec<Node<'a>> {
        let path = operation
            .pointer
            .rsplit_once('/')
            .map_or("", |(path, _)| path);
        let mut found = Vec::new();
        for pointer in [operation.pointer.as_str(), path] {
            let listed = self.root.pointer(pointer).map(|value| Node {
                pointer: pointer.to_owned(),
                value,
            });
            for parameter in listed.iter().flat_map(|node| node.members("parameters")) {
                match resolve(self.root, &parameter) {
                    Ok(parameter) => found.push(parameter),
                    Err(reference) => self.report(
                        Rule::Document,
                        &parameter.pointer,
                        "",
                        "a parameter",
                        &reference,
                    ),
                }
            }
        }
        found
    }

    fn report(&mut self, rule: Rule, schema: &str, of: &str, expected: &str, actual: &str) {
        self.findings
            .push(finding(rule, schema, of, expected, actual));
    }

    fn path(&mut self, operation: &Operation, recording: &Recording, parameters: &[Node<'a>]) {
        let Target::Path(path) = &recording.target else {
            return;
        };
        for (name, segment) in operation.template.split('/').zip(path.split('/')) {
            let name = name
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            let Some(name) = name else { continue };
            let text = percent_decode_str(segment).decode_utf8_lossy().into_owned();
            let of = format!("path {name}");
            match parameters.iter().find(|one| is(one, "path", name)) {
                Some(parameter) => self.value(parameter, &of, &[&text]),
                None => self.report(
                    Rule::Document,
                    &operation.pointer,
                    &of,
                    "a parameter",
                    "none",
                ),
            }
        }
    }

    fn query(&mut self, request: &Request, parameters: &[Node<'a>]) {
        for parameter in parameters.iter().filter(|one| text(one, "in") == "query") {
            let name = text(parameter, "name");
            let sent = request.query.iter().filter(|(sent, _)| sent == name);
            let sent = sent.map(|(_, value)| value.as_str()).collect::<Vec<_>>();
            let of = format!("query {name}");
            if !sent.is_empty() {
                self.value(parameter, &of, &sent);
            } else if parameter.says("required") {
                self.report(Rule::Required, &parameter.pointer, &of, "present", "absent");
            }
        }
        for (name, _) in &request.query {
            if !parameters.iter().any(|one| is(one, "query", name)) {
                self.report(
                    Rule::Undocumented,
                    "",
                    &format!("query {name}"),
                    "no such parameter",
                    "string",
                );
            }
        }
    }

    /// Judges the values of a parameter by its schema.
    fn value(&mut self, parameter: &Node<'a>, of: &str, sent: &[&str]) {
        let schema = parameter.get("schema");
        let Some(Ok(schema)) = schema.map(|schema| resolve(self.root, &schema)) else {
            return self.report(Rule::Document, &parameter.pointer, of, "a schema", "none");
        };
        let value = if schema.value.get("type").and_then(Value::as_str) == Some("array") {
            let items = schema
                .get("items")
                .and_then(|items| resolve(self.root, &items).ok());
            let kind = items.and_then(|items| items.value.get("type")?.as_str());
            // `style: form` repeats the parameter for each item or, if not exploded, joins items by commas.
            let items = sent.iter().flat_map(|text| text.split(','));
            items.map(|text| read(text, kind)).collect()
        } else {
            let kind = schema.value.get("type").and_then(Value::as_str);
            read(sent.last().unwrap_or(&""), kind)
        };
        self.held(&schema, of, &value);
    }

    fn held(&mut self, schema: &Node<'a>, of: &str, value: &Value) {
        for mut found in check(self.root, schema, value, Direction::Request) {
            found.at = format!("request {of}{}", found.at);
            self.findings.push(found);
        }
    }

    fn body(&mut self, operation: &Operation, request: &Request) {
        let pointer = format!("{}/requestBody", operation.pointer);
        let declared = self.root.pointer(&pointer).map(|value| Node {
            pointer: pointer.clone(),
            value,
        });
        let declared = declared.and_then(|node| resolve(self.root, &node).ok());
        let Some(declared) = declared else {
            if !request.body.is_empty() {
                self.report(Rule::Body, &operation.pointer, "body", "no body", "a body");
            }
            return;
        };
        if request.body.is_empty() {
            if declared.says("required") {
                self.report(
                    Rule::Required,
                    &declared.pointer,
                    "body",
                    "present",
                    "absent",
                );
            }
            return;
        }
        let media_type = request.media_type.as_deref().unwrap_or("none");
        let known = media_types(&declared).collect::<Vec<_>>();
        if !known.iter().any(|name| name == media_type) {
            self.report(
                Rule::MediaType,
                &declared.pointer,
                "body",
                &known.join(", "),
                media_type,
            );
        }
        let schema = schemas(&declared).find(|(name, _)| name == media_type);
        let Some((_, schema)) = schema.or_else(|| schemas(&declared).next()) else {
            return;
        };
        match serde_json::from_slice(&request.body) {
            Ok(body) => self.held(&schema, "body ", &body),
            Err(error) => self.report(
                Rule::Body,
                &declared.pointer,
                "body",
                "JSON",
                &error.to_string(),
            ),
        }
    }

    /// Checks that the response's media type was accepted by the request and is documented.
    fn accept(&mut self, operation: &Operation, request: &Request, status: u16) {
        let Some(accept) = &request.accept else {
            return;
        };
        let Some(response) = documented_response(self.root, operation, status) else {
            return;
        };
        let known = media_types(&response).collect::<Vec<_>>();
        let asked = accept.split(',').map(|one| {
            one.split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        });
        let fits = |asked: &str| asked == "*/*" || known.iter().any(|name| name == asked);
        let mut asked = asked.peekable();
        if !known.is_empty() && asked.peek().is_some() && !asked.any(|one| fits(&one)) {
            self.report(
                Rule::MediaType,
                &response.pointer,
                "header Accept",
                &known.join(", "),
                accept,
            );
        }
    }
}

fn text<'a>(node: &Node<'a>, key: &str) -> &'a str {
    node.value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn is(parameter: &Node<'_>, place: &str, name: &str) -> bool {
    text(parameter, "in") == place && text(parameter, "name") == name
}

/// Parses a text as a type, and returns the text itself if that fails.
fn read(text: &str, kind: Option<&str>) -> Value {
    let value = match kind {
        Some("integer" | "number") => text.parse::<Number>().ok().map(Value::Number),
        Some("boolean") => text.parse().ok().map(Value::Bool),
        _ => None,
    };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests;
