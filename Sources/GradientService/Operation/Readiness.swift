import Dispatch
import RunStore

/// Whether the service is ready for more requests, as `/readyz` says.
// What can change is touched on `turns` only, whence `@unchecked Sendable`.
public final class Readiness: @unchecked Sendable {
    private let turns = DispatchQueue(label: "readiness")
    private var isDraining = false
    private var storeError: RunStoreError?
    private var counts: [RunState: Int]?
    private var timer: (any DispatchSourceTimer)?

    /// How often the store is looked at.
    private static let interval = DispatchTimeInterval.seconds(2)

    init() {}

    /// From now on it is not ready: it is about to end.
    public func drain() { turns.sync { isDraining = true } }

    /// Why it is not ready; nil where it is.
    var fault: RequestError? {
        turns.sync {
            if isDraining { return .draining }
            return storeError.map { .runs($0) }
        }
    }

    /// The runs by their states, when they were last counted.
    var runs: [RunState: Int]? { turns.sync { counts } }

    /// Looks at a store from time to time, away from all requests: a disk may take its time.
    public func watch(_ trainings: Trainings) {
        guard case .success(let runs) = trainings.runs else { return }
        let store = runs.store
        look(at: store)
        let looking = DispatchQueue(label: "readiness.store")
        let timer = DispatchSource.makeTimerSource(queue: looking)
        timer.schedule(
            deadline: .now() + Self.interval, repeating: Self.interval, leeway: .milliseconds(500))
        timer.setEventHandler { [weak self] in self?.look(at: store) }
        timer.activate()
        turns.sync { self.timer = timer }
    }

    func look(at store: RunStore) {
        let found = Result { () throws(RunStoreError) in try store.stateCounts() }
        turns.sync {
            switch found {
            case .success(let counts):
                self.counts = counts
                storeError = nil
            case .failure(let error):
                storeError = error
            }
        }
    }
}
