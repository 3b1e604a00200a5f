import HTTP
import JSON
import RunStore
import Testing

@testable import GradientService

/// `/runs` and what lies below it.
struct RunsTests {
    private func leave(
        _ served: Served, _ body: String = Served.body(epochs: 2), fields: HTTPFields = [:]
    ) throws -> Answer {
        var fields = fields
        fields.append("Prefer", "respond-async")
        return try Answer(served.service.answer("POST", "/train", body, fields: fields))
    }

    private func get(_ served: Served, _ target: String) throws -> Answer {
        try Answer(served.service.answer("GET", target))
    }

    private func id(_ answer: Answer) throws -> RunID {
        try #require(RunID(answer.string("/id")))
    }

    @Test func `a training that is left alone is told by its name`() throws {
        let served = try Served()
        let answer = try leave(served)
        #expect(answer.status == 202)
        let path = "/runs/\(try id(answer))"
        #expect(answer.response.fields["Location"] == path)
        #expect(answer.response.fields["Preference-Applied"] == "respond-async")
        #expect(try answer.string("/state") == "queued")
        #expect(try answer.number("/epochs") == 2)
        #expect(try answer.string("/links/self") == path)
        #expect(try answer.string("/links/events") == path + "/events")
        #expect(try answer.string("/links/resume") == path + "/resume")
    }

    @Test(arguments: ["respond-async; wait=10", "handling=lenient, Respond-Async"])
    func `the preference is found among others`(preference: String) throws {
        let answer = try Served().service.answer(
            "POST", "/train", Served.body(epochs: 2), fields: ["Prefer": preference])
        #expect(answer.status == .accepted)
    }

    @Test func `a run that is done is answered with its history and its result`() throws {
        let served = try Served()
        let id = try id(leave(served, Served.body(epochs: 250)))
        _ = try served.ended(id)
        let run = try get(served, "/runs/\(id)")
        #expect(run.status == 200)
        #expect(
            try run.names("") == [
                "id", "state", "created", "started", "ended", "epoch", "epochs", "step", "events",
                "bytes", "links", "history", "result",
            ])
        let rows = try #require(run["/history"]).elements().map { try $0["/epoch"]?.integer() }
        #expect(rows == [100, 200, 250])
        #expect(try run.string("/created").hasSuffix("Z"))
    }

    @Test func `a training that is refused makes no run`() throws {
        let served = try Served()
        for body in ["{}", "[NaN]", Served.body(epochs: 2, also: #", "dry_run": true"#)] {
            #expect(try leave(served, body).status >= 400)
        }
        #expect(try get(served, "/runs").text == #"{"runs":[]}"#)
    }

    // MARK: Keys

    @Test func `the same key and body give the same run`() throws {
        let served = try Served()
        let ids = try (0..<3).map { _ in
            try id(leave(served, fields: ["Idempotency-Key": "k"]))
        }
        #expect(Set(ids).count == 1)
        #expect(try id(leave(served, fields: ["Idempotency-Key": "l"])) != ids[0])
    }

    @Test func `a key with another body is refused`() throws {
        let served = try Served()
        let key: HTTPFields = ["Idempotency-Key": "k"]
        _ = try leave(served, fields: key)
        let answer = try leave(served, Served.body(epochs: 3), fields: key)
        #expect(answer.status == 422)
        #expect(try answer.string("/type") == "urn:gradientd:problem:idempotency_key_in_use")
    }

    @Test(
        arguments: [
            ["Idempotency-Key": ""], ["Idempotency-Key": String(repeating: "k", count: 256)],
            ["Idempotency-Key": "k", "idempotency-key": "l"],
        ] as [HTTPFields])
    func `a key that is none is refused`(fields: HTTPFields) throws {
        #expect(try leave(Served(), fields: fields).status == 422)
    }

    // MARK: Pages

    @Test func `runs are listed from the newest, page by page`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let ids = try (0..<5).map { _ in try id(leave(served)) }
        for id in ids { _ = try served.ended(id) }
        var target: String? = "/runs?limit=2&state=done"
        var pages: [[String]] = []
        while let page = target {
            let answer = try get(served, page)
            #expect(answer.status == 200)
            pages.append(
                try #require(answer["/runs"]).elements().map { try $0["/id"]?.string() ?? "" })
            target = try answer["/next"]?.string()
        }
        #expect(pages.map(\.count) == [2, 2, 1])
        #expect(pages.flatMap(\.self) == ids.reversed().map(\.description))
    }

    @Test func `runs are listed by their state`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let done = try id(leave(served))
        _ = try served.ended(done)
        let running = try id(leave(served, Served.body()))
        _ = try served.run(running) { $0.state == .running }
        let queued = try id(leave(served))
        for (state, run) in [("done", done), ("running", running), ("queued", queued)] {
            let answer = try get(served, "/runs?state=\(state)")
            #expect(
                try #require(answer["/runs"]).elements().map { try $0["/id"]?.string() } == [
                    run.description
                ])
        }
        try served.cancel(running)
    }

    @Test(arguments: [
        ("limit=0", "limit is a whole number from 1 to 1000"),
        ("limit=1001", "limit is a whole number from 1 to 1000"),
        ("limit=ten", "limit is a whole number from 1 to 1000"),
        ("limit", "limit is a whole number from 1 to 1000"),
        ("after=7", "after is the id of a run"),
        ("state=lost", "state is one of queued, running, done, failed, cancelled"),
        ("page=2", "page is none of limit, after, state"),
    ])
    func `a query that makes no sense is refused`(query: String, detail: String) throws {
        let answer = try get(Served(), "/runs?\(query)")
        #expect(answer.status == 422)
        #expect(try answer.string("/detail") == detail)
    }

    // MARK: One of them

    @Test(arguments: [
        "7", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "x%2Fy", "\u{20}".replacing(" ", with: "%20"),
    ])
    func `a run that there is not is not found`(id: String) throws {
        let served = try Served()
        for (method, path) in [
            ("GET", ""), ("DELETE", ""), ("GET", "/events"), ("POST", "/resume"),
        ] {
            let answer = try Answer(
                served.service.answer(method, "/runs/\(id)\(path)", #"{"epochs": 1}"#))
            #expect(answer.status == 404, "\(method) \(path)")
        }
    }

    @Test func `the first DELETE ends a run, the second forgets it`() throws {
        let served = try Served()
        let id = try id(leave(served, Served.body()))
        _ = try served.run(id) { $0.progress.epoch > 0 }
        let ended = try Answer(served.service.answer("DELETE", "/runs/\(id)"))
        #expect(ended.status == 200)
        #expect(try ended.string("/state") == "cancelled")
        let forgotten = try served.service.answer("DELETE", "/runs/\(id)")
        #expect(forgotten.status == .noContent)
        #expect(forgotten.body.isEmpty)
        #expect(try get(served, "/runs/\(id)").status == 404)
    }

    @Test func `a run goes on for more epochs`() throws {
        let served = try Served()
        let id = try id(leave(served))
        _ = try served.ended(id)
        let answer = try Answer(
            served.service.answer("POST", "/runs/\(id)/resume", #"{"epochs": 3}"#))
        #expect(answer.status == 202)
        #expect(answer.response.fields["Location"] == "/runs/\(id)")
        #expect(try answer.number("/epochs") == 5)
        #expect(try served.ended(id).progress.epoch == 5)
    }

    @Test func `a resumption that would pass a limit is refused, and the result is kept`() throws {
        var limits = ServiceLimits()
        limits.steps = 4
        let served = try Served(limits: limits)
        let id = try id(leave(served))
        let before = try served.ended(id)
        let answer = try Answer(
            served.service.answer("POST", "/runs/\(id)/resume", #"{"epochs": 3}"#))
        #expect(answer.status == 422)
        #expect(
            try answer.string("/detail") == "epochs cannot be 5 in all: /training/epochs: "
                + "5 epochs of 1 steps are more than the limit of 4 steps")
        #expect(try served.runs.store.run(id) == before)
        #expect(try served.runs.store.result(of: id) != nil)
    }

    @Test func `a run that has not ended is not resumed`() throws {
        let served = try Served()
        let id = try id(leave(served, Served.body()))
        let answer = try Answer(
            served.service.answer("POST", "/runs/\(id)/resume", #"{"epochs": 3}"#))
        #expect(answer.status == 409)
        #expect(try answer.string("/type") == "urn:gradientd:problem:run_state")
        try served.cancel(id)
    }

    @Test(arguments: [#"{}"#, #"{"epochs": 0}"#, #"{"epochs": 1, "rate": 1}"#, #"{"epochs": 1e9}"#])
    func `a resumption that makes no sense is refused, and changes nothing`(body: String) throws {
        let served = try Served()
        let id = try id(leave(served))
        let before = try served.ended(id)
        #expect(
            try served.service.answer("POST", "/runs/\(id)/resume", body).status
                == .unprocessableContent)
        #expect(try served.runs.store.run(id) == before)
    }

    @Test(arguments: [
        ("GET", "/runs"), ("GET", "/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("DELETE", "/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("GET", "/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV/events"),
        ("POST", "/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV/resume"),
    ])
    func `without a store there are no runs`(method: String, target: String) throws {
        let answer = try Answer(GradientService().answer(method, target, #"{"epochs": 1}"#))
        #expect(answer.status == 503)
        #expect(try answer.string("/type") == "urn:gradientd:problem:runs_unavailable")
    }
}
