import Checking
import JSON
import NeuralNetwork

extension JSONWriter {
    /// `network`, as a request may give it; dropout's masks only where they are of the same batch.
    /// One that a fault has made has a mark, for which every call refuses it.
    mutating func write<S: WireScalar>(
        _ network: Network<S>, as wire: [WireLayer], _ layout: Layout, withMasks: Bool = false,
        faulty fault: Fault? = nil
    ) {
        object("network") { writer in
            writer.mark(fault)
            writer.array("layers") { writer in
                for (layer, wire) in zip(network.layers, wire) {
                    writer.object { writer in
                        writer.write(layer, as: wire, layout)
                        if withMasks, let mask = layer.numbers.mask {
                            writer.field("mask", signal: mask, layer.layer.outputShape, layout)
                        }
                    }
                }
            }
        }
    }

    private mutating func write<S: WireScalar>(
        _ layer: NetworkLayer<S>, as wire: WireLayer, _ layout: Layout
    ) {
        let declaration = wire.declaration
        if wire.kind != Dense.self { field("type", declaration.name) }
        if let name = wire.name { field("name", name) }
        if let inputs = wire.inputs { field("inputs", inputs.map(\.text)) }
        // A size is in the shape of its arrays, where the layer has any.
        let isPlain = wire.kind == Dense.self && wire.settings.flag("use_bias")
        let hasWeights = declaration.arrays.contains { $0.role == .weights }
        if !isPlain {
            // A dropout takes one of its two settings alone.
            let settings = declaration.settings.filter {
                (!$0.isSize || !hasWeights)
                    && (wire.kind != Dropout.self || wire.settings.isGiven($0.name))
            }
            fields(settings, wire.settings)
        }
        for (declared, numbers) in zip(layer.layer.parameters, layer.numbers.parameters) {
            field(declared.form.name, numbers, declared, layout)
        }
        for (declared, numbers) in zip(layer.layer.states, layer.numbers.states) {
            field(declared.form.name, numbers, declared, layout)
        }
        if declaration.hasActivation { field("activation", wire.activation) }
    }
}
