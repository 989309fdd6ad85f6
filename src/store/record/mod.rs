//! Record encoding: one frozen struct per noun, in an envelope with checksum and schema number.
//!
//! The structs are separate from the model: words, dates, decimals and identifiers are text, so that a change of
//! the model does not silently change the meaning of stored bytes. A released struct is never edited. A new layout
//! is a new struct (`ProgrammeV2`) and a new [`SCHEMA`] number; generations are then rebuilt from their files.
//! Golden bytes in `tests/it/store/golden/` fail when a layout changes unnoticed.

mod activity;
mod agency;
mod envelope;
mod frozen;
mod humanitarian_contribution;
mod mission_contribution;
mod nouns;
mod part;
mod programme;
mod rates;
mod rows;
mod transaction;

use activity::DetailsV1;
pub(super) use envelope::{open, seal, seal_bytes, unseal};
use frozen::Frozen;
pub use frozen::Invalid;
pub(super) use rates::RatesV1;
pub(super) use rows::{PackedRows, RowStream};
use transaction::RowV3;

use crate::model::activity::{Description, Details, RelatedActivity};
use crate::model::agency::Agency;
use crate::model::agreement::Agreement;
use crate::model::country::Country;
use crate::model::dialogue::Dialogue;
use crate::model::event::Event;
use crate::model::gap::Gap;
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

/// Number of the layout of records, postings and columns. Raise it with every change of the stored bytes.
pub const SCHEMA: u16 = 17;

/// A noun that can be stored.
pub trait Stored: Noun {
    /// Encodes the record: frozen struct and envelope.
    ///
    /// # Errors
    /// [`Invalid`] if the record is too large.
    fn encode(&self) -> Result<Vec<u8>, Invalid>;

    /// Decodes a record.
    ///
    /// # Errors
    /// [`Invalid`] names the problem: checksum, schema number, length, or an unknown enum word.
    fn decode(bytes: &[u8]) -> Result<Self, Invalid>;

    /// Unwraps a record of any noun; `None` if it is of another noun.
    fn from_record(record: Record) -> Option<Self>;
}

/// Deduplicates the file name of origins: nested origins in the record's own file omit it.
trait Whole: Sized {
    /// Returns the record without the redundant file names; `None` if nothing can be omitted.
    fn shortened(&self) -> Option<Self> {
        None
    }

    /// Restores the omitted file names.
    fn complete(&mut self) {}
}

impl Whole for Programme {
    fn shortened(&self) -> Option<Self> {
        // Curated records cite many files; a reported one is in a single file.
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
    OdaFigure,
    Gap
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

        /// Encodes a record of any noun.
        pub(super) fn encode(record: &Record) -> Result<Vec<u8>, Invalid> {
            match record { $(Record::$noun(record) => record.encode(),)+ }
        }

        /// Decodes a record stored under a noun.
        pub(super) fn decode(kind: Kind, bytes: &[u8]) -> Result<Record, Invalid> {
            match kind { $(Kind::$noun => $noun::decode(bytes).map(Record::$noun),)+ }
        }
    };
}

stored! {
    Source = nouns::SourceV2,
    Country = nouns::CountryV1,
    Partnership = nouns::PartnershipV1,
    Agency = agency::AgencyV3,
    Location = nouns::LocationV1,
    Sector = nouns::SectorV1,
    Programme = programme::ProgrammeV3,
    Agreement = nouns::AgreementV2,
    Dialogue = nouns::DialogueV2,
    Mission = nouns::MissionV2,
    MissionContribution = mission_contribution::MissionContributionV2,
    TrustFund = nouns::TrustFundV2,
    Transaction = transaction::TransactionV3,
    HumanitarianContribution = humanitarian_contribution::HumanitarianContributionV3,
    Event = nouns::EventV1,
    OdaFigure = nouns::OdaFigureV1,
    Gap = nouns::GapV1,
}

/// Encodes the details of a programme from `file`. The transactions precede the rest, so that either can be decoded
/// alone.
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

/// Splits encoded details into transactions and the rest.
fn halves(bytes: &[u8]) -> Result<(&[u8], &[u8]), Invalid> {
    let halves = || {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)
    };
    halves().ok_or_else(|| Invalid::new("truncated details"))
}

/// Decodes the transactions of a programme from `file`.
pub(super) fn decode_transactions(
    bytes: &[u8],
    programme: &ProgrammeId,
    file: &str,
) -> Result<Vec<Transaction>, Invalid> {
    let rows: Vec<RowV3> = open(halves(bytes)?.0)?;
    (1..).zip(rows).map(|(number, row)| row.thaw(programme, file, number)).collect()
}

/// Decodes the details of a programme from `file`, without its transactions.
pub(super) fn decode_details(bytes: &[u8], file: &str) -> Result<Details, Invalid> {
    let mut details: Details = open::<DetailsV1>(halves(bytes)?.1)?.thaw()?;
    details.origins_mut().for_each(|origin| file.clone_into(&mut origin.file));
    Ok(details)
}

/// Decodes the descriptions and the related activities of a programme; their origins lack the file name.
pub(super) fn decode_descriptions_and_related(
    bytes: &[u8],
) -> Result<(Vec<Description>, Vec<RelatedActivity>), Invalid> {
    open::<DetailsV1>(halves(bytes)?.1)?.into_descriptions_and_related()
}

/// Encodes the rates of a currency.
pub(super) fn encode_rates(rates: &Rates) -> Result<Vec<u8>, Invalid> {
    seal(&RatesV1::freeze(rates))
}

/// Decodes the rates of a currency.
pub(super) fn decode_rates(bytes: &[u8]) -> Result<Rates, Invalid> {
    open::<RatesV1>(bytes)?.thaw()
}
