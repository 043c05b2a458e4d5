//! What requests are for, by name: the operations, and what is none of them.
use crate::{v1, v2};

use super::document;
use crate::error::Error;

/// The archives behind the links of downloads.
pub(super) const DOWNLOAD: &str = "download";
/// Where access tokens are given out.
pub(super) const TOKEN: &str = "token";
/// Where they are taken back.
pub(super) const REVOKE: &str = "revoke";

/// What can be asked for without being an operation of the API.
pub(super) const OTHERS: [&str; 3] = [DOWNLOAD, TOKEN, REVOKE];

/// How many letters may differ in a name that was meant.
const NEAR: usize = 4;

/// Reads a name: an operation's in the SDK, its `operationId` in the API's document, or one of the others.
pub(super) fn read(name: &str) -> Result<&'static str, Error> {
    let known = || {
        let operations = v2::OPERATIONS.iter().chain(v1::OPERATIONS);
        operations.map(|operation| operation.id).chain(OTHERS)
    };
    if let Some(found) = known().find(|known| *known == name) {
        return Ok(found);
    }
    if let Some(found) = document::operation_called(name) {
        return Ok(found);
    }
    let near = known()
        .map(|known| (distance(name, known), known))
        .min()
        .filter(|(distance, _)| *distance <= NEAR);
    let way_out = match near {
        Some((_, known)) => format!("did you mean `{known}`?"),
        None => "name one as the API does, such as `createBackupExport`, or `download`, `token` or `revoke`".to_owned(),
    };
    Err(Error::configuration(format!(
        "there is no operation `{name}`: {way_out}"
    )))
}

/// How many letters have to be put in, taken out or changed to come from one to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        let mut next = vec![left];
        for (other, above) in to.chars().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(letter != other))
                .min(left + 1)
                .min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_distance_counts_letters() {
        for (from, to, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("createBackupExprot", "createBackupExport", 2),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }
}
