//! Dates as people write them: `March 2000`, `9. März 2000`, `03-21-13`.
//!
//! It keeps what is sure and no more. `03/09/2000` may be the third of September or the ninth of March, so only the year is
//! kept; a text that is not plainly one date is none.

use crate::model::date::PartialDate;

/// Longest text that may be a date, in bytes; beyond it stands a sentence that mentions one.
const LONGEST: usize = 80;
/// Years that a bare number can mean. Stories are younger than this, and `1234` is rather a number of words.
const YEARS: std::ops::RangeInclusive<u16> = 1500..=2199;

/// The date that a text says, as far as it is sure; `None` when the text is not plainly one date.
///
/// Month names are known in English, French, German, Italian, Russian and Spanish. Two-digit years from 70 on lie in the
/// twentieth century, the others in the twenty-first.
pub fn parse_date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let parts = read_parts(text)?;
    match parts.months[..] {
        [] => from_numbers(&parts.numbers),
        [month] => with_month(month, &parts.numbers),
        _ => None,
    }
}

/// Whether a date leaves out a day or month that its text seems to state, as `03/09/2000` does.
pub(super) fn is_ambiguous(text: &str, date: PartialDate) -> bool {
    date.month().is_none() && read_parts(text.trim()).is_some_and(|parts| parts.numbers.len() == 3)
}

#[derive(Debug, Clone, Copy)]
struct Number {
    value: u16,
    digits: usize,
    /// `'99`
    apostrophe: bool,
    /// What stands between the number before and this one, when that is one mark alone: `-`, `/`, `.`.
    joined_by: Option<char>,
}

impl Number {
    fn is_year(self) -> bool {
        (self.digits == 4 && YEARS.contains(&self.value)) || (self.digits == 2 && self.apostrophe)
    }

    /// The year that a number of four or two digits means.
    fn year(self) -> Option<u16> {
        match self.digits {
            4 => Some(self.value),
            2 if self.value >= 70 => Some(1900 + self.value),
            2 => Some(2000 + self.value),
            _ => None,
        }
    }

    fn can_be_month(self) -> bool {
        self.digits <= 2 && (1..=12).contains(&self.value)
    }

    fn can_be_day(self) -> bool {
        self.digits <= 2 && (1..=31).contains(&self.value)
    }
}

#[derive(Default)]
struct Parts {
    numbers: Vec<Number>,
    months: Vec<u8>,
}

/// Numbers and month names in order; `None` when a word stands in the text that has no place in a date.
fn read_parts(text: &str) -> Option<Parts> {
    let mut parts = Parts::default();
    let mut march_or_tuesday = false;
    let mut after_time = false;
    let mut rest = text;
    // Everything between the last number and here.
    let mut between = String::new();
    while let Some(character) = rest.chars().next() {
        if character.is_ascii_digit() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at(digits);
            if let Some(length) = time_length(rest) {
                rest = &rest[length..];
                after_time = true;
                continue;
            }
            rest = after;
            let zone = after_time && digits == 4 && between.ends_with(['+', '-']);
            if zone {
                continue;
            }
            if digits == 8 && parts.numbers.is_empty() {
                for (index, piece) in [&number[..4], &number[4..6], &number[6..]].into_iter().enumerate() {
                    let joined_by = (index > 0).then_some('-');
                    let value = piece.parse().ok()?;
                    parts.numbers.push(Number { value, digits: piece.len(), apostrophe: false, joined_by });
                }
                continue;
            }
            if digits > 4 {
                return None;
            }
            let mut marks = between.chars();
            let joined_by = match (marks.next(), marks.next()) {
                (Some(mark), None) if matches!(mark, '-' | '/' | '.' | '–' | '‑') => Some(mark),
                _ => None,
            };
            let apostrophe = between.ends_with(['\'', '’', '‘', '`']);
            parts.numbers.push(Number { value: number.parse().ok()?, digits, apostrophe, joined_by });
            between.clear();
        } else if character.is_alphabetic() {
            let length = rest.find(|character: char| !character.is_alphabetic()).unwrap_or(rest.len());
            let word = rest[..length].to_lowercase();
            rest = &rest[length..];
            // The `T` of an ISO 8601 date is followed by a time, which ends what a date can say.
            if word == "mar" {
                // March in English and Spanish, Tuesday in French and Italian.
                march_or_tuesday = true;
            } else if let Some(month) = month(&word) {
                parts.months.push(month);
            } else if !NOISE.contains(&word.as_str()) {
                return None;
            }
            between.push('a');
        } else {
            rest = &rest[character.len_utf8()..];
            if !character.is_whitespace() {
                between.push(character);
            } else if !between.is_empty() && !between.ends_with(' ') {
                between.push(' ');
            }
        }
    }
    if march_or_tuesday && parts.months.is_empty() {
        parts.months.push(3);
    }
    Some(parts)
}

/// How long a time of day is that begins here: `14:32`, `9:30:00.5`.
fn time_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let run = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let hours = run(0);
    if hours > 2 || bytes.get(hours) != Some(&b':') || run(hours + 1) != 2 {
        return None;
    }
    let mut end = hours + 3;
    while matches!(bytes.get(end), Some(b':' | b'.')) && run(end + 1) > 0 {
        end += 1 + run(end + 1);
    }
    Some(end)
}

fn with_month(month: u8, numbers: &[Number]) -> Option<PartialDate> {
    match *numbers {
        [year] if year.is_year() || (year.digits == 2 && year.value > 31) => {
            PartialDate::new(year.year()?, Some(month), None)
        }
        [first, second] => {
            let (day, year) = if first.is_year() || (first.digits == 2 && first.value > 31) {
                (second, first)
            } else {
                (first, second)
            };
            if !day.can_be_day() || day.apostrophe || !(year.is_year() || year.digits == 2) {
                return None;
            }
            PartialDate::new(year.year()?, Some(month), Some(day.value as u8))
        }
        _ => None,
    }
}

fn from_numbers(numbers: &[Number]) -> Option<PartialDate> {
    match *numbers {
        [year] if year.is_year() => PartialDate::new(year.year()?, None, None),
        [year, month] if year.digits == 4 && year.is_year() && month.can_be_month() && !month.apostrophe => {
            PartialDate::new(year.value, Some(month.value as u8), None)
        }
        [month, year] if year.digits == 4 && year.is_year() && month.can_be_month() && year.joined_by.is_some() => {
            PartialDate::new(year.value, Some(month.value as u8), None)
        }
        [first, second, third] => from_three(first, second, third),
        _ => None,
    }
}

fn from_three(first: Number, second: Number, third: Number) -> Option<PartialDate> {
    let ymd = |year: Number, month: Number, day: Number| {
        PartialDate::new(year.year()?, Some(month.value as u8), Some(day.value as u8))
    };
    // Year first: only one order is in use.
    if (first.digits == 4 && first.is_year()) || (first.digits == 2 && first.value > 31) {
        return (second.can_be_month() && third.can_be_day()).then(|| ymd(first, second, third)).flatten();
    }
    let mark = second.joined_by.filter(|mark| third.joined_by == Some(*mark))?;
    let year_is_last = third.is_year() || third.digits == 2;
    if !year_is_last || !first.can_be_day() || !second.can_be_day() {
        return None;
    }
    if third.digits == 2 && third.value <= 31 && !third.can_be_month() && first.value > 12 && mark == '-' {
        // `13-03-21` may begin or end with the year.
        return None;
    }
    if mark == '.' && second.can_be_month() {
        // With dots the day stands first wherever dates are written with dots.
        return ymd(third, second, first);
    }
    match (first.can_be_month(), second.can_be_month()) {
        (true, true) if first.value == second.value => ymd(third, first, second),
        (true, true) => PartialDate::new(third.year()?, None, None),
        (true, false) => ymd(third, first, second),
        (false, true) => ymd(third, second, first),
        (false, false) => None,
    }
}

/// The month that a lower-case word names, in full or shortened.
pub(super) fn month(word: &str) -> Option<u8> {
    MONTHS.iter().position(|names| names.contains(&word)).map(|index| index as u8 + 1)
}

/// Names of the months, lower case; `mar` is missing because it also means Tuesday.
const MONTHS: [&[&str]; 12] = [
    &[
        "january",
        "jan",
        "januar",
        "jänner",
        "jän",
        "janvier",
        "janv",
        "enero",
        "ene",
        "gennaio",
        "gen",
        "января",
        "январь",
        "янв",
    ],
    &[
        "february",
        "feb",
        "februar",
        "feber",
        "février",
        "fevrier",
        "févr",
        "fevr",
        "fév",
        "febrero",
        "febbraio",
        "февраля",
        "февраль",
        "фев",
        "февр",
    ],
    &["march", "märz", "maerz", "mrz", "mär", "mars", "marzo", "марта", "март", "мар"],
    &["april", "apr", "avril", "avr", "abril", "abr", "aprile", "апреля", "апрель", "апр"],
    &["may", "mai", "mayo", "maggio", "mag", "мая", "май"],
    &["june", "jun", "juni", "juin", "junio", "giugno", "giu", "июня", "июнь", "июн"],
    &["july", "jul", "juli", "juillet", "juil", "julio", "luglio", "lug", "июля", "июль", "июл"],
    &["august", "aug", "août", "aout", "agosto", "ago", "августа", "август", "авг"],
    &[
        "september",
        "sep",
        "sept",
        "septembre",
        "septiembre",
        "setiembre",
        "settembre",
        "set",
        "сентября",
        "сентябрь",
        "сен",
        "сент",
    ],
    &["october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "ott", "октября", "октябрь", "окт"],
    &["november", "nov", "novembre", "noviembre", "ноября", "ноябрь", "ноя", "нояб"],
    &[
        "december",
        "dec",
        "dezember",
        "dez",
        "décembre",
        "decembre",
        "déc",
        "diciembre",
        "dicembre",
        "dic",
        "декабря",
        "декабрь",
        "дек",
    ],
];

/// Words that may stand beside a date and say nothing about it; seasons leave the year alone sure.
#[rustfmt::skip]
const NOISE: &[&str] = &[
    // Small words and what follows a number.
    "the", "of", "on", "in", "at", "st", "nd", "rd", "th", "de", "del", "le", "er", "den", "dem", "am", "im", "der",
    "vom", "il", "el", "e", "º", "г", "го", "год", "года", "году", "year", "年", "月", "日",
    "early", "mid", "late", "circa", "ca", "c",
    // What happened on that day.
    "posted", "published", "updated", "written", "completed", "finished", "started", "date",
    // Times of day and their zones; the T and Z of ISO 8601.
    "t", "z", "a", "m", "p", "pm", "h", "uhr", "utc", "gmt", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt",
    "bst", "cet", "cest", "msk",
    // Days of the week.
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun",
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag",
    "mo", "di", "mi", "do", "fr", "sa", "so",
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo",
    "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica",
    "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье",
    // Seasons and feasts.
    "spring", "summer", "autumn", "fall", "winter", "christmas", "easter", "halloween",
    "frühling", "frühjahr", "sommer", "herbst", "weihnachten", "ostern",
    "printemps", "été", "automne", "hiver", "noël",
    "primavera", "verano", "otoño", "invierno", "navidad", "estate", "autunno", "inverno", "natale",
    "весна", "лето", "осень", "зима", "весной", "летом", "осенью", "зимой",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        parse_date(text).map(|date| date.to_string()).unwrap_or_default()
    }

    #[test]
    fn dates_are_read_in_the_forms_people_write() {
        for (text, date) in [
            ("2000", "2000"),
            ("March 2000", "2000-03"),
            ("2000-03-09", "2000-03-09"),
            ("2000-03", "2000-03"),
            ("2000/3/9", "2000-03-09"),
            ("20000309", "2000-03-09"),
            ("2000-03-09T14:32:00Z", "2000-03-09"),
            ("2000-03-09 14:32:00.25 +0100", "2000-03-09"),
            ("9 March 2000", "2000-03-09"),
            ("March 9, 2000", "2000-03-09"),
            ("Thursday, March 9th, 2000", "2000-03-09"),
            ("the 9th of March, 2000", "2000-03-09"),
            ("Mar. 9 2000", "2000-03-09"),
            ("09-Mar-2000", "2000-03-09"),
            ("09-Mar-00", "2000-03-09"),
            ("9 Mar 99", "1999-03-09"),
            ("March '99", "1999-03"),
            ("March ’05", "2005-03"),
            ("'99", "1999"),
            ("Thu, 9 Mar 2000 12:00:00 +0000", "2000-03-09"),
            ("Thu Mar  9 12:00:00 PST 2000", "2000-03-09"),
            ("Posted on March 9, 2000 at 9:30 pm", "2000-03-09"),
            ("03/2000", "2000-03"),
            ("Spring 2000", "2000"),
            ("2000年3月9日", "2000-03-09"),
        ] {
            assert_eq!(said(text), date, "{text}");
        }
    }

    #[test]
    fn dates_are_read_in_six_languages() {
        for (text, date) in [
            ("9. März 2000", "2000-03-09"),
            ("Donnerstag, den 9. Mai 2000", "2000-05-09"),
            ("Dezember 1999", "1999-12"),
            ("le 1er août 2000", "2000-08-01"),
            ("mar. 14 mars 2000", "2000-03-14"),
            ("décembre 1999", "1999-12"),
            ("9 de marzo de 2000", "2000-03-09"),
            ("enero del 2000", "2000-01"),
            ("9 marzo 2000", "2000-03-09"),
            ("1º gennaio 2000", "2000-01-01"),
            ("9 марта 2000 г.", "2000-03-09"),
            ("Март 2000", "2000-03"),
            ("09.03.2000", "2000-03-09"),
        ] {
            assert_eq!(said(text), date, "{text}");
        }
    }

    #[test]
    fn only_what_is_sure_is_kept() {
        for (text, date) in [
            ("03/09/2000", "2000"),
            ("03-09-2000", "2000"),
            ("3/21/2013", "2013-03-21"),
            ("21/3/2013", "2013-03-21"),
            ("05/05/2000", "2000-05-05"),
            ("03-21-13", "2013-03-21"),
            ("03-04-13", "2013"),
            ("12/25/05", "2005-12-25"),
            ("21-03-99", "1999-03-21"),
            ("99-03-21", "1999-03-21"),
            ("13-03-21", ""),
        ] {
            assert_eq!(said(text), date, "{text}");
        }
        assert!(is_ambiguous("03/09/2000", parse_date("03/09/2000").unwrap()));
        assert!(!is_ambiguous("2000", parse_date("2000").unwrap()));
    }

    #[test]
    fn what_is_no_date_stays_none() {
        for text in [
            "",
            "soon",
            "March",
            "March 21",
            "March 1999 - May 2000",
            "1999-2000",
            "4500",
            "31 February 2000",
            "2000-13-40",
            "32/13/2000",
            "written in 2000 for Jane",
            "123456",
            "99999999999999999999",
            "1/2",
            "12:30",
            "May the 4th be with you",
        ] {
            assert_eq!(said(text), "", "{text}");
        }
        let sentence = "This was written in March 2000 ".repeat(10);
        assert_eq!(said(&sentence), "");
    }
}
