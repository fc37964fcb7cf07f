//! Languages by name or tag: `English`, `Deutsch`, `en_US`.
//!
//! It gives a well-formed BCP 47 tag or nothing. It does not look at a story's text; that is another room's guess.

/// The BCP 47 tag of a language that a text names, by its English or own name, by a three-letter code or by a tag.
///
/// Tags come out in their usual spelling (`en-GB`, `zh-Hant`). `None` when the text is neither a known name nor a
/// well-formed tag.
pub fn parse_language(text: &str) -> Option<String> {
    let text = text.trim();
    let name = text.to_lowercase();
    if let Some((tag, _)) = LANGUAGES.iter().find(|(_, names)| names.contains(&name.as_str())) {
        return Some((*tag).to_owned());
    }
    if let Some(tag) = well_formed(text) {
        return Some(tag);
    }
    // "English (British)", "Português brasileiro": what comes first names the language.
    let first = name.split(|character: char| !character.is_alphabetic()).find(|word| !word.is_empty())?;
    if first.len() == name.len() || (first.is_ascii() && first.len() < 4) {
        return None;
    }
    LANGUAGES.iter().find(|(_, names)| names.contains(&first)).map(|(tag, _)| (*tag).to_owned())
}

/// What a language is called in English: `German`, `English (GB)`. `None` when it has no name here.
pub fn language_name(tag: &str) -> Option<String> {
    let (language, rest) = tag.split_once('-').unwrap_or((tag, ""));
    let (_, names) = LANGUAGES.iter().find(|(known, _)| known.eq_ignore_ascii_case(language))?;
    let mut letters = names.first()?.chars();
    let name: String = letters.next()?.to_uppercase().chain(letters).collect();
    Some(if rest.is_empty() { name } else { format!("{name} ({rest})") })
}

/// The tag in its usual spelling when it is well-formed and begins with a language of two or three letters.
fn well_formed(tag: &str) -> Option<String> {
    let mut subtags = tag.split(['-', '_']);
    let language = subtags.next().filter(|subtag| (2..=3).contains(&subtag.len()) && is_letters(subtag))?;
    let mut out = language.to_ascii_lowercase();
    // Longer codes of languages that also have two letters.
    if let Some((_, short)) = LONG_CODES.iter().find(|(long, _)| *long == out) {
        out = (*short).to_owned();
    }
    // BCP 47 orders them: script, region, variants, extensions, private use.
    let mut stage = 0;
    let mut single = false;
    for subtag in subtags {
        let length = subtag.len();
        if length == 0 || length > 8 || !subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let lower = subtag.to_ascii_lowercase();
        let spelled = if stage == 4 {
            single = single && length == 1;
            lower
        } else if length == 1 {
            stage = 4;
            single = true;
            lower
        } else if length == 4 && is_letters(subtag) && stage < 1 {
            stage = 1;
            format!("{}{}", lower[..1].to_ascii_uppercase(), &lower[1..])
        } else if stage < 2 && ((length == 2 && is_letters(subtag)) || (length == 3 && is_digits(subtag))) {
            stage = 2;
            subtag.to_ascii_uppercase()
        } else if length >= 5 || (length == 4 && subtag.starts_with(|first: char| first.is_ascii_digit())) {
            stage = 3;
            lower
        } else {
            return None;
        };
        out.push('-');
        out.push_str(&spelled);
    }
    // A single letter announces something that must follow.
    (!single).then_some(out)
}

fn is_letters(subtag: &str) -> bool {
    subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_digits(subtag: &str) -> bool {
    subtag.bytes().all(|byte| byte.is_ascii_digit())
}

#[rustfmt::skip]
const LONG_CODES: &[(&str, &str)] = &[
    ("ara", "ar"), ("bul", "bg"), ("cat", "ca"), ("ces", "cs"), ("chi", "zh"), ("cze", "cs"), ("dan", "da"),
    ("deu", "de"), ("dut", "nl"), ("ell", "el"), ("eng", "en"), ("est", "et"), ("fin", "fi"), ("fra", "fr"),
    ("fre", "fr"), ("ger", "de"), ("gle", "ga"), ("gre", "el"), ("heb", "he"), ("hin", "hi"), ("hrv", "hr"),
    ("hun", "hu"), ("ind", "id"), ("isl", "is"), ("ita", "it"), ("jpn", "ja"), ("kor", "ko"), ("lat", "la"),
    ("lav", "lv"), ("lit", "lt"), ("nld", "nl"), ("nor", "no"), ("pol", "pl"), ("por", "pt"), ("ron", "ro"),
    ("rum", "ro"), ("rus", "ru"), ("slk", "sk"), ("slo", "sk"), ("slv", "sl"), ("spa", "es"), ("srp", "sr"),
    ("swe", "sv"), ("tha", "th"), ("tur", "tr"), ("ukr", "uk"), ("vie", "vi"), ("zho", "zh"),
];

/// Tags and the names that mean them, lower case: English, the language's own, and what archives print.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("af", &["afrikaans"]),
    ("ar", &["arabic", "العربية", "arabisch", "arabe"]),
    ("be", &["belarusian", "беларуская"]),
    ("bg", &["bulgarian", "български", "bulgarisch"]),
    ("bn", &["bengali", "bangla", "বাংলা"]),
    ("bs", &["bosnian", "bosanski"]),
    ("ca", &["catalan", "català", "katalanisch"]),
    ("cs", &["czech", "čeština", "český", "česky", "tschechisch"]),
    ("cy", &["welsh", "cymraeg"]),
    ("da", &["danish", "dansk", "dänisch"]),
    ("de", &["german", "deutsch", "allemand", "alemán", "tedesco", "немецкий"]),
    ("el", &["greek", "ελληνικά", "griechisch"]),
    ("en", &["english", "englisch", "anglais", "inglés", "ingles", "inglese", "английский"]),
    ("en-AU", &["australian english", "english (australia)"]),
    ("en-CA", &["canadian english", "english (canada)"]),
    ("en-GB", &["british english", "english (uk)", "english (british)", "uk english"]),
    ("en-US", &["american english", "english (us)", "english (american)", "us english"]),
    ("eo", &["esperanto"]),
    ("es", &["spanish", "español", "castellano", "spanisch", "espagnol", "spagnolo", "испанский"]),
    ("et", &["estonian", "eesti", "eesti keel"]),
    ("eu", &["basque", "euskara"]),
    ("fa", &["persian", "farsi", "فارسی"]),
    ("fi", &["finnish", "suomi", "finnisch"]),
    ("fil", &["filipino", "tagalog"]),
    ("fr", &["french", "français", "francais", "französisch", "francés", "francese", "французский"]),
    ("ga", &["irish", "gaeilge"]),
    ("gl", &["galician", "galego"]),
    ("he", &["hebrew", "עברית", "hebräisch"]),
    ("hi", &["hindi", "हिन्दी", "हिंदी"]),
    ("hr", &["croatian", "hrvatski"]),
    ("hu", &["hungarian", "magyar", "ungarisch"]),
    ("id", &["indonesian", "bahasa indonesia"]),
    ("is", &["icelandic", "íslenska"]),
    ("it", &["italian", "italiano", "italienisch", "italien", "итальянский"]),
    ("ja", &["japanese", "日本語", "japanisch", "japonais"]),
    ("ka", &["georgian", "ქართული"]),
    ("ko", &["korean", "한국어", "koreanisch"]),
    ("la", &["latin", "lingua latina", "latein"]),
    ("lt", &["lithuanian", "lietuvių", "lietuvių kalba"]),
    ("lv", &["latvian", "latviešu", "latviešu valoda"]),
    ("mk", &["macedonian", "македонски"]),
    ("ms", &["malay", "bahasa malaysia", "bahasa melayu"]),
    ("nb", &["bokmål", "norwegian bokmål", "norsk bokmål"]),
    ("nl", &["dutch", "nederlands", "niederländisch", "néerlandais"]),
    ("nn", &["nynorsk", "norwegian nynorsk", "norsk nynorsk"]),
    ("no", &["norwegian", "norsk", "norwegisch"]),
    ("pl", &["polish", "polski", "polnisch"]),
    ("pt", &["portuguese", "português", "portugues", "portugiesisch", "portugais"]),
    ("pt-BR", &["português brasileiro", "brazilian portuguese", "portuguese (brazil)"]),
    ("pt-PT", &["português europeu", "european portuguese", "portuguese (portugal)"]),
    ("ro", &["romanian", "română", "rumänisch"]),
    ("ru", &["russian", "русский", "russisch", "russe", "ruso", "russo"]),
    ("sk", &["slovak", "slovenčina"]),
    ("sl", &["slovenian", "slovenščina"]),
    ("sq", &["albanian", "shqip"]),
    ("sr", &["serbian", "српски", "srpski"]),
    ("sv", &["swedish", "svenska", "schwedisch"]),
    ("sw", &["swahili", "kiswahili"]),
    ("ta", &["tamil", "தமிழ்"]),
    ("th", &["thai", "ไทย"]),
    ("tlh", &["klingon", "tlhingan"]),
    ("tr", &["turkish", "türkçe", "türkisch"]),
    ("uk", &["ukrainian", "українська"]),
    ("ur", &["urdu", "اردو"]),
    ("vi", &["vietnamese", "tiếng việt"]),
    ("yi", &["yiddish", "ייִדיש"]),
    ("zh", &["chinese", "中文", "chinesisch", "chinois", "mandarin"]),
    ("zh-Hans", &["simplified chinese", "简体中文", "chinese (simplified)"]),
    ("zh-Hant", &["traditional chinese", "繁體中文", "chinese (traditional)"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_a_name() {
        for (tag, name) in
            [("de", "German"), ("EN", "English"), ("en-GB", "English (GB)"), ("zh-Hant", "Chinese (Hant)")]
        {
            assert_eq!(language_name(tag).as_deref(), Some(name));
        }
        assert_eq!(language_name("und"), None);
        assert_eq!(language_name(""), None);
    }

    #[test]
    fn languages_are_known_by_name_and_by_tag() {
        for (text, tag) in [
            ("English", "en"),
            (" Deutsch ", "de"),
            ("Français", "fr"),
            ("РУССКИЙ", "ru"),
            ("Português brasileiro", "pt-BR"),
            ("English (with some Latin)", "en"),
            ("中文-普通话 國語", "zh"),
            ("en", "en"),
            ("EN_us", "en-US"),
            ("eng", "en"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("de-1996", "de-1996"),
            ("es-419", "es-419"),
            ("en-x-pirate", "en-x-pirate"),
            ("grc", "grc"),
        ] {
            assert_eq!(parse_language(text).as_deref(), Some(tag), "{text}");
        }
    }

    #[test]
    fn what_is_no_language_stays_none() {
        for text in ["", "-", "whatever", "e", "en-", "en--US", "en-x", "en-US-US", "12", "en us", "no thanks", "日"] {
            assert_eq!(parse_language(text), None, "{text}");
        }
    }
}
