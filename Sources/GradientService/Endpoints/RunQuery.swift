import HTTP
import RunStore

/// `?limit=20&after=…&state=running`.
struct RunQuery {
    var limit = 20
    var after: RunID?
    var state: RunState?

    init(_ query: String?) throws(RequestError) {
        for (name, value) in try Self.pairs(query) {
            switch name {
            case "limit":
                guard let limit = Int(digits: value), (1...1000).contains(limit) else {
                    throw .badParameter(name, "is a whole number from 1 to 1000")
                }
                self.limit = limit
            case "after":
                guard let id = RunID(value) else {
                    throw .badParameter(name, "is the id of a run")
                }
                after = id
            case "state":
                guard let state = RunState(rawValue: value) else {
                    let all = RunState.allCases.map(\.rawValue).joined(separator: ", ")
                    throw .badParameter(name, "is one of \(all)")
                }
                self.state = state
            default:
                throw .badParameter(name, "is none of limit, after, state")
            }
        }
    }

    func path(after id: RunID) -> String {
        "/runs?limit=\(limit)&after=\(id)" + (state.map { "&state=\($0.rawValue)" } ?? "")
    }

    /// The names and values of a query, each percent-decoded.
    fileprivate static func pairs(
        _ query: String?
    ) throws(RequestError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts[0].percentDecoded,
                let value = parts.count == 2 ? parts[1].percentDecoded : ""
            else { throw .badParameter(String(parts[0]), "has a % without two digits") }
            pairs.append((name, value))
        }
        return pairs
    }
}

/// Where a listener goes on: after the last event that it has seen, by the header that browsers send
/// when they come again, or by `?after=`.
struct EventPlace {
    let id: Int

    init(_ head: HTTPRequestHead) throws(RequestError) {
        let reason = "is the id of an event, a whole number from 0"
        var place = 0
        for (name, value) in try RunQuery.pairs(head.query) {
            guard name == "after" else { throw .badParameter(name, "is not after") }
            guard let id = Int(digits: value) else { throw .badParameter(name, reason) }
            place = id
        }
        if let header = head.fields["Last-Event-ID"] {
            guard let id = Int(digits: header) else { throw .badHeader("Last-Event-ID", reason) }
            place = id
        }
        id = place
    }
}

extension Int {
    /// Of decimal digits and nothing else: no sign, no space.
    fileprivate init?(digits: String) {
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard digits.utf8.allSatisfy(isDigit) else { return nil }
        self.init(digits)
    }
}

extension Substring {
    /// Nil where a `%` is followed by no two hexadecimal digits.
    fileprivate var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let high = digits.first?.hexadecimal,
                let low = digits.last?.hexadecimal
            else { return nil }
            bytes.append(high << 4 | low)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexadecimal: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
