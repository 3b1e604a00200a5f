@testable import HTTP

extension FuzzTarget {
    /// The decoder of gzip: what it takes it takes whole, and by the limit alone is anything refused
    /// that is taken without.
    static let contentCoding = FuzzTarget(name: "content-coding", longest: 400) { bytes in
        guard let content = decoded(bytes, limit: generous).content else { return }
        require(decoded(bytes, limit: content.count).content == content, "refused at its own size")
        require(decoded(Array(bytes.dropLast()), limit: generous).content != content, "taken cut")
        // Members may stand in a row, and mean what they mean together.
        require(
            decoded(bytes + bytes, limit: 2 * generous).content == content + content,
            "two members are not one text")
        guard !content.isEmpty else { return }
        require(
            decoded(bytes, limit: content.count - 1)
                == .refused(.message(.bodyTooLarge(size: nil, limit: content.count - 1))),
            "more than the limit")
    }

    private enum Decoded: Equatable {
        case taken([UInt8])
        case refused(HTTPError)

        var content: [UInt8]? {
            if case .taken(let content) = self { content } else { nil }
        }
    }

    /// Twice what 400 bytes can be unpacked to, as deflate makes 1032 of one at most.
    private static let generous = 1 << 20

    private static func decoded(_ bytes: [UInt8], limit: Int) -> Decoded {
        do throws(HTTPError) {
            return .taken(try HTTPContentCoding.gzip.decoded(bytes, limit: limit))
        } catch {
            return .refused(error)
        }
    }
}
