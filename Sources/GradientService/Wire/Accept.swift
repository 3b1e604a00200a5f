import HTTP

/// What a client takes: its `Accept` (RFC 9110 §12.5.1).
struct Accept {
    private let ranges: [(type: String, quality: Double)]

    /// Without the field a client takes anything.
    init(_ fields: HTTPFields) {
        ranges = fields.elements(of: "Accept").compactMap { element in
            let parts = element.split(separator: ";").map { part in
                part.filter { $0 != " " && $0 != "\t" }.lowercased()
            }
            guard let type = parts.first else { return nil }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }
                .flatMap { Double($0.dropFirst(2)) }
            // What is no quality says nothing.
            return (type, quality.flatMap { (0...1).contains($0) ? $0 : nil } ?? 1)
        }
    }

    /// The one that it would rather have, the first of equals; nil where it takes none of them.
    func best(of offers: [String]) -> String? {
        guard !ranges.isEmpty else { return offers.first }
        var best: (offer: String, quality: Double)?
        for offer in offers {
            let quality = quality(of: offer)
            if quality > best?.quality ?? 0 { best = (offer, quality) }
        }
        return best?.offer
    }

    /// By the most specific range that it is in.
    private func quality(of offer: String) -> Double {
        let major = offer.prefix { $0 != "/" }
        for range in [offer, "\(major)/*", "*/*"] {
            if let found = ranges.first(where: { $0.type == range }) { return found.quality }
        }
        return 0
    }
}
