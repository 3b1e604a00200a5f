import TestSupport
import Testing

@testable import HTTP

struct HTTPStreamedBodyTests {
    static func body(_ stream: TestStream, isChunked: Bool = true) -> HTTPStreamedBody {
        HTTPStreamedBody(stream, status: .ok, isChunked: isChunked)
    }

    @Test
    func `a small piece and its frame are one`() {
        let pieces = Self.body(TestStream()).framed([UInt8](repeating: 120, count: 26))
        #expect(pieces == [Array("1a\r\n\(String(repeating: "x", count: 26))\r\n".utf8)])
    }

    @Test
    func `a large piece is not copied into its chunk`() throws {
        let large = [UInt8](repeating: 120, count: 100_000)
        let pieces = Self.body(TestStream()).framed(large)
        try #require(pieces.count == 3)
        #expect(pieces[0] == Array("186a0\r\n".utf8))
        #expect(pieces[2] == Array("\r\n".utf8))
        let place = large.withUnsafeBytes { $0.baseAddress }
        #expect(pieces[1].withUnsafeBytes { $0.baseAddress } == place)
    }

    @Test
    func `nothing is no chunk, as an empty one would be the last`() {
        #expect(Self.body(TestStream()).framed([]).isEmpty)
    }

    @Test
    func `without chunks, the bytes are sent alone`() {
        let body = Self.body(TestStream(), isChunked: false)
        #expect(body.framed([1, 2]) == [[1, 2]])
        #expect(body.lastChunk.isEmpty)
    }

    @Test
    func `the bytes of the content are counted`() {
        let body = Self.body(TestStream())
        _ = body.framed([1, 2]) + body.framed([3]) + body.lastChunk
        #expect(body.byteCount == 3)
    }

    @Test
    func `a stream is not asked again before it has delivered`() {
        let stream = TestStream()
        let body = Self.body(stream)
        let taken = Counter()
        for _ in 0..<3 { body.ask { _ in taken.increment() } }
        #expect(stream.asked.value == 1)
        stream.deliver("x")
        body.ask { _ in taken.increment() }
        #expect(stream.asked.value == 2)
        #expect(taken.value == 1)
    }

    @Test(arguments: [HTTPBodyPiece.end([1]), .end(), .abort])
    func `a stream that has ended is neither asked nor cancelled`(last: HTTPBodyPiece) {
        let stream = TestStream()
        let body = Self.body(stream)
        let taken = Counter()
        body.ask { _ in taken.increment() }
        stream.deliver(last)
        body.ask { _ in taken.increment() }
        body.cancel()
        #expect(taken.value == 1)
        #expect(stream.asked.value == 1)
        #expect(stream.cancelled.value == 0)
    }

    @Test
    func `what a cancelled stream delivers is dropped`() {
        let stream = TestStream()
        let body = Self.body(stream)
        let taken = Counter()
        body.ask { _ in taken.increment() }
        body.cancel()
        body.cancel()
        stream.deliver("x")
        body.ask { _ in taken.increment() }
        #expect(taken.value == 0)
        #expect(stream.cancelled.value == 1)
        #expect(stream.asked.value == 1)
    }

    @Test
    func `a stream that keeps what it was asked with is let go`() {
        final class Keeping: HTTPBodyStream {
            let kept = Locked<[@Sendable (HTTPBodyPiece) -> Void]>([])

            func next(_ deliver: @escaping @Sendable (HTTPBodyPiece) -> Void) {
                kept.withLock { $0.append(deliver) }
            }
            func cancel() {}
        }
        weak var stream: Keeping?
        do {
            let keeping = Keeping()
            stream = keeping
            let body = HTTPStreamedBody(keeping, status: .ok, isChunked: true)
            body.ask { _ in }
            body.cancel()
        }
        #expect(stream == nil)
    }

    @Test
    func `a piece that is delivered twice is our own mistake`() async {
        await #expect(processExitsWith: .failure) {
            let body = HTTPStreamedBodyTests.body(
                TestStream { _, deliver in
                    deliver(.end())
                    deliver(.end())
                })
            body.ask { _ in }
        }
    }
}
