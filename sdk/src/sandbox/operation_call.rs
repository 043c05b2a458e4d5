//! A parsed call of an operation, and its response.
//!
//! Must never touch the state.
use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::{Map, Value, json};

use crate::operation::Operation;

/// A call of an operation.
pub(super) struct OperationCall<'a> {
    pub(super) operation: &'static Operation,
    pub(super) path: BTreeMap<&'static str, String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Value,
    pub(super) now: Timestamp,
    /// Scheme and authority of links.
    pub(super) origin: &'a str,
    /// Template of archive addresses, with `{job}` in it.
    pub(super) downloads: &'a str,
    /// The path of the request.
    pub(super) target: &'a str,
    /// The media type of the requested version.
    pub(super) media_type: String,
    /// True for operations of v1.0.
    pub(super) first: bool,
}

impl OperationCall<'_> {
    pub(super) fn path(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    pub(super) fn project(&self) -> &str {
        self.path("groupId")
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let value = self.query.iter().find(|(key, _)| key == name);
        value.map(|(_, value)| value.as_str())
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.query(name) == Some("true")
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.query(name)?.parse().ok()
    }

    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.body.get(field).and_then(Value::as_str)
    }

    /// Returns the links to the resource itself, its cluster and its project.
    pub(super) fn links(&self, cluster: &str, own: &[(&str, String)]) -> Value {
        let project = format!("{}/api/atlas/v2/groups/{}", self.origin, self.project());
        let cluster = format!("{project}/clusters/{cluster}");
        let mut links: Vec<Value> = own
            .iter()
            .map(|(rel, path)| json!({ "href": format!("{cluster}/{path}"), "rel": self.rel(rel) }))
            .collect();
        links.push(json!({ "href": cluster, "rel": self.rel("cluster") }));
        links.push(json!({ "href": project, "rel": self.rel("group") }));
        Value::Array(links)
    }

    fn rel(&self, rel: &str) -> String {
        match rel {
            "self" => rel.to_owned(),
            other => format!("{}/{other}", self.origin),
        }
    }

    /// Returns the requested page of a list. Only its items become values, because a list can be long.
    pub(super) fn page<T>(
        &self,
        all: impl Iterator<Item = T>,
        view: impl FnMut(T) -> Value,
    ) -> Reply {
        let all: Vec<T> = all.collect();
        let given = |name: &str| {
            self.query(name)
                .and_then(|number| number.parse::<usize>().ok())
        };
        let number = given("pageNum").unwrap_or(1).max(1);
        let size = given("itemsPerPage").unwrap_or(100).clamp(1, 500);
        let counted = self.query("includeCount") != Some("false");
        let link = |number: usize, rel: &str| {
            let mut others = String::new();
            for (name, value) in &self.query {
                if !["pageNum", "itemsPerPage", "includeCount"].contains(&name.as_str()) {
                    others.push_str(&format!("{}={}&", encoded(name), encoded(value)));
                }
            }
            let query =
                format!("includeCount={counted}&{others}pageNum={number}&itemsPerPage={size}");
            json!({ "href": format!("{}{}?{query}", self.origin, self.target), "rel": rel })
        };
        let mut links = vec![link(number, "self")];
        let before = (number - 1).saturating_mul(size);
        if before.saturating_add(size) < all.len() {
            links.push(link(number + 1, "next"));
        }
        let total = if counted { all.len() } else { 0 };
        let results = all.into_iter().skip(before).take(size).map(view);
        let results: Vec<Value> = results.collect();
        Reply::Json(json!({ "links": links, "results": results, "totalCount": total }))
    }
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The result of an operation.
pub(super) enum Reply {
    Json(Value),
    Nothing,
}

pub(super) type Outcome = Result<Reply, Refusal>;

/// The reason for refusing a call.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) detail: String,
    pub(super) parameters: Vec<Value>,
    /// Invalid fields of the body, each with the problem.
    pub(super) fields: Vec<(String, String)>,
    pub(super) headers: Vec<(HeaderName, String)>,
    /// True if the body has no details, as in v1.0 and for failed authentication.
    pub(super) terse: bool,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            parameters: Vec::new(),
            fields: Vec::new(),
            headers: Vec::new(),
            terse: status == 401,
        }
    }

    pub(super) fn about(mut self, parameters: &[&str]) -> Self {
        self.parameters = parameters.iter().map(|text| json!(text)).collect();
        self
    }

    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Creates a 404 for a resource that does not exist.
    pub(super) fn unknown(code: &'static str, what: &str, id: &str) -> Self {
        Self::new(404, code, format!("No {what} {id}.")).about(&[id])
    }

    fn body(&self) -> Value {
        let reason = StatusCode::from_u16(self.status).ok();
        let reason = reason
            .and_then(|status| status.canonical_reason())
            .unwrap_or_default();
        let mut body = json!({
            "detail": self.detail,
            "error": self.status,
            "errorCode": self.code,
            "reason": reason,
        });
        if !self.terse {
            body["parameters"] = json!(self.parameters);
        }
        if !self.fields.is_empty() {
            let fields = self.fields.iter();
            let fields = fields.map(|(field, what)| json!({ "field": field, "description": what }));
            body["badRequestDetail"] = json!({ "fields": fields.collect::<Vec<_>>() });
        }
        body
    }
}

/// Builds the response to a call.
pub(super) fn answer(call: &OperationCall<'_>, outcome: Outcome) -> http::Response<Bytes> {
    let (status, json) = match outcome {
        Ok(reply) => {
            let status = call.operation.success.first().copied().unwrap_or(200);
            let json = match reply {
                Reply::Json(json) => Some(json),
                Reply::Nothing => None,
            };
            (status, json)
        }
        Err(mut refusal) => {
            refusal.terse |= call.first;
            return refused(&refusal, call.now, call.flag("pretty"));
        }
    };
    let media_type = format!("{};charset=utf-8", call.media_type);
    let json = json.map(|json| match call.flag("envelope") {
        true => enveloped(json, status),
        false => json,
    });
    response(
        status,
        &media_type,
        json.as_ref(),
        call.now,
        call.flag("pretty"),
    )
}

/// Adds the status to a list as a field, and wraps any other body.
fn enveloped(json: Value, status: u16) -> Value {
    match json {
        Value::Object(mut list) if list.contains_key("results") => {
            let mut with_status = Map::from_iter([("status".to_owned(), json!(status))]);
            with_status.append(&mut list);
            Value::Object(with_status)
        }
        other => json!({ "status": status, "content": other }),
    }
}

/// Builds the response to a refused request.
pub(super) fn refused(refusal: &Refusal, now: Timestamp, pretty: bool) -> http::Response<Bytes> {
    let body = refusal.body();
    // The service formats the body of a 401 over several lines.
    let pretty = pretty || refusal.status == 401;
    let mut answer = response(refusal.status, "application/json", Some(&body), now, pretty);
    let headers = answer.headers_mut();
    if let Ok(code) = HeaderValue::from_str(refusal.code)
        && [400, 404, 409].contains(&refusal.status)
        && !refusal.terse
    {
        headers.insert("x-error-code", code);
    }
    for (name, value) in &refusal.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    }
    answer
}

pub(super) fn response(
    status: u16,
    media_type: &str,
    json: Option<&Value>,
    now: Timestamp,
    pretty: bool,
) -> http::Response<Bytes> {
    let text = json.map(|json| match pretty {
        true => serde_json::to_string_pretty(json).unwrap_or_default(),
        false => json.to_string(),
    });
    let mut answer = http::Response::new(Bytes::from(text.unwrap_or_default()));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers = answer.headers_mut();
    if let Ok(media_type) = HeaderValue::from_str(media_type) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    dated(&mut answer, now);
    answer
}

/// Sets the `Date` header.
pub(super) fn dated<B>(answer: &mut http::Response<B>, now: Timestamp) {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        answer.headers_mut().insert(header::DATE, date);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{OperationCall, Reply};
    use crate::operation::Endpoint as _;
    use crate::v2::ListBackupExports;
    use jiff::Timestamp;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    #[test]
    fn only_the_items_of_the_page_are_rendered() {
        let call = OperationCall {
            operation: ListBackupExports::OPERATION,
            path: BTreeMap::new(),
            query: vec![
                ("pageNum".to_owned(), "3".to_owned()),
                ("itemsPerPage".to_owned(), "20".to_owned()),
            ],
            body: Value::Null,
            now: Timestamp::UNIX_EPOCH,
            origin: "",
            downloads: "",
            target: "",
            media_type: String::new(),
            first: false,
        };
        let mut rendered = Vec::new();
        let reply = call.page(0..1_000, |item| {
            rendered.push(item);
            json!(item)
        });
        assert!(rendered.into_iter().eq(40..60));
        let Reply::Json(page) = reply else {
            unreachable!("a page has a body");
        };
        assert_eq!(page["totalCount"], 1_000);
    }
}
