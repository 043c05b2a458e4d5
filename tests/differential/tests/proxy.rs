//! Every operation of the SDK with an independent server: Prism, which serves the curated documents.
//!
//! Prism responds to valid requests and refuses others. Must never reach beyond loopback.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

use atlas_backup::{BoxFuture, Client, Credentials, HttpTransport, Transport, TransportError};
use atlas_backup_differential::{Arguments, Both, Capture, v1, v2};
use atlas_backup_support::arbitrary::{Arbitrary, Dice, Direction};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

/// How often Prism is started, because another process may take its port.
const STARTS: u32 = 5;

/// A server that ends with the test.
struct Prism {
    process: Child,
    origin: String,
}

impl Prism {
    fn serve(document: &str) -> Self {
        let mut starts = (0..STARTS).filter_map(|_| Self::start(document));
        let prism = starts.next();
        prism.unwrap_or_else(|| panic!("Prism did not start for {document}"))
    }

    /// Returns `None` if Prism ends before it listens.
    fn start(document: &str) -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let address = free.expect("a port is free");
        let program = root.join("tests/external_validators/document/node_modules/.bin/prism");
        let mut process = Command::new(&program)
            .args([
                "mock",
                "--host",
                "127.0.0.1",
                "--port",
                &address.port().to_string(),
            ])
            .arg(root.join(document))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "{}: {error}; run `npm install --prefix tests/external_validators/document`",
                    program.display()
                )
            });
        let output = process.stdout.take().expect("the output is a pipe");
        let prism = Self {
            process,
            origin: format!("http://{address}"),
        };
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let listens = lines.any(|line| line.contains("Prism is listening on"));
        // Prism prints every request, and would stop when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        listens.then_some(prism)
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The invalid part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Nothing,
    /// A version that the operation never had.
    Version,
    /// An invalid project identifier.
    Project,
    /// A body that is a list.
    Body,
}

/// Sends requests with an invalid part, and records the statuses.
#[derive(Clone)]
struct InvalidatingTransport {
    wire: HttpTransport,
    wrong: Wrong,
    statuses: Arc<Mutex<Vec<u16>>>,
}

impl Transport for InvalidatingTransport {
    fn send(
        &self,
        mut request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        if request.uri().path().starts_with("/api/atlas/v1.0/") {
            // v1.0 has digest authentication only, of which Prism reads headers with all parts in quotes and
            // no punctuation.
            let digest = r#"Digest username="a", realm="b", nonce="c", uri="d", response="e""#;
            let digest = HeaderValue::from_static(digest);
            request.headers_mut().insert(AUTHORIZATION, digest);
        }
        match self.wrong {
            Wrong::Nothing => {}
            Wrong::Version => {
                let never = HeaderValue::from_static("application/vnd.atlas.1999-01-01+json");
                request.headers_mut().insert(ACCEPT, never);
            }
            Wrong::Project => {
                let uri = request.uri().to_string();
                let (before, after) = uri.split_once("/groups/").expect("all is in projects");
                let after = after.get(24..).unwrap_or_default();
                *request.uri_mut() = format!("{before}/groups/nobodys{after}")
                    .parse()
                    .expect("an address");
            }
            Wrong::Body => *request.body_mut() = Bytes::from_static(b"[]"),
        }
        Box::pin(async move {
            let answer = self.wire.send(request).await?;
            let status = answer.status().as_u16();
            self.statuses
                .lock()
                .expect("nobody panics here")
                .push(status);
            Ok(answer)
        })
    }
}

/// Returns an operation of a document.
fn operation<'d>(document: &'d Value, id: &str) -> Option<&'d Value> {
    let items = document["paths"].as_object()?.values();
    let mut operations = items.flat_map(|item| item.as_object().into_iter().flatten());
    let named = |operation: &Value| {
        let keys = ["x-xgen-operation-id-override", "operationId"];
        keys.iter().find_map(|key| operation[*key].as_str()) == Some(id)
    };
    Some(operations.find(|(_, operation)| named(operation))?.1)
}

/// Returns the schema of an operation's body.
fn body<'d>(document: &'d Value, id: &str) -> Option<&'d Value> {
    let content = operation(document, id)?.pointer("/requestBody/content")?;
    content.as_object()?.values().next()?.get("schema")
}

/// Returns true if an operation has dated versions: v1.0 and operations without content have none.
fn has_versions(document: &Value, id: &str) -> bool {
    let answer =
        operation(document, id).and_then(|operation| operation.pointer("/responses/200/content"));
    let content = answer.and_then(Value::as_object).into_iter().flatten();
    content
        .into_iter()
        .any(|(media_type, _)| media_type.starts_with("application/vnd.atlas."))
}

/// Reduces integers to 31 bits: the types are wider than the document's requests.
fn narrow(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(number) => Value::from(number & i64::from(i32::MAX)),
            None => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(narrow).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            fields.map(|(name, value)| (name, narrow(value))).collect()
        }
        other => other,
    }
}

/// Sends one request of an operation; returns its status, and the SDK's result.
async fn ask(
    prism: &Prism,
    document: &Value,
    (id, both): &(&str, Both),
    wrong: Wrong,
) -> (u16, Result<(), String>) {
    let seed = id.bytes().map(u64::from).sum();
    let schema = body(document, id);
    let generated =
        schema.map(|schema| Arbitrary::new(document, Direction::Request, seed).value(schema, 4));
    let mut arguments = Arguments {
        dice: Dice::new(seed),
        body: narrow(generated.unwrap_or_default()),
        hostile: false,
    };
    let plain = HttpTransport::client_builder().map(|builder| builder.no_proxy().build());
    let transport = InvalidatingTransport {
        wire: HttpTransport::new(plain.expect("trust roots").expect("a client")),
        wrong,
        statuses: Arc::default(),
    };
    let client = Client::builder()
        .base_url(&prism.origin)
        .expect("loopback may be plain")
        .credentials(Credentials::bearer("token"))
        .transport(transport.clone())
        .build()
        .expect("the client is fine");
    let (ours, _) = both(&mut arguments, client, Capture::default())
        .unwrap_or_else(|error| panic!("{id} {}: {error}", arguments.body));
    let outcome = ours
        .await
        .map_err(|error| format!("{error}: {}", arguments.body));
    let status = transport
        .statuses
        .lock()
        .expect("nobody panics here")
        .last()
        .copied();
    (
        status.unwrap_or_else(|| panic!("{id} was not sent: {outcome:?}")),
        outcome,
    )
}

#[tokio::test]
async fn prism_accepts_a_valid_request_of_every_operation_and_refuses_invalid_ones() {
    let (mut accepted, mut refused) = (0, 0);
    for (file, text, calls) in [
        ("spec/v2/curated.yaml", v2::DOCUMENT, v2::CALLS),
        ("spec/v1/curated.yaml", v1::DOCUMENT, v1::CALLS),
    ] {
        let prism = Prism::serve(file);
        let document: Value = serde_json::from_str(text).expect("the document is JSON");
        for call in calls {
            let (status, outcome) = ask(&prism, &document, call, Wrong::Nothing).await;
            assert!(
                (200..300).contains(&status),
                "{}: {status} {outcome:?}",
                call.0
            );
            assert_eq!(
                outcome,
                Ok(()),
                "{}: the SDK cannot decode Prism's response",
                call.0
            );
            accepted += 1;
            let mut wrongs = vec![Wrong::Project];
            wrongs.extend(has_versions(&document, call.0).then_some(Wrong::Version));
            wrongs.extend(body(&document, call.0).map(|_| Wrong::Body));
            for wrong in wrongs {
                let (status, outcome) = ask(&prism, &document, call, wrong).await;
                assert!(
                    (400..500).contains(&status),
                    "{} {wrong:?}: {status}",
                    call.0
                );
                assert!(outcome.is_err());
                refused += 1;
            }
        }
    }
    println!(
        "Prism accepted {accepted} requests, one of each operation, and refused {refused} invalid ones"
    );
    assert_eq!(accepted, v1::CALLS.len() + v2::CALLS.len());
}
