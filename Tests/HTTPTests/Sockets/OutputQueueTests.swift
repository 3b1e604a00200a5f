import Testing

@testable import HTTP

struct OutputQueueTests {
    @Test
    func `pieces go out in order, in parts of any size`() {
        var queue = OutputQueue()
        queue.append([1, 2, 3])
        queue.append([])
        queue.append([4])
        #expect(queue.first == [1, 2, 3] && queue.hasMoreThanFirst)
        queue.remove(1)
        #expect(queue.first == [2, 3] && queue.hasMoreThanFirst)
        queue.remove(2)
        #expect(queue.first == [4] && !queue.hasMoreThanFirst)
        queue.remove(1)
        #expect(queue.isEmpty && queue.first == nil)
    }

    @Test
    func `nothing to write is no piece`() {
        var queue = OutputQueue()
        queue.append([])
        #expect(queue.isEmpty)
    }
}
