import Testing

@testable import GradientService

struct ObjectiveTests {
    /// Two examples with A = 0.5, so that each loss is log 2 before it is weighed.
    private func answer(_ batch: String, also: String = "") throws -> Answer {
        try Answer(
            "forward",
            """
            {"network": {"layers": [{"W": [[0]], "b": [0], "activation": "sigmoid"}]}, \
            "batch": {"X": [[1, 2]], "Y": [[0, 1]], \(batch)}, "loss": "binary_crossentropy"\(also)}
            """)
    }
    private let log2 = 0.6931471805599453

    @Test func `of one output there are two classes`() throws {
        let answer = try answer(#""class_weight": [2, 3]"#)
        #expect(try answer.numbers("/losses").elements == [2 * log2, 3 * log2])
        #expect(try answer.number("/cost") == (2 * log2 + 3 * log2) / 2)
    }

    /// Σ w = 2·0.5 + 3·1 = 4.
    @Test func `weights multiply, and their sum may be the denominator`() throws {
        let answer = try answer(
            #""class_weight": [2, 3], "sample_weight": [0.5, 1]"#,
            also: #", "denominator": "weights""#)
        #expect(try answer.numbers("/losses").elements == [log2, 3 * log2])
        #expect(abs(try answer.number("/cost") - log2) <= 1e-15)
    }

    @Test(arguments: [
        (
            #""class_weight": [1]"#, "/batch/class_weight",
            "class_weight has 1 number, expected 2 (one for each class)"
        ),
        (
            #""sample_weight": [1]"#, "/batch/sample_weight",
            "sample_weight is a flat list of 1, expected 2 weights, one an example"
        ),
        (
            #""sample_weight": [1, -1]"#, "/batch/sample_weight",
            "sample_weight[1] is -1.0, expected a weight, which is not negative"
        ),
    ])
    func `weights that do not fit are refused`(
        batch: String, pointer: String, detail: String
    ) throws {
        #expect(try answer(batch).faults == [Fault(pointer, detail)])
    }

    @Test(arguments: [
        (#""sample_weight": [0, 0]"#, "0.0"), ("\"sample_weight\": [1e308, 1e308]", "inf"),
    ])
    func `a denominator that cannot divide is refused`(batch: String, sum: String) throws {
        let faults = try answer(batch, also: #", "denominator": "weights""#).faults
        #expect(
            faults == [
                Fault(
                    "/denominator",
                    "the weights add up to \(sum), by which nothing can be divided")
            ])
    }

    @Test func `class weights need classes`() throws {
        let answer = try Answer(
            "forward",
            """
            {"network": {"layers": [{"W": [[0]], "b": [0]}]}, "loss": "huber", \
            "batch": {"X": [[1]], "Y": [[3]], "class_weight": [1, 2]}}
            """)
        #expect(try answer.faults.map(\.pointer) == ["/batch/class_weight"])
    }

    /// Two examples of two steps with A = X and Y = 0: losses ½x² of 2, 8; 18, 32. Of the weights
    /// 1, 0; 1, 1 the valid steps are three: (2 + 18 + 32)/3.
    @Test(arguments: ["keras", "course"])
    func `positions have weights of their own, 0 for what is not valid`(layout: String) throws {
        // One feature: m × time × 1 in keras, 1 × m × time in course.
        let x = layout == "keras" ? "[[[2], [4]], [[6], [8]]]" : "[[[2, 4], [6, 8]]]"
        let y = layout == "keras" ? "[[[0], [0]], [[0], [0]]]" : "[[[0, 0], [0, 0]]]"
        let weights = layout == "keras" ? "[[1, 0], [1, 1]]" : "[[1, 1], [0, 1]]"
        let answer = try Answer(
            "backward",
            """
            {"network": {"layers": [{"W": [[1]], "b": [0]}]}, "loss": "half_squared_error", \
            "layout": "\(layout)", "denominator": "weights", "include": ["dX", "losses"], \
            "batch": {"X": \(x), "Y": \(y), "sample_weight": \(weights)}}
            """)
        #expect(abs(try answer.number("/cost") - 52 / 3.0) <= 1e-14)
        #expect(try answer.numbers("/losses").elements == [1, 25])
        #expect(try answer.numbers("/dX").elements == [1, 0, 3, 4])
        #expect(try answer.number("/meaning/denominator") == 1.5)
    }
}
