//! Reads operations.

use super::parameters::{Parameters, parameters};
use super::schemas::{Schemas, origin, prose};
use super::{
    BodyFormat, CarriedOver, Constraints, EarlierName, Operation, Output, RequestBody, Response,
    Style, TypeDef, TypeRef, naming, paging, security, waits,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::bodiless::has_no_body;
use crate::document::media_types::{FORM, essence, is_json, media_of};
use crate::document::{
    child, flag, object, operation_name, string, strings, strings_or_one, successes,
};
use crate::releases::carry_over::{REMOVED, RENAMED_FROM, SUCCESSOR};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn operations(
    document: &Value,
    schemas: &Schemas<'_>,
    types: &[TypeDef],
    diagnostics: &mut Diagnostics,
) -> Vec<Operation> {
    let schemes = object(document, "/components/securitySchemes");
    let everywhere = document.get("security").filter(|all| all.is_array());
    let mut taken: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut operations = Vec::new();
    for (pointer, path, method, raw) in crate::document::operations(document) {
        let Some(id) = operation_name(raw) else {
            let help = "add an `operationId` in the names overlay";
            let message = format!("`{method} {path}` has no operationId");
            let found = Diagnostic::new("unnamed-operation", &pointer, message, help);
            diagnostics.push(found.update(json!({ "operationId": "anotherName" })));
            continue;
        };
        let mut operation = Reader {
            raw,
            pointer: &pointer,
            id,
            schemas,
            types,
        }
        .read(path, method, diagnostics);
        operation.security = raw
            .get("security")
            .or(everywhere)
            .map(|named| security::requirements(named, schemes));
        let waits = operation.waits.iter().map(|wait| &wait.method_name);
        let earlier = operation.earlier.iter().map(|earlier| &earlier.method_name);
        let own = std::iter::once(&operation.method_name);
        for method_name in own.chain(waits).chain(earlier) {
            let own = (id.to_owned(), pointer.clone());
            if let Some((other, place)) = taken.insert(method_name.clone(), own) {
                let found = Diagnostic::new(
                    "name-collision",
                    &pointer,
                    format!("`{id}` and `{other}` both have a method `{method_name}`"),
                    "rename one in the names overlay with `x-xgen-operation-id-override`, or its wait in the behaviour overlay",
                );
                let update = json!({ "x-xgen-operation-id-override": "anotherName" });
                diagnostics.push(found.and(place).update(update));
            }
        }
        operations.push(operation);
    }
    operations
}

/// Reads one operation of the document.
struct Reader<'d> {
    raw: &'d Value,
    pointer: &'d str,
    id: &'d str,
    schemas: &'d Schemas<'d>,
    types: &'d [TypeDef],
}

impl Reader<'_> {
    fn read(&self, path: &str, method: &str, diagnostics: &mut Diagnostics) -> Operation {
        let Self {
            raw,
            pointer,
            id,
            schemas,
            types,
        } = *self;
        let output = self.output(method, diagnostics);
        let value = output.as_ref().map(|output| &output.value);
        let paging = paging::paging(raw, output.as_ref(), types, pointer, diagnostics);
        let waits = waits::waits(method, raw, value, types, pointer, diagnostics);
        let Parameters {
            arguments,
            optional,
            runtime_parameters,
            flags,
        } = parameters(
            raw,
            path,
            pointer,
            paging.is_some(),
            schemas,
            types,
            diagnostics,
        );
        let fallback_tag = raw
            .pointer("/tags/0")
            .and_then(Value::as_str)
            .unwrap_or("operations");
        let earlier = strings_or_one(raw, RENAMED_FROM).map(|id| EarlierName {
            id: id.to_owned(),
            method_name: naming::method_name(id),
            marker: naming::pascal(id),
        });
        Operation {
            id: id.to_owned(),
            operation_id: string(raw, "operationId").map(str::to_owned),
            method_name: naming::method_name(id),
            marker: naming::pascal(id),
            module: naming::module_name(string(raw, "x-rust-module").unwrap_or(fallback_tag)),
            origin: pointer.to_owned(),
            prose: prose(raw),
            page: string(raw, "x-xgen-docs-url").map(current_page),
            http_method: method.to_uppercase(),
            path: path.to_owned(),
            idempotent: method == "get" || flag(raw, "x-idempotent"),
            roles: strings(raw, "x-rolesRequirements")
                .map(str::to_owned)
                .collect(),
            security: None,
            arguments,
            optional,
            setters_trait: String::new(),
            runtime_parameters,
            flags,
            body: self.body(diagnostics),
            responses: self.responses(),
            output,
            paging,
            waits,
            deprecated: flag(raw, "deprecated"),
            sunset: string(raw, "x-sunset").map(str::to_owned),
            carried_over: flag(raw, REMOVED).then(|| CarriedOver {
                successor: string(raw, SUCCESSOR).map(str::to_owned),
            }),
            earlier: earlier.collect(),
        }
    }

    fn body(&self, diagnostics: &mut Diagnostics) -> Option<RequestBody> {
        let body = self.raw.get("requestBody")?;
        let (media_type, media) = media_of(body)?;
        let pointer = child(&format!("{}/requestBody/content", self.pointer), media_type);
        let schema = media.get("schema").unwrap_or(&Value::Null);
        let format = match essence(media_type).as_str() {
            _ if is_json(media_type) => BodyFormat::Json,
            FORM => BodyFormat::Form(encodings(media)),
            other => {
                if other.starts_with("multipart/") {
                    let found = Diagnostic::new(
                        "unsupported-body",
                        &pointer,
                        format!(
                            "`{}` takes a body of the type `{media_type}`, which is not supported",
                            self.id
                        ),
                        "remove the operation from the selection, or give it a JSON body in the corrections overlay",
                    );
                    diagnostics.push(found.remove());
                }
                BodyFormat::Content
            }
        };
        let value = (format != BodyFormat::Content).then(|| {
            self.schemas
                .value(schema, &format!("{pointer}/schema"), diagnostics)
        });
        let media_type = match media_type.contains('*') {
            // A range of media types cannot be sent as `Content-Type`.
            true => "application/json".to_owned(),
            false => media_type.clone(),
        };
        Some(RequestBody {
            media_type,
            format,
            value,
            constraints: Constraints::of(schema),
            required: flag(body, "required"),
        })
    }

    fn responses(&self) -> Vec<Response> {
        let successes = successes(self.raw);
        let responses = object(self.raw, "/responses").iter();
        let responses = responses.map(|(status, response)| {
            let is_success = successes.contains(status);
            let media = media_of(response).filter(|_| is_success);
            let headers = object(response, "/headers").keys();
            Response {
                status: status.clone(),
                is_success,
                media_type: media.map(|(name, _)| name.clone()),
                headers: headers.map(|name| name.to_ascii_lowercase()).collect(),
                origin: origin(response),
            }
        });
        responses.collect()
    }

    /// Returns the result of a call: none, the type of all successful bodies, or that type as optional.
    fn output(&self, method: &str, diagnostics: &mut Diagnostics) -> Option<Output> {
        let mut found: Option<Output> = None;
        let mut bodiless = false;
        let successes = successes(self.raw);
        let responses = object(self.raw, "/responses").iter();
        for (status, response) in responses.filter(|(status, _)| successes.contains(*status)) {
            let pointer = child(&format!("{}/responses", self.pointer), status);
            let has_body = !has_no_body(method, status);
            let value = has_body.then(|| self.success(response, &pointer, diagnostics));
            let Some((value, schema)) = value.flatten() else {
                bodiless = true;
                continue;
            };
            match &found {
                Some(known) if known.value != value => diagnostics.push(Diagnostic::new(
                    "several-answers",
                    pointer,
                    "another success of this operation has a body of another type",
                    "use the same schema for both in the corrections overlay, for example a `oneOf` of the two",
                ).remove()),
                Some(_) => {}
                None => {
                    found = Some(Output {
                        value,
                        optional: false,
                        constraints: Constraints::of(schema),
                    });
                }
            }
        }
        if let Some(output) = &mut found {
            output.optional = bodiless;
        }
        found
    }

    /// Returns the type and schema of a successful response's body, if it has one. Bodies that are not JSON are
    /// bytes.
    fn success<'r>(
        &self,
        response: &'r Value,
        pointer: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<(TypeRef, &'r Value)> {
        let (name, media) = media_of(response)?;
        match media.get("schema") {
            Some(schema) if is_json(name) => {
                let pointer = format!("{}/schema", child(&format!("{pointer}/content"), name));
                Some((self.schemas.value(schema, &pointer, diagnostics), schema))
            }
            // In the Atlas document, a dated media type without a schema means that there is no content.
            None if is_json(name) => None,
            schema => Some((TypeRef::Bytes, schema.unwrap_or(&Value::Null))),
        }
    }
}

/// Returns the form fields for which the document gives a style (OpenAPI 3.0, Encoding Object).
fn encodings(media: &Value) -> Vec<(String, Style)> {
    let encodings = object(media, "/encoding").iter();
    let encodings = encodings.filter_map(|(field, encoding)| {
        let is_json = string(encoding, "contentType").is_some_and(is_json);
        let name = match string(encoding, "style") {
            Some(style) => style,
            None if is_json => "json",
            None if encoding.get("explode").is_some() => "form",
            None => return None,
        };
        let explode = encoding.get("explode").and_then(Value::as_bool);
        let explode = explode.unwrap_or(name == "form");
        let name = name.to_owned();
        Some((field.clone(), Style { name, explode }))
    });
    encodings.collect()
}

/// Returns the current URL of an operation's documentation.
///
/// The document contains an outdated URL. It identifies the operation by a fragment, which a server cannot redirect.
fn current_page(known: &str) -> String {
    const PAGES: &str =
        "https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-";
    let place = known
        .split_once("/api-resources-spec/v2/#")
        .map(|(_, place)| place);
    match place.and_then(|place| place.rsplit_once("/operation/")) {
        Some((_, id)) => format!("{PAGES}{}", id.to_lowercase()),
        None => known.to_owned(),
    }
}
