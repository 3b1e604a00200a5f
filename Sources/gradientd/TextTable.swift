/// Columns of text below their titles, the last one wrapped.
struct TextTable {
    /// A line is no longer than that, where its words allow it.
    static let width = 100
    /// The last column has at least that, however wide the others are.
    private static let leastWidth = 40

    let text: String

    init(_ titles: [String], _ rows: [[String]]) {
        let widths = titles.indices.dropLast().map { column in
            ([titles] + rows).map { $0[column].count }.max()! + 2
        }
        let indentation = widths.reduce(0, +)
        let rest = max(Self.width - indentation, Self.leastWidth)
        func lines(_ row: [String]) -> [String] {
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count)
            }
            let last = wrapped(row[row.count - 1], to: rest)
            let margin = String(repeating: " ", count: indentation)
            return [line + (last.first ?? "")] + last.dropFirst().map { margin + $0 }
        }
        text = ([titles] + rows).flatMap(lines).map { line in
            String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}

/// A text in lines of a width, broken between words.
func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
        if let last = lines.last, last.count + 1 + word.count <= width {
            lines[lines.count - 1] = "\(last) \(word)"
        } else {
            lines.append(String(word))
        }
    }
    return lines
}
