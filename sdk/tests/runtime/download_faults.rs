//! Downloads to a disk with every fault at every operation, each followed by another download.
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use atlas_backup::*;

use crate::delivery::*;
use crate::disk::*;
use crate::world::*;

/// Causes two writes: the first when the buffer is full, the second at the end.
const LENGTH: usize = 300_000;
const PIECE: usize = 140_000;

const FILE: &str = "backups/a.tar.gz";
const OLD: &[u8] = b"the previous file";

/// The behaviour of the delivery host in up to two downloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scenario {
    Smooth,
    /// Is interrupted, and resumed by the second download.
    Resumed,
    /// Is interrupted; the second download finds another content.
    Changed,
    /// Is interrupted, and so is the second download, which finds another content.
    ChangedAndLeft,
    /// Finds another content when it continues.
    ChangedMeanwhile,
    /// Is dropped in the middle, and resumed by the second download.
    Dropped,
    /// Is interrupted, and the content has no validator.
    Unmarked,
    /// Replaces a file.
    Overwriting,
}

const SCENARIOS: [Scenario; 8] = [
    Scenario::Smooth,
    Scenario::Resumed,
    Scenario::Changed,
    Scenario::ChangedAndLeft,
    Scenario::ChangedMeanwhile,
    Scenario::Dropped,
    Scenario::Unmarked,
    Scenario::Overwriting,
];

struct Scene {
    disk: Disk,
    host: Host,
    scenario: Scenario,
}

impl Scene {
    fn new(scenario: Scenario) -> Self {
        let middle = LENGTH - 10_000;
        let request_outcomes: &[RequestOutcome] = match scenario {
            Scenario::Smooth | Scenario::Overwriting => &[],
            Scenario::Resumed | Scenario::Unmarked => &[RequestOutcome::Break(middle)],
            Scenario::Changed | Scenario::ChangedMeanwhile => {
                &[RequestOutcome::Break(middle), RequestOutcome::Renewed]
            }
            Scenario::ChangedAndLeft => {
                &[RequestOutcome::Break(middle), RequestOutcome::Break(middle)]
            }
            // Before the first write, so that none is in progress.
            Scenario::Dropped => &[RequestOutcome::Stall(PIECE)],
        };
        let mark = match scenario {
            Scenario::Unmarked => Mark::Nothing,
            _ => Mark::Tag,
        };
        let disk = Disk::default();
        if scenario == Scenario::Overwriting {
            disk.put(Path::new(FILE), OLD);
        }
        Self {
            disk,
            host: Host::scripted(LENGTH, request_outcomes)
                .marked(mark)
                .in_pieces_of(PIECE),
            scenario,
        }
    }

    fn client(&self) -> Client {
        let builder = self.host.builder();
        builder.file_system(self.disk.clone()).build().unwrap()
    }

    /// Runs one download; `None` if it was dropped.
    async fn download(&self, once: bool) -> Option<Result<Downloaded, DownloadError>> {
        let client = self.client();
        let download = client.download(&link()).overwrite(self.was_there());
        let download = if once { download.no_retry() } else { download };
        let mut running = pin!(download.to_file(FILE));
        let drops = self.scenario == Scenario::Dropped;
        let outcome = poll_fn(|context| match running.as_mut().poll(context) {
            Poll::Pending if drops && self.host.has_stalled() => Poll::Ready(None),
            outcome => outcome.map(Some),
        });
        outcome.await
    }

    fn was_there(&self) -> bool {
        self.scenario == Scenario::Overwriting
    }

    /// Runs the downloads of the scenario; true if the file exists afterwards.
    async fn play(&self) -> bool {
        let twice = !matches!(
            self.scenario,
            Scenario::Smooth | Scenario::ChangedMeanwhile | Scenario::Overwriting
        );
        for first in [true, false].into_iter().skip(usize::from(!twice)) {
            let left = self.scenario == Scenario::ChangedAndLeft;
            if left && !first {
                self.host.renew();
                self.disk.sync_all();
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

    /// Checks that a download to the repaired disk completes and leaves no other file.
    async fn ends_well(&self) -> Downloaded {
        self.disk.clear_fault();
        let client = self.client();
        let download = client.download(&link()).overwrite(self.was_there());
        let whole = download.to_file(FILE).await.unwrap();
        self.is_whole();
        assert_eq!(self.disk.names(), [Path::new(FILE)]);
        whole
    }
}

/// Returns the operations of the scenario on a disk without faults.
async fn operations(scenario: Scenario) -> Vec<&'static str> {
    let scene = Scene::new(scenario);
    assert_eq!(
        scene.play().await,
        scenario != Scenario::ChangedAndLeft,
        "{scenario:?}"
    );
    scene.disk.operations()
}

#[tokio::test]
async fn after_a_fault_at_any_disk_operation_the_file_is_complete_or_absent_and_the_next_download_succeeds()
 {
    let (mut runs, mut resumed) = (0, 0);
    for scenario in SCENARIOS {
        let operations = operations(scenario).await;
        for (number, name) in operations.iter().enumerate() {
            for fault in Fault::ALL {
                println!("{scenario:?}: {fault:?} at {number} ({name})");
                let scene = Scene::new(scenario);
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
async fn after_a_power_failure_at_any_operation_the_next_download_has_one_content() {
    let mut resumed = 0;
    for scenario in SCENARIOS {
        let last = operations(scenario).await.len();
        for number in 0..=last {
            // The most data can be lost after the last operation.
            for seed in 0..if number == last { 80 } else { 8 } {
                println!("{scenario:?}: the power fails at {number}, seed {seed}");
                let scene = Scene::new(scenario);
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
async fn a_killed_process_loses_only_the_bytes_since_the_last_checkpoint() {
    const MIB: usize = 1024 * 1024;
    let host = Host::scripted(40 * MIB, &[RequestOutcome::Stall(39 * MIB)]).in_pieces_of(MIB);
    let disk = Disk::default();
    let client = || host.builder().file_system(disk.clone()).build().unwrap();
    {
        let first = client();
        let mut running = pin!(first.download(&link()).to_file(FILE));
        poll_until(&mut running, || host.has_stalled()).await;
        disk.fails(0, Fault::Killed);
    }
    disk.clear_fault();
    disk.loses_power(&mut Chance(1));
    let whole = client().download(&link()).to_file(FILE).await.unwrap();
    assert_eq!(whole.resumed, 1);
    let (range, _) = host.ranges()[1].clone().unwrap();
    assert_eq!(range, format!("bytes={}-", 32 * MIB));
    assert!(disk.read(Path::new(FILE)).unwrap() == host.content());
}

#[tokio::test]
async fn reads_and_writes_interrupted_by_a_signal_are_repeated() {
    let undisturbed = Scene::new(Scenario::Resumed);
    assert!(undisturbed.play().await);
    let mut interrupted = BTreeSet::new();
    for (number, name) in undisturbed.disk.operations().into_iter().enumerate() {
        if matches!(name, "read" | "write") {
            let scene = Scene::new(Scenario::Resumed);
            let fault = Fault::Fails(std::io::ErrorKind::Interrupted);
            scene.disk.fails(number, fault);
            assert!(scene.play().await, "{name} at {number}");
            // No byte was received twice.
            assert_eq!(scene.host.ranges(), undisturbed.host.ranges(), "{number}");
            interrupted.insert(name);
        }
    }
    assert_eq!(interrupted, BTreeSet::from(["read", "write"]));
}

#[tokio::test]
async fn a_part_that_cannot_be_removed_is_reported_and_can_still_be_resumed() {
    let denied = std::io::ErrorKind::PermissionDenied;
    let left = || async {
        let scene = Scene::new(Scenario::Changed);
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
    let before = files(&scene);
    scene.disk.fails(removal, Fault::Fails(denied));
    let error = scene.download(true).await.unwrap().unwrap_err();
    let is_denied = matches!(&error, DownloadError::Io { source, .. } if source.kind() == denied);
    assert!(is_denied, "{error:?}");
    assert!(files(&scene) == before);
}

#[tokio::test]
async fn a_completed_file_survives_a_power_failure_with_and_without_a_named_directory() {
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
async fn a_content_that_cannot_be_resumed_is_synced_only_once_complete() {
    const MIB: usize = 1024 * 1024;
    let host = Host::scripted(33 * MIB, &[])
        .marked(Mark::Nothing)
        .in_pieces_of(MIB);
    let disk = Disk::default();
    let client = host.builder().file_system(disk.clone()).build().unwrap();
    client.download(&link()).to_file(FILE).await.unwrap();
    let operations = disk.operations();
    let first = operations.iter().position(|name| *name == "write");
    let (record, content) = operations.split_at(first.unwrap());
    let syncs = |part: &[&str]| part.iter().filter(|name| **name == "sync").count();
    // The empty record, and the complete content.
    assert_eq!((syncs(record), syncs(content)), (1, 1));
}

/// The download's own task only moves the complete file; a dropped download waits for the disk on the dropping thread.
#[tokio::test]
async fn downloads_open_record_write_and_sync_on_other_threads_than_their_own() {
    const PLACING: [&str; 5] = ["len", "is_at", "kind", "rename", "remove"];
    for scenario in SCENARIOS
        .into_iter()
        .filter(|scenario| *scenario != Scenario::Dropped)
    {
        let scene = Scene::new(scenario);
        scene.play().await;
        let own = scene.disk.operations_of_this_thread();
        let others: Vec<_> = own.iter().filter(|name| !PLACING.contains(name)).collect();
        assert!(others.is_empty(), "{scenario:?}: {others:?}");
        assert!(scene.disk.operations().contains(&"sync"), "{scenario:?}");
    }
}

#[tokio::test]
async fn the_part_of_a_failed_download_is_synced_by_another_thread() {
    let scene = Scene::new(Scenario::Resumed);
    scene.download(true).await.unwrap().unwrap_err();
    // It follows the sync of a part, and occurs nowhere else.
    let last = "sync_directory";
    assert!(scene.disk.operations().contains(&last));
    assert!(!scene.disk.operations_of_this_thread().contains(&last));
}
