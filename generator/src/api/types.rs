//! The types of an API: what a value is in Rust, and what the structs, enums and unions have.

use super::constraints::Constraints;

/// A type of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeId(pub(super) usize);

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
    pub(super) common: Vec<String>,
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
    /// The struct in which `new` takes the required fields by name; `None` where it takes them one by one.
    pub(crate) by_name: Option<String>,
    /// Whether it is a change: what may be left out can be left alone, cleared or set.
    pub(crate) is_patch: bool,
    /// The properties that only the other direction has.
    pub(crate) other_way: Vec<Origin>,
}

impl Record {
    /// The fields that `new` asks for.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.is_argument())
    }
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
    /// Whether it has a checked accessor: it is optional in a response, but the service always sends it.
    pub(crate) always_sent: bool,
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
