import CMath
import NeuralNetwork

/// Whether numbers are all finite, and all 0.
struct QuickLook {
    private(set) var isFinite = true
    private(set) var isZero = true

    mutating func add<S: Scalar>(_ matrix: Matrix<S>) {
        let kinds = matrix.withNumbers {
            kinds_of_numbers($0.baseAddress, $0.count, MemoryLayout<S>.size)
        }
        isFinite = isFinite && kinds.are_finite
        isZero = isZero && kinds.are_zero
    }
}

extension Gradients {
    /// A look at the parameters' derivatives.
    var look: QuickLook {
        var look = QuickLook()
        for layer in layers.indices {
            for index in layers[layer].parameters.indices {
                look.add(layers[layer].parameters[index])
            }
        }
        return look
    }
}

extension Network {
    /// Whether all parameters are finite.
    var isFinite: Bool {
        var look = QuickLook()
        for layer in layers.indices {
            for index in layers[layer].numbers.parameters.indices {
                look.add(layers[layer].numbers.parameters[index])
            }
        }
        return look.isFinite
    }
}
