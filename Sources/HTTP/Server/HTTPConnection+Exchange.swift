/// Keeping account of the request that is at hand.
extension HTTPConnection {
    /// A request has begun, with this head or without one that was understood.
    func begin(_ head: HTTPRequestHead?) -> HTTPExchange {
        if phase == .idle { requestStart = .now }
        let begun = HTTPExchange(
            id: HTTPRequestID(of: head), peer: channel?.peer ?? "", head: head)
        exchange = begun
        service.counters.inFlight.wrappingAdd(1, ordering: .relaxed)
        return begun
    }

    /// All of it is read.
    func noteRead(_ bodyBytes: Int) {
        exchange?.requestBytes = bodyBytes
        exchange?.timings.append(HTTPTiming(.read, .now - requestStart))
    }

    /// It has an answer, which the gate completes.
    func note(_ response: inout HTTPResponse) -> HTTPExchange {
        var exchange = self.exchange ?? begin(nil)
        exchange.status = response.status
        exchange.problem = response.problem
        exchange.bodyBytes = response.content.byteCount
        exchange.timings += response.timings
        if !response.timings.isEmpty {
            response.fields.append(
                HTTPTiming.fieldName, HTTPTiming.fieldValue(of: exchange.timings))
        }
        answerStart = .now
        isStreaming = false
        service.gate?.complete(&response, of: exchange)
        self.exchange = exchange
        return exchange
    }

    /// It is over: answered, or given up.
    func end(isWhole: Bool) {
        guard var exchange else { return }
        self.exchange = nil
        service.counters.inFlight.wrappingSubtract(1, ordering: .relaxed)
        let now = ContinuousClock.now
        if exchange.status != nil {
            exchange.timings.append(
                HTTPTiming(isStreaming ? .stream : .write, now - answerStart))
        }
        exchange.isWhole = isWhole
        exchange.duration = now - requestStart
        service.log?(exchange)
        whenOver?()
        whenOver = nil
    }
}
