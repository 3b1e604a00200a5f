/// One of the things that a caller chooses by name: an activation, a loss, an initializer, an
/// optimizer. The decoder, its messages and the tests all read these declarations.
public struct Choice<Value: Sendable>: Sendable {
    /// The name on the wire, which is Keras's.
    public let name: String
    /// What other libraries call the same thing; refused, with the right name as a hint.
    public let otherNames: [String]
    /// What a caller may set.
    public let settings: [Setting]
    /// The thing itself, from a value for each setting.
    public let make: @Sendable (SettingValues) -> Value

    public init(
        _ name: String, otherNames: [String] = [], settings: [Setting] = [],
        make: @escaping @Sendable (SettingValues) -> Value
    ) {
        self.name = name
        self.otherNames = otherNames
        self.settings = settings
        self.make = make
    }

    /// The thing as it is when its bare name is given.
    public var byDefault: Value { make(SettingValues(defaultsOf: settings)) }
}

/// Something that a caller may set, with its default.
public struct Setting: Sendable {
    /// What values a setting may have, and which it has when it is left out.
    public enum Kind: Sendable {
        case number(default: Double, in: ClosedRange<Double>)
        case flag(default: Bool)
        case word(default: String, among: [String])
    }

    public let name: String
    public let kind: Kind

    public static func number(
        _ name: String, default value: Double, in range: ClosedRange<Double>
    ) -> Setting {
        Setting(name: name, kind: .number(default: value, in: range))
    }

    public static func flag(_ name: String, default value: Bool) -> Setting {
        Setting(name: name, kind: .flag(default: value))
    }

    /// A setting that takes one of an enumeration's names.
    public static func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, default value: Word
    ) -> Setting where Word.RawValue == String {
        Setting(
            name: name,
            kind: .word(default: value.rawValue, among: Word.allCases.map(\.rawValue)))
    }
}

/// A value for each setting of a choice.
public struct SettingValues: Sendable {
    private var numbers: [String: Double] = [:]
    private var flags: [String: Bool] = [:]
    private var words: [String: String] = [:]

    /// The value of every setting that is left out.
    public init(defaultsOf settings: [Setting]) {
        for setting in settings {
            switch setting.kind {
            case .number(let value, _): numbers[setting.name] = value
            case .flag(let value): flags[setting.name] = value
            case .word(let value, _): words[setting.name] = value
            }
        }
    }

    public mutating func set(_ name: String, to value: Double) { numbers[name] = value }
    public mutating func set(_ name: String, to value: Bool) { flags[name] = value }
    public mutating func set(_ name: String, to value: String) { words[name] = value }

    /// The value of a number setting that the choice declares.
    public func number(_ name: String) -> Double { numbers[name]! }
    /// The value of a flag that the choice declares.
    public func flag(_ name: String) -> Bool { flags[name]! }
    /// The value of a setting that takes one of a few words, as its word.
    public func text(_ name: String) -> String { words[name]! }
    /// The value of a setting that takes one of an enumeration's names.
    public func word<Word: RawRepresentable>(_ name: String, as: Word.Type = Word.self) -> Word
    where Word.RawValue == String {
        Word(rawValue: text(name))!
    }
}
