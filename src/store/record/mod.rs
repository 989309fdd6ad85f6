//! Records as bytes: one frozen struct for each noun, in an envelope that tells damage and age.
//!
//! The structs are not the model's: words, dates, decimals and identifiers are text, so that a change of the model
//! does not silently change what old bytes mean. A struct that has been released is never edited; another layout
//! is a new struct (`ProgrammeV2`) and a new [`SCHEMA`] number, and then generations are built again from their
//! files. Golden bytes in `tests/it/store/golden/` fail when a layout changes unnoticed.

mod activity;
mod agency;
mod agreement;
mod country;
mod dialogue;
mod envelope;
mod event;
mod frozen;
mod humanitarian_contribution;
mod location;
mod mission;
mod mission_contribution;
mod oda_figure;
mod part;
mod partnership;
mod programme;
mod rates;
mod sector;
mod source;
mod transaction;
mod trust_fund;

use activity::DetailsV1;
pub(super) use envelope::{open, seal, seal_bytes, unseal};
use frozen::Frozen;
pub use frozen::Invalid;
pub(super) use rates::RatesV1;
use transaction::RowV3;

use crate::model::activity::{Description, Details, RelatedActivity};
use crate::model::agency::Agency;
use crate::model::agreement::Agreement;
use crate::model::country::Country;
use crate::model::dialogue::Dialogue;
use crate::model::event::Event;
use crate::model::humanitarian_contribution::HumanitarianContribution;
use crate::model::id::ProgrammeId;
use crate::model::location::Location;
use crate::model::mission::Mission;
use crate::model::mission_contribution::MissionContribution;
use crate::model::noun::{Kind, Noun, Record};
use crate::model::oda_figure::OdaFigure;
use crate::model::partnership::Partnership;
use crate::model::programme::Programme;
use crate::model::rate::Rates;
use crate::model::sector::Sector;
use crate::model::source::Source;
use crate::model::transaction::Transaction;
use crate::model::trust_fund::TrustFund;

/// Number of the layout of records, postings and columns. Raise it with every change of what is written.
pub const SCHEMA: u16 = 13;

/// A noun that can be stored.
pub trait Stored: Noun {
    /// Its bytes: envelope and frozen struct.
    ///
    /// # Errors
    /// [`Invalid`] when it is too large to be written.
    fn encode(&self) -> Result<Vec<u8>, Invalid>;

    /// The record of some bytes.
    ///
    /// # Errors
    /// [`Invalid`] says what is wrong with them: checksum, schema number, length, or a word that is on no list.
    fn decode(bytes: &[u8]) -> Result<Self, Invalid>;

    /// The record itself, where a record of any noun is one of this.
    fn from_record(record: Record) -> Option<Self>;
}

/// What many parts of a record say alike is written once: that they stand in the file of the record.
trait Whole: Sized {
    /// The record without what can be completed; `None` when nothing can.
    fn shortened(&self) -> Option<Self> {
        None
    }

    /// Puts back what was left off.
    fn complete(&mut self) {}
}

impl Whole for Programme {
    fn shortened(&self) -> Option<Self> {
        // What a person writes is spread over many files; what a publisher reports stands in one.
        self.report.as_ref()?;
        let mut short = self.clone();
        let file = short.provenance.origin.file.clone();
        for origin in short.origins_mut().filter(|origin| origin.file == file) {
            origin.file.clear();
        }
        Some(short)
    }

    fn complete(&mut self) {
        if self.report.is_some() {
            let file = self.provenance.origin.file.clone();
            for origin in self.origins_mut().filter(|origin| origin.file.is_empty()) {
                origin.file.clone_from(&file);
            }
        }
    }
}

macro_rules! whole {
    ($($noun:ident),+) => { $(impl Whole for $noun {})+ };
}
whole!(
    Source,
    Country,
    Partnership,
    Agency,
    Location,
    Sector,
    Agreement,
    Dialogue,
    Mission,
    MissionContribution,
    TrustFund,
    Transaction,
    HumanitarianContribution,
    Event,
    OdaFigure
);

macro_rules! stored {
    ($($noun:ident = $frozen:path,)+) => {
        $(
            impl Stored for $noun {
                fn encode(&self) -> Result<Vec<u8>, Invalid> {
                    match self.shortened() {
                        Some(short) => seal(&<$frozen as Frozen<$noun>>::freeze(&short)),
                        None => seal(&<$frozen as Frozen<$noun>>::freeze(self)),
                    }
                }

                fn decode(bytes: &[u8]) -> Result<Self, Invalid> {
                    let mut record: $noun = <$frozen as Frozen<$noun>>::thaw(open(bytes)?)?;
                    Whole::complete(&mut record);
                    Ok(record)
                }

                fn from_record(record: Record) -> Option<Self> {
                    match record { Record::$noun(record) => Some(record), _ => None }
                }
            }
        )+

        /// The bytes of a record of any noun.
        pub(super) fn encode(record: &Record) -> Result<Vec<u8>, Invalid> {
            match record { $(Record::$noun(record) => record.encode(),)+ }
        }

        /// The record of some bytes that are kept under a noun.
        pub(super) fn decode(kind: Kind, bytes: &[u8]) -> Result<Record, Invalid> {
            match kind { $(Kind::$noun => $noun::decode(bytes).map(Record::$noun),)+ }
        }
    };
}

stored! {
    Source = source::SourceV1,
    Country = country::CountryV1,
    Partnership = partnership::PartnershipV1,
    Agency = agency::AgencyV2,
    Location = location::LocationV1,
    Sector = sector::SectorV1,
    Programme = programme::ProgrammeV3,
    Agreement = agreement::AgreementV1,
    Dialogue = dialogue::DialogueV1,
    Mission = mission::MissionV1,
    MissionContribution = mission_contribution::MissionContributionV1,
    TrustFund = trust_fund::TrustFundV1,
    Transaction = transaction::TransactionV3,
    HumanitarianContribution = humanitarian_contribution::HumanitarianContributionV2,
    Event = event::EventV1,
    OdaFigure = oda_figure::OdaFigureV1,
}

/// The bytes of the details of a programme that stands in a file: its transactions, then the rest, so that either is read alone.
pub(super) fn encode_details(details: &Details, file: &str) -> Result<Vec<u8>, Invalid> {
    let rows: Vec<RowV3> = details
        .transactions
        .iter()
        .map(|transaction| {
            let mut short = transaction.clone();
            short.report.origins_mut().for_each(|origin| origin.file.clear());
            RowV3::freeze(&short, file)
        })
        .collect();
    let mut rest = Details { transactions: Vec::new(), ..details.clone() };
    rest.origins_mut().for_each(|origin| origin.file.clear());
    let (rows, rest) = (seal(&rows)?, seal(&DetailsV1::freeze(&rest))?);
    Ok([&(rows.len() as u64).to_le_bytes()[..], &rows, &rest].concat())
}

/// The two halves of the bytes of details.
fn halves(bytes: &[u8]) -> Result<(&[u8], &[u8]), Invalid> {
    let halves = || {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)
    };
    halves().ok_or_else(|| Invalid::new("the details are cut"))
}

/// The transactions of a programme that stands in a file.
pub(super) fn decode_transactions(
    bytes: &[u8],
    programme: &ProgrammeId,
    file: &str,
) -> Result<Vec<Transaction>, Invalid> {
    let rows: Vec<RowV3> = open(halves(bytes)?.0)?;
    (1..).zip(rows).map(|(number, row)| row.thaw(programme, file, number)).collect()
}

/// The details of a programme that stands in a file, without its transactions.
pub(super) fn decode_details(bytes: &[u8], file: &str) -> Result<Details, Invalid> {
    let mut details: Details = open::<DetailsV1>(halves(bytes)?.1)?.thaw()?;
    details.origins_mut().for_each(|origin| file.clone_into(&mut origin.file));
    Ok(details)
}

/// The descriptions of a programme, their places apart, and the activities that it is related to.
pub(super) fn decode_told(
    bytes: &[u8],
) -> Result<(Vec<Description>, Vec<RelatedActivity>), Invalid> {
    open::<DetailsV1>(halves(bytes)?.1)?.into_told()
}

/// The bytes of a currency's rates.
pub(super) fn encode_rates(rates: &Rates) -> Result<Vec<u8>, Invalid> {
    seal(&RatesV1::freeze(rates))
}

/// The rates of some bytes.
pub(super) fn decode_rates(bytes: &[u8]) -> Result<Rates, Invalid> {
    open::<RatesV1>(bytes)?.thaw()
}
