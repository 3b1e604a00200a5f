import JSON
import NeuralNetwork

// How the parts of an answer are written, in the layout of the request.

/// A width of numbers that a request can ask for.
typealias WireScalar = Scalar & JSONNumber

extension JSONWriter {
    /// Numbers of each example, each example a row: X, Y, Z, A and their derivatives.
    mutating func field<S: WireScalar>(
        _ name: String, signal: Matrix<S>, _ shape: [Int], _ layout: Layout
    ) {
        let own = [signal.rows] + shape
        let order = AxisOrder.signal(axes: shape.count, layout)
        field(name, shape: order.wire(own), order.reordered(signal.elements, shape: own))
    }

    /// An array of a layer, or its derivative; one of a single axis is a column in `course`.
    mutating func field<S: WireScalar>(
        _ name: String, _ numbers: Matrix<S>, _ declared: NumbersDeclaration, _ layout: Layout
    ) {
        let shape = declared.shape
        if shape.count == 1 {
            return field(
                name, shape: layout.biasIsColumn ? [shape[0], 1] : shape, numbers.elements)
        }
        let order = declared.form.axisOrder(layout)
        field(name, shape: order.wire(shape), order.reordered(numbers.elements, shape: shape))
    }

    /// `cost`, and with a penalty its two terms.
    mutating func write(_ cost: Cost, isPenalized: Bool) {
        field("cost", cost.total)
        if isPenalized {
            field("cost_data", cost.data)
            field("cost_penalty", cost.penalty)
        }
    }

    /// `layers`: of each what was asked for, and its parameters if they were drawn.
    mutating func writeLayers<S: WireScalar>(
        of problem: Problem<S>, _ network: Network<S>? = nil, pass: ForwardPass<S>,
        gradients: Gradients<S>?, include: [ArrayName]
    ) {
        let layers = (network ?? problem.network).layers
        let isWanted =
            gradients != nil || problem.wire.contains(where: \.isDrawn)
            || include.contains(where: ArrayName.ofLayers.contains)
            || layers.contains { $0.hasNews(in: pass.run) }
        guard isWanted else { return }
        array("layers") { writer in
            for (index, layer) in layers.enumerated() {
                writer.object { writer in
                    if let name = problem.wire[index].name { writer.field("name", name) }
                    writer.write(
                        layer, problem.wire[index], pass.layers[index], pass.run, problem.layout,
                        include)
                    if let gradients {
                        writer.write(
                            gradients.layers[index], of: layer, problem.layout, include)
                    }
                }
            }
        }
    }

    private mutating func write<S: WireScalar>(
        _ layer: NetworkLayer<S>, _ wire: WireLayer, _ pass: LayerPass<S>, _ run: Run,
        _ layout: Layout, _ include: [ArrayName]
    ) {
        let shape = layer.layer.outputShape
        for (declared, numbers) in zip(layer.layer.parameters, layer.numbers.parameters)
        where wire.isDrawn || include.contains(ArrayName(rawValue: declared.form.name)) {
            field(declared.form.name, numbers, declared, layout)
        }
        for (declared, numbers) in zip(layer.layer.states, pass.states) {
            field(declared.form.name, numbers, declared, layout)
        }
        // What the layer drew is always told.
        for (name, numbers) in zip(wire.declaration.answered, pass.kept)
        where wire.arrays[name] == nil || include.contains(ArrayName(rawValue: name)) {
            field(name, signal: numbers, shape, layout)
        }
        if include.contains(.preActivation), wire.declaration.hasActivation {
            field("Z", signal: pass.preActivation, shape, layout)
        }
        if include.contains(.activation) { field("A", signal: pass.activation, shape, layout) }
    }

    private mutating func write<S: WireScalar>(
        _ gradients: LayerGradients<S>, of layer: NetworkLayer<S>, _ layout: Layout,
        _ include: [ArrayName]
    ) {
        let shape = layer.layer.outputShape
        for (index, declared) in layer.layer.parameters.enumerated() {
            let name = "d" + declared.form.name
            guard include.contains(ArrayName(rawValue: name)) else { continue }
            field(name, gradients.parameters[index], declared, layout)
            if let terms = gradients.terms[index] {
                field(name + "_data", terms.data, declared, layout)
                field(name + "_penalty", terms.penalty, declared, layout)
            }
        }
        if include.contains(.preActivationGradient),
            type(of: layer.layer).declaration.hasActivation
        {
            field("dZ", signal: gradients.preActivation, shape, layout)
        }
        if include.contains(.outputGradient) {
            field("dA", signal: gradients.output, shape, layout)
        }
    }

    /// `meaning`: of which scalar each derivative of the answer is, or, with a mistake made on
    /// purpose, is not; `loss` is Lᵢ, as text.
    mutating func write(
        _ meaning: Meaning, of loss: String, include: [ArrayName], isFaulty: Bool = false
    ) {
        object("meaning") { writer in
            writer.field("convention", meaning.convention.rawValue)
            writer.field("examples", meaning.examples)
            // A count, where it is one.
            if meaning.denominator.kind == .examples {
                writer.field("denominator", meaning.examples)
            } else {
                writer.field("denominator", meaning.denominator.value)
                writer.field("denominator_of", meaning.denominator.kind.rawValue)
            }
            writer.field("L", loss)
            for derivative in meaning.derivatives
            where include.contains(ArrayName(rawValue: derivative.array)) {
                writer.object(derivative.name) { writer in
                    writer.field("of", derivative.of)
                    writer.field(
                        "formula",
                        (isFaulty ? "deliberately faulty, and not " : "") + derivative.formula)
                    guard let times = derivative.times else { return }
                    writer.object("times") { writer in
                        for (convention, factor) in times {
                            writer.field(convention.rawValue, factor)
                        }
                    }
                }
            }
        }
    }

    /// `non_finite`: what stands as null because JSON has no number for it.
    mutating func writeNonFinite() {
        let found = nonFinite
        guard !found.isEmpty else { return }
        field("non_finite_count", nonFiniteCount)
        array("non_finite") { writer in
            for number in found {
                writer.object { writer in
                    writer.field("pointer", number.pointer.description)
                    writer.field("kind", number.kind)
                }
            }
        }
    }
}

extension NetworkLayer {
    /// Whether a pass leaves something that an answer tells unasked: what was drawn, and running
    /// statistics.
    fileprivate func hasNews(in run: Run) -> Bool {
        run.mode == .training
            && (!layer.states.isEmpty
                || !type(of: layer).declaration.answered.isEmpty && numbers.mask == nil)
    }
}
