//! Service accounts against an independent OAuth 2.0 server: oidc-provider, on Node.js.
//!
//! Each test starts a server of its own on loopback and stops it. Must never pass because the server is
//! missing: the test then fails and says what to install.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use atlas_backup::{Client, Credentials, Error, ErrorKind, ObjectId};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running server; dropping it stops it.
struct Server {
    process: Child,
    /// Kept open, because the server ends when it cannot print.
    _output: BufReader<ChildStdout>,
    base: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Server {
    /// Starts the server, which prints its port when it listens.
    fn start() -> Self {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/external_validators/oidc");
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "oidc-provider is not installed; run: npm install --no-package-lock --prefix tests/external_validators/oidc"
        );
        let mut process = Command::new("node")
            .arg(folder.join("server.mjs"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("node does not start ({error}); install Node.js"));
        let mut port = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut port).unwrap();
        let base = format!("http://127.0.0.1:{}", port.trim());
        assert!(
            port.trim().parse::<u16>().is_ok(),
            "the server did not start"
        );
        Self {
            process,
            _output: output,
            base,
        }
    }

    fn client(&self, secret: &str) -> Client {
        let credentials = Credentials::service_account("validator_id", secret);
        Client::builder()
            .credentials(credentials)
            .base_url(&self.base)
            .unwrap()
            .build()
            .unwrap()
    }

    /// Returns the number of token requests.
    async fn tokens(&self) -> String {
        self.control(reqwest::Method::GET, "tokens").await
    }

    async fn control(&self, method: reqwest::Method, path: &str) -> String {
        let http = atlas_backup::HttpTransport::client_builder()
            .unwrap()
            .no_proxy()
            .build()
            .unwrap();
        http.request(method, format!("{}/{path}", self.base))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }
}

const SECRET: &str = "a secret/with+signs";

async fn call(client: &Client) -> Result<usize, Error> {
    let project: ObjectId = "5f0c1e2d3a4b5c6d7e8f9a0b".parse().unwrap();
    client
        .list_export_buckets(&project)
        .await
        .map(|page| page.results.len())
}

#[tokio::test]
async fn one_token_serves_all_calls_in_flight() {
    let server = Server::start();
    let client = server.client(SECRET);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let client = client.clone();
        calls.spawn(async move { call(&client).await });
    }
    while let Some(done) = calls.join_next().await {
        assert_eq!(done.unwrap().unwrap(), 0);
    }
    assert_eq!(server.tokens().await, "1");
}

#[tokio::test]
async fn a_token_that_the_server_rejects_is_renewed_once() {
    let server = Server::start();
    let client = server.client(SECRET);
    call(&client).await.unwrap();
    server.control(reqwest::Method::POST, "expire").await;
    call(&client).await.unwrap();
    assert_eq!(server.tokens().await, "2");
}

#[tokio::test]
async fn a_revoked_token_is_replaced_by_the_next_call() {
    let server = Server::start();
    let client = server.client(SECRET);
    call(&client).await.unwrap();
    client.revoke_token().await.unwrap();
    call(&client).await.unwrap();
    assert_eq!(server.tokens().await, "2");
}

#[tokio::test]
async fn a_wrong_secret_is_a_credentials_error_with_the_servers_reason() {
    let server = Server::start();
    let error = call(&server.client("wrong")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(
        error.error_code().map(ToString::to_string).as_deref(),
        Some("invalid_client")
    );
    assert!(!format!("{error} {error:?}").contains("wrong"));
}
