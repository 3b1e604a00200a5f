import NeuralNetwork

@testable import Training

extension FuzzTarget {
    /// Checkpoints: bytes that a training does not refuse can be gone on from.
    ///
    /// The first byte of an input says of which training it is.
    static let checkpoint = FuzzTarget(
        name: "checkpoint", longest: 16_384,
        run: { bytes in
            guard let kind = bytes.first else { return }
            let bytes = Array(bytes.dropFirst())
            switch kind % 3 {
            case 0: goOn(momentum, from: bytes)
            case 1: goOn(adam, from: bytes)
            default: goOn(lbfgs, from: bytes)
            }
        },
        mutate: { input, seed in
            // As a rule a change of a few bytes, which is libFuzzer's; now and then a good one.
            guard input.count < 16 || seed % 256 == 0 else { return nil }
            let steps = Int(seed / 256 % 7)
            switch seed / 2048 % 3 {
            case 0: return [0] + checkpoint(of: momentum, after: steps)
            case 1: return [1] + checkpoint(of: adam, after: steps)
            default: return [2] + checkpoint(of: lbfgs, after: min(steps, 3))
            }
        })

    private static let momentum: Lesson<Double> = lesson(Momentum(momentum: 0.9, style: .keras))
    private static let adam: Lesson<Float> = lesson(
        Adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
    private static let lbfgs: Lesson<Double> = lesson(
        LBFGS(
            historySize: 3, lineSearch: .strongWolfe, maxEvaluations: 5, toleranceGrad: 1e-7,
            toleranceChange: 1e-9))

    private static func lesson<S>(_ optimizer: any Optimizer) -> Lesson<S> {
        do {
            return try Lesson(optimizer)
        } catch {
            fatalError("\(error)")
        }
    }

    private static func checkpoint<S>(of lesson: Lesson<S>, after steps: Int) -> [UInt8] {
        var session = lesson.begun
        advance(&session, steps: steps)
        return session.checkpoint()
    }

    private static func advance<S>(_ session: inout TrainingSession<S>, steps: Int) {
        var left = steps
        _ = session.advance {
            left -= 1
            return left >= 0
        }
    }

    private static func goOn<S>(_ lesson: Lesson<S>, from bytes: [UInt8]) {
        do throws(CheckpointFault) {
            var session = try lesson.resumed(from: bytes)
            // What was taken is put aside as the same.
            let again = session.checkpoint()
            guard let resumed = try? lesson.resumed(from: again) else {
                fatalError("its own checkpoint is refused")
            }
            require(resumed.checkpoint() == again, "another checkpoint of the same training")
            advance(&session, steps: 2)
            require((try? lesson.resumed(from: session.checkpoint())) != nil, "refused afterwards")
            _ = session.result
        } catch {
            require(!error.reason.isEmpty, "without a reason")
        }
    }
}
