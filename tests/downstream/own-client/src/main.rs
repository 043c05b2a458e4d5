//! A crate with its own HTTP client, of the SDK's version of `reqwest`: requests use it and its settings.
use atlas_backup::{Client, Credentials, ErrorKind};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

const BODY: &str = r#"{"results":[],"totalCount":0}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let service = thread::spawn(move || -> std::io::Result<String> {
        let (mut socket, _) = listener.accept()?;
        let mut request = [0; 4096];
        let length = socket.read(&mut request)?;
        write!(
            socket,
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{BODY}",
            BODY.len()
        )?;
        Ok(String::from_utf8_lossy(&request[..length]).into_owned())
    });
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-team", "backups".parse()?);
    let http = reqwest::Client::builder()
        .default_headers(headers)
        .no_proxy()
        .build()?;
    let client = Client::builder()
        .base_url(&url)?
        .http_client(http)
        .credentials(Credentials::bearer("token"))
        .build()?;
    let project = "5f0c1e2d3a4b5c6d7e8f9a0b".parse()?;
    let page = client.list_export_buckets(&project).no_retry().await?;
    assert_eq!(page.total_count, Some(0));
    let request = service.join().map_err(|_| "the service")??;
    assert!(request.contains("x-team: backups"), "{request}");
    // Without a TLS feature, the client has no TLS.
    let client = Client::builder()
        .base_url("https://127.0.0.1:1")?
        .credentials(Credentials::bearer("token"))
        .build()?;
    let refused = client.list_export_buckets(&project).no_retry().await;
    assert_eq!(
        refused.err().map(|error| error.kind()),
        Some(ErrorKind::Connect)
    );
    println!("a client of its own: ok");
    Ok(())
}
