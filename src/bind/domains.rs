//! What the domains of content warnings are called in the languages of books.

use crate::model::warning::Term;

/// The name of a domain in a language; in English where the language is not here.
pub(super) fn name(domain: &'static Term, language: &str) -> &'static str {
    let Some(column) = LANGUAGES.iter().position(|known| *known == language) else { return domain.label };
    NAMES.iter().find(|(id, _)| *id == domain.id).map_or(domain.label, |(_, names)| names[column])
}

const LANGUAGES: [&str; 5] = ["de", "fr", "es", "it", "ru"];

#[rustfmt::skip]
const NAMES: &[(&str, [&str; 5])] = &[
    ("violence", ["Gewalt", "Violence", "Violencia", "Violenza", "Насилие"]),
    ("death", ["Tod", "Mort", "Muerte", "Morte", "Смерть"]),
    ("abuse", ["Missbrauch", "Maltraitance", "Abuso", "Abusi", "Жестокое обращение"]),
    ("sex", ["Sexualität", "Sexualité", "Sexualidad", "Sessualità", "Секс"]),
    ("mental-health", ["Psychische Gesundheit", "Santé mentale", "Salud mental", "Salute mentale", "Душевное здоровье"]),
    ("risky-behaviours", ["Riskantes Verhalten", "Conduites à risque", "Conductas de riesgo", "Comportamenti a rischio", "Рискованное поведение"]),
    ("stigma", ["Diskriminierung", "Discriminations", "Discriminación", "Discriminazione", "Дискриминация"]),
    ("disturbing-content", ["Verstörendes", "Contenu perturbant", "Contenido perturbador", "Contenuti disturbanti", "Тревожащее содержание"]),
    ("crime", ["Verbrechen", "Crimes", "Crimen", "Crimini", "Преступления"]),
    ("socio-political", ["Politik und Gesellschaft", "Politique et société", "Política y sociedad", "Politica e società", "Политика и общество"]),
    ("language", ["Sprache", "Langage", "Lenguaje", "Linguaggio", "Лексика"]),
    ("parental-guidance", ["Jugendschutz", "Accord parental", "Guía para padres", "Guida per i genitori", "Для взрослых"]),
    ("flashing-lights", ["Lichtblitze", "Lumières clignotantes", "Luces intermitentes", "Luci lampeggianti", "Вспышки света"]),
    ("objects", ["Gegenstände", "Objets", "Objetos", "Oggetti", "Предметы"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab;

    #[test]
    fn every_domain_has_its_names() {
        for (id, names) in NAMES {
            let domain = vocab::domain_by_name(id).unwrap();
            assert_eq!((name(domain, "de"), name(domain, "ru")), (names[0], names[4]));
            assert_eq!(name(domain, "nl"), domain.label);
        }
        let domains = vocab::VOCABULARIES.iter().find(|vocabulary| vocabulary.name == "neon").unwrap().terms;
        assert_eq!(domains.len(), NAMES.len());
    }
}
