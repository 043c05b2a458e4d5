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
async fn wherever_a_body_ends_early_the_rest_is_asked_for_and_continues_it() {
    for place in 0..=LENGTH {
        for (fate, seconds) in [
            (Fate::Break(place), 0),
            (Fate::Short(place), 0),
            (Fate::Stall(place), 60),
        ] {
            let host = Host::scripted(LENGTH, &[fate]);
            let began = host.clock.now();
            let (outcome, written) = download(&host).await;
            let whole = outcome.unwrap_or_else(|error| panic!("{fate:?}: {error}"));
            assert_eq!(written, host.content(), "{fate:?}");
            let ranges = match place {
                0 => vec![None, None],
                LENGTH => vec![None],
                _ => vec![None, asked(place)],
            };
            assert_eq!(host.ranges(), ranges, "{fate:?}");
            let resumed = u32::from(0 < place && place < LENGTH);
            assert_eq!(
                (whole.bytes, whole.resumed, whole.attempts),
                (LENGTH as u64, resumed, ranges.len() as u32)
            );
            // Silence was waited for as long as the attempt timeout, and no longer.
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
async fn what_has_no_length_is_known_to_be_whole_when_nothing_more_is_there() {
    for place in 0..=LENGTH {
        let host = Host::scripted(LENGTH, &[Fate::Break(place)]).without_length();
        let (outcome, written) = download(&host).await;
        assert_eq!(outcome.unwrap().attempts, 2, "{place}");
        assert_eq!(written, host.content(), "{place}");
    }
}

#[tokio::test]
async fn an_empty_content_is_a_download_too() {
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
async fn a_writer_is_never_given_two_contents() {
    let broken = Fate::Break(9);
    for (what, host) in [
        (
            "renewed",
            Host::scripted(LENGTH, &[broken, Fate::Renewed, Fate::Good]),
        ),
        (
            "cannot resume",
            Host::scripted(LENGTH, &[broken, Fate::Whole]),
        ),
        (
            "renewed, by date",
            Host::scripted(LENGTH, &[broken, Fate::Renewed]).marked(Mark::Date),
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

    let host = Host::scripted(LENGTH, &[broken, Fate::Elsewhere]);
    let (outcome, written) = download(&host).await;
    assert!(matches!(outcome, Err(DownloadError::Range { received: 9 })));
    assert_eq!((written, host.log().len()), (content(0, 9), 2));

    // Of these, no strong validator is known.
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
async fn a_settled_date_is_as_good_as_a_tag() {
    let host = Host::scripted(LENGTH, &[Fate::Break(9)]).marked(Mark::Date);
    let (outcome, written) = download(&host).await;
    assert_eq!(outcome.unwrap().resumed, 1);
    assert_eq!(written, host.content());
    let date = "Sun, 01 Jun 2025 12:00:00 GMT".to_owned();
    assert_eq!(host.ranges()[1], Some(("bytes=9-".to_owned(), date)));
}

#[tokio::test]
async fn what_goes_on_beyond_its_end_is_refused_with_nothing_of_it_written() {
    for (fates, written_so_far) in [
        (&[Fate::Surplus][..], 20),
        (&[Fate::Break(9), Fate::Surplus], 19),
    ] {
        let host = Host::scripted(LENGTH, fates);
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
async fn an_expired_link_is_not_asked_again() {
    for status in [401, 403, 404, 410] {
        for (fates, requests) in [
            (&[Fate::Status(status)][..], 1),
            (&[Fate::Break(9), Fate::Status(status)], 2),
        ] {
            let host = Host::scripted(LENGTH, fates);
            let error = download(&host).await.0.unwrap_err();
            assert!(
                matches!(error, DownloadError::Expired { status: told } if told == status),
                "{error:?}"
            );
            assert!(error.to_string().contains("create another restore job"));
            assert_eq!(host.log().len(), requests);
        }
    }
}

#[tokio::test]
async fn failures_are_told_apart_and_retried_as_those_of_any_idempotent_call() {
    for (fate, requests, name) in [
        (Fate::Unreached, 5, "Transport"),
        (Fate::Silent, 5, "Transport"),
        (Fate::Break(0), 5, "Transport"),
        (Fate::Short(0), 5, "Length"),
        (Fate::Status(503), 5, "Status"),
        (Fate::Status(429), 5, "Status"),
        (Fate::Status(400), 1, "Status"),
        (Fate::Status(204), 1, "Status"),
        (Fate::Status(206), 1, "Status"),
        (Fate::Status(416), 1, "Status"),
        (Fate::Status(307), 1, "Redirect"),
    ] {
        let host = Host::new(LENGTH, move || fate);
        let (outcome, written) = download(&host).await;
        let error = outcome.unwrap_err();
        assert!(
            format!("{error:?}").starts_with(name),
            "{fate:?}: {error:?}"
        );
        assert_eq!((host.log().len(), written.len()), (requests, 0), "{fate:?}");
    }
}

#[tokio::test]
async fn an_encoded_content_is_refused_with_nothing_of_it_written() {
    for (fates, requests, written_so_far) in [
        (&[Fate::Encoded][..], 1, 0),
        (&[Fate::Break(9), Fate::Encoded], 2, 9),
    ] {
        let host = Host::scripted(LENGTH, fates);
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
async fn retry_after_is_waited_for() {
    let host = Host::scripted(LENGTH, &[Fate::Status(429)]);
    let began = host.clock.now();
    download(&host).await.0.unwrap();
    assert!(host.clock.now() - began >= Duration::from_secs(7));
}

#[tokio::test]
async fn attempts_are_counted_from_the_last_that_brought_something() {
    // Each of 23 requests brings a byte.
    let host = Host::new(LENGTH, || Fate::Break(1));
    let (outcome, written) = download(&host).await;
    assert_eq!(outcome.unwrap().attempts, 23);
    assert_eq!(written, host.content());

    let host = Host::new(LENGTH, || Fate::Break(1));
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
async fn retries_are_paid_from_the_clients_budget() {
    let host = Host::new(LENGTH, || Fate::Unreached);
    let endless = ExponentialBackoff::default().max_attempts(u32::MAX);
    let client = host.builder().retry(endless).build().unwrap();
    let error = client.download(&link()).to(Vec::new()).await.unwrap_err();
    assert!(matches!(
        error,
        DownloadError::Transport { attempts: 101, .. }
    ));
}

#[tokio::test]
async fn the_source_of_a_clients_error_is_kept_when_it_ends_a_download() {
    let client = Script::new(&[Turn::Untrusted]).client(&HandClock::new());
    let error = get(&client).await.unwrap_err();
    let source = error.source().unwrap().to_string();
    let error = DownloadError::from(error);
    assert_eq!(error.source().unwrap().to_string(), source);
}

/// How many retries the budget has for one more download, after downloads of these fates succeeded.
async fn retries_left(fates: &[Fate]) -> u32 {
    let mut to_come = VecDeque::from(fates.to_vec());
    let host = Host::new(LENGTH, move || {
        to_come.pop_front().unwrap_or(Fate::Unreached)
    });
    let endless = ExponentialBackoff::default().max_attempts(u32::MAX);
    let client = host.builder().retry(endless).build().unwrap();
    while host.log().len() < fates.len() {
        client.download(&link()).to(Vec::new()).await.unwrap();
    }
    match client.download(&link()).to(Vec::new()).await {
        Err(DownloadError::Transport { attempts, .. }) => attempts - 1,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_attempt_that_brings_something_gives_back_its_retry_and_a_fifth_of_one_if_it_is_the_first()
 {
    use Fate::{Break, Good, Unreached};
    // Of three retries, the last brings something.
    let three = [Unreached, Unreached, Unreached];
    for (then, left) in [
        (&[Good][..], 98),
        (&[Good, Good, Good, Good, Good], 98),
        (&[Good, Good, Good, Good, Good, Good], 99),
        // It breaks off, and the retry after it ends the download.
        (&[Break(9), Good], 98),
        // The first attempt of the second download breaks off, and its retry ends it.
        (&[Good, Break(9), Good], 98),
        (&[Good, Break(9), Break(9), Good], 98),
        (&[Good, Good, Good, Good, Good, Break(9), Good], 99),
    ] {
        let fates = [&three[..], then].concat();
        assert_eq!(retries_left(&fates).await, left, "{then:?}");
    }
}

#[tokio::test]
async fn progress_is_heard_after_every_piece() {
    let host = Host::scripted(LENGTH, &[Fate::Break(7)]);
    let mut heard = Vec::new();
    let client = host.client();
    let download = client
        .download(&link())
        .on_progress(|now| heard.push((now.received, now.total)));
    download.to(tokio::io::sink()).await.unwrap();
    assert_eq!(heard, [5, 7, 12, 17, 22, 23].map(|at| (at, Some(23))));
}

#[tokio::test]
async fn only_links_that_keep_their_secret_are_followed() {
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
async fn no_request_carries_a_credential_whatever_the_client_has() {
    for credentials in [
        Credentials::bearer("tok-secret"),
        Credentials::digest("public", "private"),
        Credentials::service_account("id", "secret"),
    ] {
        let host = Host::scripted(LENGTH, &[Fate::Break(9), Fate::Status(503)]);
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
async fn nothing_that_can_be_printed_or_traced_shows_the_link() {
    #[cfg(feature = "tracing")]
    let told = crate::trace::Told::default();
    #[cfg(feature = "tracing")]
    let _listening = told.listen();
    let shown = Mutex::new(String::new());
    let show = |what: &dyn std::fmt::Debug| shown.lock().unwrap().push_str(&format!("{what:?}"));
    for fates in [
        &[Fate::Break(9), Fate::Renewed][..],
        &[Fate::Break(9), Fate::Elsewhere],
        &[Fate::Surplus],
        &[Fate::Unreached; 5],
        &[Fate::Status(503); 5],
        &[Fate::Status(404)],
        &[Fate::Status(301)],
        &[Fate::Break(9)],
    ] {
        let host = Host::scripted(LENGTH, fates);
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
        let traced = told.text();
        assert!(traced.contains("atlas_download") && traced.contains("error.type=\"expired\""));
        assert!(traced.contains("a download broke off and goes on"));
        assert!(!traced.contains("example.net"), "{traced}");
        shown += &traced;
    }
    // Who cannot connect has to know to where.
    assert!(shown.contains("no connection to the delivery host (restore-5f0c.example.net)"));
    for secret in ["s3cr3t", "example.net/", "example.net:", "tok-secret", "v0"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}
