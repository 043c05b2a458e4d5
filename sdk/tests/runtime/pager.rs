//! Lists: every page, by the service's links, and no link to another resource.
use std::pin::Pin;
use std::time::Duration;

use atlas_backup::{BoxFuture, Clock as _, Error, ErrorKind, Transport, TransportError};
use futures_core::Stream;

use crate::world::*;

fn page(names: &[&str], next: Option<&str>) -> String {
    let results: Vec<_> = names
        .iter()
        .map(|name| serde_json::json!({ "name": name }))
        .collect();
    let link = |rel: &str, href: &str| serde_json::json!({ "rel": rel, "href": href });
    let mut links = vec![link("self", "https://cloud.mongodb.com/self")];
    links.extend(next.map(|href| link("next", href)));
    // The count is an estimate, and zero unless requested: no decision may depend on it.
    serde_json::json!({ "results": results, "links": links, "totalCount": 0 }).to_string()
}

/// Responds to each target by the table; links that start with `?` get the base URL.
fn service(pages: &'static [(&str, &[&str], Option<&str>)]) -> Service {
    Service::new(move |sent| {
        let query = sent.uri().query().unwrap_or_default();
        let Some((_, names, next)) = pages.iter().find(|(asked, ..)| *asked == query) else {
            return reply(404, &[], "");
        };
        let next = next.map(|next| match next.strip_prefix('?') {
            Some(query) => format!("https://cloud.mongodb.com{PATH}?{query}"),
            None => next.to_owned(),
        });
        reply(200, &[], &page(names, next.as_deref()))
    })
}

async fn walk(service: &Service) -> (Vec<String>, Option<Error>) {
    let mut items = list(&service.client()).items();
    let mut names = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(job)) => names.push(job.name),
            Ok(None) => return (names, None),
            Err(error) => {
                assert!(
                    items.try_next().await.unwrap().is_none(),
                    "an error ends the stream"
                );
                return (names, Some(error));
            }
        }
    }
}

#[tokio::test]
async fn every_page_is_walked_and_an_empty_one_does_not_end_it() {
    let service = service(&[
        ("", &["a", "b"], Some("?itemsPerPage=2&pageNum=2")),
        (
            "itemsPerPage=2&pageNum=2",
            &[],
            Some("?itemsPerPage=2&pageNum=3"),
        ),
        ("itemsPerPage=2&pageNum=3", &["c"], None),
    ]);
    let (names, error) = walk(&service).await;
    assert_eq!(names, ["a", "b", "c"]);
    assert!(error.is_none());
    for sent in service.log() {
        assert_eq!(
            header(&sent, "accept"),
            Some("application/vnd.atlas.2023-01-01+json")
        );
        assert_eq!(header(&sent, "authorization"), Some("Bearer tok-secret"));
    }
    let jobs = list(&service.client()).items().try_collect().await.unwrap();
    assert_eq!(jobs.len(), 3);
}

#[tokio::test]
async fn a_link_to_another_resource_is_refused_after_the_page_and_not_followed() {
    for astray in [
        "https://evil.example/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/users?pageNum=2",
        "https://evil.example/prefix/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?pageNum=2",
        "ftp://cloud.mongodb.com/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?pageNum=2",
        "https://cloud.mongodb.com/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/users?pageNum=2",
        "https://cloud.mongodb.com/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs/../users",
        "https://cloud.mongodb.com/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b%2Fjobs",
        "https://cloud.mongodb.com/elsewhere",
        "https://",
        "javascript:alert(1)",
    ] {
        let service = Service::new(move |_| reply(200, &[], &page(&["a"], Some(astray))));
        let (names, error) = walk(&service).await;
        assert_eq!(names, ["a"], "{astray}");
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Pagination, "{astray}");
        assert!(!error.to_string().contains("evil"), "{error}");
        assert_eq!(service.log().len(), 1, "{astray}");
    }
}

#[tokio::test]
async fn a_link_to_another_host_contributes_only_its_query() {
    for (base, sent) in [
        ("https://cloud.mongodb.com", PATH.to_owned()),
        ("https://proxy.example/atlas", format!("/atlas{PATH}")),
    ] {
        for link in [
            "https://cloud.mongodb.com/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?p=2",
            "https://service.example:8443/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?p=2",
            "http://user:secret@service.example/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?p=2",
            "//service.example/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?p=2",
        ] {
            let service = Service::new(move |sent| match sent.uri().query() {
                None => reply(200, &[], &page(&["a"], Some(link))),
                Some(_) => reply(200, &[], &page(&["b"], None)),
            });
            let client = service.builder().base_url(base).unwrap().build().unwrap();
            let jobs = list(&client).items().try_collect().await.unwrap();
            assert_eq!(jobs.len(), 2, "{link}");
            let origins = service.log();
            let host = base.split('/').nth(2);
            assert!(
                origins.iter().all(|sent| sent.uri().host() == host),
                "{link}"
            );
            assert_eq!(service.targets()[1], format!("{sent}?p=2"), "{link}");
        }
    }
}

/// A list with this many empty pages before the last one, which has one element.
fn sparse(empty: usize) -> Service {
    Service::new(move |sent| {
        let query = sent.uri().query().unwrap_or("p=0");
        let number: usize = query.trim_start_matches("p=").parse().unwrap();
        if number == empty {
            return reply(200, &[], &page(&["a"], None));
        }
        let next = format!("https://cloud.mongodb.com{PATH}?p={}", number + 1);
        reply(200, &[], &page(&[], Some(&next)))
    })
}

#[tokio::test]
async fn a_hundred_pages_without_an_element_end_the_walk() {
    let (names, error) = walk(&sparse(99)).await;
    assert!(names == ["a"] && error.is_none());
    let endless = sparse(usize::MAX);
    let (names, error) = walk(&endless).await;
    assert_eq!(error.unwrap().kind(), ErrorKind::Pagination);
    assert!(names.is_empty());
    assert_eq!(endless.log().len(), 100);
}

#[tokio::test]
async fn a_walk_that_ended_at_empty_pages_can_be_resumed_after_them() {
    let service = sparse(150);
    let client = service.client();
    let mut items = list(&client).items();
    items.try_next().await.unwrap_err();
    let place = items.continuation().unwrap();
    let rest = list(&client)
        .continue_from(&place)
        .items()
        .try_collect()
        .await;
    assert_eq!(rest.unwrap().len(), 1);
    assert_eq!(service.log().len(), 151);
}

#[tokio::test]
async fn an_operation_timeout_limits_the_time_to_the_next_element() {
    let clock = ManualClock::new();
    let slow = Slow(sparse(usize::MAX), clock.clone());
    let client = slow
        .0
        .builder()
        .transport(slow.clone())
        .clock(clock.clone());
    let client = client
        .operation_timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    let began = clock.now();
    let error = list(&client).items().try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(clock.now() - began, Duration::from_secs(30));
    assert_eq!(slow.0.log().len(), 8);
}

/// Every response takes four seconds.
#[derive(Clone)]
struct Slow(Service, ManualClock);

impl Transport for Slow {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            let answer = self.0.send(request).await;
            self.1.sleep(Duration::from_secs(4)).await;
            answer
        })
    }
}

#[tokio::test]
async fn an_invalid_link_error_has_the_attempts_of_its_page() {
    let service = Service::always(200, &page(&["a"], Some("https://elsewhere.example/")));
    let (_, error) = walk(&service).await;
    assert_eq!(error.unwrap().attempts(), 1);
}

#[tokio::test]
async fn a_link_may_be_relative_or_encoded_differently() {
    for link in [
        "/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?p=2",
        "https://CLOUD.mongodb.com:443/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs/?p=2",
        "https://cloud.mongodb.com/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/%6aobs?p=2#top",
    ] {
        let service = Service::new(move |sent| match sent.uri().query() {
            None => reply(200, &[], &page(&["a"], Some(link))),
            Some(_) => reply(200, &[], &page(&["b"], None)),
        });
        let (names, error) = walk(&service).await;
        assert!(error.is_none(), "{link}");
        assert_eq!(names, ["a", "b"]);
        assert_eq!(service.targets()[1], format!("{PATH}?p=2"));
    }
}

#[tokio::test]
async fn a_visited_link_is_an_error_in_any_order_of_its_parameters() {
    let service = service(&[
        ("", &["a"], Some("?p=2&n=1")),
        ("p=2&n=1", &["b"], Some("?p=3&n=1")),
        ("p=3&n=1", &["c"], Some("?n=1&p=2")),
    ]);
    let (names, error) = walk(&service).await;
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(error.unwrap().kind(), ErrorKind::Pagination);
    assert_eq!(service.log().len(), 3);
}

#[tokio::test]
async fn a_failure_on_a_later_page_comes_after_the_earlier_elements() {
    let service = service(&[("", &["a"], Some("?p=2"))]);
    let (names, error) = walk(&service).await;
    assert_eq!(names, ["a"]);
    assert!(error.unwrap().is_not_found());
}

#[tokio::test]
async fn an_enveloped_list_is_walked_too() {
    let service = Service::new(|sent| {
        let next = (!sent.uri().query().unwrap().contains("pageNum"))
            .then(|| format!("https://cloud.mongodb.com{PATH}?envelope=true&pageNum=2"));
        let body = page(&["a"], next.as_deref()).replacen('{', r#"{"status":200,"#, 1);
        reply(200, &[], &body)
    });
    let jobs = list(&service.client())
        .envelope(true)
        .items()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(jobs.len(), 2);
}

#[tokio::test]
async fn a_resumed_enveloped_list_fails_if_a_page_fails_in_its_envelope() {
    let service = Service::new(|sent| {
        let is_second = sent.uri().query().unwrap().contains("pageNum=2");
        let next = (!is_second)
            .then(|| format!("https://cloud.mongodb.com{PATH}?envelope=true&pageNum=2"));
        let body = match is_second {
            true => r#"{"status":403,"errorCode":"x"}"#.to_owned(),
            false => page(&["a"], next.as_deref()).replacen('{', r#"{"status":200,"#, 1),
        };
        reply(200, &[], &body)
    });
    let client = service.client();
    let mut first = list(&client).envelope(true).items();
    first.try_next().await.unwrap().unwrap();
    let place = first.continuation().unwrap();
    let resumed = list(&client).continue_from(&place).items();
    let error = resumed.try_collect().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 403);
}

#[tokio::test]
async fn a_page_with_a_status_is_no_envelope_unless_one_was_requested() {
    let service = Service::new(|sent| {
        let next = format!("https://cloud.mongodb.com{}?pageNum=2", sent.uri().path());
        let links = match sent.uri().query() {
            Some(_) => String::new(),
            None => format!(r#"{{"rel":"next","href":"{next}"}}"#),
        };
        let body = format!(r#"{{"status":403,"results":[],"links":[{links}]}}"#);
        reply(200, &[], &body)
    });
    let client = service.client();
    let (group, cluster) = (GROUP.parse().unwrap(), "Cluster0".parse().unwrap());
    let exports = || client.list_backup_exports(&group, &cluster);
    let mut pages = exports().pages();
    pages.try_next().await.unwrap().unwrap();
    let place = pages.continuation().unwrap();
    let mut rest = exports().continue_from(&place).pages();
    assert!(rest.try_next().await.unwrap().is_some());
}

#[tokio::test]
async fn items_are_a_stream() {
    let service = service(&[("", &["a"], None)]);
    let mut items = list(&service.client()).items();
    let next = std::future::poll_fn(|context| Pin::new(&mut items).poll_next(context)).await;
    assert_eq!(next.unwrap().unwrap().name, "a");
}

#[tokio::test]
async fn a_next_link_that_cannot_be_read_is_an_error_and_not_the_end() {
    let exports = |body: &str| {
        let client = Service::always(200, body).client();
        let (group, cluster) = (GROUP.parse().unwrap(), "Cluster0".parse().unwrap());
        client.list_backup_exports(&group, &cluster).items()
    };
    for links in [
        r#"[{"rel":"next","href":null}]"#,
        r#"[{"rel":"next","href":7}]"#,
        r#"[{"rel":"next"}]"#,
        r#"[{"rel":"next","href":""}]"#,
        r#"[7]"#,
        r#"{"rel":"next","href":"?pageNum=2"}"#,
        r#""?pageNum=2""#,
    ] {
        let body = format!(r#"{{"results":[{{"state":"Queued"}}],"links":{links}}}"#);
        let mut items = exports(&body);
        assert!(items.try_next().await.unwrap().is_some());
        let error = items.try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Pagination, "{links}");
        assert!(error.to_string().contains("cannot be read"), "{error}");
    }
    for end in [
        r#"{"results":[]}"#,
        r#"{"results":[],"links":null}"#,
        r#"{"results":[],"links":[]}"#,
        r#"{"results":[],"links":[{"rel":"self","href":null}]}"#,
    ] {
        assert_eq!(exports(end).try_next().await.unwrap(), None, "{end}");
    }
}
