import Dispatch
import HTTP
import JSON
import RunStore
import TestSupport
import Testing

@testable import GradientService

/// A service with trainings of its own, which are kept in memory.
struct Served {
    let trainings: Trainings
    let service: GradientService

    init(
        store: RunStore? = nil, limits: ServiceLimits = .init(), http: HTTPLimits = .init(),
        _ change: (inout TrainingsSettings) -> Void = { _ in }
    ) throws {
        var settings = TrainingsSettings()
        settings.threads = 1
        change(&settings)
        trainings = Trainings(
            store: .success(try store ?? RunStore(at: .memory)), settings: settings, limits: limits)
        service = GradientService(limits: limits, http: http, trainings: trainings)
    }

    var runs: RunSupervisor { get throws { try trainings.runs.get() } }

    /// The worked training for so many epochs, which goes on for as long as a test needs it to.
    static func body(epochs: Int = 1_000_000, training: String = "", also: String = "") -> String {
        let own = #""optimizer": "sgd", "learning_rate": 0.001, "report_every": 100"#
        return Worked.body(
            also: #", "training": {\#(own), "epochs": \#(epochs)\#(training)}\#(also)"#)
    }

    func submit(_ body: String = Self.body(), epochs: Int = 1_000_000) throws -> RunID {
        try runs.submit(Array(body.utf8), key: nil, progress: RunProgress(epochs: epochs)).run.id
    }

    /// Has a training left to itself, as a caller does.
    func leave(_ body: String = Self.body(epochs: 2), fields: HTTPFields = [:]) throws -> Answer {
        var fields = fields
        fields.append("Prefer", "respond-async")
        return try Answer(service.answer("POST", "/train", body, fields: fields))
    }

    func get(_ target: String) throws -> Answer { try Answer(service.answer("GET", target)) }

    /// A run, once it is as wanted.
    func run(_ id: RunID, when isWanted: (Run) -> Bool) throws -> Run {
        while true {
            let run = try runs.store.run(id)
            if isWanted(run) { return run }
            try #require(!run.state.hasEnded, "the run is \(run.state)")
            let isThere = DispatchSemaphore(value: 0)
            try runs.wait(for: id, after: run.events) { isThere.signal() }
            try isThere.awaited()
        }
    }

    func ended(_ id: RunID) throws -> Run { try run(id) { $0.state.hasEnded } }

    func cancel(_ id: RunID) throws {
        let isOver = DispatchSemaphore(value: 0)
        try runs.cancel(id) { _ in isOver.signal() }
        try isOver.awaited()
    }

    /// The events of a run that are stored.
    func events(of id: RunID) throws -> [JSONCursor] {
        try runs.store.events(of: id).map { try JSONDocument(parsing: $0.bytes).root }
    }

    /// Lets every turn that the pool has begun come to its end.
    func settle() throws {
        let isOver = DispatchSemaphore(value: 0)
        trainings.pool.add {
            isOver.signal()
            return false
        }
        try isOver.awaited()
    }
}

extension DispatchSemaphore {
    /// Waits far longer than anything takes, so that what never comes fails its test.
    func awaited() throws {
        try #require(wait(timeout: .now() + 600) == .success, "it never came")
    }
}

extension HTTPBodyStream {
    func piece() throws -> HTTPBodyPiece {
        let pieces = Locked<[HTTPBodyPiece]>([])
        let isThere = DispatchSemaphore(value: 0)
        next { piece in
            pieces.withLock { $0.append(piece) }
            isThere.signal()
        }
        try isThere.awaited()
        return pieces.withLock { $0[0] }
    }

    /// All that comes until the end.
    func rest() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            switch try piece() {
            case .bytes(let more): bytes += more
            case .end(let last): return bytes + last
            case .abort: throw Aborted()
            }
        }
    }

    /// The same of lines.
    func events() throws -> [JSONCursor] { try lines(of: rest()) }
}

private struct Aborted: Error {}

extension HTTPBodyPiece {
    var bytes: [UInt8] {
        switch self {
        case .bytes(let bytes), .end(let bytes): bytes
        case .abort: []
        }
    }

    var isEnd: Bool { if case .end = self { true } else { false } }
}

extension HTTPResponse {
    var stream: (any HTTPBodyStream)? {
        if case .stream(let stream) = content { stream } else { nil }
    }
}

/// Events, a line each.
func lines(of lines: [UInt8]) throws -> [JSONCursor] {
    try lines.split(separator: UInt8(ascii: "\n")).map {
        try JSONDocument(parsing: Array($0)).root
    }
}

extension [JSONCursor] {
    var kinds: [String] { get throws { try map { try $0["/event"]?.string() ?? "" } } }
    var ids: [Double] { get throws { try map { try $0["/id"]?.number() ?? 0 } } }
}

extension Answer {
    /// The name of the run that it tells of.
    var runID: RunID { get throws { try #require(RunID(string("/id"))) } }
}
