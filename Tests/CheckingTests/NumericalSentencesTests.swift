import NeuralNetwork
import TestSupport
import Testing

@testable import Checking

struct NumericalSentencesTests {
    @Test(arguments: [
        (0.0, "0"), (-3.0, "-3"), (0.2, "0.2"), (2.0 / 3, "0.667"), (1.23456e-7, "1.23e-07"),
        (123456.0, "123000"), (4e300, "4e+300"), (.leastNonzeroMagnitude, "5e-324"),
        (.infinity, "inf"),
    ])
    func `numbers are told to three digits`(x: Double, text: String) {
        #expect(brief(x) == text)
    }

    @Test func `what agrees is said to agree`() throws {
        let result = try GradientProblem.random().check()
        #expect(result.sentence == "The gradients agree with the numerical ones.")
        #expect(
            result.tensors[0].sentence(.course) == "dW1 agrees with the numerical gradient.")
        #expect(!result.explanation.contains("rounding"))
    }

    @Test func `a factor is named, and what it makes of the figure`() throws {
        let result = try GradientProblem.random().check { $0.scale(by: 5) }
        #expect(
            result.sentence == "The gradients are 5 times the numerical ones, in every tensor.")
        #expect(
            result.tensors[1].sentence(.course)
                == "db1 is 5 times the numerical gradient, in every entry: one factor is wrong, and "
                + "the rest of it is right.")
        #expect(
            result.explanation.hasSuffix(
                "|s − 1| / (|s| + 1), whatever the network: here s is 5, and the figure 0.667."))
        let negative = try GradientProblem.random().check { $0.scale(by: -1) }
        #expect(negative.tensors[0].sentence(.course).hasSuffix("its sign is wrong."))
        let zero = try GradientProblem.random().check { $0.scale(by: 0) }
        #expect(
            zero.tensors[0].sentence(.course) == "dW1 is 0, and the numerical gradient is not.")
    }

    @Test func `a wrong entry is named in the layout`() throws {
        let result = try GradientProblem.random().check { $0[0][0]![2, 1] = 4 }
        #expect(result.sentence == "dW1 disagrees with the numerical gradient.")
        let sentence = result.tensors[0].sentence(.course)
        #expect(
            sentence.hasPrefix(
                "dW1 disagrees with the numerical gradient in 1 of 12 entries: dW1[2, 1] is 4, the "
                    + "numerical gradient "))
        #expect(result.tensors[0].sentence(.keras).contains("dW1[1, 2] is 4"))
    }

    @Test func `several tensors are listed`() throws {
        let result = try GradientProblem.random().check {
            $0[0][0]![2, 1] += 1
            $0[0][1]![0, 1] += 1
            $0[1][1]![0, 1] += 1
        }
        #expect(
            result.sentence == "dW1, db1 and db2 disagree with the numerical gradient.")
    }

    @Test func `kinks are told, and that nothing could be compared there`() throws {
        let result = try GradientProblem.unit(.relu, weight: 0, x: [1], y: [3]).check()
        #expect(
            result.sentence == "Every entry that was tried is at a kink: nothing could be compared."
        )
        #expect(
            result.tensors[0].sentence(.course)
                == "dW1 could not be compared: every entry that was tried is at a kink of an "
                + "activation, where the slope on the left is another than that on the right.")
        var penalized = GradientProblem.random(penalty: Penalty(l1: 0.3, scale: .lambda))
        penalized.network.layers[0].weights[1, 2] = 0
        let right = try penalized.check { $0[0][0]![1, 2] += 0.3 }
        #expect(
            right.tensors[0].sentence(.course)
                == "dW1 agrees with the numerical gradient. 1 entry at a kink of the penalty's |W|, "
                + "where the cost has no single slope, is left out.")
        #expect(right.explanation.contains("says nothing against the gradients"))
    }

    @Test func `noise is told where the step is too short for the gradients`() throws {
        var settings = NumericalSettings()
        settings.step = .course
        let problem = GradientProblem.unit(.linear, weight: 1, x: [1e-11], y: [5])
        let result = try problem.check(settings) { $0[0][1] = nil }
        #expect(
            result.sentence
                == "The gradients are too small for the numerical ones to say anything of them.")
        #expect(result.tensors[0].sentence(.course).hasSuffix("it can say nothing of dW1."))
        #expect(result.explanation.contains("rounding alone"))
    }
}
