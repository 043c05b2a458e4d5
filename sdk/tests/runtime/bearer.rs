//! A static access token is sent as it is.
use crate::world::*;

#[tokio::test]
async fn a_bearer_token_goes_out_once_and_a_refusal_stands() {
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
fn credentials_no_header_can_carry_are_refused_when_building() {
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
