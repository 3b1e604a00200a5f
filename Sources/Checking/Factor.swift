import NeuralNetwork

/// A number by which a derivative is often wrong, and what it is called.
struct Factor: Sendable {
    let mistake: Mistake
    let value: Double
    /// Where the number comes from: `m`, `1/m`, `n_out`.
    let symbol: String
}

extension Exercise {
    /// The factors that may be on a step of the way back or on a derivative of a layer.
    func factors(at step: Step) -> [Factor] {
        let m = denominator.value
        let outputs = Double(network.outputShape.last ?? 1)
        var factors = [
            Factor(mistake: .oneOverMMissing, value: m, symbol: "m"),
            Factor(
                mistake: step.isBetweenLayers(last: last) ? .oneOverMAtEachLayer : .oneOverMTwice,
                value: 1 / m, symbol: "1/m"),
            Factor(mistake: .sign, value: -1, symbol: "−1"),
            Factor(mistake: .factorTwo, value: 2, symbol: "2"),
            Factor(mistake: .factorHalf, value: 1 / 2, symbol: "½"),
        ]
        if outputs > 1 {
            factors += [
                Factor(mistake: .outputsAveraged, value: 1 / outputs, symbol: "1/n_out"),
                Factor(mistake: .outputsSummed, value: outputs, symbol: "n_out"),
                Factor(
                    mistake: .elementsAveraged, value: 1 / (m * outputs), symbol: "1/(m·n_out)"),
            ]
        }
        let counts = unitCounts(at: step)
        // A layer whose units are as many as the outputs is told of by its own.
        factors.removeAll { counts.contains(outputs) && $0.mistake.name == "outputs_averaged" }
        for units in counts where units > 1 {
            factors.append(Factor(mistake: .unitsAveraged, value: 1 / units, symbol: "1/n"))
        }
        for count in countsThatAreNot(m, at: step) {
            factors.append(
                Factor(mistake: .wrongAxisForM, value: m / count, symbol: "m/n"))
        }
        for keep in Set(network.layers.compactMap { ($0.layer as? Dropout)?.keepProbability })
            .sorted()
        where keep < 1 {
            factors += [
                Factor(mistake: .keepProbMissing, value: keep, symbol: "keep_prob"),
                Factor(mistake: .keepProbTwice, value: 1 / keep, symbol: "1/keep_prob"),
            ]
        }
        let positions = objective.targets.rows / max(examples, 1)
        if positions > 1 {
            factors += [
                Factor(
                    mistake: .positionsAveraged, value: 1 / Double(positions),
                    symbol: "1/positions"),
                Factor(
                    mistake: .positionsSummed, value: Double(positions), symbol: "positions"),
            ]
        }
        if let weights = objective.weights {
            let sum = weights.reduce(0, +)
            let count = Double(weights.count)
            let ratio = denominator.kind == .weights ? sum / count : count / sum
            if ratio.isFinite, ratio > 0 {
                factors.append(Factor(mistake: .weightsSum, value: ratio, symbol: "Σw/m"))
            }
        }
        if examples > 1 {
            factors.append(
                Factor(
                    mistake: .oneLess, value: m / (m - 1), symbol: "m/(m − 1)"))
        }
        return factors.filter { $0.value != 1 && $0.value.isFinite }
    }
}

extension Exercise {
    /// The units of the layers that a step is at.
    private func unitCounts(at step: Step) -> Set<Double> {
        guard let layer = step.layer else { return [] }
        var layers = [layer]
        if case .inputs = step { layers += network.layers[layer].sources.filter { $0 >= 0 } }
        if layer == last, !step.isBetweenLayers(last: last) { layers.removeFirst() }
        return Set(layers.map { Double(network.layers[$0].layer.outputShape.last ?? 1) })
    }

    /// The sizes that a program can take for m: those of the other axes of X and of a layer.
    private func countsThatAreNot(_ m: Double, at step: Step) -> Set<Double> {
        var counts: Set = [Double(network.inputShape.first ?? 1)]
        if let layer = step.layer {
            counts.insert(Double(network.layers[layer].layer.outputShape.last ?? 1))
            counts.formUnion(
                network.layers[layer].sources.map {
                    $0 < 0
                        ? Double(network.inputShape.last ?? 1)
                        : Double(network.layers[$0].layer.outputShape.last ?? 1)
                })
        }
        return counts.subtracting([1, m])
    }
}

/// A step of the way back.
enum Step: Hashable, Sendable {
    /// dA[L] from the outputs and Y, and with it dZ[L].
    case output
    /// dZ from dA, of a layer.
    case activation(Int)
    /// dA of the layers before from dZ of a layer.
    case inputs(Int)
    /// dW and so on from dZ.
    case parameter(Int, Int)

    var layer: Int? {
        switch self {
        case .output: nil
        case .activation(let layer), .inputs(let layer), .parameter(let layer, _): layer
        }
    }

    /// Whether it is on the way between two layers, and not at the output or beside the way.
    func isBetweenLayers(last: Int) -> Bool {
        switch self {
        case .output, .parameter: false
        case .activation(let layer): layer != last
        case .inputs: true
        }
    }
}
