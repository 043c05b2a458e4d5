//! Support for releases: the diff of documents, the public API listing, carried-over operations, and unselected
//! operations.
//!
//! Alternatives that were weighed (lines without tests):
//!
//! | Part | Lines | Alternative | Decision |
//! |---|---|---|---|
//! | Public API listing (`public_api`) | 1,400 | `public-api`, which needs a nightly compiler and code that compiles; `cargo-semver-checks`, which ignores types in signatures | Kept: it compares signatures without a compiler. It lists the SDK in two seconds and judges 102 pairs of documents, 300 mutants and each fuzzed pair. CI verifies it with `cargo-semver-checks`. |
//! | User code before and after in the migration guide | 690 | A template per rule, with the lines of the listing | Replaced: it repeated the decisions of rendering. |
//! | Journal of `xtask`, which staged all files of a command | 350 | Writing each file separately, in an order that shows an interruption, and git | Replaced by 90 lines: running a command again completes it as well. Hashing every file took 120 M of the 645 M instructions of `generate --spec`. |
//! | Semantic diff, carry-over | 3,650 | oasdiff (`spec/OASDIFF.md`), which judges the wire format and not Rust | Kept |

pub(crate) mod carry_over;
pub(crate) mod diff;
pub(crate) mod public_api;
pub(crate) mod unselected;
