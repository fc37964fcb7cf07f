//! Which domain each term is grouped under, and which terms of the trade's lists it falls under.
//!
//! Where the mappings come from: the domains are those whose description in the NEON paper (its table of the fourteen
//! domains) names the thing; ONIX codes follow the labels of list 203 ("violence", "abuse", "self-harm" …); IPTC terms
//! follow their definitions in the NewsCodes. No list states a mapping to another, so every row is bindery's own judgement
//! of "falls under", and a dash stands where none of a list's terms is broader.

use super::{OF_WARNINGS, iptc, neon, onix203};
use crate::model::warning::Term;

/// The NEON domain of a warning's term; `None` for a person's own term that states none.
pub fn domain(term: &Term) -> Option<&'static Term> {
    let id = term.domain.or_else(|| row(term).map(|row| row.1))?;
    neon::TERMS.iter().find(|domain| domain.id == id)
}

/// Every domain, in the order of the list.
pub fn domains() -> &'static [Term] {
    neon::TERMS
}

/// The domain that a person names, by its id or label in any case.
pub fn domain_by_name(name: &str) -> Option<&'static Term> {
    let name = name.trim();
    let same = |text: &str| text.eq_ignore_ascii_case(name) || text.replace('-', " ").eq_ignore_ascii_case(name);
    neon::TERMS.iter().find(|domain| same(domain.id) || same(domain.label))
}

/// The terms of the standards' lists that a term falls under, itself left out.
pub fn falls_under(term: &Term) -> Vec<&'static Term> {
    let Some((_, _, onix, iptc)) = row(term) else { return Vec::new() };
    let in_list = |terms: &'static [Term], id: &str| terms.iter().find(|broader| broader.id == id && *broader != term);
    let onix = in_list(onix203::VOCABULARY.terms, onix);
    let iptc = in_list(iptc::VOCABULARY.terms, iptc);
    iptc.into_iter().chain(onix).collect()
}

type Row = (&'static str, &'static str, &'static str, &'static str);

fn row(term: &Term) -> Option<&'static Row> {
    let is_known = OF_WARNINGS.iter().any(|vocabulary| vocabulary.authority == term.authority);
    ROWS.iter().find(|row| is_known && row.0 == term.id)
}

/// A term, its domain, the code of ONIX list 203 and the IPTC term.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("Graphic Depictions Of Violence", "violence", "04", "violence"),
    ("Major Character Death", "death", "02", "death"),
    ("Rape/Non-Con", "abuse", "08", "sexuality"),
    ("Underage Sex", "abuse", "03", "sexuality"),
    ("abduction", "crime", "02", "violence"),
    ("ableism", "stigma", "07", "-"),
    ("abortion-miscarriage", "disturbing-content", "02", "-"),
    ("abuse", "abuse", "08", "suffering"),
    ("animal-abuse", "abuse", "08", "suffering"),
    ("child-abuse", "abuse", "08", "suffering"),
    ("domestic-abuse", "abuse", "08", "violence"),
    ("emotional-abuse", "abuse", "08", "suffering"),
    ("addiction", "risky-behaviours", "05", "drugUse"),
    ("asphyxiation", "violence", "04", "violence"),
    ("drowning", "disturbing-content", "02", "suffering"),
    ("bestiality", "sex", "03", "sexuality"),
    ("body-horror", "disturbing-content", "02", "suffering"),
    ("cannibalism", "disturbing-content", "02", "-"),
    ("dub-con", "abuse", "03", "sexuality"),
    ("eating-disorder", "mental-health", "02", "-"),
    ("gore", "disturbing-content", "04", "violence"),
    ("homophobia", "stigma", "07", "-"),
    ("incest", "sex", "03", "sexuality"),
    ("mental-illness", "mental-health", "02", "-"),
    ("misogyny", "stigma", "07", "-"),
    ("mpreg", "disturbing-content", "02", "-"),
    ("nazism", "socio-political", "07", "-"),
    ("necrophilia", "sex", "03", "sexuality"),
    ("racism", "stigma", "07", "-"),
    ("real-world-trauma", "socio-political", "02", "suffering"),
    ("religion", "socio-political", "02", "-"),
    ("self-harm", "mental-health", "09", "suffering"),
    ("slavery", "crime", "08", "suffering"),
    ("suicide", "mental-health", "09", "death"),
    ("temporary-death", "death", "02", "death"),
    ("torture", "violence", "04", "violence"),
    ("transphobia", "stigma", "07", "-"),
    ("dark-themes", "disturbing-content", "02", "-"),
    ("angst", "disturbing-content", "02", "suffering"),
    ("infidelity", "disturbing-content", "02", "-"),
    ("vomiting", "disturbing-content", "02", "-"),
    ("age-difference", "sex", "02", "-"),
    ("terminal-illness", "disturbing-content", "02", "suffering"),
    ("car-accident", "disturbing-content", "02", "suffering"),
    ("death", "death", "02", "death"),
    ("drugUse", "risky-behaviours", "05", "drugUse"),
    ("fantasyViolence", "violence", "04", "fantasyViolence"),
    ("language", "language", "06", "language"),
    ("nudity", "sex", "03", "nudity"),
    ("sexuality", "sex", "03", "sexuality"),
    ("suffering", "disturbing-content", "02", "suffering"),
    ("violence", "violence", "04", "violence"),
    ("00", "parental-guidance", "00", "-"),
    ("01", "parental-guidance", "01", "-"),
    ("02", "disturbing-content", "02", "-"),
    ("03", "sex", "03", "sexuality"),
    ("04", "violence", "04", "violence"),
    ("05", "risky-behaviours", "05", "drugUse"),
    ("06", "language", "06", "language"),
    ("07", "stigma", "07", "-"),
    ("08", "abuse", "08", "-"),
    ("09", "mental-health", "09", "-"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_has_its_row_and_every_row_its_terms() {
        let terms: Vec<&Term> = OF_WARNINGS.iter().flat_map(|vocabulary| vocabulary.terms).collect();
        for term in &terms {
            assert!(domain(term).is_some(), "{}", term.id);
            assert_eq!(ROWS.iter().filter(|row| row.0 == term.id).count(), 1, "{}", term.id);
        }
        assert_eq!(terms.len(), ROWS.len());
        for (id, _, onix, iptc) in ROWS {
            assert!(onix203::VOCABULARY.terms.iter().any(|term| term.id == *onix), "{id}");
            assert!(*iptc == "-" || iptc::VOCABULARY.terms.iter().any(|term| term.id == *iptc), "{id}");
        }
    }

    #[test]
    fn broader_terms_are_found_and_none_is_its_own() {
        let suicide = super::super::term_by_id("suicide").unwrap();
        let ids: Vec<_> = falls_under(suicide).iter().map(|term| term.id).collect();
        assert_eq!(ids, ["death", "09"]);
        assert_eq!(domain(suicide).unwrap().label, "Mental health");
        let violence = super::super::term_by_id("violence").unwrap();
        assert_eq!(falls_under(violence).iter().map(|term| term.id).collect::<Vec<_>>(), ["04"]);
        assert_eq!(domain_by_name("mental health").unwrap().id, "mental-health");
        assert!(domain_by_name("spiders").is_none());
    }
}
