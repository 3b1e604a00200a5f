import NeuralNetwork

/// Whether numbers are all finite, and all 0, by a look that is as quick as reading them.
struct QuickLook<S: Scalar> {
    /// Of all of them, added up in the width of the numbers: not finite where one of them is not.
    private var squares: S = 0
    private(set) var isFinite = true
    private(set) var isZero = true

    @specialized(where S == Double)
    @specialized(where S == Float)
    mutating func add(_ matrix: Matrix<S>) {
        matrix.elements.withUnsafeBufferPointer { x in
            // Eight sums, so that no addition waits for the one before.
            var sums: (S, S, S, S, S, S, S, S) = (0, 0, 0, 0, 0, 0, 0, 0)
            let whole = x.count - x.count % 8
            for i in stride(from: 0, to: whole, by: 8) {
                sums.0 += x[i] * x[i]
                sums.1 += x[i + 1] * x[i + 1]
                sums.2 += x[i + 2] * x[i + 2]
                sums.3 += x[i + 3] * x[i + 3]
                sums.4 += x[i + 4] * x[i + 4]
                sums.5 += x[i + 5] * x[i + 5]
                sums.6 += x[i + 6] * x[i + 6]
                sums.7 += x[i + 7] * x[i + 7]
            }
            for i in whole..<x.count { sums.0 += x[i] * x[i] }
            squares += (sums.0 + sums.1) + (sums.2 + sums.3)
            squares += (sums.4 + sums.5) + (sums.6 + sums.7)
        }
        // The square of a finite number may not be one, and that of a small number may be 0: then
        // they are looked at closely.
        if !squares.isFinite, isFinite { isFinite = matrix.isFinite }
        if isZero { isZero = squares == 0 && matrix.elements.allSatisfy { $0 == 0 } }
    }
}

extension Gradients {
    /// A look at the parameters' derivatives.
    var look: QuickLook<S> {
        var look = QuickLook<S>()
        for layer in layers { for parameter in layer.parameters { look.add(parameter) } }
        return look
    }
}

extension Network {
    /// Whether all parameters are finite.
    var isFinite: Bool {
        var look = QuickLook<S>()
        for layer in layers { for parameter in layer.numbers.parameters { look.add(parameter) } }
        return look.isFinite
    }
}
