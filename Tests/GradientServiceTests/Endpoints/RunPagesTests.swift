import HTTP
import JSON
import RunStore
import Testing

@testable import GradientService

/// How runs are listed, and what may be said in a query.
struct RunPagesTests {
    @Test func `runs are listed from the newest, page by page`() throws {
        let served = try Served { $0.detachedAtOnce = 1 }
        let ids = try (0..<5).map { _ in try served.leave().runID }
        for id in ids { _ = try served.ended(id) }
        var target: String? = "/runs?limit=2&state=done"
        var pages: [[String]] = []
        while let page = target {
            let answer = try served.get(page)
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
        let done = try served.leave().runID
        _ = try served.ended(done)
        let running = try served.leave(Served.body()).runID
        _ = try served.run(running) { $0.state == .running }
        let queued = try served.leave().runID
        for (state, run) in [("done", done), ("running", running), ("queued", queued)] {
            let answer = try served.get("/runs?state=\(state)")
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
        ("limit=+5", "limit is a whole number from 1 to 1000"),
        ("limit=%2B5", "limit is a whole number from 1 to 1000"),
        ("limit=%3", "limit has a % without two digits"),
        ("limit=ten", "limit is a whole number from 1 to 1000"),
        ("limit", "limit is a whole number from 1 to 1000"),
        ("after=7", "after is the id of a run"),
        ("state=lost", "state is one of queued, running, done, failed, cancelled"),
        ("page=2", "page is none of limit, after, state"),
    ])
    func `a query that makes no sense is refused`(query: String, detail: String) throws {
        let answer = try Served().get("/runs?\(query)")
        #expect(answer.status == 422)
        #expect(try answer.string("/detail") == detail)
        let name = String(detail.prefix { $0 != " " })
        #expect(try answer.string("/errors/0/parameter") == name)
        #expect(try answer.string("/errors/0/detail") == detail.dropFirst(name.count + 1))
    }

    @Test func `a parameter without a name is refused as that`() throws {
        let answer = try Served().get("/runs?=2")
        #expect(answer.status == 422)
        #expect(
            try answer.string("/detail")
                == "a parameter without a name is none of limit, after, state")
        #expect(try answer.string("/errors/0/parameter") == "")
    }

    @Test func `the values of a query may be percent-encoded`() throws {
        let served = try Served()
        let ids = try (0..<3).map { _ in try served.leave().runID }
        for id in ids { _ = try served.ended(id) }
        let answer = try served.get("/runs?l%69mit=%31&state=d%6Fne")
        #expect(try Array(#require(answer["/runs"]).elements()).count == 1)
    }

    @Test(arguments: ["+1", "-1", "", "1 2", "0x1", "99999999999999999999"])
    func `the id of an event is of digits alone`(id: String) throws {
        let served = try Served()
        let run = try served.leave().runID
        let answer = try Answer(
            served.service.answer(
                "GET", "/runs/\(run)/events", fields: ["Last-Event-ID": id]))
        #expect(answer.status == 422)
        #expect(try answer.string("/errors/0/header") == "Last-Event-ID")
    }

    // MARK: Beside the workers

    @Test(arguments: [
        ("GET", "/runs", true), ("HEAD", "/runs/7", true), ("DELETE", "/runs/7", true),
        ("GET", "/runs/7/events", true), ("POST", "/runs/7/resume", false),
        ("POST", "/train", false), ("GET", "/limits", false), ("GET", "/runs/", false),
        ("PUT", "/runs", false),
    ])
    func `what only waits for the disk needs no worker`(
        method: String, target: String, isSo: Bool
    ) throws {
        let head = try HTTPRequestHead(
            method: method, target: target, fields: ["Content-Type": "application/json"])
        #expect(try Served().service.needsNoWorker(head) == isSo)
    }

    @Test(arguments: ["/runs/", "/runs//events", "/runs//resume"])
    func `a run without a name is no path`(path: String) throws {
        let answer = try Served().get(path)
        #expect(answer.status == 404)
        #expect(try answer.string("/type") == "urn:gradientd:problem:unknown_path")
    }
}
