//! The official codelists of IATI: what a published code means, in English and French.
//!
//! The lists lie in `codelists/`, one file each, and are part of the program; `codelists/README.md` says where they are
//! from. A code that is on no list is kept as published everywhere and found here to mean nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::date::PartialDate;
use super::text::{Text, words};

/// Since when a code is withdrawn; `None` where the list does not say.
pub type Withdrawn = Option<PartialDate>;

/// One item of a list.
struct Item {
    name: Text,
    /// `None` while it is in use; else the day, where the list says one.
    withdrawn: Option<Withdrawn>,
}

/// The items of one list by their codes.
type Items = BTreeMap<&'static str, Item>;

/// The codes of one list by their names, folded.
type Names = BTreeMap<String, &'static str>;

macro_rules! lists {
    ($($(#[doc = $meaning:literal])* $variant:ident = $word:literal,)+) => {
        super::code::codes! {
            /// A list of codes.
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

            fn names(self) -> &'static Names {
                match self {
                    $(Self::$variant => {
                        static NAMES: LazyLock<Names> =
                            LazyLock::new(|| by_name(Codelist::$variant.items()));
                        &NAMES
                    })+
                }
            }
        }
    };
}

lists! {
    /// What a date of an activity stands for.
    ActivityDateType = "ActivityDateType",
    /// How far an activity reaches.
    ActivityScope = "ActivityScope",
    /// Where an activity stands.
    ActivityStatus = "ActivityStatus",
    /// Kinds of aid, OECD DAC.
    AidType = "AidType",
    /// Lists of kinds of aid.
    AidTypeVocabulary = "AidTypeVocabulary",
    /// Items of a recipient's budget.
    BudgetIdentifier = "BudgetIdentifier",
    /// Lists of such items.
    BudgetIdentifierVocabulary = "BudgetIdentifierVocabulary",
    /// Why an activity has no budget.
    BudgetNotProvided = "BudgetNotProvided",
    /// How binding a budget is.
    BudgetStatus = "BudgetStatus",
    /// Original or revised.
    BudgetType = "BudgetType",
    /// Cash and vouchers.
    CashandVoucherModalities = "CashandVoucherModalities",
    /// Who works with whom.
    CollaborationType = "CollaborationType",
    /// Kinds of conditions.
    ConditionType = "ConditionType",
    /// Countries, ISO 3166-1.
    Country = "Country",
    /// Channels that aid goes through, OECD DAC.
    CrsChannel = "CRSChannelCode",
    /// Currencies, ISO 4217; those withdrawn before 2018 are missing.
    Currency = "Currency",
    /// What a description is about.
    DescriptionType = "DescriptionType",
    /// How money is put at another's disposal.
    DisbursementChannel = "DisbursementChannel",
    /// What a document is.
    DocumentCategory = "DocumentCategory",
    /// How far funding is earmarked.
    EarmarkingCategory = "EarmarkingCategory",
    /// Instruments of finance, OECD DAC.
    FinanceType = "FinanceType",
    /// Official development assistance or not, OECD DAC.
    FlowType = "FlowType",
    /// How exact a point is.
    GeographicExactness = "GeographicExactness",
    /// What a place is, coarsely.
    GeographicLocationClass = "GeographicLocationClass",
    /// Whether a place is where work is done or where people benefit.
    GeographicLocationReach = "GeographicLocationReach",
    /// Gazetteers.
    GeographicVocabulary = "GeographicVocabulary",
    /// Emergency or appeal.
    HumanitarianScopeType = "HumanitarianScopeType",
    /// Lists of emergencies and appeals.
    HumanitarianScopeVocabulary = "HumanitarianScopeVocabulary",
    /// What an indicator counts.
    IndicatorMeasure = "IndicatorMeasure",
    /// Lists of indicators.
    IndicatorVocabulary = "IndicatorVocabulary",
    /// What a place is, finely.
    LocationType = "LocationType",
    /// The part of an organisation.
    OrganisationRole = "OrganisationRole",
    /// What an organisation is.
    OrganisationType = "OrganisationType",
    /// What another identifier stands for.
    OtherIdentifierType = "OtherIdentifierType",
    /// Policies that aid is marked for, OECD DAC.
    PolicyMarker = "PolicyMarker",
    /// Lists of policies.
    PolicyMarkerVocabulary = "PolicyMarkerVocabulary",
    /// How far an activity serves a policy.
    PolicySignificance = "PolicySignificance",
    /// Regions, OECD DAC.
    Region = "Region",
    /// Lists of regions.
    RegionVocabulary = "RegionVocabulary",
    /// How activities are related.
    RelatedActivityType = "RelatedActivityType",
    /// Output, outcome or impact.
    ResultType = "ResultType",
    /// Frameworks of results.
    ResultVocabulary = "ResultVocabulary",
    /// Purpose codes, OECD DAC.
    Sector = "Sector",
    /// Categories of purpose codes, OECD DAC.
    SectorCategory = "SectorCategory",
    /// Lists of sectors.
    SectorVocabulary = "SectorVocabulary",
    /// Lists of tags.
    TagVocabulary = "TagVocabulary",
    /// Whether aid is tied.
    TiedStatus = "TiedStatus",
    /// Kinds of movements of money.
    TransactionType = "TransactionType",
    /// Sustainable Development Goals.
    SdgGoal = "UNSDG-Goals",
    /// Targets of the Sustainable Development Goals.
    SdgTarget = "UNSDG-Targets",
}

impl Codelist {
    /// What a code of the list means; `None` when it is not on the list.
    pub fn name(self, code: &str) -> Option<&'static Text> {
        self.items().get(code).map(|item| &item.name)
    }

    /// Whether a code is on the list.
    pub fn has(self, code: &str) -> bool {
        self.items().contains_key(code)
    }

    /// Whether a code of the list is withdrawn: `None` while it is in use or not on the list, else since when, where the
    /// list says it.
    pub fn withdrawn(self, code: &str) -> Option<Withdrawn> {
        self.items().get(code)?.withdrawn
    }

    /// The code of a name, in English or French; case, accents, spaces and signs do not count. `None` for a name that is on
    /// the list for no code or for several.
    pub fn code(self, name: &str) -> Option<&'static str> {
        self.names().get(&key(name)).copied()
    }

    /// The code that a published text certainly means: a code, in any case or with `.0` behind it, a name in English or
    /// French, or a word of an earlier version of the standard (`START-PLANNED`, `DAC`). `None` when no meaning is certain.
    pub fn find(self, said: &str) -> Option<&'static str> {
        let has = |said: &str| self.items().get_key_value(said).map(|(code, _)| *code);
        let in_any_case = || {
            let mut those = self.codes().filter(|code| code.eq_ignore_ascii_case(said));
            those.next().filter(|_| those.next().is_none())
        };
        let whole = || has(said.trim_end_matches('0').strip_suffix('.')?);
        has(said).or_else(in_any_case).or_else(whole).or_else(|| {
            let key = key(said);
            let earlier = EARLIER.iter().find(|(list, word, _)| *list == self && *word == key);
            self.names().get(&key).copied().or_else(|| earlier.map(|(_, _, code)| *code))
        })
    }

    /// Its codes, in the order of their letters.
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        self.items().keys().copied()
    }
}

/// The letters and digits of a name, folded.
fn key(name: &str) -> String {
    words(name).concat()
}

/// Codes and words of versions 1.0x and of earlier names of a code, as [`key`] has them. Source: embedded codelists of IATI
/// 1.05; the other spellings are in use in published files.
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

/// The codes by their names; a name that several codes have is nobody's.
fn by_name(items: &'static Items) -> Names {
    let mut names = Names::new();
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

/// Reads a list: code, English name, French name, category, since when it is withdrawn. No cell holds a line break.
fn read(text: &'static str) -> Items {
    let item = |line: &'static str| {
        let (code, rest) = line.split_once(',')?;
        let mut cells = cells(rest).into_iter();
        let (en, fr) = (cells.next(), cells.next());
        let withdrawn = cells.nth(1).filter(|cell| !cell.is_empty());
        let withdrawn = withdrawn.map(|day| day.parse().ok());
        Some((code, Item { name: Text::new(en, fr)?, withdrawn }))
    };
    text.lines().skip(1).filter_map(item).collect()
}

/// The cells of a line; a quoted one may hold commas, and quotes as two.
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
    fn what_is_said_finds_the_code_where_its_meaning_is_certain() {
        use Codelist as L;
        for (list, said, code) in [
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
            assert_eq!(list.find(said), code, "{list} {said}");
        }
        for (list, word, code) in EARLIER {
            assert!(list.has(code), "{list} {code}");
            assert_eq!(list.find(word), Some(*code), "{list} {word}");
        }
    }

    #[test]
    fn withdrawn_codes_are_known_for_such() {
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
