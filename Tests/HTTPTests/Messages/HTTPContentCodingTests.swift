import Testing

@testable import HTTP

struct HTTPContentCodingTests {
    /// `printf 'hello' | gzip -n` (RFC 1952).
    static let hello: [UInt8] = [
        0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0, 0x86, 0xA6,
        0x10, 0x36, 0x05, 0, 0, 0,
    ]

    static func decode(_ bytes: [UInt8], limit: Int = 100) throws(HTTPError) -> String {
        String(decoding: try HTTPContentCoding.gzip.decoded(bytes, limit: limit), as: UTF8.self)
    }

    @Test func `what was coded is what it was`() throws {
        #expect(try Self.decode(Self.hello) == "hello")
    }

    @Test func `several members are one content`() throws {
        #expect(try Self.decode(Self.hello + Self.hello) == "hellohello")
    }

    @Test func `content that is not coded is left alone`() throws {
        #expect(try HTTPContentCoding.identity.decoded([1, 2], limit: 1) == [1, 2])
    }

    @Test func `content that is cut short anywhere is refused`() {
        for count in 0..<Self.hello.count {
            #expect(throws: HTTPError.message(.invalidContentCoding)) {
                try Self.decode(Array(Self.hello.prefix(count)))
            }
        }
    }

    @Test func `content with something else behind it is refused`() {
        #expect(throws: HTTPError.message(.invalidContentCoding)) {
            try Self.decode(Self.hello + [0])
        }
    }

    /// A changed byte of the flags, the data, the check or the length; others say when and where it
    /// was made.
    @Test(arguments: [0, 1, 2, 11, 18, 20, 21])
    func `content that is damaged is refused`(place: Int) {
        var bytes = Self.hello
        bytes[place] ^= 0xFF
        #expect(throws: HTTPError.message(.invalidContentCoding)) { try Self.decode(bytes) }
    }

    @Test(arguments: [5, 4])
    func `the limit is that of the content as it was`(limit: Int) throws {
        guard limit < 5 else {
            return #expect(try Self.decode(Self.hello, limit: limit) == "hello")
        }
        #expect(throws: HTTPError.message(.bodyTooLarge(size: nil, limit: limit))) {
            try Self.decode(Self.hello, limit: limit)
        }
    }

    /// 100 MB of zeros are 100 kB: read as far as the limit, and no farther.
    @Test func `a bomb is refused at the limit`() {
        #expect(throws: HTTPError.message(.bodyTooLarge(size: nil, limit: 1000))) {
            try Self.decode(Self.zeros, limit: 1000)
        }
    }

    @Test func `what has no room is refused, and what was taken is counted`() throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 100_000
        limits.bodiesBytes = 0
        let counters = HTTPCounters()
        let budget = BodyBudget(limits: limits, counters: counters)
        let other = budget.share()
        try other.take(100_000)
        let share = budget.share()
        #expect(throws: HTTPError.noRoomForBody(retryAfter: 1)) {
            try HTTPContentCoding.gzip.decoded(Self.zeros, limit: 1_000_000, share: share)
        }
        other.giveBack()
        share.giveBack()
        _ = try HTTPContentCoding.gzip.decoded(Self.hello, limit: 100, share: share)
        #expect(counters.bodyBytesHeld == 5)
    }

    /// Ten blocks of stored zeros, 65 535 each: the stream has no end, which nobody gets to see.
    private static let zeros: [UInt8] =
        Array(hello[..<10])
        + (0..<10).flatMap { _ in
            [0x00, 0xFF, 0xFF, 0x00, 0x00] + [UInt8](repeating: 0, count: 0xFFFF)
        }

    @Test func `a coding is taken by its name, in whatever case`() throws {
        #expect(try HTTPContentCoding(["Content-Encoding": "GZip"]) == .gzip)
        #expect(try HTTPContentCoding(["Content-Encoding": "x-gzip"]) == .gzip)
        #expect(try HTTPContentCoding(["Content-Encoding": "identity"]) == .identity)
        #expect(try HTTPContentCoding([:]) == .identity)
    }

    @Test func `another coding, or a second one, is not known`() {
        for codings in [["br"], ["gzip", "gzip"], ["identity", "deflate"], ["gzip, br"], [""]] {
            var fields = HTTPFields()
            for coding in codings { fields.append("Content-Encoding", coding) }
            #expect(throws: HTTPParseError.self) { try HTTPContentCoding(fields) }
        }
    }
}
