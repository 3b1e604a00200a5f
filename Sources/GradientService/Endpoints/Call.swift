import HTTP
import JSON

/// A call that is posted: what it reads, does and answers.
///
/// `init` decodes; a decoded call is valid in itself.
protocol Call: JSONBody, Sendable {
    /// The name of the call, which is its path without the slash.
    static var name: String { get }
    /// The form of the arrays in its answer.
    var encoding: ArrayEncoding { get }

    /// Whether it takes no more than some hundred microseconds, so far as that can be told at once.
    var isTiny: Bool { get }

    /// The most bytes that its arrays take at a time; 0 where that is in proportion to its body, or
    /// where it is to be refused.
    var arrayBytes: Double { get }

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
            document = try JSONDocument(
                parsing: body, maximumDepth: limits.nestingDepth, maximumNumbers: limits.numbers)
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
    var isTiny: Bool { false }
    var arrayBytes: Double { 0 }

    /// Its answer, with the times that it took to compute and to print it.
    func response(
        within limits: ServiceLimits, _ isCancelled: () -> Bool
    ) throws(RequestError) -> HTTPResponse {
        let start = ContinuousClock.now
        var writer = JSONWriter(arrays: encoding.form)
        try writer.object { (writer: inout JSONWriter) throws(RequestError) in
            try write(within: limits, isCancelled: isCancelled, to: &writer)
            writer.writeNonFinite()
        }
        var response = HTTPResponse(
            status: .ok, contentType: "application/json", pieces: writer.pieces)
        // Arrays are printed between the computations; the rest of the printing is nothing beside.
        response.timings = [
            HTTPTiming(.compute, .now - start - writer.printingTime),
            HTTPTiming(.print, writer.printingTime),
        ]
        return response
    }
}
