//! The limit on the number of elements of a response: items of lists, and fields that no type knows.
//!
//! Small elements become large values: eight bytes of JSON can take a kilobyte of memory. The length of a body does not
//! limit the memory for decoding, so elements are counted during decoding. Invariant: decoding from a value in memory
//! does not count, because its elements were counted when it was read.
use std::cell::Cell;

use serde::de::Error;

thread_local! {
    static BOUND: Cell<Bound> = const { Cell::new(Bound { limit: usize::MAX, left: usize::MAX }) };
}

#[derive(Clone, Copy)]
struct Bound {
    limit: usize,
    left: usize,
}

/// Restores the previous bound when it is dropped.
struct Before(Bound);

impl Drop for Before {
    fn drop(&mut self) {
        BOUND.set(self.0);
    }
}

/// Runs `decode`, which fails after more than `limit` elements.
pub(crate) fn counted<T>(limit: usize, decode: impl FnOnce() -> T) -> T {
    let bound = Bound { limit, left: limit };
    let _before = Before(BOUND.replace(bound));
    decode()
}

/// Runs `decode`, which reads from a value in memory, without counting.
pub(super) fn uncounted<T>(decode: impl FnOnce() -> T) -> T {
    counted(usize::MAX, decode)
}

/// Runs `decode`, which reads the same text again, with the whole limit.
pub(super) fn recounted<T>(decode: impl FnOnce() -> T) -> T {
    counted(BOUND.get().limit, decode)
}

/// Counts an element, and fails if there are more than the limit.
pub(crate) fn count<E: Error>() -> Result<(), E> {
    let Bound { limit, left } = BOUND.get();
    let Some(left) = left.checked_sub(1) else {
        return Err(E::custom(format_args!(
            "it has more than {limit} elements; `ClientBuilder::max_elements` sets how many it may have"
        )));
    };
    BOUND.set(Bound { limit, left });
    Ok(())
}
