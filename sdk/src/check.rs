//! Validation of requests by the document's limits. Generated code calls these checks before sending.

use crate::{Request, Violations};
use std::fmt::Display;
use std::ops::{Bound, RangeBounds, RangeInclusive};

impl Violations {
    /// Checks the number of characters of a string.
    pub fn length(&mut self, field: &str, value: Option<&String>, bounds: impl RangeBounds<usize>) {
        if let Some(value) = value
            && !bounds.contains(&value.chars().count())
        {
            self.push(field, format!("must be {} characters long", span(&bounds)));
        }
    }

    /// Checks the range of a number.
    pub fn range<T: PartialOrd + Display>(
        &mut self,
        field: &str,
        value: Option<&T>,
        bounds: impl RangeBounds<T>,
    ) {
        if let Some(value) = value
            && !bounds.contains(value)
        {
            self.push(field, format!("must be {}", span(&bounds)));
        }
    }

    /// Checks that an integer is in one of these ranges, which are in ascending order.
    pub fn one_of(&mut self, field: &str, value: Option<&i64>, allowed: &[RangeInclusive<i64>]) {
        if let Some(value) = value
            && !allowed.iter().any(|range| range.contains(value))
        {
            let words: Vec<String> = allowed
                .iter()
                .map(|range| match range.start() == range.end() {
                    true => range.start().to_string(),
                    false => span(range),
                })
                .collect();
            self.push(field, format!("must be one of {}", words.join(", ")));
        }
    }

    /// Checks the number of items of a list.
    pub fn count<T>(
        &mut self,
        field: &str,
        value: Option<&Vec<T>>,
        bounds: impl RangeBounds<usize>,
    ) {
        if let Some(value) = value
            && !bounds.contains(&value.len())
        {
            self.push(field, format!("must have {} items", span(&bounds)));
        }
    }

    /// Checks the record in a field.
    pub fn inner(&mut self, field: &str, value: Option<&impl Request>) {
        if let Some(value) = value {
            self.within(field, |violations| value.check(violations));
        }
    }

    /// Checks every record of a list.
    pub fn items<T: Request>(&mut self, field: &str, values: Option<&Vec<T>>) {
        for (index, value) in values.into_iter().flatten().enumerate() {
            self.within(&format!("{field}/{index}"), |violations| {
                value.check(violations)
            });
        }
    }
}

/// Describes bounds.
fn span<T: Display>(bounds: &impl RangeBounds<T>) -> String {
    match (bounds.start_bound(), bounds.end_bound()) {
        (Bound::Included(from), Bound::Included(to)) => format!("{from} to {to}"),
        (Bound::Included(from), _) => format!("at least {from}"),
        (_, Bound::Included(to)) => format!("at most {to}"),
        _ => "of another size".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::Violations;

    #[test]
    fn bounds_are_inclusive_and_absent_values_pass() {
        let mut violations = Violations::default();
        let text = "ä".repeat(3);
        violations.length("exact", Some(&text), 3..=3);
        violations.length("absent", None, 3..=3);
        violations.range("low", Some(&1), 1..);
        violations.length("short", Some(&text), 4..=63);
        violations.range("small", Some(&0), 1..);
        violations.count("list", Some(&vec![1, 2]), ..=1);
        violations.one_of("day", Some(&28), &[1..=28, 40..=40]);
        violations.one_of("week", Some(&29), &[1..=28, 40..=40]);
        let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "short must be 4 to 63 characters long",
                "small must be at least 1",
                "list must have at most 1 items",
                "week must be one of 1 to 28, 40"
            ]
        );
    }
}
