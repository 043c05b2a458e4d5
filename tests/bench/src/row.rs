//! A value, its peer's, and the target.

use crate::Outcome;
use serde::Serialize;
use std::path::Path;

/// One line of the report.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    what: String,
    pub(crate) ours: Figure,
    peer: Figure,
    ratio: Option<f64>,
    target: String,
    met: bool,
    /// The reason why a value is missing, and the command to get it.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
    /// True if the value is the same on every run.
    ///
    /// Then it is compared with the committed one.
    pub(crate) deterministic: bool,
}

/// A value, or the reason why there is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Figure {
    Measured(f64),
    /// The missing part, and the command that installs it.
    Missing(String),
}

impl From<f64> for Figure {
    fn from(value: f64) -> Self {
        Self::Measured(value)
    }
}

impl Figure {
    pub(crate) fn value(&self) -> Option<f64> {
        match self {
            Self::Measured(value) => Some(*value),
            Self::Missing(_) => None,
        }
    }

    fn missing(&self) -> Option<&str> {
        match self {
            Self::Measured(_) => None,
            Self::Missing(reason) => Some(reason),
        }
    }

    /// Formats the value with three decimals, or with grouped thousands.
    pub(crate) fn text(&self) -> String {
        match self.value() {
            Some(value) if value.abs() >= 10_000.0 => grouped(value),
            Some(value) => format!("{value:.3}"),
            None => "–".to_owned(),
        }
    }
}

impl Serialize for Figure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// Formats a large number without decimals, with grouped thousands.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The target of a row.
pub(crate) enum Target {
    /// A limit of our value, in the row's unit.
    Below(f64),
    /// A limit of our value as a multiple of the peer's.
    Ratio(f64),
    /// By how much our figure may be above the peer's.
    Above(f64),
}

impl Row {
    /// Creates a row of values that vary from run to run, such as times.
    pub(crate) fn new(
        id: &'static str,
        what: String,
        ours: impl Into<Figure>,
        peer: impl Into<Figure>,
        target: &Target,
    ) -> Self {
        let (ours, peer) = (ours.into(), peer.into());
        let ratio = ours
            .value()
            .zip(peer.value())
            .map(|(ours, peer)| ours / peer);
        // The target of a row without its peer is not met.
        let (target, met) = match target {
            Target::Below(limit) => (
                format!("≤ {limit}"),
                ratio.is_some() && ours.value().is_some_and(|ours| ours <= *limit),
            ),
            Target::Ratio(limit) => (
                format!("≤ {limit:.2} × peer"),
                ratio.is_some_and(|ratio| ratio <= *limit),
            ),
            Target::Above(limit) => (
                format!("≤ peer + {limit}"),
                ours.value()
                    .zip(peer.value())
                    .is_some_and(|(ours, peer)| ours <= peer + limit),
            ),
        };
        let missing = ours.missing().or(peer.missing()).map(str::to_owned);
        Self {
            id,
            what,
            ours,
            peer,
            ratio,
            target,
            met,
            missing,
            deterministic: false,
        }
    }

    /// Marks our value as the same on every run: a count or a size.
    pub(crate) fn deterministic(self) -> Self {
        Self {
            deterministic: true,
            ..self
        }
    }
}

/// Formats the rows as a Markdown table.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text =
        "| | what | ours | peer | ratio | target | met |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for row in rows {
        let met = match (row.met, &row.missing) {
            (true, _) => "yes".to_owned(),
            (false, None) => "no".to_owned(),
            (false, Some(missing)) => format!("not met: {missing}"),
        };
        let ratio = row
            .ratio
            .map_or("–".to_owned(), |ratio| format!("{ratio:.3}"));
        text.push_str(&format!(
            "| `{}` | {} | {} | {} | {ratio} | {} | {met} |\n",
            row.id,
            row.what,
            row.ours.text(),
            row.peer.text(),
            row.target
        ));
    }
    text
}

/// Writes the rows as JSON, atomically.
pub(crate) fn write(path: &Path, rows: &[Row]) -> Outcome<()> {
    let text = serde_json::to_string_pretty(&serde_json::json!({ "rows": rows }))?;
    let staged = path.with_extension("json.new");
    std::fs::write(&staged, text)?;
    std::fs::rename(&staged, path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Figure, Row, Target, grouped, table};

    fn row(ours: impl Into<Figure>, peer: impl Into<Figure>, target: &Target) -> Row {
        Row::new("id", "seconds".to_owned(), ours, peer, target)
    }

    fn missing() -> Figure {
        Figure::Missing("peer missing: run `it`".to_owned())
    }

    #[test]
    fn a_row_is_met_within_its_bound_and_not_beyond() {
        for (ours, target, met) in [
            (1.0, Target::Below(1.0), true),
            (1.1, Target::Below(1.0), false),
            (1.0, Target::Ratio(0.5), true),
            (1.1, Target::Ratio(0.5), false),
            (2.5, Target::Above(0.5), true),
            (2.6, Target::Above(0.5), false),
        ] {
            assert_eq!(row(ours, 2.0, &target).met, met, "{ours}");
        }
    }

    #[test]
    fn a_row_without_its_peer_is_not_met_and_names_the_command_to_build_it() {
        for target in [Target::Below(1.0), Target::Ratio(1.0), Target::Above(1.0)] {
            let row = row(0.5, missing(), &target);
            assert!(!row.met);
            let json = serde_json::to_value(&row).unwrap_or_default();
            assert_eq!(json["peer"], serde_json::Value::Null);
            assert_eq!(json["ours"], 0.5);
            assert!(table(&[row]).contains("| not met: peer missing: run `it` |"));
        }
    }

    #[test]
    fn thousands_of_large_numbers_are_grouped() {
        for (value, text) in [
            (-123_456.0, "-123,456"),
            (12_345.6, "12,346"),
            (1e9, "1,000,000,000"),
        ] {
            assert_eq!(grouped(value), text);
        }
    }
}
