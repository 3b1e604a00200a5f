import NeuralNetwork

// Mistakes on the way back through a convolution.

extension Mistake {
    static let kernelTurned = Mistake("kernel_turned", at: .inputs) { told in
        "\(told.dAprev) is made with every kernel of \(told.parameter) turned by \(told.detail). "
            + "Each number of \(told.dZ) goes back with the kernel as it is, to the window that it "
            + "came from: add W·dZ[y, x] to that window of \(told.dAprev). To write that as a "
            + "convolution of \(told.dZ), flip the kernel along both axes, once."
    } variants: { context in
        guard let shape = context.kernelShape else { return [] }
        return context.turns.map { turn in
            var numbers = context.networkLayer.numbers
            numbers.parameters[0] = numbers.parameters[0].turned(turn.axes, shape)
            return Variant(
                values: context.layerDerivatives(of: nil, from: nil, numbers, toInputs: true)
                    .inputs,
                detail: turn.name)
        }
    }

    static let kernelGradientTurned = Mistake("dW_turned", at: .parameter) { told in
        "\(told.made) has the right numbers, every kernel turned by \(told.detail). "
            + "\(told.made)[i, j] adds up dZ[y, x] times the number of \(told.aPrev) that lay under "
            + "\(told.parameter)[i, j]: no kernel is flipped there."
    } variants: { context in
        guard let shape = context.kernelShape, context.isOfWeights else { return [] }
        return context.turns.map {
            Variant(values: [context.right[0].turned($0.axes, shape)], detail: $0.name)
        }
    }

    static let paddingIgnored = Mistake("padding_ignored", at: .inputs) { told in
        "\(told.dAprev) is cut out at the wrong place: the zeros of the padding are still in it. "
            + "Cut away the rows and columns that were padded, on both sides."
    } variants: { context in
        guard let (padded, shape) = context.padding else { return [] }
        let layer = padded.layer
        let dX = layer.backward(
            context.dZ, from: context.pass(padded, shape, top: padded.top, left: padded.left),
            context.networkLayer.numbers, context.exercise.pass.run, toInputs: true
        ).inputs[0]
        return [Variant(values: [dX.cut(from: padded.shape, to: shape, top: 0, left: 0)])]
    }

    static let paddingIgnoredInWeights = Mistake("padding_ignored", at: .parameter) { told in
        "\(told.made) is made with \(told.aPrev) as if nothing had been padded. "
            + "Take the windows of the padded \(told.aPrev), as forward."
    } variants: { context in
        guard let (padded, shape) = context.padding, context.isOfWeights else { return [] }
        let made = padded.layer.backward(
            context.dZ, from: context.pass(padded, shape, top: 0, left: 0),
            context.networkLayer.numbers, context.exercise.pass.run, toInputs: false)
        return [Variant(values: [made.parameters[0]])]
    }

    static let averagedOverPlaces = Mistake("places_averaged", at: .parameter) { told in
        "\(told.made) is divided by the number of places of the image. "
            + "Add up over all places and examples; only \(told.m) divides the sum."
    } variants: { context in
        let places = context.pass.preActivation.columns / max(context.columns, 1)
        guard context.networkLayer.layer is Conv2D, places > 1 else { return [] }
        return [Variant(values: [context.right[0].scaled(by: 1 / Double(places))])]
    }

    static let lastOnly = Mistake("last_only", at: .parameter) { told in
        "\(told.made) has only \(told.detail) in it. "
            + "Add up in the loop, with +=: = keeps the last alone."
    } variants: { context in
        let dZ = context.dZ
        guard dZ.rows > 1 else { return [] }
        func made(_ numbers: Int, _ detail: String) -> Variant? {
            guard case .parameter(_, let index) = context.step else { return nil }
            var last = dZ.elements
            for i in 0..<(last.count - numbers) { last[i] = 0 }
            let only = Matrix(rows: dZ.rows, columns: dZ.columns, elements: last)
            return Variant(
                values: [context.layerDerivatives(of: only).parameters[index]], detail: detail)
        }
        var variants = [made(dZ.columns, "the last example")]
        if context.networkLayer.layer is Conv2D, context.columns < dZ.columns {
            variants.append(made(context.columns, "the last place of the last example"))
        }
        return variants.compactMap { $0 }
    }
}

extension StepContext {
    /// `[filters, height, width, channels]` of a convolution's W, where a kernel has several places.
    fileprivate var kernelShape: [Int]? {
        guard let layer = networkLayer.layer as? Conv2D else { return nil }
        let shape = layer.parameters[0].shape
        return shape[1] * shape[2] > 1 ? shape : nil
    }

    /// The ways to turn a kernel that change it.
    fileprivate var turns: [(axes: Set<Int>, name: String)] {
        let shape = kernelShape ?? []
        var turns: [(axes: Set<Int>, name: String)] = [([1, 2], "180°")]
        if shape[1] > 1, shape[2] > 1 {
            turns += [([1], "its rows alone"), ([2], "its columns alone")]
        }
        return turns
    }

    fileprivate var isOfWeights: Bool {
        if case .parameter(_, 0) = step { true } else { false }
    }

    /// A convolution over inputs that are padded already, and the shape of those that are not.
    fileprivate var padding: (padded: Conv2D.OverPaddedInputs, shape: [Int])? {
        guard let layer = networkLayer.layer as? Conv2D, let padded = layer.overPaddedInputs
        else { return nil }
        return (padded, inputShape)
    }

    /// The shape of one example of the only input.
    var inputShape: [Int] {
        let source = networkLayer.sources[0]
        return source < 0
            ? exercise.network.inputShape : exercise.network.layers[source].layer.outputShape
    }

    /// The pass with its input put into zeros.
    fileprivate func pass(
        _ padded: Conv2D.OverPaddedInputs, _ shape: [Int], top: Int, left: Int
    ) -> LayerPass<Double> {
        var other = pass
        other.inputs = [pass.inputs[0].put(into: padded.shape, from: shape, top: top, left: left)]
        return other
    }
}

// Images, of one example a row: height, width and channels.
extension Matrix<Double> {
    /// The numbers in the opposite order along some axes of a shape.
    fileprivate func turned(_ axes: Set<Int>, _ shape: [Int]) -> Matrix {
        var result = elements
        for index in elements.indices {
            var (rest, unit, target) = (index, 1, 0)
            for axis in shape.indices.reversed() {
                let at = rest % shape[axis]
                target += (axes.contains(axis) ? shape[axis] - 1 - at : at) * unit
                rest /= shape[axis]
                unit *= shape[axis]
            }
            result[target] = elements[index]
        }
        return Matrix(rows: rows, columns: columns, elements: result)
    }

    /// A part of each image.
    fileprivate func cut(from whole: [Int], to part: [Int], top: Int, left: Int) -> Matrix {
        var result: [Double] = []
        for row in 0..<rows {
            for y in 0..<part[0] {
                let start = row * columns + ((y + top) * whole[1] + left) * whole[2]
                result += elements[start..<(start + part[1] * part[2])]
            }
        }
        return Matrix(rows: rows, columns: part.reduce(1, *), elements: result)
    }

    /// Each image as a part of another, which is 0 elsewhere.
    fileprivate func put(into whole: [Int], from part: [Int], top: Int, left: Int) -> Matrix {
        let count = whole.reduce(1, *)
        var result = [Double](repeating: 0, count: rows * count)
        for row in 0..<rows {
            for y in 0..<part[0] {
                let target = row * count + ((y + top) * whole[1] + left) * whole[2]
                let source = row * columns + y * part[1] * part[2]
                for i in 0..<(part[1] * part[2]) { result[target + i] = elements[source + i] }
            }
        }
        return Matrix(rows: rows, columns: count, elements: result)
    }
}
