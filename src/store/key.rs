//! Keys of the trees: byte strings that sort in the order of what they encode.
//!
//! Every key begins with the number of its noun. The numbers are part of the layout and are never reused. A new
//! noun or facet gets the next free number.

use crate::model::facet::Facet;
use crate::model::noun::Kind;

macro_rules! numbers {
    ($(#[$doc:meta])* $name:ident, $parse:ident, $type:ident { $($variant:ident = $number:literal,)+ }) => {
        $(#[$doc])*
        pub(super) fn $name(value: $type) -> u8 {
            match value { $($type::$variant => $number,)+ }
        }

        /// Decodes a number.
        pub(super) fn $parse(number: u8) -> Option<$type> {
            match number { $($number => Some($type::$variant),)+ _ => None }
        }
    };
}

numbers! {
    /// Number of a noun.
    kind_number, kind, Kind {
        Source = 1, Country = 2, Partnership = 3, Agency = 4, Location = 5, Sector = 6,
        Programme = 7, Agreement = 8, Dialogue = 9, Mission = 10, MissionContribution = 11,
        TrustFund = 12, Transaction = 13, HumanitarianContribution = 14, Event = 15, OdaFigure = 16,
        Gap = 17,
    }
}

numbers! {
    /// Number of a facet.
    facet_number, facet, Facet {
        Country = 1, Donor = 2, Agency = 3, AgencyRole = 4, Kind = 5, Pillar = 6, Status = 7,
        Parent = 8, Programme = 9, Mission = 10, TrustFund = 11, Dialogue = 12, Location = 13,
        Sector = 14, SectorCategory = 15, Source = 16, Year = 17, Channel = 18, Currency = 19,
        Qualifier = 20, Absence = 21, Assertion = 22, Humanitarian = 23, Forum = 24, // 25 was the facet of words.
        Region = 26, File = 27, AidType = 28, FinanceType = 29, FlowType = 30, TiedStatus = 31,
        PolicyMarker = 32, Tag = 33, Level = 34, Boundary = 35, Plan = 36, SourceCountry = 37,
        ActivityDay = 40, Participation = 38, AlternativeTo = 39, Budget = 41,
        Beneficiary = 42,
    }
}

/// Key in `record`: noun, identifier. Records sort by noun, then by the bytes of the identifier.
pub(super) fn record(kind: Kind, id: &str) -> Vec<u8> {
    [&[kind_number(kind)], id.as_bytes()].concat()
}

/// Key in `posting`: noun, facet, term.
pub(super) fn posting(kind: Kind, facet: Facet, term: &str) -> Vec<u8> {
    [&[kind_number(kind), facet_number(facet)], term.as_bytes()].concat()
}

/// Parses a key of `posting` into noun, facet and term.
pub(super) fn parse_posting(key: &[u8]) -> Option<(Kind, Facet, &str)> {
    let ([kind_byte, facet_byte], term) = key.split_first_chunk::<2>()?;
    Some((kind(*kind_byte)?, facet(*facet_byte)?, std::str::from_utf8(term).ok()?))
}

/// Key in `ordinal`: noun, block.
pub(super) fn block(kind: Kind, block: u32) -> Vec<u8> {
    [&[kind_number(kind)][..], &block.to_be_bytes()].concat()
}

/// Key in `column`: noun, column, chunk.
pub(super) fn column(kind: Kind, column: u8, chunk: u32) -> Vec<u8> {
    [&[kind_number(kind), column][..], &chunk.to_be_bytes()].concat()
}

/// First byte of `column` keys of the aggregation columns, in place of a noun number.
const SUMS: u8 = 0xff;

/// Key in `column` of an aggregation column: column, chunk.
pub(super) fn sums(column: u8, chunk: u32) -> Vec<u8> {
    [&[SUMS, column][..], &chunk.to_be_bytes()].concat()
}

/// Parses such a key into its column. Chunks come in order, so their number is not needed.
pub(super) fn parse_sums(key: &[u8]) -> Option<u8> {
    match key {
        [SUMS, column, _, _, _, _] => Some(*column),
        _ => None,
    }
}

/// Parses a key of `column` into noun, column and chunk.
pub(super) fn parse_column(key: &[u8]) -> Option<(Kind, u8, u32)> {
    let ([kind_byte, column], chunk) = key.split_first_chunk::<2>()?;
    Some((kind(*kind_byte)?, *column, u32::from_be_bytes(chunk.try_into().ok()?)))
}

/// Parses a key of `ordinal` into noun and block.
pub(super) fn parse_block(key: &[u8]) -> Option<(Kind, u32)> {
    let ([kind_byte], block) = key.split_first_chunk::<1>()?;
    Some((kind(*kind_byte)?, u32::from_be_bytes(block.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::code::Code;

    #[test]
    fn every_noun_and_facet_has_a_number_of_its_own() {
        for number in Kind::ALL.iter().map(|k| kind_number(*k)) {
            assert_eq!(kind(number).map(kind_number), Some(number));
        }
        let facets: Vec<Facet> = (1..=u8::MAX).filter_map(facet).collect();
        assert_eq!(facets.len(), Facet::WORDS.len());
        assert!(facets.iter().all(|f| facet(facet_number(*f)) == Some(*f)));
    }

    #[test]
    fn keys_sort_as_noun_then_text() {
        let mut keys = [
            posting(Kind::Programme, Facet::Country, "SN"),
            posting(Kind::Programme, Facet::Country, "ML"),
            posting(Kind::Country, Facet::Region, "senegal"),
            posting(Kind::Programme, Facet::Region, "é"),
        ];
        keys.sort();
        let terms: Vec<_> = keys.iter().map(|k| parse_posting(k).unwrap().2).collect();
        assert_eq!(terms, ["senegal", "ML", "SN", "é"]);
        assert!(column(Kind::Event, 0, 255) < column(Kind::Event, 0, 256));
        assert!(block(Kind::Event, 255) < block(Kind::Event, 256));
    }
}
