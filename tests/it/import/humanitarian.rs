//! Classification of humanitarian money by flow, flag, scope or purpose.

use serde_json::{Value, json};

use super::{Sandbox, xml};

/// Returns the incoming money of a country in each scope: development, humanitarian, and both.
fn incoming(sandbox: &Sandbox, country: &str) -> [Value; 3] {
    let flows = |scope: &str| {
        format!(
            "{scope}: flows(boundary: {{ countries: [\"{country}\"], years: [2020] }}, scope: {scope}) {{ incoming {{ currency counted lower naive excludedSums {{ reason amount }} }} countedOnce {{ currency counted }} }}"
        )
    };
    let data = sandbox.run_query(&format!(
        "{{ {} {} {} }}",
        flows("DEVELOPMENT"),
        flows("HUMANITARIAN"),
        flows("ALL")
    ));
    ["DEVELOPMENT", "HUMANITARIAN", "ALL"].map(|scope| data[scope].clone())
}

fn counted(sandbox: &Sandbox, country: &str) -> Value {
    incoming(sandbox, country).iter().map(|flows| flows["incoming"][0]["counted"].clone()).collect()
}

fn sector(code: &str, vocabulary: &str, share: &str) -> String {
    let share = if share.is_empty() { String::new() } else { format!(" percentage=\"{share}\"") };
    format!("<sector vocabulary=\"{vocabulary}\" code=\"{code}\"{share}/>")
}

/// Builds a payment with further elements and attributes.
fn paid(euros: &str, inside: &str, attributes: &str) -> String {
    xml::paid(3, euros, "HA", "HB")
        .replace("</transaction>", &format!("{inside}</transaction>"))
        .replace("<transaction>", &format!("<transaction{attributes}>"))
}

#[test]
fn purpose_shares_divide_money() {
    let sandbox = Sandbox::new();
    let two = |a: &str, b: &str| sector("72040", "1", a) + &sector("14031", "1", b);
    let activity = |id: &str, country: &str, inside: &str| {
        xml::activity(id, "HA", &(xml::country(country, "") + inside))
    };
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[
            activity("HP-1", "AD", &(two("40", "60") + &paid("100.01", "", ""))),
            // By categories of the DAC, one sector each, and by vocabularies other than the DAC's.
            activity("HP-2", "SM", &(sector("730", "2", "") + &paid("10", "", ""))),
            activity("HP-3", "MC", &(sector("74020", "1", "") + &paid("10", "", ""))),
            activity("HP-4", "BT", &(sector("72010", "99", "") + &paid("10", "", ""))),
            // Its own purpose precedes that of its activity.
            activity(
                "HP-5",
                "FJ",
                &(sector("14031", "1", "")
                    + &paid("7", &sector("72010", "1", ""), "")
                    + &paid("30", "", "")),
            ),
            // All are humanitarian, or no source divides them.
            activity(
                "HP-6",
                "WS",
                &(sector("72010", "1", "") + &sector("72040", "1", "") + &paid("10", "", "")),
            ),
            activity("HP-7", "TO", &(two("", "") + &paid("10", "", ""))),
        ]),
    ));
    assert_eq!(counted(&sandbox, "AD"), json!(["60.006", "40.004", "100.01"]));
    assert_eq!(counted(&sandbox, "SM"), json!([null, "10", "10"]));
    assert_eq!(counted(&sandbox, "MC"), json!([null, "10", "10"]));
    assert_eq!(counted(&sandbox, "BT"), json!(["10", null, "10"]));
    assert_eq!(counted(&sandbox, "FJ"), json!(["30", "7", "37"]));
    assert_eq!(counted(&sandbox, "WS"), json!([null, "10", "10"]));
    assert_eq!(counted(&sandbox, "TO"), json!([null, null, "10"]));
    let shared = json!([{ "reason": "SHARED_WITH_OTHERS", "amount": "10" }]);
    for flows in &incoming(&sandbox, "TO")[..2] {
        assert_eq!(flows["incoming"][0]["excludedSums"], shared);
    }
    for flows in incoming(&sandbox, "AD") {
        assert_eq!(flows["incoming"][0]["naive"], "100.01");
    }
    let data = sandbox.run_query(
        "{ programmes(filter: { reporter: \"HA\" }) { nodes { humanitarianBasis humanitarianShare } } }",
    );
    let basis = |basis: Value, share: Value| json!({ "humanitarianBasis": basis, "humanitarianShare": share });
    let (purpose, none) = (json!("PURPOSE"), Value::Null);
    assert_eq!(
        data["programmes"]["nodes"],
        json!([
            basis(purpose.clone(), json!("40")),
            basis(purpose.clone(), json!("100")),
            basis(purpose.clone(), json!("100")),
            basis(none.clone(), json!("0")),
            basis(none.clone(), json!("0")),
            basis(purpose.clone(), json!("100")),
            basis(purpose, none),
        ])
    );
}

#[test]
fn the_flag_precedes_the_scope_and_the_scope_the_purpose() {
    let sandbox = Sandbox::new();
    let flagged = |id: &str, country: &str, flag: &str, inside: &str| {
        xml::activity(id, "HA", &(xml::country(country, "") + inside))
            .replace("<iati-activity ", &format!("<iati-activity {flag} "))
    };
    let scope = "<humanitarian-scope type=\"1\" vocabulary=\"1-2\" code=\"EQ-2015-000048-NPL\"/>";
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[
            flagged(
                "HF-1",
                "VU",
                "humanitarian=\"1\"",
                &(paid("10", "", "") + &paid("3", "", " humanitarian=\"0\"")),
            ),
            flagged("HF-2", "KI", "", &(sector("14031", "1", "") + scope + &paid("10", "", ""))),
            flagged(
                "HF-3",
                "PW",
                "humanitarian=\"false\"",
                &(sector("72010", "1", "")
                    + &paid("10", "", "")
                    + &paid("4", "", " humanitarian=\"1\"")),
            ),
        ]),
    ));
    assert_eq!(counted(&sandbox, "VU"), json!(["3", "10", "13"]));
    assert_eq!(counted(&sandbox, "KI"), json!([null, "10", "10"]));
    assert_eq!(counted(&sandbox, "PW"), json!(["10", "4", "14"]));
    let data = sandbox.run_query(
        "{ transactions(filter: { reporter: \"HA\" }, orderBy: ID) { nodes { money { value } humanitarianBasis humanitarianShare } } }",
    );
    let basis = |euros: &str, basis: Value, share: &str| json!({ "money": { "value": euros }, "humanitarianBasis": basis, "humanitarianShare": share });
    assert_eq!(
        data["transactions"]["nodes"],
        json!([
            basis("10", json!("FLAG"), "100"),
            basis("3", Value::Null, "0"),
            basis("10", json!("SCOPE"), "100"),
            basis("10", Value::Null, "0"),
            basis("4", json!("FLAG"), "100"),
        ])
    );
}

#[test]
fn fts_flows_are_not_counted_again_from_the_crs_or_by_purpose() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write(
        "crs.csv",
        "Year|DonorCode|DonorName|AgencyCode|CrsID|RecipientCode|RecipientName|USD_Disbursement|PurposeCode|ChannelCode|ChannelName\n\
         2020|22|Luxembourg|1|2020000009|255|Mali|1|72010|41140|World Food Programme\n\
         2020|22|Luxembourg|1|2020000010|255|Mali|2|14031|41140|World Food Programme\n",
    ));
    let both = xml::country("ML", "")
        + &sector("73010", "1", "50")
        + &sector("14031", "1", "50")
        + &paid("500", "", "").replace("<value ", "<value currency=\"USD\" ");
    sandbox.import(&sandbox.write("a.xml", xml::file(&[xml::activity("HX-1", "HA", &both)])));
    let alone = incoming(&sandbox, "ML");
    let dollars = |flows: &Value, field: &str| {
        let totals = flows[field].as_array().unwrap();
        totals.iter().find(|total| total["currency"] == "USD").unwrap()["counted"].clone()
    };
    assert_eq!(dollars(&alone[0], "incoming"), "2000250");
    assert_eq!(dollars(&alone[1], "incoming"), "1000250");
    assert_eq!(dollars(&alone[2], "incoming"), "3000500");
    sandbox.import(&sandbox.write(
        "fts.csv",
        "date,budgetYear,description,amountUSD,srcOrganization,srcOrganizationTypes,srcLocations,srcUsageYearStart,srcUsageYearEnd,destOrganization,destOrganizationTypes,destLocations,destUsageYearStart,destUsageYearEnd,contributionType,flowType,method,boundary,onBoundary,status,firstReportedDate,id,createdAt,updatedAt\n\
         2020-01-05,2020,x,1000000,\"Luxembourg, Government of\",Government,LUX,2020,2020,World Food Programme,UN agency,MLI,2020,2020,financial,Standard,Traditional aid,incoming,single,paid,2020-01-05,900077,2020-01-05,2020-01-05\n",
    ));
    let with_fts = incoming(&sandbox, "ML");
    assert_eq!(dollars(&with_fts[0], "incoming"), "2000250", "development money is unchanged");
    assert_eq!(dollars(&with_fts[1], "incoming"), "1000000");
    assert_eq!(dollars(&with_fts[2], "countedOnce"), "3000250");
    let data = sandbox.run_query(
        "{ humanitarianContribution(identifier: \"FTS-900077\") { humanitarianBasis } }",
    );
    assert_eq!(data["humanitarianContribution"]["humanitarianBasis"], "FLOW");
}

/// Returns the sums of a list and of its groups as `key lower counted upper`.
fn sums(list: &Value) -> Value {
    let figures = |sum: &Value| {
        ["lower", "counted", "upper"].map(|figure| sum[figure].as_str().unwrap_or("-")).join(" ")
    };
    let totals: Vec<String> = list["totals"].as_array().unwrap().iter().map(figures).collect();
    let key = |group: &Value| {
        let key = &group["keys"][0];
        let key = key["code"].as_str().or(key["absence"].as_str()).unwrap().to_owned();
        format!("{key} {}", figures(group))
    };
    let groups = list["groups"]["groups"].as_array().unwrap();
    let mut groups: Vec<String> = groups.iter().map(key).collect();
    groups.sort();
    json!([list["totalCount"], totals.join(", "), groups.join(", ")])
}

/// Returns the sums of programmes, then of transactions of a reporter: humanitarian, not humanitarian, and all.
fn narrowed(sandbox: &Sandbox, reporter: &str, more: &str) -> [[Value; 3]; 2] {
    let lists = ["programmes", "transactions"];
    let request = ["humanitarian: true", "humanitarian: false", ""];
    let mut query = String::new();
    for (list, (at, request)) in
        lists.iter().flat_map(|l| request.iter().enumerate().map(move |a| (l, a)))
    {
        let part = format!(
            "{list}{at}: {list}(filter: {{ reporter: \"{reporter}\", {request} {more} }}) {{ totalCount totals {{ lower counted upper }}
               groups(by: [HUMANITARIAN]) {{ groups {{ keys {{ code absence }} lower counted upper }} }} }} "
        );
        query += &part;
    }
    let data = sandbox.run_query(&format!("{{ {query} }}"));
    lists.map(|list| [0, 1, 2].map(|at| sums(&data[format!("{list}{at}")])))
}

#[test]
fn a_humanitarian_list_counts_its_share_and_groups_divide_by_it() {
    let sandbox = Sandbox::new();
    let budget = || xml::budget("100", "2020-01-01", "2020-12-31", false);
    let two = |a: &str, b: &str| sector("72040", "1", a) + &sector("14031", "1", b);
    let activity = |id: &str, inside: &str| {
        xml::activity(id, "HN", &(xml::country("AD", "") + inside + &budget()))
    };
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[
            activity("HN-1", &(two("40", "60") + &paid("10", "", ""))),
            activity("HN-2", &sector("14031", "1", "")),
            activity("HN-3", "<humanitarian-scope type=\"1\" vocabulary=\"1-2\" code=\"EQ\"/>"),
        ]),
    ));
    let [programmes, transactions] = narrowed(&sandbox, "HN", "");
    assert_eq!(
        programmes,
        [
            json!([2, "140 140 140", "yes 140 140 140"]),
            json!([2, "160 160 160", "no 160 160 160"]),
            json!([3, "300 300 300", "no 160 160 160, yes 140 140 140"]),
        ]
    );
    assert_eq!(
        transactions,
        [
            json!([1, "4 4 4", "yes 4 4 4"]),
            json!([1, "6 6 6", "no 6 6 6"]),
            json!([1, "10 10 10", "no 6 6 6, yes 4 4 4"]),
        ]
    );
    // Money that is humanitarian by its sector has that sector: shares are not multiplied.
    let [programmes, _] = narrowed(&sandbox, "HN", "sector: \"72040\"");
    assert_eq!(programmes[0], json!([1, "40 40 40", "yes 40 40 40"]));
    assert_eq!(programmes[1][1], "- - -");
    let [programmes, _] = narrowed(&sandbox, "HN", "country: \"AD\", sectorCategory: \"140\"");
    assert_eq!(programmes[2], json!([2, "160 160 160", "no 160 160 160"]));
    let data = sandbox.run_query(
        "{ country(code: \"AD\") { programmes(filter: { humanitarian: true, reporter: \"HN\" }) { totals { counted } } }
           neither: programmes(filter: { reporter: \"HN\", not: { humanitarian: true } }) { nodes { identifier } }
           either: programmes(filter: { reporter: \"HN\", or: [{ humanitarian: true }, { humanitarian: false }] }) { totals { counted } } }",
    );
    assert_eq!(data["country"]["programmes"]["totals"][0]["counted"], "140");
    assert_eq!(data["neither"]["nodes"], json!([{ "identifier": "HN-2" }]));
    assert_eq!(data["either"]["totals"][0]["counted"], "300");
}

#[test]
fn undivided_money_is_within_both_bounds() {
    let sandbox = Sandbox::new();
    let two = sector("72040", "1", "") + &sector("14031", "1", "");
    let budget = xml::budget("100", "2020-01-01", "2020-12-31", false);
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[xml::activity("HU-1", "HU", &(two + &budget + &paid("10", "", "")))]),
    ));
    let [programmes, transactions] = narrowed(&sandbox, "HU", "");
    let lists = |all: &str, yes: &str, no: &str, both: &str| {
        [json!([1, all, yes]), json!([1, all, no]), json!([1, both, format!("UNDIVIDED {both}")])]
    };
    assert_eq!(programmes, lists("0 - 100", "yes 0 - 100", "no 0 - 100", "100 100 100"));
    assert_eq!(transactions, lists("0 - 10", "yes 0 - 10", "no 0 - 10", "10 10 10"));
}

#[test]
fn transactions_are_classified_themselves_and_match_their_programme() {
    let sandbox = Sandbox::new();
    let flagged = |id: &str, flag: &str, inside: &str| {
        xml::activity(id, "HT", inside)
            .replace("<iati-activity ", &format!("<iati-activity {flag} "))
    };
    let budget = || xml::budget("100", "2020-01-01", "2020-12-31", false);
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[
            // The activity states nothing; its payments differ.
            flagged(
                "HT-1",
                "",
                &(budget() + &paid("7", "", " humanitarian=\"1\"") + &paid("3", "", "")),
            ),
            // All of its payments are for emergencies.
            flagged(
                "HT-2",
                "",
                &(budget()
                    + &paid("5", &sector("72010", "1", ""), "")
                    + &paid("6", &sector("74020", "1", ""), "")),
            ),
            // Its flag is set; one payment clears it.
            flagged(
                "HT-3",
                "humanitarian=\"1\"",
                &(budget() + &paid("1", "", " humanitarian=\"0\"")),
            ),
            flagged("HT-4", "", &paid("2", &sector("14031", "1", ""), "")),
        ]),
    ));
    let [programmes, transactions] = narrowed(&sandbox, "HT", "");
    assert_eq!(
        programmes,
        [
            json!([3, "200 200 300", "yes 200 200 300"]),
            json!([3, "0 - 100", "no - - -, no 0 - 100"]),
            json!([4, "300 300 300", "UNDIVIDED 100 100 100, no - - -, yes 200 200 200"]),
        ]
    );
    assert_eq!(
        transactions,
        [
            json!([3, "18 18 18", "yes 18 18 18"]),
            json!([3, "6 6 6", "no 6 6 6"]),
            json!([6, "24 24 24", "no 6 6 6, yes 18 18 18"]),
        ]
    );
    let data = sandbox
        .run_query("{ programmes(filter: { reporter: \"HT\" }) { nodes { humanitarianShare } } }");
    let shares: Vec<&Value> = data["programmes"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| &n["humanitarianShare"])
        .collect();
    assert_eq!(json!(shares), json!([null, "100", "100", "0"]));
}
