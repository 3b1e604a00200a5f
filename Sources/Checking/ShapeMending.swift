import NeuralNetwork

/// What a derivative's shape should be in a layout, and how arrays of other shapes are read.
public struct ExpectedShape: Sendable {
    /// In the engine's order of axes.
    private let own: [Int]
    private let orders: [Layout: AxisOrder]
    private let isVector: Bool

    /// That of dX, dA or dZ, of so many examples.
    public init(signal shape: [Int], examples m: Int) {
        own = [m] + shape
        orders = Dictionary(
            uniqueKeysWithValues: Layout.allCases.map {
                ($0, AxisOrder.signal(axes: shape.count, $0))
            })
        isVector = false
    }

    /// That of the derivative of a parameter.
    public init(_ declared: NumbersDeclaration) {
        own = declared.shape
        isVector = own.count == 1
        orders = Dictionary(
            uniqueKeysWithValues: Layout.allCases.map { ($0, declared.form.axisOrder($0)) })
    }

    /// The shape that is expected in a layout.
    public func wire(_ layout: Layout) -> [Int] {
        if isVector { return layout.biasIsColumn ? [own[0], 1] : own }
        return order(layout).wire(own)
    }

    /// The numbers in the engine's order, as far as they are as many as they should be, and what is
    /// not as expected about their shape.
    public func read(
        _ numbers: [Double], shape: [Int], _ layout: Layout
    ) -> Submission.Tensor {
        let expected = wire(layout)
        func tensor(_ elements: [Double]?, _ kind: ShapeFinding.Kind?) -> Submission.Tensor {
            Submission.Tensor(
                elements.map { matrix($0) }, numbers: numbers,
                shape: kind.map { ShapeFinding(found: shape, expected: expected, kind: $0) })
        }
        guard numbers.count == own.reduce(1, *) else { return tensor(nil, .other) }
        if isVector { return tensor(numbers, vectorFinding(shape, layout)) }
        if shape == expected { return tensor(engine(numbers, layout), nil) }
        if expected.count == 2, shape == expected.reversed() {
            let turned = Matrix(rows: shape[0], columns: shape[1], elements: numbers).turned
            return tensor(engine(turned.elements, layout), .transposed)
        }
        if let other = Layout.allCases.first(where: { wire($0) == shape }) {
            return tensor(engine(numbers, other), .otherLayout)
        }
        let longest = shape.reduce(0, max)
        guard longest == numbers.count else { return tensor(nil, .other) }
        return tensor(
            engine(numbers, layout),
            shape.count == 1 && expected.contains(1) ? .missingAxis : .flattened)
    }

    /// An array of one axis may come flat, as a column or as a row.
    private func vectorFinding(_ shape: [Int], _ layout: Layout) -> ShapeFinding.Kind? {
        if shape == wire(layout) { return nil }
        if shape == own { return .missingAxis }
        if shape == [own[0], 1] { return .otherLayout }
        return shape == [1, own[0]] ? .transposed : .flattened
    }

    private func order(_ layout: Layout) -> AxisOrder {
        orders[layout] ?? AxisOrder(places: Array(own.indices))
    }

    private func engine(_ numbers: [Double], _ layout: Layout) -> [Double] {
        let order = order(layout)
        return order.inverse.reordered(numbers, shape: order.wire(own))
    }

    private func matrix(_ elements: [Double]) -> Matrix<Double> {
        let rows = own.count > 1 ? own[0] : 1
        return Matrix(rows: rows, columns: elements.count / max(rows, 1), elements: elements)
    }
}
