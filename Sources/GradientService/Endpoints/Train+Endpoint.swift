import HTTP
import JSON
import RunStore

extension Endpoint {
    /// `/train`: answered at its end, as it goes, or left to itself, as the caller prefers.
    static let train = Endpoint(path: "/train", methods: ["POST"], place: .training) {
        asked, service throws(RequestError) in
        let accepted = try Train.Form(accepted: asked.head)
        let key = try asked.head.idempotencyKey()
        guard let trainings = service.trainings else {
            return try service.answer(Train.self, to: asked)
        }
        if asked.head.prefersAsync {
            return .now(try trainings.leave(asked, key: key, limits: service.limits))
        }
        let share = try service.arrays.share(forBody: asked.content.count)
        let train = try Train.decode(asked.content.take(), within: service.limits)
        if train.request.isDryRun {
            return .now(try train.response(within: service.limits, asked.isCancelled))
        }
        try share.take(arrays: train.arrayBytes)
        let deadline = asked.start + service.http.computingTime
        let training = try train.start(within: service.limits, unless: asked.isCancelled)
        try trainings.enter(retryAfter: service.http.retryAfterSeconds)
        switch accepted {
        case .whole:
            let job = TrainingJob(training)
            return .later { deliver in
                trainings.run(job, service, asked.isCancelled, until: deadline) {
                    deliver($0.holding(share))
                }
            }
        case .events(let format):
            return .now(
                HTTPResponse(
                    status: .ok, contentType: format.contentType,
                    stream: TrainingStream(
                        training, in: trainings, as: format, until: deadline)
                ).holding(share))
        }
    }
}

extension Train {
    /// The same training for more epochs, from where it was put aside, if it was.
    func goingOn(from checkpoint: [UInt8]?, epochs: Int) -> Train {
        var train = self
        train.training.epochs = epochs
        if let checkpoint {
            train.resumesFrom = WireCheckpoint(
                pointer: JSONPointer.root.appending("checkpoint"), bytes: checkpoint)
        }
        return train
    }

    /// The form of an answer.
    enum Form {
        case whole
        case events(EventFormat)

        /// By `Accept`; whole where nothing is said.
        init(accepted head: HTTPRequestHead) throws(RequestError) {
            let offers = ["application/json"] + EventFormat.allCases.map(\.contentType)
            guard let best = Accept(head.fields).best(of: offers) else {
                throw .notAcceptable(offers)
            }
            self = EventFormat(contentType: best).map { .events($0) } ?? .whole
        }
    }
}

extension HTTPRequestHead {
    /// Whether the caller would rather not wait (RFC 7240 §4.1).
    fileprivate var prefersAsync: Bool {
        fields.elements(of: "Prefer").contains { preference in
            preference.split(separator: ";").first?.lowercased() == "respond-async"
        }
    }

    fileprivate func idempotencyKey() throws(RequestError) -> IdempotencyKey? {
        let values = fields.values(of: "Idempotency-Key")
        guard let value = values.first else { return nil }
        guard values.count == 1, let key = IdempotencyKey(value) else {
            throw .badHeader(
                "Idempotency-Key", "is 1 to \(IdempotencyKey.limit) visible characters")
        }
        return key
    }
}
