import NeuralNetwork
import Testing

@testable import Checking

/// What is said of a derivative and of the whole, word for word.
struct SummariesTests {
    @Test(arguments: Self.cases.keys.sorted())
    func `a submission is told in sentences`(name: String) throws {
        let exercise = try Exercise.twoLayers(.relu)
        let make = try #require(Self.cases[name])
        let submission = make(exercise)
        let diagnosis = exercise.diagnosis(submission)
        var told = ["summary": diagnosis.summary]
        told["look at"] = diagnosis.lookAt
        for tensor in diagnosis.tensors where tensor.sentence != "\(tensor.name) is right." {
            told["\(tensor.name) \(tensor.verdict)"] = tensor.sentence
        }
        for (key, sentence) in told {
            #expect(sentence == Sentences(Self.sentences)["\(name): \(key)"], "\(key)")
        }
        let expected = Sentences(Self.sentences).names.filter { $0.hasPrefix("\(name): ") }
        #expect(expected.count == told.count)
    }

    private static let cases: [String: @Sendable (Exercise) -> Submission] = [
        "all right": { WayBack(exercise: $0).submission() },
        "all of the cost": { WayBack(exercise: $0, convention: .cost).submission() },
        "all of the sum": { WayBack(exercise: $0, convention: .sum).submission() },
        "parameters alone": { WayBack(exercise: $0).submission().ofParameters },
        "nothing": { _ in Submission(tensors: [:]) },
        "a wrong sign at the output": {
            WayBack(exercise: $0, factor: (.output, -1)).submission()
                .without(GradientID(1, .output))
        },
        "a forgotten mask": {
            let context = WayBack(exercise: $0).contexts().first { $0.step == .activation(0) }
            return WayBack(
                exercise: $0, mistake: (.activation(0), [context?.dZ])
            ).submission().ofParameters
        },
        "two mistakes": { exercise in
            WayBack(
                exercise: exercise,
                mistake: (.parameter(1, 1), [Matrix(rows: 1, columns: 3, repeating: 7)]),
                factor: (.activation(0), 2)
            ).submission()
        },
        "a flat db1": { exercise in
            var submission = WayBack(exercise: exercise).submission().ofParameters
            let id = GradientID(0, .parameter(1))
            let numbers = submission.tensors[id]?.numbers ?? []
            submission.tensors[id] = Submission.Tensor(
                Matrix(rows: 1, columns: numbers.count, elements: numbers), numbers: numbers,
                shape: ShapeFinding(found: [4], expected: [4, 1], kind: .missingAxis))
            return submission
        },
        "a dW2 of another shape": { exercise in
            var submission = WayBack(exercise: exercise).submission().ofParameters
            submission.tensors[GradientID(1, .parameter(0))] = Submission.Tensor(
                nil, numbers: [1, 2],
                shape: ShapeFinding(found: [2], expected: [3, 4], kind: .other))
            return submission
        },
    ]

    private static let sentences = """
        a dW2 of another shape: dW2 wrong
            dW2 has the shape (2,), and should have (3, 4): the shape of what it is
            the derivative of.
        a dW2 of another shape: summary
            Going back from the output, dW2 is the first that is wrong. dW2 has the
            shape (2,), and should have (3, 4): the shape of what it is the derivative
            of. 3 of 4 are right, or follow rightly from yours.
        a flat db1: db1 correct
            db1 is right. Its shape is (4,), and should be (4, 1): keep the axis, with
            keepdims=True.
        a flat db1: summary
            All 4 are right. dW and db are the same wherever the 1/m stands.
        a forgotten mask: dW1 wrong
            dZ1 leaves out relu's mask: it is dA1 as it came. Set it to 0 where Z1 ≤
            0.
        a forgotten mask: db1 carriedForward
            db1 shows the same mistake, in dZ1. Its own step is right.
        a forgotten mask: look at
            Look at the line that computes dZ1 from dA1 and the derivative of relu.
        a forgotten mask: summary
            Going back from the output, dW1 is the first that is wrong. dZ1 leaves out
            relu's mask: it is dA1 as it came. Set it to 0 where Z1 ≤ 0. 3 of 4 are
            right, or follow rightly from yours.
        a wrong sign at the output: dA1 carriedForward
            dA1 is not the right derivative, but it follows rightly from yours before
            it. Mend the mistake there, and run this step again.
        a wrong sign at the output: dW1 carriedForward
            dW1 is not the right derivative, but it follows rightly from yours before
            it. Mend the mistake there, and run this step again.
        a wrong sign at the output: dW2 carriedForward
            dW2 is not the right derivative, but it follows rightly from yours before
            it. Mend the mistake there, and run this step again.
        a wrong sign at the output: dX carriedForward
            dX is not the right derivative, but it follows rightly from yours before
            it. Mend the mistake there, and run this step again.
        a wrong sign at the output: dZ1 carriedForward
            dZ1 is not the right derivative, but it follows rightly from yours before
            it. Mend the mistake there, and run this step again.
        a wrong sign at the output: dZ2 wrong
            dZ2 has the wrong sign: every number is the right one times −1. The
            derivative starts with A − Y, not with Y − A.
        a wrong sign at the output: db1 carriedForward
            db1 is not the right derivative, but it follows rightly from yours before
            it. Mend the mistake there, and run this step again.
        a wrong sign at the output: db2 carriedForward
            db2 is not the right derivative, but it follows rightly from yours before
            it. Mend the mistake there, and run this step again.
        a wrong sign at the output: look at
            Look at the line that computes dZ2 or dA2 from A2 and Y.
        a wrong sign at the output: summary
            Going back from the output, dZ2 is the first that is wrong. dZ2 has the
            wrong sign: every number is the right one times −1. The derivative starts
            with A − Y, not with Y − A. 7 of 8 are right, or follow rightly from
            yours.
        all of the cost: summary
            All 9 are right. dZ and dA are derivatives of the cost J, with the 1/m in
            them: convention "cost".
        all of the sum: dW1 otherConvention
            dW1 is right as a derivative of the sum of the losses. As a derivative of
            the cost J it lacks the division by m.
        all of the sum: dW2 otherConvention
            dW2 is right as a derivative of the sum of the losses. As a derivative of
            the cost J it lacks the division by m.
        all of the sum: db1 otherConvention
            db1 is right as a derivative of the sum of the losses. As a derivative of
            the cost J it lacks the division by m.
        all of the sum: db2 otherConvention
            db2 is right as a derivative of the sum of the losses. As a derivative of
            the cost J it lacks the division by m.
        all of the sum: summary
            All that you sent is right as derivatives of the sum of the losses
            (convention "sum"): no 1/m anywhere. For the cost J, divide dW and db by
            m.
        all right: summary
            All 9 are right. dZ and dA are derivatives of each example's loss, and 1/m
            stands in dW and db: convention "loss".
        nothing: summary
            There is no derivative to judge.
        parameters alone: summary
            All 4 are right. dW and db are the same wherever the 1/m stands.
        two mistakes: dW1 carriedForward
            dW1 is not the right derivative, but it follows rightly from yours before
            it. Mend the mistake there, and run this step again.
        two mistakes: dX carriedForward
            dX is not the right derivative, but it follows rightly from yours before
            it. Mend the mistake there, and run this step again.
        two mistakes: dZ1 wrong
            dZ1 is twice what it should be. Look for a 2 that does not belong, or a ½
            that is missing.
        two mistakes: db1 carriedForward
            db1 is not the right derivative, but it follows rightly from yours before
            it. Mend the mistake there, and run this step again.
        two mistakes: db2 wrong
            db2 is wrong, and no mistake that we know gives these numbers. Go through
            the line that computes db2 from dZ2.
        two mistakes: look at
            Look at the line that computes db2 from dZ2.
        two mistakes: summary
            Going back from the output, db2 is the first that is wrong. db2 is wrong,
            and no mistake that we know gives these numbers. Go through the line that
            computes db2 from dZ2. Then there is factor_two in dZ1. 7 of 9 are right,
            or follow rightly from yours.
        """
}
