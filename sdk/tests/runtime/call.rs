//! The request line, the headers and the body of a call.
use atlas_backup::{Call, ClusterName, Credentials, Error, ErrorKind, ObjectId};

use crate::world::*;

#[tokio::test]
async fn a_path_value_becomes_exactly_one_segment() {
    for (value, segment) in [
        ("Cluster0", "Cluster0"),
        ("a-b_c.d~e", "a-b_c.d~e"),
        ("a/b", "a%2Fb"),
        ("../../etc", "..%2F..%2Fetc"),
        ("...", "..."),
        ("%2e%2e", "%252e%252e"),
        ("a b+c", "a%20b%2Bc"),
        ("a?b#c&d=e", "a%3Fb%23c%26d%3De"),
        ("{groupId}", "%7BgroupId%7D"),
        ("a\r\nHost: evil", "a%0D%0AHost%3A%20evil"),
        ("\0\t\x7f", "%00%09%7F"),
        ("Jäsøn", "J%C3%A4s%C3%B8n"),
        ("\\..\\", "%5C..%5C"),
        ("@:;,!$'()*", "%40%3A%3B%2C%21%24%27%28%29%2A"),
    ] {
        let service = Service::always(200, r#"{"name":"x"}"#);
        let call = Call::<GetJob>::new(&service.client())
            .path("name", value)
            .path("groupId", GROUP);
        call.await.unwrap();
        assert_eq!(service.targets(), [format!("{PATH}/{segment}")]);
    }
}

#[tokio::test]
async fn empty_and_dot_segments_are_refused_and_not_sent() {
    for value in ["", ".", ".."] {
        let service = Service::always(200, "");
        let call = Call::<GetJob>::new(&service.client())
            .path("name", value)
            .path("groupId", GROUP);
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.violations()[0].field(), "name");
        assert!(service.log().is_empty());
    }
}

#[tokio::test]
async fn a_missing_path_parameter_is_refused_and_not_sent() {
    let service = Service::always(200, "");
    let error = Call::<GetJob>::new(&service.client()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(service.log().is_empty());
}

#[tokio::test]
async fn lists_are_encoded_in_their_style_and_headers_reject_control_characters() {
    let values = ["a b", "c,d"];
    for (separator, query) in [
        (None, "?state=a%20b&state=c%2Cd"),
        (Some(","), "?state=a%20b,c%2Cd"),
        (Some("%7C"), "?state=a%20b%7Cc%2Cd"),
    ] {
        let service = Service::always(200, r#"{"results":[]}"#);
        let call = list(&service.client())
            .query_list("state", &values, separator)
            .query_list::<&str>("none", &[], separator)
            .header("If-Match", "W/\"7\"");
        call.await.unwrap();
        assert_eq!(service.targets(), [format!("{PATH}{query}")]);
        assert_eq!(header(&service.log()[0], "if-match"), Some("W/\"7\""));
    }
    let service = Service::always(200, "");
    let error = list(&service.client())
        .header("If-Match", "a\r\nHost: evil")
        .await
        .unwrap_err();
    assert_eq!(error.violations()[0].field(), "If-Match");
    assert!(service.log().is_empty());
}

#[tokio::test]
async fn a_header_replaces_the_default_and_the_earlier_value_in_any_case() {
    for (names, value) in [
        (&["Accept"][..], "text/csv"),
        (&["content-type"], "text/plain"),
        (&["User-Agent"], "mine/1"),
        (&["ACCEPT-ENCODING"], "identity;q=1"),
        (&["X-A", "x-a", "X-a"], "last"),
    ] {
        let service = Service::always(200, r#"{"name":"x"}"#);
        let mut call = create(&service.client(), "x");
        for name in names {
            call = call.header(name, "earlier").header(name, value);
        }
        call.await.unwrap();
        let sent = service.log().remove(0);
        let values = sent.headers().get_all(names[0]).iter();
        assert_eq!(values.collect::<Vec<_>>(), [value], "{names:?}");
    }
}

#[tokio::test]
async fn reserved_and_invalid_headers_are_violations() {
    for name in [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "Authorization",
        "a b",
        "a:",
        "",
    ] {
        let service = Service::always(200, r#"{"name":"x"}"#);
        let error = get(&service.client()).header(name, "0").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.violations()[0].field(), name);
        assert!(service.log().is_empty());
    }
}

#[tokio::test]
async fn query_parameters_are_encoded_and_the_last_of_a_name_counts() {
    let service = Service::always(200, r#"{"results":[]}"#);
    let call = list(&service.client())
        .query("tag", "first")
        .query("other", "a b&c=d")
        .query("tag", "e");
    call.page_num(1)
        .page_num(2)
        .items_per_page(500)
        .include_count(false)
        .pretty(true)
        .await
        .unwrap();
    let query =
        "other=a%20b%26c%3Dd&tag=e&pageNum=2&itemsPerPage=500&includeCount=false&pretty=true";
    assert_eq!(service.targets(), [format!("{PATH}?{query}")]);
}

#[tokio::test]
async fn all_violations_are_reported_together_and_nothing_is_sent() {
    let service = Service::always(200, "");
    let error = list(&service.client())
        .page_num(0)
        .items_per_page(501)
        .await
        .unwrap_err();
    let fields: Vec<_> = error
        .violations()
        .iter()
        .map(|violation| violation.field())
        .collect();
    assert_eq!(fields, ["pageNum", "itemsPerPage"]);
    assert_eq!(
        error.to_string(),
        "GET listJobs was not sent: pageNum must be at least 1; itemsPerPage must be from 1 to 500"
    );

    let error = create(&service.client(), "").await.unwrap_err();
    assert_eq!(error.violations()[0].field(), "spec/name");
    assert!(service.log().is_empty());
}

#[tokio::test]
async fn media_types_are_those_of_the_operation_and_a_content_type_needs_a_body() {
    let service = Service::always(200, r#"{"name":"x"}"#);
    let client = service
        .builder()
        .user_agent_suffix("app/1.2")
        .build()
        .unwrap();
    create(&client, "x").await.unwrap();
    get(&client).await.unwrap();
    let [create, get] = &service.log()[..] else {
        panic!("two requests")
    };
    assert_eq!(
        header(create, "accept"),
        Some("application/vnd.atlas.2023-01-01+json")
    );
    assert_eq!(
        header(create, "content-type"),
        Some("application/vnd.atlas.2023-02-02+json")
    );
    assert_eq!(create.body(), r#"{"name":"x"}"#);
    assert_eq!(header(get, "content-type"), None);
    let agent = concat!("atlas-backup/", env!("CARGO_PKG_VERSION"), " app/1.2");
    assert_eq!(header(get, "user-agent"), Some(agent));
}

#[tokio::test]
async fn a_response_keeps_status_headers_and_rate_limit() {
    let service = Service::new(|_| {
        let headers = [
            ("RateLimit-Limit", "1200"),
            ("RateLimit-Remaining", "1199"),
            ("Deprecation", "Mon, 5 Aug 2024 00:00:00 GMT"),
            ("Sunset", "Thu, 1 Jul 2027 00:00:00 GMT"),
        ];
        reply(201, &headers, r#"{"name":"x"}"#)
    });
    let response = get(&service.client()).send().await.unwrap();
    assert_eq!(response.status(), 201);
    let limit = response.rate_limit().unwrap();
    assert_eq!((limit.limit, limit.remaining), (1200, 1199));
    assert!(response.is_deprecated());
    assert_eq!(
        response.deprecation().unwrap().to_string(),
        "2024-08-05T00:00:00Z"
    );
    assert_eq!(
        response.sunset().unwrap().to_string(),
        "2027-07-01T00:00:00Z"
    );
    assert_eq!(response.body().name, "x");
}

#[tokio::test]
async fn a_response_without_deprecation_headers_is_not_deprecated() {
    let service = Service::always(200, r#"{"name":"x"}"#);
    let response = get(&service.client()).send().await.unwrap();
    assert!(!response.is_deprecated());
    assert_eq!((response.deprecation(), response.sunset()), (None, None));
}

#[tokio::test]
async fn deprecation_and_sunset_dates_are_parsed_in_every_format() {
    for (header, date) in [
        ("@1688169599", Some("2023-06-30T23:59:59Z")),
        (
            "Mon, 05 Aug 2024 00:00:00 GMT",
            Some("2024-08-05T00:00:00Z"),
        ),
        ("Tue, 5 Aug 2024 00:00:00 GMT", Some("2024-08-05T00:00:00Z")),
        (
            " Mon, 5 Aug 2024 00:00:00 GMT ",
            Some("2024-08-05T00:00:00Z"),
        ),
        ("true", None),
        ("@", None),
        ("@99999999999999999999", None),
    ] {
        let service =
            Service::new(move |_| reply(200, &[("Deprecation", header)], r#"{"name":"x"}"#));
        let response = get(&service.client()).send().await.unwrap();
        assert!(response.is_deprecated());
        assert_eq!(response.sunset(), None);
        let read = response.deprecation().map(|date| date.to_string());
        assert_eq!(read.as_deref(), date, "{header}");
    }
}

#[test]
fn calls_and_streams_can_cross_threads() {
    fn check<T: Send>(_: &T) {}
    let service = Service::always(200, "");
    check(&list(&service.client()));
    check(&list(&service.client()).items());
    check(&list(&service.client()).into_future());
    check(&service.client().v1());
    check(&service.client().revoke_token());
    check(&get(&service.client()).send());
    fn share<T: Clone + Send + Sync + 'static>(_: &T) {}
    share(&service.client());
    share(&service.client().v1());
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Error>();
    shared::<Credentials>();
    shared::<ObjectId>();
    shared::<ClusterName>();
    shared::<atlas_backup::v2::DiskBackupExportJob>();
}

#[tokio::test]
async fn identity_is_requested_and_an_encoded_response_is_refused() {
    for (status, coding, body, kind) in [
        (200, "gzip", "\u{1f}compressed", Some(ErrorKind::Decode)),
        (200, "br", r#"{"name":"x"}"#, Some(ErrorKind::Decode)),
        (200, "identity", r#"{"name":"x"}"#, None),
        // The status is more useful than the encoded body.
        (503, "gzip", "\u{1f}compressed", Some(ErrorKind::Api)),
    ] {
        let service = Service::new(move |_| reply(status, &[("content-encoding", coding)], body));
        let outcome = get(&service.client()).no_retry().await;
        let error = outcome.err();
        assert_eq!(error.as_ref().map(|error| error.kind()), kind, "{coding}");
        if kind == Some(ErrorKind::Decode) {
            let source = error.as_ref().and_then(std::error::Error::source);
            let messages = std::iter::successors(source, |cause| cause.source());
            assert!(
                messages
                    .last()
                    .unwrap()
                    .to_string()
                    .contains("Content-Encoding")
            );
        }
        let sent = service.log().remove(0);
        assert_eq!(header(&sent, "accept-encoding"), Some("identity"));
    }
}
