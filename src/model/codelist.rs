//! The official codelists of IATI: what a published code means, in English and French.
//!
//! The lists lie in `codelists/`, one file each, and are part of the program; `codelists/README.md` says where they are
//! from. A code that is on no list is kept as published everywhere and found here to mean nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::text::{Text, words};

/// The items of one list by their codes.
type Items = BTreeMap<&'static str, Text>;

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
    /// Who works with whom.
    CollaborationType = "CollaborationType",
    /// Kinds of conditions.
    ConditionType = "ConditionType",
    /// Countries, ISO 3166-1.
    Country = "Country",
    /// Channels that aid goes through, OECD DAC.
    CrsChannel = "CRSChannelCode",
    /// What a description is about.
    DescriptionType = "DescriptionType",
    /// How money is put at another's disposal.
    DisbursementChannel = "DisbursementChannel",
    /// What a document is.
    DocumentCategory = "DocumentCategory",
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
        self.items().get(code)
    }

    /// Whether a code is on the list.
    pub fn has(self, code: &str) -> bool {
        self.items().contains_key(code)
    }

    /// The code of a name, in English or French; case, accents and signs do not count. `None` for a name that is on the
    /// list for no code or for several.
    pub fn code(self, name: &str) -> Option<&'static str> {
        self.names().get(&words(name).join(" ")).copied()
    }

    /// Its codes, in the order of their letters.
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        self.items().keys().copied()
    }
}

/// The codes by their names; a name that several codes have is nobody's.
fn by_name(items: &'static Items) -> Names {
    let mut names = Names::new();
    let mut shared = BTreeSet::new();
    for (code, text) in items {
        for (_, form) in text.forms() {
            let folded = words(form).join(" ");
            let before = names.insert(folded.clone(), *code);
            if before.is_some_and(|before| before != *code) {
                shared.insert(folded);
            }
        }
    }
    names.retain(|name, _| !name.is_empty() && !shared.contains(name));
    names
}

/// Reads a list: code, English name, French name, category. No cell holds a line break.
fn read(text: &'static str) -> Items {
    let item = |line: &'static str| {
        let (code, rest) = line.split_once(',')?;
        let mut cells = cells(rest).into_iter();
        let (en, fr) = (cells.next(), cells.next());
        Some((code, Text::new(en, fr)?))
    };
    text.lines().skip(1).filter_map(item).collect()
}

/// The cells of a line; a quoted one may hold commas, and quotes as two.
fn cells(line: &str) -> Vec<String> {
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
    fn quoted_cells_hold_commas() {
        assert_eq!(cells("\"a, \"\"b\"\"\",c,"), ["a, \"b\"", "c", ""]);
    }
}
