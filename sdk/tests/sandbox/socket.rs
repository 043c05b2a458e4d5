//! The sandbox at a socket.
use super::*;
use tokio::net::TcpListener;

async fn served(faults: &str) -> (Sandbox, ClientBuilder) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = Sandbox::builder()
        .origin(&origin)
        .faults(faults)
        .unwrap()
        .build()
        .unwrap();
    let server = sandbox.clone();
    tokio::spawn(async move { server.serve(listener).await });
    let builder = Client::builder()
        .base_url(&origin)
        .unwrap()
        .credentials(Credentials::digest(
            Sandbox::PUBLIC_KEY,
            Sandbox::PRIVATE_KEY,
        ));
    (sandbox, builder)
}

#[tokio::test]
async fn responses_over_http_have_links_to_the_socket() {
    let (sandbox, builder) = served("[]").await;
    let client = builder.build().unwrap();
    let (project, cluster) = (sandbox.project(), cluster(Sandbox::CLUSTER));
    let all = client
        .list_backup_snapshots(&project, &cluster)
        .items_per_page(1)
        .items();
    assert_eq!(all.try_collect().await.unwrap().len(), 3);
}

#[tokio::test]
async fn faults_break_connections() {
    let faults = r#"[{"operation":"listExportBuckets","fault":"resetAfter"},{"operation":"listExportBuckets","fault":"truncate","bytes":5}]"#;
    let (sandbox, builder) = served(faults).await;
    let client = builder.build().unwrap();
    let project = sandbox.project();
    for _ in 0..2 {
        let broken = client
            .list_export_buckets(&project)
            .no_retry()
            .await
            .unwrap_err();
        assert_eq!(broken.kind(), ErrorKind::Transport);
    }
    client.list_export_buckets(&project).await.unwrap();
}

/// Sends a raw request, and returns the raw response until the connection ends.
async fn spoken(sandbox_origin: &str, request: &[u8]) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let address = sandbox_origin.strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    socket.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

/// Starts a sandbox at a socket, and returns its origin.
async fn listening(builder: SandboxBuilder) -> (Sandbox, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = builder.origin(&origin).build().unwrap();
    let server = sandbox.clone();
    tokio::spawn(async move { server.serve(listener).await });
    (sandbox, origin)
}

#[tokio::test]
async fn the_first_bytes_of_a_truncated_body_arrive() {
    for bytes in [0, 1, 10] {
        let builder = Sandbox::builder().access_token("open-sesame", &[]);
        let (sandbox, origin) = listening(builder).await;
        let path = format!(
            "/api/atlas/v2/groups/{}/backup/exportBuckets",
            sandbox.project()
        );
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer open-sesame\r\naccept: {V2024}\r\nconnection: close\r\n\r\n"
        );
        let whole = spoken(&origin, request.as_bytes()).await;
        let (_, body) = whole.split_once("\r\n\r\n").unwrap();
        let cut = Fault::new(FaultKind::Truncate { bytes }).of("listExportBuckets");
        sandbox.inject(cut).unwrap();
        let broken = spoken(&origin, request.as_bytes()).await;
        let (head, part) = broken.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{head}"
        );
        assert_eq!(part, &body[..bytes]);
    }
}

#[tokio::test]
async fn other_processes_move_the_clock_inject_faults_and_see_requests() {
    let (sandbox, origin) = listening(Sandbox::builder().real_time(0)).await;
    let ask = async |method: &str, path: &str, body: &str| {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        let answer = spoken(&origin, request.as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse::<u16>().unwrap();
        (status, serde_json::from_str::<Value>(body).unwrap())
    };
    let begun = json!({ "now": "2026-03-14T02:00:00Z", "passedSeconds": 0 });
    assert_eq!(ask("GET", "/sandbox/clock", "").await, (200, begun));
    let moved = json!({ "now": "2026-03-14T03:00:00Z", "passedSeconds": 3600 });
    let hour = r#"{"advanceSeconds": 3600}"#;
    assert_eq!(ask("POST", "/sandbox/clock", hour).await, (200, moved));
    assert_eq!(ask("POST", "/sandbox/clock", "{}").await.0, 400);

    let script = r#"[{"operation": "token", "fault": "status", "status": 503}]"#;
    let (status, faults) = ask("POST", "/sandbox/faults", script).await;
    assert_eq!(
        (status, &faults[0]["operation"], &faults[0]["times"]),
        (200, &json!("token"), &json!(1))
    );
    let (status, wrong) = ask("POST", "/sandbox/faults", r#"[{"fault": "flood"}]"#).await;
    assert_eq!(status, 400);
    assert!(
        wrong["error"].as_str().unwrap().contains("entry 1"),
        "{wrong}"
    );
    assert_eq!(ask("POST", "/api/oauth/token", "").await.0, 503);
    assert_eq!(ask("GET", "/sandbox/faults", "").await, (200, json!([])));
    ask("POST", "/sandbox/faults", script).await;
    assert_eq!(ask("DELETE", "/sandbox/faults", "").await, (200, json!([])));

    let seen = json!([{ "operation": "token", "method": "POST", "target": "/api/oauth/token", "status": 503 }]);
    assert_eq!(ask("GET", "/sandbox/seen", "").await, (200, seen));
    assert_eq!(ask("DELETE", "/sandbox/seen", "").await.0, 405);
    assert_eq!(ask("GET", "/sandbox/nothing", "").await.0, 404);
    assert_eq!(sandbox.seen().len(), 1);

    // Time never goes back, even after an overflow.
    let (status, end) = ask(
        "POST",
        "/sandbox/clock",
        r#"{"advanceSeconds": 99999999999999}"#,
    )
    .await;
    assert_eq!(
        (status, &end["passedSeconds"]),
        (200, &json!(31_536_000_000_u64))
    );
    assert_eq!(ask("POST", "/sandbox/clock", hour).await, (200, end));
}

#[tokio::test]
async fn a_body_that_is_too_large_gets_a_response() {
    let (_, origin) = listening(Sandbox::builder()).await;
    let length = 17 * 1024 * 1024;
    let mut request = format!("POST /api/oauth/token HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n").into_bytes();
    request.resize(request.len() + length, b' ');
    let answer = spoken(&origin, &request).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}
