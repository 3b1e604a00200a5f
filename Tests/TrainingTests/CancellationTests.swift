import NeuralNetwork
import Testing

@testable import Training

/// A training that is cancelled anywhere is what it was before the step, and goes on to the same bits.
struct CancellationTests {
    /// Cancelled the first, second, … time that it is asked, until it ends.
    static func cancelEverywhere<S: Scalar>(
        _ lesson: Lesson<S>, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var whole = lesson.begun
        _ = whole.finish()
        var (session, cancelled) = (lesson.begun, 0)
        while session.outcome == nil {
            let before = session.checkpoint()
            // One time more of being asked, until the step is taken.
            for patience in 0... {
                var asked = 0
                var goesOn = true
                _ = session.advance(
                    while: {
                        defer { goesOn = false }
                        return goesOn
                    },
                    unless: {
                        asked += 1
                        return asked > patience
                    })
                if session.outcome != nil || session.checkpoint() != before { break }
                cancelled += 1
            }
        }
        #expect(session.checkpoint() == whole.checkpoint(), sourceLocation: sourceLocation)
        #expect(cancelled > session.state.steps, sourceLocation: sourceLocation)
    }

    @Test func `between layers, and while it is validated`() throws {
        Self.cancelEverywhere(try Lesson<Double>(Adam.choice.standard))
        Self.cancelEverywhere(try Lesson<Float>(Adam.choice.standard))
    }

    @Test func `in a line search`() throws {
        Self.cancelEverywhere(
            try Lesson<Double>(LBFGSTrainingTests.optimizer(searching: "strong_wolfe")))
    }

    @Test func `in a backward pass that stands in place of backpropagation`() throws {
        var session = TrainingSession(
            OneNumber.network(), on: TrainingData(OneNumber.batch([1, 2])),
            by: OneNumber.trainer(epochs: 3),
            backward: { _, _, _, isCancelled in
                #expect(!isCancelled() || isCancelled())
                return nil
            })
        let before = session.checkpoint()
        _ = session.finish()
        #expect(session.outcome == nil)
        #expect(session.checkpoint() == before)
    }
}

extension Choice<any Optimizer> {
    /// With the default of every setting.
    fileprivate var standard: any Optimizer { make(SettingValues(defaultsOf: settings)) }
}
