//! Prefetched pages, resumed walks, and limits of walks.
use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use atlas_backup::*;

use crate::world::*;

/// A service with numbered pages.
#[derive(Clone)]
struct Numbered {
    pages: u32,
    /// Pages without elements.
    empty: &'static [u32],
    /// Pages whose link does not lead to the next number.
    leaps: &'static [(u32, u32)],
    /// Pages that fail once.
    fails: Arc<Mutex<BTreeSet<u32>>>,
    /// All requests, and those that were dropped before their response.
    asked: Arc<Mutex<Vec<u32>>>,
    under_way: Arc<AtomicUsize>,
    most_under_way: Arc<AtomicUsize>,
}

impl Numbered {
    fn new(pages: u32) -> Self {
        Self {
            pages,
            empty: &[],
            leaps: &[],
            fails: Arc::default(),
            asked: Arc::default(),
            under_way: Arc::default(),
            most_under_way: Arc::default(),
        }
    }

    fn client(&self) -> Client {
        Client::builder()
            .transport(self.clone())
            .clock(ManualClock::new())
            .randomness(Sevens)
            .credentials(Credentials::bearer("t"))
            .build()
            .unwrap()
    }

    fn asked(&self) -> Vec<u32> {
        self.asked.lock().unwrap().clone()
    }

    /// Returns a page with two elements: `3a` and `3b`.
    fn answer(&self, page: u32) -> Reply {
        if self.fails.lock().unwrap().remove(&page) {
            return reply(403, &[], "");
        }
        let leap = self.leaps.iter().find(|(from, _)| *from == page);
        let next = leap.map_or(page + 1, |(_, to)| *to);
        let link = format!("https://cloud.mongodb.com{PATH}?pageNum={next}&itemsPerPage=2");
        let links = match next <= self.pages {
            true => serde_json::json!([{ "rel": "next", "href": link }]),
            false => serde_json::json!([]),
        };
        let results = match page > self.pages || self.empty.contains(&page) {
            true => serde_json::json!([]),
            false => {
                serde_json::json!([{ "name": format!("{page}a") }, { "name": format!("{page}b") }])
            }
        };
        reply(
            200,
            &[],
            &serde_json::json!({ "results": results, "links": links }).to_string(),
        )
    }
}

impl Transport for Numbered {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let query = request.uri().query().unwrap_or_default();
        let number = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("pageNum="));
        let page: u32 = number.map_or(1, |number| number.parse().unwrap());
        self.asked.lock().unwrap().push(page);
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_under_way.fetch_max(now, Ordering::SeqCst);
        Box::pin(async move {
            // Odd pages are slow, so that responses overtake each other.
            for _ in 0..if page.is_multiple_of(2) { 1 } else { 9 } {
                tokio::task::yield_now().await;
            }
            self.under_way.fetch_sub(1, Ordering::SeqCst);
            Ok(self.answer(page))
        })
    }
}

fn names(pages: impl IntoIterator<Item = u32>) -> Vec<String> {
    let names = pages.into_iter();
    names
        .flat_map(|page| [format!("{page}a"), format!("{page}b")])
        .collect()
}

async fn rest(mut items: Items<ListJobs>) -> Result<Vec<String>, (Vec<String>, Error)> {
    let mut seen = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(job)) => seen.push(job.name),
            Ok(None) => return Ok(seen),
            Err(error) => return Err((seen, error)),
        }
    }
}

#[tokio::test]
async fn pages_are_complete_and_in_order_for_every_prefetch() {
    for prefetch in [0, 1, 2, 5, 40] {
        let mut service = Numbered::new(12);
        service.empty = &[4, 5];
        let mut pages = list(&service.client()).pages().prefetch(prefetch);
        let mut seen = Vec::new();
        while let Some(page) = pages.try_next().await.unwrap() {
            seen.push(page.results.len());
        }
        assert_eq!(seen, [2, 2, 2, 0, 0, 2, 2, 2, 2, 2, 2, 2], "{prefetch}");
        assert!(pages.continuation().is_none());

        let all = rest(list(&service.client()).items().prefetch(prefetch))
            .await
            .unwrap();
        assert_eq!(all, names((1..=12).filter(|page| ![4, 5].contains(page))));
    }
}

#[tokio::test]
async fn no_page_is_fetched_twice_and_concurrency_stays_within_the_prefetch() {
    for prefetch in [1, 2, 5] {
        let service = Numbered::new(12);
        rest(list(&service.client()).items().prefetch(prefetch))
            .await
            .unwrap();
        let asked = service.asked();
        let different: BTreeSet<u32> = asked.iter().copied().collect();
        assert_eq!(different.len(), asked.len(), "{asked:?}");
        // Page numbers alone do not show the end.
        let in_vain = asked.iter().filter(|page| **page > 12).count();
        assert!(in_vain < prefetch, "{asked:?}");
        let most = service.most_under_way.load(Ordering::SeqCst);
        assert!(
            most <= prefetch.max(1) && (prefetch < 2 || most > 1),
            "{prefetch}: {most}"
        );
    }
}

#[tokio::test]
async fn the_next_page_is_requested_during_processing_only_with_prefetch() {
    for (prefetch, asked) in [(0, vec![1]), (1, vec![1, 2]), (3, vec![1, 2, 3, 4])] {
        let service = Numbered::new(9);
        let mut items = list(&service.client()).items().prefetch(prefetch);
        items.try_next().await.unwrap();
        assert_eq!(service.asked(), asked);
    }
}

#[tokio::test]
async fn a_link_that_differs_from_the_page_numbers_is_followed() {
    let mut service = Numbered::new(9);
    service.leaps = &[(2, 6)];
    let all = rest(list(&service.client()).items().prefetch(3))
        .await
        .unwrap();
    assert_eq!(all, names([1, 2, 6, 7, 8, 9]));
}

#[tokio::test]
async fn a_walk_dropped_at_any_element_can_be_resumed() {
    let all = names(1..=4);
    for given_up in 0..=all.len() {
        for prefetch in [0, 3] {
            let service = Numbered::new(4);
            let mut items = list(&service.client()).items().prefetch(prefetch);
            let mut seen = Vec::new();
            for _ in 0..given_up {
                seen.push(items.try_next().await.unwrap().unwrap().name);
            }
            let saved = items.continuation().map(|place| place.to_string());
            drop(items);
            if let Some(saved) = saved {
                let place: Continuation = saved.parse().unwrap();
                assert_eq!(place.to_string(), saved);
                let again = list(&service.client()).continue_from(&place).items();
                seen.extend(rest(again).await.unwrap());
            }
            assert_eq!(seen, all, "given up after {given_up}");
        }
    }
}

#[tokio::test]
async fn a_failed_walk_resumes_at_the_failed_page() {
    for prefetch in [0, 1, 4] {
        let service = Numbered::new(5);
        service.fails.lock().unwrap().insert(3);
        let client = service.client();
        let mut items = list(&client).items().prefetch(prefetch);
        let mut seen = Vec::new();
        let error = loop {
            match items.try_next().await {
                Ok(job) => seen.push(job.unwrap().name),
                Err(error) => break error,
            }
        };
        assert_eq!(error.status().unwrap().as_u16(), 403);
        assert!(
            items.try_next().await.unwrap().is_none(),
            "an error ends the stream"
        );
        let place = items.continuation().unwrap();
        seen.extend(
            rest(list(&client).continue_from(&place).items())
                .await
                .unwrap(),
        );
        assert_eq!(seen, names(1..=5));
    }
}

#[tokio::test]
async fn too_many_pages_are_an_error_and_the_walk_can_be_resumed() {
    for prefetch in [0, 3] {
        let service = Numbered::new(5);
        let client = service.client();
        let mut items = list(&client).items().prefetch(prefetch).max_pages(2);
        let mut seen = Vec::new();
        let error = loop {
            match items.try_next().await {
                Ok(job) => seen.push(job.unwrap().name),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Pagination);
        assert_eq!(seen, names(1..=2));
        assert_eq!(service.asked(), [1, 2]);
        let place = items.continuation().unwrap();
        let again = list(&client).continue_from(&place).items().max_pages(3);
        assert_eq!(rest(again).await.unwrap(), names(3..=5));
    }
}

#[tokio::test]
async fn a_position_of_another_list_or_an_invalid_one_is_refused_and_not_sent() {
    let service = Numbered::new(2);
    let place: Continuation = "listUsers+0?pageNum=2".parse().unwrap();
    let error = rest(list(&service.client()).continue_from(&place).items())
        .await
        .unwrap_err()
        .1;
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("listUsers"), "{error}");
    assert!(service.asked().is_empty());
    for text in [
        "",
        "listJobs",
        "listJobs?a=b",
        "+1?a=b",
        "listJobs+x?a=b",
        "listJobs+-1?",
        "listJobs+0?a b",
        "listJobs+0?a#b",
        "listJobs+0?a\r\nb",
    ] {
        let error = text.parse::<Continuation>().unwrap_err();
        assert!(
            error.to_string().contains("not a position in a list"),
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn a_prefetched_page_does_not_time_out_while_its_consumer_is_busy() {
    let numbered = Numbered::new(6);
    let service = {
        let numbered = numbered.clone();
        Service::new(move |sent| {
            let query = sent.uri().query().unwrap_or_default();
            let number = query
                .split('&')
                .find_map(|pair| pair.strip_prefix("pageNum="));
            numbered.answer(number.map_or(1, |number| number.parse().unwrap()))
        })
    };
    let (gate, clock) = (Gate::closed(&service), ManualClock::new());
    let builder = service
        .builder()
        .transport(gate.clone())
        .clock(Stopped(clock.clone()));
    let client = builder
        .attempt_timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    let mut pages = list(&client).no_retry().pages().prefetch(1);
    gate.pass(1);
    let mut seen = 0;
    while let Some(page) = pages.try_next().await.unwrap() {
        seen += page.results.len();
        // The response is in time, but is polled only long after its timeout.
        gate.pass(1);
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!((seen, service.log().len()), (12, 6));
}

#[tokio::test]
async fn at_most_sixteen_pages_are_prefetched() {
    let service = Numbered::new(60);
    let mut items = list(&service.client()).items().prefetch(usize::MAX);
    items.try_next().await.unwrap();
    assert_eq!(service.asked().len(), 17);
}

#[tokio::test]
async fn an_invalid_link_is_an_error_again_in_a_resumed_walk() {
    let service = Service::always(
        200,
        r#"{"results":[{"name":"a"},{"name":"b"}],"links":[{"rel":"next","href":"/elsewhere?pageNum=2"}]}"#,
    );
    let client = service.client();

    let mut pages = list(&client).pages();
    pages.try_next().await.unwrap().unwrap();
    let before = pages.continuation();
    assert!(before.is_some(), "the link leads to an unseen page");
    let error = pages.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(pages.continuation(), before);

    let mut items = list(&client).items();
    for _ in 0..2 {
        items.try_next().await.unwrap().unwrap();
    }
    let place = items.continuation().unwrap();
    let again = list(&client).continue_from(&place).items();
    let (seen, error) = rest(again).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert_eq!(seen, [""; 0], "no element is given out twice");
}

/// Every response takes this many steps, each with a permit.
#[derive(Clone)]
struct Steps(Arc<tokio::sync::Semaphore>, usize);

impl Transport for Steps {
    fn send(&self, _: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            for _ in 0..self.1 {
                self.0.acquire().await.unwrap().forget();
            }
            Ok(reply(200, &[], r#"{"name":"x"}"#))
        })
    }
}

#[tokio::test]
async fn many_short_pauses_of_the_caller_do_not_count() {
    const STEPS: usize = 6;
    let (clock, leave) = (ManualClock::new(), Arc::new(tokio::sync::Semaphore::new(0)));
    let client = Client::builder()
        .transport(Steps(leave.clone(), STEPS))
        .clock(Stopped(clock.clone()))
        .credentials(Credentials::bearer("t"))
        .attempt_timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    let mut call = pin!(get(&client).no_retry().send());
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..STEPS {
        assert!(call.as_mut().poll(&mut context).is_pending());
        // The service needs 20 ms for each step, and the caller polls 230 ms later.
        clock.advance(Duration::from_millis(20));
        leave.add_permits(1);
        clock.advance(Duration::from_millis(230));
    }
    let Poll::Ready(answer) = call.as_mut().poll(&mut context) else {
        panic!("the answer is there");
    };
    answer.unwrap();
}
