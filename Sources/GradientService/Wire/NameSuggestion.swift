/// Which of the known names a misspelt one was probably meant to be.
enum NameSuggestion {
    /// The known name at the least edit distance, of those where it is small for their length.
    static func nearest(to name: String, among known: [String]) -> String? {
        let name = Array(name.lowercased().unicodeScalars.prefix(64))
        var nearest: (known: String, distance: Int)?
        for known in known {
            let letters = Array(known.lowercased().unicodeScalars)
            // Below its own length, as any one letter is a single change away from any other.
            let limit = min(max(1, letters.count / 3), letters.count - 1)
            guard abs(letters.count - name.count) <= limit else { continue }
            let distance = distance(name, letters)
            if distance <= limit, distance < nearest?.distance ?? .max {
                nearest = (known, distance)
            }
        }
        return nearest?.known
    }

    /// The number of letters to put in, leave out, change or swap with their neighbour (Damerau).
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var (beforeLast, last) = ([Int](), Array(0...b.count))
        var row = last
        for i in a.indices {
            row[0] = i + 1
            for j in b.indices {
                row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
                }
            }
            (beforeLast, last, row) = (last, row, beforeLast.isEmpty ? row : beforeLast)
        }
        return last[b.count]
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
