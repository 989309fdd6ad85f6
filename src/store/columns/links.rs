//! Programmes that others name, as ordinals: of one that came before it is known at once, of the rest when all have come.

use crate::model::id::ProgrammeId;

/// Finds the ordinal of a programme.
pub(in crate::store) type FindProgramme<'a> = &'a dyn Fn(&ProgrammeId) -> Option<u32>;

/// Who names which programme. The former are rows or ordinals, and come in order.
#[derive(Debug, Default)]
pub(super) struct Links {
    known: Vec<(u32, u32)>,
    waiting: Vec<(u32, ProgrammeId)>,
}

impl Links {
    /// Adds a link; `find` knows the programmes that came before.
    pub(super) fn add(&mut self, from: u32, to: ProgrammeId, find: FindProgramme<'_>) {
        match find(&to) {
            Some(ordinal) => self.known.push((from, ordinal)),
            None => self.waiting.push((from, to)),
        }
    }

    /// All links to programmes that there are, in the order of who names them; `find` knows all.
    pub(super) fn finish(self, find: FindProgramme<'_>) -> Vec<(u32, u32)> {
        let Self { mut known, waiting } = self;
        known.extend(waiting.iter().filter_map(|(from, to)| Some((*from, find(to)?))));
        known.sort_by_key(|(from, _)| *from);
        known
    }
}
