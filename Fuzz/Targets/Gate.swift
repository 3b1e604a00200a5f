import HTTP

@testable import GradientService

extension FuzzTarget {
    /// Who is let in: nobody without one of the tokens, under another name or, from a browser, for
    /// another page than the named ones.
    ///
    /// An input is a request's head without its version, its lines ended by LF.
    static let gate = FuzzTarget(name: "gate", longest: 400) { bytes in
        guard let head = head(of: bytes) else { return }
        let exchange = HTTPExchange(id: HTTPRequestID(of: head), peer: "192.0.2.1", head: head)
        var response: HTTPResponse
        switch guarded.admit(exchange) {
        case .admitted(let whenOver):
            whenOver?()
            require(isForUs(head), "let in under another name")
            let isOpen = Route(head.path)?.endpoint.isOpen == true
            require(isOpen || hasToken(head), "let in without a token")
            response = HTTPResponse(status: .ok)
        case .answered(let answer):
            response = answer
            require([204, 401, 421].contains(answer.status.code), "\(answer.status.code)")
        }
        guarded.complete(&response, of: exchange)
        for field in response.fields {
            require(field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "field \(field)")
        }
        let allowed = response.fields.values(of: "Access-Control-Allow-Origin")
        require(
            allowed.isEmpty || allowed == [origin] && head.fields.values(of: "Origin") == [origin],
            "open to \(allowed)")
    }

    /// As the parser reads it; nil where it refuses it.
    private static func head(of input: [UInt8]) -> HTTPRequestHead? {
        var lines = input.split(separator: UInt8(ascii: "\n"))
        guard !lines.isEmpty else { return nil }
        lines[0] += Array(" HTTP/1.1".utf8)
        let text: [UInt8] = Array((lines + [[]]).joined(separator: [0x0D, 0x0A])) + [0x0D, 0x0A]
        return Parsed([text[...]], limits: HTTPLimits()).requests.first?.head
    }

    private static let token = "a-token.of~some_length"
    private static let origin = "https://page.example"

    private static let guarded: ServiceGate = {
        do {
            var settings = AccessSettings()
            settings.tokens = try BearerTokens(lines: "other\n\(token)\n")
            settings.hosts = AllowedHosts(names: ["service.example"], isLoopbackOnly: true)
            settings.origins = CrossOrigin(origins: [origin])
            settings.atOnce = 1
            return ServiceGate(settings)
        } catch {
            fatalError("\(error)")
        }
    }()

    /// Whether one of the tokens stands behind the scheme, and nothing else does.
    private static func hasToken(_ head: HTTPRequestHead) -> Bool {
        let values = head.fields.values(of: "Authorization")
        let words = values.first?.split(separator: " ").map(String.init)
        return values.count == 1 && words?.count == 2 && words?[0].lowercased() == "bearer"
            && (words?[1] == token || words?[1] == "other")
    }

    /// Whether the host that is asked is, but for its port, one of the few that are ours.
    private static func isForUs(_ head: HTTPRequestHead) -> Bool {
        var authority = head.fields["Host"]
        if let mark = head.target.firstRange(of: "://"), !head.target.hasPrefix("/") {
            authority = String(head.target[mark.upperBound...].prefix { !"/?".contains($0) })
        }
        guard let authority = authority?.lowercased() else { return true }  // HTTP/1.0 names none.
        if authority.hasPrefix("[::1]") { return true }
        var name = authority.prefix { $0 != ":" }
        if name.hasSuffix(".") { name.removeLast() }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        return name == "service.example" || numbers.last == "localhost"
            || numbers.first == "127" && numbers.count == 4
                && numbers.allSatisfy { UInt8($0) != nil }
    }
}
