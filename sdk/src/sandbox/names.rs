//! The names of request targets: the operations, and the three other endpoints.
use crate::{v1, v2};

use super::document;
use crate::error::Error;

/// Archives at download links.
pub(super) const DOWNLOAD: &str = "download";
/// The endpoint that grants access tokens.
pub(super) const TOKEN: &str = "token";
/// The endpoint that revokes access tokens.
pub(super) const REVOKE: &str = "revoke";

/// Targets that are not operations of the API.
pub(super) const OTHERS: [&str; 3] = [DOWNLOAD, TOKEN, REVOKE];

/// Maximum edit distance of a suggested name.
const NEAR: usize = 4;

/// Parses a name: an operation's name in the SDK, its `operationId` in the document, or another target.
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

/// Returns the edit distance of two texts (Levenshtein).
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
