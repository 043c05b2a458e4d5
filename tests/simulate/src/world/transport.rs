//! The network: it delivers requests to the service, or not, and returns the responses.
//!
//! A request in transit arrives even if its caller gives up, unless the schedule breaks the connection.
use std::time::Duration;

use atlas_backup::{BoxFuture, ByteStream, Transport, TransportError};
use bytes::Bytes;
use http::header;
use tokio::sync::oneshot;

use super::World;
use super::bodies::{Body, Step};
use super::state::Hits;
use crate::chance::Chance;
use crate::schedule::{Fault, Patience, Trouble};

pub(super) type Sent = http::Request<Bytes>;
pub(super) type Reply = http::Response<Bytes>;

/// Returns the subject of a request: an operation, `challenge`, `token`, `revoke` or `download`.
pub(super) fn subject(request: &Sent) -> &'static str {
    let (uri, get) = (request.uri(), request.method() == http::Method::GET);
    if uri.host().is_none_or(|host| host.starts_with("restore-")) {
        return "download";
    }
    let path = uri.path();
    match path {
        "/api/oauth/token" => return "token",
        "/api/oauth/revoke" => return "revoke",
        _ => {}
    }
    if !request.headers().contains_key(header::AUTHORIZATION) {
        return "challenge";
    }
    let mut segments = path.rsplit('/');
    let (last, before) = (
        segments.next().unwrap_or_default(),
        segments.next().unwrap_or_default(),
    );
    match (last, before, request.method().as_str()) {
        ("exports", _, _) if get => "listBackupExports",
        ("exports", _, _) => "createBackupExport",
        (_, "exports", _) => "getBackupExport",
        ("snapshots", _, _) if get => "listBackupSnapshots",
        ("snapshots", _, _) => "takeSnapshots",
        (_, "snapshots", _) => "getClusterBackupSnapshot",
        ("restoreJobs", _, _) if get => "listBackupRestoreJobs",
        ("restoreJobs", _, _) => "createBackupRestoreJob",
        (_, "restoreJobs", "DELETE") => "cancelBackupRestoreJob",
        (_, "restoreJobs", _) => "getBackupRestoreJob",
        ("exportBuckets", _, _) if get => "listExportBuckets",
        ("exportBuckets", _, _) => "createExportBucket",
        (_, "exportBuckets", "DELETE") => "deleteExportBucket",
        (_, "exportBuckets", _) => "getExportBucket",
        ("schedule", _, _) if get => "getBackupSchedule",
        ("schedule", _, _) => "updateBackupSchedule",
        _ => "other",
    }
}

/// Returns true if a request for a subject creates something.
pub(super) fn creates(subject: &str) -> bool {
    subject.starts_with("create") || subject == "takeSnapshots"
}

/// The head of a response, and its body in chunks.
pub(super) type Outcome = Result<(http::response::Parts, Vec<Step>), TransportError>;

/// The connection of one client.
#[derive(Clone)]
pub(super) struct Network {
    world: World,
    client: u64,
}

/// A request in transit.
#[derive(Clone, Copy)]
pub(super) struct Departure {
    pub(super) subject: &'static str,
    pub(super) scope: Option<usize>,
    pub(super) at: Duration,
    pub(super) client: u64,
}

impl Network {
    pub(super) fn new(world: &World, client: u64) -> Self {
        Self {
            world: world.clone(),
            client,
        }
    }

    async fn exchange(&self, request: Sent) -> Outcome {
        let subject = subject(&request);
        let at = self.world.now();
        let number = self.world.state().number(subject);
        let target = format!("{} {}", request.method(), request.uri());
        self.world.tell(format_args!(
            "client {} sends {subject} {number}: {}",
            self.client,
            shown(&request)
        ));
        let scope = self.world.leaves(&request, subject, &target, self.client);
        let departure = Departure {
            subject,
            scope,
            at,
            client: self.client,
        };
        let (tell, told) = oneshot::channel();
        let world = self.world.clone();
        let travel = async move {
            let outcome = travel(&world, subject, number, request, || tell.is_closed()).await;
            let _ = tell.send(outcome);
        };
        self.world.handle().spawn(travel);
        let mut under_way = UnderWay {
            world: &self.world,
            departure,
            over: false,
        };
        let outcome = told.await.unwrap_or_else(|_| Err(broken()));
        under_way.over = true;
        drop(under_way);
        self.world.arrives(departure, &target, &outcome);
        outcome
    }
}

/// Returns the text of a request for the trace, without secrets.
fn shown(request: &Sent) -> String {
    match subject(request) {
        "download" => {
            let range = request.headers().get(header::RANGE);
            format!("{range:?}")
        }
        _ => request
            .uri()
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default(),
    }
}

/// A request that its caller awaits. A drop before the end means that the caller has given up.
struct UnderWay<'w> {
    world: &'w World,
    departure: Departure,
    over: bool,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let Departure {
            subject,
            scope,
            client,
            ..
        } = self.departure;
        let now = self.world.now();
        let mut state = self.world.state();
        if let Some(flights) = state.flights.get_mut(&(client, subject)) {
            flights.0 = flights.0.saturating_sub(1);
            state.seek();
        }
        if !self.over
            && creates(subject)
            && let Some(scope) = scope.and_then(|scope| state.scopes.get_mut(scope))
        {
            scope.ambiguous = Some(now);
            scope.unsure = true;
        }
    }
}

fn broken() -> TransportError {
    TransportError::Interrupted("the connection broke".into())
}

/// Returns the fault of this request.
fn fault(world: &World, subject: &'static str, number: u64) -> Option<Trouble> {
    let mut faults = world.schedule().faults.iter();
    faults.find_map(|fault| match fault {
        Fault::Exchange {
            subject: about,
            nth,
            times,
            what,
        } if *about == subject && (*nth..nth + times).contains(&number) => Some(*what),
        _ => None,
    })
}

async fn travel(
    world: &World,
    subject: &'static str,
    number: u64,
    request: Sent,
    given_up: impl Fn() -> bool,
) -> Outcome {
    let mut trouble = fault(world, subject, number);
    if let Some(Trouble::Short(part)) = trouble
        && subject == "download"
        && !world.schedule().settings.length
    {
        // Without a known length, an interrupted body cannot be distinguished from a complete one.
        trouble = Some(Trouble::Cut(part));
    }
    if let Some(trouble) = trouble {
        world.tell(format_args!("{subject} {number} meets {trouble:?}"));
        if trouble.is_of_the_network() {
            world.strikes(trouble);
        }
    }
    // The usual delays of requests and responses.
    let mut chance = Chance::of(world.schedule().seed, subject, number);
    let (mut before, mut after) = (chance.within(1, 40), chance.within(1, 40));
    let mut anyway = false;
    match trouble {
        Some(Trouble::Late {
            before: more,
            after: later,
        }) => {
            (before, after) = (before + more, after + later);
        }
        Some(Trouble::LateAnyway { before: more }) => {
            // Limit the delay, so that a look-up of a minute finds the result.
            let latest = world.schedule().settings.attempt_timeout * 1_000 + 20_000;
            (before, anyway) = ((before + more).min(latest), true);
        }
        Some(Trouble::Unreached) => {
            world.handle().sleep(Duration::from_millis(before)).await;
            return Err(TransportError::Connect("nobody listens".into()));
        }
        _ => {}
    }
    world.handle().sleep(Duration::from_millis(before)).await;
    if trouble == Some(Trouble::ResetBefore) || (given_up() && !anyway) {
        world.tell(format_args!("{subject} {number} does not arrive"));
        return Err(broken());
    }
    if let Some(status @ Trouble::Status(..)) = trouble {
        world.strikes(status);
    }
    let trouble = trouble.or_else(|| world.weather(subject));
    let answered = world.serve(subject, &request, trouble);
    world.tell(format_args!(
        "{subject} {number} gets {}",
        answered.status().as_u16()
    ));
    world.handle().sleep(Duration::from_millis(after)).await;
    if trouble == Some(Trouble::ResetAfter) {
        return Err(broken());
    }
    let (head, body) = answered.into_parts();
    let timeout = Duration::from_secs(world.schedule().settings.attempt_timeout);
    if let Some(short @ Trouble::Short(_)) = trouble
        && !body.is_empty()
    {
        world.strikes(short);
    }
    Ok((head, pieces(body, trouble, subject, timeout, &mut chance)))
}

/// Returns the steps in which a body arrives.
fn pieces(
    mut body: Bytes,
    trouble: Option<Trouble>,
    subject: &str,
    timeout: Duration,
    chance: &mut Chance,
) -> Vec<Step> {
    if trouble == Some(Trouble::Trickle) {
        let part = (body.len() / 4).max(1);
        let parts = body
            .chunks(part)
            .map(|part| Step::Piece(body.slice_ref(part)));
        let slow = parts.flat_map(|part| [part, Step::Wait(timeout / 2)]);
        return slow.chain([Step::Stall]).collect();
    }
    let end = match trouble {
        Some(Trouble::Cut(part)) => Some((part, Some(Step::Break))),
        Some(Trouble::Short(part)) => Some((part, None)),
        Some(Trouble::Stall(part)) => Some((part, Some(Step::Stall))),
        _ => None,
    };
    let end = end.map(|(part, end)| {
        let length = body.len() as u64 * part / 1_000;
        body.truncate(usize::try_from(length).unwrap_or_default());
        end
    });
    let mut steps = Vec::new();
    if subject == "download" {
        let most = (body.len() as u64 / 8).max(500);
        while !body.is_empty() {
            let length = usize::try_from(chance.within(1, most)).unwrap_or(1);
            steps.push(Step::Piece(body.split_to(length.min(body.len()))));
            steps.push(Step::Wait(Duration::from_millis(chance.below(30))));
        }
    } else if !body.is_empty() {
        steps.push(Step::Piece(body));
    }
    steps.extend(end.flatten());
    steps
}

impl Transport for Network {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            let (head, steps) = self.exchange(request).await?;
            let body = ByteStream::new(Body::new(self.world.handle(), steps));
            Ok(http::Response::from_parts(
                head,
                body.collect(usize::MAX).await?,
            ))
        })
    }

    fn open(
        &self,
        request: Sent,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        Box::pin(async move {
            let (head, steps) = self.exchange(request).await?;
            let body = ByteStream::new(Body::new(self.world.handle(), steps));
            Ok(http::Response::from_parts(head, body))
        })
    }
}

impl World {
    /// Returns the fault of a request during an outage.
    fn weather(&self, subject: &str) -> Option<Trouble> {
        let operation = !matches!(subject, "token" | "challenge" | "revoke" | "download");
        let mut state = self.state();
        if !operation || state.storm == 0 {
            return None;
        }
        state.storm = state.storm.saturating_sub(1);
        let outage = Trouble::Status(503, false, Patience::Unsaid);
        state.hits.count(outage);
        drop(state);
        self.inject("service", &format_args!("Outage"));
        Some(outage)
    }

    /// Counts a fault of an exchange when it has an effect.
    pub(super) fn strikes(&self, trouble: Trouble) {
        self.state().hits.count(trouble);
        self.inject("exchange", &trouble);
    }

    /// Starts an outage: the service fails this many requests for operations.
    pub(crate) fn storm(&self, requests: u64) {
        self.state().storm = requests;
    }
}

/// The requested delay of a response.
#[derive(Clone, Copy)]
pub(super) struct Asked(pub(super) Duration);

/// Marks the last page of a list.
#[derive(Clone, Copy)]
pub(super) struct Last;

impl Trouble {
    /// Returns true if it has an effect whatever the service does.
    fn is_of_the_network(self) -> bool {
        let mut hits = Hits::default();
        hits.count(self);
        hits.network > 0
    }
}

impl Patience {
    pub(crate) fn asked(self) -> Option<Duration> {
        match self {
            Self::Unsaid => None,
            Self::Seconds(seconds) | Self::Date(seconds) => Some(Duration::from_secs(seconds)),
        }
    }
}
