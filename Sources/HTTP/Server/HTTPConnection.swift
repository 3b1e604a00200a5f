/// One client: reads requests, has them answered one at a time and in order, until it closes.
// Every member is touched on the loop's thread only, whence `@unchecked Sendable`.
final class HTTPConnection: @unchecked Sendable {
    enum Phase {
        /// Between requests.
        case idle
        case head
        case body
        /// A worker has the request.
        case computing
        /// The answer, or the end of a stream, is being written.
        case answering
        /// All that a stream had is written; it has been asked for more.
        case streaming
        /// Something of a stream waits for the client to take it.
        case stalled
        /// The last answer is written; the client gets time to read it.
        case lingering
        case closed
    }

    let service: HTTPService
    let io: IOLoop
    var channel: SocketChannel?
    var parser: HTTPRequestParser
    private(set) var phase = Phase.idle
    private(set) var phaseStart = ContinuousClock.now
    var deadline: ContinuousClock.Instant?

    /// The request that is being read or answered.
    var exchange: HTTPExchange?
    var requestStart = ContinuousClock.now
    var answerStart = ContinuousClock.now
    var whenOver: (@Sendable () -> Void)?
    /// What the body has of the room for bodies while it is read.
    var bodyShare: BodyShare?
    /// What the answer has of a bound until it is taken.
    var answerRoom: (any Sendable)?
    /// Whether the answer is one that is made while it is sent.
    var isStreaming = false
    var computation: Cancellation?
    var streamedBody: HTTPStreamedBody?
    var closesAfterAnswer = false
    /// The bytes that the system had taken when the phase began.
    private(set) var writtenBefore = 0
    private(set) var inputEnded = false
    private var lingeredBytes = 0
    /// The requests that were answered on the loop in this turn.
    var answeredInARow = 0

    /// After so many the other connections of the loop get their turn.
    private static let readsInARow = 16
    static let answersInARow = 16

    init(service: HTTPService, io: IOLoop) {
        self.service = service
        self.io = io
        parser = HTTPRequestParser(limits: service.limits)
    }

    /// Begins to serve; `onClosed` runs when the descriptor is free again.
    /// One that is refused is told so, and nothing of it is read.
    func start(_ socket: Socket, isRefused: Bool, onClosed: @escaping () -> Void) {
        do throws(SocketError) {
            channel = try SocketChannel(
                socket, loop: io.loop, onEvents: { self.handle($0) }, onClosed: onClosed)
        } catch {
            socket.close()
            return onClosed()
        }
        io.add(self)
        enter(.idle)
        if io.isDraining { return close() }
        if isRefused { return answer(service.peerLimit, keepsAlive: false) }
        channel?.isReading = true
    }

    private func handle(_ events: EventLoop.Events) {
        answeredInARow = 0
        // What came before is still read; where nothing is read, nothing else tells of it.
        if events.isBroken, channel?.isReading == false { return close() }
        if events.contains(.writable) { writable() }
        if events.isBroken || events.contains(.readable) { readable() }
    }

    // MARK: Reading

    func readable() {
        for _ in 0..<Self.readsInARow {
            guard phase != .closed, let channel, channel.isReading else { return }
            switch channel.read(into: io.buffer) {
            case .bytes(let count):
                take(UnsafeRawBufferPointer(rebasing: io.buffer[..<count]))
                // That was all, or will be told again: others get their turn.
                if count < io.buffer.count { return }
            case .end: return takeEnd()
            case .wouldBlock: return
            case .failed: return close()
            }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        // Behind the last answer nothing is read any more, only taken away.
        guard phase != .lingering, !(isAnswering && closesAfterAnswer) else {
            lingeredBytes += bytes.count
            if lingeredBytes > service.limits.lingerBytes { close() }
            return
        }
        parser.append(bytes)
        advance()
    }

    private var isAnswering: Bool {
        phase == .answering || phase == .streaming || phase == .stalled
    }

    private func takeEnd() {
        inputEnded = true
        channel?.isReading = false  // The end would be reported for ever.
        if phase == .lingering { return close() }
        if phase == .computing || phase == .streaming { watchPresence() }
        advance()
    }

    /// Goes on with what has come, as far as it reaches.
    func advance() {
        reading: while phase == .idle || phase == .head || phase == .body {
            do throws(HTTPParseError) {
                switch try parser.next() {
                case .head(let head): judge(head)
                case .request(let request): compute(request)
                case .discarded: enter(.idle)
                case nil:
                    guard holdBody() else { continue }
                    waitForMore()
                    break reading
                }
            } catch {
                answer(.message(error), keepsAlive: false)
            }
        }
        guard phase != .closed, phase != .lingering, !inputEnded else { return }
        let needsMore = phase == .idle || phase == .head || phase == .body
        let isReading = needsMore || parser.bufferedBytes < service.limits.pipelinedBytes
        channel?.isReading = isReading
        // Of a client that is not read from the end is not seen.
        if !isReading, phase == .computing, deadline == nil { watchPresence() }
    }

    /// Counts what has come of a body; answers its request where there is no room for it.
    private func holdBody() -> Bool {
        guard let head = exchange?.head else { return true }
        do throws(HTTPError) {
            try hold(parser.bodyBytes)
            return true
        } catch {
            answerEarly(head, with: service.response(to: error))
            return false
        }
    }

    private func waitForMore() {
        switch parser.stage {
        case .betweenRequests:
            if inputEnded || io.isDraining { return finish() }
        case .head:
            if phase != .head { enter(.head) }
        case .body:
            if phase != .body { enter(.body) }
            deadline = phaseStart + service.limits.bodyTime(forBytes: parser.bodyBytes)
        }
        if inputEnded { failReading(.message(.cutShort)) }
    }

    /// Answers once more and ends, unless the request has had its answer already.
    private func failReading(_ error: HTTPError) {
        if parser.isDiscarding { close() } else { answer(error, keepsAlive: false) }
    }

    // MARK: Deadlines

    func enter(_ next: Phase) {
        let now = ContinuousClock.now
        let limits = service.limits
        if next == .head { requestStart = now }
        phase = next
        phaseStart = now
        writtenBefore = channel?.bytesWritten ?? 0
        deadline =
            switch next {
            case .idle: now + limits.idleTime
            case .head: now + limits.headTime
            case .body: now + limits.bodyTime
            case .answering, .stalled: now + limits.writeTime
            case .streaming: streamedBody?.hasHeartbeat == true ? now + quietTime : nil
            case .lingering: now + limits.lingerTime
            case .computing, .closed: nil
            }
    }

    func checkDeadline(_ now: ContinuousClock.Instant) {
        guard let deadline, now >= deadline else { return }
        switch phase {
        case .head: failReading(.headTimeout)
        case .body: failReading(.bodyTimeout)
        case .idle, .answering, .stalled, .lingering: close()
        case .streaming: sendHeartbeat()
        case .computing: checkPresence()
        case .closed: return
        }
    }

    /// The end of the input tells nothing of a client that closes all, as most do that give up,
    /// from one that ends its side only and waits. It is asked by what it passes over, and one
    /// that is gone answers with a reset; while its answer is computed, HTTP/1.0 has no means.
    func watchPresence() {
        if phase == .streaming { return enter(.streaming) }
        guard exchange?.head?.version == .http11 else { return }
        deadline = .now + service.limits.presenceTime
    }

    private func checkPresence() {
        watchPresence()
        write([HTTPResponseWriter.processingLine])
    }

    /// How long a stream may be silent.
    private var quietTime: Duration {
        let limits = service.limits
        return inputEnded ? min(limits.presenceTime, limits.heartbeatTime) : limits.heartbeatTime
    }
}
