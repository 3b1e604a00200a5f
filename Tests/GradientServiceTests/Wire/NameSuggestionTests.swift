import Testing

@testable import GradientService

struct NameSuggestionTests {
    private let known = ["linear", "relu", "leaky_relu", "sigmoid", "tanh", "softmax", "softplus"]

    @Test(arguments: [
        ("rellu", "relu"), ("rel", "relu"), ("reul", "relu"), ("rely", "relu"), ("ReLU", "relu"),
        ("leakyrelu", "leaky_relu"), ("leaky-relu", "leaky_relu"), ("leaky_rleu", "leaky_relu"),
        ("sigmiod", "sigmoid"), ("SIGMOID", "sigmoid"), ("sofmtax", "softmax"),
        ("softpuls", "softplus"), ("tan", "tanh"),
    ])
    func `a slip of the pen is recognised`(written: String, meant: String) {
        #expect(NameSuggestion.nearest(to: written, among: known) == meant)
    }

    @Test(arguments: ["", "swish", "rrrr", "probability", "sin", "s", "relurelu"])
    func `what is like none of the names is not guessed at`(written: String) {
        #expect(NameSuggestion.nearest(to: written, among: known) == nil)
    }

    @Test func `the nearest name is suggested, not the first that is near enough`() {
        #expect(
            NameSuggestion.nearest(to: "he_uniforn", among: ["he_normal", "he_uniform"])
                == "he_uniform")
        #expect(NameSuggestion.nearest(to: "cost", among: ["costs", "cost_", "cost"]) == "cost")
    }

    @Test func `two neighbours in the wrong order are one slip`() {
        // Two changed letters would be too many for a name of four.
        #expect(NameSuggestion.nearest(to: "sdg", among: ["sgd"]) == "sgd")
        #expect(NameSuggestion.nearest(to: "xyd", among: ["sgd"]) == nil)
    }

    @Test(arguments: [("w", "W"), ("B", "b"), ("dw", "dW")])
    func `short names are found in the other case`(written: String, meant: String) {
        #expect(NameSuggestion.nearest(to: written, among: ["W", "b", "dW", "db"]) == meant)
    }

    @Test(arguments: ["Q", "1", ""])
    func `a name that shares no letter with a known one is not it`(written: String) {
        #expect(NameSuggestion.nearest(to: written, among: ["W", "b"]) == nil)
    }

    @Test func `a very long name costs no more than a short one`() {
        // Its distance to each name would otherwise take as many steps as the request has bytes.
        let long = String(repeating: "relu", count: 1_000_000)
        #expect(NameSuggestion.nearest(to: long, among: known) == nil)
    }

    @Test func `where nothing is known nothing is suggested`() {
        #expect(NameSuggestion.nearest(to: "relu", among: []) == nil)
    }

    private static let learningRate = #""learning_rate" stands beside "optimizer" in "training""#

    @Test(arguments: [
        (#"{"weights": [[1]], "b": [0]}"#, #"did you mean "W"?"#),
        (#"{"Kernel": [[1]], "b": [0]}"#, #"did you mean "W"?"#),
        (#"{"W": [[1]], "bias": [0]}"#, #"did you mean "b"?"#),
        (
            #"{"units": 1, "activation": {"type": "leaky_relu", "negative_slope": 0.1}}"#,
            #"did you mean "slope"?"#
        ),
        (
            #"{"units": 1, "activation": {"type": "leaky_relu", "alpha": 0.1}}"#,
            #"did you mean "slope"?"#
        ),
    ])
    func `a layer's field by another name is understood`(layer: String, hint: String) throws {
        let body = #"{"network": {"layers": [\#(layer)]}, "batch": {"X": [[1]]}}"#
        #expect(try hints("forward", body) == [hint])
    }

    @Test(arguments: [
        (#""optimizer": "sgd", "lr": 1, "epochs": 1"#, #"did you mean "learning_rate"?"#),
        (#""optimizer": "sgd", "alpha": 1, "epochs": 1"#, #"did you mean "learning_rate"?"#),
        (#""optimizer": "sgd", "iterations": 1"#, #"did you mean "epochs"?"#),
        (#""optimizer": "sgd", "n_epochs": 1"#, #"did you mean "epochs"?"#),
        (#""optimizer": "sgd", "epoch": 1"#, #"did you mean "epochs"?"#),
        (#""optimizer": {"type": "adam", "eps": 1}, "epochs": 1"#, #"did you mean "epsilon"?"#),
        (#""optimizer": {"type": "adam", "learning_rate": 1}, "epochs": 1"#, learningRate),
        (#""optimizer": {"type": "sgd", "lr": 1}, "epochs": 1"#, learningRate),
        (#""optimizer": {"type": "momentum", "Alpha": 1}, "epochs": 1"#, learningRate),
    ])
    func `a training's field by another name or at another place is understood`(
        training: String, hint: String
    ) throws {
        let body = Worked.body(also: #", "training": {\#(training)}"#)
        #expect(try hints("train", body) == [hint])
    }

    @Test func `parts of the network and the batch are shown their place`() throws {
        let body = #"{"layers": [{"units": 1}], "X": [[1]], "labels": [[1]]}"#
        #expect(
            try hints("forward", body) == [
                #""X" stands in "batch""#, #""Y" stands in "batch""#,
                #""layers" stands in "network""#,
            ])
    }

    /// The hints at unknown fields.
    private func hints(_ call: String, _ body: String) throws -> [String?] {
        try Answer(call, body).faults.filter { $0.detail.hasPrefix("unknown field") }.map(\.hint)
    }
}
