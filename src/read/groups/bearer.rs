//! Groups by agency or channel: the bearers of a programme's money in a role, and the parts that
//! their participations state.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::GroupDimension;
use super::axis::Axis;
use super::claim::{Claim, Share, Stated, place};
use super::scan::Scan;
use crate::model::money::{Currency, Qualifier};
use crate::model::programme::Role;
use crate::store::columns::{MULTIPLE, ParticipationEntry};

/// An agency or channel that has a part in a programme's money.
#[derive(Clone, Copy, Debug, Default)]
struct Bearer {
    /// Sum that its participations state; `None` if one of them states nothing exact in the
    /// currency.
    stated: Option<Decimal>,
    /// True if the filter of the list selects it.
    is_ours: bool,
}

/// Returns the role whose agencies or channels a dimension groups by.
fn role(dimension: GroupDimension) -> Option<Role> {
    match dimension {
        GroupDimension::FundingAgency => Some(Role::Funding),
        GroupDimension::AccountableAgency => Some(Role::Accountable),
        GroupDimension::ExtendingAgency => Some(Role::Extending),
        GroupDimension::ImplementingAgency | GroupDimension::Channel => Some(Role::Implementing),
        _ => None,
    }
}

impl Scan<'_> {
    /// Returns the only axis on which the current programme has several bearers; `None` if there is
    /// none, or more than one.
    fn shared_axis(&self) -> Option<(&Axis, Role)> {
        let heads = &self.columns.heads;
        let at = self.current.programme as usize;
        let is_several = |axis: &Axis| match axis.dimension {
            GroupDimension::FundingAgency => heads.funding.get(at) == Some(&MULTIPLE),
            GroupDimension::AccountableAgency => heads.accountable.get(at) == Some(&MULTIPLE),
            GroupDimension::ExtendingAgency => heads.extending.get(at) == Some(&MULTIPLE),
            GroupDimension::ImplementingAgency => heads.implementing.get(at) == Some(&MULTIPLE),
            _ => heads.channel.get(at) == Some(&1),
        };
        let mut shared = self
            .axes
            .pick(&self.axes.of_head)
            .filter_map(|axis| Some((axis, role(axis.dimension)?)))
            .filter(|(axis, _)| is_several(axis));
        let one = shared.next()?;
        shared.next().is_none().then_some(one)
    }

    /// Returns true if the filter of the list selects a participation.
    fn is_ours(&self, part: &ParticipationEntry) -> bool {
        let claims = self.lenses.get(self.lens).map_or(&[][..], |lens| &lens.claims);
        let mut about = claims.iter().filter_map(|claim: &Claim| claim.is_ours(part)).peekable();
        about.peek().is_some() && about.all(|is_ours| is_ours)
    }

    /// Returns the bearers of the current programme by their cells.
    fn bearers(&self, currency: Option<Currency>) -> BTreeMap<u64, Bearer> {
        let Some((axis, role)) = self.shared_axis() else { return BTreeMap::new() };
        let step = |part: &ParticipationEntry| match axis.dimension {
            GroupDimension::Channel if part.channel == 0 => 0,
            GroupDimension::Channel => axis.step(usize::from(part.channel) + 1),
            _ => axis.ordinal(part.agency),
        };
        let exact = |part: &ParticipationEntry| {
            let money = self.columns.stated(part)?;
            let is_exact = money.qualifier() == Some(Qualifier::Exact);
            money.value().filter(|_| is_exact && money.currency() == currency)
        };
        let shared = self.current.base - axis.ordinal(MULTIPLE);
        let mut bearers: BTreeMap<u64, Bearer> = BTreeMap::new();
        let parts = self.columns.parts.of(self.current.programme).iter();
        for part in parts.filter(|part| part.role == place(role)) {
            let zero = Bearer { stated: Some(Decimal::ZERO), is_ours: false };
            let bearer = bearers.entry(shared + step(part)).or_insert(zero);
            bearer.stated = bearer.stated.zip(exact(part)).and_then(|(a, b)| a.checked_add(b));
            bearer.is_ours |= self.is_ours(part);
        }
        bearers
    }

    /// Finds the cells that may hold undivided money. In a filtered list these are the cells of the
    /// selected bearers.
    pub(super) fn find_open(&mut self) {
        self.current.open.clear();
        if self.current.claim == Share::Unknown {
            let bearers = self.bearers(None);
            let ours = bearers.iter().filter(|(_, bearer)| bearer.is_ours).map(|(base, _)| *base);
            self.current.open = ours.collect();
        }
    }

    /// Divides the only counted budget of a programme, worth `whole`, by the amounts that
    /// participations state.
    pub(super) fn find_pieces(&mut self, whole: Decimal, currency: Currency) {
        let bearers = self.bearers(Some(currency));
        let stated = || bearers.iter().filter_map(|(base, b)| Some((*base, b.stated?, b.is_ours)));
        let sum = |pieces: &[(u64, Decimal)]| {
            pieces.iter().try_fold(Decimal::ZERO, |sum, (_, value)| sum.checked_add(*value))
        };
        let all: Vec<_> = stated().map(|(base, value, _)| (base, value)).collect();
        let fits = sum(&all).is_some_and(|sum| sum <= whole);
        self.current.pieces = match self.current.claim {
            Share::Whole if fits => all,
            Share::Stated(Stated { ours, .. }) => {
                let own: Vec<_> = stated().filter(|(_, _, is_ours)| *is_ours).collect();
                let own: Vec<_> = own.into_iter().map(|(base, value, _)| (base, value)).collect();
                // The amounts are stated in the role of the groups or in another one.
                if sum(&own) == Some(ours) && !own.is_empty() {
                    own
                } else {
                    vec![(self.current.base, ours)]
                }
            }
            _ => Vec::new(),
        };
    }
}
