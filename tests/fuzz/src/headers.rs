//! Headers with dates and numbers: `Retry-After` is respected and limited, and no date of the service breaks
//! a call.

use crate::world::{Reply, TOKEN, World, judge, place};
use atlas_backup::Credentials;
use std::time::Duration;

const ATTEMPTS: usize = 5;
/// The longest `Retry-After` that a call waits for, and the longest backoff.
const LONGEST_WAIT: Duration = Duration::from_secs(300 + 30);

pub(crate) fn run(input: &[u8]) -> bool {
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
        if let Some(asked) = asked(reply) {
            assert!(waited >= asked, "waited {waited:?} of {asked:?}");
        }
    }
    world.replies().iter().any(|reply| asked(reply).is_some())
}

/// Returns the delay of `Retry-After`: seconds, or a date after that of the response.
fn asked(reply: &Reply) -> Option<Duration> {
    let text = |name| reply.headers().get(name)?.to_str().ok();
    let asked = text("retry-after")?;
    if asked.bytes().all(|byte| byte.is_ascii_digit()) {
        return asked.parse().ok().map(Duration::from_secs);
    }
    let date = |text| httpdate::parse_http_date(text).ok();
    let (until, now) = (date(asked)?, date(text("date")?)?);
    Some(until.duration_since(now).unwrap_or_default())
}
