//! Blocking calls.
use atlas_backup::ErrorKind;

use crate::world::*;

fn service() -> Service {
    let first = format!(
        r#"{{"results":[{{"name":"a"}},{{"name":"b"}}],"links":[{{"rel":"next","href":"{PATH}?pageNum=2"}}]}}"#
    );
    Service::new(move |sent| match sent.uri().query() {
        _ if sent.uri().path() != PATH => reply(200, &[("X-A", "b")], r#"{"name":"x"}"#),
        Some("pageNum=2") => reply(200, &[], r#"{"results":[{"name":"c"}]}"#),
        _ => reply(200, &[], &first),
    })
}

#[test]
fn a_call_is_sent_and_a_list_walked_without_asynchronous_code() {
    let client = service().client();
    let response = get(&client).send_blocking().unwrap();
    assert_eq!(
        (response.body().name.as_str(), &response.headers()["x-a"]),
        ("x", &"b".parse().unwrap())
    );
    assert_eq!(client.block_on(get(&client)).unwrap().name, "x");
    let jobs = list(&client).items_blocking().map(|job| job.unwrap().name);
    assert_eq!(jobs.collect::<String>(), "abc");
}

#[test]
fn many_threads_share_one_client() {
    let client = service().client();
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| get(&client.clone()).send_blocking().unwrap());
        }
    });
}

#[test]
fn the_blocking_calls_of_a_client_share_one_thread() {
    let client = service().client();
    let thread = |client: &atlas_backup::Client| {
        let thread = async {
            let spawned = tokio::spawn(async { std::thread::current().id() });
            Ok::<_, atlas_backup::Error>(spawned.await.unwrap())
        };
        client.block_on(thread).unwrap()
    };
    assert_eq!(thread(&client), thread(&client.clone()));
}

#[test]
fn an_iterator_ends_after_its_error() {
    let mut items = list(&Service::always(404, "").client()).items_blocking();
    assert!(items.next().unwrap().unwrap_err().is_not_found());
    assert!(items.next().is_none());
}

#[tokio::test]
async fn a_blocking_call_in_asynchronous_code_is_refused_and_not_sent() {
    let service = service();
    let client = service.client();
    let error = get(&client).send_blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(service.log().is_empty());
    get(&client).await.unwrap();
}

#[tokio::test]
async fn an_iterator_in_asynchronous_code_ends_after_its_error() {
    let service = service();
    let mut items = list(&service.client()).items_blocking();
    let error = items.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(items.next().is_none());
    assert!(service.log().is_empty());
}

#[test]
fn a_client_that_has_blocked_can_be_dropped_in_asynchronous_code() {
    let client = service().client();
    get(&client).send_blocking().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async move { drop(client) });
}

/// The connection of the first call is closed between the calls.
#[cfg(feature = "reqwest")]
#[test]
fn a_connection_closed_between_calls_is_not_used_for_the_next() {
    use std::io::{Read as _, Write as _};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (closed, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let _ = socket.read(&mut [0; 4096]).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"name\":\"x\"}";
            socket.write_all(answer).unwrap();
            socket.shutdown(std::net::Shutdown::Write).unwrap();
            // Read the client's end of the connection: it has noticed that this one is closed.
            while socket.read(&mut [0; 4096]).unwrap_or(0) > 0 {}
            closed.send(()).unwrap();
        }
    });
    let client = atlas_backup::Client::builder()
        .base_url(&base)
        .unwrap()
        .credentials(atlas_backup::Credentials::bearer("t"))
        .build()
        .unwrap();
    for _ in 0..3 {
        post(&client).send_blocking().unwrap();
        wait.recv().unwrap();
    }
}

#[tokio::test]
async fn a_blocking_call_within_spawn_blocking_is_made() {
    let client = service().client();
    let task = tokio::task::spawn_blocking(move || get(&client).send_blocking());
    assert_eq!(task.await.unwrap().unwrap().body().name, "x");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocking_call_in_a_task_is_refused_and_within_block_in_place_made() {
    let client = service().client();
    let task = tokio::spawn(async move {
        let error = get(&client).send_blocking().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        tokio::task::block_in_place(|| get(&client).send_blocking())
    });
    assert_eq!(task.await.unwrap().unwrap().body().name, "x");
}
