import Testing

@testable import NeuralNetwork

struct RearrangementsTests {
    /// One example of 2 × 2 positions and 3 channels, its numbers 0 to 11 in h, w, c.
    static func image(_ kind: any Layer.Type, _ layout: Layout, _ target: [Int]? = nil) throws
        -> [Double]
    {
        var layer = try LayerCase(
            "", kind, inputs: [[2, 2, 3]], examples: 1, layout: layout, seed: 1
        ) {
            if let target { $0.set("target_shape", to: target) }
        }
        layer.inputs = [Matrix(rows: 1, columns: 12, elements: (0..<12).map(Double.init))]
        return layer.pass().activation.elements
    }

    /// In c, h, w channel 0 comes first: numbers 0, 3, 6, 9.
    @Test(arguments: [
        (Layout.keras, [0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        (.course, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        (.pytorch, [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]),
    ])
    func `flatten goes by the layout's axes`(layout: Layout, expected: [Double]) throws {
        #expect(try Self.image(Flatten.self, layout) == expected)
    }

    /// To 3 × 2 × 2 of c, h, w, which is what the example is: nothing moves.
    @Test func `reshape to the same shape is the identity`() throws {
        let same = (0..<12).map(Double.init)
        #expect(try Self.image(Reshape.self, .pytorch, [3, 2, 2]) == same)
        #expect(try Self.image(Reshape.self, .keras, [2, 2, 3]) == same)
    }

    @Test func `a shape with room for more or less is refused`() {
        let fault = #expect(throws: LayerFault.self) {
            _ = try Self.image(Reshape.self, .keras, [5, 2])
        }
        #expect(fault?.field == "target_shape")
        #expect(fault?.detail == "has room for 10 numbers, and each example has 12")
    }

    @Test func `sums and joins are of shapes that fit`() {
        for kind in [Add.self, Concatenate.self] as [any Layer.Type] {
            let fault = #expect(throws: LayerFault.self) {
                _ = try LayerCase("", kind, inputs: [[2, 3], [3, 3]], seed: 1)
            }
            #expect(fault?.field == "inputs")
        }
    }

    @Test func `features stand beside one another`() throws {
        var layer = try LayerCase(
            "", Concatenate.self, inputs: [[2, 1], [2, 2]], examples: 1, seed: 1)
        layer.inputs = [
            Matrix(rows: 1, columns: 2, elements: [1, 2]),
            Matrix(rows: 1, columns: 4, elements: [10, 11, 20, 21]),
        ]
        #expect(layer.pass().activation.elements == [1, 10, 11, 2, 20, 21])
    }
}
