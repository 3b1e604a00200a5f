import Checking
import JSON
import NeuralNetwork

/// `/check`: says of derivatives that the caller computed which are right, and what is wrong with
/// the others.
struct Check: Computation {
    static let name = "check"
    static let arrays: (all: [ArrayName], byDefault: [ArrayName]) = ([], [])

    let request: NetworkRequest
    private let submission: WireSubmission?
    private let tolerance: Double?
    private let numerical: NumericalSettings?
    /// Whether a batch that tells more is asked for.
    private let wantsProbe: Bool

    init(json: JSONCursor) throws(InvalidFields) {
        let extra: Extra
        (request, extra) = try NetworkRequest.read(from: json, for: .check) { reader, layers in
            let submission = reader.optional("submitted", .submission(layers))
            let tolerance = reader.optional("tolerance", .number(in: 1e-15...1))
            let numerical = reader.optional("numerical", .numericalSettings)
            let wantsProbe = reader.optional("probe", .flag, default: false)
            let asks = [
                ("numerical", "a numerical check", reader.has("numerical")),
                ("probe", "another batch", wantsProbe != false),
            ].filter(\.2)
            if !reader.has("submitted") && asks.isEmpty { reader.refuse(missing: "submitted") }
            for (name, what, _) in asks where reader.has("caches") {
                reader.refuse(
                    FieldFault(
                        reader.pointer.appending(name),
                        "\(what) runs the network itself, and goes without caches"))
            }
            guard let wantsProbe else { return nil }
            return Extra(
                submission: submission, tolerance: tolerance, numerical: numerical,
                wantsProbe: wantsProbe)
        }
        submission = extra.submission
        tolerance = extra.tolerance
        numerical = extra.numerical
        wantsProbe = extra.wantsProbe
    }

    private struct Extra {
        let submission: WireSubmission?
        let tolerance: Double?
        let numerical: NumericalSettings?
        let wantsProbe: Bool
    }

    /// The right pass in two widths, and the wrong ones of a submission with mistakes in it.
    var passes: Double { 6 + (submission == nil ? 0 : Self.passesOfRules) }

    /// About how many of the passes by wrong rules are made, few of which go all the way.
    private static let passesOfRules = 60.0

    func answer<S: WireScalar>(
        in _: S.Type, within limits: ServiceLimits, isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError) {
        // A judgement is made in float64, whatever the numbers were computed in.
        let problem: Problem<Double> = try resolve(within: limits)
        guard let objective = problem.objective else {
            preconditionFailure("the decoder requires Y and a loss")
        }
        let pass = problem.network.forward(problem.inputs, problem.run, caches: problem.caches)
        if isCancelled() { throw .cancelled }
        let exercise = Exercise(
            problem.network, pass, objective, denominator: problem.denominator,
            penalty: problem.penalty, caches: problem.caches)
        let judged = try submission.map { submission throws(RequestError) in
            try judge(submission, exercise, problem, isCancelled, to: &writer)
        }
        if let numerical {
            let result = try check(
                judged ?? exercise.ownDerivatives, by: numerical, problem, objective, limits,
                isCancelled)
            writer.object("numerical") { $0.write(result, problem.layout) }
        }
        if wantsProbe {
            writer.write(Probe(for: exercise), problem, loss: request.loss?.choice.name)
        }
        writer.write(
            problem.meaning(), of: objective.loss.formula,
            include: Backward.arrays.byDefault + [.inputGradient])
    }

    /// Judges a submission, and gives the derivatives of J with respect to the parameters that it
    /// has; nil for those it has not.
    private func judge(
        _ submission: WireSubmission, _ exercise: Exercise, _ problem: Problem<Double>,
        _ isCancelled: () -> Bool, to writer: inout JSONWriter
    ) throws(RequestError) -> [[Matrix<Double>?]] {
        let arrays: [GradientID: WireArray]
        let readings: [(layout: Layout, submission: Submission)]
        do throws(InvalidFields) {
            arrays = try submission.arrays(problem)
            readings = try submission.readings(problem)
        } catch {
            throw .invalidFields(error)
        }
        let diagnosis = Diagnosis(
            exercise, readings, requested: problem.options.convention, layout: problem.layout,
            exactness: exactness, isFloat32: request.options.precision == .float32,
            isCancelled: isCancelled)
        guard let diagnosis else { throw .cancelled }
        writer.write(diagnosis) { arrays[$0]?.pointer }
        return diagnosis.parameterDerivativesOfCost
    }

    /// Holds derivatives against central differences.
    private func check(
        _ derivatives: [[Matrix<Double>?]], by settings: NumericalSettings,
        _ problem: Problem<Double>, _ objective: Objective<Double>, _ limits: ServiceLimits,
        _ isCancelled: () -> Bool
    ) throws(RequestError) -> NumericalCheck.Result {
        let layers = problem.network.layers.map(\.layer)
        let counts = layers.flatMap { $0.parameters.map { Int($0.count) } }
        do throws(InvalidFields) {
            try WorkEstimate(
                layers.map { WorkEstimate.Share($0) }, examples: problem.examples,
                passes: settings.passes(ofTensors: counts, layers: layers.count)
            ).check(against: limits)
        } catch {
            throw .invalidFields(error)
        }
        var check = NumericalCheck(settings)
        if let tolerance { check.tolerance = tolerance }
        do throws(NumericalCheck.Cancelled) {
            return try check.run(
                network: problem.network, inputs: problem.inputs, run: problem.run,
                objective: objective, denominator: problem.denominator.value,
                penalty: problem.penalty, analytic: derivatives, isCancelled: isCancelled)
        } catch {
            throw .cancelled
        }
    }

    /// What the caller says of its numbers' exactness, where it does.
    private var exactness: Exactness? { tolerance.map { Exactness(tolerance: $0) } }
}
