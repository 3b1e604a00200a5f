import Testing

@testable import NeuralNetwork

struct MultiHeadAttentionTests {
    struct Settings: Sendable, CustomTestStringConvertible {
        var time = 3
        var features = 4
        var heads = 2
        var keyCount = 3
        var hasBias = true
        var isCausal = false

        var testDescription: String {
            "\(time) × \(features), \(heads) heads of \(keyCount)"
                + (hasBias ? "" : ", no bias") + (isCausal ? ", causal" : "")
        }

        func layerCase(examples m: Int = 3) throws -> LayerCase {
            try LayerCase(
                testDescription, MultiHeadAttention.self, inputs: [[time, features]], examples: m,
                seed: 16
            ) {
                $0.set("num_heads", to: [heads])
                $0.set("key_dim", to: [keyCount])
                $0.set("use_bias", to: hasBias)
                $0.set("causal", to: isCausal)
            }
        }
    }

    static let table = [
        Settings(), Settings(isCausal: true), Settings(hasBias: false),
        Settings(hasBias: false, isCausal: true), Settings(time: 1),
        Settings(heads: 1, keyCount: 1),
        Settings(time: 5, features: 1, heads: 3, keyCount: 2, isCausal: true),
        Settings(time: 2, heads: 1, keyCount: 5),
    ]

    @Test(arguments: table)
    func `derivatives match central differences`(settings: Settings) throws {
        for (name, distance) in try settings.layerCase().distances() {
            #expect(distance <= 1e-8, "\(name)")  // Third derivatives of about 1, times h².
        }
    }

    /// The definition, number by number.
    static func definition(_ settings: Settings, _ x: [Double], _ numbers: [Matrix<Double>])
        -> [Double]
    {
        let (time, features, width) = (
            settings.time, settings.features, settings.heads * settings.keyCount
        )
        func projected(_ which: Int) -> [[Double]] {
            (0..<time).map { t in
                (0..<width).map { j in
                    (0..<features).reduce(settings.hasBias ? numbers[4 + which][0, j] : 0) {
                        $0 + numbers[which][j, $1] * x[t * features + $1]
                    }
                }
            }
        }
        let (q, k, v) = (projected(0), projected(1), projected(2))
        var context = Array(repeating: Array(repeating: 0.0, count: width), count: time)
        for head in 0..<settings.heads {
            let columns = (head * settings.keyCount)..<((head + 1) * settings.keyCount)
            for t in 0..<time {
                let seen = 0..<(settings.isCausal ? t + 1 : time)
                let weights = seen.map { s in
                    Double.exp(
                        columns.reduce(0) { $0 + q[t][$1] * k[s][$1] }
                            / Double(settings.keyCount).squareRoot())
                }
                let sum = weights.reduce(0, +)
                for s in seen {
                    for j in columns { context[t][j] += weights[s] / sum * v[s][j] }
                }
            }
        }
        return (0..<time).flatMap { t in
            (0..<features).map { j in
                (0..<width).reduce(settings.hasBias ? numbers[7][0, j] : 0) {
                    $0 + numbers[3][j, $1] * context[t][$1]
                }
            }
        }
    }

    @Test(arguments: table)
    func `forward is as defined`(settings: Settings) throws {
        let layer = try settings.layerCase(examples: 2)
        let pass = layer.pass()
        for row in 0..<2 {
            let expected = Self.definition(
                settings, layer.inputs[0].rows(row..<(row + 1)).elements,
                layer.numbers.parameters)
            let found = pass.activation.rows(row..<(row + 1)).elements
            #expect(found.distance(from: expected) <= 1e-14)
        }
    }

    /// One head of one number, all weights 1, no biases: scores are xₜ·xₛ. At x = (0, ln 2): the
    /// first position scores (0, 0) and takes the mean, ln 2/2; the second (0, ln² 2), and takes
    /// ln 2·σ(ln² 2). With the mask the first takes its own 0 alone.
    @Test(arguments: [false, true])
    func `two positions are as by hand`(isCausal: Bool) throws {
        var layer = try Settings(
            time: 2, features: 1, heads: 1, keyCount: 1, hasBias: false, isCausal: isCausal
        ).layerCase(examples: 1)
        layer.numbers.parameters = Array(
            repeating: Matrix(rows: 1, columns: 1, repeating: 1), count: 4)
        let x = Double.log(2)
        layer.inputs = [Matrix(rows: 1, columns: 2, elements: [0, x])]
        let expected = [isCausal ? 0 : x / 2, x / (1 + Double.exp(-x * x))]
        #expect(layer.pass().activation.elements.distance(from: expected) <= 1e-15)
    }

    @Test func `nothing later moves what a causal position gives`() throws {
        let layer = try Settings(time: 4, isCausal: true).layerCase(examples: 1)
        var later = layer.inputs[0]
        for j in 8..<16 { later[0, j] += 100 }
        let (one, other) = (layer.pass().activation, layer.pass([later]).activation)
        #expect(one.elements[..<8] == other.elements[..<8])
        #expect(one.elements[8...] != other.elements[8...])
    }

    @Test func `what it keeps is cut into examples`() throws {
        let layer = try Settings().layerCase(examples: 3)
        let pass = layer.pass()
        let kept = pass.kept.reduce(0) { $0 + $1.elements.count }
        #expect(Double(kept) == 3 * layer.layer.keptNumbers)
        let dZ = pass.activation
        func dX(_ dZ: Matrix<Double>, _ pass: LayerPass<Double>) -> Matrix<Double> {
            layer.layer.backward(dZ, from: pass, layer.numbers, Run(), toInputs: true).inputs[0]
        }
        let part = dX(dZ.rows(1..<3), pass.rows(1..<3, of: 3))
        #expect(part.distance(from: dX(dZ, pass).rows(1..<3)) <= 1e-15)
    }

    /// Enough to be shared out: 8 · 2 · 64² · 64 is above 4 million.
    @Test func `heads at once give what they give alone`() throws {
        let layer = try Settings(time: 64, features: 8, keyCount: 64).layerCase(examples: 8)
        let all = layer.pass().activation
        for row in 0..<8 {
            let one = layer.pass([layer.inputs[0].rows(row..<(row + 1))]).activation
            // Sums of 128 products, the order of which BLAS may choose by the shape.
            #expect(one.distance(from: all.rows(row..<(row + 1))) <= 1e-12)
        }
    }

    /// Scores of about 1e6: softmax is taken below its largest.
    @Test func `large scores stay finite`() throws {
        let layer = try Settings().layerCase()
        let large = layer.inputs[0].map { $0 * 1e3 }
        #expect(layer.pass([large]).activation.elements.allSatisfy { $0.isFinite })
    }

    @Test func `float32 comes close to float64`() throws {
        let layer = try Settings(isCausal: true).layerCase()
        let numbers = LayerNumbers<Float>(
            parameters: layer.numbers.parameters.map { $0.converted() })
        let z = layer.layer.forward([layer.inputs[0].converted(to: Float.self)], numbers, Run())
        #expect(z.output.converted(to: Double.self).distance(from: layer.pass().activation) <= 1e-6)
    }

    static func plan(
        heads: Int, keyCount: Int? = nil, inputs: [Int] = [3, 4], given: [String: [Int]] = [:]
    ) throws(LayerFault) -> MultiHeadAttention {
        var settings = SettingValues(defaultsOf: MultiHeadAttention.declaration.settings)
        settings.set("num_heads", to: [heads])
        if let keyCount { settings.set("key_dim", to: [keyCount]) }
        return try MultiHeadAttention(LayerPlan(settings, inputs: [inputs], given: given))
    }

    @Test func `a given Wq tells key_dim`() throws {
        let layer = try Self.plan(heads: 3, given: ["Wq": [6, 4]])
        #expect(layer.keyCount == 2)
        #expect(
            layer.parameters.map(\.shape)
                == [[6, 4], [6, 4], [6, 4], [4, 6], [6], [6], [6], [4]])
        #expect(try Self.plan(heads: 3, given: ["Wq": [4, 6]]).keyCount == 2)
    }

    @Test func `what does not fit is refused by its field`() throws {
        func field(
            _ heads: Int, _ keyCount: Int?, inputs: [Int] = [3, 4], given: [String: [Int]] = [:]
        ) -> String? {
            do throws(LayerFault) {
                _ = try Self.plan(heads: heads, keyCount: keyCount, inputs: inputs, given: given)
                return "none"
            } catch {
                return error.field
            }
        }
        #expect(field(4, nil, given: ["Wq": [6, 4]]) == "num_heads")
        #expect(field(65536, 65536) == "num_heads")
        #expect(field(1, 2, inputs: [4]) == nil)
        #expect(field(2, 2) == "none")
    }
}
