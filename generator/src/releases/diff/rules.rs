//! The table of rules: the id of each change, its details, its effect on users of the generated code, and its
//! sentence.
//!
//! Invariant: a rule has one class, and no code parses a sentence. A test compares the table with `spec/RULES.md`.

use super::parts::{
    Headers, LimitChange, Notice, OutputChange, ProseChange, Statuses, VersionChange, body_of,
    joined, listed, presence, quoted_or_none, replaced, short_notice, warned, ways_listed,
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
    OperationAdded { id: String } "operation-added" Feature "an operation was added" "the client has one more method" =>
        format!("`{id}` was added");
    OperationRemoved { id: String, notice: Notice } "operation-removed" Breaking "an operation was removed" "its method is removed" =>
        format!("`{id}` was removed; {notice}");
    OperationRenamed { old: String, new: String } "operation-renamed" Breaking "the same method and path have another id" "the method and its marker type are named after the id" =>
        format!("`{old}` was renamed to `{new}`");
    OperationRenamedKept { earlier: String, new: Option<String> } "operation-renamed-kept" Feature "an operation has another id, and its earlier name stays as an alias" "the earlier method and marker type stay for a release, `#[deprecated]`" =>
        match new {
            Some(new) => format!("`{earlier}` was renamed to `{new}`"),
            None => format!("it also has the earlier name `{earlier}`"),
        };
    OperationEarlierNameRemoved { earlier: String } "operation-earlier-name-removed" Breaking "the earlier name of an operation was removed" "the earlier method and marker type are removed" =>
        format!("the earlier name `{earlier}` was removed");
    OperationRemovedKept { successor: Option<String>, notice: Notice } "operation-removed-kept" Feature "an operation was removed and is carried over" "its method and types stay for a release, `#[deprecated]`" =>
        format!("it was removed, and its method is carried over; {notice}; {}", replaced(successor));
    OperationKeptRemoved { id: String, successor: Option<String> } "operation-kept-removed" Breaking "a carried-over operation was removed" "its method is removed" =>
        format!("`{id}` was removed; {}", replaced(successor));
    OperationMoved { method: String, path: String } "operation-moved" Fix "the same id has another method or path" "the Rust method stays and sends another request" =>
        format!("it is now `{method} {path}`");
    OperationRegrouped { old: String, new: String } "operation-regrouped" Breaking "an operation belongs to another module" "modules are public; in a separate crate each is a cargo feature" =>
        format!("it moved from `{old}` to `{new}`");
    OperationDeprecated {} "operation-deprecated" Feature "an operation is deprecated" "`#[deprecated]` causes a warning, and code still compiles" =>
        "it is deprecated".to_owned();
    OperationUndeprecated {} "operation-undeprecated" Fix "an operation is no longer deprecated" "a warning disappears" =>
        "it is no longer deprecated".to_owned();
    VersionChanged { spoken: Vec<VersionChange> } "version-changed" Fix "an operation uses another dated version" "its effects on Rust code have rules of their own" =>
        joined(spoken, "; ");
    VersionAdded { version: String } "version-added" Docs "a dated version was added that is not used" "another API date would use it" =>
        format!("version {version} was added, which is not used");
    VersionWithdrawn { version: String } "version-withdrawn" Docs "a dated version was removed that was not used" "it was not used" =>
        format!("version {version} was removed, which was not used");
    SunsetAnnounced { date: String, short_of: Option<String> } "sunset-announced" Feature "the version in use got a sunset date" "`#[deprecated]` causes a warning, and code still compiles" =>
        format!("its version ends on {date}{}", short_notice(short_of));
    SunsetChanged { old: String, new: String, short_of: Option<String> } "sunset-changed" Docs "the sunset date changed" "the warning names another date" =>
        format!("its version ends on {new}, not on {old}{}", short_notice(short_of));
    SunsetLifted {} "sunset-lifted" Fix "the version in use no longer has a sunset date" "a warning disappears" =>
        "its version no longer has a sunset date".to_owned();
    SunsetPassed { date: String } "sunset-passed" Breaking "the sunset of the version in use is not after the API date" "the service removes the version, and the generator rejects it" =>
        format!("its version ended on {date}");
    RolesChanged { roles: Vec<String> } "roles-changed" Fix "an operation requires other roles" "only the table of operations changes, and no signature" =>
        format!("it requires the role `{}`", roles.join("` or `"));
    RolesDocumented { roles: Vec<String> } "roles-documented" Docs "the roles of an operation are documented for the first time, or no longer" "the requirement itself is unchanged" =>
        match roles.as_slice() {
            [] => "the required role is no longer documented".to_owned(),
            roles => format!("the required role is now documented: `{}`", roles.join("` or `")),
        };
    SecurityTightened { ways: Vec<String> } "security-tightened" Breaking "a way to authenticate is no longer sufficient" "the service rejects credentials that it accepted; no signature changes" =>
        format!("it accepts {}", ways_listed(ways));
    SecurityLoosened { ways: Vec<String> } "security-loosened" Feature "there is another way to authenticate, and the previous ones are still sufficient" "no signature changes" =>
        format!("it accepts {}", ways_listed(ways));
    SecurityDocumented { ways: Vec<String> } "security-documented" Docs "authentication is documented for the first time, or no longer" "the requirement itself is unchanged" =>
        match ways.as_slice() {
            [] => "authentication is no longer documented".to_owned(),
            ways => format!("authentication is now documented: {}", ways_listed(ways)),
        };
    IdempotencyChanged { now: bool } "idempotency-changed" Fix "an operation became idempotent, or is no longer" "retries change, and no signature" =>
        match now {
            true => "it is idempotent: it is retried even if the request may have been received".to_owned(),
            false => "it is not idempotent: it is not retried if the request may have been received".to_owned(),
        };
    WaitAdded { name: String } "wait-added" Feature "a wait was added" "the client has one more method" =>
        format!("`{name}` was added");
    WaitRemoved { name: String } "wait-removed" Breaking "a wait was removed" "its method is removed" =>
        format!("`{name}` was removed");
    WaitChanged { name: String } "wait-changed" Fix "a wait ends at other values" "the same method ends at another time" =>
        format!("`{name}` ends at other values");
    PagesAdded {} "pages-added" Feature "a list is paginated" "`items` and `pages` are added" =>
        "it is paginated".to_owned();
    PagesRemoved {} "pages-removed" Breaking "a list is no longer paginated" "`items` and `pages` are removed" =>
        "it is no longer paginated".to_owned();
    PagesChanged { old: String, new: String } "pages-changed" Breaking "the items of a page are in another field" "`items` returns other items" =>
        format!("its items moved from `{old}` to `{new}`");
    ParameterAdded { location: &'static str, wire: String } "parameter-added" Feature "an optional parameter was added" "the call has one more setter" =>
        format!("the {location} parameter `{wire}` was added");
    RequiredParameterAdded { location: &'static str, wire: String } "required-parameter-added" Breaking "a required parameter was added" "the method has one more argument" =>
        format!("the required {location} parameter `{wire}` was added");
    ParameterRemoved { location: &'static str, wire: String, deprecated: bool } "parameter-removed" Breaking "a parameter was removed" "its setter or argument is removed" =>
        format!("the {location} parameter `{wire}` was removed{}", warned(*deprecated));
    ParameterTakenOver { wire: String } "parameter-taken-over" Breaking "the runtime sends a parameter, because the list is paginated" "its setter is removed; pages have methods of their own" =>
        format!("the runtime sends `{wire}` for pages");
    ParameterDeprecated {} "parameter-deprecated" Feature "a parameter is deprecated" "the setter is `#[deprecated]`, which only causes a warning; for an argument, only the method's documentation changes" =>
        "it is deprecated".to_owned();
    ParameterUndeprecated {} "parameter-undeprecated" Fix "a parameter is no longer deprecated" "a warning disappears" =>
        "it is no longer deprecated".to_owned();
    ParameterRequired {} "parameter-required" Breaking "a parameter became required" "a setter becomes an argument" =>
        "it became required".to_owned();
    ParameterOptional {} "parameter-optional" Breaking "a parameter became optional" "an argument becomes a setter" =>
        "it became optional".to_owned();
    ParameterTypeChanged { old: String, new: String } "parameter-type-changed" Breaking "a parameter has another type" "its argument or setter has it too" =>
        format!("the type changed from `{old}` to `{new}`");
    ParameterRenamed { old: String, new: String } "parameter-renamed" Breaking "a parameter has another name in Rust" "its setter is renamed; names of arguments are not part of the API" =>
        format!("`{old}` was renamed to `{new}`");
    ParameterRespelled { old: String, new: String } "parameter-respelled" Fix "a parameter has another name in the request, and in Rust the same or none" "the Rust code of calls is unchanged" =>
        format!("`{old}` is now sent as `{new}`");
    ArgumentRenamed { old: String, new: String } "argument-renamed" Docs "an argument was renamed" "arguments are passed by position, and names of path parameters are not sent" =>
        format!("`{old}` was renamed to `{new}`");
    RuntimeParameterChanged { required: bool, of_type: String } "runtime-parameter-changed" Docs "a parameter that the runtime sends (`envelope`, `pretty`, `includeCount`, paging) is declared differently" "it is sent as the caller requests it, independent of the document" =>
        {
            let presence = match required {
                true => "required",
                false => "optional",
            };
            format!("it is {presence} and has the type `{of_type}`")
        };
    ParameterMoved { old: &'static str, new: &'static str } "parameter-moved" Fix "a parameter moved to another part of the request" "the Rust code of calls is unchanged" =>
        format!("it moved from the {old} to the {new}");
    ParameterStyleChanged { style: String, explode: bool } "parameter-style-changed" Fix "a parameter or a field of a form is written in another style" "the Rust code of calls is unchanged" =>
        format!("its style is now `{style}` with `explode: {explode}`");
    ParametersReordered { order: Vec<String> } "parameters-reordered" Breaking "the required parameters have another order" "arguments are passed by position" =>
        format!("the order of its arguments is now {}", listed(order));
    BodyAdded {} "body-added" Breaking "a request body was added" "the method has one more argument, `Option` or not" =>
        "a request body was added".to_owned();
    BodyRemoved {} "body-removed" Breaking "the request body was removed" "the method has one argument less" =>
        "the request body was removed".to_owned();
    BodyRequired {} "body-required" Breaking "the request body became required" "`Option<&T>` becomes `&T`" =>
        "its request body became required".to_owned();
    BodyOptional {} "body-optional" Breaking "the request body became optional" "`&T` becomes `Option<&T>`" =>
        "its request body became optional".to_owned();
    BodyTypeChanged { old: String, new: String } "body-type-changed" Breaking "the request body has another type" "its argument has it too" =>
        format!("the type changed from `{old}` to `{new}`");
    ResponseTypeChanged { given: OutputChange } "response-type-changed" Breaking "a call returns another type, nothing, or bytes" "`Output` is another type" =>
        given.to_string();
    MediaTypeChanged { old: String, new: String, sent: bool } "media-type-changed" Fix "a body has another media type, apart from the version" "the Rust code of calls is unchanged" =>
        match sent {
            true => format!("the media type of its request changed from `{old}` to `{new}`"),
            false => format!("the media type of its response changed from `{old}` to `{new}`"),
        };
    MediaTypeOffered { media_type: String, sent: bool } "media-type-offered" Docs "another media type was added that is not used" "calls still use the same media type" =>
        format!("the {} media type `{media_type}` was added, which is not used", body_of(*sent));
    MediaTypeWithdrawn { media_type: String, sent: bool } "media-type-withdrawn" Docs "a media type was removed that was not used" "calls still use the same media type" =>
        format!("the {} media type `{media_type}` was removed, which was not used", body_of(*sent));
    HeadersChanged { headers: Headers } "headers-changed" Docs "other headers of a response are documented" "callers can read all headers, and the runtime reads `Retry-After` and rate limits, independent of the document" =>
        headers.to_string();
    SuccessStatusChanged { statuses: Statuses } "success-status-changed" Fix "other statuses are successes" "calls classify responses differently; a changed output type has a rule of its own" =>
        format!("success statuses: {statuses}");
    ErrorStatusChanged { statuses: Statuses } "error-status-changed" Docs "other errors are documented" "all errors have the same type" =>
        format!("error statuses: {statuses}");
    TypeRenamed { new: String } "type-renamed" Breaking "a type with the same content has another name" "types are public; those of inline schemas too, which are named after their location" =>
        format!("it was renamed to `{new}`");
    TypeRegrouped { module: String } "type-regrouped" Breaking "the operations of a module no longer use a type" "the module, or the shared one, no longer has the type; the version's module still has it" =>
        format!("`{module}` no longer has it");
    TypeKindChanged { old: &'static str, new: &'static str } "type-kind-changed" Breaking "a record, enum or union became another of these" "a struct cannot be used as an enum" =>
        format!("it changed from {old} to {new}");
    ChangeFormChanged { now: bool } "change-form-changed" Breaking "a body became a patch, or is no longer" "its optional fields have another type" =>
        match now {
            true => "its optional fields changed from `Option` to `Patch`: they can be left unchanged, cleared or set".to_owned(),
            false => "its optional fields changed from `Patch` to `Option`: they can only be set".to_owned(),
        };
    FieldAdded {} "field-added" Feature "a field was added" "structs are `#[non_exhaustive]`; request types get a setter" =>
        "the field was added".to_owned();
    RequiredFieldAdded {} "required-field-added" Breaking "a required field was added to requests" "`new` has one more argument" =>
        "the field was added and is required".to_owned();
    FieldRemoved { deprecated: bool } "field-removed" Breaking "a field was removed" "the struct loses it, and its setter" =>
        format!("the field was removed{}", warned(*deprecated));
    FieldRenamed { old: String, new: String } "field-renamed" Breaking "a field has another name in Rust" "code uses the name" =>
        format!("`{old}` was renamed to `{new}`");
    FieldRespelled { old: String, new: String } "field-respelled" Fix "a field has another name in JSON, and the same in Rust" "code still uses the same name" =>
        format!("its name in JSON changed from `{old}` to `{new}`");
    FieldTypeChanged { old: String, new: String } "field-type-changed" Breaking "a field has another type" "the field of the struct has it too" =>
        format!("the type changed from `{old}` to `{new}`");
    FieldRequired {} "field-required" Breaking "a request field became required" "`new` has one more argument" =>
        "it became required".to_owned();
    FieldOptional {} "field-optional" Breaking "a request field became optional" "`new` has one argument less" =>
        "it became optional".to_owned();
    FieldsReordered { order: Vec<String> } "fields-reordered" Breaking "the required fields of requests have another order" "arguments of `new` are passed by position" =>
        format!("the order of arguments of `new` is now {}", listed(order));
    TagPinned { value: Option<String> } "tag-pinned" Breaking "`new` sets a field itself, or no longer" "its arguments change" =>
        match value {
            Some(value) => format!("`new` sets it to `{value}`"),
            None => "`new` no longer sets it".to_owned(),
        };
    TagUnpinned {} "tag-unpinned" Feature "`new` no longer sets an optional field" "a setter is added, and `new` has the same arguments" =>
        "`new` no longer sets it; its setter does".to_owned();
    ListPresenceChanged { required: bool } "list-presence-changed" Breaking "a list in responses became required or optional" "the field has another type" =>
        match required {
            true => "it became required: `Option<Vec>` became `Vec`".to_owned(),
            false => "it became optional: `Vec` became `Option<Vec>`".to_owned(),
        };
    PresenceChanged { required: bool } "presence-changed" Docs "a field in responses that is not a list became required or optional" "it is an `Option` in either case" =>
        presence(*required).to_owned();
    FieldReadOnly {} "field-read-only" Breaking "a field became read-only" "request types lose it" =>
        "it became read-only: request types lose it".to_owned();
    FieldNotReadOnly {} "field-not-read-only" Feature "a field is no longer read-only" "request types get a setter" =>
        "it is no longer read-only: request types have it".to_owned();
    FieldWriteOnly {} "field-write-only" Breaking "a field became write-only" "response types lose it" =>
        "it became write-only: response types lose it".to_owned();
    FieldNotWriteOnly {} "field-not-write-only" Feature "a field is no longer write-only" "response types get it" =>
        "it is no longer write-only: response types have it".to_owned();
    FieldDeprecated {} "field-deprecated" Feature "a field is deprecated" "`#[deprecated]` causes a warning, and code still compiles" =>
        "it is deprecated".to_owned();
    FieldUndeprecated {} "field-undeprecated" Fix "a field is no longer deprecated" "a warning disappears" =>
        "it is no longer deprecated".to_owned();
    FormatChanged { old: Option<String>, new: Option<String> } "format-changed" Docs "a value has another format and the same Rust type" "numbers have 64 bits, and other formats are strings" =>
        format!("its format changed from {} to {}", quoted_or_none(old), quoted_or_none(new));
    NullableChanged { now: bool } "nullable-changed" Docs "a value became nullable, or is no longer" "`null` is read as absent in either case" =>
        match now {
            true => "it became nullable".to_owned(),
            false => "it is no longer nullable".to_owned(),
        };
    DefaultChanged { old: Option<String>, new: Option<String> } "default-changed" Docs "the service uses another default" "omitted values are not sent" =>
        format!("its default changed from {} to {}", quoted_or_none(old), quoted_or_none(new));
    ConstraintTightened { limits: Vec<LimitChange> } "constraint-tightened" Fix "fewer values may be sent" "values rejected before sending would be rejected by the service; code still compiles" =>
        joined(limits, "; ");
    ConstraintLoosened { limits: Vec<LimitChange> } "constraint-loosened" Feature "more values may be sent" "values that were rejected before sending are sent" =>
        joined(limits, "; ");
    BoundImplied { limits: Vec<LimitChange> } "bound-implied" Docs "a length limit was added or removed that the pattern implies as well" "the same values are allowed" =>
        format!("{}; its pattern allows the same lengths", joined(limits, "; "));
    PatternChanged { old: Option<String>, new: Option<String> } "pattern-changed" Docs "a string has another pattern and the same type" "patterns are not checked, and runtime types are pinned" =>
        format!("its pattern changed from {} to {}", quoted_or_none(old), quoted_or_none(new));
    ResponseConstraintChanged { limits: Vec<LimitChange> } "response-constraint-changed" Docs "responses have other bounds" "responses are not checked" =>
        joined(limits, "; ");
    EnumValueAdded { value: String } "enum-value-added" Feature "an enum value was added" "enums are `#[non_exhaustive]`, and unknown values are preserved" =>
        format!("the value `{value}` was added");
    EnumValueRemoved { value: String } "enum-value-removed" Breaking "an enum value was removed" "code uses its variant" =>
        format!("the value `{value}` was removed");
    EnumValueRenamed { old: String, new: String } "enum-value-renamed" Breaking "an enum value has another, similar name" "code uses its variant" =>
        format!("`{old}` was renamed to `{new}`");
    EnumValueRespelled { old: String, new: String } "enum-value-respelled" Fix "an enum value has another spelling in JSON, and the same name in Rust" "code still uses the same variant" =>
        format!("its name in JSON changed from `{old}` to `{new}`");
    UnionKindAdded { kind: String } "union-kind-added" Feature "a variant was added to a union" "unions are `#[non_exhaustive]`, and unknown variants are preserved" =>
        format!("the variant `{kind}` was added");
    UnionKindRemoved { kind: String } "union-kind-removed" Breaking "a variant was removed from a union" "code uses the variant" =>
        format!("the variant `{kind}` was removed");
    UnionKindRenamed { old: String, new: String } "union-kind-renamed" Breaking "a variant of a union has another name" "code uses the variant" =>
        format!("the variant `{old}` was renamed to `{new}`");
    UnionKindChanged { kind: String, old: String, new: String } "union-kind-changed" Breaking "a variant of a union has another type" "its value has the type too" =>
        format!("the type of the variant `{kind}` changed from `{old}` to `{new}`");
    UnionFormChanged { tag: Option<String> } "union-form-changed" Breaking "a union got a discriminator, or lost it" "variants have other names" =>
        match tag {
            Some(tag) => format!("its variants are now identified by `{tag}`"),
            None => "its variants are no longer identified by a field".to_owned(),
        };
    CheckedAccessorAdded {} "checked-accessor-added" Feature "an overlay states that the service always sends a field" "its struct has a method for it" =>
        "a checked accessor was added".to_owned();
    CheckedAccessorRemoved {} "checked-accessor-removed" Breaking "no overlay states any longer that the service always sends a field" "its struct loses the method for it" =>
        "its checked accessor was removed".to_owned();
    UnionAccessorAdded { name: String } "union-accessor-added" Feature "a field of several variants became a field of the union's base" "the union has a method for it" =>
        format!("the method `{name}` was added");
    UnionAccessorRemoved { name: String, retyped: bool } "union-accessor-removed" Breaking "a field is no longer part of the union's base, has another type, or an overlay changes whether the service always sends it" "the union loses its method for it, or the method returns another type" =>
        match retyped {
            true => format!("the method `{name}` returns another type"),
            false => format!("the method `{name}` was removed"),
        };
    DiscriminatorChanged { kind: Option<String>, by: Vec<String> } "discriminator-changed" Fix "the variants of a union are identified by another field or other values" "the variants stay" =>
        match kind {
            Some(kind) => format!("the variant `{kind}` is now identified by `{}`", by.join("`, `")),
            None => format!("its variants are now identified by `{}`", by.join("`, `")),
        };
    ProseChanged { of: ProseChange } "prose-changed" Docs "a summary or description changed" "only documentation changes" =>
        of.to_string();
    InfoChanged { key: &'static str } "info-changed" Docs "the document's title, version or description changed" "only documentation changes" =>
        format!("its {key} changed");
}
