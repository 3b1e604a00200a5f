import Dispatch
import HTTP
import Testing

@testable import GradientService

/// How many trainings are waited for at a time, and what becomes of them.
struct TrainingsTests {
    private let short = Served.body(epochs: 3)
    private let events: HTTPFields = ["Accept": "application/x-ndjson"]

    @Test func `one training too many is turned away, until another leaves`() throws {
        let trainings = try Served { $0.attendedAtOnce = 2 }.trainings
        for _ in 0..<2 { try trainings.enter(retryAfter: 5) }
        for _ in 0..<2 {
            #expect(throws: RequestError.self) { try trainings.enter(retryAfter: 5) }
        }
        trainings.leave()
        try trainings.enter(retryAfter: 5)
    }

    @Test func `who is turned away is told when to come again`() throws {
        let served = try Served { $0.attendedAtOnce = 1 }
        try served.trainings.enter(retryAfter: 5)
        let answer = try Answer(served.service.answer("POST", "/train", short))
        #expect(answer.status == 503)
        #expect(try answer.string("/type") == "urn:gradientd:problem:overloaded")
        #expect(
            answer.response.fields["Retry-After"] == "\(served.service.http.retryAfterSeconds)")
        #expect(answer.response.fields.values(of: "Retry-After").count == 1)
    }

    @Test func `a training that is answered makes room for the next`() throws {
        let served = try Served { $0.attendedAtOnce = 1 }
        for _ in 0..<3 {
            #expect(try served.service.answer("POST", "/train", short).status == .ok)
        }
    }

    @Test func `one that is cancelled makes room too`() throws {
        let served = try Served { $0.attendedAtOnce = 1 }
        for _ in 0..<3 {
            let head = try HTTPRequestHead(
                method: "POST", target: "/train", fields: ["Content-Type": "application/json"])
            let answer = try Answer(
                served.service.answer(to: head, Served.body()) { true })
            #expect(answer.status == 503)
            #expect(try answer.string("/detail") == "the service is stopping")
        }
    }

    @Test func `one that is refused takes no room`() throws {
        let served = try Served { $0.attendedAtOnce = 1 }
        for _ in 0..<3 {
            #expect(
                try served.service.answer("POST", "/train", "{}").status == .unprocessableContent)
        }
        #expect(try served.service.answer("POST", "/train", short).status == .ok)
    }

    @Test func `a stream that nobody takes makes room`() throws {
        let served = try Served { $0.attendedAtOnce = 1 }
        for _ in 0..<3 {
            let response = try served.service.answer("POST", "/train", short, fields: events)
            #expect(response.status == .ok)
        }
    }

    @Test func `a stream that was given up in the middle makes room`() throws {
        let served = try Served { $0.attendedAtOnce = 1 }
        for _ in 0..<3 {
            var stream = try served.service
                .answer("POST", "/train", Served.body(), fields: events).stream
            try #require(stream?.piece().isEnd == false)
            stream?.next { _ in }
            stream?.cancel()
            stream = nil
            // A turn that had begun before is followed by one that sees it.
            try served.settle()
            try served.settle()
        }
    }

    @Test func `a training that takes too long is told so`() throws {
        var http = HTTPLimits()
        http.computingTime = .zero
        let served = try Served(http: http)
        let head = try HTTPRequestHead(
            method: "POST", target: "/train", fields: ["Content-Type": "application/json"])
        let answer = try Answer(served.service.answer(to: head, Served.body()) { true })
        #expect(
            try answer.string("/detail")
                == "it took longer than the limit for computing, 0.0 seconds")
    }

    @Test(arguments: [false, true])
    func `the end of the service ends one that is waited for`(asksForCheckpoint: Bool) throws {
        let served = try Served()
        served.trainings.endAttended()
        let body = Served.body(also: asksForCheckpoint ? #", "checkpoint": true"# : "")
        let answer = try Answer(served.service.answer("POST", "/train", body))
        #expect(answer.status == 503)
        #expect(try answer.string("/detail") == "the service is stopping")
        #expect((answer["/checkpoint/base64"] != nil) == asksForCheckpoint)
    }

    @Test func `a training goes on from where the end of the service has left it`() throws {
        let served = try Served()
        served.trainings.endAttended()
        let body = { Served.body(epochs: 3, also: #", "checkpoint": true"# + $0) }
        let stopped = try Answer(served.service.answer("POST", "/train", body("")))
        let base64 = try stopped.string("/checkpoint/base64")
        let other = try Served()
        let resumed = try Answer(
            other.service.answer(
                "POST", "/train", body(#", "resume_from": {"base64": "\#(base64)"}"#)))
        let right = try Answer(other.service.answer("POST", "/train", body("")))
        #expect(
            try resumed.numbers("/network/layers/0/W") == right.numbers("/network/layers/0/W"))
    }

    // MARK: The three ways

    @Test(arguments: [
        "", #", "encoding": "base64""#, #", "encoding": "flat", "checkpoint": true"#,
        #", "fault": "sign""#, #", "precision": "float32""#,
    ])
    func `the answer is the same bytes however it is asked for`(also: String) throws {
        // A loss that leaves settings to defaults which libraries have others of.
        let body = Served.body(epochs: 3, also: also)
            .replacing(#""loss": "half_squared_error""#, with: #""loss": "mean_squared_error""#)
        let served = try Served()
        let own = try #require(GradientService().answer("train", body: Array(body.utf8)))
        try #require(own.status == .ok, "\(String(decoding: own.body, as: UTF8.self))")
        #expect(try served.service.answer("POST", "/train", body).body == own.body)
        let expected = String(decoding: own.body, as: UTF8.self)

        let stream = try #require(
            served.service.answer("POST", "/train", body, fields: events).stream)
        let lines = String(decoding: try stream.rest(), as: UTF8.self)
        #expect(lines.hasSuffix(#","result":\#(expected)}"# + "\n"))

        let id = try served.submit(body, epochs: 3)
        #expect(try served.ended(id).state == .done)
        #expect(try served.runs.store.result(of: id) == own.body)
        let run = String(
            decoding: try served.service.answer("GET", "/runs/\(id)").body, as: UTF8.self)
        #expect(run.hasSuffix(#","result":\#(expected)}"#))
    }

    @Test func `what other libraries would have taken differently is told of a run too`() throws {
        let body = """
            {"network": {"layers": [{"W": [[1], [2]], "b": [0, 0], "activation": "leaky_relu"}]}, \
            "batch": {"X": [[1]], "Y": [[1], [0]]}, "loss": "mean_squared_error", \
            "training": {"optimizer": "sgd", "epochs": 1}}
            """
        let served = try Served()
        let id = try served.submit(body, epochs: 1)
        _ = try served.ended(id)
        let run = try Answer(served.service.answer("GET", "/runs/\(id)"))
        let own = try Answer("train", body)
        #expect(try run.string("/result/defaults/0/pointer") == own.string("/defaults/0/pointer"))
    }

    // MARK: Limits

    @Test func `a training that is left alone may take longer`() throws {
        var limits = ServiceLimits()
        limits.operations = 1
        let served = try Served(limits: limits)
        let whole = try Answer(served.service.answer("POST", "/train", short))
        #expect(whole.status == 422)
        let left = try served.service.answer(
            "POST", "/train", short, fields: ["Prefer": "respond-async"])
        #expect(left.status == .accepted)
    }

    @Test func `a training that is left alone is bounded too`() throws {
        var limits = ServiceLimits()
        limits.detachedOperations = 1
        let left = try Answer(
            Served(limits: limits).service.answer(
                "POST", "/train", short, fields: ["Prefer": "respond-async"]))
        #expect(left.status == 422)
    }
}
