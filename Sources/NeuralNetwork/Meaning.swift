/// What every derivative of an answer is: of which scalar, by which formula, and what turns it into
/// the other conventions'.
public struct Meaning: Sendable {
    public let convention: Convention
    /// m.
    public let examples: Int
    public let denominator: Denominator
    /// One entry for each name of a derivative on the wire.
    public let derivatives: [Derivative]

    /// What the derivatives of one name are.
    public struct Derivative: Sendable {
        /// `dW`, `dZ` …
        public let name: String
        /// The array that it is answered with: `dW`, of `dW_data` too.
        public let array: String
        /// The scalar: `L`, each example's own loss; `J`, the cost; `ΣL`, the sum of the losses;
        /// `R`, the penalty.
        public let of: String
        public let formula: String
        /// What it is multiplied by to be the derivative of the same name in another convention;
        /// nil where the penalty's term is in one convention's dW and not in another's, or takes
        /// another factor than the data's.
        public let times: [(convention: Convention, factor: Double)]?
    }
}

/// What the sum over the examples is divided by to be the cost.
public struct Denominator: Equatable, Sendable {
    public let value: Double
    public let kind: Kind

    public enum Kind: String, CaseIterable, Sendable {
        /// m, the number of examples.
        case examples
        /// Σ w, the sum of the weights.
        case weights
    }

    public init(_ value: Double, _ kind: Kind = .examples) {
        self.value = value
        self.kind = kind
    }

    public static func examples(_ m: Int) -> Denominator { Denominator(Double(m)) }

    var symbol: String {
        switch kind {
        case .examples: "m"
        case .weights: "Σw"
        }
    }
}

/// What of a network and a request the meaning of its derivatives depends on.
public struct MeaningContext: Sendable {
    public var examples: Int
    public var denominator: Denominator
    public var isPenalized = false
    public var layout = Layout.course
    /// The names of the parameters, each once.
    let parameters: [String]
    /// Those of them that the penalty is on.
    let penalized: Set<String>
    /// Whether all layers that have W and b are fully connected, so that the formula is one.
    let isDense: Bool
    let mixesExamples: Bool
    /// Whether some example has more than one axis, so that it is no row or column.
    let hasImages: Bool

    public init<S: Scalar>(
        _ network: Network<S>, _ run: Run = Run(), examples m: Int, denominator: Denominator? = nil
    ) {
        examples = m
        self.denominator = denominator ?? .examples(m)
        var names: [String] = []
        var penalized: Set<String> = []
        var isDense = true
        var hasImages = network.inputShape.count > 1
        var mixesExamples = false
        // By their indices, as the passes go: a layer is not copied.
        for index in network.layers.indices {
            let layer = network.layers[index].layer
            let declared = layer.parameters
            for numbers in declared where !names.contains(numbers.form.name) {
                names.append(numbers.form.name)
                if numbers.form.role == .weights { penalized.insert(numbers.form.name) }
            }
            isDense = isDense && (layer is Dense || declared.isEmpty)
            hasImages = hasImages || layer.outputShape.count > 1
            mixesExamples = mixesExamples || layer.mixesExamples(run)
        }
        parameters = names
        self.penalized = penalized
        self.isDense = isDense
        self.hasImages = hasImages
        self.mixesExamples = mixesExamples
    }

    /// What can be said of layers of which the kinds alone are known, in a training.
    public init(
        _ kinds: [any Layer.Type], hasImages: Bool, examples m: Int, denominator: Denominator
    ) {
        examples = m
        self.denominator = denominator
        self.hasImages = hasImages
        let learned = kinds.map { $0.declaration.arrays.filter(\.isLearned) }
        var names: [String] = []
        for form in learned.joined() where !names.contains(form.name) { names.append(form.name) }
        parameters = names
        penalized = Set(learned.joined().filter { $0.role == .weights }.map(\.name))
        isDense = zip(kinds, learned).allSatisfy { $0 == Dense.self || $1.isEmpty }
        mixesExamples = kinds.contains { $0 == BatchNormalization.self }
    }
}

extension Meaning {
    public init(of convention: Convention, _ context: MeaningContext) {
        self.convention = convention
        examples = context.examples
        denominator = context.denominator
        let maker = Maker(convention: convention, context: context)
        let penalized = context.isPenalized ? context.penalized : []
        derivatives =
            ["Z", "A", "X"].map(maker.signal)
            + context.parameters.flatMap { name in
                penalized.contains(name) ? maker.penalized(name) : [maker.parameter(name)]
            }
    }

    /// Makes the entries of one convention.
    private struct Maker {
        let convention: Convention
        let context: MeaningContext

        func signal(_ quantity: String) -> Derivative {
            let example =
                context.hasImages
                ? "of each example"
                : "one \(context.layout.examplesAreColumns ? "column" : "row") an example"
            let (of, top) =
                switch (convention, context.mixesExamples) {
                case (.cost, _): ("J", "∂J")
                case (_, false): ("L", "∂Lᵢ")
                case (_, true): ("ΣL", "∂(Σ Lᵢ)")
                }
            return Derivative(
                name: "d" + quantity, array: "d" + quantity, of: of,
                formula: "\(top)/∂\(quantity), \(example)", times: times(.signal))
        }

        func parameter(_ name: String) -> Derivative {
            Derivative(
                name: "d" + name, array: "d" + name, of: of,
                formula: "\(top)/∂\(name) = \(data(name))", times: times(.parameter))
        }

        /// The whole, whose terms have factors of their own, and the terms.
        func penalized(_ name: String) -> [Derivative] {
            let d = "d" + name
            let whole = convention == .sum ? "" : " + ∂R/∂\(name)"
            return [
                Derivative(
                    name: d, array: d, of: of,
                    formula: "\(top)/∂\(name) = \(data(name))\(whole)", times: nil),
                Derivative(
                    name: d + "_data", array: d, of: of, formula: data(name),
                    times: times(.parameter)),
                Derivative(
                    name: d + "_penalty", array: d, of: "R", formula: "∂R/∂\(name)",
                    times: Convention.allCases.map { ($0, 1) }),
            ]
        }

        private var of: String { convention == .sum ? "ΣL" : "J" }
        private var top: String { convention == .sum ? "∂(Σ Lᵢ)" : "∂J" }

        /// The data term, with the division where this convention writes it out.
        private func data(_ name: String) -> String {
            let mean = convention == .loss ? "(1/\(context.denominator.symbol))·" : ""
            guard context.isDense else {
                return convention == .cost ? "Σᵢ ∂Jᵢ/∂\(name)" : "\(mean)Σᵢ ∂Lᵢ/∂\(name)"
            }
            guard name == "W" else { return "\(mean)Σᵢ dZᵢ" }
            switch context.layout {
            case .course: return "\(mean)dZ·A_prevᵀ"
            case .pytorch: return "\(mean)dZᵀ·A_prev"
            case .keras: return "\(mean)A_prevᵀ·dZ"
            }
        }

        private func times(
            _ kind: DerivativeKind
        ) -> [(convention: Convention, factor: Double)] {
            Convention.allCases.map { other in
                let rescaling = convention.rescaling(
                    to: other, of: kind, denominator: context.denominator.value)
                return (other, rescaling.factor)
            }
        }
    }
}
