//! Reader of `seed/events.csv`: events that affect cooperation.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::event::Event;
use crate::model::noun::Kind;

pub(super) static EVENTS: FileSchema = FileSchema {
    name: "seed/events.csv",
    own: &["id", "countries", "pillar", "title_en", "title_fr", "start", "end", "translated"],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Event)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let countries = row.references("countries", Target::Record(Kind::Country));
    let pillar = row.optional_word("pillar");
    let title = row.text("title_en", "title_fr");
    let period = row.period("start", "end");
    let provenance = row.provenance()?;
    let event = Event { id: id?, countries, pillar, title: title?, period, provenance };
    Some(ParsedRow::Record(event.into()))
}
