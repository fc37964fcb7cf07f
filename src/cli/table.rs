//! Tables for people, fitted to the terminal: first the columns that are missed least go, then the widest are cut.

use console::Alignment;

use super::terminal::{column, fit};

/// Columns of the widest cell: room for every name of a book, but not for the title of a story without a line end.
pub const WIDEST: usize = 120;

/// A column of a table.
pub struct Column {
    pub heading: &'static str,
    numeric: bool,
    /// Narrower than this it says little: others go before that.
    least: usize,
    cells: Vec<String>,
}

impl Column {
    /// A column of words.
    pub fn new(heading: &'static str, least: usize, cells: impl IntoIterator<Item = String>) -> Column {
        let cells = cells.into_iter().map(|cell| fit(&cell, WIDEST)).collect();
        Column { heading, numeric: false, least, cells }
    }

    /// A column of numbers.
    pub fn of_numbers(heading: &'static str, least: usize, cells: impl IntoIterator<Item = String>) -> Column {
        Column { numeric: true, ..Column::new(heading, least, cells) }
    }

    fn width(&self) -> usize {
        let cells = self.cells.iter().map(|cell| console::measure_text_width(cell));
        cells.max().unwrap_or(0).max(self.heading.len())
    }
}

/// The lines of a table, its head first, in at most `room` columns if there is a limit. `going` are the headings of columns that
/// may be left out, the least missed first.
pub fn lines(mut columns: Vec<Column>, going: &[&str], room: Option<usize>) -> Vec<String> {
    let widths = fit_columns(&mut columns, going, room);
    let rows = columns.iter().map(|column| column.cells.len()).max().unwrap_or(0);
    let row = |cell: &dyn Fn(&Column) -> String| {
        let cells = columns.iter().zip(&widths).map(|(column, width)| {
            self::column(&cell(column), *width, if column.numeric { Alignment::Right } else { Alignment::Left })
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let head = std::iter::once(row(&|column| column.heading.to_owned()));
    head.chain((0..rows).map(|index| row(&|column| column.cells.get(index).cloned().unwrap_or_default()))).collect()
}

/// How wide each column is; takes out columns that are missed least when all together find no room.
fn fit_columns(columns: &mut Vec<Column>, going: &[&str], room: Option<usize>) -> Vec<usize> {
    let total = |widths: &[usize]| widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
    let mut widths: Vec<usize> = columns.iter().map(Column::width).collect();
    let Some(room) = room else { return widths };
    for heading in going {
        let least: Vec<usize> = columns.iter().map(|column| column.width().min(column.least)).collect();
        if total(&least) <= room {
            break;
        }
        columns.retain(|column| column.heading != *heading);
    }
    widths = columns.iter().map(Column::width).collect();
    while total(&widths) > room {
        let texts = (0..widths.len()).filter(|index| !columns[*index].numeric && widths[*index] > 8);
        let Some(widest) = texts.max_by_key(|index| widths[*index]) else { break };
        widths[widest] -= 1;
    }
    widths
}
