//! Filters as people write them, and over which stories.

use proptest::prelude::*;

use super::*;
use crate::model::date::PartialDate;
use crate::model::metadata::SeriesPart;
use crate::model::record::{RecordedWarning, RecordedWarnings};
use crate::model::warning::{Term, Vocabulary, WarnedBy, WarningState};
use crate::vocab;

fn moth() -> BookRecord {
    let warning = |label: &str| RecordedWarning { label: label.into(), chapters: Vec::new(), by: WarnedBy::Author };
    BookRecord {
        title: Some("The Möth at No. 10".into()),
        authors: vec!["Ann O’Hara".into(), "Bo".into()],
        language: Some("en-GB".into()),
        fandoms: vec!["The Salt Road - A. Writer".into(), "Lamplight".into()],
        relationships: vec!["Joanna/Bea".into()],
        tags: vec!["Hurt/Comfort".into(), "slow burn".into()],
        rating: Some("PG-13".into()),
        warnings: RecordedWarnings {
            state: Some(WarningState::Stated),
            list: vec![warning("Major Character Death"), warning("needles, many of them")],
        },
        series: vec![SeriesPart { name: "Night".into(), index: Some("2".into()) }],
        published: PartialDate::parse("2003-05-09"),
        updated: PartialDate::parse("2004"),
        status: Some("Complete".into()),
        source: Some("https://archiveofourown.org/works/1".into()),
        words: Some(4999),
        chapters: Some(3),
        ..BookRecord::default()
    }
}

fn meets(record: &BookRecord, filter: &str) -> bool {
    let parsed = Filter::parse(filter).unwrap_or_else(|fault| panic!("{fault}"));
    let candidate = Candidate::new(record, "fic/Old Site/moth.txt");
    let meets = parsed.matches(&candidate);
    assert_eq!(meets, parsed.against(&candidate).is_empty(), "{filter}: reasons and answer agree");
    meets
}

#[test]
fn conditions_that_a_story_meets_and_does_not() {
    let record = moth();
    for filter in [
        "rating<=teen and words<5000 and not warning:gore",
        "words<5k",
        "words>=4.999K",
        "words=4999",
        "words:4999",
        "words != 5000",
        "words>4_000",
        "chapters in (1, 3)",
        "title:moth",
        "title=\"the moth at no. 10\"",
        "title~oth",
        "title:'No. 10'",
        "author:o'hara",
        "author=Bo",
        "author=“Ann O'Hara”",
        "by:ann",
        "author != Ann",
        "author in (Cleo, bo)",
        "fandom:\"salt road\"",
        "fandom=lamplight",
        "fandom not in (Other)",
        "not fandom=other",
        "ship:bea",
        "relationship=joanna/bea",
        "tag:hurt",
        "tag:\"SLOW  BURN\"",
        "tag~omfor",
        "rating=teen",
        "rating=PG-13",
        "rating:T",
        "rating<R",
        "rating>=general",
        "rating~pg",
        "rating!=mature",
        "warning:\"Major Character Death\"",
        "warning:MCD",
        "warning=\"major character death\"",
        "warning:death",
        "warning:needles",
        "warning~needle",
        "not warning:violence",
        "warned",
        "not unwarned",
        "warning in (gore, death)",
        "language=en",
        "language=English",
        "lang:en-gb",
        "language!=de",
        "language in (German, English)",
        "series=night",
        "status=complete",
        "status=finished",
        "status!=wip",
        "published=2003",
        "published=2003-05",
        "published>=2003-05",
        "published<2004",
        "published<=2003-05-09",
        "published='9 May 2003'",
        "updated>2003-12",
        "updated<=2004-06",
        "updated>=2004-06",
        "year=2003",
        "year<=2003",
        "source:archiveofourown.org",
        "folder=fic",
        "folder:old",
        "folder=\"fic/old site\"",
        "path:moth.txt",
        "summary=none",
        "genre = none",
        "title != none",
        "words<1 or words>10",
        "(words<1 or words>10) and chapters=3",
        "words<1 and chapters=9 or year=2003",
        "WORDS < 5000 AND NOT (chapters>5 OR year=2001)",
        "words<5000 && !(chapters>5 || year=2001)",
        "words≤5000",
    ] {
        assert!(meets(&record, filter), "{filter}");
        assert!(!meets(&record, &format!("not ({filter})")), "{filter}");
    }
    for filter in [
        "title:mot",
        "author:Hara-Kiri",
        "author=Ann",
        "ship:ann",
        "warning:gore",
        "warning:violence",
        "unwarned",
        "rating<teen",
        "rating>teen",
        "rating=none",
        "language=en-US",
        "words>=5k",
        "published=2003-06",
        "updated=2004-06",
        "updated<2004-06",
        "summary:moth",
        "warning=none",
        "warning:needle",
    ] {
        assert!(!meets(&record, filter), "{filter}");
    }
}

#[test]
fn what_a_story_does_not_say_meets_no_condition() {
    let silent = BookRecord::default();
    for filter in [
        "words<5000",
        "words>=0",
        "rating<=explicit",
        "rating>general",
        "rating:teen",
        "warning:death",
        "published>1000",
        "title:moth",
        "language=en",
        "year<3000",
        "warned",
        "warning=none",
    ] {
        assert!(!meets(&silent, filter), "{filter}");
        assert!(meets(&silent, &format!("not {filter}")), "{filter}");
    }
    for filter in
        ["rating=none", "rating=\"not rated\"", "rating in (none, teen)", "words=none", "unwarned", "warning=unknown"]
    {
        assert!(meets(&silent, filter), "{filter}");
    }
    let unrated = BookRecord { rating: Some("Not Rated".into()), ..moth() };
    assert!(meets(&unrated, "rating=none") && !meets(&unrated, "rating<=explicit"));
    let odd = BookRecord { rating: Some("three cups of tea".into()), ..moth() };
    assert!(meets(&odd, "rating=none") && meets(&odd, "rating~tea"));
}

#[test]
fn silence_refusal_and_none_are_three_things() {
    let with = |state| BookRecord { warnings: RecordedWarnings { state: Some(state), list: Vec::new() }, ..moth() };
    let (none, withheld, unknown) =
        (with(WarningState::NoneApply), with(WarningState::Withheld), with(WarningState::Unknown));
    assert!(meets(&none, "warning=none and warned") && meets(&none, "warning:\"No Archive Warnings Apply\""));
    assert!(meets(&withheld, "unwarned and warning=\"chose not to use archive warnings\""));
    assert!(meets(&unknown, "unwarned and warning=unknown"));
    assert!(!meets(&withheld, "warning=none") && !meets(&unknown, "warning=none"));
}

#[test]
fn every_rating_that_is_recorded_by_its_label_has_its_level() {
    for vocabulary in vocab::VOCABULARIES {
        for term in vocabulary.terms {
            let level = vocab::rating_level(term);
            if level > crate::model::warning::RatingLevel::NotRated {
                assert_eq!(vocab::rating(term.label).map(vocab::rating_level), Some(level), "{}", term.label);
            }
        }
    }
}

#[test]
fn every_known_warning_is_found_by_its_own_label_and_by_its_domain() {
    for term in vocab::VOCABULARIES.iter().flat_map(|vocabulary| vocabulary.terms) {
        let Some(domain) = vocab::domain(term) else { continue };
        let list = vec![RecordedWarning { label: term.label.into(), chapters: Vec::new(), by: WarnedBy::Author }];
        let record = BookRecord { warnings: RecordedWarnings { state: Some(WarningState::Stated), list }, ..moth() };
        for name in [term.label, domain.label, domain.id] {
            assert!(meets(&record, &format!("warning:\"{name}\"")), "{} by {name}", term.label);
        }
    }
}

#[test]
fn terms_of_a_persons_own_are_known() {
    static TERMS: [Term; 1] = [Term {
        id: "clowns",
        label: "Clowns",
        authority: "own",
        also: &["clowns", "coulrophobia"],
        alone: &[],
        domain: Some("objects"),
    }];
    let own = Vocabulary { name: "own", authority: "own", source: "here", terms: &TERMS };
    let list = vec![RecordedWarning { label: "Clowns".into(), chapters: Vec::new(), by: WarnedBy::Author }];
    let record = BookRecord { warnings: RecordedWarnings { state: None, list }, ..BookRecord::default() };
    for filter in ["warning:coulrophobia", "warning:objects", "warning=clowns"] {
        let filter = Filter::parse_with(filter, Some(&own)).unwrap();
        assert!(filter.matches(&Candidate::new(&record, "")) && filter.remarks().is_empty());
    }
    let unknown = Filter::parse("warning:coulrophobia").unwrap();
    assert_eq!(unknown.remarks()[0].code, "warning-unknown");
    assert_eq!(
        Filter::parse("warning:\"Major Charcter Death\"").unwrap().remarks()[0].hint.as_deref(),
        Some("did you mean `Major Character Death`?")
    );
}

#[test]
fn reasons_say_what_the_story_says() {
    let record = moth();
    let reasons =
        |filter: &str| Filter::parse(filter).unwrap().against(&Candidate::new(&record, "fic/moth.txt")).join("; ");
    assert_eq!(reasons("rating<=general and words<5000"), "rated `PG-13`");
    assert_eq!(reasons("not warning:death and words<100"), "warns of Major Character Death; 4999 words");
    assert_eq!(reasons("warning:gore"), "does not warn of `gore`");
    assert_eq!(reasons("unwarned"), "its author warns");
    assert_eq!(reasons("fandom=x or genre=y"), "fandom The Salt Road - A. Writer, Lamplight; genre not known");
    assert_eq!(reasons("not (words>1 and chapters=3)"), "4999 words; 3 chapters");
    assert_eq!(reasons("folder=x"), "folder `fic`");
    assert_eq!(reasons("warning != death"), "warns of Major Character Death");
    assert_eq!(reasons("published<2000"), "published 2003-05-09");
}

/// A wrong filter, the message with the marked place, and the beginning of the hint.
#[test]
fn errors_say_where_and_what_instead() {
    for (filter, message, hint) in [
        (
            "worsd<5000",
            "there is no field `worsd`\n  worsd<5000\n  ^^^^^",
            "did you mean `words`? the fields are title ",
        ),
        ("", "the filter is empty\n  \n  ^", "write a condition"),
        ("words", "expected a sign behind `words`\n  words\n       ^", "write it so: `words<5000`"),
        ("words 5000", "expected a sign behind `words`\n  words 5000\n        ^^^^", "write it so"),
        ("words<", "expected a value behind `<`\n  words<\n        ^", "write it so"),
        ("words<many", "`many` is no number\n  words<many\n        ^^^^", "write a whole number"),
        ("words<1.5", "`1.5` is no number\n  words<1.5\n        ^^^", "write a whole number"),
        ("words<10,000", "expected `and` or `or` before `,`\n  words<10,000\n          ^", "several words"),
        (
            "fandom:Salt Road",
            "expected `and` or `or` before `Road`\n  fandom:Salt Road\n              ^^^^",
            "several words of one value",
        ),
        (
            "title<b",
            "`<` cannot be asked of `title`\n  title<b\n       ^",
            "the signs for it are `=` `!=` `:` `~` `in`",
        ),
        ("rating<=tean", "no rating is known as `tean`\n  rating<=tean\n          ^^^^", "did you mean `teen`?"),
        (
            "rating<none",
            "`none` is neither more nor less than anything\n  rating<none\n         ^^^^",
            "write `rating=none`",
        ),
        ("published>soon", "`soon` is no date\n  published>soon\n            ^^^^", "write a year"),
        ("language=Elvish", "no language is known as `Elvish`\n  language=Elvish\n           ^^^^^^", "write its name"),
        ("(words<5", "this bracket is not closed\n  (words<5\n  ^", "write a `)`"),
        ("words<5)", "this bracket closes none\n  words<5)\n         ^", "take it out"),
        ("title:\"moth", "this quotation mark is not closed\n  title:\"moth\n        ^", "write one behind"),
        ("words<5 and", "expected a condition behind this\n  words<5 and\n             ^", "a condition is"),
        ("and words<5", "expected a condition before `and`\n  and words<5\n  ^^^", "a condition is"),
        ("\"moth\"", "expected a field before this value\n  \"moth\"\n  ^^^^^^", "say which field: `title:\"moth\"`"),
        (
            "fandom in Salt",
            "expected `(` behind `in`\n  fandom in Salt\n            ^^^^",
            "write the values in brackets",
        ),
        ("fandom in (a b)", "expected `,` or `)` before `b`\n  fandom in (a b)\n               ^", "several words"),
        (
            "warning:\"no gore\"",
            "a warning is named without `no`\n  warning:\"no gore\"\n          ^^^^^^^^^",
            "write `not warning:",
        ),
        ("unwarmed", "there is no field `unwarmed`\n  unwarmed\n  ^^^^^^^^", "did you mean `unwarned`?"),
    ] {
        let fault = Filter::parse(filter).expect_err(filter);
        assert_eq!(fault.message, message, "{filter}");
        assert!(fault.hint.as_deref().unwrap_or_default().starts_with(hint), "{filter}: {:?}", fault.hint);
    }
}

#[test]
fn a_long_filter_is_shown_around_its_fault() {
    let long = format!("{}worsd<5 and {}", "words<5 and ".repeat(40), "words<5 and ".repeat(40));
    let fault = Filter::parse(&long).expect_err("a fault");
    let lines: Vec<&str> = fault.message.lines().collect();
    assert!(lines[1].starts_with("  …") && lines[1].ends_with('…') && lines[1].chars().count() < 130);
    let caret = lines[2].find('^').unwrap();
    assert_eq!(lines[1].chars().skip(caret).take(5).collect::<String>(), "worsd");
}

#[test]
fn depth_is_bounded_and_length_is_not() {
    let deep = |count: usize| format!("{}words<5{}", "(".repeat(count), ")".repeat(count));
    assert!(Filter::parse(&deep(60)).is_ok());
    assert!(Filter::parse(&deep(100_000)).is_err());
    assert!(Filter::parse(&format!("{}words<5", "not ".repeat(100_000))).is_err());
    assert!(Filter::parse(&vec!["words<5"; 20_000].join(" or ")).is_ok());
}

#[test]
fn filters_are_joined_by_and() {
    let parse = |text| Filter::parse(text).unwrap();
    assert_eq!(Filter::all([]), None);
    assert_eq!(Filter::all([parse("words<5")]).unwrap().to_string(), "words<5");
    let joined = Filter::all([parse("words<5 and year=2003"), parse("warned or title:a")]).unwrap();
    assert_eq!(joined.to_string(), "words<5 and year=2003 and (warned or title:a)");
}

/// Filters that are right, nested.
fn filters() -> impl Strategy<Value = String> {
    let quoted =
        |text: String| format!("\"{}\"", text.replace(['\\', '"', '“', '”', '„', '‟', '«', '»', '″', '＂'], "\\“"));
    let text = prop_oneof![
        "[a-z]{1,8}".prop_filter("no word of the language", |word| !["and", "or", "not", "in"].contains(&&**word)),
        "[ -~]{0,8}x\\PC{0,6}".prop_map(quoted),
        Just("none".to_owned()),
        Just("“a b”".to_owned()),
        Just("'it's'".to_owned())
    ];
    let test = prop_oneof![
        ("(title|author|fandom|tag|series|status|path)", "=|!=|:|~| = ", text.clone())
            .prop_map(|(field, sign, value)| field + &sign + &value),
        ("(words|chapters|year)", "=|!=|<|<=|>|>=|:", "[0-9]{1,6}k?")
            .prop_map(|(field, sign, value)| field + &sign + &value),
        ("(published|updated)", "=|<|<=|≥", "(19|20)[0-9]{2}(-0[1-9])?")
            .prop_map(|(field, sign, value)| field + &sign + &value),
        "rating(=|<=|>)(teen|PG-13|'NC-17'|mature)",
        "warning(:|=|!=)(death|violence|\"Major Character Death\"|none|unknown|spiders)",
        proptest::collection::vec(text, 1..4).prop_map(|values| format!("fandom in ({})", values.join(", "))),
        "warned|unwarned|language=(en|German|pt-BR)|tag not in \\(a, b\\)",
    ];
    test.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" and "))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|any| format!("({})", any.join(" OR "))),
            inner.prop_map(|one| format!("not {one}")),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(filter in filters()) {
        let parsed = Filter::parse(&filter).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        let printed = parsed.to_string();
        let again = Filter::parse(&printed).map_err(|fault| TestCaseError::fail(format!("{printed}: {fault}")))?;
        prop_assert_eq!(&again, &parsed);
        prop_assert_eq!(again.to_string(), printed);
        let record = moth();
        let candidate = Candidate::new(&record, "a/b");
        prop_assert_eq!(parsed.matches(&candidate), parsed.against(&candidate).is_empty());
    }

    #[test]
    fn noise_is_refused_in_words(noise in "\\PC{0,60}") {
        if let Err(fault) = Filter::parse(&noise) {
            prop_assert!(fault.hint.is_some() && fault.message.contains('^'));
        }
    }

    #[test]
    fn noise_of_its_own_words_is_refused_in_words(words in proptest::collection::vec("and|or|not|in|\\(|\\)|,|words|title|<|<=|=|:|~|!|\"|'|“|5k|none|teen|warning|rating|\\\\| ", 0..24)) {
        let noise = words.concat();
        match Filter::parse(&noise) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()).unwrap(), filter),
            Err(fault) => prop_assert!(fault.hint.is_some() && fault.message.contains('^')),
        }
    }
}

/// The section of the manual on choosing: its examples are filters, and its fields are all fields.
#[test]
fn the_manual_says_what_is_so() {
    let manual = include_str!("../../docs/manual.md");
    let section = manual.split("### Choosing stories").nth(1).unwrap().split("\n### ").next().unwrap();
    let tables: Vec<&str> =
        section.split("|---|---|\n").skip(1).map(|table| table.split("\n\n").next().unwrap()).collect();
    let code = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<String>>();
    let rows = |table: &str| table.lines().map(|row| code(row.split('|').nth(1).unwrap())).collect::<Vec<_>>();
    let examples = rows(tables[0]);
    assert!(examples.len() >= 12);
    for example in examples.concat() {
        let filter = Filter::parse(&example).unwrap_or_else(|fault| panic!("{fault}"));
        assert!(filter.remarks().is_empty(), "{example}");
    }
    let mut fields = rows(tables[1]);
    assert_eq!(fields.pop().unwrap(), ["warned", "unwarned"]);
    let known =
        FIELDS.iter().map(|row| std::iter::once(&row.name).chain(row.others).map(|name| (*name).to_owned()).collect());
    assert_eq!(fields, known.collect::<Vec<Vec<String>>>());
    // What else the section names as a condition.
    for condition in section
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| code.starts_with("rating<") || code.starts_with("rating=") || code.starts_with("warning="))
    {
        assert!(Filter::parse(condition).is_ok(), "{condition}");
    }
    for order in section.split("`--sort ").skip(1).map(|rest| rest.split('`').next().unwrap()) {
        assert!(Sort::parse(order).is_ok(), "{order}");
    }
}
