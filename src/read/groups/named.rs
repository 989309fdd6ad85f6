//! Codes that a contribution names for each dimension of groups.

use super::GroupDimension;
use crate::model::code::Code as _;
use crate::model::date::PartialDate;
use crate::model::facet::Facet;
use crate::model::humanitarian_contribution::{
    Flow, HumanitarianChannel, HumanitarianContribution, Plan,
};
use crate::model::id::AgencyId;
use crate::model::mission::Mission;
use crate::model::mission_contribution::MissionContribution;
use crate::model::noun::Kind;
use crate::read::error::Error;
use crate::read::filter::Filter;
use crate::read::reader::Reader;

/// A noun whose records are grouped one by one.
pub(super) trait Named {
    /// Returns the codes that the record names for a dimension; none if no source states any.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`], from looking up a mission.
    fn named(&self, dimension: GroupDimension, reader: &Reader) -> Result<Vec<String>, Error>;
}

/// Returns the start of the terms by which a facet selects the codes of a dimension; `None` if the
/// facet is about something else.
pub(super) fn prefix(dimension: GroupDimension, facet: Facet) -> Option<&'static str> {
    Some(match (dimension, facet) {
        (GroupDimension::Provider, Facet::AgencyRole) => "PROVIDER ",
        (GroupDimension::Receiver, Facet::AgencyRole) => "RECEIVER ",
        (GroupDimension::Provider | GroupDimension::Receiver, Facet::Agency)
        | (GroupDimension::Country, Facet::Country)
        | (GroupDimension::Year, Facet::Year)
        | (GroupDimension::Plan, Facet::Plan)
        | (GroupDimension::Mission, Facet::Mission) => "",
        _ => return None,
    })
}

fn texts<T: ToString>(codes: impl IntoIterator<Item = T>) -> Vec<String> {
    codes.into_iter().map(|code| code.to_string()).filter(|code| !code.is_empty()).collect()
}

fn year(date: Option<PartialDate>) -> Vec<String> {
    texts(date.map(|date| format!("{:04}", date.year())))
}

fn month(date: Option<PartialDate>) -> Vec<String> {
    texts(date.and_then(|date| Some(format!("{:04}-{:02}", date.year(), date.month()?))))
}

fn agencies(agencies: &[AgencyId], reader: &Reader) -> Vec<String> {
    texts(agencies.iter().map(|agency| reader.generation().main_agency(agency.as_str())))
}

/// Returns the code of a plan, otherwise its name.
fn plan(plan: &Plan) -> &str {
    plan.code.as_deref().unwrap_or(&plan.name)
}

impl HumanitarianContribution {
    /// Returns the years that the money is for, otherwise the year of its date.
    fn years(&self) -> Vec<String> {
        let years = self.flow.as_deref().map_or(&[][..], |flow| &flow.years);
        if years.is_empty() {
            return year(self.year.or(self.date));
        }
        years.iter().map(|year| format!("{year:04}")).collect()
    }
}

impl Named for HumanitarianContribution {
    fn named(&self, dimension: GroupDimension, reader: &Reader) -> Result<Vec<String>, Error> {
        let flow = self.flow.as_deref();
        let of = |list: fn(&Flow) -> Vec<String>| flow.map(list).unwrap_or_default();
        Ok(match dimension {
            GroupDimension::Country => texts(&self.countries),
            GroupDimension::Year => self.years(),
            GroupDimension::Month => month(self.date),
            GroupDimension::Donor => texts(self.donor),
            GroupDimension::Provider => agencies(flow.map_or(&[], |flow| &flow.providers), reader),
            GroupDimension::Receiver => agencies(&self.channel_agencies, reader),
            GroupDimension::Channel => {
                let is_stated = self.channel != HumanitarianChannel::NotStated;
                texts(is_stated.then_some(self.channel.as_str()))
            }
            GroupDimension::FlowStatus => texts(self.status),
            GroupDimension::Scope => texts([self.scope]),
            GroupDimension::Crisis => texts([self.crisis.main()]),
            GroupDimension::Plan => of(|flow| texts(flow.plans.iter().map(plan))),
            GroupDimension::Cluster => of(|flow| texts(&flow.clusters)),
            _ => Vec::new(),
        })
    }
}

impl Named for MissionContribution {
    fn named(&self, dimension: GroupDimension, reader: &Reader) -> Result<Vec<String>, Error> {
        Ok(match dimension {
            GroupDimension::Mission => texts(&self.missions),
            GroupDimension::Country => {
                let mut hosts = Vec::new();
                for mission in &self.missions {
                    let mission = reader.get::<Mission>(mission.as_str())?;
                    hosts.extend(mission.iter().flat_map(|mission| texts(&mission.countries)));
                }
                hosts
            }
            GroupDimension::Year => year(self.period.start),
            GroupDimension::Month => month(self.period.start),
            GroupDimension::Donor => texts([self.contributor]),
            GroupDimension::SendingBody => agencies(self.sending_body.as_slice(), reader),
            GroupDimension::Kind => texts([self.kind]),
            GroupDimension::Deployment => texts(self.deployment),
            _ => Vec::new(),
        })
    }
}

/// Returns the name of a response plan, from a contribution to it.
///
/// # Errors
/// Same errors as [`Reader::get`].
pub(super) fn plan_name(code: &str, reader: &Reader) -> Result<Option<String>, Error> {
    let filter = Filter::is(Facet::Plan, code);
    let found = reader.find(Kind::HumanitarianContribution, &filter)?;
    let Some(first) = found.min() else { return Ok(None) };
    let record = reader.at::<HumanitarianContribution>(first)?;
    let plans = record.flow.as_deref().map_or(&[][..], |flow| &flow.plans);
    let plan = plans.iter().find(|plan| plan.code.as_deref() == Some(code));
    Ok(plan.map(|plan| plan.name.clone()).filter(|name| !name.is_empty()))
}
