/// What is wrong with the command line or the environment.
struct UsageError: Error {
    /// Nil if getopt has already said it.
    let message: String?

    init(_ message: String?) {
        self.message = message
    }
}

/// An option, declared once: the parser, the environment and `--help` all read the declaration.
struct Option<Settings>: Sendable {
    let name: String
    /// What stands for its value in help, `PORT`; nil for an option without one.
    let placeholder: String?
    let summary: String
    /// Whether the environment may give it too.
    var hasVariable = true
    let set: @Sendable (String, inout Settings) throws(UsageError) -> Void
    let defaultText: @Sendable (Settings) -> String?

    /// The environment variable that gives it too: `GRADIENTD_MAX_BODY` for `--max-body`.
    var variable: String? {
        guard hasVariable else { return nil }
        return "GRADIENTD_" + name.uppercased().split(separator: "-").joined(separator: "_")
    }
}

extension Option {
    typealias Path<Value> = WritableKeyPath<Settings, Value> & Sendable

    static func text(
        _ name: String, _ path: Path<String>, _ placeholder: String, _ summary: String
    ) -> Option {
        Option(name: name, placeholder: placeholder, summary: summary) {
            value, settings throws(UsageError) in
            guard !value.isEmpty else { throw UsageError("is empty") }
            settings[keyPath: path] = value
        } defaultText: {
            $0[keyPath: path].isEmpty ? nil : $0[keyPath: path]
        }
    }

    static func integer(
        _ name: String, _ path: Path<Int>, in range: ClosedRange<Int>, _ placeholder: String,
        _ summary: String
    ) -> Option {
        Option(name: name, placeholder: placeholder, summary: summary) {
            value, settings throws(UsageError) in
            guard let number = Int(value), range.contains(number) else {
                throw UsageError(
                    "'\(value)' is not a whole number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            settings[keyPath: path] = number
        } defaultText: {
            String($0[keyPath: path])
        }
    }

    /// A number that may be large: `1e12`.
    static func number(
        _ name: String, _ path: Path<Double>, _ placeholder: String, _ summary: String
    ) -> Option {
        Option(name: name, placeholder: placeholder, summary: summary) {
            value, settings throws(UsageError) in
            guard let number = Double(value), (1...1e18).contains(number) else {
                throw UsageError("'\(value)' is not a number from 1 to 1e18")
            }
            settings[keyPath: path] = number
        } defaultText: {
            String(Int($0[keyPath: path]))
        }
    }

    /// A number of bytes, with K, M or G for powers of 1024.
    static func bytes(
        _ name: String, _ path: Path<Int>, _ placeholder: String, _ summary: String
    ) -> Option {
        Option(name: name, placeholder: placeholder, summary: summary) {
            value, settings throws(UsageError) in
            let unit = value.last.flatMap { ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30][$0] }
            let digits = unit == nil ? value[...] : value.dropLast()
            guard let count = Int(digits), count > 0,
                case let (bytes, overflow) = count.multipliedReportingOverflow(by: unit ?? 1),
                !overflow, bytes <= 1 << 50
            else { throw UsageError("'\(value)' is not a number of bytes, such as 65536 or 64M") }
            settings[keyPath: path] = bytes
        } defaultText: {
            let bytes = $0[keyPath: path]
            for (unit, size) in [("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)]
            where bytes > 0 && bytes % size == 0 {
                return "\(bytes / size)\(unit)"
            }
            return String(bytes)
        }
    }

    /// Several texts, by several such options or one with commas.
    static func list(
        _ name: String, _ path: Path<[String]>, _ placeholder: String, _ summary: String,
        expected: String, isValid: @escaping @Sendable (String) -> Bool
    ) -> Option {
        Option(name: name, placeholder: placeholder, summary: summary) {
            value, settings throws(UsageError) in
            for part in value.split(separator: ",", omittingEmptySubsequences: false) {
                guard isValid(String(part)) else {
                    throw UsageError("'\(part)' is not \(expected)")
                }
                settings[keyPath: path].append(String(part))
            }
        } defaultText: { _ in
            nil
        }
    }

    static func seconds(
        _ name: String, _ path: Path<Duration>, from least: Int = 1, _ summary: String
    ) -> Option {
        Option(name: name, placeholder: "SECONDS", summary: summary) {
            value, settings throws(UsageError) in
            guard let seconds = Int(value), (least...86400).contains(seconds) else {
                throw UsageError(
                    "'\(value)' is not a whole number of seconds from \(least) to 86400")
            }
            settings[keyPath: path] = .seconds(seconds)
        } defaultText: {
            String($0[keyPath: path].components.seconds)
        }
    }

    /// Seconds with parts of them.
    static func decimalSeconds(
        _ name: String, _ path: Path<Duration>, _ summary: String
    ) -> Option {
        Option(name: name, placeholder: "SECONDS", summary: summary) {
            value, settings throws(UsageError) in
            guard let seconds = Double(value), (0.01...86400).contains(seconds) else {
                throw UsageError("'\(value)' is not a number of seconds from 0.01 to 86400")
            }
            settings[keyPath: path] = .seconds(seconds)
        } defaultText: {
            String($0[keyPath: path].components.seconds)
        }
    }

    /// One of a few words.
    static func word<Word: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ path: Path<Word>, _ placeholder: String, _ summary: String
    ) -> Option {
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        return Option(name: name, placeholder: placeholder, summary: summary) {
            value, settings throws(UsageError) in
            guard let word = Word(rawValue: value) else {
                throw UsageError("'\(value)' is none of \(words)")
            }
            settings[keyPath: path] = word
        } defaultText: {
            $0[keyPath: path].rawValue
        }
    }

    /// The same, which the environment cannot give.
    var onlyHere: Option {
        var option = self
        option.hasVariable = false
        return option
    }

    static func flag(_ name: String, _ path: Path<Bool>, _ summary: String) -> Option {
        Option(name: name, placeholder: nil, summary: summary) {
            value, settings throws(UsageError) in
            switch value.lowercased() {
            case "1", "true", "yes", "on": settings[keyPath: path] = true
            case "0", "false", "no", "off": settings[keyPath: path] = false
            default: throw UsageError("'\(value)' is neither 1 nor 0")
            }
        } defaultText: { _ in
            nil
        }
    }
}
