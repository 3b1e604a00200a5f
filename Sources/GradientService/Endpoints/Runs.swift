import FoundationEssentials
import HTTP
import JSON
import RunStore

// Trainings that are left to themselves: `/runs` and what lies below.

extension Endpoint {
    /// `/runs`: all of them, the newest first, page by page.
    static let runs = Endpoint(path: "/runs", methods: ["GET", "HEAD"], place: .storing) {
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
                if page.unreadable > 0 { writer.field("unreadable", page.unreadable) }
                if let next = page.next { writer.field("next", query.path(after: next)) }
            })
    }

    /// `/runs/{id}`: one of them; `DELETE` ends it, or forgets it when it has ended.
    static let run = Endpoint(
        path: "/runs/{id}", methods: ["GET", "HEAD", "DELETE"], place: .storing
    ) { asked, service throws(RequestError) in
        let runs = try service.runs()
        let id = try RunID(of: asked)
        if asked.head.method == "DELETE" { return try delete(id, of: runs) }
        let run = try refusing { () throws(RunStoreError) in try runs.store.run(id) }
        let share = try service.arrays.share(forStored: run.sizes.result + run.bytesOfHistory)
        let (result, history) = try refusing { () throws(RunStoreError) in
            (try runs.store.result(of: id), try runs.store.history(of: run))
        }
        return .now(
            HTTPResponse(status: .ok) { writer in
                writer.write(run)
                if let start = history.start { writer.field("history_from", start) }
                writer.field("history", json: history.rows)
                if let result { writer.field("result", json: result) }
            }.holding(share))
    }

    private static func delete(
        _ id: RunID, of runs: RunSupervisor
    ) throws(RequestError) -> HTTPAnswer {
        let mayGo = try refusing { () throws(RunStoreError) in
            do throws(RunStoreError) {
                return try runs.store.run(id).state.hasEnded
            } catch .damaged {
                // Nothing else can be done with it.
                return true
            }
        }
        if mayGo {
            try refusing { () throws(RunStoreError) in try runs.store.delete(id) }
            runs.trim()
            return .now(HTTPResponse(status: .noContent))
        }
        return .later { deliver in
            runs.cancel(id) { ended in
                switch ended {
                case .success(let run): deliver(HTTPResponse(status: .ok) { $0.write(run) })
                case .failure(let error): deliver(HTTPResponse(refusing: .runs(error)))
                }
            }
        }
    }

    /// `/runs/{id}/events`: what it has told, and tells from now on.
    static let events = Endpoint(
        path: "/runs/{id}/events", methods: ["GET", "HEAD"], place: .storing
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
        path: "/runs/{id}/resume", methods: ["POST"], place: .training
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

extension RunID {
    fileprivate init(of asked: Asked) throws(RequestError) {
        guard let id = RunID(asked.parameters[0]) else { throw .runs(.unknownRun) }
        self = id
    }
}

extension Run {
    var path: String { "/runs/\(id)" }

    /// What it has told is told again up to this, the last of it.
    fileprivate static let historyBytes = 16 << 20
    fileprivate var bytesOfHistory: Int { min(sizes.events, Self.historyBytes) }
}

extension RunStore {
    /// What the run has told of its epochs, a row each: the last of them, where there are many, and
    /// then the epoch that they begin with.
    fileprivate func history(
        of run: Run
    ) throws(RunStoreError) -> (rows: [UInt8], start: Int?) {
        let latest = try latest(
            TrainingEvent.Kind.epoch.rawValue, of: run.id, limit: 10_000, bytes: Run.historyBytes)
        var rows: [UInt8] = Array("[".utf8)
        for event in latest.events {
            if rows.count > 1 { rows += ",".utf8 }
            rows += event.bytes
        }
        return (rows + "]".utf8, latest.isCut ? latest.events.first?.epoch : nil)
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
