//! Lists: every page, by the service's links, and never astray.
use std::pin::Pin;

use atlas_backup::{Error, ErrorKind};
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
    // The count is an estimate, and zero when not asked for: it must decide nothing.
    serde_json::json!({ "results": results, "links": links, "totalCount": 0 }).to_string()
}

/// Answers each target by the table, with links to the base URL where they start with `?`.
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
async fn a_link_astray_is_refused_after_the_good_page_and_nothing_is_sent() {
    for astray in [
        "https://evil.example/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?pageNum=2",
        "http://cloud.mongodb.com/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?pageNum=2",
        "https://cloud.mongodb.com:8443/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?pageNum=2",
        "https://cloud.mongodb.com@evil.example/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs",
        "//evil.example/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs?pageNum=2",
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
async fn a_link_may_be_relative_or_spelled_otherwise() {
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
async fn a_link_visited_already_is_an_error_in_any_order_of_its_parameters() {
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
async fn items_are_a_stream() {
    let service = service(&[("", &["a"], None)]);
    let mut items = list(&service.client()).items();
    let next = std::future::poll_fn(|context| Pin::new(&mut items).poll_next(context)).await;
    assert_eq!(next.unwrap().unwrap().name, "a");
}
