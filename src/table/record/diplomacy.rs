//! Tables of agreements, dialogues, partnerships and events.

use std::sync::Arc;

use super::field::{self, Cells, Field, Single};
use super::figure::Figure;
use super::table::{NounRows, RecordRows, RecordTable, Sheet};
use crate::model::agreement::Agreement;
use crate::model::code::Code;
use crate::model::country::CountryCode;
use crate::model::dialogue::Dialogue;
use crate::model::event::Event;
use crate::model::money::Currency;
use crate::model::noun::{Kind, Record};
use crate::model::partnership::Partnership;
use crate::read::engagement::{Engagement, Moment};
use crate::read::reader::Reader;
use crate::table::error::TableError;
use crate::table::selection::Selection;

type Pact = Arc<Agreement>;

impl NounRows for Agreement {
    fn fields(_: Currency) -> Vec<Field<Pact>> {
        vec![
            field::text("id", "Identifier of the agreement.", |a: &Pact| Some(a.id.as_str())),
            field::title("title", "Title.", |a: &Pact| Some(&a.title)),
            field::word("kind", "Kind of agreement.", |a: &Pact| Some(a.kind.as_str())),
            field::country("donor", "Donor that signed.", |a: &Pact| Some(a.donor)),
            field::countries("Partner country, or country that it concerns.", |a: &Pact| {
                Single::of(a.countries.iter().copied())
            }),
            field::date("Date of signature.", |a: &Pact| a.signed),
            field::phrase("place", "Place of signature.", |a: &Pact| a.place.as_ref()),
            field::text(
                "dialogue",
                "Dialogue at which it was concluded. Identifier.",
                |a: &Pact| a.concluded_at.as_ref().map(AsRef::as_ref),
            ),
            field::one(
                "programmes",
                "Number of programmes that it governs.",
                Cells::Integer(|a: &Pact| i64::try_from(a.governs.len()).ok()),
            ),
            field::phrase("context", "Context, in a short phrase.", |a: &Pact| a.context.as_ref()),
            field::provenance(|a: &Pact| (&a.provenance.origin, &a.provenance.citations)),
        ]
    }
}

type Meeting = Arc<Dialogue>;

impl NounRows for Dialogue {
    fn fields(_: Currency) -> Vec<Field<Meeting>> {
        vec![
            field::text("id", "Identifier of the dialogue.", |d: &Meeting| Some(d.id.as_str())),
            field::title("title", "Title.", |d: &Meeting| Some(&d.title)),
            field::word("kind", "Kind of meeting.", |d: &Meeting| Some(d.kind.as_str())),
            field::word(
                "level",
                "Level of the participants. Empty if it is not stated.",
                |d: &Meeting| d.level.map(Code::as_str),
            ),
            field::word("forum", "Political forum.", |d: &Meeting| Some(d.forum.as_str())),
            field::country("donor", "Donor that takes part.", |d: &Meeting| Some(d.donor)),
            field::countries("Country that takes part or is the subject.", |d: &Meeting| {
                Single::of(d.countries.iter().copied())
            }),
            field::date("First day of the meeting.", |d: &Meeting| d.period.start),
            field::day("end", "Last day of the meeting.", |d: &Meeting| d.period.end),
            field::phrase("place", "Place of the meeting.", |d: &Meeting| d.place.as_ref()),
            field::provenance(|d: &Meeting| (&d.provenance.origin, &d.provenance.citations)),
        ]
    }
}

type Pair = Arc<Partnership>;

impl NounRows for Partnership {
    fn fields(_: Currency) -> Vec<Field<Pair>> {
        vec![
            field::text("id", "Identifier of the partnership.", |p: &Pair| Some(p.id.as_str())),
            field::country("donor", "Donor.", |p: &Pair| Some(p.donor)),
            field::country("country", "Partner country.", |p: &Pair| Some(p.country)),
            field::word("status", "Status of the partnership.", |p: &Pair| Some(p.status.as_str())),
            field::day("since", "Begin of the partnership.", |p: &Pair| p.since),
            field::day("until", "End of the partnership.", |p: &Pair| p.until),
            field::provenance(|p: &Pair| (&p.provenance.origin, &p.provenance.citations)),
        ]
    }
}

struct Events;

fn countries(moment: &Moment) -> Single<CountryCode> {
    match &moment.record {
        Record::Agreement(a) => Single::of(a.countries.iter().copied()),
        Record::Dialogue(d) => Single::of(d.countries.iter().copied()),
        Record::Event(e) => Single::of(e.countries.iter().copied()),
        Record::HumanitarianContribution(c) => Single::of(c.countries.iter().copied()),
        Record::Mission(m) => Single::of(m.countries.iter().copied()),
        Record::Programme(p) => Single::of(p.recipients.iter().map(|r| r.country)),
        _ => Single { value: None, count: 0 },
    }
}

impl RecordRows for Events {
    type Row = Moment;

    fn fields(_: Currency) -> Vec<Field<Moment>> {
        vec![
            field::one(
                "noun",
                "Kind of the record: `Event`, or in a timeline also `Programme`, `Agreement` and others.",
                Cells::Owned(|m: &Moment| Some(m.record.kind().to_string())),
            ),
            field::text("id", "Identifier of the record.", |m: &Moment| Some(m.record.key())),
            field::one(
                "title",
                "Label of the record: its name or title, with agencies, countries and years that it does not mention.",
                Cells::Label(|m: &Moment| &m.record),
            ),
            field::date("Start, or date of signature.", |m: &Moment| Some(m.on)),
            field::day(
                "end",
                "End. Empty for a single date, or if it is unknown.",
                |m: &Moment| m.until,
            ),
            field::word(
                "pillar",
                "Pillar. Empty for an event that belongs to no single one.",
                |m: &Moment| m.pillar.map(Code::as_str),
            ),
            field::countries("Country concerned.", countries),
            field::provenance(|m: &Moment| (m.record.origin(), m.record.citations())),
        ]
    }

    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Moment>,
    ) -> Result<(), TableError> {
        let none = Figure::default();
        for moment in moments(selection, reader)? {
            if !sheet.row(&moment, &none)? {
                break;
            }
        }
        Ok(())
    }

    /// The number is that of the moments, which the rows need anyway.
    fn count(_: &Selection, _: &Reader) -> Result<Option<u64>, TableError> {
        Ok(None)
    }
}

/// Returns the timeline of the selected pair of countries, otherwise the selected events, earliest first.
fn moments(selection: &Selection, reader: &Reader) -> Result<Vec<Moment>, TableError> {
    if let Some((donor, partner)) = selection.pair {
        return Ok(Engagement { donor, partner }.timeline(reader)?);
    }
    let events = reader.all::<Event>(&selection.filter)?;
    let moment = |event: Arc<Event>| {
        let (on, until) = (event.period.start?, event.period.end);
        Some(Moment {
            on,
            until,
            pillar: event.pillar,
            record: Record::Event(Arc::unwrap_or_clone(event)),
        })
    };
    let mut moments: Vec<Moment> = events.into_iter().filter_map(moment).collect();
    moments.sort_by(|a, b| {
        (a.on.first_day(), a.record.key()).cmp(&(b.on.first_day(), b.record.key()))
    });
    Ok(moments)
}

pub(super) fn agreements() -> RecordTable {
    let facts = (
        "agreements",
        "Agreements",
        "Which agreements were signed, when and between whom?",
        &["id"][..],
    );
    RecordTable::plain::<Agreement>(facts)
}

pub(super) fn dialogues() -> RecordTable {
    let facts = (
        "dialogues",
        "Dialogues",
        "Which meetings and visits took place, when and between whom?",
        &["id"][..],
    );
    RecordTable::plain::<Dialogue>(facts)
}

pub(super) fn partnerships() -> RecordTable {
    let facts = (
        "partnerships",
        "Partnerships",
        "Which countries are partners of which donor, and since when?",
        &["id"][..],
    );
    RecordTable::plain::<Partnership>(facts)
}

pub(super) fn events() -> RecordTable {
    let facts = (
        "events",
        "Events",
        "What happened between a donor and a partner country, in all three pillars, in order of time?",
        &["noun", "id"][..],
    );
    RecordTable::of::<Events>(facts, Kind::Event).with_parts().with_pair()
}
