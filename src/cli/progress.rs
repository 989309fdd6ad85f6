//! Progress of an import: a bar per stage on a terminal, otherwise a line per file.

use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use super::signal::StopFlag;
use crate::ingest::import::{ImportObserver, Imported, Stage};
use crate::model::code::Code as _;
use crate::model::printable;
use crate::store::BuildStep;

/// Template of a stage with a known number of bytes: rate and remaining time.
const BYTES_TEMPLATE: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left";

/// Template of a phase with a known total, of any unit.
const PERCENT_TEMPLATE: &str = "{msg} {wide_bar} {percent}% {eta} left";

/// Template of a phase with an unknown total.
const SPINNER_TEMPLATE: &str = "{spinner} {msg} {elapsed}";

/// Progress reporter of one import.
#[derive(Debug)]
pub(super) struct ProgressReporter {
    bar: Option<ProgressBar>,
    files: AtomicU64,
    done: AtomicU64,
    stop: StopFlag,
}

impl ProgressReporter {
    /// Creates a reporter for a number of files.
    pub(super) fn new(files: u64) -> Self {
        Self::with_stop(files, StopFlag::default())
    }

    /// Creates a reporter that also carries a stop flag.
    pub(super) fn with_stop(files: u64, stop: StopFlag) -> Self {
        let bar = io::stderr().is_terminal().then(ProgressBar::new_spinner);
        Self { bar, files: AtomicU64::new(files), done: AtomicU64::new(0), stop }
    }

    /// Clears the bar.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Restarts the bar for a new stage, with a rate of its own.
fn begin(bar: &ProgressBar, total: u64, measured: &str) {
    bar.reset();
    bar.set_length(total);
    let template = if total > 0 { measured } else { SPINNER_TEMPLATE };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

impl ImportObserver for ProgressReporter {
    fn stage(&self, stage: Stage, total: u64) {
        let Some(bar) = &self.bar else { return };
        begin(bar, total, BYTES_TEMPLATE);
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
            output::message(&format!(
                "{done}/{files} {}: {} bytes, {} of {} rows accepted",
                printable::line(&imported.name),
                imported.bytes,
                imported.ledger.accepted,
                imported.ledger.rows_read
            ));
        }
    }

    fn step(&self, step: BuildStep) {
        let Some(bar) = &self.bar else { return };
        match step {
            BuildStep::Begin(phase, total) => {
                begin(bar, total, PERCENT_TEMPLATE);
                bar.set_message(format!("{}: {phase}", Stage::Build));
            }
            BuildStep::Done(count) => bar.inc(count),
        }
        bar.tick();
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_set()
    }
}
