import Dispatch
import Glibc
import Testing

@testable import gradientd

/// Over a real datagram socket, as systemd has one.
struct ServiceManagerTests {
    private final class Listener {
        let descriptor: Int32
        let name: String

        /// A path begins with `/`, an abstract name with `@`.
        init(_ name: String) throws {
            self.name = name
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { place in
                place.copyBytes(from: name.utf8)
                if name.hasPrefix("@") { place[0] = 0 }
            }
            let length = 2 + name.utf8.count + (name.hasPrefix("@") ? 0 : 1)
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(length))
                }
            }
            try #require(result == 0)
            var patience = timeval(tv_sec: 60, tv_usec: 0)
            setsockopt(
                descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
                socklen_t(MemoryLayout<timeval>.size))
        }

        deinit {
            close(descriptor)
            if name.hasPrefix("/") { unlink(name) }
        }

        func message() -> String {
            var bytes = [UInt8](repeating: 0, count: 1024)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
        }
    }

    private func manager(_ variables: [String: String], process: pid_t = 7) -> ServiceManager? {
        ServiceManager(environment: { variables[$0] }, process: process)
    }

    @Test(arguments: ["/tmp/gradientd-notify-\(getpid())", "@gradientd-notify-\(getpid())"])
    func `states reach a socket with a path, and one without`(name: String) throws {
        let listener = try Listener(name)
        let manager = try #require(self.manager(["NOTIFY_SOCKET": name]))
        for state in ["READY=1", "STOPPING=1"] {
            manager.tell(state)
            #expect(listener.message() == state)
        }
    }

    @Test func `a socket that nobody has is no harm`() {
        manager(["NOTIFY_SOCKET": "/nonexistent/socket"])?.tell("READY=1")
    }

    @Test(arguments: ["", "relative", "@", "/", "/" + String(repeating: "x", count: 200)])
    func `what is no socket is passed over`(name: String) {
        #expect(manager(["NOTIFY_SOCKET": name]) == nil)
        #expect(manager([:]) == nil)
    }

    @Test(
        arguments: [
            (["WATCHDOG_USEC": "3000000"], .seconds(3)), (["WATCHDOG_USEC": "0"], nil), ([:], nil),
            (["WATCHDOG_USEC": "x"], nil),
            (["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"], .seconds(3)),
            (["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"], nil),
        ] as [([String: String], Duration?)])
    func `the watchdog is for the process that it names`(
        variables: [String: String], time: Duration?
    ) {
        let all = variables.merging(["NOTIFY_SOCKET": "/x"]) { own, _ in own }
        #expect(manager(all)?.watchdogTime == time)
    }

    @Test func `the watchdog is told for as long as the service lives`() throws {
        let name = "@gradientd-watchdog-\(getpid())"
        let listener = try Listener(name)
        let manager = try #require(
            self.manager(["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "2000"]))
        let timer = manager.watch { then in then() }
        for _ in 0..<3 { #expect(listener.message() == "WATCHDOG=1") }
        timer?.cancel()
    }
}
