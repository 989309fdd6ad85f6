//! Groups of amounts: what they have in common, and what they add up to.
//!
//! As from a total, no path leads from a group to a record: keys are codes, identifiers and names.

use async_graphql::{Context, Object};

use super::text::Text;
use super::total::ExcludedSum;
use crate::graphql::error::Answer;
use crate::graphql::plain::PlainList;
use crate::graphql::request::reader;
use crate::graphql::scalar::Decimal;
use crate::graphql::word::Word;
use crate::read::groups::{self, GroupDimension, KeyAbsence};

/// The amounts of a list by what they have in common.
#[derive(Clone, Debug)]
pub(crate) struct Groups(pub(in crate::graphql) groups::Groups);

/// The amounts of a list by what they have in common.
#[Object(serial)]
impl Groups {
    /// How many groups there are, whatever the page.
    async fn total_count(&self) -> usize {
        self.0.total
    }

    /// The first of them in the order asked for.
    #[graphql(complexity = "child_complexity")]
    async fn groups(&self) -> PlainList<Group> {
        self.0.groups.iter().cloned().map(Group).collect()
    }

    /// What no group holds, by reason and currency. What all groups hold and what is left out are together the naive sum
    /// of the list, to the cent.
    async fn excluded(&self) -> Vec<ExcludedSum> {
        self.0.left_out.iter().map(ExcludedSum::from).collect()
    }
}

/// Amounts that have keys in common, in one currency.
#[derive(Clone, Debug)]
pub(crate) struct Group(groups::Group);

/// Amounts that have keys in common, in one currency. An amount for several countries or sectors stands in the group of each
/// with its share: the shares of all groups are the amount, exactly.
#[Object(serial)]
impl Group {
    /// What they have in common, in the order asked for.
    async fn keys(&self) -> PlainList<GroupKey> {
        self.0.keys.iter().cloned().map(GroupKey).collect()
    }

    /// The currency, ISO 4217; null when no amount is stated.
    async fn currency(&self) -> Option<String> {
        self.0.currency.map(|currency| currency.to_string())
    }

    /// How many amounts count, in full or with a share.
    async fn items(&self) -> usize {
        self.0.items
    }

    /// How many programmes they belong to. Groups of programmes also count those that have no amount.
    async fn programmes(&self) -> usize {
        self.0.programmes
    }

    /// The sum of the counted numbers as published, whatever their qualifiers: the figure to quote. Null when nothing counts,
    /// though there may be bounds then: of money that is for others too.
    async fn counted(&self) -> Option<Decimal> {
        self.0.counted.map(Decimal)
    }

    /// The least that they can be, by the rules of a total. Shares of a country and of a sector may be more or less of the same
    /// money: the product counts, and the bounds are the least and the most that the two can have in common.
    async fn lower(&self) -> Option<Decimal> {
        self.0.lower.map(Decimal)
    }

    /// The most that they can be, by the rules of a total; null when one has no upper bound, no amount or no rate. What no
    /// source divides stands in a group of its own; in a list that is narrowed to a part of it, it is in this bound.
    async fn upper(&self) -> Option<Decimal> {
        self.0.upper.map(Decimal)
    }

    /// How many of the amounts are not stated; they stand in the group of each currency.
    async fn not_stated(&self) -> usize {
        self.0.not_stated
    }

    /// How many of them are ABOUT their amount: such an amount counts as its number and bounds the sum on neither side.
    async fn approximate(&self) -> usize {
        self.0.approximate
    }

    /// How many of the stated amounts that should count could be expressed in the currency, from 0 to 1.
    async fn converted_share(&self) -> Option<Decimal> {
        self.0.converted_share.map(Decimal)
    }
}

/// What the amounts of a group have in common, in one respect.
#[derive(Clone, Debug)]
pub(crate) struct GroupKey(groups::Key);

/// What the amounts of a group have in common, in one respect.
#[Object(serial)]
impl GroupKey {
    /// In what respect.
    async fn dimension(&self) -> Word<GroupDimension> {
        Word(self.0.dimension)
    }

    /// The code, year or identifier; null when there is an `absence`.
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref().ok()
    }

    /// What it is called, where the data or an official list says so.
    async fn name(&self, ctx: &Context<'_>) -> Answer<Option<Text>> {
        let Ok(code) = &self.0.code else { return Ok(None) };
        Ok(reader(ctx)?.key_name(self.0.dimension, code)?.as_ref().map(Text::from))
    }

    /// Why there is no code.
    async fn absence(&self) -> Option<Word<KeyAbsence>> {
        self.0.code.as_ref().err().copied().map(Word)
    }
}
