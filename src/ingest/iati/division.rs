//! Where money goes and what it is for: recipient countries and regions, sectors, and their shares.

use rust_decimal::Decimal;

use super::context::{Context, collapsed};
use super::tree::Element;
use crate::ingest::problem::ProblemCode;
use crate::ingest::value;
use crate::model::programme::{Recipient, RecipientRegion, SectorShare};

/// The countries and regions of an activity or a transaction.
pub(super) fn recipients(
    context: &mut Context<'_>,
    element: Element<'_>,
) -> (Vec<Recipient>, Vec<RecipientRegion>) {
    let (mut countries, mut regions) = (Vec::new(), Vec::new());
    for country in element.all("recipient-country") {
        let percentage = context.percentage(country);
        let provenance = context.provenance(country);
        let Some(code) = country.get("code") else {
            let message = "a recipient country has no code";
            context.warn(ProblemCode::NoCode, country, "recipient-country/@code", None, message);
            continue;
        };
        if let Some(known) = value::country(code) {
            if known.as_str() != code {
                let message = &format!("the country is read as {known}");
                context.warn(
                    ProblemCode::OddCountry,
                    country,
                    "recipient-country/@code",
                    Some(code),
                    message,
                );
            }
            countries.push(Recipient { country: known, percentage, provenance });
        } else {
            let message = "this is no country of ISO 3166-1; it is kept as a region of no list";
            context.warn(
                ProblemCode::OddCountry,
                country,
                "recipient-country/@code",
                Some(code),
                message,
            );
            regions.push(RecipientRegion {
                vocabulary: None,
                code: code.to_owned(),
                percentage,
                provenance,
            });
        }
    }
    for region in element.all("recipient-region") {
        let percentage = context.percentage(region);
        let provenance = context.provenance(region);
        if let Some(code) = region.get("code") {
            let vocabulary = region.get("vocabulary").unwrap_or("1").to_owned();
            let code = code.to_owned();
            regions.push(RecipientRegion {
                vocabulary: Some(vocabulary),
                code,
                percentage,
                provenance,
            });
        } else if let Some(name) = Some(collapsed(&region.text())).filter(|name| !name.is_empty()) {
            regions.push(RecipientRegion {
                vocabulary: Some("99".to_owned()),
                code: name,
                percentage,
                provenance,
            });
        }
    }
    let shares = countries.iter().map(|c| c.percentage).chain(regions.iter().map(|r| r.percentage));
    check(context, element, "recipient-country", shares);
    (countries, regions)
}

/// What an activity or a transaction is for, in every list that it uses.
pub(super) fn sectors(context: &mut Context<'_>, element: Element<'_>) -> Vec<SectorShare> {
    let mut shares = Vec::new();
    for sector in element.all("sector") {
        let code = sector.owned("code");
        let name = context.text(sector).map(|text| text.main().to_owned());
        if code.is_none() && name.is_none() {
            let message = "a sector has neither a code nor a name";
            context.warn(ProblemCode::NoCode, sector, "sector/@code", None, message);
            continue;
        }
        let vocabulary = vocabulary(sector.get("vocabulary"));
        let is_dac = matches!(vocabulary.as_str(), "1" | "2");
        let dac = code.as_deref().filter(|_| is_dac).and_then(|code| code.parse().ok());
        if let (true, Some(code), None) = (is_dac, &code, &dac) {
            let message = "this is no code of the OECD DAC";
            context.warn(ProblemCode::OddSector, sector, "sector/@code", Some(code), message);
        }
        shares.push(SectorShare {
            name_as_published: name,
            vocabulary: Some(vocabulary),
            code,
            sector: dac,
            percentage: context.percentage(sector),
            provenance: context.provenance(sector),
        });
    }
    let mut lists: Vec<&str> = shares.iter().filter_map(|s| s.vocabulary.as_deref()).collect();
    lists.sort_unstable();
    lists.dedup();
    for list in lists {
        let of_list = shares.iter().filter(|share| share.vocabulary.as_deref() == Some(list));
        check(context, element, "sector", of_list.map(|share| share.percentage));
    }
    shares
}

/// The number of a list of sectors; the first standard has words.
fn vocabulary(published: Option<&str>) -> String {
    match published {
        None | Some("DAC") => "1",
        Some("DAC-3") => "2",
        Some("COFOG") => "3",
        Some("NACE") => "4",
        Some("NTEE") => "5",
        Some("ADT") => "6",
        Some("RO") => "99",
        Some("RO2" | "WB") => "98",
        Some(other) => other,
    }
    .to_owned()
}

/// Shares should make one hundred per cent, or there should be one without a share.
fn check(
    context: &mut Context<'_>,
    element: Element<'_>,
    field: &str,
    shares: impl Iterator<Item = Option<Decimal>>,
) {
    let (mut count, mut stated, mut sum) = (0, 0, Decimal::ZERO);
    for share in shares {
        count += 1;
        if let Some(share) = share {
            stated += 1;
            sum = sum.checked_add(share).unwrap_or(Decimal::MAX);
        }
    }
    let off = (sum - Decimal::ONE_HUNDRED).abs() > Decimal::ONE;
    if stated > 0 && (stated < count || off) {
        let message =
            &format!("{stated} of {count} shares are stated, and they make {sum} per cent");
        context.warn(ProblemCode::SharesDoNotAddUp, element, field, None, message);
    } else if count > 1 && stated == 0 {
        let message = &format!("there are {count}, and no shares divide them");
        context.warn(ProblemCode::SharesMissing, element, field, None, message);
    }
}
