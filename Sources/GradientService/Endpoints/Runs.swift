import FoundationEssentials
import HTTP
import JSON
import RunStore

// Trainings that are left to themselves: `/runs` and what lies below.

extension Endpoint {
    /// `/runs`: all of them, the newest first, page by page.
    static let runs = Endpoint(path: "/runs", methods: ["GET", "HEAD"], computes: true) {
        asked, service throws(RequestError) in
        let store = try service.runs().store
        let query = try RunQuery(asked.head.query)
        let page = try refusing { () throws(RunStoreError) in
            try store.page(after: query.after, limit: query.limit, state: query.state)
        }
        return .now(
            HTTPResponse(status: .ok) { writer in
                writer.array("runs") { writer in
                    for run in page.runs { writer.object { $0.write(run) } }
                }
                if let next = page.next { writer.field("next", query.path(after: next)) }
            })
    }

    /// `/runs/{id}`: one of them; `DELETE` ends it, or forgets it when it has ended.
    static let run = Endpoint(
        path: "/runs/{id}", methods: ["GET", "HEAD", "DELETE"], computes: true
    ) { asked, service throws(RequestError) in
        let runs = try service.runs()
        let id = try RunID(of: asked)
        if asked.head.method == "DELETE" { return try delete(id, of: runs) }
        let (run, result) = try refusing { () throws(RunStoreError) in
            (try runs.store.run(id), try runs.store.result(of: id))
        }
        let history = try refusing { () throws(RunStoreError) in
            try runs.store.history(of: run)
        }
        return .now(
            HTTPResponse(status: .ok) { writer in
                writer.write(run)
                writer.field("history", json: history)
                if let result { writer.field("result", json: result) }
            })
    }

    private static func delete(
        _ id: RunID, of runs: RunSupervisor
    ) throws(RequestError) -> HTTPAnswer {
        let run = try refusing { () throws(RunStoreError) in try runs.store.run(id) }
        if run.state.hasEnded {
            try refusing { () throws(RunStoreError) in try runs.store.delete(id) }
            runs.trim()
            return .now(HTTPResponse(status: .noContent))
        }
        return .later { deliver in
            do throws(RunStoreError) {
                try runs.cancel(id) {
                    let answer = Result { () throws(RunStoreError) in try runs.store.run(id) }
                    switch answer {
                    case .success(let run):
                        deliver(HTTPResponse(status: .ok) { $0.write(run) })
                    case .failure(let error):
                        deliver(HTTPResponse(refusing: .runs(error)))
                    }
                }
            } catch {
                deliver(HTTPResponse(refusing: .runs(error)))
            }
        }
    }

    /// `/runs/{id}/events`: what it has told, and tells from now on.
    static let events = Endpoint(
        path: "/runs/{id}/events", methods: ["GET", "HEAD"], computes: true
    ) { asked, service throws(RequestError) in
        let runs = try service.runs()
        let id = try RunID(of: asked)
        let offers = EventFormat.allCases.map(\.contentType)
        guard
            let format = Accept(asked.head.fields).best(of: offers)
                .flatMap({ EventFormat(contentType: $0) })
        else { throw .notAcceptable(offers) }
        let last = try EventPlace(asked.head)
        _ = try refusing { () throws(RunStoreError) in try runs.store.run(id) }
        var response = HTTPResponse(
            status: .ok, contentType: format.contentType,
            stream: RunEventStream(of: id, after: last.id, from: runs, as: format))
        response.fields.append("Cache-Control", "no-store")
        return .now(response)
    }

    /// `/runs/{id}/resume`: has one that has ended go on for more epochs.
    static let resume = Endpoint(
        path: "/runs/{id}/resume", methods: ["POST"], computes: true
    ) { asked, service throws(RequestError) in
        let runs = try service.runs()
        let id = try RunID(of: asked)
        let more = try Resumption.decode(asked.content.take(), within: service.limits).epochs
        let before = try refusing { () throws(RunStoreError) in try runs.store.run(id) }
        let epochs = before.progress.epoch + more
        if before.state.hasEnded { try runs.check(before, epochs: epochs) }
        let run = try refusing { () throws(RunStoreError) in
            try runs.resume(id, epochs: epochs)
        }
        var response = HTTPResponse(status: .accepted) { $0.write(run) }
        response.fields.append("Location", run.path)
        return .now(response)
    }
}

/// `{"epochs": 10}`: how many more.
struct Resumption: JSONBody {
    let epochs: Int

    init(json: JSONCursor) throws(InvalidFields) {
        var reader = try FieldReader(json)
        let epochs = reader.required("epochs", .integer(in: 1...1_000_000_000))
        self.epochs = try reader.finish(epochs)
    }
}

/// `?limit=20&after=…&state=running`.
private struct RunQuery {
    var limit = 20
    var after: RunID?
    var state: RunState?

    init(_ query: String?) throws(RequestError) {
        for (name, value) in try Self.pairs(query) {
            switch name {
            case "limit":
                guard let limit = Int(value), (1...1000).contains(limit) else {
                    throw .badField("limit", "is a whole number from 1 to 1000")
                }
                self.limit = limit
            case "after":
                guard let id = RunID(value) else {
                    throw .badField("after", "is the id of a run")
                }
                after = id
            case "state":
                guard let state = RunState(rawValue: value) else {
                    let all = RunState.allCases.map(\.rawValue).joined(separator: ", ")
                    throw .badField("state", "is one of \(all)")
                }
                self.state = state
            default:
                throw .badField(name, "is none of limit, after, state")
            }
        }
    }

    func path(after id: RunID) -> String {
        "/runs?limit=\(limit)&after=\(id)" + (state.map { "&state=\($0.rawValue)" } ?? "")
    }

    static func pairs(
        _ query: String?
    ) throws(RequestError) -> [(name: String, value: String)] {
        (query ?? "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
        }
    }
}

/// Where a listener goes on: after the last event that it has seen, by the header that browsers send
/// when they come again, or by `?after=`.
private struct EventPlace {
    let id: Int

    init(_ head: HTTPRequestHead) throws(RequestError) {
        var text = head.fields["Last-Event-ID"]
        var name = "Last-Event-ID"
        for (found, value) in try RunQuery.pairs(head.query) {
            guard found == "after" else { throw .badField(found, "is not after") }
            if text == nil { (name, text) = ("after", value) }
        }
        guard let id = Int(text ?? "0"), id >= 0 else {
            throw .badField(name, "is the id of an event, a whole number from 0")
        }
        self.id = id
    }
}

extension RunID {
    fileprivate init(of asked: Asked) throws(RequestError) {
        guard let id = RunID(asked.parameters[0]) else { throw .runs(.unknownRun) }
        self = id
    }
}

extension Run {
    var path: String { "/runs/\(id)" }
}

extension RunStore {
    /// What the run has told of its epochs, a row each: the last of them, where there are many.
    fileprivate func history(of run: Run) throws(RunStoreError) -> [UInt8] {
        let most = 10_000
        var rows: [UInt8] = Array("[".utf8)
        var last = max(0, run.events - most)
        while true {
            let events = try events(of: run.id, after: last, limit: most)
            guard let end = events.last else { break }
            for event in events where event.kind == TrainingEvent.Kind.epoch.rawValue {
                if rows.count > 1 { rows += ",".utf8 }
                rows += event.bytes
            }
            last = end.id
        }
        return rows + "]".utf8
    }
}

extension JSONWriter {
    /// A run, without its result.
    mutating func write(_ run: Run) {
        field("id", run.id.description)
        field("state", run.state.rawValue)
        for (name, time) in [
            ("created", run.created), ("started", run.started), ("ended", run.ended),
        ] {
            guard let time else { continue }
            field(name, Date(timeIntervalSince1970: time).ISO8601Format())
        }
        field("epoch", run.progress.epoch)
        field("epochs", run.progress.epochs)
        field("step", run.progress.step)
        field("events", run.events)
        field("bytes", run.sizes.total)
        object("links") { writer in
            writer.field("self", run.path)
            writer.field("events", run.path + "/events")
            writer.field("resume", run.path + "/resume")
        }
    }
}
