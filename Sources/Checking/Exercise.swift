import NeuralNetwork

/// What submitted derivatives are judged against: a network, a batch, a cost, and every right
/// derivative of them.
public struct Exercise: Sendable {
    public let network: Network<Double>
    public let pass: ForwardPass<Double>
    public let objective: Objective<Double>
    public let denominator: Denominator
    public let penalty: Penalty?
    /// The right derivatives of Σ Lᵢ.
    let right: Gradients<Double>
    /// ∂R/∂θ of each layer's parameters, where there is a penalty.
    let penalties: [[Matrix<Double>?]]?
    let names: Names
    /// How large the terms are that cancel out to an exact 0: those of a cosine go with 1/‖a‖.
    let zeroScale: Double
    /// How far rounding in float32 moves each derivative of Σ Lᵢ.
    let noise: [GradientID: Double]

    public init(
        _ network: Network<Double>, _ pass: ForwardPass<Double>, _ objective: Objective<Double>,
        denominator: Denominator, penalty: Penalty? = nil, caches: [LayerCache<Double>]? = nil
    ) {
        self.init(network, pass, objective, denominator: denominator, penalty: penalty) { right in
            Rounding(network, pass, objective, right, caches: caches).noise
        }
    }

    /// One that nothing is judged against, and so without the noise, which costs two passes.
    init(
        unjudged network: Network<Double>, _ pass: ForwardPass<Double>,
        _ objective: Objective<Double>, denominator: Denominator, penalty: Penalty?
    ) {
        self.init(network, pass, objective, denominator: denominator, penalty: penalty) { _ in [:] }
    }

    private init(
        _ network: Network<Double>, _ pass: ForwardPass<Double>, _ objective: Objective<Double>,
        denominator: Denominator, penalty: Penalty?,
        noise: (_ right: Gradients<Double>) -> [GradientID: Double]
    ) {
        self.network = network
        self.pass = pass
        self.objective = objective
        self.denominator = denominator
        self.penalty = penalty
        right = network.backpropagate(pass, objective, toInputs: true)
        penalties = penalty?.gradients(of: network, examples: pass.examples)
        names = Names(network)
        zeroScale = objective.loss == .cosineSimilarity ? pass.outputs.cosineScale : 1
        self.noise = noise(right)
    }

    var last: Int { network.layers.count - 1 }
    /// m.
    var examples: Int { pass.examples }
}

extension Matrix<Double> {
    /// 1/‖a‖ of the smallest example, within reason.
    fileprivate var cosineScale: Double {
        let smallest = (0..<rows).map { rows($0..<($0 + 1)).peak }.filter { $0 > 0 }.min() ?? 1
        return min(max(1, 1 / smallest), 1000)
    }
}

extension Gradients<Double> {
    subscript(id: GradientID) -> Matrix<Double>? {
        guard id != .inputs else { return inputs }
        switch id.kind {
        case .output: return layers[id.layer].output
        case .preActivation: return layers[id.layer].preActivation
        case .parameter(let index): return layers[id.layer].parameters[index]
        }
    }
}

extension Exercise {
    /// The right derivative in a convention.
    func right(_ id: GradientID, in convention: Convention) -> Matrix<Double> {
        guard let sum = right[id] else { preconditionFailure("there is no such derivative") }
        switch id.kind {
        case .output, .preActivation:
            return sum.scaled(by: signalFactor(of: convention))
        case .parameter(let index):
            let data = sum.scaled(by: factor(of: .parameter, in: convention))
            guard let penalty = penalty(id.layer, index, in: convention) else { return data }
            return data.adding(penalty)
        }
    }

    /// What a derivative of Σ Lᵢ is multiplied by, at the output, where the way back begins.
    func signalFactor(of convention: Convention) -> Double {
        factor(of: .signal, in: convention)
    }

    /// What a layer's sum over the examples is multiplied by to be its parameter's derivative.
    func parameterFactor(of convention: Convention) -> Double {
        factor(of: .parameter, in: convention) / factor(of: .signal, in: convention)
    }

    /// What turns a derivative of Σ Lᵢ into a convention's.
    func factor(of kind: DerivativeKind, in convention: Convention) -> Double {
        Convention.sum.rescaling(to: convention, of: kind, denominator: denominator.value).factor
    }

    /// The penalty's term in a parameter's derivative, where there is one.
    func penalty(_ layer: Int, _ parameter: Int, in convention: Convention) -> Matrix<Double>? {
        convention.hasPenalty ? penalties?[layer][parameter] : nil
    }
}
