import Dispatch
import Glibc
import GradientClient
import TestSupport
import Testing

/// How the server ends.
struct DrainTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal ends an idle server with exit status 0`(signal: Int32) throws {
        try Server.run { server in
            #expect(try server.client.get("/healthz").status == 200)
            server.process.send(signal)
            let end = try server.process.finish()
            #expect(end.status == 0)
            #expect(!end.error.contains(" error ") && !end.error.contains(" warn "))
        }
    }

    @Test func `work that runs when the signal comes is finished and answered`() throws {
        // As many epochs as it takes to be seen at work, whatever the speed of the machine.
        for doubling in 0..<12 where try endsAtWork(epochs: 2000 << doubling) { return }
        Issue.record("no training was ever seen at work")
    }

    /// Whether a server was told to end while it trained; what it then does is checked.
    private func endsAtWork(epochs: Int) throws -> Bool {
        var wasAtWork = false
        // One training at a time: while it runs, another is answered with 503.
        try Server.run(["--max-trainings=1", "--drain-seconds=110", "--drain-training-seconds=110"])
        { server in
            let training = Training(on: server, epochs: epochs)
            let client = server.client
            var isAtWork = false
            while !isAtWork && !training.isDone {
                usleep(5000)
                let other = try client.post("/train", json: Array(Requests.body("train").utf8))
                isAtWork = other.status == 503
            }
            server.process.send(SIGTERM)
            let answer = training.answer()
            // It was done already, or refused because a call of ours was just at work.
            guard isAtWork else { return }
            if case .failure(.unreachable) = answer { return }  // It had not begun.
            wasAtWork = true
            let response = try answer.get()
            #expect(response.status == 200)
            #expect(response.text.contains(#""steps":\#(epochs)"#))
            let end = try server.process.finish()
            #expect(end.status == 0)
        }
        return wasAtWork
    }

    @Test func `after the end nobody listens`() throws {
        try Server.run { server in
            server.process.send(SIGTERM)
            let end = try server.process.finish()
            #expect(end.status == 0)
            #expect((try? server.client.get("/healthz"))?.status == nil)
        }
    }
}

/// A call of `/train` on a thread of its own.
private final class Training: Sendable {
    private let result = Locked<Result<Response, GradientClientError>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(on server: Server, epochs: Int) {
        let client = server.client
        DispatchQueue(label: "training").async { [self] in
            let body = Array(Requests.body("train", epochs: epochs).utf8)
            let result = Result { () throws(GradientClientError) in
                try client.post("/train", json: body)
            }
            self.result.withLock { $0 = result }
            done.signal()
        }
    }

    var isDone: Bool { result.withLock { $0 != nil } }

    /// The answer, once it is there.
    func answer() -> Result<Response, GradientClientError> {
        done.wait()
        return result.withLock { $0! }
    }
}
