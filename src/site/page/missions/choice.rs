//! Choice of the page of missions: host country, kind of mission, sending body and years, from the address.

use maud::{Markup, html};
use serde_json::{Value, json};

use crate::model::code::Code as _;
use crate::model::mission::MissionKind;
use crate::site::address::Address;
use crate::site::frame::kept;
use crate::site::parts::data::Named;
use crate::site::parts::given::{Given, Years, joined};
use crate::site::words::codes::Worded as _;
use crate::site::words::{briefing, fact, missions as words};

/// Maximum countries and bodies of an address, each.
const LIMIT: usize = 20;

/// Choice of missions and contributions.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) countries: Vec<String>,
    pub(super) kind: Option<MissionKind>,
    pub(super) bodies: Vec<String>,
    pub(super) years: Years,
    /// Says which parameters are left out.
    pub(super) notice: Option<Markup>,
}

impl Choice {
    /// Reads the parameters of the form.
    pub(super) fn of(address: &Address) -> Self {
        let mut given = Given::of(address);
        Self {
            countries: given.countries("country", LIMIT),
            kind: given.code("kind"),
            bodies: given.list("body", LIMIT),
            years: given.years(),
            notice: given.notice(address.language()),
        }
    }

    /// Returns the variables of the query. An absent condition is null.
    pub(super) fn variables(&self) -> Value {
        let some = |values: &[String]| (!values.is_empty()).then(|| values.to_vec());
        let (country, body) = (some(&self.countries), some(&self.bodies));
        let year = self.years.list();
        json!({
            "missions": { "country": country, "kind": self.kind.map(|kind| vec![kind.as_str()]) },
            "contributions": { "country": country, "sendingBody": body, "year": year },
            "ofMission": { "sendingBody": body, "year": year },
        })
    }

    /// Returns the filter of the table of contributions. `missions` are those of the kind, if one is chosen.
    pub(super) fn filter(&self, missions: &[String]) -> Vec<(&'static str, String)> {
        let years = self.years.list().unwrap_or_default();
        let missions = if self.kind.is_some() { missions } else { &[] };
        let all = [
            ("country", joined(&self.countries)),
            ("mission", joined(missions)),
            ("sendingBody", joined(&self.bodies)),
            ("year", joined(&years)),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Returns the filter of the table of missions.
    pub(super) fn of_missions(&self) -> Vec<(&'static str, String)> {
        let kind = self.kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default();
        let all = [("country", joined(&self.countries)), ("kind", kind)];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Links to the page with the same choice and one other value.
    pub(super) fn link(&self, address: &Address, name: &'static str, value: &str) -> String {
        let kind = self.kind.map(|kind| kind.as_str().to_lowercase()).unwrap_or_default();
        let year = |year: Option<u16>| year.map(|year| year.to_string()).unwrap_or_default();
        let mut all = vec![
            ("country", joined(&self.countries).to_lowercase()),
            ("kind", kind),
            ("body", joined(&self.bodies)),
            ("from", year(self.years.from)),
            ("to", year(self.years.to)),
        ];
        for (own, text) in &mut all {
            if *own == name || (name == "year" && ["from", "to"].contains(own)) {
                value.clone_into(text);
            }
        }
        let given = all.iter().filter(|(_, value)| !value.is_empty());
        let given: Vec<(&str, &str)> = given.map(|(name, value)| (*name, value.as_str())).collect();
        address.page("missions", &given)
    }

    /// Form of the bar: one select for each list, and the years.
    pub(super) fn controls(&self, address: &Address, hosts: &[Named], bodies: &[Named]) -> Markup {
        let language = address.language();
        html! {
            form method="get" action=(address.file("missions")) {
                select name="country" aria-label=(words::HOST.to(language)) {
                    option value="" { (words::ALL_COUNTRIES.to(language)) }
                    @for host in hosts {
                        option value=(host.identifier.to_lowercase()) selected[self.countries.contains(&host.identifier)] {
                            (host.label)
                        }
                    }
                }
                select name="kind" aria-label=(words::KIND_OF_MISSION.to(language)) {
                    option value="" { (words::ALL_KINDS.to(language)) }
                    @for kind in MissionKind::VALUES {
                        option value=(kind.as_str().to_lowercase()) selected[self.kind == Some(*kind)] {
                            (kind.words().to(language))
                        }
                    }
                }
                select name="body" aria-label=(fact::SENDING_BODY.to(language)) {
                    option value="" { (words::ALL_BODIES.to(language)) }
                    @for body in bodies {
                        option value=(body.identifier) selected[self.bodies.contains(&body.identifier)] { (body.label) }
                    }
                }
                (self.years.fields(language))
                (kept(address, &["lang", "embed"]))
                button { (briefing::APPLY.to(language)) }
            }
        }
    }
}
