/// An array with its name, its shape in the layout and its first numbers.
struct Quantity<S: Scalar> {
    let symbol: Expression.Symbol
    let shape: [Int]
    let first: [S]
    private(set) var scalar: Double?

    var expression: Expression { .symbol(symbol) }
    var traced: TracedArray { TracedArray(name: expression.text, shape: shape) }

    /// How many of a result's numbers a step shows.
    private static var shown: Int { 6 }

    init(_ symbol: Expression.Symbol, shape: [Int], first: [S]) {
        self.symbol = symbol
        self.shape = shape
        self.first = Array(first.prefix(Self.shown))
    }

    /// One number.
    init(_ symbol: Expression.Symbol, _ scalar: Double) {
        self.init(symbol, shape: [], first: [S(scalar)])
        self.scalar = scalar
    }

    /// Of numbers in the engine's order; only those that are shown are looked up.
    init(_ symbol: Expression.Symbol, _ elements: [S], _ shape: [Int], _ order: AxisOrder) {
        let wire = order.wire(shape)
        self.init(
            symbol, shape: wire,
            first: (0..<min(Self.shown, elements.count)).map { place in
                var rest = place
                var index = shape
                for (axis, size) in zip(order.places, wire).reversed() {
                    index[axis] = rest % size
                    rest /= size
                }
                return elements[zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }]
            })
    }
}
