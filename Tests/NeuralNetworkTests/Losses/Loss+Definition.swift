import Glibc

@testable import NeuralNetwork

extension Loss {
    /// The loss of one example as it is defined, straight from A: no digit is saved.
    func byDefinition(_ a: [Double], _ y: [Double], through activation: Activation) -> Double {
        let n = Double(a.count)
        let isOfLogits = fromLogits && acceptsLogits(after: activation)
        func sum(_ y: [Double], _ term: (_ a: Double, _ y: Double) -> Double) -> Double {
            zip(a, y).reduce(0) { $0 + term($1.0, $1.1) }
        }
        func smoothed(_ s: Double, _ classes: Double) -> [Double] {
            y.map { $0 * (1 - s) + s / classes }
        }
        func probability(_ a: Double) -> Double { isOfLogits ? 1 / (1 + exp(-a)) : a }
        switch self {
        case .binaryCrossentropy(_, let outputs, let s):
            let sum = sum(smoothed(s, 2)) { a, y in
                -y * log(probability(a)) - (1 - y) * log(1 - probability(a))
            }
            return outputs == .mean ? sum / n : sum
        case .categoricalCrossentropy(_, let s), .sparseCategoricalCrossentropy(_, let s):
            let total = a.reduce(0) { $0 + exp($1) }
            return sum(smoothed(s, n)) { a, y in -y * log(isOfLogits ? exp(a) / total : a) }
        case .meanSquaredError: return sum(y) { ($0 - $1) * ($0 - $1) } / n
        case .halfSquaredError: return sum(y) { ($0 - $1) * ($0 - $1) } / 2
        case .meanAbsoluteError: return sum(y) { abs($0 - $1) } / n
        case .huber(let delta):
            return sum(y) { a, y in
                let e = abs(a - y)
                return e <= delta ? 0.5 * e * e : delta * e - 0.5 * delta * delta
            } / n
        case .smoothL1(let beta):
            return sum(y) { a, y in
                let e = abs(a - y)
                return e < beta ? 0.5 * e * e / beta : e - 0.5 * beta
            } / n
        case .logCosh: return sum(y) { log(cosh($0 - $1)) } / n
        case .poisson(let logInput):
            return sum(y) { a, y in logInput ? exp(a) - y * a : a - y * log(a) } / n
        case .hinge: return sum(y) { max(0, 1 - $0 * $1) } / n
        case .squaredHinge: return sum(y) { pow(max(0, 1 - $0 * $1), 2) } / n
        case .categoricalHinge:
            return max(0, 1 + zip(a, y).map { (1 - $1) * $0 }.max()! - sum(y) { $0 * $1 })
        case .klDivergence:
            return sum(y) { a, y in
                y == 0 ? 0 : y * (log(y) - (activation == .logSoftmax ? a : log(a)))
            }
        case .cosineSimilarity:
            let lengths = sqrt(sum(y) { a, _ in a * a }) * sqrt(sum(y) { _, y in y * y })
            return -sum(y) { $0 * $1 } / lengths
        case .binaryFocalCrossentropy(let focus):
            let sum = sum(smoothed(focus.labelSmoothing, 2)) { a, y in
                let p = probability(a)
                let ofTarget = y * p + (1 - y) * (1 - p)
                let balance = y * focus.alpha + (1 - y) * (1 - focus.alpha)
                return (focus.balancesClasses ? balance : 1) * pow(1 - ofTarget, focus.gamma)
                    * (-y * log(p) - (1 - y) * log(1 - p))
            }
            return focus.outputs == .mean ? sum / n : sum
        }
    }

    /// Every example's loss as it is defined.
    func byDefinition(
        _ a: Matrix<Double>, _ targets: Matrix<Double>, through activation: Activation
    ) -> [Double] {
        zip(a.asRows, targets.asRows).map { byDefinition($0, $1, through: activation) }
    }

    /// Whether the loss has a logarithm of A, so that A must be above 0 (and below 1).
    func needsProbabilities(after activation: Activation) -> Bool {
        switch self {
        case .binaryCrossentropy, .categoricalCrossentropy, .sparseCategoricalCrossentropy,
            .binaryFocalCrossentropy:
            !(fromLogits && acceptsLogits(after: activation))
        case .klDivergence: activation != .logSoftmax
        case .poisson(let logInput): !logInput
        case .meanSquaredError, .halfSquaredError, .meanAbsoluteError, .huber, .smoothL1, .logCosh,
            .hinge, .squaredHinge, .categoricalHinge, .cosineSimilarity:
            false
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
        zip(a.asRows, targets.asRows).allSatisfy { a, y in
            isSmooth(at: a, y, margin: margin)
                && (!needsProbabilities(after: activation) || a.allSatisfy((0.1...0.9).contains))
        }
    }

    private func isSmooth(at a: [Double], _ y: [Double], margin: Double) -> Bool {
        func each(_ isSmooth: (_ a: Double, _ y: Double) -> Bool) -> Bool {
            zip(a, y).allSatisfy { isSmooth($0, $1) }
        }
        switch self {
        case .meanAbsoluteError: return each { abs($0 - $1) > margin }
        case .huber(let width), .smoothL1(let width):
            return each { abs(abs($0 - $1) - width) > margin }
        case .hinge, .squaredHinge: return each { abs(1 - $0 * $1) > margin }
        case .categoricalHinge:
            let wrong = zip(a, y).map { (1 - $1) * $0 }.sorted(by: >)
            let right = zip(a, y).reduce(0) { $0 + $1.0 * $1.1 }
            return abs(1 + wrong[0] - right) > margin && wrong[0] - wrong[1] > margin
        case .cosineSimilarity: return a.reduce(0) { $0 + $1 * $1 } > 0.25
        case .binaryCrossentropy, .categoricalCrossentropy, .sparseCategoricalCrossentropy,
            .binaryFocalCrossentropy, .meanSquaredError, .halfSquaredError, .logCosh, .poisson,
            .klDivergence:
            return true
        }
    }
}

extension Matrix {
    fileprivate var asRows: [[S]] {
        (0..<rows).map { rows($0..<($0 + 1)).elements }
    }
}

extension Activation {
    /// A z with g(z) = a, by bisection: every activation but softmax and log-softmax crosses an `a`
    /// from 0 to 1 once.
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
