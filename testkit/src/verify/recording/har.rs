//! Reads HTTP Archives 1.2 of browsers and proxies: each entry is a recording.
//!
//! Must never drop an entry: one without a response is unreadable, one to another host matches no operation.

use super::{
    Recording, Request, Target, Unreadable, asks_for_envelope, coding, essence, is_method, moment,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// The custom field of a request of which only method and path were recorded.
pub(super) const NOT_RECORDED: &str = "_notRecorded";

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Value>,
}

#[derive(Deserialize)]
struct Entry {
    request: Sent,
    response: Received,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    method: String,
    url: Url,
    #[serde(default)]
    headers: Vec<Pair>,
    post_data: Option<Content>,
    #[serde(default, rename = "_notRecorded")]
    not_recorded: bool,
}

#[derive(Deserialize)]
struct Received {
    status: u16,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: Content,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    mime_type: Option<String>,
    text: Option<String>,
    encoding: Option<String>,
}

impl Content {
    fn bytes(self) -> Result<Vec<u8>, Unreadable> {
        let text = self.text.unwrap_or_default();
        if self
            .encoding
            .is_some_and(|name| name.eq_ignore_ascii_case("base64"))
        {
            let bytes = STANDARD.decode(text.trim());
            return bytes.map_err(|error| Unreadable::Entry(error.to_string()));
        }
        Ok(text.trim().as_bytes().to_vec())
    }
}

/// Reads an archive; each entry is decoded when it is taken.
pub(super) fn entries(
    text: &str,
) -> Result<impl Iterator<Item = Result<Recording, Unreadable>> + use<>, Unreadable> {
    // Some tools write a byte order mark.
    let archive: Archive = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| Unreadable::Archive(error.to_string()))?;
    Ok(archive.log.entries.into_iter().map(recording))
}

/// Reads an entry.
pub(super) fn recording(entry: Value) -> Result<Recording, Unreadable> {
    let entry: Entry =
        serde_json::from_value(entry).map_err(|error| Unreadable::Entry(error.to_string()))?;
    let Entry { request, response } = entry;
    if !(100..=599).contains(&response.status) {
        // Recorders write status 0 if the connection broke.
        return Err(Unreadable::Entry(format!("status {}", response.status)));
    }
    let header = |headers: &[Pair], name: &str| {
        let found = headers
            .iter()
            .find(|pair| pair.name.eq_ignore_ascii_case(name));
        found.map(|pair| pair.value.clone())
    };
    let decoded = |headers: &[Pair], content: Content| {
        let codings = headers
            .iter()
            .filter(|pair| pair.name.eq_ignore_ascii_case("content-encoding"));
        coding::decoded(codings.map(|pair| pair.value.as_str()), content.bytes()?)
    };
    let query = request.url.query_pairs().into_owned().collect::<Vec<_>>();
    let host = request.url.host_str().unwrap_or_default();
    let target = if super::HOSTS.contains(&host) {
        Target::Path(request.url.path().to_owned())
    } else {
        Target::Elsewhere(format!("{host}{}", request.url.path()))
    };
    let sent = request.post_data.unwrap_or_default();
    let media_type = header(&request.headers, "content-type").or(sent.mime_type.clone());
    let answered = header(&response.headers, "content-type").or(response.content.mime_type.clone());
    let envelope = asks_for_envelope(&query);
    let recorded = Request {
        query,
        accept: header(&request.headers, "accept"),
        media_type: media_type
            .map(|value| essence(&value))
            .filter(|name| !name.is_empty()),
        body: decoded(&request.headers, sent)?,
    };
    if !is_method(&request.method) {
        let why = format!("{:?} is not a method", request.method);
        return Err(Unreadable::Entry(why));
    }
    Ok(Recording {
        method: request.method.to_ascii_uppercase(),
        target,
        envelope,
        request: (!request.not_recorded).then_some(recorded),
        status: response.status,
        date: header(&response.headers, "date").and_then(|date| moment(&date)),
        headers: response
            .headers
            .iter()
            .map(|pair| (pair.name.to_ascii_lowercase(), pair.value.clone()))
            .collect(),
        media_type: answered
            .map(|value| essence(&value))
            .filter(|name| !name.is_empty()),
        body: decoded(&response.headers, response.content)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Request, Target, Unreadable};
    use super::entries;
    use serde_json::{Value, json};

    fn one(entry: Value) -> Result<super::Recording, Unreadable> {
        let text = json!({ "log": { "version": "1.2", "entries": [entry] } }).to_string();
        entries(&text).unwrap().next().unwrap()
    }

    #[test]
    fn an_entry_has_the_request_and_the_response() {
        let read = one(json!({
            "request": {
                "method": "post",
                "url": "https://cloud.mongodb.com/api/atlas/v2/a%2Fb?envelope=true&x=1%202#top",
                "headers": [{ "name": "ACCEPT", "value": "a/b" }],
                "postData": { "mimeType": "application/JSON; charset=utf-8", "text": "{}" },
            },
            "response": {
                "status": 201,
                "headers": [
                    { "name": "content-type", "value": "application/vnd.atlas.2023-01-01+json;charset=utf-8" },
                    { "name": "Date", "value": "Sat, 14 Mar 2026 02:12:40 GMT" },
                ],
                "content": { "size": 8, "mimeType": "x/y", "text": "eyJhIjoxfQ==", "encoding": "base64" },
            },
        }))
        .unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let request = Request {
            query: vec![pair("envelope", "true"), pair("x", "1 2")],
            accept: Some("a/b".to_owned()),
            media_type: Some("application/json".to_owned()),
            body: b"{}".to_vec(),
        };
        assert_eq!(read.request, Some(request));
        assert_eq!(read.target, Target::Path("/api/atlas/v2/a%2Fb".to_owned()));
        assert_eq!(
            (read.method.as_str(), read.envelope, read.status),
            ("POST", true, 201)
        );
        assert_eq!(
            (read.date, read.body.as_slice()),
            (Some(1_773_454_360), &br#"{"a":1}"#[..])
        );
        let media_type = read.media_type.as_deref();
        assert_eq!(media_type, Some("application/vnd.atlas.2023-01-01+json"));
    }

    #[test]
    fn an_encoded_body_is_decoded_unless_it_is_text_already() {
        const GZIP: &str = "H4sIAAAAAAAAA6tWSlSyMqwFAK+sG1YHAAAA";
        let with = |coding: &str, content: Value| {
            let headers = json!([{ "name": "Content-Encoding", "value": coding }]);
            let read = one(json!({
                "request": { "method": "GET", "url": "https://cloud.mongodb.com/x" },
                "response": { "status": 200, "headers": headers, "content": content },
            }));
            read.map(|recording| String::from_utf8(recording.body).unwrap())
        };
        let body = Ok(r#"{"a":1}"#.to_owned());
        let base64 = |text: &str| json!({ "text": text, "encoding": "base64" });
        assert_eq!(with("gzip", base64(GZIP)), body);
        // Browsers write the decoded body with the original header.
        assert_eq!(with("br", json!({ "text": r#"{"a":1}"# })), body);
        assert_eq!(with("gzip", base64("eyJhIjoxfQ==")), body);
        assert_eq!(
            with("zstd", base64(GZIP)),
            Err(Unreadable::Coding("zstd".to_owned()))
        );
    }

    #[test]
    fn binary_bodies_are_unchanged_and_missing_bodies_are_empty() {
        for (content, expected) in [
            (
                json!({ "text": "H4sIAP8=", "encoding": "base64" }),
                &[0x1f, 0x8b, 8, 0, 0xff][..],
            ),
            (json!({ "size": 0 }), b""),
            (json!({ "text": " \n" }), b""),
        ] {
            let read = one(json!({
                "request": { "method": "GET", "url": "https://cloud.mongodb.com/x" },
                "response": { "status": 200, "content": content },
            }));
            assert_eq!(read.unwrap().body, expected, "{content}");
        }
    }

    #[test]
    fn an_entry_for_another_host_has_the_target_elsewhere() {
        let read = one(json!({
            "request": { "method": "GET", "url": "https://fonts.example/api/atlas/v2/x?y" },
            "response": { "status": 200 },
        }));
        let elsewhere = Target::Elsewhere("fonts.example/api/atlas/v2/x".to_owned());
        assert_eq!(read.unwrap().target, elsewhere);
    }

    #[test]
    fn an_unreadable_entry_is_reported_and_other_entries_are_read() {
        let request = json!({ "method": "GET", "url": "https://cloud.mongodb.com/x" });
        for broken in [
            json!({}),
            json!({ "request": request }),
            json!({ "request": request, "response": { "status": 0 } }),
            json!({ "request": { "method": "GET", "url": "/x" }, "response": { "status": 200 } }),
            json!({ "request": { "method": "GET/../..", "url": "https://cloud.mongodb.com/x" }, "response": { "status": 200 } }),
            json!({ "request": request, "response": { "status": 200, "content": { "text": "?", "encoding": "base64" } } }),
        ] {
            let good = json!({ "request": request, "response": { "status": 200 } });
            let text = json!({ "log": { "entries": [broken, good] } }).to_string();
            let read = entries(&format!("\u{feff}{text}")).unwrap();
            let is_read = read.map(|entry| entry.is_ok()).collect::<Vec<_>>();
            assert_eq!(is_read, [false, true], "{broken}");
        }
        for text in ["", "[]", r#"{"log":{}}"#] {
            assert!(
                matches!(entries(text), Err(Unreadable::Archive(_))),
                "{text}"
            );
        }
    }
}
