// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Types that several resources use.

use crate::Extra;
use crate::json::{open_enum, record};

/// Link to another resource or page (RFC 8288).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Link {
    /// Absolute URL of the target.
    pub href: Option<String>,
    /// Link relation: `self`, `next`, or a URL that names the relation.
    pub rel: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(Link { href: "href", rel: "rel" });

/// Cloud provider that stores the data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloudProvider {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(CloudProvider { Aws = "AWS", Azure = "AZURE", Gcp = "GCP" });
