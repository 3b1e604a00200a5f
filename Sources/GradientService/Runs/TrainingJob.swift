import JSON
import Training

/// A training whose answer is waited for: it takes its turns, and is answered at its end.
// One turn at a time, whence `@unchecked Sendable`.
final class TrainingJob: @unchecked Sendable {
    private let training: any TrainingInProgress

    init(_ training: any TrainingInProgress) { self.training = training }

    /// Goes on for one turn; the body of the answer, once it is there.
    func turn(isCancelled: () -> Bool) throws(RequestError) -> [UInt8]? {
        var turn = TrainingTurn()
        if isCancelled() { throw .cancelled }
        _ = training.advance(while: { turn.hasTime() }, unless: isCancelled)
        return training.outcome == nil ? nil : training.body()
    }

    /// Where to go on from, if that is asked for.
    func writeCheckpoint(to writer: inout JSONWriter) {
        guard training.train.wantsCheckpoint, let checkpoint = training.checkpoint() else { return }
        let progress = training.progress
        writer.field(
            "checkpoint", checkpoint: checkpoint, epoch: progress.epoch, step: progress.step)
    }
}
