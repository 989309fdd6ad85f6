//! Destination and purpose of money: recipient countries and regions, sectors, and their shares.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::bound::RecordBound;
use super::context::{Context, words};
use super::tree::Element;
use crate::ingest::parsing;
use crate::ingest::problem::ProblemCode;
use crate::model::classification::{Recipient, RecipientRegion, SectorShare};
use crate::model::codelist::Codelist;
use crate::model::country::{self, CountryCode};
use crate::model::former_country::former;
use crate::model::sector::SectorCode;

/// Vocabulary code of the reporting organisation's own regions. Source: IATI `RegionVocabulary`.
const OWN_LIST: &str = "99";

/// A recipient as published in an element.
pub(super) enum NamedRecipient {
    /// A country of ISO 3166-1, current or withdrawn.
    Country(CountryCode),
    /// A code or a name that is not on the list.
    Other(String),
}

/// Reads the country of an element from its code, or from its name if it has none.
pub(super) fn country(context: &mut Context<'_>, element: Element<'_>) -> Option<NamedRecipient> {
    const FIELD: &str = "recipient-country/@code";
    if let Some(code) = element.get("code") {
        let known = parsing::country(code);
        if known.is_none_or(|known| known.as_str() != code) {
            let message = &known.map_or_else(
                || "not a country of ISO 3166-1; kept as published".to_owned(),
                |known| format!("the country is read as {known}"),
            );
            context.warn(ProblemCode::OddCountry, element, FIELD, Some(code), message);
        }
        if let Some(former) = known.and_then(former) {
            let today: Vec<&str> = former.successors.iter().map(CountryCode::as_str).collect();
            let message = format!(
                "the code has been withdrawn from ISO 3166-1 since {} ({} today); it is kept",
                former.withdrawn,
                today.join(", ")
            );
            context.warn_once(ProblemCode::WithdrawnCode, element, FIELD, code, &message);
        }
        return Some(
            known.map_or_else(|| NamedRecipient::Other(code.to_owned()), NamedRecipient::Country),
        );
    }
    let Some(name) = words(element) else {
        let message = "a recipient country has neither a code nor a name";
        context.warn(ProblemCode::NoCode, element, FIELD, None, message);
        return None;
    };
    if let Some(known) = country::by_name(&name) {
        return Some(NamedRecipient::Country(known));
    }
    let message = "no country has this name; it is kept as published";
    context.warn(ProblemCode::OddCountry, element, "recipient-country", Some(&name), message);
    Some(NamedRecipient::Other(name))
}

/// Reads the region of an element as vocabulary and code. Without a code, the name is used: as an entry of the DAC
/// list if it matches, otherwise of the stated vocabulary or the publisher's own.
pub(super) fn region(context: &mut Context<'_>, element: Element<'_>) -> Option<(String, String)> {
    let vocabulary = element.get("vocabulary");
    let is_dac = vocabulary.is_none_or(|list| list == "1");
    if let Some(code) = element.get("code") {
        return Some((vocabulary.unwrap_or("1").to_owned(), code.to_owned()));
    }
    let Some(name) = words(element) else {
        let message = "a recipient region has neither a code nor a name";
        context.warn(ProblemCode::NoCode, element, "recipient-region/@code", None, message);
        return None;
    };
    if let Some(code) = Codelist::Region.code(&name).filter(|_| is_dac) {
        return Some(("1".to_owned(), code.to_owned()));
    }
    Some((vocabulary.unwrap_or(OWN_LIST).to_owned(), name))
}

/// Reads the recipient countries and regions of an activity or a transaction.
pub(super) fn recipients(
    context: &mut Context<'_>,
    element: Element<'_>,
) -> (Vec<Recipient>, Vec<RecipientRegion>) {
    let (mut countries, mut regions) = (Vec::new(), Vec::new());
    let mut bound = RecordBound::of(element, &["recipient-country", "recipient-region"]);
    for one in element.all("recipient-country") {
        let listed = || one.get("code").and_then(parsing::country);
        if !is_taken(&mut bound, one, "", || listed().map(|country| country.to_string())) {
            continue;
        }
        let percentage = context.percentage(one);
        let provenance = context.provenance(one);
        match country(context, one) {
            Some(NamedRecipient::Country(country)) => {
                countries.push(Recipient { country, percentage, provenance });
            }
            Some(NamedRecipient::Other(code)) => {
                let name = context.text(one);
                let vocabulary = None;
                regions.push(RecipientRegion { vocabulary, code, name, percentage, provenance });
            }
            None => {}
        }
    }
    for one in element.all("recipient-region") {
        let Some((vocabulary, code)) = region(context, one) else { continue };
        let is_listed = vocabulary == "1" && Codelist::Region.has(&code);
        if !is_taken(&mut bound, one, &vocabulary, || is_listed.then(|| code.clone())) {
            continue;
        }
        let percentage = context.percentage(one);
        let name = context.text(one);
        let provenance = context.provenance(one);
        let vocabulary = Some(vocabulary);
        regions.push(RecipientRegion { vocabulary, code, name, percentage, provenance });
    }
    if let Some(bound) = bound {
        let countries = countries.iter_mut().map(|country| ("", &mut country.percentage));
        let regions = regions.iter_mut().map(|region| {
            (region.vocabulary.as_deref().unwrap_or_default(), &mut region.percentage)
        });
        undivide(context, &bound, countries.chain(regions));
    }
    check_places(context, element, &countries, &regions);
    (countries, regions)
}

/// Returns true if an entry is to be read. `listed` returns its code if an official list has it.
fn is_taken<'t>(
    bound: &mut Option<RecordBound<'t>>,
    one: Element<'t>,
    list: &str,
    listed: impl FnOnce() -> Option<String>,
) -> bool {
    bound.as_mut().is_none_or(|bound| bound.takes(one, list, listed().as_deref()))
}

/// Drops the shares of truncated lists, and reports them.
fn undivide<'s>(
    context: &mut Context<'_>,
    bound: &RecordBound<'_>,
    shares: impl Iterator<Item = (&'s str, &'s mut Option<Decimal>)>,
) {
    for (_, share) in shares.filter(|(list, _)| bound.is_cut(list)) {
        *share = None;
    }
    bound.report(context);
}

/// Checks that the countries and the regions of each vocabulary add up to 100 per cent. A second vocabulary restates
/// the same division.
fn check_places(
    context: &mut Context<'_>,
    element: Element<'_>,
    countries: &[Recipient],
    regions: &[RecipientRegion],
) {
    let mut countries: ShareCount = countries.iter().map(|country| country.percentage).collect();
    countries.extend(regions.iter().filter(|r| r.vocabulary.is_none()).map(|r| r.percentage));
    let mut lists: BTreeMap<&str, ShareCount> = BTreeMap::new();
    for region in regions {
        if let Some(list) = region.vocabulary.as_deref() {
            lists.entry(list).or_insert(countries).extend([region.percentage]);
        }
    }
    if lists.is_empty() {
        countries.check(context, element, "recipient-country");
    }
    for shares in lists.into_values() {
        shares.check(context, element, "recipient-country");
    }
}

/// Reads the sectors of an activity or a transaction, in every vocabulary it uses.
pub(super) fn sectors(context: &mut Context<'_>, element: Element<'_>) -> Vec<SectorShare> {
    let mut shares = Vec::new();
    let mut bound = RecordBound::of(element, &["sector"]);
    for sector in element.all("sector") {
        let vocabulary = sector.get("vocabulary").or_else(|| sector.get("type")).unwrap_or("1");
        let vocabulary =
            Codelist::SectorVocabulary.find(vocabulary).unwrap_or(vocabulary).to_owned();
        let is_dac = matches!(vocabulary.as_str(), "1" | "2");
        let listed = || sector.get("code").filter(|code| is_dac && is_listed(code));
        if !is_taken(&mut bound, sector, &vocabulary, || listed().map(str::to_owned)) {
            continue;
        }
        // Drafts before 1.0 name the vocabulary in `@type` and write `@ref` for `@code`.
        let code = sector.owned("code").or_else(|| sector.owned("ref"));
        let name = context.text(sector);
        if code.is_none() && name.is_none() {
            let message = "a sector has neither a code nor a name";
            context.warn(ProblemCode::NoCode, sector, "sector/@code", None, message);
            continue;
        }
        let dac: Option<SectorCode> =
            code.as_deref().filter(|_| is_dac).and_then(|code| code.parse().ok());
        shares.push(SectorShare {
            name_as_published: name,
            vocabulary: Some(vocabulary),
            code,
            sector: dac,
            percentage: context.percentage(sector),
            provenance: context.provenance(sector),
        });
    }
    if let Some(bound) = bound {
        let shares = shares.iter_mut().map(|share: &mut SectorShare| {
            (share.vocabulary.as_deref().unwrap_or_default(), &mut share.percentage)
        });
        undivide(context, &bound, shares);
    }
    let mut lists: BTreeMap<&str, ShareCount> = BTreeMap::new();
    for share in &shares {
        let list = share.vocabulary.as_deref().unwrap_or_default();
        lists.entry(list).or_default().extend([share.percentage]);
    }
    for of_list in lists.into_values() {
        of_list.check(context, element, "sector");
    }
    shares
}

/// Returns true if a code is a sector or a category of the OECD DAC.
fn is_listed(code: &str) -> bool {
    Codelist::Sector.has(code) || Codelist::SectorCategory.has(code)
}

/// Number of shares, number of stated shares, and their sum.
#[derive(Clone, Copy, Debug, Default)]
struct ShareCount {
    count: u64,
    stated: u64,
    sum: Decimal,
}

impl Extend<Option<Decimal>> for ShareCount {
    fn extend<I: IntoIterator<Item = Option<Decimal>>>(&mut self, shares: I) {
        for share in shares {
            self.count += 1;
            if let Some(share) = share {
                self.stated += 1;
                self.sum = self.sum.checked_add(share).unwrap_or(Decimal::MAX);
            }
        }
    }
}

impl FromIterator<Option<Decimal>> for ShareCount {
    fn from_iter<I: IntoIterator<Item = Option<Decimal>>>(shares: I) -> Self {
        let mut all = Self::default();
        all.extend(shares);
        all
    }
}

impl ShareCount {
    /// Reports shares that do not add up to 100 per cent, and several entries without any share.
    fn check(self, context: &mut Context<'_>, element: Element<'_>, field: &str) {
        let Self { count, stated, sum } = self;
        let whole = sum.checked_sub(Decimal::ONE_HUNDRED).map(|rest| rest.abs());
        let is_off = whole.is_none_or(|rest| rest > Decimal::ONE);
        if stated > 0 && (stated < count || is_off) {
            let message = &format!(
                "{stated} of {count} shares are stated, and they add up to {sum} per cent"
            );
            context.warn(ProblemCode::SharesDoNotAddUp, element, field, None, message);
        } else if count > 1 && stated == 0 {
            let message = &format!("there are {count} entries without any share");
            context.warn(ProblemCode::SharesMissing, element, field, None, message);
        }
    }
}
