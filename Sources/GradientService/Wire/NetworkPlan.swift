import JSON
import NeuralNetwork

/// The layers of a request, each made for the shapes that come to it, and every array of the
/// request held against what they take, as one layout reads them.
struct NetworkPlan {
    let layout: Layout
    private(set) var faults: [FieldFault] = []
    /// m, where X has told it.
    private(set) var examples: Int?
    /// The shape of one example of X, as far as it is known.
    private(set) var inputShape: [Int]?
    private(set) var layers: [Planned?] = []

    /// A layer, and the layers that it takes from; −1 is X.
    struct Planned {
        let layer: any Layer
        let sources: [Int]
    }

    /// An output may have no more numbers, so that no product of sizes can overflow.
    private static let largestOutput = 1e12

    init(_ request: NetworkRequest, as layout: Layout) {
        self.layout = layout
        readInputs(request)
        var names: [String: Int] = ["X": -1]
        var isTaken = [Bool](repeating: false, count: request.layers.count)
        for (index, layer) in request.layers.enumerated() {
            let sources = sources(of: layer, at: index, names)
            sources?.forEach { if $0 >= 0 { isTaken[$0] = true } }
            layers.append(sources.flatMap { plan(layer, at: index, from: $0) })
            guard let name = layer.name else { continue }
            if names.updateValue(index, forKey: name) != nil {
                refuse(
                    layer.pointer.appending("name"),
                    "\(name.quoted) is the name of an earlier layer")
            }
        }
        for (index, layer) in request.layers.enumerated().dropLast() where !isTaken[index] {
            refuse(
                layer.pointer, "leads nowhere: no layer takes its output",
                hint: "the last layer of the list is the network's output")
        }
        checkBatch(request)
    }

    var isWhole: Bool { faults.isEmpty && examples != nil && layers.allSatisfy { $0 != nil } }

    /// The shape of one example of what a layer, or X for −1, gives.
    private func shape(of source: Int) -> [Int]? {
        source < 0 ? inputShape : layers[source]?.layer.outputShape
    }

    mutating func refuse(_ pointer: JSONPointer, _ detail: String, hint: String? = nil) {
        faults.append(FieldFault(pointer, detail, hint: hint))
    }
}

// MARK: X

extension NetworkPlan {
    private mutating func readInputs(_ request: NetworkRequest) {
        let x = request.inputs
        guard x.shape.count >= 2 else {
            return refuse(x.pointer, "X is \(x.shapeText), expected \(signalAxes(1, layout))")
        }
        guard !x.shape.contains(0) else {
            return refuse(
                x.pointer,
                "X is \(x.shapeText): a batch has at least one example and one unit")
        }
        var shape = AxisOrder.signal(axes: x.shape.count - 1, layout).engine(x.shape)
        if let taken = unitsTaken(request), shape.count == 2, taken.units != shape[1],
            x.shape.contains(taken.units)
        {
            // X is named as what is transposed, and the rest judged as if it were not.
            shape = [x.count / taken.units, taken.units]
            expect(
                x, "X", signal: [taken.units], shape[0],
                because: "the first layer's W is \(taken.weights.shapeText) and takes "
                    + taken.units.counted("unit"))
        }
        examples = shape[0]
        inputShape = Array(shape.dropFirst())
    }

    /// What the W of a fully connected first layer takes.
    private func unitsTaken(_ request: NetworkRequest) -> (units: Int, weights: WireArray)? {
        guard let first = request.layers.first, first.kind == Dense.self,
            let w = first.arrays["W"], w.shape.count == 2, !w.shape.contains(0),
            let form = first.declaration.arrays.first,
            let own = form.shape(fromWire: w.shape, layout)
        else { return nil }
        return (own[1], w)
    }
}

// MARK: Layers

extension NetworkPlan {
    /// The layers that one takes from: those that it names, or the one before it.
    private mutating func sources(
        of layer: WireLayer, at index: Int, _ names: [String: Int]
    ) -> [Int]? {
        let counts = layer.declaration.inputs
        let given = layer.inputs ?? []
        guard layer.inputs != nil || counts.lowerBound == 1 else {
            refuse(
                layer.pointer, "\"inputs\" is missing",
                hint: "\(layer.declaration.name) takes several layers, by their names")
            return nil
        }
        guard layer.inputs != nil else { return [index - 1] }
        guard counts.contains(given.count) else {
            refuse(
                layer.pointer.appending("inputs"),
                "names \(given.count.counted("input")), and \(layer.declaration.name) takes "
                    + (counts.count == 1 ? "\(counts.lowerBound)" : "at least \(counts.lowerBound)")
            )
            return nil
        }
        var sources: [Int] = []
        for name in given {
            if let source = names[name.text] {
                sources.append(source)
            } else {
                faults.append(unknownInput(name, names))
            }
        }
        return sources.count == given.count ? sources : nil
    }

    private func unknownInput(_ name: WireName, _ names: [String: Int]) -> FieldFault {
        let meant = NameSuggestion.nearest(to: name.text, among: names.keys.sorted())
        return FieldFault(
            name.pointer, "no layer before this one is named \(name.text.quoted)",
            hint: meant.map { "did you mean \($0.quoted)?" }
                ?? "a layer takes from \"X\" and from layers before it, so that there is no cycle")
    }

    private mutating func plan(
        _ layer: WireLayer, at index: Int, from sources: [Int]
    ) -> Planned? {
        let inputs = sources.compactMap { shape(of: $0) }
        guard inputs.count == sources.count, let given = givenShapes(layer) else { return nil }
        let made: any Layer
        do throws(LayerFault) {
            made = try layer.kind.init(
                LayerPlan(layer.settings, inputs: inputs, layout: layout, given: given))
        } catch {
            refuse(
                error.field.map { layer.pointer.appending($0) } ?? layer.pointer,
                error.field == nil ? "\(layer.declaration.name) \(error.detail)" : error.detail,
                hint: error.hint)
            return nil
        }
        let size = made.outputShape.reduce(1.0) { $0 * Double($1) }
        guard size >= 1, size <= Self.largestOutput else {
            refuse(
                layer.pointer,
                "has an output of \(made.outputShape.map(String.init).joined(separator: " × "))")
            return nil
        }
        checkPresence(layer, made)
        for declared in made.parameters + made.states {
            guard let array = layer.arrays[declared.form.name] else { continue }
            check(array, declared, because: Self.describe(sources[0], inputs[0]))
        }
        if let mask = layer.arrays["mask"], let examples {
            expect(
                mask, "mask", signal: made.outputShape, examples,
                because: "the layer gives as much")
            if let index = mask.elements.firstIndex(where: { $0 != 0 && $0 != 1 }) {
                refuse(
                    mask.pointer,
                    "mask\(mask.position(of: index)) is \(mask.elements[index]), expected 1 for "
                        + "what is kept or 0 for what is dropped")
            }
        }
        return Planned(layer: made, sources: sources)
    }

    /// Refuses a layer that gives its weights without its biases, and arrays that it does not have.
    private mutating func checkPresence(_ layer: WireLayer, _ made: any Layer) {
        let declared = (made.parameters + made.states).map(\.form)
        for form in declared where form.role == .bias && !layer.isDrawn {
            guard layer.arrays[form.name] == nil else { continue }
            refuse(
                layer.pointer, "\(form.name.quoted) is missing",
                hint: "give zeros for a layer without bias")
        }
        for form in layer.declaration.arrays where form.role != .mask {
            guard let array = layer.arrays[form.name],
                !declared.contains(where: { $0.name == form.name })
            else { continue }
            refuse(
                array.pointer, "\(form.name.quoted) is given, and the layer has none",
                hint: form.role == .bias && layer.settings.hasFlag("use_bias")
                    ? "\"use_bias\" is \(layer.settings.flag("use_bias")), and the layout is "
                        + layout.rawValue : nil)
        }
    }

    /// The shapes of a layer's arrays in the engine's order; nil where one cannot be of its layer.
    private mutating func givenShapes(_ layer: WireLayer) -> [String: [Int]]? {
        var shapes: [String: [Int]] = [:]
        for form in layer.declaration.arrays where form.role != .mask {
            guard let array = layer.arrays[form.name] else { continue }
            if form.axes.count == 1 {
                shapes[form.name] = [array.count]
            } else if let own = form.shape(fromWire: array.shape, layout) {
                guard !own.contains(0) else {
                    refuse(
                        array.pointer,
                        "\(form.name) is \(array.shapeText): a layer has at least one input and "
                            + "unit")
                    return nil
                }
                shapes[form.name] = own
            } else {
                refuse(
                    array.pointer,
                    "\(form.name) is \(array.shapeText), expected \(form.axesText(layout))")
                return nil
            }
        }
        return shapes
    }

    private static func describe(_ source: Int, _ shape: [Int]) -> String {
        let name = source < 0 ? "X" : "layer \(source)"
        return shape.count == 1
            ? "\(name) has \(shape[0].counted("unit"))"
            : "\(name) has \(shape.map(String.init).joined(separator: " × ")) of each example"
    }
}
