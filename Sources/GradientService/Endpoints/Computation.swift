import HTTP
import JSON
import NeuralNetwork

/// A call that computes with a network: what it reads, does and answers.
///
/// `init` decodes; a decoded call is valid in itself, and `resolve` holds its arrays against one
/// another. Everything after that is arithmetic and printing.
protocol Computation: Sendable {
    /// The name of the call, which is its path without the slash.
    static var name: String { get }
    /// The arrays that `include` may ask for, and those that are answered without it.
    static var arrays: (all: [ArrayName], byDefault: [ArrayName]) { get }

    var request: NetworkRequest { get }
    /// How often the work of a forward pass is done in all.
    var passes: Double { get }
    init(json: JSONCursor) throws(InvalidFields)

    /// Computes in the width of `S` and writes the members of the answer.
    func answer<S: WireScalar>(
        in _: S.Type, within limits: ServiceLimits, isCancelled: () -> Bool,
        to writer: inout JSONWriter
    ) throws(RequestError)
}

extension Computation {
    /// From the bytes of a request to those of its answer.
    static func answer(
        _ body: [UInt8], within limits: ServiceLimits, isCancelled: () -> Bool
    ) throws(RequestError) -> [UInt8] {
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            document = try JSONDocument(parsing: body, maximumDepth: limits.nestingDepth)
        } catch {
            throw .notJSON(error)
        }
        let call: Self
        do throws(InvalidFields) {
            call = try Self(json: document.root)
        } catch {
            throw .invalidFields(error)
        }
        var writer = JSONWriter(arrays: call.request.options.encoding.form)
        try writer.object { (writer: inout JSONWriter) throws(RequestError) in
            try call.write(within: limits, isCancelled: isCancelled, to: &writer)
            writer.writeNonFinite()
        }
        return writer.bytes
    }

    private func write(
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
