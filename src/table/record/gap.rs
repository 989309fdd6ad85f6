//! Table of known gaps in the data.

use std::sync::Arc;

use super::field::{self, Field, Single};
use super::table::{NounRows, RecordTable};
use crate::model::code::Code;
use crate::model::gap::Gap;
use crate::model::money::Currency;

type One = Arc<Gap>;

impl NounRows for Gap {
    fn fields(_: Currency) -> Vec<Field<One>> {
        vec![
            field::text("id", "Identifier of the gap.", |g: &One| Some(g.id.as_str())),
            field::title("missing", "Missing facts, in one clause.", |g: &One| Some(&g.missing)),
            field::word("kind", "Kind of gap.", |g: &One| Some(g.kind.as_str())),
            field::word("noun", "Noun of the missing facts.", |g: &One| Some(g.noun.as_str())),
            field::country("donor", "Donor whose cooperation the facts belong to.", |g: &One| {
                g.donor
            }),
            field::countries("Country concerned.", |g: &One| {
                Single::of(g.countries.iter().copied())
            }),
            field::day("start", "Start of the time concerned. Empty for all years.", |g: &One| {
                g.period.start
            }),
            field::day("end", "End of the time concerned.", |g: &One| g.period.end),
            field::phrase(
                "searched",
                "Extent of the search beyond the cited publications.",
                |g: &One| g.searched.as_ref(),
            ),
            field::day("looked_on", "Date of the last search.", |g: &One| g.looked_on),
            field::provenance(|g: &One| (&g.provenance.origin, &g.provenance.citations)),
        ]
    }
}

pub(super) fn gaps() -> RecordTable {
    let facts = (
        "gaps",
        "Known gaps",
        "What is known to be missing, incomplete or uncertain, and where was it looked for?",
        &["id"][..],
    );
    RecordTable::plain::<Gap>(facts)
}
