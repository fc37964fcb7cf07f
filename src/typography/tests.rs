//! Pairs of before and after; a line that is its own after must stay as it is.

use super::*;
use crate::model::block::{Paragraph, VerseLine};
use crate::model::text::{Style, plain};

const N: &str = "\u{202f}";
const B: &str = "\u{a0}";

/// `~` stands for a no-break space and `^` for a narrow one; a missing after means that nothing changes.
type Case = (&'static str, &'static str);

#[rustfmt::skip]
const ENGLISH: &[Case] = &[
    // Double marks.
    (r#""Hello," she said."#, "“Hello,” she said."),
    (r#"She said, "Hello.""#, "She said, “Hello.”"),
    (r#""Go," he said, "and stay.""#, "“Go,” he said, “and stay.”"),
    (r#""But I--""#, "“But I—”"),
    (r#""But I--" he began."#, "“But I—” he began."),
    (r#""But I-" he began."#, "“But I—” he began."),
    ("'But I-' he began.", "‘But I—’ he began."),
    ("they came a-'untin' us", "they came a-’untin’ us"),
    (r#""But I -" he began."#, "“But I –” he began."),
    (r#""But I--"he began."#, "“But I—”he began."),
    (r#"He said--"Go!""#, "He said—“Go!”"),
    (r#""Yes"--he paused--"no.""#, "“Yes”—he paused—“no.”"),
    (r#"he laughed,"--of course.""#, "he laughed,“—of course.”"),
    (r#""...and then?""#, "“…and then?”"),
    (r#""--and then?""#, "“—and then?”"),
    (r#""...""#, "“…”"),
    (r#""Well..." "...what?""#, "“Well…” “…what?”"),
    (r#"("Why?")"#, "(“Why?”)"),
    (r#"Why ("for what")?"#, "Why (“for what”)?"),
    (r#"The so-called "friend"."#, "The so-called “friend”."),
    (r#""One" and "two"; "three"."#, "“One” and “two”; “three”."),
    (r#"He never "got" it"#, "He never “got” it"),
    (r#""Unclosed, and the next goes on"#, "“Unclosed, and the next goes on"),
    (r#""Hello, " she said."#, "“Hello,” she said."),
    (r#"" Hello," she said."#, "“Hello,” she said."),
    (r#"Then: " Hello," she said."#, "Then: “Hello,” she said."),
    (r#""Hello,"she said, "there.""#, "“Hello,”she said, “there.”"),
    (r#"She said,"Hello.""#, "She said,“Hello.”"),
    (r#""Is it 'now' or 'never'?""#, "“Is it ‘now’ or ‘never’?”"),
    (r#""'Go,' he told me.""#, "“‘Go,’ he told me.”"),
    (r#""He told me, 'Go.'""#, "“He told me, ‘Go.’”"),
    (r#""He told me, 'Go!'" she said."#, "“He told me, ‘Go!’” she said."),
    (r#"'"Go," he said,' she wrote."#, "‘“Go,” he said,’ she wrote."),
    (r#"*"Go!"* she thought."#, "*“Go!”* she thought."),
    ("``Hello,'' she said.", "“Hello,” she said."),
    ("''Hello,'' she said.", "“Hello,” she said."),
    (",,Hello,'' she said.", "“Hello,” she said."),
    ("He called it `nice' and left.", "He called it ‘nice’ and left."),
    ("He didn`t go.", "He didn’t go."),
    ("He didn´t go.", "He didn’t go."),
    ("“Hello,” she said.", ""),
    ("“Hello,\" she said. \"Go.”", "“Hello,” she said. “Go.”"),
    // Apostrophes.
    ("Don't. Can't. Won't.", "Don’t. Can’t. Won’t."),
    ("It's the boys' room.", "It’s the boys’ room."),
    ("James' car and James's house", "James’ car and James’s house"),
    ("'Tis the season.", "’Tis the season."),
    ("'tis, 'twas, 'twere", "’tis, ’twas, ’twere"),
    ("Get 'em, boys!", "Get ’em, boys!"),
    (r#""Get 'em!" he cried."#, "“Get ’em!” he cried."),
    (r#""'Tis late," he said."#, "“’Tis late,” he said."),
    (r#""'Cause I said so," he said."#, "“’Cause I said so,” he said."),
    ("rock 'n' roll", "rock ’n’ roll"),
    ("rock 'n roll", "rock ’n roll"),
    ("Rock 'N' Roll", "Rock ’N’ Roll"),
    ("the '90s and the 1990's", "the ’90s and the 1990’s"),
    ("the summer of '69", "the summer of ’69"),
    ("back in '98, he said", "back in ’98, he said"),
    ("singin' and dancin' all night", "singin’ and dancin’ all night"),
    (r#""I'm goin' home," he said."#, "“I’m goin’ home,” he said."),
    ("O'Brien and d'Artagnan", "O’Brien and d’Artagnan"),
    ("the '80s' best film", "the ’80s’ best film"),
    ("fo'c's'le", "fo’c’s’le"),
    ("He was 'round the corner.", "He was ’round the corner."),
    ("y'all'd've", "y’all’d’ve"),
    (r#""'E said 'e didn' know, guv.""#, "“’E said ’e didn’ know, guv.”"),
    (r#""I saw 'im an' 'er.""#, "“I saw ’im an’ ’er.”"),
    ("Thinkin' o' you", "Thinkin’ o’ you"),
    ("Noakes and Co.'s ledger", "Noakes and Co.’s ledger"),
    (r#""Not only are the 'e's' blurred.""#, "“Not only are the ‘e’s’ blurred.”"),
    (r#""The 'e,' and the 't' are worn.""#, "“The ‘e,’ and the ‘t’ are worn.”"),
    (r#""'Dear sir, I have your letter"#, "“‘Dear sir, I have your letter"),
    (r#""'Ello, love," he said."#, "“’Ello, love,” he said."),
    // Single quotations.
    ("'Bloody hell...' he thought.", "‘Bloody hell…’ he thought."),
    ("'I can't do this,' she thought.", "‘I can’t do this,’ she thought."),
    ("'The boys' room is theirs,' he said.", "‘The boys’ room is theirs,’ he said."),
    ("'Tis the season,' he sang.", "‘Tis the season,’ he sang."),
    ("'What?' she asked. 'Why?'", "‘What?’ she asked. ‘Why?’"),
    ("'He said \"no\" to me,' she told them.", "‘He said “no” to me,’ she told them."),
    ("A 'friend' of mine", "A ‘friend’ of mine"),
    ("Some 'things' and 'others' here", "Some ‘things’ and ‘others’ here"),
    ("'...what?' he asked.", "‘…what?’ he asked."),
    ("He wrote: 'Stay away.'", "He wrote: ‘Stay away.’"),
    ("('Why?' he wondered.)", "(‘Why?’ he wondered.)"),
    ("She sang 'Hello' and 'Goodbye'.", "She sang ‘Hello’ and ‘Goodbye’."),
    ("'Oh--'", "‘Oh—’"),
    // Primes.
    (r#"He was 6'2" tall."#, "He was 6′2″ tall."),
    (r#"He was 6' 2" tall."#, "He was 6′ 2″ tall."),
    (r#"a 30" screen"#, "a 30″ screen"),
    (r#""I'm 30" he said."#, "“I’m 30” he said."),
    (r#""I'm 30.""#, "“I’m 30.”"),
    (r#""He was 6'2"," she said."#, "“He was 6′2″,” she said."),
    (r#""It is 30" wide," he said."#, "“It is 30″ wide,” he said."),
    (r#""It's 30," he said, "or 40""#, "“It’s 30,” he said, “or 40”"),
    ("He was 6' tall.", "He was 6′ tall."),
    ("5'10 and strong", "5′10 and strong"),
    ("the year 1920's end", "the year 1920’s end"),
    // Dashes.
    ("one--two", "one—two"),
    ("one -- two", "one — two"),
    ("one---two", "one—two"),
    ("one - two", "one – two"),
    ("Wait -- what?", "Wait — what?"),
    ("well-known mother-in-law", ""),
    ("Mr. B---- of C----", ""),
    ("the war, 1914-18, and after", "the war, 1914–18, and after"),
    ("1914-1918", "1914–1918"),
    ("03-21-13", ""),
    ("2003-12", ""),
    ("2003-04-15", ""),
    ("call 555-1234 now", ""),
    ("call 1-800-555-1234", ""),
    ("see pp. 12-15", "see pp. 12–15"),
    ("scores of 3-2", ""),
    ("5 - 3 = 2", ""),
    ("git commit --amend-all", ""),
    ("ls --color=auto", ""),
    ("<!-- hidden -->", ""),
    ("a -> b", ""),
    ("- an item", ""),
    (r#"the "pre-" and the "post-""#, "the “pre-” and the “post-”"),
    (r#""Wha-""#, "“Wha—”"),
    ("-----", ""),
    ("* * *", ""),
    ("~*~", ""),
    ("-x-x-", "-x-x-"),
    ("Already — set – here", ""),
    ("e--mail d--n", "e—mail d—n"),
    ("T-t-turn", ""),
    // Ellipses.
    ("Wait...", "Wait…"),
    ("Wait....", "Wait…."),
    ("Wait ... what?", "Wait~… what?"),
    ("Wait . . . what?", "Wait~… what?"),
    ("Wait. . . what?", "Wait… what?"),
    ("Wait.. what?", ""),
    ("Really?...", "Really?…"),
    ("Really?..", ""),
    ("What...?", "What…?"),
    ("so ...and then", "so …and then"),
    ("Wait.......", "Wait…"),
    ("Chapter One ........ 12", ""),
    ("version 1.2.3", ""),
    ("Wait… what", ""),
    (r#""Oh ..." he said."#, "“Oh~…” he said."),
    // Spaces.
    ("one  two   three", "one two three"),
    ("one\ttwo", "one two"),
    ("  edges  ", "edges"),
    ("word .", ""),
    ("one~two", ""),
    // What is no prose.
    ("https://example.org/it's--here...now", ""),
    ("(see http://example.org/a--b).", ""),
    ("write to o'neil--x@example.org, please", ""),
    ("www.example.org/a--b is 'nice'", "www.example.org/a--b is ‘nice’"),
    ("", ""),
    ("Plain words, no marks.", ""),
];

#[rustfmt::skip]
const GERMAN: &[Case] = &[
    (r#""Hallo", sagte er."#, "„Hallo“, sagte er."),
    (r#"Er sagte: "Geh!""#, "Er sagte: „Geh!“"),
    (r#""Er rief 'Halt!' und lief", sagte sie."#, "„Er rief ‚Halt!‘ und lief“, sagte sie."),
    ("Wie geht's? Ich hab's.", "Wie geht’s? Ich hab’s."),
    ("Hans' Haus", "Hans’ Haus"),
    ("'s ist Krieg und 'ne Not", "’s ist Krieg und ’ne Not"),
    (",,Hallo\", sagte er.", "„Hallo“, sagte er."),
    (",,Hallo'', sagte er.", "„Hallo“, sagte er."),
    ("„Hallo\", sagte er.", "„Hallo“, sagte er."),
    ("„Hallo“, sagte er.", ""),
    ("»Hallo«, sagte er.", ""),
    ("Das - so sagt man - geht.", "Das – so sagt man – geht."),
    ("Das -- so sagt man -- geht.", "Das — so sagt man — geht."),
    ("Warte...", "Warte…"),
    (r#""Aber ich-""#, "„Aber ich—“"),
    ("1914-18", "1914–18"),
    ("Haus- und Hofarbeit", ""),
    (r#"Er ist 1,80 m. "Groß?""#, "Er ist 1,80 m. „Groß?“"),
    ("Was?!", ""),
];

#[rustfmt::skip]
const FRENCH: &[Case] = &[
    (r#""Bonjour", dit-il."#, "«^Bonjour^», dit-il."),
    ("« Bonjour », dit-il.", "«^Bonjour^», dit-il."),
    ("«Bonjour», dit-il.", "«^Bonjour^», dit-il."),
    ("Quoi ? Non !", "Quoi^? Non^!"),
    ("Quoi? Non!", ""),
    ("Il dit : oui ; non.", "Il dit~: oui^; non."),
    ("l'homme d'aujourd'hui", "l’homme d’aujourd’hui"),
    ("- Bonjour, dit-il.", "— Bonjour, dit-il."),
    ("-- Bonjour, dit-il.", "— Bonjour, dit-il."),
    ("Il est 10:30.", ""),
    ("http://example.fr/a?b=c", ""),
    ("Il rit :-)", ""),
    ("«^Bonjour^», dit-il.", ""),
    (r#""Tu es 'fou' !" dit-il."#, "«^Tu es “fou”^!^» dit-il."),
    ("Attends...", "Attends…"),
    ("Il vint - enfin - ici.", "Il vint – enfin – ici."),
];

#[rustfmt::skip]
const SPANISH: &[Case] = &[
    ("--Hola --dijo él.", "—Hola —dijo él."),
    ("—Hola —dijo él.", ""),
    ("- Hola.", "— Hola."),
    (r#"Pensó: "No puede ser"."#, "Pensó: “No puede ser”."),
    (r#""¿Qué?", dijo."#, "“¿Qué?”, dijo."),
    (r#"¿"Qué"?"#, "¿“Qué”?"),
    (r#"Dijo "¡No!" y salió."#, "Dijo “¡No!” y salió."),
    ("«Hola», dijo.", ""),
    ("Espera...", "Espera…"),
    ("uno - dos", "uno — dos"),
];

#[rustfmt::skip]
const ITALIAN: &[Case] = &[
    (r#""Ciao", disse."#, "«Ciao», disse."),
    ("l'amico dell'uomo", "l’amico dell’uomo"),
    ("un po' di pane", "un po’ di pane"),
    ("gli anni '70", "gli anni ’70"),
    ("'Sto ragazzo", "’Sto ragazzo"),
    ("E' vero.", "E’ vero."),
    ("«Ciao», disse.", ""),
    ("- Ciao, disse.", "— Ciao, disse."),
    ("Aspetta...", "Aspetta…"),
];

#[rustfmt::skip]
const RUSSIAN: &[Case] = &[
    (r#""Привет", - сказал он."#, "«Привет», — сказал он."),
    ("- Привет, - сказал он.", "— Привет, — сказал он."),
    ("-- Привет, -- сказал он.", "— Привет, — сказал он."),
    (r#"Он читал "Войну и мир"."#, "Он читал «Войну и мир»."),
    ("«Привет», — сказал он.", ""),
    ("кто-то где-нибудь", ""),
    ("Подожди...", "Подожди…"),
    ("Что?..", ""),
    ("1941-1945", "1941–1945"),
];

#[rustfmt::skip]
const OTHERS: &[(&str, &str, &str)] = &[
    ("pl", r#""Cześć" - powiedział."#, "„Cześć” – powiedział."),
    ("pl", "- Cześć.", "– Cześć."),
    ("cs", r#""Ahoj," řekl."#, "„Ahoj,“ řekl."),
    ("sv", r#""Hej", sa han."#, "”Hej”, sa han."),
    ("nl", r#""Hallo," zei hij, "'s avonds.""#, "“Hallo,” zei hij, “’s avonds.”"),
    ("nl", "'t Is laat.", "’t Is laat."),
    ("pt-BR", r#""Olá", disse."#, "“Olá”, disse."),
    ("pt-PT", r#""Olá", disse."#, "«Olá», disse."),
    ("de-CH", r#""Hallo", sagte er."#, "«Hallo», sagte er."),
    ("fi", r#""Hei", hän sanoi."#, "”Hei”, hän sanoi."),
    ("da", r#""Hej," sagde han."#, "“Hej,” sagde han."),
    ("hu", r#""Szia" - mondta."#, "„Szia” – mondta."),
    ("zz", r#""It's" -- so..."#, r#""It's" — so…"#),
    ("", r#""It's"  so"#, r#""It's" so"#),
    ("ja", r#""はい" - それ"#, r#""はい" - それ"#),
];

fn marked(text: &str) -> String {
    text.replace('~', B).replace('^', N)
}

fn check(language: &str, cases: &[Case]) {
    let locale = Locale::by_language(language);
    let mut wrong = Vec::new();
    for (before, after) in cases {
        // "~*~" is an ornament and no space.
        let ornament = *before == "~*~";
        let before = if ornament { before.to_string() } else { marked(before) };
        let expected = if after.is_empty() { before.clone() } else { marked(after) };
        // By itself as a paragraph, so that what the text uses has its say.
        let found = set_paragraph(&before, locale);
        if found != expected {
            wrong.push(format!("{before:?}: {found:?}, not {expected:?}"));
        }
        let again = set_paragraph(&found, locale);
        if again != found {
            wrong.push(format!("not stable: {before:?}: {found:?}, then {again:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

fn paragraph(inlines: Inlines) -> Block {
    Block::Paragraph(Paragraph::new(inlines))
}

fn set_paragraph(text: &str, locale: &'static Locale) -> String {
    let mut blocks = [paragraph(vec![Inline::text(text)])];
    set_blocks(&mut blocks, locale);
    let Block::Paragraph(found) = &blocks[0] else { unreachable!() };
    plain(&found.inlines)
}

#[test]
fn english() {
    check("en", ENGLISH);
}

#[test]
fn german() {
    check("de-AT", GERMAN);
}

#[test]
fn french() {
    check("fr", FRENCH);
}

#[test]
fn spanish() {
    check("es", SPANISH);
}

#[test]
fn italian() {
    check("it", ITALIAN);
}

#[test]
fn russian() {
    check("ru", RUSSIAN);
}

#[test]
fn other_languages() {
    for (language, before, after) in OTHERS {
        check(language, &[(before, after)]);
    }
}

#[test]
fn a_quotation_opens_before_an_emphasis_and_closes_inside() {
    let mut blocks = [paragraph(vec![
        Inline::text("\"Go"),
        Inline::styled(
            Style::Emphasis,
            vec![Inline::text("--now!\" "), Inline::styled(Style::Strong, vec![Inline::text("'Oh...'")])],
        ),
        Inline::text("  he said"),
        Inline::styled(Style::Code, vec![Inline::text("\"a--b\"")]),
        Inline::NoteRef("1".into()),
        Inline::text("\"Yes.\""),
    ])];
    set_blocks(&mut blocks, Locale::by_language("en"));
    let expected = paragraph(vec![
        Inline::text("“Go"),
        Inline::styled(
            Style::Emphasis,
            vec![Inline::text("—now!” "), Inline::styled(Style::Strong, vec![Inline::text("‘Oh…’")])],
        ),
        Inline::text(" he said"),
        Inline::styled(Style::Code, vec![Inline::text("\"a--b\"")]),
        Inline::NoteRef("1".into()),
        Inline::text("“Yes.”"),
    ]);
    assert_eq!(blocks[0], expected);
}

#[test]
fn a_text_keeps_the_marks_that_it_uses() {
    let set_all = |texts: &[&str], language: &str| -> Vec<String> {
        let mut blocks: Vec<Block> = texts.iter().map(|text| paragraph(vec![Inline::text(*text)])).collect();
        set_blocks(&mut blocks, Locale::by_language(language));
        blocks.iter().map(|block| crate::model::block::plain_blocks([block]).trim_end().to_string()).collect()
    };
    assert_eq!(set_all(&["»Ja«, sagte er.", "»Nein«, sagte sie.", "\"Gut.\""], "de")[2], "»Gut.«");
    assert_eq!(set_all(&["„Yes”, said he.", "„No”, said she.", "\"Good.\""], "en")[2], "„Good.”");
    assert_eq!(set_all(&["“Sí”, dijo.", "“No”, dijo.", "\"Bien\"."], "es-ES")[2], "“Bien”.");
    assert_eq!(set_all(&["‘Go,’ he said.", "'Now,' he said. 'Twas late."], "en")[1], "‘Now,’ he said. ’Twas late.");
    // Speech in single marks: a paragraph that the next one continues opens all the same.
    assert_eq!(
        set_all(&["'Go,' he said.", "'Yes,' she said. 'I will and", "'so will you.'"], "en")[1],
        "‘Yes,’ she said. ‘I will and"
    );
}

#[test]
fn verse_is_one_run_and_keeps_its_spaces_and_code_stays() {
    let line = |text: &str| VerseLine { indent: 0, inlines: vec![Inline::text(text)] };
    let mut blocks = [
        Block::Verse(vec![vec![line("'O come,  she said"), line("and stay -- the night.'")]]),
        Block::Preformatted("\"a  --  b\"...".into()),
        Block::SceneBreak,
    ];
    set_blocks(&mut blocks, Locale::by_language("en"));
    assert_eq!(blocks[0], Block::Verse(vec![vec![line("‘O come,  she said"), line("and stay — the night.’")]]));
    assert_eq!(blocks[1], Block::Preformatted("\"a  --  b\"...".into()));
}

#[test]
fn a_foreign_passage_is_set_by_its_own_rules() {
    let foreign = |text: &str| Inline::Foreign { language: "fr".into(), inlines: vec![Inline::text(text)] };
    let mut blocks = [paragraph(vec![Inline::text("\"He said "), foreign("\"Non !\""), Inline::text(".\"")])];
    set_blocks(&mut blocks, Locale::by_language("en"));
    let expected = marked("«^Non^!^»");
    assert_eq!(blocks[0], paragraph(vec![Inline::text("“He said "), foreign(&expected), Inline::text(".”")]));
}

#[test]
fn a_story_says_where_its_marks_do_not_pair() {
    use crate::model::manuscript::{Lines, Located};
    use crate::model::story::{Chapter, Heading, Role};
    let texts = ["\"One,\" he said. \"Two", "\"and three.\"", "No\" end.", "Fine."];
    let blocks = (1..)
        .zip(texts)
        .map(|(line, text)| Located::new(Lines::new(0, line..line + 1), paragraph(vec![Inline::text(text)])))
        .collect();
    let heading = Some(Heading { title: vec![Inline::text("It's Late...")], ..Heading::default() });
    let chapter =
        Chapter { role: Role::Chapter, level: 1, heading, notes: Vec::new(), blocks, lines: Lines::new(0, 1..5) };
    let mut story = Story { chapters: vec![chapter], ..Story::default() };
    story.metadata.title = Some("Ain't It \"Late\"".into());
    let mut unknown = story.clone();
    let diagnostics = set(&mut story, "en");
    assert_eq!(
        diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.lines.clone())).collect::<Vec<_>>(),
        [("quotes-unpaired", Some(3..4))]
    );
    assert_eq!(story.metadata.title.as_deref(), Some("Ain’t It “Late”"));
    assert_eq!(plain(&story.chapters[0].heading.as_ref().unwrap().title), "It’s Late…");
    assert_eq!(set(&mut unknown, "ja")[0].code, "quotes-left-straight");
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "\"",
            "'",
            "`",
            "``",
            "''",
            ",,",
            "-",
            "--",
            "---",
            " - ",
            ".",
            "..",
            "...",
            ". . .",
            " ",
            "  ",
            "\t",
            "«",
            "»",
            "“",
            "”",
            "„",
            "‘",
            "’",
            "…",
            "—",
            "word",
            "Is",
            "s",
            "tis",
            "n",
            "30",
            "1914",
            "18",
            "é",
            "ж",
            "(",
            ")",
            ",",
            "?",
            "!",
            ":",
            ";",
            "\u{a0}",
            "\u{202f}",
            "*",
            "_",
            "http://a.b/c",
            "a@b.c",
            "www.",
            "´",
            "\u{fffc}",
        ]);
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    fn inlines() -> impl Strategy<Value = Inlines> {
        let leaf = prop_oneof![
            8 => pieces().prop_filter("texts are not empty", |text| !text.is_empty()).prop_map(Inline::Text),
            1 => Just(Inline::LineBreak),
            1 => Just(Inline::NoteRef("1".into())),
        ];
        let node = leaf.prop_recursive(3, 24, 4, |inner| {
            let style = prop::sample::select(vec![Style::Emphasis, Style::Strong, Style::Code]);
            (style, prop::collection::vec(inner, 1..4)).prop_map(|(style, inner)| Inline::Styled(style, inner))
        });
        prop::collection::vec(node, 0..6)
    }

    fn letters(text: &str) -> String {
        text.chars().filter(|character| character.is_alphanumeric()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn no_word_changes_and_twice_is_once(inlines in inlines(), language in prop::sample::select(vec!["en", "de", "fr", "es", "it", "ru", "nl", "sv", "und"])) {
            let locale = Locale::by_language(language);
            let mut blocks = [paragraph(inlines.clone())];
            set_blocks(&mut blocks, locale);
            let Block::Paragraph(once) = blocks[0].clone() else { unreachable!() };
            prop_assert_eq!(letters(&plain(&inlines)), letters(&plain(&once.inlines)));
            set_blocks(&mut blocks, locale);
            let Block::Paragraph(twice) = &blocks[0] else { unreachable!() };
            prop_assert_eq!(&once, twice);
        }

        #[test]
        fn any_text_is_set(text in "\\PC{0,60}") {
            let set = set_line(&text, Locale::by_language("en"));
            prop_assert_eq!(letters(&text), letters(&set));
        }
    }
}

#[test]
fn the_space_inside_of_guillemets_is_read_alike_before_and_after_it_is_narrow() {
    let french = Locale::by_language("fr");
    for text in ["mot« '", "mot«\u{202f}'", "mot« \u{202f}'", "mot »\u{202f}'"] {
        let once = set_paragraph(text, french);
        assert_eq!(set_paragraph(&once, french), once, "{text}");
    }
}
