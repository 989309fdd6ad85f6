//! The words of the field: pure, synchronous, knowing nothing else of this crate.
//!
//! # Glossary
//!
//! | word | what it is | standard |
//! | --- | --- | --- |
//! | [programme] | planned work: an Indicative Cooperation Programme, a project of an agency | IATI activity |
//! | [agency] | an organisation, one record whatever parts it plays | IATI organisation |
//! | [participation](programme::Participation) | an agency's part in a programme | IATI participating-org, OrganisationRole |
//! | [budget](programme::Budget) | money planned for a programme over a time | IATI budget, BudgetType, BudgetStatus |
//! | [mission], [mission contribution](mission_contribution) | a civilian, military or peacekeeping mission; what a state gives to it | SIPRI, CSDP |
//! | [partnership] | how a donor stands to a country | |
//! | [humanitarian contribution](humanitarian_contribution) | money for humanitarian ends | FTS flow |
//! | [agreement], [dialogue], [event] | the diplomacy around it, and what happened | |
//! | [trust fund](trust_fund) | pooled money | FTS pooled fund |
//! | [transaction] | one movement of money | IATI transaction, TransactionType |
//! | [ODA figure](oda_figure) | a statistic that overlaps with everything else and is never added to it | OECD DAC 2a |
//! | [country], [location], [sector] | where and what for | ISO 3166-1, OECD DAC purpose codes |
//! | [source], [citation](origin::Citation), [origin](origin::Origin) | the publication that says it, what it prints, and the line that it was read from | |
//! | [pillar](programme::Pillar) | diplomacy, development or defence; humanitarian aid is a named part of development | |
//! | [report](activity::Report), [details](activity::Details) | what a publisher reports of an activity besides: its head, and what is read only when asked for | IATI activity |
//! | [money], [absence](money::Absence), [qualifier](money::Qualifier) | an exact amount that says how it is to be read, or why there is none | |
//! | [codelist] | what a published code means | IATI codelists |
//! | [facet] | one question that a list can be narrowed by | |
//! | [change] | how one generation of the data differs from the one before | |
//! | [ledger] | what became of the rows of a file | |

pub mod activity;
pub mod agency;
pub mod agreement;
pub mod budget;
pub mod change;
pub mod code;
pub mod codelist;
pub mod country;
pub mod date;
pub mod dialogue;
pub mod event;
pub mod facet;
pub mod former_country;
pub mod humanitarian;
pub mod humanitarian_contribution;
pub mod id;
pub mod ledger;
pub mod location;
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
