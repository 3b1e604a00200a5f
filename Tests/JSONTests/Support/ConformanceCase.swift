import FoundationEssentials
import Testing

/// A line of RFC8259.txt, which the Python tests send to the service too.
struct ConformanceCase: CustomTestStringConvertible, Sendable {
    enum Verdict: Character {
        case json = "y"
        case notJSON = "n"
        /// JSON in which an object has a name twice.
        case repeatedName = "d"
    }

    let verdict: Verdict
    /// What the text shows.
    let title: String
    let text: [UInt8]

    var testDescription: String { title }

    static func cases(_ verdict: Verdict) -> [ConformanceCase] {
        all.filter { $0.verdict == verdict }
    }

    static let all: [ConformanceCase] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "RFC8259.txt")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            preconditionFailure("RFC8259.txt is not where it was")
        }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(ConformanceCase.init)
    }()

    private init(_ line: Substring) {
        let parts = line.split(separator: "│", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let verdict = line.first.flatMap(Verdict.init) else {
            preconditionFailure("no case: \(line)")
        }
        self.verdict = verdict
        title = String(parts[0].dropFirst(2))
        text = Self.bytes(parts[1])
    }

    /// The text with what stands between « and » as bytes.
    private static func bytes(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, part) in text.split(
            omittingEmptySubsequences: false, whereSeparator: { "«»".contains($0) }
        ).enumerated() {
            guard index % 2 == 1 else {
                bytes += part.utf8
                continue
            }
            for run in part.split(separator: " ") {
                let parts = run.split(separator: "*")
                let digits = Array(parts[0].utf8)
                let octets = stride(from: 0, to: digits.count, by: 2).map { place in
                    UInt8(String(decoding: digits[place..<(place + 2)], as: UTF8.self), radix: 16)!
                }
                for _ in 0..<(parts.count > 1 ? Int(parts[1])! : 1) { bytes += octets }
            }
        }
        return bytes
    }
}
