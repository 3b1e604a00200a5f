import NeuralNetwork

/// A known mistake: its name, what it makes of a step of the way back, and how it is told.
///
/// A mistake that is a wrong rule is one declaration in `Mistakes/` and a line in `rules`.
public struct Mistake: Sendable {
    public let name: String
    /// The steps that it can be made at; nil for one that no rule makes.
    let place: Place?
    /// What it makes of a step, in the place of what is right; empty where it cannot be made.
    let variants: @Sendable (StepContext) -> [Variant]
    /// What was done, and what to do, for a person who has the course's words.
    let sentence: @Sendable (Telling) -> String

    enum Place: Sendable {
        case output, activation, inputs, parameter
    }

    init(
        _ name: String, at place: Place? = nil,
        sentence: @escaping @Sendable (Telling) -> String,
        variants: @escaping @Sendable (StepContext) -> [Variant] = { _ in [] }
    ) {
        self.name = name
        self.place = place
        self.variants = variants
        self.sentence = sentence
    }
}

/// What a mistake makes of a step.
struct Variant: Sendable {
    /// In place of the right values, one for each array that the step makes; nil for right.
    var values: [Matrix<Double>?]
    /// Along which the values move by an unknown number: a learning rate.
    var direction: [Matrix<Double>]?
    /// What the sentence says of this variant: `tanh`, `W2`.
    var detail = ""
}

/// A step of the way back, as the caller's derivatives before it make it.
struct StepContext: Sendable {
    let exercise: Exercise
    let step: Step
    /// What the step starts from: dA for an activation, dZ for the rest; nil at the output.
    let upstream: Matrix<Double>?
    /// dA of the same layer, where the step starts from dZ.
    let outputGradient: Matrix<Double>?
    /// What the step makes of it by the right rule: dA and dZ at the output, dZ, dA of each input,
    /// or the one parameter's, with no factor and no penalty.
    let right: [Matrix<Double>]
    /// What has come back to each input from other layers that take it; nil where nothing has.
    let arrived: [Matrix<Double>?]
    /// What a parameter's derivative is multiplied by in the convention.
    let parameterFactor: Double
    let convention: Convention

    var layer: Int { step.layer ?? exercise.last }
    var networkLayer: NetworkLayer<Double> { exercise.network.layers[layer] }
    var pass: LayerPass<Double> { exercise.pass.layers[layer] }
    var activation: Activation { networkLayer.activation }
    var dZ: Matrix<Double> { upstream ?? right[right.count - 1] }
    /// The layer's last axis, along which activations run.
    var columns: Int { networkLayer.layer.outputShape.last ?? 1 }

    /// The derivatives of the layer from another dZ, other inputs or other parameters.
    func layerDerivatives(
        of dZ: Matrix<Double>? = nil, from pass: LayerPass<Double>? = nil,
        _ numbers: LayerNumbers<Double>? = nil, toInputs: Bool = false
    ) -> LayerDerivatives<Double> {
        networkLayer.layer.backward(
            dZ ?? self.dZ, from: pass ?? self.pass, numbers ?? networkLayer.numbers,
            exercise.pass.run, toInputs: toInputs)
    }

    /// dZ by another slope of each number, given Z and A.
    func dZ(bySlope slope: (_ z: Double, _ a: Double) -> Double) -> Variant {
        let (z, a) = (pass.preActivation.elements, pass.activation.elements)
        let dA = dZ
        return Variant(values: [
            Matrix(
                rows: dA.rows, columns: dA.columns,
                elements: dA.elements.indices.map { dA.elements[$0] * slope(z[$0], a[$0]) })
        ])
    }

    /// dZ by another activation's rule.
    func dZ(
        through other: Activation, at z: Matrix<Double>, _ a: Matrix<Double>,
        of dA: Matrix<Double>? = nil
    ) -> Matrix<Double> {
        let dA = dA ?? dZ
        return other.pullBack(
            dA.split(columns: columns), through: z.split(columns: columns),
            a.split(columns: columns)
        ).split(rows: dA.rows)
    }
}

/// What a sentence on a mistake can name.
struct Telling: Sendable {
    let exercise: Exercise
    let step: Step
    let convention: Convention
    let detail: String
    /// The number that a factor or a learning rate was found to be.
    let number: Double?
    /// The derivative that shows the mistake.
    let shown: GradientID

    private var names: Names { exercise.names }
    private var layer: Int { step.layer ?? exercise.last }

    /// The derivative that the step makes: `dZ1`.
    var made: String {
        switch step {
        case .output: names.of(GradientID(exercise.last, .preActivation))
        case .activation(let layer): names.of(GradientID(layer, .preActivation))
        case .inputs(let layer): "d" + names.input(layer)
        case .parameter(let layer, let index): names.of(GradientID(layer, .parameter(index)))
        }
    }
    var dZ: String { names.of(GradientID(layer, .preActivation)) }
    var dA: String { names.of(GradientID(layer, .output)) }
    var dAprev: String { "d" + names.input(layer) }
    var z: String { names.preActivation(layer) }
    var a: String { names.output(layer) }
    var aPrev: String { names.input(layer) }
    var activation: String { names.activation(layer) }
    var kind: String { names.kind(layer) }
    /// The parameter, `W1`, or the layer's first.
    var parameter: String {
        if case .parameter(let layer, let index) = step { return names.parameter(index, layer) }
        return exercise.network.layers[layer].layer.parameters.isEmpty
            ? "W" : names.parameter(0, layer)
    }
    var m: String { exercise.denominator.kind == .weights ? "Σw" : "m" }
}

extension Step {
    /// Where in `Mistake.rules` the mistakes at it are.
    var place: Mistake.Place {
        switch self {
        case .output: .output
        case .activation: .activation
        case .inputs: .inputs
        case .parameter: .parameter
        }
    }
}
