//! Search results: nodes with a score and a snippet.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::node::Node;
use crate::graphql::context::reader;
use crate::graphql::error::ApiResult;
use crate::graphql::list::{LazyCursor, ListFields};
use crate::graphql::scalar::Tag;
use crate::model::noun::Record;
use crate::read::search::{self, SearchQuery};

/// Match of a record with a search.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    /// Score, from 1 to 1000.
    pub(in crate::graphql) score: u32,
    /// Matching record.
    pub(in crate::graphql) record: Record,
    /// Search text, as parsed and as typed.
    pub(in crate::graphql) context: Arc<SearchContext>,
}

/// Search text, as parsed and as typed.
#[derive(Clone, Debug)]
pub(crate) struct SearchContext {
    pub(in crate::graphql) text: String,
    pub(in crate::graphql) question: SearchQuery,
    pub(in crate::graphql) forgiving: bool,
}

/// Match of a record with a search.
#[Object(serial)]
impl Fit {
    /// Relevance, from 1 to 1000. A name equal to the search text has 1000.
    async fn score(&self) -> u32 {
        self.score
    }

    /// Name that matches best.
    async fn matched(&self) -> String {
        search::best_name(&self.record, &self.context.text)
    }

    /// Excerpt of the record's texts with the search words; null when no text contains them.
    async fn snippet(&self, ctx: &Context<'_>) -> ApiResult<Option<Snippet>> {
        let SearchContext { question, forgiving, .. } = &*self.context;
        let found = reader(ctx)?.snippet(&self.record, question, *forgiving)?;
        Ok(found.map(|snippet| Snippet {
            language: Tag(snippet.language),
            pieces: snippet.pieces.into_iter().map(Piece::from).collect(),
        }))
    }
}

/// Excerpt of a text with the search words.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Snippet {
    /// Language of the text.
    language: Tag,
    /// Pieces of the excerpt, in order; concatenated, they give its text. Plain text, never markup.
    pieces: Vec<Piece>,
}

/// Piece of an excerpt.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial, name = "SnippetPiece")]
pub(crate) struct Piece {
    /// Text of the piece.
    text: String,
    /// True if the piece is one of the search words.
    is_match: bool,
}

impl From<search::Piece> for Piece {
    fn from(piece: search::Piece) -> Self {
        Self { text: piece.text, is_match: piece.is_match }
    }
}

/// Search results, the best first.
pub(crate) type SearchList = async_graphql::connection::Connection<
    LazyCursor,
    Node,
    ListFields,
    Fit,
    SearchName,
    SearchEdgeName,
>;

/// Name of the connection. Search has its own connection type because its edges carry a score.
#[derive(Debug)]
pub(crate) struct SearchName;

impl async_graphql::connection::ConnectionNameType for SearchName {
    fn type_name<T: async_graphql::OutputType>() -> String {
        "SearchConnection".to_owned()
    }
}

/// Name of the edge type.
#[derive(Debug)]
pub(crate) struct SearchEdgeName;

impl async_graphql::connection::EdgeNameType for SearchEdgeName {
    fn type_name<T: async_graphql::OutputType>() -> String {
        "SearchEdge".to_owned()
    }
}
