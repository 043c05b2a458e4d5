//! The digest session, which reuses the server's nonce so that not every call needs a challenge.
//!
//! Invariant: a nonce is never used twice with the same count, even by concurrent calls.
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};

use super::digest::{AuthorizationInput, Challenge, hex};
use super::secret_header::{authorised, sensitive, unusable};
use crate::box_future::BoxFuture;
use crate::error::Error;
use crate::flight::Flight;
use crate::operation::Operation;
use crate::wire::{Wire, request_line};

/// Maximum number of authorised requests of one attempt.
///
/// The first has the stored nonce, the second that of the challenge that follows, the third that of another challenge
/// if the second nonce was already stale.
const ATTEMPTS: u32 = 3;

pub(crate) struct DigestSession {
    user: String,
    password: SecretString,
    /// The nonce for the next call.
    current: Arc<Current>,
    /// The request without authorisation that gets the first challenge, shared by all calls that need one.
    probe: Flight<Probe>,
}

type Current = Mutex<Option<Arc<Nonce>>>;

struct Nonce {
    challenge: Challenge,
    /// The client nonce, the same for all uses: `-sess` algorithms hash both nonces into the session key (RFC 7616
    /// section 3.4.2).
    cnonce: String,
    used: AtomicU32,
}

/// The outcome of a request without authorisation.
#[derive(Clone)]
enum Probe {
    Challenged(Arc<Nonce>),
    /// A response without a supported challenge.
    Answered(Box<http::Response<Bytes>>),
    Failed(Error),
}

impl DigestSession {
    pub(super) fn new(user: String, password: SecretString) -> Result<Self, Error> {
        if user.is_empty() || !user.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Err(unusable("public key"));
        }
        if password.expose_secret().is_empty() {
            return Err(unusable("private key"));
        }
        Ok(Self {
            user,
            password,
            current: Arc::default(),
            probe: Flight::default(),
        })
    }

    pub(super) async fn send(
        &self,
        wire: &Arc<Wire>,
        operation: &'static Operation,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Error> {
        let began = wire.clock.now();
        let kept = self.current();
        let mut fresh = kept.is_none();
        let mut nonce = match kept {
            Some(nonce) => nonce,
            None => match Box::pin(self.challenged(wire, operation, &request)).await {
                Probe::Challenged(nonce) => nonce,
                Probe::Answered(answer) => return Ok(*answer),
                Probe::Failed(error) => return Err(error),
            },
        };
        // Other calls cannot use a fresh nonce before this call ends, because some servers accept each nonce only once.
        let mut own = false;
        let mut attempt = 1;
        // True if this call was not polled for longer than an exchange can take: the nonce may have expired meanwhile.
        let rests = |since| wire.clock.now().saturating_duration_since(since) > wire.timeout;
        let mut rested = rests(began);
        loop {
            let authorised = self.authorise(&nonce, &request)?;
            let sent = wire.clock.now();
            let answer = wire.send(operation, authorised).await?;
            if answer.status() != StatusCode::UNAUTHORIZED {
                // A nonce that is announced again keeps its count.
                let announced = nonce.challenge.announced(answer.headers());
                match announced.filter(|announced| announced.nonce != nonce.challenge.nonce) {
                    Some(announced) => publish(&self.current, Nonce::of(wire, announced)?),
                    None if own => publish(&self.current, nonce),
                    None => {}
                }
                return Ok(answer);
            }
            // If the server refuses a fresh nonce that no other call has used, and does not say `stale`, the
            // credentials are wrong. Any other nonce may have expired, which not every server reports.
            let first = fresh && !rested && nonce.used.load(Ordering::Relaxed) == 1;
            let challenge = Challenge::strongest(answer.headers());
            self.forget(&nonce);
            match challenge.filter(|challenge| challenge.stale || !first) {
                Some(challenge) if attempt < ATTEMPTS || rested => {
                    nonce = Nonce::of(wire, challenge)?;
                }
                _ => return Ok(answer),
            }
            (fresh, own) = (true, true);
            if !rested {
                attempt += 1;
            }
            rested = rests(sent);
        }
    }

    /// Sends the request without authorisation to get a challenge, or waits for the challenge of another call.
    async fn challenged(
        &self,
        wire: &Arc<Wire>,
        operation: &'static Operation,
        request: &http::Request<Bytes>,
    ) -> Probe {
        let mut asked = false;
        let known = || self.current().map(Probe::Challenged);
        let own = || probe(wire.clone(), operation, request.clone());
        let start = || {
            asked = true;
            let (asked, current) = (own(), self.current.clone());
            let probe = async move {
                let outcome = asked.await;
                // The nonce is published before the request ends, so that a call that no longer finds the request finds
                // the nonce.
                if let Probe::Challenged(nonce) = &outcome {
                    publish(&current, nonce.clone());
                }
                outcome
            };
            Box::pin(probe) as BoxFuture<'static, Probe>
        };
        match self.probe.join(Some(wire), known, start).await {
            // The response is that of another request, so this request is sent without authorisation, too.
            Probe::Answered(_) if !asked => own().await,
            // Another request failed; this one was not sent.
            Probe::Failed(error) if !asked => Probe::Failed(error.unsent(operation)),
            outcome => outcome,
        }
    }

    fn authorise(
        &self,
        nonce: &Nonce,
        request: &http::Request<Bytes>,
    ) -> Result<http::Request<Bytes>, Error> {
        let (method, uri) = request_line(request);
        let value = nonce.challenge.authorization(AuthorizationInput {
            user: &self.user,
            password: self.password.expose_secret(),
            method: method.as_str(),
            uri,
            cnonce: &nonce.cnonce,
            count: nonce.used.fetch_add(1, Ordering::Relaxed) + 1,
        });
        let value = sensitive(&value).ok_or_else(|| {
            Error::credentials("the challenge has characters that are not allowed in a header")
        })?;
        Ok(authorised(request.clone(), value))
    }

    fn current(&self) -> Option<Arc<Nonce>> {
        self.current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Removes a refused nonce, unless another call has already replaced it.
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

impl Nonce {
    fn of(wire: &Wire, challenge: Challenge) -> Result<Arc<Self>, Error> {
        let mut random = [0; 16];
        wire.randomness.fill(&mut random).map_err(|error| {
            Error::credentials(format!("no randomness for a client nonce: {error}"))
        })?;
        Ok(Arc::new(Self {
            challenge,
            cnonce: hex(&random),
            used: AtomicU32::new(0),
        }))
    }
}

/// Makes a nonce available to later calls. If they have it already, because the server announced it to several calls,
/// it keeps its count.
fn publish(current: &Current, nonce: Arc<Nonce>) {
    let mut current = current.lock().unwrap_or_else(PoisonError::into_inner);
    let is_there = |kept: &Arc<Nonce>| kept.challenge.nonce == nonce.challenge.nonce;
    if !current.as_ref().is_some_and(is_there) {
        *current = Some(nonce);
    }
}

async fn probe(
    wire: Arc<Wire>,
    operation: &'static Operation,
    request: http::Request<Bytes>,
) -> Probe {
    let answer = match wire.send(operation, request).await {
        Ok(answer) => answer,
        Err(error) => return Probe::Failed(error),
    };
    let challenge = match answer.status() {
        StatusCode::UNAUTHORIZED => Challenge::strongest(answer.headers()),
        _ => None,
    };
    match challenge.map(|challenge| Nonce::of(&wire, challenge)) {
        Some(Ok(nonce)) => Probe::Challenged(nonce),
        Some(Err(error)) => Probe::Failed(error),
        None => Probe::Answered(Box::new(answer)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use http::header;

    fn nonce(text: &str, used: u32) -> Arc<Nonce> {
        let header = format!("Digest realm=\"r\", nonce=\"{text}\", qop=\"auth\"");
        let mut headers = http::HeaderMap::new();
        headers.insert(header::WWW_AUTHENTICATE, header.parse().unwrap());
        Arc::new(Nonce {
            challenge: Challenge::strongest(&headers).unwrap(),
            cnonce: String::new(),
            used: AtomicU32::new(used),
        })
    }

    #[test]
    fn nonce_announced_to_two_calls_keeps_its_count() {
        let current = Current::default();
        for (told, expected) in [("a", 0), ("a", 1), ("b", 0), ("a", 0)] {
            publish(&current, nonce(told, 0));
            let kept = current.lock().unwrap().clone().unwrap();
            assert_eq!(kept.challenge.nonce, told);
            assert_eq!(kept.used.fetch_add(1, Ordering::Relaxed), expected);
        }
    }
}
