import JSON

/// One thing that is wrong with a request, and where.
public struct FieldFault: Equatable, Sendable {
    /// Of the field; of the object that has it where its name is very long.
    public let pointer: JSONPointer
    /// What was found and what was expected.
    public let detail: String
    /// What to do about it, where that can be told.
    public let hint: String?

    /// So many bytes of a name are no name of ours, and as many as a refusal is to repeat.
    private static let longestName = 1000

    init(_ pointer: JSONPointer, _ detail: String, hint: String? = nil) {
        self.pointer = pointer.cut(beforeNamesOver: Self.longestName)
        self.detail = detail
        self.hint = hint
    }

    /// A field that its object does not have; says which was probably meant, or where it stands.
    static func unknownField(
        _ name: String, at pointer: JSONPointer, known: [String]
    ) -> FieldFault {
        unknownName(
            "field", name, at: pointer, known: known,
            alsoKnownAs: FieldName.otherNames(of: known), elsewhere: FieldName.place(of: name))
    }

    /// A name that is not one of those there are; says which was probably meant.
    static func unknownName(
        _ what: String, _ name: String, at pointer: JSONPointer, known: [String],
        alsoKnownAs others: [String: String] = [:], elsewhere place: String? = nil
    ) -> FieldFault {
        let meant = others[name.lowercased()] ?? NameSuggestion.nearest(to: name, among: known)
        return FieldFault(
            pointer, "unknown \(what) \(name.quoted)",
            hint: meant.map { "did you mean \($0.quoted)?" } ?? place
                ?? (known.isEmpty ? nil : "known: " + known.joined(separator: ", ")))
    }
}

/// What is wrong with the fields of a request: one fault or more, told together.
public struct InvalidFields: Error, Equatable {
    /// More than a person reads, and few enough that no request makes a large answer of its faults.
    static let maximum = 100
    /// So many are counted; where there are more, a list is not read to its end for them.
    static let counted = 1000

    /// Of very many faults, the first ones.
    public let faults: [FieldFault]
    /// How many there are; from `counted` on there may be more.
    public let count: Int

    /// `untold` faults have been counted and left out already.
    init(_ faults: [FieldFault], untold: Int = 0) {
        self.faults = Array(faults.prefix(Self.maximum))
        count = faults.count + untold
    }

    init(_ fault: FieldFault) {
        self.init([fault])
    }

    /// How many are left out of `faults`.
    var untold: Int { count - faults.count }
}

extension String {
    /// In quotation marks, and cut if it is long: a caller's word inside a message.
    var quoted: String { "\"" + cut(to: 60) + "\"" }

    /// The beginning of a long text. In scalars: of marks, one character can have any number.
    func cut(to length: Int) -> String {
        guard unicodeScalars.count > length else { return self }
        return String(unicodeScalars.prefix(length)) + "…"
    }

    /// With "a" or "an" before it.
    var withArticle: String { (first.map("aeiou".contains) == true ? "an " : "a ") + self }
}
