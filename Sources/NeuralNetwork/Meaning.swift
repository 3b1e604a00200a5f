/// What every derivative of an answer is: of which scalar, by which formula, and what turns it into
/// the other conventions'. Made by `Convention.apply` and by nothing else.
public struct Meaning: Sendable {
    public let convention: Convention
    /// m.
    public let examples: Int
    /// What a sum over the examples is divided by to be a mean: m.
    public var denominator: Int { examples }
    /// One entry for each name of a derivative on the wire.
    public let derivatives: [Derivative]

    /// What the derivatives of one name are.
    public struct Derivative: Sendable {
        /// `dW`, `dZ` …
        public let name: String
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

extension Meaning {
    init(of convention: Convention, examples m: Int, penalized: Bool, layout: Layout) {
        self.convention = convention
        examples = m

        let example = layout.examplesAreColumns ? "one column an example" : "one row an example"
        let product =
            switch layout {
            case .course: "dZ·A_prevᵀ"
            case .pytorch: "dZᵀ·A_prev"
            case .keras: "A_prevᵀ·dZ"
            }
        // The scalars, and where this convention writes the division by m out.
        let (signalOf, signalTop) = convention == .cost ? ("J", "∂J") : ("L", "∂Lᵢ")
        let (parameterOf, parameterTop) = convention == .sum ? ("ΣL", "∂(Σ Lᵢ)") : ("J", "∂J")
        let mean = convention == .loss ? "(1/m)·" : ""

        func times(_ kind: DerivativeKind) -> [(convention: Convention, factor: Double)] {
            Convention.allCases.map { other in
                switch (convention.divides(kind), other.divides(kind)) {
                case (true, false): (other, Double(m))
                case (false, true): (other, 1 / Double(m))
                case (true, true), (false, false): (other, 1)
                }
            }
        }
        func signal(_ quantity: String) -> Derivative {
            Derivative(
                name: "d" + quantity, of: signalOf,
                formula: "\(signalTop)/∂\(quantity), \(example)", times: times(.signal))
        }

        let data = "\(mean)\(product)"
        var derivatives = [signal("Z"), signal("A"), signal("X")]
        if penalized {
            let isPart = convention != .sum
            derivatives += [
                Derivative(
                    name: "dW", of: parameterOf,
                    formula: "\(parameterTop)/∂W = \(data)" + (isPart ? " + ∂R/∂W" : ""),
                    times: nil),
                Derivative(
                    name: "dW_data", of: parameterOf,
                    formula: data, times: times(.parameter)),
                Derivative(
                    name: "dW_penalty", of: "R", formula: "∂R/∂W",
                    times: Convention.allCases.map { ($0, 1) }),
            ]
        } else {
            derivatives.append(
                Derivative(
                    name: "dW", of: parameterOf, formula: "\(parameterTop)/∂W = \(data)",
                    times: times(.parameter)))
        }
        derivatives.append(
            Derivative(
                name: "db", of: parameterOf, formula: "\(parameterTop)/∂b = \(mean)Σᵢ dZᵢ",
                times: times(.parameter)))
        self.derivatives = derivatives
    }
}
