//! Facets: the closed list of search criteria for records.

super::code::codes! {
    /// Criterion that filters a list; its terms are enum words, codes or identifiers.
    pub enum Facet {
        /// The recipient, host or subject country: `ML`.
        Country = "country",
        /// The donor country: `LU`.
        Donor = "donor",
        /// An agency in any role, by identifier.
        Agency = "agency",
        /// An agency in one role: `IMPLEMENTING lu-luxdev`.
        AgencyRole = "agency-role",
        /// The kind within the record type: `PROJECT`.
        Kind = "kind",
        /// `DIPLOMACY`, `DEVELOPMENT` or `DEFENCE`.
        Pillar = "pillar",
        /// The status of the record.
        Status = "status",
        /// The containing record: a programme's parent, the enclosing location.
        Parent = "parent",
        /// The programme that an agreement governs or whose money a transaction moves.
        Programme = "programme",
        /// The mission that a contribution is for.
        Mission = "mission",
        /// An agency that benefits, by identifier.
        Beneficiary = "beneficiary",
        /// The trust fund that a transaction pays into.
        TrustFund = "trust-fund",
        /// The dialogue at which an agreement was concluded.
        Dialogue = "dialogue",
        /// A location where a programme works.
        Location = "location",
        /// A sector, by DAC code.
        Sector = "sector",
        /// The DAC category of a sector.
        SectorCategory = "sector-category",
        /// A cited publication.
        Source = "source",
        /// A year that the record covers.
        Year = "year",
        /// The delivery channel: `NGO`.
        Channel = "channel",
        /// The currency of an amount.
        Currency = "currency",
        /// The qualifier of an amount: `AT_LEAST`.
        Qualifier = "qualifier",
        /// The currency of a programme's budget, and how its amount is to be read: `EUR ABOUT`.
        Budget = "budget",
        /// The reason for an absent amount.
        Absence = "absence",
        /// The assertion: stated, derived or inferred.
        Assertion = "assertion",
        /// Humanitarian money: `yes` or `no`.
        Humanitarian = "humanitarian",
        /// The political forum of a dialogue: `EU`.
        Forum = "forum",
        /// A recipient region, by code: `298`.
        Region = "region",
        /// The file of the record: `unicef-ml.xml`.
        File = "file",
        /// A type of aid, by DAC code: `C01`.
        AidType = "aid-type",
        /// A financial instrument, by DAC code: `110`.
        FinanceType = "finance-type",
        /// A type of flow, such as official development assistance, by DAC code: `10`.
        FlowType = "flow-type",
        /// The tied status, by DAC code: `5`.
        TiedStatus = "tied-status",
        /// A DAC policy marker with a significance other than 0: `2`.
        PolicyMarker = "policy-marker",
        /// A tag, by vocabulary and code: `2 13`.
        Tag = "tag",
        /// A planned or actual start or end, by IATI `ActivityDateType` and date: `1 2011-01-11`.
        ActivityDay = "activity-day",
        /// The level in a hierarchy: `1`.
        Level = "level",
        /// The boundary crossing of a flow: `INCOMING`.
        Boundary = "boundary",
        /// A country that provides the money: `LU`.
        SourceCountry = "source-country",
        /// A response plan, by code: `HMLI24`.
        Plan = "plan",
        /// An agency in one role and channel: `IMPLEMENTING NGO lu-luxdev`.
        Participation = "participation",
        /// The record of which this one is an alternative figure.
        AlternativeTo = "alternative-to",
    }
}
