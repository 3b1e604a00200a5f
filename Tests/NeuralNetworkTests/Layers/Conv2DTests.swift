import Testing

@testable import NeuralNetwork

struct Conv2DTests {
    /// A convolution by its settings.
    struct Settings: Sendable, CustomTestStringConvertible {
        var input = [5, 6, 2]
        var filters = 3
        var size = [3]
        var strides = [1]
        var padding: [Int]?  // nil for "same".
        var dilation = [1]
        var groups = 1
        var hasBias = true

        var testDescription: String {
            "\(input) by \(filters) of \(size), strides \(strides), padding "
                + (padding.map { "\($0)" } ?? "same") + ", dilation \(dilation), \(groups) groups"
        }

        func make(examples: Int = 2) throws -> LayerCase {
            try LayerCase(
                testDescription, Conv2D.self, inputs: [input], examples: examples, seed: 5
            ) {
                $0.set("filters", to: [filters])
                $0.set("kernel_size", to: size)
                $0.set("strides", to: strides)
                if let padding {
                    $0.set("padding", to: padding)
                } else {
                    $0.set("padding", to: "same")
                }
                $0.set("dilation_rate", to: dilation)
                $0.set("groups", to: [groups])
                $0.set("use_bias", to: hasBias)
            }
        }
    }

    static let table = [
        Settings(padding: [0]),
        Settings(padding: [0], hasBias: false),
        Settings(),
        Settings(strides: [2]),
        Settings(size: [2, 3], strides: [1, 2]),
        Settings(size: [2, 3], padding: [1, 2]),
        Settings(size: [3, 2], strides: [2, 3], padding: [1, 0, 2, 3]),
        Settings(size: [2], padding: [4]),  // Whole windows of padding.
        Settings(padding: [1], dilation: [2]),
        Settings(strides: [2, 1], dilation: [1, 3]),
        Settings(input: [4, 4, 4], filters: 6, groups: 2),
        Settings(input: [5, 5, 3], filters: 6, padding: [0], dilation: [1, 2], groups: 3),
        Settings(input: [4, 5, 3], filters: 3, size: [2, 3], groups: 3),
        Settings(input: [4, 5, 3], filters: 3, size: [1], strides: [2], groups: 3, hasBias: false),
        Settings(input: [3, 4, 5], filters: 2, size: [1], padding: [0]),
        Settings(input: [3, 4, 4], filters: 6, size: [1], padding: [0], groups: 2),
        Settings(input: [3, 4, 4], size: [1], strides: [2], padding: [0]),
        Settings(input: [3, 4, 2], size: [3, 4], padding: [0]),
        Settings(input: [1, 1, 1], filters: 1, size: [1], padding: [0]),
    ]

    @Test(arguments: table)
    func `derivatives match central differences`(settings: Settings) throws {
        for (name, distance) in try settings.make().distances() {
            #expect(distance <= 1e-8, "\(name)")  // Products: rounding over the step.
        }
    }

    @Test(arguments: table)
    func `forward is its definition`(settings: Settings) throws {
        let each = try settings.make()
        let found = each.pass().preActivation.elements
        #expect(found.distance(from: definition(settings, each)) <= 1e-14)
    }

    /// More than one block of places and more than one part.
    @Test(arguments: [
        Settings(input: [33, 35, 8], filters: 16),
        Settings(input: [33, 35, 16], filters: 24, size: [1]),
        Settings(input: [33, 35, 16], filters: 24, strides: [2], groups: 2),
        Settings(input: [33, 35, 16], filters: 16, groups: 16),
    ])
    func `a large one is its definition, and the same in float32`(settings: Settings) throws {
        let each = try settings.make(examples: 4)
        let found = each.pass().preActivation.elements
        #expect(found.distance(from: definition(settings, each)) <= 1e-14)
        let numbers = LayerNumbers(
            parameters: each.numbers.parameters.map(Self.narrowed))
        let narrow = each.layer.forward([Self.narrowed(each.inputs[0])], numbers, each.run).output
        #expect(narrow.elements.map(Double.init).distance(from: found) <= 1e-5)
        // Σ dX·X' and Σ dW·W' are Σ dZ·Z', as the derivative is the adjoint of the tangent.
        var random = SplitMix64(seed: 3)
        let dZ: Matrix<Double> = random.matrix(
            rows: 4, columns: each.layer.outputShape.reduce(1, *))
        let back = each.layer.backward(
            dZ, from: each.pass(), each.numbers, each.run, toInputs: true)
        var still = each.numbers.parameters.map {
            Matrix<Double>(rows: $0.rows, columns: $0.columns, repeating: 0)
        }
        let alongInput = each.layer.pushForward(
            each.inputs, still, from: each.pass(), each.numbers, each.run)
        #expect(Self.relative(dot(back.inputs[0], each.inputs[0]), dot(dZ, alongInput)) <= 1e-12)
        still[0] = each.numbers.parameters[0]
        let resting = Matrix<Double>(rows: 4, columns: each.inputs[0].columns, repeating: 0)
        let alongWeights = each.layer.pushForward(
            [resting], still, from: each.pass(), each.numbers, each.run)
        #expect(Self.relative(dot(back.parameters[0], still[0]), dot(dZ, alongWeights)) <= 1e-12)
    }

    /// The window (1 2; 3 4) over (1 2 3; 4 5 6; 7 8 9): 1 + 4 + 12 + 20 = 37, then each step to the
    /// right adds 1 + 2 + 3 + 4 = 10, each down 30; b = 100 is added to each.
    @Test func `forward and backward are as by hand`() throws {
        var each = try Settings(input: [3, 3, 1], filters: 1, size: [2], padding: [0])
            .make(examples: 1)
        each.inputs = [Matrix(rows: 1, columns: 9, elements: [1, 2, 3, 4, 5, 6, 7, 8, 9])]
        each.numbers.parameters = [
            Matrix(rows: 1, columns: 4, elements: [1, 2, 3, 4]),
            Matrix(rows: 1, columns: 1, elements: [100]),
        ]
        #expect(each.pass().preActivation.elements == [137, 147, 167, 177])
        // dZ picks the window at the lower right with 1 and the upper left with 10:
        // dW = (5 6; 8 9) + 10·(1 2; 4 5); dX is W laid at both places.
        let derivatives = each.layer.backward(
            Matrix(rows: 1, columns: 4, elements: [10, 0, 0, 1]), from: each.pass(),
            each.numbers, each.run, toInputs: true)
        #expect(derivatives.parameters.map(\.elements) == [[15, 26, 48, 59], [11]])
        #expect(derivatives.inputs[0].elements == [10, 20, 0, 30, 41, 2, 0, 3, 4])
    }

    /// Four columns, windows of 3 by strides of 2: two outputs cover 5, and the one missing is padded
    /// at the end, as in TensorFlow; a symmetric padding would make (0 + 1 + 2, 2 + 3 + 4).
    @Test func `same padding puts the odd one after`() throws {
        var each = try Settings(
            input: [1, 4, 1], filters: 1, size: [1, 3], strides: [1, 2], hasBias: false
        ).make(examples: 1)
        each.inputs = [Matrix(rows: 1, columns: 4, elements: [1, 2, 3, 4])]
        each.numbers.parameters = [Matrix(rows: 1, columns: 3, repeating: 1)]
        #expect(each.pass().preActivation.elements == [6, 7])
    }

    @Test(arguments: [
        (Settings(input: [2, 3, 2], padding: [0]), "kernel_size"),
        (Settings(padding: [0], dilation: [3]), "kernel_size"),
        (Settings(groups: 3), "groups"),
        (Settings(filters: 3, groups: 2), "filters"),
        (Settings(padding: [1, 2, 3]), "padding"),
        (Settings(padding: [-1]), "padding"),
        (Settings(padding: []), "padding"),
        (Settings(padding: [65536]), "padding"),
        (Settings(input: [4, 4, 70000], size: [65536], padding: [65536]), "kernel_size"),
        (Settings(filters: Int(Int32.max)), "filters"),
    ])
    func `what does not fit is refused by its field`(settings: Settings, field: String) {
        let fault = #expect(throws: LayerFault.self) { try settings.make() }
        #expect(fault?.field == field)
    }

    @Test(
        arguments: [
            ([3, 2, 2, 2], nil), ([3, 2, 2, 4], "W"), ([3, 2, 7, 2], "W"), ([3, 0, 2, 2], "W"),
            ([0, 2, 2, 2], "W"),
        ] as [([Int], String?)])
    func `sizes are those of W, where it is given`(shape: [Int], field: String?) {
        let settings = SettingValues(defaultsOf: Conv2D.declaration.settings)
        do throws(LayerFault) {
            let layer = try Conv2D(LayerPlan(settings, inputs: [[5, 6, 2]], given: ["W": shape]))
            #expect(field == nil)
            #expect(layer.parameters[0].shape == shape)
            #expect(layer.outputShape == [4, 5, 3])
        } catch {
            #expect(error.field == field)
        }
    }

    @Test func `an input without channels is refused`() {
        let settings = SettingValues(defaultsOf: Conv2D.declaration.settings)
        let fault = #expect(throws: LayerFault.self) {
            try Conv2D(LayerPlan(settings, inputs: [[5, 6]]))
        }
        #expect(fault?.field == nil)
    }

    /// As in Keras: a kernel 3 × 3 × 2 × 6 has 18 inputs and 54 outputs, whatever the groups.
    @Test func `fans are as in Keras`() throws {
        let each = try Settings(input: [5, 5, 4], filters: 6, groups: 2).make()
        #expect(each.layer.parameters[0].fans == (18, 54))
        #expect(each.layer.parameters[0].shape == [6, 3, 3, 2])
    }

    /// Every sum of the definition, by plain loops.
    private func definition(_ settings: Settings, _ each: LayerCase) -> [Double] {
        let (height, width, channels) = (settings.input[0], settings.input[1], settings.input[2])
        let size = [settings.size[0], settings.size.last!]
        let strides = [settings.strides[0], settings.strides.last!]
        let dilation = [settings.dilation[0], settings.dilation.last!]
        let output = each.layer.outputShape
        let before = (0...1).map { axis in
            if let padding = settings.padding {
                return padding.count == 4 ? padding[2 * axis] : padding[axis % padding.count]
            }
            let extent = (size[axis] - 1) * dilation[axis] + 1
            return max((output[axis] - 1) * strides[axis] + extent - settings.input[axis], 0) / 2
        }
        let depth = channels / settings.groups
        let w = each.numbers.parameters[0].elements
        let patch = size[0] * size[1] * depth
        let input = each.inputs[0].elements
        var sums: [Double] = []
        for example in 0..<each.inputs[0].rows {
            for y in 0..<output[0] {
                for x in 0..<output[1] {
                    for f in 0..<settings.filters {
                        let group = f / (settings.filters / settings.groups)
                        var sum = settings.hasBias ? each.numbers.parameters[1][0, f] : 0
                        for i in 0..<size[0] {
                            for j in 0..<size[1] {
                                let row = y * strides[0] + i * dilation[0] - before[0]
                                let column = x * strides[1] + j * dilation[1] - before[1]
                                guard 0..<height ~= row, 0..<width ~= column else { continue }
                                for c in 0..<depth {
                                    let place =
                                        ((example * height + row) * width + column) * channels
                                        + group * depth
                                    sum +=
                                        w[f * patch + (i * size[1] + j) * depth + c]
                                        * input[place + c]
                                }
                            }
                        }
                        sums.append(sum)
                    }
                }
            }
        }
        return sums
    }

    private static func narrowed(_ matrix: Matrix<Double>) -> Matrix<Float> {
        Matrix(
            rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map(Float.init))
    }

    private static func relative(_ a: Double, _ b: Double) -> Double { abs(a - b) / abs(b) }

    private func dot(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Double {
        zip(a.elements, b.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
