import NeuralNetwork

/// The judgement on a submitted cost.
public struct CostVerdict: Sendable {
    public let submitted: Double
    public let expected: Double
    public let isCorrect: Bool
    public let sentence: String

    init(
        _ submitted: Double, _ exercise: Exercise, _ convention: Convention, _ exactness: Exactness
    ) {
        self.submitted = submitted
        let losses = exercise.network.losses(of: exercise.pass, exercise.objective)
        let penalty =
            exercise.penalty?.cost(of: exercise.network, examples: exercise.examples) ?? 0
        let cost = Cost(
            of: losses, denominator: exercise.denominator.value, penalty: penalty)
        expected = cost.total
        // A sum of logarithms, whose terms can cancel out against nothing: relative is enough.
        func isClose(_ other: Double) -> Bool {
            abs(submitted - other) <= max(exactness.relative * abs(other), exactness.halfUnit)
                || submitted == other
        }
        isCorrect = isClose(cost.total)
        let m = exercise.denominator.value
        let outputs = Double(exercise.network.outputShape.last ?? 1)
        let known: [(Double, String)] = [
            (m * cost.data, "It is the sum of the losses: divide it by m."),
            (m * cost.data + penalty, "The losses are not divided by m."),
            (cost.data / m, "It is divided by m twice."),
            (-cost.total, "It has the wrong sign: the cost is −(1/m)·Σ …"),
            (cost.data, "The penalty is not in it."),
            (cost.data + m * penalty, "The penalty's term is not divided by m."),
            (cost.data / 2, "It is half of the cost."), (2 * cost.data, "It is twice the cost."),
            (cost.data / outputs, "It is divided by the number of outputs as well."),
            (cost.data * outputs, "It is not divided by the number of outputs."),
            (cost.data / 0.6931471805599453, "The logarithm is of base 2: take the natural one."),
            (cost.data / 2.302585092994046, "The logarithm is of base 10: take the natural one."),
        ]
        sentence =
            isCorrect
            ? "The cost is right."
            : "The cost should be \(cost.total), and is \(submitted). "
                + (known.first { isClose($0.0) }?.1
                    ?? "Look at the loss, its sum over the examples and the division by m.")
    }
}
