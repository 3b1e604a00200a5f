import NeuralNetwork

/// A training under way: it goes on for as long as it is let, and can be put aside between any two
/// steps.
///
/// The same trainer, data and network give the same bits, however often it was put aside.
public struct TrainingSession<S: Scalar>: Sendable {
    public let trainer: Trainer
    public let data: TrainingData<S>
    /// The names of what each report tells, which carry how it was reduced: `loss:mean`.
    public let columns: [String]
    public let stepsPerEpoch: Int
    public internal(set) var state: TrainingState<S>
    /// Nil while it is not at its end.
    public private(set) var outcome: TrainingOutcome?
    /// The last step of the last epoch, its gradients those of Σ Lᵢ, and the network as it was before
    /// that step's update; nil before there is one.
    public private(set) var last: (step: TrainingStep<S>, before: Network<S>)?

    let backward: Trainer.Backward<S>?
    /// The last step that was begun, in whose memory the next is taken.
    private var memory: TrainingStep<S>?
    /// This epoch's, in its order, and the generator after that was drawn; nil before its first step.
    var batches: MiniBatches<S>?
    var randomAfter: LegacyRandom
    /// What was watched in the last step.
    var watched = Watched()
    /// The state of a few steps ago, from which a step that went wrong is undone.
    var anchor: TrainingState<S>?
    var anchorTime = ContinuousClock.now
    /// The steps from it to the next.
    var stepsToAnchor = 1
    /// What is counted over each epoch.
    let metrics: [any Metric]

    /// A training that begins. `backward` stands in place of backpropagation.
    public init(
        _ network: Network<S>, on data: TrainingData<S>, by trainer: Trainer,
        backward: Trainer.Backward<S>? = nil
    ) {
        self.init(
            TrainingState(
                network: network, optimizer: trainer.optimizer.initialState(of: network),
                random: (trainer.shuffling ?? Shuffling()).generator),
            on: data, by: trainer, backward: backward)
    }

    /// A training that goes on from a state of its own.
    init(
        _ state: TrainingState<S>, on data: TrainingData<S>, by trainer: Trainer,
        backward: Trainer.Backward<S>? = nil
    ) {
        self.state = state
        self.data = data
        self.trainer = trainer
        self.backward = backward
        randomAfter = state.random
        stepsPerEpoch = MiniBatches(data.batch, size: trainer.batchSize).count
        metrics = trainer.reportedMetrics
        columns = trainer.columns(
            of: state.network.layers.map(\.layer), hasValidation: data.validation != nil)
    }

    /// The network that the training comes to: the best one, where early stopping restores it.
    public var result: Network<S> {
        guard let best = state.best, trainer.earlyStopping?.restoreBest == true else {
            return state.network
        }
        var network = state.network
        for (index, numbers) in best.numbers.enumerated() {
            network.layers[index].numbers = numbers
        }
        return network
    }

    /// Takes steps until the end, or until it is told not to go on, which is asked before each; gives
    /// what there is to tell of the epochs that it has finished. A step that is cancelled under way,
    /// between two layers, is not taken.
    @specialized(where S == Double)
    @specialized(where S == Float)
    public mutating func advance(
        while goesOn: () -> Bool, unless isCancelled: () -> Bool = { false }
    ) -> [TrainingNews] {
        var news: [TrainingNews] = []
        while outcome == nil {
            if state.epoch >= trainer.epochs {
                outcome = .finished
                break
            }
            guard goesOn(), !isCancelled() else { break }
            // The last step of an epoch is put aside with what follows it, or not taken.
            let before = isLastOfEpoch && data.validation != nil ? state : nil
            switch takeStep(unless: isCancelled) {
            case .taken: state.stepOfEpoch += 1
            case .cancelled: return news
            case .diverged(let divergence):
                outcome = .diverged(divergence)
                return news
            }
            guard state.stepOfEpoch == stepsPerEpoch else { continue }
            var validated: EpochTally?
            if isValidated, let validation = data.validation {
                validated = trainer.evaluate(
                    state.network, on: validation, metrics, unless: isCancelled)
                if validated == nil, let before {
                    state = before
                    return news
                }
            }
            if finishEpoch(validated, &news) { outcome = .stoppedEarly }
        }
        return news
    }

    private enum StepOutcome {
        case taken
        case cancelled
        case diverged(Divergence)
    }

    /// Takes the next step, unless it is cancelled or comes upon a number that is not finite: then
    /// nothing of it is kept.
    private mutating func takeStep(unless isCancelled: () -> Bool) -> StepOutcome {
        let batch = nextBatch()
        let number = state.steps
        dropAnchor(at: number)
        // Taken out, so that nobody else holds its memory, and put back whatever comes of it.
        var step = memory.take() ?? TrainingStep()
        defer { memory = step }
        guard
            trainer.take(
                &step, of: &state.network, on: batch, number: number, by: backward,
                unless: isCancelled)
        else { return .cancelled }
        let ofSum = keepsStep ? step : nil
        Convention.loss.apply(
            to: &step.gradients, denominator: step.denominator.value, penalties: step.penalties)
        let look = step.gradients.look
        guard step.cost.total.isFinite, look.isFinite, step.hasFiniteStates else {
            return .diverged(
                Divergence(in: step, of: state.network, epoch: state.epoch, number: number))
        }
        let rate = rate(of: number)
        watched = Watched(learningRate: rate, isFlat: look.isZero)
        if watches(.gradientNorms) { watched.gradientNorms = step.gradients.norms.flatMap(\.self) }
        // Only where the optimizer evaluates can it be cancelled.
        let untouched = trainer.optimizer.evaluations > 0 ? state : nil
        tally(step, batch)
        clip(&step.gradients)
        state.network.keepStates(of: step.pass)
        let isCompared = watches(.updateRatios)
        let before = ofSum != nil || isCompared ? state.network : nil
        let (trainer, backward) = (trainer, backward)
        do throws(StepCancelled) {
            try trainer.optimizer.step(
                &state.network, along: step.gradients, cost: step.cost.total,
                state: &state.optimizer, learningRate: rate
            ) { network throws(StepCancelled) in
                try trainer.evaluate(
                    network, on: batch, number: number, by: backward, unless: isCancelled)
            }
        } catch {
            if let untouched { state = untouched }
            return .cancelled
        }
        guard state.network.isFinite else {
            let divergence = Divergence(after: state.network, epoch: state.epoch, number: number)
            goBack(to: number)
            return .diverged(divergence)
        }
        if isCompared, let before { watched.updateRatios = before.updateRatios(to: state.network) }
        if let ofSum, let before { last = (ofSum, before) }
        return .taken
    }
}
