//! Reader of the seed: hand-written CSV files, and the checks of their rows.
//!
//! Reading has four steps. `line` and `table` split a file into cells. A file schema (`agency`, `budget`, …) parses each
//! row and collects all its problems. `link` resolves references, and checks across rows follow (`chain`, `part`,
//! `currency_checks`, `share`, `date_checks`, `funding`, `rate_checks`). `assemble` joins the accepted rows.
//!
//! An error rejects its row and every row that refers to it, so that the accepted rows form a consistent graph.

mod agency;
mod agreement;
mod assemble;
mod beneficiary;
mod budget;
mod chain;
mod change;
mod citation;
mod country;
mod currency_checks;
mod dataset;
mod date;
mod date_checks;
mod dialogue;
mod event;
mod file_schema;
mod files;
mod funding;
mod gap;
mod humanitarian_contribution;
mod line;
mod link;
mod location;
mod mission;
mod mission_contribution;
mod money;
mod number;
mod oda_figure;
mod part;
mod participation;
mod partnership;
mod programme;
mod programme_parts;
mod provenance;
mod rate_checks;
mod rates;
mod record_reference;
mod row;
mod sector;
mod share;
mod source;
mod table;
mod transaction;
mod trust_fund;

pub use change::{FileChange, changes};
pub use files::SeedFiles;

use super::Checked;
use crate::model::ledger::SourceFile;
use crate::store::sha256;
use dataset::Dataset;
use file_schema::FileSchema;

/// Version of the reader, stored with the files. A changed version triggers a full rebuild, which a change of the
/// reader needs.
pub(super) const FORMAT: &str = "seed-csv-3";

/// Schemas of all files of a seed, sorted by name.
static SHEETS: [&FileSchema; 27] = [
    &agency::AGENCIES,
    &agreement::AGREEMENTS,
    &beneficiary::BENEFICIARIES,
    &budget::BUDGETS,
    &citation::CITATIONS,
    &country::COUNTRIES,
    &rates::CURRENCIES,
    &dialogue::DIALOGUES,
    &event::EVENTS,
    &rates::EXCHANGE_RATES,
    &rates::FIXED_PARITIES,
    &gap::GAPS,
    &humanitarian_contribution::HUMANITARIAN_CONTRIBUTIONS,
    &location::LOCATIONS,
    &mission_contribution::MISSION_CONTRIBUTIONS,
    &mission::MISSIONS,
    &oda_figure::ODA_FIGURES,
    &participation::PARTICIPATIONS,
    &partnership::PARTNERSHIPS,
    &programme_parts::PROGRAMME_LOCATIONS,
    &programme_parts::PROGRAMME_SECTORS,
    &programme::PROGRAMMES,
    &programme_parts::RECIPIENTS,
    &sector::SECTORS,
    &source::SOURCES,
    &transaction::TRANSACTIONS,
    &trust_fund::TRUST_FUNDS,
];

/// Reads a seed and collects all its problems.
pub(super) fn check(files: &SeedFiles) -> Checked {
    let mut book = Dataset::read(files);
    settle(&mut book);
    Checked {
        records: assemble::records(&book),
        rates: assemble::rates(&book),
        files: book.pages().iter().map(|page| source_file(files, page)).collect(),
        unread: files.problems(),
    }
}

/// Rejects rows until the accepted ones form a consistent graph, then adds warnings.
fn settle(book: &mut Dataset) {
    link::report_unknown(book);
    loop {
        link::resolve(book);
        let checks = [
            chain::findings,
            part::findings,
            currency_checks::findings,
            share::findings,
            date_checks::findings,
            rate_checks::findings,
        ];
        let found: Vec<_> = checks.iter().flat_map(|check| check(book)).collect();
        if found.is_empty() {
            break;
        }
        for (place, finding) in found {
            book.note(place, finding);
        }
    }
    for (place, finding) in [date_checks::warnings(book), funding::warnings(book)].concat() {
        book.note(place, finding);
    }
    book.settle_duplicates();
}

fn source_file(files: &SeedFiles, page: &dataset::SeedFile) -> SourceFile {
    let name = page.table.name;
    let bytes = files.bytes(name).unwrap_or_default();
    SourceFile {
        name: name.to_owned(),
        sha256: sha256(bytes),
        bytes: bytes.len() as u64,
        format: FORMAT.to_owned(),
        unite: false,
        licence: None,
        ledger: page.ledger(),
    }
}

/// Returns the number of a column for the report, counted from 1.
pub(super) fn column_number(file: &str, column: &str) -> Option<usize> {
    let name = |path: &'static str| path.rsplit('/').next();
    let wanted = file.rsplit('/').next();
    let sheet = SHEETS.iter().find(|sheet| name(sheet.name) == wanted)?;
    sheet.columns().position(|name| name == column).map(|at| at + 1)
}

/// Replaces the names of seed files in a text by their paths in the given folder: `my/seed/budgets.csv` for
/// `seed/budgets.csv`.
pub(super) fn located(text: &str, folder: &str) -> String {
    let mut located = text.to_owned();
    for sheet in SHEETS {
        let name = sheet.name.strip_prefix(files::FOLDER).unwrap_or(sheet.name);
        if located.contains(sheet.name) {
            located = located.replace(sheet.name, &format!("{folder}{name}"));
        }
    }
    located
}

/// Iterates over the names and digests of files, sorted by name.
pub fn digests(files: &SeedFiles) -> impl Iterator<Item = (String, String)> {
    files.iter().map(|(name, bytes)| (name.to_owned(), sha256(bytes)))
}
