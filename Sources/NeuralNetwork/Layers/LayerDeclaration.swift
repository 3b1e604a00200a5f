/// What a kind of layer is called, what a caller may set and give, and what it computes. The
/// decoder, its messages, the catalogue and the tests all read it.
// A class, as are the other declarations: it never changes, and is handed about for each request.
public final class LayerDeclaration: Sendable {
    /// The name on the wire, which is Keras's.
    public let name: String
    /// What other libraries call the same layer.
    public let otherNames: [String]
    public let settings: [Setting]
    /// The arrays that a caller may give: parameters, states and masks.
    public let arrays: [ArrayForm]
    /// Whether an activation may follow its Z within the layer.
    public let hasActivation: Bool
    /// How many inputs it takes.
    public let inputs: ClosedRange<Int>
    /// Forward and backward, as text.
    public let formula: (forward: String, backward: String)
    /// The names of the first arrays that it keeps and an answer carries, each shaped as its output.
    public let answered: [String]
    /// The names of the settings that its arrays are drawn by, and of its arrays of two roles.
    public let sizes, weights, biases: [String]

    public init(
        _ name: String, otherNames: [String] = [], settings: [Setting] = [],
        arrays: [ArrayForm] = [], hasActivation: Bool = false, inputs: ClosedRange<Int> = 1...1,
        formula: (forward: String, backward: String), answered: [String] = []
    ) {
        self.name = name
        self.otherNames = otherNames
        self.settings = settings
        self.arrays = arrays
        self.hasActivation = hasActivation
        self.inputs = inputs
        self.formula = formula
        self.answered = answered
        sizes = settings.filter(\.isSize).map(\.name)
        weights = arrays.filter { $0.role == .weights }.map(\.name)
        biases = arrays.filter { $0.role == .bias }.map(\.name)
    }
}

/// Every layer, as a caller may name and set it.
public let layerKinds: [any Layer.Type] = [
    Dense.self, ActivationLayer.self, PReLU.self,
    Dropout.self, BatchNormalization.self, LayerNormalization.self,
    Conv2D.self, MaxPooling2D.self, AveragePooling2D.self,
    GlobalMaxPooling2D.self, GlobalAveragePooling2D.self,
    Flatten.self, Reshape.self, Add.self, Concatenate.self,
    Embedding.self, SimpleRNN.self, LSTM.self, GRU.self, MultiHeadAttention.self,
]

/// An array that belongs to a layer: its name, and how each layout arranges it.
public final class ArrayForm: Sendable {
    public let name: String
    public let role: Role
    /// The names of its axes, in the engine's order.
    public let axes: [String]
    /// Of which axes, in the engine's order, each layout makes its own, in its order.
    private let orders: [Layout: [Int]]
    /// The layouts that have it.
    public let layouts: [Layout]
    /// How many parts its first axis is made of, one after the other: the gates of a recurrent layer.
    public let parts: Int
    private let partOrders: [Layout: [Int]]

    public enum Role: Sendable, Equatable {
        /// Drawn by an initializer where the caller gives none; the penalty is on it.
        case weights
        /// As the weights, but it starts at 0 and no penalty is on it.
        case bias
        /// Learned too, but it may be left out alone, and starts at a value of its own.
        case parameter(initial: Double)
        /// Kept from batch to batch, not learned.
        case state(initial: Double)
        /// Numbers of each example: laid out as the layer's output.
        case mask
    }

    /// `orders` has the layouts that arrange the axes in another order than the engine, and
    /// `partOrders` those that have the parts in another order than the course.
    public init(
        _ name: String, _ role: Role, axes: [String], orders: [Layout: [Int]] = [:],
        layouts: [Layout] = Layout.allCases, parts: Int = 1, partOrders: [Layout: [Int]] = [:]
    ) {
        self.name = name
        self.role = role
        self.axes = axes
        self.orders = orders
        self.layouts = layouts
        self.parts = parts
        self.partOrders = partOrders
    }

    /// Which of the course's parts stands at each place of the first axis.
    public func parts(in layout: Layout) -> [Int] { partOrders[layout] ?? Array(0..<parts) }

    /// Numbers in the engine's order of axes, their parts put from one layout's order into another's.
    public func parts<S: Scalar>(of elements: [S], from: Layout, to: Layout) -> [S] {
        let (found, wanted) = (parts(in: from), parts(in: to))
        if found == wanted { return elements }
        let size = elements.count / parts
        return wanted.flatMap { part in
            let start = found.firstIndex(of: part)! * size
            return elements[start..<(start + size)]
        }
    }

    /// Which axis of the engine's stands at each place.
    public func order(in layout: Layout) -> [Int] { orders[layout] ?? Array(axes.indices) }

    /// The same as an order of axes.
    public func axisOrder(_ layout: Layout) -> AxisOrder { AxisOrder(places: order(in: layout)) }

    /// A shape in the engine's order, of one in a layout's, if it has as many axes.
    public func shape(fromWire shape: [Int], _ layout: Layout) -> [Int]? {
        guard shape.count == axes.count else { return nil }
        var own = shape
        for (place, axis) in order(in: layout).enumerated() { own[axis] = shape[place] }
        return own
    }

    /// Whether it is learned, and so has a gradient.
    public var isLearned: Bool {
        switch role {
        case .weights, .bias, .parameter: true
        case .state, .mask: false
        }
    }
}

/// An array of a layer with its shape, in the engine's order of axes.
public struct NumbersDeclaration: Sendable {
    public let form: ArrayForm
    public let shape: [Int]
    /// How many inputs and outputs each weight stands between, by which initializers scale.
    public let fans: (inputs: Double, outputs: Double)

    public init(_ form: ArrayForm, _ shape: [Int], fans: (inputs: Double, outputs: Double) = (1, 1))
    {
        self.form = form
        self.shape = shape
        self.fans = fans
    }

    /// The rows and columns of its matrix.
    public var rows: Int { shape.count > 1 ? shape[0] : 1 }
    public var columns: Int { shape.dropFirst(shape.count > 1 ? 1 : 0).reduce(1, *) }
    public var count: Double { shape.reduce(1.0) { $0 * Double($1) } }
}

/// What a layer is made of: its settings, held against what comes to it.
public struct LayerPlan: Sendable {
    public let settings: SettingValues
    /// The shapes of one example of each input.
    public let inputs: [[Int]]
    public let layout: Layout
    /// The shapes of the arrays that were given, by name, in the engine's order; one that has
    /// another number of axes than its form is left out, and refused elsewhere.
    public let given: [String: [Int]]

    public init(
        _ settings: SettingValues, inputs: [[Int]], layout: Layout = .course,
        given: [String: [Int]] = [:]
    ) {
        self.settings = settings
        self.inputs = inputs
        self.layout = layout
        self.given = given
    }

    /// The only input's shape, which must have so many axes; refuses another.
    public func input(axes: [String]) throws(LayerFault) -> [Int] {
        let shape = inputs[0]
        guard shape.count == axes.count else {
            throw LayerFault(
                nil,
                "takes \(axes.joined(separator: " × ")) of each example, and what comes is "
                    + (shape.count == 1
                        ? shape[0].counted("unit")
                        : shape.map(String.init).joined(separator: " × ")))
        }
        return shape
    }
}

/// What is wrong with a layer, and which of its fields says so; nil for the layer itself.
public struct LayerFault: Error, Equatable {
    public let field: String?
    public let detail: String
    public let hint: String?

    public init(_ field: String?, _ detail: String, hint: String? = nil) {
        self.field = field
        self.detail = detail
        self.hint = hint
    }
}
