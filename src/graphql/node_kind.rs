//! Nouns as an enum of the schema.

use async_graphql::Enum;

use crate::model::noun::Kind;

/// Noun: a kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub(crate) enum NodeKind {
    /// Publications.
    Source,
    /// Countries.
    Country,
    /// Partnerships.
    Partnership,
    /// Organisations.
    Agency,
    /// Places below the country level.
    Location,
    /// Sectors.
    Sector,
    /// Programmes.
    Programme,
    /// Agreements.
    Agreement,
    /// Dialogues.
    Dialogue,
    /// Missions.
    Mission,
    /// Contributions to missions.
    MissionContribution,
    /// Trust funds.
    TrustFund,
    /// Transactions.
    Transaction,
    /// Humanitarian contributions.
    HumanitarianContribution,
    /// Events.
    Event,
    /// Figures of official development assistance.
    OdaFigure,
    /// Known gaps in the data.
    Gap,
}
