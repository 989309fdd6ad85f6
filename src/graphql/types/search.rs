//! What a search finds.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, SimpleObject};

use super::node::Node;
use crate::graphql::error::Answer;
use crate::graphql::list::{Counted, Opaque};
use crate::graphql::request::reader;
use crate::graphql::scalar::Tag;
use crate::model::noun::{Kind, Record};
use crate::read::search::{self, Question};

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
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    /// How well it fits.
    pub(in crate::graphql) score: u32,
    /// The record.
    pub(in crate::graphql) record: Record,
    /// What was asked for, and as it was typed.
    pub(in crate::graphql) asked: Arc<Asked>,
}

/// What was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(in crate::graphql) text: String,
    pub(in crate::graphql) question: Question,
    pub(in crate::graphql) forgiving: bool,
}

/// How a record fits a search.
#[Object(serial)]
impl Fit {
    /// How well it fits, from 1 to 1000. A name that is just what was asked for has 1000.
    async fn score(&self) -> u32 {
        self.score
    }

    /// The name that fits best.
    async fn matched(&self) -> String {
        search::best_name(&self.record, &self.asked.text)
    }

    /// A part of what is said of it with the words that were asked for; null where they stand in no text.
    async fn snippet(&self, ctx: &Context<'_>) -> Answer<Option<Snippet>> {
        let Asked { question, forgiving, .. } = &*self.asked;
        let found = reader(ctx)?.snippet(&self.record, question, *forgiving)?;
        Ok(found.map(|snippet| Snippet {
            language: Tag(snippet.language),
            pieces: snippet.pieces.into_iter().map(Piece::from).collect(),
        }))
    }
}

/// A part of a text with the words that were asked for.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Snippet {
    /// The language of the text.
    language: Tag,
    /// Its pieces, which make it when they are put together. Text, never markup.
    pieces: Vec<Piece>,
}

/// A piece of a text.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial, name = "SnippetPiece")]
pub(crate) struct Piece {
    /// The text.
    text: String,
    /// Whether it is a word that was asked for.
    is_match: bool,
}

impl From<search::Piece> for Piece {
    fn from(piece: search::Piece) -> Self {
        Self { text: piece.text, is_match: piece.is_match }
    }
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
