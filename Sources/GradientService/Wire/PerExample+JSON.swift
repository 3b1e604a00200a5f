import JSON
import NeuralNetwork

/// What `/backward` tells of each example's own gradients.
enum PerExample: String, CaseIterable {
    /// Each example's own dW, db, …, and how well their mean agrees with the batch's.
    case gradients
    /// Norms, moments and directions, without holding a copy of the parameters for each example.
    case statistics
}

extension PerExample {
    /// A derivative of each parameter for each example: once as numbers, and two to three times as much
    /// as text.
    static func gradientBytes(examples: Int, parameters: Double) -> Double {
        Double(examples) * parameters * 32
    }

    /// Refuses what has no gradients of its examples, or too many numbers of them.
    func check<S: WireScalar>(
        _ problem: Problem<S>, against limits: ServiceLimits
    ) throws(InvalidFields) {
        let pointer = JSONPointer.root.appending("per_example")
        if let index = problem.network.layerThatMixesExamples(problem.run) {
            throw InvalidFields(
                FieldFault(
                    pointer,
                    "layer \(index), \(problem.wire[index].declaration.name), mixes the examples of "
                        + "a batch, so that none has gradients of its own",
                    hint: "with \"mode\": \"inference\" it does not"))
        }
        guard self == .gradients else { return }
        let parameters = problem.network.layers.reduce(0.0) { sum, layer in
            layer.layer.parameters.reduce(sum) { $0 + $1.count }
        }
        let bytes = Self.gradientBytes(examples: problem.examples, parameters: parameters)
        guard bytes > limits.bytes else { return }
        throw InvalidFields(
            FieldFault(
                pointer,
                "asks for \(Int(clamping: bytes)) bytes of gradients, one of each parameter for each of "
                    + "\(problem.examples) examples, the limit is \(Int(clamping: limits.bytes))",
                hint: "\"statistics\" holds no copies of the parameters"))
    }
}

extension JSONWriter {
    /// `per_example`: an object for each layer, with an entry for each of its derivatives.
    mutating func write<S: WireScalar>(
        _ perExample: PerExample, of problem: Problem<S>, _ pass: ForwardPass<S>,
        _ gradients: Gradients<S>, include: [ArrayName]
    ) {
        object("per_example") { writer in
            writer.array("layers") { writer in
                for index in problem.network.layers.indices {
                    writer.object { writer in
                        switch perExample {
                        case .gradients:
                            writer.writeGradients(problem, pass, gradients, index)
                        case .statistics:
                            writer.writeStatistics(problem, pass, gradients, index, include)
                        }
                    }
                }
            }
        }
    }

    /// Each example's own derivatives, the examples the first axis in every layout.
    private mutating func writeGradients<S: WireScalar>(
        _ problem: Problem<S>, _ pass: ForwardPass<S>, _ gradients: Gradients<S>, _ index: Int
    ) {
        let declared = problem.network.layers[index].layer.parameters
        guard !declared.isEmpty else { return }
        let own = problem.network.exampleGradients(of: pass, gradients, layer: index)
        for (declared, own) in zip(declared, own) {
            field(
                "d" + declared.form.name, examples: own.gradients, declared, problem.layout)
        }
        object("residual") { writer in
            for (declared, own) in zip(declared, own) {
                writer.field("d" + declared.form.name, own.residual)
            }
        }
    }

    private mutating func field<S: WireScalar>(
        _ name: String, examples: Matrix<S>, _ declared: NumbersDeclaration, _ layout: Layout
    ) {
        let (m, shape) = (examples.rows, declared.shape)
        if shape.count == 1 {
            let own = layout.biasIsColumn ? [m, shape[0], 1] : [m, shape[0]]
            return field(name, shape: own, examples.elements)
        }
        let order = AxisOrder(
            places: [0] + declared.form.axisOrder(layout).places.map { $0 + 1 })
        field(
            name, shape: order.wire([m] + shape),
            order.reordered(examples.elements, shape: [m] + shape))
    }

    private mutating func writeStatistics<S: WireScalar>(
        _ problem: Problem<S>, _ pass: ForwardPass<S>, _ gradients: Gradients<S>, _ index: Int,
        _ include: [ArrayName]
    ) {
        let declared = problem.network.layers[index].layer.parameters
        guard !declared.isEmpty else { return }
        let statistics = problem.network.exampleStatistics(
            of: pass, gradients, layer: index, eachNumber: include.contains(.moments))
        for (declared, statistics) in zip(declared, statistics) {
            object("d" + declared.form.name) { writer in
                writer.field("norms", shape: [statistics.norms.count], statistics.norms)
                writer.field(
                    "cosines_to_mean", shape: [statistics.cosines.count], statistics.cosines)
                writer.field("mean_norm", statistics.meanNorm)
                writer.field("signal_to_noise", statistics.signalToNoise)
                writer.field("second_moment", statistics.secondMoment)
                writer.field("variance", statistics.variance)
                guard let moments = statistics.moments else { return }
                writer.object("moments") { writer in
                    writer.field("second_moment", moments.second, declared, problem.layout)
                    writer.field("variance", moments.variance, declared, problem.layout)
                }
            }
        }
    }
}
