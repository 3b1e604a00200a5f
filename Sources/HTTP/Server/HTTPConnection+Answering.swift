/// Answering, one request at a time, and ending.
extension HTTPConnection {
    /// Answers the request by its head alone, or lets its body come.
    func judge(_ head: HTTPRequestHead) {
        let exchange = begin(head)
        switch service.gate?.admit(exchange) {
        case .answered(let response): return answerEarly(head, with: response)
        case .admitted(let whenOver): self.whenOver = whenOver
        case nil: break
        }
        if let early = service.earlyAnswer(to: head) { return answerEarly(head, with: early) }
        guard head.expectsContinue, parser.awaitsBody else { return }
        write([HTTPResponseWriter.continueLine])
    }

    /// A short body is read and dropped; for a long one, one without its length, or one that a
    /// client may keep back (RFC 9110 §10.1.1), the connection is given up.
    func answerEarly(_ head: HTTPRequestHead, with response: HTTPResponse) {
        let isShort =
            switch head.framing {
            case .none: !head.lacksLength
            case .length(let length): length <= service.limits.drainedBytes
            case .chunked: false
            }
        let keepsAlive = head.keepsAlive && isShort && !head.expectsContinue
        parser.discardBody()
        answer(response, keepsAlive: keepsAlive)
    }

    /// Counts a body of which so many bytes have come; throws where there is no room for them.
    func hold(_ bytes: Int) throws(HTTPError) {
        guard bytes > 0 else { return }
        let share = bodyShare ?? service.bodies.share()
        bodyShare = share
        try share.take(bytes - share.count)
    }

    func compute(_ request: HTTPRequest) {
        noteRead(request.content.count)
        do throws(HTTPError) {
            try hold(request.content.count)
        } catch {
            return answer(error, keepsAlive: request.head.keepsAlive)
        }
        let share = bodyShare
        bodyShare = nil
        request.content.count(in: share)
        enter(.computing)
        if inputEnded { watchPresence() }
        let cancellation = Cancellation()
        computation = cancellation
        let outcome = service.compute(
            request, cancellation, mayWorkHere: answeredInARow < Self.answersInARow
        ) { response in
            share?.giveBack()
            self.io.loop.async { self.computed(response) }
        }
        switch outcome {
        case .taken: return
        case .refused: answer(service.overload, keepsAlive: request.head.keepsAlive)
        case .answered(let response):
            answeredInARow += 1
            share?.giveBack()
            answer(response, keepsAlive: request.head.keepsAlive)
        }
    }

    private func computed(_ response: HTTPResponse) {
        guard phase == .computing else {
            if case .stream(let stream) = response.content { stream.cancel() }
            return
        }
        answeredInARow = 0
        answer(response, keepsAlive: exchange?.head?.keepsAlive == true)
        advance()
    }

    func answer(_ error: HTTPError, keepsAlive: Bool) {
        answer(service.response(to: error), keepsAlive: keepsAlive)
    }

    private func answer(_ answer: HTTPResponse, keepsAlive: Bool) {
        bodyShare = nil
        var response = answer
        let exchange = note(&response)
        let nothingFollows = inputEnded && parser.bufferedBytes == 0
        let body = streamedBody(of: response)
        answerRoom = response.room
        closesAfterAnswer =
            !keepsAlive || io.isDraining || nothingFollows || body?.isChunked == false
        let writer = HTTPResponseWriter(
            request: exchange.head, closes: closesAfterAnswer, date: io.currentDate)
        computation = nil
        if let body {
            stream(body, after: writer.pieces(of: response))
        } else {
            enter(.answering)
            write(writer.pieces(of: response))
        }
    }

    // MARK: Writing

    func writable() {
        guard phase != .closed else { return }
        write([])
        advance()
    }

    func write(_ pieces: [[UInt8]]) {
        guard let channel else { return }
        let result = channel.write(pieces)
        switch (result, phase) {
        case (.failed, _): return close()
        case (.done, .answering): return answered()
        case (.done, .streaming), (.done, .stalled): enter(.streaming)
        case (.pending, .streaming): enter(.stalled)
        case (.pending, .answering), (.pending, .stalled):
            if phase == .answering { holdAnswer(channel.bytesPending) }
            let written = channel.bytesWritten - writtenBefore
            deadline = phaseStart + service.limits.writeTime(forBytes: written)
        case (.done, _), (.pending, _): return
        }
        askForMore()
    }

    /// Counts an answer that its client does not take at once, until it is taken, unless that is done.
    /// It is held whole as long as any of it is left.
    private func holdAnswer(_ bytes: Int) {
        guard answerRoom == nil else { return }
        let share = service.bodies.share()
        share.keep(bytes)
        answerRoom = share
    }

    private func answered() {
        answerRoom = nil
        end(isWhole: true)
        if closesAfterAnswer || io.isDraining { finish() } else { enter(.idle) }
    }

    // MARK: Ending

    /// Closes such that the client can read what was sent last: closing while it still sends
    /// would reset the connection (RFC 9112 §9.6).
    func finish() {
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
        breakOffStream()
        end(isWhole: false)
        parser = HTTPRequestParser(limits: service.limits)
        (bodyShare, answerRoom) = (nil, nil)
        io.remove(self)
        channel?.close()
        channel = nil
    }

    /// A request that is already here is still answered.
    func drain() {
        streamedBody?.drain()
        if phase == .idle { readable() }
        if phase == .idle { close() }
    }

    func cancelComputing() {
        computation?.cancel()
        streamedBody?.stop()
    }
}
