//! Interfaces common to all records: identity, and provenance.

use async_graphql::connection::{Connection, Edge};
use async_graphql::{Context, ID, Interface};
use serde_json::json;

use super::agency::Agency;
use super::agreement::Agreement;
use super::country::Country;
use super::dialogue::Dialogue;
use super::event::Event;
use super::gap::Gap;
use super::humanitarian_contribution::HumanitarianContribution;
use super::location::Location;
use super::mission::Mission;
use super::mission_contribution::MissionContribution;
use super::oda_figure::OdaFigure;
use super::origin::{Citation, Origin};
use super::part::{Beneficiary, Budget, Participation, Recipient, SectorShare, Site};
use super::partnership::Partnership;
use super::programme::Programme;
use super::sector::Sector;
use super::source::Source;
use super::transaction::Transaction;
use super::trust_fund::TrustFund;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::context::reader;
use crate::graphql::cursor::CursorScope;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::SerialList;
use crate::graphql::list::Wraps as _;
use crate::graphql::list::{LazyCursor, ListFields, Window, note_page};
use crate::graphql::scalar::Tag;
use crate::model::code::Code as _;
use crate::model::facet::Facet;
use crate::model::noun::{Kind, Noun as _, Record};
use crate::model::origin::Assertion;
use crate::model::source;
use crate::read::filter::Filter;

/// Any record: the type of `node`, of search results, and of lists over several nouns.
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(
        name = "id",
        ty = "ID",
        desc = "Opaque global identifier for `node`; stable across rebuilds."
    ),
    field(name = "identifier", ty = "&str", desc = "Identifier as in the source files."),
    field(
        name = "label",
        ty = "ApiResult<String>",
        desc = "Name of the record in lists: its name or title, and what tells it apart from others of that name, such as agencies, countries and years: `Mali crisis · ICRC · 2012`.",
        arg(
            name = "languages",
            ty = "Option<Vec<Tag>>",
            desc = "Languages, in order of preference. Each name in the label falls back as `Text.value` does."
        )
    )
)]
pub(crate) enum Node {
    /// Publication.
    Source(Source),
    /// Country.
    Country(Country),
    /// Partnership.
    Partnership(Partnership),
    /// Organisation.
    Agency(Agency),
    /// Place.
    Location(Location),
    /// Sector.
    Sector(Sector),
    /// Programme.
    Programme(Programme),
    /// Agreement.
    Agreement(Agreement),
    /// Dialogue.
    Dialogue(Dialogue),
    /// Mission.
    Mission(Mission),
    /// Contribution to a mission.
    MissionContribution(MissionContribution),
    /// Trust fund.
    TrustFund(TrustFund),
    /// Transaction.
    Transaction(Transaction),
    /// Humanitarian contribution.
    HumanitarianContribution(HumanitarianContribution),
    /// Event.
    Event(Event),
    /// Figure of official development assistance.
    OdaFigure(OdaFigure),
    /// Known gap in the data.
    Gap(Gap),
}

impl From<Record> for Node {
    fn from(record: Record) -> Self {
        match record {
            Record::Source(record) => Self::Source(Source::wrap(record.into())),
            Record::Country(record) => Self::Country(Country::wrap(record.into())),
            Record::Partnership(record) => Self::Partnership(Partnership::wrap(record.into())),
            Record::Agency(record) => Self::Agency(Agency::wrap(record.into())),
            Record::Location(record) => Self::Location(Location::wrap(record.into())),
            Record::Sector(record) => Self::Sector(Sector::wrap(record.into())),
            Record::Programme(record) => Self::Programme(Programme::wrap(record.into())),
            Record::Agreement(record) => Self::Agreement(Agreement::wrap(record.into())),
            Record::Dialogue(record) => Self::Dialogue(Dialogue::wrap(record.into())),
            Record::Mission(record) => Self::Mission(Mission::wrap(record.into())),
            Record::MissionContribution(record) => {
                Self::MissionContribution(MissionContribution::wrap(record.into()))
            }
            Record::TrustFund(record) => Self::TrustFund(TrustFund::wrap(record.into())),
            Record::Transaction(record) => Self::Transaction(Transaction::wrap(record.into())),
            Record::HumanitarianContribution(record) => {
                Self::HumanitarianContribution(HumanitarianContribution::wrap(record.into()))
            }
            Record::Event(record) => Self::Event(Event::wrap(record.into())),
            Record::OdaFigure(record) => Self::OdaFigure(OdaFigure::wrap(record.into())),
            Record::Gap(record) => Self::Gap(Gap::wrap(record.into())),
        }
    }
}

/// Object with provenance: any record, or a part of one.
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(name = "origin", ty = "Origin", desc = "File and line that it was read from."),
    field(
        name = "citations",
        ty = "SerialList<Citation>",
        desc = "Publications that support it, those of its own line first."
    ),
    field(
        name = "assertion",
        ty = "CodeEnum<Assertion>",
        desc = "Degree to which its sources support it."
    )
)]
pub(crate) enum Sourced {
    /// Publication.
    Source(Source),
    /// Country.
    Country(Country),
    /// Partnership.
    Partnership(Partnership),
    /// Organisation.
    Agency(Agency),
    /// Place.
    Location(Location),
    /// Sector.
    Sector(Sector),
    /// Programme.
    Programme(Programme),
    /// Participation of an agency in a programme.
    Participation(Participation<'static>),
    /// Budget of a programme.
    Budget(Budget<'static>),
    /// Recipient country of a programme.
    Recipient(Recipient<'static>),
    /// Place of a programme.
    Site(Site<'static>),
    /// Sector of a programme.
    SectorShare(SectorShare<'static>),
    /// Agency that a mission, a contribution or a fund supports.
    Beneficiary(Beneficiary<'static>),
    /// Agreement.
    Agreement(Agreement),
    /// Dialogue.
    Dialogue(Dialogue),
    /// Mission.
    Mission(Mission),
    /// Contribution to a mission.
    MissionContribution(MissionContribution),
    /// Trust fund.
    TrustFund(TrustFund),
    /// Transaction.
    Transaction(Transaction),
    /// Humanitarian contribution.
    HumanitarianContribution(HumanitarianContribution),
    /// Event.
    Event(Event),
    /// Figure of official development assistance.
    OdaFigure(OdaFigure),
    /// Known gap in the data.
    Gap(Gap),
}

/// List of records of several nouns.
pub(crate) type CitingList = Connection<LazyCursor, Node, ListFields>;

/// Returns a page of the records that cite a publication, ordered by noun and identifier.
pub(super) fn cited_by(
    ctx: &Context<'_>,
    source: &source::Source,
    window: &Window,
) -> ApiResult<CitingList> {
    let reader = reader(ctx)?;
    let filter = Filter::is(Facet::Source, source.key());
    let found = reader.keys(Kind::ALL, &filter)?;
    let scope = CursorScope::of(&json!(["cited-by", source.key()]));
    let page = window.page(ctx, &scope, |cursor| {
        let (kind, key) = cursor.split_once(':')?;
        let wanted = (Kind::parse(kind).ok()?, key);
        found.iter().position(|(kind, key)| (*kind, key.as_str()) == wanted)
    })?;
    let positions: Vec<usize> = (0..found.len()).collect();
    let slice = page.take(&positions);
    note_page(ctx, &slice);
    let counted = ListFields { total: slice.total };
    let mut list = CitingList::with_additional_fields(slice.has_previous, slice.has_next, counted);
    for (kind, key) in slice.items.into_iter().filter_map(|at| found.get(at)) {
        if let Some(record) = reader.get_any(*kind, key)? {
            let cursor = LazyCursor::new(&scope, format!("{kind}:{key}"));
            list.edges.push(Edge::new(cursor, record.into()));
        }
    }
    Ok(list)
}
