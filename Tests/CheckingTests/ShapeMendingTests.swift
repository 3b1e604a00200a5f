import NeuralNetwork
import Testing

@testable import Checking

struct ShapeMendingTests {
    /// Of dW of 3 outputs and 2 inputs.
    private let weights = ExpectedShape(NumbersDeclaration(Dense.declaration.arrays[0], [3, 2]))
    private let bias = ExpectedShape(NumbersDeclaration(Dense.declaration.arrays[1], [3]))
    /// Of dZ of 3 units and 5 examples.
    private let signal = ExpectedShape(signal: [3], examples: 5)
    private let numbers = (1...6).map(Double.init)

    @Test func `a layout has its own shape`() {
        #expect(weights.wire(.course) == [3, 2])
        #expect(weights.wire(.keras) == [2, 3])
        #expect(bias.wire(.course) == [3, 1])
        #expect(bias.wire(.keras) == [3])
        #expect(signal.wire(.course) == [3, 5])
        #expect(signal.wire(.pytorch) == [5, 3])
    }

    @Test func `an expected shape is read as it is`() {
        let tensor = weights.read(numbers, shape: [3, 2], .course)
        #expect(tensor.shape == nil)
        #expect(tensor.matrix?.elements == numbers)
    }

    @Test func `what the layout has turned is read in the engine's order`() {
        let tensor = weights.read(numbers, shape: [2, 3], .keras)
        #expect(tensor.shape == nil)
        #expect(tensor.matrix?.elements == [1, 4, 2, 5, 3, 6])
    }

    @Test func `a transposed array is turned`() {
        let tensor = weights.read(numbers, shape: [2, 3], .course)
        #expect(tensor.shape?.kind == .transposed)
        #expect(tensor.matrix?.elements == [1, 4, 2, 5, 3, 6])
    }

    @Test func `a flat array is read in order`() {
        let tensor = weights.read(numbers, shape: [6], .course)
        #expect(tensor.shape?.kind == .flattened)
        #expect(tensor.matrix?.elements == numbers)
    }

    @Test func `numbers of another count cannot be read`() {
        let tensor = weights.read([1, 2], shape: [2], .course)
        #expect(tensor.shape?.kind == .other)
        #expect(tensor.matrix == nil)
        #expect(tensor.numbers == [1, 2])
    }

    @Test func `a vector may lack its second axis`() throws {
        let finding = try #require(bias.read([1, 2, 3], shape: [3], .course).shape)
        #expect(finding == ShapeFinding(found: [3], expected: [3, 1], kind: .missingAxis))
        #expect(finding.isHarmless)
    }

    @Test func `a column where the layout has a flat vector is another layout's`() throws {
        let finding = try #require(bias.read([1, 2, 3], shape: [3, 1], .keras).shape)
        #expect(finding.kind == .otherLayout)
        #expect(finding.isHarmless)
    }

    @Test func `a vector in a row is transposed`() {
        #expect(bias.read([1, 2, 3], shape: [1, 3], .course).shape?.kind == .transposed)
    }

    @Test(arguments: [
        (
            ShapeFinding.Kind.missingAxis,
            "Its shape is (3,), and should be (3, 1): keep the axis, with keepdims=True."
        ),
        (.flattened, "db1 is flattened: its shape is (3,), and should be (3, 1)."),
        (.transposed, "db1 is transposed: its shape is (3,), and should be (3, 1)."),
        (.otherLayout, "db1 is laid out otherwise: its shape is (3,), and should be (3, 1)."),
        (
            .other,
            "db1 has the shape (3,), and should have (3, 1): the shape of what it is the "
                + "derivative of."
        ),
    ])
    func `a shape is told in a sentence`(kind: ShapeFinding.Kind, sentence: String) {
        let finding = ShapeFinding(found: [3], expected: [3, 1], kind: kind)
        #expect(finding.sentence("db1") == sentence)
    }
}
