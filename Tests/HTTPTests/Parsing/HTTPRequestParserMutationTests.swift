import Testing

@testable import HTTP

/// Feeds the parser what no list of cases thinks of: good and bad messages, damaged at random.
struct HTTPRequestParserMutationTests {
    /// Small, so that damaged messages meet them too.
    static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.targetBytes = 40
        limits.fieldBytes = 200
        limits.fieldCount = 8
        limits.bodyBytes = 60
        limits.chunkExtensionBytes = 20
        return limits
    }()

    static let originals: [[UInt8]] =
        HTTPRequestParserTests.messages.map { Array($0.text.utf8) }
        + HTTPParseErrorTests.all.map { Array($0.text.utf8) }

    /// What parsers trip over.
    static let fragments: [[UInt8]] =
        [
            "\r", "\n", "\r\n", "\r\n\r\n", ":", " ", "\t", ",", ";", "0", "f", "%", "\"", "\0",
            "0\r\n\r\n", "ffffffffffffffff", "9223372036854775807", "HTTP/1.0", "Host: b\r\n",
            "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "GET / HTTP/1.1\r\n",
        ].map { Array($0.utf8) } + [[0x80], [0xFF], [0x7F]]

    @Test(arguments: UInt64(1)...8)
    func `damaged messages mean the same whatever way they are cut`(seed: UInt64) {
        var random = SplitMix64(state: seed)
        for _ in 0..<500 {
            let message = Self.damaged(&random)
            let whole = parse([message], limits: Self.limits)
            let cut = parse(Self.cut(message, &random), limits: Self.limits)
            let single = parse(message.map { [$0] }, limits: Self.limits)
            // Which of several faults is told may depend on how much of a line has come.
            #expect(cut.requests == whole.requests, "\(message)")
            #expect((cut.error == nil) == (whole.error == nil), "\(message)")
            #expect(single.requests == whole.requests, "\(message)")
            #expect((single.error == nil) == (whole.error == nil), "\(message)")
        }
    }

    @Test(arguments: UInt64(11)...14)
    func `noise is never taken for a request`(seed: UInt64) {
        var random = SplitMix64(state: seed)
        for _ in 0..<500 {
            let count = Int.random(in: 0...300, using: &random)
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(parse(Self.cut(noise, &random), limits: Self.limits).requests.isEmpty)
        }
    }

    /// One to four changes to one original, or to two, one behind the other.
    private static func damaged(_ random: inout SplitMix64) -> [UInt8] {
        var bytes = originals.randomElement(using: &random)!
        if Bool.random(using: &random) { bytes += originals.randomElement(using: &random)! }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let start = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, start + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(contentsOf: fragments.randomElement(using: &random)!, at: start)
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 3: bytes.removeSubrange(end...)
            default:
                guard start < bytes.count else { continue }
                bytes[start] = UInt8.random(in: 0...255, using: &random)
            }
        }
        return bytes
    }

    private static func cut(_ bytes: [UInt8], _ random: inout SplitMix64) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...40, using: &random)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}

/// Steele, Lea and Flood's generator, for numbers that are the same in every run.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
