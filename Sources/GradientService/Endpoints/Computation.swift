import HTTP
import JSON
import NeuralNetwork

/// A call that computes with a network.
///
/// Once it is decoded, `resolve` holds its arrays against one another. Everything after that is
/// arithmetic and printing.
protocol Computation: Call {
    /// The arrays that `include` may ask for, and those that are answered without it.
    static var arrays: (all: [ArrayName], byDefault: [ArrayName]) { get }

    var request: NetworkRequest { get }
    /// How often the work of a forward pass is done in all.
    var passes: Double { get }
    /// What it asks for beside what every call does, with its limits.
    func figures(
        _ layers: [any Layer], examples: Int, _ limits: ServiceLimits
    ) -> [WorkEstimate.Figure]
    /// Holds against one another what a dry run would not see, once all is within the limits.
    func rehearse(within limits: ServiceLimits) throws(RequestError)

    /// Computes in the width of `S` and writes the members of the answer.
    func answer<S: WireScalar>(
        in _: S.Type, within limits: ServiceLimits, isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError)
}

extension Computation {
    var encoding: ArrayEncoding { request.options.encoding }

    func write(
        within limits: ServiceLimits, isCancelled: () -> Bool, to writer: inout JSONWriter
    ) throws(RequestError) {
        if request.isDryRun { return try dryRun(within: limits, to: &writer) }
        switch request.options.precision {
        case .float64:
            try answer(in: Double.self, within: limits, isCancelled: isCancelled, to: &writer)
        case .float32:
            try answer(in: Float.self, within: limits, isCancelled: isCancelled, to: &writer)
        }
        writer.write(request.defaultsInForce)
    }

    private func dryRun(
        within limits: ServiceLimits, to writer: inout JSONWriter
    ) throws(RequestError) {
        let run: DryRun
        do throws(InvalidFields) {
            run = try request.estimate(passes: passes)
        } catch {
            throw .invalidFields(error)
        }
        let figures =
            run.work.figures(limits)
            + self.figures(run.planned, examples: run.examples, limits)
        if figures.allSatisfy(\.isWithinLimit) { try rehearse(within: limits) }
        writer.write(run, figures)
    }

    var arrayBytes: Double { rehearsed?.work.bytes ?? 0 }

    /// Its shapes and its work; nil where nothing is to be computed, or its parts do not fit.
    var rehearsed: DryRun? { request.isDryRun ? nil : try? request.estimate(passes: passes) }

    func figures(
        _ layers: [any Layer], examples: Int, _ limits: ServiceLimits
    ) -> [WorkEstimate.Figure] { [] }

    func rehearse(within limits: ServiceLimits) throws(RequestError) {}

    /// The request, resolved for one width.
    func resolve<S: WireScalar>(
        within limits: ServiceLimits
    ) throws(RequestError) -> Problem<S> {
        do throws(InvalidFields) {
            return try request.resolve(within: limits, passes: passes)
        } catch {
            throw .invalidFields(error)
        }
    }

    /// Reads `include`, which replaces the default.
    static func readInclude(_ reader: inout FieldReader) -> [ArrayName]? {
        reader.optional("include", .list(of: .name(among: arrays.all)), default: arrays.byDefault)
    }
}
