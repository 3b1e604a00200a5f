import NeuralNetwork
import Testing

@testable import Training

struct MiniBatchesTests {
    static func batch(_ inputs: Matrix<Double>, _ targets: Matrix<Double>) -> TrainingBatch<Double>
    {
        TrainingBatch(
            inputs: inputs, objective: Objective(loss: .halfSquaredError, targets: targets))
    }

    static func sizes(_ examples: Int, by size: Int) -> [Int] {
        let numbers = Matrix<Double>(
            rows: examples, columns: 1, elements: (0..<examples).map(Double.init))
        return MiniBatches(Self.batch(numbers, numbers), size: size).map(\.inputs.rows)
    }

    @Test(arguments: [
        (5, 2, [2, 2, 1]), (6, 3, [3, 3]), (4, 4, [4]), (4, 9, [4]), (3, 1, [1, 1, 1]),
        (4, Int.max, [4]),
    ])
    func `the last batch takes what is left`(examples: Int, size: Int, expected: [Int]) {
        #expect(Self.sizes(examples, by: size) == expected)
    }

    @Test func `inputs and targets come in their order and stay together`() {
        let inputs = Matrix<Double>(rows: 3, columns: 2, elements: [1, 2, 3, 4, 5, 6])
        let targets = Matrix<Double>(rows: 3, columns: 1, elements: [10, 20, 30])
        let batches = Array(MiniBatches(Self.batch(inputs, targets), size: 2))
        #expect(batches[0].inputs.elements == [1, 2, 3, 4])
        #expect(batches[0].objective.targets.elements == [10, 20])
        #expect(batches[1].inputs.elements == [5, 6])
        #expect(batches[1].objective.targets.elements == [30])
    }

    @Test func `masks and weights go with their examples`() {
        let numbers = Matrix<Double>(rows: 3, columns: 1, elements: [1, 2, 3])
        let whole = TrainingBatch(
            inputs: numbers,
            objective: Objective(loss: .halfSquaredError, targets: numbers, weights: [4, 5, 6]),
            masks: [nil, numbers], shares: [4, 5, 6])
        let batches = Array(MiniBatches(whole, size: 2))
        #expect(batches[1].masks == [nil, Matrix(rows: 1, columns: 1, elements: [3])])
        #expect(batches[1].objective.weights == [6])
        #expect(batches.map(\.denominator.value) == [9, 6])
    }

    @Test func `by an order the examples are gathered, with all that belongs to them`() {
        let inputs = Matrix<Double>(rows: 3, columns: 2, elements: [1, 2, 3, 4, 5, 6])
        let column = Matrix<Double>(rows: 3, columns: 1, elements: [10, 20, 30])
        let whole = TrainingBatch(
            inputs: inputs,
            objective: Objective(loss: .halfSquaredError, targets: column, weights: [4, 5, 6]),
            masks: [nil, column], shares: [4, 5, 6])
        let batches = Array(MiniBatches(whole, size: 2, order: [2, 0, 1]))
        #expect(batches.map(\.inputs.elements) == [[5, 6, 1, 2], [3, 4]])
        #expect(batches.map(\.objective.targets.elements) == [[30, 10], [20]])
        #expect(batches.map(\.objective.weights) == [[6, 4], [5]])
        #expect(batches[0].masks == [nil, Matrix(rows: 2, columns: 1, elements: [30, 10])])
        #expect(batches.map(\.denominator.value) == [10, 5])
    }

    @Test func `a batch may be taken by itself`() {
        let numbers = Matrix<Double>(rows: 5, columns: 1, elements: [0, 1, 2, 3, 4])
        let batches = MiniBatches(
            Self.batch(numbers, numbers), size: 2, order: [4, 3, 2, 1, 0])
        #expect(batches.count == 3)
        #expect(batches[1].inputs.elements == [2, 1])
        #expect(batches[2].inputs.elements == [0])
    }

    @Test func `a batch of all is gathered by an order too`() {
        let numbers = Matrix<Double>(rows: 3, columns: 1, elements: [0, 1, 2])
        let batches = MiniBatches(Self.batch(numbers, numbers), size: 3, order: [1, 2, 0])
        #expect(batches[0].inputs.elements == [1, 2, 0])
    }

    @Test func `where no example weighs anything the sum of losses is divided by 1`() {
        let numbers = Matrix<Double>(rows: 1, columns: 1, elements: [1])
        let batch = TrainingBatch(
            inputs: numbers,
            objective: Objective(loss: .halfSquaredError, targets: numbers, weights: [0]),
            shares: [0])
        #expect(batch.denominator == Denominator(1, .weights))
        #expect(batch.weight == 0)
    }
}
