import NeuralNetwork

/// What is right and what is wrong with a submission, tensor by tensor, and why.
public struct Diagnosis: Sendable {
    public let exercise: Exercise
    public let verdict: Verdict
    /// Those that the submission follows; several where it does not tell.
    public let conventions: [Convention]
    /// The layout of the submission, where it is not the request's.
    public let layout: Layout?
    /// In the order of the way back, from the output.
    public let tensors: [TensorVerdict]
    public let mistakes: [MadeMistake]
    public let ambiguities: [Ambiguity]
    public let cost: CostVerdict?
    /// As it was read.
    private let submission: Submission
    /// The mean of the tensors' scores, the cost's included.
    public let score: Double
    public let summary: String
    /// The line of code that makes the first wrong derivative; nil where none is wrong.
    public let lookAt: String?

    public enum Verdict: String, CaseIterable, Sendable {
        case correct
        /// Right as a derivative of Σ Lᵢ where the cost J was asked for, or the other way.
        case otherConvention = "other_convention"
        /// Not equal, but as the caller's own derivatives before it make it.
        case carriedForward = "carried_forward"
        /// The right numbers in a wrong shape or order.
        case misshapen
        case wrong

        var score: Double {
            switch self {
            case .correct, .carriedForward: 1
            case .misshapen: 0.5
            case .otherConvention, .wrong: 0
            }
        }
    }

    /// The judgement on one submitted derivative.
    public struct TensorVerdict: Sendable {
        public let id: GradientID
        public let name: String
        /// `dW`.
        public let array: String
        public let verdict: Verdict
        public let sentence: String
        public let shape: ShapeFinding?
        /// s and ρ against the right derivative, where there are numbers to compare.
        public let comparison: Comparison?
        /// Whether the step that makes it is right, given the caller's own derivatives before it.
        public let isStepRight: Bool
        /// Several where they cannot be told apart.
        public let mistakes: [NamedMistake]
        /// Why they cannot.
        public let because: String?

        public var score: Double { verdict.score }
    }

    /// A mistake by its name and a sentence.
    public struct NamedMistake: Equatable, Sendable {
        public let name: String
        public let sentence: String
    }

    /// A mistake, and the derivatives that it was made at.
    public struct MadeMistake: Sendable {
        public let name: String
        public let sentence: String
        /// The first derivative that it is in, which need not have been submitted.
        public let step: String
        public internal(set) var tensors: [String]
    }

    /// What the batch cannot tell.
    public struct Ambiguity: Equatable, Sendable {
        public let kind: Kind
        public let tensors: [String]
        public let sentence: String

        public enum Kind: String, CaseIterable, Sendable {
            case oneExample = "one_example"
            case twoExamples = "two_examples"
            case outputsAsManyAsExamples = "outputs_as_many_as_examples"
            case zeroReference = "zero_reference"
            case sameNumbers = "same_numbers"
        }
    }

    /// The first that is wrong on the way back.
    public var firstWrong: TensorVerdict? {
        tensors.first { $0.verdict == .wrong || $0.verdict == .misshapen }
    }
}

extension Diagnosis {
    /// Judges a submission, read in each layout that its shapes fit, the likeliest first; nil once
    /// `isCancelled` says that nobody waits for it.
    ///
    /// `requested` and what has dW and db of the same scalar count as right. The exactness is told
    /// from the numbers unless it is given.
    public init?(
        _ exercise: Exercise, _ readings: [(layout: Layout, submission: Submission)],
        requested: Convention, layout: Layout, exactness: Exactness? = nil, isFloat32: Bool = false,
        isCancelled: () -> Bool = { false }
    ) {
        precondition(!readings.isEmpty)
        var best: (reading: Int, accounts: Accounts)?
        for (index, reading) in readings.enumerated() {
            let accounts = Accounts(
                exercise, reading.submission, requested: requested,
                exactness ?? Exactness(of: reading.submission, isFloat32: isFloat32),
                bound: best.map { $0.accounts.cost - 0.1 } ?? .infinity, isCancelled: isCancelled)
            if isCancelled() { return nil }
            guard let accounts else { continue }
            best = (index, accounts)
            if accounts.cost == 0 { break }
        }
        guard let best else { preconditionFailure("an account without bound was given up") }
        let reading = readings[best.reading]
        self.init(
            exercise, reading.submission, best.accounts,
            layout: reading.layout == layout ? nil : reading.layout, requested: requested)
    }

    private init(
        _ exercise: Exercise, _ submission: Submission, _ accounts: Accounts, layout: Layout?,
        requested: Convention
    ) {
        self.exercise = exercise
        self.layout = layout
        self.submission = submission
        conventions = accounts.conventions
        let judge = Judge(
            exercise: exercise, submission: submission, accounts: accounts, requested: requested)
        tensors = exercise.wayBack.filter { submission.tensors[$0] != nil }.map(judge.verdict)
        mistakes = judge.mistakes(tensors)
        ambiguities = judge.ambiguities(tensors)
        cost = submission.cost.map { CostVerdict($0, exercise, requested, accounts.exactness) }
        let scores = tensors.map(\.score) + (cost.map { [$0.isCorrect ? 1 : 0] } ?? [])
        score = scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
        let isWrong =
            tensors.contains { ![.correct, .otherConvention].contains($0.verdict) }
            || cost?.isCorrect == false
        verdict =
            isWrong
            ? .wrong
            : tensors.contains { $0.verdict == .otherConvention } ? .otherConvention : .correct
        lookAt = judge.lookAt(tensors)
        summary = judge.summary(tensors, mistakes, verdict, cost)
    }
}

extension Diagnosis {
    /// The submitted derivatives of the parameters, as derivatives of J; nil for those that were not
    /// submitted.
    public var parameterDerivativesOfCost: [[Matrix<Double>?]] {
        let isOfSum = conventions == [.sum]
        return exercise.network.layers.indices.map { layer in
            exercise.network.layers[layer].layer.parameters.indices.map { index in
                guard let g = submission.tensors[GradientID(layer, .parameter(index))]?.matrix
                else { return nil }
                guard isOfSum else { return g }
                let mean = g.scaled(by: exercise.factor(of: .parameter, in: .loss))
                return exercise.penalty(layer, index, in: .loss).map { mean.adding($0) } ?? mean
            }
        }
    }
}

extension Exercise {
    /// The right derivatives of J with respect to the parameters.
    public var ownDerivatives: [[Matrix<Double>?]] {
        network.layers.indices.map { layer in
            network.layers[layer].layer.parameters.indices.map {
                right(GradientID(layer, .parameter($0)), in: .loss)
            }
        }
    }

    /// Every derivative, in the order in which the way back comes to it.
    public var wayBack: [GradientID] {
        network.layers.indices.reversed().flatMap { layer in
            [GradientID(layer, .output), GradientID(layer, .preActivation)]
                + network.layers[layer].layer.parameters.indices.map {
                    GradientID(layer, .parameter($0))
                }
        } + [.inputs]
    }
}

/// The cheapest accounts of a submission, of the convention that explains it best.
struct Accounts {
    let convention: Convention
    /// All that explain it as well.
    let conventions: [Convention]
    let cheapest: [Search.Account]
    let cost: Double
    let exactness: Exactness

    /// What a convention that was not asked for costs, where all is right in it and where not: the
    /// 1/m is missing more often than two mistakes are made.
    private static let unasked = (right: 0.3, wrong: 1.0)

    /// Nil where every account costs more than `bound`.
    init?(
        _ exercise: Exercise, _ submission: Submission, requested: Convention,
        _ exactness: Exactness, bound: Double, isCancelled: () -> Bool
    ) {
        self.exactness = exactness
        var found: [(convention: Convention, accounts: [Search.Account], cost: Double, right: Int)]
        found = []
        let order = [requested] + Convention.allCases.filter { $0 != requested }
        var least = bound
        for convention in order {
            let isAsked = convention.isOfTheSameScalar(as: requested)
            let accounts = Search(exercise, submission, convention, exactness)
                .accounts(
                    // Where all is right already, what else it is right in is told too.
                    bound: max(least - (isAsked ? 0 : Self.unasked.right), least == 0 ? 0 : -1),
                    isCancelled)
            guard let cheapest = accounts.first else { continue }
            let extra =
                isAsked ? 0 : cheapest.cost == 0 ? Self.unasked.right : Self.unasked.wrong
            found.append(
                (
                    convention, accounts.filter { $0.cost <= cheapest.cost + 1e-9 },
                    cheapest.cost + extra,
                    submission.count(in: convention, exercise, cheapest, exactness)
                ))
            least = min(least, cheapest.cost + extra)
        }
        guard let cost = found.map(\.cost).min() else { return nil }
        let cheapest = found.filter { $0.cost <= cost + 1e-9 }
        guard let best = cheapest.max(by: { $0.right < $1.right }) else { return nil }
        let first = cheapest.first { $0.right == best.right } ?? best
        convention = first.convention
        conventions = Convention.allCases.filter { other in
            found.contains {
                $0.convention == other && $0.right == first.right
                    && ($0.cost <= cost + 1e-9 || $0.accounts[0].cost == 0 && cost == 0)
            }
        }
        self.cost = cost
        self.cheapest = first.accounts
    }
}

extension Convention {
    /// Whether dW and db are derivatives of the same scalar.
    func isOfTheSameScalar(as other: Convention) -> Bool { (self == .sum) == (other == .sum) }
}

extension Submission {
    /// How many derivatives are right in a convention.
    fileprivate func count(
        in convention: Convention, _ exercise: Exercise, _ account: Search.Account,
        _ exactness: Exactness
    ) -> Int {
        tensors.count { id, tensor in
            guard case .asExpected = account.outcomes[id], let g = tensor.matrix else {
                return false
            }
            return Comparison(g, exercise.right(id, in: convention)).distance
                <= max(1e-3 * g.peak, exactness.zero)
        }
    }
}
