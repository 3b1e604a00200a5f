/// Answers that are made while they are sent.
extension HTTPConnection {
    /// The stream of an answer, to be sent to whoever asked; nil where the answer has none or its
    /// head is all that is wanted.
    func streamedBody(of response: HTTPResponse) -> HTTPStreamedBody? {
        guard case .stream(let stream) = response.content else { return nil }
        guard response.hasBody(for: exchange?.head) else {
            stream.cancel()
            return nil
        }
        return HTTPStreamedBody(
            stream, status: response.status, isChunked: exchange?.head?.version != .http10)
    }

    func stream(_ body: HTTPStreamedBody, after head: [[UInt8]]) {
        streamedBody = body
        isStreaming = true
        enter(.streaming)
        if io.isDraining { body.drain() }
        if io.isStopping { body.stop() }
        write(head)
    }

    /// Asks for the next piece when little enough is left of those before.
    func askForMore() {
        guard let body = streamedBody, let channel,
            channel.bytesPending < service.limits.streamedBytes
        else { return }
        body.ask { piece in
            self.io.loop.async { self.take(piece, of: body) }
        }
    }

    private func take(_ piece: HTTPBodyPiece, of body: HTTPStreamedBody) {
        guard streamedBody === body else { return }
        switch piece {
        case .bytes(let bytes):
            write(body.framed(bytes))
        case .end(let bytes):
            let pieces = body.framed(bytes) + body.lastChunk
            streamedBody = nil
            exchange?.bodyBytes = body.byteCount
            enter(.answering)
            write(pieces)
            advance()
        case .abort:
            close()
        }
    }

    func sendHeartbeat() {
        guard let body = streamedBody else { return }
        write(body.framed(body.heartbeat))
    }

    /// Where the end of the connection is the end of the content, it must not look like one.
    func breakOffStream() {
        guard let body = streamedBody else { return }
        streamedBody = nil
        if !body.isChunked { channel?.resetOnClose() }
        body.cancel()
        exchange?.bodyBytes = body.byteCount
    }
}
