//! Idempotency keys: whichever requests and responses are lost, a key creates one job.
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use atlas_backup::v2::{
    BackupLabel, CreateBackupExport, DiskBackupExportJobRequest, DiskBackupExportJobRequestFields,
};
use atlas_backup::{
    BoxFuture, Call, Client, ClusterName, Credentials, ErrorKind, ExponentialBackoff,
    FailedAttempt, ObjectId, RetryDecision, RetryPolicy, Transport, TransportError,
};
use serde_json::json;

use crate::exports::*;
use crate::world::*;

fn export(client: &Client) -> Call<CreateBackupExport> {
    let (group, cluster): (ObjectId, ClusterName) =
        (GROUP.parse().unwrap(), "Cluster0".parse().unwrap());
    let (bucket, snapshot) = (BUCKET.parse().unwrap(), SNAPSHOT.parse().unwrap());
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: bucket,
        snapshot_id: snapshot,
    })
    .custom_data(vec![BackupLabel::new().key("reason").value("test")]);
    client.create_backup_export(&group, &cluster, &request)
}

impl Chance {
    fn request_outcome(&mut self, failures_in_ten: u64) -> RequestOutcome {
        if self.below(10) >= failures_in_ten {
            return RequestOutcome::Good;
        }
        let acted = self.below(2) == 0;
        match self.below(7) {
            0 => RequestOutcome::Unreached,
            1 => RequestOutcome::Limited,
            2 => RequestOutcome::Reset { acted },
            3 => RequestOutcome::Silent { acted },
            4 => RequestOutcome::Late,
            5 => {
                let status = [500, 502, 503, 504][self.below(4) as usize];
                RequestOutcome::Failed { acted, status }
            }
            // Rare, because it would end most schedules.
            _ if self.below(8) == 0 => RequestOutcome::Refused,
            _ => RequestOutcome::Reset { acted: true },
        }
    }
}

#[tokio::test]
async fn in_a_thousand_fault_schedules_a_success_creates_one_job_and_none_creates_two() {
    let (mut created, mut lost, mut looked, mut met) = (0, 0, 0, BTreeMap::new());
    for seed in 0..1_000 {
        let mut chance = Chance(seed);
        let exports = Exports::new(move |_| chance.request_outcome(1 + seed % 9));
        let outcome = export(&exports.client()).idempotency_key(KEY).await;
        let jobs = exports.created();
        match outcome {
            Ok(job) => {
                assert_eq!(
                    jobs,
                    [job.id.unwrap()],
                    "seed {seed}: {:?}",
                    exports.log.lock().unwrap()
                );
                created += 1;
            }
            Err(error) => {
                assert!(
                    jobs.len() <= 1,
                    "seed {seed}: {:?}",
                    exports.log.lock().unwrap()
                );
                assert_ne!(error.attempts(), 0);
                lost += jobs.len();
            }
        }
        looked += usize::from(exports.count(http::Method::GET) > 0);
        for (_, request_outcome) in exports.log.lock().unwrap().iter() {
            *met.entry(*request_outcome).or_insert(0) += 1;
        }
    }
    // Enough of the schedules succeed, fail and are looked up.
    println!("{created} created, {lost} failed with a job, {looked} looked up, {met:?}");
    assert!(created > 600 && lost > 0 && looked > 400 && met.len() == 17);
}

fn request_outcomes(
    request_outcomes: &'static [RequestOutcome],
) -> impl FnMut(&Sent) -> RequestOutcome + Send + 'static {
    let mut request_outcomes = request_outcomes.iter();
    move |_| *request_outcomes.next().unwrap()
}

#[tokio::test]
async fn the_job_of_a_lost_response_is_found_in_the_list_and_not_created_again() {
    for lost in [
        &[
            RequestOutcome::Reset { acted: true },
            RequestOutcome::Good,
            RequestOutcome::Good,
        ][..],
        &[
            RequestOutcome::Silent { acted: true },
            RequestOutcome::Good,
            RequestOutcome::Good,
        ],
        &[
            RequestOutcome::Late,
            RequestOutcome::Good,
            RequestOutcome::Good,
        ],
        &[
            RequestOutcome::Failed {
                acted: true,
                status: 503,
            },
            RequestOutcome::Good,
            RequestOutcome::Good,
        ],
    ] {
        let exports = Exports::new(request_outcomes(lost));
        let response = export(&exports.client())
            .idempotency_key(KEY)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(exports.created(), [response.body().id.unwrap()]);
        // The job was on the second page.
        assert_eq!(
            (
                exports.count(http::Method::POST),
                exports.count(http::Method::GET)
            ),
            (1, 2)
        );
    }
}

#[tokio::test]
async fn a_request_that_was_not_sent_is_retried_without_a_look_up() {
    for unsent in [RequestOutcome::Unreached, RequestOutcome::Limited] {
        let mut first = true;
        let exports = Exports::new(move |_| {
            if std::mem::take(&mut first) {
                unsent
            } else {
                RequestOutcome::Good
            }
        });
        export(&exports.client())
            .idempotency_key(KEY)
            .await
            .unwrap();
        assert_eq!(
            (
                exports.count(http::Method::POST),
                exports.count(http::Method::GET)
            ),
            (2, 0)
        );
    }
}

#[tokio::test]
async fn without_a_key_a_lost_creation_is_neither_looked_up_nor_retried() {
    let exports = Exports::new(|_| RequestOutcome::Reset { acted: true });
    let error = export(&exports.client()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    assert_eq!(
        (exports.created().len(), exports.log.lock().unwrap().len()),
        (1, 1)
    );
}

#[tokio::test]
async fn if_the_list_fails_the_error_is_returned_and_nothing_is_retried() {
    let exports = Exports::new(|sent| match *sent.method() {
        http::Method::POST => RequestOutcome::Reset { acted: true },
        _ => RequestOutcome::Refused,
    });
    let error = export(&exports.client())
        .idempotency_key(KEY)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    assert_eq!(
        (
            exports.count(http::Method::POST),
            exports.count(http::Method::GET)
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn the_last_attempt_is_looked_up_too() {
    let exports = Exports::new(request_outcomes(&[
        RequestOutcome::Silent { acted: true },
        RequestOutcome::Good,
        RequestOutcome::Good,
    ]));
    let call = export(&exports.client()).idempotency_key(KEY).no_retry();
    let job = call.await.unwrap();
    assert_eq!(exports.created(), [job.id.unwrap()]);
}

#[tokio::test]
async fn a_job_of_an_earlier_run_can_be_found_by_its_key() {
    let exports = Exports::new(|_| RequestOutcome::Good);
    let client = exports.client();
    let call = || export(&client).idempotency_key(KEY);
    assert_eq!(call().find_created().await.unwrap(), None);
    let job = call().await.unwrap();
    assert_eq!(call().find_created().await.unwrap(), Some(job));
    assert_eq!(exports.count(http::Method::POST), 1);
    let error = export(&client).find_created().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn the_key_is_added_once_to_the_callers_labels() {
    let exports = Exports::new(|_| RequestOutcome::Good);
    let call = export(&exports.client())
        .idempotency_key("first")
        .idempotency_key(KEY);
    let job = call.await.unwrap();
    let labels = serde_json::to_value(&job.custom_data).unwrap();
    let wanted =
        json!([{ "key": "reason", "value": "test" }, { "key": "idempotencyKey", "value": KEY }]);
    assert_eq!(labels, wanted);
    let error = export(&exports.client())
        .idempotency_key("")
        .await
        .unwrap_err();
    assert_eq!(error.violations()[0].field(), "idempotencyKey");
}

#[tokio::test]
async fn a_success_that_cannot_be_decoded_is_looked_up() {
    let exports = Exports::new(request_outcomes(&[
        RequestOutcome::Garbled { acted: true },
        RequestOutcome::Good,
        RequestOutcome::Good,
    ]));
    let job = export(&exports.client())
        .idempotency_key(KEY)
        .await
        .unwrap();
    assert_eq!(exports.created(), [job.id.unwrap()]);
    assert_eq!(exports.count(http::Method::POST), 1);
}

#[tokio::test]
async fn a_success_that_cannot_be_decoded_is_an_error_without_a_key() {
    let exports = Exports::new(|_| RequestOutcome::Garbled { acted: true });
    let error = export(&exports.client()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1));
    assert_eq!(exports.count(http::Method::POST), 1);
}

#[tokio::test]
async fn a_job_that_is_listed_within_a_minute_is_created_once() {
    for seconds in [0, 4, 8, 20, 36, 59] {
        let mut first = true;
        let exports = Exports::new(move |_| match std::mem::take(&mut first) {
            true => RequestOutcome::Listed { seconds },
            false => RequestOutcome::Good,
        });
        let job = export(&exports.client())
            .idempotency_key(KEY)
            .await
            .unwrap();
        assert_eq!(exports.created(), [job.id.unwrap()], "{seconds} s");
        assert_eq!(exports.count(http::Method::POST), 1, "{seconds} s");
    }
}

#[tokio::test]
async fn look_ups_have_growing_intervals_and_are_followed_by_a_retry() {
    for (window, looks) in [
        (None, &[5, 15, 35, 60][..]),
        (Some(7), &[5, 7]),
        (Some(300), &[5, 15, 35, 75, 155, 300]),
        (Some(0), &[0]),
    ] {
        let mut first = true;
        let exports = Exports::new(move |_| match std::mem::take(&mut first) {
            true => RequestOutcome::Reset { acted: false },
            false => RequestOutcome::Good,
        });
        let mut call = export(&exports.client()).idempotency_key(KEY);
        if let Some(window) = window {
            call = call.look_up_for(Duration::from_secs(window));
        }
        call.await.unwrap();
        assert_eq!(exports.created().len(), 1);
        assert_eq!(exports.count(http::Method::POST), 2);
        // Each look-up requests two pages.
        assert_eq!(exports.looked_at(), looks, "{window:?}");
    }
}

#[tokio::test]
async fn a_call_that_times_out_during_look_ups_is_not_retried() {
    let exports = Exports::new(|sent| match *sent.method() {
        http::Method::POST => RequestOutcome::Reset { acted: false },
        _ => RequestOutcome::Good,
    });
    let call = export(&exports.client()).idempotency_key(KEY);
    let error = call.timeout(Duration::from_secs(20)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    assert_eq!(exports.count(http::Method::POST), 1);
    assert_eq!(exports.looked_at(), [5, 15]);
}

/// Loses every creation, and responds to all other requests with this body.
struct Lost(Arc<AtomicUsize>, &'static str);

impl Transport for Lost {
    fn send(&self, sent: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let lost = sent.method() == http::Method::POST;
        self.0.fetch_add(usize::from(lost), Ordering::Relaxed);
        let answer = match lost {
            true => Err(TransportError::Interrupted("reset".into())),
            false => Ok(reply(200, &[], self.1)),
        };
        Box::pin(std::future::ready(answer))
    }
}

#[tokio::test]
async fn a_look_up_response_that_is_not_a_list_is_an_error() {
    for (body, creations) in [
        (r#"{"results":[]}"#, 5),
        ("{}", 1),
        (r#"{"maintenance":true}"#, 1),
        (r#"{"results":null}"#, 1),
        (r#"{"results":{"a":[]}}"#, 1),
        (r#"{"results":[],"links":{"next":"/x"}}"#, 1),
        (r#"{"results":[],"links":[{"rel":"next","href":null}]}"#, 1),
        ("[]", 1),
        ("<html>", 1),
    ] {
        let created = Arc::new(AtomicUsize::new(0));
        let client = Client::builder()
            .transport(Lost(created.clone(), body))
            .clock(ManualClock::new())
            .credentials(Credentials::bearer("t"))
            .build()
            .unwrap();
        let error = export(&client).idempotency_key(KEY).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert_eq!(created.load(Ordering::Relaxed), creations, "{body}");
    }
}

/// The first attempt creates a job that is listed three seconds later, when the second attempt fails.
fn listed_at_the_second_attempt(second: RequestOutcome, list: RequestOutcome) -> Exports {
    let clock = ManualClock::new();
    let (moved, mut attempts) = (clock.clone(), 0);
    let mut exports = Exports::new(move |sent| {
        if *sent.method() == http::Method::GET {
            return if attempts < 2 {
                RequestOutcome::Good
            } else {
                list
            };
        }
        attempts += 1;
        match attempts {
            1 => RequestOutcome::Listed { seconds: 3 },
            2 => {
                moved.advance(Duration::from_secs(3));
                second
            }
            _ => RequestOutcome::Good,
        }
    });
    exports.clock = clock;
    exports
}

/// Creates with one immediate search after a lost response.
fn impatient(exports: &Exports) -> Call<CreateBackupExport> {
    let call = export(&exports.client()).idempotency_key(KEY);
    call.look_up_for(Duration::ZERO)
}

#[tokio::test]
async fn once_an_outcome_is_unknown_the_list_is_searched_after_every_failure() {
    for second in [
        RequestOutcome::Limited,
        RequestOutcome::Unreached,
        RequestOutcome::Refused,
    ] {
        for attempts in [2, 5] {
            let exports = listed_at_the_second_attempt(second, RequestOutcome::Good);
            let policy = ExponentialBackoff::default().max_attempts(attempts);
            let job = impatient(&exports).retry(policy).await;
            let job = job.unwrap_or_else(|error| panic!("{second:?}: {error}"));
            assert_eq!(exports.created(), [job.id.unwrap()]);
            assert_eq!(exports.count(http::Method::POST), 2);
        }
    }
}

#[tokio::test]
async fn a_search_after_a_known_outcome_respects_retry_after() {
    let exports = listed_at_the_second_attempt(RequestOutcome::Limited, RequestOutcome::Good);
    impatient(&exports).await.unwrap();
    let looks = exports.looked_at();
    assert_eq!((looks.len(), looks[0]), (2, 0));
    // The second attempt is three seconds later, and its `Retry-After` two seconds.
    assert!(looks[1] >= 5, "{looks:?}");
}

#[tokio::test]
async fn a_failed_search_after_a_known_outcome_leaves_the_error_of_the_attempt() {
    for (second, status) in [
        (RequestOutcome::Limited, 429),
        (RequestOutcome::Refused, 400),
    ] {
        let list = RequestOutcome::Failed {
            acted: false,
            status: 501,
        };
        let exports = listed_at_the_second_attempt(second, list);
        let error = impatient(&exports).await.unwrap_err();
        assert_eq!(
            (error.status().unwrap().as_u16(), error.attempts()),
            (status, 2)
        );
        assert_eq!(exports.count(http::Method::POST), 2);
    }
}

#[tokio::test]
async fn a_request_that_has_no_time_for_a_retry_is_searched_for() {
    let exports = listed_at_the_second_attempt(RequestOutcome::Unreached, RequestOutcome::Good);
    let slow = |failed: &FailedAttempt| match failed.number {
        1 => Duration::ZERO,
        _ => Duration::from_secs(60),
    };
    let call = impatient(&exports).retry(Waits(slow));
    let job = call.timeout(Duration::from_secs(30)).await.unwrap();
    assert_eq!(exports.created(), [job.id.unwrap()]);
}

#[tokio::test]
async fn a_lost_request_is_searched_for_after_the_longest_retry_after_and_not_after_a_longer_one() {
    for (seconds, searches) in [("300", 1), ("301", 0)] {
        let exports = Exports::new(move |sent| match *sent.method() {
            http::Method::POST => RequestOutcome::Delayed(seconds),
            _ => RequestOutcome::Good,
        });
        let outcome = export(&exports.client()).idempotency_key(KEY).await;
        assert_eq!(outcome.is_ok(), searches == 1, "{seconds}");
        assert_eq!(exports.looked_at().len(), searches, "{seconds}");
        assert_eq!(exports.count(http::Method::POST), 1);
    }
}

/// Retries everything after these waits.
struct Waits(fn(&FailedAttempt) -> Duration);

impl RetryPolicy for Waits {
    fn decide(&self, failed: &FailedAttempt) -> RetryDecision {
        RetryDecision::After(self.0(failed))
    }
}

/// Grants tokens, refuses the one of the second attempt, and fails the token request after that once.
struct Tokens(Exports, Mutex<[usize; 2]>);

impl Transport for Tokens {
    fn send(&self, sent: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let mut counts = self.1.lock().unwrap();
        let answer = if sent.uri().path() == "/api/oauth/token" {
            counts[0] += 1;
            let token = r#"{"access_token":"t","token_type":"bearer","expires_in":3600}"#;
            let token = token.replace("\"t\"", &format!("\"t{}\"", counts[0]));
            match counts[0] {
                2 => reply(503, &[], ""),
                _ => reply(200, &[], &token),
            }
        } else {
            counts[1] += usize::from(*sent.method() == http::Method::POST);
            match sent.method() == http::Method::POST && counts[1] == 2 {
                true => {
                    self.0.clock.advance(Duration::from_secs(3));
                    reply(401, &[], "")
                }
                false => return self.0.send(sent),
            }
        };
        Box::pin(std::future::ready(Ok(answer)))
    }
}

#[tokio::test]
async fn a_failed_token_request_does_not_end_the_search_for_a_lost_request() {
    let mut first = true;
    let exports = Exports::new(move |_| match std::mem::take(&mut first) {
        true => RequestOutcome::Listed { seconds: 3 },
        false => RequestOutcome::Good,
    });
    let client = Client::builder()
        .transport(Tokens(exports.clone(), Mutex::default()))
        .clock(exports.clock.clone())
        .credentials(Credentials::service_account("mdb_sa_id_1", "secret"))
        .build()
        .unwrap();
    let call = export(&client).idempotency_key(KEY);
    let job = call.look_up_for(Duration::ZERO).await.unwrap();
    assert_eq!(exports.created(), [job.id.unwrap()]);
    assert_eq!(exports.count(http::Method::POST), 1);
}
