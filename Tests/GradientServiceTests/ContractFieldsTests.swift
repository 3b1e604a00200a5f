import Testing

@testable import GradientService

/// The fields of requests and answers, as the service reads and writes them, beside the contract.
struct ContractFieldsTests {
    /// A request in which one object is `object`.
    private func answer(_ call: String, _ place: Place, _ object: String) throws -> Answer {
        let layer = place == .layer ? object : #"{"units": 1}"#
        let network =
            place == .network ? object : #"{"layers": [\#(layer)], "seed": 1}"#
        let batch = place == .batch ? object : #"{"X": [[1]], "Y": [[1]]}"#
        let penalty = place == .penalty ? object : #"{"l2": 1, "scale": "lambda"}"#
        let training = place == .training ? object : #"{"optimizer": "sgd", "epochs": 1}"#
        let also = call == "train" ? #", "training": \#(training)"# : ""
        let request =
            #"{"network": \#(network), "batch": \#(batch), "loss": "huber", "#
            + #""penalty": \#(penalty)\#(also)}"#
        return try Answer(call, place == .request ? object : request)
    }

    enum Place: String, CaseIterable, Sendable {
        case request, network, layer, batch, penalty, training
    }

    private static let objects: [(call: String, place: Place, schema: String)] = [
        ("forward", .request, "ForwardRequest"), ("backward", .request, "BackwardRequest"),
        ("train", .request, "TrainRequest"), ("forward", .network, "Network"),
        ("forward", .batch, "Batch"), ("backward", .penalty, "Penalty"),
        ("train", .training, "TrainingSettings"),
    ]

    @Test(arguments: objects)
    func `the fields that are read are the contract's`(
        call: String, place: Place, schema: String
    ) throws {
        // A field that is like no other is refused with all that there are.
        let faults = try answer(call, place, #"{"????????": 0}"#).faults
        let hint = try #require(faults.first { $0.pointer.hasSuffix("/????????") }?.hint)
        let known = hint.replacing("known: ", with: "").split(separator: ", ").map(String.init)
        #expect(try known.sorted() == ContractText.properties(schema).sorted())
    }

    @Test func `the fields of a layer are those of its two forms`() throws {
        let faults = try answer("forward", .layer, #"{"????????": 0}"#).faults
        let hint = try #require(faults.first { $0.pointer.hasSuffix("/????????") }?.hint)
        let known = hint.replacing("known: ", with: "").split(separator: ", ").map(String.init)
        let lines = try ContractText.schema("Layer").lines
        // Properties stand twelve columns in, those of both forms.
        let names = lines.filter { $0.hasPrefix("            ") && $0.dropFirst(12).first != " " }
            .compactMap { $0.dropFirst(12).split(separator: ":").first.map(String.init) }
        #expect(Set(known) == Set(names))
    }

    @Test(arguments: objects)
    func `the fields that must be there are the contract's`(
        call: String, place: Place, schema: String
    ) throws {
        let missing = try answer(call, place, "{}").faults.map(\.detail)
            .filter { $0.hasSuffix("is missing") }
            .map { $0.split(separator: "\"")[0] }
        let required = try ContractText.schema(schema).lines
            .first { $0.hasPrefix("      required: ") }
        let names = try #require(required).split(separator: "[")[1].dropLast()
        #expect(missing.sorted() == names.split(separator: ", ").sorted())
    }

    @Test(arguments: [
        (
            Place.training, "TrainingSettings", "learning_rate",
            #""optimizer": "sgd", "epochs": 1, "#
        ),
        (.training, "TrainingSettings", "epochs", #""optimizer": "sgd", "#),
        (.training, "TrainingSettings", "batch_size", #""optimizer": "sgd", "epochs": 1, "#),
        (.penalty, "Penalty", "l1", #""scale": "lambda", "#),
        (.penalty, "Penalty", "l2", #""scale": "lambda", "#),
        (.layer, "Layer", "units", ""),
        (.network, "Seed", "seed", #""layers": [{"units": 1}], "#),
    ])
    func `ranges are the contract's`(
        place: Place, schema: String, field: String, others: String
    ) throws {
        let faults = try answer("train", place, #"{\#(others)"\#(field)": -1}"#).faults
        let detail = try #require(faults.first?.detail)
        let bounds = detail.split(separator: " ").suffix(3).compactMap { Double($0) }
        let block = try ContractText.schema(schema)
        let property = schema == field.capitalized ? block : try block.block(field)
        #expect(bounds == [property.number("minimum"), property.number("maximum")])
    }

    @Test(arguments: [
        ("forward", "ForwardAnswer"), ("backward", "BackwardAnswer"), ("train", "TrainAnswer"),
    ])
    func `the fields of each answer are the contract's`(
        call: String, schema: String
    ) throws {
        let answer = try fullAnswer(call)
        #expect(try answer.names("").sorted() == ContractText.properties(schema).sorted())
    }

    @Test func `the fields inside the answers are the contract's`() throws {
        let backward = try fullAnswer("backward")
        let layer = try ContractText.properties("LayerAnswer")
        #expect(try backward.names("/layers/0").sorted() == layer.sorted())
        let meaning = try ContractText.properties("Meaning")
        #expect(try backward.names("/meaning").sorted() == meaning.sorted())
        #expect(
            try backward.names("/meaning/dZ") == ContractText.properties("Derivative"))

        let train = try fullAnswer("train")
        let schema = try ContractText.schema("TrainAnswer").block("properties")
        for (pointer, block) in [
            ("/training", try schema.block("training", "properties")),
            ("/last_step", try schema.block("last_step", "properties")),
            ("/network/layers/0", try schema.block("network", "items", "properties")),
        ] {
            #expect(try train.names(pointer).sorted() == block.keys.sorted(), "\(pointer)")
        }
    }

    @Test func `the fields of a refusal are the contract's`() throws {
        let answer = try Answer("forward", #"{"layuot": NaN}"#)
        let fields = try answer.names("") + ["errors"]
        #expect(
            try Set(fields) == Set(ContractText.properties("Problem")), "\(answer.text)")
        let refused = try Answer("forward", #"{"layuot": 0}"#)
        let fault = try refused.names("/errors/2")
        #expect(fault == ["pointer", "detail", "hint"])
    }

    /// An answer with every field there is: all arrays, a penalty, and a number that is not finite.
    private func fullAnswer(_ call: String) throws -> Answer {
        let arrays = try #require(GradientService.computations.first { $0.name == call }).arrays
        let training = #", "training": {"optimizer": "sgd", "epochs": 1}"#
        let include = arrays.all.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        let answer = try Answer(
            call,
            """
            {"network": {"layers": [{"W": [[1e308], [1]], "b": [0, 0]}]}, \
            "batch": {"X": [[10]], "Y": [[0], [0]]}, "loss": "mean_squared_error", \
            "penalty": {"l2": 1, "scale": "lambda"}, "include": [\(include)]\
            \(call == "train" ? training : "")\(call == "backward" ? ", \"trace\": true" : "")}
            """)
        #expect(answer.status == 200)
        return answer
    }
}
