//! The nonces that were given out, and the counts that were used with each. Every step takes the same time, however many
//! there are.
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use super::gate::age;

/// How long a nonce is good for.
const LIFE: Duration = Duration::from_secs(5 * 60);

/// How many nonces are good at a time; more make the oldest useless.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Nonces {
    known: HashMap<String, Nonce>,
    /// From the oldest.
    order: VecDeque<(Instant, String)>,
}

#[derive(Debug)]
struct Nonce {
    given: Instant,
    /// The counts that were used: each once.
    used: HashSet<u32>,
}

impl Nonces {
    /// Remembers a new nonce, and forgets those that are no longer good.
    pub(super) fn give(&mut self, nonce: String, now: Instant) {
        while let Some((given, _)) = self.order.front()
            && (age(*given, now) >= LIFE || self.order.len() >= MOST)
        {
            if let Some((_, oldest)) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
        self.order.push_back((now, nonce.clone()));
        let used = HashSet::new();
        self.known.insert(nonce, Nonce { given: now, used });
    }

    /// Uses a count of a nonce; false where it was used before, or the nonce is not good.
    ///
    /// A count that comes again does not make the nonce useless for whoever counts on.
    pub(super) fn count(&mut self, nonce: &str, count: u32, now: Instant) -> bool {
        let known = self.known.get_mut(nonce);
        known.is_some_and(|nonce| age(nonce.given, now) < LIFE && nonce.used.insert(count))
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::{Clock as _, SystemClock};

    #[test]
    fn each_count_of_a_nonce_is_good_once_in_any_order_until_the_nonce_is_old() {
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
    fn what_is_remembered_is_bounded_by_number_and_by_age() {
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
