//! One record of every noun, with every field filled; `n` makes them differ.

use aidgraph::model::activity::{Document, HumanitarianScopeMark, PolicyMarker, Report, Tag};
use aidgraph::model::agency::{
    Agency, AgencyBudget, AgencyBudgetKind, AgencyKind, NameSource, NameUse, Standing,
};
use aidgraph::model::agreement::{Agreement, AgreementKind};
use aidgraph::model::beneficiary::Beneficiary;
use aidgraph::model::classification::{AidType, Recipient, RecipientRegion, SectorShare};
use aidgraph::model::country::Country;
use aidgraph::model::date::Period;
use aidgraph::model::dialogue::{Dialogue, DialogueKind, DialogueLevel, Forum};
use aidgraph::model::event::Event;
use aidgraph::model::gap::{Gap, GapKind};
use aidgraph::model::humanitarian_contribution::{
    Boundary, Flow, FlowStatus, HumanitarianChannel, HumanitarianContribution, HumanitarianScope,
    Plan,
};
use aidgraph::model::location::{Location, LocationKind, Point};
use aidgraph::model::mission::{Mission, MissionKind};
use aidgraph::model::mission_contribution::{
    Deployment, Headcount, MissionContribution, MissionContributionKind,
};
use aidgraph::model::money::{Absence, Currency, Money, Qualifier};
use aidgraph::model::noun::{Kind, Record};
use aidgraph::model::oda_figure::OdaFigure;
use aidgraph::model::origin::{Assertion, Citation, Origin, Provenance};
use aidgraph::model::partnership::{Partnership, PartnershipStatus};
use aidgraph::model::programme::{
    Budget, BudgetElement, BudgetStatus, BudgetType, Channel, Participation, Pillar, Programme,
    ProgrammeKind, ProgrammeStatus, Role, Site,
};
use aidgraph::model::rate::{Parity, Rates};
use aidgraph::model::sector::Sector;
use aidgraph::model::source::{Source, SourceKind};
use aidgraph::model::text::{Language, Text};
use aidgraph::model::transaction::{Movement, Transaction, TransactionType};
use aidgraph::model::trust_fund::TrustFund;

fn id<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

fn text(en: &str, fr: &str) -> Text {
    Text::new(Some(en.into()), Some(fr.into())).unwrap()
}

fn origin(line: u32) -> Origin {
    Origin { file: "seed/sample.csv".into(), line }
}

fn citation(line: u32) -> Citation {
    Citation {
        source: id("GOV-MALI-EN"),
        field: Some("amount".into()),
        as_published: Some("more than 2.6 million".into()),
        normalised: Some("2600000".into()),
        locator: Some("line 7; bytes 1579-1595".into()),
        note: Some("ours".into()),
        assertion: Assertion::Derived,
        origin: origin(line),
    }
}

fn provenance(line: u32) -> Provenance {
    Provenance {
        origin: origin(line),
        assertion: Assertion::Stated,
        citations: vec![citation(line + 1)],
    }
}

fn beneficiary(line: u32) -> Beneficiary {
    Beneficiary { agency: id("ml-armed-forces"), provenance: provenance(line + 2) }
}

fn period() -> Period {
    Period { start: Some(id("2015-03")), end: Some(id("2019")) }
}

fn plan() -> Plan {
    Plan { name: "Mali 2015".into(), code: Some("HMLI15".into()), number: Some("1".into()) }
}

fn money() -> Money {
    let value = id("55000000.50");
    Money::stated(value, Currency::EUR, Qualifier::AtLeast, Some(id("2015-03-05")))
}

fn document(line: u32) -> Document {
    Document {
        url: "https://example.org/1.pdf".into(),
        format: Some("application/pdf".into()),
        title: Some(text("A document", "Un document")),
        description: Some(text("More", "Plus")),
        categories: vec!["A01".into()],
        languages: vec!["en".into()],
        date: Some(id("2016-01-02")),
        line,
    }
}

fn region() -> RecipientRegion {
    RecipientRegion {
        vocabulary: Some("1".into()),
        code: "289".into(),
        name: Some(text("Sahel", "Le Sahel")),
        percentage: Some(id("66.7")),
        provenance: provenance(60),
    }
}

fn aid_type() -> AidType {
    AidType { vocabulary: Some("1".into()), code: "C01".into() }
}

fn report() -> Report {
    Report {
        standard: Some("2.03".into()),
        reporter: Some(id("lu-mfa")),
        secondary: true,
        humanitarian: Some(false),
        hierarchy: Some(2),
        planned: period(),
        actual: period(),
        last_updated: Some("2020-01-01T00:00:00Z".into()),
        language: Some(id("FR")),
        currency: Some(Currency::EUR),
        status_as_published: Some("9".into()),
        scope: Some("4".into()),
        collaboration_type: Some("1".into()),
        flow_type: Some("10".into()),
        finance_type: Some("110".into()),
        aid_types: vec![aid_type()],
        tied_status: Some("5".into()),
        capital_spend: Some(id("8.5")),
        policy_markers: vec![PolicyMarker {
            vocabulary: Some("1".into()),
            code: "2".into(),
            significance: Some("1".into()),
            name: Some(text("Environment", "Environnement")),
            origin: origin(70),
        }],
        tags: vec![Tag {
            vocabulary: Some("2".into()),
            code: "3".into(),
            name: Some(text("Health", "Santé")),
            origin: origin(71),
        }],
        humanitarian_scopes: vec![HumanitarianScopeMark {
            r#type: Some("1".into()),
            vocabulary: Some("1-2".into()),
            code: "FL-2014-000001-MLI".into(),
            name: Some(text("Flood", "Inondation")),
            origin: origin(72),
        }],
        transactions: 3,
    }
}

fn movement() -> Movement {
    Movement {
        type_as_published: Some("XX".into()),
        reference: Some("7".into()),
        description: Some(text("A tranche", "Une tranche")),
        humanitarian: Some(true),
        provider_name: Some(text("The payer", "Le payeur")),
        receiver_name: Some(text("The receiver", "Le receveur")),
        provider_activity: Some("XM-DAC-7-1".into()),
        receiver_activity: Some("XM-DAC-7-2".into()),
        recipients: vec![Recipient {
            country: id("ML"),
            percentage: None,
            provenance: provenance(80),
        }],
        regions: vec![region()],
        sectors: vec![SectorShare {
            name_as_published: None,
            vocabulary: Some("1".into()),
            code: Some("72010".into()),
            sector: Some(id("72010")),
            percentage: None,
            provenance: provenance(81),
        }],
        flow_type: Some("10".into()),
        finance_type: Some("110".into()),
        aid_types: vec![aid_type()],
        tied_status: Some("5".into()),
        disbursement_channel: Some("2".into()),
    }
}

fn programme(n: u32) -> Programme {
    Programme {
        id: id(&format!("ICP-MLI-{n}")),
        kind: ProgrammeKind::IndicativeCooperationProgramme,
        pillar: Pillar::Development,
        donor: Some(id("LU")),
        parent: Some(id("ICP-MLI-0")),
        ordinal: Some(n),
        title: text(&format!("Programme {n} of Ségou"), &format!("Programme {n} de Ségou")),
        aliases: vec!["ICP III".into()],
        period: period(),
        extended_until: Some(id("2020-06-30")),
        status: Some(ProgrammeStatus::Active),
        recipients: vec![Recipient {
            country: id("ML"),
            percentage: Some(id("33.3")),
            provenance: provenance(10),
        }],
        participations: vec![Participation {
            agency: id("lu-luxdev"),
            role: Role::Implementing,
            name_as_published: Some(text("Lux-Development", "Lux-Développement")),
            role_as_published: Some("agence d'exécution".into()),
            channel: Some(Channel::Bilateral),
            money: Some(money()),
            additional: true,
            activity: Some("XM-DAC-7-1".into()),
            provenance: provenance(20),
        }],
        budgets: vec![Budget {
            id: id(&format!("ICP-MLI-{n}-ENV")),
            element: BudgetElement::Envelope,
            r#type: Some(BudgetType::Revised),
            status: Some(BudgetStatus::Committed),
            period: period(),
            as_of: Some(id("2016")),
            money: money(),
            supersedes: Some(id("OLD")),
            part_of: Some(id("WHOLE")),
            provenance: provenance(30),
        }],
        sites: vec![Site {
            location: id("ML-segou-region"),
            name_as_published: Some("Ségou".into()),
            provenance: provenance(40),
        }],
        sectors: vec![SectorShare {
            name_as_published: Some(text("agriculture", "agriculture")),
            vocabulary: Some("1".into()),
            code: Some("31120".into()),
            sector: Some(id("31120")),
            percentage: Some(id("12.5")),
            provenance: provenance(50),
        }],
        regions: vec![region()],
        report: Some(Box::new(report())),
        provenance: provenance(n),
    }
}

fn diplomacy(n: u32) -> [Record; 4] {
    [
        Record::Gap(Gap {
            id: id(&format!("GAP-{n}")),
            kind: GapKind::NotFound,
            noun: Kind::OdaFigure,
            donor: Some(id("LU")),
            countries: vec![id("ML")],
            period: period(),
            missing: text("ODA by year", "APD par année").with_translated(Language::FR),
            searched: Some(text("two reports", "deux rapports")),
            looked_on: Some(id("2026-11")),
            provenance: provenance(n),
        }),
        Record::Agreement(Agreement {
            id: id(&format!("AGR-{n}")),
            kind: AgreementKind::IcpAmendment,
            donor: id("LU"),
            countries: vec![id("ML"), id("SN")],
            title: text("An amendment", "Un avenant"),
            signed: Some(id("2017-11-20")),
            place: Some(text("Bamako", "Bamako")),
            governs: vec![id("ICP-MLI-1")],
            concluded_at: Some(id("DLG-1")),
            parties: vec![id("lu-luxdev")],
            context: Some(text("a visit", "une visite").with_translated(Language::FR)),
            provenance: provenance(n),
        }),
        Record::Dialogue(Dialogue {
            id: id(&format!("DLG-{n}")),
            kind: DialogueKind::PartnershipCommittee,
            level: Some(DialogueLevel::Ministerial),
            forum: Forum::Bilateral,
            ordinal: Some(9),
            donor: id("LU"),
            countries: vec![id("ML")],
            title: text("Ninth committee", "Neuvième commission"),
            period: period(),
            place: Some(text("Luxembourg", "")),
            provenance: provenance(n),
        }),
        Record::Event(Event {
            id: id(&format!("EVT-{n}")),
            countries: vec![id("ML")],
            pillar: Some(Pillar::Defence),
            title: text("A coup", "Un coup d'État"),
            period: period(),
            provenance: provenance(n),
        }),
    ]
}

fn missions(n: u32) -> [Record; 2] {
    let people = Headcount::Stated { people: n, qualifier: Qualifier::AtMost };
    let unknown = Headcount::Absent(Absence::NotStated);
    [
        Record::Mission(Mission {
            id: id(&format!("EUTM-{n}")),
            name: text("Training mission", "Mission de formation"),
            acronym: Some(text("EUTM Mali", "EUTM Mali")),
            kind: MissionKind::CsdpMilitary,
            leads: vec![id("eu")],
            countries: vec![id("ML")],
            period: period(),
            mandate: Some(text("to train", "former")),
            beneficiaries: vec![beneficiary(n)],
            provenance: provenance(n),
        }),
        Record::MissionContribution(MissionContribution {
            id: id(&format!("MC-{n}")),
            missions: vec![id("EUTM-1")],
            contributor: id("LU"),
            sending_body: Some(id("lu-army")),
            kind: MissionContributionKind::Personnel,
            period: period(),
            headcount: if n % 2 == 1 { people } else { unknown },
            deployment: Some(Deployment::Ceiling),
            money: Money::absent(Absence::NotApplicable, Some(id("2013"))),
            purpose: Some(text("instructors", "instructeurs")),
            beneficiaries: vec![beneficiary(n)],
            provenance: provenance(n),
        }),
    ]
}

fn pooled(n: u32) -> [Record; 4] {
    [
        Record::TrustFund(TrustFund {
            id: id(&format!("TF-{n}")),
            name: text("A fund", "Un fonds"),
            administrator: Some(id("un")),
            pillar: Pillar::Defence,
            humanitarian: false,
            countries: vec![id("ML")],
            purpose: Some(text("mine clearance", "déminage")),
            beneficiaries: vec![beneficiary(n)],
            provenance: provenance(n),
        }),
        Record::Transaction(Transaction {
            id: id(&format!("TX-{n}")),
            trust_fund: Some(id("TF-1")),
            programme: Some(id("ICP-MLI-1")),
            r#type: Some(TransactionType::Disbursement),
            date: Some(id("2013-02")),
            provider: Some(id("lu-mfa")),
            receiver: Some(id("un")),
            money: money(),
            part_of: Some(id("TX-0")),
            report: movement(),
            provenance: provenance(n),
        }),
        Record::HumanitarianContribution(HumanitarianContribution {
            id: id(&format!("HUM-{n}")),
            donor: Some(id("LU")),
            year: Some(id("2015")),
            date: Some(id("2015-04-30")),
            crisis: text("Sahel", "Sahel"),
            countries: vec![id("ML")],
            channel: HumanitarianChannel::Ngo,
            channel_agencies: vec![id("msf")],
            status: Some(FlowStatus::Paid),
            scope: HumanitarianScope::Crisis,
            money: money(),
            part_of: Some(id("HUM-0")),
            alternative_to: Some(id("HUM-00")),
            purpose: Some(text("food", "vivres")),
            flow: Some(Box::new(Flow {
                providers: vec![id("lu-mfa")],
                source_countries: vec![id("LU")],
                source_years: vec![2014],
                years: vec![2015, 2016],
                budget_year: Some(id("2015")),
                boundaries: vec![Boundary::Incoming],
                shared: Some(false),
                plans: vec![plan()],
                clusters: vec!["Health".into()],
                emergencies: vec!["Sahel".into()],
                projects: vec![plan()],
                flow_type: Some("Standard".into()),
                contribution_type: Some("financial".into()),
                method: Some("Traditional aid".into()),
                earmarking: vec!["earmarked".into()],
                keywords: vec!["Multiyear".into()],
                new_money: Some(true),
                original: Some(money()),
                exchange_rate: Some(id("0.824")),
                decided: Some(id("2015-04-01")),
                first_reported: Some(id("2015-05-01")),
                reference: Some("REF".into()),
                parents: vec![id("HUM-1")],
                children: vec![id("HUM-2")],
            })),
            provenance: provenance(n),
        }),
        Record::OdaFigure(OdaFigure {
            id: id(&format!("ODA-{n}")),
            donor: id("LU"),
            recipient: Some(id("ML")),
            year: id("2015"),
            money: money(),
            provenance: provenance(n),
        }),
    ]
}

fn reference(n: u32) -> [Record; 6] {
    let code = |place: u32| char::from(b'A' + u8::try_from(place % 26).unwrap());
    [
        Record::Source(Source {
            id: id(&format!("SRC-{n}")),
            title: "Coopération au développement".into(),
            publisher: Some("MAEE".into()),
            url: Some("https://example.org/".into()),
            published: Some(id("2016-07")),
            published_absence: Some(Absence::NotStated),
            language: Some("fr".into()),
            kind: SourceKind::AnnualReport,
            sha256: Some("00ff".into()),
            bytes: Some(1579),
            note: Some("a remark".into()),
            licence: Some(id("CC-BY-4.0")),
            origin: origin(n),
            citations: vec![citation(n)],
        }),
        Record::Country(Country {
            code: id(&format!("{}{}", code(n / 26), code(n))),
            name: text("Mali", "Mali (le)"),
            provenance: provenance(n),
        }),
        Record::Partnership(Partnership {
            id: id(&format!("LU-{n}")),
            donor: id("LU"),
            country: id("ML"),
            status: PartnershipStatus::Partner,
            since: Some(id("1998")),
            until: Some(id("2021")),
            provenance: provenance(n),
        }),
        Record::Agency(Agency {
            id: id(&format!("agency-{n}")),
            name: text("Agency", "Agence"),
            name_uses: vec![NameUse {
                language: id("lb"),
                name: "Agence".into(),
                source: NameSource::OwnFile,
                times: n,
            }],
            acronym: Some(text("LuxDev", "")),
            aliases: vec!["Lux-Development".into()],
            identifiers: vec!["LU-RCS-1".into()],
            standing: Standing::Reporter,
            r#type: Some("10".into()),
            kind: AgencyKind::Bilateral,
            country: Some(id("LU")),
            website: Some("https://luxdev.lu/".into()),
            budgets: vec![AgencyBudget {
                kind: AgencyBudgetKind::RecipientCountry,
                status: Some(BudgetStatus::Indicative),
                period: period(),
                recipient: Some("ML".into()),
                recipient_name: Some(text("Mali", "Mali")),
                money: money(),
                origin: origin(n),
            }],
            documents: vec![document(n)],
            provenance: provenance(n),
        }),
        Record::Location(Location {
            id: id(&format!("ML-place-{n}")),
            name: text("Segou", "Ségou"),
            kind: LocationKind::Region,
            country: id("ML"),
            within: Some(id("ML-place-0")),
            point: Some(Point { latitude: id("13.4317"), longitude: id("-6.2157") }),
            provenance: provenance(n),
        }),
        Record::Sector(Sector {
            code: id(&format!("{:05}", 31000 + n)),
            name: text("Agriculture", "Agriculture (fr)"),
            category: Some(id("311")),
            provenance: provenance(n),
        }),
    ]
}

/// One record of every noun.
pub(super) fn records(n: u32) -> Vec<Record> {
    let mut records = vec![Record::Programme(programme(n))];
    records.extend(diplomacy(n));
    records.extend(missions(n));
    records.extend(pooled(n));
    records.extend(reference(n));
    records
}

/// Rates of a currency, with a parity and two months.
pub(super) fn rates(currency: &str) -> Rates {
    Rates {
        currency: id(currency),
        minor_units: 0,
        parity: Some(Parity { rate: id("655.957"), from: id("1999"), until: Some(id("2030-12")) }),
        months: [((2015, 1), id("1.1621")), ((2015, 2), id("1.1350"))].into(),
    }
}
