//! The table of rules: the id of each change, its details, its effect on users of the generated code, and its
//! sentence.
//!
//! Invariant: a rule has one class, and no code parses a sentence. A test compares the table with `spec/RULES.md`.

use super::parts::{
    Headers, LimitChange, Notice, OutputChange, ProseChange, Statuses, VersionChange, joined,
    listed, offered, presence, quoted_or_none, replaced, short_notice, warned, ways_listed,
};
use serde::Serialize;

/// The effect of a change on the next version of the generated crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Code that compiled, or a call that succeeded, may fail.
    Breaking,
    /// Something is added, and existing code is not affected.
    Feature,
    /// The Rust API is unchanged and its behaviour changes.
    Fix,
    /// Only documentation changes.
    Docs,
}

/// A rule: the id and the effect of one kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Stable id in kebab case, such as `field-removed`.
    pub id: &'static str,
    /// Effect on the next version.
    pub class: Class,
    /// The difference in the new document.
    pub what: &'static str,
    /// The reason for the class.
    pub why: &'static str,
}

macro_rules! rules {
    ($($name:ident { $($part:ident: $type:ty),* } $id:literal $class:ident $what:literal $why:literal => $sentence:expr;)*) => {
        /// The kind of a change with its details. There is one variant per rule.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(untagged)]
        #[allow(missing_docs, reason = "details are named after their meaning")]
        pub enum ChangeKind {
            $(#[doc = concat!("`", $id, "`: ", $what, ".")] $name { $($part: $type),* },)*
        }

        /// All rules, in the order of `spec/RULES.md`.
        pub static RULES: &[Rule] = &[$(Rule { id: $id, class: Class::$class, what: $what, why: $why }),*];

        impl ChangeKind {
            /// Returns the rule that reports the change.
            #[must_use]
            pub fn rule(&self) -> &'static Rule {
                match self {
                    $(Self::$name { .. } => &Rule { id: $id, class: Class::$class, what: $what, why: $why },)*
                }
            }

            /// Returns the change as one sentence without a full stop.
            #[must_use]
            pub fn sentence(&self) -> String {
                match self {
                    $(Self::$name { $($part),* } => $sentence,)*
                }
            }
        }
    };
}

rules! {
    OperationAdded { id: String } "operation-added" Feature "an operation is new" "there is a method more" =>
        format!("`{id}` is new");
    OperationRemoved { id: String, notice: Notice } "operation-removed" Breaking "an operation is gone" "its method goes" =>
        format!("`{id}` is gone; {notice}");
    OperationRenamed { old: String, new: String } "operation-renamed" Breaking "the same method and path have another id" "the method and its marker type are called after the id" =>
        format!("`{old}` is called `{new}`");
    OperationRenamedKept { earlier: String, new: Option<String> } "operation-renamed-kept" Feature "an operation has another id, and keeps its old name beside it" "the old method and marker type stay for a release, `#[deprecated]`" =>
        match new {
            Some(new) => format!("`{earlier}` is called `{new}`"),
            None => format!("it is called `{earlier}` too"),
        };
    OperationEarlierNameRemoved { earlier: String } "operation-earlier-name-removed" Breaking "an operation has lost its old name" "the old method and marker type go" =>
        format!("it is not called `{earlier}` any more");
    OperationRemovedKept { successor: Option<String>, notice: Notice } "operation-removed-kept" Feature "an operation is gone, and is kept beside the document" "its method and types stay for a release, `#[deprecated]`" =>
        format!("it is gone, and its method is kept for now; {notice}; {}", replaced(successor));
    OperationKeptRemoved { id: String, successor: Option<String> } "operation-kept-removed" Breaking "an operation that was only kept is gone" "its method goes" =>
        format!("`{id}` is gone; {}", replaced(successor));
    OperationMoved { method: String, path: String } "operation-moved" Fix "the same id has another method or path" "the Rust method stays, and sends something else" =>
        format!("it is `{method} {path}`");
    OperationRegrouped { old: String, new: String } "operation-regrouped" Breaking "an operation belongs to another module" "modules are public; in a crate of its own each is a cargo feature" =>
        format!("it is in `{new}`, and was in `{old}`");
    OperationDeprecated {} "operation-deprecated" Feature "an operation is called deprecated" "`#[deprecated]` warns, and breaks nothing" =>
        "it is called deprecated".to_owned();
    OperationUndeprecated {} "operation-undeprecated" Fix "an operation is not called deprecated any more" "a warning goes" =>
        "it is not called deprecated any more".to_owned();
    VersionChanged { spoken: Vec<VersionChange> } "version-changed" Fix "an operation speaks another dated version" "what that changes in Rust has rules of its own" =>
        joined(spoken, "; ");
    VersionAdded { version: String } "version-added" Docs "there is a dated version that is not used" "another API date would use it" =>
        format!("there is a version {version}, which is not used");
    VersionWithdrawn { version: String } "version-withdrawn" Docs "a dated version that was not used is gone" "nothing used it" =>
        format!("there is no version {version} any more; it was not used");
    SunsetAnnounced { date: String, short_of: Option<String> } "sunset-announced" Feature "the version in use gets a date of its end" "`#[deprecated]` warns, and breaks nothing" =>
        format!("its version ends on {date}{}", short_notice(short_of));
    SunsetChanged { old: String, new: String, short_of: Option<String> } "sunset-changed" Docs "the date of its end is another" "the warning says another date" =>
        format!("its version ends on {new}, not on {old}{}", short_notice(short_of));
    SunsetLifted {} "sunset-lifted" Fix "the version in use has no end any more" "a warning goes" =>
        "its version has no end any more".to_owned();
    SunsetPassed { date: String } "sunset-passed" Breaking "the end of the version in use is not after the API date" "the service turns it off, and the generator refuses it" =>
        format!("its version ended on {date}");
    RolesChanged { roles: Vec<String> } "roles-changed" Fix "an operation needs other roles" "the table of operations says so; no signature does" =>
        format!("it needs the role `{}`", roles.join("` or `"));
    RolesDocumented { roles: Vec<String> } "roles-documented" Docs "the roles of an operation are documented for the first time, or not any more" "the document says more or less of what was needed before" =>
        match roles.as_slice() {
            [] => "the document does not say any more which role it needs".to_owned(),
            roles => format!("the document says now that it needs the role `{}`", roles.join("` or `")),
        };
    SecurityTightened { ways: Vec<String> } "security-tightened" Breaking "a way to authenticate is no longer enough" "the service refuses credentials that it took; no signature says so" =>
        format!("it takes {}", ways_listed(ways));
    SecurityLoosened { ways: Vec<String> } "security-loosened" Feature "there is another way to authenticate, and those there were are still enough" "no signature says so" =>
        format!("it takes {}", ways_listed(ways));
    SecurityDocumented { ways: Vec<String> } "security-documented" Docs "the document says how to authenticate for the first time, or not any more" "the document says more or less of what was needed before" =>
        match ways.as_slice() {
            [] => "the document does not say any more how to authenticate".to_owned(),
            ways => format!("the document says now that it takes {}", ways_listed(ways)),
        };
    IdempotencyChanged { now: bool } "idempotency-changed" Fix "an operation may, or may not, be sent twice" "retries change, no signature does" =>
        match now {
            true => "it may be sent again when it is unknown whether it arrived".to_owned(),
            false => "it is not sent again once it may have arrived".to_owned(),
        };
    WaitAdded { name: String } "wait-added" Feature "there is something new to wait for" "there is a method more" =>
        format!("`{name}` is new");
    WaitRemoved { name: String } "wait-removed" Breaking "there is something less to wait for" "its method goes" =>
        format!("`{name}` is gone");
    WaitChanged { name: String } "wait-changed" Fix "a wait ends by other values" "the same method ends at another time" =>
        format!("`{name}` ends by other values");
    PagesAdded {} "pages-added" Feature "a list comes in pages" "`items` and `pages` are new" =>
        "it comes in pages".to_owned();
    PagesRemoved {} "pages-removed" Breaking "a list does not come in pages any more" "`items` and `pages` go" =>
        "it does not come in pages any more".to_owned();
    PagesChanged { old: String, new: String } "pages-changed" Breaking "a page keeps its items elsewhere" "`items` gives other items" =>
        format!("its items are in `{new}`, and were in `{old}`");
    ParameterAdded { location: &'static str, wire: String } "parameter-added" Feature "a parameter that may be left out is new" "the call has a setter more" =>
        format!("the {location} parameter `{wire}` is new");
    RequiredParameterAdded { location: &'static str, wire: String } "required-parameter-added" Breaking "a parameter that has to be there is new" "the method takes one argument more" =>
        format!("the {location} parameter `{wire}` is new, and has to be there");
    ParameterRemoved { location: &'static str, wire: String, deprecated: bool } "parameter-removed" Breaking "a parameter is gone" "its setter or argument goes" =>
        format!("the {location} parameter `{wire}` is gone{}", warned(*deprecated));
    ParameterTakenOver { wire: String } "parameter-taken-over" Breaking "the runtime sends a parameter by itself, since the list comes in pages" "its setter goes; pages have methods of their own" =>
        format!("`{wire}` is the runtime's: pages set it");
    ParameterDeprecated {} "parameter-deprecated" Feature "a parameter is called deprecated" "the setter is `#[deprecated]`, which warns and breaks nothing; of an argument the method's documentation says so" =>
        "it is called deprecated".to_owned();
    ParameterUndeprecated {} "parameter-undeprecated" Fix "a parameter is not called deprecated any more" "a warning goes" =>
        "it is not called deprecated any more".to_owned();
    ParameterRequired {} "parameter-required" Breaking "a parameter has to be there now" "a setter becomes an argument" =>
        "it has to be there now".to_owned();
    ParameterOptional {} "parameter-optional" Breaking "a parameter may be left out now" "an argument becomes a setter" =>
        "it may be left out now".to_owned();
    ParameterTypeChanged { old: String, new: String } "parameter-type-changed" Breaking "a parameter has another type" "its argument has it too" =>
        format!("`{old}` became `{new}`");
    ParameterRenamed { old: String, new: String } "parameter-renamed" Breaking "a parameter has another name in Rust" "its setter is called otherwise; names of arguments are no API" =>
        format!("`{old}` is called `{new}`");
    ParameterRespelled { old: String, new: String } "parameter-respelled" Fix "a parameter has another name on the wire, and in Rust the same or none" "the call looks the same" =>
        format!("`{old}` is sent as `{new}`");
    ArgumentRenamed { old: String, new: String } "argument-renamed" Docs "an argument is called otherwise" "arguments are told apart by their order; what the parts of a path are called is not sent" =>
        format!("`{old}` is called `{new}`");
    RuntimeParameterChanged { required: bool, of_type: String } "runtime-parameter-changed" Docs "what the runtime sends by itself (`envelope`, `pretty`, `includeCount`, pages) is described otherwise" "it is sent as the caller asks for it, whatever the document says" =>
        {
            let presence = match required {
                true => "has to be there",
                false => "may be left out",
            };
            format!("it {presence}, and is of the type `{of_type}`")
        };
    ParameterMoved { old: &'static str, new: &'static str } "parameter-moved" Fix "a parameter goes into another part of the request" "the call looks the same" =>
        format!("it goes into the {new}, and went into the {old}");
    ParameterStyleChanged { style: String, explode: bool } "parameter-style-changed" Fix "a list is written into the query in another way" "the call looks the same" =>
        match explode {
            true => format!("its style is `{style}`, each item by itself"),
            false => format!("its style is `{style}`, all items in one value"),
        };
    ParametersReordered { order: Vec<String> } "parameters-reordered" Breaking "what has to be there comes in another order" "arguments are told apart by their order" =>
        format!("it takes {} in this order", listed(order));
    BodyAdded {} "body-added" Breaking "an operation takes a body" "the method takes one argument more, `Option` or not" =>
        "it takes a body".to_owned();
    BodyRemoved {} "body-removed" Breaking "an operation takes no body any more" "the method takes one argument less" =>
        "it takes no body any more".to_owned();
    BodyRequired {} "body-required" Breaking "a body has to be there now" "`Option<&T>` becomes `&T`" =>
        "its body has to be there now".to_owned();
    BodyOptional {} "body-optional" Breaking "a body may be left out now" "`&T` becomes `Option<&T>`" =>
        "its body may be left out now".to_owned();
    BodyTypeChanged { old: String, new: String } "body-type-changed" Breaking "a body has another type" "its argument has it too" =>
        format!("`{old}` became `{new}`");
    AnswerTypeChanged { given: OutputChange } "answer-type-changed" Breaking "a call gives another type, or nothing, or bytes" "`Output` is another type" =>
        given.to_string();
    MediaTypeChanged { old: String, new: String, sent: bool } "media-type-changed" Fix "a body has another media type, the version aside" "the call looks the same" =>
        match sent {
            true => format!("it takes `{new}`, and took `{old}`"),
            false => format!("it asks for `{new}`, and asked for `{old}`"),
        };
    MediaTypeOffered { media_type: String, sent: bool } "media-type-offered" Docs "a body has another media type beside the one in use" "the call uses the one it used" =>
        format!("{} in `{media_type}` too, which is not used", offered(*sent));
    MediaTypeWithdrawn { media_type: String, sent: bool } "media-type-withdrawn" Docs "a body has lost a media type that was not used" "the call uses the one it used" =>
        format!("{} in `{media_type}` no more, which was not used", offered(*sent));
    HeadersChanged { headers: Headers } "headers-changed" Docs "other headers of a response are documented" "callers have all headers, and the runtime reads `Retry-After` and rate limits, whatever is documented" =>
        headers.to_string();
    SuccessStatusChanged { statuses: Statuses } "success-status-changed" Fix "other statuses are successes" "calls judge answers otherwise; the type of what they give has a rule of its own" =>
        format!("its successes are documented {statuses}");
    ErrorStatusChanged { statuses: Statuses } "error-status-changed" Docs "other errors are documented" "errors have one type, whatever is documented" =>
        format!("its errors are documented {statuses}");
    TypeRenamed { new: String } "type-renamed" Breaking "the same shape has another name" "types are public; those of nameless schemas too, since their place names them" =>
        format!("it is called `{new}`");
    TypeRegrouped { module: String } "type-regrouped" Breaking "operations of one module less lead to a type" "the module, or the one of what is shared, does not have it any more; the version's module does" =>
        format!("`{module}` does not have it any more");
    TypeKindChanged { old: &'static str, new: &'static str } "type-kind-changed" Breaking "a record, enum or union became another of these" "a struct is no enum" =>
        format!("it was {old} and is {new}");
    ChangeFormChanged { now: bool } "change-form-changed" Breaking "a body describes a change, or does not any more" "its optional fields have another type" =>
        match now {
            true => "what may be left out can be left alone, cleared or set: `Option` became `Patch`".to_owned(),
            false => "what may be left out can only be set: `Patch` became `Option`".to_owned(),
        };
    FieldAdded {} "field-added" Feature "a field is new" "structs are `#[non_exhaustive]`; requests get a setter" =>
        "the field is new".to_owned();
    RequiredFieldAdded {} "required-field-added" Breaking "requests have a new field that has to be there" "`new` takes one argument more" =>
        "the field is new, and has to be there".to_owned();
    FieldRemoved { deprecated: bool } "field-removed" Breaking "a field is gone" "the struct loses it, and its setter" =>
        format!("the field is gone{}", warned(*deprecated));
    FieldRenamed { old: String, new: String } "field-renamed" Breaking "a field has another name in Rust" "code names it" =>
        format!("`{old}` is called `{new}`");
    FieldRespelled { old: String, new: String } "field-respelled" Fix "a field has another name in JSON, and the same in Rust" "code names it as before" =>
        format!("`{old}` is spelt `{new}` in JSON");
    FieldTypeChanged { old: String, new: String } "field-type-changed" Breaking "a field has another type" "the field of the struct has it too" =>
        format!("`{old}` became `{new}`");
    FieldRequired {} "field-required" Breaking "a field of requests has to be there now" "`new` takes one argument more" =>
        "it has to be there now".to_owned();
    FieldOptional {} "field-optional" Breaking "a field of requests may be left out now" "`new` takes one argument less" =>
        "it may be left out now".to_owned();
    FieldsReordered { order: Vec<String> } "fields-reordered" Breaking "the fields of requests that have to be there come in another order" "arguments of `new` are told apart by their order" =>
        format!("`new` takes {} in this order", listed(order));
    TagPinned { value: Option<String> } "tag-pinned" Breaking "`new` fills a field by itself, or does not any more" "its arguments are others" =>
        match value {
            Some(value) => format!("`new` sets it to `{value}`"),
            None => "`new` does not set it any more".to_owned(),
        };
    ListPresenceChanged { required: bool } "list-presence-changed" Breaking "answers promise a list, or do not any more" "the field has another type" =>
        match required {
            true => "it has to be there now: `Option<Vec>` became `Vec`".to_owned(),
            false => "it may be left out now: `Vec` became `Option<Vec>`".to_owned(),
        };
    PresenceChanged { required: bool } "presence-changed" Docs "answers promise a field that is no list, or do not any more" "it is an `Option` either way" =>
        presence(*required).to_owned();
    FieldReadOnly {} "field-read-only" Breaking "a field became read-only" "requests lose it" =>
        "it is read-only: requests have it no more".to_owned();
    FieldNotReadOnly {} "field-not-read-only" Feature "a field is not read-only any more" "requests get a setter" =>
        "it is not read-only any more: requests have it".to_owned();
    FieldWriteOnly {} "field-write-only" Breaking "a field became write-only" "answers lose it" =>
        "it is write-only: answers have it no more".to_owned();
    FieldNotWriteOnly {} "field-not-write-only" Feature "a field is not write-only any more" "answers have it" =>
        "it is not write-only any more: answers have it".to_owned();
    FieldDeprecated {} "field-deprecated" Feature "a field is called deprecated" "`#[deprecated]` warns, and breaks nothing" =>
        "it is called deprecated".to_owned();
    FieldUndeprecated {} "field-undeprecated" Fix "a field is not called deprecated any more" "a warning goes" =>
        "it is not called deprecated any more".to_owned();
    FormatChanged { old: Option<String>, new: Option<String> } "format-changed" Docs "a value of the same Rust type has another format" "numbers are 64 bits wide, and text is text" =>
        format!("its format is {}, and was {}", quoted_or_none(new), quoted_or_none(old));
    NullableChanged { now: bool } "nullable-changed" Docs "a value may, or may not, be `null`" "`null` reads as absent, whatever the document says" =>
        match now {
            true => "it may be `null`".to_owned(),
            false => "it may not be `null` any more".to_owned(),
        };
    DefaultChanged { old: Option<String>, new: Option<String> } "default-changed" Docs "the service takes another value for what is left out" "what is left out is not sent" =>
        format!("its default is {}, and was {}", quoted_or_none(new), quoted_or_none(old));
    ConstraintTightened { limits: Vec<LimitChange> } "constraint-tightened" Fix "fewer values may be sent" "what is refused before it is sent, the service would refuse; nothing stops compiling" =>
        joined(limits, "; ");
    ConstraintLoosened { limits: Vec<LimitChange> } "constraint-loosened" Feature "more values may be sent" "what was refused before it was sent is sent" =>
        joined(limits, "; ");
    BoundImplied { limits: Vec<LimitChange> } "bound-implied" Docs "a length is said, or not any more, that the pattern of the text says as well" "the same values are allowed" =>
        format!("{}; its pattern allows the same lengths", joined(limits, "; "));
    PatternChanged { old: Option<String>, new: Option<String> } "pattern-changed" Docs "text has another pattern, and the same type" "only the patterns that are types are checked" =>
        format!("its pattern is {}, and was {}", quoted_or_none(new), quoted_or_none(old));
    AnswerConstraintChanged { limits: Vec<LimitChange> } "answer-constraint-changed" Docs "answers promise other bounds" "answers are not checked" =>
        joined(limits, "; ");
    EnumValueAdded { value: String } "enum-value-added" Feature "an enum has a new value" "enums are `#[non_exhaustive]`, and unknown values are kept" =>
        format!("the value `{value}` is new");
    EnumValueRemoved { value: String } "enum-value-removed" Breaking "an enum has lost a value" "code names its variant" =>
        format!("the value `{value}` is gone");
    EnumValueRenamed { old: String, new: String } "enum-value-renamed" Breaking "a value has another, similar name" "code names its variant" =>
        format!("`{old}` is called `{new}`");
    EnumValueRespelled { old: String, new: String } "enum-value-respelled" Fix "a value is spelt otherwise in JSON, and the same in Rust" "code names its variant as before" =>
        format!("`{old}` is spelt `{new}` in JSON");
    UnionKindAdded { kind: String } "union-kind-added" Feature "a union has a new kind" "unions are `#[non_exhaustive]`, and unknown kinds are kept" =>
        format!("the kind `{kind}` is new");
    UnionKindRemoved { kind: String } "union-kind-removed" Breaking "a union has lost a kind" "code names its variant" =>
        format!("the kind `{kind}` is gone");
    UnionKindRenamed { old: String, new: String } "union-kind-renamed" Breaking "a kind of a union has another name" "code names its variant" =>
        format!("the kind `{old}` is called `{new}`");
    UnionKindChanged { kind: String, old: String, new: String } "union-kind-changed" Breaking "a kind of a union holds another type" "its variant holds it too" =>
        format!("the kind `{kind}` holds `{new}`, and held `{old}`");
    UnionFormChanged { tag: Option<String> } "union-form-changed" Breaking "a union got a discriminator, or lost it" "variants are named otherwise" =>
        match tag {
            Some(tag) => format!("its kinds are told apart by `{tag}`"),
            None => "its kinds are not told apart by a field any more".to_owned(),
        };
    CheckedAccessorAdded {} "checked-accessor-added" Feature "the service always sends a field, says an overlay" "its struct has a method for it" =>
        "it has a checked accessor now".to_owned();
    CheckedAccessorRemoved {} "checked-accessor-removed" Breaking "no overlay says any more that the service always sends a field" "its struct loses the method for it" =>
        "its checked accessor is gone".to_owned();
    UnionAccessorAdded { name: String } "union-accessor-added" Feature "what kinds of a union had by themselves is of their base now" "the union has a method for it" =>
        format!("the method `{name}` is new");
    UnionAccessorRemoved { name: String, retyped: bool } "union-accessor-removed" Breaking "what kinds of a union have is not of their base any more, or is of another type" "the union loses its method for it, or the method gives another type" =>
        match retyped {
            true => format!("the method `{name}` gives another type"),
            false => format!("the method `{name}` is gone"),
        };
    DiscriminatorChanged { kind: Option<String>, by: Vec<String> } "discriminator-changed" Fix "the kinds of a union are told apart by another field or other values" "the variants stay" =>
        match kind {
            Some(kind) => format!("the kind `{kind}` is told by `{}`", by.join("`, `")),
            None => format!("its kinds are told apart by `{}`", by.join("`, `")),
        };
    ProseChanged { of: ProseChange } "prose-changed" Docs "a summary or description is another" "only documentation changes" =>
        of.to_string();
    InfoChanged { key: &'static str } "info-changed" Docs "the document's title, version or description is another" "only documentation changes" =>
        format!("its {key} is another");
}
