// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Types that more than one resource uses.

use crate::Extra;
use crate::wire::record;

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Link {
    /// F.
    pub href: Option<String>,
    /// F.
    pub rel: Option<String>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(Link {
    href: "href", rel: "rel",
});
