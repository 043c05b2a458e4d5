//! The first call of a fresh process, from its start to its end.

use crate::Outcome;
use crate::calls::service::Service;
use crate::jobs::served;
use crate::row::{Row, Target};
use crate::timing::in_turn;
use std::path::Path;

const ROUNDS: usize = 31;

pub(crate) fn rows(_root: &Path) -> Outcome<Vec<Row>> {
    let service = Service::start()?;
    let call = |job| served(job, 0, &service.base).map(drop);
    let (ours, peer) = in_turn(ROUNDS, || call("call-20-ours"), || call("call-20-typed"))?;
    let what = "seconds of a fresh process that makes one call, 20 items; peer: the same by `reqwest` with the trust roots of \
                the platform, which it reads by default";
    let target = Target::Above(0.005);
    Ok(vec![Row::new(
        "first-call",
        what.to_owned(),
        ours,
        peer,
        &target,
    )])
}
