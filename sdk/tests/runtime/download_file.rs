//! Downloads to a file: whole or not there, and continued by whoever comes next.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::pin::pin;

use atlas_backup::*;

use crate::delivery::*;
use crate::world::poll_until;

pub(crate) const LENGTH: usize = 23;

/// A directory of its own, with the destination in it and what is beside that during a download.
pub(crate) struct Place {
    directory: tempfile::TempDir,
    pub(crate) file: PathBuf,
    pub(crate) part: PathBuf,
    pub(crate) record: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let beside = |name: &str| directory.path().join(name);
        let (file, part) = (beside("a.tar.gz"), beside(".a.tar.gz.part"));
        let record = beside(".a.tar.gz.part.json");
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

    /// Nothing but the file, which is whole.
    pub(crate) fn has(&self, whole: &[u8]) {
        assert_eq!(std::fs::read(&self.file).unwrap(), whole);
        assert_eq!(self.names(), BTreeSet::from(["a.tar.gz".to_owned()]));
    }
}

pub(crate) async fn download(host: &Host, file: &Path) -> Result<Downloaded, DownloadError> {
    host.client().download(&link()).to_file(file).await
}

#[tokio::test]
async fn wherever_one_process_stops_the_next_goes_on() {
    for stop in 0..=LENGTH {
        let place = Place::new();
        let host = Host::scripted(LENGTH, &[Fate::Break(stop)]);
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
async fn a_part_that_something_else_made_longer_is_not_put_in_place() {
    let place = Place::new();
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

#[tokio::test]
async fn a_content_that_changed_is_begun_again_from_its_start() {
    for mark in [Mark::Tag, Mark::Date, Mark::WeakTag, Mark::Nothing] {
        // Within one download, and between two.
        let place = Place::new();
        let host = Host::scripted(LENGTH, &[Fate::Break(9), Fate::Renewed]).marked(mark);
        let whole = download(&host, &place.file).await.unwrap();
        assert_eq!((whole.bytes, whole.resumed, whole.attempts), (23, 0, 2));
        place.has(&content(1, LENGTH));

        let place = Place::new();
        let host = Host::scripted(LENGTH, &[Fate::Break(9)]).marked(mark);
        let client = host.client();
        let first = client.download(&link()).no_retry().to_file(&place.file);
        first.await.unwrap_err();
        // A part that nothing could go on with is not kept.
        let kept = matches!(mark, Mark::Tag | Mark::Date);
        assert_eq!(place.names().len(), if kept { 2 } else { 0 }, "{mark:?}");
        host.renew();
        download(&host, &place.file).await.unwrap();
        place.has(&content(1, LENGTH));
    }
}

#[tokio::test]
async fn a_part_that_cannot_be_continued_is_given_up_for_a_new_one() {
    for fates in [
        &[Fate::Break(9), Fate::Elsewhere][..],
        &[Fate::Break(9), Fate::Whole],
        &[Fate::Break(9), Fate::Elsewhere, Fate::Break(3)],
    ] {
        let place = Place::new();
        let host = Host::scripted(LENGTH, fates);
        download(&host, &place.file).await.unwrap();
        place.has(&host.content());
    }
}

#[tokio::test]
async fn a_host_that_never_comes_further_is_not_asked_for_ever() {
    let place = Place::new();
    let host = Host::new(LENGTH, || Fate::Break(10)).marked(Mark::Nothing);
    let error = download(&host, &place.file).await.unwrap_err();
    assert!(
        matches!(error, DownloadError::Transport { attempts: 5, .. }),
        "{error:?}"
    );
    assert!(place.names().is_empty());
}

#[tokio::test]
async fn a_file_is_replaced_only_if_asked_and_only_by_a_whole_one() {
    let place = Place::new();
    std::fs::write(&place.file, "old").unwrap();
    let host = Host::scripted(LENGTH, &[]);
    let refused = download(&host, &place.file).await;
    assert!(matches!(refused, Err(DownloadError::Exists)));
    assert!(host.log().is_empty());
    place.has(b"old");

    let host = Host::scripted(LENGTH, &[Fate::Break(9), Fate::Whole, Fate::Break(3)]);
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
async fn what_appears_at_the_destination_meanwhile_is_kept_and_the_part_too() {
    let place = Place::new();
    let host = Host::scripted(LENGTH, &[]);
    let client = host.client();
    let appear = |_| std::fs::write(&place.file, "another").unwrap();
    let first = client.download(&link()).on_progress(appear);
    let error = first.to_file(&place.file).await.unwrap_err();
    assert!(matches!(error, DownloadError::Exists));
    assert_eq!(std::fs::read(&place.file).unwrap(), b"another");
    // What is whole is not asked for again.
    let second = client.download(&link()).overwrite(true);
    let whole = second.to_file(&place.file).await.unwrap();
    assert_eq!((whole.bytes, whole.attempts), (23, 0));
    place.has(&host.content());
}

#[tokio::test]
async fn a_failure_before_the_first_byte_leaves_nothing_behind() {
    for fate in [Fate::Status(404), Fate::Status(400), Fate::Status(302)] {
        let place = Place::new();
        let host = Host::scripted(LENGTH, &[fate]);
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
async fn a_dropped_download_can_be_continued_and_until_then_has_the_part_to_itself() {
    const LARGE: usize = 1_000_000;
    let place = Place::new();
    let host = Host::scripted(LARGE, &[Fate::Stall(900_000)]).in_pieces_of(50_000);
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
async fn a_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
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
async fn what_is_no_file_at_the_destination_is_not_replaced_and_nothing_is_asked_for() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
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
            let fits = match overwrite {
                true => matches!(error, DownloadError::NotAFile),
                false => matches!(error, DownloadError::Exists),
            };
            assert!(fits, "{}: {error:?}", destination.display());
        }
    }
    assert!(host.log().is_empty());
    assert_eq!(place.names(), before);
    assert_eq!(std::fs::read(&precious).unwrap(), b"precious");

    // What comes there meanwhile is kept, too.
    let appear = |_| symlink(&precious, &place.file).unwrap_or_default();
    let client = host.client();
    let download = client.download(&link()).overwrite(true).on_progress(appear);
    let error = download.to_file(&place.file).await.unwrap_err();
    assert!(matches!(error, DownloadError::NotAFile), "{error:?}");
    assert!(place.file.is_symlink());
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_file_beside_the_destination_is_neither_followed_nor_waited_for() {
    use std::os::unix::fs::symlink;
    for beside in ["record", "part"] {
        for kind in ["link", "dangling", "fifo", "directory"] {
            let place = Place::new();
            let precious = place.directory.path().join("precious");
            std::fs::write(&precious, "precious").unwrap();
            let host = Host::scripted(LENGTH, &[Fate::Break(9)]);
            let client = host.client();
            let first = client.download(&link()).no_retry().to_file(&place.file);
            first.await.unwrap_err();
            let at = match beside {
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
            assert!(invalid, "{beside} {kind}: {error}");
            assert_eq!((host.log().len(), place.names()), (1, before));
            assert_eq!(std::fs::read(&precious).unwrap(), b"precious");
        }
    }
}
