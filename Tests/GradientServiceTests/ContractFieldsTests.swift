import NeuralNetwork
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
        var settings = #"{"optimizer": "sgd", "epochs": 1"#
        if place == .shuffle { settings += #", "shuffle": \#(object)"# }
        if place == .earlyStopping { settings += #", "early_stopping": \#(object)"# }
        let training = place == .training ? object : settings + "}"
        var also = call == "train" ? #", "training": \#(training)"# : ""
        if place == .validation { also += #", "validation": \#(object)"# }
        if place == .checkpoint { also += #", "resume_from": \#(object)"# }
        let request =
            #"{"network": \#(network), "batch": \#(batch), "loss": "huber", "#
            + #""penalty": \#(penalty)\#(also)}"#
        return try Answer(call, place == .request ? object : request)
    }

    enum Place: String, CaseIterable, Sendable {
        case request, network, layer, batch, penalty, training
        case validation, shuffle, earlyStopping, checkpoint
    }

    private static let objects: [(call: String, place: Place, schema: String)] = [
        ("forward", .request, "ForwardRequest"), ("backward", .request, "BackwardRequest"),
        ("check", .request, "CheckRequest"), ("train", .request, "TrainRequest"),
        ("forward", .network, "Network"),
        ("forward", .batch, "Batch"), ("backward", .penalty, "Penalty"),
        ("train", .training, "TrainingSettings"), ("train", .validation, "Batch"),
        ("train", .shuffle, "Shuffle"), ("train", .earlyStopping, "EarlyStopping"),
        ("train", .checkpoint, "Checkpoint"),
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

    /// Beside those of `objects`: what is converted has no network.
    @Test(arguments: [
        ("/????????", #"{"????????": 0}"#, "ConvertRequest"),
        ("/from/????????", #"{"from": {"????????": 0}}"#, "Notation"),
        ("/to/????????", #"{"to": {"????????": 0}}"#, "Notation"),
    ])
    func `the fields of what is converted are the contract's`(
        pointer: String, request: String, schema: String
    ) throws {
        let hint = try #require(
            Answer("convert", request).faults.first { $0.pointer == pointer }?.hint)
        let known = hint.replacing("known: ", with: "").split(separator: ", ").map(String.init)
        #expect(try known.sorted() == ContractText.properties(schema).sorted())
    }

    @Test func `the tensors of a layer are the contract's`() throws {
        let tensors = Set(
            layerKinds.flatMap { TensorKind.all(of: $0.declaration) }.map(\.name))
        #expect(
            try ContractText.properties("TensorLayer").sorted()
                == (tensors + ["type", "name"]).sorted())
        // They are answered under the same names.
        #expect(
            try ContractText.properties("LayerAnswer").sorted() == (tensors + ["name"]).sorted())
    }

    @Test func `the answer of what is converted is the contract's`() throws {
        let batch = #""X": [[1]], "Y": [[1]], "dX": [[1e308]], "denominator": 1e-9"#
        let to = #""to": {"convention": "cost"}"#
        var names = try Set(Answer("convert", #"{\#(to), \#(batch), "layers": [{}]}"#).names(""))
        names.formUnion(
            try Answer("convert", #"{\#(to), \#(batch), "tensors": {}}"#).names(""))
        #expect(try names.sorted() == ContractText.properties("ConvertAnswer").sorted())
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
        var names =
            required.map { $0.split(separator: "[")[1].dropLast().split(separator: ", ") } ?? []
        if schema == "CheckRequest" { names.append("submitted") }  // Unless a probe is asked for.
        if schema == "BackwardRequest" { names.append("loss") }  // Unless dA takes its place.
        if place == .validation { names.append("Y") }
        #expect(missing.sorted() == names.sorted())
    }

    @Test(arguments: [
        (
            Place.training, "TrainingSettings", "learning_rate",
            #""optimizer": "sgd", "epochs": 1, "#
        ),
        (.training, "TrainingSettings", "epochs", #""optimizer": "sgd", "#),
        (.training, "TrainingSettings", "batch_size", #""optimizer": "sgd", "epochs": 1, "#),
        (.training, "TrainingSettings", "report_every", #""optimizer": "sgd", "epochs": 1, "#),
        (.checkpoint, "Checkpoint", "epoch", #""base64": "", "#),
        (.checkpoint, "Checkpoint", "step", #""base64": "", "#),
        (.penalty, "Penalty", "l1", #""scale": "lambda", "#),
        (.penalty, "Penalty", "l2", #""scale": "lambda", "#),
        (.layer, "DenseLayer", "units", ""),
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
        ("forward", "ForwardAnswer"), ("backward", "BackwardAnswer"),
    ])
    func `the fields of each answer are the contract's`(
        call: String, schema: String
    ) throws {
        var names = try Set(fullAnswer(call).names(""))
        if call == "backward" { names.formUnion(try seededAnswer().names("")) }
        names.formUnion(try otherAnswers(call))
        #expect(try names.sorted() == ContractText.properties(schema).sorted())
    }

    @Test func `the fields inside the answers are the contract's`() throws {
        let backward = try fullAnswer("backward")
        let layer = try ContractText.properties("LayerAnswer")
        #expect(try backward.layerNames("/layers") == layer.sorted())
        let meaning = try ContractText.properties("Meaning")
        #expect(try backward.names("/meaning").sorted() == meaning.sorted())
        #expect(
            try backward.names("/meaning/dZ") == ContractText.properties("Derivative"))
        let product = try ContractText.schema("BackwardAnswer")
            .block("properties", "products", "items", "properties")
        #expect(try seededAnswer().names("/products/0").sorted() == product.keys.sorted())
    }

    @Test func `the fields of a refusal are the contract's`() throws {
        let answer = try Answer("forward", #"{"layuot": NaN}"#)
        // A training that is stopped has a checkpoint: see TrainingsTests. A server adds the name of
        // the request to faults of its own.
        let fields = try answer.names("") + ["errors", "checkpoint", "request_id"]
        #expect(
            try Set(fields) == Set(ContractText.properties("Problem")), "\(answer.text)")
        let refused = try Answer("forward", #"{"layuot": 0}"#)
        let fault = try refused.names("/errors/2")
        #expect(fault == ["pointer", "detail", "hint"])
    }

    /// A layer of every kind, of a sequence of indices from which an image is made.
    static let layers = """
        {"type": "embedding", "input_dim": 2, "output_dim": 2}, \
        {"type": "multi_head_attention", "key_dim": 1}, {"type": "layer_normalization"}, \
        {"type": "lstm", "units": 2, "return_sequences": true}, \
        {"type": "gru", "units": 2, "return_sequences": true}, \
        {"type": "simple_rnn", "units": 2, "return_sequences": true}, \
        {"type": "reshape", "target_shape": [1, 2, 2]}, \
        {"type": "conv2d", "filters": 1, "kernel_size": 1, "name": "c"}, \
        {"type": "batch_normalization"}, {"type": "prelu", "name": "p"}, \
        {"type": "add", "inputs": ["c", "p"]}, \
        {"type": "max_pooling2d", "pool_size": 1, "strides": 1}, \
        {"type": "average_pooling2d", "pool_size": 1, "name": "a"}, \
        {"type": "global_max_pooling2d", "name": "g"}, \
        {"type": "global_average_pooling2d", "inputs": ["a"], "name": "h"}, \
        {"type": "concatenate", "inputs": ["g", "h"]}, {"type": "flatten"}, \
        {"type": "dropout", "rate": 0.5, "seed": 1}, {"type": "dropout", "keep_prob": 0.5}, \
        {"type": "activation", "activation": "relu"}, {"W": [[1e308, 1]], "b": [0]}
        """

    @Test func `every layer stands in the network that the answers are of`() throws {
        for kind in layerKinds where kind != Dense.self {
            #expect(Self.layers.contains(#""type": "\#(kind.declaration.name)""#))
        }
    }

    /// An answer with every field there is: of all layers all arrays, a penalty, weights, tangents,
    /// and numbers that are not finite, as the square of 1e308.
    private func fullAnswer(_ call: String) throws -> Answer {
        let extra = call == "forward" ? #", "tangents": {}"# : #", "trace": true"#
        return try answer(
            call, #", "Y": [[0], [0]], "sample_weight": [1, 2]"#,
            #""loss": "mean_squared_error", "denominator": "weights", "#
                + #""penalty": {"l2": 1, "scale": "lambda"}\#(extra)"#)
    }

    /// The fields of answers that are asked for apart.
    private func otherAnswers(_ call: String) throws -> [String] {
        func names(_ option: String) throws -> [String] {
            try Answer(
                call,
                #"{"network": {"layers": [{"units": 1}]}, "batch": {"X": [[1]], "Y": [[1]]}, "#
                    + #""loss": "huber", \#(option)}"#
            ).names("")
        }
        let dry = try names(#""dry_run": true"#)
        guard call == "backward" else { return dry }
        return try dry + names(#""per_example": "statistics""#) + names(#""trace": true"#)
    }

    /// What follows from derivatives that the caller gives.
    private func seededAnswer() throws -> Answer {
        try answer("backward", "", #""seeds": [[[1], [0]]]"#)
    }

    /// The answer to a call with the network of all layers, in the layout in which recurrent layers
    /// have two biases.
    private func answer(_ call: String, _ targets: String, _ others: String) throws -> Answer {
        let arrays = try #require(GradientService.computations.first { $0.name == call }).arrays
        let include = arrays.all.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        let answer = try Answer(
            call,
            """
            {"layout": "pytorch", "network": {"layers": [\(Self.layers)]}, \
            "batch": {"X": [[0, 1], [1, 1]]\(targets)}, \
            \(others), "include": [\(include)]}
            """)
        #expect(answer.status == 200, "\(answer.text)")
        return answer
    }
}

extension Answer {
    /// The names of the members of all layers, each once, in order of their letters.
    func layerNames(_ pointer: String) throws -> [String] {
        let layers = try #require(self[pointer]).elements()
        return try Set(layers.flatMap { try $0.members().map(\.name) }).sorted()
    }
}
