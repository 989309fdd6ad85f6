//! Facets: the closed list of what records can be found by.

super::code::codes! {
    /// One question that a list can be narrowed by; its terms are words, codes or ids.
    pub enum Facet {
        /// The recipient, host or subject country: `ML`.
        Country = "country",
        /// The country that gives: `LU`.
        Donor = "donor",
        /// An agency in any part: its id.
        Agency = "agency",
        /// An agency in one part: `IMPLEMENTING lu-luxdev`.
        AgencyRole = "agency-role",
        /// The kind within the noun: `PROJECT`.
        Kind = "kind",
        /// `DIPLOMACY`, `DEVELOPMENT` or `DEFENCE`.
        Pillar = "pillar",
        /// The status word of the noun.
        Status = "status",
        /// The record that this one belongs to: a programme's parent, the enclosing location.
        Parent = "parent",
        /// A programme: the one that an agreement governs, that a transaction moves money of.
        Programme = "programme",
        /// A mission that a contribution is for.
        Mission = "mission",
        /// A trust fund that a transaction pays into.
        TrustFund = "trust-fund",
        /// The dialogue at which an agreement was concluded.
        Dialogue = "dialogue",
        /// A place that a programme works in.
        Location = "location",
        /// A sector by its DAC code.
        Sector = "sector",
        /// The DAC category of a sector.
        SectorCategory = "sector-category",
        /// A publication that is cited.
        Source = "source",
        /// A year that the record touches.
        Year = "year",
        /// How the money goes: `NGO`.
        Channel = "channel",
        /// The currency of an amount.
        Currency = "currency",
        /// How an amount is to be read.
        Qualifier = "qualifier",
        /// Why there is no amount.
        Absence = "absence",
        /// How far sources carry it.
        Assertion = "assertion",
        /// Whether the money is humanitarian: `yes` or `no`.
        Humanitarian = "humanitarian",
        /// Where a dialogue takes place politically: `EU`.
        Forum = "forum",
        /// A region that receives, by its code: `298`.
        Region = "region",
        /// A file that it was read from: `unicef-ml.xml`.
        File = "file",
        /// A kind of aid by its DAC code: `C01`.
        AidType = "aid-type",
        /// An instrument of finance by its DAC code: `110`.
        FinanceType = "finance-type",
        /// Official development assistance or not, by its DAC code: `10`.
        FlowType = "flow-type",
        /// Whether aid is tied: `5`.
        TiedStatus = "tied-status",
        /// A policy marker of the DAC that is not 0: `2`.
        PolicyMarker = "policy-marker",
        /// A tag, by vocabulary and code: `2 13`.
        Tag = "tag",
        /// A planned or actual start or end, by its IATI `ActivityDateType`: `1 2011-01-11`.
        ActivityDay = "activity-day",
        /// The level in a hierarchy: `1`.
        Level = "level",
        /// How a flow crosses a boundary: `INCOMING`.
        Boundary = "boundary",
        /// A country that money comes out of: `LU`.
        SourceCountry = "source-country",
        /// A response plan, by its code: `HMLI24`.
        Plan = "plan",
        /// An agency in one part that stands for one way: `IMPLEMENTING NGO lu-luxdev`.
        Participation = "participation",
        /// The record that this one is a second figure for.
        AlternativeTo = "alternative-to",
    }
}
