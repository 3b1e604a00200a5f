import Testing

@testable import HTTP

struct GzipTests {
    @Test(arguments: [[], [7], Array("hello".utf8), [UInt8](repeating: 0, count: 300_000)])
    func `what is packed is read as it was`(bytes: [UInt8]) throws {
        let packed = try #require(Gzip.packed(bytes))
        #expect(try HTTPContentCoding.gzip.decoded(packed, limit: 300_000) == bytes)
    }

    @Test func `what cannot be made shorter is read as it was`() throws {
        var state: UInt32 = 1
        let bytes = (0..<100_000).map { _ -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        let packed = try #require(Gzip.packed(bytes))
        #expect(try HTTPContentCoding.gzip.decoded(packed, limit: 100_000) == bytes)
    }

    @Test func `the same bytes are packed to the same`() {
        let bytes = Array("hello, hello, hello".utf8)
        #expect(Gzip.packed(bytes) == Gzip.packed(bytes))
    }

    @Test func `text becomes shorter`() throws {
        let text = Array(String(repeating: "the quick brown fox. ", count: 100).utf8)
        #expect(try #require(Gzip.packed(text)).count < text.count / 10)
    }
}
