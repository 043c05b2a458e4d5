//! Every story, dropped at every place where that is possible while it recovers from a failure.
use super::{CALLERS, STORIES, drops, faultless};
use crate::executor::Blocking;
use crate::schedule::{Caller, Fault, Patience, Trouble};

/// A fault of the first requests for each subject of a story that reaches the code which only failures reach.
const SETBACKS: [(&str, Trouble); 6] = [
    ("a retry", Trouble::Status(503, true, Patience::Unsaid)),
    ("a delay", Trouble::Status(429, false, Patience::Seconds(7))),
    ("an unknown outcome", Trouble::ResetAfter),
    ("an interrupted body", Trouble::Cut(500)),
    ("stale credentials", Trouble::Forget),
    ("a connection that is refused", Trouble::Unreached),
];

#[test]
fn every_call_may_be_dropped_after_every_poll_while_it_recovers_from_a_failure() {
    let mut blocking = Blocking::new().unwrap();
    for (name, what) in SETBACKS {
        let mut all = 0;
        for story in STORIES {
            for caller in CALLERS {
                let mut schedule = faultless(story, caller);
                let auth = [["challenge", "token"][usize::from(caller != Caller::Digest)]];
                schedule.faults = story
                    .subjects()
                    .iter()
                    .chain(&auth)
                    .map(|subject| Fault::Exchange {
                        subject,
                        nth: 0,
                        times: 1,
                        what,
                    })
                    .collect();
                all += drops(&schedule, &mut blocking);
            }
        }
        println!("{all} drops around {name}");
        assert!(all > 1_000, "{all} drops around {name}");
    }
}
