//! The delivery host: it has one content at a time, serves any range of it, and sends a validator.
use std::sync::LazyLock;

use atlas_backup::Timestamp;
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};

use super::World;
use super::transport::{Reply, Sent};
use crate::chance::Chance;
use crate::schedule::{Mark, Patience, Trouble};

/// The source of all contents.
static BYTES: LazyLock<Bytes> = LazyLock::new(|| {
    let mut chance = Chance(0);
    let words = (0..256 * 1024).flat_map(|_| chance.next().to_le_bytes());
    Bytes::from(words.collect::<Vec<_>>())
});

/// Returns the content of a version: no two have the same bytes at the same positions.
pub(crate) fn content(version: u64, length: u64) -> Bytes {
    let from = (version % 100) * 8_191;
    let range = usize::try_from(from)
        .ok()
        .zip(usize::try_from(from + length).ok());
    let range = range.filter(|(_, end)| *end <= BYTES.len());
    range.map_or_else(Bytes::new, |(from, end)| BYTES.slice(from..end))
}

impl World {
    /// Returns the version of the delivery host's latest content.
    pub(crate) fn versions(&self) -> u64 {
        self.state().version
    }

    pub(super) fn deliver(&self, request: &Sent, trouble: Option<Trouble>) -> Reply {
        // The sandbox decides whether the link is valid.
        let mut head = request.clone();
        *head.method_mut() = Method::HEAD;
        head.headers_mut().remove(header::RANGE);
        let known = self.ask(head);
        if !known.status().is_success() {
            return known;
        }
        match trouble {
            Some(Trouble::Status(status, _, patience)) => return self.failure(status, patience),
            Some(Trouble::Redirect) => {
                let mut answer = self.failure(302, Patience::Unsaid);
                let place = HeaderValue::from_static("https://elsewhere.example.net/archive");
                answer.headers_mut().insert(header::LOCATION, place);
                self.strikes(Trouble::Redirect);
                return answer;
            }
            Some(change @ (Trouble::Renewed | Trouble::Careless)) => {
                self.strikes(change);
                self.state().version += 1;
            }
            _ => {}
        }
        let version = self.state().version;
        let whole = content(version, self.schedule().settings.size);
        let size = whole.len() as u64;
        let mut answer = Reply::default();
        let validator = self.validator(&mut answer, version);
        let given = |name| {
            request
                .headers()
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let condition = given(header::IF_RANGE);
        let same = condition.is_none_or(|given| Some(given) == validator.as_deref())
            || trouble == Some(Trouble::Careless);
        let from = given(header::RANGE).and_then(|range| {
            let from = range.strip_prefix("bytes=")?.strip_suffix('-')?;
            from.parse::<u64>().ok()
        });
        let ranged = trouble.filter(|trouble| {
            same && from.is_some_and(|from| from < size || *trouble != Trouble::Elsewhere)
        });
        if let Some(odd @ (Trouble::Whole | Trouble::Elsewhere | Trouble::Nothing)) = ranged {
            self.strikes(odd);
        }
        let from = from.filter(|_| same && trouble != Some(Trouble::Whole));
        match from {
            Some(from) if trouble == Some(Trouble::Nothing) => {
                self.validator(&mut answer, version + 1);
                return nothing(answer, from);
            }
            Some(from) if from >= size => return nothing(answer, size),
            Some(from) => {
                let first = from + u64::from(trouble == Some(Trouble::Elsewhere));
                *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
                let range = format!("bytes {first}-{}/{size}", size - 1);
                if let Ok(range) = HeaderValue::try_from(range) {
                    answer.headers_mut().insert(header::CONTENT_RANGE, range);
                }
                let first = usize::try_from(first.min(size)).unwrap_or_default();
                *answer.body_mut() = whole.slice(first..);
            }
            None => *answer.body_mut() = whole,
        }
        if self.schedule().settings.length {
            let length = HeaderValue::from(answer.body().len());
            answer.headers_mut().insert(header::CONTENT_LENGTH, length);
        }
        answer
    }

    /// Adds the validator of the content, as configured.
    fn validator(&self, answer: &mut Reply, version: u64) -> Option<String> {
        let now = self.date();
        self.dated(answer, header::DATE, now);
        let (name, text) = match self.schedule().settings.mark {
            Mark::Nothing => return None,
            Mark::Tag => (header::ETAG, format!("\"v{version}\"")),
            // A weak tag means an equivalent content, not the same one.
            Mark::WeakTag => (header::ETAG, "W/\"v\"".to_owned()),
            // The date of the change is a strong validator only once it is old enough.
            Mark::Date => return self.changed(answer, version),
            Mark::FreshDate => return self.changed(answer, 0),
        };
        let value = HeaderValue::try_from(text.clone()).ok()?;
        answer.headers_mut().insert(name, value);
        Some(text)
    }
    /// Adds the date of a version's change: long ago, or just now.
    fn changed(&self, answer: &mut Reply, version: u64) -> Option<String> {
        let fresh = self.schedule().settings.mark == Mark::FreshDate;
        let now = self.date();
        let changed = match fresh {
            true => now.as_second(),
            false => CHANGED + i64::try_from(version).unwrap_or_default(),
        };
        // The clocks of the host and of its storage differ.
        let changed = Timestamp::from_second(changed - changed.rem_euclid(50) * i64::from(fresh));
        self.dated(answer, header::LAST_MODIFIED, changed.unwrap_or(now));
        let value = answer.headers().get(header::LAST_MODIFIED)?;
        value.to_str().ok().map(str::to_owned)
    }
}

/// The date of the first content, in seconds since the Unix epoch: months before any run.
const CHANGED: i64 = 1_767_225_600;

/// Responds that the range is beyond the end.
fn nothing(mut answer: Reply, size: u64) -> Reply {
    *answer.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    if let Ok(range) = HeaderValue::try_from(format!("bytes */{size}")) {
        answer.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    answer
}
