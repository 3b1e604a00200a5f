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
                let settings = read(choice.settings, from: &reader)
                _ = try reader.finish(choice)
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
        var others: [String: String] = [:]
        for choice in choices {
            for other in choice.otherNames { others[other] = choice.name }
        }
        throw InvalidFields(
            .unknownName(
                what, name, at: cursor.pointer, known: choices.map(\.name), alsoKnownAs: others))
    }

    private static func read(
        _ settings: [Setting], from reader: inout FieldReader
    ) -> SettingValues {
        var values = SettingValues(defaultsOf: settings)
        for setting in settings {
            switch setting.kind {
            case .number(_, let range):
                let value = reader.optional(setting.name, FieldDecoder<Double>.number(in: range))
                if let value { values.set(setting.name, to: value) }
            case .flag:
                let value = reader.optional(setting.name, FieldDecoder<Bool>.flag)
                if let value { values.set(setting.name, to: value) }
            case .word(_, let words):
                let value = reader.optional(
                    setting.name, FieldDecoder<String>.word(setting.name, among: words))
                if let value { values.set(setting.name, to: value) }
            }
        }
        return values
    }
}

extension JSONWriter {
    /// Writes a thing as a request may give it: its bare name, or an object with all settings.
    mutating func field<Thing>(_ name: String, _ chosen: Chosen<Thing>) {
        if chosen.choice.settings.isEmpty { return field(name, chosen.choice.name) }
        object(name) { writer in
            writer.field("type", chosen.choice.name)
            for setting in chosen.choice.settings {
                switch setting.kind {
                case .number: writer.field(setting.name, chosen.settings.number(setting.name))
                case .flag: writer.field(setting.name, chosen.settings.flag(setting.name))
                case .word: writer.field(setting.name, chosen.settings.text(setting.name))
                }
            }
        }
    }
}
