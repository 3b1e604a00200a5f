import HTTP
import JSON
import Testing

@testable import GradientService

/// A training that is watched.
struct TrainingStreamTests {
    private func stream(
        _ served: Served, _ body: String, as type: String = "application/x-ndjson"
    ) throws -> any HTTPBodyStream {
        let response = try served.service.answer(
            "POST", "/train", body, fields: ["Accept": type])
        #expect(response.status == .ok)
        #expect(response.fields["Content-Type"] == type)
        return try #require(response.stream)
    }

    private var short: String {
        Worked.body(
            also: #", "training": {"optimizer": "sgd", "learning_rate": 0, "epochs": 3}"#)
    }

    @Test func `every epoch is told, and after them the result`() throws {
        let events = try stream(Served(), short).events()
        #expect(try events.kinds == ["started", "epoch", "epoch", "epoch", "done"])
        #expect(try events.ids == [1, 2, 3, 4, 5])
        for (index, event) in events[1...3].enumerated() {
            #expect(try event["/epoch"]?.integer() == index + 1)
            #expect(try event["/step"]?.integer() == index + 1)
            #expect(try event["/cost:mean"]?.number() == Worked.cost)
        }
        #expect(try events[0]["/epochs"]?.integer() == 3)
        #expect(try events[0]["/steps_per_epoch"]?.integer() == 1)
        #expect(try events[4]["/outcome"]?.string() == "finished")
    }

    @Test func `all but the result is flat`() throws {
        for event in try stream(Served(), short).events() {
            for (name, value) in try event.members() where name != "result" {
                #expect(value.kind != .object && value.kind != .array, "\(name)")
            }
        }
    }

    @Test func `server-sent events carry the same`() throws {
        let text = String(
            decoding: try stream(Served(), short, as: "text/event-stream").rest(), as: UTF8.self)
        let events = text.split(separator: "\n\n")
        #expect(events.count == 5)
        #expect(events.first?.hasPrefix("id: 1\nevent: started\ndata: {\"id\":1,") == true)
        #expect(events.last?.hasPrefix("id: 5\nevent: done\ndata: {\"id\":5,") == true)
    }

    @Test func `a training with a mistake on purpose can be watched`() throws {
        let body = Worked.body(
            also: #", "training": {"optimizer": "sgd", "epochs": 3}, "fault": "sign""#)
        let events = try stream(Served(), body).events()
        #expect(try events.kinds == ["started", "epoch", "epoch", "epoch", "done"])
        #expect(try events.last?["/result/fault/name"]?.string() == "sign")
    }

    @Test func `a training that diverges ends as failed, with its answer`() throws {
        let body = Worked.body(
            also: #", "training": {"optimizer": "sgd", "learning_rate": 1e6, "epochs": 99}"#)
        let last = try #require(stream(Served(), body).events().last)
        #expect(try last["/event"]?.string() == "failed")
        #expect(try last["/outcome"]?.string() == "diverged")
        #expect(try last["/detail"]?.string() == last["/result/failure/detail"]?.string())
    }

    @Test func `a warning is told as it comes up`() throws {
        let body = Worked.body(
            also: #", "training": {"optimizer": "sgd", "learning_rate": 10, "epochs": 2}"#)
        let events = try stream(Served(), body).events()
        #expect(try events.kinds == ["started", "epoch", "epoch", "warning", "done"])
    }

    @Test func `pieces come before the end`() throws {
        let stream = try stream(Served(), Served.body())
        let piece = try stream.piece()
        #expect(!piece.isEnd)
        #expect(try lines(of: piece.bytes).kinds.first == "started")
        #expect(try lines(of: stream.piece().bytes).kinds.allSatisfy { $0 == "epoch" })
        stream.cancel()
    }

    @Test func `a stream that is stopped ends with a checkpoint to go on from`() throws {
        let stream = try stream(Served(), Served.body())
        _ = try stream.piece()
        stream.stop()
        let last = try #require(stream.events().last)
        #expect(try last["/event"]?.string() == "cancelled")
        #expect(try last["/detail"]?.string() == "the service is stopping")
        let epoch = try #require(try last["/epoch"]?.integer())
        let base64 = try #require(try last["/checkpoint/base64"]?.string())
        func train(_ also: String) throws -> Answer {
            try Answer("train", Served.body(epochs: epoch + 100, also: also))
        }
        let resumed = try train(#", "resume_from": {"base64": "\#(base64)"}"#)
        #expect(resumed.status == 200)
        #expect(
            try resumed.numbers("/network/layers/0/W") == train("").numbers("/network/layers/0/W"))
    }

    @Test func `the end of the service ends a stream, with a checkpoint`() throws {
        let served = try Served()
        let stream = try stream(served, Served.body())
        _ = try stream.piece()
        served.trainings.endAttended()
        let last = try #require(stream.events().last)
        #expect(try last["/event"]?.string() == "cancelled")
        #expect(try last["/detail"]?.string() == "the service is stopping")
        #expect(last["/checkpoint/base64"] != nil)
    }

    @Test func `a stream whose time is up says so`() throws {
        var http = HTTPLimits()
        http.computingTime = .zero
        let events = try stream(Served(http: http), Served.body()).events()
        #expect(try events.kinds == ["started", "cancelled"])
        #expect(
            try events[1]["/detail"]?.string() == "it took longer than the limit for computing")
    }

    @Test func `a client that takes no form of it is told what there is`() throws {
        let answer = try Answer(
            Served().service.answer("POST", "/train", short, fields: ["Accept": "text/html"]))
        #expect(answer.status == 406)
        #expect(try answer.string("/detail").contains("text/event-stream"))
    }
}
