//! Base URLs that may receive credentials.
use atlas_backup::{Client, ErrorKind};

use crate::world::*;

#[test]
fn https_is_required_and_http_is_for_loopback_only() {
    for good in [
        "https://cloud.mongodb.com",
        "https://cloud.mongodbgov.com/",
        "https://gateway.example:8443/atlas",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:8080/",
        "http://localhost:3000",
    ] {
        assert!(
            Client::builder().base_url(good).is_ok(),
            "{good} should be taken"
        );
    }
    for bad in [
        "",
        "cloud.mongodb.com",
        "http://cloud.mongodb.com",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://localhost@evil.example",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::2]",
        "ftp://cloud.mongodb.com",
        "file:///etc/hosts",
        "https://",
        "https://user@cloud.mongodb.com",
        "https://user:hunter2@cloud.mongodb.com",
        "https://cloud.mongodb.com?x=1",
        "https://cloud.mongodb.com/#top",
    ] {
        let error = Client::builder().base_url(bad).expect_err(bad);
        assert_eq!(error.kind(), ErrorKind::Configuration, "{bad}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn operation_paths_append_to_the_base_without_a_double_slash() {
    for (base, uri) in [
        (
            "https://cloud.mongodb.com/",
            format!("https://cloud.mongodb.com{PATH}"),
        ),
        (
            "https://gateway.example/atlas/",
            format!("https://gateway.example/atlas{PATH}"),
        ),
        (
            "HTTPS://Cloud.MongoDB.com:443",
            format!("https://cloud.mongodb.com{PATH}"),
        ),
    ] {
        let service = Service::always(200, "");
        let client = service.builder().base_url(base).unwrap().build().unwrap();
        delete(&client).await.unwrap();
        assert_eq!(service.log()[0].uri().to_string(), uri);
    }
}
