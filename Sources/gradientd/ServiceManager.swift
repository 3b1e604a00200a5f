import Dispatch
import Glibc

/// Whoever has started the service and wants to know how it does: systemd, by its socket for
/// notifications (sd_notify(3)).
struct ServiceManager: Sendable {
    private let path: String
    /// The service is taken for dead when it tells nothing for that long; nil where that is not asked.
    let watchdogTime: Duration?

    /// Nil where nobody wants to know.
    init?(
        environment: (String) -> String? = { getenv($0).map { String(cString: $0) } },
        process: pid_t = getpid()
    ) {
        guard let path = environment("NOTIFY_SOCKET"), path.hasPrefix("/") || path.hasPrefix("@"),
            path.utf8.count > 1, path.utf8.count < Self.longestPath
        else { return nil }
        self.path = path
        let isForUs = environment("WATCHDOG_PID").map { $0 == String(process) } ?? true
        let time = environment("WATCHDOG_USEC").flatMap { Int($0) }
        watchdogTime = isForUs ? time.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    /// Tells the state: `READY=1`. Where nobody listens any more, nothing is lost.
    func tell(_ state: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Self.closeOnExec, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            place.copyBytes(from: path.utf8)
            // An abstract address begins with a zero byte, and ends where its length says.
            if path.hasPrefix("@") { place[0] = 0 }
        }
        let isAbstract = path.hasPrefix("@")
        let length =
            MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + path.utf8.count
            + (isAbstract ? 0 : 1)
        let bytes = Array(state.utf8)
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, flags, $0, socklen_t(length))
            }
        }
    }

    /// Tells again and again that the service lives, for as long as `check` calls back.
    func watch(
        check: @escaping @Sendable (_ then: @escaping @Sendable () -> Void) -> Void
    ) -> (any DispatchSourceTimer)? {
        guard let watchdogTime else { return nil }
        // Twice as often as it has to be (sd_watchdog_enabled(3)).
        let (seconds, attoseconds) = (watchdogTime / 2).components
        let interval = DispatchTimeInterval.microseconds(
            Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000))
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "watchdog"))
        timer.schedule(deadline: .now(), repeating: interval)
        timer.setEventHandler { check { tell("WATCHDOG=1") } }
        timer.activate()
        return timer
    }

    private static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    private static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
}
