//! Downloads to a full disk, simulated by a limit on the size of files.
use std::path::Path;
use std::process::Command;

use atlas_backup::*;

use crate::delivery::*;

const LENGTH: usize = 1_000_000;

/// Names the variable with the directory for the child process.
const DIRECTORY: &str = "ATLAS_BACKUP_TEST_DIRECTORY";

fn host(piece: usize) -> Host {
    Host::scripted(LENGTH, &[]).in_pieces_of(piece)
}

#[tokio::test]
async fn a_download_stopped_by_a_full_disk_resumes_with_the_right_bytes() {
    for (piece, blocks) in [(5_000, 700), (50_000, 700), (300_000, 1_100), (300_000, 0)] {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a.tar.gz");
        // The limit is in blocks of 512 bytes. A process that ignores the signal gets an error instead.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let mut child = Command::new("sh");
        child.args(["-c", &script, "sh"]);
        child.arg(std::env::current_exe().unwrap());
        child.args([
            "--exact",
            "download_full::in_a_process_of_its_own",
            "--ignored",
        ]);
        let place = format!("{piece} {}", file.display());
        let ended = child.env(DIRECTORY, place).output().unwrap();
        assert!(ended.status.success(), "{ended:?}");
        let client = host(piece).client();
        let whole = client.download(&link()).to_file(&file).await.unwrap();
        assert_eq!((whole.bytes, whole.attempts), (LENGTH as u64, 1));
        assert_eq!(whole.resumed, u32::from(blocks > 0), "{piece} {blocks}");
        assert!(std::fs::read(&file).unwrap() == content(0, LENGTH));
    }
}

#[tokio::test]
#[ignore = "is run by the other test, with a limit"]
async fn in_a_process_of_its_own() {
    let place = std::env::var(DIRECTORY).unwrap();
    let (piece, file) = place.split_once(' ').unwrap();
    let client = host(piece.parse().unwrap()).client();
    let failed = client.download(&link()).to_file(Path::new(file)).await;
    let error = failed.unwrap_err();
    assert!(matches!(error, DownloadError::Io { .. }), "{error:?}");
}
