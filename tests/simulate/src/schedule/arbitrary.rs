//! Generates a schedule from a seed.
//!
//! The distribution decides which errors are found: stories with more possible faults are more frequent, and
//! most runs have few faults.
use super::{
    Broken, Caller, Fault, Flaw, Mark, Neglect, Nonces, Odd, Patience, Schedule, Settings, Story,
    Trouble,
};
use crate::chance::Chance;

impl Story {
    /// Weights: stories with more possible faults are more frequent.
    const WEIGHTS: [(Self, u64); 11] = [
        (Self::Export, 14),
        (Self::Restore, 7),
        (Self::Download, 20),
        (Self::Cancel, 4),
        (Self::Buckets, 7),
        (Self::Rules, 4),
        (Self::Fleet, 12),
        (Self::Paging, 12),
        (Self::Burst, 13),
        (Self::Budget, 3),
        (Self::Poll, 5),
    ];

    /// Returns the subjects of the story's requests, for faults to affect.
    pub(crate) fn subjects(self) -> &'static [&'static str] {
        match self {
            Self::Export | Self::Fleet => &[
                "createBackupExport",
                "createBackupExport",
                "listBackupExports",
                "getBackupExport",
                "takeSnapshots",
                "getClusterBackupSnapshot",
            ],
            Self::Restore => &[
                "createBackupRestoreJob",
                "createBackupRestoreJob",
                "getBackupRestoreJob",
                "listBackupRestoreJobs",
            ],
            Self::Download => &[
                "download",
                "download",
                "download",
                "download",
                "download",
                "getBackupRestoreJob",
                "createBackupRestoreJob",
            ],
            Self::Cancel => &[
                "createBackupRestoreJob",
                "cancelBackupRestoreJob",
                "getBackupRestoreJob",
            ],
            Self::Buckets => &[
                "createExportBucket",
                "createExportBucket",
                "listExportBuckets",
                "getExportBucket",
                "deleteExportBucket",
            ],
            Self::Rules => &["getBackupSchedule", "updateBackupSchedule"],
            Self::Paging => &["listBackupExports"],
            Self::Burst | Self::Budget => &["getBackupSchedule"],
            Self::Poll => &["getBackupExport"],
        }
    }
}

impl Schedule {
    /// Returns the schedule of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut chance = Chance::of(seed, "schedule", 0);
        let settings = settings(&mut chance);
        let most = [0, 2, 4, 8, 16][usize::try_from(chance.below(5)).unwrap_or_default()];
        let count = chance.below(most + 1);
        let mut faults = Vec::new();
        for _ in 0..count {
            let fault = fault(&mut chance, &settings);
            let next = resumed(&mut chance, &fault);
            faults.push(fault);
            faults.extend(next);
        }
        Self {
            seed,
            settings,
            faults,
        }
    }
}

fn story(chance: &mut Chance) -> Story {
    let all: u64 = Story::WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let mut place = chance.below(all);
    for (story, weight) in Story::WEIGHTS {
        if place < weight {
            return story;
        }
        place -= weight;
    }
    Story::Export
}

fn settings(chance: &mut Chance) -> Settings {
    let story = story(chance);
    let often = |chance: &mut Chance, usual: u64, seldom: &[u64]| match chance.below(3) {
        0 => chance.pick(seldom).unwrap_or(usual),
        _ => usual,
    };
    let callers = [
        Caller::Digest,
        Caller::Digest,
        Caller::Account,
        Caller::Account,
        Caller::Bearer,
    ];
    let marks = [
        Mark::Tag,
        Mark::Tag,
        Mark::Tag,
        Mark::WeakTag,
        Mark::Date,
        Mark::FreshDate,
        Mark::Nothing,
    ];
    let size = match story {
        Story::Fleet => chance.within(1, 5),
        Story::Paging => chance.within(0, 24),
        Story::Burst => chance.within(2, 30),
        Story::Download => chance
            .pick(&[1_560, 4_000, 40_000, 300_000, 700_000])
            .unwrap_or(1_560),
        _ => chance.within(1, 3),
    };
    Settings {
        story,
        caller: chance.pick(&callers).unwrap_or(Caller::Digest),
        nonces: chance
            .pick(&[Nonces::Many, Nonces::Once, Nonces::Announced])
            .unwrap_or(Nonces::Many),
        mark: chance.pick(&marks).unwrap_or(Mark::Tag),
        size,
        width: chance.below(5),
        attempt_timeout: often(chance, 60, &[5, 20]),
        operation_timeout: often(chance, 0, &[30, 120, 600]),
        token_life: often(chance, 3_600, &[90, 600]),
        skew: [0, 0, 0, 7_200, -7_200, 30][usize::try_from(chance.below(6)).unwrap_or_default()],
        lag: often(chance, 0, &[1, 4, 9, 20, 30]),
        store: chance.once_in(2),
        hollow: chance.once_in(8),
        length: !chance.once_in(4),
    }
}

fn fault(chance: &mut Chance, settings: &Settings) -> Fault {
    let nth = |chance: &mut Chance| chance.below(3) * chance.below(4) + chance.below(2);
    match chance.below(12) {
        0 | 1 => Fault::Call {
            nth: match settings.story {
                Story::Burst | Story::Fleet | Story::Paging => {
                    chance.below(4) * chance.below(16) + chance.below(8)
                }
                _ => chance.below(8),
            },
            polls: 1
                + chance.below(4) * chance.below(8) * chance.pick(&[1, 1, 1, 4]).unwrap_or(1)
                + chance.below(3),
            what: match chance.once_in(2) {
                true => Neglect::Rest(
                    [1, 70, 400, 4_000][usize::try_from(chance.below(4)).unwrap_or_default()],
                ),
                false => Neglect::Drop,
            },
        },
        2 if matches!(settings.story, Story::Fleet | Story::Download) => Fault::Kill {
            nth: chance.below(4),
            polls: 1 + chance.below(8) * chance.below(16) + chance.below(4),
            power: chance.once_in(2),
        },
        3..=5 if settings.story == Story::Download => Fault::Disk {
            process: chance.below(3),
            nth: chance.below(4) * chance.below(8) + chance.below(4),
            what: [
                Broken::Full,
                Broken::Fails,
                Broken::Short,
                Broken::Torn,
                Broken::StaysFull,
                Broken::Killed { power: false },
                Broken::Killed { power: true },
            ][usize::try_from(chance.below(7)).unwrap_or_default()],
        },
        6 if settings.store && settings.caller == Caller::Account => Fault::Store {
            nth: nth(chance),
            times: chance.within(1, 3),
            what: [Flaw::Fails, Flaw::Silent, Flaw::Damaged]
                [usize::try_from(chance.below(3)).unwrap_or_default()],
        },
        _ => {
            let auth = match settings.caller {
                Caller::Digest => "challenge",
                _ => "token",
            };
            let subject = match chance.once_in(6) {
                true => auth,
                false => chance.pick(settings.story.subjects()).unwrap_or(auth),
            };
            Fault::Exchange {
                subject,
                nth: match subject {
                    // A download has few requests.
                    "download" => chance.below(2) * chance.below(3),
                    _ => nth(chance),
                },
                times: match chance.once_in(4) {
                    true => chance.within(2, 6),
                    false => 1,
                },
                what: match subject {
                    "download" => delivery(chance),
                    "token" if chance.once_in(4) => Trouble::Grant(
                        [Odd::EmptyToken, Odd::EndlessLife, Odd::NoLife]
                            [usize::try_from(chance.below(3)).unwrap_or_default()],
                    ),
                    // The response of a proxy, which says nothing about the bucket.
                    "getExportBucket" if chance.once_in(4) => {
                        Trouble::Status(404, false, Patience::Unsaid)
                    }
                    _ => trouble(chance),
                },
            }
        }
    }
}

/// Returns a fault for the continuation of an interrupted download.
fn resumed(chance: &mut Chance, fault: &Fault) -> Option<Fault> {
    let Fault::Exchange {
        subject: "download",
        nth,
        times,
        what: Trouble::Cut(_),
    } = fault
    else {
        return None;
    };
    let what = chance.pick(&[
        Trouble::Renewed,
        Trouble::Careless,
        Trouble::Whole,
        Trouble::Elsewhere,
        Trouble::Nothing,
    ]);
    Some(Fault::Exchange {
        subject: "download",
        nth: nth + times,
        times: 1,
        what: what?,
    })
}

fn late(chance: &mut Chance) -> u64 {
    [300, 2_000, 8_000, 25_000, 61_000][usize::try_from(chance.below(5)).unwrap_or_default()]
}

fn patience(chance: &mut Chance) -> Patience {
    let seconds = [0, 1, 7, 30, 120, 301, 4_000];
    let seconds = chance.pick(&seconds).unwrap_or_default();
    match chance.below(4) {
        0 | 1 => Patience::Unsaid,
        2 if chance.once_in(8) => Patience::Seconds(u64::MAX),
        2 => Patience::Seconds(seconds),
        _ => Patience::Date(seconds),
    }
}

fn status(chance: &mut Chance) -> Trouble {
    let status = chance.pick(&[429, 429, 500, 502, 503, 503, 504]);
    let status = status.unwrap_or(503);
    let acted = status != 429 && chance.once_in(2);
    Trouble::Status(status, acted, patience(chance))
}

fn trouble(chance: &mut Chance) -> Trouble {
    match chance.below(17) {
        0 => Trouble::Late {
            before: late(chance),
            after: 0,
        },
        1 => Trouble::Late {
            before: 0,
            after: late(chance),
        },
        2 => Trouble::LateAnyway {
            before: late(chance),
        },
        3 => Trouble::Unreached,
        4 => Trouble::ResetBefore,
        5 | 6 => Trouble::ResetAfter,
        7 => Trouble::Cut(chance.below(1_000)),
        8 => Trouble::Short(chance.below(1_000)),
        9 => Trouble::Twice,
        10 => Trouble::Forget,
        11 => Trouble::Astray,
        12 => Trouble::Stall(0),
        13 => Trouble::Trickle,
        _ => status(chance),
    }
}

fn delivery(chance: &mut Chance) -> Trouble {
    match chance.below(14) {
        0..=2 => Trouble::Cut(chance.below(1_000)),
        3 => Trouble::Short(chance.below(1_000)),
        4 => Trouble::Stall(chance.below(1_000)),
        5 => Trouble::Whole,
        6 => Trouble::Elsewhere,
        7 => Trouble::Nothing,
        8 => Trouble::Renewed,
        9 => Trouble::Careless,
        10 => Trouble::Redirect,
        11 => status(chance),
        _ => trouble(chance),
    }
}
