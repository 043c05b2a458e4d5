//! Secrets are never printed.
use std::error::Error as _;

use atlas_backup::{Client, Credentials};

use crate::world::*;

fn clean(what: &str, shown: &str) {
    for secret in ["s3cr3t", "dG9r", "response="] {
        assert!(!shown.contains(secret), "{what} shows {secret}: {shown}");
    }
}

#[tokio::test]
async fn neither_clients_nor_credentials_nor_requests_show_secrets() {
    for credentials in [
        Credentials::digest("public", "s3cr3t"),
        Credentials::service_account("id", "s3cr3t"),
        Credentials::bearer("s3cr3t"),
    ] {
        clean("Credentials", &format!("{credentials:?}"));
        let service = Service::new(|sent| match sent.uri().path() {
            "/api/oauth/token" => reply(
                200,
                &[],
                r#"{"access_token":"s3cr3t","token_type":"Bearer"}"#,
            ),
            _ => reply(
                401,
                &[(
                    "WWW-Authenticate",
                    "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"",
                )],
                "",
            ),
        });
        let builder = Client::builder()
            .credentials(credentials)
            .transport(service.clone());
        clean("ClientBuilder", &format!("{builder:?}"));
        let client = builder.build().unwrap();
        clean("Client", &format!("{client:?} {:?}", client.v1()));
        clean(
            "Call",
            &format!("{:?} {:?}", get(&client), list(&client).items()),
        );
        let error = get(&client).await.unwrap_err();
        clean("Error", &format!("{error} {error:?}"));
        for sent in service.log() {
            clean("request", &format!("{:?}", sent.headers()));
        }
    }
}

#[tokio::test]
async fn errors_do_not_show_download_urls() {
    for (status, body) in [
        (
            200,
            r#"{"name":"x","x":1} https://restore-1.ljxf1b.example/s3cr3t"#,
        ),
        (
            200,
            r#""https://restore-1.ljxf1b.example:27017/s3cr3t/r.tar.gz""#,
        ),
        (
            200,
            r#"{"name":{"https://restore-1.ljxf1b.example/s3cr3t":1}}"#,
        ),
        (
            400,
            r#"{"detail":"see https://restore-1.ljxf1b.example/s3cr3t, (http://ljxf1b.example)\nnext"}"#,
        ),
        (
            400,
            r#"{"reason":"https://restore-1.ljxf1b.example/s3cr3t"}"#,
        ),
        (500, "https://restore-1.ljxf1b.example/s3cr3t"),
    ] {
        let error = get(&Service::always(status, body).client())
            .await
            .unwrap_err();
        clean(body, &format!("{error} {error:?}"));
        assert!(!error.to_string().contains('\n'));
        assert!(error.source().is_none());
    }
}
