/// Of which scalar the derivatives are, and so where the division by the number of examples stands.
///
/// | convention | dZ, dA, dX are of | dW, db are of | 1/m stands           |
/// | ---------- | ----------------- | ------------- | -------------------- |
/// | `loss`     | each Lᵢ           | J             | in dW and db         |
/// | `cost`     | J                 | J             | in dA[L] and dZ[L]   |
/// | `sum`      | each Lᵢ           | Σ Lᵢ          | nowhere              |
///
/// Nothing else in the program divides by m.
public enum Convention: String, CaseIterable, Sendable {
    case loss, cost, sum

    /// Turns the derivatives of Σ Lᵢ, as `backpropagate` makes them, into this convention's, and
    /// says what each has become.
    ///
    /// Row i of ∂(Σ Lᵢ)/∂Z is ∂Lᵢ/∂Z, so that 1/m is the only factor there is. The penalty's
    /// derivative, ∂R/∂W for each layer, is added to dW in `loss` and `cost`; in `sum` it stands
    /// apart, for it is no part of Σ Lᵢ.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func apply<S: Scalar>(
        to gradients: inout Gradients<S>, examples m: Int, penalties: [Matrix<S>]? = nil,
        layout: Layout = .course
    ) -> Meaning {
        for index in gradients.layers.indices {
            if divides(.parameter) {
                gradients.layers[index].weights.divide(by: S(m))
                gradients.layers[index].bias.divide(by: S(m))
            }
            if divides(.signal) {
                gradients.layers[index].preActivation.divide(by: S(m))
                gradients.layers[index].output.divide(by: S(m))
            }
            if let penalty = penalties?[index] {
                gradients.layers[index].add(penalty: penalty, isPartOfScalar: self != .sum)
            }
        }
        if divides(.signal) { gradients.inputs?.divide(by: S(m)) }
        return Meaning(of: self, examples: m, penalized: penalties != nil, layout: layout)
    }

    /// Whether this convention's derivatives of a kind are those of Σ Lᵢ divided by m.
    func divides(_ kind: DerivativeKind) -> Bool {
        switch (self, kind) {
        case (.loss, .signal), (.sum, _): false
        case (.loss, .parameter), (.cost, _): true
        }
    }
}

/// The two kinds of derivative that a convention treats apart.
enum DerivativeKind {
    /// With respect to what each example has of its own: Z, A, X.
    case signal
    /// With respect to what all examples share: W, b.
    case parameter
}

/// The cost J of a batch, its two terms apart.
public struct Cost: Equatable, Sendable {
    /// The mean of the losses.
    public var data: Double
    /// R: the L1 and L2 terms, which no division by the batch's m touches.
    public var penalty: Double

    public var total: Double { data + penalty }

    /// J = (1/m) Σ Lᵢ + R, the sum in float64.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public init<S: Scalar>(of losses: [S], penalty: Double = 0) {
        let m = Double(losses.count)
        let sum = losses.reduce(into: 0.0) { $0 += Double($1) }
        // The mean of large losses is finite where their sum is not.
        data = sum.isInfinite ? losses.reduce(into: 0.0) { $0 += Double($1) / m } : sum / m
        self.penalty = penalty
    }

    private init(data: Double, penalty: Double) {
        self.data = data
        self.penalty = penalty
    }

    /// The mean of the costs of several batches, each weighted by its number of examples.
    public static func mean(of batches: [(cost: Cost, examples: Int)]) -> Cost {
        let examples = Double(batches.reduce(0) { $0 + $1.examples })
        func mean(_ term: KeyPath<Cost, Double>) -> Double {
            let sum = batches.reduce(0) { $0 + $1.cost[keyPath: term] * Double($1.examples) }
            guard sum.isInfinite else { return sum / examples }
            return batches.reduce(0) {
                $0 + $1.cost[keyPath: term] * (Double($1.examples) / examples)
            }
        }
        return Cost(data: mean(\.data), penalty: mean(\.penalty))
    }
}
