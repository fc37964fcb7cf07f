//! Which addresses a book may link to, and which language and date values a package may state. A value that does not
//! hold is refused here, never repaired into something that its author did not mean.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::model::date::PartialDate;

/// The address as it may stand in a book: `http`, `https`, `ftp` or `mailto`, with everything percent-encoded that has to
/// be. `None` when it is another kind of address or no address at all; then the link's words are plain text.
pub fn hyperlink(target: &str) -> Option<String> {
    let (scheme, rest) = target.trim().split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" | "ftp" => {
            let rest = rest.strip_prefix("//")?;
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            is_authority(authority).then(|| format!("{scheme}://{}{}", authority.to_ascii_lowercase(), encode(path)))
        }
        "mailto" => {
            let (name, host) = rest.split_once('?').map_or(rest, |(address, _)| address).rsplit_once('@')?;
            (!name.is_empty() && is_host(host)).then(|| format!("mailto:{}", encode(rest)))
        }
        _ => None,
    }
}

/// A host with an optional port. Names and passwords in front of a host are refused: they hide where a link leads.
fn is_authority(authority: &str) -> bool {
    if let Some(literal) = authority.strip_prefix('[') {
        let Some((address, port)) = literal.split_once(']') else { return false };
        return address.parse::<Ipv6Addr>().is_ok() && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    match authority.split_once(':') {
        Some((host, port)) => is_host(host) && is_port(port),
        None => is_host(authority),
    }
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

fn is_host(host: &str) -> bool {
    let labels = host.strip_suffix('.').unwrap_or(host);
    let well_formed = labels.len() <= 253
        && labels.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                // Punycode would have to be decoded to know whether it is a name.
                && !label.to_ascii_lowercase().starts_with("xn--")
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        });
    let last = labels.rsplit('.').next().unwrap_or_default();
    let numeric = last.bytes().all(|byte| byte.is_ascii_digit()) || last.to_ascii_lowercase().starts_with("0x");
    well_formed && (!numeric || host.parse::<Ipv4Addr>().is_ok())
}

/// Percent-encodes what RFC 3986 does not allow in a path, query or fragment; what is encoded already stays.
fn encode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut in_fragment = false;
    for (index, &byte) in bytes.iter().enumerate() {
        let allowed = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => true,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' => true,
            b';' | b'=' | b':' | b'@' | b'/' | b'?' => true,
            // An address has one fragment.
            b'#' => !std::mem::replace(&mut in_fragment, true),
            b'%' => bytes.get(index + 1..index + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
            _ => false,
        };
        if allowed {
            out.push(char::from(byte));
        } else if !byte.is_ascii_control() {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

/// A language tag in its usual spelling (`en-GB`, `zh-Hant`), as far as it is well-formed after BCP 47; `None` when not
/// even its language can be read.
pub fn language_tag(tag: &str) -> Option<String> {
    let mut parts = tag.trim().split(['-', '_']);
    let primary = parts.next()?.to_ascii_lowercase();
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !matches!(primary.len(), 2 | 3) || !letters(&primary) {
        return None;
    }
    let mut tag = primary;
    // Script, region and variants come in this order; whatever does not fit ends the tag.
    let mut stage = 0;
    for part in parts {
        let (next, part) = match part.len() {
            4 if stage < 1 && letters(part) => (1, part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase()),
            2 if stage < 2 && letters(part) => (2, part.to_ascii_uppercase()),
            3 if stage < 2 && part.bytes().all(|byte| byte.is_ascii_digit()) => (2, part.to_owned()),
            5..=8 if part.bytes().all(|byte| byte.is_ascii_alphanumeric()) => (3, part.to_ascii_lowercase()),
            _ => break,
        };
        // A variant may not stand twice.
        if next == 3 && tag.split('-').any(|earlier| earlier == part) {
            break;
        }
        stage = next;
        tag.push('-');
        tag.push_str(&part);
    }
    Some(tag)
}

/// Whether a language is written from right to left in its usual script, or in the script that its tag names.
pub fn is_right_to_left(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    match parts.find(|part| part.len() == 4) {
        Some(script) => matches!(script, "Arab" | "Hebr" | "Syrc" | "Thaa" | "Nkoo" | "Adlm" | "Rohg"),
        None => {
            matches!(language, "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "syr" | "ug" | "ur" | "yi")
        }
    }
}

/// Whether `date` is a year, a month or a day as `dc:date` wants it.
pub fn is_date(date: &str) -> bool {
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u16>().ok())?
    };
    // At most two digits, so the conversion keeps the value.
    let two = |part: &str| number(part, 2).map(|value| value as u8);
    let parsed = match date.split('-').collect::<Vec<_>>()[..] {
        [year] => number(year, 4).and_then(|year| PartialDate::new(year, None, None)),
        [year, month] => number(year, 4).and_then(|year| PartialDate::new(year, Some(two(month)?), None)),
        [year, month, day] => {
            number(year, 4).and_then(|year| PartialDate::new(year, Some(two(month)?), Some(two(day)?)))
        }
        _ => None,
    };
    // Month 00 and day 00 mean "unknown" to the model and are no date here.
    parsed.is_some_and(|parsed| parsed.to_string() == date)
}

/// Whether `moment` reads `YYYY-MM-DDThh:mm:ssZ`.
pub fn is_timestamp(moment: &str) -> bool {
    let Some((date, time)) = moment.strip_suffix('Z').and_then(|moment| moment.split_once('T')) else { return false };
    let in_range = |part: &str, end: u8| part.len() == 2 && part.parse::<u8>().is_ok_and(|value| value < end);
    let mut time = time.split(':');
    date.len() == 10
        && is_date(date)
        && time.next().is_some_and(|hour| in_range(hour, 24))
        && time.next().is_some_and(|minute| in_range(minute, 60))
        && time.next().is_some_and(|second| in_range(second, 60))
        && time.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_known_kinds_become_links() {
        assert_eq!(hyperlink("HTTPS://Example.org/A?b=c#d").as_deref(), Some("https://example.org/A?b=c#d"));
        assert_eq!(hyperlink("http://example.org").as_deref(), Some("http://example.org"));
        assert_eq!(hyperlink("http://example.org:8080/").as_deref(), Some("http://example.org:8080/"));
        assert_eq!(hyperlink("http://127.0.0.1/x").as_deref(), Some("http://127.0.0.1/x"));
        assert_eq!(hyperlink("http://[::1]:80/").as_deref(), Some("http://[::1]:80/"));
        assert_eq!(hyperlink("mailto:ann@example.org").as_deref(), Some("mailto:ann@example.org"));
        for refused in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "chapter-001.xhtml",
            "//example.org/",
            "http:example.org",
            "http://",
            "http://a b/",
            "http://user:password@example.org/",
            "http://999.1.1.1/",
            "http://a..b/",
            "http://[::g]/",
            "http://example.org:99999/",
            "http://xn--\u{e4}/",
            "mailto:",
            "mailto:nobody",
            "",
        ] {
            assert_eq!(hyperlink(refused), None, "{refused}");
        }
    }

    #[test]
    fn what_an_address_may_not_hold_is_encoded() {
        assert_eq!(
            hyperlink("http://example.org/a b/é?q=\"x\"&r=100%#a#b[1]\n").as_deref(),
            Some("http://example.org/a%20b/%C3%A9?q=%22x%22&r=100%25#a%23b%5B1%5D")
        );
        assert_eq!(hyperlink("http://example.org/%C3%A9").as_deref(), Some("http://example.org/%C3%A9"));
    }

    #[test]
    fn language_tags_are_read_as_far_as_they_hold() {
        assert_eq!(language_tag("EN_gb").as_deref(), Some("en-GB"));
        assert_eq!(language_tag("zh-hant-tw").as_deref(), Some("zh-Hant-TW"));
        assert_eq!(language_tag("es-419").as_deref(), Some("es-419"));
        assert_eq!(language_tag("en-GB-oxendict").as_deref(), Some("en-GB-oxendict"));
        assert_eq!(language_tag("en-!!").as_deref(), Some("en"));
        assert_eq!(language_tag("de-CH-1901x-1901x").as_deref(), Some("de-CH-1901x"));
        assert_eq!(language_tag("English"), None);
        assert_eq!(language_tag(""), None);
    }

    #[test]
    fn direction_follows_the_script() {
        assert!(is_right_to_left("he-IL"));
        assert!(is_right_to_left("az-Arab"));
        assert!(!is_right_to_left("ar-Latn"));
        assert!(!is_right_to_left("en"));
    }

    #[test]
    fn dates_and_moments_hold_or_are_refused() {
        for date in ["1999", "1999-12", "1999-12-31"] {
            assert!(is_date(date), "{date}");
        }
        for date in ["", "99", "1999-13", "1999-00", "1999-12-32", "1999-12-31-1", "12/31/1999", "1999-1-1", "1999-"] {
            assert!(!is_date(date), "{date}");
        }
        assert!(is_timestamp("2001-02-03T04:05:06Z"));
        for moment in ["2001-02-03", "2001-02-03T04:05:06+00:00", "2001-02-03T24:05:06Z", "2001-02T04:05:06Z", ""] {
            assert!(!is_timestamp(moment), "{moment}");
        }
    }
}
