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

    /// Each figure with its limit.
    func figures(
        _ limits: ServiceLimits
    ) -> [(name: String, what: String, asked: Double, limit: Double)] {
        [
            ("layer_count", "layers", Double(layers), Double(limits.layers)),
            ("parameters", "parameters", parameters, Double(limits.parameters)),
            ("array_bytes", "bytes of arrays", bytes, limits.bytes),
            ("operations", "operations", operations, limits.operations),
        ]
    }

    func check(against limits: ServiceLimits) throws(InvalidFields) {
        let faults = figures(limits).filter { $0.asked > $0.limit }.map { figure in
            FieldFault(
                JSONPointer.root.appending("network"),
                "asks for \(Int(clamping: figure.asked)) \(figure.what), "
                    + "the limit is \(Int(clamping: figure.limit))")
        }
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
