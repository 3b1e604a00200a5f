import Testing

@testable import NeuralNetwork

/// The trace of every kind of layer, in every layout and mode.
struct LayerTraceTests {
    /// A network of one layer of a kind, and a batch for it.
    private static func passes(
        _ kind: any Layer.Type, _ layout: Layout, _ mode: Run.Mode
    ) throws -> (Network<Double>, TraceTests.Passes) {
        let declaration = kind.declaration
        var shape = [4]
        if declaration.name.hasSuffix("2d") { shape = [4, 4, 2] }
        if ["lstm", "gru", "simple_rnn", "multi_head_attention"].contains(declaration.name) {
            shape = [3, 4]
        }
        let inputs = Array(repeating: shape, count: declaration.inputs.lowerBound)
        let layer = try LayerCase(declaration.name, kind, inputs: inputs, layout: layout, seed: 1) {
            settings in
            for setting in declaration.settings where setting.isSize {
                settings.set(setting.name, to: [2])
            }
            if kind == Dropout.self { settings.set("rate", to: 0.5) }
            if kind == Reshape.self { settings.set("target_shape", to: [2, 2]) }
        }
        let network = Network<Double>(
            layers: [
                NetworkLayer(
                    layer.layer, activation: declaration.hasActivation ? .tanh : .linear,
                    sources: inputs.map { _ in -1 }, numbers: layer.numbers)
            ], inputShape: shape)
        var batch = layer.inputs[0]
        if kind == Embedding.self { batch = batch.map { $0 > 0 ? 1 : 0 } }
        let output = network.outputShape
        var random = SplitMix64(seed: 2)
        let targets: Matrix<Double> = random.matrix(
            rows: batch.rows * output.dropLast().reduce(1, *), columns: output[output.count - 1])
        return (
            network,
            TraceTests.Passes(
                network, batch, .halfSquaredError, targets, .loss, layout, nil, Run(mode))
        )
    }

    @Test(arguments: layerKinds.indices, Layout.allCases)
    func `a layer's steps end in the answer's arrays`(kind: Int, layout: Layout) throws {
        for mode in Run.Mode.allCases {
            let (network, passes) = try Self.passes(layerKinds[kind], layout, mode)
            let (steps, gradients) = passes.trace
            let layer = network.layers[0]
            #expect(steps.first?.name.hasSuffix("_forward") == true)
            for (parameter, declared) in layer.layer.parameters.enumerated() {
                let name = "d\(declared.form.name)1"
                let step = try #require(steps.first { $0.result.name == name }, "\(name)")
                #expect(step.factor?.symbol == "1/m", "\(TraceTests.line(step))")
                #expect(step.formula.text.contains(" = (1/m)·"), "\(TraceTests.line(step))")
                let order = AxisOrder(places: declared.form.order(in: layout))
                let expected = order.reordered(
                    gradients.layers[0].parameters[parameter].elements, shape: declared.shape)
                #expect(step.first == Array(expected.prefix(6)))
            }
            let dX = try #require(steps.last { $0.result.name == "dA0" })
            let shape = [try #require(gradients.inputs).rows] + network.inputShape
            let order = AxisOrder.signal(axes: network.inputShape.count, layout)
            #expect(dX.result.shape == order.wire(shape))
            let expected = order.reordered(gradients.inputs!.elements, shape: shape)
            #expect(dX.first == Array(expected.prefix(6)))
        }
    }

    @Test(arguments: layerKinds.indices)
    func `no name of a declaration is left in a formula`(kind: Int) throws {
        for mode in Run.Mode.allCases {
            for step in try Self.passes(layerKinds[kind], .course, mode).1.trace.steps {
                let text = step.formula.text
                for name in ["A_prev", "in inference", "dX", "Z ="] where text.contains(name) {
                    // Gates have Z of their own.
                    #expect(
                        name == "Z =" && step.name.hasPrefix("lstm"),
                        "\(TraceTests.line(step))")
                }
            }
        }
    }

    @Test func `derivatives that come back along several ways add up`() throws {
        let network = try Self.passes(Add.self, .course, .training)
        let steps = network.1.trace.steps
        let sum = try #require(steps.last)
        #expect(sum.name == "gradient_sum" && sum.layer == nil)
        #expect(sum.formula.text == "dA0 = dA0_from1 + dA0_from1_2")
        #expect(sum.why?.hasPrefix("A0 goes into layer 1 more than once") == true)
        #expect(
            steps.filter { $0.name == "add_backward" }.map(\.formula.text)
                == ["dA0_from1 = dA1", "dA0_from1_2 = dA1"])
    }

    @Test func `a mode has its own formula`() throws {
        func formula(_ kind: any Layer.Type, _ mode: Run.Mode) throws -> String {
            try #require(try Self.passes(kind, .course, mode).1.trace.steps.first).formula.text
        }
        #expect(try formula(Dropout.self, .training) == "A1 = A0∘mask1 / keep_prob")
        #expect(try formula(Dropout.self, .inference) == "A1 = A0")
        #expect(
            try formula(BatchNormalization.self, .inference)
                == "A1 = gamma1∘x̂ + beta1, x̂ = (A0 − moving_mean1)/√(moving_variance1 + ε)")
    }
}
