//! Processes a request: faults, authentication, rules, the operation.
//!
//! Must never respond other than the service would, except for injected faults.
use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::Now;
use super::content::Content;
use super::faults::FaultKind;
use super::interruptible_body::InterruptibleBody;
use super::media::{self, Served};
use super::operation_call::{OperationCall, Refusal, answer, dated, refused};
use super::routes::Route;
use super::state::PlannedFailure;
use super::world::{Sandbox, Seen, World};
use super::{archive, calendar, faults, names, routes, rules};
use crate::box_future::BoxFuture;
use crate::byte_stream::ByteStream;
use crate::transport::Transport;
use crate::transport_error::TransportError;

/// Maximum number of remembered requests.
const REMEMBERED: usize = 100_000;

/// The result of a request.
pub(super) enum Exchange {
    Whole(http::Response<Content>),
    /// Interrupted after this many bytes of the body.
    Interrupted(http::Response<Content>, usize),
    Reset,
}

/// The target of a request.
enum Subject {
    Operation(&'static Route, BTreeMap<&'static str, String>),
    Download { job: String, token: String },
    Token,
    Revoke,
    Nothing(Refusal),
}

impl Subject {
    fn name(&self) -> Option<&'static str> {
        match self {
            Self::Operation(route, _) => Some(route.operation.id),
            Self::Download { .. } => Some(names::DOWNLOAD),
            Self::Token => Some(names::TOKEN),
            Self::Revoke => Some(names::REVOKE),
            Self::Nothing(_) => None,
        }
    }
}

impl Sandbox {
    /// Responds to a request, including injected faults.
    pub(super) async fn exchange(&self, request: http::Request<Bytes>) -> Exchange {
        let subject = self.subject(&request);
        // A request without credentials only gets a challenge.
        let challenged = !request.headers().contains_key(header::AUTHORIZATION);
        let due = match (&subject, subject.name()) {
            (Subject::Operation(..), _) if challenged => Vec::new(),
            (_, Some(name)) => faults::due(&mut self.world().faults, name),
            (_, None) => Vec::new(),
        };
        let mut skew = 0;
        for fault in &due {
            match &fault.kind {
                FaultKind::Latency { milliseconds } => {
                    let clock = &self.0.clock;
                    clock.sleep(Duration::from_millis(*milliseconds)).await;
                }
                FaultKind::ResetBefore => return Exchange::Reset,
                FaultKind::Forget => self.world().access.forget(),
                FaultKind::ClockSkew { seconds } => skew = *seconds,
                FaultKind::FailJob { reason } => self.world().state.doomed.push(PlannedFailure {
                    operation: subject.name().unwrap_or_default().to_owned(),
                    reason: reason.clone(),
                }),
                FaultKind::Status {
                    status,
                    retry_after,
                } => {
                    let code = match status {
                        429 => "RATE_LIMITED",
                        _ => "UNEXPECTED_ERROR",
                    };
                    let mut refusal = Refusal::new(*status, code, "An injected fault.");
                    if let Some(seconds) = retry_after {
                        refusal = refusal.with(header::RETRY_AFTER, seconds.to_string());
                    }
                    let mut answer = refused(&refusal, self.0.clock.date(), false);
                    if let Some(body) = &fault.body {
                        *answer.body_mut() = body.body.clone().into();
                        relabel(&mut answer, &body.media_type);
                    }
                    self.note(&request, &subject, answer.status());
                    return Exchange::Whole(answer.map(Content::from));
                }
                FaultKind::ResetAfter
                | FaultKind::Truncate { .. }
                | FaultKind::ContentType { .. } => {}
            }
        }
        let mut answer = self.respond(&request, subject);
        if skew != 0 {
            let skew = jiff::SignedDuration::from_secs(skew);
            let wrong = self.0.clock.date().checked_add(skew);
            dated(&mut answer, wrong.unwrap_or_default());
        }
        for fault in due {
            match fault.kind {
                FaultKind::ResetAfter => return Exchange::Reset,
                FaultKind::Truncate { bytes } => return Exchange::Interrupted(answer, bytes),
                FaultKind::ContentType { media_type } => relabel(&mut answer, &media_type),
                _ => {}
            }
        }
        Exchange::Whole(answer)
    }

    fn subject(&self, request: &http::Request<Bytes>) -> Subject {
        let path = request.uri().path();
        match path {
            "/api/oauth/token" => return Subject::Token,
            "/api/oauth/revoke" => return Subject::Revoke,
            _ => {}
        }
        if let Some((job, token)) = self.link(request.uri()) {
            return Subject::Download { job, token };
        }
        match routes::find(request.method(), path) {
            Ok((route, parameters)) => Subject::Operation(route, parameters),
            Err(refusal) => Subject::Nothing(refusal),
        }
    }

    /// Returns the job of a download address, and the secret in it.
    fn link(&self, uri: &http::Uri) -> Option<(String, String)> {
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
        let rest = rest.strip_prefix(after)?.strip_prefix('/')?;
        let token = rest.split('/').next()?;
        Some((job.to_owned(), token.to_owned()))
    }

    fn respond(&self, request: &http::Request<Bytes>, subject: Subject) -> http::Response<Content> {
        let now = Now {
            date: self.now(),
            at: self.0.clock.now(),
        };
        let mut world = self.world();
        calendar::catch_up(&mut world.state, now.date);
        let (headers, body) = (request.headers(), request.body());
        let answer = match &subject {
            Subject::Token => world.access.grant(headers, body, now).map(Content::from),
            Subject::Revoke => world
                .access
                .revoke(headers, body, now.date)
                .map(Content::from),
            Subject::Download { job, token } => {
                let size = self.0.archive_size;
                archive::answer(&world.state, job, token, size, request, now.date)
            }
            Subject::Operation(route, path) => self
                .operate(&mut world, request, route, path.clone(), now)
                .map(Content::from),
            Subject::Nothing(refusal) => refused(refusal, now.date, false).map(Content::from),
        };
        drop(world);
        self.note(request, &subject, answer.status());
        answer
    }

    fn note(&self, request: &http::Request<Bytes>, subject: &Subject, status: StatusCode) {
        let uri = request.uri();
        let target = match subject {
            Subject::Operation(..) => uri.path_and_query().map(ToString::to_string),
            // The path of a download contains its secret.
            Subject::Download { job, .. } => Some(format!("/downloads/{job}")),
            _ => Some(uri.path().to_owned()),
        };
        let mut world = self.world();
        world.requests += 1;
        if world.seen.len() == REMEMBERED {
            world.seen.pop_front();
        }
        world.seen.push_back(Seen {
            operation: subject.name(),
            method: request.method().clone(),
            target: target.unwrap_or_default(),
            status: status.as_u16(),
        });
    }

    fn operate(
        &self,
        world: &mut World,
        request: &http::Request<Bytes>,
        route: &'static Route,
        path: BTreeMap<&'static str, String>,
        now: Now,
    ) -> http::Response<Bytes> {
        let (operation, uri) = (route.operation, request.uri());
        let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let mut call = OperationCall {
            operation,
            path,
            query: query.into_owned().collect(),
            body: Value::Null,
            now: now.date,
            origin: &self.0.origin,
            downloads: &self.0.downloads,
            target: uri.path(),
            media_type: operation.accept.to_owned(),
            first: route.version != 0,
        };
        let mut header_values = HeaderValues::default();
        let outcome = admit(
            world,
            &mut call,
            request,
            route.version,
            now,
            &mut header_values,
        );
        let outcome = outcome.and_then(|()| routes::carry_out(&mut world.state, &call, route));
        let mut answer = answer(&call, outcome);
        let status = answer.status().as_u16();
        let headers = answer.headers_mut();
        // v1.0 never returns the remaining requests, and neither do these refusals.
        let has_rate_limit =
            route.version == 0 && ![401, 403, 405, 406, 410, 415, 500].contains(&status);
        if let Some(left) = header_values.left.filter(|_| has_rate_limit) {
            let limit = HeaderValue::from(world.access.limits.limit.capacity);
            headers.insert("ratelimit-limit", limit);
            headers.insert("ratelimit-remaining", HeaderValue::from(left));
        }
        for (name, date) in [
            ("deprecation", header_values.deprecated),
            ("sunset", header_values.sunset),
        ] {
            let text = date.map(media::announced);
            if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
                headers.insert(name, value);
            }
        }
        answer
    }
}

/// Header values of a response, even if the request is refused.
#[derive(Default)]
struct HeaderValues {
    /// The number of remaining requests.
    left: Option<u32>,
    deprecated: Option<Timestamp>,
    sunset: Option<Timestamp>,
}

/// Checks whether a request may reach its operation, and parses the body.
fn admit(
    world: &mut World,
    call: &mut OperationCall<'_>,
    request: &http::Request<Bytes>,
    version: usize,
    now: Now,
    header_values: &mut HeaderValues,
) -> Result<(), Refusal> {
    let (headers, uri) = (request.headers(), request.uri());
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let operation = call.operation;
    let caller = world
        .access
        .authenticate(request.method(), target, headers, now.at)?;
    if !caller.may(operation.roles) {
        let detail = format!("The role {} is needed.", operation.roles.join(" or "));
        return Err(Refusal::new(401, "USER_UNAUTHORIZED", detail));
    }
    // An unknown project has no rate limit of its own.
    let project = Some(call.project()).filter(|id| world.state.projects.contains_key(*id));
    match world
        .access
        .limits
        .count(operation.id, project.unwrap_or_default(), now.at)
    {
        Ok(rest) => header_values.left = Some(rest),
        Err(wait) => {
            header_values.left = Some(0);
            let limit = world.access.limits.limit;
            let detail = "The rate limit of this endpoint is used up.";
            let mut limited = Refusal::new(429, "RATE_LIMITED_TOKEN_BUCKET", detail);
            let (refill, seconds) = limit.refill();
            limited.parameters = vec![
                json!(uri.path()),
                json!(wait.as_secs()),
                json!(limit.capacity),
                json!(refill),
                json!(seconds),
            ];
            return Err(limited.with(header::RETRY_AFTER, wait.as_secs().to_string()));
        }
    }
    let Served {
        media_type,
        mut deprecated,
        mut sunset,
    } = media::accepted(headers, operation, version)?;
    call.media_type = media_type;
    if let Some((since, end)) = world.deprecated.get(operation.id) {
        (deprecated, sunset) = (Some(*since), Some(*end));
    }
    (header_values.deprecated, header_values.sunset) = (deprecated, sunset);
    if sunset.is_some_and(|sunset| call.now >= sunset) {
        let detail = "This version of the operation was turned off.";
        return Err(Refusal::new(410, "VERSION_GONE", detail));
    }
    let given = headers.get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok());
    if !request.body().is_empty() && !media::takes(given, operation, version) {
        let own = operation.content_type.unwrap_or_default();
        let detail = format!("The operation takes {own}.");
        return Err(Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", detail));
    }
    let (path, query) = (&call.path, &call.query);
    call.body = rules::check(operation, version, path, query, request.body())?;
    Ok(())
}

fn relabel<B>(answer: &mut http::Response<B>, media_type: &str) {
    if let Ok(media_type) = HeaderValue::from_str(media_type) {
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, media_type);
    }
}

impl Transport for Sandbox {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            match self.exchange(request).await {
                Exchange::Whole(answer) => Ok(answer.map(Content::whole)),
                Exchange::Interrupted(answer, bytes) if bytes as u64 >= answer.body().len() => {
                    Ok(answer.map(Content::whole))
                }
                Exchange::Interrupted(..) | Exchange::Reset => Err(broken()),
            }
        })
    }

    fn open(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        Box::pin(async move {
            match self.exchange(request).await {
                Exchange::Whole(answer) => Ok(answer.map(|body| match body {
                    Content::Bytes(bytes) => ByteStream::from(bytes),
                    archive => ByteStream::new(InterruptibleBody::whole(archive)),
                })),
                Exchange::Interrupted(answer, bytes) => {
                    Ok(answer.map(|body| ByteStream::new(InterruptibleBody::new(body, bytes))))
                }
                Exchange::Reset => Err(broken()),
            }
        })
    }
}

fn broken() -> TransportError {
    TransportError::Interrupted("the sandbox broke the connection".into())
}
