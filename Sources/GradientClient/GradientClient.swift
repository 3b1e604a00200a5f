import Dispatch

/// A client of the service. It may be used from many threads at once.
///
/// A call waits for its answer on the calling thread. Connections are kept and used again. The
/// server is spoken to directly, not through a proxy that the environment may name, and a redirect
/// is given back as the answer that it is. A program that speaks HTTPS has to ignore SIGPIPE.
// `idle` is touched on `turns` only, whence `@unchecked Sendable`. A queue and not a `Mutex`, whose
// locking on Linux the thread sanitizer cannot see.
public final class GradientClient: @unchecked Sendable {
    private let baseURL: String
    private let token: String?
    private let limits: ClientLimits
    private let turns = DispatchQueue(label: "gradient.client")
    // As many as there ever were calls at one time; each is lent to one call.
    private var idle: [CurlHandle] = []

    /// A client of the server at `baseURL`, such as `http://127.0.0.1:8080`. Connects with the first call.
    /// `token` is sent with every request, as `Authorization: Bearer`.
    public init(baseURL: String, token: String? = nil, limits: ClientLimits = ClientLimits()) {
        self.token = token
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.limits = limits
    }

    /// Sends a request and waits for the answer, whatever its status.
    ///
    /// `path` is sent as it is given, with its query if it has one. A body is sent even when it is
    /// empty; nil sends none.
    public func request(
        method: String, path: String, fields: [Field] = [], body: [UInt8]? = nil
    ) throws(GradientClientError) -> Response {
        var whole: [UInt8] = []
        var isTooLong = false
        var response = try perform(
            method, path, fields, body, patience: .call(limits.callTime)
        ) { piece in
            isTooLong = piece.count > limits.answerBytes - whole.count
            if !isTooLong { whole.append(contentsOf: piece) }
            return !isTooLong
        }
        if isTooLong { throw .answerTooLong(limit: limits.answerBytes) }
        response.body = whole
        return response
    }

    /// Sends a request and hands over the answer while it comes, on the calling thread.
    ///
    /// `onHead` gets its status and fields, whatever the status is; then `onBytes` gets each piece
    /// of the body, and hangs up by returning false. Gives back the answer without its body, when
    /// that has ended or was not wanted any more. There is no limit to the time of the whole, only
    /// to its silences.
    @discardableResult
    public func stream(
        method: String = "GET", path: String, fields: [Field] = [], body: [UInt8]? = nil,
        onHead: (Response) -> Void = { _ in }, onBytes: ([UInt8]) -> Bool
    ) throws(GradientClientError) -> Response {
        try perform(
            method, path, fields, body, patience: .silence(limits.silenceTime), onHead: onHead
        ) { onBytes(Array($0)) }
    }

    private func perform(
        _ method: String, _ path: String, _ fields: [Field], _ body: [UInt8]?,
        patience: CurlHandle.Patience, onHead: (Response) -> Void = { _ in },
        onBytes: (UnsafeRawBufferPointer) -> Bool
    ) throws(GradientClientError) -> Response {
        // "@other/" behind the base would turn the server's name into a user's.
        guard path.isEmpty || path.hasPrefix("/") || path.hasPrefix("?") else {
            throw .invalidRequest("the path \"\(path)\" does not begin with /")
        }
        let own = token.map { [Field("Authorization", "Bearer \($0)")] } ?? []
        let request = try Request(
            method: method, url: baseURL + path, fields: own + fields, body: body)
        let handle = try borrow()
        defer { turns.sync { idle.append(handle) } }
        return try handle.perform(
            request, connectTime: limits.connectTime, patience: patience, onHead: onHead,
            onBytes: onBytes)
    }

    /// Asks for `path`.
    public func get(_ path: String) throws(GradientClientError) -> Response {
        try request(method: "GET", path: path)
    }

    /// Sends JSON to `path`.
    public func post(_ path: String, json: [UInt8]) throws(GradientClientError) -> Response {
        try request(
            method: "POST", path: path, fields: [Field("Content-Type", "application/json")],
            body: json)
    }

    private func borrow() throws(GradientClientError) -> CurlHandle {
        if let handle = turns.sync(execute: { idle.popLast() }) { return handle }
        return try CurlHandle()
    }
}
