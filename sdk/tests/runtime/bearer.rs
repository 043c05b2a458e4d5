//! A static access token is sent unchanged.
use crate::world::*;

#[tokio::test]
async fn a_refused_bearer_token_is_not_sent_again() {
    let service = Service::always(401, "");
    let error = get(&service.client()).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(service.log().len(), 1);
    assert_eq!(
        header(&service.log()[0], "authorization"),
        Some("Bearer tok-secret")
    );
}

#[test]
fn credentials_that_a_header_cannot_hold_are_refused_by_the_builder() {
    use atlas_backup::{Client, Credentials, ErrorKind};
    for credentials in [
        Credentials::bearer("two\r\nlines"),
        Credentials::digest("", "private"),
        Credentials::digest("pub\nlic", "private"),
        Credentials::digest("public", ""),
        Credentials::service_account("", "secret"),
        Credentials::service_account("id", ""),
    ] {
        let error = Client::builder()
            .credentials(credentials)
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
    }
    assert_eq!(
        Client::builder().build().unwrap_err().kind(),
        ErrorKind::Credentials
    );
}
