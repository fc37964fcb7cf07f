//! The book on disk while it grows, or its volumes. A story is never divided between two. All are closed at the end, since
//! each says how many there are.

use std::io::{self, BufWriter};

use crate::diagnostic::Diagnostic;
use crate::model::anthology::{Anthology, Contribution};
use crate::pipeline::anthology::{AnthologyStream, PackedSection};

use super::super::Exit;
use super::super::report::BookReport;
use super::super::write::{Placed, Staging, cannot_write};
use super::prepare::Run;

/// Bytes that are given to the system at a time: a story has many small files.
const BUFFER: usize = 256 << 10;

/// Of the size that a volume may have, what is kept for cover, contents and indexes.
const FRAME: u64 = 384 << 10;

pub struct Volumes<'r> {
    run: &'r Run<'r>,
    open: Vec<AnthologyStream<BufWriter<Staging>>>,
    /// When the disk refused once, no book can be whole.
    broken: bool,
}

/// Books that have their names, and what went wrong.
#[derive(Default)]
pub struct Ended {
    pub books: Vec<BookReport>,
    pub faults: Vec<Diagnostic>,
}

impl<'r> Volumes<'r> {
    pub fn new(run: &'r Run<'r>) -> Self {
        Volumes { run, open: Vec::new(), broken: false }
    }

    fn is_divided(&self) -> bool {
        self.run.arguments.split.is_some() || self.run.arguments.split_size.is_some()
    }

    /// Takes a story into the present volume, or a new one, and says what that is called.
    ///
    /// # Errors
    /// When the disk refuses; said once.
    pub fn add(&mut self, packed: PackedSection, contribution: Contribution) -> Result<String, Option<Diagnostic>> {
        if self.broken {
            return Err(None);
        }
        let added = self.volume_for(&packed).and_then(|volume| volume.add(packed, contribution));
        added.map_err(|error| {
            self.broken = true;
            Some(cannot_write(&self.run.output.path_of(&self.run.name), &error))
        })?;
        let number = self.is_divided().then_some(self.open.len());
        Ok(self.run.output.path_of(&self.run.name_of(number)).display().to_string())
    }

    fn volume_for(&mut self, packed: &PackedSection) -> io::Result<&mut AnthologyStream<BufWriter<Staging>>> {
        let arguments = self.run.arguments;
        let is_full = |volume: &AnthologyStream<_>| {
            let too_many = arguments.split.is_some_and(|most| volume.len() >= most.get());
            // Pages that speak of a story grow with it: its records, its lines in contents and indexes.
            let size = volume.written() + packed.packed_size();
            let size = size + size / 16 + FRAME;
            too_many || arguments.split_size.is_some_and(|most| size > most) && !volume.is_empty()
        };
        if self.open.last().is_none_or(is_full) {
            let staging = self.run.output.begin(&self.run.name)?;
            self.open.push(AnthologyStream::new(BufWriter::with_capacity(BUFFER, staging), self.run.written)?);
        }
        self.open.last_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Closes every volume and gives it its name; none has one before all are whole.
    pub fn close(self) -> (Ended, Exit) {
        let mut ended = Ended::default();
        if self.broken || self.open.is_empty() {
            return (ended, if self.broken { Exit::CannotWrite } else { Exit::Done });
        }
        let (run, count, is_divided) = (self.run, self.open.len(), self.is_divided());
        let mut whole = Vec::with_capacity(count);
        for (index, volume) in self.open.into_iter().enumerate() {
            let number = index + 1;
            let anthology = Anthology { volume: (count > 1).then_some((number, count)), ..run.anthology.clone() };
            let stories = volume.len();
            let name = run.name_of(is_divided.then_some(number));
            let closed = volume
                .finish(&anthology, &run.orders, &run.book, run.options.typography)
                .and_then(|out| out.into_inner().map_err(io::IntoInnerError::into_error))
                .and_then(Staging::whole);
            match closed {
                Ok(staged) => whole.push((staged, name, stories)),
                Err(error) => {
                    ended.faults.push(cannot_write(&run.output.path_of(&name), &error));
                    return (ended, Exit::CannotWrite);
                }
            }
        }
        let mut exit = Exit::Done;
        for (staged, name, stories) in whole {
            let path = run.output.path_of(&name).display().to_string();
            let bytes = staged.size();
            match run.output.place(staged, &name, run.arguments.force) {
                Ok(placed) => ended.books.push(BookReport { path, stories, bytes, status: placed.into() }),
                Err(fault) => {
                    ended.faults.push(fault);
                    exit = Exit::CannotWrite;
                }
            }
        }
        (ended, exit)
    }
}

impl From<Placed> for super::super::report::Status {
    fn from(placed: Placed) -> Self {
        match placed {
            Placed::New => Self::New,
            Placed::Replaced => Self::Replaced,
            Placed::Unchanged => Self::Unchanged,
        }
    }
}
