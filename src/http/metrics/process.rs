//! What the system says of the process, where it has `/proc`.

use std::fs;

use super::series::Page;

/// Memory and file descriptors, under the names that every exporter gives them.
pub(super) fn tell(page: &mut Page) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    let memory = [
        ("VmRSS", "process_resident_memory_bytes", "Memory that the process holds."),
        ("VmHWM", "aidgraph_process_resident_memory_peak_bytes", "The most that it has held."),
        ("VmSize", "process_virtual_memory_bytes", "Addresses that the process uses."),
    ];
    for (name, figure, help) in memory {
        if let Some(kilobytes) = kilobytes(name) {
            page.foreign_gauge(figure, help, kilobytes * 1_024);
        }
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        page.foreign_gauge("process_open_fds", "Open file descriptors.", open.count());
    }
}
