//! Small files of every irregular kind, and their records.

use aidgraph::model::programme::{Channel, Role};
use aidgraph::model::transaction::TransactionType;
use proptest::prelude::*;

use super::{programmes, read};
use crate::import::Sandbox;

const HEADER: &str = "year,donor_code,donor_iso3_code,donor_name,agency_code,agency_name,crs_id,project_number,recipient_code,recipient_iso3_code,recipient_name,bilateral_multilateral,category,finance_type,aid_type,usd_commitment,usd_disbursement,usd_received,usd_amount_untied,usd_grant_equivalent,short_description,project_title,purpose_code,purpose_name,channel_code,channel_name,channel_reported_name,expected_start_date,completion_date,long_description,sdg_focus,gender,climate_adaptation,commitment_date\n";

/// A row of a file. Tests change single fields.
#[derive(Clone, Copy)]
struct Row {
    id: &'static str,
    place: &'static str,
    amounts: &'static str,
    purpose: &'static str,
    channel: &'static str,
    title: &'static str,
    description: &'static str,
}

const WELLS: Row = Row {
    id: "2022000145,MLI/021",
    place: "255,MLI,Mali",
    amounts: "0.073483,0.07,,0.073483,0.07",
    purpose: "14031,Basic drinking water supply",
    channel: "41140,World Food Programme,WFP",
    title: "Wells in Ségou",
    description: "Deep ones",
};

impl Row {
    fn csv(&self) -> String {
        let Self { id, place, amounts, purpose, channel, title, description } = self;
        format!(
            "2022,22,LUX,Luxembourg,2,Ministry of Foreign Affairs,{id},{place},1,10,110,C01,{amounts},WELLS,{title},{purpose},{channel},2022-01-01,2024-12-31,{description},\"6.1,13\",1,2,2022-03-05\n"
        )
    }
}

fn file(rows: &[Row]) -> String {
    HEADER.to_owned() + &rows.iter().map(Row::csv).collect::<String>()
}

#[test]
fn a_row_becomes_an_activity_with_all_its_fields() {
    let (entries, ledger) = read("crs.csv", file(&[WELLS]).as_bytes());
    assert_eq!((ledger.rows_read, ledger.accepted), (1, 1));
    assert!(ledger.problems.is_empty(), "{:?}", ledger.problems);
    let [(programme, details)] = programmes(&entries)[..] else { panic!() };
    assert_eq!(programme.id.as_str(), "CRS-2022-22-2-2022000145");
    assert_eq!(programme.title.main(), "Wells in Ségou");
    assert_eq!(programme.donor.unwrap().as_str(), "LU");
    assert_eq!(programme.recipients[0].country.as_str(), "ML");
    assert_eq!(programme.sectors[0].sector.as_ref().unwrap().as_str(), "14031");
    let parts: Vec<_> =
        programme.participations.iter().map(|p| (p.agency.as_str(), p.role, p.channel)).collect();
    assert_eq!(
        parts,
        [
            ("XM-DAC-22", Role::Funding, None),
            ("XM-DAC-22-2", Role::Extending, None),
            ("XM-DAC-41140", Role::Implementing, Some(Channel::Multilateral)),
        ]
    );
    let report = programme.report.as_ref().unwrap();
    assert_eq!(report.flow_type.as_deref(), Some("10"));
    assert_eq!(report.finance_type.as_deref(), Some("110"));
    assert_eq!(report.aid_types[0].code, "C01");
    assert_eq!(report.tied_status.as_deref(), Some("5"));
    let markers: Vec<_> = report
        .policy_markers
        .iter()
        .map(|m| (m.code.as_str(), m.significance.as_deref()))
        .collect();
    assert_eq!(markers, [("1", Some("1")), ("7", Some("2"))]);
    let tags: Vec<_> =
        report.tags.iter().map(|t| (t.vocabulary.as_deref(), t.code.as_str())).collect();
    assert_eq!(tags, [(Some("3"), "6.1"), (Some("2"), "13")]);
    let money: Vec<_> = details
        .transactions
        .iter()
        .map(|t| (t.r#type.unwrap(), t.money.to_string(), t.date.unwrap().to_string()))
        .collect();
    assert_eq!(
        money,
        [
            (TransactionType::OutgoingCommitment, "73483 USD".into(), "2022-03-05".into()),
            (TransactionType::Disbursement, "70000 USD".into(), "2022".into()),
        ]
    );
    assert_eq!(details.descriptions[0].text.main(), "Deep ones");
    let others: Vec<_> = details.other_identifiers.iter().map(|o| o.identifier.as_str()).collect();
    assert_eq!(others, ["MLI/021", "2022000145"]);
}

#[test]
fn rows_of_one_activity_are_joined_and_amounts_keep_recipient_and_purpose() {
    let niger = Row { place: "260,NER,Niger", purpose: "11220,Primary education", ..WELLS };
    let other = Row { id: "7,X", ..WELLS };
    let (entries, ledger) = read("crs.csv", file(&[WELLS, other, niger]).as_bytes());
    assert_eq!((ledger.accepted, programmes(&entries).len()), (3, 2));
    let (programme, details) = programmes(&entries)[0];
    assert_eq!((programme.recipients.len(), programme.sectors.len()), (2, 2));
    assert_eq!(details.transactions.len(), 4);
    let last = &details.transactions[3];
    assert_eq!(last.report.recipients[0].country.as_str(), "NE");
    assert_eq!(last.report.sectors[0].code.as_deref(), Some("11220"));
    assert_eq!(last.provenance.origin.line, 4);
    let (_, alone) = programmes(&entries)[1];
    assert!(alone.transactions[0].report.recipients.is_empty(), "as its programme");
}

#[test]
fn regions_are_kept_and_repayments_are_loan_repayments() {
    let row = Row { place: "298,F_X,\"Africa, regional\"", amounts: "0,,1.5,,", ..WELLS };
    let (entries, _) = read("crs.csv", file(&[row]).as_bytes());
    let (programme, details) = programmes(&entries)[0];
    assert!(programme.recipients.is_empty());
    assert_eq!(programme.regions[0].code, "298");
    let [repaid] = &details.transactions[..] else { panic!("0 is nothing reported") };
    assert_eq!(repaid.r#type, Some(TransactionType::LoanRepayment));
    assert_eq!(repaid.money.to_string(), "1500000 USD");
    assert_eq!(repaid.provider.as_ref().unwrap().as_str(), "XM-DAC-41140");
}

#[test]
fn a_generic_channel_code_uses_the_named_organisation() {
    let row = Row { channel: "22000,Donor country-based NGO,SOS Faim", ..WELLS };
    let (entries, _) = read("crs.csv", file(&[row]).as_bytes());
    let part = &programmes(&entries)[0].0.participations[2];
    assert_eq!(
        (part.agency.as_str(), part.channel),
        ("name:XM-DAC-22:sos-faim", Some(Channel::Ngo))
    );
}

#[test]
fn the_older_layout_is_in_dollars_from_donors_and_in_millions_from_the_oecd() {
    let old = "Year,donorcode,donorname,agencycode,agencyname,crsid,recipientcode,recipientname,finance_t,usd_commitment,usd_disbursement,projecttitle,purposecode,expectedstartdate,usd_future_DS_principal\n\
               2006,18,Finland,3,MFA,60259,255,Mali,110,122160.160662733,0,Water,14030,31-12-2006,0\n";
    let amount = |text: &str| {
        let (entries, ledger) = read("crs.csv", text.as_bytes());
        assert_eq!(ledger.problems, []);
        let (programme, details) = programmes(&entries)[0];
        assert_eq!(programme.donor.unwrap().as_str(), "FI");
        assert_eq!(programme.period.start.unwrap().to_string(), "2006-12-31");
        details.transactions[0].money.to_string()
    };
    assert_eq!(amount(old), "122160.160662733 USD");
    assert_eq!(amount(&old.replace(',', ";")), "122160.160662733 USD");
    assert_eq!(amount(&old.replace(',', "|").replace("122160.160662733", "0.12216")), "122160 USD");
}

#[test]
fn names_identify_donor_and_agency_without_codes() {
    let text = "project_number,donor_name,agency_name,recipient_name,year,purpose_code,usd_commitment,usd_disbursement,project_title,short_description,long_description\n\
                4041,UNICEF,UNICEF,\"South of Sahara, regional\",2006,13010,0.5,,Births,,\n\
                ,UNICEF,UNICEF,Mali,2006,13010,0.25,,Births,,\n";
    let (entries, ledger) = read("crs.csv", text.as_bytes());
    assert_eq!(ledger.problems, []);
    let found: Vec<_> =
        programmes(&entries).iter().map(|(p, _)| p.id.as_str().to_owned()).collect();
    assert_eq!(found, ["CRS-2006-UNICEF-UNICEF-4041", "CRS-2006-UNICEF-UNICEF-crs.csv:3"]);
    assert_eq!(programmes(&entries)[0].0.regions[0].code, "289");
}

#[test]
fn unreadable_values_are_reported_with_their_line() {
    let text = file(&[
        Row { amounts: "ten,0.07,,,", ..WELLS },
        Row { id: "2,B", amounts: "2000000,,,,", ..WELLS },
        Row { id: "3,C", description: "from a.b@example.org", ..WELLS },
        Row { id: "4,D", description: "one, two", ..WELLS },
        Row { id: "5,E", purpose: "water,Water", ..WELLS },
    ]) + &WELLS.csv().replace("2022,22", "22,22");
    let (entries, ledger) = read("crs.csv", text.as_bytes());
    let mut commas: Vec<_> =
        ledger.problems.iter().map(|p| (p.line.unwrap(), p.code.as_str())).collect();
    commas.sort_unstable();
    assert_eq!(
        commas,
        [
            (2, "UNREADABLE_AMOUNT"),
            (3, "ODD_UNIT"),
            (4, "ADDRESS_LEFT_OUT"),
            (5, "RAGGED_ROW"),
            (6, "ODD_SECTOR"),
            (7, "BAD_ID"),
        ]
    );
    assert_eq!((ledger.rows_read, ledger.accepted, ledger.quarantined), (6, 4, 2));
    assert_eq!(programmes(&entries).len(), 4);
}

#[test]
fn totals_of_donors_and_recipients_are_not_activities() {
    let text = ",donor_code,1,2\nrecipient_name,RecipientCode,Austria,Belgium\nMali,255,1,2\n";
    let (entries, ledger) = read("totals.csv", text.as_bytes());
    assert!(entries.is_empty());
    assert_eq!((ledger.rows_read, ledger.quarantined), (2, 2));
    assert_eq!(ledger.problems[0].code, "TOTALS_ONLY");
}

#[test]
fn an_imported_file_can_be_queried_by_donor_provider_and_channel() {
    let sandbox = Sandbox::new();
    let niger = Row { place: "260,NER,Niger", ..WELLS };
    let (report, code) = sandbox.import(&sandbox.write("crs.csv", file(&[WELLS, niger])));
    assert_eq!((report["files"][0]["format"].as_str(), code), (Some("crs"), 0));
    let data = sandbox.run_query(
        "{ programmes(filter: { file: \"crs.csv\", donor: \"LU\" }) { nodes { identifier report { standard flowType { code name { value } } } participations { agency { name { value } } channel } } }
           transactions(filter: { provider: \"XM-DAC-22-2\", country: \"ML\" }) { totalCount totals { currency counted } groups(by: [COUNTRY]) { groups { keys { code } counted } } } }",
    );
    let programme = &data["programmes"]["nodes"][0];
    assert_eq!(programme["identifier"], "CRS-2022-22-2-2022000145");
    assert_eq!(programme["report"]["flowType"]["name"]["value"], "ODA");
    assert_eq!(programme["participations"][2]["agency"]["name"]["value"], "World Food Programme");
    assert_eq!(data["transactions"]["totals"][0]["counted"], "70000");
    assert_eq!(data["transactions"]["groups"]["groups"][0]["keys"][0]["code"], "ML");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_ledger_of_corrupted_files_adds_up(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
    ) {
        let mut bytes = file(&[WELLS, Row { id: "5,E", ..WELLS }, WELLS]).into_bytes();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (entries, ledger) = read("broken", &bytes);
        prop_assert!(ledger.adds_up());
        prop_assert!(programmes(&entries).len() as u64 <= ledger.accepted);
        prop_assert!(ledger.rows_read > 0 || !ledger.problems.is_empty());
    }
}

#[test]
fn decimal_commas_are_distinguished_from_thousands_separators() {
    let text = |first: &str, second: &str| {
        let header = "year;donor_code;donor_name;crs_id;usd_commitment;usd_disbursement\n";
        format!("{header}2022;22;Luxembourg;1;{first};\n2022;22;Luxembourg;2;{second};\n")
    };
    let amounts = |first: &str, second: &str| {
        let (entries, ledger) = read("crs.csv", text(first, second).as_bytes());
        let commas = ledger.counts.get("AMOUNT_WITH_COMMA").copied().unwrap_or_default();
        let money = programmes(&entries)
            .iter()
            .flat_map(|(_, details)| &details.transactions)
            .map(|t| t.money.to_string())
            .collect::<Vec<_>>();
        (money, commas)
    };
    assert_eq!(amounts("0,073", "3,802").0, ["73000 USD", "3802000 USD"]);
    assert_eq!(amounts("12,5", "3,802"), (vec!["12500000 USD".into(), "3802000 USD".into()], 2));
    assert_eq!(amounts("1,802", "3,802").0, ["1802000000 USD", "3802000000 USD"]);
    assert_eq!(amounts("1.5", "2").1, 0);
}

#[test]
fn rows_of_one_activity_in_several_files_are_united_and_duplicates_count_once() {
    let niger = Row { place: "260,NER,Niger", amounts: "0,0.03,,,", ..WELLS };
    let files = [
        ("a.csv", file(&[WELLS, niger, Row { id: "7,X", ..WELLS }])),
        ("b.csv", file(&[WELLS])),
        ("c.csv", file(&[niger, niger])),
    ];
    for order in [[0, 1, 2], [2, 1, 0]] {
        let sandbox = Sandbox::new();
        for at in order {
            let (_, code) =
                sandbox.import(&sandbox.write(&format!("in/{}", files[at].0), &files[at].1));
            assert_eq!(code, 0);
        }
        let data = sandbox.run_query(
            "{ transactions(filter: { programme: \"CRS-2022-22-2-2022000145\", type: DISBURSEMENT }) {
                 nodes { money { display } origin { file line } recipients { country { code } } } } }",
        );
        let rows = data["transactions"]["nodes"].as_array().unwrap();
        let row = |row: &serde_json::Value| {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            (text(&row["origin"]["file"]), text(&row["recipients"][0]["country"]["code"]))
        };
        let mut found: Vec<_> = rows.iter().map(row).collect();
        found.sort();
        let expected = [("a.csv", "ML"), ("c.csv", "NE"), ("c.csv", "NE")];
        let is_expected = |(found, expected): (&(String, String), &(&str, &str))| {
            found.0 == expected.0 || found.1 == expected.1
        };
        assert!(found.len() == 3 && found.iter().zip(&expected).all(is_expected), "{data}");
        let status = sandbox.status();
        let ledger = |name: &str| {
            let files = status["generation"]["files"].as_array().unwrap();
            let ledger = &files.iter().find(|file| file["name"] == name).unwrap()["ledger"];
            (ledger["accepted"].as_u64().unwrap(), ledger["duplicate"].as_u64().unwrap())
        };
        assert_eq!(ledger("c.csv"), (2, 0));
        assert_eq!(ledger("b.csv").0 + ledger("a.csv").0, 2, "{status}");
    }
}

#[test]
fn an_unclosed_quote_loses_only_its_line() {
    let text = file(&[WELLS, Row { id: "8,X", ..WELLS }, Row { id: "7,X", ..WELLS }]);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[2] = lines[2].replace("2022-03-05", "\"2022-03-05");
    let (entries, ledger) = read("crs.csv", lines.join("\n").as_bytes());
    assert_eq!((ledger.rows_read, ledger.accepted, ledger.quarantined), (3, 2, 1));
    let problem = &ledger.problems[0];
    assert_eq!((problem.code.as_str(), problem.line), ("UNCLOSED_QUOTE", Some(3)));
    assert_eq!(programmes(&entries).len(), 2);
}
