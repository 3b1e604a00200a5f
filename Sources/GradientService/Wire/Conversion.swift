import JSON
import NeuralNetwork

/// Tensors that agree with one another, on their way from one notation to another.
struct Conversion {
    let from: Notation
    let to: Notation
    /// m, where it is given or a tensor tells it.
    private let examples: Int?
    /// What the factors are made of; nil where no factor needs it and nothing tells it.
    private let denominator: Denominator?
    private let tensors: WireTensors

    /// Holds the tensors against one another.
    init(
        of tensors: WireTensors, from: Notation, to: Notation, examples: Int?,
        denominator: Double?
    ) throws(InvalidFields) {
        let shapes = try TensorShapes.checked(
            tensors, as: from.layout, to: to.layout, examples: examples)
        (self.from, self.to, self.tensors) = (from, to, tensors)
        self.examples = shapes.examples
        self.denominator =
            denominator.map { Denominator($0, .weights) } ?? shapes.examples.map { .examples($0) }
        guard self.denominator == nil else { return }
        for kind in tensors.all.map(\.kind) {
            guard let derivative = kind.derivative,
                from.convention.differs(from: to.convention, in: derivative)
            else { continue }
            throw InvalidFields(
                FieldFault(
                    .root, "\"examples\" is missing",
                    hint: "\(kind.name) of \(from.convention.rawValue.quoted) and of "
                        + "\(to.convention.rawValue.quoted) differ by the factor m, the number of "
                        + "examples, and no tensor tells it"))
        }
    }

    /// A tensor in the other notation; `tensors` are those of its layer.
    func converted<S: WireScalar>(
        _ tensor: WireTensor, beside tensors: [WireTensor]
    ) throws(InvalidFields) -> (shape: [Int], elements: [S]) {
        var elements: [S] = try tensor.array.scalars()
        let change = rescaling(of: tensor.kind)
        if let penalty = penalty(of: tensor, among: tensors), change != .none {
            // Only the data's term is rescaled, and the penalty's is where the convention has it.
            let term: [S] = try penalty.array.scalars()
            if from.convention.hasPenalty { elements = zip(elements, term).map { $0 - $1 } }
            elements = change.apply(to: elements)
            if to.convention.hasPenalty { elements = zip(elements, term).map { $0 + $1 } }
        } else {
            elements = change.apply(to: elements)
        }
        return laidOut(elements, tensor)
    }

    /// What each kind of tensor is multiplied by, in the order in which they come.
    var factors: [(name: String, factor: Double)] {
        var found: [(name: String, factor: Double)] = []
        func add(_ name: String, _ factor: Double) {
            if !found.contains(where: { $0.name == name }) { found.append((name, factor)) }
        }
        for group in (tensors.layers?.map(\.tensors) ?? []) + [tensors.flat ?? [], tensors.batch] {
            for tensor in group {
                // No one factor makes it: its data's term has one.
                let isSplit = penalty(of: tensor, among: group) != nil
                add(
                    tensor.kind.name + (isSplit ? "_data" : ""),
                    rescaling(of: tensor.kind).factor)
            }
        }
        return found
    }

    /// What the tensors are then, as far as that can be said without a network; nil without m.
    var meaning: Meaning? {
        guard let examples, let denominator else { return nil }
        let all = tensors.all
        var context = MeaningContext(
            tensors.layerKinds,
            hasImages: all.contains { $0.kind.form == nil && $0.array.shape.count > 2 },
            examples: examples, denominator: denominator)
        context.layout = to.layout
        context.isPenalized = all.contains { $0.kind.part == .penalty }
        return Meaning(of: to.convention, context)
    }

    private func rescaling(of kind: TensorKind) -> Rescaling {
        guard let derivative = kind.derivative, let denominator else { return .none }
        return from.convention.rescaling(
            to: to.convention, of: derivative, denominator: denominator.value)
    }

    /// The penalty's term of a derivative that has it in it, where the layer gives it.
    private func penalty(of tensor: WireTensor, among tensors: [WireTensor]) -> WireTensor? {
        guard tensor.kind.part == .derivative, tensor.kind.form?.role == .weights else {
            return nil
        }
        let name = tensor.kind.name + "_penalty"
        return tensors.first { $0.kind.name == name }
    }

    private func laidOut<S: WireScalar>(
        _ elements: [S], _ tensor: WireTensor
    ) -> (shape: [Int], elements: [S]) {
        let shape = tensor.array.shape
        if let form = tensor.kind.form, form.axes.count == 1 {
            return (
                to.layout.biasIsColumn ? [elements.count, 1] : [elements.count],
                form.parts(of: elements, from: from.layout, to: to.layout)
            )
        }
        let (before, after) = (tensor.order(from.layout), tensor.order(to.layout))
        let own = before.engine(shape)
        var inside = before.inverse.reordered(elements, shape: shape)
        if let form = tensor.kind.form {
            inside = form.parts(of: inside, from: from.layout, to: to.layout)
        }
        return (after.wire(own), after.reordered(inside, shape: own))
    }
}

extension WireTensor {
    /// Which of the engine's axes stands at each place, of an array of more than one axis.
    func order(_ layout: Layout) -> AxisOrder {
        kind.form?.axisOrder(layout) ?? .signal(axes: array.shape.count - 1, layout)
    }
}
