//! Documents as JSON values, and the stages up to the curated document.

pub(crate) mod bodiless;
pub(crate) mod dated_names;
pub(crate) mod json_types;
mod load;
pub(crate) mod media_types;
pub(crate) mod overlay;
pub(crate) mod position;
pub(crate) mod prose;
pub(crate) mod select;
pub(crate) mod spelling;
pub(crate) mod strip_prose;
pub(crate) mod text;
mod values;
pub(crate) mod versions;
pub(crate) mod walk;

pub use text::Text;

pub(crate) use load::{check_version, load, to_yaml};
pub(crate) use text::read;
pub(crate) use values::{
    ALIAS, METHODS, ORIGIN, SCHEMAS, SITE, child, each_operation_mut, ensure_schemas, flag, object,
    operation_name, operations, reference, retain_operations, schema_name, schema_reference, set,
    string, strings, strings_or_one, successes, type_key, without_parameter_names,
};
