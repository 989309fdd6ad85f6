//! `/`: one sentence as the filter, a search box over all nouns, partner countries by state, and what is in the data.

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::draw::bars::Bars;
use crate::draw::map::{Area, Map as WorldMap, State, View as MapView};
use crate::draw::palette::Tone;
use crate::model::code::Code as _;
use crate::model::noun::Kind;
use crate::model::partnership::PartnershipStatus;
use crate::model::programme::Pillar;
use crate::site::address::{Address, noun_table};
use crate::site::frame::kept;
use crate::site::language::Language;
use crate::site::page_kind::{Page, variables};
use crate::site::parts::data::{Coded, Contents, Count, Day, Group, Grouped, List, Named, Nodes};
use crate::site::parts::drawing::Drawing;
use crate::site::parts::show;
use crate::site::parts::years::{Summed, Years};
use crate::site::view::{Unshown, View};
use crate::site::words::codes::Worded as _;
use crate::site::words::{fact, frame, home};

/// Donor of the page.
const DONOR: &str = "LU";

/// Partner country that the sentence begins with.
const PARTNER: &str = "ML";

/// Years that the sentence begins with.
const YEARS: (&str, &str) = ("1998", "2025");

/// Currency of the chart.
const CURRENCY: &str = "EUR";

/// Number of the latest publications.
const LATEST: usize = 6;

/// Currencies of the sentence.
const CURRENCIES: [&str; 4] = ["EUR", "USD", "XOF", ""];

/// Answer to the query.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Home {
    dataset: Contents,
    partnerships: Nodes<Partnership>,
    latest: Nodes<Publication>,
    relief: Grouped,
    first_agreement: Nodes<Agreement>,
    current_programmes: List<Programme>,
}

#[derive(Debug, Deserialize)]
struct Partnership {
    status: Coded<PartnershipStatus>,
    since: Option<Day>,
    country: Option<Named>,
}

#[derive(Debug, Deserialize)]
struct Publication {
    #[serde(flatten)]
    named: Named,
    publisher: Option<String>,
    published: Option<Day>,
}

#[derive(Debug, Deserialize)]
struct Agreement {
    #[serde(flatten)]
    named: Named,
    signed: Option<Day>,
}

#[derive(Debug, Deserialize)]
struct Programme {
    #[serde(flatten)]
    named: Named,
    country: Option<Named>,
}

impl Page for Home {
    const PATH: &'static str = "";
    const DOCUMENT: &'static str = include_str!("../queries/home.graphql");
    type Data = Self;

    fn variables(address: &Address) -> Map<String, Value> {
        variables(address, json!({ "donor": DONOR }))
    }

    fn view(data: Self, address: &Address) -> Result<View, Unshown> {
        let title = frame::TAGLINE.to(address.language()).to_owned();
        let body = html! {
            (data.sentence(address))
            (data.partners(address))
            @if let Some(money) = data.money(address) { (money) }
            (data.contents(address))
        };
        let mut view = View::new(title, body, data.dataset.edition);
        let table = vec![("donor", DONOR.to_owned())];
        view.lead = Some(html! { (home::LEAD.to(address.language())) });
        view.parts = vec![
            (home::PARTNERS, "partners"),
            (home::MONEY, "money"),
            (home::CONTENTS, "contents"),
        ];
        view.table = Some((noun_table(Kind::Partnership), table));
        Ok(view)
    }
}

impl Home {
    /// The sentence that is the filter: a form that leads to a briefing.
    fn sentence(&self, address: &Address) -> Markup {
        let language = address.language();
        let countries = self.partnerships.nodes.iter().filter_map(|p| p.country.as_ref());
        html! {
            form class="sentence" method="get" action=(address.file("engagement")) aria-label=(home::SENTENCE.to(language)) {
                select name="donor" aria-label=(fact::DONOR.to(language)) {
                    option value="lu" { (home::LUXEMBOURG.to(language)) }
                }
                (home::WITH.to(language))
                select name="partner" aria-label=(fact::COUNTRY.to(language)) {
                    @for country in countries {
                        option value=(country.identifier.to_lowercase()) selected[country.identifier == PARTNER] {
                            (country.label)
                        }
                    }
                }
                select name="pillar" aria-label=(fact::PILLAR.to(language)) {
                    option value="" { (home::ALL_PILLARS.to(language)) }
                    @for pillar in Pillar::VALUES {
                        option value=(pillar.as_str().to_lowercase()) { (pillar.words().to(language)) }
                    }
                }
                (year(language, "from", YEARS.0)) "–" (year(language, "to", YEARS.1))
                (home::IN.to(language))
                select name="currency" aria-label=(frame::CURRENCY.to(language)) {
                    @for currency in CURRENCIES {
                        option value=(currency) { (currency_words(language, currency)) }
                    }
                }
                (kept(address, &["lang"]))
                button class="main" { (home::SHOW.to(language)) }
            }
        }
    }

    /// Partner countries, by the state of the partnership.
    fn partners(&self, address: &Address) -> Markup {
        let language = address.language();
        let of = |status: PartnershipStatus| -> Vec<&Partnership> {
            self.partnerships.nodes.iter().filter(|part| part.status.0 == status).collect()
        };
        let groups: Vec<_> =
            PartnershipStatus::VALUES.iter().map(|status| (*status, of(*status))).collect();
        html! {
            section id="partners" aria-labelledby="partners-title" {
                h2 id="partners-title" { (home::PARTNERS.to(language)) }
                (self.map(address))
                ul class="cards" {
                    @for (status, partnerships) in groups.iter().filter(|(_, all)| !all.is_empty()) {
                        li {
                            h3 class="noun" { (status.words().to(language)) }
                            ul class="plain" {
                                @for partnership in partnerships { li { (partner(address, partnership)) } }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Map of the partner countries; each leads to its briefing.
    fn map(&self, address: &Address) -> Markup {
        let language = address.language();
        let state = |status: &PartnershipStatus| State {
            label: status.words().to(language).to_owned(),
            tone: tone(*status),
        };
        let states: Vec<State> = PartnershipStatus::VALUES.iter().map(state).collect();
        let areas = self.partnerships.nodes.iter().filter_map(|part| area(address, part));
        let areas: Vec<Area> = areas.collect();
        let drawing = Drawing {
            id: "partners-map",
            title: home::PARTNERS,
            sentence: home::partners(language, areas.len()),
            // The list of countries stands below.
            table: Markup::default(),
        };
        drawing.figure(language, |frame| {
            let (states, areas) = (states.clone(), areas.clone());
            let (kinds, pins) = (Vec::new(), Vec::new());
            WorldMap { frame, view: MapView::World, states, areas, kinds, pins }.draw()
        })
    }

    /// Humanitarian aid of the donor by year.
    fn money(&self, address: &Address) -> Option<Markup> {
        let language = address.language();
        let groups = &self.relief.groups.groups;
        let all = || groups.iter().filter_map(Group::year);
        let mut years = Years::default();
        years.add(language, (Summed::Given, ""), all().min()?..=all().max()?, groups);
        let drawing = Drawing {
            id: "relief",
            title: home::MONEY,
            sentence: home::money(language, years.counts),
            table: years.table(language, "money-title"),
        };
        let draw = |frame| {
            let (unit, panels) = (CURRENCY.to_owned(), years.panels.clone());
            Bars { frame, unit, series: Vec::new(), panels, scale: None }.draw()
        };
        Some(html! {
            section id="money" aria-labelledby="money-title" {
                h2 id="money-title" { (home::MONEY.to(language)) }
                (drawing.figure(language, draw))
            }
        })
    }

    /// Counts of records, the first agreement, and the latest programmes and publications.
    fn contents(&self, address: &Address) -> Markup {
        let language = address.language();
        let counts = self.dataset.counts.iter().filter_map(Count::known);
        html! {
            section id="contents" aria-labelledby="contents-title" {
                h2 id="contents-title" { (home::CONTENTS.to(language)) }
                @if let Some(agreement) = self.first_agreement.nodes.first() {
                    p {
                        (home::SINCE.to(language)) " "
                        @if let Some(day) = agreement.signed { (show::date(language, day)) ": " }
                        (show::link(address, &agreement.named))
                    }
                }
                ul class="counts" {
                    @for (kind, records) in counts {
                        li {
                            a href=(address.page(&format!("explore/{}", noun_table(kind)), &[])) {
                                (show::length(language, kind, records))
                            }
                        }
                    }
                }
                p class="whole" {
                    a href={ (address.page("data", &[])) "#coverage" } { (home::COVERAGE.to(language)) }
                }
                h3 {
                    a href=(address.page("explore/programmes", &[("donor", DONOR), ("status", "ACTIVE")])) {
                        (home::UNDER_WAY.to(language)) " " span class="count" { (self.current_programmes.total_count) }
                    }
                }
                ul class="plain" {
                    @for programme in &self.current_programmes.nodes {
                        li {
                            (show::link(address, &programme.named))
                            @if let Some(country) = &programme.country { " · " (show::link(address, country)) }
                        }
                    }
                }
                h3 { (home::LATEST.to(language)) }
                ul class="plain" {
                    @for source in self.latest.nodes.iter().filter(|source| source.published.is_some()).take(LATEST) {
                        li {
                            (show::link(address, &source.named))
                            @if let Some(publisher) = &source.publisher { ", " (publisher) }
                            @if let Some(day) = source.published { ", " (show::date(language, day)) }
                        }
                    }
                }
            }
        }
    }
}

/// Country of a partnership on the map.
fn area(address: &Address, partnership: &Partnership) -> Option<Area> {
    let country = partnership.country.as_ref()?;
    let status = partnership.status.0;
    Some(Area {
        code: country.identifier.clone(),
        state: PartnershipStatus::VALUES.iter().position(|known| *known == status)?,
        label: format!("{}: {}", country.label, status.words().to(address.language())),
        href: Some(address.page(&briefing(country), &[])),
    })
}

/// Path of the briefing of a country.
fn briefing(country: &Named) -> String {
    format!("engagement/{DONOR}/{}", country.identifier).to_lowercase()
}

fn tone(status: PartnershipStatus) -> Tone {
    match status {
        PartnershipStatus::Partner => Tone::Series(2),
        PartnershipStatus::PartnerWindingDown => Tone::Hatched(2),
        PartnershipStatus::PartnerSuspended => Tone::Hatched(1),
        PartnershipStatus::FormerPartner => Tone::Pale(6),
        PartnershipStatus::ProjectCountry => Tone::Pale(0),
        PartnershipStatus::NewCooperation => Tone::Series(0),
    }
}

fn partner(address: &Address, partnership: &Partnership) -> Markup {
    let language = address.language();
    html! {
        @if let Some(country) = &partnership.country {
            a href=(address.page(&briefing(country), &[])) { (country.label) }
        }
        @if let Some(since) = partnership.since {
            " " span class="count" { (fact::SINCE.to(language).to_lowercase()) " " (show::date(language, since)) }
        }
    }
}

fn year(language: Language, name: &str, value: &str) -> Markup {
    let words = if name == "from" { home::FROM } else { home::TO };
    html! {
        input type="number" name=(name) value=(value) min="1900" max="2100" aria-label=(words.to(language));
    }
}

fn currency_words(language: Language, currency: &str) -> &'static str {
    match currency {
        "EUR" => home::EUROS.to(language),
        "USD" => home::DOLLARS.to(language),
        "XOF" => home::FRANCS.to(language),
        _ => home::AS_PUBLISHED.to(language),
    }
}
