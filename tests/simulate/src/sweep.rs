//! Exhaustive runs: every story, dropped or killed at every place where that is possible, without other faults and with
//! one fault of each kind of request.
use crate::executor::Blocking;
use crate::run::{Verdict, run_schedule};
use crate::schedule::{
    Broken, Caller, Fault, Mark, Neglect, Nonces, Schedule, Settings, Story, Trouble,
};

#[cfg(feature = "long-tests")]
mod setbacks;

const STORIES: [Story; 11] = [
    Story::Export,
    Story::Restore,
    Story::Download,
    Story::Cancel,
    Story::Buckets,
    Story::Rules,
    Story::Fleet,
    Story::Paging,
    Story::Burst,
    Story::Budget,
    Story::Poll,
];

const CALLERS: [Caller; 3] = [Caller::Digest, Caller::Account, Caller::Bearer];

/// A schedule without faults. Width 2 makes a download one to a file.
fn faultless(story: Story, caller: Caller) -> Schedule {
    let size = match story {
        Story::Download => 40_000,
        Story::Paging => 7,
        _ => 2,
    };
    Schedule {
        seed: 7,
        settings: Settings {
            story,
            caller,
            nonces: Nonces::Many,
            mark: Mark::Tag,
            size,
            width: 2,
            attempt_timeout: 60,
            operation_timeout: 0,
            token_life: 3_600,
            skew: 0,
            lag: 0,
            store: true,
            hollow: false,
            length: true,
        },
        faults: Vec::new(),
    }
}

/// Runs a schedule with one fault, which must break no promise.
fn survives(schedule: &Schedule, fault: Fault, blocking: &mut Blocking) -> Verdict {
    let mut schedule = schedule.clone();
    schedule.faults.push(fault);
    let verdict = run_schedule(&schedule, blocking, false);
    assert_eq!(verdict.broken, None, "{schedule}");
    verdict
}

/// Drops each call of a schedule after each of its polls; returns the number of drops.
fn drops(schedule: &Schedule, blocking: &mut Blocking) -> u64 {
    let calls = run_schedule(schedule, blocking, false).polls;
    let mut drops = 0;
    // The 170 calls of the story about the budget differ only in their number.
    for (nth, pending) in calls.into_iter().enumerate().take(60) {
        for polls in 1..=pending {
            let nth = u64::try_from(nth).unwrap();
            let what = Neglect::Drop;
            survives(schedule, Fault::Call { nth, polls, what }, blocking);
            drops += 1;
        }
    }
    drops
}

#[test]
fn every_call_may_be_dropped_after_every_poll() {
    let mut blocking = Blocking::new().unwrap();
    let mut all = 0;
    for story in STORIES {
        for caller in CALLERS {
            all += drops(&faultless(story, caller), &mut blocking);
        }
    }
    println!("{all} drops");
    assert!(all > 1_000, "{all}");
}

#[test]
fn a_download_to_a_writer_or_beside_another_one_may_be_dropped_after_every_poll() {
    let mut blocking = Blocking::new().unwrap();
    for (width, least) in [(0, 10), (1, 10)] {
        let mut schedule = faultless(Story::Download, Caller::Bearer);
        schedule.settings.width = width;
        schedule.faults.push(Fault::Exchange {
            subject: "download",
            nth: 0,
            times: 1,
            what: Trouble::Cut(500),
        });
        let all = drops(&schedule, &mut blocking);
        println!("{all} drops with width {width}");
        assert!(all > least, "{all} drops with width {width}");
    }
}

#[test]
fn a_download_may_be_killed_before_every_operation_of_its_disk() {
    let mut blocking = Blocking::new().unwrap();
    let schedule = faultless(Story::Download, Caller::Account);
    let mut kills = 0;
    for nth in 0.. {
        let mut reached = false;
        for power in [false, true] {
            let what = Broken::Killed { power };
            let fault = Fault::Disk {
                process: 0,
                nth,
                what,
            };
            let verdict = survives(&schedule, fault, &mut blocking);
            reached = verdict.injected.contains_key("process killed");
            kills += u64::from(reached);
        }
        if !reached {
            break;
        }
    }
    println!("{kills} kills");
    assert!(kills > 30, "{kills}");
}
