//! A transport with a scripted outcome for each request.
//!
//! Must never respond beyond the end of its script; such a request is an error in the test.
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use atlas_backup::{BoxFuture, Client, ClientBuilder, Credentials, Transport, TransportError};

use crate::world::*;

/// The outcome of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Turn {
    Response(u16, &'static [(&'static str, &'static str)], &'static str),
    Connect,
    /// The certificate is rejected.
    Untrusted,
    Reset,
    /// No response.
    Hang,
}

/// Returns a response with this status and no body.
pub(crate) const fn status(status: u16) -> Turn {
    Turn::Response(status, &[], "")
}

pub(crate) const GOOD: Turn = Turn::Response(200, &[], r#"{"name":"x"}"#);

#[derive(Clone)]
pub(crate) struct Script {
    turns: Arc<Mutex<VecDeque<Turn>>>,
    log: Arc<Mutex<Vec<Sent>>>,
}

impl Script {
    pub(crate) fn new(turns: &[Turn]) -> Self {
        Self {
            turns: Arc::new(Mutex::new(turns.iter().copied().collect())),
            log: Arc::default(),
        }
    }

    pub(crate) fn builder(&self, clock: &ManualClock) -> ClientBuilder {
        Client::builder()
            .transport(self.clone())
            .clock(clock.clone())
            .randomness(Sevens)
            .credentials(Credentials::bearer("tok-secret"))
    }

    pub(crate) fn client(&self, clock: &ManualClock) -> Client {
        self.builder(clock).build().unwrap()
    }

    pub(crate) fn log(&self) -> Vec<Sent> {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn sent(&self) -> usize {
        self.log.lock().unwrap().len()
    }
}

impl Transport for Script {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        self.log.lock().unwrap().push(request);
        let turn = self.turns.lock().unwrap().pop_front();
        Box::pin(async move {
            match turn.expect("no request beyond the script's end") {
                Turn::Response(status, headers, body) => Ok(reply(status, headers, body)),
                Turn::Connect => Err(TransportError::Connect("refused".into())),
                Turn::Untrusted => Err(TransportError::Untrusted("expired".into())),
                Turn::Reset => Err(TransportError::Interrupted("reset".into())),
                Turn::Hang => std::future::pending().await,
            }
        })
    }
}
