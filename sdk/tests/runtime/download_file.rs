//! Downloads to a file: complete or absent, and resumable by the next download.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::pin::pin;

use atlas_backup::*;

use crate::delivery::*;
use crate::world::poll_until;

pub(crate) const LENGTH: usize = 23;

/// A temporary directory with the destination file and its part during a download.
pub(crate) struct Destination {
    directory: tempfile::TempDir,
    pub(crate) file: PathBuf,
    pub(crate) part: PathBuf,
    pub(crate) record: PathBuf,
}

impl Destination {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let (file, part) = (path("a.tar.gz"), path(".a.tar.gz.part"));
        let record = path(".a.tar.gz.part.json");
        Self {
            directory,
            file,
            part,
            record,
        }
    }

    pub(crate) fn names(&self) -> BTreeSet<String> {
        let entries = std::fs::read_dir(self.directory.path()).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        entries
            .map(|entry| name(entry).into_string().unwrap())
            .collect()
    }

    /// Checks that the directory has only the complete file.
    pub(crate) fn has(&self, whole: &[u8]) {
        assert_eq!(std::fs::read(&self.file).unwrap(), whole);
        assert_eq!(self.names(), BTreeSet::from(["a.tar.gz".to_owned()]));
    }
}

pub(crate) async fn download(host: &Host, file: &Path) -> Result<Downloaded, DownloadError> {
    host.client().download(&link()).to_file(file).await
}

#[tokio::test]
async fn the_next_process_resumes_a_download_that_stopped_anywhere() {
    for stop in 0..=LENGTH {
        let place = Destination::new();
        let host = Host::scripted(LENGTH, &[RequestOutcome::Break(stop)]);
        let client = host.client();
        let first = client.download(&link()).no_retry().to_file(&place.file);
        assert_eq!(first.await.is_ok(), stop == LENGTH, "{stop}");
        if stop < LENGTH {
            assert!(!place.file.exists());
            if stop > 0 {
                assert_eq!(std::fs::read(&place.part).unwrap(), content(0, stop));
                let record = std::fs::read_to_string(&place.record).unwrap();
                assert!(record.contains("v0") && record.contains("23"));
                assert!(!record.contains("s3cr3t") && !record.contains("example"));
            } else {
                assert!(place.names().is_empty());
            }
            let whole = download(&host, &place.file).await.unwrap();
            let resumed = u32::from(stop > 0);
            assert_eq!(
                (whole.bytes, whole.resumed, whole.attempts),
                (23, resumed, 1)
            );
        }
        place.has(&host.content());
    }
}

#[tokio::test]
async fn a_part_that_was_extended_from_outside_is_not_moved_to_the_destination() {
    let place = Destination::new();
    let host = Host::scripted(LENGTH, &[]);
    let client = host.client();
    let download = client.download(&link()).on_progress(|_| {
        let part = std::fs::OpenOptions::new().write(true).open(&place.part);
        part.unwrap().set_len(LENGTH as u64 + 1).unwrap();
    });
    let error = download.to_file(&place.file).await.unwrap_err();
    let length = DownloadError::Length {
        received: LENGTH as u64 + 1,
        expected: LENGTH as u64,
    };
    assert_eq!(format!("{error:?}"), format!("{length:?}"));
    assert!(place.names().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn a_part_of_another_download_is_neither_moved_to_the_destination_nor_removed() {
    let place = Destination::new();
    let host = Host::scripted(LENGTH, &[]);
    let client = host.client();
    let download = client.download(&link()).on_progress(|_| {
        for (path, content) in [(&place.part, "half"), (&place.record, "a record")] {
            std::fs::remove_file(path).unwrap();
            std::fs::write(path, content).unwrap();
        }
    });
    let error = download.to_file(&place.file).await.unwrap_err();
    assert!(
        error.to_string().contains("putting the file in place"),
        "{error}"
    );
    assert!(!place.file.exists());
    for (path, content) in [(&place.part, "half"), (&place.record, "a record")] {
        assert_eq!(std::fs::read_to_string(path).unwrap(), content);
    }
}

#[tokio::test]
async fn after_a_range_that_does_not_fit_the_next_download_starts_anew() {
    for unfit in [RequestOutcome::Elsewhere, RequestOutcome::Status(416)] {
        let place = Destination::new();
        let host = Host::scripted(LENGTH, &[RequestOutcome::Break(9), unfit]);
        let client = host.client();
        let download = || client.download(&link()).no_retry().to_file(&place.file);
        download().await.unwrap_err();
        assert_eq!(place.names().len(), 2);
        let error = download().await.unwrap_err();
        let range = DownloadError::Range { received: 9 };
        assert_eq!(format!("{error:?}"), format!("{range:?}"));
        assert!(place.names().is_empty());
        let whole = download().await.unwrap();
        assert_eq!((whole.bytes, whole.resumed), (23, 0));
        place.has(&host.content());
    }
}

#[tokio::test]
async fn a_changed_content_is_downloaded_from_the_start() {
    for mark in [Mark::Tag, Mark::Date, Mark::WeakTag, Mark::Nothing] {
        // Within one download, and between two.
        let place = Destination::new();
        let host = Host::scripted(LENGTH, &[RequestOutcome::Break(9), RequestOutcome::Renewed])
            .marked(mark);
        let whole = download(&host, &place.file).await.unwrap();
        assert_eq!((whole.bytes, whole.resumed, whole.attempts), (23, 0, 2));
        place.has(&content(1, LENGTH));

        let place = Destination::new();
        let host = Host::scripted(LENGTH, &[RequestOutcome::Break(9)]).marked(mark);
        let client = host.client();
        let first = client.download(&link()).no_retry().to_file(&place.file);
        first.await.unwrap_err();
        // A part that no download could resume is removed.
        let resumable = matches!(mark, Mark::Tag | Mark::Date);
        assert_eq!(
            place.names().len(),
            if resumable { 2 } else { 0 },
            "{mark:?}"
        );
        host.renew();
        download(&host, &place.file).await.unwrap();
        place.has(&content(1, LENGTH));
    }
}

#[tokio::test]
async fn a_part_that_cannot_be_resumed_is_replaced() {
    for request_outcomes in [
        &[RequestOutcome::Break(9), RequestOutcome::Elsewhere][..],
        &[RequestOutcome::Break(9), RequestOutcome::Whole],
        &[
            RequestOutcome::Break(9),
            RequestOutcome::Elsewhere,
            RequestOutcome::Break(3),
        ],
    ] {
        let place = Destination::new();
        let host = Host::scripted(LENGTH, request_outcomes);
        download(&host, &place.file).await.unwrap();
        place.has(&host.content());
    }
}

#[tokio::test]
async fn a_host_without_progress_is_retried_a_limited_number_of_times() {
    let place = Destination::new();
    let host = Host::new(LENGTH, || RequestOutcome::Break(10)).marked(Mark::Nothing);
    let error = download(&host, &place.file).await.unwrap_err();
    assert!(
        matches!(error, DownloadError::Transport { attempts: 5, .. }),
        "{error:?}"
    );
    assert!(place.names().is_empty());
}

#[tokio::test]
async fn a_file_is_replaced_only_on_request_and_only_by_a_complete_one() {
    let place = Destination::new();
    std::fs::write(&place.file, "old").unwrap();
    let host = Host::scripted(LENGTH, &[]);
    let refused = download(&host, &place.file).await;
    assert!(matches!(refused, Err(DownloadError::Exists)));
    assert!(host.log().is_empty());
    place.has(b"old");

    let host = Host::scripted(
        LENGTH,
        &[
            RequestOutcome::Break(9),
            RequestOutcome::Whole,
            RequestOutcome::Break(3),
        ],
    );
    let client = host.client();
    let download = client
        .download(&link())
        .overwrite(true)
        .on_progress(|_| assert_eq!(std::fs::read(&place.file).unwrap(), b"old"));
    download.to_file(&place.file).await.unwrap();
    place.has(&host.content());

    let directory = client.download(&link()).overwrite(true);
    let directory = directory.to_file(place.directory.path()).await;
    assert!(matches!(directory, Err(DownloadError::NotAFile)));
}

#[tokio::test]
async fn a_file_that_appears_at_the_destination_is_preserved_and_so_is_the_part() {
    let place = Destination::new();
    let host = Host::scripted(LENGTH, &[]);
    let client = host.client();
    let appear = |_| std::fs::write(&place.file, "another").unwrap();
    let first = client.download(&link()).on_progress(appear);
    let error = first.to_file(&place.file).await.unwrap_err();
    assert!(matches!(error, DownloadError::Exists));
    assert_eq!(std::fs::read(&place.file).unwrap(), b"another");
    // A complete content is not requested again.
    let second = client.download(&link()).overwrite(true);
    let whole = second.to_file(&place.file).await.unwrap();
    assert_eq!((whole.bytes, whole.attempts), (23, 0));
    place.has(&host.content());
}

#[tokio::test]
async fn a_failure_before_the_first_byte_leaves_no_files() {
    for request_outcome in [
        RequestOutcome::Status(404),
        RequestOutcome::Status(400),
        RequestOutcome::Status(302),
    ] {
        let place = Destination::new();
        let host = Host::scripted(LENGTH, &[request_outcome]);
        download(&host, &place.file).await.unwrap_err();
        assert!(place.names().is_empty(), "{:?}", place.names());
    }
    let nowhere = Path::new("/nowhere/at/all/a.tar.gz");
    let host = Host::scripted(LENGTH, &[]);
    for file in [nowhere, Path::new("/"), Path::new("")] {
        let error = download(&host, file).await.unwrap_err();
        assert!(matches!(error, DownloadError::Io { .. }), "{error:?}");
    }
    assert!(host.log().is_empty());
}

#[tokio::test]
async fn a_path_that_names_a_directory_is_refused_before_a_request() {
    let place = Destination::new();
    let host = Host::scripted(LENGTH, &[]);
    for end in ["2025/", "2025//", "2025/.", "2025/.."] {
        let file = place.directory.path().join(end);
        let error = download(&host, &file).await.unwrap_err();
        assert!(error.to_string().contains("it names no file"), "{error}");
    }
    assert!(host.log().is_empty() && place.names().is_empty());
}

#[tokio::test]
async fn a_dropped_download_can_be_resumed_and_locks_its_part_until_then() {
    const LARGE: usize = 1_000_000;
    let place = Destination::new();
    let host = Host::scripted(LARGE, &[RequestOutcome::Stall(900_000)]).in_pieces_of(50_000);
    let client = host.client();
    {
        let mut first = pin!(client.download(&link()).to_file(&place.file));
        poll_until(&mut first, || host.has_stalled()).await;
        let second = client.download(&link()).overwrite(true);
        let second = second.to_file(&place.file).await;
        assert!(matches!(second, Err(DownloadError::Busy)), "{second:?}");
    }
    assert!(!place.file.exists());
    let whole = download(&host, &place.file).await.unwrap();
    assert_eq!((whole.bytes, whole.resumed), (LARGE as u64, 1));
    place.has(&host.content());
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Destination::new();
    download(&Host::scripted(LENGTH, &[]), &place.file)
        .await
        .unwrap();
    let mode = std::fs::metadata(&place.file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[cfg(unix)]
fn fifo(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[cfg(unix)]
#[tokio::test]
async fn a_destination_that_is_not_a_file_is_not_replaced_and_nothing_is_requested() {
    use std::os::unix::fs::symlink;
    let place = Destination::new();
    let precious = place.directory.path().join("precious");
    std::fs::write(&precious, "precious").unwrap();
    let link_to = place.directory.path().join("link");
    symlink(&precious, &link_to).unwrap();
    let pipe = place.directory.path().join("fifo");
    fifo(&pipe);
    let host = Host::scripted(LENGTH, &[]);
    let before = place.names();
    for destination in [
        &link_to,
        &pipe,
        Path::new("/dev/null"),
        place.directory.path(),
    ] {
        for overwrite in [false, true] {
            let client = host.client();
            let download = client.download(&link()).overwrite(overwrite);
            let error = download.to_file(destination).await.unwrap_err();
            let fits = matches!(error, DownloadError::NotAFile);
            assert!(fits, "{}: {error:?}", destination.display());
        }
    }
    assert!(host.log().is_empty());
    assert_eq!(place.names(), before);
    assert_eq!(std::fs::read(&precious).unwrap(), b"precious");

    // A link that appears there in the meantime is preserved too.
    let appear = |_| symlink(&precious, &place.file).unwrap_or_default();
    let client = host.client();
    let download = client.download(&link()).overwrite(true).on_progress(appear);
    let error = download.to_file(&place.file).await.unwrap_err();
    assert!(matches!(error, DownloadError::NotAFile), "{error:?}");
    assert!(place.file.is_symlink());
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_or_pipe_in_place_of_the_part_is_neither_followed_nor_waited_for() {
    use std::os::unix::fs::symlink;
    for which in ["record", "part"] {
        for kind in ["link", "dangling", "fifo", "directory"] {
            let place = Destination::new();
            let precious = place.directory.path().join("precious");
            std::fs::write(&precious, "precious").unwrap();
            let host = Host::scripted(LENGTH, &[RequestOutcome::Break(9)]);
            let client = host.client();
            let first = client.download(&link()).no_retry().to_file(&place.file);
            first.await.unwrap_err();
            let at = match which {
                "record" => &place.record,
                _ => &place.part,
            };
            std::fs::remove_file(at).unwrap();
            match kind {
                "link" => symlink(&precious, at).unwrap(),
                "dangling" => symlink(place.directory.path().join("nothing"), at).unwrap(),
                "fifo" => fifo(at),
                _ => std::fs::create_dir(at).unwrap(),
            }
            let before = place.names();
            let error = download(&host, &place.file).await.unwrap_err();
            let DownloadError::Io { source, .. } = &error else {
                panic!("{error:?}");
            };
            let invalid = source.kind() == std::io::ErrorKind::InvalidInput;
            assert!(invalid, "{which} {kind}: {error}");
            assert_eq!((host.log().len(), place.names()), (1, before));
            assert_eq!(std::fs::read(&precious).unwrap(), b"precious");
        }
    }
}
