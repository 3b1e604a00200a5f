/// A layer that makes one number of those under each window, channel by channel.
public protocol PoolingLayer: Layer {
    /// How many numbers a whole window has in a channel.
    var windowSize: Int { get }

    /// Each derivative of the output, whole, at every number under its window that `isTaken`, given
    /// that number and what the window became. What windows share adds up.
    func spread<S: Scalar>(
        _ outputGradient: Matrix<S>, through pass: LayerPass<S>,
        where isTaken: @Sendable (_ number: S, _ pooled: S) -> Bool
    ) -> Matrix<S>
}

extension MaxPooling2D: PoolingLayer {
    public var windowSize: Int { maxima.window.cells }
    public func spread<S: Scalar>(
        _ outputGradient: Matrix<S>, through pass: LayerPass<S>,
        where isTaken: @Sendable (_ number: S, _ pooled: S) -> Bool
    ) -> Matrix<S> { maxima.window.spread(outputGradient, pass, isTaken) }
}

extension GlobalMaxPooling2D: PoolingLayer {
    public var windowSize: Int { maxima.window.cells }
    public func spread<S: Scalar>(
        _ outputGradient: Matrix<S>, through pass: LayerPass<S>,
        where isTaken: @Sendable (_ number: S, _ pooled: S) -> Bool
    ) -> Matrix<S> { maxima.window.spread(outputGradient, pass, isTaken) }
}

extension AveragePooling2D: PoolingLayer {
    public var windowSize: Int { means.window.cells }
    public func spread<S: Scalar>(
        _ outputGradient: Matrix<S>, through pass: LayerPass<S>,
        where isTaken: @Sendable (_ number: S, _ pooled: S) -> Bool
    ) -> Matrix<S> { means.window.spread(outputGradient, pass, isTaken) }
}

extension GlobalAveragePooling2D: PoolingLayer {
    public var windowSize: Int { means.window.cells }
    public func spread<S: Scalar>(
        _ outputGradient: Matrix<S>, through pass: LayerPass<S>,
        where isTaken: @Sendable (_ number: S, _ pooled: S) -> Bool
    ) -> Matrix<S> { means.window.spread(outputGradient, pass, isTaken) }
}

extension Window {
    fileprivate func spread<S: Scalar>(
        _ outputGradient: Matrix<S>, _ pass: LayerPass<S>, _ isTaken: (S, S) -> Bool
    ) -> Matrix<S> {
        let (x, pooled) = (pass.input.elements, pass.preActivation.elements)
        let dA = outputGradient.elements
        var dX = [S](repeating: 0, count: x.count)
        forEachCell(of: 0..<pass.input.rows) { cell in
            for c in 0..<channels {
                let from = cell.place * channels + c
                if isTaken(x[cell.offset + c], pooled[from]) { dX[cell.offset + c] += dA[from] }
            }
        }
        return Matrix(rows: pass.input.rows, columns: pass.input.columns, elements: dX)
    }
}
