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

/// A field that other libraries and notes call otherwise, or that is looked for in another object.
struct FieldName {
    let name: String
    /// In lower case.
    let otherNames: [String]
    /// Where it stands, for those who put it elsewhere.
    let place: String?

    private init(_ name: String, _ otherNames: [String] = [], place: String? = nil) {
        self.name = name
        self.otherNames = otherNames
        self.place = place
    }

    private static let all = [
        FieldName("layers", place: #"in "network""#),
        FieldName("W", ["weights", "weight", "kernel"]),
        FieldName("b", ["bias", "biases"]),
        FieldName("units", ["neurons", "n_units", "out_features"]),
        FieldName("slope", ["alpha", "negative_slope"]),
        FieldName("X", ["input", "inputs", "x_train"], place: #"in "batch""#),
        FieldName(
            "Y", ["target", "targets", "labels", "y_train", "y_true"], place: #"in "batch""#),
        FieldName("loss", ["loss_function", "criterion"]),
        FieldName("penalty", ["regularization", "regularizer", "weight_decay"]),
        FieldName(
            "learning_rate", ["lr", "alpha", "eta", "step_size"],
            place: #"beside "optimizer" in "training""#),
        FieldName(
            "epochs", ["iterations", "n_iterations", "num_iterations", "n_epochs", "num_epochs"]),
        FieldName("batch_size", ["mini_batch_size", "minibatch_size"]),
        FieldName("epsilon", ["eps"]),
    ]

    /// What an object's fields are called elsewhere.
    static func otherNames(of fields: [String]) -> [String: String] {
        var names: [String: String] = [:]
        for field in all where fields.contains(field.name) {
            for other in field.otherNames { names[other] = field.name }
        }
        return names
    }

    /// In which other object a field stands.
    static func place(of name: String) -> String? {
        let field = all.first {
            $0.place != nil && ($0.name == name || $0.otherNames.contains(name.lowercased()))
        }
        return field.flatMap { field in
            field.place.map { "\(field.name.quoted) stands \($0)" }
        }
    }
}
