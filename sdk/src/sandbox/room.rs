//! How many bytes of requests are held at a time, by all connections together.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};

/// What is left. Clones are the same.
#[derive(Debug, Clone)]
pub(super) struct Room(Arc<AtomicUsize>);

impl Room {
    pub(super) fn of(bytes: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(bytes)))
    }

    /// An empty body.
    pub(super) fn body(&self) -> Held {
        Held {
            room: self.clone(),
            bytes: BytesMut::new(),
            taken: 0,
        }
    }

    fn take(&self, bytes: usize) -> bool {
        let order = Ordering::Relaxed;
        let taken = self
            .0
            .fetch_update(order, order, |left| left.checked_sub(bytes));
        taken.is_ok()
    }
}

/// The part of a body that has arrived, whose room is free again once this is gone.
#[derive(Debug)]
pub(super) struct Held {
    room: Room,
    bytes: BytesMut,
    taken: usize,
}

impl Held {
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a piece of a body that has `most` bytes; false where there is no room for it.
    pub(super) fn add(&mut self, piece: &[u8], most: usize) -> bool {
        let needed = self.bytes.len() + piece.len();
        if needed > self.taken {
            // As lists grow, so that a body of many pieces is not copied for each of them.
            let ample = needed.max((self.taken * 2).min(most));
            let sizes = [ample, needed].into_iter();
            let mut found = sizes.filter(|size| self.room.take(size - self.taken));
            let Some(size) = found.next() else {
                return false;
            };
            self.taken = size;
            self.bytes.reserve(size - self.bytes.len());
        }
        self.bytes.extend_from_slice(piece);
        true
    }

    /// The body, for as long as the room is held.
    pub(super) fn whole(&mut self) -> Bytes {
        std::mem::take(&mut self.bytes).freeze()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.room.0.fetch_add(self.taken, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_share_the_room_and_give_it_back() {
        let room = Room::of(100);
        let (mut one, mut other) = (room.body(), room.body());
        assert!(one.add(&[1; 40], 1_000) && other.add(&[2; 50], 1_000));
        // Ten are left, of which none is taken by a piece that does not fit.
        assert!(!one.add(&[1; 11], 1_000));
        assert_eq!((one.len(), other.len()), (40, 50));
        assert!(one.add(&[1; 10], 50));
        let bytes = one.whole();
        assert_eq!(bytes, vec![1; 50]);
        assert!(!other.add(&[2], 1_000));
        drop(one);
        assert!(other.add(&[2; 50], 1_000));
        drop(other);
        assert!(room.body().add(&[3; 100], 1_000));
    }
}
