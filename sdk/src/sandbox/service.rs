//! A request's way through the sandbox: faults, authentication, rules, the operation.
//!
//! Must never answer what the service would not, but for faults that were asked for.
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::Value;

use super::asked::{Asked, Refusal, answer, refused};
use super::state::{self, Cluster, State};
use super::{ClusterKind, FaultKind, Sandbox, Seen, World, archive, faults, routes, rules};
use crate::transport::{BoxFuture, Transport, TransportError};

/// How a request ends.
pub(super) enum Exchange {
    Whole(http::Response<Bytes>),
    /// Breaks off after so many bytes of the body.
    Cut(http::Response<Bytes>, usize),
    Reset,
}

impl Sandbox {
    /// Answers a request, faults included.
    pub(super) async fn exchange(&self, request: http::Request<Bytes>) -> Exchange {
        let route = routes::find(request.method(), request.uri().path()).ok();
        let operation = route.map_or("", |(route, _)| route.operation.id);
        let due = match request.headers().contains_key(header::AUTHORIZATION) {
            true => faults::due(&mut self.world().faults, operation),
            false => Vec::new(),
        };
        let mut skew = 0;
        for fault in &due {
            match fault {
                FaultKind::Latency { milliseconds } => {
                    self.0
                        .clock
                        .sleep(Duration::from_millis(*milliseconds))
                        .await;
                }
                FaultKind::ResetBefore => return Exchange::Reset,
                FaultKind::Forget => self.world().gate.forget(),
                FaultKind::ClockSkew { seconds } => skew = *seconds,
                FaultKind::FailJob { reason } => self.world().state.doomed.push(state::Doom {
                    operation: operation.to_owned(),
                    reason: reason.clone(),
                }),
                FaultKind::Status {
                    status,
                    retry_after,
                } => {
                    let mut refusal =
                        Refusal::new(*status, "UNEXPECTED_ERROR", "This was asked for.");
                    if let Some(seconds) = retry_after {
                        refusal = refusal.with(header::RETRY_AFTER, seconds.to_string());
                    }
                    let answer = refused(&refusal, self.0.clock.date(), false);
                    self.note(&request, Some(operation), &answer);
                    return Exchange::Whole(answer);
                }
                FaultKind::ResetAfter
                | FaultKind::Truncate { .. }
                | FaultKind::ContentType { .. } => {}
            }
        }
        let mut answer = self.respond(&request);
        if skew != 0 {
            let wrong = self
                .0
                .clock
                .date()
                .checked_add(jiff::SignedDuration::from_secs(skew));
            insert_date(&mut answer, header::DATE, wrong.unwrap_or_default());
        }
        for fault in due {
            match fault {
                FaultKind::ResetAfter => return Exchange::Reset,
                FaultKind::Truncate { bytes } => return Exchange::Cut(answer, bytes),
                FaultKind::ContentType { media_type } => {
                    if let Ok(media_type) = HeaderValue::from_str(&media_type) {
                        answer
                            .headers_mut()
                            .insert(header::CONTENT_TYPE, media_type);
                    }
                }
                _ => {}
            }
        }
        Exchange::Whole(answer)
    }

    /// The service's dates are whole seconds.
    fn now(&self) -> Timestamp {
        let date = self.0.clock.date();
        Timestamp::from_second(date.as_second()).unwrap_or(date)
    }

    fn respond(&self, request: &http::Request<Bytes>) -> http::Response<Bytes> {
        let now = self.now();
        let path = request.uri().path();
        let mut world = self.world();
        let (headers, body) = (request.headers(), request.body());
        let (operation, answer) = match path {
            "/api/oauth/token" => (None, world.gate.grant(headers, body, now)),
            "/api/oauth/revoke" => (None, world.gate.revoke(headers, body, now)),
            _ => match self.archive(&world.state, request, now) {
                Some(answer) => (None, answer),
                None => self.operate(&mut world, request, now),
            },
        };
        drop(world);
        self.note(request, operation, &answer);
        answer
    }

    fn note(
        &self,
        request: &http::Request<Bytes>,
        operation: Option<&str>,
        answer: &http::Response<Bytes>,
    ) {
        let route = routes::find(request.method(), request.uri().path()).ok();
        let known = route.map(|(route, _)| route.operation.id);
        let target = match known {
            Some(_) => request.uri().path_and_query().map(ToString::to_string),
            // The path of a download holds its secret.
            None => Some(
                request
                    .uri()
                    .path()
                    .split('/')
                    .take(4)
                    .collect::<Vec<_>>()
                    .join("/"),
            ),
        };
        self.world().seen.push(Seen {
            operation: known.filter(|_| operation.is_some()),
            method: request.method().clone(),
            target: target.unwrap_or_default(),
            status: answer.status().as_u16(),
        });
    }

    /// The answer, if the request is for an archive.
    fn archive(
        &self,
        state: &State,
        request: &http::Request<Bytes>,
        now: Timestamp,
    ) -> Option<http::Response<Bytes>> {
        let uri = request.uri();
        let (before, after) = self.0.downloads.split_once("{job}")?;
        let full = match uri.authority() {
            Some(authority) => format!(
                "{}://{authority}{}",
                uri.scheme_str().unwrap_or("https"),
                uri.path()
            ),
            None => format!("{}{}", self.0.origin, uri.path()),
        };
        let (job, rest) = full.strip_prefix(before)?.split_at_checked(24)?;
        let token = rest
            .strip_prefix(after)?
            .strip_prefix('/')?
            .split('/')
            .next()?;
        Some(archive::answer(
            state,
            job,
            token,
            self.0.archive_size,
            request,
            now,
        ))
    }

    fn operate(
        &self,
        world: &mut World,
        request: &http::Request<Bytes>,
        now: Timestamp,
    ) -> (Option<&'static str>, http::Response<Bytes>) {
        let uri = request.uri();
        let (route, path) = match routes::find(request.method(), uri.path()) {
            Ok(found) => found,
            Err(refusal) => return (None, refused(&refusal, now, false)),
        };
        let operation = route.operation;
        let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let mut asked = Asked {
            operation,
            path,
            query: query.into_owned().collect(),
            body: Value::Null,
            now,
            origin: &self.0.origin,
            target: uri.path(),
        };
        let mut left = None;
        let outcome = admit(world, &asked, request, route.version, &mut left).and_then(|body| {
            asked.body = body;
            routes::carry_out(&mut world.state, &asked, &self.0.downloads)
        });
        let mut answer = answer(&asked, outcome);
        let status = answer.status().as_u16();
        let headers = answer.headers_mut();
        // v1.0 never told what is left, and neither do refusals of these kinds.
        let tells = route.version == 0 && ![401, 403, 405, 406, 410, 415, 500].contains(&status);
        if let Some(left) = left.filter(|_| tells) {
            headers.insert(
                "ratelimit-limit",
                HeaderValue::from(world.gate.limit.capacity),
            );
            headers.insert("ratelimit-remaining", HeaderValue::from(left));
        }
        if let Some((since, sunset)) = world.deprecated.get(operation.id) {
            insert_date(&mut answer, HeaderName::from_static("deprecation"), *since);
            insert_date(&mut answer, HeaderName::from_static("sunset"), *sunset);
        }
        (Some(operation.id), answer)
    }
}

/// Whether a request may come to its operation, which then gets the body.
fn admit(
    world: &mut World,
    asked: &Asked<'_>,
    request: &http::Request<Bytes>,
    version: usize,
    left: &mut Option<u32>,
) -> Result<Value, Refusal> {
    let (headers, uri) = (request.headers(), request.uri());
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let operation = asked.operation;
    let caller = world
        .gate
        .authenticate(request.method(), target, headers, asked.now)?;
    if !caller.may(operation.roles) {
        let detail = format!("The role {} is needed.", operation.roles.join(" or "));
        return Err(Refusal::new(401, "USER_UNAUTHORIZED", detail));
    }
    match world.gate.count(operation.id, asked.project(), asked.now) {
        Ok(rest) => *left = Some(rest),
        Err(wait) => {
            *left = Some(0);
            let seconds = wait.as_secs().to_string();
            let detail = "The rate limit of this endpoint is used up.";
            let limited = Refusal::new(429, "RATE_LIMITED_TOKEN_BUCKET", detail);
            return Err(limited
                .about(&[uri.path(), &seconds])
                .with(header::RETRY_AFTER, seconds));
        }
    }
    if world
        .deprecated
        .get(operation.id)
        .is_some_and(|(_, sunset)| asked.now >= *sunset)
    {
        return Err(Refusal::new(
            410,
            "VERSION_GONE",
            "This version of the operation was turned off.",
        ));
    }
    let named = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if !speaks(named(header::ACCEPT), operation.accept) {
        let detail = format!("The operation answers {}.", operation.accept);
        return Err(Refusal::new(406, "INVALID_VERSION_DATE", detail));
    }
    if let (Some(own), false) = (operation.content_type, request.body().is_empty())
        && !speaks(named(header::CONTENT_TYPE), own)
    {
        let detail = format!("The operation takes {own}.");
        return Err(Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", detail));
    }
    rules::check(
        operation,
        version,
        &asked.path,
        &asked.query,
        request.body(),
    )
}

/// Whether what is asked for is this dated media type, or a later one, which this is the newest before.
fn speaks(asked: Option<&str>, own: &str) -> bool {
    let dated = |media_type: &str| {
        let date = media_type.trim().strip_prefix("application/vnd.atlas.")?;
        Some(date.split_once('+')?.0.to_owned())
    };
    let Some(own_date) = dated(own) else {
        return true;
    };
    let mut all = asked.unwrap_or_default().split(',');
    all.any(|one| {
        let one = one.split(';').next().unwrap_or_default();
        dated(one).is_some_and(|date| date >= own_date && date.len() == own_date.len())
    })
}

/// The cluster that is asked about, which is a dedicated one.
pub(super) fn dedicated<'s>(
    state: &'s mut State,
    asked: &Asked<'_>,
) -> Result<&'s mut Cluster, Refusal> {
    let name = asked.path("clusterName");
    let cluster = state.cluster(asked.project(), name)?;
    if cluster.kind == ClusterKind::Flex {
        let detail = format!("{name} is a flex cluster.");
        return Err(
            Refusal::new(400, "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API", detail).about(&[name]),
        );
    }
    Ok(cluster)
}

/// The cluster that is asked about, which is a flex one.
pub(super) fn flexible<'s>(
    state: &'s mut State,
    asked: &Asked<'_>,
) -> Result<&'s mut Cluster, Refusal> {
    let name = asked.path("name");
    let cluster = state.cluster(asked.project(), name)?;
    if cluster.kind != ClusterKind::Flex {
        let detail = format!("{name} is no flex cluster.");
        return Err(
            Refusal::new(400, "CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API", detail).about(&[name]),
        );
    }
    Ok(cluster)
}

fn insert_date(answer: &mut http::Response<Bytes>, name: HeaderName, date: Timestamp) {
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&date);
    if let Some(value) = text.ok().and_then(|text| HeaderValue::from_str(&text).ok()) {
        answer.headers_mut().insert(name, value);
    }
}

impl Transport for Sandbox {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            match self.exchange(request).await {
                Exchange::Whole(answer) => Ok(answer),
                Exchange::Cut(answer, bytes) if bytes >= answer.body().len() => Ok(answer),
                Exchange::Cut(..) | Exchange::Reset => Err(TransportError::Interrupted(
                    "the sandbox broke the connection".into(),
                )),
            }
        })
    }
}
