//! Truncated lists of a response.

/// List of which a response shows only a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Response path of the list: `programmes.nodes.transactions`.
    pub list: String,
    /// Number of items in the whole list; of several lists with this path, in the longest.
    pub found: u64,
    /// Number of items in the response.
    pub shown: u64,
}
