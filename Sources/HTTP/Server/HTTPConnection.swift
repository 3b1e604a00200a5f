import Dispatch

/// One client: reads requests, has them answered one at a time and in order, until it closes.
// Every member is touched on the I/O queue only, whence `@unchecked Sendable`.
final class HTTPConnection: @unchecked Sendable {
    private enum Phase {
        /// Between requests.
        case idle
        case head
        case body
        /// A worker has the request.
        case computing
        /// The answer is being written.
        case answering
        /// The last answer is written; the client gets time to read it.
        case lingering
        case closed
    }

    private let service: HTTPService
    private let io: IOQueue
    private var channel: SocketChannel?
    private var parser: HTTPRequestParser
    private var phase = Phase.idle
    private var phaseStart = ContinuousClock.now
    private var deadline: ContinuousClock.Instant?

    /// The request that is being read or answered.
    private var head: HTTPRequestHead?
    private var requestStart = ContinuousClock.now
    private var computation: Cancellation?
    private var closesAfterAnswer = false
    private var writtenBefore = 0
    private var inputEnded = false
    private var lingeredBytes = 0

    /// After so many the other connections of the queue get their turn.
    private static let readsInARow = 16

    init(service: HTTPService, io: IOQueue) {
        self.service = service
        self.io = io
        parser = HTTPRequestParser(limits: service.limits)
    }

    /// Begins to serve; `onClosed` runs when the descriptor is free again.
    func start(_ socket: Socket, onClosed: @escaping @Sendable () -> Void) {
        let channel = SocketChannel(
            socket, queue: io.queue, onReadable: { self.readable() },
            onWritable: { self.writable() }, onClosed: onClosed)
        self.channel = channel
        io.add(self)
        enter(.idle)
        if io.isDraining { close() } else { channel.isReading = true }
    }

    // MARK: Reading

    private func readable() {
        // Until nothing is left: a broken connection is reported once, with the bytes before it.
        for _ in 0..<Self.readsInARow {
            guard phase != .closed, let channel, channel.isReading else { return }
            switch channel.read(into: io.buffer) {
            case .bytes(let count): take(UnsafeRawBufferPointer(rebasing: io.buffer[..<count]))
            case .end: return takeEnd()
            case .wouldBlock: return
            case .failed: return close()
            }
        }
        io.queue.async { self.readable() }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        // Behind the last answer nothing is read any more, only taken away.
        guard phase != .lingering, !(phase == .answering && closesAfterAnswer) else {
            lingeredBytes += bytes.count
            if lingeredBytes > service.limits.lingerBytes { close() }
            return
        }
        parser.append(bytes)
        advance()
    }

    private func takeEnd() {
        inputEnded = true
        channel?.isReading = false  // The end would be reported for ever.
        if phase == .lingering { return close() }
        if phase == .computing { watchPresence() }
        advance()
    }

    /// Goes on with what has come, as far as it reaches.
    private func advance() {
        reading: while phase == .idle || phase == .head || phase == .body {
            do throws(HTTPParseError) {
                switch try parser.next() {
                case .head(let head): judge(head)
                case .request(let request): compute(request)
                case .discarded: enter(.idle)
                case nil:
                    waitForMore()
                    break reading
                }
            } catch {
                answer(.message(error), keepsAlive: false)
            }
        }
        guard phase != .closed, phase != .lingering, !inputEnded else { return }
        let needsMore = phase == .idle || phase == .head || phase == .body
        channel?.isReading =
            needsMore || parser.bufferedBytes < service.limits.pipelinedBytes
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

    // MARK: Answering

    /// Answers the request by its head alone, or lets its body come.
    private func judge(_ head: HTTPRequestHead) {
        if phase == .idle { requestStart = .now }
        self.head = head
        if let early = service.earlyAnswer(to: head) { return answerEarly(head, with: early) }
        guard head.expectsContinue, parser.awaitsBody else { return }
        write([HTTPResponseWriter.continueLine])
    }

    /// A short body is read and dropped; for a long one, one without its length, or one that a
    /// client may keep back (RFC 9110 §10.1.1), the connection is given up.
    private func answerEarly(_ head: HTTPRequestHead, with response: HTTPResponse) {
        let isShort =
            switch head.framing {
            case .none: !head.lacksLength
            case .length(let length): length <= service.limits.drainedBytes
            case .chunked: false
            }
        let keepsAlive = head.keepsAlive && isShort && !head.expectsContinue
        if keepsAlive { parser.discardBody() }
        answer(response, keepsAlive: keepsAlive)
    }

    private func compute(_ request: HTTPRequest) {
        enter(.computing)
        if inputEnded { watchPresence() }
        let cancellation = Cancellation()
        computation = cancellation
        let taken = service.compute(request, cancellation) { response in
            self.io.queue.async { self.computed(response) }
        }
        if !taken { answer(service.overload, keepsAlive: request.head.keepsAlive) }
    }

    private func computed(_ response: HTTPResponse) {
        guard phase == .computing else { return }
        answer(response, keepsAlive: head?.keepsAlive == true)
        advance()
    }

    private func answer(_ error: HTTPError, keepsAlive: Bool) {
        answer(service.response(to: error), keepsAlive: keepsAlive)
    }

    private func answer(_ response: HTTPResponse, keepsAlive: Bool) {
        let nothingFollows = inputEnded && parser.bufferedBytes == 0
        closesAfterAnswer = !keepsAlive || io.isDraining || nothingFollows
        let writer = HTTPResponseWriter(
            request: head, closes: closesAfterAnswer, date: io.currentDate)
        service.log?(
            HTTPExchange(
                head: head, status: response.status, bodyBytes: response.body.count,
                duration: .now - requestStart))
        head = nil
        computation = nil
        writtenBefore = channel?.bytesWritten ?? 0
        enter(.answering)
        write(writer.pieces(of: response))
    }

    // MARK: Writing

    private func writable() {
        guard phase != .closed else { return }
        write([])
        advance()
    }

    private func write(_ pieces: [[UInt8]]) {
        guard let channel else { return }
        switch channel.write(pieces) {
        case .done:
            if phase == .answering { answered() }
        case .pending:
            guard phase == .answering else { return }
            let written = channel.bytesWritten - writtenBefore
            deadline = phaseStart + service.limits.writeTime(forBytes: written)
        case .failed:
            close()
        }
    }

    private func answered() {
        if closesAfterAnswer || io.isDraining { finish() } else { enter(.idle) }
    }

    // MARK: Ending

    /// Closes such that the client can read what was sent last: closing while it still sends
    /// would reset the connection (RFC 9112 §9.6).
    private func finish() {
        guard !inputEnded, let channel else { return close() }
        channel.shutDownWriting()
        parser = HTTPRequestParser(limits: service.limits)
        enter(.lingering)
        channel.isReading = true
    }

    func close() {
        guard phase != .closed else { return }
        enter(.closed)
        computation?.cancel()
        parser = HTTPRequestParser(limits: service.limits)
        io.remove(self)
        channel?.close()
        channel = nil
    }

    /// A request that is already here is still answered.
    func drain() {
        if phase == .idle { readable() }
        if phase == .idle { close() }
    }

    func cancelComputing() {
        computation?.cancel()
    }

    // MARK: Deadlines

    private func enter(_ next: Phase) {
        let now = ContinuousClock.now
        let limits = service.limits
        if next == .head { requestStart = now }
        phase = next
        phaseStart = now
        deadline =
            switch next {
            case .idle: now + limits.idleTime
            case .head: now + limits.headTime
            case .body: now + limits.bodyTime
            case .answering: now + limits.writeTime
            case .lingering: now + limits.lingerTime
            case .computing, .closed: nil
            }
    }

    func checkDeadline(_ now: ContinuousClock.Instant) {
        guard let deadline, now >= deadline else { return }
        switch phase {
        case .head: failReading(.headTimeout)
        case .body: failReading(.bodyTimeout)
        case .idle, .answering, .lingering: close()
        case .computing: checkPresence()
        case .closed: return
        }
    }

    /// The end of the input tells nothing of a client that closes all, as most do that give up,
    /// from one that ends its side only and waits; HTTP/1.0 has no means to ask.
    private func watchPresence() {
        guard head?.version == .http11 else { return }
        deadline = .now + service.limits.presenceTime
    }

    private func checkPresence() {
        watchPresence()
        write([HTTPResponseWriter.processingLine])
    }
}
