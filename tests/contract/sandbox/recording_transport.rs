//! Forwards requests to the sandbox and records the exchanges in memory.

use atlas_backup::sandbox::Sandbox;
use atlas_backup::{BoxFuture, Transport, TransportError};
use bytes::Bytes;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

#[derive(Clone)]
pub(crate) struct RecordingTransport {
    sandbox: Sandbox,
    pub(crate) folder: Arc<tempfile::TempDir>,
    kept: Arc<Mutex<usize>>,
}

impl RecordingTransport {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        Self {
            sandbox: sandbox.clone(),
            folder: Arc::new(tempfile::tempdir().unwrap()),
            kept: Arc::default(),
        }
    }

    /// Records another sandbox into the same list.
    pub(crate) fn before(&self, sandbox: &Sandbox) -> Self {
        Self {
            sandbox: sandbox.clone(),
            ..self.clone()
        }
    }
}

impl Transport for RecordingTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let target = request.uri().path_and_query().unwrap().to_string();
        let mut text = format!("> {} {target}\n", request.method());
        for name in ["accept", "content-type"] {
            if let Some(value) = request.headers().get(name) {
                let _ = writeln!(text, "> {name}: {}", value.to_str().unwrap());
            }
        }
        text.push_str(">\n");
        if !request.body().is_empty() {
            let _ = writeln!(text, "> {}", String::from_utf8_lossy(request.body()));
        }
        Box::pin(async move {
            let answer = self.sandbox.send(request).await?;
            let status = answer.status();
            let _ = writeln!(
                text,
                "HTTP/1.1 {} {}",
                status.as_u16(),
                status.canonical_reason().unwrap()
            );
            for (name, value) in answer.headers() {
                let _ = writeln!(text, "{name}: {}", value.to_str().unwrap());
            }
            let _ = write!(text, "\n{}", String::from_utf8_lossy(answer.body()));
            let mut kept = self.kept.lock().unwrap();
            *kept += 1;
            let file = self.folder.path().join(format!("{:04}.http", *kept));
            std::fs::write(file, text).unwrap();
            Ok(answer)
        })
    }
}
