import JSON
import NeuralNetwork

/// The shapes of tensors, as one layout reads them, held against one another.
struct TensorShapes {
    let layout: Layout
    private(set) var faults: [FieldFault] = []
    /// m, where it is given or a tensor tells it.
    private(set) var examples: Int?
    /// What told m first, and how.
    private var witness = "\"examples\" is"

    /// Refuses tensors that do not agree; says so where they would in another layout.
    static func checked(
        _ tensors: WireTensors, as layout: Layout, to other: Layout, examples: Int?
    ) throws(InvalidFields) -> TensorShapes {
        func shapes(_ layout: Layout) -> TensorShapes {
            TensorShapes(tensors, layout, to: other, examples: examples)
        }
        let found = shapes(layout)
        guard let fault = found.faults.first else { return found }
        let fitting = Layout.allCases.first { shapes($0).faults.isEmpty }
        guard let fitting else { throw InvalidFields(found.faults) }
        // One mistake, told once: what follows from it would only hide it.
        throw InvalidFields(
            FieldFault(
                fault.pointer, fault.detail,
                hint: "all tensors fit \"from\": {\"layout\": \(fitting.rawValue.quoted)}"))
    }

    private init(_ tensors: WireTensors, _ layout: Layout, to other: Layout, examples: Int?) {
        self.layout = layout
        self.examples = examples
        for group in tensors.groups {
            var lengths: [String: Length] = [:]
            for tensor in group {
                if tensor.array.shape.contains(0) {
                    refuse(tensor, "which has no numbers")
                } else if let form = tensor.kind.form {
                    check(tensor, form, to: other, &lengths)
                } else {
                    checkExamples(tensor)
                }
            }
            checkTerms(group)
        }
    }

    /// How many places an axis has, and the array that told it.
    private struct Length {
        let count: Int
        let name: String
    }

    // MARK: Arrays of a layer

    private mutating func check(
        _ tensor: WireTensor, _ form: ArrayForm, to other: Layout,
        _ lengths: inout [String: Length]
    ) {
        for layout in [layout, other] where !form.layouts.contains(layout) {
            refuse(
                tensor, "and layout \(layout.rawValue.quoted) has no \(form.name)",
                hint: tensor.kind.part == .value
                    ? "add it to b: both are added to the same sum"
                    : "leave it out: it is the same as db")
            return
        }
        guard let own = engineShape(tensor, form) else { return }
        if own[0] % form.parts != 0 {
            refuse(tensor, "so \(own[0]) \(form.axes[0]), expected a multiple of \(form.parts)")
            return
        }
        for (axis, count) in zip(form.axes, own) {
            let first = lengths[axis] ?? Length(count: count, name: tensor.name)
            lengths[axis] = first
            guard first.count != count else { continue }
            refuse(tensor, "so \(count) \(axis), and \(first.name) has \(first.count)")
        }
    }

    private mutating func engineShape(_ tensor: WireTensor, _ form: ArrayForm) -> [Int]? {
        let (shape, count) = (tensor.array.shape, tensor.array.count)
        if form.axes.count == 1 {
            if tensor.array.isVector(of: count) { return [count] }
            refuse(
                tensor,
                "expected a column, a row or a flat list, one number for each of the "
                    + form.axes[0])
            return nil
        }
        if let own = form.shape(fromWire: shape, layout) { return own }
        refuse(tensor, "expected \(form.axesText(layout))")
        return nil
    }

    /// dW beside its data's term needs the penalty's, to know what of dW is to be rescaled.
    private mutating func checkTerms(_ tensors: [WireTensor]) {
        for data in tensors where data.kind.part == .data {
            let name = String(data.kind.name.dropLast("_data".count))
            func has(_ name: String) -> Bool { tensors.contains { $0.kind.name == name } }
            guard has(name), !has(name + "_penalty") else { continue }
            faults.append(
                FieldFault(
                    data.array.pointer,
                    "\(name) and \(data.kind.name) differ by a penalty, and \(name)_penalty is "
                        + "missing"))
        }
    }

    // MARK: Numbers of each example

    private mutating func checkExamples(_ tensor: WireTensor) {
        let shape = tensor.array.shape
        // Y may be class indices, one an example.
        guard shape.count > 1 || tensor.kind.name == "Y" else {
            return refuse(
                tensor, "expected \(signalAxes(1, layout))",
                hint: examples.flatMap { m in
                    shape[0] == m
                        ? "nested as one \(layout.examplesAreColumns ? "row" : "column") it would "
                            + "fit, of one unit" : nil
                })
        }
        let m = AxisOrder.signal(axes: shape.count - 1, layout).engine(shape)[0]
        guard let examples else {
            (self.examples, witness) = (m, "\(tensor.array.pointer) has")
            return
        }
        if m != examples {
            refuse(
                tensor,
                "so \(m.counted("example")) (\(signalAxes(shape.count - 1, layout))), and \(witness) "
                    + "\(examples)")
        }
    }

    private mutating func refuse(_ tensor: WireTensor, _ detail: String, hint: String? = nil) {
        faults.append(
            FieldFault(
                tensor.array.pointer, "\(tensor.name) is \(tensor.array.shapeText), \(detail)",
                hint: hint))
    }
}
