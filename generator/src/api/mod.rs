//! The typed middle: everything that code, comparisons and rules are made from, decided once.
//!
//! [`read`] turns a simplified document into an [`Api`]; nothing after it looks at JSON. What a schema is, which Rust type
//! it has, whether it may be absent, which statuses are successes and which way it travels is answered here and nowhere else.
//!
//! Invariant: two things that would get one name in one scope are a diagnostic, never a silent reuse.

mod accessors;
mod checks;
mod constraints;
mod families;
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
mod unions;
mod waits;

pub(crate) use constraints::whole;
pub(crate) use operation::*;
pub(crate) use read::read;
pub(crate) use records::OTHER_WAY;
pub(crate) use schemas::RUNTIME_TYPE;

use std::collections::{BTreeMap, BTreeSet};

/// One version of the API.
#[derive(Default)]
pub(crate) struct Api {
    pub(crate) info: Info,
    /// In document order.
    pub(crate) operations: Vec<Operation>,
    /// In document order; a [`TypeId`] is an index into it.
    pub(crate) types: Vec<TypeDef>,
    /// In alphabetical order.
    pub(crate) modules: Vec<Module>,
    pub(crate) families: Vec<Family>,
}

/// Kinds of one union, in one module, that have fields in common.
pub(crate) struct Family {
    /// The macro that writes a member.
    pub(crate) macro_name: String,
    pub(crate) union: TypeId,
    pub(crate) direction: Direction,
    pub(crate) members: Vec<TypeId>,
    /// The common fields, as the first member has them.
    pub(crate) shared: Vec<Field>,
}

impl Api {
    pub(crate) fn definition(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    /// A type as Rust writes it.
    pub(crate) fn rust(&self, value: &TypeRef) -> String {
        match value {
            TypeRef::List(items) => format!("Vec<{}>", self.rust(items)),
            TypeRef::Map(values) => format!("BTreeMap<String, {}>", self.rust(values)),
            TypeRef::Nullable(inner) => format!("Nullable<{}>", self.rust(inner)),
            TypeRef::Named(id) => self.definition(*id).name.clone(),
            TypeRef::Boxed(id) => format!("Box<{}>", self.definition(*id).name),
            plain => plain.plain().to_owned(),
        }
    }

    /// A type as a parameter has it: `&ObjectId`, `&str`, `i64`.
    pub(crate) fn argument(&self, value: &TypeRef) -> String {
        match value {
            TypeRef::Bool | TypeRef::Integer | TypeRef::Number => self.rust(value),
            TypeRef::List(items) if **items == TypeRef::Text => "&[&str]".to_owned(),
            value => format!("&{}", self.borrowed(value)),
        }
    }

    /// What a reference to an owned value is better a reference to.
    pub(crate) fn borrowed(&self, value: &TypeRef) -> String {
        match value {
            TypeRef::Text => "str".to_owned(),
            TypeRef::List(items) => format!("[{}]", self.rust(items)),
            value => self.rust(value),
        }
    }

    /// The modules that have a type: those whose operations reach it, and the shared one if there are several.
    pub(crate) fn modules_of(&self, definition: &TypeDef) -> BTreeSet<&str> {
        let mut modules: BTreeSet<&str> = definition
            .reached_from
            .iter()
            .map(|&index| self.modules[index].name.as_str())
            .collect();
        if modules.len() > 1 {
            modules.insert(SHARED);
        }
        modules
    }
}

/// What a document says of itself.
#[derive(Default)]
pub(crate) struct Info {
    pub(crate) title: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) description: Option<String>,
}

/// The module of types that more than one resource uses. The modules of these resources have them too.
pub(crate) const SHARED: &str = "shared";

/// One file: a resource's operations and the types only they use, or the types several resources share.
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) docs: String,
    /// Indices into [`Api::operations`].
    pub(crate) operations: Vec<usize>,
    pub(crate) types: Vec<TypeId>,
    /// The shared types that its operations lead to.
    pub(crate) shared: Vec<TypeId>,
}

/// A type of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeId(usize);

/// What a value is in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TypeRef {
    Bool,
    /// Every integer is 64 bits wide: the service's sizes and times are.
    Integer,
    Number,
    Text,
    Timestamp,
    ObjectId,
    ClusterName,
    /// A link that holds a secret.
    SecretUrl,
    /// A body that is not JSON.
    Bytes,
    /// Any JSON.
    Any,
    List(Box<TypeRef>),
    Map(Box<TypeRef>),
    /// A value that has to be there and may be `null`.
    Nullable(Box<TypeRef>),
    Named(TypeId),
    /// A type of the document on the way back to itself.
    Boxed(TypeId),
}

impl TypeRef {
    /// The type of the document that this is, not that it contains.
    pub(crate) fn named(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) | Self::Boxed(id) => Some(*id),
            Self::Nullable(inner) => inner.named(),
            _ => None,
        }
    }

    /// What Rust or the runtime calls a type that holds no other and is none of the document.
    pub(crate) fn plain(&self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Integer => "i64",
            Self::Number => "f64",
            Self::Text => "String",
            Self::Timestamp => "Timestamp",
            Self::ObjectId => "ObjectId",
            Self::ClusterName => "ClusterName",
            Self::SecretUrl => "SecretUrl",
            Self::Bytes => "Bytes",
            Self::Any => "Value",
            Self::List(_) => "Vec",
            Self::Map(_) => "BTreeMap",
            Self::Nullable(_) => "Nullable",
            Self::Named(_) | Self::Boxed(_) => "",
        }
    }
}

/// Where a part stands in the document as it was given: a JSON pointer (RFC 6901).
pub(crate) type Origin = String;

/// What the document says about a thing in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prose {
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
}

/// A type of the document.
pub(crate) struct TypeDef {
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) prose: Prose,
    pub(crate) origin: Option<Origin>,
    /// Which way it travels.
    pub(crate) direction: Direction,
    pub(crate) shape: Shape,
    /// Whether a value is checked before it is sent.
    pub(crate) is_checked: bool,
    /// The family it is a member of, as an index into [`Api::families`].
    pub(crate) family: Option<usize>,
    /// The modules whose operations reach it, as indices into [`Api::modules`].
    pub(crate) reached_from: Vec<usize>,
}

/// Which way a type travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
    Both,
}

impl Direction {
    /// Whether it is part of requests.
    pub(crate) fn is_sent(self) -> bool {
        self != Self::Response
    }
}

pub(crate) enum Shape {
    Record(Record),
    Enum(Vec<EnumValue>),
    Tagged(TaggedUnion),
    Untagged(Vec<Member>),
}

/// A value of an open enum.
pub(crate) struct EnumValue {
    pub(crate) variant: String,
    pub(crate) wire: String,
    /// Empty if the document does not describe it.
    pub(crate) docs: String,
}

/// A union told apart by a property.
pub(crate) struct TaggedUnion {
    pub(crate) tag: String,
    pub(crate) kinds: Vec<Kind>,
    /// The fields of its base, by their names on the wire.
    common: Vec<String>,
    /// What it can be asked for whichever kind it is, if it is received.
    pub(crate) accessors: Vec<Accessor>,
}

/// One kind of a tagged union.
pub(crate) struct Kind {
    pub(crate) variant: String,
    pub(crate) record: TypeId,
    pub(crate) tags: Vec<String>,
    pub(crate) docs: String,
}

/// A member of a union told apart by what its JSON looks like.
pub(crate) struct Member {
    pub(crate) variant: String,
    pub(crate) value: TypeRef,
    /// Of a record: the fields that an object must have to be one, and the value of those that have one only.
    pub(crate) required: Vec<(String, Option<String>)>,
    /// Whether it has something to check before it is sent.
    pub(crate) is_checked: bool,
}

/// A field that can be read off a union.
pub(crate) struct Accessor {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) value: TypeRef,
    /// Whether every kind that has it calls it deprecated.
    pub(crate) deprecated: bool,
    /// The variants that have it.
    pub(crate) variants: Vec<String>,
}

/// A struct.
pub(crate) struct Record {
    pub(crate) fields: Vec<Field>,
    /// Whether it is a change: what may be left out can be left alone, cleared or set.
    pub(crate) is_patch: bool,
    /// The properties that only the other direction has.
    pub(crate) other_way: Vec<Origin>,
}

/// Whether a field has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Always there: an argument of `new` in requests, a list that may be empty in responses.
    Required,
    Optional,
    /// Part of a change: may be left alone, cleared or set.
    Patch,
}

/// A field of a struct.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) prose: Prose,
    pub(crate) origin: Option<Origin>,
    pub(crate) value: TypeRef,
    pub(crate) presence: Presence,
    /// Whether the document calls it required, which responses are not trusted to keep.
    pub(crate) declared_required: bool,
    pub(crate) deprecated: bool,
    /// The one value this field can have in requests.
    pub(crate) constant: Option<Constant>,
    pub(crate) constraints: Constraints,
    pub(crate) checks: Vec<Check>,
}

impl Field {
    /// Whether `new` asks for it.
    pub(crate) fn is_argument(&self) -> bool {
        self.presence == Presence::Required && self.constant.is_none()
    }

    /// Whether it has a setter where its record is sent.
    pub(crate) fn is_settable(&self) -> bool {
        self.presence != Presence::Required && self.constant.is_none()
    }
}

/// A value that is always the same.
#[derive(Clone)]
pub(crate) struct Constant {
    pub(crate) wire: String,
    /// The enum and its variant; `None` of plain text.
    pub(crate) variant: Option<(TypeId, String)>,
}

/// What the document says of values beyond their type, and of the values inside those.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Constraints {
    pub(crate) nullable: bool,
    /// As JSON, as the two below.
    pub(crate) format: Option<String>,
    pub(crate) pattern: Option<String>,
    pub(crate) default: Option<String>,
    pub(crate) bounds: BTreeMap<Bound, Limit>,
    /// The values a number or flag may have, as JSON; those of text are an enum's.
    pub(crate) values: Vec<String>,
    /// Of the items of a list or the values of a map, and the key these are under.
    pub(crate) inner: Option<(&'static str, Box<Constraints>)>,
    /// The component that says all this, where the schema was a reference to one that is no type.
    pub(crate) alias: Option<Origin>,
}

/// A bound of values, as the document calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bound {
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
    Minimum,
    Maximum,
    MinProperties,
    MaxProperties,
}

/// A number of the document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    /// As JSON.
    pub(crate) text: String,
    pub(crate) number: f64,
    /// The same as an integer.
    pub(crate) whole: i64,
    /// Whether the number itself is no value.
    pub(crate) exclusive: bool,
}

/// What is checked before a value is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Check {
    /// How many characters.
    Length(Option<i64>, Option<i64>),
    /// How many items.
    Count(Option<i64>, Option<i64>),
    /// Which integers.
    Integers(Option<i64>, Option<i64>),
    /// Which numbers.
    Numbers(Option<f64>, Option<f64>),
    /// Which integers one by one: those in [`Constraints::values`].
    OneOf,
    /// The type inside has checks of its own.
    Inner,
    /// The type of each item has checks of its own.
    Items,
}
