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
}
