//! Identifiers of the generated code, chosen from names in the document or in overlays.
//!
//! Invariant: the result is a valid Rust identifier, whatever the document contains.

use crate::document::{flag, string};
use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::Ident;
use quote::format_ident;
use serde_json::Value;
use std::collections::BTreeSet;

/// Names of the runtime and of other crates that generated code uses, by module. A type of the document must not have
/// one of these names.
pub(crate) const VOCABULARY: [(&str, &[&str]); 6] = [
    (
        "crate",
        &[
            "Acceptor",
            "Call",
            "Client",
            "ClusterName",
            "Counted",
            "Endpoint",
            "Enveloped",
            "Extra",
            "Matcher",
            "Nullable",
            "ObjectId",
            "Operation",
            "Paged",
            "ParameterStyle",
            "Patch",
            "Pretty",
            "Request",
            "RequestContent",
            "SecretUrl",
            "Timestamp",
            "Violations",
            "Wait",
        ],
    ),
    (
        "crate::json",
        &[
            "always_sent",
            "common_fields",
            "from_variants",
            "open_enum",
            "paged",
            "record",
            "setters",
            "tagged_union",
            "untagged_union",
        ],
    ),
    ("bytes", &["Bytes"]),
    ("http", &["Method"]),
    ("serde_json", &["Value"]),
    ("std::collections", &["BTreeMap"]),
];

/// Further names that the runtime exports, and those of the root of a crate that shares the runtime. A program could not
/// import both one of these and a type of the document with the same name.
const EXPORTS: [&str; 72] = [
    "ResponseBody",
    "Api",
    "AtlasErrorCode",
    "Attempt",
    "BlockingItems",
    "BoxFuture",
    "ByteStream",
    "CallMetrics",
    "ClientBuilder",
    "ClientExt",
    "Clock",
    "Continuation",
    "Credentials",
    "CredentialsProvider",
    "Download",
    "DownloadError",
    "Downloaded",
    "Error",
    "ErrorKind",
    "ExponentialBackoff",
    "FailedAttempt",
    "FailedJob",
    "Failure",
    "FailureReason",
    "FileSystem",
    "FileTokenStore",
    "HttpTransport",
    "Interceptor",
    "InvalidClusterName",
    "InvalidContinuation",
    "InvalidObjectId",
    "InvalidRecording",
    "Items",
    "JobEnding",
    "Json",
    "Keyed",
    "MissingField",
    "OpenFile",
    "OsFileSystem",
    "OsRandomness",
    "Outcome",
    "Pages",
    "PathKind",
    "PlainText",
    "Profile",
    "Progress",
    "ProvidedCredentials",
    "ProviderError",
    "Randomness",
    "RateLimit",
    "Recording",
    "Replay",
    "RequestHeaders",
    "ReservedHeader",
    "Response",
    "RetryDecision",
    "RetryPolicy",
    "RoundTrip",
    "States",
    "StoredToken",
    "Streamable",
    "SystemClock",
    "TokenKey",
    "TokenStore",
    "TokenTurn",
    "Transport",
    "TransportError",
    "UnexpectedRequest",
    "Unfinished",
    "Upload",
    "Violation",
    "WaitError",
];

/// Names of the standard library that generated code and the runtime's macros use without a path. A type of the
/// document must not have one of these names.
const PRELUDE: [&str; 11] = [
    "Box", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Some", "String", "Vec",
];

/// Methods of `Client`, and of traits that the runtime calls on it. An operation's method with such a name gets a
/// trailing underscore.
const CLIENT_METHODS: [&str; 25] = [
    "again",
    "as_ref",
    "block_on",
    "builder",
    "clone",
    "download",
    "earn",
    "execute",
    "find_created",
    "fmt",
    "from",
    "from_env",
    "into",
    "look_up",
    "may_ask_again",
    "new",
    "operation_timeout",
    "random",
    "revoke_token",
    "run",
    "success",
    "to_owned",
    "v1",
    "wire",
    "worker",
];

/// Functions and the common field of generated records. A field with such a name gets a trailing underscore.
const RECORD_NAMES: [&str; 3] = ["default", "extra", "new"];

/// Names that a module must not have, because of another file, a crate or a feature of the runtime with the same
/// name. Such a module gets a trailing underscore.
const MODULE_NAMES: [&str; 16] = [
    "blocking",
    "cli_keychain",
    "cli_profile",
    "contract",
    "default",
    "download",
    "metrics",
    "native_tls",
    "replay",
    "reqwest",
    "rustls",
    "sandbox",
    "serde_json",
    "shared",
    "std",
    "tracing",
];

/// Converts a name to `UpperCamelCase` for a type or variant; `Self` gets a trailing underscore.
pub(crate) fn pascal(name: &str) -> String {
    not_a_keyword(valid(&ascii_words(name).to_pascal_case(), 'N'))
}

/// Converts a name to `snake_case` for a field, method or module; keywords get a trailing underscore.
pub(crate) fn snake(name: &str) -> String {
    not_a_keyword(valid(&ascii_words(name).to_snake_case(), 'n'))
}

/// Appends an underscore to a keyword of edition 2024, reserved or in use.
fn not_a_keyword(name: String) -> String {
    // `syn` knows the keywords up to edition 2021.
    let is_keyword = name == "gen" || syn::parse_str::<Ident>(&name).is_err();
    underscored_if(name, is_keyword)
}

/// Appends an underscore to a name that is taken.
pub(super) fn underscored_if(name: String, is_taken: bool) -> String {
    match is_taken {
        true => format!("{name}_"),
        false => name,
    }
}

/// Returns the Rust name of a component schema.
pub(crate) fn type_name(schema: &Value, name: &str) -> String {
    string(schema, "x-rust-name").map_or_else(|| pascal(name), pascal)
}

/// Returns the Rust name of a property.
pub(crate) fn field_name(property: &Value, name: &str) -> String {
    let name = parameter_name(property, name);
    let is_taken = RECORD_NAMES.contains(&name.as_str());
    underscored_if(name, is_taken)
}

/// Returns the Rust name of a parameter.
pub(crate) fn parameter_name(parameter: &Value, name: &str) -> String {
    string(parameter, "x-rust-field").map_or_else(|| snake(name), snake)
}

/// Returns the name of an operation's method.
pub(crate) fn method_name(id: &str) -> String {
    let name = snake(id);
    let is_taken = CLIENT_METHODS.contains(&name.as_str());
    underscored_if(name, is_taken)
}

/// Returns the name of a resource's module, which is also the name of its feature.
pub(crate) fn module_name(resource: &str) -> String {
    let name = snake(resource);
    let is_taken = MODULE_NAMES.contains(&name.as_str());
    underscored_if(name, is_taken)
}

/// Returns the names that are reserved independent of the document.
pub(crate) fn runtime_names() -> impl Iterator<Item = &'static str> {
    let vocabulary = VOCABULARY.iter().flat_map(|(_, names)| *names);
    vocabulary.chain(&EXPORTS).chain(&PRELUDE).copied()
}

/// Returns true if name collisions in the document are resolved by numbers instead of being reported.
pub(crate) fn numbers_collisions(document: &Value) -> bool {
    flag(document, NUMBERED)
}

/// The member of a document that [`numbers_collisions`] reads.
pub(crate) const NUMBERED: &str = "x-rust-number-collisions";

/// Returns the name, or the first of `name2`, `name3`, … that is not taken.
pub(crate) fn unique(name: &str, taken: &BTreeSet<String>) -> String {
    let stem = name.trim_end_matches('_');
    let numbered = (2_u64..).map(|number| format!("{stem}{number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !taken.contains(name))
        .unwrap_or_default()
}

/// Creates an identifier token from a name that this module made.
pub(crate) fn ident(name: &str) -> Ident {
    format_ident!("{name}")
}

/// Replaces characters that identifiers cannot contain by spaces, and operators by words so that names stay distinct.
fn ascii_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '<' => words.push_str(" less "),
            '>' => words.push_str(" greater "),
            '=' => words.push_str(" equal "),
            '+' => words.push_str(" plus "),
            character if character.is_ascii_alphanumeric() => words.push(character),
            _ => words.push(' '),
        }
    }
    words
}

/// Adds a prefix to an empty name or one that starts with a digit.
fn valid(name: &str, prefix: char) -> String {
    if name
        .chars()
        .next()
        .is_none_or(|first| first.is_ascii_digit())
    {
        format!("{prefix}{name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        CLIENT_METHODS, MODULE_NAMES, method_name, module_name, pascal, runtime_names, snake,
    };
    use std::collections::BTreeSet;

    #[test]
    fn any_name_becomes_a_valid_identifier() {
        for (name, type_name, field) in [
            ("deliveryUrl", "DeliveryUrl", "delivery_url"),
            (
                "pointInTimeUTCSeconds",
                "PointInTimeUtcSeconds",
                "point_in_time_utc_seconds",
            ),
            ("_id", "Id", "id"),
            ("type", "Type", "type_"),
            ("self", "Self_", "self_"),
            ("<", "Less", "less"),
            (">=", "GreaterEqual", "greater_equal"),
            ("4xx", "N4xx", "n4xx"),
            ("", "N", "n"),
            ("a\u{0}*/\"b", "AB", "a_b"),
            ("gen", "Gen", "gen_"),
            ("try", "Try", "try_"),
            ("macro", "Macro", "macro_"),
            ("yield", "Yield", "yield_"),
            ("union", "Union", "union"),
            ("raw", "Raw", "raw"),
        ] {
            assert_eq!(
                (pascal(name).as_str(), snake(name).as_str()),
                (type_name, field),
                "{name:?}"
            );
        }
    }

    #[test]
    fn reserved_method_and_module_names_get_a_trailing_underscore() {
        for (id, method, module) in [
            ("download", "download_", "download_"),
            ("clone", "clone_", "clone"),
            ("std", "std", "std_"),
            ("Shared", "shared", "shared_"),
            ("default", "default", "default_"),
            ("gen", "gen_", "gen_"),
        ] {
            assert_eq!(
                (method_name(id).as_str(), module_name(id).as_str()),
                (method, module),
                "{id}"
            );
        }
    }

    /// Compares the lists of this module with the sources of the runtime.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "the runtime is files")]
    fn exports_methods_and_features_of_the_runtime_are_reserved() {
        let sdk = concat!(env!("CARGO_MANIFEST_DIR"), "/../sdk");
        let read = |path: &str| std::fs::read_to_string(format!("{sdk}/{path}")).expect(path);
        let mut methods = BTreeSet::new();
        for file in ["client", "blocking", "download", "v1_handle"] {
            let text = read(&format!("src/{file}.rs"));
            let blocks = text.split("\nimpl Client {").skip(1);
            for block in blocks.filter_map(|block| block.split("\n}").next()) {
                let names = block.split("\n    ").filter_map(|line| {
                    let (start, rest) = line.split_once("fn ")?;
                    let is_declaration = start
                        .chars()
                        .all(|letter| letter.is_ascii_lowercase() || "() ".contains(letter));
                    let end =
                        rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')?;
                    is_declaration.then(|| rest[..end].to_owned())
                });
                methods.extend(names);
            }
        }
        assert!(methods.len() > 10, "{methods:?}");
        methods.retain(|method| !CLIENT_METHODS.contains(&method.as_str()));
        assert_eq!(methods, BTreeSet::new());

        let library = read("src/lib.rs");
        let (runtime, _) = library
            .split_once("\n// End of the runtime")
            .expect("the runtime ends");
        let exported = runtime.split("pub use ").skip(1);
        let exported = exported.filter_map(|rest| rest.split(';').next());
        let mut exported: BTreeSet<&str> = exported
            .flat_map(|path| path.split(|sign: char| !sign.is_alphanumeric()))
            .filter(|name| name.starts_with(char::is_uppercase))
            // A constant and a type may have the same name.
            .filter(|name| name.contains(char::is_lowercase))
            .collect();
        assert!(exported.len() > 60, "{exported:?}");
        exported.retain(|name| !runtime_names().any(|known| known == *name));
        assert_eq!(exported, BTreeSet::new());

        let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).expect("it is TOML");
        let features = manifest["features"].as_table().into_iter().flatten();
        let mut names: BTreeSet<String> = features
            .map(|(name, _)| snake(name))
            .filter(|name| name != "external_validators")
            .collect();
        names.retain(|name| !MODULE_NAMES.contains(&name.as_str()));
        assert_eq!(names, BTreeSet::new());
    }
}
