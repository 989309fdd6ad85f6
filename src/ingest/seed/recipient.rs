//! Reader of `seed/recipients.csv`: the countries of programmes with several recipients.

use super::row::Row;
use super::sheet::{Item, Sheet, Target};
use crate::model::noun::Kind;
use crate::model::programme::Recipient;

pub(super) static RECIPIENTS: Sheet = Sheet {
    name: "seed/recipients.csv",
    own: &["programme_id", "country", "percentage"],
    has_provenance: true,
    keys: None,
    read,
};

fn read(row: &mut Row<'_>) -> Option<Item> {
    let programme = row.reference("programme_id", Target::Record(Kind::Programme));
    let country = row.reference("country", Target::Record(Kind::Country));
    let percentage = row.percentage("percentage");
    let provenance = row.provenance()?;
    Some(Item::Recipient(programme?, Recipient { country: country?, percentage, provenance }))
}
