import NeuralNetwork

/// Whether numbers are all finite, and all 0, by a look that is as quick as reading them: their bits
/// are put together, which is vectorized where a sum is not.
struct QuickLook<S: Scalar> {
    private var sizes: S.BitPattern = 0
    private var carries: S.BitPattern = 0

    @specialized(where S == Double)
    @specialized(where S == Float)
    mutating func add(_ matrix: Matrix<S>) {
        let (size, one) = (~Self.sign, S.leastNormalMagnitude.bitPattern)
        var (sizes, carries) = (sizes, carries)
        matrix.withNumbers { numbers in
            for x in numbers {
                let bits = x.bitPattern & size
                sizes |= bits
                // One more in the exponent, which goes over into the sign where all its bits are 1,
                // as those of infinities and NaN are, and of no other number.
                carries |= bits &+ one
            }
        }
        (self.sizes, self.carries) = (sizes, carries)
    }

    private static var sign: S.BitPattern { (-S.zero).bitPattern }
    var isFinite: Bool { carries & Self.sign == 0 }
    var isZero: Bool { sizes == 0 }
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
