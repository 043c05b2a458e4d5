//! HTTP Digest with a scripted server: when a challenge is answered, and how many requests it takes.
use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;

use atlas_backup::{Client, Clock as _, Credentials, ErrorKind};

use crate::script::*;
use crate::world::*;

const OK: &str = r#"{"name":"x"}"#;

fn client(service: &Service) -> Client {
    let credentials = Credentials::digest("abcdwxyz", "private");
    service
        .builder()
        .credentials(credentials)
        .randomness(Sevens)
        .build()
        .unwrap()
}

fn challenge(nonce: &str, stale: bool) -> Reply {
    let challenge = format!(
        r#"Digest realm="MMS Public API", domain="", nonce="{nonce}", algorithm=MD5, qop="auth", stale={stale}"#
    );
    reply(401, &[("WWW-Authenticate", &challenge)], "")
}

fn answers(sent: &Sent, nonce: &str) -> bool {
    header(sent, "authorization").is_some_and(|value| value.contains(&format!("nonce=\"{nonce}\"")))
}

fn count(sent: &Sent) -> Option<String> {
    let value = header(sent, "authorization")?;
    Some(value.split("nc=").nth(1)?.split(',').next()?.to_owned())
}

#[tokio::test]
async fn many_calls_use_one_challenge_and_increasing_counts() {
    let service = Service::new(|sent| match answers(sent, "n1") {
        true => reply(200, &[], OK),
        false => challenge("n1", false),
    });
    let client = client(&service);
    for _ in 0..3 {
        get(&client).await.unwrap();
    }
    let counts: Vec<_> = service.log().iter().map(count).collect();
    let expected = [None, Some("00000001"), Some("00000002"), Some("00000003")];
    assert_eq!(counts, expected.map(|count| count.map(str::to_owned)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_concurrent_calls_use_one_challenge_and_distinct_counts() {
    let service = Service::new(|sent| match answers(sent, "n1") {
        true => reply(200, &[], OK),
        false => challenge("n1", false),
    });
    let client = client(&service);
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(get(&client).into_future()))
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let log = service.log();
    assert_eq!(log.len(), 65);
    assert_eq!(
        log.iter().filter_map(count).collect::<HashSet<_>>().len(),
        64
    );
}

#[tokio::test]
async fn the_header_has_the_format_of_rfc_7616() {
    let service = Service::new(|sent| match answers(sent, "n1") {
        true => reply(200, &[], r#"{"results":[]}"#),
        false => challenge("n1", false),
    });
    list(&client(&service)).query("q", "a b").await.unwrap();
    let value = header(&service.log()[1], "authorization")
        .unwrap()
        .to_owned();
    assert!(
        value.starts_with("Digest username=\"abcdwxyz\", realm=\"MMS Public API\", "),
        "{value}"
    );
    for part in [
        format!("uri=\"{PATH}?q=a%20b\""),
        "algorithm=MD5,".to_owned(),
        "qop=auth,".to_owned(),
        "nc=00000001,".to_owned(),
        format!("cnonce=\"{}\"", "07".repeat(16)),
    ] {
        assert!(value.contains(&part), "{part} in {value}");
    }
    assert!(
        !value.contains("opaque") && !value.contains("userhash"),
        "{value}"
    );
}

#[tokio::test]
async fn wrong_credentials_fail_after_one_challenge() {
    let service = Service::new(|_| challenge("n1", false));
    let client = client(&service);
    let error = get(&client).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(service.log().len(), 2);
}

#[tokio::test]
async fn a_stale_nonce_is_replaced_within_the_call() {
    // Every second authorised request gets a stale nonce.
    let nonces = Mutex::new((1, false));
    let service = Service::new(move |sent| {
        let (current, used) = &mut *nonces.lock().unwrap();
        if answers(sent, &format!("n{current}")) && !*used {
            *used = true;
            return reply(200, &[], OK);
        }
        let stale = header(sent, "authorization").is_some();
        *current += usize::from(stale);
        *used = false;
        challenge(&format!("n{current}"), stale)
    });
    let client = client(&service);
    for _ in 0..3 {
        get(&client).await.unwrap();
    }
    // The challenge and its answer; then, twice, a stale nonce and a new answer.
    assert_eq!(service.log().len(), 6);
}

#[tokio::test]
async fn a_cached_nonce_that_expired_without_notice_is_replaced() {
    let current = Mutex::new("n1");
    let service = Service::new(move |sent| {
        let mut current = current.lock().unwrap();
        if !answers(sent, *current) {
            return challenge(*current, false);
        }
        *current = "n2";
        reply(200, &[], OK)
    });
    let client = client(&service);
    get(&client).await.unwrap();
    get(&client).await.unwrap();
    assert_eq!(service.log().len(), 4);
}

#[tokio::test]
async fn a_server_that_always_reports_stale_nonces_is_an_error() {
    let service = Service::new(|_| challenge("n1", true));
    let error = get(&client(&service)).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(service.log().len(), 4);
}

#[tokio::test]
async fn an_announced_nonce_is_used_next_with_count_one() {
    let service = Service::new(|sent| {
        if answers(sent, "n1") {
            return reply(
                200,
                &[("Authentication-Info", r#"qop=auth, nextnonce="n2""#)],
                OK,
            );
        }
        if answers(sent, "n2") {
            reply(200, &[], OK)
        } else {
            challenge("n1", false)
        }
    });
    let client = client(&service);
    for _ in 0..3 {
        get(&client).await.unwrap();
    }
    let counts: Vec<_> = service.log().iter().filter_map(count).collect();
    assert_eq!(counts, ["00000001", "00000001", "00000002"]);
}

#[tokio::test]
async fn a_nonce_that_is_announced_again_keeps_its_count() {
    let again = [("Authentication-Info", r#"qop=auth, nextnonce="n1""#)];
    let service = Service::new(move |sent| match answers(sent, "n1") {
        true => reply(200, &again, OK),
        false => challenge("n1", false),
    });
    let client = client(&service);
    for _ in 0..3 {
        get(&client).await.unwrap();
    }
    let counts: Vec<_> = service.log().iter().filter_map(count).collect();
    assert_eq!(counts, ["00000001", "00000002", "00000003"]);
}

#[tokio::test]
async fn a_refusal_without_a_usable_challenge_is_an_error() {
    for header in [
        "Basic realm=\"x\"",
        "Digest realm=\"x\", nonce=\"n\", algorithm=SHA-512-256",
        "Digest realm=\"x\", nonce=\"n\", qop=\"auth-int\"",
        "Digest realm=\"x\"",
        "Digest realm=\"unended",
        ",,,",
    ] {
        let service = Service::new(move |_| reply(401, &[("WWW-Authenticate", header)], ""));
        let error = get(&client(&service)).await.unwrap_err();
        assert!(error.is_unauthorized(), "{header}");
        assert_eq!(service.log().len(), 1, "{header}");
    }
}

#[tokio::test]
async fn a_dropped_challenge_does_not_block_the_next_call() {
    let service = Service::new(|sent| match answers(sent, "n1") {
        true => reply(200, &[], OK),
        false => challenge("n1", false),
    });
    let client = client(&service);
    let mut abandoned = get(&client).into_future();
    // Polled once: it has started the challenge request, and is then dropped.
    poll_until(&mut abandoned, || true).await;
    drop(abandoned);
    get(&client).await.unwrap();
}

#[tokio::test]
async fn in_an_outage_every_call_fails_when_its_attempt_is_over() {
    let (script, clock) = (Script::new(&[Turn::Hang; 100]), ManualClock::new());
    let builder = script
        .builder(&clock)
        .credentials(Credentials::digest("abcdwxyz", "private"));
    let client = builder
        .attempt_timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    let began = clock.now();
    let calls: Vec<_> = (0..10)
        .map(|_| tokio::spawn(get(&client).no_retry().into_future()))
        .collect();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
        assert_eq!(error.operation().unwrap().id, "getJob");
    }
    assert_eq!(clock.now() - began, Duration::from_secs(1));
    assert_eq!(script.sent(), 1);
}

#[tokio::test]
async fn a_non_idempotent_request_that_only_waited_for_a_challenge_is_retried() {
    let script = Script::new(&[Turn::Hang, CHALLENGE, GOOD]);
    let builder = script.builder(&ManualClock::new());
    let client = builder.credentials(Credentials::digest("abcdwxyz", "private"));
    let client = client.build().unwrap();
    let asks = tokio::spawn(get(&client).no_retry().into_future());
    // It is not idempotent, but was never sent.
    let waits = tokio::spawn(post(&client).into_future());
    assert_eq!(asks.await.unwrap().unwrap_err().kind(), ErrorKind::Timeout);
    waits.await.unwrap().unwrap();
    assert_eq!(script.sent(), 3);
}

const CHALLENGE: Turn = Turn::Response(
    401,
    &[(
        "WWW-Authenticate",
        r#"Digest realm="r", nonce="n1", qop="auth""#,
    )],
    "",
);

#[tokio::test]
async fn calls_that_wait_for_a_challenge_continue_while_the_requesting_call_is_not_polled() {
    let service = Service::new(|sent| match answers(sent, "n1") {
        true => reply(200, &[], OK),
        false => challenge("n1", false),
    });
    let gate = Gate::closed(&service);
    let credentials = Credentials::digest("abcdwxyz", "private");
    let builder = service
        .builder()
        .transport(gate.clone())
        .credentials(credentials);
    let client = builder.clock(Stopped(ManualClock::new())).build().unwrap();
    let mut resting = get(&client).into_future();
    poll_until(&mut resting, || true).await;
    gate.pass(2);
    get(&client).await.unwrap();
    assert_eq!(service.log().len(), 2);
}

/// Accepts every nonce once, and reports the nonce of a refusal as stale or not.
fn once_only(says_stale: bool) -> Service {
    let open = Mutex::new((0_u32, HashSet::new()));
    Service::new(move |sent| {
        let (issued, open) = &mut *open.lock().unwrap();
        let value = header(sent, "authorization").unwrap_or_default();
        let nonce = value.split("nonce=\"").nth(1);
        let nonce = nonce
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default();
        if open.remove(nonce) {
            return reply(200, &[], OK);
        }
        *issued += 1;
        open.insert(format!("n{issued}"));
        challenge(&format!("n{issued}"), says_stale && !value.is_empty())
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_with_single_use_nonces_serves_concurrent_calls() {
    for says_stale in [true, false] {
        for _ in 0..20 {
            let service = once_only(says_stale);
            let client = client(&service);
            let calls: Vec<_> = (0..20)
                .map(|_| {
                    let client = client.clone();
                    tokio::spawn(async move {
                        for _ in 0..5 {
                            get(&client).no_retry().await?;
                        }
                        Ok::<_, atlas_backup::Error>(())
                    })
                })
                .collect();
            for call in calls {
                call.await.unwrap().unwrap();
            }
            // At most three exchanges per call: with the shared nonce, with a challenge, with the nonce of
            // the challenge.
            assert!(service.log().len() <= 3 * 100, "{}", service.log().len());
        }
    }
}
