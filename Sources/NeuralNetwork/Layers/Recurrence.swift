/// What the recurrent layers have in common: an example's steps one after the other, each from its
/// own features and from the state `h` that the step before left; the first h is 0.
///
/// | array         | shape                            |
/// | ------------- | -------------------------------- |
/// | input         | `[m, time, features]`            |
/// | `W`           | `[gates · units, features]`      |
/// | `U`           | `[gates · units, units]`         |
/// | `b`           | `[gates · units]`                |
/// | `b_recurrent` | `[gates · units]`                |
/// | output        | `[m, time, units]`, `[m, units]` |
///
/// The products with W are those of all steps at once; only the products with U wait for the step
/// before. Within the engine rows of features, and of what is added to them, are in the order of
/// time, and rows of h in the order in which the steps are taken.
///
/// Going backwards, the last time is taken first, and the output's sequence is in the order taken,
/// as in Keras; PyTorch's reverse direction turns it round again.
struct Recurrence: Sendable {
    let gates: Int
    let steps: Int
    let features: Int
    let units: Int
    let returnsSequences: Bool
    let goesBackwards: Bool
    let hasBias: Bool
    /// Whether a bias of its own is added to the products with U.
    let hasRecurrentBias: Bool

    static let settings: [Setting] = [
        .size("units", in: 1...Int(Int32.max)),
        .flag("return_sequences", default: false),
        .flag("use_bias", default: true),
        .flag("go_backwards", default: false),
    ]

    /// `twoBiases` has the layouts in which there is a `b_recurrent`, `orders` those that have the
    /// gates in another order than the course.
    static func arrays(
        gates: Int, twoBiases: [Layout] = [.pytorch], orders: [Layout: [Int]] = [:]
    ) -> [ArrayForm] {
        let rows = gates == 1 ? "units" : "gates · units"
        func form(
            _ name: String, _ role: ArrayForm.Role, _ columns: String? = nil,
            in layouts: [Layout] = Layout.allCases
        ) -> ArrayForm {
            ArrayForm(
                name, role, axes: [rows] + (columns.map { [$0] } ?? []),
                orders: columns == nil ? [:] : [.keras: [1, 0]], layouts: layouts,
                parts: gates, partOrders: orders)
        }
        return [
            form("W", .weights, "features"), form("U", .weights, "units"), form("b", .bias),
            form("b_recurrent", .bias, in: twoBiases),
        ]
    }

    /// `forms` are the layer's `arrays`.
    init(_ plan: LayerPlan, _ forms: [ArrayForm]) throws(LayerFault) {
        let gates = forms[0].parts
        let shape = try plan.input(axes: ["time", "features"])
        (steps, features) = (shape[0], shape[1])
        self.gates = gates
        returnsSequences = plan.settings.flag("return_sequences")
        goesBackwards = plan.settings.flag("go_backwards")
        hasBias = plan.settings.flag("use_bias")
        hasRecurrentBias = hasBias && forms[3].layouts.contains(plan.layout)
        if hasBias, !hasRecurrentBias, plan.given["b_recurrent"] != nil {
            throw LayerFault(
                "b_recurrent", "is not an array of this layer in layout \(plan.layout.rawValue)",
                hint: "add it to b: both are added to the same sum")
        }
        var units = plan.settings.size("units")
        if let w = plan.given["W"] {
            // A transposed W is told as such, and the rest judged as if it were not.
            let rows = w[1] != features && w[0] == features ? w[1] : w[0]
            guard rows >= gates, rows % gates == 0 else {
                throw LayerFault(
                    "W",
                    "has \(rows.counted("number")) for each feature, expected a multiple of \(gates)",
                    hint: "the layer has \(gates) gates, each of as many numbers as units")
            }
            units = rows / gates
        }
        self.units = units
    }

    var outputShape: [Int] { returnsSequences ? [steps, units] : [units] }

    /// `b` and `b_recurrent` only where the layer has them.
    func parameters(_ forms: [ArrayForm]) -> [NumbersDeclaration] {
        let all = gates * units
        let (w, u) = (
            NumbersDeclaration(forms[0], [all, features], fans: (Double(features), Double(all))),
            NumbersDeclaration(forms[1], [all, units], fans: (Double(units), Double(all)))
        )
        let biases = (hasBias ? 1 : 0) + (hasRecurrentBias ? 1 : 0)
        return [w, u] + forms[2..<(2 + biases)].map { NumbersDeclaration($0, [all]) }
    }

    /// The products with W and U, and for each sum its bias and the addition of both.
    var operations: Double {
        2 * Double(steps) * Double(gates) * Double(units) * (Double(features) + Double(units) + 1)
    }

    /// How many numbers are noted, where for each unit and step so many are beside h; every h is
    /// noted too unless it is in the output.
    func keptNumbers(forEachUnit count: Int) -> Double {
        Double(steps) * Double(units) * Double(count + (returnsSequences ? 0 : 1))
    }

    /// At which time a step is taken.
    func time(ofStep step: Int) -> Int { goesBackwards ? steps - 1 - step : step }

    /// Zeros for m examples: the state before the first step.
    func zeros<S: Scalar>(_ m: Int) -> Matrix<S> {
        Matrix(rows: m, columns: units, repeating: 0)
    }
}

// Forward.
extension Recurrence {
    /// `X·Wᵀ + b` of every time.
    func inputSums<S: Scalar>(_ input: Matrix<S>, _ arrays: [Matrix<S>]) -> Matrix<S> {
        var sums = input.split(columns: features).times(arrays[0].transposed)
        if hasBias { sums.addToEachRow(arrays[2]) }
        return sums
    }

    /// `h·Uᵀ + b_recurrent` of one step.
    func recurrentSums<S: Scalar>(_ h: Matrix<S>, _ arrays: [Matrix<S>]) -> Matrix<S> {
        var sums = h.times(arrays[1].transposed)
        if hasRecurrentBias { sums.addToEachRow(arrays[3]) }
        return sums
    }

    /// The output, of every h.
    func output<S: Scalar>(_ hidden: Matrix<S>) -> Matrix<S> {
        returnsSequences
            ? hidden.split(rows: hidden.rows / steps) : hidden.step(steps - 1, of: steps)
    }

    /// The same with what a pass keeps.
    func output<S: Scalar>(_ hidden: Matrix<S>, kept: [Matrix<S>]) -> LayerOutput<S> {
        LayerOutput(output(hidden), kept: returnsSequences ? kept : kept + [hidden])
    }

    /// Every h that a pass made.
    func hidden<S: Scalar>(_ pass: LayerPass<S>) -> Matrix<S> {
        returnsSequences ? pass.preActivation.split(columns: units) : pass.kept.last!
    }
}

// Backward, and along tangents.
extension Recurrence {
    /// Adds to the derivative of h after a step what the output itself asks for.
    func addOutputGradient<S: Scalar>(
        _ outputGradient: Matrix<S>, ofStep step: Int, to hiddenGradient: inout Matrix<S>
    ) {
        if returnsSequences {
            hiddenGradient.add(outputGradient.split(columns: units).step(step, of: steps))
        } else if step == steps - 1 {
            hiddenGradient.add(outputGradient)
        }
    }

    /// The state before a step, of the states after every one.
    func before<S: Scalar>(_ step: Int, _ states: Matrix<S>) -> Matrix<S> {
        step == 0 ? zeros(states.rows / steps) : states.step(step - 1, of: steps)
    }

    /// The h before every step, in the order of time.
    private func before<S: Scalar>(_ hidden: Matrix<S>) -> Matrix<S> {
        var previous = Matrix<S>(rows: hidden.rows, columns: units, repeating: 0)
        for step in 1..<max(steps, 1) {
            previous.setStep(
                time(ofStep: step), of: steps, to: hidden.step(step - 1, of: steps))
        }
        return previous
    }

    /// The derivatives of all, from those of the sums with W and of the sums with U at every time:
    /// `dW = Σₜ dZₜ·xₜᵀ`, `dU = Σₜ dZₜ·hₜ₋₁ᵀ`, `dX = Wᵀ·dZ` (Werbos, 1990).
    func derivatives<S: Scalar>(
        _ inputSums: Matrix<S>, _ recurrentSums: Matrix<S>, from pass: LayerPass<S>,
        _ arrays: [Matrix<S>], toInputs: Bool
    ) -> LayerDerivatives<S> {
        let input = pass.input.split(columns: features)
        var derivatives = LayerDerivatives(parameters: [
            inputSums.transposed.times(input),
            recurrentSums.transposed.times(before(hidden(pass))),
        ])
        if hasBias { derivatives.parameters.append(inputSums.columnSums) }
        if hasRecurrentBias { derivatives.parameters.append(recurrentSums.columnSums) }
        if toInputs {
            derivatives.inputs = [inputSums.times(arrays[0]).split(rows: pass.input.rows)]
        }
        return derivatives
    }

    /// How the sums with W move at every time, and those with U where h itself does not move.
    func sumTangents<S: Scalar>(
        _ inputTangent: Matrix<S>, _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ arrays: [Matrix<S>]
    ) -> (input: Matrix<S>, recurrent: Matrix<S>) {
        var input = inputSums(pass.input, parameterTangents)
        input.add(inputTangent.split(columns: features).times(arrays[0].transposed))
        return (input, recurrentSums(before(hidden(pass)), parameterTangents))
    }
}
