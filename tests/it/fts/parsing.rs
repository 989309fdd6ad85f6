//! Small files of every irregular kind, and their records.

use aidgraph::model::country::CountryCode;
use aidgraph::model::humanitarian_contribution::{
    Boundary, FlowStatus, HumanitarianChannel, HumanitarianContribution,
};
use aidgraph::model::money::Absence;
use aidgraph::model::noun::Record;
use aidgraph::model::text::Text;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{contributions, read};
use crate::import::Sandbox;

const HEADER: &str = "date,budgetYear,description,amountUSD,srcOrganization,srcOrganizationTypes,srcLocations,srcUsageYearStart,srcUsageYearEnd,destPlan,destPlanCode,destPlanId,destOrganization,destOrganizationTypes,destGlobalClusters,destLocations,destProject,destProjectCode,destEmergency,destUsageYearStart,destUsageYearEnd,contributionType,flowType,method,boundary,onBoundary,status,firstReportedDate,decisionDate,keywords,originalAmount,originalCurrency,exchangeRate,id,refCode,createdAt,updatedAt\n";

/// A row of an export. Tests change single fields.
struct Row {
    id: &'static str,
    amount: &'static str,
    giver: &'static str,
    receiver: &'static str,
    places: &'static str,
    original: &'static str,
    years: &'static str,
    boundary: &'static str,
    description: &'static str,
}

const WELLS: Row = Row {
    id: "4711",
    amount: "606796",
    giver: "\"Luxembourg, Government of\",Governments,LUX",
    receiver: "World Food Programme,Multilateral Organizations",
    places: "MLI",
    original: "500000,EUR,0.824",
    years: "2020,2020",
    boundary: "incoming,single",
    description: "Food",
};

impl Row {
    fn csv(&self) -> String {
        let Self { id, amount, giver, receiver, places, original, years, boundary, description } =
            self;
        format!(
            "2021-02-25,2020,{description},{amount},{giver},2020,2020,Mali 2020,HMLI20,931,{receiver},\"Food Security,Health\",\"{places}\",,,,{years},financial,Standard,Traditional aid,{boundary},paid,2021-02-26,2021-02-25,\"A,B\",{original},{id},REF-1,2021-02-27,2021-03-01\n"
        )
    }
}

fn export(rows: &[Row]) -> String {
    HEADER.to_owned() + &rows.iter().map(Row::csv).collect::<String>()
}

fn only(text: &str) -> HumanitarianContribution {
    let (entries, ledger) = read("flows.csv", text.as_bytes());
    assert!(ledger.adds_up());
    let found = contributions(&entries);
    assert_eq!(found.len(), 1, "{:?}", ledger.problems);
    found[0].clone()
}

#[test]
fn a_row_of_an_export_becomes_a_contribution_with_all_its_fields() {
    let flow = only(&export(&[WELLS]));
    assert_eq!(flow.id.as_str(), "FTS-4711");
    assert_eq!(flow.donor.unwrap().as_str(), "LU");
    assert_eq!(flow.money.to_string(), "606796 USD");
    assert_eq!(flow.status, Some(FlowStatus::Paid));
    assert_eq!(flow.channel, HumanitarianChannel::Multilateral);
    assert_eq!(flow.channel_agencies[0].as_str(), "XM-DAC-41140");
    assert_eq!(flow.crisis.main(), "Mali 2020");
    assert_eq!(flow.year.unwrap().to_string(), "2020");
    assert_eq!(
        (flow.provenance.origin.file.as_str(), flow.provenance.origin.line),
        ("flows.csv", 2)
    );
    let report = flow.flow.unwrap();
    assert_eq!(report.original.unwrap().to_string(), "500000 EUR");
    assert_eq!(report.exchange_rate.unwrap().to_string(), "0.824");
    assert_eq!(report.clusters, ["Food Security", "Health"]);
    assert_eq!(report.boundaries, [Boundary::Incoming]);
    assert_eq!(report.plans[0].code.as_deref(), Some("HMLI20"));
    assert_eq!(report.providers[0].as_str(), "name:luxembourg-government-of");
}

#[test]
fn rows_of_one_flow_are_joined() {
    let elsewhere = Row { places: "NER", ..WELLS };
    let (entries, ledger) = read("flows.csv", export(&[WELLS, WELLS, elsewhere]).as_bytes());
    assert_eq!((ledger.rows_read, ledger.accepted, ledger.duplicate), (3, 2, 1));
    let found = contributions(&entries);
    let countries: Vec<&str> = found[0].countries.iter().map(CountryCode::as_str).collect();
    assert_eq!((found.len(), countries), (1, vec!["ML", "NE"]));
}

#[test]
fn differing_amounts_of_a_flow_are_reported() {
    let more = Row { amount: "7", ..WELLS };
    let (_, ledger) = read("flows.csv", export(&[WELLS, more]).as_bytes());
    assert_eq!((ledger.accepted, ledger.quarantined), (1, 1));
    assert_eq!(
        (ledger.problems[0].code.as_str(), ledger.problems[0].line),
        ("DUPLICATE_ID", Some(3))
    );
}

#[test]
fn placeholders_and_empty_currencies_are_absences() {
    let text = export(&[Row { amount: "-1", original: "500,,", ..WELLS }]);
    let (_, ledger) = read("flows.csv", text.as_bytes());
    let codes: Vec<&str> = ledger.counts.keys().map(String::as_str).collect();
    assert_eq!(codes, ["NO_CURRENCY", "PLACEHOLDER"]);
    let flow = only(&text);
    assert_eq!(flow.money.absence(), Some(Absence::NotStated));
    assert_eq!(flow.flow.unwrap().original, None);
    let flow = only(&export(&[Row { amount: "-20", ..WELLS }]));
    assert_eq!(flow.money.to_string(), "-20 USD", "a correction below zero is an amount");
    let flow = only(&export(&[Row { amount: "", ..WELLS }]));
    assert_eq!(flow.money.absence(), Some(Absence::NotStated));
}

#[test]
fn an_invalid_original_currency_is_kept_and_marked() {
    let read_of = |original| {
        let (_, ledger) = read("flows.csv", export(&[Row { original, ..WELLS }]).as_bytes());
        let flow = only(&export(&[Row { original, ..WELLS }])).flow.unwrap();
        let money = flow.original.unwrap();
        let words = money.currency_words.map(|words| words.as_str().to_owned());
        let codes: Vec<_> = ledger.counts.keys().cloned().collect();
        (money.to_string(), money.is_currency_known(), words, codes)
    };
    let odd = vec!["ODD_CURRENCY".to_owned()];
    assert_eq!(read_of("500,XYZ,"), ("500 XYZ".to_owned(), Some(false), None, odd));
    let none = vec!["NO_CURRENCY".to_owned()];
    let dollars = Some("$".to_owned());
    assert_eq!(read_of("500,$,"), ("500 XXX".to_owned(), Some(false), dollars, none));
    assert_eq!(read_of("500,ITL,"), ("500 ITL".to_owned(), Some(true), None, vec![]));
    assert_eq!(read_of("500,Euro,"), ("500 EUR".to_owned(), Some(true), None, vec![]));
}

#[test]
fn a_receiver_without_a_name_is_a_separate_agency() {
    let unnamed = json!({ "destinationObjects": [
        { "type": "Organization", "id": "1", "name": "World Food Programme", "organizationTypes": [] },
        { "type": "Organization", "id": "2", "name": null },
    ] });
    let (entries, ledger) = read("a.json", page(&[flow("7", &json!(5), &unnamed)]).as_bytes());
    let agencies: Vec<_> =
        contributions(&entries)[0].channel_agencies.iter().map(ToString::to_string).collect();
    assert_eq!(agencies, ["XM-DAC-41140", "unnamed:FTS-7"], "{ledger:?}");
}

#[test]
fn joined_names_are_split_if_unambiguous() {
    let both = "\"Action Contre la Faim,World Food Programme\",\"NGOs,Multilateral Organizations\"";
    let flow = only(&export(&[Row { receiver: both, ..WELLS }]));
    assert_eq!(flow.channel_agencies.len(), 2);
    assert_eq!(flow.channel, HumanitarianChannel::Mixed);
    let unnamed = Row { receiver: "Multiple,\"NGOs,NGOs\"", ..WELLS };
    let (entries, ledger) = read("flows.csv", export(&[unnamed]).as_bytes());
    let flow = contributions(&entries)[0];
    let agencies: Vec<_> = flow.channel_agencies.iter().map(ToString::to_string).collect();
    assert_eq!(agencies, ["unnamed:FTS-4711"]);
    assert_eq!(flow.channel, HumanitarianChannel::Ngo);
    assert_eq!(ledger.problems[0].code, "JOINED_NAMES");
}

#[test]
fn separators_tags_and_byte_order_marks_do_not_matter() {
    let text = export(&[WELLS]);
    let (header, row) = text.split_once('\n').unwrap();
    let tags = header.split(',').map(|_| "#x").collect::<Vec<_>>().join(",");
    let flow = only(&format!("\u{feff}{header}\n{tags}\n{row}"));
    assert_eq!((flow.provenance.origin.line, flow.id.as_str()), (3, "FTS-4711"));
}

#[test]
fn a_ragged_row_is_rejected_and_never_shifted() {
    let text = export(&[WELLS]).replace("2021-02-25,2020,Food", "2021-02-25,2020,Food, unquoted");
    let (entries, ledger) = read("flows.csv", text.as_bytes());
    assert!(contributions(&entries).is_empty());
    let problem = &ledger.problems[0];
    assert_eq!((problem.code.as_str(), problem.line), ("RAGGED_ROW", Some(2)));
    assert_eq!(problem.message, "the row has 38 cells and the header 37");
}

#[test]
fn email_addresses_are_redacted() {
    let flow = only(&export(&[Row { description: "write to a.b@example.org", ..WELLS }]));
    assert_eq!(flow.purpose.as_ref().map(Text::main), Some("write to [e-mail address left out]"));
}

#[test]
fn sums_of_plans_are_not_flows() {
    let text = "countryCode,id,name,code,startDate,endDate,year,requirements,funding,percentFunded\n\
                MLI,1,Mali 2020,HMLI20,2020-01-01,2020-12-31,2020,100,50,50\n";
    let (entries, ledger) = read("sums.csv", text.as_bytes());
    assert!(entries.is_empty());
    assert_eq!((ledger.rows_read, ledger.quarantined), (1, 1));
    assert_eq!(ledger.problems[0].code, "TOTALS_ONLY");
}

/// Builds a page of the API.
fn page(flows: &[Value]) -> String {
    serde_json::to_string_pretty(&json!({
        "status": "ok",
        "data": { "incoming": { "fundingTotal": 1 }, "flows": flows },
    }))
    .unwrap()
}

fn flow(id: &str, amount: &Value, change: &Value) -> Value {
    let mut flow = json!({
        "id": id, "amountUSD": amount, "status": "paid", "flowType": "Standard", "boundary": "incoming",
        "onBoundary": "single", "newMoney": true, "parentFlowId": null, "childFlowIds": null,
        "exchangeRate": 0.915, "keywords": ["Multiyear"], "grandBargainEarmarkingType": ["earmarked"],
        "updatedAt": "2020-09-14T12:45:39.348Z", "date": "2018-05-17T00:00:00Z",
        "reportDetails": [{ "sourceType": "Primary", "organization": "Someone" }],
        "sourceObjects": [
            { "type": "Organization", "id": "1", "name": "Luxembourg, Government of", "organizationTypes": ["Governments"] },
            { "type": "UsageYear", "id": "40", "name": "2020" },
        ],
        "destinationObjects": [
            { "type": "Organization", "id": "2", "name": "World Food Programme", "organizationTypes": ["Multilateral Organizations"], "organizationSubTypes": ["UN Agencies"] },
            { "type": "Location", "id": "3", "name": "Mali" },
            { "type": "UsageYear", "id": "41", "name": "2020" },
        ],
    });
    flow.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    flow
}

#[test]
fn an_invalid_flow_of_a_page_leaves_the_others() {
    let wrong = json!({ "id": "2", "amountUSD": { "of": 1 } });
    let text =
        page(&[flow("1", &json!(100), &json!({})), wrong, flow("3", &json!("12.50"), &json!({}))]);
    let (entries, ledger) = read("page.json", text.as_bytes());
    let found = contributions(&entries);
    assert_eq!((ledger.rows_read, ledger.accepted, ledger.quarantined), (3, 2, 1));
    let line = text.lines().position(|line| line.contains("\"of\"")).unwrap();
    assert!(ledger.problems[0].line.unwrap().abs_diff(u32::try_from(line).unwrap()) < 3);
    assert_eq!(found[1].money.to_string(), "12.50 USD");
    assert_eq!(found[0].channel, HumanitarianChannel::Un);
    assert_eq!(found[0].countries[0].as_str(), "ML");
    let report = found[0].flow.as_ref().unwrap();
    assert_eq!(
        (report.new_money, report.exchange_rate.unwrap().to_string().as_str()),
        (Some(true), "0.915")
    );
    assert_eq!(
        (report.source_years.as_slice(), report.years.as_slice()),
        (&[2020][..], &[2020][..])
    );
}

#[test]
fn a_truncated_page_is_rejected_with_its_line() {
    let text = page(&[flow("1", &json!(100), &json!({}))]);
    let (entries, ledger) = read("page.json", &text.as_bytes()[..text.len() / 2]);
    assert!(entries.is_empty());
    assert_eq!((ledger.rows_read, ledger.problems[0].code.as_str()), (0, "NOT_WELL_FORMED"));
    assert!(ledger.problems[0].line.unwrap() > 1);
}

#[test]
fn sums_count_each_incoming_flow_once() {
    let sandbox = Sandbox::new();
    let shared = json!({ "destinationObjects": [
        { "type": "Location", "name": "Mali" }, { "type": "Location", "name": "Niger" }, { "type": "UsageYear", "name": "2020" } ] });
    let flows = [
        flow("1", &json!(1000), &json!({})),
        // Passed on by the receiver: part of the first flow.
        flow("2", &json!(400), &json!({ "parentFlowId": "1", "flowType": "Pass through" })),
        // The rest of a parked flow and the part drawn from it: both count.
        flow("3", &json!(50), &json!({ "flowType": "Parked", "childFlowIds": [4] })),
        flow("4", &json!(70), &json!({ "parentFlowId": 3 })),
        // From a fund in the country.
        flow("5", &json!(600), &json!({ "boundary": "internal" })),
        flow("6", &json!(5000), &shared),
        flow("7", &json!(9), &json!({ "status": "pledge" })),
        flow("8", &json!(-1), &json!({})),
    ];
    let (_, code) = sandbox.import(&sandbox.write("page.json", page(&flows)));
    assert_eq!(code, 0);
    let data = sandbox.run_query(
        "{ humanitarianContributions(filter: { country: \"ML\", year: 2020, file: \"page.json\" }) {
             totalCount totals { currency counted items notStated naive excludedSums { reason amount items } } }
           shared: humanitarianContributions(filter: { country: [\"ML\", \"NE\"], file: \"page.json\" }) { totals { counted } }
           internal: humanitarianContributions(filter: { boundary: INTERNAL, file: \"page.json\" }) { totals { counted } }
           flow: humanitarianContribution(identifier: \"FTS-4\") { partOf { identifier } donor { code } flow { boundaries years providers { name { value } kind } } } }",
    );
    let list = &data["humanitarianContributions"];
    assert_eq!(list["totalCount"], 8);
    let total = &list["totals"][0];
    assert_eq!((total["counted"].as_str(), total["notStated"].as_u64()), (Some("1120"), Some(1)));
    assert_eq!(total["naive"], "7129");
    let reasons: Vec<(&str, &str)> = total["excludedSums"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sum| (sum["reason"].as_str().unwrap(), sum["amount"].as_str().unwrap()))
        .collect();
    let expected = [
        ("INTERNAL", "600"),
        ("PART_OF_COUNTED_TOTAL", "400"),
        ("PLEDGE", "9"),
        ("SHARED_WITH_OTHERS", "5000"),
    ];
    assert!(expected.iter().all(|sum| reasons.contains(sum)) && reasons.len() == 4, "{reasons:?}");
    assert_eq!(data["shared"]["totals"][0]["counted"], "6120");
    assert_eq!(data["internal"]["totals"][0]["counted"], "600");
    let flow = &data["flow"];
    assert_eq!(flow["partOf"]["identifier"], "FTS-3");
    assert_eq!(flow["donor"]["code"], "LU");
    assert_eq!(flow["flow"]["providers"][0]["kind"], "GOVERNMENT");
}

#[test]
fn a_boundary_separates_incoming_flows_from_those_passed_on() {
    let sandbox = Sandbox::new();
    let end = |agency: &str, country: Option<&str>| {
        let agency =
            json!({ "type": "Organization", "name": agency, "organizationTypes": ["NGOs"] });
        let country = country.map(|name| json!({ "type": "Location", "name": name }));
        let year = json!({ "type": "UsageYear", "name": "2020" });
        [Some(agency), country, Some(year)].into_iter().flatten().collect::<Vec<_>>()
    };
    let arrow = |id: &str, dollars: u32, from: (&str, Option<&str>), to: (&str, Option<&str>)| {
        let ends =
            json!({ "sourceObjects": end(from.0, from.1), "destinationObjects": end(to.0, to.1) });
        flow(id, &json!(dollars), &ends)
    };
    let flows = [
        arrow("1", 1000, ("Donor", None), ("Fund", Some("Mali"))),
        arrow("2", 600, ("Fund", Some("Mali")), ("Charity", Some("Mali"))),
        arrow("3", 50, ("Fund", Some("Mali")), ("Charity", Some("Niger"))),
        arrow("4", 70, ("Merchant", Some("Mali")), ("Charity", Some("Mali"))),
    ];
    sandbox.import(&sandbox.write("page.json", page(&flows)));
    let data = sandbox.run_query(
        "{ mali: flows(boundary: { countries: [\"ML\"], years: [2020] }, scope: HUMANITARIAN) {
             incoming { currency counted } internal { currency counted } outgoing { currency counted }
             net { currency amount } countedOnce { currency counted naive excludedSums { reason amount } } }
           fund: flows(boundary: { agencies: [\"name:fund\"] }, scope: ALL, currency: \"USD\") {
             incoming { counted } outgoing { counted convertedShare } net { amount } } }",
    );
    let dollars = |totals: &Value| {
        let of = |t: &&Value| t["currency"] == "USD";
        let total = totals.as_array().unwrap().iter().find(of).unwrap();
        total["counted"].as_str().map(str::to_owned)
    };
    let mali = &data["mali"];
    assert_eq!(dollars(&mali["incoming"]).as_deref(), Some("1000"));
    assert_eq!(dollars(&mali["internal"]).as_deref(), Some("670"));
    assert_eq!(dollars(&mali["outgoing"]).as_deref(), Some("50"));
    assert!(
        mali["net"].as_array().unwrap().contains(&json!({ "currency": "USD", "amount": "950" }))
    );
    // The fund passes on; the merchant gives its own money.
    assert_eq!(dollars(&mali["countedOnce"]).as_deref(), Some("1070"));
    let fund = &data["fund"];
    assert_eq!(
        (fund["incoming"][0]["counted"].as_str(), fund["outgoing"][0]["counted"].as_str()),
        (Some("1000"), Some("650"))
    );
    assert_eq!(fund["net"][0]["amount"], "350");
}

#[test]
fn fts_flows_replace_flagged_transactions_of_the_same_year() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("flows.csv", export(&[WELLS])));
    let paid = |year: &str, euros: &str, flag: &str| {
        format!(
            "<transaction humanitarian=\"{flag}\"><transaction-type code=\"3\"/><transaction-date iso-date=\"{year}-03-05\"/>\
             <value value-date=\"{year}-03-05\">{euros}</value><provider-org ref=\"XX\"/><receiver-org ref=\"YY\"/></transaction>"
        )
    };
    let activity = format!(
        "<iati-activities version=\"2.03\"><iati-activity default-currency=\"USD\"><iati-identifier>XX-1</iati-identifier>\
         <reporting-org ref=\"XX\" type=\"10\"><narrative>X</narrative></reporting-org><title><narrative>Relief</narrative></title>\
         <activity-status code=\"2\"/><recipient-country code=\"ML\"/>{}{}{}</iati-activity></iati-activities>",
        paid("2020", "7", "1"),
        paid("2020", "11", "0"),
        paid("2018", "13", "1"),
    );
    sandbox.import(&sandbox.write("a.xml", activity));
    let flows = |year: &str, scope: &str| {
        let data = sandbox.run_query(&format!(
            "{{ flows(boundary: {{ countries: [\"ML\"], years: [{year}] }}, scope: {scope}, currency: \"USD\") {{
                 incoming {{ counted excludedSums {{ reason amount }} }} }} }}"
        ));
        data["flows"]["incoming"][0].clone()
    };
    let left_out = |reason: &str, amount: &str| json!({ "reason": reason, "amount": amount });
    let reported_twice = flows("2020", "HUMANITARIAN");
    assert_eq!(reported_twice["counted"], "606796");
    assert!(
        reported_twice["excludedSums"]
            .as_array()
            .unwrap()
            .contains(&left_out("ALTERNATIVE_FIGURE", "7"))
    );
    assert_eq!(flows("2020", "DEVELOPMENT")["counted"], "11");
    // FTS has no flow in 2018.
    let reported_once = flows("2018", "HUMANITARIAN");
    assert_eq!(
        (reported_once["counted"].as_str(), &reported_once["excludedSums"]),
        (Some("13"), &json!([]))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_ledger_of_corrupted_files_adds_up(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        is_page in any::<bool>(),
    ) {
        let text = if is_page {
            page(&[flow("1", &json!(100), &json!({})), flow("2", &json!(1), &json!({}))])
        } else {
            export(&[WELLS, Row { id: "5", ..WELLS }, WELLS])
        };
        let mut bytes = text.into_bytes();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (entries, ledger) = read("broken", &bytes);
        prop_assert!(ledger.adds_up());
        let records = entries.iter().filter(|e| matches!(e.record, Record::HumanitarianContribution(_)));
        prop_assert!(records.count() as u64 <= ledger.accepted);
        prop_assert!(ledger.rows_read > 0 || !ledger.problems.is_empty());
    }
}

#[test]
fn an_unclosed_quote_loses_only_its_line() {
    let rows: Vec<String> = (1..=40)
        .map(|id| {
            let row = export(&[WELLS]).lines().nth(1).unwrap().replace("4711", &id.to_string());
            if id == 5 { row.replace("2021-03-01", "\"2021-03-01") } else { row }
        })
        .collect();
    for plain in [false, true] {
        let text = HEADER.to_owned() + &rows.join("\n") + "\n";
        // With and without quotes in the following rows.
        let text = if plain {
            text.replace("\"Luxembourg, Government of\"", "Luxembourg")
                .replace("\"Food Security,Health\"", "Health")
                .replace("\"A,B\"", "A")
                .replace("\"MLI\"", "MLI")
        } else {
            text
        };
        let (entries, ledger) = read("flows.csv", text.as_bytes());
        assert_eq!((ledger.rows_read, ledger.accepted, ledger.quarantined), (40, 39, 1), "{plain}");
        let problem = ledger.problems.iter().find(|p| p.code == "UNCLOSED_QUOTE").unwrap();
        assert_eq!((problem.line, problem.id.as_deref()), (Some(6), Some("5")));
        assert_eq!(contributions(&entries).len(), 39);
    }
}

#[test]
fn a_cell_may_span_several_lines() {
    let text = export(&[
        Row { description: "\"Food,\nand \"\"water\"\"\"", ..WELLS },
        Row { id: "2", ..WELLS },
    ]);
    let (entries, ledger) = read("flows.csv", text.as_bytes());
    assert_eq!((ledger.accepted, ledger.quarantined), (2, 0), "{:?}", ledger.problems);
    let found = contributions(&entries);
    assert_eq!(found[0].purpose.as_ref().map(Text::main), Some("Food,\nand \"water\""));
    assert_eq!(found[1].provenance.origin.line, 4);
}

#[test]
fn differing_rows_of_a_flow_are_reported_and_equal_numbers_agree() {
    let other = Row { amount: "606796.00", places: "NER", description: "Water", ..WELLS };
    let (entries, ledger) = read("flows.csv", export(&[WELLS, other]).as_bytes());
    assert_eq!((ledger.accepted, ledger.quarantined), (2, 0), "{:?}", ledger.problems);
    let problem = &ledger.problems[0];
    assert_eq!((problem.code.as_str(), problem.line), ("SEVERAL_VALUES", Some(3)));
    assert_eq!(
        (problem.column.as_deref(), problem.value.as_deref()),
        (Some("description"), Some("Water"))
    );
    assert_eq!(contributions(&entries)[0].countries.len(), 2);
}

#[test]
fn carriage_returns_duplicate_columns_and_empty_files_are_read() {
    let text = export(&[WELLS, Row { id: "2", ..WELLS }]).replace('\n', "\r");
    let (entries, _) = read("flows.csv", text.as_bytes());
    let lines: Vec<u32> =
        contributions(&entries).iter().map(|flow| flow.provenance.origin.line).collect();
    assert_eq!(lines, [2, 3]);
    let text = "id,amountUSD,boundary,status,id\n1,5,incoming,paid,2\n";
    let (entries, ledger) = read("flows.csv", text.as_bytes());
    assert_eq!(contributions(&entries)[0].id.as_str(), "FTS-1");
    assert_eq!(ledger.problems[0].code, "DUPLICATE_COLUMN");
    let (_, ledger) = read("flows.csv", HEADER.as_bytes());
    assert_eq!(ledger.problems[0].code, "HEADER_ONLY");
    let (entries, _) =
        read("flow.json", b"{\"id\": 1, \"amountUSD\": 5, \"flowType\": \"Standard\"}");
    assert_eq!(contributions(&entries).len(), 1);
}

#[test]
fn a_flow_of_several_searches_keeps_each_boundary_and_counts_every_row() {
    let sandbox = Sandbox::new();
    let two_places = [WELLS, Row { places: "NER", ..WELLS }];
    sandbox.write("in/a_incoming.csv", export(&two_places));
    sandbox.write("in/b_outgoing.csv", export(&[Row { boundary: "outgoing,single", ..WELLS }]));
    let (report, code) = sandbox.import(&sandbox.path("in"));
    assert_eq!(code, 0);
    // The later version lacks the second place: its row is united with the earlier one.
    let ledger = &report["files"][0]["ledger"];
    assert_eq!((ledger["accepted"].as_u64(), ledger["duplicate"].as_u64()), (Some(2), Some(0)));
    let data = sandbox.run_query(
        "{ flow: humanitarianContribution(identifier: \"FTS-4711\") { flow { boundaries } }
           in: humanitarianContributions(filter: { boundary: INCOMING }) { totals { counted } }
           out: humanitarianContributions(filter: { boundary: OUTGOING }) { totals { counted } }
           both: humanitarianContributions(filter: { boundary: [INCOMING, OUTGOING] }) { totals { counted } } }",
    );
    assert_eq!(data["flow"]["flow"]["boundaries"], json!(["INCOMING", "OUTGOING"]));
    for list in ["in", "out", "both"] {
        assert_eq!(data[list]["totals"][0]["counted"], "606796", "{list}");
    }
}

#[test]
fn a_newer_version_without_rows_replaces_the_older() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("flows.csv", export(&[WELLS])));
    let (report, code) = sandbox.import(&sandbox.write("flows.csv", HEADER));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("REPLACED"), 0));
    let gone =
        sandbox.run_query("{ humanitarianContribution(identifier: \"FTS-4711\") { label } }");
    assert_eq!(gone["humanitarianContribution"], Value::Null);
}
