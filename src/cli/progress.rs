//! How far an import is: a bar where somebody looks on, a line for each phase where a log is kept.

use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use super::import::is_watched;
use super::output;
use crate::ingest::import::{Imported, Observer};
use crate::store::Phase;

/// The bar while files are read: bytes on disk, rate, remaining time.
const READING: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left";

/// The bar when nobody knows how much there is, and while the generation is built.
const WORKING: &str = "{spinner} {msg} {elapsed}";

/// The progress of one import.
#[derive(Debug)]
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    files: u64,
    done: AtomicU64,
}

impl Progress {
    /// Nothing has been done yet of so many files and bytes.
    pub(super) fn new(files: u64, bytes: u64) -> Self {
        let bar = is_watched().then(|| {
            let template = if bytes > 0 { READING } else { WORKING };
            let bar = if bytes > 0 { ProgressBar::new(bytes) } else { ProgressBar::new_spinner() };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_message("reading");
            bar
        });
        Self { bar, files, done: AtomicU64::new(0) }
    }

    /// Nothing more is to come.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Progress {
    fn file(&self, imported: &Imported) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{done} of {} files", self.files));
        } else {
            output::complain(&format!(
                "{done}/{} {}: {} bytes, {} of {} rows accepted",
                self.files,
                imported.name,
                imported.bytes,
                imported.ledger.accepted,
                imported.ledger.rows_read
            ));
        }
    }

    fn bytes(&self, count: u64) {
        if let Some(bar) = &self.bar {
            // What is packed has more bytes than its file; the bar then stays full.
            bar.inc(count);
        }
    }

    fn phase(&self, phase: Phase) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("building: {phase}"));
            bar.tick();
        }
    }
}
