//! What to do about a breaking change, by its rule. A test holds that every breaking rule has its advice.

/// What to do about a breaking change, by its rule.
pub(super) const ADVICE: &[(&str, &str)] = &[
    (
        "operation-removed",
        "Remove the call: the service does not answer it any more.",
    ),
    (
        "operation-renamed",
        "Call the method, and its marker type, by the new name.",
    ),
    (
        "operation-earlier-name-removed",
        "Call the method, and its marker type, by the name the deprecation told.",
    ),
    (
        "operation-kept-removed",
        "Remove the call: it was deprecated since the service has it no more.",
    ),
    (
        "operation-regrouped",
        "Name what belongs to it by the version's module (`v2::Job`), or by the new module's name.",
    ),
    (
        "sunset-passed",
        "Remove the call: the service turns this version off.",
    ),
    (
        "wait-removed",
        "Ask for the state yourself, or wait for something else.",
    ),
    (
        "pages-removed",
        "Await the call once: its answer is the whole list.",
    ),
    ("pages-changed", "Look at what `items` gives now."),
    ("required-parameter-added", "Pass the new argument."),
    ("parameter-removed", "Leave the parameter out."),
    (
        "parameter-required",
        "Pass it as an argument, and drop the setter.",
    ),
    (
        "parameter-optional",
        "Drop the argument, and call the setter if you need it.",
    ),
    ("parameter-type-changed", "Pass a value of the new type."),
    ("parameter-renamed", "Call the setter by its new name."),
    (
        "parameters-reordered",
        "Pass the arguments in the new order: the compiler may not tell you.",
    ),
    (
        "body-added",
        "Pass a body, or `None` where it is an `Option`.",
    ),
    ("body-removed", "Drop the last argument."),
    ("body-required", "Pass the body itself, not an `Option`."),
    ("body-optional", "Put the body into `Some`."),
    ("body-type-changed", "Build a body of the new type."),
    ("answer-type-changed", "Read the answer as the new type."),
    ("type-renamed", "Name the type by its new name."),
    (
        "type-regrouped",
        "Name the type by the version's module (`v2::Job`), or by another module that has it.",
    ),
    ("type-kind-changed", "Build and read it as what it is now."),
    (
        "change-form-changed",
        "Set fields through the setters, which take either form.",
    ),
    ("required-field-added", "Pass one argument more to `new`."),
    (
        "field-removed",
        "Leave the field out; what the service still sends is in `extra`.",
    ),
    ("field-renamed", "Name the field by its new name."),
    ("field-type-changed", "Read or set a value of the new type."),
    ("field-required", "Pass it to `new`, and drop the setter."),
    (
        "field-optional",
        "Drop the argument of `new`, and call the setter if you need it.",
    ),
    (
        "fields-reordered",
        "Pass the arguments of `new` in the new order: the compiler may not tell you.",
    ),
    ("tag-pinned", "Pass to `new` what it asks for now."),
    (
        "list-presence-changed",
        "Read it with or without `Option`, as the field has it now.",
    ),
    (
        "default-lost",
        "Decode the value instead of taking its default.",
    ),
    ("field-read-only", "Do not send it; answers still have it."),
    (
        "field-write-only",
        "Do not read it; requests still have it.",
    ),
    (
        "enum-value-removed",
        "Match the value as `Unknown`, should the service still send it.",
    ),
    (
        "enum-value-renamed",
        "Name the variant by its new name; the old value reads as `Unknown`, should the service still send it.",
    ),
    (
        "union-kind-removed",
        "Match the kind as `Unknown`, should the service still send it.",
    ),
    ("union-kind-renamed", "Name the variant by its new name."),
    ("union-kind-changed", "Read the variant as the new type."),
    ("union-form-changed", "Match the variants there are now."),
    (
        "union-accessor-removed",
        "Match the kinds, and read the field of each.",
    ),
];
