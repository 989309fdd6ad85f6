//! Process metrics from `/proc`; none on systems without it.

use std::fs;

use super::series::MetricsPage;

/// Writes memory and file descriptors under the conventional names of Prometheus exporters.
pub(super) fn write(page: &mut MetricsPage) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    let memory = [
        ("VmRSS", "process_resident_memory_bytes", "Resident memory in bytes."),
        ("VmHWM", "aidgraph_process_resident_memory_peak_bytes", "Peak resident memory in bytes."),
        ("VmSize", "process_virtual_memory_bytes", "Virtual memory in bytes."),
    ];
    for (field, name, help) in memory {
        if let Some(kilobytes) = kilobytes(field) {
            page.foreign_gauge(name, help, kilobytes * 1_024);
        }
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        page.foreign_gauge("process_open_fds", "Open file descriptors.", open.count());
    }
}
