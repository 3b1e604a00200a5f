/// Each example's own derivative by one parameter, that of its own loss Lᵢ; their mean over the
/// examples is the batch's, by linearity.
public struct ExampleGradients<S: Scalar>: Sendable {
    /// `[m, numbers of the parameter]`, an example a row.
    public let gradients: Matrix<S>
    /// How far the sum of the rows is from the derivative of Σ Lᵢ that the batch gave: the greatest
    /// difference, relative to the greatest number of that; rounding, where all is right.
    public let residual: Double
}

/// What the examples' own derivatives by one parameter are like, without holding one for each.
///
/// With gᵢ that of example i and ḡ their mean over m.
public struct ExampleStatistics<S: Scalar>: Sendable {
    /// ‖gᵢ‖, Euclidean, of each example.
    public let norms: [Double]
    /// ⟨gᵢ, ḡ⟩ / (‖gᵢ‖·‖ḡ‖) of each example; NaN where one of them is 0.
    public let cosines: [Double]
    /// ‖ḡ‖.
    public let meanNorm: Double
    /// (1/m)·Σ ‖gᵢ‖².
    public let secondMoment: Double
    /// (1/m)·Σ ‖gᵢ − ḡ‖², the trace of the covariance.
    public let variance: Double
    /// ‖ḡ‖² / variance: infinite where all examples agree.
    public let signalToNoise: Double
    /// (1/m)·Σ gᵢ² and (1/m)·Σ (gᵢ − ḡ)² of each number of the parameter, where asked for.
    public let moments: (second: Matrix<S>, variance: Matrix<S>)?
}

extension Network {
    /// The first layer whose output of an example depends on the others, if one is.
    public func layerThatMixesExamples(_ run: Run) -> Int? {
        layers.firstIndex { $0.layer.mixesExamples(run) }
    }

    /// Each example's own derivatives by the parameters of a layer, of the derivatives of Σ Lᵢ as
    /// `backpropagate` makes them. No layer may mix examples.
    public func exampleGradients(
        of pass: ForwardPass<S>, _ gradients: Gradients<S>, layer index: Int
    ) -> [ExampleGradients<S>] {
        let layer = layers[index]
        let m = pass.examples
        var rows = layer.layer.parameters.map { _ in [S]() }
        for (parameter, declared) in layer.layer.parameters.enumerated() {
            rows[parameter].reserveCapacity(m * Int(declared.count))
        }
        forEachExample(pass, gradients, layer: index) { _, own in
            for (parameter, gradient) in own.enumerated() {
                rows[parameter] += gradient.elements
            }
        }
        return zip(rows, gradients.layers[index].parameters).map { rows, whole in
            let matrix = Matrix(rows: m, columns: rows.count / m, elements: rows)
            return ExampleGradients(
                gradients: matrix, residual: residual(matrix.columnSums.elements, whole.elements))
        }
    }

    private func residual(_ sum: [S], _ whole: [S]) -> Double {
        let greatest = whole.reduce(0.0) { max($0, abs(Double($1))) }
        let difference = zip(sum, whole).reduce(0.0) { max($0, abs(Double($1.0) - Double($1.1))) }
        return difference == 0 ? 0 : difference / greatest
    }

    /// Calls `body` with each example's own derivatives by the parameters of a layer.
    private func forEachExample(
        _ pass: ForwardPass<S>, _ gradients: Gradients<S>, layer index: Int,
        _ body: (Int, [Matrix<S>]) -> Void
    ) {
        let (layer, m) = (layers[index], pass.examples)
        precondition(!layer.layer.mixesExamples(pass.run))
        for i in 0..<m {
            let derivatives = layer.layer.backward(
                gradients.layers[index].preActivation.rows(i..<(i + 1)),
                from: pass.layers[index].rows(i..<(i + 1), of: m), layer.numbers, pass.run,
                toInputs: false)
            body(i, derivatives.parameters)
        }
    }

    /// The statistics of the examples' own derivatives by the parameters of a layer.
    ///
    /// Of a fully connected layer whose examples have one position no example's own derivative is
    /// made: ‖gᵢ‖² = ‖dzᵢ‖²·‖aᵢ‖², Σ gᵢ² = (dZ∘dZ)ᵀ·(A∘A), ⟨gᵢ, ḡ⟩ = (dZ·ḡ)ᵢ·aᵢ (Goodfellow, 2015).
    public func exampleStatistics(
        of pass: ForwardPass<S>, _ gradients: Gradients<S>, layer index: Int, eachNumber: Bool
    ) -> [ExampleStatistics<S>] {
        let means = gradients.layers[index].parameters.map { sum in
            var mean = sum
            mean.divide(by: S(pass.examples))
            return mean
        }
        let dZ = gradients.layers[index].preActivation
        if let dense = layers[index].layer as? Dense, dense.outputShape.count == 1 {
            let input = pass.layers[index].input
            let ofWeights = ExampleStatistics.ofProducts(
                dZ, input, mean: means[0], eachNumber: eachNumber)
            if means.count == 1 { return [ofWeights] }
            return [
                ofWeights, ExampleStatistics.ofRows(dZ, mean: means[1], eachNumber: eachNumber),
            ]
        }
        var sums = means.map { ExampleSums(mean: $0, eachNumber: eachNumber) }
        forEachExample(pass, gradients, layer: index) { _, own in
            for (parameter, gradient) in own.enumerated() { sums[parameter].add(gradient) }
        }
        return sums.map { $0.statistics(examples: pass.examples) }
    }
}

extension ExampleStatistics {
    /// Of gᵢ = dzᵢ·aᵢᵀ, the product of a row of each of two matrices.
    static func ofProducts(
        _ dZ: Matrix<S>, _ input: Matrix<S>, mean: Matrix<S>, eachNumber: Bool
    ) -> ExampleStatistics {
        let (left, right) = (squaredNorms(dZ), squaredNorms(input))
        return ExampleStatistics(
            squaredNorms: zip(left, right).map { $0 * $1 },
            products: rowSums(dZ.times(mean), input) { $0 * $1 }.map { Double($0) },
            sumOfSquares: eachNumber
                ? dZ.map { $0 * $0 }.transposed.times(input.map { $0 * $0 }) : nil,
            mean: mean)
    }

    /// Of gᵢ that are the rows of a matrix.
    static func ofRows(
        _ rows: Matrix<S>, mean: Matrix<S>, eachNumber: Bool
    ) -> ExampleStatistics {
        ExampleStatistics(
            squaredNorms: squaredNorms(rows),
            products: rows.times(mean.transposed).elements.map { Double($0) },
            sumOfSquares: eachNumber ? rows.map { $0 * $0 }.columnSums : nil, mean: mean)
    }

    private static func squaredNorms(_ matrix: Matrix<S>) -> [Double] {
        rowSums(matrix, matrix) { $0 * $1 }.map { Double($0) }
    }

    /// From ‖gᵢ‖², ⟨gᵢ, ḡ⟩ and Σ gᵢ².
    fileprivate init(
        squaredNorms: [Double], products: [Double], sumOfSquares: Matrix<S>?, mean: Matrix<S>
    ) {
        let m = squaredNorms.count
        norms = squaredNorms.map { $0.squareRoot() }
        let squaredMean = mean.elements.reduce(0.0) { $0 + Double($1) * Double($1) }
        let meanNorm = squaredMean.squareRoot()
        cosines = zip(products, norms).map { $0 / ($1 * meanNorm) }
        self.meanNorm = meanNorm
        secondMoment = squaredNorms.reduce(0, +) / Double(m)
        // Rounding must not make it negative; with one example there is none.
        variance = m == 1 ? 0 : max(secondMoment - squaredMean, 0)
        signalToNoise = squaredMean / variance
        moments = sumOfSquares.map { sum in
            let second = sum.map { $0 / S(m) }
            return (second, second.combined(with: mean) { m == 1 ? 0 : max($0 - $1 * $1, 0) })
        }
    }
}

/// The sums that the statistics are made of, gathered example by example.
private struct ExampleSums<S: Scalar> {
    let mean: Matrix<S>
    var squaredNorms: [Double] = []
    var products: [Double] = []
    var squares: Matrix<S>?

    init(mean: Matrix<S>, eachNumber: Bool) {
        self.mean = mean
        guard eachNumber else { return }
        squares = Matrix(rows: mean.rows, columns: mean.columns, repeating: 0)
    }

    mutating func add(_ gradient: Matrix<S>) {
        squares?.update(with: gradient) { $0 += $1 * $1 }
        squaredNorms.append(rowSums(gradient, gradient) { $0 * $1 }.reduce(0) { $0 + Double($1) })
        products.append(rowSums(gradient, mean) { $0 * $1 }.reduce(0) { $0 + Double($1) })
    }

    func statistics(examples m: Int) -> ExampleStatistics<S> {
        ExampleStatistics(
            squaredNorms: squaredNorms, products: products, sumOfSquares: squares, mean: mean)
    }
}
