import JSON
import NeuralNetwork

// What a plan's outputs are held against, and the arrays that a request gives for its layers.

extension NetworkPlan {
    mutating func checkBatch(_ request: NetworkRequest) {
        guard let examples, case let last?? = layers.last else { return }
        let output = last.layer.outputShape
        var because: String {
            output.count == 1
                ? "the last layer has \(output[0].counted("unit"))"
                : "the last layer has \(output.map(String.init).joined(separator: " × ")) of each "
                    + "example"
        }
        if let targets = request.targets {
            let takesClasses = request.loss?.choice.name == "sparse_categorical_crossentropy"
            if !takesClasses {
                expect(
                    targets, "Y", signal: output, examples, because: because,
                    hint: Self.hintOfClasses(request, output, examples))
            } else if output.count == 1 {
                checkOnePerExample(
                    targets, examples, "Y", "class indices, one an example",
                    hint: output[0] > 1 && targets.count == examples * output[0]
                        ? "one-hot targets go with \"categorical_crossentropy\"" : nil)
            } else {
                expect(
                    targets, "Y", signal: output.dropLast(), examples,
                    because: "a class index for each position")
            }
        }
        if let weights = request.sampleWeight, output.count > 1, weights.shape.count == output.count
        {
            expect(
                weights, "sample_weight", signal: output.dropLast(), examples,
                because: "a weight for each position; one for each example may be a flat list")
        } else if let weights = request.sampleWeight {
            checkOnePerExample(weights, examples, "sample_weight", "weights, one an example")
        }
        checkClassWeight(request, outputs: output[output.count - 1])
        for seed in request.seeds ?? [] {
            expect(seed, "dA", signal: output, examples, because: because)
        }
        checkLayerArrays(request)
    }

    /// One output is the probability of class 1, so that there are two classes.
    private mutating func checkClassWeight(_ request: NetworkRequest, outputs: Int) {
        guard let weights = request.classWeight else { return }
        let classes = outputs == 1 ? 2 : outputs
        if weights.count != classes {
            refuse(
                weights.pointer,
                "class_weight has \(weights.count.counted("number")), expected \(classes) "
                    + "(one for each class)")
        }
        guard let loss = request.loss?.value, !loss.hasClasses else { return }
        refuse(
            weights.pointer,
            "class_weight goes with a loss whose targets are classes or their probabilities")
    }

    /// One number an example, where the loss takes one for each class, is mostly a class index.
    private static func hintOfClasses(
        _ request: NetworkRequest, _ output: [Int], _ m: Int
    ) -> String? {
        guard let targets = request.targets, output.count == 1, output[0] > 1,
            request.loss?.choice.name == "categorical_crossentropy", targets.count == m
        else { return nil }
        return "class indices go with \"sparse_categorical_crossentropy\""
    }

    private mutating func checkOnePerExample(
        _ array: WireArray, _ m: Int, _ name: String, _ what: String, hint: String? = nil
    ) {
        guard !array.isVector(of: m) else { return }
        refuse(array.pointer, "\(name) is \(array.shapeText), expected \(m) \(what)", hint: hint)
    }

    /// The caches and tangents that a request gives for its layers.
    private mutating func checkLayerArrays(_ request: NetworkRequest) {
        guard let examples else { return }
        for (planned, cache) in zip(layers, request.caches ?? []) {
            guard let planned else { continue }
            for (name, array) in [("Z", cache.preActivation), ("A", cache.activation)] {
                guard let array else { continue }
                expect(
                    array, name, signal: planned.layer.outputShape, examples,
                    because: "the layer gives as much")
            }
        }
        guard let tangents = request.tangents else { return }
        if let x = tangents.inputs, let inputShape {
            expect(x, "X", signal: inputShape, examples, because: "the batch's X is as large")
        }
        for (planned, arrays) in zip(layers, tangents.layers) {
            for declared in planned?.layer.parameters ?? [] {
                guard let array = arrays[declared.form.name] else { continue }
                check(array, declared, because: "the parameter is as large")
            }
        }
    }
}
