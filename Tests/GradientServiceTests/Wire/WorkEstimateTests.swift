import Testing

@testable import GradientService

struct WorkEstimateTests {
    @Test func `figures follow from the shapes`() {
        // Layers 2 → 3 → 1, five examples, three passes.
        let work = WorkEstimate([.dense(2, 3), .dense(3, 1)], examples: 5, passes: 3)
        #expect(work.layers == 2)
        #expect(work.parameters == 13)  // 2·3 + 3 and 3·1 + 1.
        #expect(work.operations == 270)  // 2·5·(6 + 3)·3.
        // Parameters, their gradients and room for one more; Z, A, dZ, dA of 3 + 1 units.
        #expect(work.bytes == 952)  // 8·(3·13 + 4·5·4).
    }

    @Test func `what reaches every limit passes`() throws {
        let work = WorkEstimate([.dense(2, 3), .dense(3, 1)], examples: 5, passes: 3)
        var limits = ServiceLimits()
        limits.layers = 2
        limits.parameters = 13
        limits.operations = 270
        limits.bytes = 952
        try work.check(against: limits)
    }

    @Test func `one more than a limit is refused with both numbers`() {
        var limits = ServiceLimits()
        limits.layers = 1
        expectRefusal("asks for 2 layers, the limit is 1", limits)
        limits = ServiceLimits()
        limits.parameters = 12
        expectRefusal("asks for 13 parameters, the limit is 12", limits)
        limits = ServiceLimits()
        limits.operations = 269
        expectRefusal("asks for 270 operations, the limit is 269", limits)
        limits = ServiceLimits()
        limits.bytes = 951
        expectRefusal("asks for 952 bytes of arrays, the limit is 951", limits)
    }

    private func expectRefusal(_ detail: String, _ limits: ServiceLimits) {
        let work = WorkEstimate([.dense(2, 3), .dense(3, 1)], examples: 5, passes: 3)
        do throws(InvalidFields) {
            try work.check(against: limits)
            Issue.record("not refused: \(detail)")
        } catch {
            #expect(error.faults.map { Fault($0) } == [Fault("/network", detail)])
        }
    }

    @Test func `more than can be counted is still refused, not trapped on`() throws {
        let huge = Int(Int32.max)
        let layers = Array(repeating: WorkEstimate.Share.dense(huge, huge), count: 500)
        let work = WorkEstimate(layers, examples: huge, passes: 3e9)
        do throws(InvalidFields) {
            try work.check(against: ServiceLimits())
            Issue.record("not refused")
        } catch {
            let expected = ["parameters", "bytes of arrays", "operations"]
            #expect(error.faults.count == 3)
            for (fault, what) in zip(error.faults, expected) {
                #expect(fault.detail.contains(" \(what), the limit is "))
            }
        }
    }

    @Test func `a request for too much is refused before its arrays are made`() throws {
        // 2³¹ − 1 units twice would be 2⁶² weights.
        let body = """
            {"network": {"layers": [{"units": 2147483647}, {"units": 2147483647}]}, \
            "batch": {"X": [[1]]}}
            """
        let answer = try Answer("forward", body)
        #expect(answer.status == 422)
        #expect(try answer.faults.map(\.pointer) == ["/network", "/network", "/network"])
    }

    @Test func `a training's epochs count as work`() throws {
        func train(epochs: Int) throws -> Answer {
            var limits = ServiceLimits()
            // Two examples, 6 + 3 weights, three passes: 108 operations an epoch.
            limits.operations = 1080
            let training = #", "training": {"optimizer": "sgd", "epochs": \#(epochs)}"#
            return try Answer("train", Worked.body(also: training), limits: limits)
        }
        #expect(try train(epochs: 10).status == 200)
        #expect(
            try train(epochs: 11).faults
                == [Fault("/network", "asks for 1188 operations, the limit is 1080")])
    }
}

extension WorkEstimate.Share {
    fileprivate static func dense(_ inputs: Int, _ outputs: Int) -> WorkEstimate.Share {
        let weights = Double(inputs) * Double(outputs)
        return WorkEstimate.Share(
            parameters: weights + Double(outputs), operations: 2 * weights,
            units: Double(outputs), kept: 0)
    }
}
