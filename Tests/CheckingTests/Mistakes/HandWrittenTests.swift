import NeuralNetwork
import Testing

@testable import Checking

/// The backward pass of a network of two layers, tanh and sigmoid, as the course writes it, with
/// loops and nothing of ours in it, and with mistakes put in by hand.
struct HandWrittenTests {
    private let exercise: Exercise

    init() throws {
        exercise = try .twoLayers(units: 3)
    }

    /// The lines in which a mistake can be.
    private struct Lines {
        var dZ2: (_ a: Double, _ y: Double) -> Double = { a, y in a - y }
        var slope: (_ z: Double, _ a: Double) -> Double = { _, a in 1 - a * a }
        var isTransposed = true
        var inputOfW2: KeyPath<LayerPass<Double>, Matrix<Double>> = \.activation
        var divisor2 = 5.0
        var divisor1 = 5.0
        var sumOfAll = false
        var learningRate = 0.0
    }

    private func submission(_ change: (inout Lines) -> Void) -> Submission {
        var lines = Lines()
        change(&lines)
        let (first, second) = (exercise.pass.layers[0], exercise.pass.layers[1])
        let (x, a2) = (exercise.pass.inputs, second.activation)
        let y = exercise.objective.targets
        let (m, n1, n2) = (5, 3, 3)
        let input = first[keyPath: lines.inputOfW2]
        var w = exercise.network.layers[1].numbers.parameters[0]
        var dZ2 = Matrix<Double>(rows: m, columns: n2, repeating: 0)
        var dW2 = Matrix<Double>(rows: n2, columns: n1, repeating: 0)
        var db2 = Matrix<Double>(rows: 1, columns: n2, repeating: 0)
        for i in 0..<m {
            for k in 0..<n2 {
                dZ2[i, k] = lines.dZ2(a2[i, k], y[i, k])
                db2[0, k] += dZ2[i, k] / lines.divisor2
                for j in 0..<n1 { dW2[k, j] += dZ2[i, k] * input[i, j] / lines.divisor2 }
            }
        }
        for k in 0..<n2 {
            for j in 0..<n1 { w[k, j] -= lines.learningRate * dW2[k, j] }
        }
        var dA1 = Matrix<Double>(rows: m, columns: n1, repeating: 0)
        var dZ1 = dA1
        var dW1 = Matrix<Double>(rows: n1, columns: 3, repeating: 0)
        var db1 = Matrix<Double>(rows: 1, columns: n1, repeating: 0)
        for i in 0..<m {
            for j in 0..<n1 {
                for k in 0..<n2 {
                    dA1[i, j] += dZ2[i, k] * (lines.isTransposed ? w[k, j] : w[j, k])
                }
                dZ1[i, j] =
                    dA1[i, j] * lines.slope(first.preActivation[i, j], first.activation[i, j])
                for f in 0..<3 { dW1[j, f] += dZ1[i, j] * x[i, f] / lines.divisor1 }
                for unit in 0..<n1 where lines.sumOfAll || unit == j {
                    db1[0, unit] += dZ1[i, j] / lines.divisor1
                }
            }
        }
        let tensors = [
            GradientID(1, .preActivation): dZ2, GradientID(1, .parameter(0)): dW2,
            GradientID(1, .parameter(1)): db2, GradientID(0, .output): dA1,
            GradientID(0, .preActivation): dZ1, GradientID(0, .parameter(0)): dW1,
            GradientID(0, .parameter(1)): db1,
        ]
        return Submission(
            tensors: tensors.mapValues { Submission.Tensor($0, numbers: $0.elements) })
    }

    /// The first that is wrong is that tensor, by that name, of all derivatives; `before` tells the
    /// step and the name where only the parameters' are there.
    private func expect(
        _ name: String, at tensor: String, ofParameters before: (name: String, step: String)? = nil,
        _ change: (inout Lines) -> Void, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let all = submission(change)
        let diagnosis = exercise.diagnosis(all)
        #expect(diagnosis.verdict == .wrong, sourceLocation: sourceLocation)
        #expect(diagnosis.firstWrong?.name == tensor, sourceLocation: sourceLocation)
        #expect(
            diagnosis.firstWrong?.mistakes.contains { $0.name == name } == true,
            "\(diagnosis.summary)", sourceLocation: sourceLocation)
        #expect(diagnosis.mistakes.first?.step == tensor, sourceLocation: sourceLocation)
        let part = exercise.diagnosis(all.ofParameters)
        #expect(
            part.firstWrong?.mistakes.contains { $0.name == before?.name ?? name } == true,
            "\(part.summary)", sourceLocation: sourceLocation)
        #expect(part.mistakes.first?.step == before?.step ?? tensor, sourceLocation: sourceLocation)
    }

    @Test func `without a mistake all is right`() {
        let diagnosis = exercise.diagnosis(submission { _ in })
        #expect(diagnosis.verdict == .correct, "\(diagnosis.summary)")
        #expect(diagnosis.conventions == [.loss])
    }

    @Test func `Y − A for A − Y`() {
        expect("sign", at: "dZ2") { $0.dZ2 = { a, y in y - a } }
    }

    @Test func `the derivative of sigmoid twice`() {
        expect("activation_derivative_twice", at: "dZ2") {
            $0.dZ2 = { a, y in (a - y) * a * (1 - a) }
        }
    }

    @Test func `1 − A for 1 − A²`() {
        expect("tanh_square_missing", at: "dZ1") { $0.slope = { _, a in 1 - a } }
    }

    @Test func `1 − Z² for 1 − A²`() {
        expect("activation_derivative_of_Z_as_A", at: "dZ1") {
            $0.slope = { z, _ in 1 - z * z }
        }
    }

    @Test func `no derivative of tanh`() {
        expect("activation_derivative_forgotten", at: "dZ1") {
            $0.slope = { _, _ in 1 }
        }
    }

    @Test func `sigmoid's derivative for tanh's`() {
        expect("another_activation", at: "dZ1") { $0.slope = { _, a in a * (1 - a) } }
    }

    @Test func `W2 without its transpose`() {
        expect("W_not_transposed", at: "dA1") { $0.isTransposed = false }
    }

    @Test func `W2 after its update`() {
        expect("W_already_updated", at: "dA1") { $0.learningRate = 0.3 }
    }

    @Test func `Z1 for A1`() {
        expect("Z_for_A_prev", at: "dW2") { $0.inputOfW2 = \.preActivation }
    }

    @Test func `no division by m in the second layer`() {
        // Whether dZ2 or dW2 and db2 lack it is for the convention to say, so only the name is held.
        let all = submission { $0.divisor2 = 1 }
        for part in [all, all.ofParameters] {
            #expect(exercise.diagnosis(part).mistakes.map(\.name) == ["one_over_m_missing"])
        }
    }

    @Test func `two divisions by m in the first layer`() {
        expect(
            "one_over_m_twice", at: "dW1", ofParameters: ("one_over_m_at_each_layer", "dZ1")
        ) { $0.divisor1 = 25 }
    }

    @Test func `a sum over the units as well`() {
        expect("db_over_everything", at: "db1") { $0.sumOfAll = true }
    }
}
