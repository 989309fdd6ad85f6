//! Agreements: signed texts that govern cooperation.

use super::country::CountryCode;
use super::date::PartialDate;
use super::id::{AgencyId, AgreementId, DialogueId, ProgrammeId};
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// Kind of agreement.
    pub enum AgreementKind {
        /// General framework of cooperation with a country.
        GeneralCooperationAgreement = "GENERAL_COOPERATION_AGREEMENT",
        /// Signature of an Indicative Cooperation Programme.
        IndicativeCooperationProgramme = "INDICATIVE_COOPERATION_PROGRAMME",
        /// Amendment of an Indicative Cooperation Programme.
        IcpAmendment = "ICP_AMENDMENT",
        /// A letter of agreement or understanding.
        LetterOfAgreement = "LETTER_OF_AGREEMENT",
        /// Strategy for a transition period.
        TransitionStrategy = "TRANSITION_STRATEGY",
        /// Protocol for a single project.
        Protocol = "PROTOCOL",
        /// Partnership between universities.
        UniversityPartnership = "UNIVERSITY_PARTNERSHIP",
        /// Mandate to implement a project or programme.
        ImplementationMandate = "IMPLEMENTATION_MANDATE",
        /// Implementation delegated by another donor.
        DelegatedCooperation = "DELEGATED_COOPERATION",
        /// Several programme agreements signed together.
        ProgrammeAgreements = "PROGRAMME_AGREEMENTS",
        /// Bilateral agreement of another kind.
        BilateralAgreement = "BILATERAL_AGREEMENT",
        /// Strategic partnership with an international organisation.
        StrategicPartnership = "STRATEGIC_PARTNERSHIP",
        /// Framework agreement with a non-governmental organisation.
        NgoFrameworkAgreement = "NGO_FRAMEWORK_AGREEMENT",
    }
}

/// Agreement of a donor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Identifier of the agreement.
    pub id: AgreementId,
    /// Kind of agreement.
    pub kind: AgreementKind,
    /// Signing donor.
    pub donor: CountryCode,
    /// Countries that are party to it or its subject.
    pub countries: Vec<CountryCode>,
    /// Title of the agreement.
    pub title: Text,
    /// Date of signature.
    pub signed: Option<PartialDate>,
    /// Place of signature.
    pub place: Option<Text>,
    /// Programmes that it governs.
    pub governs: Vec<ProgrammeId>,
    /// Dialogue at which it was concluded.
    pub concluded_at: Option<DialogueId>,
    /// Agencies that are party to it.
    pub parties: Vec<AgencyId>,
    /// Circumstances, as a short phrase.
    pub context: Option<Text>,
    /// Provenance of the record.
    pub provenance: Provenance,
}
