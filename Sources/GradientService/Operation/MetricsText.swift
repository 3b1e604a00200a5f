/// Writes the text format of Prometheus, version 0.0.4.
struct MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case counter, gauge, histogram
    }

    typealias Labels = [(name: String, value: String)]

    private(set) var bytes: [UInt8] = []

    /// Begins a metric; its samples follow.
    mutating func metric(_ name: String, _ kind: Kind, _ help: String) {
        bytes += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n".utf8
    }

    mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        bytes += name.utf8
        if !labels.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            for (index, label) in labels.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += label.name.utf8
                bytes += "=\"".utf8
                for byte in label.value.utf8 { append(escaping: byte) }
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes += " \(Self.text(value))\n".utf8
    }

    mutating func sample(_ name: String, _ labels: Labels, _ value: Int) {
        sample(name, labels, Double(value))
    }

    /// A metric of one number.
    mutating func one(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        metric(name, kind, help)
        sample(name, [], value)
    }

    mutating func one(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        one(name, kind, help, Double(value))
    }

    /// The samples of a histogram; none where nothing was noted yet.
    mutating func samples(_ name: String, _ labels: Labels, _ histogram: Histogram) {
        let counts = histogram.cumulative
        guard let count = counts.last, count > 0 else { return }
        let bounds = histogram.scale.bounds.map {
            Self.text(Double($0) / histogram.scale.unitsInOne)
        }
        for (bound, count) in zip(bounds + ["+Inf"], counts) {
            sample(name + "_bucket", labels + [("le", bound)], count)
        }
        sample(name + "_sum", labels, histogram.sum)
        sample(name + "_count", labels, count)
    }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
        case UInt8(ascii: "\""): bytes += #"\""#.utf8
        case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
        default: bytes.append(byte)
        }
    }

    private static func text(_ value: Double) -> String {
        guard value == value.rounded(), abs(value) < 1e15 else { return String(value) }
        return String(Int(value))
    }
}
