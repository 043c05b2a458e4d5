//! The digest session: keeps the server's nonce, so that a challenge is paid once and not per call.
//!
//! Invariant: a nonce is never used twice with the same count, whatever runs at the same time.
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};

use super::digest::{Answer, Challenge, hex};
use super::{sensitive, unusable};
use crate::error::Error;
use crate::operation::Operation;
use crate::wire::{Wire, request_line};

/// How often one call answers a challenge at most: with the kept nonce, with the fresh one that
/// came back, and once more should that be stale already.
const ATTEMPTS: u32 = 3;

pub(crate) struct DigestSession {
    user: String,
    password: SecretString,
    current: Mutex<Option<Arc<Nonce>>>,
    /// Held by the one call that fetches the first challenge, so that the others wait for it
    /// rather than ask for their own.
    probing: tokio::sync::Mutex<()>,
}

struct Nonce {
    challenge: Challenge,
    /// One per nonce: the `-sess` algorithms hash both into the session key (RFC 7616 section 3.4.2).
    cnonce: String,
    used: AtomicU32,
}

/// What sending without a nonce came to.
enum Probe {
    Challenged(Arc<Nonce>),
    Answered(http::Response<Bytes>),
}

impl DigestSession {
    pub(super) fn new(user: String, password: SecretString) -> Result<Self, Error> {
        if user.is_empty() || !user.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Err(unusable("public key"));
        }
        if password.expose_secret().is_empty() {
            return Err(unusable("private key"));
        }
        let (current, probing) = (Mutex::new(None), tokio::sync::Mutex::new(()));
        Ok(Self {
            user,
            password,
            current,
            probing,
        })
    }

    pub(super) async fn send(
        &self,
        wire: &Wire,
        operation: &'static Operation,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Error> {
        let kept = self.current();
        let mut fresh = kept.is_none();
        let mut nonce = match kept {
            Some(nonce) => nonce,
            None => match self.probe(wire, operation, &request).await? {
                Probe::Challenged(nonce) => nonce,
                Probe::Answered(answer) => return Ok(answer),
            },
        };
        let mut attempt = 1;
        loop {
            let answer = wire
                .send(operation, self.authorise(&nonce, &request)?)
                .await?;
            if answer.status() != StatusCode::UNAUTHORIZED {
                if let Some(challenge) = nonce.challenge.announced(answer.headers()) {
                    self.keep(wire, challenge)?;
                }
                return Ok(answer);
            }
            let challenge = Challenge::strongest(answer.headers());
            // A refused fresh nonce means wrong credentials unless the server says `stale`. A kept
            // one may just have run out, which not every server says.
            match challenge.filter(|challenge| !fresh || challenge.stale) {
                Some(challenge) if attempt < ATTEMPTS => nonce = self.keep(wire, challenge)?,
                _ => {
                    self.forget(&nonce);
                    return Ok(answer);
                }
            }
            fresh = true;
            attempt += 1;
        }
    }

    /// Sends without authorisation to be challenged, unless another call has been meanwhile.
    async fn probe(
        &self,
        wire: &Wire,
        operation: &'static Operation,
        request: &http::Request<Bytes>,
    ) -> Result<Probe, Error> {
        let _turn = self.probing.lock().await;
        if let Some(nonce) = self.current() {
            return Ok(Probe::Challenged(nonce));
        }
        let answer = wire.send(operation, request.clone()).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(Probe::Answered(answer));
        }
        match Challenge::strongest(answer.headers()) {
            Some(challenge) => Ok(Probe::Challenged(self.keep(wire, challenge)?)),
            None => Ok(Probe::Answered(answer)),
        }
    }

    fn authorise(
        &self,
        nonce: &Nonce,
        request: &http::Request<Bytes>,
    ) -> Result<http::Request<Bytes>, Error> {
        let (method, uri) = request_line(request);
        let value = nonce.challenge.answer(Answer {
            user: &self.user,
            password: self.password.expose_secret(),
            method: method.as_str(),
            uri,
            cnonce: &nonce.cnonce,
            count: nonce.used.fetch_add(1, Ordering::Relaxed) + 1,
        });
        let value = sensitive(&value)
            .ok_or_else(|| Error::credentials("the challenge cannot be answered"))?;
        let mut request = request.clone();
        request.headers_mut().insert(header::AUTHORIZATION, value);
        Ok(request)
    }

    fn current(&self) -> Option<Arc<Nonce>> {
        self.current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn keep(&self, wire: &Wire, challenge: Challenge) -> Result<Arc<Nonce>, Error> {
        let mut random = [0; 16];
        wire.randomness
            .fill(&mut random)
            .map_err(|error| Error::credentials(format!("no randomness for a digest: {error}")))?;
        let nonce = Arc::new(Nonce {
            challenge,
            cnonce: hex(&random),
            used: AtomicU32::new(0),
        });
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(nonce.clone());
        Ok(nonce)
    }

    /// Drops a refused nonce, unless another call has replaced it already.
    fn forget(&self, refused: &Arc<Nonce>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current
            .as_ref()
            .is_some_and(|nonce| Arc::ptr_eq(nonce, refused))
        {
            *current = None;
        }
    }
}
