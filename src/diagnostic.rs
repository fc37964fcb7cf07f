//! What the tool has to say about its own work: remarks, warnings, errors, each with place, fault and way out.
//!
//! Never confuse a [`Diagnostic`] with a content warning of a story ([`crate::model::warning::Warning`]): the first is
//! said by the tool to the person who binds, the second by the author to the reader.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the book is right.
    Remark,
    /// Somebody should look; the book may not be what the author meant.
    Warning,
    /// No book can be made of this.
    Error,
}

impl Severity {
    /// The word printed in front of a message.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Remark => "remark",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One thing that the tool noticed.
///
/// `message` is lower case without a full stop, with code in backticks; `hint` says the way out in the same style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// A stable kebab-case name, such as `chapter-number-skipped`.
    pub code: &'static str,
    pub severity: Severity,
    /// Where: a file's name or path as the user gave it; empty when the whole story is meant.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// One-based lines of that file, end exclusive; `None` when no line can be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<Range<u32>>,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Diagnostic {
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Diagnostic { code, severity, file: String::new(), lines: None, message: message.into(), hint: None }
    }

    pub fn remark(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Remark, message)
    }

    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    pub fn at(mut self, lines: Range<u32>) -> Self {
        self.lines = Some(lines);
        self
    }

    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = file.into();
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// `warning[chapter-number-skipped]: stories/moth.txt:412: chapter 7 follows chapter 5`, and the hint on a second line.
impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}[{}]: ", self.severity.word(), self.code)?;
        if !self.file.is_empty() {
            write!(out, "{}:", self.file)?;
            if let Some(lines) = &self.lines {
                write!(out, "{}:", lines.start)?;
            }
            write!(out, " ")?;
        } else if let Some(lines) = &self.lines {
            write!(out, "line {}: ", lines.start)?;
        }
        write!(out, "{}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(out, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

/// A value together with what was noticed while making it.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosed<T> {
    pub value: T,
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Diagnosed<T> {
    /// A value about which there is nothing to say.
    pub fn clean(value: T) -> Self {
        Diagnosed { value, diagnostics: Vec::new() }
    }

    pub fn with(value: T, diagnostics: Vec<Diagnostic>) -> Self {
        Diagnosed { value, diagnostics }
    }
}
