//! Limits of downloads: size, time, and a minimum rate.
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use atlas_backup::*;

use crate::delivery::*;

const LENGTH: usize = 23;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn a_body_below_the_minimum_rate_is_treated_like_a_silent_one() {
    // A byte every half minute never leaves a silence of a minute.
    let host = Host::scripted(LENGTH, &[])
        .in_pieces_of(1)
        .every(seconds(30));
    let client = host.client();
    let began = host.clock.now();
    let download = client.download(&link()).min_throughput(10, seconds(60));
    let error = download.to(Vec::new()).await.unwrap_err();
    let DownloadError::Transport {
        cause: TransportError::Timeout(_),
        attempts: 5,
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    let passed = host.clock.now() - began;
    assert!(
        passed >= seconds(5 * 60) && passed < seconds(6 * 60),
        "{passed:?}"
    );
}

#[tokio::test]
async fn a_body_continues_while_each_window_has_enough_bytes() {
    for (piece, every, least, window, attempts) in [
        (5, 25, 10, 60, 1),
        // No other body counts as too slow.
        (1, 59, 1, 60, 1),
        (1, 61, 1, 60, 5),
    ] {
        let host = Host::scripted(LENGTH, &[])
            .in_pieces_of(piece)
            .every(seconds(every));
        let client = host.client();
        let download = client
            .download(&link())
            .min_throughput(least, seconds(window));
        let outcome = download.to(Vec::new()).await;
        assert_eq!(outcome.is_ok(), attempts == 1, "{outcome:?}");
        assert_eq!(host.log().len(), attempts);
    }
}

#[tokio::test]
async fn the_default_minimum_rate_is_one_kibibyte_a_second_and_slower_bodies_are_resumed_while_they_progress()
 {
    for (bytes, attempts) in [(1100, 1), (700, 3)] {
        let host = Host::scripted(100_000, &[])
            .in_pieces_of(bytes)
            .every(seconds(1));
        let mut written = Vec::new();
        let whole = host.client().download(&link()).to(&mut written).await;
        assert_eq!(whole.unwrap().attempts, attempts, "{bytes} bytes a second");
        assert!(written == host.content());
    }
    let host = Host::scripted(100_000, &[])
        .in_pieces_of(10)
        .every(seconds(1));
    let error = host
        .client()
        .download(&link())
        .to(Vec::new())
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        DownloadError::Transport { attempts: 5, .. }
    ));
}

#[tokio::test]
async fn time_spent_writing_or_not_polled_does_not_count_as_slow() {
    let host = Host::scripted(LENGTH, &[])
        .in_pieces_of(1)
        .every(seconds(10));
    let client = host.client();
    let slow = |_| host.clock.advance(seconds(600));
    let download = client.download(&link()).on_progress(slow);
    let download = download.min_throughput(3, seconds(60));
    assert_eq!(download.to(Vec::new()).await.unwrap().attempts, 1);

    for lead in [1, 5, 200] {
        let client = host.client();
        let download = client.download(&link()).min_throughput(3, seconds(60));
        let mut running = pin!(download.to(Vec::new()));
        let (mut polls, clock) = (0, host.clock.clone());
        let whole = poll_fn(|context| {
            polls += 1;
            if polls % lead == 0 && polls < 2000 {
                clock.advance(seconds(3600));
            }
            match running.as_mut().poll(context) {
                Poll::Ready(outcome) => Poll::Ready(outcome),
                Poll::Pending => Poll::Pending,
            }
        });
        assert_eq!(whole.await.unwrap().attempts, 1, "{lead}");
    }
}

#[tokio::test]
async fn a_content_beyond_the_size_limit_is_refused_by_length_or_while_receiving() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a");
    let host = Host::scripted(LENGTH, &[]);
    for limit in [0, 22] {
        let client = host.client();
        let download = client.download(&link()).max_bytes(limit).overwrite(true);
        let error = download.to_file(&file).await.unwrap_err();
        let DownloadError::TooLarge {
            limit: reported,
            total: Some(23),
        } = error
        else {
            panic!("{error:?}");
        };
        assert_eq!(reported, limit);
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 0);
    }
    assert_eq!(host.log().len(), 2);
    let client = host.client();
    let download = client.download(&link()).max_bytes(23);
    download.to_file(&file).await.unwrap();

    let host = Host::scripted(LENGTH, &[]).without_length();
    let (client, mut written) = (host.client(), Vec::new());
    let download = client.download(&link()).max_bytes(22);
    let error = download.to(&mut written).await.unwrap_err();
    assert!(
        matches!(
            error,
            DownloadError::TooLarge {
                limit: 22,
                total: None
            }
        ),
        "{error:?}"
    );
    assert_eq!(written, content(0, 20));
}

#[tokio::test]
async fn bytes_of_an_earlier_download_count_towards_the_size_limit() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a");
    let host = Host::scripted(LENGTH, &[RequestOutcome::Break(9)]);
    let client = host.client();
    let first = client.download(&link()).no_retry().to_file(&file).await;
    first.unwrap_err();
    let refused = client.download(&link()).max_bytes(10).to_file(&file).await;
    assert!(
        matches!(refused, Err(DownloadError::TooLarge { .. })),
        "{refused:?}"
    );
    assert_eq!(host.log().len(), 1);
    let whole = client.download(&link()).max_bytes(23).to_file(&file).await;
    assert_eq!(whole.unwrap().resumed, 1);
}

#[test]
fn a_download_ends_at_its_timeout_and_the_next_resumes_it() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a");
        let host = Host::scripted(LENGTH, &[])
            .in_pieces_of(1)
            .every(seconds(10));
        host.clock.mind_threads();
        let client = host.client();
        let began = host.clock.now();
        let silent = |download: Download<'static>| download.min_throughput(1, seconds(60));
        let first = silent(client.download(&link()).max_time(seconds(95)));
        let error = first.to_file(&file).await.unwrap_err();
        let DownloadError::Overdue {
            received: 9,
            attempts: 1,
            ..
        } = error
        else {
            panic!("{error:?}");
        };
        assert_eq!(host.clock.now() - began, seconds(95));
        let whole = silent(client.download(&link()).max_time(seconds(141)));
        let whole = whole.to_file(&file).await.unwrap();
        assert_eq!((whole.bytes, whole.resumed), (LENGTH as u64, 1));
        assert!(std::fs::read(&file).unwrap() == host.content());
    });
}

#[tokio::test]
async fn waits_between_attempts_count_towards_the_time() {
    let host = Host::new(LENGTH, || RequestOutcome::Status(503));
    let began = host.clock.now();
    let client = host.client();
    let download = client.download(&link()).max_time(seconds(10));
    let error = download.to(Vec::new()).await.unwrap_err();
    assert!(
        matches!(error, DownloadError::Overdue { attempts: 2, .. }),
        "{error:?}"
    );
    assert_eq!(host.clock.now() - began, seconds(10));
}
