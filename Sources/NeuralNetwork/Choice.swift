/// One of the things that a caller chooses by name: an activation, a loss, an initializer, an
/// optimizer. The decoder, its messages and the tests all read these declarations.
public final class Choice<Value: Sendable>: Sendable {
    /// The name on the wire, which is Keras's.
    public let name: String
    /// What other libraries call the same thing; refused, with the right name as a hint.
    public let otherNames: [String]
    /// What a caller may set.
    public let settings: [Setting]
    /// What is wrong with values that are each within its range, and with which setting; nil where
    /// nothing is.
    public let check: @Sendable (SettingValues) -> (setting: String, detail: String)?
    /// The thing itself, from a value for each setting.
    public let make: @Sendable (SettingValues) -> Value

    public init(
        _ name: String, otherNames: [String] = [], settings: [Setting] = [],
        check: @escaping @Sendable (SettingValues) -> (setting: String, detail: String)? = { _ in
            nil
        },
        make: @escaping @Sendable (SettingValues) -> Value
    ) {
        self.name = name
        self.otherNames = otherNames
        self.settings = settings
        self.check = check
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
        /// A number that has no default, and is not there when it is left out.
        case optionalNumber(in: ClosedRange<Double>)
        /// So many numbers; nil for required.
        case numbers(default: [Double]?, counts: ClosedRange<Int>, in: ClosedRange<Double>)
        case flag(default: Bool)
        case word(default: String, among: [String])
        /// Any text, which its user looks up among names that only a whole request tells.
        case text(default: String)
        /// A whole number without a default: required, of a layer where its arrays are not given.
        case size(in: ClosedRange<Int>)
        /// A whole number.
        case integer(default: Int, in: ClosedRange<Int>)
        /// One whole number, or one for each of `counts` axes; nil for required, as a size.
        case integers(default: [Int]?, counts: ClosedRange<Int>, in: ClosedRange<Int>)
        /// `valid`, `same`, or whole numbers: one, one for each axis, or one for each side.
        case padding
        /// A seed of a generator; nil where none is given.
        case seed
    }

    public let name: String
    public let kind: Kind
    /// What Keras and PyTorch take by default, as text, where one of them takes something else.
    public private(set) var elsewhere: (keras: String, pytorch: String)?
    /// What a number is by default where the choice's `style` is another than its default.
    public private(set) var styled: [String: Double] = [:]
    /// The styles that have the setting; nil for all.
    public private(set) var styles: [String]?

    init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// The same setting, with what the other two take by default.
    public func elsewhere(keras: String, pytorch: String) -> Setting {
        var setting = self
        setting.elsewhere = (keras, pytorch)
        return setting
    }

    /// The same setting, a number, with another default where `style` is this one.
    public func inStyle(_ style: String, default value: Double) -> Setting {
        var setting = self
        setting.styled[style] = value
        return setting
    }

    /// The same setting, which only some styles have.
    public func only(in styles: String...) -> Setting {
        var setting = self
        setting.styles = styles
        return setting
    }

    /// Whether it has a meaning beside the others' values.
    public func isIn(_ values: SettingValues) -> Bool {
        guard let styles, let style = values.word("style") else { return true }
        return styles.contains(style)
    }

    /// Whether it has no default and must be given; of a layer where arrays are drawn, and not
    /// beside them.
    public var isSize: Bool {
        switch kind {
        case .size: true
        case .integers(let value, _, _): value == nil
        case .numbers(let value, _, _): value == nil
        default: false
        }
    }

    public static func size(_ name: String, in range: ClosedRange<Int>) -> Setting {
        Setting(name: name, kind: .size(in: range))
    }

    public static func integer(
        _ name: String, default value: Int, in range: ClosedRange<Int>
    ) -> Setting {
        Setting(name: name, kind: .integer(default: value, in: range))
    }

    public static func integers(
        _ name: String, default value: [Int]?, counts: ClosedRange<Int>,
        in range: ClosedRange<Int>
    ) -> Setting {
        Setting(name: name, kind: .integers(default: value, counts: counts, in: range))
    }

    public static func padding(_ name: String) -> Setting {
        Setting(name: name, kind: .padding)
    }

    public static func seed(_ name: String) -> Setting {
        Setting(name: name, kind: .seed)
    }

    public static func number(
        _ name: String, default value: Double, in range: ClosedRange<Double>
    ) -> Setting {
        Setting(name: name, kind: .number(default: value, in: range))
    }

    public static func optionalNumber(_ name: String, in range: ClosedRange<Double>) -> Setting {
        Setting(name: name, kind: .optionalNumber(in: range))
    }

    public static func numbers(
        _ name: String, default value: [Double]?, counts: ClosedRange<Int>,
        in range: ClosedRange<Double>
    ) -> Setting {
        Setting(name: name, kind: .numbers(default: value, counts: counts, in: range))
    }

    public static func text(_ name: String, default value: String) -> Setting {
        Setting(name: name, kind: .text(default: value))
    }

    public static func flag(_ name: String, default value: Bool) -> Setting {
        Setting(name: name, kind: .flag(default: value))
    }

    /// A setting that takes one of an enumeration's names.
    public static func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, default value: Word
    ) -> Setting where Word.RawValue == String {
        word(name, default: value, among: Array(Word.allCases))
    }

    /// A setting that takes some of an enumeration's names.
    public static func word<Word: RawRepresentable>(
        _ name: String, default value: Word, among words: [Word]
    ) -> Setting where Word.RawValue == String {
        Setting(
            name: name, kind: .word(default: value.rawValue, among: words.map(\.rawValue)))
    }
}

/// A value for each setting of a choice.
public struct SettingValues: Sendable {
    private enum Value {
        case number(Double)
        case flag(Bool)
        case word(String)
        case integers([Int])
        case numbers([Double])
    }

    private struct Entry {
        let name: String
        var value: Value
        var isGiven: Bool
        /// A number's defaults in styles that are not the default.
        var styled: [String: Double] = [:]
    }

    /// A list, as a choice has few settings and most have none.
    private var entries: [Entry] = []

    /// The value of every setting that is left out.
    public init(defaultsOf settings: [Setting]) {
        for setting in settings {
            guard let value = Self.byDefault(setting.kind) else { continue }
            entries.append(
                Entry(
                    name: setting.name, value: value, isGiven: false, styled: setting.styled))
        }
    }

    private static func byDefault(_ kind: Setting.Kind) -> Value? {
        switch kind {
        case .number(let value, _): .number(value)
        case .flag(let value): .flag(value)
        case .numbers(let value, _, _): value.map(Value.numbers)
        case .word(let value, _), .text(let value): .word(value)
        case .integer(let value, _): .integers([value])
        case .integers(let value, _, _): value.map(Value.integers)
        case .padding: .word("valid")
        case .optionalNumber, .size, .seed: nil
        }
    }

    public mutating func set(_ name: String, to value: Double) { set(name, .number(value)) }
    public mutating func set(_ name: String, to value: Bool) { set(name, .flag(value)) }
    public mutating func set(_ name: String, to value: String) { set(name, .word(value)) }
    public mutating func set(_ name: String, to value: [Int]) { set(name, .integers(value)) }
    public mutating func set(_ name: String, to value: [Double]) { set(name, .numbers(value)) }

    private mutating func set(_ name: String, _ value: Value) {
        guard let index = entries.firstIndex(where: { $0.name == name }) else {
            return entries.append(Entry(name: name, value: value, isGiven: true))
        }
        entries[index].value = value
        entries[index].isGiven = true
    }

    private func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

    /// Whether a setting was given, and is not there by default.
    public func isGiven(_ name: String) -> Bool { entry(name)?.isGiven == true }

    /// The value of a number setting that the choice declares; its default is that of the style.
    public func number(_ name: String) -> Double {
        if let entry = entry(name), !entry.isGiven, !entry.styled.isEmpty,
            let style = word("style"), let value = entry.styled[style]
        {
            return value
        }
        return givenNumber(name)!
    }
    /// The value of a number setting that may not be there.
    public func givenNumber(_ name: String) -> Double? {
        if case .number(let value) = entry(name)?.value { value } else { nil }
    }
    /// The value of a setting that is so many numbers; nil for one that is required and missing.
    public func givenNumbers(_ name: String) -> [Double]? {
        if case .numbers(let value) = entry(name)?.value { value } else { nil }
    }
    /// Whether the choice declares such a flag.
    public func hasFlag(_ name: String) -> Bool { givenFlag(name) != nil }
    /// The value of a flag that the choice declares.
    public func flag(_ name: String) -> Bool { givenFlag(name)! }
    /// The value of a setting that takes a text, or one of a few words, as its word.
    public func text(_ name: String) -> String { word(name)! }
    /// The word of a padding; nil where it is numbers.
    public func word(_ name: String) -> String? {
        if case .word(let value) = entry(name)?.value { value } else { nil }
    }
    /// The value of a setting that is a whole number.
    public func integer(_ name: String) -> Int { givenIntegers(name)![0] }
    /// The value of a setting that is whole numbers.
    public func integers(_ name: String) -> [Int] { givenIntegers(name)! }
    /// The numbers of a setting that may be without any: a padding that is a word, a size or a seed
    /// that was not given.
    public func givenIntegers(_ name: String) -> [Int]? {
        if case .integers(let value) = entry(name)?.value { value } else { nil }
    }
    /// A size; 1 where arrays were given instead, or it is at fault.
    public func size(_ name: String) -> Int { givenIntegers(name)?[0] ?? 1 }
    /// The value of a setting that takes one of an enumeration's names.
    public func word<Word: RawRepresentable>(_ name: String, as: Word.Type = Word.self) -> Word
    where Word.RawValue == String {
        Word(rawValue: text(name))!
    }

    private func givenFlag(_ name: String) -> Bool? {
        if case .flag(let value) = entry(name)?.value { value } else { nil }
    }
}
