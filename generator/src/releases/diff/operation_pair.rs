//! Two operations that are compared with each other.

use super::input::Inputs;
use super::{ChangeLocation, Item};
use crate::api::Operation;
use crate::document::child;

/// Two operations that are compared with each other, and their location.
pub(super) struct OperationPair<'s> {
    pub(super) old: &'s Operation,
    pub(super) new: &'s Operation,
    pub(super) place: ChangeLocation,
    pub(super) inputs: &'s Inputs,
}

impl OperationPair<'_> {
    /// Returns the operation by its Rust name.
    pub(super) fn item(&self) -> Item {
        Item::whole(&self.new.method_name)
    }

    /// Returns the location of a member of the operation, where it exists.
    pub(super) fn member(
        &self,
        key: &str,
        is_there: impl Fn(&Operation) -> bool,
    ) -> ChangeLocation {
        let of = |operation: &Operation| is_there(operation).then(|| child(&operation.origin, key));
        match (of(self.old), of(self.new)) {
            (None, None) => self.place.clone(),
            (old, new) => self.place.at(old, new),
        }
    }
}
