import HTTP
import Synchronization
import Training

/// The answer of a training that is watched: its events as they come, and after them the result.
///
/// The training goes on only while the client takes what is told: each piece that is asked for is a
/// few turns of it. So nothing waits for a slow reader, and a client that goes ends it.
final class TrainingStream: HTTPBodyStream {
    private let trainings: Trainings
    private let format: EventFormat
    private let work: TrainingTurns
    private let isCancelled = Atomic(false)
    private let isStopped = Atomic(false)

    /// What a client waits for at most between two pieces, while there is something to tell.
    private static let pieceTime = Duration.milliseconds(50)
    private static let pieceBytes = 32 * 1024

    init(
        _ training: any TrainingInProgress, in trainings: Trainings, as format: EventFormat,
        until deadline: ContinuousClock.Instant
    ) {
        self.trainings = trainings
        self.format = format
        work = TrainingTurns(training, deadline: deadline)
    }

    var heartbeat: [UInt8] { format.heartbeat }

    func next(_ deliver: @escaping @Sendable (HTTPBodyPiece) -> Void) {
        let start = ContinuousClock.now
        let isStopped = { @Sendable in
            self.isStopped.load(ordering: .relaxed) || self.trainings.areEnding
        }
        trainings.pool.add { [self] in
            if isCancelled.load(ordering: .relaxed) { return false }
            if let piece = work.turn(
                format, isDue: { $0 >= Self.pieceBytes || .now - start >= Self.pieceTime },
                isStopped: isStopped,
                isCancelled: { self.isCancelled.load(ordering: .relaxed) })
            {
                deliver(piece)
                return false
            }
            return true
        }
    }

    // It is counted for as long as anything holds it: to its end, or until the client is gone.
    deinit { trainings.leave() }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    func stop() { isStopped.store(true, ordering: .relaxed) }
}

/// A training and what is yet to be told of it.
// Pieces are asked for one after the other, so that one thread at a time is at it, whence
// `@unchecked Sendable`.
private final class TrainingTurns: @unchecked Sendable {
    private let training: any TrainingInProgress
    private let deadline: ContinuousClock.Instant
    private var bytes: [UInt8] = []
    private var id = 0

    init(_ training: any TrainingInProgress, deadline: ContinuousClock.Instant) {
        self.training = training
        self.deadline = deadline
    }

    /// Goes on for one turn; what is to be sent now, if anything is.
    func turn(
        _ format: EventFormat, isDue: (Int) -> Bool, isStopped: () -> Bool, isCancelled: () -> Bool
    ) -> HTTPBodyPiece? {
        var turn = TrainingTurn()
        var isOver = isStopped() || .now >= deadline
        if id == 0 {
            append(.started(training.progress, stepsPerEpoch: training.stepsPerEpoch), format)
        }
        if !isOver {
            let events = training.advance(
                while: { turn.hasTime() }, unless: { isCancelled() || isStopped() })
            for event in events { append(event, format) }
            isOver = training.outcome != nil
        }
        if isOver {
            append(lastEvent(isStopped: isStopped()), format)
            return .end(take())
        }
        return !bytes.isEmpty && isDue(bytes.count) ? .bytes(take()) : nil
    }

    private func append(_ event: TrainingEvent, _ format: EventFormat) {
        id += 1
        format.append(event.json, kind: event.kind.rawValue, id: id, to: &bytes)
    }

    private func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    private func lastEvent(isStopped: Bool) -> TrainingEvent {
        let progress = training.progress
        guard training.outcome != nil else {
            return .cancelled(
                progress,
                because: isStopped
                    ? "the service is stopping" : "it took longer than the limit for computing",
                checkpoint: training.checkpoint())
        }
        return .ended(training, result: training.body())
    }
}
