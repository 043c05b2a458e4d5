//! Downloads to a disk that fails: every operation in turn, each in every way, and what the next download makes of it.
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use atlas_backup::*;

use crate::delivery::*;
use crate::disk::*;
use crate::world::*;

/// Two writes: the first when the buffer is full, the second at the end.
const LENGTH: usize = 300_000;
const PIECE: usize = 140_000;

const FILE: &str = "backups/a.tar.gz";
const OLD: &[u8] = b"what was there before";

/// What happens between the delivery host and the disk, in up to two downloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Story {
    Smooth,
    /// Breaks off, is left, and is resumed by the second download.
    Resumed,
    /// Breaks off; the second download finds another content.
    Changed,
    /// Breaks off, and the second download, of another content, does too.
    ChangedAndLeft,
    /// Finds another content when it goes on.
    ChangedMeanwhile,
    /// Is dropped in the middle, and resumed by the second download.
    Dropped,
    /// Breaks off, and the content has no validator.
    Unmarked,
    /// Replaces a file.
    Overwriting,
}

const STORIES: [Story; 8] = [
    Story::Smooth,
    Story::Resumed,
    Story::Changed,
    Story::ChangedAndLeft,
    Story::ChangedMeanwhile,
    Story::Dropped,
    Story::Unmarked,
    Story::Overwriting,
];

struct Scene {
    disk: Disk,
    host: Host,
    story: Story,
}

impl Scene {
    fn new(story: Story) -> Self {
        let middle = LENGTH - 10_000;
        let fates: &[Fate] = match story {
            Story::Smooth | Story::Overwriting => &[],
            Story::Resumed | Story::Unmarked => &[Fate::Break(middle)],
            Story::Changed | Story::ChangedMeanwhile => &[Fate::Break(middle), Fate::Renewed],
            Story::ChangedAndLeft => &[Fate::Break(middle), Fate::Break(middle)],
            // Before the first write, so that none is under way.
            Story::Dropped => &[Fate::Stall(PIECE)],
        };
        let mark = match story {
            Story::Unmarked => Mark::Nothing,
            _ => Mark::Tag,
        };
        let disk = Disk::default();
        if story == Story::Overwriting {
            disk.put(Path::new(FILE), OLD);
        }
        Self {
            disk,
            host: Host::scripted(LENGTH, fates)
                .marked(mark)
                .in_pieces_of(PIECE),
            story,
        }
    }

    fn client(&self) -> Client {
        let builder = self.host.builder();
        builder.file_system(self.disk.clone()).build().unwrap()
    }

    /// One download. `None` if it was dropped.
    async fn download(&self, once: bool) -> Option<Result<Downloaded, DownloadError>> {
        let client = self.client();
        let download = client.download(&link()).overwrite(self.was_there());
        let download = if once { download.no_retry() } else { download };
        let mut running = pin!(download.to_file(FILE));
        let drops = self.story == Story::Dropped;
        let outcome = poll_fn(|context| match running.as_mut().poll(context) {
            Poll::Pending if drops && self.host.has_stalled() => Poll::Ready(None),
            outcome => outcome.map(Some),
        });
        outcome.await
    }

    fn was_there(&self) -> bool {
        self.story == Story::Overwriting
    }

    /// The downloads of the story; whether the file is there now.
    async fn play(&self) -> bool {
        let twice = !matches!(
            self.story,
            Story::Smooth | Story::ChangedMeanwhile | Story::Overwriting
        );
        for first in [true, false].into_iter().skip(usize::from(!twice)) {
            let left = self.story == Story::ChangedAndLeft;
            if left && !first {
                self.host.renew();
                self.disk.settles();
            }
            match self.download(first || left).await {
                Some(Ok(whole)) => {
                    assert_eq!(whole.bytes, LENGTH as u64);
                    self.is_whole();
                    return true;
                }
                Some(Err(error)) => {
                    let typed = matches!(
                        error,
                        DownloadError::Io { .. } | DownloadError::Transport { .. }
                    );
                    assert!(typed, "{error:?}");
                }
                None => {}
            }
            self.is_untouched();
        }
        false
    }

    fn is_whole(&self) {
        let there = self.disk.read(Path::new(FILE));
        assert!(there.as_deref() == Some(&self.host.content()[..]));
    }

    fn is_untouched(&self) {
        let there = self.disk.read(Path::new(FILE));
        assert_eq!(there.as_deref(), self.was_there().then_some(OLD));
    }

    /// With a disk that is well again, it comes to its end, and leaves nothing else behind.
    async fn ends_well(&self) -> Downloaded {
        self.disk.is_well_again();
        let client = self.client();
        let download = client.download(&link()).overwrite(self.was_there());
        let whole = download.to_file(FILE).await.unwrap();
        self.is_whole();
        assert_eq!(self.disk.names(), [Path::new(FILE)]);
        whole
    }
}

/// How many operations the story has, with a disk that is well.
async fn operations(story: Story) -> Vec<&'static str> {
    let scene = Scene::new(story);
    assert_eq!(
        scene.play().await,
        story != Story::ChangedAndLeft,
        "{story:?}"
    );
    scene.disk.operations()
}

#[tokio::test]
async fn whichever_operation_of_the_disk_fails_a_file_is_whole_or_not_there_and_the_next_download_has_it()
 {
    let (mut runs, mut resumed) = (0, 0);
    for story in STORIES {
        let operations = operations(story).await;
        for (number, name) in operations.iter().enumerate() {
            for fault in Fault::ALL {
                println!("{story:?}: {fault:?} at {number} ({name})");
                let scene = Scene::new(story);
                scene.disk.fails(number, fault);
                runs += 1;
                if !scene.play().await {
                    let whole = scene.ends_well().await;
                    resumed += u32::from(whole.attempts == 0) + whole.resumed;
                }
            }
        }
    }
    println!("{runs} runs, {resumed} taken up again");
    assert!(runs > 700 && resumed > 150);
}

#[tokio::test]
async fn whenever_the_power_fails_the_next_download_ends_in_one_content() {
    let mut resumed = 0;
    for story in STORIES {
        let last = operations(story).await.len();
        for number in 0..=last {
            // Most can get lost when everything has been done.
            for seed in 0..if number == last { 80 } else { 8 } {
                println!("{story:?}: the power fails at {number}, seed {seed}");
                let scene = Scene::new(story);
                scene.disk.fails(number, Fault::Killed);
                scene.play().await;
                scene.disk.loses_power(&mut Chance(seed));
                let there = scene.disk.read(Path::new(FILE));
                let is_new = there.as_deref() == Some(&scene.host.content()[..]);
                let is_old = there.as_deref() == scene.was_there().then_some(OLD);
                assert!(is_new || is_old);
                if is_new && !scene.was_there() {
                    continue;
                }
                resumed += scene.ends_well().await.resumed;
            }
        }
    }
    println!("{resumed} resumed");
    assert!(resumed > 40);
}

#[tokio::test]
async fn a_killed_process_costs_no_more_than_what_came_since_the_last_checkpoint() {
    const MIB: usize = 1024 * 1024;
    let host = Host::scripted(40 * MIB, &[Fate::Stall(39 * MIB)]).in_pieces_of(MIB);
    let disk = Disk::default();
    let client = || host.builder().file_system(disk.clone()).build().unwrap();
    {
        let first = client();
        let mut running = pin!(first.download(&link()).to_file(FILE));
        poll_until(&mut running, || host.has_stalled()).await;
        disk.fails(0, Fault::Killed);
    }
    disk.is_well_again();
    disk.loses_power(&mut Chance(1));
    let whole = client().download(&link()).to_file(FILE).await.unwrap();
    assert_eq!(whole.resumed, 1);
    let (range, _) = host.ranges()[1].clone().unwrap();
    assert_eq!(range, format!("bytes={}-", 32 * MIB));
    assert!(disk.read(Path::new(FILE)).unwrap() == host.content());
}

#[tokio::test]
async fn reads_and_writes_that_a_signal_interrupts_are_made_again() {
    let undisturbed = Scene::new(Story::Resumed);
    assert!(undisturbed.play().await);
    let mut interrupted = BTreeSet::new();
    for (number, name) in undisturbed.disk.operations().into_iter().enumerate() {
        if matches!(name, "read" | "write") {
            let scene = Scene::new(Story::Resumed);
            let fault = Fault::Fails(std::io::ErrorKind::Interrupted);
            scene.disk.fails(number, fault);
            assert!(scene.play().await, "{name} at {number}");
            // Nothing was received twice.
            assert_eq!(scene.host.ranges(), undisturbed.host.ranges(), "{number}");
            interrupted.insert(name);
        }
    }
    assert_eq!(interrupted, BTreeSet::from(["read", "write"]));
}

#[tokio::test]
async fn a_part_that_cannot_be_removed_is_an_error_that_says_so_and_can_still_be_continued() {
    let denied = std::io::ErrorKind::PermissionDenied;
    let left = || async {
        let scene = Scene::new(Story::Changed);
        scene.download(true).await.unwrap().unwrap_err();
        scene
    };
    let undisturbed = left().await;
    let before = undisturbed.disk.operations().len();
    undisturbed.download(true).await.unwrap().unwrap();
    let operations = undisturbed.disk.operations();
    let second = operations[before..].iter();
    let removal = second.take_while(|name| **name != "remove").count();

    let scene = left().await;
    let files = |scene: &Scene| {
        let disk = &scene.disk;
        let names = disk.names().into_iter();
        names.map(|name| disk.read(&name)).collect::<Vec<_>>()
    };
    let kept = files(&scene);
    scene.disk.fails(removal, Fault::Fails(denied));
    let error = scene.download(true).await.unwrap().unwrap_err();
    let said = matches!(&error, DownloadError::Io { source, .. } if source.kind() == denied);
    assert!(said, "{error:?}");
    assert!(files(&scene) == kept);
}

#[tokio::test]
async fn a_finished_file_outlives_a_power_failure_in_a_directory_that_is_named_and_in_one_that_is_not()
 {
    for file in [FILE, "a.tar.gz"].map(Path::new) {
        for seed in 0..20 {
            let host = Host::scripted(LENGTH, &[]);
            let disk = Disk::default();
            let client = host.builder().file_system(disk.clone()).build().unwrap();
            client.download(&link()).to_file(file).await.unwrap();
            disk.loses_power(&mut Chance(seed));
            assert!(disk.read(file) == Some(host.content()), "{file:?}, {seed}");
        }
    }
}

#[tokio::test]
async fn a_content_that_cannot_be_continued_is_synced_only_when_it_is_whole() {
    const MIB: usize = 1024 * 1024;
    let host = Host::scripted(33 * MIB, &[])
        .marked(Mark::Nothing)
        .in_pieces_of(MIB);
    let disk = Disk::default();
    let client = host.builder().file_system(disk.clone()).build().unwrap();
    client.download(&link()).to_file(FILE).await.unwrap();
    let operations = disk.operations();
    let syncs = operations.iter().filter(|name| **name == "sync");
    assert_eq!(syncs.count(), 1);
}

/// The task of a download only puts the whole file in place; a dropped download waits for the disk where it is dropped.
#[tokio::test]
async fn downloads_open_record_write_and_sync_on_other_threads_than_their_own() {
    const PLACING: [&str; 4] = ["len", "kind", "rename", "remove"];
    for story in STORIES.into_iter().filter(|story| *story != Story::Dropped) {
        let scene = Scene::new(story);
        scene.play().await;
        let own = scene.disk.operations_of_this_thread();
        let others: Vec<_> = own.iter().filter(|name| !PLACING.contains(name)).collect();
        assert!(others.is_empty(), "{story:?}: {others:?}");
        assert!(scene.disk.operations().contains(&"sync"), "{story:?}");
    }
}

#[tokio::test]
async fn the_part_of_a_download_that_failed_is_brought_to_disk_by_another_thread() {
    let scene = Scene::new(Story::Resumed);
    scene.download(true).await.unwrap().unwrap_err();
    // It comes after the sync of a part, and nowhere else.
    let last = "sync_directory";
    assert!(scene.disk.operations().contains(&last));
    assert!(!scene.disk.operations_of_this_thread().contains(&last));
}
