import JSON

/// What a request asks for, known from its shapes alone.
struct WorkEstimate {
    /// Weights and biases.
    let parameters: Double
    /// Multiplications and additions of all passes.
    let operations: Double
    /// Bytes of parameters, of every layer's Z and A, and of their gradients, in float64.
    let bytes: Double
    let layers: Int

    init(_ layers: [(inputs: Int, outputs: Int)], examples: Int, passes: Double) {
        var (weights, units) = (0.0, 0.0)
        for layer in layers {
            weights += Double(layer.inputs) * Double(layer.outputs)
            units += Double(layer.outputs)
        }
        self.layers = layers.count
        parameters = weights + units
        operations = 2 * Double(examples) * weights * passes
        bytes = 8 * (3 * parameters + 4 * Double(examples) * units)
    }

    func check(against limits: ServiceLimits) throws(InvalidFields) {
        let figures: [(what: String, asked: Double, limit: Double)] = [
            ("layers", Double(layers), Double(limits.layers)),
            ("parameters", parameters, Double(limits.parameters)),
            ("bytes of arrays", bytes, limits.bytes),
            ("operations", operations, limits.operations),
        ]
        let faults = figures.filter { $0.asked > $0.limit }.map { figure in
            FieldFault(
                JSONPointer.root.appending("network"),
                "asks for \(Int64(clamping: figure.asked)) \(figure.what), "
                    + "the limit is \(Int64(clamping: figure.limit))")
        }
        if !faults.isEmpty { throw InvalidFields(faults) }
    }
}

extension Int64 {
    /// The nearest whole number there is.
    fileprivate init(clamping value: Double) {
        self = value >= 9e18 ? .max : Int64(value)
    }
}
