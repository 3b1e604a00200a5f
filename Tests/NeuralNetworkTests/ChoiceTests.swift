import Testing

@testable import NeuralNetwork

struct ChoiceTests {
    @Test func `no name stands for two things of a kind`() {
        func check<Thing>(_ choices: [Choice<Thing>]) {
            let names = choices.flatMap { [$0.name] + $0.otherNames }
            #expect(Set(names).count == names.count)
        }
        check(Activation.choices)
        check(Loss.choices)
        check(Initializer.choices)
    }

    @Test func `a setting that is left out has its default`() {
        #expect(Activation.choices.map(\.byDefault).contains(.leakyReLU(slope: 0.01)))
        #expect(Loss.choices.map(\.byDefault).contains(.huber(delta: 1)))
        #expect(
            Loss.choices.map(\.byDefault)
                .contains(.binaryCrossentropy(fromLogits: false, outputs: .sum)))
    }

    @Test func `a setting that is given is in force`() throws {
        let huber = try #require(Loss.choices.first { $0.name == "huber" })
        var values = SettingValues(defaultsOf: huber.settings)
        values.set("delta", to: 0.25)
        #expect(huber.make(values) == .huber(delta: 0.25))
    }

    @Test func `every default is within its range`() {
        let settings =
            Activation.choices.flatMap(\.settings) + Loss.choices.flatMap(\.settings)
            + Initializer.choices.flatMap(\.settings)
            + layerKinds.flatMap { $0.declaration.settings }
        #expect(!settings.isEmpty)
        for setting in settings {
            switch setting.kind {
            case .number(let number, let range): #expect(range.contains(number))
            case .word(let word, let words): #expect(words.contains(word))
            case .integer(let number, let range): #expect(range.contains(number))
            case .integers(let numbers, let counts, let range):
                #expect(numbers?.allSatisfy(range.contains) != false)
                #expect(numbers.map { $0.isEmpty || counts.contains($0.count) } != false)
            case .numbers(let numbers, let counts, let range):
                #expect(numbers?.allSatisfy(range.contains) != false)
                #expect(numbers.map { counts.contains($0.count) } != false)
            case .optionalNumber, .text, .flag, .size, .padding, .seed: break
            }
        }
    }
}
