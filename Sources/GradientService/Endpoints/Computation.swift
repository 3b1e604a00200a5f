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
        if request.isDryRun {
            do throws(InvalidFields) {
                return writer.write(try request.estimate(passes: passes), against: limits)
            } catch {
                throw .invalidFields(error)
            }
        }
        switch request.options.precision {
        case .float64:
            try answer(in: Double.self, within: limits, isCancelled: isCancelled, to: &writer)
        case .float32:
            try answer(in: Float.self, within: limits, isCancelled: isCancelled, to: &writer)
        }
        writer.write(request.defaultsInForce)
    }

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
    static func readInclude(_ reader: inout FieldReader) -> Set<ArrayName>? {
        let word = FieldDecoder<String>.word("array", among: arrays.all.map(\.rawValue))
        let byDefault = arrays.byDefault.map(\.rawValue)
        let names = reader.optional("include", .list(of: word), default: byDefault)
        return names.map { Set($0.map(ArrayName.init(rawValue:))) }
    }
}
