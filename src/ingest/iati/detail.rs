//! Readers of the detail lists of an activity: places, documents, results, conditions and budget items.

use super::context::Context;
use super::tree::Element;
use crate::ingest::parsing;
use crate::ingest::problem::ProblemCode;
use crate::model::activity::{
    BudgetItem, Conditions, Document, Indicator, IndicatorPeriod, Measure, Outcome, Place,
};
use crate::model::location::Point;

/// Reads the locations of an activity.
pub(super) fn places(context: &mut Context<'_>, element: Element<'_>) -> Vec<Place> {
    let mut places = Vec::new();
    for location in element.all("location") {
        let name = context.first_text(location, "name");
        let description = context.first_text(location, "description");
        let activity_description = context.first_text(location, "activity-description");
        places.push(Place {
            reference: location.owned("ref"),
            reach: location.code("location-reach").map(str::to_owned),
            gazetteer: gazetteer(location),
            name,
            description,
            activity_description,
            administrative: administrative(location),
            point: point(context, location),
            exactness: precision(location).map(str::to_owned),
            class: location.code("location-class").map(str::to_owned),
            feature: location
                .code("feature-designation")
                .or_else(|| location.code("location-type"))
                .map(str::to_owned),
            line: location.line(),
        });
    }
    places
}

fn gazetteer(location: Element<'_>) -> Vec<(Option<String>, String)> {
    let new =
        location.all("location-id").filter_map(|e| Some((e.owned("vocabulary"), e.owned("code")?)));
    let old = location.all("gazetteer-entry").filter_map(|e| {
        let code = e.text().trim().to_owned();
        (!code.is_empty()).then(|| (e.owned("gazetteer-ref"), code))
    });
    new.chain(old).collect()
}

fn administrative(location: Element<'_>) -> Vec<(Option<String>, Option<String>, String)> {
    let read = |e: Element<'_>| {
        let old = || e.get("adm2").or_else(|| e.get("adm1")).or_else(|| e.get("country"));
        let code = e.get("code").or_else(old)?.to_owned();
        Some((e.owned("vocabulary"), e.owned("level"), code))
    };
    location.all("administrative").filter_map(read).collect()
}

fn precision(location: Element<'_>) -> Option<&str> {
    let old = || location.first("coordinates").and_then(|c| c.get("precision"));
    location.code("exactness").or_else(old)
}

/// Reads the point of a location: `point/pos` since 1.04, `coordinates` before.
fn point(context: &mut Context<'_>, location: Element<'_>) -> Option<Point> {
    let pos = location.first("point").and_then(|point| point.first("pos"));
    let text = if let Some(pos) = pos {
        pos.text().into_owned()
    } else {
        let old = location.first("coordinates")?;
        format!("{} {}", old.get("latitude")?, old.get("longitude")?)
    };
    if text.trim().is_empty() {
        return None;
    }
    let read = parsing::point(&text);
    if read.is_none() {
        let message = "not a readable latitude and longitude";
        context.warn(
            ProblemCode::UnreadablePoint,
            location,
            "location/point",
            Some(text.trim()),
            message,
        );
    }
    read.map(|(latitude, longitude)| Point { latitude, longitude })
}

/// Reads the document links of an element.
pub(super) fn documents(context: &mut Context<'_>, element: Element<'_>) -> Vec<Document> {
    let mut documents = Vec::new();
    for link in element.all("document-link") {
        let Some(url) = link.owned("url") else {
            let message = "the document link has no URL";
            context.warn(ProblemCode::NoCode, link, "document-link/@url", None, message);
            continue;
        };
        let title = context.texts(link.all("title"));
        let description = context.texts(link.all("description"));
        let codes = |name| link.all(name).filter_map(|e| e.owned("code")).collect();
        documents.push(Document {
            url,
            format: link.owned("format"),
            title,
            description,
            categories: codes("category"),
            languages: codes("language"),
            date: context.first_date(link, "document-date"),
            line: link.line(),
        });
    }
    documents
}

/// Reads the results of an activity.
pub(super) fn results(context: &mut Context<'_>, element: Element<'_>) -> Vec<Outcome> {
    let mut results = Vec::new();
    for result in element.all("result") {
        let mut indicators = Vec::new();
        for one in result.all("indicator") {
            indicators.push(indicator(context, one));
        }
        results.push(Outcome {
            r#type: result.owned("type"),
            aggregation: context.flag(result, "aggregation-status"),
            title: context.texts(result.all("title")),
            description: context.texts(result.all("description")),
            references: references(result),
            indicators,
            documents: documents(context, result),
            line: result.line(),
        });
    }
    results
}

fn references(element: Element<'_>) -> Vec<(Option<String>, String)> {
    let read = |e: Element<'_>| Some((e.owned("vocabulary"), e.owned("code")?));
    element.all("reference").filter_map(read).collect()
}

fn indicator(context: &mut Context<'_>, element: Element<'_>) -> Indicator {
    let mut baselines = Vec::new();
    for baseline in element.all("baseline") {
        let mut measure = measure(context, baseline);
        let day = baseline.get("iso-date").or_else(|| baseline.get("year"));
        measure.date = day.and_then(parsing::date);
        if let (Some(text), None) = (day, measure.date) {
            let message = "not a readable date";
            context.warn(ProblemCode::UnreadableDate, baseline, "baseline", Some(text), message);
        }
        baselines.push(measure);
    }
    let mut periods = Vec::new();
    for period in element.all("period") {
        let mut measures = |name| {
            let all: Vec<_> = period.all(name).collect();
            all.into_iter().map(|e| measure(context, e)).collect::<Vec<_>>()
        };
        let (targets, actuals) = (measures("target"), measures("actual"));
        periods.push(IndicatorPeriod { period: context.period(period), targets, actuals });
    }
    Indicator {
        measure: element.owned("measure"),
        ascending: context.flag(element, "ascending"),
        aggregation: context.flag(element, "aggregation-status"),
        title: context.texts(element.all("title")),
        description: context.texts(element.all("description")),
        references: references(element),
        baselines,
        periods,
    }
}

fn measure(context: &mut Context<'_>, element: Element<'_>) -> Measure {
    let dimension = |e: Element<'_>| Some((e.owned("name")?, e.owned("value").unwrap_or_default()));
    Measure {
        value: element.owned("value"),
        date: None,
        comment: context.texts(element.all("comment")),
        dimensions: element.all("dimension").filter_map(dimension).collect(),
    }
}

/// Reads the conditions of an activity. Several lists are merged, and the first valid `@attached` wins.
pub(super) fn conditions(context: &mut Context<'_>, element: Element<'_>) -> Option<Conditions> {
    element.first("conditions")?;
    let mut all = Conditions::default();
    for (number, conditions) in element.all("conditions").enumerate() {
        if number == 1 {
            let message = "several lists of conditions are read as one";
            context.warn(ProblemCode::SeveralValues, conditions, "conditions", None, message);
        }
        let attached = context.flag(conditions, "attached");
        all.attached = all.attached.or(attached);
        for condition in conditions.all("condition") {
            let text = context.text(condition);
            all.list.push((condition.owned("type"), text));
        }
    }
    Some(all)
}

/// Reads the items of the recipient's budget that the activity maps to.
pub(super) fn budget_items(context: &mut Context<'_>, element: Element<'_>) -> Vec<BudgetItem> {
    let mut items = Vec::new();
    for list in element.all("country-budget-items") {
        let vocabulary = list.owned("vocabulary");
        for item in list.all("budget-item") {
            items.push(BudgetItem {
                vocabulary: vocabulary.clone(),
                code: item.owned("code"),
                percentage: context.percentage(item),
                description: context.first_text(item, "description"),
            });
        }
    }
    items
}
