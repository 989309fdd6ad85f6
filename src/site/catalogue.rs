//! All pages.

use std::sync::LazyLock;

use super::page;
use super::page::record::RecordOf;
use super::page_kind::PageKind;

static PAGES: LazyLock<Vec<PageKind>> = LazyLock::new(all);

/// Lists all pages.
pub fn pages() -> &'static [PageKind] {
    &PAGES
}

fn all() -> Vec<PageKind> {
    records().into_iter().chain(page::explore::pages()).collect()
}

fn records() -> Vec<PageKind> {
    vec![
        PageKind::of::<page::explore::index::Index>(),
        PageKind::of::<page::home::Home>(),
        PageKind::of::<page::search::Search>(),
        PageKind::of::<page::engagement::Briefing<true>>(),
        PageKind::of::<page::engagement::Briefing<false>>(),
        PageKind::of::<page::missions::Missions>(),
        PageKind::of::<page::flows::Flows>(),
        PageKind::with_listing::<page::data::Data>(),
        PageKind::of::<RecordOf<page::agency::Agency>>(),
        PageKind::of::<RecordOf<page::agreement::Agreement>>(),
        PageKind::of::<RecordOf<page::contribution::Contribution>>(),
        PageKind::of::<RecordOf<page::country::Country>>(),
        PageKind::of::<RecordOf<page::dialogue::Dialogue>>(),
        PageKind::of::<RecordOf<page::event::Event>>(),
        PageKind::of::<RecordOf<page::gap::Gap>>(),
        PageKind::of::<RecordOf<page::location::Location>>(),
        PageKind::of::<RecordOf<page::mission::Mission>>(),
        PageKind::of::<RecordOf<page::mission_contribution::MissionContribution>>(),
        PageKind::of::<RecordOf<page::oda_figure::OdaFigure>>(),
        PageKind::of::<RecordOf<page::partnership::Partnership>>(),
        PageKind::of::<RecordOf<page::programme::Programme>>(),
        PageKind::of::<RecordOf<page::sector::Sector>>(),
        PageKind::of::<RecordOf<page::source::Source>>(),
        PageKind::of::<RecordOf<page::transaction::Transaction>>(),
        PageKind::of::<RecordOf<page::trust_fund::TrustFund>>(),
    ]
}
