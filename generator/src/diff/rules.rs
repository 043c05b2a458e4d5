//! The table of rules: what a change between two documents is called, and what it does to users of the generated code.
//!
//! Invariant: a rule has one class. `spec/RULES.md` lists the same rules, and a test compares the two.

use serde::Serialize;

/// What a change asks of the next version of the generated crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Code that compiled, or a call that was answered, may not any more.
    Breaking,
    /// There is more than before; what there was stays.
    Feature,
    /// The same Rust API does something else on the wire or before it.
    Fix,
    /// Only what is said about the API changes.
    Docs,
}

/// A rule: the name of one kind of change, and what such a change means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Stable, kebab-case name, such as `field-removed`.
    pub id: &'static str,
    /// What it asks of the next version.
    pub class: Class,
    /// What is different in the new document.
    pub what: &'static str,
    /// Why it has its class.
    pub why: &'static str,
}

macro_rules! rules {
    ($($name:ident $id:literal $class:ident $what:literal $why:literal;)*) => {
        $(pub(super) const $name: &Rule = &Rule { id: $id, class: Class::$class, what: $what, why: $why };)*
        /// Every rule, in the order of `spec/RULES.md`.
        pub static RULES: &[&Rule] = &[$($name),*];
    };
}

rules! {
    OPERATION_ADDED "operation-added" Feature "an operation is new" "there is a method more";
    OPERATION_REMOVED "operation-removed" Breaking "an operation is gone" "its method goes";
    OPERATION_RENAMED "operation-renamed" Breaking "the same method and path have another id" "the method and its marker type are called after the id";
    OPERATION_RENAMED_KEPT "operation-renamed-kept" Feature "an operation has another id, and keeps its old name beside it" "the old method and marker type stay for a release, `#[deprecated]`";
    OPERATION_EARLIER_NAME_REMOVED "operation-earlier-name-removed" Breaking "an operation has lost its old name" "the old method and marker type go";
    OPERATION_REMOVED_KEPT "operation-removed-kept" Feature "an operation is gone, and is kept beside the document" "its method and types stay for a release, `#[deprecated]`";
    OPERATION_KEPT_REMOVED "operation-kept-removed" Breaking "an operation that was only kept is gone" "its method goes";
    OPERATION_MOVED "operation-moved" Fix "the same id has another method or path" "the Rust method stays, and sends something else";
    OPERATION_REGROUPED "operation-regrouped" Breaking "an operation belongs to another module" "modules are public; in a crate of its own each is a cargo feature";
    OPERATION_DEPRECATED "operation-deprecated" Feature "an operation is called deprecated" "`#[deprecated]` warns, and breaks nothing";
    OPERATION_UNDEPRECATED "operation-undeprecated" Fix "an operation is not called deprecated any more" "a warning goes";
    VERSION_CHANGED "version-changed" Fix "an operation speaks another dated version" "what that changes in Rust has rules of its own";
    VERSION_ADDED "version-added" Docs "there is a dated version that is not used" "another API date would use it";
    VERSION_WITHDRAWN "version-withdrawn" Docs "a dated version that was not used is gone" "nothing used it";
    SUNSET_ANNOUNCED "sunset-announced" Feature "the version in use gets a date of its end" "`#[deprecated]` warns, and breaks nothing";
    SUNSET_CHANGED "sunset-changed" Docs "the date of its end is another" "the warning says another date";
    SUNSET_LIFTED "sunset-lifted" Fix "the version in use has no end any more" "a warning goes";
    SUNSET_PASSED "sunset-passed" Breaking "the end of the version in use is not after the API date" "the service turns it off, and the generator refuses it";
    ROLES_CHANGED "roles-changed" Fix "an operation needs other roles" "the table of operations says so; no signature does";
    IDEMPOTENCY_CHANGED "idempotency-changed" Fix "an operation may, or may not, be sent twice" "retries change, no signature does";
    WAIT_ADDED "wait-added" Feature "there is something new to wait for" "there is a method more";
    WAIT_REMOVED "wait-removed" Breaking "there is something less to wait for" "its method goes";
    WAIT_CHANGED "wait-changed" Fix "a wait ends by other values" "the same method ends at another time";
    PAGES_ADDED "pages-added" Feature "a list comes in pages" "`items` and `pages` are new";
    PAGES_REMOVED "pages-removed" Breaking "a list does not come in pages any more" "`items` and `pages` go";
    PAGES_CHANGED "pages-changed" Breaking "a page keeps its items elsewhere" "`items` gives other items";
    PARAMETER_ADDED "parameter-added" Feature "a parameter that may be left out is new" "the call has a setter more";
    REQUIRED_PARAMETER_ADDED "required-parameter-added" Breaking "a parameter that has to be there is new" "the method takes one argument more";
    PARAMETER_REMOVED "parameter-removed" Breaking "a parameter is gone" "its setter or argument goes";
    PARAMETER_REQUIRED "parameter-required" Breaking "a parameter has to be there now" "a setter becomes an argument";
    PARAMETER_OPTIONAL "parameter-optional" Breaking "a parameter may be left out now" "an argument becomes a setter";
    PARAMETER_TYPE_CHANGED "parameter-type-changed" Breaking "a parameter has another type" "its argument has it too";
    PARAMETER_RENAMED "parameter-renamed" Breaking "a parameter has another name in Rust" "its setter is called otherwise; names of arguments are no API";
    PARAMETER_RESPELLED "parameter-respelled" Fix "a parameter has another name on the wire, and in Rust the same or none" "the call looks the same";
    ARGUMENT_RENAMED "argument-renamed" Docs "an argument is called otherwise" "arguments are told apart by their order; what the parts of a path are called is not sent";
    RUNTIME_PARAMETER_CHANGED "runtime-parameter-changed" Docs "what the runtime sends by itself (`envelope`, `pretty`, `includeCount`, pages) is described otherwise" "it is sent as the caller asks for it, whatever the document says";
    PARAMETER_MOVED "parameter-moved" Fix "a parameter goes into another part of the request" "the call looks the same";
    PARAMETER_STYLE_CHANGED "parameter-style-changed" Fix "a list is written into the query in another way" "the call looks the same";
    PARAMETERS_REORDERED "parameters-reordered" Breaking "what has to be there comes in another order" "arguments are told apart by their order";
    BODY_ADDED "body-added" Breaking "an operation takes a body" "the method takes one argument more, `Option` or not";
    BODY_REMOVED "body-removed" Breaking "an operation takes no body any more" "the method takes one argument less";
    BODY_REQUIRED "body-required" Breaking "a body has to be there now" "`Option<&T>` becomes `&T`";
    BODY_OPTIONAL "body-optional" Breaking "a body may be left out now" "`&T` becomes `Option<&T>`";
    BODY_TYPE_CHANGED "body-type-changed" Breaking "a body has another type" "its argument has it too";
    ANSWER_TYPE_CHANGED "answer-type-changed" Breaking "a call gives another type, or nothing, or bytes" "`Output` is another type";
    MEDIA_TYPE_CHANGED "media-type-changed" Fix "a body has another media type, the version aside" "the call looks the same";
    SUCCESS_STATUS_CHANGED "success-status-changed" Fix "other statuses are successes" "calls judge answers otherwise; the type of what they give has a rule of its own";
    ERROR_STATUS_CHANGED "error-status-changed" Docs "other errors are documented" "errors have one type, whatever is documented";
    TYPE_RENAMED "type-renamed" Breaking "the same shape has another name" "types are public; those of nameless schemas too, since their place names them";
    TYPE_REGROUPED "type-regrouped" Breaking "operations of one module less lead to a type" "the module, or the one of what is shared, does not have it any more; the version's module does";
    TYPE_KIND_CHANGED "type-kind-changed" Breaking "a record, enum or union became another of these" "a struct is no enum";
    CHANGE_FORM_CHANGED "change-form-changed" Breaking "a body describes a change, or does not any more" "`Option` becomes `Patch`, or the reverse";
    FIELD_ADDED "field-added" Feature "a field is new" "structs are `#[non_exhaustive]`; requests get a setter";
    REQUIRED_FIELD_ADDED "required-field-added" Breaking "requests have a new field that has to be there" "`new` takes one argument more";
    FIELD_REMOVED "field-removed" Breaking "a field is gone" "the struct loses it, and its setter";
    FIELD_RENAMED "field-renamed" Breaking "a field has another name in Rust" "code names it";
    FIELD_RESPELLED "field-respelled" Fix "a field has another name in JSON, and the same in Rust" "code names it as before";
    FIELD_TYPE_CHANGED "field-type-changed" Breaking "a field has another type" "the field of the struct has it too";
    FIELD_REQUIRED "field-required" Breaking "a field of requests has to be there now" "`new` takes one argument more";
    FIELD_OPTIONAL "field-optional" Breaking "a field of requests may be left out now" "`new` takes one argument less";
    FIELDS_REORDERED "fields-reordered" Breaking "the fields of requests that have to be there come in another order" "arguments of `new` are told apart by their order";
    TAG_PINNED "tag-pinned" Breaking "`new` fills a field by itself, or does not any more" "its arguments are others";
    LIST_PRESENCE_CHANGED "list-presence-changed" Breaking "answers promise a list, or do not any more" "`Vec` becomes `Option<Vec>`, or the reverse";
    DEFAULT_LOST "default-lost" Breaking "answers promise a list for the first time" "a struct with a `Vec` that has to be there has no `Default`";
    PRESENCE_CHANGED "presence-changed" Docs "answers promise a field that is no list, or do not any more" "it is an `Option` either way";
    FIELD_READ_ONLY "field-read-only" Breaking "a field became read-only" "requests lose it";
    FIELD_NOT_READ_ONLY "field-not-read-only" Feature "a field is not read-only any more" "requests get a setter";
    FIELD_WRITE_ONLY "field-write-only" Breaking "a field became write-only" "answers lose it";
    FIELD_NOT_WRITE_ONLY "field-not-write-only" Feature "a field is not write-only any more" "answers have it";
    FIELD_DEPRECATED "field-deprecated" Feature "a field is called deprecated" "`#[deprecated]` warns, and breaks nothing";
    FIELD_UNDEPRECATED "field-undeprecated" Fix "a field is not called deprecated any more" "a warning goes";
    FORMAT_CHANGED "format-changed" Docs "a value of the same Rust type has another format" "numbers are 64 bits wide, and text is text";
    NULLABLE_CHANGED "nullable-changed" Docs "a value may, or may not, be `null`" "`null` reads as absent, whatever the document says";
    DEFAULT_CHANGED "default-changed" Docs "the service takes another value for what is left out" "what is left out is not sent";
    CONSTRAINT_TIGHTENED "constraint-tightened" Fix "fewer values may be sent" "what is refused before it is sent, the service would refuse; nothing stops compiling";
    CONSTRAINT_LOOSENED "constraint-loosened" Feature "more values may be sent" "what was refused before it was sent is sent";
    PATTERN_CHANGED "pattern-changed" Docs "text has another pattern, and the same type" "only the patterns that are types are checked";
    ANSWER_CONSTRAINT_CHANGED "answer-constraint-changed" Docs "answers promise other bounds" "answers are not checked";
    ENUM_VALUE_ADDED "enum-value-added" Feature "an enum has a new value" "enums are `#[non_exhaustive]`, and unknown values are kept";
    ENUM_VALUE_REMOVED "enum-value-removed" Breaking "an enum has lost a value" "code names its variant";
    ENUM_VALUE_RENAMED "enum-value-renamed" Breaking "a value has another, similar name" "code names its variant";
    ENUM_VALUE_RESPELLED "enum-value-respelled" Fix "a value is spelt otherwise in JSON, and the same in Rust" "code names its variant as before";
    UNION_KIND_ADDED "union-kind-added" Feature "a union has a new kind" "unions are `#[non_exhaustive]`, and unknown kinds are kept";
    UNION_KIND_REMOVED "union-kind-removed" Breaking "a union has lost a kind" "code names its variant";
    UNION_KIND_RENAMED "union-kind-renamed" Breaking "a kind of a union has another name" "code names its variant";
    UNION_KIND_CHANGED "union-kind-changed" Breaking "a kind of a union holds another type" "its variant holds it too";
    UNION_FORM_CHANGED "union-form-changed" Breaking "a union got a discriminator, or lost it" "variants are named otherwise";
    UNION_ACCESSOR_ADDED "union-accessor-added" Feature "what kinds of a union had by themselves is of their base now" "the union has a method for it";
    UNION_ACCESSOR_REMOVED "union-accessor-removed" Breaking "what kinds of a union have is not of their base any more, or is of another type" "the union loses its method for it, or the method gives another type";
    DISCRIMINATOR_CHANGED "discriminator-changed" Fix "the kinds of a union are told apart by another field or other values" "the variants stay";
    PROSE_CHANGED "prose-changed" Docs "a summary or description is another" "only documentation changes";
    INFO_CHANGED "info-changed" Docs "the document's title, version or description is another" "only documentation changes";
}
