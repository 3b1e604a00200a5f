import HTTP

/// The tokens that let a caller in (RFC 6750): any one of them does.
public struct BearerTokens: Sendable, Equatable {
    /// What is wrong with a list of tokens. It never quotes one.
    public enum Fault: Error, Equatable {
        case empty
        /// A token holds something else than letters, digits and `-._~+/=`.
        case notAToken(line: Int)
    }

    private let tokens: [[UInt8]]

    /// The tokens of a text, one a line; white space around them, empty lines and lines that begin
    /// with `#` do not count.
    public init(lines text: String) throws(Fault) {
        var tokens: [[UInt8]] = []
        // By bytes: as a character, CR LF is one, and no line feed.
        let lines = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let token = Array(line.trimming { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D })
            if token.isEmpty || token.first == UInt8(ascii: "#") { continue }
            guard token.allSatisfy(\.isToken68Character) else { throw .notAToken(line: index + 1) }
            tokens.append(token)
        }
        guard !tokens.isEmpty else { throw .empty }
        self.tokens = tokens
    }

    public var count: Int { tokens.count }

    /// Which of the tokens a head brings; refuses a head that brings none, another or two.
    func caller(of head: HTTPRequestHead) throws(AccessError) -> Int {
        let values = head.fields.values(of: "Authorization")
        guard let value = values.first else { throw .noToken }
        let scheme = "bearer "
        guard values.count == 1, value.prefix(scheme.count).lowercased() == scheme,
            let index = index(of: value.dropFirst(scheme.count).utf8.trimming { $0 == 0x20 })
        else { throw .wrongToken }
        return index
    }

    /// Which token this is. The time that it takes tells nothing of how much of one was right:
    /// each is compared to its end, and all of them are.
    func index(of candidate: some Collection<UInt8>) -> Int? {
        let candidate = Array(candidate)
        var found = -1
        for (index, token) in tokens.enumerated() {
            let isEqual = Self.areEqual(token, candidate)
            found = isEqual ? index : found
        }
        return found < 0 ? nil : found
    }

    /// Looks at every byte of the token, whatever the other is.
    @inline(never)
    private static func areEqual(_ token: [UInt8], _ candidate: [UInt8]) -> Bool {
        var difference = UInt64(truncatingIfNeeded: token.count ^ candidate.count)
        for index in token.indices {
            let other = candidate.isEmpty ? 0 : candidate[index % candidate.count]
            difference |= UInt64(token[index] ^ other)
        }
        return difference == 0
    }
}

extension BearerTokens.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "there is no token in it"
        case .notAToken(let line):
            "line \(line) is no token: letters, digits and -._~+/= are what one is made of"
        }
    }
}

extension BidirectionalCollection {
    fileprivate func trimming(_ isTrimmed: (Element) -> Bool) -> SubSequence {
        guard let first = firstIndex(where: { !isTrimmed($0) }),
            let last = lastIndex(where: { !isTrimmed($0) })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
