//! API pages: flows as JSON objects, parsed one at a time, so that an invalid one does not affect the others.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Read};

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::FtsFlows;
use super::reported::{FlowSide, Organisation, Reported};
use crate::ingest::ledger_builder::{LedgerBuilder, ProblemSite};
use crate::ingest::problem::ProblemCode;
use crate::ingest::text_decoder::{Clean, newlines};
use crate::model::humanitarian_contribution::Plan;

/// Maximum size of a page, which is held in memory whole. API pages have a few megabytes.
const LONGEST: u64 = 256 << 20;

/// Returns true if a file is a page of flows, or of plan sums.
pub(super) fn recognises(head: &str) -> bool {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let has = |word: &str| head.contains(word);
    head.starts_with(['{', '['])
        && (has("\"amountUSD\"")
            || has("\"fundingTotal\"")
            || has("\"flows\"")
            || has("\"revisedRequirements\""))
}

/// Reads the flows of a page.
pub(super) fn read(
    input: impl Read,
    tally: &mut LedgerBuilder,
    flows: &mut FtsFlows,
) -> io::Result<()> {
    let mut clean = Clean::new(input.take(LONGEST + 1));
    let mended = clean.mended();
    let mut text = String::new();
    let mut chunk = vec![0; 64 << 10];
    let mut bytes = Vec::new();
    loop {
        mended.begin();
        let length = clean.read(&mut chunk)?;
        if length == 0 {
            break;
        }
        bytes.extend_from_slice(chunk.get(..length).unwrap_or_default());
    }
    if bytes.len() as u64 > LONGEST {
        let message = &format!("a page is longer than {} MiB", LONGEST >> 20);
        tally.fail(
            ProblemCode::TooLarge,
            &ProblemSite::default(),
            message,
            Some("ask the API for smaller pages"),
        );
        return Ok(());
    }
    text.push_str(&String::from_utf8_lossy(&bytes));
    drop(bytes);
    match flows_of(&text) {
        Ok(Some(objects)) => objects.into_iter().for_each(Lines::new(&text).reader(tally, flows)),
        Ok(None) => {
            let message = "the page holds the requirements and funding of response plans: sums of flows, no flows";
            tally.set_aside(
                1,
                ProblemCode::TotalsOnly,
                message,
                "ask the API for flows: /v1/public/fts/flow",
            );
        }
        Err(error) => {
            let line = u32::try_from(error.line()).ok();
            let place = ProblemSite { line, ..ProblemSite::default() };
            let message = &format!("the page is no whole JSON: {error}");
            tally.fail(
                ProblemCode::NotWellFormed,
                &place,
                message,
                Some("nothing of it could be kept; ask for it anew"),
            );
        }
    }
    mended.tell(tally);
    Ok(())
}

/// Returns the raw flows of a page: `data.flows`, `flows`, or the page itself, which may be one flow. `None` if there
/// are none.
fn flows_of(text: &str) -> serde_json::Result<Option<Vec<&RawValue>>> {
    type Fields<'a> = HashMap<Cow<'a, str>, &'a RawValue>;
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map(Some);
    }
    let mut whole = text;
    let mut fields: Fields<'_> = serde_json::from_str(text)?;
    if let Some(data) = fields.get("data") {
        if data.get().starts_with('[') {
            return serde_json::from_str(data.get()).map(Some);
        }
        whole = data.get();
        fields = serde_json::from_str(whole)?;
    }
    if fields.contains_key("amountUSD") && !fields.contains_key("flows") {
        return serde_json::from_str(whole).map(|flow| Some(vec![flow]));
    }
    fields.get("flows").map(|flows| serde_json::from_str(flows.get())).transpose()
}

/// Line counter for offsets of a text.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// Returns the line on which a part of the text begins; parts must be passed in order.
    fn of(&mut self, part: &str) -> u32 {
        let start = part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let passed = self.text.as_bytes().get(self.at..start).unwrap_or_default();
        self.line = self.line.saturating_add(newlines(passed));
        self.at = self.at.max(start);
        self.line
    }

    fn reader(
        mut self,
        tally: &mut LedgerBuilder,
        flows: &mut FtsFlows,
    ) -> impl FnMut(&'a RawValue) {
        move |object| {
            let line = self.of(object.get());
            match serde_json::from_str::<ApiFlow<'_>>(object.get()) {
                Ok(object) => flows.take(object.reported(line), tally),
                Err(error) => {
                    let place = ProblemSite { line: Some(line), ..ProblemSite::default() };
                    let message = &format!("this is no flow as the API writes it: {error}");
                    tally.quarantine(ProblemCode::NotWellFormed, &place, message, None);
                }
            }
        }
    }
}

/// Parses a number, text or boolean as written, so that no digit of an amount is lost.
fn scalar<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let raw = <&RawValue>::deserialize(value)?.get();
    let text = if raw.starts_with('"') {
        serde_json::from_str(raw).map_err(serde::de::Error::custom)?
    } else if raw.starts_with(['{', '[']) {
        return Err(serde::de::Error::custom(format!(
            "a list or object where one value is expected: {raw:.40}"
        )));
    } else {
        raw.to_owned()
    };
    let text = text.trim();
    Ok((!text.is_empty() && text != "null").then(|| text.to_owned()))
}

/// One value or several.
fn scalars<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    let raw = <&RawValue>::deserialize(value)?;
    let one = |raw: &RawValue| scalar(raw).map_err(serde::de::Error::custom);
    if raw.get().starts_with('[') {
        let items: Vec<&RawValue> =
            serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)?;
        return items.into_iter().filter_map(|item| one(item).transpose()).collect();
    }
    Ok(one(raw)?.into_iter().collect())
}

/// A flow of the API.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ApiFlow<'a> {
    #[serde(deserialize_with = "scalar")]
    id: Option<String>,
    #[serde(rename = "amountUSD", deserialize_with = "scalar")]
    amount_usd: Option<String>,
    #[serde(deserialize_with = "scalar")]
    budget_year: Option<String>,
    #[serde(deserialize_with = "scalars")]
    child_flow_ids: Vec<String>,
    #[serde(deserialize_with = "scalars")]
    parent_flow_id: Vec<String>,
    #[serde(deserialize_with = "scalar")]
    contribution_type: Option<String>,
    #[serde(deserialize_with = "scalar")]
    date: Option<String>,
    #[serde(deserialize_with = "scalar")]
    decision_date: Option<String>,
    #[serde(deserialize_with = "scalar")]
    description: Option<String>,
    #[serde(deserialize_with = "scalars")]
    grand_bargain_earmarking_type: Vec<String>,
    #[serde(deserialize_with = "scalar")]
    exchange_rate: Option<String>,
    #[serde(deserialize_with = "scalar")]
    first_reported_date: Option<String>,
    #[serde(deserialize_with = "scalar")]
    flow_type: Option<String>,
    #[serde(deserialize_with = "scalars")]
    keywords: Vec<String>,
    #[serde(deserialize_with = "scalar")]
    new_money: Option<String>,
    #[serde(deserialize_with = "scalar")]
    original_amount: Option<String>,
    #[serde(deserialize_with = "scalar")]
    original_currency: Option<String>,
    #[serde(deserialize_with = "scalar")]
    method: Option<String>,
    #[serde(deserialize_with = "scalar")]
    status: Option<String>,
    #[serde(deserialize_with = "scalar")]
    updated_at: Option<String>,
    #[serde(deserialize_with = "scalar")]
    boundary: Option<String>,
    #[serde(deserialize_with = "scalar")]
    on_boundary: Option<String>,
    #[serde(deserialize_with = "scalar")]
    ref_code: Option<String>,
    #[serde(borrow)]
    source_objects: Option<Vec<FlowEnd<'a>>>,
    #[serde(borrow)]
    destination_objects: Option<Vec<FlowEnd<'a>>>,
}

/// An object at one end of a flow.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FlowEnd<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    #[serde(deserialize_with = "scalar")]
    id: Option<String>,
    #[serde(deserialize_with = "scalar")]
    name: Option<String>,
    #[serde(deserialize_with = "scalar")]
    code: Option<String>,
    #[serde(deserialize_with = "scalars")]
    organization_types: Vec<String>,
    #[serde(deserialize_with = "scalars")]
    organization_sub_types: Vec<String>,
}

impl ApiFlow<'_> {
    fn reported(self, line: u32) -> Reported {
        Reported {
            line,
            id: self.id.unwrap_or_default(),
            amount: self.amount_usd,
            status: self.status,
            date: self.date,
            budget_year: self.budget_year,
            description: self.description,
            flow_type: self.flow_type,
            contribution_type: self.contribution_type,
            method: self.method,
            boundaries: self.boundary.into_iter().collect(),
            on_boundary: self.on_boundary,
            new_money: self.new_money,
            original_amount: self.original_amount,
            original_currency: self.original_currency,
            exchange_rate: self.exchange_rate,
            decided: self.decision_date,
            known_since: self.first_reported_date,
            updated: self.updated_at,
            reference: self.ref_code,
            keywords: self.keywords,
            earmarking: self.grand_bargain_earmarking_type,
            parents: self.parent_flow_id,
            children: self.child_flow_ids,
            source: side(self.source_objects),
            destination: side(self.destination_objects),
            joined: Vec::new(),
        }
    }
}

fn side(objects: Option<Vec<FlowEnd<'_>>>) -> FlowSide {
    let mut side = FlowSide::default();
    for object in objects.into_iter().flatten() {
        // An organisation without a name is one more provider or receiver.
        let name = object.name.or_else(|| (object.r#type == "Organization").then(String::new));
        let Some(name) = name else { continue };
        let plan = |name| Plan { name, code: object.code, number: object.id };
        match &*object.r#type {
            "Organization" => {
                let types = [object.organization_types, object.organization_sub_types].concat();
                side.organisations.push(Organisation { name, types });
            }
            "Location" => side.locations.push(name),
            "UsageYear" => side.years.extend(name.parse::<u16>().ok()),
            "Plan" => side.plans.push(plan(name)),
            "Project" => side.projects.push(plan(name)),
            "GlobalCluster" => side.clusters.push(name),
            "Emergency" => side.emergencies.push(name),
            // Plan clusters repeat the global ones; FTS has no other types here.
            _ => {}
        }
    }
    side.years.sort_unstable();
    side
}
