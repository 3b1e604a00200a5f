import Glibc
import JSON
import TestSupport
import Testing

@testable import GradientService

struct LogEntryTests {
    /// 2026-02-03 04:05:06.007 UTC.
    private let time = timespec(tv_sec: 1_770_091_506, tv_nsec: 7_900_000)

    private func line(_ entry: LogEntry, _ format: LogFormat) -> String {
        String(decoding: entry.line("request", .info, at: time, as: format), as: UTF8.self)
    }

    @Test func `a text line reads from left to right`() {
        #expect(
            line(
                [
                    "path": "/runs", "status": 200, "ms": .time(.microseconds(1234)),
                    "gone": .flag(true),
                ],
                .text)
                == "2026-02-03T04:05:06.007Z info request path=/runs status=200 ms=1.234 gone=true\n"
        )
    }

    @Test(arguments: [
        (Duration.zero, "0.000"), (.microseconds(999), "0.999"), (.nanoseconds(999), "0.000"),
        (.seconds(86_400), "86400000.000"), (.seconds(-1), "0.000"),
        (.seconds(Int64.max), "4000000000000000.000"), (.seconds(Int64.min), "0.000"),
    ])
    func `a time is told in milliseconds, whatever it is`(time: Duration, told: String) {
        #expect(line(["ms": .time(time)], .text).hasSuffix(" ms=\(told)\n"))
    }

    @Test func `a JSON line is an object`() throws {
        let text = line(["path": "/a\"b\\", "ms": .time(.milliseconds(20)), "n": -1], .json)
        #expect(text.hasSuffix("}\n"))
        let root = try JSONDocument(parsing: Array(text.utf8)).root
        #expect(try root["/time"]?.string() == "2026-02-03T04:05:06.007Z")
        #expect(try root["/level"]?.string() == "info")
        #expect(try root["/event"]?.string() == "request")
        #expect(try root["/path"]?.string() == "/a\"b\\")
        #expect(try root["/ms"]?.number() == 20)
        #expect(try root["/n"]?.number() == -1)
    }

    @Test(arguments: [
        "a\nb", "a\r\n2026 error request", "\u{1B}[31mred", "tab\there", "\u{0}", "\u{7F}",
        "\u{85}", "\u{9B}31m", "\u{2028}", "\u{202E}rtl", "é", "😀", "\u{FEFF}", "a\" level=\"error",
        "x=y", "", "\\u000a",
    ])
    func `whatever a caller sends, it is one line of printable ASCII`(text: String) throws {
        for format in LogFormat.allCases {
            let line = line(["path": .string(text)], format)
            #expect(line.utf8.dropLast().allSatisfy { (0x20...0x7E).contains($0) })
            #expect(line.utf8.last == 0x0A)
        }
        // Nothing of it is lost either.
        let root = try JSONDocument(parsing: Array(line(["path": .string(text)], .json).utf8)).root
        #expect(try root["/path"]?.string() == text)
        // And in text it is in quotes where it could be taken for more than one value.
        #expect(line(["path": .string(text)], .text).contains("request path=\""))
    }

    @Test func `a long text is cut`() {
        let text = String(repeating: "\n", count: 100_000)
        #expect(line(["path": .string(text)], .json).utf8.count < 4000)
    }
}

struct LogTests {
    private func written(
        _ level: LogLevel, _ body: (Log) -> Void
    ) -> [String] {
        let lines = Locked<[String]>([])
        let log = Log(level: level) { line in
            lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        body(log)
        return lines.withLock { $0 }.map { String($0.split(separator: " ")[2].trimmed) }
    }

    @Test(arguments: [(LogLevel.error, 1), (.warn, 2), (.info, 3), (.debug, 4)])
    func `a level tells what is as grave or graver`(level: LogLevel, count: Int) {
        let written = written(level) { log in
            for each in LogLevel.allCases { log.tell(each, each.rawValue, [:]) }
        }
        #expect(written == LogLevel.allCases.prefix(count).map(\.rawValue))
    }

    @Test func `the level changes at run time, within its bounds`() {
        let written = written(.info) { log in
            log.change(by: 1)
            log.tell(.debug, "seen", [:])
            log.change(by: 5)
            #expect(log.level == .debug)
            log.change(by: -2)
            log.tell(.info, "unseen", [:])
            #expect(log.level == .warn)
            log.change(by: -9)
            #expect(log.level == .error)
        }
        #expect(written == ["log_level", "seen", "log_level", "log_level"])
    }
}

extension Substring {
    fileprivate var trimmed: Substring { self.last == "\n" ? dropLast() : self }
}
