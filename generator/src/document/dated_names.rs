//! Names that contain a date: `Job20241113` and `Job_2024_11_13` are versions of `Job`.

/// A name, split at its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DatedName<'n> {
    before: &'n str,
    date: &'n str,
    after: &'n str,
}

impl DatedName<'_> {
    /// Returns true if both are versions of the same name.
    pub(crate) fn is_of(&self, other: &DatedName<'_>) -> bool {
        (self.before, self.after) == (other.before, other.after)
    }

    /// Returns the name without its date.
    pub(crate) fn undated(&self) -> String {
        let before = self.before.trim_end_matches(['_', '-', '.']);
        format!("{before}{}", self.after)
    }

    /// Returns the digits of the date, which sort in chronological order.
    pub(crate) fn order(&self) -> String {
        self.date.chars().filter(char::is_ascii_digit).collect()
    }
}

/// Splits a name at its date, if it has one.
pub(crate) fn dated(name: &str) -> Option<DatedName<'_>> {
    // Every date begins with these digits of the century, which few names contain.
    name.match_indices("20").find_map(|(start, _)| {
        let (before, rest) = name.split_at_checked(start)?;
        if before.ends_with(|last: char| last.is_ascii_digit()) {
            return None;
        }
        let length = date_length(rest.as_bytes())?;
        let (date, after) = rest.split_at_checked(length)?;
        let ends = !after.starts_with(|next: char| next.is_ascii_digit());
        ends.then_some(DatedName {
            before,
            date,
            after,
        })
    })
}

/// Returns the length of the date at the start of `text`.
fn date_length(text: &[u8]) -> Option<usize> {
    let number = |from: usize, length: usize| -> Option<u32> {
        let digits = text.get(from..from + length)?;
        let digits = std::str::from_utf8(digits).ok()?;
        let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse().ok().filter(|_| is_number)
    };
    let gap = usize::from(matches!(text.get(4), Some(b'_' | b'-' | b'.')));
    let (month, day) = (4 + gap, 6 + 2 * gap);
    if gap == 1 && text.get(4) != text.get(7) {
        return None;
    }
    let is_date = (2000..2100).contains(&number(0, 4)?)
        && (1..=12).contains(&number(month, 2)?)
        && (1..=31).contains(&number(day, 2)?);
    is_date.then_some(day + 2)
}

#[cfg(test)]
mod tests {
    use super::dated;

    #[test]
    fn date_in_a_name_is_removed_and_other_numbers_stay() {
        for (name, undated) in [
            ("Job20241113", Some("Job")),
            ("PaginatedJob20241113View", Some("PaginatedJobView")),
            ("Job_2025_10_22", Some("Job")),
            ("Job-2025-10-22.Copy", Some("Job.Copy")),
            ("Job", None),
            ("Job2024", None),
            ("Job20241399", None),
            ("Job120241113", None),
            ("Job202411134", None),
            ("Job2025_10-22", None),
            ("Jöb20241113", Some("Jöb")),
            ("Top20Job20241113", Some("Top20Job")),
            ("Job2020241113", None),
        ] {
            let found = dated(name).map(|dated| dated.undated());
            assert_eq!(found.as_deref(), undated, "{name}");
        }
    }
}
