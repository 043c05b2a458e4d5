//! A crate that enables additional features of the SDK's dependencies.
//!
//! With `reqwest/gzip`, archives are still stored unchanged and encoded responses refused; with
//! `serde_json/arbitrary_precision`, numbers are still numbers.
use atlas_backup::v2::{DiskBackupExportJob, DiskBackupSnapshotSchedule};
use atlas_backup::{
    Client, Credentials, DownloadError, ErrorKind, HttpTransport, SecretUrl, decode_json,
};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

/// `{"results":[],"totalCount":0}`, compressed by gzip.
const PACKED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 74, 45, 46, 205, 41, 41, 86, 178, 138, 142, 213,
    81, 42, 201, 47, 73, 204, 113, 206, 47, 205, 43, 81, 178, 50, 168, 5, 0, 43, 172, 55, 224, 29,
    0, 0, 0,
];

/// Responds to each request with the compressed bytes: an archive or, at some paths, an encoded response.
fn serve() -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || -> std::io::Result<()> {
        loop {
            let (mut socket, _) = listener.accept()?;
            let mut request = [0; 4096];
            let length = socket.read(&mut request)?;
            let request = String::from_utf8_lossy(&request[..length]).to_lowercase();
            assert!(
                request.contains("accept-encoding: identity\r\n"),
                "{request}"
            );
            let coding = match request.contains("archive") {
                true => "",
                false => "Content-Encoding: gzip\r\n",
            };
            write!(
                socket,
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n{coding}\r\n",
                PACKED.len()
            )?;
            socket.write_all(PACKED)?;
        }
    });
    Ok(url)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = serve()?;
    // With a client of its own, and with the default client.
    for own in [false, true] {
        let mut builder = Client::builder()
            .base_url(&url)?
            .credentials(Credentials::bearer("token"));
        if own {
            builder = builder.http_client(HttpTransport::client_builder()?.no_proxy().build()?);
        }
        let client = builder.build()?;
        let link = |name: &str| SecretUrl::from(format!("{url}/{name}"));

        let mut written = Vec::new();
        let archive = link("archive.tar.gz");
        client.download(&archive).to(&mut written).await?;
        assert_eq!(written, PACKED);

        let mut written = Vec::new();
        let encoded = link("encoded");
        let refused = client.download(&encoded).to(&mut written).await;
        assert!(
            matches!(refused, Err(DownloadError::Encoded)),
            "{refused:?}"
        );
        assert!(written.is_empty());

        let project = "5f0c1e2d3a4b5c6d7e8f9a0b".parse()?;
        let refused = client.list_export_buckets(&project).no_retry().await;
        let kind = refused.err().map(|error| error.kind());
        assert_eq!(kind, Some(ErrorKind::Decode));
    }

    // Numbers with a fraction: a whole one, one instead of an object, and one as an item.
    let text = r#"{"export":1.5,"links":[0.5],"policies":[],"referenceHourOfDay":7.0}"#;
    let schedule: DiskBackupSnapshotSchedule = decode_json(text.as_bytes())?;
    assert_eq!(schedule.reference_hour_of_day, Some(7));
    let written = serde_json::to_string(&schedule)?;
    let expected = r#"{"policies":[],"referenceHourOfDay":7,"export":1.5,"links":[0.5]}"#;
    assert_eq!(written, expected);
    let text = r#"{"exportStatus":{"exportedCollections":3,"totalCollections":9},"new":{"a":1.5,"b":1e400},"state":7}"#;
    let job: DiskBackupExportJob = decode_json(text.as_bytes())?;
    let status = job.export_status.as_ref().ok_or("no status")?;
    assert_eq!(
        (status.exported_collections, status.total_collections),
        (Some(3), Some(9))
    );
    assert_eq!(job.extra.get("state"), Some(&7.into()));
    assert_eq!(
        job.extra.get("new").and_then(|new| new["a"].as_f64()),
        Some(1.5)
    );
    let written = serde_json::to_string(&job)?;
    assert!(written.contains(r#""a":1.5,"b":1e+400"#), "{written}");
    println!("a crate with `reqwest/gzip` and `serde_json/arbitrary_precision`: ok");
    Ok(())
}
