import JSON
import NeuralNetwork

/// A thing that a caller chose, with the settings in force.
struct Chosen<Value: Sendable>: Sendable {
    let choice: Choice<Value>
    let settings: SettingValues

    var value: Value { choice.make(settings) }
}

extension FieldDecoder {
    /// A thing by its bare name, `"relu"`, or with settings, `{"type": "huber", "delta": 0.5}`.
    static func choice<Thing>(
        _ what: String, among choices: [Choice<Thing>]
    ) -> FieldDecoder where Value == Chosen<Thing> {
        FieldDecoder { (cursor) throws(InvalidFields) in
            switch cursor.kind {
            case .string:
                let choice = try find(what, among: choices, named: cursor)
                let missing = choice.settings.filter(\.isSize)
                if !missing.isEmpty {
                    throw InvalidFields(
                        missing.map {
                            FieldFault(
                                cursor.pointer, "\($0.name.quoted) is missing",
                                hint: "\(choice.name) is an object with its settings: "
                                    + "{\"type\": \(choice.name.quoted), \($0.name.quoted): …}")
                        })
                }
                return Chosen(choice: choice, settings: SettingValues(defaultsOf: choice.settings))
            case .object:
                var reader = try FieldReader(cursor)
                let name = reader.required(
                    "type",
                    FieldDecoder<Choice<Thing>> { (cursor) throws(InvalidFields) in
                        try find(what, among: choices, named: cursor)
                    })
                // Without its type nothing can be said of an object's other fields.
                guard let choice = name else { throw InvalidFields(reader.faults) }
                let settings = reader.settings(choice.settings)
                for setting in choice.settings where setting.isSize && !reader.has(setting.name) {
                    reader.refuse(missing: setting.name)
                }
                _ = try reader.finish(choice)
                if let (setting, detail) = choice.check(settings) {
                    throw InvalidFields(FieldFault(reader.pointer.appending(setting), detail))
                }
                return Chosen(choice: choice, settings: settings)
            default:
                throw InvalidFields(
                    FieldFault(
                        cursor.pointer,
                        "expected the name of \(what.withArticle), or an object with its \"type\", "
                            + "found \(cursor.kind)"))
            }
        }
    }

    private static func find<Thing>(
        _ what: String, among choices: [Choice<Thing>], named cursor: JSONCursor
    ) throws(InvalidFields) -> Choice<Thing> {
        let name = try FieldDecoder<String>.text.decode(cursor)
        if let choice = choices.first(where: { $0.name == name }) { return choice }
        if what == "activation", layerKinds.contains(where: { $0.declaration.name == name }) {
            throw InvalidFields(
                FieldFault(
                    cursor.pointer, "unknown activation \(name.quoted)",
                    hint: "it is a layer of its own: {\"type\": \(name.quoted)}"))
        }
        var others: [String: String] = [:]
        for choice in choices {
            for other in choice.otherNames { others[other] = choice.name }
        }
        throw InvalidFields(
            .unknownName(
                what, name, at: cursor.pointer, known: choices.map(\.name), alsoKnownAs: others))
    }
}

extension FieldReader {
    /// The values of declared settings, each its default where it is left out or at fault.
    mutating func settings(_ settings: [Setting]) -> SettingValues {
        var values = SettingValues(defaultsOf: settings)
        for setting in settings {
            let name = setting.name
            switch setting.kind {
            case .number(_, let range):
                let value = optional(name, FieldDecoder<Double>.number(in: range))
                if let value { values.set(name, to: value) }
            case .optionalNumber(let range):
                let value = optional(name, FieldDecoder<Double>.number(in: range))
                if let value { values.set(name, to: value) }
            case .numbers(_, let counts, let range):
                let value = optional(name, .numbers(counts, in: range))
                if let value { values.set(name, to: value) }
            case .text:
                let value = optional(name, FieldDecoder<String>.text)
                if let value { values.set(name, to: value) }
            case .flag:
                let value = optional(name, FieldDecoder<Bool>.flag)
                if let value { values.set(name, to: value) }
            case .word(_, let words):
                let value = optional(name, FieldDecoder<String>.word(name, among: words))
                if let value { values.set(name, to: value) }
            case .size(let range), .integer(_, let range):
                let value = optional(name, FieldDecoder<Int>.integer(in: range))
                if let value { values.set(name, to: [value]) }
            case .integers(_, let counts, let range):
                let value = optional(name, .integers(counts, in: range))
                if let value { values.set(name, to: value) }
            case .padding:
                switch optional(name, .padding) {
                case .word(let word): values.set(name, to: word)
                case .numbers(let numbers): values.set(name, to: numbers)
                case nil: break
                }
            case .seed:
                let value = optional(name, FieldDecoder<UInt32>.seed)
                if let value { values.set(name, to: [Int(value)]) }
            }
        }
        for setting in settings where values.isGiven(setting.name) && !setting.isIn(values) {
            let styles = (setting.styles ?? []).map(\.quoted).joined(separator: " and ")
            refuse(
                FieldFault(
                    pointer.appending(setting.name),
                    "\(setting.name.quoted) is not a setting of style "
                        + values.text("style").quoted,
                    hint: "it is one of \(styles)"))
        }
        return values
    }
}

extension FieldDecoder where Value == [Int] {
    /// A whole number, or a list of so many.
    static func integers(_ counts: ClosedRange<Int>, in range: ClosedRange<Int>) -> FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            let one = FieldDecoder<Int>.integer(in: range)
            guard cursor.kind == .array else { return [try one.decode(cursor)] }
            let values = try FieldDecoder<[Int]>.list(of: one).decode(cursor)
            try refuse(values.count, unlessIn: counts, at: cursor.pointer)
            return values
        }
    }
}

extension FieldDecoder where Value == [Double] {
    /// A list of so many numbers.
    static func numbers(
        _ counts: ClosedRange<Int>, in range: ClosedRange<Double>
    ) -> FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            let one = FieldDecoder<Double>.number(in: range)
            let values = try FieldDecoder<[Double]>.list(of: one).decode(cursor)
            try refuse(values.count, unlessIn: counts, at: cursor.pointer)
            return values
        }
    }
}

/// Refuses a list that has too many numbers, or too few.
private func refuse(
    _ count: Int, unlessIn counts: ClosedRange<Int>, at pointer: JSONPointer
) throws(InvalidFields) {
    guard !counts.contains(count) else { return }
    throw InvalidFields(
        FieldFault(
            pointer,
            "has \(count.counted("number")), expected "
                + (counts.count == 1
                    ? "\(counts.lowerBound)"
                    : "\(counts.lowerBound) to \(counts.upperBound)")))
}

/// The padding of a window, as a caller gives it.
enum WirePadding {
    case word(String)
    case numbers([Int])
}

extension FieldDecoder where Value == WirePadding {
    static var padding: FieldDecoder {
        FieldDecoder { (cursor) throws(InvalidFields) in
            if cursor.kind == .string {
                let word = FieldDecoder<String>.word("padding", among: ["valid", "same"])
                return .word(try word.decode(cursor))
            }
            return .numbers(
                try FieldDecoder<[Int]>.integers(1...4, in: 0...65536).decode(cursor))
        }
    }
}

extension JSONWriter {
    /// Writes a thing as a request may give it: its bare name, or an object with all settings.
    mutating func field<Thing>(_ name: String, _ chosen: Chosen<Thing>) {
        if chosen.choice.settings.isEmpty { return field(name, chosen.choice.name) }
        object(name) { writer in
            writer.field("type", chosen.choice.name)
            writer.fields(chosen.choice.settings, chosen.settings)
        }
    }

    /// Writes settings as a request may give them; a size or a seed that was not given is left out.
    mutating func fields(_ settings: [Setting], _ values: SettingValues) {
        for setting in settings where setting.isIn(values) {
            let name = setting.name
            switch setting.kind {
            case .number: field(name, values.number(name))
            case .flag: field(name, values.flag(name))
            case .word, .text: field(name, values.text(name))
            case .optionalNumber:
                if let number = values.givenNumber(name) { field(name, number) }
            case .numbers:
                if let numbers = values.givenNumbers(name) { field(name, list: numbers) }
            case .integer: field(name, values.integer(name))
            case .padding:
                if let word = values.word(name) { field(name, word) } else { fallthrough }
            case .size, .integers, .seed:
                guard let numbers = values.givenIntegers(name), let first = numbers.first else {
                    continue
                }
                if numbers.count == 1 { field(name, first) } else { field(name, numbers) }
            }
        }
    }
}
