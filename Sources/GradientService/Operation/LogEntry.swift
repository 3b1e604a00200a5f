import Glibc

/// How much is told.
public enum LogLevel: String, Sendable, CaseIterable {
    case error, warn, info, debug

    /// The more, the higher.
    var height: Int {
        switch self {
        case .error: 0
        case .warn: 1
        case .info: 2
        case .debug: 3
        }
    }
}

/// How a line of the log is written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// `time level event name=value …`
    case text
    /// An object a line.
    case json
}

/// One line of the log: an event, and what there is to say of it.
public struct LogEntry: Sendable, ExpressibleByDictionaryLiteral {
    public enum Value: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case string(String)
        case number(Int)
        /// In milliseconds, to the microsecond; less than none is none.
        case time(Duration)
        case flag(Bool)

        public init(stringLiteral value: String) { self = .string(value) }
        public init(integerLiteral value: Int) { self = .number(value) }
    }

    private(set) var fields: [(name: String, value: Value)]

    public init(dictionaryLiteral elements: (String, Value)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    mutating func append(_ name: String, _ value: Value) { fields.append((name, value)) }

    /// The line, with its end. Whatever the values hold, it is one line of printable ASCII.
    func line(
        _ event: String, _ level: LogLevel, at time: timespec, as format: LogFormat
    ) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(384)
        let clock = LogTime(time).text
        switch format {
        case .text:
            line += "\(clock) \(level.rawValue) \(event)".utf8
            for (name, value) in fields {
                line += " \(name)=".utf8
                value.append(to: &line, quoted: false)
            }
        case .json:
            line += #"{"time":"\#(clock)","level":"\#(level.rawValue)","event":"\#(event)""#.utf8
            for (name, value) in fields {
                line += ",\"\(name)\":".utf8
                value.append(to: &line, quoted: true)
            }
            line.append(UInt8(ascii: "}"))
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }
}

extension LogEntry.Value {
    /// A longer text is cut: a caller's words do not fill the log.
    private static let longest = 512

    fileprivate func append(to line: inout [UInt8], quoted: Bool) {
        switch self {
        case .string(let text): Self.append(text, to: &line, quoted: quoted)
        case .number(let number): line += String(number).utf8
        case .flag(let flag): line += (flag ? "true" : "false").utf8
        case .time(let time):
            // More than a hundred thousand years is that.
            let (seconds, attoseconds) = min(max(time, .zero), .seconds(4e12)).components
            let micros = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
            let rest = String(micros % 1000)
            line += "\(micros / 1000).".utf8
            line += repeatElement(UInt8(ascii: "0"), count: 3 - rest.utf8.count)
            line += rest.utf8
        }
    }

    private static func append(_ text: String, to line: inout [UInt8], quoted: Bool) {
        if !quoted, !text.isEmpty, text.utf8.count <= longest, text.utf8.allSatisfy(isPlain) {
            line += text.utf8
            return
        }
        line.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars.prefix(longest) {
            switch scalar {
            case "\"": line += #"\""#.utf8
            case "\\": line += #"\\"#.utf8
            case " "..."~": line.append(UInt8(ascii: scalar))
            default:
                // Control characters could end the line, or move a terminal's cursor; others may be
                // written from right to left.
                for unit in UTF16.encode(scalar)! {
                    let digits = String(unit, radix: 16)
                    line += "\\u".utf8
                    line += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
                    line += digits.utf8
                }
            }
        }
        line.append(UInt8(ascii: "\""))
    }

    /// What needs no quotes beside `name=`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            && byte != UInt8(ascii: "=")
    }
}

/// A time of day in UTC, to the millisecond (RFC 3339).
private struct LogTime {
    let text: String

    init(_ time: timespec) {
        var seconds = time.tv_sec
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func digits(_ number: Int32, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(count - text.utf8.count, 0)) + text
        }
        text =
            "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))"
            + "-\(digits(parts.tm_mday, 2))T\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2))"
            + ":\(digits(parts.tm_sec, 2)).\(digits(Int32(time.tv_nsec / 1_000_000), 3))Z"
    }
}
