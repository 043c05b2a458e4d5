//! Fast reading and writing of timestamps of whole seconds in UTC, such as `2026-03-14T02:12:40Z`.
//!
//! The service writes nearly all timestamps in this format. Invariant: the result is that of `jiff`, or `None`.

use crate::Timestamp;

/// The bytes of such a text.
pub(super) type Text = [u8; 20];

/// Reads such a text; `None` for any other text, which may still be a timestamp.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text: &Text = text.as_bytes().try_into().ok()?;
    let date = DATE.digits(text, 0)?;
    let time = TIME.digits(text, 8)?;
    let end = END.digits(text, 12)?;
    let (year, month) = (pair(date, 0) * 100 + pair(date, 2), pair(date, 5));
    let (day, hour, minute) = (pair(time, 0), pair(time, 3), pair(time, 6));
    let second = pair(end, 5);
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
    // Years begin in March, so that the leap day is the last day of a year. 400 years are added, so that no number is
    // negative.
    let (year, month) = match month {
        1 | 2 => (year + 399, month + 9),
        _ => (year + 400, month - 3),
    };
    let leaps = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leaps + (month * 153 + 2) / 5 + day - 1;
    let days = i64::from(days) - (MARCH_OF_YEAR_0 + CYCLE);
    let second = (hour * 60 + minute) * 60 + second;
    Timestamp::from_second(days * 86_400 + i64::from(second)).ok()
}

/// Eight characters of the layout, which are read as one word.
struct Layout {
    word: u64,
    /// For each byte, the largest number that can be added to a match without a carry into the upper half of the byte:
    /// 6 for a digit, 15 for another character, whose byte is 0.
    room: u64,
}

impl Layout {
    /// Creates a layout from a text in which 0 stands for any digit.
    const fn new(text: [u8; 8]) -> Self {
        let (mut room, mut at) = ([15; 8], 0);
        while at < text.len() {
            if text[at] == b'0' {
                room[at] = 6;
            }
            at += 1;
        }
        Self {
            word: u64::from_le_bytes(text),
            room: u64::from_le_bytes(room),
        }
    }

    /// Returns the digits of the characters at `at`, one per byte, with the first in the lowest byte; `None` if they do
    /// not match.
    fn digits(&self, text: &Text, at: usize) -> Option<u64> {
        const UPPER_HALVES: u64 = u64::from_le_bytes([0xf0; 8]);
        let word = text.get(at..at + 8)?.try_into().ok()?;
        let digits = u64::from_le_bytes(word) ^ self.word;
        let beyond = (digits.wrapping_add(self.room) | digits) & UPPER_HALVES;
        (beyond == 0).then_some(digits)
    }
}

const DATE: Layout = Layout::new(*b"0000-00-");
const TIME: Layout = Layout::new(*b"00T00:00");
const END: Layout = Layout::new(*b"0:00:00Z");

/// Returns the number of the two digits at `at`.
fn pair(digits: u64, at: u32) -> u32 {
    let digit = |at: u32| (digits >> (8 * at)) as u32 & 15;
    digit(at) * 10 + digit(at + 1)
}

/// Writes a timestamp of whole seconds in the years 0 to 9999; `None` for any other timestamp.
pub(super) fn write(timestamp: Timestamp, text: &mut Text) -> Option<&str> {
    // The seconds start on 1 March, 400 years before the year 0, so that no number below is negative.
    let seconds = timestamp.as_second() + (MARCH_OF_YEAR_0 + CYCLE) * 86_400;
    let seconds = u64::try_from(seconds).ok()?;
    let (days, second) = (seconds / 86_400, (seconds % 86_400) as u32);
    let (cycles, day) = (days / CYCLE as u64, (days % CYCLE as u64) as u32);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (later, month) = match month {
        10.. => (1, month - 9),
        _ => (0, month + 3),
    };
    let year = (year + 400 * cycles as u32 + later).checked_sub(400)?;
    if timestamp.subsec_nanosecond() != 0 {
        return None;
    }
    *text = *b"0000-00-00T00:00:00Z";
    let pairs = [
        (0, year / 100),
        (2, year % 100),
        (5, month),
        (8, day),
        (11, second / 3_600),
        (14, second / 60 % 60),
        (17, second % 60),
    ];
    for (at, number) in pairs {
        text[at] += (number / 10) as u8;
        text[at + 1] += (number % 10) as u8;
    }
    std::str::from_utf8(text).ok()
}

/// The days of 400 years, after which the calendar repeats.
const CYCLE: i64 = 146_097;

/// The days from 1 March of the year 0 to 1 January 1970.
const MARCH_OF_YEAR_0: i64 = 719_468;

#[cfg(test)]
mod tests {
    use super::{Text, read, write};
    use crate::Timestamp;

    /// Timestamps 37 days, 5 hours and some seconds apart, over the whole range of timestamps.
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
    fn timestamps_of_whole_seconds_are_written_as_by_jiff() {
        for moment in moments() {
            let (text, mut written) = (moment.to_string(), Text::default());
            let written = write(moment, &mut written);
            assert_eq!(written.is_some(), !text.starts_with('-'), "{text}");
            assert!(written.is_none_or(|written| written == text), "{text}");
        }
    }

    #[test]
    fn every_second_around_the_ends_of_years_and_leap_days_is_written_as_by_jiff() {
        for day in [
            "0000-01-01",
            "0000-03-01",
            "0001-01-01",
            "1600-03-01",
            "1899-12-31",
            "1900-03-01",
            "1970-01-01",
            "1999-12-31",
            "2000-02-29",
            "2023-03-01",
            "2024-02-29",
            "2100-03-01",
            "9999-01-01",
            "9999-12-30",
        ] {
            let midnight: Timestamp = format!("{day}T00:00:00Z").parse().unwrap_or_default();
            for second in -100..100 {
                let Ok(moment) = Timestamp::from_second(midnight.as_second() + second) else {
                    continue;
                };
                let (text, mut written) = (moment.to_string(), Text::default());
                let expected = Some(&*text).filter(|text| text.len() == 20);
                assert_eq!(write(moment, &mut written), expected);
            }
        }
    }

    #[test]
    fn timestamps_with_a_fraction_are_not_written() {
        for (second, nanosecond) in [(0, 1), (0, -1), (-1, -999_999_999), (1, 500_000_000)] {
            let moment = Timestamp::new(second, nanosecond).unwrap_or_default();
            assert_eq!(write(moment, &mut Text::default()), None, "{moment}");
        }
    }

    #[test]
    fn every_valid_day_is_read_and_every_invalid_day_rejected() {
        for year in [0, 1, 1600, 1900, 1970, 2000, 2023, 2024, 2100, 9999] {
            for (month, day) in (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day))) {
                let text = format!("{year:04}-{month:02}-{day:02}T23:59:59Z");
                assert_eq!(read(&text), text.parse().ok(), "{text}");
            }
        }
    }

    #[test]
    fn text_with_any_other_character_at_any_place_is_read_as_by_jiff_or_not_at_all() {
        for at in 0..20 {
            for byte in 0..=0x7f {
                let mut text = *b"2024-02-29T12:34:56Z";
                text[at] = byte;
                let text = String::from_utf8_lossy(&text);
                let by_jiff: Option<Timestamp> = text.parse().ok();
                assert!(
                    read(&text).is_none_or(|read| by_jiff == Some(read)),
                    "{text}"
                );
                if text.as_bytes()[at].is_ascii_digit() {
                    assert_eq!(
                        read(&text),
                        by_jiff.filter(|_| ![4, 7, 10, 13, 16, 19].contains(&at)),
                        "{text}"
                    );
                }
            }
        }
    }

    #[test]
    fn texts_in_other_formats_are_not_read() {
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
