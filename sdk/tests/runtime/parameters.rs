//! Encoding of structured parameters and of bodies that are not JSON objects.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use atlas_backup::ParameterStyle::{
    DeepObject, Form, Json, Label, Matrix, PipeDelimited, Simple, SpaceDelimited,
};
use atlas_backup::*;
use bytes::Bytes;
use http::Method;
use serde::Serialize;

use crate::world::*;

/// A parameter that is one scalar or several: a union in a query.
#[derive(Serialize)]
#[serde(untagged)]
enum OneOrMore {
    Number(i64),
    Text(&'static str),
    Flag(bool),
    List(Vec<&'static str>),
    Range { lte: i64, gte: i64 },
    None,
}

/// The fields are not in alphabetical order.
#[derive(Serialize)]
struct Color {
    r: u8,
    g: u8,
}

impl Request for Color {}

const COLOR: Color = Color { r: 100, g: 200 };

#[tokio::test]
async fn a_path_value_of_any_style_becomes_exactly_one_segment() {
    let list = ["a b", "c,d"];
    for (style, explode, scalar, listed, object) in [
        (
            Simple { explode: false },
            false,
            "x%2Fy",
            "a%20b,c%2Cd",
            "r,100,g,200",
        ),
        (
            Simple { explode: true },
            true,
            "x%2Fy",
            "a%20b,c%2Cd",
            "r=100,g=200",
        ),
        (
            Label { explode: false },
            false,
            ".x%2Fy",
            ".a%20b,c%2Cd",
            ".r,100,g,200",
        ),
        (
            Label { explode: true },
            true,
            ".x%2Fy",
            ".a%20b.c%2Cd",
            ".r=100.g=200",
        ),
        (
            Matrix { explode: false },
            false,
            ";name=x%2Fy",
            ";name=a%20b,c%2Cd",
            ";name=r,100,g,200",
        ),
        (
            Matrix { explode: true },
            true,
            ";name=x%2Fy",
            ";name=a%20b;name=c%2Cd",
            ";r=100;g=200",
        ),
    ] {
        let service = Service::always(200, r#"{"name":"x"}"#);
        let client = service.client();
        let call = || Call::<GetJob>::new(&client).path("groupId", GROUP);
        call().path_styled("name", style, "x/y").await.unwrap();
        call().path_styled("name", style, &list).await.unwrap();
        call().path_styled("name", style, &COLOR).await.unwrap();
        let expected = [scalar, listed, object].map(|segment| format!("{PATH}/{segment}"));
        assert_eq!(service.targets(), expected, "{style:?} {explode}");
    }
}

#[tokio::test]
async fn a_styled_path_value_that_encodes_as_an_empty_or_dot_segment_is_refused() {
    let style = |explode| Simple { explode };
    let service = Service::always(200, "");
    let client = service.client();
    let call = || Call::<GetJob>::new(&client).path("groupId", GROUP);
    for call in [
        call().path_styled("name", style(false), ""),
        call().path_styled("name", style(true), ".."),
        call().path_styled("name", style(false), &[] as &[&str]),
        call().path_styled("name", style(false), &None::<&str>),
        call().path_styled("name", Label { explode: true }, ""),
        call().path_styled("name", Label { explode: true }, "."),
        call().path_styled(
            "name",
            Label { explode: false },
            &BTreeMap::<&str, &str>::new(),
        ),
    ] {
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.violations()[0].field(), "name");
    }
    assert!(service.log().is_empty());
}

#[tokio::test]
async fn query_parameters_are_written_in_their_style() {
    let list = ["a b", "c,d"];
    for (style, listed, object) in [
        (Form { explode: true }, "p=a%20b&p=c%2Cd", "r=100&g=200"),
        (Form { explode: false }, "p=a%20b,c%2Cd", "p=r,100,g,200"),
        (SpaceDelimited, "p=a%20b%20c%2Cd", "p=r%20100%20g%20200"),
        (PipeDelimited, "p=a%20b%7Cc%2Cd", "p=r%7C100%7Cg%7C200"),
        (
            DeepObject,
            "p%5B%5D=a%20b&p%5B%5D=c%2Cd",
            "p%5Br%5D=100&p%5Bg%5D=200",
        ),
        (
            Json,
            "p=%5B%22a%20b%22%2C%22c%2Cd%22%5D",
            "p=%7B%22r%22%3A100%2C%22g%22%3A200%7D",
        ),
    ] {
        let service = Service::always(200, r#"{"results":[]}"#);
        let client = service.client();
        list_styled(&client, style, &list).await.unwrap();
        list_styled(&client, style, &COLOR).await.unwrap();
        list_styled(&client, style, &None::<&str>).await.unwrap();
        let expected = [
            format!("{PATH}?{listed}"),
            format!("{PATH}?{object}"),
            PATH.to_owned(),
        ];
        assert_eq!(service.targets(), expected, "{style:?}");
    }
}

fn list_styled(client: &Client, style: ParameterStyle, value: &impl Serialize) -> Call<ListJobs> {
    list(client).query_styled("p", style, value)
}

#[tokio::test]
async fn a_union_of_scalars_lists_and_objects_is_encoded_by_its_value() {
    let service = Service::always(200, r#"{"results":[]}"#);
    let client = service.client();
    for value in [
        OneOrMore::Number(7),
        OneOrMore::Text("a&b"),
        OneOrMore::Flag(true),
        OneOrMore::List(vec!["x", "y"]),
        OneOrMore::Range { lte: 9, gte: 1 },
        OneOrMore::None,
    ] {
        list_styled(&client, DeepObject, &value).await.unwrap();
        let style = Simple { explode: false };
        let call = list(&client).header_styled("X-P", style, &value);
        call.await.unwrap();
    }
    let log = service.log();
    let queries = log.iter().step_by(2).map(|sent| sent.uri().query());
    let headers = log
        .iter()
        .skip(1)
        .step_by(2)
        .map(|sent| header(sent, "x-p"));
    let both: Vec<_> = queries.zip(headers).collect();
    assert_eq!(
        both,
        [
            (Some("p=7"), Some("7")),
            (Some("p=a%26b"), Some("a&b")),
            (Some("p=true"), Some("true")),
            (Some("p%5B%5D=x&p%5B%5D=y"), Some("x,y")),
            (Some("p%5Blte%5D=9&p%5Bgte%5D=1"), Some("lte,9,gte,1")),
            (None, None),
        ]
    );
}

static GET_TWICE: Operation = Operation::get(
    "getTwice",
    "/a/{name}/b/{name}/c/{name}",
    "application/json",
);

struct GetTwice;

impl Endpoint for GetTwice {
    type Output = Job;
    const OPERATION: &'static Operation = &GET_TWICE;
}

#[tokio::test]
async fn a_value_replaces_every_place_of_its_parameter_in_the_path() {
    let service = Service::always(200, r#"{"name":"x"}"#);
    for value in ["z", "longer than its name"] {
        let call = Call::<GetTwice>::new(&service.client()).path("name", value);
        call.await.unwrap();
    }
    let long = "longer%20than%20its%20name";
    let targets = [
        "/a/z/b/z/c/z".to_owned(),
        format!("/a/{long}/b/{long}/c/{long}"),
    ];
    assert_eq!(service.targets(), targets);
}

#[tokio::test]
async fn the_last_value_of_a_parameter_replaces_all_earlier_ones() {
    let service = Service::always(200, r#"{"results":[]}"#);
    let range = |lte| OneOrMore::Range { lte, gte: 1 };
    for style in [DeepObject, Form { explode: true }] {
        let call = list(&service.client())
            .query("tag", "first")
            .query_styled("p", style, &range(5))
            .query_styled("p", style, &OneOrMore::Text("x"))
            .query("tag", "last");
        call.await.unwrap();
    }
    assert_eq!(
        service.targets(),
        [
            format!("{PATH}?p=x&tag=last"),
            format!("{PATH}?p=x&tag=last")
        ]
    );
}

#[tokio::test]
async fn a_parameter_replaces_the_field_of_an_object_that_has_its_name() {
    let service = Service::always(200, r#"{"results":[]}"#);
    let range = OneOrMore::Range { lte: 5, gte: 1 };
    let call = list(&service.client())
        .query_styled("p", Form { explode: true }, &range)
        .query("gte", "2");
    call.await.unwrap();
    assert_eq!(service.targets(), [format!("{PATH}?lte=5&gte=2")]);
}

#[tokio::test]
async fn names_of_query_parameters_are_encoded_too() {
    let service = Service::always(200, r#"{"results":[]}"#);
    let call = list(&service.client())
        .query("Date>", "1")
        .query("Date>", "2")
        .query_list("labels[]", &["a"], None);
    call.await.unwrap();
    assert_eq!(
        service.targets(),
        [format!("{PATH}?Date%3E=2&labels%5B%5D=a")]
    );
}

#[tokio::test]
async fn list_and_object_headers_are_not_encoded_and_reject_control_characters() {
    let service = Service::always(200, r#"{"results":[]}"#);
    let call = list(&service.client())
        .header_styled("X-List", Simple { explode: false }, &["a b", "c"])
        .header("X-Color", "red")
        .header_styled("X-Color", Simple { explode: true }, &COLOR)
        .header_styled("X-None", Simple { explode: false }, &[] as &[&str]);
    call.await.unwrap();
    let sent = service.log().remove(0);
    assert_eq!(header(&sent, "x-list"), Some("a b,c"));
    let colors = sent.headers().get_all("x-color").iter();
    assert_eq!(colors.collect::<Vec<_>>(), ["r=100,g=200"]);
    assert_eq!(header(&sent, "x-none"), None);
    let call =
        list(&service.client()).header_styled("X-List", Simple { explode: false }, &["a\r\nb"]);
    assert_eq!(call.await.unwrap_err().violations()[0].field(), "X-List");
}

const fn posts(content_type: &'static str) -> Operation {
    Operation {
        id: "postJob",
        method: Method::POST,
        path: "/api/atlas/v2/groups/{groupId}/jobs",
        accept: "text/html",
        content_type: Some(content_type),
        success: &[200],
        idempotent: true,
        roles: &[],
    }
}

static FORM: Operation = posts("application/x-www-form-urlencoded");
static TEXT: Operation = posts("text/csv");

struct PostForm;
impl Endpoint for PostForm {
    type Output = PlainText;
    const OPERATION: &'static Operation = &FORM;
}

struct PostText;
impl Endpoint for PostText {
    type Output = PlainText;
    const OPERATION: &'static Operation = &TEXT;
}

#[derive(Serialize)]
struct Charge {
    amount: i64,
    memo: &'static str,
    card: Color,
    expand: Vec<&'static str>,
    tags: Vec<&'static str>,
    rows: Vec<Color>,
    note: Option<i64>,
}

impl Request for Charge {
    fn check(&self, violations: &mut Violations) {
        if self.amount < 0 {
            violations.push("amount", "must be at least 0");
        }
    }
}

fn charge(amount: i64) -> Charge {
    Charge {
        amount,
        memo: "a b&c=d+é",
        card: COLOR,
        expand: vec!["x", "y"],
        tags: vec!["s", "t"],
        rows: vec![COLOR],
        note: None,
    }
}

#[tokio::test]
async fn a_form_encodes_each_field_in_its_style_and_is_checked() {
    let service = Service::always(200, "<p>ok</p>");
    let styles: &[_] = &[
        ("card", DeepObject),
        ("tags", Form { explode: false }),
        ("rows", DeepObject),
    ];
    let call = |amount| {
        let call = Call::<PostForm>::new(&service.client()).path("groupId", GROUP);
        call.form_body(&charge(amount), styles)
    };
    assert_eq!(&*call(5).await.unwrap(), "<p>ok</p>");
    let sent = service.log().remove(0);
    let kind = header(&sent, "content-type");
    assert_eq!(kind, Some("application/x-www-form-urlencoded"));
    let expected = "amount=5&memo=a%20b%26c%3Dd%2B%C3%A9&card%5Br%5D=100&card%5Bg%5D=200\
                    &expand=x&expand=y&tags=s,t&rows%5B0%5D%5Br%5D=100&rows%5B0%5D%5Bg%5D=200";
    assert_eq!(sent.body(), expected);
    let error = call(-1).await.unwrap_err();
    assert_eq!(error.violations()[0].field(), "amount");
    assert_eq!(service.log().len(), 1);
}

#[tokio::test]
async fn a_missing_form_has_no_content_type_and_one_that_is_not_an_object_is_refused() {
    let service = Service::always(200, "");
    let call = || Call::<PostForm>::new(&service.client()).path("groupId", GROUP);
    call()
        .optional_form_body(None::<&Charge>, &[])
        .await
        .unwrap();
    assert_eq!(header(&service.log()[0], "content-type"), None);
    let error = call().form_body("text", &[]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn text_and_bytes_are_sent_unchanged() {
    let service = Service::always(200, "done");
    let call = || Call::<PostText>::new(&service.client()).path("groupId", GROUP);
    call().content("a,\"b\"\n").await.unwrap();
    call().content(String::from("é")).await.unwrap();
    call().content(vec![0xff, 0]).await.unwrap();
    call()
        .optional_content(Some(Bytes::from_static(b"x")))
        .await
        .unwrap();
    call().optional_content(None::<Bytes>).await.unwrap();
    let log = service.log();
    let bodies: Vec<&[u8]> = log.iter().map(|sent| sent.body().as_ref()).collect();
    assert_eq!(
        bodies,
        [
            "a,\"b\"\n".as_bytes(),
            "é".as_bytes(),
            &[0xff, 0],
            b"x",
            b""
        ]
    );
    let kinds: Vec<_> = log
        .iter()
        .map(|sent| header(sent, "content-type"))
        .collect();
    assert_eq!(
        kinds,
        [
            Some("text/csv"),
            Some("text/csv"),
            Some("text/csv"),
            Some("text/csv"),
            None
        ]
    );
    assert_eq!(header(&log[0], "accept"), Some("text/html"));
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_replaced() {
    let service = Service::new(|_| http::Response::new(Bytes::from_static(b"a\xffb")));
    let text = Call::<PostText>::new(&service.client())
        .path("groupId", GROUP)
        .await
        .unwrap();
    assert_eq!(String::from(text), "a\u{fffd}b");
}

#[tokio::test]
async fn a_streamed_body_is_opened_anew_for_each_attempt() {
    let clock = ManualClock::new();
    let tries = Arc::new(AtomicU32::new(0));
    let service = Service::new({
        let tries = tries.clone();
        move |_| match tries.fetch_add(1, Ordering::SeqCst) {
            0 => reply(503, &[], ""),
            _ => reply(200, &[], "done"),
        }
    });
    let opened = Arc::new(AtomicU32::new(0));
    let content = RequestContent::stream(None, {
        let opened = opened.clone();
        move || {
            opened.fetch_add(1, Ordering::SeqCst);
            ByteStream::from(Bytes::from_static(b"a,b\n"))
        }
    });
    let client = service.builder().clock(clock.clone()).build().unwrap();
    let call = Call::<PostText>::new(&client)
        .path("groupId", GROUP)
        .content(content);
    assert_eq!(call.await.unwrap().into_string(), "done");
    assert_eq!(opened.load(Ordering::SeqCst), 2);
    for sent in service.log() {
        assert_eq!(sent.body(), "a,b\n");
        assert_eq!(header(&sent, "content-type"), Some("text/csv"));
    }
}

/// Returns a body of two pieces, which together have ten bytes.
pub(crate) fn ten_bytes(length: Option<u64>) -> RequestContent {
    RequestContent::stream(length, || {
        let pieces = ["first,", "last"].map(|piece| Ok(Bytes::from(piece)));
        ByteStream::new(futures_util::stream::iter(pieces))
    })
}

#[tokio::test]
async fn a_streamed_body_of_another_length_than_declared_is_not_sent() {
    for (length, is_sent) in [
        (Some(10), true),
        (None, true),
        (Some(0), false),
        (Some(6), false),
        (Some(9), false),
        (Some(11), false),
    ] {
        let service = Service::always(200, "done");
        let call = Call::<PostText>::new(&service.client()).path("groupId", GROUP);
        let outcome = call.content(ten_bytes(length)).no_retry().await;
        assert_eq!(outcome.is_ok(), is_sent, "{length:?}");
        assert_eq!(service.log().len(), usize::from(is_sent));
        if let Err(error) = outcome {
            assert_eq!(error.kind(), ErrorKind::Transport);
        }
    }
}

#[tokio::test]
async fn the_last_body_replaces_a_stream() {
    let service = Service::always(200, "done");
    let call = || Call::<PostText>::new(&service.client()).path("groupId", GROUP);
    let stream = || call().content(ten_bytes(None));
    stream().body("json").await.unwrap();
    stream().form_body(&charge(5), &[]).await.unwrap();
    stream().content("text").await.unwrap();
    let log = service.log();
    assert_eq!(log[0].body(), "\"json\"");
    assert!(log[1].body().starts_with(b"amount=5"));
    assert_eq!(log[2].body(), "text");
}

#[tokio::test]
async fn an_interrupted_request_body_is_a_transport_error() {
    let service = Service::always(200, "done");
    let content = RequestContent::stream(None, || {
        let cause = TransportError::Interrupted("the file is gone".into());
        ByteStream::new(Broken(Some(cause)))
    });
    let call = Call::<PostText>::new(&service.client())
        .path("groupId", GROUP)
        .content(content);
    let error = call.no_retry().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(service.log().is_empty());
}

struct Broken(Option<TransportError>);

impl futures_core::Stream for Broken {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Err))
    }
}
