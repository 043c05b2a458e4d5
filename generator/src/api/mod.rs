//! The typed model from which code, comparisons and request rules are made.
//!
//! [`read()`] turns a simplified document into an [`Api`], and later stages do not use JSON. Only this stage decides
//! what a schema is, its Rust type, whether a value may be absent, which statuses are successes, and the direction of
//! a type.
//!
//! Invariant: two items with the same name in one scope are reported, never merged silently.

mod accessors;
mod checks;
mod constraints;
mod constructors;
mod families;
mod model;
pub(crate) mod naming;
mod operation;
mod operations;
mod paging;
mod parameters;
mod read;
mod records;
mod recursion;
mod schemas;
mod security;
mod setters;
mod types;
mod unions;
mod waits;

pub(crate) use constraints::{Bound, Constraints, Limit, whole};
pub(crate) use model::{Api, Family, Info, Module, SHARED};
pub(crate) use operation::{
    BodyFormat, CarriedOver, EarlierName, Ending, Flag, Location, Operation, Outcome, Output,
    Paging, Parameter, RequestBody, Requirement, Response, Style, Wait, Writing,
};
pub(crate) use read::read;
pub(crate) use records::OTHER_DIRECTION;
pub(crate) use schemas::{PINNABLE, RUNTIME_TYPE};
pub(crate) use types::{
    Accessor, Check, Constant, Direction, EnumValue, Field, Member, Origin, Presence, Prose,
    Record, Shape, TaggedUnion, TypeDef, TypeId, TypeRef, Variant,
};
