/// A layer: pure functions of its inputs and its numbers.
///
/// It holds its settings and its shapes, and nothing that changes; what it learns lies beside it, in
/// `LayerNumbers`, and what it computed in `LayerPass`. Each example is a row, its numbers in the
/// order of its shape: `[units]`, `[time, features]` or `[height, width, channels]`.
///
/// Implementations are specialized for `Double` and `Float`, as their loops are hot.
public protocol Layer: Sendable {
    /// Its name, its fields and its formula.
    static var declaration: LayerDeclaration { get }
    /// The layer of some settings, over inputs of some shapes.
    init(_ plan: LayerPlan) throws(LayerFault)

    /// The shape of one example of its output.
    var outputShape: [Int] { get }
    /// The arrays that it learns, in their order in `LayerNumbers.parameters`.
    var parameters: [NumbersDeclaration] { get }
    /// The arrays that it keeps from batch to batch, in their order in `LayerNumbers.states`.
    var states: [NumbersDeclaration] { get }
    /// Multiplications and additions of one example's forward pass.
    var operations: Double { get }
    /// How many numbers it notes of one example, beside its output.
    var keptNumbers: Double { get }
    /// Whether an example's output depends on the other examples of its batch.
    func mixesExamples(_ run: Run) -> Bool

    /// Forward: its output (Z, where an activation follows) for inputs of m rows each.
    func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S>

    /// Forward from the inputs of a pass into the rest of it, but for the activation.
    func forward<S: Scalar>(
        _ numbers: LayerNumbers<S>, _ run: Run, into pass: inout LayerPass<S>)

    /// Backward, for the derivative of a sum over examples with respect to its output.
    ///
    /// No 1/m here: `Convention` puts it on. The derivatives of its inputs may be left out, as an
    /// empty list, unless `toInputs`.
    func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S>

    /// Backward into derivatives of a pass before.
    func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool, into derivatives: inout LayerDerivatives<S>)

    /// The Jacobian-vector product: how its output moves when its inputs and its parameters move
    /// along tangents of their shapes.
    func pushForward<S: Scalar>(
        _ inputTangents: [Matrix<S>], _ parameterTangents: [Matrix<S>], from pass: LayerPass<S>,
        _ numbers: LayerNumbers<S>, _ run: Run
    ) -> Matrix<S>
}

extension Layer {
    public var parameters: [NumbersDeclaration] { [] }
    public var states: [NumbersDeclaration] { [] }
    public var keptNumbers: Double { 0 }
    public func mixesExamples(_ run: Run) -> Bool { false }

    public func forward<S: Scalar>(
        _ numbers: LayerNumbers<S>, _ run: Run, into pass: inout LayerPass<S>
    ) {
        let made = forward(pass.inputs, numbers, run)
        (pass.preActivation, pass.kept, pass.states) = (made.output, made.kept, made.states)
    }

    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool, into derivatives: inout LayerDerivatives<S>
    ) {
        derivatives = backward(outputGradient, from: pass, numbers, run, toInputs: toInputs)
    }
}

/// A layer that writes its output and its derivatives into the memory of a pass before, so that
/// nothing is allocated in a step of a training. What is made anew is the same in new memory.
public protocol InPlaceLayer: Layer {}

extension InPlaceLayer {
    public func forward<S: Scalar>(
        _ inputs: [Matrix<S>], _ numbers: LayerNumbers<S>, _ run: Run
    ) -> LayerOutput<S> {
        var pass = LayerPass(inputs: inputs)
        forward(numbers, run, into: &pass)
        return LayerOutput(pass.preActivation, kept: pass.kept, states: pass.states)
    }

    public func backward<S: Scalar>(
        _ outputGradient: Matrix<S>, from pass: LayerPass<S>, _ numbers: LayerNumbers<S>,
        _ run: Run, toInputs: Bool
    ) -> LayerDerivatives<S> {
        var derivatives = LayerDerivatives<S>()
        backward(
            outputGradient, from: pass, numbers, run, toInputs: toInputs, into: &derivatives)
        return derivatives
    }
}

/// How a pass is run.
public struct Run: Sendable, Hashable {
    public var mode: Mode
    /// The step of a training, from 0: what is drawn anew each step is drawn from a seed plus it.
    public var step: Int

    /// Whether dropout drops and batch normalization takes the batch's own statistics.
    public enum Mode: String, CaseIterable, Sendable {
        case training, inference
    }

    public init(_ mode: Mode = .training, step: Int = 0) {
        self.mode = mode
        self.step = step
    }
}

/// The numbers of a layer: what it learns, keeps, or is given. Each array is a matrix of as many
/// rows as the first axis of its shape has; an array of one axis is one row.
public struct LayerNumbers<S: Scalar>: Sendable {
    public var parameters: [Matrix<S>]
    public var states: [Matrix<S>]
    /// What dropout keeps, 1, and drops, 0, of each example, where the caller gives it.
    public var mask: Matrix<S>?

    public init(parameters: [Matrix<S>] = [], states: [Matrix<S>] = [], mask: Matrix<S>? = nil) {
        self.parameters = parameters
        self.states = states
        self.mask = mask
    }
}

/// What a layer gives forward.
public struct LayerOutput<S: Scalar>: Sendable {
    public var output: Matrix<S>
    /// What the backward pass will need beside the inputs and the output; of a layer that does not
    /// mix examples each has a multiple of m rows, example after example.
    public var kept: [Matrix<S>]
    /// The states after this batch; empty for unchanged.
    public var states: [Matrix<S>]

    public init(_ output: Matrix<S>, kept: [Matrix<S>] = [], states: [Matrix<S>] = []) {
        self.output = output
        self.kept = kept
        self.states = states
    }
}

/// What one layer made of its inputs, which is all that the backward pass reads.
public struct LayerPass<S: Scalar>: Sendable {
    public var inputs: [Matrix<S>]
    /// Z, before the activation.
    public var preActivation = Matrix<S>.empty
    /// A, after it.
    public var activation = Matrix<S>.empty
    public var kept: [Matrix<S>] = []
    /// The states after this batch; empty for unchanged.
    public var states: [Matrix<S>] = []
    /// Whether A is a caller's, and perhaps not that of Z.
    public var isActivationGiven = false
}

extension LayerPass {
    /// The only input, of a layer that has one.
    var input: Matrix<S> { inputs[0] }

    /// The pass of some of the examples, of a layer that does not mix them.
    func rows(_ range: Range<Int>, of m: Int) -> LayerPass {
        func part(_ matrix: Matrix<S>) -> Matrix<S> {
            let each = matrix.rows / m
            return matrix.rows((range.lowerBound * each)..<(range.upperBound * each))
        }
        return LayerPass(
            inputs: inputs.map(part), preActivation: part(preActivation),
            activation: part(activation), kept: kept.map(part), states: states,
            isActivationGiven: isActivationGiven)
    }
}

/// The derivatives that a layer makes of that of its output.
public struct LayerDerivatives<S: Scalar>: Sendable {
    /// In the order of the layer's parameters.
    public var parameters: [Matrix<S>]
    /// One for each input, or none.
    public var inputs: [Matrix<S>]

    public init(parameters: [Matrix<S>] = [], inputs: [Matrix<S>] = []) {
        self.parameters = parameters
        self.inputs = inputs
    }

    /// Sees to it that there are so many of the parameters, to be written.
    mutating func makeRoom(parameters count: Int) {
        if parameters.count != count { parameters = Array(repeating: .empty, count: count) }
    }

    /// Sees to it that there are so many of the inputs, to be written.
    mutating func makeRoom(inputs count: Int) {
        if inputs.count != count { inputs = Array(repeating: .empty, count: count) }
    }
}

/// A layer whose input is indices, whole numbers from 0, which it cannot refuse while it computes.
public protocol IndexLayer: Layer {
    /// How many indices there are.
    var indices: Int { get }
}
