import NeuralNetwork
import Testing

@testable import Checking

/// What is right is never called wrong.
struct RightSubmissionsTests {
    private static let seeds: ClosedRange<UInt32> = 1...3

    private func exercise(_ activation: Activation, seed: UInt32) throws -> Exercise {
        try .random(
            [.dense(4, activation), .dense(3, activation), .dense(2, .sigmoid)], input: [3],
            .binaryCrossentropy(), penalty: Penalty(l2: 0.1, scale: .lambdaOver2m), seed: seed)
    }

    private static func activation(_ name: String) throws -> Activation {
        let choice = try #require(Activation.choices.first { $0.name == name })
        return choice.make(SettingValues(defaultsOf: choice.settings))
    }

    @Test(arguments: Activation.choices.map(\.name), Convention.allCases)
    func `a right submission is right, in each convention and layout`(
        name: String, convention: Convention
    ) throws {
        for seed in Self.seeds {
            let exercise = try exercise(Self.activation(name), seed: seed)
            for layout in Layout.allCases {
                let submission = try exercise.submission(convention, layout)
                let diagnosis = exercise.diagnosis(submission, requested: convention)
                #expect(diagnosis.verdict == .correct, "\(layout): \(diagnosis.summary)")
                #expect(diagnosis.conventions.contains(convention))
                #expect(diagnosis.score == 1)
            }
        }
    }

    @Test(arguments: Activation.choices.map(\.name), Convention.allCases)
    func `a right submission in float32 or of four decimals is right`(
        name: String, convention: Convention
    ) throws {
        for seed in Self.seeds {
            let exercise = try exercise(Self.activation(name), seed: seed)
            let exact = try exercise.submission(convention, .course)
            let narrow = exact.mapped { Double(Float($0)) }
            #expect(exercise.diagnosis(narrow, requested: convention).verdict == .correct)
            let rounded = exact.mapped { ($0 * 1e4).rounded() / 1e4 }
            let diagnosis = exercise.diagnosis(rounded, requested: convention)
            #expect(diagnosis.verdict == .correct, "\(diagnosis.summary)")
        }
    }

    @Test(arguments: [Convention.loss, .cost], [Convention.loss, .cost])
    func `loss and cost are right for one another`(requested: Convention, sent: Convention) throws {
        let exercise = try exercise(.tanh, seed: 1)
        let diagnosis = exercise.diagnosis(
            try exercise.submission(sent, .course), requested: requested)
        #expect(diagnosis.verdict == .correct)
        #expect(diagnosis.conventions == [sent])
    }

    @Test func `the sum of the losses is another convention where the cost was asked for`() throws {
        let exercise = try Exercise.twoLayers()
        let submission = try exercise.submission(.sum, .course)
        #expect(exercise.diagnosis(submission, requested: .loss).verdict == .otherConvention)
        #expect(
            exercise.diagnosis(submission.ofParameters, requested: .loss).verdict
                == .otherConvention)
    }
}

extension Exercise {
    /// Every right derivative, as a caller writes it in a layout.
    fileprivate func submission(_ convention: Convention, _ layout: Layout) throws -> Submission {
        var tensors: [GradientID: Submission.Tensor] = [:]
        for id in wayBack {
            let right = right(id, in: convention)
            let expected: ExpectedShape
            let (own, order): ([Int], AxisOrder)
            switch id.kind {
            case .output, .preActivation:
                let shape =
                    id.layer < 0 ? network.inputShape : network.layers[id.layer].layer.outputShape
                expected = ExpectedShape(signal: shape, examples: examples)
                (own, order) = ([examples] + shape, .signal(axes: shape.count, layout))
            case .parameter(let index):
                let declared = network.layers[id.layer].layer.parameters[index]
                expected = ExpectedShape(declared)
                (own, order) = (declared.shape, declared.form.axisOrder(layout))
            }
            let wire = own.count > 1 ? order.reordered(right.elements, shape: own) : right.elements
            let tensor = expected.read(wire, shape: expected.wire(layout), layout)
            #expect(tensor.shape == nil)
            #expect(tensor.matrix == right)
            tensors[id] = tensor
        }
        return Submission(tensors: tensors)
    }
}
