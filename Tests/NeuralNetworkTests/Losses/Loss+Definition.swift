import Glibc

@testable import NeuralNetwork

extension Loss {
    /// The loss of one example as it is defined, straight from A: no digit is saved.
    func byDefinition(_ a: [Double], _ y: [Double], through activation: Activation) -> Double {
        let n = Double(a.count)
        switch self {
        case .binaryCrossentropy(let fromLogits, let outputs):
            let a = fromLogits && activation == .linear ? a.map { 1 / (1 + exp(-$0)) } : a
            let sum = zip(a, y).reduce(0) { sum, pair in
                let (a, y) = pair
                return sum - y * log(a) - (1 - y) * log(1 - a)
            }
            return outputs == .mean ? sum / n : sum
        case .categoricalCrossentropy(let fromLogits),
            .sparseCategoricalCrossentropy(let fromLogits):
            let total = a.reduce(0) { $0 + exp($1) }
            let a = fromLogits && activation == .linear ? a.map { exp($0) / total } : a
            return zip(a, y).reduce(0) { $0 - $1.1 * log($1.0) }
        case .meanSquaredError:
            return zip(a, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / n
        case .halfSquaredError:
            return zip(a, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2
        case .meanAbsoluteError:
            return zip(a, y).reduce(0) { $0 + abs($1.0 - $1.1) } / n
        case .huber(let delta):
            return zip(a, y).reduce(0) { sum, pair in
                let e = abs(pair.0 - pair.1)
                return sum + (e <= delta ? 0.5 * e * e : delta * e - 0.5 * delta * delta)
            } / n
        }
    }

    /// Every example's loss as it is defined.
    func byDefinition(
        _ a: Matrix<Double>, _ targets: Matrix<Double>, through activation: Activation
    ) -> [Double] {
        (0..<a.rows).map { row in
            byDefinition(
                a.rows(row..<(row + 1)).elements, targets.rows(row..<(row + 1)).elements,
                through: activation)
        }
    }

    /// Whether the loss has a logarithm of A, so that A must be above 0 (and below 1).
    func needsProbabilities(after activation: Activation) -> Bool {
        switch self {
        case .binaryCrossentropy, .categoricalCrossentropy, .sparseCategoricalCrossentropy:
            !(fromLogits && activation == .linear)
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber: false
        }
    }

    /// Whether the activation's outputs can be what the loss takes: those of log-softmax are no
    /// probabilities.
    func isDefined(after activation: Activation) -> Bool {
        activation != .logSoftmax || !needsProbabilities(after: activation)
    }

    /// Whether the loss has no kink within `margin` of these outputs, and, where it needs
    /// probabilities, has them between 0.1 and 0.9: the third derivative of log a, 2/a³, is at most
    /// 2000 there, and the error of a central difference 3e-8.
    func isSmooth(
        at a: Matrix<Double>, _ targets: Matrix<Double>, after activation: Activation,
        margin: Double = 1e-3
    ) -> Bool {
        zip(a.elements, targets.elements).allSatisfy { a, y in
            switch self {
            case .meanAbsoluteError: abs(a - y) > margin
            case .huber(let delta): abs(abs(a - y) - delta) > margin
            default:
                !needsProbabilities(after: activation) || (0.1...0.9).contains(a)
            }
        }
    }
}

extension Activation {
    /// A z with g(z) = a, by bisection: every activation but softmax crosses an `a` above 0 once.
    func inverse(at a: Double) -> Double {
        var range = (-5.0, 5.0)
        for _ in 0..<60 {
            let z = (range.0 + range.1) / 2
            let value = evaluate(at: Matrix(rows: 1, columns: 1, repeating: z))[0, 0]
            if value < a { range.0 = z } else { range.1 = z }
        }
        return range.0
    }
}
