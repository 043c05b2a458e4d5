//! Downloads to a file or a writer, by processes that are killed, on disks that fail.
use std::io;
use std::path::Path;
use std::time::Duration;

use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{DeliveryType, DiskBackupSnapshotRestoreJobRequest};
use atlas_backup::{DownloadError, Downloaded, SecretUrl};

use super::{Actor, PATIENCE, all};
use crate::invariants::Invariant;
use crate::schedule::{Broken, Fault};
use crate::world::disk::{self, Disk};
use crate::world::{Chance, Kind, World, content};

const FILE: &str = "archive.tar.gz";

/// The previous file at the destination.
const OLD: &[u8] = b"an older archive";

pub(super) async fn download(world: World) {
    let disk = Disk::default();
    let Some(actor) = Actor::new(&world, Sandbox::CLUSTER, &disk) else {
        return;
    };
    let Some(snapshot) = world.snapshot(&actor.cluster) else {
        return;
    };
    let request =
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot);
    let overwrite = world.schedule().seed.is_multiple_of(4);
    if overwrite {
        disk.put(Path::new(FILE), OLD);
    }
    for _ in 0..PATIENCE {
        let Some(id) = actor.restore(&request).await else {
            return;
        };
        let Some(links) = actor.wait_for_restore(&id).await else {
            continue;
        };
        let Some(link) = links.first() else {
            return world.broken(Invariant::NoLoss, "the job has no link");
        };
        world.handle().blocks();
        // The thread for blocking operations is held from the next step on.
        world.handle().sleep(Duration::from_millis(1)).await;
        if world.schedule().seed.is_multiple_of(5) {
            actor.keeps_what_is_there(link, &disk).await;
        }
        let ended = match world.schedule().settings.width {
            0 | 4 => actor.to_writer(link).await,
            1 => {
                actor.twice(link, &disk, overwrite).await;
                run_processes(&world, &disk, link, overwrite).await
            }
            _ => run_processes(&world, &disk, link, overwrite).await,
        };
        if ended {
            return;
        }
    }
    actor.gives_up("a download");
}

/// Runs one process after the other, until one completes the file. Returns false if the link has expired.
async fn run_processes(world: &World, disk: &Disk, link: &SecretUrl, overwrite: bool) -> bool {
    for number in 0..u64::from(PATIENCE) {
        let fault = world.disk_fault(number);
        if let Some((nth, fault, _)) = fault {
            disk.fails(nth, fault);
        }
        let kill = world.next_kill();
        let (power, polls) = (
            kill.is_some_and(|(_, power)| power),
            kill.map(|(polls, _)| polls),
        );
        let process = {
            let (world, disk, link) = (world.clone(), disk.clone(), link.clone());
            async move {
                Actor::new(&world, Sandbox::CLUSTER, &disk)?
                    .to_file(&link, &disk, overwrite)
                    .await
            }
        };
        let killed = || disk.fails(0, disk::Fault::Killed);
        let ended = world
            .process(process, polls, || disk.has_killed(), killed)
            .await;
        if disk.has_failed()
            && let Some((_, fault, _)) = fault
        {
            world.inject("disk", &fault);
        }
        let power = power || fault.is_some_and(|(.., power)| power);
        let mut chance = Chance::of(world.schedule().seed, "power", number);
        if ended.is_none() {
            // Wait until the blocking thread has done its last work.
            world.sleep(1).await;
        }
        // A fault is of one process.
        disk.clear_fault();
        if ended.is_none() && power {
            disk.loses_power(&mut chance);
        }
        let whole = matches!(ended, Some(Some(Ok(_))));
        // A complete file survives, unless the disk failed to sync its name, which is not an error of the
        // download.
        if whole && fault.is_none() {
            disk.loses_power(&mut chance);
        }
        check_destination(world, disk, overwrite, whole);
        match ended {
            Some(Some(Ok(_))) => return true,
            Some(Some(Err(DownloadError::Expired { .. }))) => return false,
            // The previous process had moved it to the destination, which `to_file` has checked.
            Some(Some(Err(DownloadError::Exists))) => return true,
            _ => world.sleep(20).await,
        }
    }
    false
}

/// Checks that the destination has one complete content, the previous file, or nothing.
fn check_destination(world: &World, disk: &Disk, overwrite: bool, whole: bool) {
    let there = disk.read(Path::new(FILE));
    let good = match &there {
        Some(bytes) if world.is_archive(bytes) => true,
        Some(bytes) => !whole && overwrite && bytes == OLD,
        None => !whole && !overwrite,
    };
    if !good {
        let length = there.as_ref().map(Vec::len);
        let detail = format!("{length:?} bytes are at the destination; whole: {whole}");
        let invariant = match whole {
            true => Invariant::WholeArchive,
            false => Invariant::Files,
        };
        world.broken(invariant, detail);
    }
}

impl World {
    /// Returns true if these are all the bytes of an archive of the delivery host.
    fn is_archive(&self, bytes: &[u8]) -> bool {
        let length = bytes.len() as u64;
        length == self.schedule().settings.size
            && (0..=self.versions()).any(|version| content(version, length) == bytes)
    }

    /// Returns the disk fault of a process, and true if the power fails, too.
    fn disk_fault(&self, number: u64) -> Option<(usize, disk::Fault, bool)> {
        let mut faults = self.schedule().faults.iter();
        let (nth, what) = faults.find_map(|fault| match fault {
            Fault::Disk { process, nth, what } if *process == number => Some((*nth, *what)),
            _ => None,
        })?;
        let fault = match what {
            Broken::Full => disk::Fault::Fails(io::ErrorKind::StorageFull),
            Broken::Fails => disk::Fault::Fails(io::ErrorKind::Other),
            Broken::Short => disk::Fault::Short,
            Broken::Torn => disk::Fault::Torn,
            Broken::StaysFull => disk::Fault::Full,
            Broken::Killed { .. } => disk::Fault::Killed,
        };
        let power = what == Broken::Killed { power: true };
        Some((usize::try_from(nth).ok()?, fault, power))
    }
}

impl Actor {
    /// Downloads to the file; `None` if the download was dropped.
    async fn to_file(
        &self,
        link: &SecretUrl,
        disk: &Disk,
        overwrite: bool,
    ) -> Option<Result<Downloaded, DownloadError>> {
        let download = self.client.download(link).overwrite(overwrite);
        self.world.printed(&format!("{download:?}"));
        let outcome = self
            .world
            .owned("download", Kind::Download, download.to_file(FILE))
            .await?
            .0;
        let archived = || {
            let there = disk.read(Path::new(FILE));
            !overwrite && there.is_some_and(|bytes| self.world.is_archive(&bytes))
        };
        if matches!(outcome, Err(DownloadError::Exists)) && !archived() {
            let detail = "the destination is said to exist, and has no archive";
            self.world.broken(Invariant::Files, detail);
        }
        self.world.state().hits.disk += u64::from(disk.has_failed());
        self.check(&outcome);
        Some(outcome)
    }

    /// Downloads to an existing file, without permission to replace it.
    async fn keeps_what_is_there(&self, link: &SecretUrl, disk: &Disk) {
        let kept = Path::new("kept.tar.gz");
        disk.put(kept, OLD);
        let download = self.client.download(link).to_file(kept);
        let outcome = self.world.owned("replace", Kind::Download, download).await;
        if let Some((outcome, _)) = outcome {
            self.check(&outcome);
        }
        if disk.read(kept).as_deref() != Some(OLD) {
            self.world
                .broken(Invariant::Files, "a file was replaced without permission");
        }
    }

    /// Downloads to the same file twice at the same time. One of them may report that the other is running.
    async fn twice(&self, link: &SecretUrl, disk: &Disk, overwrite: bool) {
        let both = [0, 1].map(|number| {
            let (actor, link, disk) = (self.clone(), link.clone(), disk.clone());
            async move {
                let soon = Duration::from_millis(number * 40);
                actor.world.handle().sleep(soon).await;
                actor.to_file(&link, &disk, overwrite).await;
            }
        });
        all(&self.world, both).await;
    }

    /// Downloads to a writer until it is complete. Returns false if the link has expired.
    async fn to_writer(&self, link: &SecretUrl) -> bool {
        for _ in 0..PATIENCE {
            let mut bytes = Vec::new();
            let download = self.client.download(link).to(&mut bytes);
            let outcome = self
                .world
                .owned("download to a writer", Kind::Download, download)
                .await;
            let outcome = outcome.map(|(outcome, _)| outcome);
            if let Some(outcome) = &outcome {
                self.check(outcome);
            }
            let beginning = (0..=self.world.versions())
                .any(|version| content(version, bytes.len() as u64) == bytes);
            let whole = bytes.len() as u64 == self.world.schedule().settings.size;
            if !beginning || (matches!(outcome, Some(Ok(_))) && !whole) {
                let detail = format!("{} bytes were written: {outcome:?}", bytes.len());
                self.world.broken(Invariant::WholeArchive, detail);
            }
            match outcome {
                Some(Ok(_)) => return true,
                Some(Err(DownloadError::Expired { .. })) => return false,
                _ => self.world.sleep(20).await,
            }
        }
        false
    }

    fn check(&self, outcome: &Result<Downloaded, DownloadError>) {
        match outcome {
            Ok(whole) => {
                self.world.tell(format_args!("downloaded: {whole:?}"));
                if whole.bytes != self.world.schedule().settings.size {
                    let detail = format!("{whole:?}");
                    self.world.broken(Invariant::WholeArchive, detail);
                }
            }
            Err(error) => {
                self.world
                    .tell(format_args!("the download failed: {error}"));
                self.world.download_failed(error);
            }
        }
    }
}
