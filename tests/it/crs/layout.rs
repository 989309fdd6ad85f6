//! Every layout in which the CRS was published: units of amounts, column names and recipients.

use super::{programmes, read};
use crate::import::Sandbox;

const TODAY: &str = "Year|DonorCode|DEDonorcode|DonorName|AgencyCode|AgencyName|CrsID|ProjectNumber|InitialReport|RecipientCode|DERecipientcode|RecipientName|Finance_t|Aid_t|USD_Commitment|USD_Disbursement|CurrencyCode|Commitment_National|USD_GrantEquiv|ProjectTitle|PurposeCode|ParentChannelCode|SDGfocus|Keywords|Gender|DIG|Disability|FTC|PBA|PSIflag\n";

fn amounts(text: &str) -> (Vec<String>, Vec<String>) {
    let (entries, ledger) = read("crs.csv", text.as_bytes());
    assert!(ledger.adds_up());
    let money = programmes(&entries).into_iter().flat_map(|(_, details)| &details.transactions);
    let money = money.map(|t| t.money.to_string()).collect();
    let reported = ledger.problems.iter().map(|p| p.code.clone());
    (money, reported.filter(|code| code != "NO_TITLE").collect())
}

#[test]
fn later_columns_of_the_oecd_mean_millions_with_any_separator() {
    for later in [
        "USD_GrantEquiv",
        "usd_grant_equivalent",
        "USD_Adjustment",
        "CurrencyCode",
        "commitment_national",
        "ClimateMitigation",
        "PBA",
        "SDGfocus",
        "RMNCH",
        "DRR",
        "PSIflag",
        "DEDonorcode",
        "DIG",
    ] {
        for separator in ["|", ",", ";", "\t"] {
            let text = format!(
                "Year,DonorCode,DonorName,CrsID,RecipientCode,USD_Commitment,USD_Disbursement,USD_Future_DS_Principal,{later}\n2020,22,Luxembourg,7,255,1500,750,,\n"
            );
            let (money, problems) = amounts(&text.replace(',', separator));
            assert_eq!(money, ["1500000000 USD", "750000000 USD"], "{later} {separator}");
            assert!(!problems.contains(&"ODD_UNIT".to_owned()), "{problems:?}");
        }
    }
}

#[test]
fn amounts_decide_the_unit_of_an_ambiguous_layout_and_this_is_reported() {
    let old = |rows: &str| {
        format!(
            "Year,donorcode,donorname,crsid,recipientcode,usd_commitment,usd_disbursement,usd_future_DS_principal\n{rows}"
        )
    };
    let dollars = old("2006,18,Finland,1,255,122160.16,0,\n2006,18,Finland,2,255,100,50,\n");
    assert_eq!(
        amounts(&dollars),
        (vec!["122160.16 USD".into(), "100 USD".into(), "50 USD".into()], vec![])
    );
    let millions = old("2006,18,Finland,1,255,0.12216,0,\n2006,18,Finland,2,255,1.5,0.75,\n");
    let (money, problems) = amounts(&millions);
    assert_eq!((money[0].as_str(), problems), ("122160 USD", vec!["ODD_UNIT".to_owned()]));
}

#[test]
fn amounts_that_cannot_be_millions_are_rejected() {
    let text = "year,donor_code,donor_name,crs_id,usd_commitment,usd_disbursement,usd_grant_equivalent\n2022,22,Luxembourg,1,73483,,\n2022,22,Luxembourg,2,150000,250000,\n2022,22,Luxembourg,3,9000000,120000,\n";
    let (entries, ledger) = read("crs.csv", text.as_bytes());
    assert!(entries.is_empty());
    assert_eq!((ledger.rows_read, ledger.quarantined), (3, 3));
    assert_eq!(ledger.problems[0].code, "ODD_UNIT");
    assert!(ledger.problems[0].help.as_deref().unwrap().contains("1,000,000"));
}

#[test]
fn current_columns_are_read_and_unknown_ones_are_reported() {
    let row = "2024|22|LUX|Luxembourg|2|MFA|2024000001|P|1|55|TUR|T?rkiye|110|C01|1|1|918|1|1|Schools|11110|40000|4.1|#REFUGEES|1|2|1|0|0|0\n";
    let (entries, ledger) = read("crs.csv", format!("{TODAY}{row}").as_bytes());
    assert_eq!(ledger.problems, []);
    let (programme, _) = programmes(&entries)[0];
    assert_eq!(programme.recipients[0].country.as_str(), "TR");
    assert_eq!(programme.donor.unwrap().as_str(), "LU");
    let markers = &programme.report.as_ref().unwrap().policy_markers;
    let markers: Vec<_> =
        markers.iter().map(|m| (m.code.as_str(), m.significance.as_deref().unwrap())).collect();
    assert_eq!(markers, [("1", "1"), ("3", "2"), ("11", "1")]);
    let text =
        format!("{TODAY}{row}").replace("|DIG|", "|Good Governance|").replace("|FTC|", "|Fishing|");
    let (_, ledger) = read("crs.csv", text.as_bytes());
    let reported: Vec<_> = ledger
        .problems
        .iter()
        .map(|p| (p.code.as_str(), p.line, p.column.as_deref().unwrap()))
        .collect();
    assert_eq!(
        reported,
        [("UNKNOWN_COLUMN", Some(1), "Good Governance"), ("UNKNOWN_COLUMN", Some(1), "Fishing")]
    );
}

#[test]
fn donors_are_identified_by_letters() {
    let text = "\"Year\"|\"DEDonorcode\"|\"DonorName\"|\"DERecipientcode\"|\"CrsID\"|\"USD_Commitment\"|\"USD_Disbursement\"\n2024|KOR|Korea|VNM|1|10|8\n2024|9OTH011|Global Environment Facility|F6_X|2|10|8\n";
    let (entries, ledger) = read("crs.csv", text.as_bytes());
    assert_eq!(ledger.problems.iter().filter(|p| p.code != "NO_TITLE").count(), 0);
    let found = programmes(&entries);
    assert_eq!(found[0].0.id.as_str(), "CRS-2024-742-0-1");
    assert_eq!(found[0].0.participations[0].agency.as_str(), "XM-DAC-742");
    assert_eq!(found[0].0.recipients[0].country.as_str(), "VN");
    assert_eq!(found[1].0.regions[0].code, "289");
}

/// Returns the recipients and problems of one row with a recipient number, letters and name.
fn place(code: &str, letters: &str, name: &str) -> (String, Vec<String>) {
    let text = format!(
        "year,donor_code,donor_name,crs_id,recipient_code,recipient_iso3_code,recipient_name,usd_commitment,project_title\n2022,22,Luxembourg,1,{code},{letters},\"{name}\",1,T\n"
    );
    let (entries, ledger) = read("crs.csv", text.as_bytes());
    let (programme, _) = programmes(&entries)[0];
    let countries = programme.recipients.iter().map(|r| r.country.to_string());
    let regions = programme.regions.iter().map(|r| r.code.clone());
    let places = countries.chain(regions).collect::<Vec<_>>().join(" ");
    (places, ledger.problems.iter().map(|p| p.code.clone()).collect())
}

#[test]
fn recipients_are_identified_by_number_letters_and_every_name() {
    for (code, letters, name, expected) in [
        ("235", "", "", "CD"),
        ("235", "", "Congo, Dem. Rep.", "CD"),
        ("66", "", "Macedonia, FYR", "MK"),
        ("862", "", "PapuaNewGuinea", "PG"),
        ("", "", "Papua New Guinea", "PG"),
        ("", "", "Swaziland", "SZ"),
        ("", "", "Burma", "MM"),
        ("", "", "Cape Verde", "CV"),
        ("", "", "East Timor", "TL"),
        ("", "", "St. Helena", "SH"),
        ("", "", "Micronesia, Fed. States", "FM"),
        ("", "", "Korea, Dem. People's Rep.", "KP"),
        ("", "", "West Bank and Gaza Strip", "PS"),
        ("", "", "C?te d'Ivoire", "CI"),
        ("998", "", "Bilateral, unspecified", "998"),
        ("9998", "DPGC_X", "Developing countries, unspecified", "998"),
        ("", "", "South of Sahara", "289"),
    ] {
        assert_eq!(
            place(code, letters, name),
            (expected.to_owned(), vec![]),
            "{code} {letters} {name}"
        );
    }
}

#[test]
fn unknown_and_ambiguous_recipients_are_reported() {
    assert_eq!(
        place("77777", "", "Atlantis"),
        ("77777".to_owned(), vec!["ODD_COUNTRY".to_owned()])
    );
    assert_eq!(place("255", "NER", "Mali"), ("NE".to_owned(), vec!["SEVERAL_VALUES".to_owned()]));
}

#[test]
fn sums_of_the_data_explorer_are_not_activities() {
    let text = "DONOR,RECIPIENT,SECTOR,MEASURE,UNIT_MEASURE,UNIT_MULT,TIME_PERIOD,OBS_VALUE\nLUX,MLI,1000,100,USD,6,2022,12.5\n";
    let sandbox = Sandbox::new();
    let (report, code) = sandbox.import(&sandbox.write("explorer.csv", text));
    assert_eq!((report["files"][0]["format"].as_str(), code), (Some("crs"), 1));
    assert_eq!(report["files"][0]["ledger"]["problems"][0]["code"], "TOTALS_ONLY");
}

#[test]
fn a_blank_cell_does_not_take_the_value_of_another_row() {
    let header = "Year,donorcode,donorname,agencycode,crsid,recipientcode,category,finance_t,aid_t,usd_disbursement,usd_amountuntied,projecttitle,purposecode,gender,usd_future_DS_principal\n";
    let rows = "2011,3,Denmark,1,7,255,10,110,C01,100,100,Test,31193,2,0\n2011,3,Denmark,1,7,,,,,50,,Test,,,0\n";
    let sandbox = Sandbox::new();
    let (report, code) = sandbox.import(&sandbox.write("blank.csv", format!("{header}{rows}")));
    assert_eq!(code, 0);
    assert_eq!(report["files"][0]["ledger"]["counts"]["SEVERAL_VALUES"], 1);
    let data = sandbox.run_query(
        "{ transactions(filter: { file: \"blank.csv\" }) {
             aid: groups(by: [AID_TYPE]) { ...keys } finance: groups(by: [FINANCE_TYPE]) { ...keys }
             flow: groups(by: [FLOW_TYPE]) { ...keys } sector: groups(by: [SECTOR]) { ...keys }
             place: groups(by: [COUNTRY]) { ...keys } }
           programmes(filter: { file: \"blank.csv\" }) { nodes { report { policyMarkers { significance { code } } } } } }
         fragment keys on Groups { groups { keys { code absence } counted } }",
    );
    for (group, code) in
        [("aid", "C01"), ("finance", "110"), ("flow", "10"), ("sector", "31193"), ("place", "ML")]
    {
        let mut found: Vec<_> = data["transactions"][group]["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|group| {
                let key = &group["keys"][0];
                let key = key["code"].as_str().or_else(|| key["absence"].as_str()).unwrap();
                (key.to_owned(), group["counted"].as_str().unwrap().to_owned())
            })
            .collect();
        found.sort();
        let mut expected =
            vec![(code.to_owned(), "100".to_owned()), ("NOT_STATED".to_owned(), "50".to_owned())];
        expected.sort();
        assert_eq!(found, expected, "{group}");
    }
    // A filter finds the programme by values of its transactions alone.
    let found = sandbox.run_query(
        "{ programmes(filter: { file: \"blank.csv\", aidType: \"C01\", flowType: \"10\", financeType: \"110\", tiedStatus: \"5\", sector: \"31193\", country: \"ML\" }) { totalCount } }",
    );
    assert_eq!(found["programmes"]["totalCount"], 1);
    let markers = &data["programmes"]["nodes"][0]["report"]["policyMarkers"];
    assert_eq!(markers.as_array().unwrap().len(), 1);
}

/// Returns the policy markers of the only activity as `code score`, sorted.
fn markers(sandbox: &Sandbox) -> Vec<String> {
    let data = sandbox.run_query(
        "{ programmes(filter: { reporter: \"XM-DAC-3\" }) { nodes { report { policyMarkers { marker { code } significance { code } } } } } }",
    );
    let found = data["programmes"]["nodes"][0]["report"]["policyMarkers"].as_array().unwrap();
    let text = |of: &serde_json::Value| of["code"].as_str().unwrap_or_default().to_owned();
    let mut found: Vec<_> = found
        .iter()
        .map(|found| format!("{} {}", text(&found["marker"]), text(&found["significance"])))
        .collect();
    found.sort();
    found
}

const MARKED: &str = "Year,donorcode,donorname,agencycode,crsid,recipientcode,usd_disbursement,projecttitle,gender,environment,trade,usd_grant_equivalent\n";

#[test]
fn an_activity_has_each_score_of_its_rows_and_differences_are_reported() {
    let rows = "2022,3,Denmark,1,7,255,100,Test,2,1,1,0\n2022,3,Denmark,1,7,260,50,Test,0,1,,0\n";
    let sandbox = Sandbox::new();
    let (report, code) = sandbox.import(&sandbox.write("marked.csv", format!("{MARKED}{rows}")));
    assert_eq!(code, 0);
    assert_eq!(markers(&sandbox), ["1 0", "1 2", "2 1", "4 1"]);
    let ledger = &report["files"][0]["ledger"];
    assert_eq!(ledger["counts"]["SEVERAL_VALUES"], 1);
    let problems = ledger["problems"].as_array().unwrap();
    let reported = problems.iter().find(|problem| problem["code"] == "SEVERAL_VALUES").unwrap();
    assert_eq!(reported["column"], "gender, trade");
    assert_eq!(reported["value"], "gender 0, 2; trade none, 1");
    let alike = rows.replace(",0,1,,0", ",2,1,1,0");
    let sandbox = Sandbox::new();
    let (report, _) = sandbox.import(&sandbox.write("alike.csv", format!("{MARKED}{alike}")));
    assert_eq!(markers(&sandbox), ["1 2", "2 1", "4 1"]);
    assert!(report["files"][0]["ledger"]["counts"]["SEVERAL_VALUES"].is_null());
}

#[test]
fn scores_in_several_files_are_all_kept_and_reported() {
    let files = [
        ("a.csv", "2022,3,Denmark,1,7,255,100,Test,2,1,,0\n"),
        ("b.csv", "2022,3,Denmark,1,7,260,50,Test,0,1,1,0\n"),
        // The row of the first file with another score.
        ("c.csv", "2022,3,Denmark,1,7,255,100,Test,1,1,,0\n"),
    ];
    for order in [[0, 1, 2], [2, 1, 0]] {
        let sandbox = Sandbox::new();
        for at in order {
            let (name, row) = files[at];
            let (_, code) =
                sandbox.import(&sandbox.write(&format!("in/{name}"), format!("{MARKED}{row}")));
            assert_eq!(code, 0);
        }
        assert_eq!(markers(&sandbox), ["1 0", "1 1", "1 2", "2 1", "4 1"]);
        let status = sandbox.status();
        let files = status["generation"]["files"].as_array().unwrap();
        let reported = |file: &&serde_json::Value| {
            file["ledger"]["counts"]["SEVERAL_VALUES"].as_u64().unwrap_or_default() == 1
        };
        assert_eq!(files.iter().filter(reported).count(), 2, "{status}");
    }
}

#[test]
fn a_blank_channel_does_not_take_the_value_of_another_row() {
    let header = "Year,donorcode,donorname,agencycode,crsid,recipientcode,usd_disbursement,projecttitle,purposecode,channelcode,channelname\n";
    let row = |id: u8, amount: u8, channel: &str| {
        format!("2011,3,Denmark,1,{id},255,{amount},Test,31193,{channel}\n")
    };
    let rows = [
        row(7, 100, "41140,World Food Programme"),
        row(7, 50, ","),
        // Each row states its own channel.
        row(8, 20, "41140,World Food Programme"),
        row(8, 3, "11000,Donor Government"),
        row(9, 1, "41140,World Food Programme"),
    ];
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("channel.csv", format!("{header}{}", rows.concat())));
    let data = sandbox.run_query(
        "{ transactions(filter: { file: \"channel.csv\" }) {
             totals { counted } way: groups(by: [CHANNEL]) { ...keys } agency: groups(by: [IMPLEMENTING_AGENCY]) { ...keys } }
           narrowed: transactions(filter: { file: \"channel.csv\", participant: \"XM-DAC-41140\", role: IMPLEMENTING }) {
             totals { lower counted upper } }
           channel: programmes(filter: { file: \"channel.csv\", channel: MULTILATERAL }) { totalCount } }
         fragment keys on Groups { groups { keys { code absence } counted } }",
    );
    let groups = |list: &serde_json::Value| {
        let key = |group: &serde_json::Value| {
            let key = &group["keys"][0];
            let key = key["code"].as_str().or_else(|| key["absence"].as_str()).unwrap();
            format!("{key} {}", group["counted"].as_str().unwrap())
        };
        let mut groups: Vec<_> = list["groups"].as_array().unwrap().iter().map(key).collect();
        groups.sort();
        groups
    };
    let all = &data["transactions"];
    assert_eq!(all["totals"][0]["counted"], "174000000");
    assert_eq!(groups(&all["way"])[..2], ["GOVERNMENT 3000000", "MULTILATERAL 121000000"]);
    assert!(groups(&all["way"]).contains(&"NOT_STATED 50000000".to_owned()));
    assert!(groups(&all["agency"]).contains(&"XM-DAC-41140 121000000".to_owned()));
    assert!(groups(&all["agency"]).contains(&"NOT_STATED 50000000".to_owned()));
    let narrowed = &data["narrowed"]["totals"][0];
    assert_eq!(
        [&narrowed["lower"], &narrowed["counted"], &narrowed["upper"]],
        ["1000000", "1000000", "174000000"],
        "no source divides the activity"
    );
    assert_eq!(data["channel"]["totalCount"], 3);
}

/// Returns the planned period, the actual period and the problems of rows with start and end dates.
fn planned(rows: &[(&str, &str)]) -> (String, String, Vec<String>) {
    let mut text = "Year,DonorCode,DonorName,CrsID,RecipientCode,USD_Disbursement,USD_GrantEquiv,ProjectTitle,ExpectedStartDate,CompletionDate\n".to_owned();
    for (start, end) in rows {
        text += "2020,22,Luxembourg,7,255,1,1,T,";
        text += &[*start, *end].join(",");
        text.push('\n');
    }
    let (entries, ledger) = read("crs.csv", text.as_bytes());
    let (programme, _) = programmes(&entries)[0];
    let report = programme.report.as_ref().unwrap();
    assert_eq!(report.actual, aidgraph::model::date::Period::default());
    let span = |period: aidgraph::model::date::Period| {
        let day = |day: Option<aidgraph::model::date::PartialDate>| {
            day.map_or_else(|| "?".to_owned(), |day| day.to_string())
        };
        format!("{} {}", day(period.start), day(period.end))
    };
    let reported = ledger.problems.iter().map(|problem| problem.code.clone()).collect();
    (span(report.planned), span(programme.period), reported)
}

#[test]
fn expected_dates_are_the_planned_start_and_end() {
    let of = |rows: &[(&str, &str)]| {
        let (planned, period, reported) = planned(rows);
        (planned, period, reported.join(" "))
    };
    let row = |planned: &str, period: &str, reported: &str| {
        (planned.to_owned(), period.to_owned(), reported.to_owned())
    };
    assert_eq!(
        of(&[("2020-03-01", "31/12/2022")]),
        row("2020-03-01 2022-12-31", "2020-03-01 2022-12-31", "")
    );
    // A blank cell has no date; neither another row nor the year supplies one.
    assert_eq!(of(&[("", "")]), row("? ?", "2020 ?", ""));
    assert_eq!(of(&[("", "2019-05-01")]), row("? 2019-05-01", "? 2019-05-01", ""));
    assert_eq!(
        of(&[("2020-03-01", ""), ("", ""), ("2020-01-15", "2021-06-30")]),
        row("2020-01-15 2021-06-30", "2020-01-15 2021-06-30", "SEVERAL_VALUES")
    );
    assert_eq!(
        of(&[("2020-03-01", "2019-12-31")]),
        row("2020-03-01 2019-12-31", "2020-03-01 2019-12-31", "REVERSED_PERIOD")
    );
    assert_eq!(of(&[("soon", "")]), row("? ?", "2020 ?", "UNREADABLE_DATE"));
}

#[test]
fn activities_are_filtered_by_planned_dates() {
    let sandbox = Sandbox::new();
    let text = "Year,DonorCode,DonorName,CrsID,RecipientCode,USD_Disbursement,USD_GrantEquiv,ProjectTitle,ExpectedStartDate,CompletionDate\n\
        2020,22,Luxembourg,7,255,1,1,A,2020-03-01,2022-12-31\n2020,22,Luxembourg,8,255,1,1,B,,\n";
    sandbox.import(&sandbox.write("crs.csv", text));
    let data = sandbox.run_query(
        "{ start: programmes(filter: { plannedStart: { from: \"2020-01-01\", to: \"2020-12-31\" } }) { nodes { title { value } } }
           end: programmes(filter: { plannedEnd: {} }) { nodes { title { value } } } }",
    );
    for found in ["start", "end"] {
        assert_eq!(
            data[found]["nodes"],
            serde_json::json!([{ "title": { "value": "A" } }]),
            "{data}"
        );
    }
}

#[test]
fn surplus_rows_of_an_activity_become_another_activity() {
    let header = "Year,DonorCode,DonorName,CrsID,RecipientCode,USD_Disbursement,USD_GrantEquiv,ProjectTitle\n";
    let rows = "2020,22,Luxembourg,7,255,1,1,T\n".repeat(20_001);
    let (entries, ledger) = read("crs.csv", format!("{header}{rows}").as_bytes());
    let ids: Vec<_> = programmes(&entries)
        .iter()
        .map(|(programme, details)| (programme.id.to_string(), details.transactions.len()))
        .collect();
    let id = |end: &str| format!("CRS-2020-22-0-7{end}");
    assert_eq!(ids, [(id(""), 10_000), (id("~2"), 10_000), (id("~3"), 1)]);
    assert_eq!(ledger.counts["SURPLUS"], 2);
    assert_eq!((ledger.accepted, ledger.problems[0].line), (20_001, Some(10_002)));
}
