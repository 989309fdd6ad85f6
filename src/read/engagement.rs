//! Cooperation between one donor and one partner country, by the three pillars development,
//! diplomacy and defence.

use std::sync::Arc;

use super::error::Error;
use super::filter::Filter;
use super::reader::Reader;
use crate::model::agency::Agency;
use crate::model::agreement::Agreement;
use crate::model::country::CountryCode;
use crate::model::date::PartialDate;
use crate::model::dialogue::Dialogue;
use crate::model::event::Event;
use crate::model::facet::Facet;
use crate::model::humanitarian_contribution::HumanitarianContribution;
use crate::model::mission::Mission;
use crate::model::mission_contribution::MissionContribution;
use crate::model::noun::Record;
use crate::model::partnership::Partnership;
use crate::model::programme::{Pillar, Programme};
use crate::model::trust_fund::TrustFund;

/// A donor and a partner country, with the filters for the records of their cooperation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engagement {
    /// Donor country.
    pub donor: CountryCode,
    /// Partner country.
    pub partner: CountryCode,
}

/// A dated record of the cooperation.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Date on which it began or was signed.
    pub on: PartialDate,
    /// Date on which it ended; `None` if it has no duration or no known end.
    pub until: Option<PartialDate>,
    /// Pillar that it belongs to; `None` for an event that belongs to no single pillar.
    pub pillar: Option<Pillar>,
    /// The record itself.
    pub record: Record,
}

impl Engagement {
    fn both(self) -> Filter {
        Filter::is(Facet::Donor, self.donor.as_str()).and(self.in_partner())
    }

    fn in_partner(self) -> Filter {
        Filter::is(Facet::Country, self.partner.as_str())
    }

    /// Restricts money found through a mission or trust fund to the part for the partner.
    fn for_partner(self) -> Filter {
        Filter::MoneyFor(Facet::Country, vec![self.partner.to_string()])
    }

    /// Agreements between donor and partner.
    pub fn agreements(self) -> Filter {
        self.both()
    }

    /// Dialogues between donor and partner.
    pub fn dialogues(self) -> Filter {
        self.both()
    }

    /// Development programmes of the donor in the country.
    pub fn programmes(self) -> Filter {
        self.both().and(Filter::is(Facet::Pillar, Pillar::Development.to_string()))
    }

    /// Development programmes that are humanitarian by a flag, a scope or their purpose, with the
    /// humanitarian part of their money.
    pub fn humanitarian_programmes(self) -> Filter {
        self.programmes().and(Filter::is(Facet::Humanitarian, "yes"))
    }

    /// Humanitarian contributions of the donor for the country.
    pub fn humanitarian(self) -> Filter {
        self.both()
    }

    /// Known gaps of the donor that concern the country.
    pub fn gaps(self) -> Filter {
        self.both()
    }

    /// Official development assistance figures from the donor to the country.
    pub fn oda(self) -> Filter {
        self.both()
    }

    /// Defence programmes of the donor in the country. The humanitarian part of their money does
    /// not count.
    pub fn support(self) -> Filter {
        let not_humanitarian = Filter::MoneyFor(Facet::Humanitarian, vec!["no".to_owned()]);
        let defence = Filter::is(Facet::Pillar, Pillar::Defence.to_string());
        self.both().and(defence).and(not_humanitarian)
    }

    /// Trust funds for the country in a pillar. Humanitarian and other funds are selected
    /// separately.
    pub fn trust_funds(self, pillar: Pillar, humanitarian: bool) -> Filter {
        let humanitarian = if humanitarian { "yes" } else { "no" };
        self.in_partner()
            .and(Filter::is(Facet::Pillar, pillar.to_string()))
            .and(Filter::is(Facet::Humanitarian, humanitarian))
    }

    /// Missions in the country to which the donor contributes.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`].
    pub fn missions(self, reader: &Reader) -> Result<Filter, Error> {
        let given = Filter::is(Facet::Donor, self.donor.as_str());
        let given = reader.all::<MissionContribution>(&given)?;
        let missions = given.iter().flat_map(|contribution| &contribution.missions);
        let mut missions: Vec<String> = missions.map(ToString::to_string).collect();
        missions.sort();
        missions.dedup();
        Ok(self.in_partner().and(Filter::Key(missions)))
    }

    /// Contributions of the donor to missions in the country.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`].
    pub fn mission_contributions(self, reader: &Reader) -> Result<Filter, Error> {
        let missions = reader.all::<Mission>(&self.in_partner())?;
        let missions = missions.into_iter().map(|mission| mission.id.to_string()).collect();
        Ok(Filter::is(Facet::Donor, self.donor.as_str())
            .and(Filter::Is(Facet::Mission, missions))
            .and(self.for_partner()))
    }

    /// Payments of the donor into the trust funds of a pillar.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`].
    pub fn trust_fund_payments(
        self,
        reader: &Reader,
        pillar: Pillar,
        humanitarian: bool,
    ) -> Result<Filter, Error> {
        let funds = reader.all::<TrustFund>(&self.trust_funds(pillar, humanitarian))?;
        let funds = funds.into_iter().map(|fund| fund.id.to_string()).collect();
        let payers = reader.all::<Agency>(&Filter::is(Facet::Country, self.donor.as_str()))?;
        let payers = payers.into_iter().map(|agency| format!("PROVIDER {}", agency.id)).collect();
        Ok(Filter::Is(Facet::TrustFund, funds)
            .and(Filter::Is(Facet::AgencyRole, payers))
            .and(self.for_partner()))
    }

    /// Partnership of the donor with the country.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`].
    pub fn partnership(self, reader: &Reader) -> Result<Option<Arc<Partnership>>, Error> {
        Ok(reader.all::<Partnership>(&self.both())?.into_iter().next())
    }

    /// Returns all dated records of the cooperation, earliest first.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`].
    pub fn timeline(self, reader: &Reader) -> Result<Vec<Moment>, Error> {
        let mut moments = Vec::new();
        let mut add = |on: Option<PartialDate>,
                       until: Option<PartialDate>,
                       pillar: Option<Pillar>,
                       record: Record| {
            if let Some(on) = on {
                moments.push(Moment { on, until, pillar, record });
            }
        };
        for agreement in reader.all::<Agreement>(&self.agreements())? {
            add(agreement.signed, None, Some(Pillar::Diplomacy), record(agreement));
        }
        for dialogue in reader.all::<Dialogue>(&self.dialogues())? {
            add(
                dialogue.period.start,
                dialogue.period.end,
                Some(Pillar::Diplomacy),
                record(dialogue),
            );
        }
        for programme in reader.all::<Programme>(&self.both())? {
            let time = programme.period_in_force();
            add(time.start, time.end, Some(programme.pillar), record(programme));
        }
        for contribution in reader.all::<HumanitarianContribution>(&self.humanitarian())? {
            add(
                contribution.date.or(contribution.year),
                None,
                Some(Pillar::Development),
                record(contribution),
            );
        }
        for contribution in
            reader.all::<MissionContribution>(&self.mission_contributions(reader)?)?
        {
            let time = contribution.period;
            add(time.start, time.end, Some(Pillar::Defence), record(contribution));
        }
        for mission in reader.all::<Mission>(&self.missions(reader)?)? {
            add(mission.period.start, mission.period.end, Some(Pillar::Defence), record(mission));
        }
        for event in reader.all::<Event>(&self.in_partner())? {
            add(event.period.start, event.period.end, event.pillar, record(event));
        }
        reader.work().sort(&mut moments, &|a, b| {
            (a.on.first_day(), a.on, a.record.kind(), a.record.key()).cmp(&(
                b.on.first_day(),
                b.on,
                b.record.kind(),
                b.record.key(),
            ))
        })?;
        Ok(moments)
    }
}

/// Wraps a typed record as a record of any noun.
fn record<T: Clone + Into<Record>>(of: Arc<T>) -> Record {
    Arc::unwrap_or_clone(of).into()
}
