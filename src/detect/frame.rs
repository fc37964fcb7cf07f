//! The frame that an archive puts around a text: licence, transcription credits, a downloader's footer.

use super::survey::{Sight, Survey};
use super::{Detector, Finding, Meaning};

pub const DETECTOR: Detector = Detector { name: "frame", detect };

/// How far from either end a frame may reach, as a share of the passages.
const REACH: usize = 3;

fn detect(survey: &Survey) -> Vec<Finding> {
    let count = survey.sights.len();
    let mut findings = Vec::new();
    let start = survey.sights.iter().take(count / REACH + 60).position(|sight| starts_text(&sight.text));
    if let Some(start) = start {
        findings.push(Finding::new(
            Meaning::Frame,
            0..start + 1,
            0.98,
            format!("`{}` parts the archive's header from the text", survey.sights[start].text.trim()),
        ));
        // Whoever transcribed it stands next, before the title.
        let next = start + 1;
        if survey.sights.get(next).is_some_and(is_credit) {
            let mut end = next + 1;
            while end < count
                && survey.sights[end].gap_before <= 1
                && survey.sights[end].words <= 30
                && credit_goes_on(&survey.sights[end])
            {
                end += 1;
            }
            findings.push(Finding::new(
                Meaning::Frame,
                next..end,
                0.9,
                "says who transcribed the text for the archive",
            ));
        }
    }
    let tail = survey
        .sights
        .iter()
        .skip(start.unwrap_or(0))
        .position(|sight| ends_text(&sight.text))
        .map(|at| at + start.unwrap_or(0));
    if let Some(tail) = tail.filter(|tail| *tail > 0) {
        findings.push(Finding::new(
            Meaning::Frame,
            tail..count,
            0.98,
            format!("`{}` ends the text", short(&survey.sights[tail].text)),
        ));
    } else if let Some(last) = survey.sights.last().filter(|last| matches!(last.text.trim(), "End file." | "End file"))
    {
        findings.push(Finding::new(
            Meaning::Frame,
            count - 1..count,
            0.95,
            format!("`{}` is a downloader's footer", last.text.trim()),
        ));
    }
    if start.is_none() {
        for (index, sight) in survey.sights.iter().enumerate().take(40) {
            if is_credit(sight) {
                findings.push(Finding::new(
                    Meaning::Frame,
                    index..index + 1,
                    0.8,
                    "says who transcribed the text for the archive",
                ));
            }
        }
    }
    findings
}

fn short(text: &str) -> String {
    text.trim().chars().take(60).collect()
}

/// Whether a line parts an archive's header from the text: `*** START OF …`, or the end of the old small print.
pub(super) fn starts_text(text: &str) -> bool {
    let text = text.trim_start();
    if !text.starts_with('*') {
        return false;
    }
    let upper = text.to_uppercase();
    (upper.starts_with("***") || upper.starts_with("*END*"))
        && (upper.contains("START OF TH")
            || upper.contains("START OF PROJECT")
            || upper.contains("END THE SMALL PRINT")
            || upper.contains("*END*THE SMALL PRINT"))
        || upper.starts_with("*END*THE SMALL PRINT")
        || upper.starts_with("*END THE SMALL PRINT")
}

fn ends_text(text: &str) -> bool {
    let text = text.trim_start();
    if !text.starts_with(['*', 'E', 'e']) {
        return false;
    }
    let upper: String = text.chars().take(100).collect::<String>().to_uppercase();
    (upper.starts_with("***") && upper.contains("END OF TH") && upper.contains("PROJECT"))
        || (upper.starts_with("***") && upper.contains("END OF PROJECT"))
        || (upper.starts_with("END OF ") && upper.contains("PROJECT GUTENBERG"))
        || (upper.starts_with("END OF THE PROJECT"))
}

fn is_credit(sight: &Sight) -> bool {
    let start = sight.text.trim_start().trim_start_matches(['[', '(', '_', '*']);
    if !start.starts_with(['p', 'P', 'e', 'E', 't', 'T', 's', 'S', 'u', 'U']) {
        return false;
    }
    let lower: String = start.chars().take(60).collect::<String>().to_lowercase();
    (lower.starts_with("produced by")
        || lower.starts_with("e-text prepared by")
        || lower.starts_with("etext prepared by")
        || lower.starts_with("this etext was")
        || lower.starts_with("this ebook was")
        || lower.starts_with("transcribed from")
        || lower.starts_with("transcribed by")
        || lower.starts_with("this etext is prepared")
        || lower.starts_with("prepared by")
        || lower.starts_with("scanned by")
        || lower.starts_with("scanned and")
        || lower.starts_with("updated editions"))
        && sight.words <= 80
}

fn credit_goes_on(sight: &Sight) -> bool {
    let lower = sight.text.to_lowercase();
    [
        "proofread",
        "http",
        "www.",
        "distributed",
        "html version",
        "etext",
        "e-text",
        "ebook",
        "images",
        "internet archive",
        "project gutenberg",
        "online",
        "team",
        "scanned",
        "transcrib",
        "edition by",
        "second proof",
        "additional proof",
    ]
    .iter()
    .any(|word| lower.contains(word))
}
