import Testing

@testable import GradientService

struct TraceJSONTests {
    private static let trace = #", "trace": true"#

    @Test func `a trace is told when it is asked for`() throws {
        #expect(try Answer("backward", Worked.body())["/trace"] == nil)
        let answer = try Answer("backward", Worked.body(also: Self.trace))
        #expect(answer.status == 200)
        #expect(
            try answer.names("/trace/0") == [
                "pass", "layer", "name", "result", "formula", "latex", "mathml", "operands",
                "first",
            ])
        #expect(try answer.string("/trace/0/pass") == "forward")
        #expect(try answer.string("/trace/0/formula") == "Z1 = W1·A0 + b1")
        #expect(try answer.string("/trace/0/latex") == "Z^{[1]} = W^{[1]} A^{[0]} + b^{[1]}")
        #expect(try answer.numbers("/trace/0/result/shape").elements == [3, 2])
        #expect(try answer.string("/trace/0/operands/1/name") == "A0")
        #expect(try answer.numbers("/trace/0/first").elements == Worked.z[0].elements)
        #expect(try answer.names("").contains("dX") == false)
    }

    @Test(arguments: ["nested", "flat", "base64"])
    func `the first numbers are a list in every encoding`(encoding: String) throws {
        let body = Worked.body(also: Self.trace + #", "encoding": "\#(encoding)""#)
        let answer = try Answer("backward", body)
        let step = try #require(try Self.step("dW1", of: answer))
        #expect(try answer.numbers(step + "/first").shape == [6])
        #expect(try answer.numbers(step + "/first").elements == Worked.dW[0].elements)
        #expect(try answer.number(step + "/factor/value") == 0.5)
        #expect(try answer.string(step + "/factor/as") == "1/m")
    }

    @Test func `the cost is the answer's, in float32 too`() throws {
        let body = Worked.body(also: Self.trace + #", "precision": "float32""#)
        let answer = try Answer("backward", body)
        let step = try #require(try Self.step("J", of: answer))
        #expect(try answer.number(step + "/first/0") == answer.number("/cost"))
    }

    @Test func `several seeds are told apart`() throws {
        let body = Worked.body(
            targets: false, also: #", "seeds": [[[1, 2]], [[3, 4]]]"# + Self.trace)
        let answer = try Answer("backward", body)
        var seeds: [Double] = []
        for step in try Self.steps(of: answer) where answer[step + "/seed"] != nil {
            seeds.append(try answer.number(step + "/seed"))
        }
        #expect(seeds == Array(repeating: 0, count: 9) + Array(repeating: 1, count: 9))
    }

    @Test func `a trace of a deep network is refused`() throws {
        let layers = Array(repeating: #"{"units": 1}"#, count: 101).joined(separator: ", ")
        let answer = try Answer(
            "backward",
            #"{"network": {"layers": [\#(layers)]}, "batch": {"X": [[1]], "Y": [[1]]}, "#
                + #""loss": "huber", "trace": true}"#)
        #expect(answer.status == 422)
        #expect(
            try answer.faults == [
                Fault("/trace", "is for networks of at most 100 layers, and there are 101")
            ])
    }

    /// The pointer of every step.
    private static func steps(of answer: Answer) throws -> [String] {
        let trace = try #require(answer["/trace"])
        return Array(try trace.elements()).indices.map { "/trace/\($0)" }
    }

    /// The pointer of the last step with a result.
    private static func step(_ result: String, of answer: Answer) throws -> String? {
        try steps(of: answer).last { (try? answer.string($0 + "/result/name")) == result }
    }
}
