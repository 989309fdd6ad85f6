//! Histograms, samples and their text encoding. Source: Prometheus, text-based format, version 0.0.4.

use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::server::counter::Attempts;

/// Prefix of every metric name.
const PREFIX: &str = "aidgraph_";

/// Upper bounds of the histogram buckets in milliseconds, inclusive.
const BOUNDS: [u64; 12] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 30_000];

/// Returns the counts of successes and failures with their outcome label.
pub(super) fn outcomes(attempts: &Attempts) -> [([Label<'static>; 1], u64); 2] {
    let (done, failed) = attempts.get();
    [([("outcome", "done")], done), ([("outcome", "failed")], failed)]
}

/// Histogram of durations.
#[derive(Debug, Default)]
pub(in crate::http) struct Histogram {
    /// Count per bucket, not cumulative; the last bucket is unbounded.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
}

impl Histogram {
    pub(in crate::http) fn observe(&self, took: Duration) {
        let within = BOUNDS.iter().position(|bound| took <= Duration::from_millis(*bound));
        if let Some(bucket) = self.buckets.get(within.unwrap_or(BOUNDS.len())) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(took, Ordering::Relaxed);
    }
}

/// A page of metrics in the Prometheus text format.
#[derive(Debug, Default)]
pub(super) struct MetricsPage(String);

/// Name and value of a label.
pub(super) type Label<'a> = (&'a str, &'a str);

impl MetricsPage {
    fn head(&mut self, name: &str, help: &str, kind: &str) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &[Label<'_>], value: impl Display) {
        self.0.push_str(name);
        for (at, (label, value)) in labels.iter().enumerate() {
            let begin = if at == 0 { "{" } else { "," };
            let _ = write!(self.0, "{begin}{label}=\"{}\"", escaped(value));
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{end} {value}");
    }

    /// Writes a gauge.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.foreign_gauge(&format!("{PREFIX}{name}"), help, value);
    }

    /// Writes a gauge without the prefix.
    pub(super) fn foreign_gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, help, "gauge");
        self.line(name, &[], value);
    }

    /// Writes a counter.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, help, "counter", [([], value)]);
    }

    /// Writes several samples of one metric, each with its labels.
    pub(super) fn family<'a, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        kind: &str,
        values: impl IntoIterator<Item = ([Label<'a>; N], u64)>,
    ) {
        let name = format!("{PREFIX}{name}");
        self.head(&name, help, kind);
        for (labels, value) in values {
            self.line(&name, &labels, value);
        }
    }

    /// Writes histograms of one metric, each with one label. Empty histograms are omitted.
    pub(super) fn histograms<'a>(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        histograms: impl IntoIterator<Item = (&'a str, &'a Histogram)>,
    ) {
        let name = format!("{PREFIX}{name}");
        self.head(&name, help, "histogram");
        for (value, histogram) in histograms {
            let counts: Vec<u64> =
                histogram.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect();
            let all: u64 = counts.iter().sum();
            if all == 0 {
                continue;
            }
            let mut within = 0;
            for (bound, count) in BOUNDS.iter().zip(counts) {
                within += count;
                let bound = seconds(Duration::from_millis(*bound));
                self.line(&format!("{name}_bucket"), &[(label, value), ("le", &bound)], within);
            }
            self.line(&format!("{name}_bucket"), &[(label, value), ("le", "+Inf")], all);
            let sum = Duration::from_micros(histogram.microseconds.load(Ordering::Relaxed));
            self.line(&format!("{name}_sum"), &[(label, value)], seconds(sum));
            self.line(&format!("{name}_count"), &[(label, value)], all);
        }
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Escapes a label value.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Formats a duration in seconds, to the microsecond.
fn seconds(time: Duration) -> String {
    let text = format!("{}.{:06}", time.as_secs(), time.subsec_micros());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_seconds() {
        let of = |micros| seconds(Duration::from_micros(micros));
        assert_eq!(
            [of(0), of(1_000), of(30_000_000), of(1_250_001)],
            ["0", "0.001", "30", "1.250001"]
        );
    }

    #[test]
    fn histogram_buckets_are_cumulative() {
        let histogram = Histogram::default();
        for took in [1, 3, 3, 60_000] {
            histogram.observe(Duration::from_millis(took));
        }
        let mut page = MetricsPage::default();
        let none = Histogram::default();
        page.histograms("t", "h", "route", [("/a", &histogram), ("/b", &none)]);
        let page = page.finish();
        for line in [
            "aidgraph_t_bucket{route=\"/a\",le=\"0.001\"} 1",
            "aidgraph_t_bucket{route=\"/a\",le=\"0.005\"} 3",
            "aidgraph_t_bucket{route=\"/a\",le=\"30\"} 3",
            "aidgraph_t_bucket{route=\"/a\",le=\"+Inf\"} 4",
            "aidgraph_t_sum{route=\"/a\"} 60.007",
            "aidgraph_t_count{route=\"/a\"} 4",
        ] {
            assert!(page.lines().any(|other| other == line), "{line}\n{page}");
        }
        assert!(!page.contains("/b"), "{page}");
    }

    #[test]
    fn labels_are_escaped() {
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
