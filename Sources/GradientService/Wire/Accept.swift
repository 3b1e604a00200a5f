import HTTP

/// What a client takes: its `Accept` (RFC 9110 §12.5.1).
struct Accept {
    private let ranges: [(name: String, quality: Double)]

    /// Without the field a client takes anything.
    init(_ fields: HTTPFields) {
        ranges = fields.preferences(of: "Accept")
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
            if let found = ranges.first(where: { $0.name == range }) { return found.quality }
        }
        return 0
    }
}

extension HTTPFields {
    /// What a field such as `Accept` lists, in lower case and without other parameters, each with its
    /// quality (RFC 9110 §12.4.2): from 0, not at all, to 1, which it is where nothing sane is said.
    func preferences(of field: String) -> [(name: String, quality: Double)] {
        elements(of: field).compactMap { element in
            let parts = element.split(separator: ";").map { part in
                part.filter { $0 != " " && $0 != "\t" }.lowercased()
            }
            guard let name = parts.first else { return nil }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }
                .flatMap { Double($0.dropFirst(2)) }
            return (name, quality.flatMap { (0...1).contains($0) ? $0 : nil } ?? 1)
        }
    }
}
