// Layers that take several others': residual connections and branches.

/// The sum of layers' outputs of one shape; a residual connection, where one of them is skipped to.
public struct Add: Layer {
    public static let declaration = LayerDeclaration(
        "add", otherNames: ["sum", "residual"], inputs: 2...100,
        formula: ("A = Σ A_prev", "dA_prev = dA, of each"))

    public let outputShape: [Int]
    private let count: Int

    public init(_ plan: LayerPlan) throws(LayerFault) {
        outputShape = plan.inputs[0]
        count = plan.inputs.count
        for (index, shape) in plan.inputs.enumerated() where shape != outputShape {
            throw LayerFault(
                "inputs",
                "input \(index) has \(shape.text) of each example, and input 0 has "
                    + "\(outputShape.text): a sum is of one shape")
        }
    }

    public var operations: Double { outputShape.reduce(Double(count)) { $0 * Double($1) } }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        LayerOutput(sum(inputs))
    }

    private func sum<S: Scalar>(_ matrices: [Matrix<S>]) -> Matrix<S> {
        var sum = matrices[0]
        for matrix in matrices.dropFirst() { sum.add(matrix) }
        return sum
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        LayerDerivatives(inputs: Array(repeating: outputGradient, count: count))
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        sum(inputTangents)
    }
}

/// Layers' outputs beside one another along their last axis: units, features or channels.
public struct Concatenate: Layer {
    public static let declaration = LayerDeclaration(
        "concatenate", otherNames: ["concat", "cat"], inputs: 2...100,
        formula: ("A = (A_prev, …) along the features", "dA_prev = its part of dA"))

    public let outputShape: [Int]
    /// The features of each input.
    private let parts: [Int]

    public init(_ plan: LayerPlan) throws(LayerFault) {
        let first = plan.inputs[0]
        for (index, shape) in plan.inputs.enumerated()
        where shape.dropLast() != first.dropLast() {
            throw LayerFault(
                "inputs",
                "input \(index) has \(shape.text) of each example, and input 0 has "
                    + "\(first.text): all but the features must be the same")
        }
        parts = plan.inputs.map { $0[$0.count - 1] }
        outputShape = first.dropLast() + [parts.reduce(0, +)]
    }

    public var operations: Double { 0 }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        LayerOutput(joined(inputs))
    }

    private func joined<S: Scalar>(_ inputs: [Matrix<S>]) -> Matrix<S> {
        let m = inputs[0].rows
        let views = zip(inputs, parts).map { $0.split(columns: $1) }
        let width = parts.reduce(0, +)
        return Matrix<S>(rows: views[0].rows, columns: width) { result in
            var offset = 0
            for view in views {
                view.elements.withUnsafeBufferPointer { x in
                    for row in 0..<view.rows {
                        for j in 0..<view.columns {
                            result.initializeElement(
                                at: row * width + offset + j, to: x[row * view.columns + j])
                        }
                    }
                }
                offset += view.columns
            }
        }.split(rows: m)
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        let width = parts.reduce(0, +)
        let whole = outputGradient.split(columns: width)
        var offset = 0
        var gradients: [Matrix<S>] = []
        for part in parts {
            let start = offset
            let gradient = Matrix<S>(rows: whole.rows, columns: part) { result in
                whole.elements.withUnsafeBufferPointer { x in
                    for row in 0..<whole.rows {
                        for j in 0..<part {
                            result.initializeElement(
                                at: row * part + j, to: x[row * width + start + j])
                        }
                    }
                }
            }
            gradients.append(gradient.split(rows: outputGradient.rows))
            offset += part
        }
        return LayerDerivatives(inputs: gradients)
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        joined(inputTangents)
    }
}

extension [Int] {
    /// As a person writes a shape: `28 × 28 × 3`.
    var text: String { map(String.init).joined(separator: " × ") }
}
