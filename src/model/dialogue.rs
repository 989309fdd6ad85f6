//! Dialogues: who met, where, when, about what.

use super::country::CountryCode;
use super::date::Period;
use super::id::DialogueId;
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// What kind of meeting it is.
    pub enum DialogueKind {
        /// A political dialogue.
        PoliticalDialogue = "POLITICAL_DIALOGUE",
        /// A session of a partnership committee (*commission de partenariat*).
        PartnershipCommittee = "PARTNERSHIP_COMMITTEE",
        /// A visit.
        Visit = "VISIT",
        /// A meeting of many.
        Multilateral = "MULTILATERAL",
    }
}

super::code::codes! {
    /// How high it is held.
    pub enum DialogueLevel {
        /// Heads of state or government.
        HeadOfState = "HEAD_OF_STATE",
        /// Ministers.
        Ministerial = "MINISTERIAL",
        /// Officials.
        SeniorOfficial = "SENIOR_OFFICIAL",
    }
}

super::code::codes! {
    /// The political room that it is held in.
    pub enum Forum {
        /// Between two states.
        Bilateral = "BILATERAL",
        /// The European Union.
        Eu = "EU",
        /// The United Nations.
        Un = "UN",
        /// Another one.
        Other = "OTHER",
    }
}

/// A dialogue, or one session of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialogue {
    /// Its identifier.
    pub id: DialogueId,
    /// What kind it is.
    pub kind: DialogueKind,
    /// How high; `None` when the source does not say.
    pub level: Option<DialogueLevel>,
    /// The room.
    pub forum: Forum,
    /// The ninth of its kind: 9.
    pub ordinal: Option<u32>,
    /// The donor that takes part.
    pub donor: CountryCode,
    /// The countries that it is with or about.
    pub countries: Vec<CountryCode>,
    /// What it is or was about.
    pub title: Text,
    /// When.
    pub period: Period,
    /// Where.
    pub place: Option<String>,
    /// How we know.
    pub provenance: Provenance,
}
