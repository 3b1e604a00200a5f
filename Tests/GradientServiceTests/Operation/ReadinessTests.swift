import RunStore
import Testing

@testable import GradientService

struct ReadinessTests {
    private func answer(_ operation: Operation) throws -> Answer {
        try Answer(GradientService(operation: operation).answer("GET", "/readyz"))
    }

    @Test func `a service is ready from the start`() throws {
        let answer = try answer(Operation())
        #expect(answer.status == 200)
        #expect(answer.text == #"{"status":"ready"}"#)
    }

    @Test func `it is not when it drains`() throws {
        let operation = Operation()
        operation.readiness.drain()
        let answer = try answer(operation)
        #expect(answer.status == 503)
        #expect(try answer.string("/type") == "urn:gradientd:problem:draining")
    }

    @Test func `it is not while its store fails, and is again when it works`() throws {
        let operation = Operation()
        let store = try RunStore(at: .memory)
        operation.readiness.look(at: store)
        #expect(try answer(operation).status == 200)
        #expect(operation.readiness.runs == [:])
        let closed = try RunStore(at: .memory)
        try closed.close()
        operation.readiness.look(at: closed)
        let refusal = try answer(operation)
        #expect(refusal.status == 503)
        #expect(try refusal.string("/type") == "urn:gradientd:problem:runs_unavailable")
        operation.readiness.look(at: store)
        #expect(try answer(operation).status == 200)
    }

    @Test func `runs are counted by their states`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let operation = Operation()
        let first = try served.submit()
        _ = try served.submit()
        _ = try served.run(first) { $0.state == .running }
        operation.readiness.watch(served.trainings)
        #expect(operation.readiness.runs == [.running: 1, .queued: 1])
        try served.cancel(first)
        operation.readiness.look(at: try served.runs.store)
        #expect(operation.readiness.runs?[.cancelled] == 1)
        let text = String(decoding: operation.metricsText(arrayBytesHeld: 0), as: UTF8.self)
        #expect(text.contains("gradientd_runs{state=\"cancelled\"} 1\n"))
        served.trainings.suspend()
    }
}
