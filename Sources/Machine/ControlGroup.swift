import FoundationEssentials

/// What a container's control group lets its processes have (cgroups(7)), of version 2 or 1.
///
/// The limits of a group are those of its own and of all that it is in. Inside a container the files
/// of its group are mounted as the root, whatever path the kernel tells for it.
struct ControlGroup {
    /// What its time is worth in processors; nil for no limit.
    var processors: Double?
    /// Bytes; nil for no limit.
    var memory: Int?

    /// That of this process.
    static let own = ControlGroup(
        mounted: "/sys/fs/cgroup",
        membership: (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? "")

    /// `membership` is what /proc/self/cgroup has: `0::/path`, and `4:cpu,cpuacct:/path` for each
    /// hierarchy of version 1.
    init(mounted root: String, membership: String) {
        for line in membership.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            if controllers.isEmpty {
                for folder in Self.folders(root, parts[2]) {
                    limit(processors: Self.quota(Self.words(folder + "/cpu.max")))
                    for name in ["memory.max", "memory.high"] {
                        limit(memory: Self.words(folder + "/" + name).first.flatMap { Int($0) })
                    }
                }
            }
            if controllers.contains("cpu") {
                for folder in Self.folders("\(root)/\(parts[1])", parts[2]) {
                    limit(
                        processors: Self.quota(
                            Self.words(folder + "/cpu.cfs_quota_us")
                                + Self.words(folder + "/cpu.cfs_period_us")))
                }
            }
            if controllers.contains("memory") {
                for folder in Self.folders("\(root)/\(parts[1])", parts[2]) {
                    let bytes = Self.words(folder + "/memory.limit_in_bytes").first
                    limit(memory: bytes.flatMap { Int($0) })
                }
            }
        }
    }

    private mutating func limit(processors limit: Double?) {
        if let limit { processors = min(limit, processors ?? limit) }
    }

    private mutating func limit(memory limit: Int?) {
        if let limit, limit > 0 { memory = min(limit, memory ?? limit) }
    }

    /// The time of each period, in microseconds, that may be used of it; `max` or -1 for all.
    private static func quota(_ words: [Substring]) -> Double? {
        guard words.count == 2, let time = Double(words[0]), let period = Double(words[1]),
            time > 0, period > 0
        else { return nil }
        return time / period
    }

    /// The folder of a group, and those of all that it is in.
    private static func folders(_ root: String, _ path: Substring) -> [String] {
        var folders = [root]
        for name in path.split(separator: "/") where name != ".." {
            folders.append(folders[folders.count - 1] + "/" + name)
        }
        return folders
    }

    private static func words(_ path: String) -> [Substring] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split { $0 == " " || $0 == "\n" }
    }
}
