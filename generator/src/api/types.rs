//! The model of types: Rust types of values, and the contents of structs, enums and unions.

use super::constraints::Constraints;

/// Identifies a type of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeId(pub(super) usize);

/// The Rust type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TypeRef {
    Bool,
    /// Always 64 bits wide, because sizes and times of the service need it.
    Integer,
    Number,
    Text,
    Timestamp,
    ObjectId,
    ClusterName,
    /// A URL that contains a secret.
    SecretUrl,
    /// A body that is not JSON.
    Bytes,
    /// Any JSON value.
    Any,
    List(Box<TypeRef>),
    Map(Box<TypeRef>),
    /// A required value that may be `null`.
    Nullable(Box<TypeRef>),
    Named(TypeId),
    /// A type of the document that leads back to the type that contains it.
    Boxed(TypeId),
}

impl TypeRef {
    /// Returns the type of the document that this is, ignoring types inside lists and maps.
    pub(crate) fn named(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) | Self::Boxed(id) => Some(*id),
            Self::Nullable(inner) => inner.named(),
            _ => None,
        }
    }

    /// Returns the Rust name of a type that is not from the document, without its parameters.
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

/// JSON pointer (RFC 6901) of a part in the document as it was given.
pub(crate) type Origin = String;

/// The prose of a part of the document.
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
    pub(crate) direction: Direction,
    pub(crate) shape: Shape,
    /// True if values are validated before they are sent.
    pub(crate) is_checked: bool,
    /// The family that it belongs to, as an index into `Api::families`.
    pub(crate) family: Option<usize>,
    /// The modules whose operations use it, as indices into `Api::modules`.
    pub(crate) reached_from: Vec<usize>,
}

/// The direction in which a type is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
    Both,
}

impl Direction {
    /// Returns true if requests contain the type.
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

/// A union whose variants a property identifies.
pub(crate) struct TaggedUnion {
    pub(crate) tag: String,
    pub(crate) variants: Vec<Variant>,
    /// Fields of the base, by their names in JSON.
    pub(super) common: Vec<String>,
    /// Fields that can be read whichever variant a value is; empty for request types.
    pub(crate) accessors: Vec<Accessor>,
}

/// A variant of a tagged union.
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) record: TypeId,
    pub(crate) tags: Vec<String>,
    pub(crate) docs: String,
}

/// A member of a union whose members are distinguished by their shape.
pub(crate) struct Member {
    pub(crate) variant: String,
    pub(crate) value: TypeRef,
    /// Required fields of a record, each with its value if only one is possible.
    pub(crate) required: Vec<(String, Option<String>)>,
    /// True if it is validated before it is sent.
    pub(crate) is_checked: bool,
}

/// A field that can be read from a union.
pub(crate) struct Accessor {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) value: TypeRef,
    /// True if the field is deprecated in every variant that has it.
    pub(crate) deprecated: bool,
    /// True if the service always sends the field, in every variant of the union. The accessor is a checked one.
    pub(crate) always_sent: bool,
    /// The variants that have the field.
    pub(crate) variants: Vec<String>,
}

/// A struct.
pub(crate) struct Record {
    pub(crate) fields: Vec<Field>,
    /// Name of the struct in which `new` takes the required fields; `None` if `new` takes them as arguments.
    pub(crate) by_name: Option<String>,
    /// True if it is a patch, in which each optional field can be left unchanged, cleared or set.
    pub(crate) is_patch: bool,
    /// Properties that only the other direction has.
    pub(crate) other_direction: Vec<Origin>,
}

impl Record {
    /// Returns the fields that `new` requires.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.is_argument())
    }
}

/// Presence of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Always present: an argument of `new` in requests, a possibly empty list in responses.
    Required,
    Optional,
    /// Part of a patch: can be left unchanged, cleared or set.
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
    /// True if the document marks it as required. Responses may omit it nevertheless.
    pub(crate) declared_required: bool,
    /// True if it is an optional response field that the service always sends. It has a checked accessor.
    pub(crate) always_sent: bool,
    pub(crate) deprecated: bool,
    /// The only value that the field can have in requests.
    pub(crate) constant: Option<Constant>,
    pub(crate) constraints: Constraints,
    pub(crate) checks: Vec<Check>,
}

impl Field {
    /// Returns true if `new` requires the field.
    pub(crate) fn is_argument(&self) -> bool {
        self.presence == Presence::Required && self.constant.is_none()
    }

    /// Returns true if the field has a setter in request types.
    pub(crate) fn is_settable(&self) -> bool {
        self.presence != Presence::Required && self.constant.is_none()
    }
}

/// A constant value.
#[derive(Clone)]
pub(crate) struct Constant {
    pub(crate) wire: String,
    /// The enum and its variant; `None` for a plain string.
    pub(crate) variant: Option<(TypeId, String)>,
}

/// A validation before a value is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Check {
    /// Number of characters.
    Length(Option<i64>, Option<i64>),
    /// Number of items.
    Count(Option<i64>, Option<i64>),
    /// Range of integers.
    Integers(Option<i64>, Option<i64>),
    /// Range of numbers.
    Numbers(Option<f64>, Option<f64>),
    /// List of integers, in [`Constraints::values`].
    OneOf,
    /// The checks of the inner type.
    Inner,
    /// The checks of each item's type.
    Items,
}
