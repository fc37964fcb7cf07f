use super::*;
use crate::model::text::plain;

#[test]
fn a_page_is_told_by_its_beginning() {
    assert_eq!(likelihood("\u{feff}\n<!DOCTYPE html>\n<p>It rained."), 1.0);
    assert_eq!(likelihood("<?xml version=\"1.0\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\">"), 1.0);
    assert_eq!(likelihood("<html is what he typed, and it rained"), 1.0);
    assert_eq!(likelihood("<Why does it rain?> she thought."), 0.0);
}

#[test]
fn a_page_without_a_house_is_read_whole() {
    let manuscript = read("<html><head><title>The Moth</title></head><body><p>It rained.<p>She left.</body></html>", 0);
    let text: Vec<String> = manuscript.value.passages.iter().filter_map(|p| p.inlines().map(|i| plain(i))).collect();
    assert_eq!(text, ["It rained.", "She left."]);
}
