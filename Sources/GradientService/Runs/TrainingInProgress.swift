import JSON
import RunStore
import Training

/// The training that a request asks for, under way, whatever the width of its numbers.
///
/// It is used by one thread at a time.
protocol TrainingInProgress: AnyObject {
    /// What asked for it.
    var train: Train { get }

    /// Takes steps until the end, or until it is told not to go on; what there is to tell of them. A
    /// step that is cancelled under way is not taken.
    func advance(while goesOn: () -> Bool, unless isCancelled: () -> Bool) -> [TrainingEvent]

    var progress: RunProgress { get }
    var stepsPerEpoch: Int { get }
    /// How it ended; nil while it has not.
    var outcome: TrainingOutcome? { get }
    /// The members of the answer that are its own, once it has ended.
    func write(to writer: inout JSONWriter)
    /// All that it takes to go on from here; nil where it cannot be put aside.
    func checkpoint() -> [UInt8]?
}

extension TrainingInProgress {
    /// The whole body of the answer, once it has ended: the same however it is asked for.
    func body() -> [UInt8] {
        var writer = JSONWriter(arrays: train.encoding.form)
        writer.object { writer in
            write(to: &writer)
            writer.write(train.request.defaultsInForce)
            writer.writeNonFinite()
        }
        return writer.bytes
    }
}
