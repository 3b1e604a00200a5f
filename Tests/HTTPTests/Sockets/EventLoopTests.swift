import Glibc
import Synchronization
import TestSupport
import Testing

@testable import HTTP

struct EventLoopTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    /// Runs the loop while `body` runs, and waits for its end.
    private func running(_ body: () throws -> Void) throws {
        let ended = Counter()
        try loop.start { ended.increment() }
        defer {
            loop.stop()
            #expect(ended.reaches(1))
        }
        try body()
    }

    /// Does `action` on the loop's thread and waits for it.
    private func sync(_ action: @escaping @Sendable () -> Void) {
        let done = Counter()
        loop.async {
            action()
            done.increment()
        }
        #expect(done.reaches(1))
    }

    @Test
    func `work from many threads is done once, in the order of each`() throws {
        let seen = Locked<[[Int]]>(Array(repeating: [], count: 4))
        try running {
            let threads = (0..<4).map { thread in
                Thread {
                    for number in 0..<1000 {
                        loop.async { seen.withLock { $0[thread].append(number) } }
                    }
                }
            }
            for thread in threads { try thread.join() }
            sync {}
        }
        #expect(seen.withLock(\.self) == Array(repeating: Array(0..<1000), count: 4))
    }

    @Test
    func `work that the loop asks of itself has its turn`() throws {
        let count = Counter()
        let loop = loop
        @Sendable func again() {
            count.increment()
            if count.value < 100 { loop.async(again) }
        }
        try running {
            loop.async(again)
            #expect(count.reaches(100))
        }
    }

    @Test
    func `what waits for a time is done after it, the soonest first`() throws {
        let order = Locked<[Int]>([])
        let start = ContinuousClock.now
        let loop = loop
        try running {
            sync {
                for delay in [30, 10, 20] {
                    loop.after(.milliseconds(delay)) {
                        #expect(.now - start >= .milliseconds(delay))
                        order.withLock { $0.append(delay) }
                    }
                }
            }
            while order.withLock(\.count) < 3 { Gate.pause() }
        }
        #expect(order.withLock(\.self) == [10, 20, 30])
    }

    /// Nothing else wakes the loop.
    @Test
    func `a time that has come while other work was done is not slept over`() throws {
        let done = Counter()
        let loop = loop
        try running {
            loop.async {
                loop.after(.milliseconds(1)) { done.increment() }
                usleep(20_000)
            }
            #expect(done.reaches(1))
        }
    }

    @Test
    func `a descriptor tells of what is asked for only`() throws {
        let pair = Pair()
        let (readable, writable) = (Counter(), Counter())
        let loop = loop
        try running {
            let registration = try registered(pair.near) { events in
                if events.contains(.readable) { readable.increment() }
                if events.contains(.writable) { writable.increment() }
            }
            pair.send("x")
            sync {}
            #expect(readable.value == 0)
            sync { loop.change(registration, to: .readable) }
            #expect(readable.reaches(3))  // It is told for as long as it is so.
            #expect(writable.value == 0)
            sync { loop.change(registration, to: .writable) }
            #expect(writable.reaches(1))
            sync { loop.change(registration, to: []) }
            let count = readable.value + writable.value
            for _ in 0..<5 { sync {} }
            #expect(readable.value + writable.value == count)
        }
    }

    @Test
    func `a broken connection is told of unasked`() throws {
        let pair = Pair()
        let broken = Counter()
        try running {
            _ = try registered(pair.near) { if $0.isBroken { broken.increment() } }
            sync {}
            #expect(broken.value == 0)
            pair.closeFar()
            #expect(broken.reaches(1))
        }
        withExtendedLifetime(pair) {}
    }

    @Test
    func `nothing is told of a descriptor that is removed`() throws {
        let pair = Pair()
        let told = Counter()
        let loop = loop
        try running {
            let registration = try registered(pair.near) { _ in told.increment() }
            sync {
                loop.remove(registration)
                pair.send("x")
            }
            pair.closeFar()
            for _ in 0..<5 { sync {} }
        }
        #expect(told.value == 0)
    }

    /// Two descriptors are ready at once, and whichever is first removes the other.
    @Test
    func `an event that was on its way for a removed descriptor is dropped`() throws {
        let pairs = [Pair(), Pair()]
        let registrations = Locked<[EventLoop.Registration]>([])
        let told = Counter()
        let loop = loop
        try running {
            for pair in pairs {
                let registration = try registered(pair.near) { _ in
                    told.increment()
                    for registration in registrations.withLock(\.self) { loop.remove(registration) }
                }
                registrations.withLock { $0.append(registration) }
                pair.send("x")
            }
            sync {
                for registration in registrations.withLock(\.self) {
                    loop.change(registration, to: .readable)
                }
            }
            #expect(told.reaches(1))
            for _ in 0..<5 { sync {} }
        }
        #expect(told.value == 1)
    }

    @Test
    func `a descriptor that is no descriptor is refused`() {
        #expect(throws: SocketError.noEventLoop(call: "epoll_ctl", code: EBADF)) {
            try loop.add(-1) { _ in }
        }
    }

    @Test
    func `what was asked for before the end is done, what comes after is let go`() throws {
        let done = Counter()
        try running {
            for _ in 0..<10 { loop.async { done.increment() } }
        }
        #expect(done.value == 10)
        final class Witness: Sendable {}
        var witness: Witness? = Witness()
        weak let kept = witness
        loop.async { [witness] in
            _ = witness
            done.increment()
        }
        witness = nil
        #expect(kept == nil)
        #expect(done.value == 10)
    }

    @Test
    func `descriptors of its own are closed with it`() throws {
        let before = try openDescriptors()
        for _ in 0..<20 { _ = try EventLoop() }
        #expect(try openDescriptors() < before + 20)  // Other tests open some meanwhile.
    }

    /// Registers on the loop's thread, for nothing yet.
    private func registered(
        _ descriptor: Int32, _ handler: @escaping @Sendable (EventLoop.Events) -> Void
    ) throws -> EventLoop.Registration {
        let loop = loop
        let result = Locked<EventLoop.Registration?>(nil)
        sync {
            do throws(SocketError) {
                let registration = try loop.add(descriptor, handler: handler)
                result.withLock { $0 = registration }
            } catch {
                Issue.record(error)
            }
        }
        let registration = result.withLock { $0 }
        return try #require(registration)
    }

    private func openDescriptors() throws -> Int {
        let folder = try #require(opendir("/proc/self/fd"))
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }

    /// Two connected sockets.
    private final class Pair: Sendable {
        let near: Int32
        private let far: Int32
        private let isFarOpen = Atomic(true)

        init() {
            var ends: [Int32] = [0, 0]
            let result = socketpair(
                AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends)
            precondition(result == 0)
            (near, far) = (ends[0], ends[1])
        }

        deinit {
            close(near)
            closeFar()
        }

        func send(_ text: String) { _ = write(far, text, text.utf8.count) }

        func closeFar() {
            if isFarOpen.exchange(false, ordering: .relaxed) { close(far) }
        }
    }
}
