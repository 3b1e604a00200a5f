/// A convolution of images: `Z[y, x, f] = b[f] + Σ W[f, i, j, c] · X[y·s + i·d − p, x·s + j·d − p, c]`
/// (a cross-correlation, as in all frameworks; Goodfellow et al., Deep Learning §9.1).
///
/// | array    | shape                                           |
/// | -------- | ----------------------------------------------- |
/// | input    | `[m, height · width · channels]`                |
/// | `W`      | `[filters, height · width · channels / groups]` |
/// | `b`      | `[1, filters]`                                  |
/// | output   | `[m, height · width · filters]`                 |
public struct Conv2D: Layer {
    public static let declaration = LayerDeclaration(
        "conv2d", otherNames: ["conv", "convolution", "convolution2d", "conv_2d"],
        settings: [
            .size("filters", in: 1...Int(Int32.max)),
            .integers("kernel_size", default: nil, counts: 1...2, in: 1...65536),
            .integers("strides", default: [1], counts: 1...2, in: 1...65536),
            .padding("padding"),
            .integers("dilation_rate", default: [1], counts: 1...2, in: 1...65536),
            .integer("groups", default: 1, in: 1...65536),
            .flag("use_bias", default: true),
        ],
        arrays: [weights, bias], hasActivation: true,
        formula: (
            "Z[y, x, f] = b[f] + Σ W[f, i, j, c]·A_prev[y·s + i·d − p, x·s + j·d − p, c]",
            "dW = Σ dZ[y, x, f]·A_prev[y·s + i·d − p, …], db = Σ dZ, "
                + "dA_prev[y·s + i·d − p, …, c] = Σ dZ[y, x, f]·W[f, i, j, c]"
        ))
    static let weights = ArrayForm(
        "W", .weights, axes: ["outputs", "height", "width", "inputs"],
        orders: [.course: [1, 2, 3, 0], .keras: [1, 2, 3, 0], .pytorch: [0, 3, 1, 2]])
    static let bias = ArrayForm("b", .bias, axes: ["outputs"])

    public let hasBias: Bool
    let convolution: Convolution

    public init(_ plan: LayerPlan) throws(LayerFault) {
        let input = try plan.input(axes: ["height", "width", "channels"])
        hasBias = plan.settings.flag("use_bias")
        let groups = plan.settings.integer("groups")
        guard input[2] % groups == 0 else {
            throw LayerFault("groups", "\(groups) do not divide the \(input[2]) channels that come")
        }
        let depth = input[2] / groups
        var filters = plan.settings.size("filters")
        var size = plan.settings.givenIntegers("kernel_size") ?? [1]
        let given = plan.given["W"]
        if let given {
            guard given[3] == depth else {
                throw LayerFault(
                    "W",
                    "has filters of \(given[3]) channels, expected \(depth)"
                        + (groups == 1 ? "" : " (the \(input[2]) that come, in \(groups) groups)"),
                    hint: Self.hint(plan.layout))
            }
            guard given.allSatisfy({ $0 > 0 }) else {
                throw LayerFault("W", "has an axis without numbers")
            }
            filters = given[0]
            size = [given[1], given[2]]
        }
        guard filters % groups == 0 else {
            throw LayerFault(
                given == nil ? "filters" : "groups",
                given == nil
                    ? "\(filters) are not divisible by the \(groups) groups"
                    : "\(groups) do not divide the \(filters) filters of W")
        }
        let window = try Window(
            size, over: input, plan.settings, field: given == nil ? "kernel_size" : "W",
            dilation: plan.settings.integers("dilation_rate"))
        let shape = window.outputShape(channels: filters)
        try Window.checkSize(
            shape.reduce(1.0) { $0 * Double($1) }, given == nil ? "filters" : "W")
        convolution = Convolution(window: window, filters: filters, groups: groups)
    }

    init(hasBias: Bool, _ convolution: Convolution) {
        self.hasBias = hasBias
        self.convolution = convolution
    }

    /// The order of W's axes on the wire.
    private static func hint(_ layout: Layout) -> String {
        let axes = weights.order(in: layout).map { weights.axes[$0] }
        return "with \"layout\": \"\(layout.rawValue)\" W is \(axes.joined(separator: " × "))"
    }

    public var outputShape: [Int] {
        convolution.window.outputShape(channels: convolution.filters)
    }

    public var parameters: [NumbersDeclaration] {
        let window = convolution.window
        let cells = Double(window.cells)
        // As Keras has them: the kernel's last two axes, each times its cells.
        let fans = (Double(convolution.patch), cells * Double(convolution.filters))
        let w = NumbersDeclaration(
            Self.weights,
            [
                convolution.filters, window.vertical.size, window.horizontal.size,
                window.channels / convolution.groups,
            ], fans: fans)
        return hasBias ? [w, NumbersDeclaration(Self.bias, [convolution.filters])] : [w]
    }

    public var operations: Double { convolution.operations }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        LayerOutput(
            convolution.output(
                inputs[0], numbers.parameters[0], bias: hasBias ? numbers.parameters[1] : nil))
    }

    @specialized(where S == Double)
    @specialized(where S == Float)
    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        var derivatives = LayerDerivatives(
            parameters: [convolution.weightsGradient(outputGradient, pass.input)])
        if hasBias {
            derivatives.parameters.append(
                outputGradient.split(columns: convolution.filters).columnSums)
        }
        if toInputs {
            derivatives.inputs = [
                convolution.inputGradient(outputGradient, numbers.parameters[0])
            ]
        }
        return derivatives
    }

    /// `dZ = dX ∗ W + X ∗ dW + db`, of tangents.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S> {
        var z = convolution.output(inputTangents[0], numbers.parameters[0])
        z.add(
            convolution.output(
                pass.input, parameterTangents[0], bias: hasBias ? parameterTangents[1] : nil))
        return z
    }
}
