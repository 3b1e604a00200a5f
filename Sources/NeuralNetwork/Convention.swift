/// Of which scalar the derivatives are, and so where the division by the number of examples stands.
///
/// | convention | dZ, dA, dX are of | dW, db are of | 1/m stands           |
/// | ---------- | ----------------- | ------------- | -------------------- |
/// | `loss`     | each Lᵢ           | J             | in dW and db         |
/// | `cost`     | J                 | J             | in dA[L] and dZ[L]   |
/// | `sum`      | each Lᵢ           | Σ Lᵢ          | nowhere              |
///
/// Nothing else puts a division by m on a derivative; what `PerExample` divides are means over the
/// examples, of norms and squares.
public enum Convention: String, CaseIterable, Sendable {
    case loss, cost, sum

    /// Turns the derivatives of Σ Lᵢ, as `backpropagate` makes them, into this convention's.
    ///
    /// Row i of ∂(Σ Lᵢ)/∂Z is ∂Lᵢ/∂Z, so that the division by the denominator, m, is the only factor
    /// there is. The penalty's derivatives, ∂R/∂W for each layer, are added to dW in `loss` and
    /// `cost`; in `sum` they stand apart, for R is no part of Σ Lᵢ.
    ///
    /// Where the backward pass began with a dA that the caller gave, that is this convention's
    /// already: `isSeeded` leaves out the division that the seed has in it.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func apply<S: Scalar>(
        to gradients: inout Gradients<S>, denominator: Double, isSeeded: Bool = false,
        penalties: [[Matrix<S>?]]? = nil
    ) {
        let divisor = S(denominator)
        let dividesParameters = divides(.parameter) && !(isSeeded && self == .cost)
        let dividesSignals = divides(.signal) && !isSeeded
        for index in gradients.layers.indices {
            if dividesParameters {
                for parameter in gradients.layers[index].parameters.indices {
                    gradients.layers[index].parameters[parameter].divide(by: divisor)
                }
            }
            if dividesSignals {
                gradients.layers[index].preActivation.divide(by: divisor)
                gradients.layers[index].output.divide(by: divisor)
            }
            for (parameter, penalty) in (penalties?[index] ?? []).enumerated() {
                guard let penalty else { continue }
                gradients.layers[index].add(
                    penalty: penalty, to: parameter, isPartOfScalar: hasPenalty)
            }
        }
        if dividesSignals { gradients.inputs?.divide(by: divisor) }
    }

    /// What turns this convention's derivatives of a kind into another's; the denominator is m.
    public func rescaling(
        to other: Convention, of kind: DerivativeKind, denominator: Double
    ) -> Rescaling {
        switch (divides(kind), other.divides(kind)) {
        case (true, false): .multiplication(by: denominator)
        case (false, true): .division(by: denominator)
        case (true, true), (false, false): .none
        }
    }

    /// Whether this convention has other derivatives of a kind than another one, where m is not 1.
    public func differs(from other: Convention, in kind: DerivativeKind) -> Bool {
        divides(kind) != other.divides(kind)
    }

    /// Whether the penalty's derivatives are in dW: R is no part of Σ Lᵢ.
    public var hasPenalty: Bool { self != .sum }

    /// Whether this convention's derivatives of a kind are those of Σ Lᵢ divided by m.
    func divides(_ kind: DerivativeKind) -> Bool {
        switch (self, kind) {
        case (.loss, .signal), (.sum, _): false
        case (.loss, .parameter), (.cost, _): true
        }
    }
}

/// The two kinds of derivative that a convention treats apart.
public enum DerivativeKind: Sendable {
    /// With respect to what each example has of its own: Z, A, X.
    case signal
    /// With respect to what all examples share: W, b.
    case parameter
}

/// What turns derivatives of one convention into those of another.
public enum Rescaling: Equatable, Sendable {
    case none
    case multiplication(by: Double)
    case division(by: Double)

    /// The factor; dividing by m rounds once, and multiplying by 1/m twice.
    public var factor: Double {
        switch self {
        case .none: 1
        case .multiplication(let m): m
        case .division(let m): 1 / m
        }
    }

    public func apply<S: Scalar>(to numbers: [S]) -> [S] {
        switch self {
        case .none: return numbers
        case .multiplication(let m):
            let factor = S(m)
            return numbers.map { $0 * factor }
        case .division(let m):
            let divisor = S(m)
            return numbers.map { $0 / divisor }
        }
    }
}

/// The cost J of a batch, its two terms apart.
public struct Cost: Equatable, Sendable {
    /// The mean of the losses.
    public var data: Double
    /// R: the L1 and L2 terms, which no division by the batch's m touches.
    public var penalty: Double

    public var total: Double { data + penalty }

    public init(data: Double, penalty: Double) {
        self.data = data
        self.penalty = penalty
    }

    /// J = (1/m) Σ Lᵢ + R, the sum in float64; the denominator is m unless another is given.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public init<S: Scalar>(of losses: [S], denominator: Double? = nil, penalty: Double = 0) {
        let m = denominator ?? Double(losses.count)
        let sum = losses.reduce(into: 0.0) { $0 += Double($1) }
        // The mean of large losses is finite where their sum is not.
        data = sum.isInfinite ? losses.reduce(into: 0.0) { $0 += Double($1) / m } : sum / m
        self.penalty = penalty
    }
}
