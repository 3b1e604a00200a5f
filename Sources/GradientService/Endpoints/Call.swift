import JSON

/// A call that is posted: what it reads, does and answers.
///
/// `init` decodes; a decoded call is valid in itself.
protocol Call: Sendable {
    /// The name of the call, which is its path without the slash.
    static var name: String { get }
    /// The form of the arrays in its answer.
    var encoding: ArrayEncoding { get }

    init(json: JSONCursor) throws(InvalidFields)

    /// Does the work and writes the members of the answer.
    func write(
        within limits: ServiceLimits, isCancelled: () -> Bool, to writer: inout JSONWriter
    ) throws(RequestError)
}

extension Call {
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
        var writer = JSONWriter(arrays: call.encoding.form)
        try writer.object { (writer: inout JSONWriter) throws(RequestError) in
            try call.write(within: limits, isCancelled: isCancelled, to: &writer)
            writer.writeNonFinite()
        }
        return writer.bytes
    }
}
