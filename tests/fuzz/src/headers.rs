//! Headers with dates and numbers: `Retry-After` is respected and limited, and no date of the service breaks
//! a call.

use crate::world::{TOKEN, World, judge, place};
use atlas_backup::Credentials;
use http::StatusCode;
use std::time::Duration;

const ATTEMPTS: usize = 5;
/// The longest `Retry-After` that a call waits for, and the longest backoff.
const LONGEST_WAIT: Duration = Duration::from_secs(300 + 30);

pub(crate) fn run(input: &[u8]) {
    let world = World::new(input);
    let client = world.client(Credentials::bearer(TOKEN));
    let (project, cluster) = place();
    match world.run(client.get_backup_schedule(&project, &cluster).send()) {
        Ok(response) => {
            let _ = (
                response.rate_limit(),
                response.is_deprecated(),
                response.deprecation(),
                response.sunset(),
            );
        }
        Err(error) => judge(&error),
    }
    let sent = world.sent();
    assert!(sent.len() <= ATTEMPTS, "{} requests", sent.len());
    for (pair, reply) in sent.windows(2).zip(world.replies()) {
        let [first, second] = pair else { continue };
        let waited = second.at.saturating_sub(first.at);
        assert!(waited <= LONGEST_WAIT, "waited {waited:?}");
        let asked = reply.headers().get("retry-after");
        let asked = asked
            .and_then(|value| value.to_str().ok())
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse().ok());
        if let (Some(asked), StatusCode::TOO_MANY_REQUESTS) = (asked, reply.status()) {
            assert!(
                waited >= Duration::from_secs(asked),
                "waited {waited:?} of {asked} s"
            );
        }
    }
}
