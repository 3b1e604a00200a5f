import NeuralNetwork

/// A batch on which what can be mistaken for one another differs: a prime number of examples that is
/// no layer's size, no unit dead, and every known mistake with numbers of its own.
public struct Probe: Sendable {
    /// The network, where its own numbers tell too little, or its masks are of another batch.
    public let network: Network<Double>?
    public let inputs: Matrix<Double>
    /// As an objective has them.
    public let targets: Matrix<Double>
    /// Of each example, where the exercise has weights.
    public let weights: [Double]?

    /// Batches that are tried with the network's own numbers, and as many with drawn ones.
    private static let attempts = 3
    /// Primes, of which the first that is no layer's size is m.
    private static let primes = [7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47]

    /// The best of some batches that are drawn from a seed.
    public init(for exercise: Exercise, seed: UInt32 = 0) {
        var random = LegacyRandom(seed: seed)
        let m = Self.examples(exercise)
        var best: (probe: Probe, clashes: Int)?
        for isDrawn in [false, true] {
            for _ in 0..<Self.attempts {
                let probe = Probe(exercise, m, isDrawn: isDrawn, &random)
                let clashes = probe.clashes(exercise)
                if best == nil || clashes < best!.clashes { best = (probe, clashes) }
                if clashes == 0 { break }
            }
            if best?.clashes == 0 { break }
        }
        guard let best else { preconditionFailure("no batch was tried") }
        self = best.probe
    }

    private static func examples(_ exercise: Exercise) -> Int {
        let network = exercise.network
        let sizes = Set(network.layers.flatMap(\.layer.outputShape) + network.inputShape)
        return primes.first { !sizes.contains($0) } ?? 53
    }

    private init(
        _ exercise: Exercise, _ m: Int, isDrawn: Bool, _ random: inout LegacyRandom
    ) {
        let own = exercise.network
        let hasMasks = own.layers.contains { $0.numbers.mask != nil }
        network =
            isDrawn || hasMasks ? own.redrawn(examples: m, weights: isDrawn, &random) : nil
        inputs = own.randomInputs(examples: m, &random)
        let positions = exercise.objective.targets.rows / max(exercise.examples, 1)
        targets = exercise.objective.loss.randomTargets(
            rows: m * positions, columns: exercise.objective.targets.columns, &random)
        weights =
            exercise.objective.weights == nil
            ? nil : (0..<m).map { _ in (50 + 150 * random.uniform()).rounded() / 100 }
    }

    /// How many pairs of the right way and the known mistakes have the same numbers, and how many
    /// units are dead.
    private func clashes(_ original: Exercise) -> Int {
        let exercise = exercise(original)
        var clashes = exercise.deadUnits
        let steps = BackwardSteps(exercise: exercise, convention: .loss)
        var chain = BackwardChain()
        func count(_ step: Step) {
            let context = steps.context(step, of: chain)
            var seen: [(name: String, values: [Matrix<Double>])] = [("", context.right)]
            for mistake in Mistake.rules where mistake.place == step.place {
                for variant in steps.variants(of: mistake, context) where variant.direction == nil {
                    let values = context.right.indices.map {
                        variant.values[$0] ?? context.right[$0]
                    }
                    if seen.contains(where: {
                        $0.name != mistake.name && $0.values.areParallel(to: values)
                    }) {
                        clashes += 1
                    }
                    seen.append((mistake.name, values))
                }
            }
        }
        count(.output)
        steps.take(.output, &chain)
        for layer in exercise.network.layers.indices.reversed() {
            count(.activation(layer))
            steps.take(.activation(layer), &chain)
            for parameter in exercise.network.layers[layer].layer.parameters.indices {
                count(.parameter(layer, parameter))
            }
            guard layer > 0 else { break }
            count(.inputs(layer))
            steps.take(.inputs(layer), &chain)
        }
        return clashes
    }

    private func exercise(_ original: Exercise) -> Exercise {
        let network = network ?? original.network
        let positions = targets.rows / max(inputs.rows, 1)
        let objective = Objective(
            loss: original.objective.loss, targets: targets,
            weights: weights.map { $0.flatMap { Array(repeating: $0, count: positions) } })
        let denominator =
            original.denominator.kind == .weights
            ? Denominator(weights?.reduce(0, +) ?? Double(inputs.rows), .weights)
            : .examples(inputs.rows)
        return Exercise(
            network, network.forward(inputs, original.pass.run), objective,
            denominator: denominator, penalty: original.penalty)
    }
}

extension Exercise {
    /// Units whose dZ, or whose output, is 0 for every example.
    fileprivate var deadUnits: Int {
        network.layers.indices.reduce(0) { count, index in
            [right.layers[index].preActivation, pass.layers[index].activation]
                .reduce(count) { $0 + $1.deadColumns }
        }
    }
}

extension Matrix<Double> {
    fileprivate var deadColumns: Int {
        (0..<columns).count { column in (0..<rows).allSatisfy { self[$0, column] == 0 } }
    }
}

extension [Matrix<Double>] {
    /// Whether each is a multiple of the other, by a number that both have in common.
    fileprivate func areParallel(to others: [Matrix<Double>]) -> Bool {
        zip(self, others).allSatisfy { own, other in
            own.hasShape(of: other) && Comparison(own, other).residual < 1e-6
        }
    }
}

extension Network<Double> {
    /// Inputs with two decimals, or indices.
    fileprivate func randomInputs(examples m: Int, _ random: inout LegacyRandom) -> Matrix<Double> {
        let taken = layers.first { $0.sources.contains(-1) && $0.layer is any IndexLayer }
        let indices = (taken?.layer as? any IndexLayer)?.indices
        let count = m * inputShape.reduce(1, *)
        let numbers = (0..<count).map { _ -> Double in
            if let indices { return (random.uniform() * Double(indices)).rounded(.down) }
            return (100 * random.normal()).rounded() / 100
        }
        return Matrix(rows: m, columns: count / m, elements: numbers)
    }

    /// The same layers with masks of another batch, and with weights drawn anew if asked.
    fileprivate func redrawn(
        examples m: Int, weights: Bool, _ random: inout LegacyRandom
    ) -> Network {
        var network = self
        for index in layers.indices {
            let layer = layers[index].layer
            if let dropout = layer as? Dropout, layers[index].numbers.mask != nil {
                let count = m * layer.outputShape.reduce(1, *)
                network.layers[index].numbers.mask = Matrix(
                    rows: m, columns: count / m,
                    elements: (0..<count).map { _ in
                        random.uniform() < dropout.keepProbability ? 1 : 0
                    })
            }
            guard weights else { continue }
            for (parameter, declared) in layer.parameters.enumerated() {
                let scale = 1 / max(declared.fans.inputs, 1).squareRoot()
                network.layers[index].numbers.parameters[parameter] = Matrix(
                    rows: declared.rows, columns: declared.columns,
                    elements: (0..<(declared.rows * declared.columns)).map { _ in
                        (100 * scale * random.normal()).rounded() / 100
                    })
            }
        }
        return network
    }
}

extension Loss {
    /// Targets that the loss takes.
    fileprivate func randomTargets(
        rows: Int, columns: Int, _ random: inout LegacyRandom
    ) -> Matrix<Double> {
        func each(_ make: () -> Double) -> Matrix<Double> {
            Matrix(
                rows: rows, columns: columns,
                elements: (0..<(rows * columns)).map { _ in make() })
        }
        switch targetKind {
        case .probabilities: return each { random.uniform() < 0.5 ? 0 : 1 }
        case .signs: return each { random.uniform() < 0.5 ? -1 : 1 }
        case .nonNegative: return each { (random.uniform() * 5).rounded(.down) }
        case .any: return each { (100 * random.normal()).rounded() / 100 }
        case .distribution, .classIndices:
            var targets = Matrix<Double>(rows: rows, columns: columns, repeating: 0)
            for row in 0..<rows {
                targets[row, Int(random.uniform() * Double(columns))] = 1
            }
            return targets
        }
    }
}
