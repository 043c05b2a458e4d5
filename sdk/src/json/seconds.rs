//! Timestamps of whole seconds in UTC, `2026-03-14T02:12:40Z`, which is how the service writes nearly all of them.
//!
//! Invariant: a text is read as `jiff` reads it, or not at all.

use crate::Timestamp;

/// The timestamp of such a text; `None` for any other text, which may still be a timestamp.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let marks = (text[4], text[7], text[10], text[13], text[16], text[19]);
    if marks != (b'-', b'-', b'T', b':', b':', b'Z') {
        return None;
    }
    let (year, month) = (pair(text, 0)? * 100 + pair(text, 2)?, pair(text, 5)?);
    let (day, hour) = (pair(text, 8)?, pair(text, 11)?);
    let (minute, second) = (pair(text, 14)?, pair(text, 17)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if day == 0 || day > last || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Years begin in March here, so that the day of a leap year is their last.
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - MARCH_OF_YEAR_0;
    Timestamp::from_second(((days * 24 + hour) * 60 + minute) * 60 + second).ok()
}

/// Days from 1 March of the year 0 to 1 January 1970.
const MARCH_OF_YEAR_0: i64 = 719_468;

/// The number of the two digits at `at`.
fn pair(text: &[u8; 20], at: usize) -> Option<i64> {
    let (ten, one) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
    (ten < 10 && one < 10).then(|| i64::from(ten) * 10 + i64::from(one))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::Timestamp;

    /// Moments 37 days, 5 hours and some seconds apart, over all years that a timestamp can have.
    fn moments() -> impl Iterator<Item = Timestamp> {
        let seconds = (Timestamp::MIN.as_second()..=Timestamp::MAX.as_second()).step_by(3_214_841);
        seconds.filter_map(|second| Timestamp::from_second(second).ok())
    }

    #[test]
    fn timestamps_of_whole_seconds_are_read_as_by_jiff() {
        for moment in moments() {
            let text = moment.to_string();
            let read = read(&text);
            assert_eq!(
                read.is_some(),
                text.len() == 20 && !text.starts_with('-'),
                "{text}"
            );
            assert!(read.is_none_or(|read| read == moment), "{text}");
        }
    }

    #[test]
    fn every_day_of_the_calendar_and_none_beside_it_is_read() {
        for year in [0, 1, 1600, 1900, 1970, 2000, 2023, 2024, 2100, 9999] {
            for (month, day) in (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day))) {
                let text = format!("{year:04}-{month:02}-{day:02}T23:59:59Z");
                assert_eq!(read(&text), text.parse().ok(), "{text}");
            }
        }
    }

    #[test]
    fn other_texts_are_left_to_jiff() {
        for text in [
            "2026-03-14T02:12:40.5Z",
            "2026-03-14T02:12:40+00:00",
            "2026-03-14T24:00:00Z",
            "2026-03-14T02:60:00Z",
            "2026-03-14T02:12:60Z",
            "2026-03-14t02:12:40z",
            "2026-03-14 02:12:40Z",
            "20260314T021240.000Z",
            "2026-3-014T02:12:40Z",
            "2026-03-14T02:12:4:Z",
            "2026-03-14T02:12:40ä",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
