/// Along what X and the parameters move, for a Jacobian-vector product.
public struct Tangents<S: Scalar>: Sendable {
    public var inputs: Matrix<S>
    /// Of each layer's parameters.
    public var layers: [[Matrix<S>]]

    /// Tangents of the right shapes that move nothing.
    public init(zerosLike network: Network<S>, _ inputs: Matrix<S>) {
        func zeros(_ matrix: Matrix<S>) -> Matrix<S> {
            Matrix(rows: matrix.rows, columns: matrix.columns, repeating: 0)
        }
        self.inputs = zeros(inputs)
        layers = network.layers.map { $0.numbers.parameters.map(zeros) }
    }
}

extension Network {
    /// The Jacobian-vector product: how the outputs move along the tangents, `[m, outputs]`.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward(_ tangents: Tangents<S>, through pass: ForwardPass<S>) -> Matrix<S> {
        var moved: [Matrix<S>] = []
        for (index, layer) in layers.enumerated() {
            let inputs = layer.sources.map { $0 < 0 ? tangents.inputs : moved[$0] }
            let z = layer.layer.pushForward(
                inputs, tangents.layers[index], from: pass.layers[index], layer.numbers, pass.run)
            moved.append(layer.pushForward(z, through: pass.layers[index]))
        }
        return moved[layers.count - 1]
    }
}
