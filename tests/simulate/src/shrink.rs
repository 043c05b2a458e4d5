//! Shortens the schedule of a failing run while it breaks the same promise.
//!
//! This is delta debugging (Zeller and Hildebrandt, 2002) over the list of faults, and then over the
//! parameters of each.
use crate::executor::Blocking;
use crate::invariants::Invariant;
use crate::run::run_schedule;
use crate::schedule::{Fault, Neglect, Nonces, Schedule, Trouble};

/// Returns the shortest schedule found that breaks the same promise.
pub(crate) fn shrink(
    schedule: &Schedule,
    invariant: Invariant,
    threads: &mut Blocking,
) -> Schedule {
    let mut breaks = |candidate: &Schedule| {
        let broken = run_schedule(candidate, threads, false).broken;
        broken.is_some_and(|(found, _)| found == invariant)
    };
    let mut best = schedule.clone();
    loop {
        let before = best.clone();
        fewer(&mut best, &mut breaks);
        simpler(&mut best, &mut breaks);
        if best == before {
            return best;
        }
    }
}

/// Leaves out halves of the faults, quarters, and so on down to single ones.
fn fewer(best: &mut Schedule, breaks: &mut impl FnMut(&Schedule) -> bool) {
    let mut part = best.faults.len();
    while part > 0 {
        let mut from = 0;
        while from < best.faults.len() {
            let mut candidate = best.clone();
            let to = (from + part).min(candidate.faults.len());
            candidate.faults.drain(from..to);
            match breaks(&candidate) {
                true => *best = candidate,
                false => from += part,
            }
        }
        part /= 2;
    }
}

/// Chooses simpler settings, and reduces the numbers in faults, one at a time.
fn simpler(best: &mut Schedule, breaks: &mut impl FnMut(&Schedule) -> bool) {
    let plainer: [fn(&mut Schedule); 9] = [
        |schedule| schedule.settings.skew = 0,
        |schedule| schedule.settings.lag = 0,
        |schedule| schedule.settings.store = false,
        |schedule| schedule.settings.hollow = false,
        |schedule| schedule.settings.length = true,
        |schedule| schedule.settings.operation_timeout = 0,
        |schedule| schedule.settings.attempt_timeout = 60,
        |schedule| schedule.settings.token_life = 3_600,
        |schedule| schedule.settings.nonces = Nonces::Many,
    ];
    for change in plainer {
        let mut candidate = best.clone();
        change(&mut candidate);
        if candidate != *best && breaks(&candidate) {
            *best = candidate;
        }
    }
    while best.settings.size > 1 {
        let mut candidate = best.clone();
        candidate.settings.size -= (candidate.settings.size / 3).max(1);
        if !breaks(&candidate) {
            break;
        }
        *best = candidate;
    }
    for index in 0..best.faults.len() {
        for change in [once, sooner, shorter] {
            while let Some(candidate) = changed(best, index, change)
                && breaks(&candidate)
            {
                *best = candidate;
            }
        }
    }
}

/// Returns the schedule with one fault changed; `None` if the change makes no difference.
fn changed(schedule: &Schedule, index: usize, change: fn(&mut Fault)) -> Option<Schedule> {
    let mut candidate = schedule.clone();
    change(candidate.faults.get_mut(index)?);
    (candidate != *schedule).then_some(candidate)
}

fn once(fault: &mut Fault) {
    if let Fault::Exchange { times, .. } | Fault::Store { times, .. } = fault {
        *times = (*times / 2).max(1);
    }
}

fn sooner(fault: &mut Fault) {
    match fault {
        Fault::Exchange { nth, .. } | Fault::Disk { nth, .. } | Fault::Store { nth, .. } => {
            *nth /= 2;
        }
        Fault::Call { polls, .. } | Fault::Kill { polls, .. } => *polls = (*polls / 2).max(1),
    }
}

fn shorter(fault: &mut Fault) {
    match fault {
        Fault::Exchange { what, .. } => match what {
            Trouble::Late { before, after } => (*before, *after) = (*before / 2, *after / 2),
            Trouble::LateAnyway { before } => *before /= 2,
            Trouble::Cut(part) | Trouble::Short(part) | Trouble::Stall(part) => *part /= 2,
            _ => {}
        },
        Fault::Call {
            what: Neglect::Rest(seconds),
            ..
        } => *seconds /= 2,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Patience;

    #[test]
    fn shrinking_leaves_the_faults_that_are_needed_with_small_numbers() {
        let reset = |nth, times| Fault::Exchange {
            subject: "listBackupExports",
            nth,
            times,
            what: Trouble::ResetAfter,
        };
        let late = |nth| Fault::Exchange {
            subject: "listBackupExports",
            nth,
            times: 4,
            what: Trouble::Status(503, false, Patience::Unsaid),
        };
        let mut schedule = Schedule::of(0);
        schedule.faults = vec![late(3), reset(9, 6), late(8), late(2), reset(5, 1), late(1)];
        schedule.settings.skew = 7_200;
        schedule.settings.lag = 9;
        schedule.settings.size = 24;
        // The promise is broken by two resets, with a delay of lists, by at least 5 items.
        let mut runs = 0;
        let mut breaks = |candidate: &Schedule| {
            runs += 1;
            let resets = candidate.faults.iter().filter(|fault| {
                matches!(fault, Fault::Exchange { what: Trouble::ResetAfter, nth, .. } if *nth > 0)
            });
            resets.count() == 2 && candidate.settings.lag > 0 && candidate.settings.size >= 5
        };
        fewer(&mut schedule, &mut breaks);
        simpler(&mut schedule, &mut breaks);
        assert_eq!(schedule.faults, [reset(1, 1), reset(1, 1)]);
        assert_eq!((schedule.settings.skew, schedule.settings.lag), (0, 9));
        assert_eq!(schedule.settings.size, 6);
        assert!(runs < 60, "{runs}");
    }
}
