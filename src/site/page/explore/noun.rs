//! Declaration of a noun that can be explored: its columns, its facets, and its sums.

use maud::Markup;
use serde_json::{Error, Map, Value};

use crate::model::code::Code as _;
use crate::model::noun::Kind;
use crate::read::groups::{Amounts, GroupDimension};
use crate::site::address::{Address, noun_table};
use crate::site::words::Words;

crate::model::code::codes! {
    /// Order of a list, by its word in the schema.
    pub(super) enum Order {
        /// By identifier.
        Id = "ID",
        /// By identifier, descending.
        IdDesc = "ID_DESC",
        /// By name.
        Name = "NAME",
        /// By name, descending.
        NameDesc = "NAME_DESC",
        /// By date, the earliest first.
        Date = "DATE",
        /// By date, the latest first.
        DateDesc = "DATE_DESC",
    }
}

impl Order {
    /// Returns the order as a parameter: `date-desc`.
    pub(super) fn text(self) -> String {
        self.as_str().to_lowercase().replace('_', "-")
    }

    /// Returns the same key in the other direction.
    pub(super) fn reverse(self) -> Self {
        match self {
            Self::Id => Self::IdDesc,
            Self::IdDesc => Self::Id,
            Self::Name => Self::NameDesc,
            Self::NameDesc => Self::Name,
            Self::Date => Self::DateDesc,
            Self::DateDesc => Self::Date,
        }
    }

    /// Returns true if the order is descending.
    pub(super) fn is_descending(self) -> bool {
        matches!(self, Self::IdDesc | Self::NameDesc | Self::DateDesc)
    }

    fn is_dated(self) -> bool {
        matches!(self, Self::Date | Self::DateDesc)
    }
}

/// Shows the value of a field of a record; `None` if it is absent.
pub(super) type Show = fn(&Address, &Map<String, Value>, &str) -> Result<Option<Markup>, Error>;

/// Column of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Name as a parameter; that of its first field.
    pub(super) key: &'static str,
    pub(super) name: Words,
    /// Fields with their selections: `country { ...Named }`.
    pub(super) fields: &'static [&'static str],
    pub(super) show: Show,
    /// True if it is shown unless the address names columns.
    pub(super) is_usual: bool,
    /// Order that sorts by it.
    pub(super) order: Option<Order>,
}

impl Column {
    /// Creates a column that is shown unless the address names columns.
    pub(super) const fn of(
        key: &'static str,
        name: Words,
        fields: &'static [&'static str],
        show: Show,
    ) -> Self {
        Self { key, name, fields, show, is_usual: true, order: None }
    }

    /// Shows the column only on request.
    pub(super) const fn more(self) -> Self {
        Self { is_usual: false, ..self }
    }

    /// Sets the order that sorts by the column.
    pub(super) const fn by(self, order: Order) -> Self {
        Self { order: Some(order), ..self }
    }
}

/// Facet: a field of the filter whose values are counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facet {
    /// Name of the field, which is its parameter as well.
    pub(super) field: &'static str,
    pub(super) name: Words,
    /// Returns the words of a code; `None` if the data names it.
    pub(super) words: fn(&str) -> Option<Words>,
}

impl Facet {
    /// Returns the field as a value of the schema: `sectorCategory` becomes `SECTOR_CATEGORY`.
    pub(super) fn word(&self) -> String {
        let mut word = String::new();
        for letter in self.field.chars() {
            if letter.is_uppercase() {
                word.push('_');
            }
            word.push(letter.to_ascii_uppercase());
        }
        word
    }

    /// Returns true for years, which are listed in their order.
    pub(super) fn is_years(&self) -> bool {
        self.field == "year"
    }
}

/// Numbers of records up to which a view has sums, and meters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) summed: u64,
    pub(super) metered: u64,
}

/// Noun that can be explored.
#[derive(Debug)]
pub(in crate::site) struct Noun {
    pub(in crate::site) kind: Kind,
    /// Path of the page.
    pub(in crate::site) path: &'static str,
    /// Field of the schema: `programmes`.
    pub(super) list: &'static str,
    /// Order unless the address states one.
    pub(super) order: Order,
    /// True if its records have dates to sort by.
    pub(super) is_dated: bool,
    pub(super) columns: &'static [Column],
    pub(super) facets: &'static [Facet],
    /// Dimensions of the meter: money without a key is not broken down.
    pub(super) meters: &'static [GroupDimension],
}

impl Noun {
    /// Name of the table with the same rows.
    pub(super) fn table(&self) -> &'static str {
        noun_table(self.kind)
    }

    /// Amounts that can be grouped; `None` for a noun without them.
    pub(super) fn amounts(&self) -> Option<Amounts> {
        Amounts::of(self.kind)
    }

    /// Numbers of records up to which a view adds their amounts, so that it takes less than 300 ms of CPU. A scan costs about
    /// 0.08 µs per transaction and 0.8 µs per programme; there is one scan for each meter.
    pub(super) fn limits(&self) -> Limits {
        match self.kind {
            Kind::Transaction => Limits { summed: 2_000_000, metered: 400_000 },
            Kind::Programme => Limits { summed: 200_000, metered: 40_000 },
            _ => Limits { summed: 20_000, metered: 5_000 },
        }
    }

    /// Name of the table of the groups.
    pub(super) fn group_table(&self) -> &'static str {
        if self.kind == Kind::Programme { "budgets" } else { self.table() }
    }

    /// Lists the orders of the noun.
    pub(super) fn orders(&self) -> impl Iterator<Item = Order> {
        let is_dated = self.is_dated;
        Order::VALUES.iter().copied().filter(move |order| is_dated || !order.is_dated())
    }

    /// Returns the field of the filter that selects the money of a key; `None` if no field has the same meaning.
    pub(super) fn field_of(&self, dimension: GroupDimension) -> Option<&'static str> {
        let field = match (self.kind, dimension) {
            (_, GroupDimension::Country) => "country",
            (_, GroupDimension::Region) => "region",
            (_, GroupDimension::Sector) => "sector",
            (_, GroupDimension::SectorCategory) => "sectorCategory",
            (_, GroupDimension::Provider) => "provider",
            (_, GroupDimension::Receiver) => "receiver",
            (_, GroupDimension::Reporter) => "reporter",
            (_, GroupDimension::Pillar) => "pillar",
            (_, GroupDimension::Mission) => "mission",
            (_, GroupDimension::Kind) => "kind",
            (_, GroupDimension::SendingBody) => "sendingBody",
            (_, GroupDimension::Deployment) => "deployment",
            (_, GroupDimension::TransactionType) => "type",
            (_, GroupDimension::Scope) => "scope",
            (_, GroupDimension::Plan) => "plan",
            (Kind::MissionContribution, GroupDimension::Donor) => "contributor",
            (_, GroupDimension::Donor) => "donor",
            (Kind::HumanitarianContribution, GroupDimension::FlowStatus)
            | (Kind::Programme, GroupDimension::Status) => "status",
            (Kind::Transaction, GroupDimension::Status) => "programmeStatus",
            (Kind::HumanitarianContribution, GroupDimension::Channel) => "channel",
            (Kind::Transaction | Kind::HumanitarianContribution, GroupDimension::Year) => "year",
            _ => return None,
        };
        Some(field)
    }
}

/// Returns the name of a variable: `show` and `country` become `showCountry`.
pub(super) fn variable(prefix: &str, name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{prefix}{first}{}", letters.as_str())
}
