import JSON
import NeuralNetwork
import RunStore
import Training

/// The training of a request, in one width of numbers.
final class TrainingOfRequest<S: WireScalar>: TrainingInProgress {
    let course: Course<S>
    private(set) var session: TrainingSession<S>
    /// When it was begun or gone on with here.
    private let start = ContinuousClock.now

    init(_ course: Course<S>, by backward: Trainer.Backward<S>? = nil) throws(RequestError) {
        self.course = course
        session = try course.session(by: backward)
    }

    func advance(while goesOn: () -> Bool, unless isCancelled: () -> Bool) -> [TrainingEvent] {
        let told = session.advance(while: goesOn, unless: isCancelled)
        let seconds = (.now - start).inSeconds
        return told.map { news in
            switch news {
            case .epoch(let report):
                .epoch(report, session.columns, seconds: seconds, faulty: course.train.fault)
            case .warning(let warning):
                .warning(warning, session.state.steps)
            }
        }
    }

    var train: Train { course.train }

    var progress: RunProgress {
        RunProgress(
            epoch: session.state.epoch, epochs: session.trainer.epochs, step: session.state.steps)
    }

    var stepsPerEpoch: Int { session.stepsPerEpoch }

    var outcome: TrainingOutcome? { session.outcome }

    func checkpoint() -> [UInt8]? { session.checkpoint() }

    func write(to writer: inout JSONWriter) {
        course.train.write(session, of: course, to: &writer)
    }
}
