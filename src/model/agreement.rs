//! Agreements: what was signed.

use super::country::CountryCode;
use super::date::PartialDate;
use super::id::{AgencyId, AgreementId, DialogueId, ProgrammeId};
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// What kind of agreement it is.
    pub enum AgreementKind {
        /// The frame of all cooperation with a country.
        GeneralCooperationAgreement = "GENERAL_COOPERATION_AGREEMENT",
        /// The signing of an Indicative Cooperation Programme.
        IndicativeCooperationProgramme = "INDICATIVE_COOPERATION_PROGRAMME",
        /// A change of one.
        IcpAmendment = "ICP_AMENDMENT",
        /// A letter of agreement or understanding.
        LetterOfAgreement = "LETTER_OF_AGREEMENT",
        /// A strategy for a time of transition.
        TransitionStrategy = "TRANSITION_STRATEGY",
        /// A protocol for one project.
        Protocol = "PROTOCOL",
        /// A partnership of universities.
        UniversityPartnership = "UNIVERSITY_PARTNERSHIP",
        /// A mandate to carry something out.
        ImplementationMandate = "IMPLEMENTATION_MANDATE",
        /// Work delegated by another donor.
        DelegatedCooperation = "DELEGATED_COOPERATION",
        /// Several agreements on programmes, signed together.
        ProgrammeAgreements = "PROGRAMME_AGREEMENTS",
        /// Another bilateral agreement.
        BilateralAgreement = "BILATERAL_AGREEMENT",
        /// A partnership with an international organisation.
        StrategicPartnership = "STRATEGIC_PARTNERSHIP",
        /// A frame with a non-governmental organisation.
        NgoFrameworkAgreement = "NGO_FRAMEWORK_AGREEMENT",
    }
}

/// An agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its identifier.
    pub id: AgreementId,
    /// What kind it is.
    pub kind: AgreementKind,
    /// The donor that signs.
    pub donor: CountryCode,
    /// The countries that it is with or about.
    pub countries: Vec<CountryCode>,
    /// Its title.
    pub title: Text,
    /// When it was signed.
    pub signed: Option<PartialDate>,
    /// Where.
    pub place: Option<String>,
    /// The programmes that it governs.
    pub governs: Vec<ProgrammeId>,
    /// The dialogue at which it was concluded.
    pub concluded_at: Option<DialogueId>,
    /// The agencies that are party to it.
    pub parties: Vec<AgencyId>,
    /// The circumstances, in a clause.
    pub context: Option<String>,
    /// How we know.
    pub provenance: Provenance,
}
