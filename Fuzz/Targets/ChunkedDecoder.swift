@testable import HTTP

extension FuzzTarget {
    /// The decoder of chunked bodies, held against one that is written from the grammar of RFC 9112
    /// §7.1 and reads the whole at once.
    static let chunkedDecoder = FuzzTarget(name: "chunked-decoder", longest: 400) { bytes in
        let expected = PlainChunks(bytes, limits: smallLimits)
        var random = SplitMix64(for: bytes)
        let (whole, cut) = deliveries(of: bytes, &random)
        for pieces in [whole, cut] {
            var decoder = HTTPChunkedDecoder(limits: smallLimits)
            var input = InputBuffer()
            var body = BodyBuffer()
            var isWhole = false
            do throws(HTTPParseError) {
                for piece in pieces {
                    piece.withUnsafeBytes { input.append($0) }
                    if !isWhole { isWhole = try decoder.decode(&input, into: &body) }
                }
            } catch {
                // What cannot become good may be refused before its line ends.
                require(expected.ending != .whole, "refused: \(error)")
                continue
            }
            require(expected.ending == (isWhole ? .whole : .open), "\(isWhole), \(expected)")
            guard isWhole else { continue }
            require(body.bytes == expected.body, "\(body.bytes) ≠ \(expected.body)")
            require(input.count == expected.rest.count, "\(input.count) bytes are left")
        }
    }
}

/// A chunked body by its grammar; a line is judged when its end is there.
private struct PlainChunks {
    enum Ending {
        case whole, open, refused
    }

    private(set) var body: [UInt8] = []
    private(set) var rest: ArraySlice<UInt8>
    private(set) var ending = Ending.open

    init(_ bytes: [UInt8], limits: HTTPLimits) {
        rest = bytes[...]
        ending = read(limits)
    }

    private mutating func read(_ limits: HTTPLimits) -> Ending {
        var extensionBytes = 0
        while true {
            guard let line = line() else { return ending }
            let digits = line.prefix { "0123456789abcdefABCDEF".utf8.contains($0) }
            let extensions = line.dropFirst(digits.count)
            extensionBytes += extensions.count
            guard extensionBytes <= limits.chunkExtensionBytes, (1...16).contains(digits.count),
                let size = Int(String(decoding: digits, as: UTF8.self), radix: 16),
                size <= limits.bodyBytes - body.count, Self.isContent(extensions),
                extensions.isEmpty
                    || extensions.first(where: { !" \t".utf8.contains($0) }) == UInt8(ascii: ";")
            else { return .refused }
            if size == 0 { return readTrailer(limits) }
            body += rest.prefix(size)
            guard rest.count >= size else { return .open }
            rest = rest.dropFirst(size)
            guard let end = self.line() else { return ending }
            guard end.isEmpty else { return .refused }
        }
    }

    private mutating func readTrailer(_ limits: HTTPLimits) -> Ending {
        var (lines, bytes) = (0, 0)
        while let line = line() {
            if line.isEmpty { return .whole }
            lines += 1
            bytes += line.count + 2
            let name = line.prefix { $0 != UInt8(ascii: ":") }
            guard lines <= limits.fieldCount, bytes <= limits.fieldBytes,
                !name.isEmpty, name.count < line.count, name.allSatisfy(Self.isTokenCharacter),
                Self.isContent(line.dropFirst(name.count))
            else { return .refused }
        }
        return ending
    }

    /// The next line without its CR LF; nil where it has not ended, or ends wrongly.
    private mutating func line() -> ArraySlice<UInt8>? {
        guard let feed = rest.firstIndex(of: 0x0A) else { return nil }
        let line = rest[..<feed]
        guard line.firstIndex(of: 0x0D) == feed - 1 else {
            ending = .refused
            return nil
        }
        rest = rest[(feed + 1)...]
        return line.dropLast()
    }

    private static func isContent(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        Character(Unicode.Scalar(byte)).isASCII
            && (Character(Unicode.Scalar(byte)).isLetter || "0123456789".utf8.contains(byte)
                || "!#$%&'*+-.^_`|~".utf8.contains(byte))
    }
}
