/// Which of the known names a misspelt one was probably meant to be.
enum NameSuggestion {
    /// The known name at the least edit distance, if that is small for its length.
    static func nearest(to name: String, among known: [String]) -> String? {
        let name = Array(name.lowercased().prefix(64))
        let ranked = known.map { (known: $0, distance: distance(name, Array($0.lowercased()))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        // Below the name's own length, as any one letter is a single change away from any other.
        let limit = min(max(1, best.known.count / 3), best.known.count - 1)
        return best.distance <= limit ? best.known : nil
    }

    /// The number of letters to put in, leave out, change or swap with their neighbour (Damerau).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var rows = [Array(0...b.count)]
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(
                    rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, rows[i - 1][j - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
