//! Names of the codes of the schema, for readers. A code without words in both languages does not compile.

use super::Words;
use crate::model::agency::AgencyKind;
use crate::model::agreement::AgreementKind;
use crate::model::code::Code;
use crate::model::dialogue::{DialogueKind, DialogueLevel, Forum};
use crate::model::evidence::PartKind;
use crate::model::gap::GapKind;
use crate::model::humanitarian::HumanitarianBasis;
use crate::model::humanitarian_contribution::{FlowStatus, HumanitarianChannel, HumanitarianScope};
use crate::model::location::LocationKind;
use crate::model::mission::MissionKind;
use crate::model::mission_contribution::{Deployment, MissionContributionKind};
use crate::model::money::{Absence, Qualifier};
use crate::model::noun::Kind;
use crate::model::origin::Assertion;
use crate::model::partnership::PartnershipStatus;
use crate::model::programme::{
    BudgetElement, BudgetStatus, BudgetType, Channel, Pillar, ProgrammeKind, ProgrammeStatus, Role,
};
use crate::model::source::SourceKind;
use crate::model::transaction::TransactionType;
use crate::read::total::ExclusionReason;

/// Closed list whose codes have words.
pub(in crate::site) trait Worded: Code {
    /// Returns the words of a code.
    fn words(self) -> Words;
}

/// Declares the words of a list: `CODE = "English", "French";`.
macro_rules! worded {
    ($list:ident: $($code:ident = $en:literal, $fr:literal;)+) => {
        impl Worded for $list {
            fn words(self) -> Words {
                match self {
                    $(Self::$code => Words { en: $en, fr: $fr },)+
                }
            }
        }
    };
}

worded! { Absence:
    NotStated = "not stated", "non indiqué";
    NotApplicable = "not applicable", "sans objet";
    Withheld = "withheld by the publisher", "non divulgué par l'éditeur";
    Zero = "stated as zero", "indiqué comme nul";
}

worded! { AgencyKind:
    Government = "government body", "organisme public";
    Bilateral = "bilateral agency", "agence bilatérale";
    Multilateral = "international organisation", "organisation internationale";
    Ngo = "non-governmental organisation", "organisation non gouvernementale";
    RedCross = "Red Cross and Red Crescent", "Croix-Rouge et Croissant-Rouge";
    University = "university or research body", "université ou centre de recherche";
    ArmedForces = "armed forces", "forces armées";
    Police = "police, gendarmerie or guards", "police, gendarmerie ou gardes";
    Private = "private body", "organisme privé";
    Other = "other, or not stated", "autre, ou non indiqué";
}

worded! { AgreementKind:
    GeneralCooperationAgreement = "general cooperation agreement", "accord général de coopération";
    IndicativeCooperationProgramme = "Indicative Cooperation Programme", "programme indicatif de coopération";
    IcpAmendment = "amendment of an Indicative Cooperation Programme", "avenant à un programme indicatif de coopération";
    LetterOfAgreement = "letter of agreement", "lettre d'entente";
    TransitionStrategy = "transition strategy", "stratégie de transition";
    Protocol = "project protocol", "protocole de projet";
    UniversityPartnership = "university partnership", "partenariat universitaire";
    ImplementationMandate = "implementation mandate", "mandat d'exécution";
    DelegatedCooperation = "delegated cooperation", "coopération déléguée";
    ProgrammeAgreements = "programme agreements", "accords de programme";
    BilateralAgreement = "bilateral agreement", "accord bilatéral";
    StrategicPartnership = "strategic partnership", "partenariat stratégique";
    NgoFrameworkAgreement = "framework agreement with an NGO", "accord-cadre avec une ONG";
}

worded! { Assertion:
    Stated = "stated by the source", "énoncé par la source";
    Derived = "computed from statements of sources", "calculé à partir d'énoncés de sources";
    Inferred = "inferred by the editors", "inféré par les rédacteurs";
}

worded! { BudgetElement:
    Envelope = "envelope", "enveloppe";
    TopUp = "top-up", "complément";
    Extension = "extension", "prolongation";
    BilateralPart = "bilateral part", "part bilatérale";
    AllFunders = "all funders together", "tous les bailleurs ensemble";
}

worded! { BudgetStatus:
    Indicative = "indicative", "indicatif";
    Committed = "committed", "engagé";
}

worded! { BudgetType:
    Original = "original", "initial";
    Revised = "revised", "révisé";
}

worded! { Channel:
    Government = "government or public body", "gouvernement ou organisme public";
    Bilateral = "bilateral agency", "agence bilatérale";
    Multilateral = "international organisation", "organisation internationale";
    Ngo = "NGO", "ONG";
    Academic = "university or research body", "université ou centre de recherche";
    Private = "private body", "organisme privé";
}

worded! { Deployment:
    Deployed = "served", "déployé";
    Announced = "announced", "annoncé";
    Ceiling = "ceiling of a decision", "plafond d'une décision";
}

worded! { DialogueKind:
    PoliticalDialogue = "political dialogue", "dialogue politique";
    PartnershipCommittee = "partnership committee", "commission de partenariat";
    Visit = "visit", "visite";
    Multilateral = "multilateral meeting", "réunion multilatérale";
}

worded! { DialogueLevel:
    HeadOfState = "heads of state or government", "chefs d'État ou de gouvernement";
    Ministerial = "ministers", "ministres";
    SeniorOfficial = "senior officials", "hauts fonctionnaires";
}

worded! { ExclusionReason:
    PartOfCountedTotal = "part of an amount that already counts", "partie d'un montant déjà compté";
    Superseded = "replaced by a later budget", "remplacé par un budget ultérieur";
    RevisedInPart = "replaced for part of its period", "remplacé pour une partie de sa période";
    PossiblePart = "possibly part of an amount that already counts", "peut-être partie d'un montant déjà compté";
    OtherTransactionType = "commitment or receipt, not spending", "engagement ou recette, pas une dépense";
    ChildOfCountedParent = "contained in the budget of its programme", "compris dans le budget de son programme";
    AlternativeFigure = "another figure for the same amount", "autre chiffre pour le même montant";
    SharedWithOthers = "shared with others, and no source divides it", "partagé avec d'autres, sans répartition publiée";
    AllFunders = "money of all funders of a plan", "argent de tous les bailleurs d'un plan";
    Pledge = "a pledge that is not binding", "une promesse non contraignante";
    Internal = "money that had already come in", "argent déjà entré";
    OrderUnknown = "circulates among agencies, in an unknown order", "circule entre organismes, dans un ordre inconnu";
    ReceiptOfCountedDisbursement = "receipt of a payment that counts", "recette d'un versement compté";
    SecondaryReporter = "reported by others than the payer", "déclaré par un tiers";
    OtherScope = "humanitarian where development is asked for, or the reverse", "humanitaire là où le développement est demandé, ou l'inverse";
    NoRate = "cannot be converted", "ne peut être converti";
}

worded! { FlowStatus:
    Pledge = "pledge", "promesse";
    Commitment = "commitment", "engagement";
    Paid = "paid", "versé";
}

worded! { Forum:
    Bilateral = "between two states", "entre deux États";
    Eu = "European Union", "Union européenne";
    Un = "United Nations", "Nations unies";
    Other = "another forum", "autre cadre";
}

worded! { HumanitarianBasis:
    Flow = "a report on humanitarian aid", "un rapport sur l'aide humanitaire";
    Flag = "a flag of the publisher", "un marquage de l'éditeur";
    Scope = "an emergency or appeal", "une urgence ou un appel";
    Purpose = "its purpose codes", "ses codes-objet";
}

worded! { HumanitarianChannel:
    Direct = "directly from the donor", "directement par le donateur";
    Un = "United Nations", "Nations unies";
    RedCross = "Red Cross and Red Crescent", "Croix-Rouge et Croissant-Rouge";
    Ngo = "non-governmental organisations", "organisations non gouvernementales";
    Multilateral = "multilateral organisations", "organisations multilatérales";
    PooledFund = "pooled fund", "fonds commun";
    Mixed = "several channels", "plusieurs canaux";
    NotStated = "channel not stated", "canal non indiqué";
    Other = "another body", "autre organisme";
}

worded! { HumanitarianScope:
    AllCrises = "all crises of a year", "toutes les crises d'une année";
    BudgetLine = "one line of the national budget", "une ligne du budget national";
    Crisis = "one crisis, country or partner", "une crise, un pays ou un partenaire";
    Share = "a share of another contribution", "une part d'une autre contribution";
}

worded! { Kind:
    Source = "publication", "publication";
    Country = "country", "pays";
    Partnership = "partnership", "partenariat";
    Agency = "agency", "organisme";
    Location = "place", "lieu";
    Sector = "sector", "secteur";
    Programme = "programme", "programme";
    Agreement = "agreement", "accord";
    Dialogue = "dialogue or visit", "dialogue ou visite";
    Mission = "mission", "mission";
    MissionContribution = "contribution to a mission", "contribution à une mission";
    TrustFund = "trust fund", "fonds fiduciaire";
    Transaction = "transaction", "transaction";
    HumanitarianContribution = "humanitarian contribution", "contribution humanitaire";
    Event = "event", "événement";
    OdaFigure = "figure of official development assistance", "chiffre d'aide publique au développement";
    Gap = "known gap", "lacune connue";
}

worded! { LocationKind:
    Region = "region", "région";
    Circle = "circle", "cercle";
    Province = "province", "province";
    Commune = "commune", "commune";
    City = "city or town", "ville";
    Island = "island", "île";
    Plain = "plain", "plaine";
    Area = "area", "zone";
}

worded! { MissionContributionKind:
    Personnel = "people", "personnel";
    Financial = "money", "argent";
    Equipment = "equipment", "équipement";
}

worded! { MissionKind:
    CsdpMilitary = "EU military mission", "mission militaire de l'UE";
    CsdpCivilian = "EU civilian mission", "mission civile de l'UE";
    UnPeacekeeping = "UN peacekeeping operation", "opération de maintien de la paix des Nations unies";
    Nato = "NATO mission", "mission de l'OTAN";
    AfricanLed = "African-led mission", "mission sous conduite africaine";
    Other = "other, or not stated", "autre, ou non indiqué";
}

worded! { PartnershipStatus:
    Partner = "partner country", "pays partenaire";
    PartnerWindingDown = "partner country, winding down", "pays partenaire, en extinction";
    PartnerSuspended = "partner country, suspended", "pays partenaire, suspendu";
    FormerPartner = "former partner country", "ancien pays partenaire";
    ProjectCountry = "project country", "pays à projets";
    NewCooperation = "new cooperation", "nouvelle coopération";
}

worded! { Pillar:
    Diplomacy = "diplomacy", "diplomatie";
    Development = "development", "développement";
    Defence = "defence", "défense";
}

worded! { ProgrammeKind:
    IndicativeCooperationProgramme = "Indicative Cooperation Programme", "programme indicatif de coopération";
    CooperationProgramme = "cooperation programme", "programme de coopération";
    TransitionStrategy = "transition strategy", "stratégie de transition";
    InterimStrategy = "interim strategy", "stratégie intérimaire";
    BilateralProgramme = "bilateral programme", "programme bilatéral";
    Project = "project", "projet";
    Activity = "activity", "activité";
}

worded! { ProgrammeStatus:
    Planned = "planned", "prévu";
    Active = "active", "en cours";
    Suspended = "suspended", "suspendu";
    Ended = "ended", "terminé";
    Closed = "closed", "clos";
    Cancelled = "cancelled", "annulé";
}

worded! { Qualifier:
    Exact = "exactly", "exactement";
    AtLeast = "at least", "au moins";
    AtMost = "at most", "au plus";
    About = "about", "environ";
}

worded! { Role:
    Funding = "funds", "finance";
    Accountable = "is accountable", "est responsable";
    Extending = "passes funds on", "transmet les fonds";
    Implementing = "implements", "exécute";
    Partner = "partner", "partenaire";
}

worded! { SourceKind:
    GovernmentPage = "government page", "page gouvernementale";
    PressRelease = "press release or speech", "communiqué ou discours";
    AnnualReport = "annual report", "rapport annuel";
    AgencyPage = "agency's page", "page d'une agence";
    MissionPage = "mission's page", "page d'une mission";
    Press = "press", "presse";
    CodeList = "code list", "liste de codes";
    Dataset = "dataset", "jeu de données";
    Other = "other", "autre";
}

worded! { TransactionType:
    IncomingFunds = "incoming funds", "fonds reçus";
    OutgoingCommitment = "commitment", "engagement";
    Disbursement = "disbursement", "décaissement";
    Expenditure = "expenditure", "dépense";
    InterestPayment = "interest payment", "paiement d'intérêts";
    LoanRepayment = "loan repayment", "remboursement de prêt";
    Reimbursement = "reimbursement", "remboursement";
    PurchaseOfEquity = "purchase of equity", "achat de participation";
    SaleOfEquity = "sale of equity", "vente de participation";
    CreditGuarantee = "credit guarantee", "garantie de crédit";
    IncomingCommitment = "incoming commitment", "engagement reçu";
    OutgoingPledge = "pledge", "promesse";
    IncomingPledge = "incoming pledge", "promesse reçue";
}

worded! { PartKind:
    Recipient = "recipient", "pays bénéficiaire";
    Participation = "participation", "participation";
    Budget = "budget", "budget";
    Site = "place", "lieu";
    Sector = "sector", "secteur";
    Beneficiary = "beneficiary", "bénéficiaire";
}

worded! { GapKind:
    NotFound = "looked for and not found", "cherché et non trouvé";
    Partial = "found in part", "trouvé en partie";
    Conflict = "sources disagree", "les sources se contredisent";
    Uncertain = "meaning of a source uncertain", "sens d'une source incertain";
}
