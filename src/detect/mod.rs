//! Detectors guess what a manuscript means. They look and report; they change nothing and see no other detector's findings.
