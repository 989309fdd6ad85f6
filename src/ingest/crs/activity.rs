//! Programmes from CRS rows: one transaction for each non-zero amount.

use std::collections::BTreeSet;

use super::common::Common;
use super::layout::{CrsColumn, PackedRow};
use super::mark;
use super::place::{self, CrsRecipient, Oddity};
use super::reader::{ActivityReader, Parties, aid_types, places, sector, text_of, usd};
use crate::ingest::known_organisations;
use crate::ingest::organisation_ref::{self, Mention, MentionScope};
use crate::ingest::problem::ProblemCode;
use crate::ingest::sink::Entry;
use crate::model::activity::{self, ActivityDate, Description, Details, Report};
use crate::model::agency::AgencyKind;
use crate::model::classification::SectorShare;
use crate::model::codelist::Codelist;
use crate::model::date::{PartialDate, Period};
use crate::model::id::AgencyId;
use crate::model::noun::Record;
use crate::model::origin::Origin;
use crate::model::programme::{Channel, Participation, Pillar, Programme, ProgrammeKind, Role};
use crate::model::text::{Text, fold};

/// Publisher of the CRS as a whole.
const CRS: &str = "CRS";

impl ActivityReader<'_> {
    /// Builds the programme of some rows, of which there is at least one.
    pub(super) fn entry(mut self, rows: &[PackedRow]) -> Entry {
        let title = self.title(rows);
        let parties: Vec<Parties> = rows.iter().map(|row| self.parties(row)).collect();
        let common = Common::of(rows);
        let (mut recipients, mut regions) = places(self.tally.file(), rows);
        if !common.places {
            (recipients, regions) = (Vec::new(), Vec::new());
        }
        let mut sectors = self.sectors(rows);
        if !common.purposes {
            sectors.clear();
        }
        let transactions = self.transactions(rows, &parties, &title, &common);
        self.tell_places(rows);
        let (dates, period, planned) = self.dates(rows);
        let mut report = Report {
            standard: Some("CRS".to_owned()),
            reporter: parties.iter().find_map(|parties| parties.donor.clone()),
            currency: usd(),
            collaboration_type: common.collaboration.map(str::to_owned),
            flow_type: common.flow.map(str::to_owned),
            finance_type: common.finance.map(str::to_owned),
            aid_types: aid_types(common.aid),
            tied_status: common.tied,
            planned,
            policy_markers: self.markers(rows),
            tags: self.tags(rows),
            ..Report::default()
        };
        report.transactions = u32::try_from(transactions.len()).unwrap_or(u32::MAX);
        let details = Details {
            descriptions: self.descriptions(rows, &title),
            other_identifiers: mark::identifiers(rows),
            dates,
            places: sites(rows),
            transactions,
            ..Details::default()
        };
        let programme = Programme {
            id: self.id.clone(),
            kind: ProgrammeKind::Activity,
            pillar: Pillar::Development,
            donor: rows.first().and_then(place::donor),
            parent: None,
            ordinal: None,
            title,
            aliases: Vec::new(),
            period,
            extended_until: None,
            status: None,
            recipients,
            participations: self.participations(rows, &parties),
            budgets: Vec::new(),
            sites: Vec::new(),
            sectors,
            regions,
            report: Some(Box::new(report)),
            provenance: self.provenance(rows.first().map_or(1, |row| row.line)),
        };
        Entry {
            record: Record::Programme(programme),
            details: Some(Box::new(details)),
            updated: None,
        }
    }

    fn title(&mut self, rows: &[PackedRow]) -> Text {
        for (column, field) in [
            (CrsColumn::Title, "project_title"),
            (CrsColumn::ShortDescription, "short_description"),
        ] {
            let text = rows.iter().find_map(|row| self.text(row, column, field));
            if let Some(title) = text.and_then(text_of) {
                return title;
            }
        }
        let line = rows.first().map_or(1, |row| row.line);
        let message = "an activity has no title; its identifier stands for it";
        self.warn(ProblemCode::NoTitle, line, "project_title", None, message);
        text_of(self.id.to_string()).unwrap_or_else(Text::untitled)
    }

    /// Returns each description once, without repetitions of the title.
    fn descriptions(&mut self, rows: &[PackedRow], title: &Text) -> Vec<Description> {
        let mut seen = vec![fold(title.main())];
        let mut descriptions = Vec::new();
        for row in rows {
            for (column, field) in [
                (CrsColumn::LongDescription, "long_description"),
                (CrsColumn::ShortDescription, "short_description"),
            ] {
                let Some(text) = self.text(row, column, field) else { continue };
                let folded = fold(&text);
                if seen.contains(&folded) {
                    continue;
                }
                seen.push(folded);
                let origin = self.origin(row.line);
                descriptions.extend(text_of(text).map(|text| Description {
                    r#type: None,
                    text,
                    origin,
                }));
            }
        }
        descriptions
    }

    /// Resolves an agency; `None` if neither its reference nor its name identifies it.
    fn mention(
        &mut self,
        reference: Option<&str>,
        name: Option<&str>,
        line: u32,
        scope: &MentionScope,
    ) -> Option<AgencyId> {
        let name = name.and_then(|name| text_of(name.to_owned()));
        let origin = Origin { file: self.tally.file().to_owned(), line };
        let mention = Mention { reference, name: name.as_ref(), ..Mention::default() };
        Some(self.mentions.note(&mention, scope, || origin)?.id)
    }

    /// Names are scoped to one donor, and names of public bodies to one country.
    fn scope(&self, row: &PackedRow, donor: Option<&AgencyId>) -> MentionScope {
        let country = match place::recipient(row) {
            Some(CrsRecipient::Country(country)) => Some(country.to_string()),
            _ => None,
        };
        MentionScope {
            publisher: donor.map_or_else(|| self.tally.file().to_owned(), ToString::to_string),
            own: None,
            activity: self.id.to_string(),
            place: organisation_ref::place(country),
        }
    }

    fn parties(&mut self, row: &PackedRow) -> Parties {
        let line = row.line;
        let donor_code = place::donor_code(row);
        let reference = donor_code.map(|code| format!("XM-DAC-{code}"));
        // A donor without a code is identified by its name in the CRS as a whole.
        let crs = MentionScope { publisher: CRS.to_owned(), ..self.scope(row, None) };
        let donor = self.mention(reference.as_deref(), row.get(CrsColumn::DonorName), line, &crs);
        if let Some(donor) = &donor {
            let is_country = place::donor(row).is_some();
            let kind = if is_country { AgencyKind::Government } else { AgencyKind::Multilateral };
            self.mentions.classify(donor, kind);
        }
        let mut scope = self.scope(row, donor.as_ref());
        let reference = donor_code
            .zip(row.get(CrsColumn::AgencyCode))
            .map(|(donor, agency)| format!("XM-DAC-{donor}-{agency}"));
        // An agency of the donor is in the donor's country.
        scope.place = organisation_ref::place(place::donor(row).map(|country| country.to_string()));
        let agency =
            self.mention(reference.as_deref(), row.get(CrsColumn::AgencyName), line, &scope);
        let scope = self.scope(row, donor.as_ref());
        let code = row.get(CrsColumn::Channel);
        let reported = row.get(CrsColumn::ChannelReported);
        // A category code identifies no organisation, so the name from the donor does.
        let is_kind = code.is_some_and(known_organisations::is_kind);
        let official = code.and_then(|code| Codelist::CrsChannel.name(code)).map(Text::main);
        let (reference, name) = match code {
            Some(code) if is_kind => {
                (Some(code.to_owned()), reported.or(row.get(CrsColumn::ChannelName)).or(official))
            }
            Some(code) => (
                Some(format!("XM-DAC-{code}")),
                row.get(CrsColumn::ChannelName).or(official).or(reported),
            ),
            None => (None, reported.or(row.get(CrsColumn::ChannelName))),
        };
        let channel = self.mention(reference.as_deref(), name, line, &scope);
        Parties { donor, agency, channel, way: code.and_then(way) }
    }

    fn participations(&self, rows: &[PackedRow], parties: &[Parties]) -> Vec<Participation> {
        let mut found: Vec<Participation> = Vec::new();
        for (row, parties) in rows.iter().zip(parties) {
            let parts = [
                (&parties.donor, Role::Funding, None),
                (&parties.agency, Role::Extending, None),
                (&parties.channel, Role::Implementing, parties.way),
            ];
            for (agency, role, channel) in parts {
                let Some(agency) = agency else { continue };
                if found.iter().any(|part| part.agency == *agency && part.role == role) {
                    continue;
                }
                found.push(Participation {
                    agency: agency.clone(),
                    role,
                    name_as_published: None,
                    role_as_published: None,
                    channel,
                    money: None,
                    additional: false,
                    activity: None,
                    provenance: self.provenance(row.line),
                });
            }
        }
        found
    }

    /// Reports unknown places, and rows with contradictory ones.
    fn tell_places(&mut self, rows: &[PackedRow]) {
        for row in rows {
            let Some((oddity, said)) = place::oddity(row) else { continue };
            let (code, message) = match oddity {
                Oddity::Differs => (
                    ProblemCode::SeveralValues,
                    "code, letters and name are of several places; letters count before the code, and that before the name",
                ),
                Oddity::Unknown => (
                    ProblemCode::OddCountry,
                    "this is no recipient of the DAC's list, and is kept as a region",
                ),
            };
            self.warn(code, row.line, "recipient", Some(&said), message);
        }
    }

    /// Returns the purposes of the rows, without duplicates.
    fn sectors(&mut self, rows: &[PackedRow]) -> Vec<SectorShare> {
        let mut sectors: Vec<SectorShare> = Vec::new();
        for row in rows {
            let Some(sector) = sector(self.tally.file(), row) else { continue };
            if sectors.iter().any(|other| other.code == sector.code) {
                continue;
            }
            if sector.sector.is_none() {
                let message = "this is no code of the OECD DAC";
                let code = sector.code.as_deref();
                self.warn(ProblemCode::OddSector, row.line, "purpose_code", code, message);
            }
            sectors.push(sector);
        }
        sectors
    }

    /// Returns the expected days of the rows, without duplicates, and the period from the first start to the last end. Without
    /// a start, the period covers the year of the report.
    fn dates(&mut self, rows: &[PackedRow]) -> (Vec<ActivityDate>, Period, Period) {
        let starts = self.days(rows, CrsColumn::Start, "expected_start_date");
        let ends = self.days(rows, CrsColumn::End, "completion_date");
        let planned = Period { start: starts.first().copied(), end: ends.last().copied() };
        if planned.is_reversed()
            && let (Some(start), Some(end)) = (planned.start, planned.end)
        {
            let line = rows.first().map_or(1, |row| row.line);
            let value = format!("{start} to {end}");
            let message = "the period ends before it begins; kept as published";
            let field = "completion_date";
            self.warn(ProblemCode::ReversedPeriod, line, field, Some(&value), message);
        }
        let year = rows.first().and_then(|row| row.get(CrsColumn::Year)?.parse().ok());
        let year = year
            .and_then(PartialDate::from_year)
            .filter(|year| planned.end.is_none_or(|end| year.first_day() <= end.last_day()));
        let of = |days: Vec<PartialDate>, kind: &'static str| {
            days.into_iter().map(move |day| ActivityDate {
                r#type: kind.to_owned(),
                date: Some(day),
                note: None,
            })
        };
        let dates = of(starts, "1").chain(of(ends, "3")).collect();
        (dates, Period { start: planned.start.or(year), end: planned.end }, planned)
    }

    /// Returns the days in a column, sorted. A blank cell yields none.
    fn days(&mut self, rows: &[PackedRow], column: CrsColumn, field: &str) -> Vec<PartialDate> {
        let days: BTreeSet<PartialDate> =
            rows.iter().filter_map(|row| self.day(row, column, field)).collect();
        if days.len() > 1 {
            let line = rows.first().map_or(1, |row| row.line);
            let message = "rows of the activity give several days; it has each of them, and is planned from the first start to the last end";
            self.warn(ProblemCode::SeveralValues, line, field, None, message);
        }
        days.into_iter().collect()
    }
}

/// Returns the channel type by the first digit of its code. Source: DAC channel categories.
fn way(code: &str) -> Option<Channel> {
    match code.chars().next()? {
        '1' => Some(Channel::Government),
        '2' => Some(Channel::Ngo),
        '4' => Some(Channel::Multilateral),
        '5' => Some(Channel::Academic),
        '6' => Some(Channel::Private),
        _ => None,
    }
}

/// Describes places in words.
fn sites(rows: &[PackedRow]) -> Vec<activity::Place> {
    let mut places: Vec<activity::Place> = Vec::new();
    for row in rows {
        let name = row.get(CrsColumn::Geography).and_then(|name| text_of(name.to_owned()));
        if name.is_some() && places.iter().all(|place| place.name != name) {
            places.push(activity::Place { name, line: row.line, ..activity::Place::default() });
        }
    }
    places
}
