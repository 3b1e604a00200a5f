/// Sentences by name, of a text in which a name stands in a line, and its sentence below it, indented.
struct Sentences {
    private var sentences: [String: String] = [:]

    init(_ text: String) {
        var name = ""
        for line in text.split(separator: "\n") {
            guard line.hasPrefix(" ") else {
                name = String(line)
                continue
            }
            let words = line.drop { $0 == " " }
            sentences[name] = sentences[name].map { $0 + " " + words } ?? String(words)
        }
    }

    var names: Set<String> { Set(sentences.keys) }
    subscript(name: String) -> String? { sentences[name] }
}
