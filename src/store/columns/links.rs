//! Links to programmes, resolved to ordinals: at once for earlier programmes, at the end for later ones.

use crate::model::id::ProgrammeId;

/// Looks up the ordinal of a programme.
pub(in crate::store) type FindProgramme<'a> = &'a dyn Fn(&ProgrammeId) -> Option<u32>;

/// Links from rows or ordinals, added in order, to programmes.
#[derive(Debug, Default)]
pub(super) struct Links {
    known: Vec<(u32, u32)>,
    waiting: Vec<(u32, ProgrammeId)>,
}

impl Links {
    /// Adds a link; `find` knows the programmes added so far.
    pub(super) fn add(&mut self, from: u32, to: ProgrammeId, find: FindProgramme<'_>) {
        match find(&to) {
            Some(ordinal) => self.known.push((from, ordinal)),
            None => self.waiting.push((from, to)),
        }
    }

    /// Returns all links whose target exists, sorted by source; `find` knows all programmes.
    pub(super) fn finish(self, find: FindProgramme<'_>) -> Vec<(u32, u32)> {
        let Self { mut known, waiting } = self;
        known.extend(waiting.iter().filter_map(|(from, to)| Some((*from, find(to)?))));
        known.sort_by_key(|(from, _)| *from);
        known
    }
}
