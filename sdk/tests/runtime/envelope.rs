//! `envelope=true`: both forms, errors inside, and responses without an envelope.
use crate::world::*;

#[tokio::test]
async fn an_enveloped_object_is_unwrapped() {
    let service = Service::always(200, r#"{"status":200,"content":{"name":"x"}}"#);
    let response = get(&service.client()).envelope(true).send().await.unwrap();
    assert_eq!(response.body().name, "x");
    assert_eq!(service.targets(), [format!("{PATH}/one?envelope=true")]);
}

#[tokio::test]
async fn an_enveloped_list_loses_only_its_status() {
    let body = r#"{"status":200,"results":[{"name":"x"}],"links":[],"totalCount":1}"#;
    let page = list(&Service::always(200, body).client())
        .envelope(true)
        .await
        .unwrap();
    assert_eq!((page.results.len(), page.total_count), (1, 1));
}

#[tokio::test]
async fn the_status_in_the_envelope_is_used() {
    let created = Service::always(200, r#"{"status":201,"content":{"name":"x"}}"#);
    assert_eq!(
        get(&created.client())
            .envelope(true)
            .send()
            .await
            .unwrap()
            .status(),
        201
    );

    for body in [
        r#"{"status":404,"content":{"error":404,"errorCode":"CLUSTER_NOT_FOUND","detail":"gone"}}"#,
        r#"{"status":404,"error":404,"errorCode":"CLUSTER_NOT_FOUND","detail":"gone"}"#,
    ] {
        let error = get(&Service::always(200, body).client())
            .envelope(true)
            .await
            .unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(
            error.to_string(),
            "GET getJob failed: 404 CLUSTER_NOT_FOUND: gone"
        );
    }
}

#[tokio::test]
async fn a_response_without_the_requested_envelope_is_decoded() {
    for body in [
        r#"{"name":"x"}"#,
        r#"{"name":"x","status":"COMPLETED"}"#,
        r#"{"name":"x","status":7}"#,
    ] {
        let job = get(&Service::always(200, body).client())
            .envelope(true)
            .await
            .unwrap();
        assert_eq!(job.name, "x");
    }
}
