//! Downloads to a writer: the right bytes or an error, whatever the delivery host does.
use std::collections::VecDeque;
use std::error::Error as _;
use std::sync::Mutex;
use std::time::Duration;

use atlas_backup::*;

use crate::delivery::*;
use crate::script::*;
use crate::world::*;

const LENGTH: usize = 23;

async fn download(host: &Host) -> (Result<Downloaded, DownloadError>, Vec<u8>) {
    let mut written = Vec::new();
    let outcome = host.client().download(&link()).to(&mut written).await;
    (outcome, written)
}

fn asked(from: usize) -> Option<(String, String)> {
    Some((format!("bytes={from}-"), "\"v0\"".to_owned()))
}

#[tokio::test]
async fn a_body_that_ends_early_anywhere_is_continued_by_a_range_request() {
    for place in 0..=LENGTH {
        for (request_outcome, seconds) in [
            (RequestOutcome::Break(place), 0),
            (RequestOutcome::Short(place), 0),
            (RequestOutcome::Stall(place), 60),
        ] {
            let host = Host::scripted(LENGTH, &[request_outcome]);
            let began = host.clock.now();
            let (outcome, written) = download(&host).await;
            let whole = outcome.unwrap_or_else(|error| panic!("{request_outcome:?}: {error}"));
            assert_eq!(written, host.content(), "{request_outcome:?}");
            let ranges = match place {
                0 => vec![None, None],
                LENGTH => vec![None],
                _ => vec![None, asked(place)],
            };
            assert_eq!(host.ranges(), ranges, "{request_outcome:?}");
            let resumed = u32::from(0 < place && place < LENGTH);
            assert_eq!(
                (whole.bytes, whole.resumed, whole.attempts),
                (LENGTH as u64, resumed, ranges.len() as u32)
            );
            // The download waited for the silent host exactly as long as the attempt timeout.
            let passed = host.clock.now() - began;
            let silence = Duration::from_secs(seconds);
            assert!(
                passed >= silence && passed <= silence + Duration::from_secs(1),
                "{passed:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_content_of_unknown_length_is_complete_when_no_range_is_left() {
    for place in 0..=LENGTH {
        let host = Host::scripted(LENGTH, &[RequestOutcome::Break(place)]).without_length();
        let (outcome, written) = download(&host).await;
        assert_eq!(outcome.unwrap().attempts, 2, "{place}");
        assert_eq!(written, host.content(), "{place}");
    }
}

#[tokio::test]
async fn an_empty_content_can_be_downloaded() {
    for host in [
        Host::scripted(0, &[]),
        Host::scripted(0, &[]).without_length(),
    ] {
        let (outcome, written) = download(&host).await;
        let whole = outcome.unwrap();
        assert_eq!(
            (whole.bytes, whole.attempts, written.len(), host.log().len()),
            (0, 1, 0, 1)
        );
    }
}

#[tokio::test]
async fn a_writer_never_receives_two_contents() {
    let broken = RequestOutcome::Break(9);
    for (what, host) in [
        (
            "renewed",
            Host::scripted(
                LENGTH,
                &[broken, RequestOutcome::Renewed, RequestOutcome::Good],
            ),
        ),
        (
            "cannot resume",
            Host::scripted(LENGTH, &[broken, RequestOutcome::Whole]),
        ),
        (
            "renewed, by date",
            Host::scripted(LENGTH, &[broken, RequestOutcome::Renewed]).marked(Mark::Date),
        ),
    ] {
        let (outcome, written) = download(&host).await;
        let error = outcome.unwrap_err();
        assert!(
            matches!(error, DownloadError::Changed { received: 9 }),
            "{what}: {error:?}"
        );
        assert_eq!((written, host.log().len()), (content(0, 9), 2), "{what}");
    }

    let host = Host::scripted(LENGTH, &[broken, RequestOutcome::Elsewhere]);
    let (outcome, written) = download(&host).await;
    assert!(matches!(outcome, Err(DownloadError::Range { received: 9 })));
    assert_eq!((written, host.log().len()), (content(0, 9), 2));

    // These have no strong validator.
    for mark in [Mark::WeakTag, Mark::Nothing] {
        let host = Host::scripted(LENGTH, &[broken]).marked(mark);
        let (outcome, written) = download(&host).await;
        let error = outcome.unwrap_err();
        assert!(
            matches!(error, DownloadError::Transport { received: 9, .. }),
            "{error:?}"
        );
        assert_eq!((written, host.log().len()), (content(0, 9), 1));
    }
}

#[tokio::test]
async fn an_old_last_modified_date_is_a_strong_validator() {
    let host = Host::scripted(LENGTH, &[RequestOutcome::Break(9)]).marked(Mark::Date);
    let (outcome, written) = download(&host).await;
    assert_eq!(outcome.unwrap().resumed, 1);
    assert_eq!(written, host.content());
    let date = "Sun, 01 Jun 2025 12:00:00 GMT".to_owned();
    assert_eq!(host.ranges()[1], Some(("bytes=9-".to_owned(), date)));
}

#[tokio::test]
async fn a_body_beyond_its_length_is_refused_and_the_excess_is_not_written() {
    for (request_outcomes, written_so_far) in [
        (&[RequestOutcome::Surplus][..], 20),
        (&[RequestOutcome::Break(9), RequestOutcome::Surplus], 19),
    ] {
        let host = Host::scripted(LENGTH, request_outcomes);
        let (outcome, written) = download(&host).await;
        let error = outcome.unwrap_err();
        assert!(
            matches!(
                error,
                DownloadError::Length {
                    received: 24,
                    expected: 23
                }
            ),
            "{error:?}"
        );
        assert_eq!(written, content(0, written_so_far));
    }
}

#[tokio::test]
async fn an_expired_link_is_not_retried() {
    for status in [401, 403, 404, 410] {
        for (request_outcomes, requests) in [
            (&[RequestOutcome::Status(status)][..], 1),
            (
                &[RequestOutcome::Break(9), RequestOutcome::Status(status)],
                2,
            ),
        ] {
            let host = Host::scripted(LENGTH, request_outcomes);
            let error = download(&host).await.0.unwrap_err();
            assert!(
                matches!(error, DownloadError::Expired { status: reported } if reported == status),
                "{error:?}"
            );
            assert!(error.to_string().contains("create another restore job"));
            assert_eq!(host.log().len(), requests);
        }
    }
}

#[tokio::test]
async fn failures_are_distinguished_and_retried_like_those_of_idempotent_calls() {
    for (request_outcome, requests, name) in [
        (RequestOutcome::Unreached, 5, "Transport"),
        (RequestOutcome::Silent, 5, "Transport"),
        (RequestOutcome::Break(0), 5, "Transport"),
        (RequestOutcome::Short(0), 5, "Length"),
        (RequestOutcome::Status(503), 5, "Status"),
        (RequestOutcome::Status(429), 5, "Status"),
        (RequestOutcome::Status(400), 1, "Status"),
        (RequestOutcome::Status(204), 1, "Status"),
        (RequestOutcome::Status(206), 1, "Status"),
        (RequestOutcome::Status(416), 1, "Status"),
        (RequestOutcome::Status(307), 1, "Redirect"),
    ] {
        let host = Host::new(LENGTH, move || request_outcome);
        let (outcome, written) = download(&host).await;
        let error = outcome.unwrap_err();
        assert!(
            format!("{error:?}").starts_with(name),
            "{request_outcome:?}: {error:?}"
        );
        assert_eq!(
            (host.log().len(), written.len()),
            (requests, 0),
            "{request_outcome:?}"
        );
    }
}

#[tokio::test]
async fn an_encoded_content_is_refused_and_not_written() {
    for (request_outcomes, requests, written_so_far) in [
        (&[RequestOutcome::Encoded][..], 1, 0),
        (&[RequestOutcome::Break(9), RequestOutcome::Encoded], 2, 9),
    ] {
        let host = Host::scripted(LENGTH, request_outcomes);
        let (outcome, written) = download(&host).await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, DownloadError::Encoded), "{error:?}");
        assert_eq!(
            (host.log().len(), written),
            (requests, content(0, written_so_far))
        );
    }
}

#[tokio::test]
async fn retry_after_delays_the_next_attempt() {
    let host = Host::scripted(LENGTH, &[RequestOutcome::Status(429)]);
    let began = host.clock.now();
    download(&host).await.0.unwrap();
    assert!(host.clock.now() - began >= Duration::from_secs(7));
}

#[tokio::test]
async fn attempts_are_counted_from_the_last_one_with_progress() {
    // Each of 23 requests receives one byte.
    let host = Host::new(LENGTH, || RequestOutcome::Break(1));
    let (outcome, written) = download(&host).await;
    assert_eq!(outcome.unwrap().attempts, 23);
    assert_eq!(written, host.content());

    let host = Host::new(LENGTH, || RequestOutcome::Break(1));
    let call = host.client().download(&link()).no_retry();
    let error = call.to(Vec::new()).await.unwrap_err();
    let once = matches!(
        error,
        DownloadError::Transport {
            received: 1,
            attempts: 1,
            ..
        }
    );
    assert!(once, "{error:?}");
}

#[tokio::test]
async fn retries_use_the_clients_retry_budget() {
    let host = Host::new(LENGTH, || RequestOutcome::Unreached);
    let endless = ExponentialBackoff::default().max_attempts(u32::MAX);
    let client = host.builder().retry(endless).build().unwrap();
    let error = client.download(&link()).to(Vec::new()).await.unwrap_err();
    assert!(matches!(
        error,
        DownloadError::Transport { attempts: 101, .. }
    ));
}

#[tokio::test]
async fn a_download_error_keeps_the_source_of_the_clients_error() {
    let client = Script::new(&[Turn::Untrusted]).client(&ManualClock::new());
    let error = get(&client).await.unwrap_err();
    let source = error.source().unwrap().to_string();
    let error = DownloadError::from(error);
    assert_eq!(error.source().unwrap().to_string(), source);
}

/// Returns the retries left in the budget after downloads with these faults and one more.
async fn retries_left(request_outcomes: &[RequestOutcome]) -> u32 {
    let mut to_come = VecDeque::from(request_outcomes.to_vec());
    let host = Host::new(LENGTH, move || {
        to_come.pop_front().unwrap_or(RequestOutcome::Unreached)
    });
    let endless = ExponentialBackoff::default().max_attempts(u32::MAX);
    let client = host.builder().retry(endless).build().unwrap();
    while host.log().len() < request_outcomes.len() {
        client.download(&link()).to(Vec::new()).await.unwrap();
    }
    match client.download(&link()).to(Vec::new()).await {
        Err(DownloadError::Transport { attempts, .. }) => attempts - 1,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_attempt_with_progress_refunds_its_retry_and_a_first_one_a_fifth() {
    use RequestOutcome::{Break, Good, Unreached};
    // The last of three retries makes progress.
    let three = [Unreached, Unreached, Unreached];
    for (then, left) in [
        (&[Good][..], 98),
        (&[Good, Good, Good, Good, Good], 98),
        (&[Good, Good, Good, Good, Good, Good], 99),
        // It is interrupted, and the next retry completes the download.
        (&[Break(9), Good], 98),
        // The first attempt of the second download is interrupted, and its retry completes it.
        (&[Good, Break(9), Good], 98),
        (&[Good, Break(9), Break(9), Good], 98),
        (&[Good, Good, Good, Good, Good, Break(9), Good], 99),
    ] {
        let request_outcomes = [&three[..], then].concat();
        assert_eq!(retries_left(&request_outcomes).await, left, "{then:?}");
    }
}

#[tokio::test]
async fn progress_is_reported_after_every_chunk() {
    let host = Host::scripted(LENGTH, &[RequestOutcome::Break(7)]);
    let mut heard = Vec::new();
    let client = host.client();
    let download = client
        .download(&link())
        .on_progress(|now| heard.push((now.received, now.total)));
    download.to(tokio::io::sink()).await.unwrap();
    assert_eq!(heard, [5, 7, 12, 17, 22, 23].map(|at| (at, Some(23))));
}

#[tokio::test]
async fn only_https_and_loopback_links_are_followed() {
    let host = Host::scripted(LENGTH, &[]);
    for bad in [
        "http://restore.example.net/s3cr3t",
        "ftp://restore.example.net/s3cr3t",
        "https://s3cr3t@restore.example.net/",
        "https://user:s3cr3t@restore.example.net/",
        "s3cr3t",
        "",
    ] {
        let download = host.client().download(&bad.to_owned().into());
        let error = download.to(Vec::new()).await.unwrap_err();
        assert!(matches!(error, DownloadError::Link(_)), "{bad}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"));
    }
    assert!(host.log().is_empty());
}

#[tokio::test]
async fn download_requests_never_carry_credentials() {
    for credentials in [
        Credentials::bearer("tok-secret"),
        Credentials::digest("public", "private"),
        Credentials::service_account("id", "secret"),
    ] {
        let host = Host::scripted(
            LENGTH,
            &[RequestOutcome::Break(9), RequestOutcome::Status(503)],
        );
        let builder = host.builder().credentials(credentials);
        let client = builder.user_agent_suffix("app/1.2").build().unwrap();
        client.download(&link()).to(Vec::new()).await.unwrap();
        assert_eq!(host.log().len(), 3);
        for sent in host.log() {
            let names: Vec<_> = sent.headers().keys().map(|name| name.as_str()).collect();
            let (always, resumed) = names.split_at(3);
            assert_eq!(always, ["user-agent", "accept", "accept-encoding"]);
            assert!(resumed.is_empty() || resumed == ["range", "if-range"]);
            assert!(header(&sent, "user-agent").unwrap().ends_with(" app/1.2"));
            assert_eq!((sent.method(), sent.body().len()), (&http::Method::GET, 0));
        }
    }
}

#[tokio::test]
async fn the_link_is_never_printed_or_traced() {
    #[cfg(feature = "tracing")]
    let output = crate::trace::TraceOutput::default();
    #[cfg(feature = "tracing")]
    let _listening = output.listen();
    let shown = Mutex::new(String::new());
    let show = |what: &dyn std::fmt::Debug| shown.lock().unwrap().push_str(&format!("{what:?}"));
    for request_outcomes in [
        &[RequestOutcome::Break(9), RequestOutcome::Renewed][..],
        &[RequestOutcome::Break(9), RequestOutcome::Elsewhere],
        &[RequestOutcome::Surplus],
        &[RequestOutcome::Unreached; 5],
        &[RequestOutcome::Status(503); 5],
        &[RequestOutcome::Status(404)],
        &[RequestOutcome::Status(301)],
        &[RequestOutcome::Break(9)],
    ] {
        let host = Host::scripted(LENGTH, request_outcomes);
        let client = host.client();
        let download = client.download(&link());
        show(&download);
        match download.to(Vec::new()).await {
            Ok(whole) => show(&whole),
            Err(error) => {
                let (text, source) = (error.to_string(), error.source().map(ToString::to_string));
                show(&(text, source, error));
            }
        }
    }
    let mut shown = shown.into_inner().unwrap();
    #[cfg(feature = "tracing")]
    {
        let traced = output.text();
        assert!(traced.contains("atlas_download") && traced.contains("error.type=\"expired\""));
        assert!(traced.contains("a download was interrupted and resumes"));
        assert!(!traced.contains("example.net"), "{traced}");
        shown += &traced;
    }
    // The error of a failed connection names the host.
    assert!(shown.contains("no connection to the delivery host (restore-5f0c.example.net)"));
    for secret in ["s3cr3t", "example.net/", "example.net:", "tok-secret", "v0"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}
