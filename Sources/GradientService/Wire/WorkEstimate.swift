import JSON
import NeuralNetwork

/// What a request asks for, known from its shapes alone.
struct WorkEstimate {
    /// Weights and biases.
    let parameters: Double
    /// Multiplications and additions of all passes.
    let operations: Double
    /// Bytes of parameters, of every layer's Z and A and what it notes, and of their gradients, in
    /// float64.
    let bytes: Double
    let layers: Int

    /// A layer's share of it.
    struct Share {
        let parameters: Double
        /// Of one example's forward pass.
        let operations: Double
        /// Numbers of one example's output, and those that the layer notes beside.
        let units: Double
        let kept: Double
    }

    init(_ layers: [Share], examples: Int, passes: Double) {
        let m = Double(examples)
        func sum(_ figure: (Share) -> Double) -> Double { layers.reduce(0) { $0 + figure($1) } }
        self.layers = layers.count
        parameters = sum(\.parameters)
        operations = m * sum(\.operations) * passes
        bytes = 8 * (3 * parameters + 4 * m * sum(\.units) + m * sum(\.kept))
    }

    private static let network = JSONPointer.root.appending("network")

    /// Each figure with its limit.
    func figures(_ limits: ServiceLimits) -> [Figure] {
        func figure(_ name: String, _ what: String, _ asked: Double, _ limit: Double) -> Figure {
            Figure(
                name: name, asked: asked, limit: limit, pointer: Self.network,
                detail: "asks for \(Int(clamping: asked)) \(what), "
                    + "the limit is \(Int(clamping: limit))")
        }
        return [
            figure("layer_count", "layers", Double(layers), Double(limits.layers)),
            figure("parameters", "parameters", parameters, Double(limits.parameters)),
            figure("array_bytes", "bytes of arrays", bytes, limits.bytes),
            figure("operations", "operations", operations, limits.operations),
        ]
    }

    func check(against limits: ServiceLimits) throws(InvalidFields) {
        try figures(limits).check()
    }

    /// What is asked for of one kind.
    struct Figure {
        /// Its name in the answer of a dry run.
        let name: String
        let asked: Double
        let limit: Double
        /// The field that asks for too much of it, and what is said then.
        let pointer: JSONPointer
        let detail: () -> String

        init(
            name: String, asked: Double, limit: Double, pointer: JSONPointer,
            detail: @escaping @autoclosure () -> String
        ) {
            self.name = name
            self.asked = asked
            self.limit = limit
            self.pointer = pointer
            self.detail = detail
        }

        var isWithinLimit: Bool { asked <= limit }
    }
}

extension [WorkEstimate.Figure] {
    /// Refuses what is over its limit.
    func check() throws(InvalidFields) {
        let faults = filter { !$0.isWithinLimit }.map { FieldFault($0.pointer, $0.detail()) }
        if !faults.isEmpty { throw InvalidFields(faults) }
    }
}

extension Int {
    /// The nearest whole number there is.
    init(clamping value: Double) {
        self = value >= 9e18 ? .max : Int(value)
    }
}

extension WorkEstimate.Share {
    init(_ layer: any Layer) {
        parameters = layer.parameters.reduce(0) { $0 + $1.count }
        operations = layer.operations
        units = layer.outputShape.reduce(1) { $0 * Double($1) }
        kept = layer.keptNumbers
    }
}
