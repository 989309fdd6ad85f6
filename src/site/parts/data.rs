//! Objects of the schema that several queries select. Each struct belongs to a fragment of `queries/fragments.graphql`.

use std::marker::PhantomData;

use rust_decimal::Decimal;
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::code::Code;
use crate::model::date::PartialDate;
use crate::model::money::{Absence, Qualifier};
use crate::model::noun::Kind;
use crate::model::origin::Assertion;
use crate::read::coverage::SumCoverage;
use crate::read::groups::KeyAbsence;
use crate::read::total::ExclusionReason;

/// Value of a closed list of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site) struct Coded<T>(pub(in crate::site) T);

impl<'de, T: Code> Deserialize<'de> for Coded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word<T>(PhantomData<T>);
        impl<T: Code> Visitor<'_> for Word<T> {
            type Value = T;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(T::NAME)
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<T, E> {
                T::parse(word).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Word(PhantomData)).map(Self)
    }
}

/// Date as precise as its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::site) struct Day(pub(in crate::site) PartialDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

/// List without its length.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct Nodes<T> {
    pub(in crate::site) nodes: Vec<T>,
}

/// Position on the earth.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(in crate::site) struct Point {
    pub(in crate::site) latitude: Decimal,
    pub(in crate::site) longitude: Decimal,
}

/// Version of the data and the numbers of its records.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct Contents {
    #[serde(flatten)]
    pub(in crate::site) edition: Edition,
    pub(in crate::site) counts: Vec<Count>,
}

/// Number of the records of a noun.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct Count {
    kind: String,
    pub(in crate::site) records: u64,
}

impl Count {
    /// Returns the noun.
    pub(in crate::site) fn noun(&self) -> Option<Kind> {
        Kind::of_enum_word(&self.kind)
    }

    /// Returns the noun and the number of its records, unless there are none.
    pub(in crate::site) fn known(&self) -> Option<(Kind, u64)> {
        Some((self.noun()?, self.records)).filter(|(_, records)| *records > 0)
    }
}

/// Version of the data, and the time of its build. Fragment `Edition`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Edition {
    pub(in crate::site) version: String,
    pub(in crate::site) built_at: Option<String>,
}

impl Edition {
    /// Returns the day of the build.
    pub(in crate::site) fn day(&self) -> Option<&str> {
        self.built_at.as_deref()?.get(..10)
    }
}

/// A record to link to. Fragment `Named`.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct Named {
    #[serde(rename = "__typename")]
    pub(in crate::site) kind: Coded<Kind>,
    pub(in crate::site) identifier: String,
    pub(in crate::site) label: String,
}

/// Text in the language of the page, or in another one if it lacks that. Fragment `Words`.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct Text {
    pub(in crate::site) value: String,
    pub(in crate::site) language: String,
    /// True for a translation by the editors of the data.
    pub(in crate::site) translated: bool,
}

/// Money. Fragment `Amount`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Amount {
    pub(in crate::site) value: Option<Decimal>,
    pub(in crate::site) currency: Option<String>,
    pub(in crate::site) currency_as_published: Option<String>,
    pub(in crate::site) qualifier: Option<Coded<Qualifier>>,
    pub(in crate::site) absence: Option<Coded<Absence>>,
}

/// Sum in one currency. Fragment `Sum`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Sum {
    pub(in crate::site) currency: Option<String>,
    pub(in crate::site) lower: Option<Decimal>,
    pub(in crate::site) upper: Option<Decimal>,
    pub(in crate::site) counted: Option<Decimal>,
    pub(in crate::site) not_stated: u64,
    pub(in crate::site) approximate: u64,
    pub(in crate::site) excluded_sums: Vec<ExcludedSum>,
}

/// Amounts that a sum leaves out for one reason.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct ExcludedSum {
    pub(in crate::site) reason: Coded<ExclusionReason>,
    pub(in crate::site) currency: Option<String>,
    pub(in crate::site) amount: Option<Decimal>,
    pub(in crate::site) items: u64,
}

/// A list with its groups.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Grouped {
    pub(in crate::site) groups: Groups,
}

/// Groups of a list.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Groups {
    pub(in crate::site) groups: Vec<Group>,
}

/// Group of amounts in one currency. Fragment `KeyedSum`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Group {
    pub(in crate::site) keys: Vec<Key>,
    pub(in crate::site) currency: Option<String>,
    pub(in crate::site) items: u64,
    pub(in crate::site) counted: Option<Decimal>,
    pub(in crate::site) lower: Option<Decimal>,
    pub(in crate::site) upper: Option<Decimal>,
    pub(in crate::site) not_stated: u64,
    pub(in crate::site) approximate: u64,
    pub(in crate::site) coverage: Coded<SumCoverage>,
    pub(in crate::site) disputed: u64,
}

impl Group {
    /// Returns the year of its first key; `None` if it is not stated.
    pub(in crate::site) fn year(&self) -> Option<u16> {
        self.keys.first()?.code.as_deref()?.parse().ok()
    }

    /// Returns the sum of the group. It lists no left-out amounts.
    pub(in crate::site) fn sum(&self) -> Sum {
        Sum {
            currency: self.currency.clone().filter(|_| self.counted.is_some()),
            lower: self.lower,
            upper: self.upper,
            counted: self.counted,
            not_stated: self.not_stated,
            approximate: self.approximate,
            excluded_sums: Vec::new(),
        }
    }
}

/// Key of a group; without a code, no source divides or states it.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct Key {
    pub(in crate::site) code: Option<String>,
    pub(in crate::site) name: Option<Text>,
    pub(in crate::site) absence: Option<Coded<KeyAbsence>>,
}

/// Period; an unknown end is `None`.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(in crate::site) struct Period {
    pub(in crate::site) start: Option<Day>,
    pub(in crate::site) end: Option<Day>,
}

/// File and line that a record was read from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(in crate::site) struct Origin {
    pub(in crate::site) file: String,
    pub(in crate::site) line: u32,
}

/// Support of a record. Fragment `Evidence`.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct Evidence {
    pub(in crate::site) origin: Origin,
    pub(in crate::site) assertion: Coded<Assertion>,
    pub(in crate::site) citations: Vec<Citation>,
}

/// Statement of a publication.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Citation {
    pub(in crate::site) source: Option<Publication>,
    pub(in crate::site) field: Option<String>,
    pub(in crate::site) as_published: Option<String>,
    pub(in crate::site) normalised: Option<String>,
    pub(in crate::site) locator: Option<String>,
    pub(in crate::site) note: Option<String>,
    pub(in crate::site) assertion: Coded<Assertion>,
    pub(in crate::site) origin: Origin,
}

/// Publication of a citation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(in crate::site) struct Publication {
    pub(in crate::site) identifier: String,
    pub(in crate::site) title: String,
    pub(in crate::site) publisher: Option<String>,
    pub(in crate::site) published: Option<Day>,
}

/// Agency that a mission, contribution or fund supports.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::site) struct Beneficiary {
    pub(in crate::site) agency: Option<Named>,
    #[serde(flatten)]
    pub(in crate::site) evidence: Evidence,
}

/// First page of a list, with its length.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct List<T> {
    pub(in crate::site) total_count: u64,
    pub(in crate::site) nodes: Vec<T>,
}
