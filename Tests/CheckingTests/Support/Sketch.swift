import NeuralNetwork
import TestSupport

@testable import Checking

/// A layer of a network to be judged on, by its kind.
struct Sketch {
    var kind: any Layer.Type
    var activation: Activation = .linear
    /// The layer before it where nil.
    var sources: [Int]?
    var set: (inout SettingValues) -> Void = { _ in }

    static func dense(_ units: Int, _ activation: Activation) -> Sketch {
        Sketch(kind: Dense.self, activation: activation) { $0.set("units", to: [units]) }
    }

    static func conv(
        _ filters: Int, _ kernel: [Int], padding: String = "valid",
        _ activation: Activation = .tanh
    ) -> Sketch {
        Sketch(kind: Conv2D.self, activation: activation) {
            $0.set("filters", to: [filters])
            $0.set("kernel_size", to: kernel)
            $0.set("padding", to: padding)
        }
    }

    static func recurrent(_ kind: any Layer.Type, _ units: Int) -> Sketch {
        Sketch(kind: kind) {
            $0.set("units", to: [units])
            $0.set("return_sequences", to: true)
        }
    }

    static func dropout(_ rate: Double) -> Sketch {
        Sketch(kind: Dropout.self) {
            $0.set("rate", to: rate)
            $0.set("seed", to: [3])
        }
    }

    static func plain(_ kind: any Layer.Type, sources: [Int]? = nil) -> Sketch {
        Sketch(kind: kind, sources: sources)
    }
}

extension Exercise {
    /// Layers with random numbers, and a random batch; everything is drawn from a seed.
    static func random(
        _ sketches: [Sketch], input: [Int], _ loss: Loss = .halfSquaredError,
        examples m: Int = 5, penalty: Penalty? = nil, weights: [Double]? = nil,
        denominator: Denominator? = nil, indices: Int? = nil, seed: UInt32 = 1
    ) throws -> Exercise {
        var random = LegacyRandom(seed: seed)
        var layers: [NetworkLayer<Double>] = []
        for (index, sketch) in sketches.enumerated() {
            var settings = SettingValues(defaultsOf: sketch.kind.declaration.settings)
            sketch.set(&settings)
            let sources = sketch.sources ?? [index - 1]
            let layer = try sketch.kind.init(
                LayerPlan(
                    settings,
                    inputs: sources.map { $0 < 0 ? input : layers[$0].layer.outputShape }))
            let numbers = LayerNumbers<Double>(
                parameters: layer.parameters.map { random.matrix($0.rows, $0.columns) },
                states: layer.states.map {
                    guard case .state(let initial) = $0.form.role else {
                        preconditionFailure("a state is declared as one")
                    }
                    return Matrix(rows: $0.rows, columns: $0.columns, repeating: initial)
                })
            layers.append(
                NetworkLayer(
                    layer, activation: sketch.activation, sources: sources, numbers: numbers))
        }
        let network = Network(layers: layers, inputShape: input)
        var inputs = random.matrix(m, input.reduce(1, *))
        if let indices {
            inputs = Matrix(
                rows: m, columns: inputs.columns,
                elements: inputs.elements.indices.map { Double($0 * 7 % 5 % indices) })
        }
        let pass = network.forward(inputs)
        let outputs = pass.outputs
        let targets: Matrix<Double> =
            switch loss.targetKind {
            case .signs:
                random.matrix(m, outputs.columns).mapped { $0 > 0 ? 1 : -1 }
            default:
                switch loss {
                case .binaryCrossentropy, .binaryFocalCrossentropy:
                    random.matrix(m, outputs.columns).mapped { $0 > 0 ? 1 : 0 }
                case .categoricalCrossentropy, .klDivergence, .categoricalHinge:
                    .oneHot((0..<m).map { $0 * 2 % outputs.columns }, of: outputs.columns)
                default: random.matrix(m, outputs.columns)
                }
            }
        return Exercise(
            network, pass, Objective(loss: loss, targets: targets, weights: weights),
            denominator: denominator ?? .examples(m), penalty: penalty)
    }

    /// A network of two layers, as the course's first.
    static func twoLayers(
        _ hidden: Activation = .tanh, _ last: Activation = .sigmoid, units: Int = 4,
        outputs: Int = 3, _ loss: Loss = .binaryCrossentropy(), examples: Int = 5,
        penalty: Penalty? = nil, seed: UInt32 = 1
    ) throws -> Exercise {
        try random(
            [.dense(units, hidden), .dense(outputs, last)], input: [3], loss, examples: examples,
            penalty: penalty, seed: seed)
    }
}

/// What a caller has who goes back from the output and makes a mistake on the way.
struct WayBack {
    let exercise: Exercise
    var convention = Convention.loss
    /// A step, and what stands in place of what is right there.
    var mistake: (step: Step, values: [Matrix<Double>?])?
    /// What a step's numbers are multiplied by.
    var factor: (step: Step, value: Double)?

    private var steps: BackwardSteps {
        BackwardSteps(exercise: exercise, convention: convention)
    }

    /// The steps that the way goes through, each as it comes to it.
    func contexts() -> [StepContext] {
        var found: [StepContext] = []
        _ = walk { found.append($0) }
        return found
    }

    /// Every derivative, by what was made of the steps before it.
    func submission() -> Submission {
        Submission(
            tensors: walk { _ in }.mapValues { Submission.Tensor($0, numbers: $0.elements) })
    }

    private func made(_ step: Step, _ chain: BackwardChain) -> [Matrix<Double>?]? {
        if let mistake, mistake.step == step { return mistake.values }
        guard let factor, factor.step == step else { return nil }
        return steps.right(step, of: chain).map { $0.scaled(by: factor.value) }
    }

    private func walk(_ visit: (StepContext) -> Void) -> [GradientID: Matrix<Double>] {
        var tensors: [GradientID: Matrix<Double>] = [:]
        var chain = BackwardChain()
        func take(_ step: Step) {
            visit(steps.context(step, of: chain))
            steps.take(step, &chain, values: made(step, chain))
        }
        take(.output)
        for layer in exercise.network.layers.indices.reversed() {
            tensors[GradientID(layer, .output)] = chain.dA
            take(.activation(layer))
            tensors[GradientID(layer, .preActivation)] = chain.dZ
            for index in exercise.network.layers[layer].layer.parameters.indices {
                let step = Step.parameter(layer, index)
                visit(steps.context(step, of: chain))
                let sum = made(step, chain)?[0] ?? steps.right(step, of: chain)[0]
                let data = sum.scaled(by: exercise.parameterFactor(of: convention))
                let penalty = exercise.penalty(layer, index, in: convention)
                tensors[GradientID(layer, .parameter(index))] =
                    penalty.map { data.adding($0) } ?? data
            }
            take(.inputs(layer))
        }
        tensors[.inputs] = chain.dA
        return tensors
    }
}

extension Submission {
    /// The derivatives of the parameters alone.
    var ofParameters: Submission {
        Submission(
            tensors: tensors.filter {
                if case .parameter = $0.key.kind { true } else { false }
            })
    }

    func without(_ ids: GradientID...) -> Submission {
        Submission(tensors: tensors.filter { !ids.contains($0.key) })
    }

    /// With every number changed, as by rounding.
    func mapped(_ f: (Double) -> Double) -> Submission {
        Submission(
            tensors: tensors.mapValues { tensor in
                Submission.Tensor(
                    tensor.matrix?.mapped(f), numbers: tensor.numbers.map(f), shape: tensor.shape)
            })
    }
}

extension Exercise {
    func diagnosis(
        _ submission: Submission, requested: Convention = .loss, exactness: Exactness? = nil
    ) -> Diagnosis {
        guard
            let diagnosis = Diagnosis(
                self, [(.course, submission)], requested: requested, layout: .course,
                exactness: exactness)
        else { preconditionFailure("nobody cancels it") }
        return diagnosis
    }
}
