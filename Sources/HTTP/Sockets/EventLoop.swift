import CEpoll
import Dispatch
import Glibc
import Synchronization

/// What happens to descriptors, deadlines and work from other threads, one after another on one
/// thread: what lives on a loop needs no locks.
///
/// Dispatch's sources would do the same. Under connections that are reset in masses, libdispatch
/// crashes in its account of the descriptors; here that account is ours.
// `mail` is touched on `turns` only, what else is not constant on the loop's thread or before it
// starts, whence `@unchecked Sendable`. A queue and not a `Mutex`, whose locking on Linux the thread
// sanitizer cannot see.
final class EventLoop: @unchecked Sendable {
    struct Events: OptionSet {
        let rawValue: UInt32

        static let readable = Events(rawValue: EPOLLIN.rawValue)
        static let writable = Events(rawValue: EPOLLOUT.rawValue)
        static let error = Events(rawValue: EPOLLERR.rawValue)
        static let hangUp = Events(rawValue: EPOLLHUP.rawValue)

        /// An error, or the end of both directions; told whether asked for or not.
        var isBroken: Bool { !isDisjoint(with: [.error, .hangUp]) }
    }

    /// One descriptor that the loop waits for.
    struct Registration {
        fileprivate let descriptor: Int32
        /// Never used twice: an event that was on its way for a descriptor that is closed by now
        /// does not reach the next one of the same number.
        fileprivate let token: UInt64
    }

    private typealias Action = @Sendable () -> Void

    /// What other threads want done.
    private struct Mail {
        var actions: [Action] = []
        var isStopped = false
    }

    private let epoll: Int32
    private let bell: Int32
    private let turns = DispatchQueue(label: "http.mail")
    private var mail = Mail()
    /// The loop's thread; none is 0.
    private let thread = Atomic<pthread_t>(0)

    private var handlers: [UInt64: (Events) -> Void] = [:]
    private var lastToken = bellToken
    /// The soonest is last.
    private var timers: [(time: ContinuousClock.Instant, action: Action)] = []

    private static let bellToken: UInt64 = 0
    /// Events that are taken from the system at once.
    private static let batch = 256

    /// A loop that does not run yet.
    init() throws(SocketError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .noEventLoop(call: "epoll_create1", code: errno) }
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard bell >= 0 else {
            let code = errno
            close(epoll)
            throw .noEventLoop(call: "eventfd", code: code)
        }
        guard control(EPOLL_CTL_ADD, bell, token: Self.bellToken, .readable) else {
            let code = errno
            close(epoll)
            close(bell)
            throw .noEventLoop(call: "epoll_ctl", code: code)
        }
    }

    deinit {
        close(epoll)
        close(bell)
    }

    // MARK: From any thread

    /// Runs until it is stopped, on a thread of its own; `onEnd` is called there as the last thing.
    func start(onEnd: @escaping @Sendable () -> Void = {}) throws(SocketError) {
        let body = Unmanaged.passRetained(
            ThreadBody {
                self.run()
                onEnd()
            })
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { body in
                Unmanaged<ThreadBody>.fromOpaque(body!).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw .noEventLoop(call: "pthread_create", code: code)
        }
        pthread_detach(thread)
    }

    /// Does `action` on the loop's thread, after all that was asked for before; nothing once the
    /// loop has ended.
    func async(_ action: @escaping @Sendable () -> Void) {
        let isFirst = turns.sync {
            guard !mail.isStopped else { return false }
            mail.actions.append(action)
            return mail.actions.count == 1
        }
        // Who finds others' mail there knows that the loop has been told; the loop itself looks
        // before it waits.
        if isFirst, !isCurrent { eventfd_write(bell, 1) }
    }

    /// Ends the loop when what was asked for before is done.
    func stop() {
        turns.sync { mail.isStopped = true }
        eventfd_write(bell, 1)
    }

    private var isCurrent: Bool { thread.load(ordering: .relaxed) == pthread_self() }

    // MARK: On the loop's thread, or before it starts

    /// Calls `handler` with what has happened to the descriptor, of what is asked for.
    ///
    /// Throws where the system has no room for one more.
    func add(
        _ descriptor: Int32, for events: Events = [], handler: @escaping (Events) -> Void
    ) throws(SocketError) -> Registration {
        lastToken += 1
        guard control(EPOLL_CTL_ADD, descriptor, token: lastToken, events) else {
            throw .noEventLoop(call: "epoll_ctl", code: errno)
        }
        handlers[lastToken] = handler
        return Registration(descriptor: descriptor, token: lastToken)
    }

    /// Asks for other events.
    func change(_ registration: Registration, to events: Events) {
        let isChanged = control(
            EPOLL_CTL_MOD, registration.descriptor, token: registration.token, events)
        precondition(isChanged, "the descriptor is open and on this loop")
    }

    /// Forgets a descriptor, which is to be closed after this.
    func remove(_ registration: Registration) {
        handlers[registration.token] = nil
        handlers.giveBackRoom()
        _ = control(EPOLL_CTL_DEL, registration.descriptor, token: registration.token, [])
    }

    /// Does `action` when so much time has passed.
    func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
        let time = ContinuousClock.now + delay
        let place = timers.firstIndex { $0.time <= time } ?? timers.endIndex
        timers.insert((time, action), at: place)
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, token: UInt64, _ events: Events
    ) -> Bool {
        var event = epoll_event(events: events.rawValue, data: epoll_data_t(u64: token))
        return epoll_ctl(epoll, operation, descriptor, &event) == 0
    }

    private func run() {
        thread.store(pthread_self(), ordering: .relaxed)
        var events = [epoll_event](repeating: epoll_event(), count: Self.batch)
        var isStopped = false
        while !isStopped {
            let count = epoll_wait(epoll, &events, Int32(events.count), patience)
            for event in events[..<max(0, Int(count))] { deliver(event) }
            runTimers()
            let mail = takeMail()
            for action in mail.actions { action() }
            isStopped = mail.isStopped
        }
        handlers = [:]
        timers = []
        thread.store(0, ordering: .relaxed)
    }

    private func deliver(_ event: epoll_event) {
        guard event.data.u64 != Self.bellToken else {
            var count: eventfd_t = 0
            eventfd_read(bell, &count)
            return
        }
        handlers[event.data.u64]?(Events(rawValue: event.events))
    }

    /// How long to wait at most, in milliseconds; for ever is −1.
    private var patience: Int32 {
        guard turns.sync(execute: { mail.actions.isEmpty }) else { return 0 }
        guard let next = timers.last?.time else { return -1 }
        // Rounded up, so that the time has come when the wait ends; it may have come already.
        return max(0, Int32(clamping: Int64(((next - .now) / .milliseconds(1)).rounded(.up))))
    }

    private func runTimers() {
        let now = ContinuousClock.now
        while let next = timers.last, next.time <= now {
            timers.removeLast()
            next.action()
        }
    }

    /// What has been asked for by now; what that asks for has its turn after the next events.
    private func takeMail() -> Mail {
        turns.sync {
            defer { mail.actions = [] }
            return mail
        }
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}
