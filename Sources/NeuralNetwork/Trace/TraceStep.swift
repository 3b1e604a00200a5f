/// One operation of a forward or a backward pass, as a person would write it in a line of code.
public struct TraceStep<S: Scalar>: Sendable {
    public let pass: Pass
    /// The index of the layer that it belongs to; nil for the loss and the cost.
    public var layer: Int?
    /// `linear_forward`, `activation_backward` …
    public let name: String
    public let result: TracedArray
    public let formula: Expression
    public let operands: [TracedArray]
    /// The number that the convention, the loss or the penalty multiplies by, where one does.
    public var factor: TraceFactor?
    /// A sentence on what the formula does not say of itself.
    public var why: String?
    /// The first numbers of the result, row-major in the layout.
    public var first: [S]
    /// The result, where it is one number.
    public var scalar: Double?
    /// Which of several upstream derivatives it goes back from.
    public var seed: Int?

    public enum Pass: String, Sendable {
        case forward, backward
    }
}

/// An array that an operation takes or gives, by its name in the formula.
public struct TracedArray: Equatable, Sendable {
    public let name: String
    /// As the layout has it.
    public let shape: [Int]
}

/// A number that an operation multiplies by, and why.
public struct TraceFactor: Equatable, Sendable {
    public let value: Double
    /// `1/m`.
    public let symbol: String
    public let why: String
}

/// What a trace depends on beside the network and its passes.
public struct TraceSetting<S: Scalar>: Sendable {
    public let convention: Convention
    public let layout: Layout
    public let denominator: Denominator
    public let penalty: Penalty?
    /// Nil where the backward pass begins with a dA that the caller gave.
    public let objective: Objective<S>?
    public let caches: [LayerCache<S>]?

    public init(
        _ convention: Convention, _ layout: Layout, denominator: Denominator,
        penalty: Penalty? = nil, objective: Objective<S>? = nil, caches: [LayerCache<S>]? = nil
    ) {
        self.convention = convention
        self.layout = layout
        self.denominator = denominator
        self.penalty = penalty
        self.objective = objective
        self.caches = caches
    }
}

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

/// Writes the steps of one network's passes.
struct Tracer<S: Scalar> {
    let network: Network<S>
    let pass: ForwardPass<S>
    let setting: TraceSetting<S>
    private(set) var steps: [TraceStep<S>] = []

    init(_ network: Network<S>, _ pass: ForwardPass<S>, _ setting: TraceSetting<S>) {
        self.network = network
        self.pass = pass
        self.setting = setting
    }

    var last: Int { network.layers.count - 1 }
    var layout: Layout { setting.layout }

    /// Notes a step, whose operands are those of `among` that its formula names.
    mutating func add(
        _ direction: TraceStep<S>.Pass, _ layer: Int?, _ name: String, _ result: Quantity<S>,
        _ formula: Expression, among operands: [Quantity<S>], always: [Quantity<S>] = [],
        factor: TraceFactor? = nil, why: [String?] = []
    ) {
        let named = formula.symbols
        let taken = operands.filter { operand in
            named.contains { $0.isSame(as: operand.symbol) }
                || always.contains { $0.symbol == operand.symbol }
        }
        var once: [TracedArray] = []
        for array in taken.map(\.traced) where !once.contains(array) { once.append(array) }
        let sentences = why.compactMap { $0 }
        steps.append(
            TraceStep(
                pass: direction, layer: layer, name: name, result: result.traced, formula: formula,
                operands: once, factor: factor,
                why: sentences.isEmpty ? nil : sentences.joined(separator: "; "),
                first: result.first, scalar: result.scalar))
    }
}

// MARK: Quantities

extension Tracer {
    /// Numbers of each example of what a layer, or X for −1, gives.
    func signal(_ base: String, of source: Int, _ matrix: Matrix<S>, mark: String? = nil)
        -> Quantity<S>
    {
        let own = source < 0 ? network.inputShape : network.layers[source].layer.outputShape
        return Quantity(
            Expression.Symbol(base, source + 1, mark: mark), matrix.elements, [pass.examples] + own,
            .signal(axes: own.count, layout))
    }

    /// An array of a layer, or its derivative.
    func numbers(
        _ base: String, of layer: Int, _ matrix: Matrix<S>, _ declared: NumbersDeclaration,
        mark: String? = nil
    ) -> Quantity<S> {
        let symbol = Expression.Symbol(base, layer + 1, mark: mark)
        let shape = declared.shape
        guard shape.count > 1 else {
            return Quantity(
                symbol, shape: layout.biasIsColumn ? [shape[0], 1] : shape, first: matrix.elements)
        }
        return Quantity(
            symbol, matrix.elements, shape, AxisOrder(places: declared.form.order(in: layout)))
    }

    func output(of source: Int) -> Quantity<S> {
        signal("A", of: source, source < 0 ? pass.inputs : pass.layers[source].activation)
    }

    func preActivation(of layer: Int) -> Quantity<S> {
        signal("Z", of: layer, pass.layers[layer].preActivation)
    }

    /// What a layer learns and keeps.
    func arrays(of layer: Int) -> [Quantity<S>] {
        let (place, numbers) = (network.layers[layer], network.layers[layer].numbers)
        return zip(place.layer.parameters, numbers.parameters).map {
            self.numbers($0.form.name, of: layer, $1, $0)
        }
            + zip(place.layer.states, numbers.states).map {
                self.numbers($0.form.name, of: layer, $1, $0)
            }
            + zip(place.declaration.answered, pass.layers[layer].kept).map {
                signal($0, of: layer, $1)
            }
    }

    /// The layers that take what a layer, or X for −1, gives, one as often as it takes it.
    func takers(of source: Int) -> [Int] {
        network.layers.indices.flatMap { layer in
            network.layers[layer].sources.filter { $0 == source }.map { _ in layer }
        }
    }
}

extension NetworkLayer {
    var declaration: LayerDeclaration { type(of: layer).declaration }
}

extension Expression {
    /// All quantities in it.
    var symbols: [Symbol] {
        switch self {
        case .symbol(let symbol): [symbol]
        case .number, .words, .mark: []
        case .sequence(let parts), .sum(let parts), .product(let parts): parts.flatMap(\.symbols)
        case .equation(_, let right): right.symbols
        case .difference(let a, let b), .elementwise(let a, let b), .fraction(let a, let b),
            .power(let a, let b):
            a.symbols + b.symbols
        case .transpose(let inner), .sumOverExamples(let inner), .root(let inner): inner.symbols
        }
    }
}

extension Expression.Symbol {
    /// Whether it is the quantity, or an entry of it.
    fileprivate func isSame(as quantity: Expression.Symbol) -> Bool {
        base == quantity.base && layer == quantity.layer
            && (mark == quantity.mark || quantity.mark == nil)
    }
}
