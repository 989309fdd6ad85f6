//! Serialised columns: chunks in the tree `column`, by column number.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{AmountColumns, Columns, FlowTerms, Heads, Odd, Spot};
use crate::model::country::CountryCode;
use crate::model::date::PartialDate;
use crate::model::money::Currency;
use crate::model::sector::SectorCode;
use crate::store::error::Error;
use crate::store::record::Invalid;
use crate::store::record_compression;
use crate::store::tables::CHUNK;

/// Receives a chunk: column number, chunk number and bytes.
type Put<'a> = &'a mut dyn FnMut(u8, u32, Vec<u8>) -> Result<(), Error>;

/// Declares the columns with their numbers; encoder and decoder are generated from one list.
macro_rules! columns {
    ($($number:literal = $($path:ident).+,)+) => {
        impl Columns {
            /// Emits all chunks, in the order of their numbers.
            pub(in crate::store) fn pieces(&self, put: Put<'_>) -> Result<(), Error> {
                $(chunks($number, &self.$($path).+, put)?;)+
                DictionaryText::of(self).pieces(put)
            }

            fn take(&mut self, number: u8, bytes: &[u8]) -> Result<bool, Invalid> {
                match number {
                    $($number => extend(&mut self.$($path).+, bytes)?,)+
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }
    };
}

columns! {
    16 = transactions.first,
    17 = transactions.kind,
    18 = transactions.flags,
    19 = transactions.date,
    20 = transactions.value_date,
    21 = transactions.currency,
    22 = transactions.value,
    23 = transactions.odd,
    24 = transactions.provider,
    25 = transactions.receiver,
    26 = transactions.terms,
    27 = transactions.places,
    28 = transactions.sectors,
    29 = transactions.counterpart,
    30 = transactions.loose,
    31 = transactions.part_of,
    32 = transactions.relief,
    33 = transactions.carrier,
    34 = transactions.channel,
    40 = budgets.first,
    41 = budgets.kind,
    42 = budgets.flags,
    43 = budgets.date,
    44 = budgets.value_date,
    45 = budgets.currency,
    46 = budgets.value,
    47 = budgets.odd,
    48 = budgets.part_of,
    49 = budgets.supersedes,
    50 = budgets.until,
    60 = heads.donor,
    61 = heads.reporter,
    62 = heads.pillar,
    63 = heads.status,
    65 = heads.secondary,
    66 = heads.terms,
    67 = heads.places,
    68 = heads.sectors,
    69 = heads.parent,
    70 = heads.funding,
    71 = heads.accountable,
    72 = heads.extending,
    73 = heads.implementing,
    74 = heads.channel,
    75 = heads.relief,
    80 = place_shares.ends,
    81 = place_shares.parts,
    82 = sector_shares.ends,
    83 = sector_shares.parts,
    84 = parts.ends,
    85 = parts.items,
    86 = part_money,
    87 = sites.ends,
    88 = sites.items,
}

/// The dictionaries in their serialised form, as text.
#[derive(Debug, Default)]
struct DictionaryText {
    dates: Vec<Option<String>>,
    currencies: Vec<Option<String>>,
    countries: Vec<Option<String>>,
    terms: Vec<FlowTerms>,
    /// True for a country, the vocabulary, and the code.
    places: Vec<Option<(bool, Option<String>, String)>>,
    sectors: Vec<Option<String>>,
}

fn texts<T: ToString>(values: &[Option<T>]) -> Vec<Option<String>> {
    values.iter().map(|value| value.as_ref().map(T::to_string)).collect()
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    texts: Vec<Option<String>>,
) -> Result<Vec<Option<T>>, Invalid> {
    let value = |text: Option<String>| text.map(|t| t.parse().map_err(Invalid::new)).transpose();
    texts.into_iter().map(value).collect()
}

impl DictionaryText {
    fn of(columns: &Columns) -> Self {
        let spot = |spot: &Spot| match spot {
            Spot::Country(code) => (true, None, code.to_string()),
            Spot::Region(vocabulary, code) => (false, vocabulary.clone(), code.clone()),
        };
        Self {
            dates: texts(&columns.dates),
            currencies: texts(&columns.currencies),
            countries: texts(&columns.countries),
            terms: columns.terms.clone(),
            places: columns.places.iter().map(|place| place.as_ref().map(spot)).collect(),
            sectors: texts(&columns.sectors),
        }
    }

    fn pieces(&self, put: Put<'_>) -> Result<(), Error> {
        chunks(100, &self.dates, put)?;
        chunks(101, &self.currencies, put)?;
        chunks(102, &self.countries, put)?;
        chunks(103, &self.terms, put)?;
        chunks(104, &self.places, put)?;
        chunks(105, &self.sectors, put)
    }

    fn take(&mut self, number: u8, bytes: &[u8]) -> Result<(), Invalid> {
        match number {
            100 => extend(&mut self.dates, bytes),
            101 => extend(&mut self.currencies, bytes),
            102 => extend(&mut self.countries, bytes),
            103 => extend(&mut self.terms, bytes),
            104 => extend(&mut self.places, bytes),
            105 => extend(&mut self.sectors, bytes),
            _ => Err(Invalid::new(format_args!("there is no column {number}"))),
        }
    }
}

fn chunks<T: Serialize>(number: u8, values: &[T], put: Put<'_>) -> Result<(), Error> {
    for (chunk, values) in (0..).zip(values.chunks(CHUNK)) {
        let bytes =
            record_compression::squeeze(&values).map_err(|e| Error::Unstorable(e.to_string()))?;
        put(number, chunk, bytes)?;
    }
    Ok(())
}

fn extend<T: DeserializeOwned>(values: &mut Vec<T>, bytes: &[u8]) -> Result<(), Invalid> {
    values.append(&mut record_compression::spread::<Vec<T>>(bytes)?);
    Ok(())
}

/// Decodes columns, chunk by chunk in the order of their numbers.
#[derive(Debug, Default)]
pub struct ColumnsReader {
    columns: Columns,
    text: DictionaryText,
}

impl ColumnsReader {
    /// Decodes the next chunk.
    ///
    /// # Errors
    /// [`Invalid`] if the chunk is damaged, or its column number is unknown.
    pub(in crate::store) fn take(&mut self, number: u8, bytes: &[u8]) -> Result<(), Invalid> {
        if self.columns.take(number, bytes)? { Ok(()) } else { self.text.take(number, bytes) }
    }

    /// Returns the decoded columns.
    ///
    /// # Errors
    /// [`Invalid`] if the columns are inconsistent with each other.
    pub(in crate::store) fn finish(self) -> Result<Columns, Invalid> {
        let DictionaryText { dates, currencies, countries, terms, places, sectors } = self.text;
        let spot = |(is_country, vocabulary, code): (bool, Option<String>, String)| {
            if is_country {
                code.parse::<CountryCode>().map(Spot::Country).map_err(Invalid::new)
            } else {
                Ok(Spot::Region(vocabulary, code))
            }
        };
        let columns = Columns {
            dates: parsed::<PartialDate>(dates)?,
            currencies: parsed::<Currency>(currencies)?,
            countries: parsed::<CountryCode>(countries)?,
            terms,
            places: places
                .into_iter()
                .map(|place| place.map(spot).transpose())
                .collect::<Result<_, _>>()?,
            sectors: parsed::<SectorCode>(sectors)?,
            ..self.columns
        };
        check(&columns)?;
        Ok(columns)
    }
}

/// Checks that the columns of each table have the same length.
fn check(columns: &Columns) -> Result<(), Invalid> {
    let rows = |rows: &AmountColumns| {
        let lengths =
            [rows.flags.len(), rows.date.len(), rows.value_date.len(), rows.currency.len()];
        let ends_well = rows.first.last().is_none_or(|last| *last as usize == rows.kind.len());
        ends_well
            && rows.value.len() == rows.kind.len()
            && lengths.iter().all(|length| *length == rows.kind.len())
            && rows.odd.is_sorted_by_key(|(row, _): &(u32, Odd)| *row)
    };
    let transactions = &columns.transactions;
    let sides =
        [transactions.provider.len(), transactions.receiver.len(), transactions.terms.len()];
    let Heads { donor, reporter, pillar, status, .. } = &columns.heads;
    let heads = &columns.heads;
    let lengths = [
        donor.len(),
        reporter.len(),
        pillar.len(),
        status.len(),
        heads.secondary.len(),
        heads.terms.len(),
        heads.places.len(),
        heads.sectors.len(),
        heads.funding.len(),
        heads.accountable.len(),
        heads.extending.len(),
        heads.implementing.len(),
        heads.channel.len(),
        columns.parts.ends.len(),
        columns.sites.ends.len(),
        heads.relief.len(),
    ];
    let budgets = &columns.budgets;
    let own = [budgets.part_of.len(), budgets.supersedes.len(), budgets.until.len()];
    let fits = rows(transactions)
        && own.iter().all(|length| *length == budgets.kind.len())
        && rows(&columns.budgets)
        && sides.iter().all(|length| *length == transactions.kind.len())
        && lengths.iter().all(|length| *length == heads.parent.len())
        && transactions.first.len() == columns.budgets.first.len();
    if fits { Ok(()) } else { Err(Invalid::new("the columns do not fit each other")) }
}
