//! Official IATI codelists: meanings of published codes, in English and French.
//!
//! The lists are in `codelists/`, one file each, and compiled into the program; `codelists/README.md` names their
//! sources. Unlisted codes are kept as published and have no meaning here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::date::PartialDate;
use super::text::{Text, words};

/// Date of a code's withdrawal; `None` where the list does not state it.
pub type Withdrawn = Option<PartialDate>;

/// Entry of a list.
struct CodelistItem {
    name: Text,
    /// `None` while the code is in use.
    withdrawn: Option<Withdrawn>,
}

/// Entries of one list by code.
type Items = BTreeMap<&'static str, CodelistItem>;

/// Codes of one list by folded name.
type NameIndex = BTreeMap<String, &'static str>;

macro_rules! lists {
    ($($(#[doc = $meaning:literal])* $variant:ident = $word:literal,)+) => {
        super::code::codes! {
            /// A codelist.
            pub enum Codelist { $($(#[doc = $meaning])* $variant = $word,)+ }
        }

        impl Codelist {
            fn items(self) -> &'static Items {
                match self {
                    $(Self::$variant => {
                        static ITEMS: LazyLock<Items> =
                            LazyLock::new(|| read(include_str!(concat!("../../codelists/", $word, ".csv"))));
                        &ITEMS
                    })+
                }
            }

            fn names(self) -> &'static NameIndex {
                match self {
                    $(Self::$variant => {
                        static NAMES: LazyLock<NameIndex> =
                            LazyLock::new(|| by_name(Codelist::$variant.items()));
                        &NAMES
                    })+
                }
            }
        }
    };
}

lists! {
    /// Types of activity dates, such as the planned start.
    ActivityDateType = "ActivityDateType",
    /// Geographical scope of an activity.
    ActivityScope = "ActivityScope",
    /// Lifecycle status of an activity.
    ActivityStatus = "ActivityStatus",
    /// Types of aid, OECD DAC.
    AidType = "AidType",
    /// Vocabularies of aid types.
    AidTypeVocabulary = "AidTypeVocabulary",
    /// Budget classifications of the recipient country.
    BudgetIdentifier = "BudgetIdentifier",
    /// Vocabularies of budget classifications.
    BudgetIdentifierVocabulary = "BudgetIdentifierVocabulary",
    /// Reasons why an activity has no budget.
    BudgetNotProvided = "BudgetNotProvided",
    /// Status of a budget: indicative or committed.
    BudgetStatus = "BudgetStatus",
    /// Type of a budget: original or revised.
    BudgetType = "BudgetType",
    /// Cash and voucher modalities.
    CashandVoucherModalities = "CashandVoucherModalities",
    /// Types of collaboration, such as bilateral or multilateral.
    CollaborationType = "CollaborationType",
    /// Types of conditions.
    ConditionType = "ConditionType",
    /// Countries, ISO 3166-1.
    Country = "Country",
    /// Channels of delivery, OECD DAC.
    CrsChannel = "CRSChannelCode",
    /// Currencies, ISO 4217, without those withdrawn before 2018.
    Currency = "Currency",
    /// Types of descriptions.
    DescriptionType = "DescriptionType",
    /// Disbursement channels.
    DisbursementChannel = "DisbursementChannel",
    /// Categories of documents.
    DocumentCategory = "DocumentCategory",
    /// Degrees of earmarking.
    EarmarkingCategory = "EarmarkingCategory",
    /// Financial instruments, OECD DAC.
    FinanceType = "FinanceType",
    /// Types of flows, such as official development assistance, OECD DAC.
    FlowType = "FlowType",
    /// Exactness of coordinates.
    GeographicExactness = "GeographicExactness",
    /// Classes of locations, such as a populated place.
    GeographicLocationClass = "GeographicLocationClass",
    /// Reach of a location: place of the work, or of the beneficiaries.
    GeographicLocationReach = "GeographicLocationReach",
    /// Gazetteers.
    GeographicVocabulary = "GeographicVocabulary",
    /// Humanitarian scope: emergency or appeal.
    HumanitarianScopeType = "HumanitarianScopeType",
    /// Vocabularies of emergencies and appeals.
    HumanitarianScopeVocabulary = "HumanitarianScopeVocabulary",
    /// Measures of indicators, such as unit or percentage.
    IndicatorMeasure = "IndicatorMeasure",
    /// Vocabularies of indicators.
    IndicatorVocabulary = "IndicatorVocabulary",
    /// Feature types of locations.
    LocationType = "LocationType",
    /// Roles of participating organisations.
    OrganisationRole = "OrganisationRole",
    /// Types of organisations.
    OrganisationType = "OrganisationType",
    /// Types of further identifiers.
    OtherIdentifierType = "OtherIdentifierType",
    /// Policy markers, OECD DAC.
    PolicyMarker = "PolicyMarker",
    /// Vocabularies of policy markers.
    PolicyMarkerVocabulary = "PolicyMarkerVocabulary",
    /// Significance of a policy for an activity.
    PolicySignificance = "PolicySignificance",
    /// Regions, OECD DAC.
    Region = "Region",
    /// Vocabularies of regions.
    RegionVocabulary = "RegionVocabulary",
    /// Relationships between activities.
    RelatedActivityType = "RelatedActivityType",
    /// Types of results: output, outcome or impact.
    ResultType = "ResultType",
    /// Vocabularies of results frameworks.
    ResultVocabulary = "ResultVocabulary",
    /// Purpose codes, OECD DAC.
    Sector = "Sector",
    /// Categories of purpose codes, OECD DAC.
    SectorCategory = "SectorCategory",
    /// Vocabularies of sectors.
    SectorVocabulary = "SectorVocabulary",
    /// Vocabularies of tags.
    TagVocabulary = "TagVocabulary",
    /// Tied status of aid.
    TiedStatus = "TiedStatus",
    /// Types of transactions.
    TransactionType = "TransactionType",
    /// Sustainable Development Goals.
    SdgGoal = "UNSDG-Goals",
    /// Targets of the Sustainable Development Goals.
    SdgTarget = "UNSDG-Targets",
}

impl Codelist {
    /// Returns the meaning of a code; `None` for unlisted codes.
    pub fn name(self, code: &str) -> Option<&'static Text> {
        self.items().get(code).map(|item| &item.name)
    }

    /// Returns true if the code is on the list.
    pub fn has(self, code: &str) -> bool {
        self.items().contains_key(code)
    }

    /// Returns the withdrawal of a code; `None` while it is in use or unlisted. The date is present where the list states
    /// it.
    pub fn withdrawn(self, code: &str) -> Option<Withdrawn> {
        self.items().get(code)?.withdrawn
    }

    /// Returns the code of an English or French name, ignoring case, accents, spaces and punctuation. `None` for names of
    /// no code or of several.
    pub fn code(self, name: &str) -> Option<&'static str> {
        self.names().get(&key(name)).copied()
    }

    /// Returns the code that a published text certainly means; `None` when no meaning is certain.
    ///
    /// Accepts codes in any case or with a trailing `.0`, and names in English or French. Words of earlier versions of the
    /// standard (`START-PLANNED`, `DAC`) also match.
    pub fn find(self, text: &str) -> Option<&'static str> {
        let has = |code: &str| self.items().get_key_value(code).map(|(code, _)| *code);
        let in_any_case = || {
            let mut those = self.codes().filter(|code| code.eq_ignore_ascii_case(text));
            those.next().filter(|_| those.next().is_none())
        };
        let whole = || has(text.trim_end_matches('0').strip_suffix('.')?);
        has(text).or_else(in_any_case).or_else(whole).or_else(|| {
            let key = key(text);
            let earlier = EARLIER.iter().find(|(list, word, _)| *list == self && *word == key);
            self.names().get(&key).copied().or_else(|| earlier.map(|(_, _, code)| *code))
        })
    }

    /// Returns the codes in lexical order.
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        self.items().keys().copied()
    }
}

/// Letters and digits of a name, folded.
fn key(name: &str) -> String {
    words(name).concat()
}

/// Codes and words of versions 1.0x and earlier names of codes, in the form of [`key`]. Source: embedded codelists of
/// IATI 1.05; the other spellings occur in published files.
const EARLIER: &[(Codelist, &str, &str)] = &[
    (Codelist::ActivityDateType, "startplanned", "1"),
    (Codelist::ActivityDateType, "startactual", "2"),
    (Codelist::ActivityDateType, "endplanned", "3"),
    (Codelist::ActivityDateType, "endactual", "4"),
    (Codelist::ActivityDateType, "plannedstartdate", "1"),
    (Codelist::ActivityDateType, "actualstartdate", "2"),
    (Codelist::ActivityDateType, "plannedenddate", "3"),
    (Codelist::ActivityDateType, "actualenddate", "4"),
    (Codelist::ActivityStatus, "pipeline", "1"),
    (Codelist::ActivityStatus, "identification", "1"),
    (Codelist::ActivityStatus, "completion", "3"),
    (Codelist::ActivityStatus, "postcompletion", "4"),
    (Codelist::ActivityStatus, "canceled", "5"),
    (Codelist::AidTypeVocabulary, "dac", "1"),
    (Codelist::GeographicVocabulary, "geo", "G1"),
    (Codelist::GeographicVocabulary, "osm", "G2"),
    (Codelist::PolicyMarkerVocabulary, "dac", "1"),
    (Codelist::PolicyMarkerVocabulary, "oecddac", "1"),
    (Codelist::PolicyMarkerVocabulary, "ro", "99"),
    (Codelist::PolicySignificance, "significant", "1"),
    (Codelist::PolicySignificance, "principal", "2"),
    (Codelist::PolicySignificance, "objectifsignificatif", "1"),
    (Codelist::PolicySignificance, "objectifprincipal", "2"),
    (Codelist::RegionVocabulary, "dac", "1"),
    (Codelist::RegionVocabulary, "ro", "99"),
    (Codelist::SectorVocabulary, "dac", "1"),
    (Codelist::SectorVocabulary, "dac5", "1"),
    (Codelist::SectorVocabulary, "dac3", "2"),
    (Codelist::SectorVocabulary, "cofog", "3"),
    (Codelist::SectorVocabulary, "nace", "4"),
    (Codelist::SectorVocabulary, "ntee", "5"),
    (Codelist::SectorVocabulary, "adt", "6"),
    (Codelist::SectorVocabulary, "ro", "99"),
    (Codelist::SectorVocabulary, "ro2", "98"),
    (Codelist::SectorVocabulary, "wb", "98"),
    (Codelist::TransactionType, "if", "1"),
    (Codelist::TransactionType, "c", "2"),
    (Codelist::TransactionType, "commitment", "2"),
    (Codelist::TransactionType, "d", "3"),
    (Codelist::TransactionType, "e", "4"),
    (Codelist::TransactionType, "ir", "5"),
    (Codelist::TransactionType, "interestrepayment", "5"),
    (Codelist::TransactionType, "lr", "6"),
    (Codelist::TransactionType, "r", "7"),
    (Codelist::TransactionType, "qp", "8"),
    (Codelist::TransactionType, "qs", "9"),
    (Codelist::TransactionType, "cg", "10"),
];

/// Indexes codes by name, without names that several codes share.
fn by_name(items: &'static Items) -> NameIndex {
    let mut names = NameIndex::new();
    let mut shared = BTreeSet::new();
    for (code, item) in items {
        for (_, form) in item.name.forms() {
            let folded = key(form);
            let before = names.insert(folded.clone(), *code);
            if before.is_some_and(|before| before != *code) {
                shared.insert(folded);
            }
        }
    }
    names.retain(|name, _| !name.is_empty() && !shared.contains(name));
    names
}

/// Parses a list: code, English name, French name, category, withdrawal date. Cells contain no line breaks.
fn read(text: &'static str) -> Items {
    let item = |line: &'static str| {
        let (code, rest) = line.split_once(',')?;
        let mut cells = cells(rest).into_iter();
        let (en, fr) = (cells.next(), cells.next());
        let withdrawn = cells.nth(1).filter(|cell| !cell.is_empty());
        let withdrawn = withdrawn.map(|day| day.parse().ok());
        Some((code, CodelistItem { name: Text::new(en, fr)?, withdrawn }))
    };
    text.lines().skip(1).filter_map(item).collect()
}

/// Splits a line into cells; quoted cells may contain commas and doubled quotes.
pub(super) fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cells.last_mut().into_iter().for_each(|cell| cell.push('"'));
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().into_iter().for_each(|cell| cell.push(c)),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::code::Code as _;
    use crate::model::text::Language;

    #[test]
    fn every_list_has_codes_and_every_code_a_name() {
        for list in Codelist::VALUES {
            assert!(list.codes().next().is_some(), "{list}");
            assert!(list.codes().all(|code| list.name(code).is_some()), "{list}");
        }
        let name = Codelist::TransactionType.name("3").unwrap();
        assert_eq!(name.in_language(Language::EN), Some("Disbursement"));
        assert_eq!(Codelist::SdgGoal.name("18"), None);
    }

    #[test]
    fn a_name_finds_its_code_in_either_language() {
        assert_eq!(Codelist::ActivityStatus.code("IMPLEMENTATION"), Some("2"));
        assert_eq!(Codelist::TransactionType.code("Décaissement"), Some("3"));
        assert_eq!(Codelist::TransactionType.code("3"), None);
        assert_eq!(Codelist::ActivityStatus.code(""), None);
        assert!(Codelist::Country.has("ML") && !Codelist::Country.has("UK"));
    }

    #[test]
    fn words_resolve_to_codes_if_unambiguous() {
        use Codelist as L;
        for (list, phrase, code) in [
            (L::ActivityDateType, "START-PLANNED", Some("1")),
            (L::ActivityDateType, "Start Planned", Some("1")),
            (L::ActivityDateType, "planned_start", Some("1")),
            (L::ActivityDateType, "Fin réelle", Some("4")),
            (L::ActivityDateType, "end", None),
            (L::AidType, "c01", Some("C01")),
            (L::FinanceType, "110.0", Some("110")),
            (L::FinanceType, "11", None),
            (L::RelatedActivityType, "Parent", Some("1")),
            (L::SectorVocabulary, "DAC-5", Some("1")),
            (L::TransactionType, "d", Some("3")),
            (L::Currency, "euro", Some("EUR")),
            (L::Currency, "CFA", None),
        ] {
            assert_eq!(list.find(phrase), code, "{list} {phrase}");
        }
        for (list, word, code) in EARLIER {
            assert!(list.has(code), "{list} {code}");
            assert_eq!(list.find(word), Some(*code), "{list} {word}");
        }
    }

    #[test]
    fn withdrawn_codes_are_marked() {
        let day = Codelist::Sector.withdrawn("15120").unwrap();
        assert_eq!(day.map(|day| day.to_string()).as_deref(), Some("2020-02-28"));
        assert_eq!(Codelist::Sector.withdrawn("15110"), None);
        assert_eq!(Codelist::Country.withdrawn("AN"), Some(None));
    }

    #[test]
    fn quoted_cells_hold_commas() {
        assert_eq!(cells("\"a, \"\"b\"\"\",c,"), ["a, \"b\"", "c", ""]);
    }
}
