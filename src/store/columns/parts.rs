//! Columns of participations: agencies and channels of programmes, and implementing agencies of single rows.

use super::builder::{ColumnsBuilder, FindAgency, channel_code, count, place, place_or_none};
use super::money::Odd;
use super::{MULTIPLE, NO_ORDINAL, ParticipationEntry};
use crate::model::id::AgencyId;
use crate::model::money::{Amount, Money};
use crate::model::programme::{Programme, Role};
use crate::model::transaction::{Transaction, TransactionType};

/// Implementing agency of a CRS row: the receiver, or the provider if money is returned.
fn carrier(row: &Transaction) -> Option<&AgencyId> {
    match row.r#type {
        Some(TransactionType::OutgoingCommitment | TransactionType::Disbursement) => {
            row.receiver.as_ref()
        }
        _ => row.provider.as_ref(),
    }
}

impl ColumnsBuilder {
    /// Adds the implementing agency of each CRS row, if the rows of an activity have different ones. Returns true
    /// if a row names none; no single agency then implements the whole activity.
    pub(super) fn carriers(
        &mut self,
        of: &Programme,
        rows: &[Transaction],
        find: FindAgency<'_>,
    ) -> bool {
        if !of.report.as_ref().is_some_and(|report| report.is_crs()) {
            return false;
        }
        let carriers = || of.participations.iter().filter(|p| p.role == Role::Implementing);
        let own: Vec<Option<&AgencyId>> = rows.iter().map(carrier).collect();
        let is_one = own.windows(2).all(|two| two.first() == two.last());
        if is_one || carriers().next().is_none() {
            return false;
        }
        let first = count(&self.columns.transactions.kind);
        for (at, own) in (first..).zip(&own) {
            let agency = self.agency(*own, find);
            let part = carriers().find(|part| Some(&part.agency) == *own);
            let way = channel_code(part.and_then(|part| part.channel));
            self.columns.transactions.carrier.push((at, agency));
            self.columns.transactions.channel.push((at, way.into()));
        }
        let is_unnamed = own.contains(&None);
        if is_unnamed {
            let heads = &mut self.columns.heads;
            heads.implementing.last_mut().into_iter().for_each(|one| *one = MULTIPLE);
            heads.channel.last_mut().into_iter().for_each(|one| *one = 1);
        }
        is_unnamed
    }

    /// Adds the participations of a programme, with the amounts that they state; if `is_unnamed`, also an unnamed
    /// implementing agency.
    pub(super) fn parts(&mut self, programme: &Programme, is_unnamed: bool, find: FindAgency<'_>) {
        let parts: Vec<ParticipationEntry> = programme
            .participations
            .iter()
            .map(|part| ParticipationEntry {
                role: place(part.role),
                channel: place_or_none(part.channel),
                agency: self.agency(Some(&part.agency), find),
                money: self.part_money(part.money.as_ref().filter(|_| part.additional)),
            })
            .collect();
        let role = place(Role::Implementing);
        let unnamed = is_unnamed.then_some(ParticipationEntry {
            role,
            channel: 0,
            agency: NO_ORDINAL,
            money: 0,
        });
        self.columns.parts.push(parts.into_iter().chain(unnamed));
    }

    /// Adds a stated amount; returns its index plus 1, or 0 for none.
    fn part_money(&mut self, money: Option<&Money>) -> u32 {
        let Some(Amount::Stated { value, qualifier, currency }) = money.map(|money| money.amount)
        else {
            return 0;
        };
        let currency = self.currencies.number(&Some(currency));
        let amount = (u16::try_from(currency).unwrap_or(0), Odd::stated(value, qualifier));
        self.columns.part_money.push(amount);
        count(&self.columns.part_money)
    }

    /// Ordinal of the only agency in a role, [`NO_ORDINAL`] or [`MULTIPLE`].
    pub(super) fn part(&mut self, programme: &Programme, role: Role, find: FindAgency<'_>) -> u32 {
        let parts = programme.participations.iter().filter(|part| part.role == role);
        let mut one = None;
        for part in parts {
            // An unnamed one is no agency, and still differs from the others.
            let agency = self.agency(Some(&part.agency), find);
            if one.is_some_and(|one| one != agency) {
                return MULTIPLE;
            }
            one = Some(agency);
        }
        one.unwrap_or(NO_ORDINAL)
    }
}
