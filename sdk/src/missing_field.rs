//! The error for a response without a field that the service normally sends.
use std::fmt;

/// A response has no value for a field that the service normally sends, or the value could not be decoded.
///
/// The `extra` of the record has a value that could not be decoded. A union's accessor also returns this error for a
/// variant that this SDK version does not know; its variant `Unknown` has the value.
///
/// The error converts to [`Error`](crate::Error) of kind [`Decode`](crate::ErrorKind::Decode), so that `?` works in
/// functions that return `Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingField {
    record: &'static str,
    field: &'static str,
}

impl MissingField {
    /// Creates the error for a field of a record, by their names in Rust.
    pub const fn new(record: &'static str, field: &'static str) -> Self {
        Self { record, field }
    }

    /// Returns the type of the record, such as `DiskBackupExportJob`.
    #[must_use]
    pub const fn record(&self) -> &'static str {
        self.record
    }

    /// Returns the name of the field, such as `id`.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

impl fmt::Display for MissingField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { record, field } = self;
        write!(
            f,
            "the response has no `{field}` of `{record}`, or one that cannot be decoded"
        )
    }
}

impl std::error::Error for MissingField {}
