import JSON

/// A call that is posted: what it reads, does and answers.
///
/// `init` decodes; a decoded call is valid in itself.
protocol Call: JSONBody, Sendable {
    /// The name of the call, which is its path without the slash.
    static var name: String { get }
    /// The form of the arrays in its answer.
    var encoding: ArrayEncoding { get }

    /// Does the work and writes the members of the answer.
    func write(
        within limits: ServiceLimits, isCancelled: () -> Bool, to writer: inout JSONWriter
    ) throws(RequestError)
}

/// What is read from the body of a request.
protocol JSONBody {
    init(json: JSONCursor) throws(InvalidFields)
}

extension JSONBody {
    /// From the bytes of a body.
    static func decode(
        _ body: consuming [UInt8], within limits: ServiceLimits
    ) throws(RequestError) -> Self {
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            // The document has what it needs, so that the bytes, which may be many, are let go.
            document = try JSONDocument(parsing: body, maximumDepth: limits.nestingDepth)
        } catch {
            throw .notJSON(error)
        }
        do throws(InvalidFields) {
            return try Self(json: document.root)
        } catch {
            throw .invalidFields(error)
        }
    }
}

extension Call {
    /// The bytes of its answer.
    func answer(
        within limits: ServiceLimits, _ isCancelled: () -> Bool
    ) throws(RequestError) -> [UInt8] {
        var writer = JSONWriter(arrays: encoding.form)
        try writer.object { (writer: inout JSONWriter) throws(RequestError) in
            try write(within: limits, isCancelled: isCancelled, to: &writer)
            writer.writeNonFinite()
        }
        return writer.bytes
    }

    /// From the bytes of a request to those of its answer.
    static func answer(
        _ body: consuming [UInt8], within limits: ServiceLimits, isCancelled: () -> Bool
    ) throws(RequestError) -> [UInt8] {
        try decode(body, within: limits).answer(within: limits, isCancelled)
    }
}
