import NeuralNetwork

/// Where a cost has no derivative, or one that jumps: at a kink a central difference is neither of
/// the two slopes that meet.
public enum Kink: Equatable, Sendable {
    /// Of a layer's activation.
    case activation(layer: Int)
    /// Of which input a layer takes the largest.
    case maximum(layer: Int)
    case loss
    /// |W| of the L1 penalty.
    case penalty
    /// Seen in the cost, by slopes that differ on the two sides however short the step.
    case unknown
}

extension Kink {
    /// The first kink that lies between passes to the two sides of a parameter, with the pass at
    /// the parameter itself between them; `index` is the first layer that moved.
    static func crossed(
        from index: Int, _ before: ForwardPass<Double>, _ at: ForwardPass<Double>,
        _ after: ForwardPass<Double>, _ network: Network<Double>, _ objective: Objective<Double>
    ) -> Kink? {
        for layer in network.layers.indices.dropFirst(index) {
            let passes = [before, at, after].map { $0.layers[layer] }
            let kinks = network.layers[layer].activation.kinks
            if cross(passes.map(\.preActivation.elements), kinks) {
                return .activation(layer: layer)
            }
            switch network.layers[layer].layer {
            case is PReLU:
                if cross(passes.map(\.inputs[0].elements), [0]) {
                    return .activation(layer: layer)
                }
            case is MaxPooling2D, is GlobalMaxPooling2D:
                let winners = passes.map(\.kept[0])
                if winners[0] != winners[1] || winners[1] != winners[2] {
                    return .maximum(layer: layer)
                }
            default: break
            }
        }
        let outputs = [before, at, after].map(\.outputs.elements)
        return objective.crossesKink(outputs) ? .loss : nil
    }

    /// Whether one of some numbers is on both sides of a kink in three versions of it.
    fileprivate static func cross(_ versions: [[Double]], _ kinks: [Double]) -> Bool {
        kinks.contains { kink in
            versions[0].withUnsafeBufferPointer { x in
                versions[1].withUnsafeBufferPointer { y in
                    versions[2].withUnsafeBufferPointer { z in
                        x.indices.contains { i in
                            (x[i] < kink || y[i] < kink || z[i] < kink)
                                && (x[i] > kink || y[i] > kink || z[i] > kink)
                        }
                    }
                }
            }
        }
    }
}

extension Activation {
    /// The Z at which its first or second derivative jumps.
    var kinks: [Double] {
        switch self {
        case .relu, .leakyReLU, .elu, .selu, .celu, .softsign: [0]
        case .relu6: [0, 6]
        case .hardTanh: [-1, 1]
        case .hardSigmoid, .hardSiLU: [-3, 3]
        case .linear, .sigmoid, .tanh, .softmax, .softplus, .silu, .gelu, .mish, .logSoftmax: []
        }
    }
}

extension Objective<Double> {
    /// Whether an output is on both sides of a kink of the loss in three versions of the outputs.
    fileprivate func crossesKink(_ versions: [[Double]]) -> Bool {
        switch loss {
        case .meanAbsoluteError: crosses(versions, [0]) { $0 - $1 }
        case .huber(let width), .smoothL1(let width):
            crosses(versions, [-width, width]) { $0 - $1 }
        case .hinge, .squaredHinge: crosses(versions, [1]) { $0 * $1 }
        case .categoricalHinge: crossesMargin(versions)
        case .binaryCrossentropy, .categoricalCrossentropy, .sparseCategoricalCrossentropy,
            .meanSquaredError, .halfSquaredError, .logCosh, .poisson, .klDivergence,
            .cosineSimilarity, .binaryFocalCrossentropy:
            false
        }
    }

    /// Of a loss that is a sum of terms of `distance`, of an output and its target.
    private func crosses(
        _ versions: [[Double]], _ kinks: [Double], _ distance: (Double, Double) -> Double
    ) -> Bool {
        let y = targets.elements
        return Kink.cross(
            versions.map { a in
                a.indices.map { i in
                    weights?[i / targets.columns] == 0 ? 0 : distance(a[i], y[i])
                }
            }, kinks)
    }

    /// Of categorical hinge: which of the wrong outputs is the largest, and whether the right one
    /// is above it by 1.
    private func crossesMargin(_ versions: [[Double]]) -> Bool {
        let n = targets.columns
        let rows = versions.map { a in
            (0..<targets.rows).map { row -> (rival: Int, margin: Double) in
                let wrong = (0..<n).map { (1 - targets[row, $0]) * a[row * n + $0] }
                let right = (0..<n).reduce(0) { $0 + targets[row, $1] * a[row * n + $1] }
                let rival = (0..<n).max { wrong[$0] < wrong[$1] } ?? 0
                return (rival, right - wrong[rival])
            }
        }
        return Kink.cross(rows.map { $0.map(\.margin) }, [1])
            || rows.contains { $0.map(\.rival) != rows[0].map(\.rival) }
    }
}
