//! Nonces of digest authentication and the counts used with each; all functions take constant time.
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

/// How long a nonce is valid.
const LIFE: Duration = Duration::from_secs(5 * 60);

/// How many nonces are valid at a time; a further one removes the oldest.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Nonces {
    known: HashMap<String, Nonce>,
    /// The oldest first.
    order: VecDeque<(Instant, String)>,
}

#[derive(Debug)]
struct Nonce {
    given: Instant,
    /// The counts that were used; each is valid once.
    used: HashSet<u32>,
}

impl Nonces {
    /// Adds a new nonce and removes the expired ones; at the limit, the oldest one.
    pub(super) fn give(&mut self, nonce: String, now: Instant) {
        while let Some((given, _)) = self.order.front()
            && (is_over(*given, now) || self.order.len() >= MOST)
        {
            if let Some((_, oldest)) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
        self.order.push_back((now, nonce.clone()));
        let used = HashSet::new();
        self.known.insert(nonce, Nonce { given: now, used });
    }

    /// Uses a count of a nonce; returns false if it was used before, or the nonce is unknown or expired.
    ///
    /// A repeated count leaves the nonce valid for higher counts.
    pub(super) fn count(&mut self, nonce: &str, count: u32, now: Instant) -> bool {
        let known = self.known.get_mut(nonce);
        known.is_some_and(|nonce| !is_over(nonce.given, now) && nonce.used.insert(count))
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Returns true if a nonce that was issued at `given` has expired.
fn is_over(given: Instant, now: Instant) -> bool {
    now.saturating_duration_since(given) >= LIFE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::{Clock as _, SystemClock};

    #[test]
    fn each_count_is_valid_once_in_any_order_until_the_nonce_expires() {
        let (mut nonces, began) = (Nonces::default(), SystemClock.now());
        nonces.give("a".to_owned(), began);
        for (count, good) in [(1, true), (3, true), (2, true), (3, false), (4, true)] {
            assert_eq!(nonces.count("a", count, began), good, "{count}");
        }
        assert!(!nonces.count("b", 1, began));
        assert!(nonces.count("a", 5, began + LIFE - Duration::from_secs(1)));
        assert!(!nonces.count("a", 6, began + LIFE));
    }

    #[test]
    fn nonces_are_bounded_by_number_and_by_age() {
        let (mut nonces, began) = (Nonces::default(), SystemClock.now());
        for number in 0..=MOST {
            nonces.give(number.to_string(), began);
        }
        assert_eq!((nonces.known.len(), nonces.order.len()), (MOST, MOST));
        assert!(!nonces.count("0", 1, began) && nonces.count("1", 1, began));
        nonces.give("late".to_owned(), began + LIFE);
        assert_eq!((nonces.known.len(), nonces.order.len()), (1, 1));
    }
}
