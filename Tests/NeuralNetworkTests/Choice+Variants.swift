import NeuralNetwork
import Testing

/// A value and the name that a failing test shows.
struct Named<Value: Sendable>: Sendable, CustomTestStringConvertible {
    let name: String
    let value: Value

    var testDescription: String { name }
}

extension Choice {
    /// The thing with every combination of its settings: of flags and words every value, of numbers
    /// the default and one more. Of more than three settings, each by itself and all at once. The
    /// first is the thing by default.
    var variants: [Named<Value>] {
        var combinations = [(name: name, values: SettingValues(defaultsOf: settings))]
        for setting in settings {
            let others = settings.count > 3 ? [combinations[0]] : combinations
            combinations += others.flatMap { setting.changes(of: $0) }
        }
        if settings.count > 3 {
            combinations += settings.reduce([combinations[0]]) { combinations, setting in
                combinations.flatMap { setting.changes(of: $0) }
            }
        }
        return combinations.map { Named(name: $0.name, value: make($0.values)) }
    }
}

extension Setting {
    /// A combination of settings with this one changed to each of its other values.
    fileprivate func changes(
        of combination: (name: String, values: SettingValues)
    ) -> [(name: String, values: SettingValues)] {
        otherValues.map { value in
            var values = combination.values
            value.set(&values)
            return (combination.name + " " + value.name, values)
        }
    }

    /// Values that are not the default, and how they are set.
    private var otherValues: [(name: String, set: (inout SettingValues) -> Void)] {
        switch kind {
        case .number(let number, let range):
            // 0.25 of a slope from 0 to 1, 0.75 of an alpha or a delta that is 1 by default; of what
            // is 0.25 by default, 0.75.
            let width = min(range.upperBound, 2 * number + 1) - range.lowerBound
            let quarter = range.lowerBound + width / 4
            let other = quarter == number ? range.lowerBound + width * 3 / 4 : quarter
            return [("\(name)=\(other)", { $0.set(name, to: other) })]
        case .flag(let flag):
            return [("\(name)=\(!flag)", { $0.set(name, to: !flag) })]
        case .word(let word, let words):
            return words.filter { $0 != word }.map { word in
                ("\(name)=\(word)", { $0.set(name, to: word) })
            }
        case .numbers, .optionalNumber, .text, .size, .integer, .integers, .padding, .seed:
            return []  // Of layers and schedules only, whose tests set them.
        }
    }
}

/// Every activation, by default and with other settings.
let activations = Activation.choices.flatMap(\.variants)
/// Every loss, by default and with other settings.
let losses = Loss.choices.flatMap(\.variants)
