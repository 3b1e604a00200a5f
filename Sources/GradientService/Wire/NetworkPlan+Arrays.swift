import JSON
import NeuralNetwork

// Arrays of a request held against the shapes that a plan has for them.

extension NetworkPlan {
    /// Refuses an array that is not laid out as a layer's is.
    mutating func check(
        _ array: WireArray, _ declared: NumbersDeclaration,
        because reason: @autoclosure () -> String
    ) {
        let (form, layout) = (declared.form, layout)
        if declared.shape.count == 1 { return checkVector(array, declared) }
        expect(
            array, form.name, form.axisOrder(layout).wire(declared.shape),
            axes: form.axesText(layout), because: reason())
    }

    /// An array of one axis may be flat, a column or a row.
    private mutating func checkVector(_ array: WireArray, _ declared: NumbersDeclaration) {
        let (name, count) = (declared.form.name, declared.shape[0])
        guard !array.isVector(of: count) else { return }
        let each =
            switch declared.form.axes[0] {
            case "outputs": "unit of the layer"
            case "features": "feature"
            case let axis: "of \(axis)"
            }
        refuse(
            array.pointer,
            array.shape.count <= 2 && array.shape.reduce(0, max) == array.count
                ? "\(name) has \(array.count.counted("number")), expected \(count) "
                    + "(one for each \(each))"
                : "\(name) is \(array.shapeText), expected \(count.counted("number")) in a column, a row or "
                    + "a flat list")
    }

    /// Refuses an array that is not laid out as X, Y, Z and A are.
    mutating func expect(
        _ array: WireArray, _ name: String, signal shape: [Int], _ m: Int,
        because reason: @autoclosure () -> String, hint: @autoclosure () -> String? = nil
    ) {
        let layout = layout
        expect(
            array, name,
            AxisOrder.signal(axes: shape.count, layout).wire([m] + shape),
            axes: signalAxes(shape.count, layout), because: reason(), hint: hint())
    }

    private mutating func expect(
        _ array: WireArray, _ name: String, _ shape: [Int], axes: @autoclosure () -> String,
        because reason: @autoclosure () -> String, hint: @autoclosure () -> String? = nil
    ) {
        guard array.shape != shape else { return }
        let wanted = shape.map(String.init).joined(separator: " × ")
        refuse(
            array.pointer,
            "\(name) is \(array.shapeText), expected \(wanted) (\(axes())): \(reason())",
            hint: hint() ?? self.hint(array, name, shape, axes()))
    }

    /// What would make an array fit, where its numbers are as many as they should be.
    private func hint(
        _ array: WireArray, _ name: String, _ shape: [Int], _ axes: String
    ) -> String? {
        if array.shape.count == 2, array.shape == shape.reversed() {
            return
                "transposed it would fit: layout \(layout.rawValue.quoted) has \(name) as \(axes)"
        }
        guard array.shape.count == 1, shape.count == 2, array.shape[0] == shape[0] * shape[1] else {
            return nil
        }
        if shape[0] == 1 { return "nested as one row, [[…]], it would fit" }
        return shape[1] == 1 ? "nested as one column, [[…], […]], it would fit" : nil
    }
}
