import JSON
import NeuralNetwork
import Training

extension Chosen<any Optimizer> {
    /// Refuses what would remember more of the parameters than there may be bytes of arrays.
    func checkMemory<S: Scalar>(
        of network: Network<S>, _ limits: ServiceLimits
    ) throws(InvalidFields) {
        let parameters = network.layers.flatMap(\.numbers.parameters)
            .reduce(0.0) { $0 + Double($1.rows) * Double($1.columns) }
        let bytes = parameters * Double(value.mostSlots) * Double(MemoryLayout<S>.size)
        guard bytes > limits.bytes else { return }
        throw InvalidFields(
            FieldFault(
                JSONPointer.root.appending("training").appending("optimizer"),
                "remembers up to \(Int(clamping: bytes)) bytes of the parameters, the limit is "
                    + "\(Int(clamping: limits.bytes))"))
    }
}
