//! Bodies of error responses: every one becomes an error that can be printed.

use crate::world::{TOKEN, World, judge, place};
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
use atlas_backup::{Credentials, ErrorKind};

pub(crate) fn run(input: &[u8]) -> bool {
    let world = World::new(input);
    let client = world.client(Credentials::bearer(TOKEN));
    let (project, cluster) = place();
    let read = client
        .get_backup_schedule(&project, &cluster)
        .envelope(true)
        .no_retry();
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: project,
        snapshot_id: project,
    });
    let write = client.create_backup_export(&project, &cluster, &request);
    let ends = [
        world.run(read.into_future()).err(),
        world.run(write.into_future()).err(),
    ];
    for error in ends.iter().flatten() {
        judge(error);
        let status = error.status().map(|status| status.as_u16());
        assert!(
            error.kind() != ErrorKind::Api
                || status.is_some_and(|status| !(200..300).contains(&status)),
            "a success is called a failure of the API: {error}"
        );
    }
    ends.iter().any(Option::is_some)
}
