//! How authors warn in German, Spanish, French, Italian, Russian and Portuguese: wordings beside the English ones of the
//! vocabularies, and the words that deny and measure; of Chinese and Japanese the chief terms, as items of a list. The lists of the archives are English; these are bindery's own
//! translations and the common words of such headers.

use crate::model::warning::{Intensity, Term};

use super::super::term_by_id;

/// Wordings that mean a term wherever they stand, as `Term::also`.
pub(super) fn also() -> impl Iterator<Item = (&'static str, &'static Term)> {
    entries(ALSO)
}

/// Wordings that mean a term only as all that an item says, as `Term::alone`.
pub(super) fn alone() -> impl Iterator<Item = (&'static str, &'static Term)> {
    entries(ALONE)
}

fn entries(
    table: &'static [(&'static str, &'static [&'static str])],
) -> impl Iterator<Item = (&'static str, &'static Term)> {
    table
        .iter()
        .filter_map(|(id, phrases)| Some((term_by_id(id)?, *phrases)))
        .flat_map(|(term, phrases)| phrases.iter().map(move |phrase| (*phrase, term)))
}

#[rustfmt::skip]
const ALSO: &[(&str, &[&str])] = &[
    ("Major Character Death", &[
        "tod einer hauptfigur", "tod eines hauptcharakters", "tod einer figur", "tod eines charakters", "charaktertod", "charaktertode", "hauptcharaktertod", "tod der hauptfigur", "hauptfigur stirbt",
        "muerte de personaje", "muerte de un personaje", "muerte de personajes", "muerte de un personaje principal", "muerte de personaje principal", "muerte de personajes principales", "muerte del protagonista", "muere un personaje",
        "mort d un personnage", "mort de personnage", "mort de personnages", "mort d un personnage principal", "mort de personnage principal", "mort du personnage principal", "décès d un personnage",
        "morte di un personaggio", "morte di personaggi", "morte del personaggio", "morte personaggio", "morte di un personaggio principale", "morte di personaggi principali", "morte del protagonista",
        "смерть персонажа", "смерти персонажа", "смерти персонажей", "смерть персонажей", "смерть основного персонажа", "смерть основных персонажей", "смерть главного героя", "смерть главного персонажа", "гибель персонажа",
        "morte de personagem", "morte de personagens", "morte de um personagem", "morte de personagem principal", "morte do protagonista", "角色死亡", "主要角色死亡", "主角死亡", "キャラクター死亡", "死ネタ", "キャラ死亡"]),
    ("death", &[
        "tod eines kindes", "leichen", "смерть второстепенных персонажей", "смерть второстепенного персонажа", "убийство", "убийства", "asesinato", "asesinatos", "meurtre", "meurtres", "omicidio", "omicidi",
        "assassinato", "assassinatos", "morde", "muerte de un niño", "mort d un enfant", "morte di un bambino", "morte de uma criança",
    ]),
    ("Rape/Non-Con", &[
        "vergewaltigung", "vergewaltigungen", "nicht einvernehmlich", "nicht einvernehmlicher sex", "sexuelle gewalt", "sexueller übergriff", "sexualisierte gewalt",
        "violación", "violacion", "violaciones", "agresión sexual", "abuso sexual", "sexo no consentido", "sexo no consensuado", "violencia sexual",
        "viol", "viols", "agression sexuelle", "violences sexuelles", "violence sexuelle", "non consentement", "relation non consentie", "non consentant",
        "stupro", "stupri", "violenza sessuale", "sesso non consensuale", "rapporto non consensuale",
        "изнасилование", "изнасилования", "насилие сексуального характера", "сексуальное насилие", "нон кон", "нонкон",
        "estupro", "estupros", "violência sexual", "sexo não consensual", "abuso sexual", "强奸", "強姦", "强暴", "非自愿", "非自愿性行为", "レイプ", "強姦描写"]),
    ("Underage Sex", &["sex mit minderjährigen", "minderjährige", "menores de edad", "sexo con menores", "sexe avec mineur", "personnage mineur", "minorenni", "rapporti con minorenni", "underage персонажи", "несовершеннолетние", "sexo com menores", "menor de idade", "pädophilie", "pedofilia", "pédophilie", "педофилия", "未成年", "未成年性行为"]),
    ("Graphic Depictions Of Violence", &["graphische gewalt", "grafische gewalt", "explizite gewalt", "explizite gewaltdarstellung", "violencia explícita", "violencia gráfica", "violencia explicita", "violence explicite", "violence graphique", "violences explicites", "violenza esplicita", "violenza grafica", "descrizioni grafiche di violenza", "violência explícita", "violência gráfica", "жестокость с подробностями", "графичные описания насилия", "暴力描写", "详细暴力描写", "暴力描寫"]),
    ("violence", &["gewalt", "gewaltdarstellung", "gewaltdarstellungen", "körperliche gewalt", "violencia", "violencia física", "violences", "violence physique", "scènes violentes", "scènes de violence", "gewaltszenen", "escenas violentas", "escenas de violencia", "scene violente", "scene di violenza", "сцены насилия", "cenas de violência", "violenza", "violenze", "violenza fisica", "насилие", "жестокость", "насилие и жестокость", "насилия", "жестокости", "violência", "violência física", "krieg und gewalt", "guerra e violenza", "暴力"]),
    ("gore", &["blut und gewalt", "blutig", "blutige szenen", "escenas sangrientas", "scènes sanglantes", "scene sanguinose", "кровь кишки", "кровавые сцены", "cenas sangrentas", "расчленёнка", "расчлененка", "血腥", "血腥描写", "グロ", "流血表現", "グロ表現"]),
    ("torture", &["folter", "folterung", "tortura", "torturas", "torturen", "torture physique", "tortures", "пытки", "пытка", "пыток", "酷刑", "拷問"]),
    ("suicide", &["selbstmord", "suizid", "selbstmordversuch", "suizidversuch", "suizidgedanken", "selbstmordgedanken", "selbsttötung", "suizidale gedanken", "suicidio", "suicidios", "intento de suicidio", "pensamientos suicidas", "ideación suicida", "tentative de suicide", "pensées suicidaires", "idées suicidaires", "tentato suicidio", "pensieri suicidi", "самоубийство", "самоубийства", "суицид", "суицидальные мысли", "попытка самоубийства", "попытка суицида", "suicídio", "tentativa de suicídio", "pensamentos suicidas", "ideação suicida", "自杀", "自殺"]),
    ("self-harm", &["selbstverletzung", "selbstverletzendes verhalten", "selbstverletzungen", "ritzen", "svv", "autolesión", "autolesiones", "autolesion", "autolesiones físicas", "automutilation", "scarification", "autolesionismo", "autolesionismi", "селфхарм", "селф харм", "самоповреждение", "самоповреждения", "причинение себе вреда", "automutilação", "autolesão", "autoagressão", "自残", "自殘", "自傷"]),
    ("abuse", &["missbrauch", "misshandlung", "misshandlungen", "sexueller missbrauch", "maltrato", "maltratos", "abusos", "maltraitance", "maltraitances", "maltrattamenti", "abusi", "жестокое обращение", "abuso físico", "maus tratos", "домогательства", "虐待"]),
    ("child-abuse", &["kindesmissbrauch", "kindesmisshandlung", "missbrauch von kindern", "abuso infantil", "maltrato infantil", "maltraitance d enfant", "maltraitance infantile", "maltraitance sur enfant", "abusi su minori", "abuso su minori", "насилие над детьми", "жестокое обращение с детьми"]),
    ("domestic-abuse", &["häusliche gewalt", "violencia doméstica", "violencia domestica", "violence domestique", "violences conjugales", "violence conjugale", "violenza domestica", "домашнее насилие", "violência doméstica", "violencia de género"]),
    ("emotional-abuse", &["psychische gewalt", "emotionaler missbrauch", "psychischer missbrauch", "abuso emocional", "maltrato psicológico", "violence psychologique", "violenza psicologica", "психологическое насилие", "violência psicológica", "моральное насилие", "mobbing", "acoso escolar", "harcèlement", "bullismo", "травля", "буллинг"]),
    ("animal-abuse", &["tierquälerei", "tod eines tieres", "tiertod", "maltrato animal", "muerte de animales", "muerte animal", "maltraitance animale", "mort d un animal", "maltrattamento di animali", "morte di animali", "morte di un animale", "жестокое обращение с животными", "смерть животных", "смерть животного", "morte de animais", "morte de animal", "maus tratos a animais"]),
    ("drugUse", &["drogenkonsum", "drogenmissbrauch", "alkoholmissbrauch", "alkoholkonsum", "consumo de drogas", "uso de drogas", "abuso de sustancias", "abuso de alcohol", "consumo de alcohol", "usage de drogue", "usage de drogues", "consommation de drogue", "consommation de drogues", "consommation d alcool", "uso di droghe", "uso di droga", "abuso di alcol", "употребление наркотиков", "наркотиков", "алкоголя", "употребление алкоголя", "наркотики", "алкоголь", "uso de drogas ilícitas", "consumo de álcool", "abuso de álcool"]),
    ("addiction", &["alkoholismus", "drogensucht", "alcoolisme", "alcoholismo", "alcolismo", "drogadicción", "toxicomanie", "tossicodipendenza", "наркомания", "алкоголизм", "наркозависимость", "alcoolismo", "dependência química"]),
    ("language", &["schimpfwörter", "vulgäre sprache", "derbe sprache", "kraftausdrücke", "lenguaje soez", "lenguaje vulgar", "lenguaje fuerte", "malas palabras", "palabrotas", "langage vulgaire", "langage grossier", "langage cru", "vulgarité", "gros mots", "linguaggio volgare", "linguaggio colorito", "linguaggio scurrile", "turpiloquio", "parolacce", "нецензурная лексика", "ненормативная лексика", "мат", "linguagem imprópria", "linguagem vulgar", "palavrões"]),
    ("sexuality", &["sexuelle inhalte", "sexuelle handlungen", "sexszenen", "sexszene", "explizite sexszenen", "contenido sexual", "escenas de sexo", "sexo explícito", "sexo explicito", "scènes de sexe", "scène de sexe", "contenu sexuel", "sexe explicite", "contenuti sessuali", "scene di sesso", "sesso esplicito", "секс", "постельные сцены", "эротика", "conteúdo sexual", "cenas de sexo", "кинк", "кинки", "бдсм"]),
    ("nudity", &["nacktheit", "desnudos", "desnudez", "nudité", "nudità", "нагота", "nudez"]),
    ("incest", &["inzest", "incesto", "inceste", "инцест", "乱伦", "亂倫", "近親相姦"]),
    ("dub-con", &["dubcon", "zweifelhafte einwilligung", "consentimiento dudoso", "consentement douteux", "consenso dubbio", "сомнительное согласие", "consentimento duvidoso", "дабкон"]),
    ("eating-disorder", &["essstörung", "essstörungen", "magersucht", "bulimie", "trastorno alimenticio", "trastornos alimenticios", "trastornos alimentarios", "troubles alimentaires", "trouble du comportement alimentaire", "troubles du comportement alimentaire", "anorexie", "disturbi alimentari", "disturbo alimentare", "расстройства пищевого поведения", "рпп", "анорексия", "булимия", "transtorno alimentar", "transtornos alimentares", "distúrbios alimentares"]),
    ("mental-illness", &["depressionen", "psychische erkrankung", "psychische erkrankungen", "psychische krankheit", "panikattacke", "panikattacken", "angststörung", "depresión", "depresion", "ataque de pánico", "ataques de pánico", "enfermedad mental", "dépression", "crise de panique", "crises de panique", "crise d angoisse", "maladie mentale", "depressione", "attacco di panico", "attacchi di panico", "malattia mentale", "депрессия", "панические атаки", "паническая атака", "птср", "психические расстройства", "depressão", "ataque de pânico", "ataques de pânico", "doença mental"]),
    ("abortion-miscarriage", &["fehlgeburt", "abtreibung", "aborto", "abortos", "aborto espontáneo", "fausse couche", "avortement", "aborto spontaneo", "аборт", "выкидыш"]),
    ("racism", &["rassismus", "racismo", "racisme", "razzismo", "расизм", "fremdenfeindlichkeit", "xenofobia", "xénophobie", "ксенофобия"]),
    ("homophobia", &["homophobie", "homofobia", "omofobia", "гомофобия", "queerfeindlichkeit"]),
    ("transphobia", &["transphobie", "transfobia", "трансфобия"]),
    ("misogyny", &["sexismus", "frauenfeindlichkeit", "misoginia", "machismo", "sexisme", "misogynie", "sessismo", "мизогиния", "сексизм"]),
    ("slavery", &["sklaverei", "esclavitud", "esclavage", "schiavitù", "рабство", "escravidão", "prostitution forcée", "zwangsprostitution"]),
    ("abduction", &["entführung", "secuestro", "enlèvement", "séquestration", "rapimento", "sequestro", "похищение"]),
    ("cannibalism", &["kannibalismus", "canibalismo", "cannibalisme", "cannibalismo", "каннибализм"]),
    ("drowning", &["ertrinken", "ahogamiento", "noyade", "annegamento", "утопление", "afogamento"]),
    ("body-horror", &["amputación", "verstümmelung", "mutilación", "mutilazione", "mutilação", "увечья", "бодихоррор"]),
    ("mpreg", &["männerschwangerschaft", "мпрег", "мужская беременность", "男性怀孕", "男男生子", "男性妊娠"]),
    ("infidelity", &["ehebruch", "infidelidad", "infidélité", "adultère", "tradimento", "измена", "infidelidade"]),
    ("terminal-illness", &["krebserkrankung", "enfermedad terminal", "maladie grave", "malattia terminale", "смертельные заболевания", "doença terminal"]),
    ("car-accident", &["autounfall", "verkehrsunfall", "accidente de coche", "accidente de auto", "accident de voiture", "incidente stradale", "автокатастрофа", "acidente de carro"]),
    ("dark-themes", &["temas oscuros", "thèmes sombres", "düstere themen", "temi oscuri", "тяжёлые темы"]),
];

#[rustfmt::skip]
const ALONE: &[(&str, &[&str])] = &[
    ("death", &["tod", "tote", "sterben", "mord", "muerte", "muertes", "mort", "morte", "morti", "смерть", "смерти"]),
    ("gore", &["blut", "sangre", "sang", "sangue", "кровь", "крови"]),
    ("drugUse", &["drogen", "alkohol", "drogas", "drogue", "drogues", "alcool", "droghe", "droga", "alcol", "álcool", "alcol e droghe"]),
    ("sexuality", &["sexo", "sexe", "sesso", "slash sex"]),
    ("violence", &["krieg", "guerra", "guerre", "война", "kämpfe", "peleas"]),
    ("abuse", &["abuso", "abus"]),
    ("addiction", &["sucht", "adicción", "dipendenza"]),
    ("mental-illness", &["angst und depression", "ansiedad", "anxiété", "ansia", "тревожность", "ansiedade", "trauma psicologico"]),
    ("language", &["obscenidades", "obscénités", "ругательства", "обсценная лексика"]),
];

/// Words that deny what stands behind them.
#[rustfmt::skip]
pub(super) const DENIES: &[&str] = &[
    "kein", "keine", "keinen", "keinerlei", "nicht", "ohne", "sin", "ninguna", "ningún", "ningun", "ni", "pas", "aucun", "aucune", "nessun", "nessuna", "nessuno", "senza",
    "niente", "нет", "без", "никаких", "не", "sem", "nenhum", "nenhuma", "não", "nao",
];

/// Words that may stand between these and a warning.
#[rustfmt::skip]
pub(super) const FILLS: &[&str] = &[
    "d", "l", "viel", "viele", "beaucoup", "mucha", "mucho", "molta", "molto", "много", "von", "der", "des", "dem", "den", "die", "das", "ein", "eine", "einer", "eines", "de", "del", "la", "el", "las", "los", "un", "una", "uno", "du", "le", "les", "une",
    "di", "della", "delle", "dei", "degli", "lo", "gli", "da", "do", "dos", "uma", "um", "о", "об", "на", "hay", "es", "gibt", "il", "enthält", "contiene", "contient", "contém", "есть", "содержит", "в", "mit", "con", "avec", "com", "с",
];

pub(super) fn measure(word: &str) -> Option<Intensity> {
    Some(match word {
        "erwähnt"
        | "erwähnung"
        | "erwähnungen"
        | "erwähnte"
        | "erwähnter"
        | "mención"
        | "mencion"
        | "menciones"
        | "mencionado"
        | "mencionada"
        | "mentionné"
        | "mentionnée"
        | "menzione"
        | "menzioni"
        | "menzionato"
        | "accenni"
        | "accenno"
        | "упоминание"
        | "упоминания"
        | "упоминается"
        | "menção"
        | "menções"
        | "évocation"
        | "evocación" => Intensity::Mentioned,
        "angedeutet" | "angedeutete" | "angedeuteter" | "andeutung" | "andeutungen" | "implícito" | "implícita"
        | "implicito" | "implicita" | "implicite" | "намёк" | "намек" | "намёки" | "намеки" => {
            Intensity::Implied
        }
        "vergangen" | "vergangene" | "vergangener" | "pasado" | "pasada" | "passé" | "passée" | "passato"
        | "прошлое" | "passado" => Intensity::Past,
        "leichte" | "leichter" | "milde" | "leve" | "leves" | "légère" | "léger" | "lieve" | "лёгкая" | "легкая"
        | "etwas" | "algo" => Intensity::Mild,
        "explizite" | "expliziter" | "grafische" | "graphische" | "explícita" | "explícito" | "explicite"
        | "esplicita" | "esplicito" | "подробное" | "extreme" => Intensity::Graphic,
        _ => return None,
    })
}

/// Phrases that say that there is nothing to warn of.
#[rustfmt::skip]
pub(super) const NOTHING: &[&str] = &[
    "keine warnungen", "keine warnung", "keine inhaltswarnungen", "keine triggerwarnungen", "sin advertencias", "ninguna advertencia", "aucun avertissement", "pas d avertissement",
    "pas d avertissements", "nessun avvertimento", "nessuna avvertenza", "предупреждений нет", "нет предупреждений", "без предупреждений", "sem avisos", "nenhum aviso", "sem advertências",
];

/// The same, as a whole answer.
#[rustfmt::skip]
pub(super) const NOTHING_ALONE: &[&str] = &[
    "keine", "keine nötig", "nichts", "entfällt", "ninguna", "ninguno", "nada", "aucun", "aucune", "rien", "néant", "nessuno", "nessuna", "niente", "нет", "отсутствуют", "не требуется", "nenhum", "nenhuma", "无", "無", "なし", "特になし",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::vocab::reading::phrase::words;

    #[test]
    fn every_row_names_a_known_term_and_every_phrase_is_as_it_is_matched() {
        for (id, phrases) in ALSO.iter().chain(ALONE) {
            assert!(term_by_id(id).is_some(), "{id}");
            for phrase in *phrases {
                let cut: Vec<_> = words(phrase).into_iter().map(|word| word.text).collect();
                assert_eq!(cut.join(" "), **phrase);
            }
        }
    }

    #[test]
    fn no_word_denies_and_measures() {
        let denies: BTreeSet<_> = DENIES.iter().collect();
        assert!(denies.iter().all(|word| measure(word).is_none() && !FILLS.contains(word)));
    }
}
