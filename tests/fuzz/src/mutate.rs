//! Seeded mutations of a corpus, for property tests without coverage feedback.
//!
//! Invariant: the randomness of the machine is not used.

pub(crate) mod script;

use atlas_backup_support::arbitrary::Dice;

/// The longest input that mutations create, in bytes.
const LONGEST: usize = 16 << 10;

/// Boundary values of parsers.
const TOKENS: [&str; 32] = [
    "\0",
    "\n",
    "\r\n",
    "\"",
    "\\",
    "'",
    "<",
    "&",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "=",
    "%",
    "%00",
    "../",
    "null",
    "-1",
    "0",
    "1e999",
    "18446744073709551616",
    "99999999999999999999",
    "\u{feff}",
    "\u{202e}",
    "\u{d7ff}",
    "é",
    "true",
    "[[[[[[[[[[",
    "{\"a\":",
    "===",
];

/// Returns an input made from one or two inputs of the corpus by one to eight small changes.
#[must_use]
pub fn mutated(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let pick = |dice: &mut Dice| {
        corpus
            .get(dice.index(corpus.len().max(1)))
            .cloned()
            .unwrap_or_default()
    };
    let mut input = pick(dice);
    for _ in 0..=dice.roll(8) {
        let at = dice.index(input.len() + 1);
        let length = dice.index(1 + (input.len() - at).min(64));
        let part = at..at + length;
        match dice.roll(7) {
            0 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << dice.roll(8);
                }
            }
            1 => drop(input.drain(part)),
            2 => {
                let copied = input.get(part).unwrap_or_default().to_vec();
                let to = dice.index(input.len() + 1);
                input.splice(to..to, copied);
            }
            3 => {
                let token = TOKENS
                    .get(dice.index(TOKENS.len()))
                    .copied()
                    .unwrap_or_default();
                input.splice(part, token.bytes());
            }
            4 => {
                let other = pick(dice);
                let from = dice.index(other.len() + 1);
                let to = from + dice.index(1 + (other.len() - from).min(256));
                input.splice(
                    part,
                    other.get(from..to).unwrap_or_default().iter().copied(),
                );
            }
            5 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = u8::try_from(dice.roll(256)).unwrap_or_default();
                }
            }
            _ => {
                let copied = input
                    .get(part)
                    .unwrap_or_default()
                    .repeat(1 + dice.index(8));
                input.splice(at..at, copied);
            }
        }
        input.truncate(LONGEST);
    }
    input
}
