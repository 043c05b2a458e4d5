//! How many elements an answer may have: those of its lists, and its entries that no type knows.
//!
//! Small elements become large values: eight bytes of JSON can take a kilobyte of memory. So the length of a body does not
//! limit what it takes to decode it, and elements are counted while they are read. Must never count what is read from a
//! value in memory, which was counted when it came.
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

/// Puts the bound back that was there before.
struct Before(Bound);

impl Drop for Before {
    fn drop(&mut self) {
        BOUND.set(self.0);
    }
}

/// Runs `decode`, which fails once it has read more than `limit` elements.
pub(crate) fn counted<T>(limit: usize, decode: impl FnOnce() -> T) -> T {
    let bound = Bound { limit, left: limit };
    let _before = Before(BOUND.replace(bound));
    decode()
}

/// Runs `decode`, which reads from a value in memory.
pub fn uncounted<T>(decode: impl FnOnce() -> T) -> T {
    counted(usize::MAX, decode)
}

/// Runs `decode`, which reads once more what was read in vain, with the elements it had at first.
pub(super) fn recounted<T>(decode: impl FnOnce() -> T) -> T {
    counted(BOUND.get().limit, decode)
}

/// Counts an element.
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
