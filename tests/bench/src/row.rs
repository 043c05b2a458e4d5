//! A figure, its peer's, and what was aimed at.

use crate::Outcome;
use serde::Serialize;
use std::path::Path;
use std::time::Instant;

/// One line of the report.
#[derive(Serialize)]
pub(crate) struct Row {
    id: &'static str,
    what: String,
    ours: f64,
    peer: f64,
    ratio: f64,
    target: String,
    met: bool,
}

/// What a row aims at.
pub(crate) enum Target {
    /// Our figure, in the row's unit.
    Below(f64),
    /// Our figure as a multiple of the peer's.
    Ratio(f64),
}

impl Row {
    pub(crate) fn new(
        id: &'static str,
        what: String,
        ours: f64,
        peer: f64,
        target: &Target,
    ) -> Self {
        let ratio = ours / peer;
        let (target, met) = match target {
            Target::Below(limit) => (format!("≤ {limit}"), ours <= *limit),
            Target::Ratio(limit) => (format!("≤ {limit:.2} × peer"), ratio <= *limit),
        };
        Self {
            id,
            what,
            ours,
            peer,
            ratio,
            target,
            met,
        }
    }
}

/// The medians of two jobs' times, in seconds, taken in turn so that whatever else the machine does hits both.
pub(crate) fn in_turn(
    rounds: usize,
    mut ours: impl FnMut() -> Outcome<()>,
    mut peer: impl FnMut() -> Outcome<()>,
) -> Outcome<(f64, f64)> {
    let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let started = Instant::now();
        ours()?;
        our_times.push(started.elapsed().as_secs_f64());
        let started = Instant::now();
        peer()?;
        peer_times.push(started.elapsed().as_secs_f64());
    }
    Ok((median(our_times), median(peer_times)))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The rows for people, as a Markdown table.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text =
        "| | what | ours | peer | ratio | target | met |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for Row {
        id,
        what,
        ours,
        peer,
        ratio,
        target,
        met,
    } in rows
    {
        let met = if *met { "yes" } else { "no" };
        text.push_str(&format!(
            "| `{id}` | {what} | {ours:.3} | {peer:.3} | {ratio:.3} | {target} | {met} |\n"
        ));
    }
    text
}

/// The rows for programs: written whole, or not at all.
pub(crate) fn write(path: &Path, rows: &[Row]) -> Outcome<()> {
    let text = serde_json::to_string_pretty(&serde_json::json!({ "rows": rows }))?;
    let beside = path.with_extension("json.new");
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, path)?;
    Ok(())
}
