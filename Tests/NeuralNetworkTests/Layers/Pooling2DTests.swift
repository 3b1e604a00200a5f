import Testing

@testable import NeuralNetwork

struct Pooling2DTests {
    static let kinds: [any Layer.Type] = [MaxPooling2D.self, AveragePooling2D.self]

    /// A pooling by its settings.
    struct Settings: Sendable, CustomTestStringConvertible {
        var input = [5, 6, 2]
        var size = [2]
        var strides: [Int] = []
        var padding: [Int]? = [0]  // nil for "same".
        var countsPadding = false

        var testDescription: String {
            "\(size) over \(input), strides \(strides), padding "
                + (padding.map { "\($0)" } ?? "same") + (countsPadding ? ", counted" : "")
        }

        func make(_ kind: any Layer.Type) throws -> LayerCase {
            try LayerCase(kind.declaration.name, kind, inputs: [input], seed: 17) {
                $0.set("pool_size", to: size)
                $0.set("strides", to: strides)
                if let padding {
                    $0.set("padding", to: padding)
                } else {
                    $0.set("padding", to: "same")
                }
                $0.set("count_include_pad", to: countsPadding)
            }
        }
    }

    static let table = [
        Settings(),
        Settings(size: [3], strides: [1]),
        Settings(size: [3], strides: [2], padding: nil),
        Settings(size: [3, 2], strides: [1, 3], padding: [1]),
        Settings(size: [3, 2], strides: [1, 3], padding: [1], countsPadding: true),
        Settings(size: [3, 4], padding: [2, 1, 0, 3]),
        Settings(size: [2], strides: [3], padding: nil),
        Settings(size: [5, 6]),
        Settings(input: [1, 1, 3], size: [1]),
    ]

    @Test(arguments: table, [0, 1])
    func `derivatives match central differences`(settings: Settings, kind: Int) throws {
        for (name, distance) in try settings.make(Self.kinds[kind]).distances() {
            #expect(distance <= 1e-8, "\(name)")  // Sums: rounding over the step.
        }
    }

    @Test(arguments: [GlobalMaxPooling2D.self, GlobalAveragePooling2D.self] as [any Layer.Type])
    func `derivatives of the global ones do too`(kind: any Layer.Type) throws {
        let each = try LayerCase(kind.declaration.name, kind, inputs: [[3, 4, 2]], seed: 19)
        #expect(each.layer.outputShape == [2])
        for (name, distance) in each.distances() { #expect(distance <= 1e-8, "\(name)") }
    }

    /// Two by three cells, negative so that a padding of 0 would win, of two channels of which the
    /// second is ten times the first. Windows of 2 × 2 by strides of 2, "same": the second column of
    /// windows lies half on the padding.
    static let input = Matrix<Double>(
        rows: 1, columns: 12, elements: [-1, -10, -2, -20, -3, -30, -4, -40, -5, -50, -6, -60])

    /// First channel: the largest of −1, −2, −4, −5 is −1, and of −3, −6 is −3.
    @Test func `padding is never the largest`() throws {
        var each = try Settings(input: [2, 3, 2], padding: nil).make(MaxPooling2D.self)
        each.inputs = [Self.input]
        #expect(each.pass().activation.elements == [-1, -10, -3, -30])
        let derivatives = each.layer.backward(
            Matrix(rows: 1, columns: 4, elements: [1, 2, 3, 4]), from: each.pass(),
            each.numbers, each.run, toInputs: true)
        #expect(derivatives.inputs[0].elements == [1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0])
    }

    @Test func `the first of equals is the largest`() throws {
        var each = try Settings(input: [2, 2, 1]).make(MaxPooling2D.self)
        each.inputs = [Matrix(rows: 1, columns: 4, elements: [1, 7, 7, 7])]
        let derivatives = each.layer.backward(
            Matrix(rows: 1, columns: 1, elements: [5]), from: each.pass(),
            each.numbers, each.run, toInputs: true)
        #expect(derivatives.inputs[0].elements == [0, 5, 0, 0])
    }

    /// First channel: −(1 + 2 + 4 + 5)/4 = −3 and −(3 + 6)/2 = −4.5; with two cells of padding
    /// counted −9/4 = −2.25.
    @Test(arguments: [(false, -4.5), (true, -2.25)])
    func `a mean is over the input, or the padding too`(counts: Bool, second: Double) throws {
        var each = try Settings(input: [2, 3, 2], padding: nil, countsPadding: counts)
            .make(AveragePooling2D.self)
        each.inputs = [Self.input]
        #expect(each.pass().activation.elements == [-3, -30, second, 10 * second])
    }

    /// First channel: −1 is the largest of −1 … −6, and −21/6 = −3.5 the mean.
    @Test(
        arguments: [
            (GlobalMaxPooling2D.self, [-1, -10]), (GlobalAveragePooling2D.self, [-3.5, -35]),
        ] as [(any Layer.Type, [Double])])
    func `the global ones are over every cell`(kind: any Layer.Type, expected: [Double]) throws {
        var each = try LayerCase(kind.declaration.name, kind, inputs: [[2, 3, 2]], seed: 1)
        each.inputs = [Self.input]
        #expect(each.pass().activation.elements == expected)
    }

    /// More than one part: a sum of derivatives is that of the outputs' derivatives.
    @Test(arguments: [0, 1])
    func `a large one is shared out whole`(kind: Int) throws {
        let settings = Settings(input: [40, 40, 16], size: [3], strides: [2], padding: nil)
        var each = try settings.make(Self.kinds[kind])
        let m = 9
        var random = SplitMix64(seed: 23)
        each.inputs = [random.matrix(rows: m, columns: 40 * 40 * 16)]
        let pass = each.pass()
        for example in [0, m / 2, m - 1] {
            let alone = each.pass([each.inputs[0].rows(example..<(example + 1))])
            #expect(alone.activation == pass.activation.rows(example..<(example + 1)))
        }
        let dZ: Matrix<Double> = random.matrix(rows: m, columns: pass.activation.columns)
        let dX = each.layer.backward(dZ, from: pass, each.numbers, each.run, toInputs: true)
            .inputs[0]
        let (ours, given) = (dX.elements.reduce(0, +), dZ.elements.reduce(0, +))
        #expect(abs(ours - given) <= 1e-10 * dZ.elements.reduce(0) { $0 + abs($1) })
    }

    @Test(
        arguments: [
            (Settings(size: [6]), "pool_size"), (Settings(padding: [2]), "padding"),
            (Settings(padding: [0, 0, 0, 2]), "padding"),
            (Settings(padding: [1, 1, 1]), "padding"),
            (Settings(padding: [-1]), "padding"),
        ], [0, 1])
    func `what does not fit is refused by its field`(
        refused: (settings: Settings, field: String), kind: Int
    ) {
        let fault = #expect(throws: LayerFault.self) {
            try refused.settings.make(Self.kinds[kind])
        }
        #expect(fault?.field == refused.field)
    }

    @Test(
        arguments: [
            MaxPooling2D.self, AveragePooling2D.self, GlobalMaxPooling2D.self,
            GlobalAveragePooling2D.self,
        ] as [any Layer.Type])
    func `an input without channels is refused`(kind: any Layer.Type) {
        let settings = SettingValues(defaultsOf: kind.declaration.settings)
        let fault = #expect(throws: LayerFault.self) {
            try kind.init(LayerPlan(settings, inputs: [[5, 6]]))
        }
        #expect(fault != nil && fault?.field == nil)
    }
}
