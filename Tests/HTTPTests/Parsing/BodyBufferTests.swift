import Testing

@testable import HTTP

struct BodyBufferTests {
    @Test
    func `memory follows what has come and not what is announced`() {
        var body = BodyBuffer()
        body.append([1, 2, 3, 4], remaining: 60_000_000)
        #expect(body.bytes.capacity < 10_000)
    }

    @Test(arguments: [0, 1, 1000, 1_000_000])
    func `a body leaves 64 bytes of capacity to spare`(count: Int) {
        var body = BodyBuffer()
        var left = count
        while left > 0 {
            let piece = min(left, 4096)
            left -= piece
            body.append([UInt8](repeating: 1, count: piece), remaining: left)
        }
        #expect(body.bytes.count == count)
        #expect(count == 0 || body.bytes.capacity >= count + 64)
    }
}
