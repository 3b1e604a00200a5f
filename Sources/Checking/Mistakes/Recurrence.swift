import NeuralNetwork

// Mistakes on the way back through time.

extension Mistake {
    static let recurrentTermForgotten = Mistake("recurrent_term_forgotten", at: .parameter) {
        told in
        told.recurrentTerm
    } variants: { context in
        context.throughTime { $0.mapped { _ in 0 } }
    }

    static let recurrentTermForgottenBack = Mistake(
        "recurrent_term_forgotten", at: .inputs
    ) { told in
        told.recurrentTerm
    } variants: { context in
        context.throughTime { $0.mapped { _ in 0 } }
    }

    static let recurrentWeightsNotTransposed = Mistake(
        "U_not_transposed", at: .parameter
    ) { told in
        told.recurrentTranspose
    } variants: { context in
        context.networkLayer.layer is SimpleRNN ? context.throughTime(by: \.turned) : []
    }

    static let recurrentWeightsNotTransposedBack = Mistake(
        "U_not_transposed", at: .inputs
    ) { told in
        told.recurrentTranspose
    } variants: { context in
        context.networkLayer.layer is SimpleRNN ? context.throughTime(by: \.turned) : []
    }
}

extension Telling {
    fileprivate var recurrentTerm: String {
        "\(made) leaves out what comes back through the recurrence, from the time step after: each "
            + "step's dh is that of its own output and Uᵀ times the next step's dZ, added."
    }

    fileprivate var recurrentTranspose: String {
        "\(made) goes from one time step back to the one before with U as it is. "
            + "On the way back U is transposed: dh of the step before gets Uᵀ·dZ."
    }
}

extension StepContext {
    /// What the step makes with another U on the way from one time back to the one before.
    fileprivate func throughTime(by other: (Matrix<Double>) -> Matrix<Double>) -> [Variant] {
        let layer = networkLayer.layer
        guard layer is SimpleRNN || layer is LSTM || layer is GRU else { return [] }
        var numbers = networkLayer.numbers
        numbers.parameters[1] = other(numbers.parameters[1])
        let made = layerDerivatives(of: nil, from: nil, numbers, toInputs: true)
        if case .parameter(_, let index) = step {
            return [Variant(values: [made.parameters[index]])]
        }
        return [Variant(values: made.inputs)]
    }
}
