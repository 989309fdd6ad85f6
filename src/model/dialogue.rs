//! Dialogues: political meetings of a donor with partner countries.

use super::country::CountryCode;
use super::date::Period;
use super::id::DialogueId;
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// Kind of meeting.
    pub enum DialogueKind {
        /// A political dialogue.
        PoliticalDialogue = "POLITICAL_DIALOGUE",
        /// A session of a partnership committee (*commission de partenariat*).
        PartnershipCommittee = "PARTNERSHIP_COMMITTEE",
        /// A visit.
        Visit = "VISIT",
        /// A multilateral meeting.
        Multilateral = "MULTILATERAL",
    }
}

super::code::codes! {
    /// Level of the participants.
    pub enum DialogueLevel {
        /// Heads of state or government.
        HeadOfState = "HEAD_OF_STATE",
        /// Ministers.
        Ministerial = "MINISTERIAL",
        /// Senior officials.
        SeniorOfficial = "SENIOR_OFFICIAL",
    }
}

super::code::codes! {
    /// Political forum of the meeting.
    pub enum Forum {
        /// Between two states.
        Bilateral = "BILATERAL",
        /// The European Union.
        Eu = "EU",
        /// The United Nations.
        Un = "UN",
        /// Another forum.
        Other = "OTHER",
    }
}

/// Dialogue, or a session of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialogue {
    /// Identifier of the dialogue.
    pub id: DialogueId,
    /// Kind of meeting.
    pub kind: DialogueKind,
    /// Level of the participants; `None` when the source does not state it.
    pub level: Option<DialogueLevel>,
    /// Political forum.
    pub forum: Forum,
    /// Ordinal within its kind: 9 for the ninth.
    pub ordinal: Option<u32>,
    /// Participating donor.
    pub donor: CountryCode,
    /// Countries that take part or are its subject.
    pub countries: Vec<CountryCode>,
    /// Title or subject.
    pub title: Text,
    /// Dates of the meeting.
    pub period: Period,
    /// Place of the meeting.
    pub place: Option<Text>,
    /// Provenance of the record.
    pub provenance: Provenance,
}
