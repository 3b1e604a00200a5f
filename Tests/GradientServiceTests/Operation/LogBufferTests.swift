import Dispatch
import TestSupport
import Testing

@testable import GradientService

struct LogBufferTests {
    private func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `all lines are written, in their order`() {
        let written = Locked<[UInt8]>([])
        let buffer = LogBuffer { bytes in
            written.withLock { $0 += bytes }
            return true
        }
        for number in 0..<1000 { buffer.append(Array("\(number)\n".utf8)) }
        buffer.flush(within: .seconds(60))
        #expect(lines(written.withLock { $0 }) == (0..<1000).map(String.init))
        #expect(buffer.dropped == 0)
    }

    @Test func `a reader that is slow blocks nobody, and what it misses is counted`() {
        let isTaken = DispatchSemaphore(value: 0)
        let begun = DispatchSemaphore(value: 0)
        let written = Locked<[UInt8]>([])
        let buffer = LogBuffer(limit: 100) { bytes in
            begun.signal()
            isTaken.wait()
            written.withLock { $0 += bytes }
            return true
        }
        buffer.append(Array("first\n".utf8))
        begun.wait()
        // The reader has stopped; ten lines of ten bytes fit.
        for number in 0..<25 { buffer.append(Array("line    \(number % 10)\n".utf8)) }
        #expect(buffer.dropped == 15)
        for _ in 0..<3 { isTaken.signal() }
        buffer.flush(within: .seconds(60))
        let lines = lines(written.withLock { $0 })
        #expect(lines.count == 12)
        #expect(lines.last?.hasSuffix(" warn log_lines_dropped lines=15") == true)
    }

    @Test func `a reader that is gone costs its lines alone`() {
        let buffer = LogBuffer { _ in false }
        for _ in 0..<3 { buffer.append(Array("lost\n".utf8)) }
        buffer.flush(within: .seconds(60))
        #expect(buffer.dropped == 3)
    }

    @Test func `the end waits for a reader that has stopped, but not for ever`() {
        let isTaken = DispatchSemaphore(value: 0)
        let buffer = LogBuffer { _ in
            isTaken.wait()
            return true
        }
        buffer.append(Array("line\n".utf8))
        buffer.flush(within: .milliseconds(1))
        isTaken.signal()
    }
}
