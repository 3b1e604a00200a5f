import JSON
import NeuralNetwork

/// Holds the arrays of a request against one another, as one layout reads them.
struct ShapeCheck {
    let layout: Layout
    private(set) var faults: [FieldFault] = []
    /// m, where X has told it.
    private(set) var examples: Int?
    /// Inputs and outputs of each layer, as far as they are known.
    private(set) var layers: [(inputs: Int, outputs: Int)] = []

    init(_ request: NetworkRequest, as layout: Layout) {
        self.layout = layout
        var units = checkInputs(request.inputs)
        for (index, layer) in request.layers.enumerated() {
            let from = index == 0 ? "X" : "layer \(index - 1)"
            switch layer.parameters {
            case .given(let weights, let bias):
                units = checkLayer(
                    weights, bias, units, from: from, inputs: index == 0 ? request.inputs : nil)
            case .drawn(let outputs, _, _):
                if let units { layers.append((units, outputs)) }
                units = outputs
            }
        }
        if let targets = request.targets, let units, let examples {
            let areClasses = request.loss?.choice.name == "sparse_categorical_crossentropy"
            areClasses
                ? checkClasses(targets, examples)
                : expect(
                    targets, "Y",
                    signal: (units, examples), because: "the last layer has \(units.units)")
        }
    }

    /// X's units, and m noted.
    private mutating func checkInputs(_ x: WireArray) -> Int? {
        guard x.shape.count == 2 else {
            refuse(x, "X is \(x.shapeText), expected \(signalAxes)")
            return nil
        }
        let (m, units) =
            layout.examplesAreColumns ? (x.shape[1], x.shape[0]) : (x.shape[0], x.shape[1])
        guard m > 0, units > 0 else {
            refuse(x, "X is \(x.shapeText): a batch has at least one example and one unit")
            return nil
        }
        examples = m
        return units
    }

    /// The layer's units.
    private mutating func checkLayer(
        _ weights: WireArray, _ bias: WireArray, _ units: Int?, from: String, inputs: WireArray?
    ) -> Int? {
        guard weights.shape.count == 2 else {
            refuse(weights, "W is \(weights.shapeText), expected \(weightAxes)")
            return nil
        }
        let (first, second) = (weights.shape[0], weights.shape[1])
        var (outputs, taken) = layout.weightsAreTransposed ? (second, first) : (first, second)
        guard outputs > 0, taken > 0 else {
            refuse(weights, "W is \(weights.shapeText): a layer has at least one input and unit")
            return nil
        }
        if let units, units != taken {
            // What is transposed is named, and the rest judged as if it were not, so that one mistake
            // is told once.
            if let inputs, inputs.shape.contains(taken) {
                let m = inputs.elements.count / taken
                examples = m
                expect(
                    inputs, "X", signal: (taken, m),
                    because: "the first layer's W is \(weights.shapeText) and takes \(taken.units)")
            } else {
                if units == outputs, bias.elements.count == taken { swap(&outputs, &taken) }
                expect(
                    weights, "W", weight: (units, outputs),
                    because: "\(from) has \(units.units)")
            }
        }
        checkBias(bias, outputs)
        layers.append((taken, outputs))
        return outputs
    }

    private mutating func checkBias(_ bias: WireArray, _ outputs: Int) {
        let shapes = [[outputs], [outputs, 1], [1, outputs]]
        guard !shapes.contains(bias.shape) else { return }
        refuse(
            bias,
            bias.shape.count <= 2 && bias.shape.reduce(0, max) == bias.elements.count
                ? "b has \(bias.elements.count.numbers), expected \(outputs) "
                    + "(one for each unit of the layer)"
                : "b is \(bias.shapeText), expected \(outputs.numbers) in a column, a row or a "
                    + "flat list")
    }

    private mutating func checkClasses(_ targets: WireArray, _ m: Int) {
        let shapes = [[m], [m, 1], [1, m]]
        guard !shapes.contains(targets.shape) else { return }
        refuse(targets, "Y is \(targets.shapeText), expected \(m) class indices, one an example")
    }

    /// Refuses an array that is not laid out as X, Y, Z and A are.
    private mutating func expect(
        _ array: WireArray, _ name: String, signal: (units: Int, examples: Int),
        because reason: String
    ) {
        let shape =
            layout.examplesAreColumns
            ? [signal.units, signal.examples] : [signal.examples, signal.units]
        expect(array, name, shape, axes: signalAxes, because: reason)
    }

    /// Refuses an array that is not laid out as W is.
    private mutating func expect(
        _ array: WireArray, _ name: String, weight: (inputs: Int, outputs: Int),
        because reason: String
    ) {
        let shape =
            layout.weightsAreTransposed
            ? [weight.inputs, weight.outputs] : [weight.outputs, weight.inputs]
        expect(array, name, shape, axes: weightAxes, because: reason)
    }

    private mutating func expect(
        _ array: WireArray, _ name: String, _ shape: [Int], axes: String, because reason: String
    ) {
        guard array.shape != shape else { return }
        let wanted = shape.map(String.init).joined(separator: " × ")
        refuse(
            array, "\(name) is \(array.shapeText), expected \(wanted) (\(axes)): \(reason)",
            hint: array.shape == shape.reversed()
                ? "transposed it would fit: layout \(layout.rawValue.quoted) has \(name) as \(axes)"
                : nil)
    }

    private mutating func refuse(_ array: WireArray, _ detail: String, hint: String? = nil) {
        faults.append(FieldFault(array.pointer, detail, hint: hint))
    }

    private var signalAxes: String {
        layout.examplesAreColumns ? "units × examples" : "examples × units"
    }
    private var weightAxes: String {
        layout.weightsAreTransposed ? "inputs × outputs" : "outputs × inputs"
    }
}

extension Int {
    fileprivate var units: String { self == 1 ? "1 unit" : "\(self) units" }
    fileprivate var numbers: String { self == 1 ? "1 number" : "\(self) numbers" }
}
