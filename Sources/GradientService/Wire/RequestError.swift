import HTTP
import JSON
import RunStore

/// Every way in which a request can be refused, or come to nothing.
enum RequestError: Error {
    case notJSON(JSONSyntaxError)
    case invalidFields(InvalidFields)
    case unknownPath(String)
    case methodNotAllowed(String, allowed: [String])
    case unsupportedMediaType(String?)
    /// The client takes none of the media types that there are.
    case notAcceptable([String])
    /// A part of the query is wrong.
    case badParameter(String, String)
    /// A field of the head is wrong.
    case badHeader(String, String)
    /// The store of the detached trainings did not do what it was asked for.
    case runs(RunStoreError)
    case message(HTTPError)
    /// The arrays of others fill the memory for all; try again after so many seconds.
    case noRoomForArrays(retryAfter: Int)
    /// The caller is not let in.
    case access(AccessError)
    /// The service is about to end, and takes no more.
    case draining
    /// A computation was told to stop.
    case cancelled
    /// It was told so because the time for computing was up.
    case outOfTime(Duration)
    /// It was told so before its time was up: the server stops.
    case stopping

    var status: HTTPStatus {
        switch self {
        case .notJSON: .badRequest
        case .invalidFields: .unprocessableContent
        case .unknownPath: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .unsupportedMediaType: .unsupportedMediaType
        case .notAcceptable: .notAcceptable
        case .badParameter, .badHeader: .unprocessableContent
        case .runs(let error): error.status
        case .message(let error): error.status
        case .access(let error): error.status
        case .noRoomForArrays, .draining, .cancelled, .outOfTime, .stopping: .serviceUnavailable
        }
    }

    /// A name for programs: the last part of the problem's `type`.
    var type: String {
        switch self {
        case .notJSON: "not_json"
        case .invalidFields: "invalid_fields"
        case .unknownPath: "unknown_path"
        case .methodNotAllowed: "method_not_allowed"
        case .unsupportedMediaType: "unsupported_media_type"
        case .notAcceptable: "not_acceptable"
        case .badParameter, .badHeader: "invalid_fields"
        case .runs(let error): error.type
        case .message(.message(.unknownContentCoding)): "unsupported_content_coding"
        case .message(.message): "not_acceptable_http"
        case .message(.headTimeout), .message(.bodyTimeout): "request_timeout"
        case .message(.overloaded): "overloaded"
        case .message(.noRoomForBody): "no_room_for_body"
        case .message(.tooManyConnections): "too_many_connections"
        case .noRoomForArrays: "no_room_for_arrays"
        case .access(let error): error.type
        case .draining: "draining"
        case .cancelled, .outOfTime, .stopping: "cancelled"
        }
    }

    var title: String {
        switch self {
        case .notJSON: "The body is not JSON"
        case .invalidFields: "The request has fields that are wrong"
        case .unknownPath: "There is nothing at this path"
        case .methodNotAllowed: "The path does not take this method"
        case .unsupportedMediaType: "The body is not announced as JSON"
        case .notAcceptable: "The client takes no form that there is"
        case .badParameter, .badHeader: "The request has fields that are wrong"
        case .runs(.unknownRun): "There is no such run"
        case .runs: "The run could not be stored, or changed"
        case .message(.message(.unknownContentCoding)):
            "The body is coded in a way that is not read here"
        case .message(.message): "The request is not acceptable as HTTP"
        case .message(.headTimeout), .message(.bodyTimeout): "The request came too slowly"
        case .message(.overloaded): "Too many requests wait already"
        case .message(.noRoomForBody): "There is no room for the body now"
        case .message(.tooManyConnections): "The caller has too many connections"
        case .noRoomForArrays: "There is no room for the arrays now"
        case .access(let error): error.title
        case .draining: "The service takes no more"
        case .cancelled, .outOfTime, .stopping: "The computation was stopped"
        }
    }

    var detail: String {
        switch self {
        case .notJSON(let error):
            "line \(error.line), column \(error.column): \(error.reason)"
        case .invalidFields(let error):
            error.count == 1 ? error.faults[0].text : error.summary
        case .unknownPath(let path):
            "\(path.quoted) is none of "
                + GradientService.endpoints.map(\.path).joined(separator: ", ")
        case .methodNotAllowed(let method, let allowed):
            "\(method) is not allowed here: " + allowed.joined(separator: ", ")
        case .unsupportedMediaType(let type):
            "Content-Type is \(type.map(\.quoted) ?? "missing"), expected application/json"
        case .notAcceptable(let offers): "Accept has none of " + offers.joined(separator: ", ")
        case .badParameter("", let reason): "a parameter without a name \(reason)"
        case .badParameter(let name, let reason), .badHeader(let name, let reason):
            "\(name.cut(to: 100)) \(reason)"
        case .runs(let error): error.description
        case .message(let error): error.description
        case .noRoomForArrays(let seconds):
            "the arrays of other requests take all the room, try again in \(seconds) s"
        case .access(let error): error.detail
        case .draining: "the service is about to end"
        case .cancelled: "nobody waits for the answer any more"
        case .outOfTime(let limit): "it took longer than the limit for computing, \(limit)"
        case .stopping: "the service is stopping"
        }
    }

    /// What is wrong with single fields.
    var faults: [FieldFault] {
        switch self {
        case .notJSON(let error): [FieldFault(error.pointer, detail)]
        case .invalidFields(let error): error.faults
        case .unknownPath, .methodNotAllowed, .unsupportedMediaType, .notAcceptable, .badParameter,
            .badHeader, .runs, .message, .noRoomForArrays, .access, .draining, .cancelled,
            .outOfTime,
            .stopping:
            []
        }
    }
}

extension RunStoreError {
    fileprivate var status: HTTPStatus {
        switch self {
        case .unknownRun: .notFound
        case .ended, .notEnded: .conflict
        case .keyInUse: .unprocessableContent
        case .tooLarge, .runTooLarge: .contentTooLarge
        case .diskFull, .readOnly: .insufficientStorage
        case .full, .locked, .damaged, .newer, .foreign, .closed, .failed: .serviceUnavailable
        }
    }

    /// A name for programs.
    fileprivate var type: String {
        switch self {
        case .unknownRun: "unknown_run"
        case .ended, .notEnded: "run_state"
        case .keyInUse: "idempotency_key_in_use"
        case .tooLarge, .runTooLarge: "run_too_large"
        case .full: "too_many_runs"
        case .diskFull, .readOnly: "no_storage"
        case .locked, .damaged, .newer, .foreign, .closed, .failed: "runs_unavailable"
        }
    }
}

/// What the store does, its errors as refusals.
func refusing<Value>(
    _ body: () throws(RunStoreError) -> Value
) throws(RequestError) -> Value {
    do throws(RunStoreError) {
        return try body()
    } catch {
        throw .runs(error)
    }
}

extension Result where Failure == RunStoreError {
    func orRefusal() throws(RequestError) -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let error): throw .runs(error)
        }
    }
}

extension InvalidFields {
    /// How many faults there are, and whether they are all told.
    fileprivate var summary: String {
        if untold == 0 { return "\(count) faults, see errors" }
        let atLeast = count >= Self.counted ? "at least " : ""
        return "\(atLeast)\(count) faults, the first \(faults.count) are in errors"
    }
}

extension FieldFault {
    /// The fault in one line, which a caller's own names do not make long.
    var text: String {
        let place = pointer.description.cut(to: 200)
        return (place.isEmpty ? detail : "\(place): \(detail)") + (hint.map { " (\($0))" } ?? "")
    }
}

extension JSONWriter {
    fileprivate mutating func writeError(at place: String, _ name: String, _ reason: String) {
        array("errors") { writer in
            writer.object { writer in
                writer.field(place, name.cut(to: 100))
                writer.field("detail", reason)
            }
        }
    }
}

extension HTTPResponse {
    /// The answer that a refusal makes: problem details (RFC 9457), with what else there is to say.
    init(refusing error: RequestError, also write: (inout JSONWriter) -> Void = { _ in }) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("type", "urn:gradientd:problem:" + error.type)
            writer.field("title", error.title)
            writer.field("status", error.status.code)
            writer.field("detail", error.detail)
            if case .notJSON(let syntax) = error {
                writer.field("line", syntax.line)
                writer.field("column", syntax.column)
            }
            switch error {
            case .badParameter(let name, let reason):
                writer.writeError(at: "parameter", name, reason)
            case .badHeader(let name, let reason):
                writer.writeError(at: "header", name, reason)
            default: break
            }
            if !error.faults.isEmpty {
                writer.array("errors") { writer in
                    for fault in error.faults {
                        writer.object { writer in
                            writer.field("pointer", fault.pointer.description)
                            writer.field("detail", fault.detail)
                            if let hint = fault.hint { writer.field("hint", hint) }
                        }
                    }
                }
            }
            write(&writer)
        }
        self.init(
            status: error.status, contentType: "application/problem+json", body: writer.bytes)
        if case .methodNotAllowed(_, let allowed) = error {
            fields["Allow"] = allowed.joined(separator: ", ")
        }
        if case .message(let message) = error {
            for field in message.fields { fields.append(field.name, field.value) }
        }
        if case .noRoomForArrays(let seconds) = error {
            fields["Retry-After"] = String(seconds)
        }
        if case .access(let refusal) = error {
            for field in refusal.fields { fields.append(field.name, field.value) }
        }
        problem = error.type
    }
}
