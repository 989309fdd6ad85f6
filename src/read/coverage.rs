//! Coverage of sums by published totals: a sum of single items may lack money, a published total lacks none.

/// Part of the money that a published figure covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// A single item, or an amount of any other kind.
    Item,
    /// All money for one crisis.
    Crisis,
    /// All money of a year.
    Year,
}

crate::model::code::codes! {
    /// Coverage of a sum by published totals.
    pub enum SumCoverage {
        /// Every counted amount is a total that a source publishes: of all crises of a year, of a
        /// crisis in a list of selected countries, or the ODA of a year.
        PublishedTotal = "PUBLISHED_TOTAL",
        /// At least one counted amount is a single item. More money may have been given than the
        /// data hold.
        ItemsOnly = "ITEMS_ONLY",
        /// Nothing counts.
        None = "NONE",
    }
}

impl SumCoverage {
    /// Returns the coverage of a sum by the smallest extent of its amounts. `is_of_countries` says
    /// that it sums the money for selected countries, so that the total of a crisis is one.
    pub fn of(smallest: Option<Extent>, is_of_countries: bool) -> Self {
        match smallest {
            None => Self::None,
            Some(Extent::Year) => Self::PublishedTotal,
            Some(Extent::Crisis) if is_of_countries => Self::PublishedTotal,
            Some(Extent::Crisis | Extent::Item) => Self::ItemsOnly,
        }
    }
}
