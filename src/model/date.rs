//! Dates as stories carry them: often a year and a month, sometimes only a year.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error};

/// A day, month or year of the Gregorian calendar. Ordered by time, the less exact first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: u16,
    /// 0 when unknown.
    month: u8,
    /// 0 when unknown.
    day: u8,
}

impl PartialDate {
    /// `None` when no such day can be; years run from 1000 to 9999.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let (month, day) = (month.unwrap_or(0), day.unwrap_or(0));
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            0 => 0,
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        ((1000..=9999).contains(&year) && day <= days).then_some(PartialDate { year, month, day })
    }

    /// Reads what [`PartialDate`] prints, and no other form; `None` when no such day can be.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut next = |digits: usize| match parts.next() {
            None => Some(None),
            Some(part) if part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()) => {
                part.parse::<u16>().ok().map(Some)
            }
            Some(_) => None,
        };
        let (year, month, day) = (next(4)??, next(2)?, next(2)?);
        let is_told = |part: Option<u16>| part != Some(0);
        if parts.next().is_some() || !is_told(month) || !is_told(day) {
            return None;
        }
        PartialDate::new(year, month.map(|month| month as u8), day.map(|day| day as u8))
    }

    pub fn year(self) -> u16 {
        self.year
    }

    pub fn month(self) -> Option<u8> {
        (self.month > 0).then_some(self.month)
    }

    pub fn day(self) -> Option<u8> {
        (self.day > 0).then_some(self.day)
    }

    /// Seconds from 1970 to the first moment of this day, month or year in UTC.
    pub fn start_seconds(self) -> i64 {
        // Days from civil, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
        let (year, month, day) = (i64::from(self.year), i64::from(self.month.max(1)), i64::from(self.day.max(1)));
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year - era * 400;
        let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        (era * 146_097 + day_of_era - 719_468) * 86_400
    }

    /// The day on which a moment lies in UTC; moments before the year 1000 or after 9999 are moved to that bound.
    pub fn of_seconds(seconds: i64) -> Self {
        let days = seconds.div_euclid(86_400).clamp(-354_285, 2_932_896) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days - era * 146_097;
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        PartialDate { year: year as u16, month: month as u8, day: day as u8 }
    }
}

/// W3CDTF, as `dc:date` wants it: `2000`, `2000-03` or `2000-03-09`.
impl fmt::Display for PartialDate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}", self.year)?;
        if self.month > 0 {
            write!(out, "-{:02}", self.month)?;
        }
        if self.day > 0 {
            write!(out, "-{:02}", self.day)?;
        }
        Ok(())
    }
}

impl Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        PartialDate::parse(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is no date such as 2000-03-09")))
    }
}

/// A moment as `dcterms:modified` wants it: `2000-03-09T00:00:00Z`.
pub fn timestamp(seconds: i64) -> String {
    let time = seconds.rem_euclid(86_400);
    format!("{}T{:02}:{:02}:{:02}Z", PartialDate::of_seconds(seconds), time / 3600, time / 60 % 60, time % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_print_as_far_as_they_are_known() {
        assert_eq!(PartialDate::new(2000, Some(3), None).unwrap().to_string(), "2000-03");
        assert_eq!(PartialDate::new(1999, Some(12), Some(31)).unwrap().to_string(), "1999-12-31");
        assert_eq!(PartialDate::new(2001, Some(2), Some(29)), None);
        assert_eq!(PartialDate::new(2001, Some(13), None), None);
    }

    #[test]
    fn a_date_reads_what_it_prints_and_nothing_else() {
        for text in ["2000", "2000-03", "2000-03-09"] {
            assert_eq!(PartialDate::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "200", "2000-3", "2000-00", "2000-03-00", "2000-02-30", "2000-03-09-01", "2000-03-", "2000-+3"]
        {
            assert_eq!(PartialDate::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_and_seconds_agree() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00Z");
        assert_eq!(timestamp(951_868_799), "2000-02-29T23:59:59Z");
        for day in [(1970, 1, 1), (2000, 2, 29), (2024, 12, 31), (1583, 10, 15), (9999, 12, 31), (1000, 1, 1)] {
            let date = PartialDate::new(day.0, Some(day.1), Some(day.2)).unwrap();
            assert_eq!(PartialDate::of_seconds(date.start_seconds()), date);
        }
    }
}
