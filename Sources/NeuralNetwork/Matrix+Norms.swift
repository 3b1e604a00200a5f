// How great numbers are, and making them less, as clipping does.

extension Matrix {
    /// ‖x‖₂ = √(Σ x²), in float64 whatever the numbers are.
    ///
    /// Squares that overflow, or vanish, are those of the numbers over the greatest of them.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func norm() -> Double {
        let plain = sumOfSquares(times: 1)
        if plain.isNaN || (plain >= 0x1p-900 && plain <= 0x1p1000) { return plain.squareRoot() }
        let greatest = storage.reduce(0) { max($0, abs(Double($1))) }
        guard greatest > 0, greatest.isFinite else { return greatest }
        // A power of 2, so that division by it is exact; not so small that 1/scale overflows.
        let scale = max(greatest.binade, .leastNormalMagnitude)
        return sumOfSquares(times: 1 / scale).squareRoot() * scale
    }

    /// Σ (factor·x)², of eight sums side by side, so that it is vectorized.
    @inline(__always)
    private func sumOfSquares(times factor: Double) -> Double {
        storage.withUnsafeBufferPointer { x in
            var sums = SIMD8<Double>()
            let whole = x.count & ~7
            for start in stride(from: 0, to: whole, by: 8) {
                var part = SIMD8<Double>()
                for lane in 0..<8 { part[lane] = Double(x[start + lane]) }
                part *= factor
                sums += part * part
            }
            var sum = sums.sum()
            for i in whole..<x.count {
                let number = Double(x[i]) * factor
                sum += number * number
            }
            return sum
        }
    }

    /// Each number times a factor, in place, the product made in float64.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public mutating func scale(by factor: Double) {
        storage.withUnsafeMutableBufferPointer { x in
            for i in x.indices { x[i] = S(Double(x[i]) * factor) }
        }
    }

    /// Each number between −limit and limit, in place; what is not a number stays so.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public mutating func clamp(to limit: Double) {
        let limit = S(limit)
        storage.withUnsafeMutableBufferPointer { x in
            for i in x.indices { x[i] = x[i] > limit ? limit : x[i] < -limit ? -limit : x[i] }
        }
    }
}
