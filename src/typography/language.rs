//! What a language asks of its typography: which marks quote, which dash parts a sentence, which words drop letters.

/// How a language sets its text.
///
/// The marks are the delimiters of the Unicode CLDR (as listed in the HTML standard, "Rendering", section on quotes),
/// by shape: straight double marks become `double`, straight single marks `single`, at whatever level the author used
/// them. Where fiction of the language departs from CLDR, the row says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    /// BCP 47; `und` for the locale of languages that are not known here.
    pub language: &'static str,
    /// Opening and closing mark; `None` leaves straight quotation marks as they are.
    pub double: Option<Pair>,
    pub single: Option<Pair>,
    /// What a spaced hyphen between words becomes.
    pub spaced_dash: Option<&'static str>,
    /// What a hyphen or two at the start of a paragraph become, in languages whose speech begins with a dash.
    pub speech_dash: Option<&'static str>,
    /// Whether high punctuation stands apart, as in French.
    pub french_spaces: bool,
    /// Words that begin with an apostrophe, without it, lower case.
    pub elisions: &'static [&'static str],
}

/// An opening and a closing mark.
pub type Pair = (&'static str, &'static str);

impl Locale {
    /// The locale of a BCP 47 tag: of the whole tag or, failing that, of its language.
    pub fn by_language(tag: &str) -> &'static Locale {
        let row = |wanted: &str| LOCALES.iter().find(|locale| locale.language.eq_ignore_ascii_case(wanted));
        let mut wanted = tag.trim().replace('_', "-");
        loop {
            if let Some(found) = row(&wanted) {
                return found;
            }
            match wanted.rfind('-') {
                Some(at) => wanted.truncate(at),
                None => return &UNKNOWN,
            }
        }
    }
}

const ENGLISH: Option<Pair> = Some(("“", "”"));
const ENGLISH_SINGLE: Option<Pair> = Some(("‘", "’"));
const LOW: Option<Pair> = Some(("„", "“"));
const LOW_SINGLE: Option<Pair> = Some(("‚", "‘"));
const LOW_HIGH: Option<Pair> = Some(("„", "”"));
const GUILLEMETS: Option<Pair> = Some(("«", "»"));
const GUILLEMETS_SINGLE: Option<Pair> = Some(("‹", "›"));

/// For languages that are not known here: nothing that depends on the language is touched.
pub static UNKNOWN: Locale = Locale {
    language: "und",
    double: None,
    single: None,
    spaced_dash: None,
    speech_dash: None,
    french_spaces: false,
    elisions: &[],
};

const fn row(
    language: &'static str,
    double: Option<Pair>,
    single: Option<Pair>,
    speech_dash: Option<&'static str>,
) -> Locale {
    Locale { language, double, single, spaced_dash: Some("–"), speech_dash, french_spaces: false, elisions: &[] }
}

#[rustfmt::skip]
static LOCALES: &[Locale] = &[
    Locale { elisions: ENGLISH_ELISIONS, ..row("en", ENGLISH, ENGLISH_SINGLE, None) },
    Locale { elisions: GERMAN_ELISIONS, ..row("de", LOW, LOW_SINGLE, None) },
    Locale { elisions: GERMAN_ELISIONS, ..row("de-CH", GUILLEMETS, GUILLEMETS_SINGLE, None) },
    Locale { elisions: GERMAN_ELISIONS, ..row("de-LI", GUILLEMETS, GUILLEMETS_SINGLE, None) },
    Locale { french_spaces: true, ..row("fr", GUILLEMETS, ENGLISH, Some("—")) },
    // CLDR has guillemets for all Spanish. Fiction sets speech with a dash and marks thoughts and words; both sides of
    // the ocean read “ ” and few of them type « », so only a text that says it is from Spain gets them.
    Locale { spaced_dash: Some("—"), ..row("es", ENGLISH, ENGLISH_SINGLE, Some("—")) },
    Locale { spaced_dash: Some("—"), ..row("es-ES", GUILLEMETS, ENGLISH, Some("—")) },
    Locale { elisions: ITALIAN_ELISIONS, ..row("it", GUILLEMETS, ENGLISH, Some("—")) },
    row("pt", ENGLISH, ENGLISH_SINGLE, Some("—")),
    row("pt-PT", GUILLEMETS, ENGLISH, Some("—")),
    row("ca", GUILLEMETS, ENGLISH, Some("—")),
    row("gl", ENGLISH, ENGLISH_SINGLE, Some("—")),
    row("ro", LOW_HIGH, GUILLEMETS, Some("—")),
    // CLDR names ‘ ’ first for Dutch; by shape double stays double.
    Locale { elisions: DUTCH_ELISIONS, ..row("nl", ENGLISH, ENGLISH_SINGLE, None) },
    Locale { elisions: DUTCH_ELISIONS, ..row("af", ENGLISH, ENGLISH_SINGLE, None) },
    row("sv", Some(("”", "”")), Some(("’", "’")), Some("–")),
    row("fi", Some(("”", "”")), Some(("’", "’")), Some("–")),
    row("da", ENGLISH, ENGLISH_SINGLE, Some("–")),
    row("nb", GUILLEMETS, ENGLISH_SINGLE, Some("–")),
    row("nn", GUILLEMETS, ENGLISH_SINGLE, Some("–")),
    row("no", GUILLEMETS, ENGLISH_SINGLE, Some("–")),
    row("is", LOW, LOW_SINGLE, Some("–")),
    row("et", LOW, GUILLEMETS, Some("–")),
    row("lt", LOW, LOW_SINGLE, Some("–")),
    row("lv", ENGLISH, ENGLISH_SINGLE, Some("–")),
    Locale { spaced_dash: Some("—"), ..row("ru", GUILLEMETS, LOW, Some("—")) },
    Locale { spaced_dash: Some("—"), ..row("be", GUILLEMETS, LOW, Some("—")) },
    Locale { spaced_dash: Some("—"), ..row("uk", GUILLEMETS, LOW, Some("—")) },
    row("bg", LOW, LOW_SINGLE, Some("—")),
    row("sr", LOW, LOW_SINGLE, Some("—")),
    row("hr", LOW, LOW_SINGLE, Some("–")),
    row("sl", LOW, LOW_SINGLE, Some("–")),
    row("pl", LOW_HIGH, GUILLEMETS, Some("–")),
    row("cs", LOW, LOW_SINGLE, Some("–")),
    row("sk", LOW, LOW_SINGLE, Some("–")),
    row("hu", LOW_HIGH, Some(("»", "«")), Some("–")),
    row("el", GUILLEMETS, ENGLISH, Some("—")),
    row("tr", ENGLISH, ENGLISH_SINGLE, Some("–")),
    row("id", ENGLISH, ENGLISH_SINGLE, None),
    row("ms", ENGLISH, ENGLISH_SINGLE, None),
    row("vi", ENGLISH, ENGLISH_SINGLE, Some("–")),
    row("tl", ENGLISH, ENGLISH_SINGLE, None),
    row("eo", ENGLISH, ENGLISH_SINGLE, None),
    row("la", ENGLISH, ENGLISH_SINGLE, None),
    row("ga", ENGLISH, ENGLISH_SINGLE, None),
    row("cy", ENGLISH, ENGLISH_SINGLE, None),
];

#[rustfmt::skip]
const ENGLISH_ELISIONS: &[&str] = &[
    "tis", "tisn't", "twas", "twasn't", "twere", "twill", "twould", "twouldn't", "tain't", "twon't", "twixt", "tween",
    "em", "im", "er", "isself", "imself", "erself", "e", "e's", "e'd", "e'll", "er's", "ere", "ere's", "ello", "allo",
    "ullo", "ow", "ow's", "ome", "ouse", "andsome", "alf", "elp", "ead", "eart", "eard", "eaven", "ave", "aven't",
    "avin", "adn't", "asn't", "ope", "ard", "ung", "urry", "urt", "orse", "oss", "ospital", "undred", "cause", "cos",
    "coz", "cuz", "bout", "bove", "cept", "fraid", "gainst", "kay", "magine", "midst", "mong", "mongst", "n", "neath",
    "nother", "nough", "nuff", "nuther", "pon", "praps", "preciate", "round", "scuse", "specially", "spect", "spose",
    "stead", "struth", "til", "tude", "ud", "un", "uns", "zat", "zackly", "sblood", "zounds", "flu", "shroom",
    "shrooms", "burbs", "tec", "stache", "neer", "e'en", "gator", "possum", "coon", "roo", "ee", "ad've", "eavens",
    "ood", "oo", "oo's", "at's", "ems", "til's", "specting", "cording", "parently", "sposed", "ventually", "till",
    "phone", "sup", "s", "t", "ad",
];

const GERMAN_ELISIONS: &[&str] = &[
    "s",
    "ne",
    "n",
    "nen",
    "nem",
    "ner",
    "nes",
    "ran",
    "rauf",
    "raus",
    "rein",
    "rüber",
    "rum",
    "runter",
    "türlich",
    "nauf",
    "naus",
    "nunter",
    "tschuldigung",
    "tschuldige",
];

const DUTCH_ELISIONS: &[&str] = &["s", "t", "n", "k", "m", "r", "ns", "ie", "tzelfde"];

const ITALIAN_ELISIONS: &[&str] = &["sto", "sta", "sti", "ste", "ndrangheta", "na", "nsomma", "fanculo"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_falls_back_to_its_language() {
        assert_eq!(Locale::by_language("de-AT").language, "de");
        assert_eq!(Locale::by_language("de-ch").language, "de-CH");
        assert_eq!(Locale::by_language("en_US").language, "en");
        assert_eq!(Locale::by_language("pt-PT").double, Some(("«", "»")));
        assert_eq!(Locale::by_language("zh-Hant-TW").language, "und");
        assert_eq!(Locale::by_language("").language, "und");
    }
}
