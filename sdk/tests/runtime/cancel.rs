//! Calls that are dropped at any point do not affect the next call.

use atlas_backup::{Client, Credentials};

use crate::script::*;
use crate::world::*;

/// Polls a call until it has sent this many requests, then drops it.
async fn drop_after(requests: usize, script: &Script, client: &Client) {
    let mut call = get(client).into_future();
    poll_until(&mut call, || script.sent() == requests).await;
}

const CHALLENGE: Turn = Turn::Response(
    401,
    &[(
        "WWW-Authenticate",
        "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"",
    )],
    "",
);
const TOKEN: Turn = Turn::Response(
    200,
    &[],
    r#"{"access_token":"tok-1","token_type":"Bearer","expires_in":3600}"#,
);

#[tokio::test]
async fn a_dropped_call_does_not_affect_the_next_one() {
    let bearer = || Credentials::bearer("t");
    let digest = || Credentials::digest("p", "k");
    let account = || Credentials::service_account("id", "secret");
    let cases: [(&str, Credentials, usize, &[Turn]); 7] = [
        ("waiting for the response", bearer(), 1, &[Turn::Hang, GOOD]),
        (
            "waiting for the next attempt",
            bearer(),
            1,
            &[status(503), GOOD],
        ),
        (
            "waiting to be challenged",
            digest(),
            1,
            &[Turn::Hang, CHALLENGE, GOOD],
        ),
        (
            "having answered a challenge",
            digest(),
            2,
            &[CHALLENGE, Turn::Hang, GOOD],
        ),
        (
            "asking for a token",
            account(),
            1,
            &[Turn::Hang, TOKEN, GOOD],
        ),
        ("using a token", account(), 2, &[TOKEN, Turn::Hang, GOOD]),
        (
            "renewing a token",
            account(),
            3,
            &[TOKEN, status(401), Turn::Hang, TOKEN, GOOD],
        ),
    ];
    for (when, credentials, sent, turns) in cases {
        let script = Script::new(turns);
        let builder = script.builder(&ManualClock::new()).credentials(credentials);
        let client = builder.build().unwrap();
        drop_after(sent, &script, &client).await;
        get(&client)
            .await
            .unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(script.sent(), turns.len(), "{when}");
    }
}

#[tokio::test]
async fn a_nonce_is_not_used_again_with_the_count_of_a_dropped_call() {
    let script = Script::new(&[CHALLENGE, Turn::Hang, GOOD]);
    let builder = script.builder(&ManualClock::new());
    let client = builder
        .credentials(Credentials::digest("p", "k"))
        .build()
        .unwrap();
    drop_after(2, &script, &client).await;
    get(&client).await.unwrap();
    let counts = script
        .log()
        .iter()
        .skip(1)
        .map(|sent| {
            let (_, count) = header(sent, "authorization")
                .unwrap()
                .split_once("nc=")
                .unwrap();
            count[..8].to_owned()
        })
        .collect::<Vec<_>>();
    assert_eq!(counts, ["00000001", "00000002"]);
}
