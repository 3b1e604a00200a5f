/// A media type (RFC 9110 §8.3.1), as far as it takes to know JSON.
struct MediaType {
    private let essence: String
    private let charset: String?

    init?(_ text: String) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
            .map { $0.trimming { $0 == " " || $0 == "\t" }.lowercased() }
        guard let first = parts.first, first.contains("/") else { return nil }
        essence = first
        charset = parts.dropFirst().first { $0.hasPrefix("charset=") }
            .map { $0.dropFirst("charset=".count).trimming { $0 == "\"" }.lowercased() }
    }

    /// JSON is UTF-8 (RFC 8259 §8.1); another charset would be another text.
    var isJSON: Bool {
        essence == "application/json" && (charset == nil || charset == "utf-8")
    }
}

extension Substring {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
        var text = drop(while: isTrimmed)
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }
}
