//! Nouns: the closed list of record types.

use super::code::Code as _;

super::code::codes! {
    /// Type of a record; the values are the names of the GraphQL types.
    pub enum Kind {
        /// A publication.
        Source = "Source",
        /// A country.
        Country = "Country",
        /// A partnership between a donor and a country.
        Partnership = "Partnership",
        /// An organisation.
        Agency = "Agency",
        /// A place below the country level.
        Location = "Location",
        /// A sector or category.
        Sector = "Sector",
        /// A programme, project or other planned activity.
        Programme = "Programme",
        /// An agreement.
        Agreement = "Agreement",
        /// A dialogue.
        Dialogue = "Dialogue",
        /// A mission.
        Mission = "Mission",
        /// A contribution of a state to a mission.
        MissionContribution = "MissionContribution",
        /// A trust fund or other pooled fund.
        TrustFund = "TrustFund",
        /// A transaction.
        Transaction = "Transaction",
        /// A humanitarian contribution.
        HumanitarianContribution = "HumanitarianContribution",
        /// An event that affects cooperation.
        Event = "Event",
        /// A figure of official development assistance.
        OdaFigure = "OdaFigure",
        /// A known gap in the data.
        Gap = "Gap",
    }
}

impl Kind {
    /// All nouns, in the order of their numbers.
    pub const ALL: &'static [Self] = Self::VALUES;

    /// Returns the value of the schema's enum `NodeKind`: `TRUST_FUND` for `TrustFund`.
    pub fn enum_word(self) -> String {
        let mut word = String::new();
        for letter in self.as_str().chars() {
            if letter.is_uppercase() && !word.is_empty() {
                word.push('_');
            }
            word.extend(letter.to_uppercase());
        }
        word
    }

    /// Returns the noun of a value of the schema's enum `NodeKind`.
    pub fn of_enum_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.enum_word() == word)
    }
}
