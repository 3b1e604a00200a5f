import JSON
import NeuralNetwork

// How the parts of an answer are written, in the layout of the request.

/// A width of numbers that a request can ask for.
typealias WireScalar = Scalar & JSONNumber

extension JSONWriter {
    /// X, Y, Z, A and their derivatives.
    mutating func field<S: WireScalar>(_ name: String, signal: Matrix<S>, _ layout: Layout) {
        let matrix = layout.examplesAreColumns ? signal.transposedCopy() : signal
        field(name, shape: [matrix.rows, matrix.columns], matrix.elements)
    }

    /// W and its derivative.
    mutating func field<S: WireScalar>(_ name: String, weights: Matrix<S>, _ layout: Layout) {
        let matrix = layout.weightsAreTransposed ? weights.transposedCopy() : weights
        field(name, shape: [matrix.rows, matrix.columns], matrix.elements)
    }

    /// b and its derivative.
    mutating func field<S: WireScalar>(_ name: String, bias: Matrix<S>, _ layout: Layout) {
        let shape = layout.biasIsColumn ? [bias.columns, 1] : [bias.columns]
        field(name, shape: shape, bias.elements)
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
        of problem: Problem<S>, pass: ForwardPass<S>, gradients: Gradients<S>?,
        include: Set<ArrayName>
    ) {
        let layout = problem.layout
        let isWanted =
            gradients != nil || problem.isDrawn.contains(true)
            || !include.isDisjoint(with: [.preActivation, .activation, .weights, .bias])
        guard isWanted else { return }
        array("layers") { writer in
            for index in problem.network.layers.indices {
                writer.object { writer in
                    let (layer, pass) = (problem.network.layers[index], pass.layers[index])
                    if include.contains(.weights) || problem.isDrawn[index] {
                        writer.field("W", weights: layer.weights, layout)
                    }
                    if include.contains(.bias) || problem.isDrawn[index] {
                        writer.field("b", bias: layer.bias, layout)
                    }
                    if include.contains(.preActivation) {
                        writer.field("Z", signal: pass.preActivation, layout)
                    }
                    if include.contains(.activation) {
                        writer.field("A", signal: pass.activation, layout)
                    }
                    if let gradients {
                        writer.write(gradients.layers[index], layout, include: include)
                    }
                }
            }
        }
    }

    private mutating func write<S: WireScalar>(
        _ gradients: LayerGradients<S>, _ layout: Layout, include: Set<ArrayName>
    ) {
        if include.contains(.weightsGradient) {
            field("dW", weights: gradients.weights, layout)
            if let terms = gradients.weightsTerms {
                field("dW_data", weights: terms.data, layout)
                field("dW_penalty", weights: terms.penalty, layout)
            }
        }
        if include.contains(.biasGradient) { field("db", bias: gradients.bias, layout) }
        if include.contains(.preActivationGradient) {
            field("dZ", signal: gradients.preActivation, layout)
        }
        if include.contains(.outputGradient) { field("dA", signal: gradients.output, layout) }
    }

    /// `meaning`: of which scalar each derivative of the answer is.
    mutating func write(_ meaning: Meaning, of loss: Loss, include: Set<ArrayName>) {
        object("meaning") { writer in
            writer.field("convention", meaning.convention.rawValue)
            writer.field("examples", meaning.examples)
            writer.field("denominator", meaning.denominator)
            writer.field("L", loss.formula)
            for derivative in meaning.derivatives {
                let name = derivative.name.split(separator: "_")[0]
                guard include.contains(where: { $0.rawValue == name }) else { continue }
                writer.object(derivative.name) { writer in
                    writer.field("of", derivative.of)
                    writer.field("formula", derivative.formula)
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
