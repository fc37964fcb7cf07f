//! Tables of data against tables that only arrange a page. Old pages stand in tables as a whole; these are opened up.

use super::dom::{NodeId, Page};

/// What a table is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableUse {
    /// Columns that belong together.
    Data,
    /// Names and values, as the head of a story has: each row is a line.
    Labels,
    /// It only says where on the page things stand.
    Layout,
}

/// Characters of the longest cell of data; more is prose.
const LONGEST_CELL: usize = 200;

/// Looks through a table, not further than to the first thing that no table of data holds.
pub(super) fn table_use(page: &Page, table: NodeId) -> TableUse {
    let mut rows: Vec<u32> = Vec::new();
    let (mut cells, mut filled, mut labels) = (0u32, 0u32, 0u32);
    let mut seen = 0usize;
    for id in page.descendants(table).skip(1) {
        seen += 1;
        if seen > 20_000 {
            return TableUse::Layout;
        }
        match page.name(id) {
            "table" | "h1" | "h2" | "h3" | "hr" | "ul" | "ol" | "form" | "iframe" | "blockquote" | "pre" | "dl" => {
                return TableUse::Layout;
            }
            "tr" => rows.push(0),
            "td" | "th" => {
                if let Some(row) = rows.last_mut() {
                    *row += 1;
                }
                let mut length = 0;
                let mut paragraphs = 0;
                let mut last = ' ';
                for inner in page.descendants(id) {
                    if let Some(text) = page.text(inner) {
                        length += text.trim().len();
                        last = text.trim_end().chars().last().unwrap_or(last);
                    }
                    paragraphs += u32::from(page.name(inner) == "p");
                    if length > LONGEST_CELL || paragraphs > 2 {
                        return TableUse::Layout;
                    }
                }
                cells += 1;
                filled += u32::from(length > 0);
                labels += u32::from(rows.last() == Some(&1) && last == ':');
            }
            _ => {}
        }
    }
    rows.retain(|cells| *cells > 0);
    let widest = rows.iter().copied().max().unwrap_or(0);
    let like = rows.iter().filter(|cells| **cells == widest).count();
    if widest == 2 && labels as usize * 2 >= rows.len() {
        return TableUse::Labels;
    }
    if rows.len() >= 2 && widest >= 2 && like * 5 >= rows.len() * 4 && filled * 2 >= cells {
        TableUse::Data
    } else {
        TableUse::Layout
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str) -> TableUse {
        let page = Page::parse(html);
        table_use(&page, page.find(Page::ROOT, |id| page.name(id) == "table").unwrap())
    }

    #[test]
    fn rows_of_like_cells_are_data() {
        assert_eq!(of("<table><tr><th>Boat<th>Crew<tr><td>Wren<td>4<tr><td>Gull<td>6</table>"), TableUse::Data);
        assert_eq!(of("<table><tr><td>Title:<td>The Moth<tr><td>Author:<td>Ann</table>"), TableUse::Labels);
    }

    #[test]
    fn what_arranges_a_page_is_opened() {
        assert_eq!(of("<table><tr><td>menu<td>It rained.</table>"), TableUse::Layout);
        assert_eq!(of("<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table></table>"), TableUse::Layout);
        assert_eq!(of(&format!("<table><tr><td>a<td>b<tr><td>c<td>{}</table>", "rain ".repeat(60))), TableUse::Layout);
        assert_eq!(of("<table></table>"), TableUse::Layout);
    }
}
