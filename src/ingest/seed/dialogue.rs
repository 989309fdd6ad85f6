//! Reader of `seed/dialogues.csv`: political meetings.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::dialogue::Dialogue;
use crate::model::noun::Kind;

pub(super) static DIALOGUES: FileSchema = FileSchema {
    name: "seed/dialogues.csv",
    own: &[
        "id",
        "kind",
        "level",
        "forum",
        "ordinal",
        "donor",
        "countries",
        "title_en",
        "title_fr",
        "start",
        "end",
        "place",
        "place_fr",
        "translated",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Dialogue)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let kind = row.word("kind");
    let level = row.optional_word("level");
    let forum = row.word("forum");
    let ordinal = row.whole("ordinal");
    let donor = row.reference("donor", Target::Record(Kind::Country));
    let countries = row.references("countries", Target::Record(Kind::Country));
    let title = row.text("title_en", "title_fr");
    let period = row.period("start", "end");
    let place = row.optional_text("place", "place_fr");
    let provenance = row.provenance()?;
    let dialogue = Dialogue {
        id: id?,
        kind: kind?,
        level,
        forum: forum?,
        ordinal,
        donor: donor?,
        countries,
        title: title?,
        period,
        place,
        provenance,
    };
    Some(ParsedRow::Record(dialogue.into()))
}
