import HTTP
import JSON
import RunStore
import Testing

@testable import GradientService

/// `/runs` and what lies below it.
struct RunsTests {
    @Test func `a training that is left alone is told by its name`() throws {
        let served = try Served()
        let answer = try served.leave()
        #expect(answer.status == 202)
        let path = "/runs/\(try answer.runID)"
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
        let id = try served.leave(Served.body(epochs: 250)).runID
        _ = try served.ended(id)
        let run = try served.get("/runs/\(id)")
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
            #expect(try served.leave(body).status >= 400)
        }
        #expect(try served.get("/runs").text == #"{"runs":[]}"#)
    }

    // MARK: Keys

    @Test func `the same key and body give the same run`() throws {
        let served = try Served()
        let ids = try (0..<3).map { _ in
            try served.leave(fields: ["Idempotency-Key": "k"]).runID
        }
        #expect(Set(ids).count == 1)
        #expect(try served.leave(fields: ["Idempotency-Key": "l"]).runID != ids[0])
    }

    @Test func `a key with another body is refused`() throws {
        let served = try Served()
        let key: HTTPFields = ["Idempotency-Key": "k"]
        _ = try served.leave(fields: key)
        let answer = try served.leave(Served.body(epochs: 3), fields: key)
        #expect(answer.status == 422)
        #expect(try answer.string("/type") == "urn:gradientd:problem:idempotency_key_in_use")
    }

    @Test(
        arguments: [
            ["Idempotency-Key": ""], ["Idempotency-Key": String(repeating: "k", count: 256)],
            ["Idempotency-Key": "k", "idempotency-key": "l"],
        ] as [HTTPFields])
    func `a key that is none is refused, also where it is not needed`(fields: HTTPFields) throws {
        let served = try Served()
        #expect(try served.leave(fields: fields).status == 422)
        let waiting = try Answer(
            served.service.answer("POST", "/train", Served.body(epochs: 2), fields: fields))
        #expect(waiting.status == 422)
    }

    // MARK: One of them

    @Test func `of a long history the newest rows are answered, and where they begin`() throws {
        let served = try Served()
        let store = try served.runs.store
        let id = try store.create(request: [], limits: served.runs.settings.kept).run.id
        let events = (1...10_001).map { (epoch: Int) in
            RunEvent(kind: "epoch", epoch: epoch, bytes: Array(#"{"epoch":\#(epoch)}"#.utf8))
        }
        try store.commit(RunChange(events: events, state: .done), to: id)
        let run = try served.get("/runs/\(id)")
        #expect(try run.number("/history_from") == 2)
        let rows = try Array(#require(run["/history"]).elements())
        #expect(rows.count == 10_000)
        #expect(try rows.last?["/epoch"]?.integer() == 10_001)
    }

    @Test func `of a history with large rows no more are answered than fit`() throws {
        let served = try Served()
        let store = try served.runs.store
        let id = try store.create(request: [], limits: served.runs.settings.kept).run.id
        let padding = String(repeating: "x", count: 6 << 20)
        let events = (1...3).map { (epoch: Int) in
            RunEvent(
                kind: "epoch", epoch: epoch,
                bytes: Array(#"{"epoch":\#(epoch),"x":"\#(padding)"}"#.utf8))
        }
        try store.commit(RunChange(events: events, state: .done), to: id)
        let answer = try served.service.answer("GET", "/runs/\(id)")
        #expect(answer.body.count < 16 << 20)
        #expect(try Answer(answer).number("/history_from") == 2)
    }

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
        let id = try served.leave(Served.body()).runID
        _ = try served.run(id) { $0.progress.epoch > 0 }
        let ended = try Answer(served.service.answer("DELETE", "/runs/\(id)"))
        #expect(ended.status == 200)
        #expect(try ended.string("/state") == "cancelled")
        let forgotten = try served.service.answer("DELETE", "/runs/\(id)")
        #expect(forgotten.status == .noContent)
        #expect(forgotten.body.isEmpty)
        #expect(try served.get("/runs/\(id)").status == 404)
    }

    @Test func `a run goes on for more epochs`() throws {
        let served = try Served()
        let id = try served.leave().runID
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
        let id = try served.leave().runID
        let before = try served.ended(id)
        let answer = try Answer(
            served.service.answer("POST", "/runs/\(id)/resume", #"{"epochs": 3}"#))
        #expect(answer.status == 422)
        #expect(
            try answer.string("/detail") == "/epochs: cannot be 5 in all: /training/epochs: "
                + "5 epochs of 1 step are more than the limit of 4 steps")
        #expect(try served.runs.store.run(id) == before)
        #expect(try served.runs.store.result(of: id) != nil)
    }

    @Test func `all limits that a resumption would pass are told`() throws {
        var limits = ServiceLimits()
        limits.steps = 4
        limits.reportedNumbers = 30
        let served = try Served(limits: limits)
        let id = try served.leave().runID
        _ = try served.ended(id)
        let answer = try Answer(
            served.service.answer("POST", "/runs/\(id)/resume", #"{"epochs": 3000}"#))
        let detail = try answer.string("/detail")
        for limit in ["the limit of 4 steps", "the limit is 30"] {
            #expect(detail.contains(limit), "\(detail)")
        }
    }

    @Test func `epochs are added to those of the checkpoint that a run was to begin from`() throws {
        let own = try Answer("train", Served.body(epochs: 5, also: #", "checkpoint": true"#))
        let base64 = try own.string("/checkpoint/base64")
        let served = try Served { $0.detachedAtOnce = 1 }
        let other = try served.submit()
        let body = Served.body(epochs: 9, also: #", "resume_from": {"base64": "\#(base64)"}"#)
        let id = try served.leave(body).runID
        #expect(try served.runs.store.run(id).progress == RunProgress(epoch: 5, epochs: 9, step: 5))
        try served.cancel(id)
        let answer = try Answer(
            served.service.answer("POST", "/runs/\(id)/resume", #"{"epochs": 3}"#))
        #expect(answer.status == 202)
        #expect(try answer.number("/epochs") == 8)
        try served.cancel(other)
        #expect(try served.ended(id).progress.epoch == 8)
    }

    @Test func `a run with a fault, which keeps no checkpoint, is not resumed`() throws {
        let served = try Served()
        let id = try served.leave(Served.body(epochs: 2, also: #", "fault": "sign""#)).runID
        let before = try served.ended(id)
        let answer = try Answer(
            served.service.answer("POST", "/runs/\(id)/resume", #"{"epochs": 3}"#))
        #expect(answer.status == 422)
        #expect(try answer.faults.map(\.pointer) == ["/epochs"])
        #expect(try answer.string("/detail").contains("submit it again"))
        #expect(try served.runs.store.run(id) == before)
    }

    @Test func `a run that has not ended is not resumed`() throws {
        let served = try Served()
        let id = try served.leave(Served.body()).runID
        let answer = try Answer(
            served.service.answer("POST", "/runs/\(id)/resume", #"{"epochs": 3}"#))
        #expect(answer.status == 409)
        #expect(try answer.string("/type") == "urn:gradientd:problem:run_state")
        try served.cancel(id)
    }

    @Test(arguments: [#"{}"#, #"{"epochs": 0}"#, #"{"epochs": 1, "rate": 1}"#, #"{"epochs": 1e9}"#])
    func `a resumption that makes no sense is refused, and changes nothing`(body: String) throws {
        let served = try Served()
        let id = try served.leave().runID
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
