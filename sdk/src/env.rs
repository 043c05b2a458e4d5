//! Values of environment variables, with errors that name the variable.
//!
//! Invariant: callers pass the name of the variable.
use std::fmt::Display;
use std::str::FromStr;

use crate::error::Error;

/// Reads and parses a variable.
pub(crate) fn read<T: FromStr<Err: Display>>(variable: &str) -> Result<T, Error> {
    parse(variable, std::env::var(variable).ok())
}

/// Parses the value of a variable. An empty value counts as missing.
fn parse<T: FromStr<Err: Display>>(variable: &str, value: Option<String>) -> Result<T, Error> {
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        let why = format!("the environment variable {variable} is not set");
        return Err(Error::configuration(why));
    };
    let parsed = value.parse();
    parsed.map_err(|error: T::Err| Error::configuration(format!("{variable}: {error}")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may fail loudly")]
mod tests {
    use super::parse;
    use crate::{ClusterName, ErrorKind, ObjectId};

    #[test]
    fn invalid_variable_is_named_and_quoted() {
        let error = parse::<ClusterName>("CLUSTER", Some("a_b".to_owned())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let text = error.to_string();
        assert!(
            text.starts_with(r#"CLUSTER: "a_b" is not a cluster name"#),
            "{text}"
        );
    }

    #[test]
    fn missing_or_empty_variable_is_named() {
        for value in [None, Some(String::new())] {
            let error = parse::<ObjectId>("PROJECT", value).unwrap_err();
            let text = "the environment variable PROJECT is not set";
            assert_eq!(error.to_string(), text);
        }
    }
}
