//! Observes requests and responses: their senders and times, and the resulting knowledge of callers.
use std::time::Duration;

use atlas_backup::TransportError;
use http::header;

use super::World;
use super::bodies::Step;
use super::scope::Kind;
use super::state::DIGEST;
use super::transport::{Asked, Departure, Last, Outcome, Sent, creates};
use crate::invariants::Invariant;

/// Number of retries of a full budget.
pub(crate) const RETRIES: u64 = 100;

/// The longest `Retry-After` that a call waits for.
pub(super) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(300);

/// How long a creation is looked up before it is repeated.
const SETTLE: Duration = Duration::from_secs(60);

impl World {
    /// Checks a request and its sender.
    pub(super) fn leaves(
        &self,
        request: &Sent,
        subject: &'static str,
        target: &str,
        client: u64,
    ) -> Option<usize> {
        let now = self.now();
        let settings = &self.schedule().settings;
        let given = request.headers().get(header::AUTHORIZATION);
        let given = given
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let foreign = match subject {
            "download" => !given.is_empty(),
            _ => request.uri().host() != Some("cloud.mongodb.com"),
        };
        if foreign {
            let detail = format!(
                "{subject} to {:?}, with credentials: {}",
                request.uri().host(),
                !given.is_empty()
            );
            self.broken(Invariant::Origin, detail);
        }
        let mut wrong = None;
        let mut state = self.state();
        if let Some(response) = parameter(given, "response=")
            && state.keep_digest(response)
        {
            wrong = Some((Invariant::NoSecret, format!("{DIGEST} was printed")));
        }
        if let Some(encoded) = given.strip_prefix("Basic ") {
            state.keep_secret(encoded, "the encoded client secret");
        }
        if let Some(nonce) = parameter(given, "nonce=")
            && let Some(count) = parameter(given, "nc=")
            && !state.counts.insert((nonce.to_owned(), count.to_owned()))
        {
            wrong = Some((Invariant::Nonces, format!("nonce and count {count} twice")));
        }
        if matches!(subject, "token" | "challenge") {
            // A process waits up to ten seconds for another process's token request.
            let since = state.current().map_or(now, |(_, scope)| scope.began);
            let patient =
                settings.store && state.hits.store == 0 && now - since < Duration::from_secs(10);
            let mut others = state.flights.iter();
            let other = others.any(|((other, about), (flights, sent))| {
                *other != client
                    && *about == subject
                    && *flights > 0
                    && now - *sent < Duration::from_secs(10)
            });
            if subject == "token" && patient && other {
                wrong = Some((
                    Invariant::OneFlight,
                    "another process requests a token".to_owned(),
                ));
            }
            state.seek();
            let flights = state.flights.entry((client, subject)).or_default();
            *flights = (flights.0 + 1, now);
            // After an unexpected response to a probe, all waiting calls repeat it.
            if flights.0 > 1 && (subject == "token" || state.hits.status == 0) {
                wrong = Some((
                    Invariant::OneFlight,
                    format!("another {subject} is requested"),
                ));
            }
        }
        let granted = given
            .strip_prefix("Bearer ")
            .and_then(|token| state.granted.get(token));
        let ends = granted.map(|granted| *granted + Duration::from_secs(settings.token_life));
        let Some((number, scope)) = state.current() else {
            drop(state);
            let detail = format!("{subject} is sent while no call is polled");
            self.broken(Invariant::NoRequestAfterDrop, detail);
            return None;
        };
        // A token that arrived while nobody polled may have expired, and is then refused and renewed.
        let polled = scope.rested.is_zero() && scope.kind != Kind::Item;
        if ends.is_some_and(|ends| now >= ends) && settings.skew == 0 && polled {
            wrong = Some((Invariant::Tokens, format!("{subject} has an expired token")));
        }
        scope.requests += 1;
        if !matches!(subject, "token" | "challenge" | "revoke") {
            scope.sent += 1;
        }
        let retried = matches!(scope.kind, Kind::Repeatable | Kind::Once)
            && scope.sent > 1 + scope.refused
            && !matches!(subject, "token" | "challenge");
        let soonest = [String::new(), target.to_owned()];
        let soonest = soonest
            .iter()
            .filter_map(|target| scope.not_before.get(target))
            .max();
        if let Some(soonest) = soonest.filter(|soonest| now < **soonest) {
            let early = *soonest - now;
            wrong = Some((
                Invariant::RetryAfter,
                format!("{subject} is sent {early:?} too early"),
            ));
        }
        scope.sought = !creates(subject) && (scope.sought || subject.starts_with("list"));
        if creates(subject) {
            // An earlier creation may be listed late, so that the list is read before each repetition.
            let since = match scope.ambiguous.take() {
                Some(since) => since + SETTLE,
                None => scope.created,
            };
            let settled = scope.looked.is_some_and(|looked| looked >= since);
            if scope.unsure && (scope.kind != Kind::Keyed || !settled) {
                let detail = format!(
                    "{subject} is repeated; its outcome is unknown, the list was last seen at {:?}, and should be at {since:?}",
                    scope.looked
                );
                wrong = Some((Invariant::NoBlindRepeat, detail));
            }
        }
        let retries = state.unrewarded.entry(client).or_default();
        *retries += u64::from(retried);
        if *retries > RETRIES {
            let detail = format!("{retries} retries of a client without a success");
            wrong = Some((Invariant::Budget, detail));
        }
        drop(state);
        if let Some((invariant, detail)) = wrong {
            self.broken(invariant, detail);
        }
        Some(number)
    }

    /// Records the information that a caller gets from a response.
    pub(super) fn arrives(&self, departure: Departure, target: &str, outcome: &Outcome) {
        let Departure {
            subject,
            scope,
            at,
            client,
        } = departure;
        let now = self.now();
        let mut state = self.state();
        if let Ok((head, _)) = outcome {
            if head.status.is_success() {
                state.unrewarded.remove(&client);
            }
            if let Some(Asked(delay)) = head.extensions.get::<Asked>() {
                let own = scope.filter(|_| !matches!(subject, "token" | "challenge"));
                // A longer one is not waited for.
                let delay = (*delay).min(LONGEST_RETRY_AFTER);
                state.delays.push((now, own, delay));
            }
        }
        let Some(scope) = scope.and_then(|scope| state.scopes.get_mut(scope)) else {
            return;
        };
        let refused =
            matches!(outcome, Ok((head, _)) if head.status == http::StatusCode::UNAUTHORIZED);
        scope.refused += u64::from(refused);
        if creates(subject) && !refused {
            scope.created = at;
        }
        let unknown = match outcome {
            Err(TransportError::Connect(_)) => false,
            Err(_) => true,
            Ok((head, steps)) => {
                let whole = !steps
                    .iter()
                    .any(|step| matches!(step, Step::Break | Step::Stall));
                let passing = [500, 502, 503, 504].contains(&head.status.as_u16());
                let short = creates(subject) && head.status.is_success() && !is_json(steps);
                // The pages of a walk are separate calls, and it is unknown whose token was refused.
                let walks = matches!(scope.kind, Kind::Walk | Kind::Item);
                let shared = walks && matches!(subject, "token" | "challenge");
                if let Some(asked) = head.extensions.get::<Asked>().filter(|_| whole && !shared) {
                    let whose = match walks {
                        true => target.to_owned(),
                        false => String::new(),
                    };
                    scope.not_before.insert(whose, now.saturating_add(asked.0));
                }
                if subject.starts_with("list")
                    && head.status.is_success()
                    && whole
                    && head.extensions.get::<Last>().is_some()
                {
                    scope.looked = Some(at);
                }
                !whole || passing || short
            }
        };
        if creates(subject) && unknown {
            scope.ambiguous = Some(now);
            scope.unsure = true;
        }
    }
}

/// Returns true if a received body can be parsed.
fn is_json(steps: &[Step]) -> bool {
    match steps {
        [Step::Piece(body)] => serde_json::from_slice::<serde_json::Value>(body).is_ok(),
        _ => false,
    }
}

/// Returns a parameter of a digest.
pub(super) fn parameter<'a>(given: &'a str, name: &str) -> Option<&'a str> {
    let mut parts = given.strip_prefix("Digest ")?.split(", ");
    let value = parts.find_map(|part| part.strip_prefix(name))?;
    Some(value.trim_matches('"'))
}
