import NeuralNetwork
import Testing

@testable import GradientService

/// The layers in `openapi.yaml` beside their declarations.
struct ContractLayersTests {
    /// Each layer's declaration, and the schema that stands in its place in the contract.
    private static let layers: [(declaration: LayerDeclaration, schema: String)] = {
        let schemas = (try? ContractText.schema("Layer").references) ?? []
        return Array(zip(layerKinds.map { $0.declaration }, schemas))
    }()

    @Test func `the types of layers are the contract's`() throws {
        let names = layerKinds.map { $0.declaration.name }
        #expect(try ContractText.schema("LayerType").list("enum") == names)
        #expect(try ContractText.schema("Layer").references.count == names.count)
        for (declaration, schema) in Self.layers {
            let type = try ContractText.schema(schema).block("properties", "type")
            #expect(type.value("const") == declaration.name)
            let required = try ContractText.schema(schema).value("required") ?? ""
            #expect(required.contains("type") == (declaration.name != "dense"), "\(schema)")
        }
    }

    @Test(arguments: layers.indices)
    func `the fields of a layer are the contract's`(index: Int) throws {
        let (declaration, schema) = Self.layers[index]
        let layer = #"{"type": "\#(declaration.name)", "????????": 0}"#
        let answer = try Answer(
            "forward", #"{"network": {"layers": [\#(layer)]}, "batch": {"X": [[1]]}}"#)
        let hint = try #require(answer.faults.first { $0.pointer.hasSuffix("/????????") }?.hint)
        let known = hint.replacing("known: ", with: "").split(separator: ", ").map(String.init)
        #expect(try known.sorted() == ContractText.properties(schema).sorted(), "\(schema)")
    }

    @Test(arguments: layers.indices)
    func `the settings of a layer are the contract's, with defaults and ranges`(
        index: Int
    ) throws {
        let (declaration, schema) = Self.layers[index]
        let properties = try ContractText.schema(schema).block("properties")
        for setting in declaration.settings { try properties.expect(setting, of: schema) }
        let inputs = try properties.block("inputs").references.map(ContractText.schema)[0]
        #expect(inputs.number("minItems") == Double(declaration.inputs.lowerBound))
        #expect(inputs.number("maxItems") == Double(declaration.inputs.upperBound))
    }

    @Test(arguments: layers.indices)
    func `the arrays of a layer are the contract's, with their axes and how they start`(
        index: Int
    ) throws {
        let (declaration, schema) = Self.layers[index]
        let block = try ContractText.schema(schema)
        for form in declaration.arrays {
            let property = try block.block("properties", form.name)
            let name = "\(schema).\(form.name)"
            #expect(property.references == ["Array"], "\(name)")
            for axes in Set(Layout.allCases.map(form.axesText)) where form.role != .mask {
                #expect(property.text.contains(axes), "\(name): \(axes)")
            }
            switch form.role {
            case .parameter(let initial), .state(let initial):
                #expect(property.text.contains("\(plain(initial)) by default"), "\(name)")
            case .weights, .bias, .mask: continue
            }
        }
    }

    @Test(arguments: layers.indices)
    func `what a layer's weights need beside them is the contract's`(index: Int) throws {
        let (declaration, schema) = Self.layers[index]
        let weights = declaration.arrays.filter { $0.role == .weights }.map(\.name)
        if weights.isEmpty { return }
        let sizes = declaration.settings.filter(\.isSize).map(\.name)
        let text = try ContractText.schema(schema).text
        #expect(text.contains("- {required: [\(sizes.joined(separator: ", "))]"), "\(schema)")
        #expect(text.contains("- {required: [\(weights.joined(separator: ", "))"), "\(schema)")
    }

    @Test func `the layouts of arrays are those of the table`() throws {
        let description = try ContractText().block("info", "description").text
        for form in layerKinds.flatMap({ $0.declaration.arrays })
        where form.axes.count > 1 && form.axes[0] != "units" {  // simple_rnn has one gate.
            let row = [Layout.course, .pytorch, .keras].map(form.axesText)
            #expect(description.contains("| \(row.joined(separator: " | ")) |"), "\(form.name)")
        }
        for axes in 1...3 {
            let row = [Layout.course, .pytorch, .keras].map { signalAxes(axes, $0) }
            #expect(description.contains("| \(row.joined(separator: " | ")) |"))
        }
    }

    @Test func `what is answered of layers is the contract's`() throws {
        let forms = layerKinds.flatMap { $0.declaration.arrays }
        let learned = ArrayName.parameters.map(\.rawValue)
        let penalized = Set(forms.filter { $0.role == .weights }.map(\.name))
        var kept: [String] = []
        for form in forms where !form.isLearned && form.role != .mask { kept.append(form.name) }
        let derivatives = learned.flatMap { name in
            ["d" + name]
                + (penalized.contains(name) ? ["d\(name)_data", "d\(name)_penalty"] : [])
        }
        #expect(try ContractText.properties("LayerTangent") == learned)
        #expect(
            try ContractText.properties("LayerAnswer").sorted()
                == (["name", "mask", "Z", "A", "dZ", "dA"] + learned + kept + derivatives)
                .sorted())
        #expect(
            try ContractText.properties("Meaning").filter { $0.hasPrefix("d") }.sorted()
                == (["denominator", "denominator_of", "dZ", "dA", "dX"] + derivatives).sorted())
        // A size is in the shape of the arrays, of a layer that has any.
        let settings = layerKinds.flatMap { kind in
            let hasWeights = kind.declaration.arrays.contains { $0.role == .weights }
            return kind.declaration.settings.filter { !$0.isSize || !hasWeights }.map(\.name)
        }
        #expect(
            try ContractText.properties("TrainedLayer").sorted()
                == Set(["type", "name", "inputs", "activation"] + settings + learned + kept)
                .sorted())
    }

    /// A number as the contract's words have it.
    private func plain(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
}
