import Checking
import NeuralNetwork
import Testing
import Training

import enum RunStore.RunState

@testable import GradientService

/// `openapi.yaml` beside the code's own lists: what stands in one stands in the other.
struct ContractNamesTests {
    @Test func `paths and methods are those of the endpoints`() throws {
        let paths = try ContractText().block("paths")
        #expect(paths.keys == GradientService.endpoints.map(\.path))
        for endpoint in GradientService.endpoints {
            // HEAD comes with every GET and is not written out.
            let methods = endpoint.methods.filter { $0 != "HEAD" }.map { $0.lowercased() }
            #expect(try paths.block(endpoint.path).keys == methods)
            #expect(endpoint.methods.contains("HEAD") == endpoint.methods.contains("GET"))
        }
    }

    @Test func `the version is that of the program`() throws {
        #expect(try ContractText().block("info").value("version") == GradientService.version)
    }

    @Test(arguments: [
        ("ActivationName", Activation.choices.map(\.name)),
        ("LossName", Loss.choices.map(\.name)),
        ("InitializerName", Initializer.choices.map(\.name)),
        ("OptimizerName", optimizers.map(\.name)),
        ("Layout", Layout.allCases.map(\.rawValue)),
        ("Convention", Convention.allCases.map(\.rawValue)),
        ("Precision", Precision.allCases.map(\.rawValue)),
        ("Encoding", ArrayEncoding.allCases.map(\.rawValue)),
        ("PenaltyScale", Penalty.Scale.allCases.map(\.rawValue)),
        ("Denominator", Denominator.Kind.allCases.map(\.rawValue)),
        ("Mode", Run.Mode.allCases.map(\.rawValue)),
        ("Verdict", Diagnosis.Verdict.allCases.map(\.rawValue)),
        ("AmbiguityKind", Diagnosis.Ambiguity.Kind.allCases.map(\.rawValue)),
        ("FaultName", Checking.Fault.all.map(\.name)),
        ("NumericalVerdict", NumericalCheck.Verdict.allCases.map(\.rawValue)),
        ("ShapeFault", ShapeFinding.Kind.allCases.map(\.rawValue)),
        ("ScheduleName", schedules.map(\.name)),
        ("ClippingName", clippings.map(\.name)),
        ("MetricName", metrics.map(\.name)),
        ("Watch", Trainer.Watch.allCases.map(\.rawValue)),
        ("EventKind", TrainingEvent.Kind.allCases.map(\.rawValue)),
        ("RunState", RunState.allCases.map(\.rawValue)),
    ])
    func `every list of names is the code's`(schema: String, names: [String]) throws {
        #expect(try ContractText.schema(schema).list("enum") == names)
    }

    @Test func `each name of a thing is explained where the thing is described`() throws {
        for (schema, names) in [
            ("Activation", Activation.choices.map(\.name)), ("Loss", Loss.choices.map(\.name)),
            ("Initializer", Initializer.choices.map(\.name)),
            ("Optimizer", optimizers.map(\.name)), ("Schedule", schedules.map(\.name)),
            ("Clipping", clippings.map(\.name)), ("Metric", metrics.map(\.name)),
            ("Watch", Trainer.Watch.allCases.map(\.rawValue)),
            ("RunState", RunState.allCases.map(\.rawValue)),
        ] {
            let description = try ContractText.schema(schema).block("description").text
            for name in names { #expect(description.contains("`\(name)`"), "\(schema)") }
        }
    }

    @Test func `the defaults of the options are the contract's`() throws {
        var reader = try FieldReader(parsed("{}"))
        let options = RequestOptions(from: &reader)
        for (schema, value) in [
            ("Layout", options.layout.rawValue), ("Convention", options.convention.rawValue),
            ("Precision", options.precision.rawValue), ("Encoding", options.encoding.rawValue),
        ] {
            #expect(try ContractText.schema(schema).value("default") == value)
        }
    }

    @Test func `the settings of every thing are the contract's, with defaults and ranges`() throws {
        try expectSettings("Activation", Activation.choices.flatMap(\.settings))
        try expectSettings("Loss", Loss.choices.flatMap(\.settings))
        try expectSettings("Initializer", Initializer.choices.flatMap(\.settings))
        try expectSettings("Clipping", clippings.flatMap(\.settings))
        try expectSettings("Metric", metrics.flatMap(\.settings))
        try expectSettings("EarlyStopping", EarlyStopping.settings, isNamed: false)
        try expectSettings("Shuffle", Shuffling.settings, isNamed: false)
    }

    @Test func `the settings of every schedule are the contract's`() throws {
        let schemas = try ContractText.schema("Schedule").references.dropFirst()
        #expect(schemas.count == schedules.count)
        for (choice, schema) in zip(schedules, schemas) {
            try expectSettings(schema, choice.settings)
            let type = try ContractText.schema(schema).block("properties", "type")
            #expect(type.value("const") == choice.name)
        }
    }

    @Test func `the settings of every optimizer are the contract's, by style too`() throws {
        let schemas = try ContractText.schema("Optimizer").references.dropFirst()
        #expect(schemas.count == optimizers.count)
        for (choice, schema) in zip(optimizers, schemas) {
            try expectSettings(schema, choice.settings)
            let properties = try ContractText.schema(schema).block("properties")
            #expect(try properties.block("type").value("const") == choice.name)
            for setting in choice.settings {
                let text = try properties.block(setting.name).text
                for style in setting.styled.keys { #expect(text.contains(style), "\(schema)") }
            }
        }
    }

    /// `isNamed` where the thing is one of several, by its `type`.
    private func expectSettings(
        _ schema: String, _ settings: [Setting], isNamed: Bool = true
    ) throws {
        let properties = try ContractText.schema(schema).block("properties")
        let names = Set(settings.map(\.name) + (isNamed ? ["type"] : []))
        #expect(Set(properties.keys) == names, "\(schema)")
        for setting in settings { try properties.expect(setting, of: schema) }
    }

    @Test func `what other libraries take differently is in the table of defaults`() throws {
        let description = try ContractText().block("info", "description").lines
        func expect(_ settings: [Setting], of thing: String) {
            for setting in settings {
                guard let elsewhere = setting.elsewhere else { continue }
                let row = description.first {
                    $0.contains("| \(setting.name) of ") && $0.contains(thing)
                }
                #expect(row != nil, "\(setting.name) of \(thing)")
                let cells = " | \(elsewhere.keras) | \(elsewhere.pytorch) |"
                #expect(row?.hasSuffix(cells) == true, "\(setting.name) of \(thing)")
            }
        }
        for kind in layerKinds {
            expect(kind.declaration.settings, of: kind.declaration.name)
        }
        for choice in Activation.choices { expect(choice.settings, of: choice.name) }
        for choice in Loss.choices { expect(choice.settings, of: choice.name) }
        for choice in optimizers { expect(choice.settings, of: choice.name) }
        for choice in schedules { expect(choice.settings, of: choice.name) }
        for choice in metrics { expect(choice.settings, of: choice.name) }
    }

    @Test func `every optimizer's learning rate is told`() throws {
        let lines = try ContractText.schema("Optimizer").lines
        for choice in optimizers {
            let line = try #require(lines.first { $0.contains("- `\(choice.name)`") })
            let rate = choice.byDefault.defaultLearningRate
            #expect(line.contains("learning rate \(rate) by default"))
        }
    }

    @Test(arguments: [
        ("ForwardRequest", Forward.arrays), ("BackwardRequest", Backward.arrays),
        ("TrainRequest", Train.arrays),
    ])
    func `the arrays of each call are the contract's, and its default`(
        schema: String, arrays: (all: [ArrayName], byDefault: [ArrayName])
    ) throws {
        let include = try ContractText.schema(schema).block("properties", "include")
        #expect(try include.list("enum") == arrays.all.map(\.rawValue))
        #expect(try include.list("default") == arrays.byDefault.map(\.rawValue))
    }

    @Test func `types of problems are the contract's`() throws {
        let types = try ContractText.schema("ProblemType").list("enum")
        #expect(types.sorted() == Set(RequestError.samples.map(\.type)).sorted())
    }

    @Test func `every status of a refusal is told`() throws {
        let description = try ContractText().block("info", "description").text
        let paths = try ContractText().block("paths").text
        for error in RequestError.samples {
            let status = "\(error.status.code)"
            #expect(paths.contains("'\(status)':") || description.contains(status), "\(status)")
        }
    }
}
