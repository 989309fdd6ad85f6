//! How far an import is: a bar for each stage where somebody looks on, a line for each file where a log is kept.

use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use super::signal::Asked;
use crate::ingest::import::{Imported, Observer, Stage};
use crate::model::code::Code as _;
use crate::model::printable;
use crate::store::Step;

/// The bar of a stage that has so many bytes: rate and remaining time.
const MEASURED: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left";

/// The bar of a phase that has so much to do, whatever its unit.
const SHARED: &str = "{msg} {wide_bar} {percent}% {eta} left";

/// The bar when nobody knows how much there is.
const WORKING: &str = "{spinner} {msg} {elapsed}";

/// The progress of one import.
#[derive(Debug)]
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    files: AtomicU64,
    done: AtomicU64,
    asked: Asked,
}

impl Progress {
    /// Nothing has been done yet of so many files.
    pub(super) fn new(files: u64) -> Self {
        Self::until(files, Asked::default())
    }

    /// The same, which may be asked to stop.
    pub(super) fn until(files: u64, asked: Asked) -> Self {
        let bar = io::stderr().is_terminal().then(ProgressBar::new_spinner);
        Self { bar, files: AtomicU64::new(files), done: AtomicU64::new(0), asked }
    }

    /// Nothing more is to come.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Begins anew with so much to do: the rate of one stage says nothing about the next.
fn begin(bar: &ProgressBar, total: u64, measured: &str) {
    bar.reset();
    bar.set_length(total);
    let template = if total > 0 { measured } else { WORKING };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

impl Observer for Progress {
    fn stage(&self, stage: Stage, total: u64) {
        let Some(bar) = &self.bar else { return };
        begin(bar, total, MEASURED);
        bar.set_message(stage.as_str());
        bar.tick();
    }

    fn advance(&self, count: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(count);
        }
    }

    fn members(&self, count: usize) {
        // The archive itself was counted as a file.
        self.files.fetch_add((count as u64).saturating_sub(1), Ordering::Relaxed);
    }

    fn file(&self, imported: &Imported) {
        let files = self.files.load(Ordering::Relaxed);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{done} of {files} files"));
        } else {
            output::complain(&format!(
                "{done}/{files} {}: {} bytes, {} of {} rows accepted",
                printable::line(&imported.name),
                imported.bytes,
                imported.ledger.accepted,
                imported.ledger.rows_read
            ));
        }
    }

    fn step(&self, step: Step) {
        let Some(bar) = &self.bar else { return };
        match step {
            Step::Begin(phase, total) => {
                begin(bar, total, SHARED);
                bar.set_message(format!("{}: {phase}", Stage::Build));
            }
            Step::Done(count) => bar.inc(count),
        }
        bar.tick();
    }

    fn is_stopped(&self) -> bool {
        self.asked.is_asked()
    }
}
