// Layers that compute nothing: they hand numbers on, in another order or to an activation.

/// A layer whose output has the numbers of its only input, put into another order of axes.
protocol Rearrangement: Layer {
    /// The shape and the order of what comes, and of what is given; the example is an axis too.
    var order: AxisOrder { get }
    var inverse: AxisOrder { get }
    var inputShape: [Int] { get }
    var orderedShape: [Int] { get }
}

extension Rearrangement {
    public var operations: Double { 0 }

    private func rearranged<S: Scalar>(_ x: Matrix<S>) -> Matrix<S> {
        let m = x.rows
        let flat = order.reordered(x.elements, shape: [m] + inputShape)
        let elements = inverse.reordered(flat, shape: [m] + orderedShape)
        return Matrix(rows: m, columns: elements.count / max(m, 1), elements: elements)
    }

    private func undone<S: Scalar>(_ x: Matrix<S>) -> Matrix<S> {
        let m = x.rows
        let flat = inverse.inverse.reordered(
            x.elements, shape: inverse.wire([m] + orderedShape))
        let elements = order.inverse.reordered(flat, shape: order.wire([m] + inputShape))
        return Matrix(rows: m, columns: elements.count / max(m, 1), elements: elements)
    }

    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> { LayerOutput(rearranged(inputs[0])) }

    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> { LayerDerivatives(inputs: [undone(outputGradient)]) }

    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> { rearranged(inputTangents[0]) }
}

/// Each example in one axis, its numbers in the order in which the layout has their axes: of images
/// h, w, c in `keras` and `course`, c, h, w in `pytorch`.
public struct Flatten: Rearrangement {
    public static let declaration = LayerDeclaration(
        "flatten",
        formula: ("A = A_prev, each example in one axis", "dA_prev = dA, in the axes of A_prev"))

    public let outputShape: [Int]
    let inputShape: [Int]
    let order: AxisOrder
    let inverse: AxisOrder
    let orderedShape: [Int]

    public init(_ plan: LayerPlan) throws(LayerFault) {
        inputShape = plan.inputs[0]
        outputShape = [inputShape.reduce(1, *)]
        order = .examplesFirst(axes: inputShape.count, plan.layout)
        inverse = .examplesFirst(axes: 1, plan.layout)
        orderedShape = outputShape
    }
}

/// Each example in another shape, `target_shape`, whose axes are those of the layout without the
/// examples: `[channels, height, width]` of images in `pytorch`.
public struct Reshape: Rearrangement {
    public static let declaration = LayerDeclaration(
        "reshape", otherNames: ["view", "unflatten"],
        settings: [.integers("target_shape", default: nil, counts: 1...3, in: 1...Int(Int32.max))],
        formula: ("A = A_prev in another shape", "dA_prev = dA in the shape of A_prev"))

    public let outputShape: [Int]
    let inputShape: [Int]
    let order: AxisOrder
    let inverse: AxisOrder
    let orderedShape: [Int]

    public init(_ plan: LayerPlan) throws(LayerFault) {
        inputShape = plan.inputs[0]
        orderedShape = plan.settings.givenIntegers("target_shape") ?? [1]
        func count(_ shape: [Int]) -> Double { shape.reduce(1) { $0 * Double($1) } }
        guard count(orderedShape) == count(inputShape) else {
            throw LayerFault(
                "target_shape",
                "has room for \(Int(min(count(orderedShape), 1e18))) numbers, and each example has "
                    + "\(inputShape.reduce(1, *))")
        }
        order = .examplesFirst(axes: inputShape.count, plan.layout)
        let target = AxisOrder.examplesFirst(axes: orderedShape.count, plan.layout)
        inverse = target.inverse
        outputShape = Array(target.engine([1] + orderedShape).dropFirst())
    }
}

/// The activation of a layer as a layer of its own: Z is what comes.
public struct ActivationLayer: Rearrangement {
    public static let declaration = LayerDeclaration(
        "activation", hasActivation: true,
        formula: ("Z = A_prev, A = g(Z)", "dA_prev = dZ = dA∘g′(Z)"))

    public let outputShape: [Int]
    let inputShape: [Int]
    let order: AxisOrder
    let inverse: AxisOrder
    var orderedShape: [Int] { outputShape }

    public init(_ plan: LayerPlan) throws(LayerFault) {
        outputShape = plan.inputs[0]
        inputShape = outputShape
        order = AxisOrder(places: Array(0...outputShape.count))
        inverse = order
    }
}

extension AxisOrder {
    /// The axes of one example as a layout has them, behind the examples.
    static func examplesFirst(axes: Int, _ layout: Layout) -> AxisOrder {
        AxisOrder(places: [0] + signal(axes: axes, layout).places.filter { $0 > 0 })
    }
}
