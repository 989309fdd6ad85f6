//! Domain model: pure, synchronous types without dependencies on other modules of this crate.
//!
//! # Glossary
//!
//! | term | meaning | standard |
//! | --- | --- | --- |
//! | [programme] | planned work: an Indicative Cooperation Programme, a project of an agency | IATI activity |
//! | [agency] | organisation, one record for all its roles | IATI organisation |
//! | [participation](programme::Participation) | role of an agency in a programme | IATI participating-org, OrganisationRole |
//! | [budget](programme::Budget) | money planned for a programme over a period | IATI budget, BudgetType, BudgetStatus |
//! | [mission], [mission contribution](mission_contribution) | civilian, military or peacekeeping mission; contribution of a state to it | SIPRI, CSDP |
//! | [beneficiary] | agency that a mission, a contribution or a fund supports | |
//! | [partnership] | standing cooperation between a donor and a country | |
//! | [humanitarian contribution](humanitarian_contribution) | flow of humanitarian money | FTS flow |
//! | [agreement], [dialogue], [event] | diplomacy of the cooperation, and events that affect it | |
//! | [trust fund](trust_fund) | pooled money | FTS pooled fund |
//! | [transaction] | single movement of money | IATI transaction, TransactionType |
//! | [ODA figure](oda_figure) | statistic that overlaps with all other money and is never added to it | OECD DAC 2a |
//! | [gap] | facts that were looked for and are missing, incomplete or uncertain in the data | |
//! | [country], [location], [sector] | recipients, places and purposes | ISO 3166-1, OECD DAC purpose codes |
//! | [licence] | terms under which a publisher lets others use its data; open ones conform to the Open Definition | SPDX identifier |
//! | [source], [citation](origin::Citation), [origin](origin::Origin) | supporting publication, its printed figure, and the file and line of a record | |
//! | [evidence], [locator] | citations of a record and its parts; position of printed words in a publication | |
//! | [pillar](programme::Pillar) | diplomacy, development or defence; humanitarian aid is a named part of development | |
//! | [report](activity::Report), [details](activity::Details) | further facts of a publisher about an activity: the summary, and the parts loaded on demand | IATI activity |
//! | [money], [absence](money::Absence), [qualifier](money::Qualifier) | exact amount with its interpretation, or the reason for its absence | |
//! | [codelist] | meanings of published codes | IATI codelists |
//! | [facet] | criterion that filters a list | |
//! | [change] | difference between two generations of the data | |
//! | [ledger] | row counts and problems of an imported file | |

pub mod activity;
pub mod agency;
pub mod agreement;
pub mod beneficiary;
pub mod budget;
pub mod change;
pub mod classification;
pub mod client;
pub mod code;
pub mod codelist;
pub mod country;
pub mod currency;
pub mod date;
pub mod dialogue;
pub mod event;
pub mod evidence;
pub mod facet;
pub mod former_country;
pub mod gap;
pub mod humanitarian;
pub mod humanitarian_contribution;
pub mod id;
pub mod kind;
pub mod ledger;
pub mod licence;
pub mod limit_table;
pub mod location;
pub mod locator;
pub mod mission;
pub mod mission_contribution;
pub mod money;
pub mod name;
pub mod noun;
pub mod oda_figure;
pub mod origin;
pub mod page;
pub mod partnership;
pub mod printable;
pub mod programme;
pub mod rate;
pub mod sector;
pub mod share;
pub mod source;
pub mod text;
pub mod transaction;
pub mod trust_fund;
