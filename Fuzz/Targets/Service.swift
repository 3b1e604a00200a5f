import Dispatch
import HTTP
import JSON
import RunStore
import Synchronization

@testable import GradientService

extension FuzzTarget {
    /// The service behind the parser: whatever is asked is answered as the contract says.
    ///
    /// An input is a request without its version and `Content-Length`, its lines ended by LF:
    /// `POST /backward`, its fields, an empty line, the body.
    static let service = FuzzTarget(
        name: "service", longest: 600,
        run: { bytes in
            guard let request = HTTPRequest(input: bytes) else { return }
            if let early = tight.earlyAnswer(to: request.head) {
                return check(early, to: request)
            }
            let first = answer(to: request)
            check(first, to: request)
            var choices = SplitMix64(for: bytes)
            guard Int.random(in: 0..<16, using: &choices) == 0 else { return }
            guard let again = HTTPRequest(input: bytes) else { return }
            require(first.body == answer(to: again).body, "another answer to the same request")
        },
        mutate: { RequestMutator($0, seed: $1).mutated() },
        cross: { RequestMutator($0, seed: $2).crossed(with: $1) })

    /// Tight, as each input is to take less than a millisecond.
    private static let limits: ServiceLimits = {
        var limits = ServiceLimits()
        limits.nestingDepth = 16
        limits.layers = 8
        limits.parameters = 200
        limits.operations = 10_000
        limits.bytes = 200_000
        limits.steps = 10
        return limits
    }()

    private static let tight = GradientService(limits: limits)

    /// With detached trainings, of which there are none: what is asked of them is read, and no more.
    private static let keeping: GradientService = {
        do {
            let store = try RunStore(at: .memory)
            return GradientService(limits: limits, trainings: Trainings(store: .success(store)))
        } catch {
            fatalError("\(error)")
        }
    }()

    /// The body of the answer to a GET, for the words in it.
    static func text(at path: String) -> [UInt8] {
        guard let head = try? HTTPRequestHead(method: "GET", target: path),
            let answer = tight.earlyAnswer(to: head)
        else { fatalError("no answer at \(path)") }
        return answer.body
    }

    private static func answer(to request: HTTPRequest) -> HTTPResponse {
        let service = request.head.path.hasPrefix("/runs") ? keeping : tight
        switch service.respond(to: request, isCancelled: { false }) {
        case .now(let answer): return answer
        case .work(let work): return work()
        case .later(let start):
            // What is stored is answered from another thread.
            let answer = Mutex<HTTPResponse?>(nil)
            let isThere = DispatchSemaphore(value: 0)
            start { response in
                answer.withLock { $0 = response }
                isThere.signal()
            }
            isThere.wait()
            return answer.withLock { $0! }
        }
    }

    private static func check(_ answer: HTTPResponse, to request: HTTPRequest) {
        let code = answer.status.code
        func text() -> String { "\(code): " + String(decoding: answer.body, as: UTF8.self) }
        require(code < 500 || code == 503 || code == 507, text())
        if code == 204 || code == 304 { return require(answer.body.isEmpty, text()) }
        let path = request.head.path
        if code < 400, path == "/" || path == "/docs" || path.hasPrefix("/page/") { return }
        if code < 400 && path == "/openapi.yaml" { return }
        guard let json = PlainJSON(answer.body, maximumDepth: 64) else {
            fatalError("no JSON: " + text())
        }
        let type = code < 400 ? "application/json" : "application/problem+json"
        require(answer.fields["Content-Type"] == type, "not \(type): " + text())
        guard code >= 400 else { return }
        for name in ["type", "title", "detail"] {
            require(json[name]?.isText == true, "without \(name): " + text())
        }
        require(json["status"]?.double == Double(code), "another status: " + text())
        if json["type"]?.isText == true, text().contains("problem:not_json") {
            require(json["line"] != nil && json["column"] != nil, "without a place: " + text())
        }
        if let errors = json["errors"] {
            guard case .array(let errors) = errors, !errors.isEmpty else { fatalError(text()) }
            for error in errors {
                // Of a field of the body by its pointer, else by the name of a header or of a
                // parameter, which may be without one.
                switch (error["pointer"], error["header"], error["parameter"]) {
                case (.string(let pointer)?, nil, nil):
                    require(
                        pointer.isEmpty || pointer[0] == UInt8(ascii: "/"), "pointer: " + text())
                case (nil, .string(let name)?, nil): require(!name.isEmpty, text())
                case (nil, nil, .string?): break
                default: fatalError("without a place: " + text())
                }
                require(error["detail"]?.isText == true, "an error without detail: " + text())
            }
        }
    }
}

extension HTTPRequest {
    /// Nil where the head is none.
    fileprivate init?(input: [UInt8]) {
        let (lines, body) = requestParts(of: input)
        let words = lines[0].split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        var fields: HTTPFields = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            fields.append(String(parts[0]), String(parts[1].drop { $0 == " " }))
        }
        if words[0] == "POST" && fields["Content-Type"] == nil {
            fields.append("Content-Type", "application/json")
        }
        guard
            let head = try? HTTPRequestHead(
                method: String(words[0]), target: String(words[1]), fields: fields)
        else { return nil }
        self.init(head: head, body: Array(body))
    }
}

/// The lines of an input's head, at least one, and its body.
func requestParts(of input: [UInt8]) -> (lines: [String], body: ArraySlice<UInt8>) {
    var lines: [String] = []
    var rest = input[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = rest[..<end]
        rest = rest[(end + 1)...]
        if line.isEmpty && !lines.isEmpty { return (lines, rest) }
        lines.append(String(decoding: line, as: UTF8.self))
    }
    return (lines + [String(decoding: rest, as: UTF8.self)], [])
}

extension PlainJSON {
    /// A member by its name.
    subscript(name: String) -> PlainJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == Array(name.utf8) }?.value
    }

    fileprivate var isText: Bool {
        guard case .string(let text) = self else { return false }
        return !text.isEmpty
    }
}
