//! The memory budget for request bodies, shared by all connections.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};

/// The bytes left in the budget, shared by all clones.
#[derive(Debug, Clone)]
pub(super) struct BodyBudget(Arc<AtomicUsize>);

impl BodyBudget {
    pub(super) fn of(bytes: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(bytes)))
    }

    /// Creates an empty body that draws on this budget.
    pub(super) fn body(&self) -> BufferedBody {
        BufferedBody {
            budget: self.clone(),
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

/// The received part of a body. Dropping it returns its bytes to the budget.
#[derive(Debug)]
pub(super) struct BufferedBody {
    budget: BodyBudget,
    bytes: BytesMut,
    taken: usize,
}

impl BufferedBody {
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Appends a chunk of a body of at most `most` bytes; returns false if the budget is spent.
    pub(super) fn add(&mut self, piece: &[u8], most: usize) -> bool {
        let needed = self.bytes.len() + piece.len();
        if needed > self.taken {
            // Capacity is doubled, so that a body of many chunks is not copied for each of them.
            let ample = needed.max((self.taken * 2).min(most));
            let sizes = [ample, needed].into_iter();
            let mut found = sizes.filter(|size| self.budget.take(size - self.taken));
            let Some(size) = found.next() else {
                return false;
            };
            self.taken = size;
            self.bytes.reserve(size - self.bytes.len());
        }
        self.bytes.extend_from_slice(piece);
        true
    }

    /// Takes the bytes; they count against the budget until `self` is dropped.
    pub(super) fn whole(&mut self) -> Bytes {
        std::mem::take(&mut self.bytes).freeze()
    }
}

impl Drop for BufferedBody {
    fn drop(&mut self) {
        self.budget.0.fetch_add(self.taken, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_share_the_budget_and_return_it_when_dropped() {
        let budget = BodyBudget::of(100);
        let (mut one, mut other) = (budget.body(), budget.body());
        assert!(one.add(&[1; 40], 1_000) && other.add(&[2; 50], 1_000));
        // Ten bytes are left; a chunk that does not fit takes none of them.
        assert!(!one.add(&[1; 11], 1_000));
        assert_eq!((one.len(), other.len()), (40, 50));
        assert!(one.add(&[1; 10], 50));
        let bytes = one.whole();
        assert_eq!(bytes, vec![1; 50]);
        assert!(!other.add(&[2], 1_000));
        drop(one);
        assert!(other.add(&[2; 50], 1_000));
        drop(other);
        assert!(budget.body().add(&[3; 100], 1_000));
    }
}
