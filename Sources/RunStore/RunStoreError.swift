/// Why the store did not do what it was asked for. Nothing is half done: what was stored before
/// is still there.
public enum RunStoreError: Error, Equatable, Sendable {
    /// There is no such run, or no longer.
    case unknownRun
    /// The run has ended in this state, so nothing is added to it.
    case ended(RunState)
    /// The run has not ended, so it cannot be resumed.
    case notEnded(RunState)
    /// The key stands for another request.
    case keyInUse(by: RunID)
    /// The runs that have not ended take all the room that the limits leave.
    case full(runs: Int, bytes: Int)
    /// A part is larger than can ever be stored.
    case tooLarge(part: String, bytes: Int, limit: Int)
    /// The run would take more than its share of what may be kept.
    case runTooLarge(bytes: Int, limit: Int)
    /// There is no room on the disk. Reading goes on, and writing when there is room again.
    case diskFull
    /// The folder or its file cannot be written to.
    case readOnly
    /// Another process, or another store in this one, holds the folder.
    case locked
    /// The file is not, or no longer, what the store wrote.
    case damaged(String)
    /// The file was written by a newer version of this program.
    case newer(version: Int, known: Int)
    /// The file belongs to another program.
    case foreign
    /// The store was closed.
    case closed
    /// Any other failure, with the number and text that SQLite or the system has for it.
    case failed(code: Int32, String)
}

extension RunStoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownRun: "there is no such run"
        case .ended(let state): "the run has ended: it is \(state.rawValue)"
        case .notEnded(let state): "the run has not ended: it is \(state.rawValue)"
        case .keyInUse(let id): "the key was used for another request, which is run \(id)"
        case .full(let runs, let bytes):
            "the store is full: \(runs) runs of \(bytes) bytes have not ended"
        case .tooLarge(let part, let bytes, let limit):
            "the \(part) has \(bytes) bytes, at most \(limit) can be stored"
        case .runTooLarge(let bytes, let limit):
            "the run would take \(bytes) bytes, of which one run may take at most \(limit): "
                + "a quarter of what is kept of all"
        case .diskFull: "there is no room left on the disk of the runs"
        case .readOnly: "the folder of the runs cannot be written to"
        case .locked: "the folder of the runs is in use by another process"
        case .damaged(let text): "the file of the runs is damaged: \(text)"
        case .newer(let version, let known):
            "the file of the runs has format \(version), this program knows \(known) and older"
        case .foreign: "the file of the runs was written by another program"
        case .closed: "the store of the runs is closed"
        case .failed(let code, let text): "the store of the runs failed: \(text) (\(code))"
        }
    }
}
