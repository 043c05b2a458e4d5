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

#[test]
fn refused_base_url_does_not_show_user_name_or_password() {
    for mark in (' '..='~')
        .map(String::from)
        .chain(["%40".to_owned(), "\t".to_owned()])
    {
        for base in [
            format!("https://Zu{mark}Zv:Zp{mark}Zq@cloud.mongodb.com"),
            format!("https://Zu:Zp{mark}@cloud.mongodb.com/Zt"),
            format!("Zu{mark}:Zp{mark}Zq@cloud.mongodb.com"),
            format!("Zu:Zp{mark}Zq@h:1"),
        ] {
            // With a slash, the text after it is a path, which may have an `@`.
            let Err(error) = Client::builder().base_url(&base) else {
                continue;
            };
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains('Z'), "{base}: {shown}");
        }
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
