import FoundationEssentials
import Glibc

/// What the system says of this process (proc(5)).
enum ProcessStatus {
    static func write(to text: inout MetricsText) {
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        let memory = numbers(of: "/proc/self/statm")
        if memory.count > 1 {
            text.one(
                "process_virtual_memory_bytes", .gauge, "Virtual memory.", memory[0] * page)
            text.one(
                "process_resident_memory_bytes", .gauge, "Resident memory.", memory[1] * page)
        }
        if let descriptors = openDescriptors {
            text.one("process_open_fds", .gauge, "Open descriptors.", descriptors)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            text.one(
                "process_max_fds", .gauge, "Descriptors that may be open.", Double(limit.rlim_cur))
        }
        // Counted from behind the name, which may hold anything; field 3 is the first of these.
        let line = contents(of: "/proc/self/stat")
        let fields = line.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        if fields.count > 19, let user = Double(fields[11]), let system = Double(fields[12]),
            let threads = Int(fields[17])
        {
            text.one(
                "process_cpu_seconds_total", .counter, "Time on processors.",
                (user + system) / ticks)
            text.one("process_threads", .gauge, "Threads.", threads)
        }
        text.one(
            "process_start_time_seconds", .gauge, "The start, in seconds since 1970.", start)
    }

    /// To be asked for at the start.
    static let start = Date().timeIntervalSince1970

    private static var openDescriptors: Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count - 3  // Itself, its parent, and the descriptor that reads it.
    }

    private static func numbers(of path: String) -> [Double] {
        contents(of: path).split(separator: " ").compactMap { Double($0) }
    }

    private static func contents(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
    }
}
