import Dispatch
import HTTP
import RunStore
import Synchronization

/// The events of a run, those that are stored and then each as it is stored, until the run has ended.
final class RunEventStream: HTTPBodyStream {
    private let id: RunID
    private let runs: RunSupervisor
    private let format: EventFormat
    private let last: Atomic<Int>
    private let isOver = Atomic(false)

    /// Reads from the store wait for the disk, which an event loop must not.
    private static let reading = DispatchQueue(label: "runs.events")

    /// Begins after the event of the id `last`.
    init(of id: RunID, after last: Int, from runs: RunSupervisor, as format: EventFormat) {
        self.id = id
        self.runs = runs
        self.format = format
        self.last = Atomic(last)
    }

    var heartbeat: [UInt8] { format.heartbeat }

    func next(_ deliver: @escaping @Sendable (HTTPBodyPiece) -> Void) {
        Self.reading.async { self.read(deliver) }
    }

    private func read(_ deliver: @escaping @Sendable (HTTPBodyPiece) -> Void) {
        let told = last.load(ordering: .relaxed)
        // The run first: what is stored between the two is then read, or told by the next.
        guard let run = try? runs.store.run(id),
            let events = try? runs.store.events(of: id, after: told, limit: 1000, bytes: 64 << 10)
        else { return deliver(.end()) }
        if !events.isEmpty {
            var bytes: [UInt8] = []
            for event in events {
                format.append(event.bytes, kind: event.kind, id: event.id, to: &bytes)
            }
            last.store(events[events.count - 1].id, ordering: .relaxed)
            return deliver(.bytes(bytes))
        }
        // The client comes again for the rest, with the id of what it has.
        if run.state.hasEnded || isOver.load(ordering: .relaxed) || runs.isEnding {
            return deliver(.end())
        }
        runs.wait(for: id, after: told) { self.next(deliver) }
    }

    func cancel() { end() }

    func drain() { end() }

    private func end() {
        isOver.store(true, ordering: .relaxed)
        Self.reading.async { [runs, id] in runs.wake(id) }
    }
}
