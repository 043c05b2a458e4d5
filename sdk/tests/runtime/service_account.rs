//! Access tokens: one request for all waiting calls, early renewal, and one renewal after a refusal.
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use atlas_backup::{
    BoxFuture, Client, Clock, Credentials, ErrorKind, FileTokenStore, StoredToken, Timestamp,
    TokenKey, TokenStore, TokenTurn, Transport, TransportError,
};

use crate::world::*;

const OK: &str = r#"{"name":"x"}"#;

/// Grants `t1`, `t2`, … and responds to calls with the status `judge(token)`.
fn service(judge: impl Fn(&str) -> u16 + Send + Sync + 'static) -> Service {
    let granted = AtomicUsize::new(0);
    Service::new(move |sent| {
        if sent.uri().path() == "/api/oauth/token" {
            let number = granted.fetch_add(1, Ordering::SeqCst) + 1;
            let body = format!(
                r#"{{"access_token":"t{number}","token_type":"bearer","expires_in":3600}}"#
            );
            return reply(200, &[], &body);
        }
        if sent.uri().path() == "/api/oauth/revoke" {
            return reply(200, &[], "");
        }
        let token = header(sent, "authorization")
            .unwrap()
            .strip_prefix("Bearer ")
            .unwrap();
        reply(judge(token), &[], OK)
    })
}

fn client(service: &Service, clock: &ManualClock) -> Client {
    let credentials = Credentials::service_account("mdb_sa_id_1", "s/cret+1");
    service
        .builder()
        .credentials(credentials)
        .clock(clock.clone())
        .build()
        .unwrap()
}

fn token_requests(service: &Service) -> usize {
    service
        .targets()
        .iter()
        .filter(|target| *target == "/api/oauth/token")
        .count()
}

#[tokio::test]
async fn the_token_request_has_the_form_of_rfc_6749() {
    let service = service(|_| 200);
    get(&client(&service, &ManualClock::new())).await.unwrap();
    let request = &service.log()[0];
    assert_eq!(request.method(), "POST");
    assert_eq!(request.body(), "grant_type=client_credentials");
    assert_eq!(
        header(request, "content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(header(request, "accept"), Some("application/json"));
    // mdb_sa_id_1:s%2Fcret%2B1
    assert_eq!(
        header(request, "authorization"),
        Some("Basic bWRiX3NhX2lkXzE6cyUyRmNyZXQlMkIx")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_first_calls_share_one_token_request() {
    let service = service(|_| 200);
    let client = client(&service, &ManualClock::new());
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(get(&client).into_future()))
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(token_requests(&service), 1);
    assert_eq!(service.log().len(), 65);
}

#[tokio::test]
async fn a_token_is_renewed_a_minute_before_it_expires() {
    let (service, clock) = (service(|_| 200), ManualClock::new());
    let client = client(&service, &clock);
    for (advance, requests) in [(0, 1), (3539, 1), (1, 2), (3539, 2), (1, 3)] {
        clock.advance(Duration::from_secs(advance));
        get(&client).await.unwrap();
        assert_eq!(token_requests(&service), requests);
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let renewed = service(|token| if token == "t1" { 401 } else { 200 });
    get(&client(&renewed, &ManualClock::new())).await.unwrap();
    assert_eq!(token_requests(&renewed), 2);

    let never = service(|_| 401);
    let error = get(&client(&never, &ManualClock::new())).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(token_requests(&never), 2);
    assert_eq!(never.log().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_refused_to_concurrent_calls_is_renewed_once() {
    let service = service(|token| if token == "t1" { 401 } else { 200 });
    let client = client(&service, &ManualClock::new());
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(get(&client).into_future()))
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(token_requests(&service), 2);
}

#[tokio::test]
async fn after_a_revocation_the_next_call_requests_another_token() {
    let service = service(|_| 200);
    let client = client(&service, &ManualClock::new());
    client.revoke_token().await.unwrap();
    assert!(service.log().is_empty(), "nothing to revoke");
    get(&client).await.unwrap();
    client.revoke_token().await.unwrap();
    get(&client).await.unwrap();
    let revoke = &service.log()[2];
    assert_eq!(revoke.uri().path(), "/api/oauth/revoke");
    assert_eq!(revoke.body(), "token=t1&token_type_hint=access_token");
    assert!(
        header(revoke, "authorization")
            .unwrap()
            .starts_with("Basic ")
    );
    assert_eq!(
        header(&service.log()[4], "authorization"),
        Some("Bearer t2")
    );
}

#[tokio::test]
async fn an_error_of_the_token_endpoint_has_its_message() {
    for (status, body, code, detail) in [
        (
            401,
            r#"{"error":"invalid_client","error_description":"unknown client"}"#,
            "invalid_client",
            "unknown client",
        ),
        (
            403,
            r#"{"error":"access_denied","error_description":"limit reached"}"#,
            "access_denied",
            "limit reached",
        ),
        (
            429,
            r#"{"error":429,"errorCode":"RATE_LIMITED","detail":"too many tokens"}"#,
            "RATE_LIMITED",
            "too many tokens",
        ),
    ] {
        let service = Service::always(status, body);
        let call = get(&client(&service, &ManualClock::new())).no_retry();
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(*error.error_code().unwrap(), code);
        assert_eq!(error.detail(), Some(detail));
        assert_eq!(service.log().len(), 1);
    }
}

#[tokio::test]
async fn an_unusable_grant_is_a_credentials_error_without_the_token() {
    for body in [
        "",
        "<html>",
        r#"{"access_token":"hidden","token_type":"mac"}"#,
        r#"{"access_token":["hidden"],"token_type":"bearer"}"#,
        "{\"access_token\":\"hid\\nden\",\"token_type\":\"bearer\"}",
        r#"{"access_token":"","token_type":"bearer"}"#,
        r#"{"access_token":"  ","token_type":"bearer"}"#,
    ] {
        let service = Service::always(200, body);
        let error = get(&client(&service, &ManualClock::new()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{body}");
        assert!(!format!("{error:?} {error}").contains("hid"), "{error:?}");
    }
}

/// Creates a client of its own, as another process would have.
fn process(service: &Service, clock: &ManualClock, store: &FileTokenStore) -> Client {
    service
        .builder()
        .credentials(Credentials::service_account("mdb_sa_id_1", "secret"))
        .token_store(store.clone())
        .clock(clock.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn processes_with_one_store_share_a_token_until_it_expires() {
    let (service, clock) = (service(|_| 200), ManualClock::new());
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path().join("tokens"));
    for (advance, requests) in [(0, 1), (10, 1), (3000, 1), (600, 2), (10, 2)] {
        clock.advance(Duration::from_secs(advance));
        get(&process(&service, &clock, &store)).await.unwrap();
        assert_eq!(token_requests(&service), requests);
    }
}

#[tokio::test]
async fn a_stored_token_is_renewed_as_early_as_one_in_memory() {
    let (service, clock) = (service(|_| 200), ManualClock::new());
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path());
    let one = process(&service, &clock, &store);
    get(&one).await.unwrap();
    for (advance, requests) in [(3_539, 1), (1, 2)] {
        clock.advance(Duration::from_secs(advance));
        get(&one).await.unwrap();
        get(&process(&service, &clock, &store)).await.unwrap();
        assert_eq!(token_requests(&service), requests, "{advance} s later");
    }
}

#[tokio::test]
async fn a_token_renewed_by_another_process_is_used_without_a_request() {
    let (service, clock) = (
        service(|token| if token == "t1" { 401 } else { 200 }),
        ManualClock::new(),
    );
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path());
    let (one, other) = (
        process(&service, &clock, &store),
        process(&service, &clock, &store),
    );
    get(&one).await.unwrap();
    assert_eq!(token_requests(&service), 2);
    get(&other).await.unwrap();
    assert_eq!(token_requests(&service), 2);
    one.revoke_token().await.unwrap();
    get(&process(&service, &clock, &store)).await.unwrap();
    assert_eq!(token_requests(&service), 3);
}

#[tokio::test]
async fn a_revocation_does_not_affect_the_stored_token_of_another_process() {
    let (service, clock) = (service(|_| 200), ManualClock::new());
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path());
    let other_store = FileTokenStore::new(directory.path().join("none"));
    let one = process(&service, &clock, &store);
    get(&one).await.unwrap();
    // The store's token is another one now, while the first is valid.
    get(&process(&service, &clock, &other_store)).await.unwrap();
    let renewed = other_store.get(&token_key().await).await.unwrap().unwrap();
    store.put(&token_key().await, &renewed).await.unwrap();
    one.revoke_token().await.unwrap();
    let revoke = service.log().pop().unwrap();
    assert_eq!(revoke.body(), "token=t1&token_type_hint=access_token");
    get(&process(&service, &clock, &store)).await.unwrap();
    assert_eq!(token_requests(&service), 2);
}

#[tokio::test]
async fn a_revocation_after_the_time_of_the_held_token_is_of_the_stored_one() {
    let (service, clock) = (service(|_| 200), ManualClock::new());
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path());
    let one = process(&service, &clock, &store);
    get(&one).await.unwrap();
    clock.advance(Duration::from_secs(3_590));
    get(&process(&service, &clock, &store)).await.unwrap();
    one.revoke_token().await.unwrap();
    let revoke = service.log().pop().unwrap();
    assert_eq!(revoke.body(), "token=t2&token_type_hint=access_token");
    get(&process(&service, &clock, &store)).await.unwrap();
    assert_eq!(token_requests(&service), 3);
}

/// Returns the token's file and its lock, which are the only files.
fn stored_files(directory: &Path) -> (PathBuf, PathBuf) {
    let files = std::fs::read_dir(directory).unwrap();
    let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let [token, lock] = files.try_into().unwrap();
    assert_eq!(
        (token.extension().unwrap(), lock.extension().unwrap()),
        ("json".as_ref(), "lock".as_ref())
    );
    (token, lock)
}

#[tokio::test]
async fn processes_that_start_at_once_make_one_token_request() {
    let (service, clock) = (service(|_| 200), ManualClock::new());
    let directory = tempfile::tempdir().unwrap();
    let calls = (0..6).map(|_| {
        let store = FileTokenStore::new(directory.path());
        tokio::spawn(get(&process(&service, &clock, &store)).into_future())
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(token_requests(&service), 1);
}

#[tokio::test]
async fn a_process_that_holds_the_lock_for_long_is_not_waited_for() {
    let (service, clock) = (service(|_| 200), ManualClock::new());
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path());
    get(&process(&service, &clock, &store)).await.unwrap();
    let (token, lock) = stored_files(directory.path());
    std::fs::remove_file(token).unwrap();
    let lock = std::fs::File::options().write(true).open(lock).unwrap();
    lock.lock().unwrap();
    let began = clock.now();
    get(&process(&service, &clock, &store)).await.unwrap();
    assert_eq!(token_requests(&service), 2);
    assert_eq!(clock.now() - began, Duration::from_secs(10));
}

/// A store one of whose methods never returns.
struct Stuck(&'static str, Mutex<Option<StoredToken>>);

impl Stuck {
    fn answer<T: Send + 'static>(
        &self,
        method: &str,
        answer: T,
    ) -> BoxFuture<'static, io::Result<T>> {
        match self.0 == method {
            true => Box::pin(std::future::pending()),
            false => Box::pin(async { Ok(answer) }),
        }
    }
}

impl TokenStore for Stuck {
    fn get<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<StoredToken>>> {
        self.answer("get", self.1.lock().unwrap().clone())
    }

    fn put<'a>(&'a self, _: &'a TokenKey, token: &'a StoredToken) -> BoxFuture<'a, io::Result<()>> {
        *self.1.lock().unwrap() = Some(token.clone());
        self.answer("put", ())
    }

    fn forget<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, io::Result<()>> {
        self.answer("forget", ())
    }

    fn turn<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<TokenTurn>>> {
        self.answer("turn", Some(TokenTurn::new(())))
    }
}

#[tokio::test]
async fn a_token_store_that_does_not_answer_delays_a_call_by_ten_seconds() {
    for (method, calls, all) in [
        // The revocation reads the store, too.
        ("get", 10, 20),
        ("turn", 10, 10),
        ("put", 10, 10),
        ("forget", 0, 10),
    ] {
        let (service, clock) = (service(|_| 200), ManualClock::new());
        let credentials = Credentials::service_account("mdb_sa_id_1", "secret");
        let builder = service
            .builder()
            .clock(clock.clone())
            .credentials(credentials);
        let client = builder
            .token_store(Stuck(method, Mutex::default()))
            .build()
            .unwrap();
        let began = clock.now();
        get(&client).await.unwrap();
        get(&client).await.unwrap();
        assert_eq!(clock.now() - began, Duration::from_secs(calls), "{method}");
        client.revoke_token().await.unwrap();
        assert_eq!(clock.now() - began, Duration::from_secs(all), "{method}");
        assert_eq!(token_requests(&service), 1, "{method}");
    }
}

#[tokio::test]
async fn a_token_that_expires_while_the_store_does_not_answer_is_requested_once() {
    let (clock, granted) = (ManualClock::new(), AtomicUsize::new(0));
    let service = Service::new(move |sent| match sent.uri().path() {
        "/api/oauth/token" => {
            let number = granted.fetch_add(1, Ordering::SeqCst);
            let grant =
                format!(r#"{{"access_token":"t{number}","token_type":"Bearer","expires_in":10}}"#);
            reply(200, &[], &grant)
        }
        _ => reply(200, &[], r#"{"name":"x"}"#),
    });
    let credentials = Credentials::service_account("mdb_sa_id_1", "secret");
    let builder = service
        .builder()
        .clock(clock.clone())
        .credentials(credentials);
    let builder = builder.attempt_timeout(Duration::from_secs(5));
    let client = builder.token_store(Stuck("put", Mutex::default())).build();
    get(&client.unwrap()).await.unwrap();
    assert_eq!(token_requests(&service), 1);
}

#[tokio::test]
async fn a_token_that_is_refused_before_the_store_has_it_is_renewed() {
    let (service, clock) = (
        service(|token| if token == "t1" { 401 } else { 200 }),
        ManualClock::new(),
    );
    let credentials = Credentials::service_account("mdb_sa_id_1", "secret");
    let builder = service.builder().clock(clock).credentials(credentials);
    let client = builder
        .token_store(Stuck("put", Mutex::default()))
        .build()
        .unwrap();
    let mut first = get(&client).into_future();
    poll_until(&mut first, || token_requests(&service) == 1).await;
    for _ in 0..10 {
        poll_until(&mut first, || true).await;
    }
    // It takes the token that the first call is still storing.
    let (first, second) = tokio::join!(first, get(&client).into_future());
    first.unwrap();
    second.unwrap();
    assert_eq!(token_requests(&service), 2);
}

/// A clock whose waits never end until it is started, as those of a runtime that does not run.
#[derive(Clone)]
struct Halted(ManualClock, Arc<AtomicBool>);

impl Clock for Halted {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn date(&self) -> Timestamp {
        self.0.date()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        match self.1.load(Ordering::SeqCst) {
            true => self.0.sleep(duration),
            false => Box::pin(std::future::pending()),
        }
    }
}

/// A transport that never responds to its first request.
#[derive(Clone)]
struct FirstLost(Service, Arc<AtomicBool>);

impl Transport for FirstLost {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        match self.1.swap(true, Ordering::SeqCst) {
            true => self.0.send(request),
            false => Box::pin(std::future::pending()),
        }
    }
}

#[tokio::test]
async fn a_token_request_of_a_runtime_that_no_longer_runs_is_replaced() {
    let (clock, runs) = (ManualClock::new(), Arc::new(AtomicBool::new(false)));
    let service = service(|_| 200);
    let transport = FirstLost(service.clone(), Arc::default());
    let credentials = Credentials::service_account("mdb_sa_id_1", "secret");
    let builder = service.builder().credentials(credentials);
    let builder = builder.clock(Halted(clock.clone(), runs.clone()));
    let builder = builder.attempt_timeout(Duration::from_secs(5));
    let client = builder.transport(transport.clone()).build().unwrap();
    let mut halted = get(&client).into_future();
    poll_until(&mut halted, || transport.1.load(Ordering::SeqCst)).await;
    runs.store(true, Ordering::SeqCst);
    for seconds in [65, 65] {
        get(&client).await.unwrap();
        assert_eq!(clock.now() - clock.began(), Duration::from_secs(seconds));
    }
    assert_eq!(token_requests(&service), 1);
}

/// Records the key of its client's account.
#[derive(Clone, Default)]
struct KeyProbe(Arc<Mutex<Option<TokenKey>>>);

impl TokenStore for KeyProbe {
    fn get<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, io::Result<Option<StoredToken>>> {
        *self.0.lock().unwrap() = Some(key.clone());
        Box::pin(async { Ok(None) })
    }

    fn put<'a>(&'a self, _: &'a TokenKey, _: &'a StoredToken) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn forget<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// Returns the key of an account at the tests' service.
async fn token_key() -> TokenKey {
    let (service, probe) = (service(|_| 200), KeyProbe::default());
    let credentials = Credentials::service_account("mdb_sa_id_1", "secret");
    let builder = service.builder().credentials(credentials);
    get(&builder.token_store(probe.clone()).build().unwrap())
        .await
        .unwrap();
    probe.0.lock().unwrap().clone().unwrap()
}

#[tokio::test]
async fn a_token_key_names_the_service_and_the_account() {
    let key = token_key().await;
    assert_eq!(key.base_url(), "https://cloud.mongodb.com");
    assert_eq!(key.client_id(), "mdb_sa_id_1");
}

#[tokio::test]
async fn an_absent_token_is_none_and_may_be_forgotten_and_an_unreadable_one_is_an_error() {
    let (key, directory) = (token_key().await, tempfile::tempdir().unwrap());
    let store = FileTokenStore::new(directory.path());
    assert!(store.get(&key).await.unwrap().is_none());
    store.forget(&key).await.unwrap();
    let token = StoredToken::new("token", Timestamp::UNIX_EPOCH);
    store.put(&key, &token).await.unwrap();
    store.forget(&key).await.unwrap();
    assert!(store.get(&key).await.unwrap().is_none());

    // A file is in place of the directory.
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let store = FileTokenStore::new(file);
    assert!(store.get(&key).await.is_err());
    assert!(store.forget(&key).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_with_the_same_pid_can_store_tokens_concurrently() {
    let key = token_key().await;
    let directory = tempfile::tempdir().unwrap();
    let tasks = (0..8).map(|number: usize| {
        let (store, key) = (FileTokenStore::new(directory.path()), key.clone());
        tokio::spawn(async move {
            let token = StoredToken::new(number.to_string().repeat(1000), Timestamp::UNIX_EPOCH);
            for _ in 0..20 {
                store.put(&key, &token).await.unwrap();
                assert_eq!(store.get(&key).await.unwrap().unwrap().expose().len(), 1000);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_store_is_readable_by_its_owner_only_and_its_failures_do_not_fail_calls() {
    let (service, clock) = (service(|_| 200), ManualClock::new());
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path());
    get(&process(&service, &clock, &store)).await.unwrap();
    let (token, lock) = stored_files(directory.path());
    for file in [&token, &lock] {
        assert!(!file.to_string_lossy().contains("mdb_sa_id_1"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file:?}");
        }
    }
    std::fs::write(&token, "no token").unwrap();
    get(&process(&service, &clock, &store)).await.unwrap();
    assert_eq!(token_requests(&service), 2);

    let nowhere = FileTokenStore::new(token.join("not a directory"));
    get(&process(&service, &clock, &nowhere)).await.unwrap();
    assert_eq!(token_requests(&service), 3);
}

fn gated(service: &Service, gate: &Gate) -> Client {
    let credentials = Credentials::service_account("mdb_sa_id_1", "secret");
    let builder = service.builder().transport(gate.clone());
    let clock = Stopped(ManualClock::new());
    builder
        .clock(clock)
        .credentials(credentials)
        .build()
        .unwrap()
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_or_pipe_in_place_of_a_token_or_its_lock_is_neither_followed_nor_waited_for_nor_replaced()
 {
    use std::os::unix::fs::symlink;
    for spoilt in ["token", "lock"] {
        for kind in ["link", "fifo"] {
            let (service, clock) = (service(|_| 200), ManualClock::new());
            let directory = tempfile::tempdir().unwrap();
            let store = FileTokenStore::new(directory.path());
            get(&process(&service, &clock, &store)).await.unwrap();
            let (token, lock) = stored_files(directory.path());
            let at = if spoilt == "token" { token } else { lock };
            let elsewhere = tempfile::NamedTempFile::new().unwrap();
            std::fs::copy(&at, &elsewhere).unwrap();
            let before = std::fs::read(&elsewhere).unwrap();
            std::fs::remove_file(&at).unwrap();
            if kind == "link" {
                symlink(&elsewhere, &at).unwrap();
            } else {
                let made = std::process::Command::new("mkfifo").arg(&at).status();
                assert!(made.unwrap().success());
            }
            // Beyond the token's expiry, so that another one is requested.
            clock.advance(Duration::from_secs(3600));
            get(&process(&service, &clock, &store)).await.unwrap();
            assert_eq!(token_requests(&service), 2, "{spoilt} {kind}");
            assert!(!std::fs::symlink_metadata(&at).unwrap().is_file());
            assert_eq!(std::fs::read(&elsewhere).unwrap(), before);
        }
    }
}

#[tokio::test]
async fn a_refused_token_request_fails_all_calls_that_waited_for_it() {
    let service = Service::new(|_| {
        let limit = r#"{"error":"access_denied","error_description":"Access Token limit reached"}"#;
        reply(403, &[], limit)
    });
    let gate = Gate::closed(&service);
    let client = gated(&service, &gate);
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(get(&client).into_future()))
        .collect();
    settle().await;
    gate.pass(2);
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert!(error.is_token_limit(), "{error}");
        assert!(!error.is_rate_limited());
    }
    assert_eq!(token_requests(&service), 1);
    get(&client).await.unwrap_err();
    assert_eq!(token_requests(&service), 2);
}

#[tokio::test]
async fn a_token_request_continues_while_its_call_is_not_polled_or_is_dropped() {
    let service = service(|_| 200);
    let gate = Gate::closed(&service);
    let client = gated(&service, &gate);
    let mut resting = get(&client).into_future();
    poll_until(&mut resting, || true).await;
    gate.pass(2);
    // It made the only token request and is not polled any more.
    get(&client).await.unwrap();
    drop(resting);
    assert_eq!(token_requests(&service), 1);
}

#[tokio::test]
async fn an_unusual_lifetime_is_parsed_and_an_infinite_one_is_a_day() {
    for (life, requests) in [
        ("3600", 1),
        (r#""3600""#, 1),
        ("3600.5", 1),
        ("18446744073709551615", 1),
        ("1e300", 1),
        ("null", 1),
        ("{}", 1),
        ("-1", 3),
        (r#""30""#, 2),
    ] {
        let grant = format!(r#"{{"access_token":"t","token_type":"Bearer","expires_in":{life}}}"#);
        let service = Service::new(move |sent| match sent.uri().path() {
            "/api/oauth/token" => reply(200, &[], &grant),
            _ => reply(200, &[], r#"{"name":"x"}"#),
        });
        let clock = ManualClock::new();
        let client = client(&service, &clock);
        for _ in 0..2 {
            get(&client).await.unwrap();
        }
        clock.advance(Duration::from_secs(60));
        get(&client).await.unwrap();
        assert_eq!(token_requests(&service), requests, "{life}");
    }
}

#[tokio::test]
async fn a_lifetime_that_is_a_long_list_is_not_parsed_to_its_end() {
    for (items, usable) in [(10, true), (1_000, false)] {
        let life = vec![r#"{"":0}"#; items].join(",");
        let grant =
            format!(r#"{{"access_token":"t","token_type":"Bearer","expires_in":[{life}]}}"#);
        let service = Service::new(move |sent| match sent.uri().path() {
            "/api/oauth/token" => reply(200, &[], &grant),
            _ => reply(200, &[], r#"{"name":"x"}"#),
        });
        let outcome = get(&client(&service, &ManualClock::new())).await;
        assert_eq!(outcome.is_ok(), usable);
        if let Err(error) = outcome {
            assert_eq!(error.kind(), ErrorKind::Credentials);
        }
    }
}

#[tokio::test]
async fn an_account_that_is_always_refused_requests_one_token_a_minute() {
    let service = service(|_| 401);
    let clock = ManualClock::new();
    let client = client(&service, &clock);
    for _ in 0..50 {
        assert!(get(&client).await.unwrap_err().is_unauthorized());
    }
    assert_eq!(token_requests(&service), 2);
    clock.advance(Duration::from_secs(60));
    for _ in 0..50 {
        assert!(get(&client).await.unwrap_err().is_unauthorized());
    }
    assert_eq!(token_requests(&service), 3);
}
