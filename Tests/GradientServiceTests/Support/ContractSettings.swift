import NeuralNetwork
import Testing

@testable import GradientService

extension ContractText {
    /// Expects a declared setting among these properties, with its kind, its default and its range.
    func expect(_ setting: Setting, of thing: String) throws {
        let property = try block(setting.name)
        let name = "\(thing).\(setting.name)"
        switch setting.kind {
        case .number(let standard, let range):
            #expect(property.value("type") == "number", "\(name)")
            #expect(property.number("default") == standard, "\(name)")
            #expect(property.number("minimum") == range.lowerBound, "\(name)")
            #expect(property.number("maximum") == range.upperBound, "\(name)")
        case .optionalNumber(let range):
            #expect(property.value("type") == "number", "\(name)")
            #expect(property.number("default") == nil, "\(name)")
            #expect(property.number("minimum") == range.lowerBound, "\(name)")
            #expect(property.number("maximum") == range.upperBound, "\(name)")
        case .numbers(_, let counts, let range):
            let items = try property.block("items")
            #expect(items.value("type") == "number", "\(name)")
            #expect(items.number("minimum") == range.lowerBound, "\(name)")
            #expect(items.number("maximum") == range.upperBound, "\(name)")
            #expect(property.number("minItems") == Double(counts.lowerBound), "\(name)")
            #expect(property.number("maxItems") == Double(counts.upperBound), "\(name)")
        case .text(let standard):
            #expect(property.value("type") == "string", "\(name)")
            #expect(property.value("default") == standard, "\(name)")
        case .flag(let standard):
            #expect(property.value("type") == "boolean", "\(name)")
            #expect(property.value("default") == "\(standard)", "\(name)")
        case .word(let standard, let words):
            #expect(property.value("default") == standard, "\(name)")
            #expect(try property.list("enum") == words, "\(name)")
        case .size(let range):
            property.expectInteger(nil, in: range, name)
        case .integer(let standard, let range):
            property.expectInteger(standard, in: range, name)
        case .integers(let standard, let counts, let range):
            let form = try property.references.first.map(ContractText.schema) ?? property
            form.expectIntegers(counts, in: range, name)
            #expect(property.number("default") == standard?.first.map(Double.init), "\(name)")
        case .padding:
            #expect(property.references == ["Padding"], "\(name)")
            #expect(property.value("default") == "valid", "\(name)")
        case .seed:
            #expect(property.references == ["Seed"], "\(name)")
        }
    }

    private func expectInteger(_ standard: Int?, in range: ClosedRange<Int>, _ name: String) {
        #expect(value("type") == "integer", "\(name)")
        #expect(number("default") == standard.map(Double.init), "\(name)")
        #expect(number("minimum") == Double(range.lowerBound), "\(name)")
        #expect(number("maximum") == Double(range.upperBound), "\(name)")
    }

    /// One whole number, or a list of so many.
    private func expectIntegers(
        _ counts: ClosedRange<Int>, in range: ClosedRange<Int>, _ name: String
    ) {
        let own = "minimum: \(range.lowerBound), maximum: \(range.upperBound)}"
        let lines = lines.filter { $0.contains("type: integer") }
        #expect(lines.count == 2 && lines.allSatisfy { $0.contains(own) }, "\(name)")
        #expect(number("minItems") == Double(counts.lowerBound), "\(name)")
        #expect(number("maxItems") == Double(counts.upperBound), "\(name)")
    }
}
