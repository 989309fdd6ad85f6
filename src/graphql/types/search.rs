//! What a search finds.

use async_graphql::{Enum, SimpleObject};

use super::node::Node;
use crate::graphql::list::{Counted, Opaque};
use crate::model::noun::Kind;

/// A noun that can be searched for.
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
    /// Places below the country.
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
}

/// How a record fits a search.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Fit {
    /// How well it fits, from 0 to 1000.
    pub(in crate::graphql) score: u32,
    /// The name that fits best.
    pub(in crate::graphql) matched: String,
}

/// Records that a search found, best first.
pub(crate) type SearchList =
    async_graphql::connection::Connection<Opaque, Node, Counted, Fit, SearchName, SearchEdgeName>;

/// The name of the connection: a search is a list of its own, since its edges carry a score.
#[derive(Debug)]
pub(crate) struct SearchName;

impl async_graphql::connection::ConnectionNameType for SearchName {
    fn type_name<T: async_graphql::OutputType>() -> String {
        "SearchConnection".to_owned()
    }
}

/// The name of the edge.
#[derive(Debug)]
pub(crate) struct SearchEdgeName;

impl async_graphql::connection::EdgeNameType for SearchEdgeName {
    fn type_name<T: async_graphql::OutputType>() -> String {
        "SearchEdge".to_owned()
    }
}
