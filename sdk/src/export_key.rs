//! Which operations of this API can carry an idempotency key: export jobs have labels, restore jobs have none.

use crate::idempotency::Keyed;
use crate::v2::{CreateBackupExport, ListBackupExports};

impl Keyed for CreateBackupExport {
    type List = ListBackupExports;
    const LABELS: &'static str = "customData";
    const COMMON: &'static [&'static str] = &["snapshotId"];
}
