import JSON
import NeuralNetwork

/// A request that is valid in all its parts: a network, a batch and a loss that fit one another.
struct Problem<S: WireScalar> {
    let network: Network<S>
    /// The layers as they were given, for an answer that repeats them.
    let wire: [WireLayer]
    let inputs: Matrix<S>
    /// Where Y was given.
    let objective: Objective<S>?
    let denominator: Denominator
    /// What each example counts for in the denominator; nil for 1 each.
    let shares: [Double]?
    let penalty: Penalty?
    let run: Run
    let seeds: [Matrix<S>]
    let caches: [LayerCache<S>]?
    let tangents: Tangents<S>?
    let options: RequestOptions

    var layout: Layout { options.layout }
    var examples: Int { inputs.rows }

    /// R of the network.
    var penaltyCost: Double { penalty?.cost(of: network, examples: examples) ?? 0 }

    /// The meaning of derivatives of the whole batch, or of a pass over some of it.
    func meaning(
        of pass: ForwardPass<S>? = nil, denominator: Denominator? = nil
    ) -> Meaning {
        var context = MeaningContext(
            network, pass?.run ?? run, examples: pass?.examples ?? examples,
            denominator: denominator ?? self.denominator)
        context.isPenalized = penalty != nil
        context.layout = layout
        return Meaning(of: options.convention, context)
    }
}

extension NetworkRequest {
    /// Holds the parts against one another and against the limits, and makes the network.
    ///
    /// `passes` is how often a forward pass's work is done in all.
    func resolve<S: WireScalar>(
        within limits: ServiceLimits, passes: Double
    ) throws(InvalidFields) -> Problem<S> {
        let plan = try checkedPlan()
        let planned = plan.layers.compactMap { $0 }
        guard let m = plan.examples, let inputShape = plan.inputShape else {
            preconditionFailure("a plan without faults knows its batch")
        }
        try WorkEstimate(
            planned.map { WorkEstimate.Share($0.layer) }, examples: m, passes: passes
        ).check(against: limits)
        let network: Network<S> = try makeNetwork(planned, inputShape)
        let x: Matrix<S> = try inputs.signal(options.layout)
        try checkIndices(planned)
        let (objective, shares) = try makeObjective(network) as (Objective<S>?, [Double]?)
        var seeds: [Matrix<S>] = []
        for seed in self.seeds ?? [] { seeds.append(try seed.signal(options.layout)) }
        return Problem(
            network: network, wire: layers, inputs: x, objective: objective,
            denominator: try denominator(shares, examples: m),
            shares: denominator == .weights ? shares : nil, penalty: penalty, run: Run(mode),
            seeds: seeds, caches: try makeCaches(), tangents: try makeTangents(network, x),
            options: options)
    }

    func checkedPlan() throws(InvalidFields) -> NetworkPlan {
        let plan = NetworkPlan(self, as: options.layout)
        if plan.isWhole { return plan }
        let other = Layout.allCases.first { NetworkPlan(self, as: $0).isWhole }
        guard let other, let fault = plan.faults.first else { throw InvalidFields(plan.faults) }
        // One mistake, told once: what follows from it would only hide it.
        throw InvalidFields(
            FieldFault(
                fault.pointer, fault.detail,
                hint: "all arrays of the request fit \"layout\": \(other.rawValue.quoted)"))
    }

    private func makeNetwork<S: WireScalar>(
        _ planned: [NetworkPlan.Planned], _ inputShape: [Int]
    ) throws(InvalidFields) -> Network<S> {
        // Made when it is asked for: most networks are given, and its state is large.
        lazy var random = LegacyRandom(seed: seed ?? 0)
        var made: [NetworkLayer<S>] = []
        for (wire, planned) in zip(layers, planned) {
            if let seed = wire.seed { random = LegacyRandom(seed: seed) }
            let initializer = (wire.initializer ?? initializer)?.value ?? .glorotUniform
            var numbers = LayerNumbers<S>()
            for declared in planned.layer.parameters {
                numbers.parameters.append(
                    try given(declared, wire) ?? starting(declared, initializer, from: &random))
            }
            for declared in planned.layer.states {
                numbers.states.append(
                    try given(declared, wire) ?? starting(declared, initializer, from: &random))
            }
            if let mask = wire.arrays["mask"] { numbers.mask = try mask.signal(options.layout) }
            made.append(
                NetworkLayer(
                    planned.layer, activation: wire.activation.value, sources: planned.sources,
                    numbers: numbers))
        }
        return Network(layers: made, inputShape: inputShape)
    }

    /// An array of a layer, where it was given.
    private func given<S: WireScalar>(
        _ declared: NumbersDeclaration, _ layer: WireLayer
    ) throws(InvalidFields) -> Matrix<S>? {
        guard let given = layer.arrays[declared.form.name] else { return nil }
        return try given.numbers(declared, options.layout)
    }

    /// An array of a layer drawn, or as it starts.
    private func starting<S: WireScalar>(
        _ declared: NumbersDeclaration, _ initializer: Initializer,
        from random: inout LegacyRandom
    ) -> Matrix<S> {
        let initial: Double
        switch declared.form.role {
        case .weights: return initializer.weights(declared, from: &random)
        case .bias, .mask: initial = 0
        case .parameter(let value), .state(let value): initial = value
        }
        return Matrix(rows: declared.rows, columns: declared.columns, repeating: S(initial))
    }

    /// Refuses numbers of X that are no index, where a layer takes X for indices.
    private func checkIndices(_ planned: [NetworkPlan.Planned]) throws(InvalidFields) {
        for (index, planned) in planned.enumerated() where planned.sources.contains(-1) {
            guard let layer = planned.layer as? any IndexLayer else { continue }
            // Past 2²⁴ a float32 no longer tells each whole number from the next.
            let exact = options.precision == .float32 ? min(layer.indices, 1 << 24) : layer.indices
            guard
                let place = inputs.elements.firstIndex(where: {
                    !(0..<Double(exact)).contains($0) || $0 != $0.rounded()
                })
            else { continue }
            throw InvalidFields(
                FieldFault(
                    inputs.pointer,
                    "X\(inputs.position(of: place)) is \(inputs.elements[place]), expected an "
                        + "index from 0 to \(exact - 1) for layer \(index), "
                        + layers[index].declaration.name,
                    hint: exact < layer.indices
                        ? "float32 tells no more indices apart: use float64" : nil))
        }
    }

    private func makeCaches<S: WireScalar>() throws(InvalidFields) -> [LayerCache<S>]? {
        guard let caches else { return nil }
        var made: [LayerCache<S>] = []
        for cache in caches {
            made.append(
                LayerCache(
                    preActivation: try cache.preActivation?.signal(options.layout),
                    activation: try cache.activation?.signal(options.layout)))
        }
        return made
    }

    private func makeTangents<S: WireScalar>(
        _ network: Network<S>, _ x: Matrix<S>
    ) throws(InvalidFields) -> Tangents<S>? {
        guard let tangents else { return nil }
        var made = Tangents(zerosLike: network, x)
        if let inputs = tangents.inputs { made.inputs = try inputs.signal(options.layout) }
        for (layer, arrays) in tangents.layers.enumerated() {
            for (index, declared) in network.layers[layer].layer.parameters.enumerated() {
                guard let array = arrays[declared.form.name] else { continue }
                made.layers[layer][index] = try array.numbers(declared, options.layout)
            }
        }
        return made
    }
}
