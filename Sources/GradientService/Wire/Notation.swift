import NeuralNetwork

/// How tensors are written: `{"convention": "cost", "layout": "pytorch"}`.
struct Notation {
    let convention: Convention
    let layout: Layout

    /// What is meant where nothing is said.
    static let standard = Notation(convention: .loss, layout: .course)
}

extension FieldDecoder where Value == Notation {
    static var notation: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            var reader = try FieldReader(cursor)
            let standard = Notation.standard
            let convention: Convention? = reader.optional(
                "convention", .word("convention"), default: standard.convention)
            let layout: Layout? = reader.optional(
                "layout", .word("layout"), default: standard.layout)
            let (conventionRead, layoutRead) = try reader.finish(convention, layout)
            return Notation(convention: conventionRead, layout: layoutRead)
        }
    }
}
