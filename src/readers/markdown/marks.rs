//! Marks of Markdown within a line: emphasis, links, pictures.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType};

use crate::model::story::DropReason;
use crate::model::text::Inline;

use super::events::{Opened, Picture, Reader};
use super::inlines::{Mark, Opener};
use super::links;
use super::notices::Notice;

impl Reader<'_> {
    pub(super) fn open(&mut self, mark: Mark, range: &Range<usize>) {
        if self.picture.is_some() {
            self.opened.push(Opened::Nothing);
            return;
        }
        self.flush();
        self.begin_if_none(range);
        self.openers += 1;
        let opener = Opener::Markdown(self.openers);
        self.builder.open(opener, mark);
        self.opened.push(Opened::Mark(opener));
    }

    pub(super) fn close(&mut self, range: &Range<usize>) {
        match self.opened.pop() {
            Some(Opened::Mark(opener)) => {
                self.flush();
                self.builder.close(opener);
            }
            Some(Opened::Tilde) => self.add("~", &(range.end.max(1) - 1..range.end)),
            Some(Opened::Brackets) => {
                let page = self.page;
                let start = self.last_end.clamp(range.start, range.end);
                self.add(page.text.get(start..range.end).unwrap_or("]"), &(start..range.end));
            }
            Some(Opened::Nothing) | None => {}
        }
        self.last_end = range.end;
    }

    pub(super) fn start_link(&mut self, link_type: LinkType, target: &str, title: &CowStr<'_>, range: Range<usize>) {
        self.covered.push(range.clone());
        let line = self.page.line(range.start);
        if self.picture.is_some() {
            let target = self.page.restored(target).into_owned();
            self.leave_out(DropReason::Address, target, line);
            self.opened.push(Opened::Nothing);
            return;
        }
        let target = self.page.restored(target);
        let address = if link_type == LinkType::Email { format!("mailto:{target}") } else { target.into_owned() };
        if link_type == LinkType::Inline && !address.is_empty() && !links::is_address(&address) {
            self.add("[", &(range.start..range.start + 1));
            self.opened.push(Opened::Brackets);
            self.last_end = range.start + 1;
            return;
        }
        if !title.is_empty() && link_type == LinkType::Inline {
            let title = self.page.restored(title).into_owned();
            self.leave_out(DropReason::Tooltip, title, line);
        }
        match links::followed(&address) {
            Some(target) => self.open(Mark::Link(target), &range),
            None => {
                if !address.is_empty() {
                    self.notices.add(Notice::LinkNotKept, line, &address);
                    self.leave_out(DropReason::Address, address, line);
                }
                self.open(Mark::Nothing, &range);
            }
        }
    }

    pub(super) fn end_picture(&mut self) {
        match &mut self.picture {
            Some(picture) if picture.inner > 0 => picture.inner -= 1,
            _ => {
                if let Some(picture) = self.picture.take() {
                    self.show(picture);
                }
            }
        }
    }

    pub(super) fn show(&mut self, picture: Picture) {
        let Picture { key, title, alt, line, .. } = picture;
        self.see_words("picture", line);
        let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
        let scheme = key.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if key.is_empty() || ["data", "javascript", "file"].contains(&scheme.as_str()) {
            if !key.is_empty() {
                self.notices.add(Notice::LinkNotKept, line, &key);
                // The bytes of a picture are no words.
                let key = if scheme == "data" { scheme } else { key };
                self.leave_out(DropReason::Address, key, line);
            }
            if !title.is_empty() {
                self.leave_out(DropReason::Tooltip, title, line);
            }
            self.builder.text(&alt);
            return;
        }
        if !title.is_empty()
            && let Some(text) = &mut self.text
        {
            text.titles.push((title, line));
        }
        self.builder.push(Inline::Image { key, alt });
    }
}
