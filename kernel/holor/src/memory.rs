//! How much memory a computation may still take.

use std::fs;
use std::path::{Path, PathBuf};

/// Bytes that are free, as far as the system says: what is available on the machine, what the control groups of this process leave, and its limit
/// of address space; the least of them. None where nothing is known.
pub(crate) fn free() -> Option<u64> {
    let group = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    [available(), address_space()]
        .into_iter()
        .chain(groups(&group).into_iter().map(|folder| left_of(&folder)))
        .flatten()
        .min()
}

/// What the machine has, in [Linux' estimate](https://www.kernel.org/doc/html/latest/filesystems/proc.html#meminfo).
fn available() -> Option<u64> {
    entry(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")
}

/// A line such as `MemAvailable:   17834240 kB`, in bytes.
fn entry(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The limit of address space (`ulimit -v`) without what is taken.
fn address_space() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let taken = entry(&fs::read_to_string("/proc/self/status").ok()?, "VmSize:")?;
    Some(limit(&limits)?.saturating_sub(taken))
}

fn limit(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The folders of the control groups that a process is in, from its own to the root's: version 2, and memory's of version 1.
fn groups(text: &str) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for line in text.lines() {
        let mut parts = line.splitn(3, ':');
        let (_, Some(controllers), Some(path)) =
            (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let root = match controllers {
            "" => Path::new("/sys/fs/cgroup"),
            _ if controllers.split(',').any(|own| own == "memory") => {
                Path::new("/sys/fs/cgroup/memory")
            }
            _ => continue,
        };
        let own = Path::new(path.trim_start_matches('/'));
        folders.extend(own.ancestors().map(|part| root.join(part)));
    }
    folders
}

/// What a control group has left.
fn left_of(folder: &Path) -> Option<u64> {
    let number = |name: &str| -> Option<u64> {
        fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok()
    };
    let pair = |most, taken| Some(number(most)?.saturating_sub(number(taken)?));
    pair("memory.max", "memory.current")
        .or_else(|| pair("memory.limit_in_bytes", "memory.usage_in_bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_system_are_read() {
        let text = "MemTotal:       24689764 kB\nMemAvailable:   17834240 kB\n";
        assert_eq!(entry(text, "MemAvailable:"), Some(17_834_240 * 1024));
        assert_eq!(entry(text, "MemFree:"), None);
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \nMax address space         3072000000           unlimited            bytes     \n";
        assert_eq!(limit(limits), Some(3_072_000_000));
        assert_eq!(limit("Max address space  unlimited  unlimited  bytes"), None);
        let found = groups("12:cpu,memory:/a/b\n3:pids:/x\n0::/c\n");
        let expected = ["memory/a/b", "memory/a", "memory", "c", ""]
            .map(|part| Path::new("/sys/fs/cgroup").join(part));
        assert_eq!(found, expected);
    }

    #[test]
    fn something_is_known_on_linux() {
        if cfg!(target_os = "linux") {
            assert!(free().is_some_and(|bytes| bytes > 1 << 20));
        }
    }
}
