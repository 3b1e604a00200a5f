import NeuralNetwork

/// How far rounding moves the derivatives of an exercise, told by doing it in float32 as well: what
/// cancels out in a sum is lost there too, which no bound relative to the sum would show.
struct Rounding {
    private(set) var noise: [GradientID: Double] = [:]

    init(
        _ network: Network<Double>, _ pass: ForwardPass<Double>, _ objective: Objective<Double>,
        _ right: Gradients<Double>, caches: [LayerCache<Double>]?
    ) {
        let narrow = network.narrowed
        let narrowPass = narrow.forward(
            pass.inputs.narrowed, pass.run,
            caches: caches?.map {
                LayerCache(
                    preActivation: $0.preActivation?.narrowed,
                    activation: $0.activation?.narrowed)
            })
        let rounded = narrow.backpropagate(
            narrowPass,
            Objective(
                loss: objective.loss, targets: objective.targets.narrowed,
                weights: objective.weights.map { $0.map { Float($0) } }), toInputs: true)
        // What one rounding makes of few numbers may by chance be nothing at all: a sum errs by an
        // ε32 of its terms' magnitudes, and what it errs by is passed on.
        let unit = Double(Float.ulpOfOne) / 2
        var arrived: [Int: Double] = [:]
        for (index, layer) in right.layers.enumerated().reversed() {
            let other = rounded.layers[index]
            let dA = max(Self.distance(layer.output, other.output), arrived[index] ?? 0)
            // The last layer's dZ is made with the loss in one step.
            let isElementwise =
                index == network.layers.count - 1
                || network.layers[index].activation.isElementwise
            let dZ = max(
                Self.distance(layer.preActivation, other.preActivation),
                Self.passed(dA, from: layer.output, to: layer.preActivation),
                isElementwise ? 0 : unit * layer.output.peak)
            noise[GradientID(index, .output)] = dA
            noise[GradientID(index, .preActivation)] = dZ
            let terms =
                layer.preActivation.largestColumnSum
                * max(1, pass.layers[index].inputs.reduce(0) { max($0, $1.peak) })
            for (parameter, numbers) in layer.parameters.enumerated() {
                noise[GradientID(index, .parameter(parameter))] = max(
                    Self.distance(numbers, other.parameters[parameter]),
                    terms.isFinite ? terms * unit : 0,
                    Self.passed(dZ, from: layer.preActivation, to: numbers))
            }
            let weight = network.layers[index].numbers.parameters.first?.peak ?? 1
            for source in network.layers[index].sources where source >= 0 {
                let back = max(
                    Self.passed(dZ, from: layer.preActivation, to: right.layers[source].output),
                    unit * layer.preActivation.peak * weight)
                arrived[source] = max(arrived[source] ?? 0, back.isFinite ? back : 0)
            }
        }
        if let dX = right.inputs, let other = rounded.inputs {
            noise[.inputs] = Self.distance(dX, other)
        }
    }

    /// What an error comes to, where a step makes an array of another size.
    private static func passed(
        _ error: Double, from: Matrix<Double>, to: Matrix<Double>
    ) -> Double {
        let (start, end) = (from.peak, to.peak)
        guard start > 0, error.isFinite, end.isFinite, start.isFinite else { return 0 }
        return error * end / start
    }

    private static func distance(_ x: Matrix<Double>, _ y: Matrix<Float>) -> Double {
        let distance = zip(x.elements, y.elements).reduce(0) { max($0, abs($1.0 - Double($1.1))) }
        return distance.isFinite ? distance : 0
    }
}

extension Network<Double> {
    /// The same network in float32.
    fileprivate var narrowed: Network<Float> {
        Network<Float>(
            layers: layers.map { layer in
                NetworkLayer<Float>(
                    layer.layer, activation: layer.activation, sources: layer.sources,
                    numbers: LayerNumbers(
                        parameters: layer.numbers.parameters.map { $0.narrowed },
                        states: layer.numbers.states.map { $0.narrowed },
                        mask: layer.numbers.mask?.narrowed))
            }, inputShape: inputShape)
    }
}

extension Matrix<Double> {
    /// The largest sum of a column's magnitudes.
    fileprivate var largestColumnSum: Double {
        (0..<columns).reduce(0) { largest, column in
            max(largest, (0..<rows).reduce(0) { $0 + abs(self[$1, column]) })
        }
    }
}
