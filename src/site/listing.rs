//! Tables and saved queries of the service, for pages that list them beside the answer to their query.

use std::sync::Arc;

use crate::graphql::saved::Library;
use crate::table::catalogue::Catalogue;

/// Tables and saved queries of the service.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Tables of records.
    pub tables: Catalogue,
    /// Saved queries, those of the operator included.
    pub queries: Arc<Library>,
}
