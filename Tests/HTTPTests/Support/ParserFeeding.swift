@testable import HTTP

/// What a parser makes of some bytes, so that ways of delivery can be compared.
struct Parsed: Equatable {
    struct Request: Equatable {
        let method: String
        let path: String
        let query: String?
        let body: String
    }

    var requests: [Request] = []
    var error: HTTPParseError?
}

extension HTTPRequestParser {
    mutating func append(_ bytes: some Sequence<UInt8>) {
        Array(bytes).withUnsafeBytes { append($0) }
    }
}

/// Parses the pieces one after the other, as they would come from a socket.
func parse(_ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits()) -> Parsed {
    var parser = HTTPRequestParser(limits: limits)
    var parsed = Parsed()
    do throws(HTTPParseError) {
        for piece in pieces {
            parser.append(piece)
            while let event = try parser.next() {
                guard case .request(let request) = event else { continue }
                parsed.requests.append(
                    .init(
                        method: request.head.method, path: request.head.path,
                        query: request.head.query,
                        body: String(decoding: request.body, as: UTF8.self)))
            }
        }
    } catch {
        parsed.error = error
    }
    return parsed
}

func parse(_ text: String, limits: HTTPLimits = HTTPLimits()) -> Parsed {
    parse([Array(text.utf8)], limits: limits)
}

func parseByteByByte(_ text: String, limits: HTTPLimits = HTTPLimits()) -> Parsed {
    parse(text.utf8.map { [$0] }, limits: limits)
}

/// The head of the first request.
func parseHead(_ text: String) throws -> HTTPRequestHead? {
    var parser = HTTPRequestParser(limits: HTTPLimits())
    parser.append(text.utf8)
    guard case .head(let head) = try parser.next() else { return nil }
    return head
}
